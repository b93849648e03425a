//! What a word that nobody has was most likely meant to be.

use std::cmp::Ordering;

/// The shortest word that is corrected: of a shorter one, everything is a neighbour.
pub const CORRECTED_LENGTH_MIN: usize = 4;
/// From this length on two edits are forgiven.
pub const TWO_EDITS_LENGTH_MIN: usize = 8;
/// A word in no more products than this may be a typo that others have made too.
pub const RARE_MAX: u64 = 2;
/// It is taken for one where a correction is so many times as frequent.
pub const RARE_RATIO: u64 = 50;
/// What it counts that many products have a word, as against that they have it together with the others of the query.
const FREQUENCY_WEIGHT: f64 = 0.7;
/// The shortest part of a word that is taken apart.
pub const PART_LENGTH_MIN: usize = 3;
/// Each part must be in so many products: chance makes rare words of everything.
pub const PART_FREQUENCY_MIN: u64 = 5;

/// How likely it is that a word was meant which stands in so many products, in so many `together` with the other words
/// of the query, and which costs so much to mistype. Of several, the highest counts; by itself it means nothing.
pub fn likelihood(frequency: u64, together: u64, cost: f64) -> f64 {
    FREQUENCY_WEIGHT * logarithm(frequency) + logarithm(together) - cost
}

#[expect(clippy::cast_precision_loss, reason = "a logarithm of it")]
fn logarithm(count: u64) -> f64 {
    (count as f64).ln_1p()
}

/// How unlikely it is that somebody typed one word who meant the other: letters are swapped, left out, doubled and struck
/// on the key beside far more often than anything else happens, and first letters are seldom wrong.
pub fn cost(typed: &str, meant: &str) -> f64 {
    let (typed, meant): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    let same = typed.iter().zip(&meant).take_while(|(typed, meant)| typed == meant).count();
    let slip = match typed.len().cmp(&meant.len()) {
        Ordering::Equal if typed.get(same + 1..) == meant.get(same + 1..) => {
            let is_beside =
                typed.get(same).zip(meant.get(same)).is_some_and(|(typed, meant)| are_beside(*typed, *meant));
            if is_beside { 0.0 } else { UNUSUAL }
        }
        // A letter is left out, or two are swapped.
        Ordering::Less | Ordering::Equal => 0.0,
        Ordering::Greater => {
            let around = [same.checked_sub(1), same.checked_add(1)].into_iter().flatten();
            let around: Vec<char> = around.filter_map(|place| typed.get(place).copied()).collect();
            match typed.get(same) {
                Some(letter) if around.contains(letter) => 0.0,
                Some(letter) if around.iter().any(|other| are_beside(*letter, *other)) => 1.0,
                _ => UNUSUAL,
            }
        }
    };
    if same == 0 { slip + 1.0 } else { slip }
}

/// What any other letter costs.
const UNUSUAL: f64 = 3.0;

/// The rows of a keyboard, of which each begins half a key further right than the one above.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether two letters are on keys beside each other.
fn are_beside(left: char, right: char) -> bool {
    let place = |letter: char| {
        let rows = ROWS.iter().enumerate();
        rows.filter_map(|(row, keys)| Some((row, keys.find(letter)?))).map(|(row, key)| (row, 2 * key + row)).next()
    };
    let (Some(left), Some(right)) = (place(left), place(right)) else { return false };
    left.0.abs_diff(right.0) <= 1 && left.1.abs_diff(right.1) <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_slips_cost_nothing_others_do() {
        for (typed, meant, expected) in [
            ("headpohnes", "headphones", 0.0),
            ("headphnes", "headphones", 0.0),
            ("headphoones", "headphones", 0.0),
            ("headpgones", "headphones", 0.0),
            ("headphiones", "headphones", 1.0),
            ("headpxones", "headphones", 3.0),
            ("headphzones", "headphones", 3.0),
            ("jeadphones", "headphones", 1.0),
            ("eadphones", "headphones", 1.0),
        ] {
            assert!((cost(typed, meant) - expected).abs() < f64::EPSILON, "{typed}: {}", cost(typed, meant));
        }
    }
}
