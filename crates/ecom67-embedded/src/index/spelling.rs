//! What a word that nobody has was most likely meant to be.

use std::cmp::Reverse;
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
    /// How many edits lead to it.
    pub(super) edits: u8,
}

/// The words of a field that are at most so many edits from `word` as its length forgives, the likeliest first.
/// Only words that begin with `prefix` are looked at, which is a part of `word` and has no typo.
pub(super) fn corrections(
    searcher: &Searcher,
    field: Field,
    prefix: &str,
    word: &str,
    most: usize,
) -> tantivy::Result<Vec<Correction>> {
    let length = word.chars().count() - prefix.chars().count();
    if length < LENGTH_MIN {
        return Ok(Vec::new());
    }
    let mut found = look_up(searcher, field, prefix, word, 1)?;
    if found.is_empty() && length >= TWO_EDITS_LENGTH_MIN {
        found = look_up(searcher, field, prefix, word, 2)?;
    }
    let typed = &word[prefix.len()..];
    found.sort_by_cached_key(|correction| {
        let likelihood = likelihood(typed, &correction.word[prefix.len()..], correction);
        (Reverse(likelihood), correction.word.clone())
    });
    found.truncate(most);
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
    Ok(frequencies.into_iter().map(|(word, frequency)| Correction { word, frequency, edits }).collect())
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

/// How likely a word was meant: fewer edits before more, then how often it stands, each kind of slip with its odds.
/// First letters are seldom wrong; letters are swapped, doubled and missed more often than others are struck.
fn likelihood(typed: &str, meant: &str, correction: &Correction) -> i64 {
    let frequency = i64::from(correction.frequency.max(1).ilog2());
    let first = if typed.chars().next() == meant.chars().next() { 4 } else { 0 };
    let mut letters = [typed, meant].map(|word| word.chars().collect::<Vec<_>>());
    for letters in &mut letters {
        letters.sort_unstable();
    }
    let swapped = letters[0] == letters[1];
    for letters in &mut letters {
        letters.dedup();
    }
    let doubled = letters[0] == letters[1];
    let slip = if swapped || doubled { 3 } else { 0 };
    frequency + first + slip - 20 * i64::from(correction.edits)
}
