//! What somebody typed, as words that products may have.
//!
//! Queries are put together from words, never parsed: whatever is typed, it is words and numbers, and their count is
//! bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ecom67_app::search::QUERY_LENGTH_MAX;
use ecom67_domain::Language;
use ecom67_ranking::spelling::{PART_FREQUENCY_MIN, PART_LENGTH_MIN, RARE_MAX, RARE_RATIO, likelihood};
use ecom67_ranking::understanding::{
    COMPLETION_BOOST, COMPOUND_HEAD_BOOST, COMPOUND_MODIFIER_BOOST, COMPOUNDS_MAX, HEAD_LENGTH_MIN, JOINED_BOOST,
    MODIFIER_LENGTH_MIN, REST_LENGTH_MIN, SYNONYM_BOOST, WORDS_MAX,
};
use ecom67_ranking::{measures, number_keys};
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Score, Searcher, Term};

use super::analysis::{self, Analysis, QueryWord};
use super::dictionary::Dictionary;
use super::schema::Fields;
use super::segment::Snapshot;
use super::spelling::{self, Correction};
use super::synonyms::Compiled;

/// The most words of the dictionary that are looked at in search of compounds.
const COMPOUNDS_SEEN_MAX: usize = 200;

/// A word that may be found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alternative {
    /// As [`Analysis::analyzer`] makes it.
    pub(super) word: String,
    /// Words that a product must have beside it.
    pub(super) with: Vec<String>,
    /// What it counts.
    pub(super) weight: Score,
}

/// A word that was typed: what it may be found as.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Group {
    /// The word itself first, if any product has it.
    pub(super) alternatives: Vec<Alternative>,
    /// Whether any product has the word itself.
    pub(super) is_known: bool,
}

impl Group {
    fn of(word: String) -> Self {
        Self { alternatives: vec![Alternative { word, with: Vec::new(), weight: 1.0 }], is_known: true }
    }

    fn add(&mut self, word: String, weight: Score) {
        self.add_all(word, Vec::new(), weight);
    }

    fn add_all(&mut self, word: String, with: Vec<String>, weight: Score) {
        if self.alternatives.iter().all(|known| known.word != word || known.with != with) {
            self.alternatives.push(Alternative { word, with, weight });
        }
    }
}

impl Alternative {
    /// All words that a product must have.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.word).chain(&self.with)
    }
}

/// What somebody typed, understood.
pub(super) struct TextQuery {
    /// The words, as far as they may be found.
    pub(super) groups: Vec<Group>,
    /// Numbers that products have, with what each adds to a score.
    pub(super) numbers: Vec<(Term, Score)>,
    /// The words that are looked for, by which hits can be recognised.
    pub(super) words: BTreeSet<String>,
    /// The text that was typed, as far as it counts.
    pub(super) text: String,
    /// What is searched in the place of words that nobody has, as it stands in the dictionary of words.
    pub(super) replaced: Vec<(Range<usize>, Vec<String>)>,
}

/// Makes a query of a text.
pub(super) fn build(
    fields: &Fields,
    snapshot: &Snapshot,
    synonyms: &Compiled,
    language: Language,
    text: &str,
) -> tantivy::Result<TextQuery> {
    build_completing(&Builder::new(fields, snapshot, synonyms, language), text, &[])
}

/// Makes a query of a text whose last word stands for all of `completions` as well.
pub(super) fn build_completing(
    builder: &Builder<'_>,
    text: &str,
    completions: &[String],
) -> tantivy::Result<TextQuery> {
    let text: String = text.chars().take(QUERY_LENGTH_MAX).collect();
    let mut understood = Understood::default();
    let groups = builder.groups(&text, completions, &mut understood)?;
    let words = groups.iter().flat_map(|group| &group.alternatives).flat_map(Alternative::words);
    Ok(TextQuery {
        words: words.cloned().collect(),
        groups,
        numbers: builder.numbers(&text),
        text,
        replaced: understood.replaced,
    })
}

