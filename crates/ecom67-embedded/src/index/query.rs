//! What somebody typed, as a query of the engine.
//!
//! Queries are put together from terms, never parsed: whatever is typed, it is words and numbers, and their count is
//! bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ecom67_app::search::QUERY_LENGTH_MAX;
use ecom67_domain::Language;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Score, Searcher, Term};

use super::analysis::{self, Analysis, QueryWord};
use super::measures::measures;
use super::schema::Fields;
use super::spelling::{self, Correction};

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

/// The most corrections one word stands for.
const CORRECTIONS_MAX: usize = 2;
/// What the likeliest correction of a word counts as against the word itself, and what the next.
const CORRECTION_BOOSTS: [Score; CORRECTIONS_MAX] = [0.9, 0.5];
/// A word in no more products than this may be a typo that others have made too.
const RARE_MAX: u64 = 2;
/// It is taken for one where a correction is so many times as frequent.
const RARE_RATIO: u64 = 50;
/// What two words count that were typed as one.
const SPLIT_BOOST: Score = 0.9;
/// What a word counts that what was typed may become.
const COMPLETION_BOOST: Score = 0.8;
/// The shortest part of a word that is taken apart.
const PART_LENGTH_MIN: usize = 3;
/// Each part must be in so many products: chance makes rare words of everything.
const PART_FREQUENCY_MIN: u64 = 5;

/// How much of what was typed a product must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// All of one or two words, most of more.
    Most,
    /// Any word, or one that is like it: for what finds nothing otherwise.
    Any,
}

/// A query, and the words by which its hits can be recognised.
pub(super) struct TextQuery {
    /// What finds and scores documents.
    pub(super) query: Box<dyn Query>,
    /// The words it looks for, as [`Analysis::analyzer`] makes them.
    pub(super) words: BTreeSet<String>,
    /// The text that was typed, as far as it counts.
    pub(super) text: String,
    /// What is searched in the place of words that nobody has, as it stands in the dictionary of words.
    pub(super) replaced: Vec<(Range<usize>, Vec<String>)>,
}

/// Makes a query of a text.
pub(super) fn build(
    fields: &Fields,
    searcher: &Searcher,
    language: Language,
    text: &str,
    demand: Demand,
) -> tantivy::Result<TextQuery> {
    build_completing(&Builder::new(fields, searcher, language, demand), text, &[])
}

/// Makes a query of a text whose last word stands for all of `completions` as well.
pub(super) fn build_completing(
    builder: &Builder<'_>,
    text: &str,
    completions: &[String],
) -> tantivy::Result<TextQuery> {
    let text: String = text.chars().take(QUERY_LENGTH_MAX).collect();
    let mut understood = Understood::default();
    let mut alternatives: Vec<Box<dyn Query>> = Vec::new();
    alternatives.extend(builder.words(&text, completions, &mut understood)?);
    alternatives.extend(builder.numbers(&text));
    let query: Box<dyn Query> = match alternatives.len() {
        0 => Box::new(EmptyQuery),
        1 => alternatives.swap_remove(0),
        _ => Box::new(BooleanQuery::union(alternatives)),
    };
    Ok(TextQuery { query, words: understood.words, text, replaced: understood.replaced })
}

/// What was made of the words typed.
#[derive(Default)]
struct Understood {
    /// The words that are looked for.
    words: BTreeSet<String>,
    /// What stands in the place of words that nobody has.
    replaced: Vec<(Range<usize>, Vec<String>)>,
}

impl TextQuery {
    /// The text with what is searched instead, in the spelling that `written` knows of a word; `None` where all is
    /// searched as it was typed.
    pub(super) fn corrected(&self, mut written: impl FnMut(&str) -> String) -> Option<String> {
        if self.replaced.is_empty() {
            return None;
        }
        let (mut corrected, mut end) = (String::with_capacity(self.text.len()), 0);
        for (place, words) in &self.replaced {
            corrected.push_str(&self.text[end..place.start]);
            let words: Vec<String> = words.iter().map(|word| written(word)).collect();
            corrected.push_str(&words.join(" "));
            end = place.end;
        }
        corrected.push_str(&self.text[end..]);
        Some(corrected.trim().to_owned())
    }
}

/// How many of `known` words a product must have: all of one or two, most of more.
const fn words_required(known: usize) -> usize {
    match known {
        0..=2 => known,
        _ => (known * 2).div_ceil(3),
    }
}

