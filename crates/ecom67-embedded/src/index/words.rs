//! The words of a product's texts, as its document holds them.
//!
//! Each text goes into several fields, as it is written and stemmed. Making words of it anew for each was most of the
//! work of an import. So every text is taken apart once, each word is looked up among those seen before, and the fields
//! are handed words that need only be told apart at their [`SPACE`]s.

use std::collections::HashMap;

use ecom67_domain::Language;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::analysis::{self, Analysis, COMPOUND_LENGTH_MIN};
use super::schema::token;

/// The tokenizer of fields that are handed words.
pub(super) const WORDS: &str = "ecom67_words";

/// Between two words. No word has one.
const SPACE: char = ' ';
/// So many words are remembered; with more, all are forgotten before the next product.
const REMEMBERED_MAX: usize = 50_000;

/// Makes words of texts, and remembers those it has seen.
pub(super) struct Words {
    english: Seen,
    german: Seen,
    other: Seen,
}

/// A word that was seen, of one way to analyse texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordId {
    /// As it is written, in lower case and without accents.
    plain: u32,
    stem: u32,
}

/// The words seen of texts that are analysed alike.
struct Seen {
    plain: TextAnalyzer,
    stem: TextAnalyzer,
    /// `None` for what is no word, being too long.
    ids: HashMap<Box<str>, Option<WordId>>,
    plains: Spellings,
    stems: Spellings,
}

/// Different words by their numbers.
#[derive(Default)]
struct Spellings {
    numbers: HashMap<Box<str>, u32>,
    spellings: Vec<Box<str>>,
}

impl Spellings {
    fn number(&mut self, spelling: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(spelling) {
            return Some(*number);
        }
        let number = u32::try_from(self.spellings.len()).ok()?;
        self.numbers.insert(spelling.into(), number);
        self.spellings.push(spelling.into());
        Some(number)
    }

    fn spelling(&self, number: u32) -> &str {
        &self.spellings[number as usize]
    }
}

impl Words {
    /// Remembers nothing yet.
    pub(super) fn new() -> Self {
        Self {
            english: Seen::new(Analysis::English),
            german: Seen::new(Analysis::German),
            other: Seen::new(Analysis::Other),
        }
    }

    /// The words of one product's texts in a language.
    pub(super) fn of(&mut self, language: Language) -> WordsOf<'_> {
        let seen = match Analysis::of(language) {
            Analysis::English => &mut self.english,
            Analysis::German => &mut self.german,
            Analysis::Other => &mut self.other,
        };
        if seen.ids.len() >= REMEMBERED_MAX {
            seen.ids = HashMap::new();
            seen.plains = Spellings::default();
            seen.stems = Spellings::default();
        }
        WordsOf { seen, language }
    }
}

impl Seen {
    fn new(analysis: Analysis) -> Self {
        Self {
            plain: analysis.plain_analyzer(),
            stem: analysis.analyzer(),
            ids: HashMap::new(),
            plains: Spellings::default(),
            stems: Spellings::default(),
        }
    }

    /// The word that a run of letters and digits is.
    fn id(&mut self, written: &str) -> Option<WordId> {
        if let Some(id) = self.ids.get(written) {
            return *id;
        }
        let id = analysis::words(&mut self.plain, written).pop().and_then(|plain| {
            let stem = analysis::stem(&mut self.stem, &plain);
            Some(WordId { plain: self.plains.number(&plain)?, stem: self.stems.number(&stem)? })
        });
        self.ids.insert(written.into(), id);
        id
    }
}

/// Makes words of texts in one language.
pub(super) struct WordsOf<'words> {
    seen: &'words mut Seen,
    language: Language,
}

