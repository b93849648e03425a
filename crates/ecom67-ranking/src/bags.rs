//! How well products fit words: BM25 over two bags of words of each product (Robertson and Zaragoza, 2009).
//!
//! One bag has what the merchant says first, name thrice, description and brand; the other has every text once. Each
//! word of a query is a group of alternatives, of which the best counts. What all groups add up to is divided by what
//! they could, so that a full match is about 1 whatever the query, and can be weighed against other evidence.

/// How often a name counts in the bag of what the merchant says first.
pub const NAME_WEIGHT: usize = 3;

/// How soon more of the same word says nothing new, and how much long texts are discounted, for each bag. Measured: the
/// constants of other engines, 1.2 and 0.75, make judged results 0.06 worse.
pub const MAIN: Bag = Bag { saturation: 0.9, length: 0.5 };
/// The same for the other bag.
pub const ALL: Bag = Bag { saturation: 0.3, length: 0.4 };

/// What a product must have of what the words tell together, a rare word telling more than a frequent one: of `red
/// kettle` every kettle is listed, but not all that is red. More than half of it: with all words demanded, judged results
/// are 0.02 worse.
const SHARE_MIN: f32 = 0.501;

/// A share that is whole but for rounding.
const WHOLE: f32 = 0.999;

/// More than what a sum of shares is off by.
const ROUNDING: f32 = 0.001;

/// The constants of a bag.
#[derive(Clone, Copy, Debug)]
pub struct Bag {
    /// k1: how soon more of the same word says nothing new.
    pub saturation: f32,
    /// b: how much long texts are discounted.
    pub length: f32,
}

/// What a product must have of what the words tell together to be found, where some product has `best` of it: where
/// nothing has enough, what has most of it.
pub fn share_demanded(best: f32) -> f32 {
    SHARE_MIN.min(best * WHOLE)
}

/// The groups of which a product must have one to be found where [`is_most_demanded`]: all others together tell less
/// than what is demanded then. `None` where that is every group.
pub fn deciding(weights: &[f32]) -> Option<Vec<bool>> {
    let mut places: Vec<usize> = (0..weights.len()).collect();
    places.sort_by(|left, right| weights[*left].total_cmp(&weights[*right]));
    let mut deciding = vec![true; weights.len()];
    let mut others = 0.0;
    for place in places {
        others += weights[place];
        // Below what is demanded by more than sums are rounded by.
        if others > SHARE_MIN - ROUNDING {
            break;
        }
        deciding[place] = false;
    }
    deciding.contains(&false).then_some(deciding)
}

/// Whether, where some product has `best` of what the words tell, as much is demanded as ever is.
pub fn is_most_demanded(best: f32) -> bool {
    share_demanded(best) >= SHARE_MIN
}

/// Whether there are products that have something of the words, but none that has all.
pub fn is_partial(best: f32) -> bool {
    best > 0.0 && best < WHOLE
}

/// What a group of alternatives tells: the rarer its word, the more. Where any product has the word itself, which comes
/// first, it alone decides. Of the frequencies no more are asked for than decide.
pub fn weight<E>(
    documents: f32,
    is_known: bool,
    frequencies: impl IntoIterator<Item = Result<u64, E>>,
) -> Result<f32, E> {
    let mut weight: Option<f32> = None;
    for (place, frequency) in frequencies.into_iter().enumerate() {
        let frequency = frequency?;
        if frequency > 0 {
            let rarity = rarity(documents, frequency);
            weight = Some(weight.map_or(rarity, |weight| weight.max(rarity)));
            if place == 0 && is_known {
                break;
            }
        }
    }
    Ok(weight.unwrap_or(0.0))
}

/// The inverse document frequency.
pub fn rarity(documents: f32, frequency: u64) -> f32 {
    let frequency = number(frequency);
    (1.0 + (documents - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln()
}

/// Makes shares of weights: numbers that add up to 1, unless all are nothing.
pub fn scale_to_shares(weights: &mut [f32]) {
    let sum: f32 = weights.iter().sum();
    if sum > 0.0 {
        for weight in weights {
            *weight /= sum;
        }
    }
}

/// A count as a number to reckon with.
#[expect(clippy::cast_precision_loss, reason = "statistics of a ranking")]
pub const fn number(count: u64) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_word_that_decides_has_less_than_is_demanded() {
        assert_eq!(deciding(&[0.7, 0.3]), Some(vec![true, false]));
        assert_eq!(deciding(&[0.2, 0.6, 0.2]), Some(vec![false, true, false]));
        assert_eq!(deciding(&[0.4, 0.35, 0.25]), Some(vec![true, true, false]));
        assert_eq!(deciding(&[0.5, 0.5]), Some(vec![false, true]), "half is less than more than half");
        assert_eq!(deciding(&[1.0]), None);
        assert_eq!(deciding(&[]), None);
    }

    #[test]
    fn only_where_nothing_has_more_than_half_less_is_demanded() {
        assert!(is_most_demanded(1.0) && is_most_demanded(0.51));
        assert!(!is_most_demanded(0.5));
    }
}
