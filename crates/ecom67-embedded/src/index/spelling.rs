//! What a word that nobody has was most likely meant to be.

use std::collections::BTreeMap;

use ecom67_ranking::spelling::{CORRECTED_LENGTH_MIN, TWO_EDITS_LENGTH_MIN, cost};
use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::Field;
use tantivy::{Searcher, SegmentReader, Term};

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
    if length < CORRECTED_LENGTH_MIN {
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