/// What was made of the words typed.
#[derive(Default)]
struct Understood {
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

/// Makes queries of texts in one language.
pub(super) struct Builder<'index> {
    pub(super) fields: &'index Fields,
    pub(super) searcher: &'index Searcher,
    words: &'index Dictionary,
    synonyms: &'index Compiled,
    pub(super) language: Language,
}

impl<'index> Builder<'index> {
    pub(super) fn new(
        fields: &'index Fields,
        snapshot: &'index Snapshot,
        synonyms: &'index Compiled,
        language: Language,
    ) -> Self {
        Self { fields, searcher: &snapshot.searcher, words: &snapshot.words, synonyms, language }
    }

    /// What each of the words may be found as.
    fn groups(&self, text: &str, completions: &[String], understood: &mut Understood) -> tantivy::Result<Vec<Group>> {
        let analysis = Analysis::of(self.language);
        let mut stemmer = analysis.analyzer();
        let mut groups: Vec<Group> = Vec::new();
        let mut rest = text.to_owned();
        for measure in measures(text, analysis == Analysis::German) {
            let word = analysis::stem(&mut stemmer, &measure.word);
            if self.frequency(&word)? > 0 {
                groups.push(Group::of(word));
                // Bytes stay where they are, so that places in the rest are places in the text.
                rest.replace_range(measure.place.clone(), &" ".repeat(measure.place.len()));
            }
        }
        let mut words = analysis.query_words(&rest);
        let mut seen = BTreeSet::new();
        words.retain(|word| seen.insert(word.stem.clone()));
        words.truncate(WORDS_MAX);
        let synonyms = self.synonyms.of_words(self.language, &words);
        let mut joined_before: Option<String> = None;
        for (index, (word, synonyms)) in words.iter().zip(&synonyms).enumerate() {
            let joined = match words.get(index + 1) {
                Some(next) => self.joined(word, next, &mut stemmer)?,
                None => None,
            };
            let completions = if index + 1 == words.len() { completions } else { &[] };
            let mut of_word = if completions.is_empty() {
                let others: Vec<&QueryWord> = words.iter().filter(|other| other.place != word.place).collect();
                self.understood(word, synonyms, &others, &mut stemmer, understood)?
            } else {
                vec![completed(word, completions, &mut stemmer)]
            };
            for group in &mut of_word {
                for joined in joined_before.iter().chain(&joined) {
                    group.add(joined.clone(), JOINED_BOOST);
                }
            }
            joined_before = joined;
            groups.extend(of_word.into_iter().filter(|group| !group.alternatives.is_empty()));
        }
        groups.truncate(WORDS_MAX);
        Ok(groups)
    }

    /// In how many products a word stands.
    fn frequency(&self, stem: &str) -> tantivy::Result<u64> {
        self.searcher.doc_freq(&self.fields.word(self.language, stem))
    }

