//! What somebody typed, as a query of the engine.
//!
//! Queries are put together from terms, never parsed: whatever is typed, it is words and numbers, and their count is
//! bounded.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::search::QUERY_LENGTH_MAX;
use ecom67_domain::Language;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Searcher, Term};

use super::analysis::{self, Analysis};
use super::schema::Fields;

/// The most words of a query that count.
const WORDS_MAX: usize = 16;
/// The score of a product whose number is the whole query: above whatever words can add up to.
const WHOLE_NUMBER_SCORE: Score = 2_000.0;
/// The score of a product whose number is one of the words typed.
const NUMBER_SCORE: Score = 1_000.0;
/// The shortest word that is looked up as a number when it is not the whole query.
const NUMBER_LENGTH_MIN: usize = 4;

/// What a German compound that ends in the word counts, as against the word itself: a `Kaffeebecher` is a `Becher`.
const COMPOUND_HEAD_BOOST: Score = 0.7;
/// What a compound that begins with the word counts: a `Kaffeebecher` has to do with `Kaffee`.
const COMPOUND_MODIFIER_BOOST: Score = 0.4;
/// The most compounds one word stands for.
const COMPOUNDS_MAX: usize = 12;
/// The most words of the dictionary that are looked at in search of compounds.
const COMPOUNDS_SEEN_MAX: usize = 200;
/// The shortest stem that compounds may end in.
const HEAD_LENGTH_MIN: usize = 3;
/// The shortest stem that compounds may begin with: shorter ones begin too many words by chance.
const MODIFIER_LENGTH_MIN: usize = 4;
/// The shortest rest beside it.
const REST_LENGTH_MIN: usize = 3;

/// A query, and the words by which its hits can be recognised.
pub(super) struct TextQuery {
    /// What finds and scores documents.
    pub(super) query: Box<dyn Query>,
    /// The words it looks for, as [`Analysis::analyzer`] makes them.
    pub(super) words: BTreeSet<String>,
}

/// Makes a query of a text.
pub(super) fn build(
    fields: &Fields,
    searcher: &Searcher,
    language: Language,
    text: &str,
) -> tantivy::Result<TextQuery> {
    let text: String = text.chars().take(QUERY_LENGTH_MAX).collect();
    let builder = Builder { fields, searcher, language };
    let mut alternatives: Vec<Box<dyn Query>> = Vec::new();
    let mut recognised = BTreeSet::new();
    if let Some(words) = builder.words(&text, &mut recognised)? {
        alternatives.push(words);
    }
    alternatives.extend(builder.numbers(&text));
    let query: Box<dyn Query> = match alternatives.len() {
        0 => Box::new(EmptyQuery),
        1 => alternatives.swap_remove(0),
        _ => Box::new(BooleanQuery::union(alternatives)),
    };
    Ok(TextQuery { query, words: recognised })
}

/// How many of `known` words a product must have: all of one or two, most of more.
const fn words_required(known: usize) -> usize {
    match known {
        0..=2 => known,
        _ => (known * 2).div_ceil(3),
    }
}

struct Builder<'index> {
    fields: &'index Fields,
    searcher: &'index Searcher,
    language: Language,
}

