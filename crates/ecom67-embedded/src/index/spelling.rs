//! What a word that nobody has was most likely meant to be.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::Field;
use tantivy::{Searcher, SegmentReader, Term};

/// The shortest word that is corrected: of a shorter one, everything is a neighbour.
const LENGTH_MIN: usize = 4;
/// From this length on two edits are forgiven.
const TWO_EDITS_LENGTH_MIN: usize = 8;
/// The most words of one segment's dictionary that are looked at.
const SEEN_MAX: usize = 400;

/// A word of the dictionary that is like another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Correction {
    /// The word.
    pub(super) word: String,
    /// In how many products it stands.
    pub(super) frequency: u64,
    /// How unlikely it is that somebody who meant it typed the other.
    pub(super) cost: f64,
}

/// The words of a field that are at most so many edits from `word` as its length forgives. Only words that begin with
/// `prefix` are looked at, which is a part of `word` and has no typo.
pub(super) fn corrections(
    searcher: &Searcher,
    field: Field,
    prefix: &str,
    word: &str,
) -> tantivy::Result<Vec<Correction>> {
    let length = word.chars().count() - prefix.chars().count();
    if length < LENGTH_MIN {
        return Ok(Vec::new());
    }
    let mut found = look_up(searcher, field, prefix, word, 1)?;
    if found.is_empty() && length >= TWO_EDITS_LENGTH_MIN {
        found = look_up(searcher, field, prefix, word, 2)?;
    }
    Ok(found)
}

/// The words that so many edits lead to, swapping two letters being one.
fn look_up(searcher: &Searcher, field: Field, prefix: &str, word: &str, edits: u8) -> tantivy::Result<Vec<Correction>> {
    let automaton = FuzzyTermQuery::new(Term::from_field_text(field, word), edits, true).automaton()?;
    let mut frequencies: BTreeMap<String, u64> = BTreeMap::new();
    for reader in searcher.segment_readers() {
        look_up_in(reader, field, prefix, &automaton, &mut frequencies)?;
    }
    frequencies.remove(word);
    let typed = &word[prefix.len()..];
    let correction = |(word, frequency): (String, u64)| {
        let cost = cost(typed, &word[prefix.len()..]) * f64::from(edits);
        Correction { word, frequency, cost }
    };
    Ok(frequencies.into_iter().map(correction).collect())
}

fn look_up_in(
    reader: &SegmentReader,
    field: Field,
    prefix: &str,
    automaton: &DfaWrapper,
    frequencies: &mut BTreeMap<String, u64>,
) -> tantivy::Result<()> {
    let inverted = reader.inverted_index(field)?;
    let mut terms = inverted.terms().search(automaton).into_stream()?;
    let mut seen = 0;
    while seen < SEEN_MAX && terms.advance() {
        seen += 1;
        if let Ok(found) = std::str::from_utf8(terms.key())
            && found.starts_with(prefix)
        {
            *frequencies.entry(found.to_owned()).or_default() += u64::from(terms.value().doc_freq);
        }
    }
    Ok(())
}

/// How unlikely it is that somebody typed one word who meant the other: letters are swapped, left out, doubled and struck
/// on the key beside far more often than anything else happens, and first letters are seldom wrong.
fn cost(typed: &str, meant: &str) -> f64 {
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
