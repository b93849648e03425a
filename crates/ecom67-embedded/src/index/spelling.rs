//! What a word that nobody has was most likely meant to be.

use std::ops::ControlFlow;

use ecom67_domain::Language;
use ecom67_ranking::spelling::{CORRECTED_LENGTH_MIN, TWO_EDITS_LENGTH_MIN, cost};
use tantivy::Term;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;

use super::dictionary::{Dictionary, entry};

/// The most words of the dictionary that are looked at.
const SEEN_MAX: usize = 400;

/// A word of the dictionary that is like another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Correction {
    /// The word.
    pub(super) word: String,
    /// In how many products it or another form of it stands.
    pub(super) frequency: u64,
    /// How unlikely it is that somebody who meant it typed the other.
    pub(super) cost: f64,
}

/// The words of a language that are at most so many edits from `word` as its length forgives, and that products have:
/// `frequency` knows in how many.
pub(super) fn corrections(
    dictionary: &Dictionary,
    language: Language,
    word: &str,
    mut frequency: impl FnMut(&str) -> tantivy::Result<u64>,
) -> tantivy::Result<Vec<Correction>> {
    let length = word.chars().count();
    if length < CORRECTED_LENGTH_MIN {
        return Ok(Vec::new());
    }
    let mut found = look_up(dictionary, language, word, 1, &mut frequency)?;
    if found.is_empty() && length >= TWO_EDITS_LENGTH_MIN {
        found = look_up(dictionary, language, word, 2, &mut frequency)?;
    }
    Ok(found)
}

/// The words that so many edits lead to, swapping two letters being one.
fn look_up(
    dictionary: &Dictionary,
    language: Language,
    word: &str,
    edits: u8,
    frequency: &mut impl FnMut(&str) -> tantivy::Result<u64>,
) -> tantivy::Result<Vec<Correction>> {
    // The automaton is of the word alone: of which field the term is, it does not know.
    let term = Term::from_field_text(Field::from_field_id(0), &entry(language, word));
    let automaton = FuzzyTermQuery::new(term, edits, true).automaton()?;
    let mut words = Vec::new();
    dictionary.each_like(language, &automaton, |found| {
        if found != word {
            words.push(found.to_owned());
        }
        if words.len() < SEEN_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    let mut found = Vec::new();
    for meant in words {
        let frequency = frequency(&meant)?;
        if frequency > 0 {
            let cost = cost(word, &meant) * f64::from(edits);
            found.push(Correction { word: meant, frequency, cost });
        }
    }
    Ok(found)
}
