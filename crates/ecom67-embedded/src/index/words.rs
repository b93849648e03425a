//! The words of a product's texts, as its document holds them.
//!
//! Each text goes into several fields, as it is written and stemmed. Making words of it anew for each was most of the
//! work of an import. So every text is taken apart once, each word is looked up among those seen before, and the fields
//! are handed words that need only be told apart at their [`SPACE`]s.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

use ecom67_domain::Language;
use foldhash::fast::RandomState;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::analysis::{self, Analysis, COMPOUND_LENGTH_MIN};
use super::dictionary::{self, Dictionary};
use super::schema::token;

/// The tokenizer of fields that are handed words.
pub(super) const WORDS: &str = "ecom67_words";

/// Between two words. No word has one.
const SPACE: u8 = b' ';
/// So many words of all languages are remembered; with more, all are forgotten before the next product.
const REMEMBERED_MAX: usize = 120_000;
/// So many words that the dictionary does not have wait until they are put into it.
const NEW_MAX: usize = 50_000;

/// Makes words of texts, remembers those it has seen, and collects them for the dictionary.
pub(super) struct Words {
    seen: BTreeMap<Language, Seen>,
    dictionary: Arc<Dictionary>,
    /// Words that the dictionary does not have yet.
    new: BTreeSet<String>,
}

/// A word that was seen, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordId {
    /// As it is written, in lower case and without accents.
    plain: u32,
    stem: u32,
}

/// The words seen of texts in one language.
struct Seen {
    plain: TextAnalyzer,
    stem: TextAnalyzer,
    ids: Ids,
    plains: Spellings,
    stems: Spellings,
    /// Which of the plain words stand in a text: for each number, as far as any was noted.
    is_written: Vec<bool>,
    /// Those of them that have not been collected yet.
    uncollected: Vec<u32>,
}

/// So long a word stands in its entry itself: to compare it takes no second look into memory.
const SHORT_MAX: usize = 16;

/// The words by how they stand in texts.
#[derive(Default)]
struct Ids {
    /// Their bytes, with zeros at the end, which no word has.
    short: HashMap<u128, WordId, RandomState>,
    long: HashMap<Box<str>, WordId, RandomState>,
}

impl Ids {
    fn short(written: &str) -> Option<u128> {
        let mut key = [0; SHORT_MAX];
        key.get_mut(..written.len())?.copy_from_slice(written.as_bytes());
        Some(u128::from_ne_bytes(key))
    }

    fn get(&self, written: &str) -> Option<WordId> {
        match Self::short(written) {
            Some(key) => self.short.get(&key).copied(),
            None => self.long.get(written).copied(),
        }
    }

    fn insert(&mut self, written: &str, id: WordId) {
        match Self::short(written) {
            Some(key) => self.short.insert(key, id),
            None => self.long.insert(written.into(), id),
        };
    }

    fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }
}

/// Different words by their numbers.
#[derive(Default)]
struct Spellings {
    numbers: HashMap<Box<str>, u32, RandomState>,
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
    /// Remembers nothing yet, and collects what `dictionary` does not have.
    pub(super) fn new(dictionary: Arc<Dictionary>) -> Self {
        Self { seen: BTreeMap::new(), dictionary, new: BTreeSet::new() }
    }

    /// The words of one product's texts in a language.
    pub(super) fn of(&mut self, language: Language) -> WordsOf<'_> {
        let seen = self.seen.entry(language).or_insert_with(|| Seen::new(Analysis::of(language)));
        WordsOf { seen, language }
    }

    /// Forgets what was seen where that has become too much. To be called after each product.
    pub(super) fn make_room(&mut self) -> io::Result<()> {
        if self.seen.values().map(|seen| seen.ids.len()).sum::<usize>() < REMEMBERED_MAX {
            return Ok(());
        }
        self.collect()?;
        self.seen.clear();
        Ok(())
    }

    /// The dictionary with every word that was noted.
    pub(super) fn finish(mut self) -> io::Result<Arc<Dictionary>> {
        self.collect()?;
        self.extend()?;
        Ok(self.dictionary)
    }

    fn collect(&mut self) -> io::Result<()> {
        for (language, seen) in &mut self.seen {
            for number in std::mem::take(&mut seen.uncollected) {
                let word = seen.plains.spelling(number);
                if is_never_meant(word) {
                    continue;
                }
                let word = dictionary::entry(*language, word);
                if !self.dictionary.contains(&word)? {
                    self.new.insert(word);
                }
            }
        }
        if self.new.len() < NEW_MAX { Ok(()) } else { self.extend() }
    }

    fn extend(&mut self) -> io::Result<()> {
        let new = std::mem::take(&mut self.new);
        if !new.is_empty() {
            self.dictionary = Arc::new(self.dictionary.with(&new)?);
        }
        Ok(())
    }
}

/// So many edits lead to a correction at most.
const EDITS_MAX: usize = 2;

/// Whether a word can be no correction: words with digits are never corrected, and no other leads to one with so many. Of
/// model numbers there are as many as products.
fn is_never_meant(word: &str) -> bool {
    word.bytes().filter(u8::is_ascii_digit).count() > EDITS_MAX
}