impl WordsOf<'_> {
    /// The words of a text, in their order.
    pub(super) fn ids(&mut self, text: &str) -> Vec<WordId> {
        let written = text.split(|character: char| !character.is_alphanumeric()).filter(|written| !written.is_empty());
        written.filter_map(|written| self.seen.id(written)).collect()
    }

    /// Words by their stems, as a field takes them. No field knows their order: equal ones stand together, since the
    /// engine is faster with a word that it has just had.
    pub(super) fn stems(&self, ids: impl Iterator<Item = WordId>) -> String {
        let mut numbers: Vec<u32> = ids.map(|id| id.stem).collect();
        numbers.sort_unstable();
        self.join(numbers.into_iter().map(|number| self.seen.stems.spelling(number)))
    }

    /// Each of the words once as it is written, as a field takes them.
    pub(super) fn distinct_plain(&self, ids: impl Iterator<Item = WordId>) -> String {
        let numbers = distinct(ids.map(|id| id.plain));
        self.join(numbers.into_iter().map(|number| self.seen.plains.spelling(number)))
    }

    /// The stems that may be compounds, each once and turned around, so that it stands beside others that end alike.
    pub(super) fn distinct_reversed(&self, ids: impl Iterator<Item = WordId>) -> String {
        let stems = distinct(ids.map(|id| id.stem)).into_iter().map(|number| self.seen.stems.spelling(number));
        let reversed: Vec<String> =
            stems.filter(|stem| stem.len() >= COMPOUND_LENGTH_MIN).map(analysis::reversed).collect();
        self.join(reversed.iter().map(String::as_str))
    }

    fn join<'word>(&self, words: impl Iterator<Item = &'word str>) -> String {
        let prefix = token(self.language, "");
        let mut joined = String::with_capacity(1_024);
        for word in words {
            if !joined.is_empty() {
                joined.push(SPACE);
            }
            joined.push_str(&prefix);
            joined.push_str(word);
        }
        joined
    }
}

fn distinct(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Tells words apart at their [`SPACE`]s.
#[derive(Clone, Default)]
pub(super) struct Spaced {
    token: Token,
}

/// What is left of the words.
pub(super) struct SpacedStream<'text> {
    rest: &'text str,
    token: &'text mut Token,
}

impl Tokenizer for Spaced {
    type TokenStream<'text> = SpacedStream<'text>;

    fn token_stream<'text>(&'text mut self, text: &'text str) -> SpacedStream<'text> {
        self.token.reset();
        SpacedStream { rest: text, token: &mut self.token }
    }
}

impl TokenStream for SpacedStream<'_> {
    fn advance(&mut self) -> bool {
        if self.rest.is_empty() {
            return false;
        }
        let (word, rest) = self.rest.split_once(SPACE).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(word);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_texts_words_are_what_is_searched_for_however_often_they_were_seen() {
        let text = "Großer Käse-Teller, GROSSE Teller; groesser als 30 cm. neue Füße";
        let mut words = Words::new();
        for _ in 0..2 {
            let mut german = words.of(Language::GERMAN);
            let ids = german.ids(text);

            let mut expected = analysis::words(&mut Analysis::German.analyzer(), text);
            expected.sort_unstable();
            let stems = german.stems(ids.into_iter());
            let mut stems: Vec<&str> = stems.split(SPACE).collect();
            stems.sort_unstable();
            assert_eq!(stems, expected);
        }
    }

    #[test]
    fn dictionaries_have_each_word_once() {
        let mut words = Words::new();
        let mut german = words.of(Language::GERMAN);
        let ids = german.ids("Becher und becher und Kaffeebecher");

        assert_eq!(german.distinct_plain(ids.iter().copied()), "becher und kaffeebecher");
        assert_eq!(german.distinct_reversed(ids.into_iter()), analysis::reversed("kaffeebech"));
    }

    #[test]
    fn another_languages_words_carry_its_name() {
        let mut words = Words::new();
        let mut french = words.of("fr".parse().unwrap());
        let ids = french.ids("Crème brûlée");

        assert_eq!(french.stems(ids.into_iter()), "fr:creme fr:brulee");
    }

    #[test]
    fn what_is_too_long_is_no_word() {
        let mut words = Words::new();
        let mut english = words.of(Language::ENGLISH);

        assert_eq!(english.ids(&format!("mug {} jug", "x".repeat(100))).len(), 2);
    }

    #[test]
    fn a_field_tells_words_apart_at_their_spaces() {
        let mut analyzer = TextAnalyzer::from(Spaced::default());

        assert_eq!(analysis::words(&mut analyzer, "red kettle 2500000mg"), ["red", "kettle", "2500000mg"]);
        assert_eq!(analysis::words(&mut analyzer, ""), [""; 0]);
    }
}