/// What a word may be found as.
enum Form {
    /// Another word, as texts are searched by it.
    Word(String),
    /// Several words, which must all be there.
    Together(Vec<String>),
}

/// Makes queries of texts in one language.
pub(super) struct Builder<'index> {
    pub(super) fields: &'index Fields,
    pub(super) searcher: &'index Searcher,
    pub(super) language: Language,
    demand: Demand,
}

impl<'index> Builder<'index> {
    pub(super) const fn new(
        fields: &'index Fields,
        searcher: &'index Searcher,
        language: Language,
        demand: Demand,
    ) -> Self {
        Self { fields, searcher, language, demand }
    }

    /// Products that have enough of the words; the more, the rarer and the nearer to the name, the better.
    fn words(
        &self,
        text: &str,
        completions: &[String],
        understood: &mut Understood,
    ) -> tantivy::Result<Option<Box<dyn Query>>> {
        let analysis = Analysis::of(self.language);
        let mut stemmer = analysis.analyzer();
        let mut clauses: Vec<Box<dyn Query>> = Vec::new();
        let mut rest = text.to_owned();
        for measure in measures(text, analysis == Analysis::German) {
            let word = analysis::stem(&mut stemmer, &measure.word);
            if self.frequency(&word)? > 0 && clauses.len() < WORDS_MAX {
                understood.words.insert(word.clone());
                clauses.push(self.any(vec![(Form::Word(word), 1.0)]));
                // Bytes stay where they are, so that places in the rest are places in the text.
                rest.replace_range(measure.place.clone(), &" ".repeat(measure.place.len()));
            }
        }
        let mut words = analysis.query_words(&rest);
        let mut seen = BTreeSet::new();
        words.retain(|word| seen.insert(word.stem.clone()));
        words.truncate(WORDS_MAX - clauses.len());
        let mut joined_before = None;
        for (index, word) in words.iter().enumerate() {
            let joined = match words.get(index + 1) {
                Some(next) => self.joined(word, next, &mut stemmer)?,
                None => None,
            };
            let completions = if index + 1 == words.len() { completions } else { &[] };
            let mut forms = if completions.is_empty() {
                self.forms(word, &mut stemmer, understood)?
            } else {
                let form = |completion: &String| {
                    let boost = if *completion == word.plain { 1.0 } else { COMPLETION_BOOST };
                    (Form::Word(analysis::stem(&mut stemmer, completion)), boost)
                };
                completions.iter().map(form).collect()
            };
            forms.extend(joined_before.take().map(|word| (Form::Word(word), 1.0)));
            forms.extend(joined.clone().map(|word| (Form::Word(word), 1.0)));
            joined_before = joined;
            if !forms.is_empty() {
                understood.words.extend(
                    forms
                        .iter()
                        .flat_map(|(form, _)| match form {
                            Form::Word(word) => std::slice::from_ref(word),
                            Form::Together(words) => words.as_slice(),
                        })
                        .cloned(),
                );
                clauses.push(self.any(forms));
            }
        }
        let required = match self.demand {
            Demand::Most => words_required(clauses.len()),
            Demand::Any => 1,
        };
        Ok(match clauses.len() {
            0 => None,
            1 => Some(clauses.swap_remove(0)),
            _ => Some(Box::new(BooleanQuery::union_with_minimum_required_clauses(clauses, required))),
        })
    }

    /// What has one of the forms, scored by the best of them.
    fn any(&self, forms: Vec<(Form, Score)>) -> Box<dyn Query> {
        let term = |word: &str| -> Box<dyn Query> {
            let term = self.fields.word(self.language, word);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        };
        let query = |(form, boost): (Form, Score)| -> Box<dyn Query> {
            let query = match form {
                Form::Word(word) => term(&word),
                Form::Together(words) => {
                    Box::new(BooleanQuery::intersection(words.iter().map(|word| term(word)).collect()))
                }
            };
            #[expect(clippy::float_cmp, reason = "exactly this constant is set for the word itself")]
            let is_word = boost == 1.0;
            if is_word { query } else { Box::new(BoostQuery::new(query, boost)) }
        };
        let mut queries: Vec<_> = forms.into_iter().map(query).collect();
        if queries.len() == 1 { queries.swap_remove(0) } else { Box::new(DisjunctionMaxQuery::new(queries)) }
    }

    /// In how many products a word stands.
    fn frequency(&self, stem: &str) -> tantivy::Result<u64> {
        self.searcher.doc_freq(&self.fields.word(self.language, stem))
    }