impl Builder<'_> {
    /// Products that have enough of the words; the more, the rarer and the nearer to the name, the better.
    fn words(&self, text: &str, recognised: &mut BTreeSet<String>) -> tantivy::Result<Option<Box<dyn Query>>> {
        let analysis = Analysis::of(self.language);
        let mut words = analysis::words(&mut analysis.query_analyzer(), text);
        if words.is_empty() {
            words = analysis::words(&mut analysis.analyzer(), text);
        }
        let mut seen = BTreeSet::new();
        words.retain(|word| seen.insert(word.clone()));
        words.truncate(WORDS_MAX);
        let mut clauses: Vec<Box<dyn Query>> = Vec::new();
        for word in words {
            let mut forms: Vec<Box<dyn Query>> = Vec::new();
            for (form, boost) in self.forms(&word)? {
                let term = self.fields.word(self.language, &form);
                let query = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                #[expect(clippy::float_cmp, reason = "exactly this constant is set for the word itself")]
                let is_word = boost == 1.0;
                forms.push(if is_word { query } else { Box::new(BoostQuery::new(query, boost)) });
                recognised.insert(form);
            }
            match forms.len() {
                0 => {}
                1 => clauses.push(forms.swap_remove(0)),
                _ => clauses.push(Box::new(DisjunctionMaxQuery::new(forms))),
            }
        }
        Ok(match clauses.len() {
            0 => None,
            1 => Some(clauses.swap_remove(0)),
            known => Some(Box::new(BooleanQuery::union_with_minimum_required_clauses(clauses, words_required(known)))),
        })
    }

    /// What a word stands for in this index, with what each counts; nothing where no product has it.
    fn forms(&self, word: &str) -> tantivy::Result<Vec<(String, Score)>> {
        let mut forms = Vec::new();
        if self.searcher.doc_freq(&self.fields.word(self.language, word))? > 0 {
            forms.push((word.to_owned(), 1.0));
        }
        if Analysis::of(self.language) == Analysis::German {
            for head in self.compounds_ending_in(word)? {
                forms.push((head, COMPOUND_HEAD_BOOST));
            }
            for compound in self.compounds_beginning_with(word)? {
                if forms.iter().all(|(form, _)| *form != compound) {
                    forms.push((compound, COMPOUND_MODIFIER_BOOST));
                }
            }
        }
        Ok(forms)
    }

    fn compounds_ending_in(&self, stem: &str) -> tantivy::Result<Vec<String>> {
        if stem.len() < HEAD_LENGTH_MIN {
            return Ok(Vec::new());
        }
        let turned = self.longer_terms(self.fields.heads_german, &analysis::reversed(stem))?;
        Ok(turned.iter().map(|turned| analysis::reversed(turned)).collect())
    }

    fn compounds_beginning_with(&self, stem: &str) -> tantivy::Result<Vec<String>> {
        if stem.len() < MODIFIER_LENGTH_MIN {
            return Ok(Vec::new());
        }
        self.longer_terms(self.fields.text(self.language), stem)
    }

    /// The most frequent terms of a field that begin with `prefix` and have a rest long enough to be a word.
    fn longer_terms(&self, field: tantivy::schema::Field, prefix: &str) -> tantivy::Result<Vec<String>> {
        let mut frequencies: BTreeMap<String, u64> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(field)?;
            let terms = inverted.terms().range().ge(prefix.as_bytes()).into_stream();
            let mut terms = terms?;
            let mut seen = 0;
            while seen < COMPOUNDS_SEEN_MAX && terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
                seen += 1;
                if terms.key().len() >= prefix.len() + REST_LENGTH_MIN
                    && let Ok(term) = std::str::from_utf8(terms.key())
                {
                    *frequencies.entry(term.to_owned()).or_default() += u64::from(terms.value().doc_freq);
                }
            }
        }
        let mut terms: Vec<_> = frequencies.into_iter().collect();
        terms.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        terms.truncate(COMPOUNDS_MAX);
        Ok(terms.into_iter().map(|(term, _)| term).collect())
    }

    /// Products of which the text, or a word of it, is a number.
    fn numbers(&self, text: &str) -> Vec<Box<dyn Query>> {
        let whole = analysis::number_key(text);
        let mut keys = BTreeSet::new();
        for word in text.split_whitespace().take(WORDS_MAX) {
            let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
            if let Some(key) = analysis::number_key(word).filter(|key| has_digit && key.len() >= NUMBER_LENGTH_MIN)
                && Some(&key) != whole.as_ref()
            {
                keys.insert(key);
            }
        }
        let whole = whole.map(|key| self.number(&key, WHOLE_NUMBER_SCORE));
        whole.into_iter().chain(keys.iter().map(|key| self.number(key, NUMBER_SCORE))).flatten().collect()
    }

    /// Products with a number, if there are any: a query for what nobody has costs time all the same.
    fn number(&self, key: &str, score: Score) -> Option<Box<dyn Query>> {
        let term: Term = self.fields.number(key);
        let is_known = self.searcher.doc_freq(&term).is_ok_and(|frequency| frequency > 0);
        is_known.then(|| -> Box<dyn Query> {
            Box::new(ConstScoreQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), score))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_words_must_all_be_found_of_more_most() {
        assert_eq!([1, 2, 3, 4, 5, 6].map(words_required), [1, 2, 2, 3, 4, 4]);
    }
}