impl Seen {
    fn new(analysis: Analysis) -> Self {
        Self {
            plain: analysis.plain_analyzer(),
            stem: analysis.analyzer(),
            ids: Ids::default(),
            plains: Spellings::default(),
            stems: Spellings::default(),
            is_written: Vec::new(),
            uncollected: Vec::new(),
        }
    }

    /// The word that a run of letters and digits is; `None` for what is no word, being too long.
    fn id(&mut self, written: &str) -> Option<WordId> {
        if let Some(id) = self.ids.get(written) {
            return Some(id);
        }
        let plain = analysis::words(&mut self.plain, written).pop()?;
        let stem = analysis::stem(&mut self.stem, &plain);
        let id = WordId { plain: self.plains.number(&plain)?, stem: self.stems.number(&stem)? };
        self.ids.insert(written, id);
        Some(id)
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

    /// Notes words of a text for the dictionary.
    pub(super) fn note(&mut self, ids: impl Iterator<Item = WordId>) {
        let Seen { plains, is_written, uncollected, .. } = &mut *self.seen;
        is_written.resize(plains.spellings.len(), false);
        for WordId { plain, .. } in ids {
            if !std::mem::replace(&mut is_written[plain as usize], true) {
                uncollected.push(plain);
            }
        }
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
                joined.push(SPACE.into());
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
        // Words are short: to look for a byte by itself is faster than what is made for long texts.
        let end = self.rest.bytes().position(|byte| byte == SPACE).unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
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
        let mut words = Words::new(Arc::new(Dictionary::empty()));
        for _ in 0..2 {
            let mut german = words.of(Language::GERMAN);
            let ids = german.ids(text);

            let mut expected = analysis::words(&mut Analysis::German.analyzer(), text);
            expected.sort_unstable();
            let stems = german.stems(ids.into_iter());
            let mut stems: Vec<&str> = stems.split(char::from(SPACE)).collect();
            stems.sort_unstable();
            assert_eq!(stems, expected);
        }
    }

    #[test]
    fn the_dictionary_gets_the_words_of_texts_in_their_language() {
        let mut words = Words::new(Arc::new(Dictionary::empty()));
        for (language, text) in
            [(Language::ENGLISH, "Gift mugs mp3 X870E"), (Language::GERMAN, "Gift"), (Language::ENGLISH, "mugs")]
        {
            let mut of = words.of(language);
            let ids = of.ids(text);
            of.note(ids.into_iter());
            // A measure is found by its number and is no word of a text.
            of.ids("2500000mg");
        }
        let first = words.finish().unwrap();
        for (language, word, expected) in [
            (Language::ENGLISH, "gift", true),
            (Language::GERMAN, "gift", true),
            (Language::ENGLISH, "mugs", true),
            (Language::GERMAN, "mugs", false),
            (Language::ENGLISH, "2500000mg", false),
            (Language::ENGLISH, "x870e", false),
            (Language::ENGLISH, "mp3", true),
        ] {
            assert_eq!(first.contains(&dictionary::entry(language, word)).unwrap(), expected, "{word}");
        }

        let mut words = Words::new(Arc::clone(&first));
        let mut english = words.of(Language::ENGLISH);
        let ids = english.ids("gift mugs");
        english.note(ids.into_iter());
        assert!(Arc::ptr_eq(&words.finish().unwrap(), &first), "with nothing new it is the same");
    }

    /// A number in letters.
    fn letters(number: usize) -> String {
        format!("model{}", number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>())
    }

    #[test]
    fn words_that_are_forgotten_are_in_the_dictionary() {
        let mut words = Words::new(Arc::new(Dictionary::empty()));
        let count = REMEMBERED_MAX + NEW_MAX / 2;
        for number in 0..count {
            let mut english = words.of(Language::ENGLISH);
            let ids = english.ids(&letters(number));
            english.note(ids.into_iter());
            words.make_room().unwrap();
        }
        assert!(words.seen[&Language::ENGLISH].ids.len() < REMEMBERED_MAX);
        let dictionary = words.finish().unwrap();
        for number in (0..count).step_by(997).chain([count - 1]) {
            let word = dictionary::entry(Language::ENGLISH, &letters(number));
            assert!(dictionary.contains(&word).unwrap(), "{word}");
        }
    }

    #[test]
    fn dictionaries_have_each_word_once() {
        let mut words = Words::new(Arc::new(Dictionary::empty()));
        let mut german = words.of(Language::GERMAN);
        let ids = german.ids("Becher und becher und Kaffeebecher");

        assert_eq!(german.distinct_plain(ids.iter().copied()), "becher und kaffeebecher");
        assert_eq!(german.distinct_reversed(ids.into_iter()), analysis::reversed("kaffeebech"));
    }

    #[test]
    fn another_languages_words_carry_its_name() {
        let mut words = Words::new(Arc::new(Dictionary::empty()));
        let mut french = words.of("fr".parse().unwrap());
        let ids = french.ids("Crème brûlée");

        assert_eq!(french.stems(ids.into_iter()), "fr:creme fr:brulee");
    }

    #[test]
    fn what_is_too_long_is_no_word() {
        let mut words = Words::new(Arc::new(Dictionary::empty()));
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