    /// What a word stands for in this index, with what each counts; nothing where no product has it.
    fn forms(
        &self,
        word: &QueryWord,
        stemmer: &mut TextAnalyzer,
        understood: &mut Understood,
    ) -> tantivy::Result<Vec<(Form, Score)>> {
        let mut forms = Vec::new();
        let frequency = self.frequency(&word.stem)?;
        if frequency > 0 {
            forms.push((word.stem.clone(), 1.0));
        }
        if Analysis::of(self.language) == Analysis::German {
            for head in self.compounds_ending_in(&word.stem)? {
                forms.push((head, COMPOUND_HEAD_BOOST));
            }
            for compound in self.compounds_beginning_with(&word.stem)? {
                if forms.iter().all(|(form, _)| *form != compound) {
                    forms.push((compound, COMPOUND_MODIFIER_BOOST));
                }
            }
        }
        let is_known = !forms.is_empty();
        let mut forms: Vec<_> = forms.into_iter().map(|(form, boost)| (Form::Word(form), boost)).collect();
        // A model's number is never a typo of another.
        let is_number = word.plain.bytes().any(|byte| byte.is_ascii_digit());
        if is_number || (is_known && frequency > RARE_MAX && self.demand == Demand::Most) {
            return Ok(forms);
        }
        let parts = if is_known { None } else { self.parts(word, stemmer)? };
        if let Some([first, second]) = &parts {
            understood.replaced.push((word.place.clone(), vec![first.clone(), second.clone()]));
            let stems = [first, second].map(|part| analysis::stem(stemmer, part));
            forms.push((Form::Together(stems.to_vec()), SPLIT_BOOST));
        }
        let corrections = self.corrections(&word.plain)?;
        let likelier = |correction: &Correction| {
            !is_known || self.demand == Demand::Any || correction.frequency >= RARE_RATIO * frequency.max(1)
        };
        let corrections = corrections.into_iter().filter(likelier).zip(CORRECTION_BOOSTS);
        for (place, (correction, boost)) in corrections.enumerate() {
            let correction = self.plain(correction.word);
            forms.push((Form::Word(analysis::stem(stemmer, &correction)), boost));
            if place == 0 && !is_known && parts.is_none() {
                understood.replaced.push((word.place.clone(), vec![correction]));
            }
        }
        Ok(forms)
    }

    /// A word of the dictionary without what marks its language there.
    fn plain(&self, word: String) -> String {
        let prefix = self.prefix();
        if prefix.is_empty() { word } else { word[prefix.len()..].to_owned() }
    }

    /// What stands before each word of the language in the dictionary.
    pub(super) fn prefix(&self) -> String {
        match Analysis::of(self.language) {
            Analysis::English | Analysis::German => String::new(),
            Analysis::Other => analysis::word_in(self.language, ""),
        }
    }

    fn corrections(&self, plain: &str) -> tantivy::Result<Vec<Correction>> {
        let prefix = self.prefix();
        let word = format!("{prefix}{plain}");
        spelling::corrections(self.searcher, self.fields.vocabulary(self.language), &prefix, &word, CORRECTIONS_MAX)
    }

    /// What two words are when they are written as one (`head set`), if any product writes them so.
    fn joined(
        &self,
        word: &QueryWord,
        next: &QueryWord,
        stemmer: &mut TextAnalyzer,
    ) -> tantivy::Result<Option<String>> {
        let stem = analysis::stem(stemmer, &format!("{}{}", word.plain, next.plain));
        Ok((self.frequency(&stem)? > 0).then_some(stem))
    }

    /// The two words that were typed as one: of all ways to part it, the one whose rarer part is the most frequent.
    fn parts(&self, word: &QueryWord, stemmer: &mut TextAnalyzer) -> tantivy::Result<Option<[String; 2]>> {
        let mut best: Option<(u64, [String; 2])> = None;
        for (place, _) in word.plain.char_indices() {
            let (first, second) = word.plain.split_at(place);
            if first.len() < PART_LENGTH_MIN || second.len() < PART_LENGTH_MIN {
                continue;
            }
            let mut frequency = u64::MAX;
            for part in [first, second] {
                frequency = frequency.min(self.frequency(&analysis::stem(stemmer, part))?);
            }
            let is_better = best.as_ref().is_none_or(|(most, _)| frequency > *most);
            if frequency >= PART_FREQUENCY_MIN && is_better {
                best = Some((frequency, [first.to_owned(), second.to_owned()]));
            }
        }
        Ok(best.map(|(_, parts)| parts))
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