    /// What a word stands for in this index, with what each counts: one group, or two where it was two words. Without
    /// alternatives where no product has anything like it.
    fn understood(
        &self,
        word: &QueryWord,
        synonyms: &[&[String]],
        others: &[&QueryWord],
        stemmer: &mut TextAnalyzer,
        understood: &mut Understood,
    ) -> tantivy::Result<Vec<Group>> {
        let mut group = Group::default();
        let frequency = self.frequency(&word.stem)?;
        if frequency > 0 {
            group = Group::of(word.stem.clone());
        }
        if Analysis::of(self.language) == Analysis::German {
            for head in self.compounds_ending_in(&word.stem)? {
                group.add(head, COMPOUND_HEAD_BOOST);
            }
            for compound in self.compounds_beginning_with(&word.stem)? {
                group.add(compound, COMPOUND_MODIFIER_BOOST);
            }
        }
        for finds in synonyms {
            if let Some((word, with)) = finds.split_first()
                && self.frequency(word)? > 0
            {
                group.add_all(word.clone(), with.to_vec(), SYNONYM_BOOST);
            }
        }
        let has_any = !group.alternatives.is_empty();
        // Whoever names a word in a list of synonyms knows how it is spelled.
        if has_any && !synonyms.is_empty() {
            return Ok(vec![group]);
        }
        // A model's number is never a typo of another.
        let is_number = word.plain.bytes().any(|byte| byte.is_ascii_digit());
        if is_number || (has_any && frequency > RARE_MAX) {
            return Ok(vec![group]);
        }
        let likelier = |correction: &Correction| !has_any || correction.frequency >= RARE_RATIO * frequency.max(1);
        let corrections = self.corrections(&word.plain, stemmer)?.into_iter().filter(likelier).collect();
        if let Some(correction) = self.likeliest(corrections, others, stemmer)? {
            group = Group::of(analysis::stem(stemmer, &correction));
            understood.replaced.push((word.place.clone(), vec![correction]));
            return Ok(vec![group]);
        }
        if !has_any && let Some(parts) = self.parts(word, stemmer)? {
            let groups = parts.iter().map(|part| Group::of(analysis::stem(stemmer, part))).collect();
            understood.replaced.push((word.place.clone(), parts.to_vec()));
            return Ok(groups);
        }
        Ok(vec![group])
    }

    /// The word that was most likely meant: one that stands in many products, and with the other words of the query.
    fn likeliest(
        &self,
        corrections: Vec<Correction>,
        others: &[&QueryWord],
        stemmer: &mut TextAnalyzer,
    ) -> tantivy::Result<Option<String>> {
        let mut best: Option<(f64, String)> = None;
        for correction in corrections {
            let stem = analysis::stem(stemmer, &correction.word);
            let together = if others.is_empty() { 0 } else { self.together(&stem, others)? };
            let likelihood = likelihood(correction.frequency, together, correction.cost);
            if best.as_ref().is_none_or(|(most, _)| likelihood > *most) {
                best = Some((likelihood, correction.word));
            }
        }
        Ok(best.map(|(_, word)| word))
    }

    /// In how many products a word stands, with all of the others that any product has.
    pub(super) fn together(&self, stem: &str, others: &[&QueryWord]) -> tantivy::Result<u64> {
        let term = |stem: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(self.fields.word(self.language, stem), IndexRecordOption::Basic))
        };
        let mut terms = vec![term(stem)];
        for other in others {
            if self.frequency(&other.stem)? > 0 {
                terms.push(term(&other.stem));
            }
        }
        if terms.len() == 1 {
            return self.frequency(stem);
        }
        Ok(self.searcher.search(&BooleanQuery::intersection(terms), &Count)? as u64)
    }

    /// What stands before each word of the language in its fields.
    pub(super) fn prefix(&self) -> String {
        match Analysis::of(self.language) {
            Analysis::English | Analysis::German => String::new(),
            Analysis::Other => analysis::word_in(self.language, ""),
        }
    }

    fn corrections(&self, plain: &str, stemmer: &mut TextAnalyzer) -> tantivy::Result<Vec<Correction>> {
        let frequency = |word: &str| self.frequency(&analysis::stem(stemmer, word));
        spelling::corrections(self.words, self.language, plain, frequency)
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
        self.longer_terms(self.fields.bags(self.language).all, stem)
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

    /// Numbers of products that the text, or a word of it, is.
    fn numbers(&self, text: &str) -> Vec<(Term, Score)> {
        number_keys(text).into_iter().map(|(key, bonus)| (self.fields.number(&key), bonus)).collect()
    }
}

/// What a word is found as that may become others.
fn completed(word: &QueryWord, completions: &[String], stemmer: &mut TextAnalyzer) -> Group {
    let mut group = Group::default();
    for completion in completions {
        let is_word = *completion == word.plain;
        group.add(analysis::stem(stemmer, completion), if is_word { 1.0 } else { COMPLETION_BOOST });
    }
    group
}
