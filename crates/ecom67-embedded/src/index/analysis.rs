//! How texts become the words they are found by.
//!
//! English and German are stemmed, German also loses its umlauts however they are spelled; every other language is put
//! in lower case and loses its accents.

use std::ops::Range;

use ecom67_domain::Language;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language as StemmerLanguage, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer,
    StopWordFilter, TextAnalyzer, TextAnalyzerBuilder, Token, TokenFilter, TokenStream, Tokenizer,
};

/// The longest word in bytes; what is longer is no word.
const WORD_LENGTH_MAX: usize = 64;
/// The shortest stem that may be a compound, in bytes: three for each part.
pub(super) const COMPOUND_LENGTH_MIN: usize = 6;

/// How a language's texts are analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Analysis {
    /// English stems.
    English,
    /// German stems without umlauts.
    German,
    /// Lower case without accents.
    Other,
}

impl Analysis {
    /// How this language's texts are analysed.
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::ENGLISH => Self::English,
            Language::GERMAN => Self::German,
            _ => Self::Other,
        }
    }

    /// What makes words of a text.
    pub(super) fn analyzer(self) -> TextAnalyzer {
        match self {
            Self::English => plain_words().filter(Stemmer::new(StemmerLanguage::English)).build(),
            Self::German => {
                plain_words().filter(PlainFilter(fold_digraphs)).filter(Stemmer::new(StemmerLanguage::German)).build()
            }
            Self::Other => plain_words().build(),
        }
    }

    /// What makes words of a text as they are written: in lower case, without accents, before they are stemmed.
    pub(super) fn plain_analyzer(self) -> TextAnalyzer {
        match self {
            Self::English | Self::Other => plain_words().build(),
            Self::German => plain_words().filter(PlainFilter(fold_digraphs)).build(),
        }
    }

    /// What makes words of what somebody typed: without those that say nothing, and not yet stemmed.
    fn query_analyzer(self) -> TextAnalyzer {
        let words = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(WORD_LENGTH_MAX))
            .filter(LowerCaser);
        let without = |language| StopWordFilter::new(language).unwrap_or_else(|| StopWordFilter::remove([]));
        match self {
            // The tokenizer leaves `s` and `t` of `men's` and `don't` behind.
            Self::English => words
                .filter(without(StemmerLanguage::English))
                .filter(StopWordFilter::remove(["s".to_owned(), "t".to_owned()]))
                .filter(AsciiFoldingFilter)
                .build(),
            Self::German => words
                .filter(without(StemmerLanguage::German))
                .filter(AsciiFoldingFilter)
                .filter(PlainFilter(fold_digraphs))
                .build(),
            Self::Other => words.filter(AsciiFoldingFilter).build(),
        }
    }

    /// The words of what somebody typed: those that say something, or all where none does (`the who`).
    pub(super) fn query_words(self, text: &str) -> Vec<QueryWord> {
        let plain = |mut analyzer: TextAnalyzer| {
            let mut words = Vec::new();
            analyzer.token_stream(text).process(&mut |token| {
                let place = token.offset_from..token.offset_to;
                words.push(QueryWord { plain: token.text.clone(), stem: String::new(), place });
            });
            words
        };
        let mut words = plain(self.query_analyzer());
        if words.is_empty() {
            words = plain(self.plain_analyzer());
        }
        let mut analyzer = self.analyzer();
        for word in &mut words {
            word.stem = stem(&mut analyzer, &word.plain);
        }
        words
    }
}

fn plain_words() -> TextAnalyzerBuilder<impl Tokenizer> {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_LENGTH_MAX))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
}

/// A word that somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryWord {
    /// As it stands in the dictionary of words.
    pub(super) plain: String,
    /// As texts are searched by it.
    pub(super) stem: String,
    /// Where it was typed.
    pub(super) place: Range<usize>,
}

/// What a plain word is searched by, of a language's [`Analysis::analyzer`].
pub(super) fn stem(analyzer: &mut TextAnalyzer, plain: &str) -> String {
    words(analyzer, plain).pop().unwrap_or_else(|| plain.to_owned())
}

/// A word of a text in one of the other languages as it stands in their common field.
pub(super) fn word_in(language: Language, word: &str) -> String {
    format!("{language}:{word}")
}

/// All words of a text.
pub(super) fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
    words
}

/// Which bytes of `text` are words that `is_match` accepts.
pub(super) fn matches(analyzer: &mut TextAnalyzer, text: &str, is_match: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut matches = Vec::new();
    analyzer.token_stream(text).process(&mut |token| {
        if is_match(&token.text) {
            matches.push(token.offset_from..token.offset_to);
        }
    });
    matches
}

/// `ae`, `oe` and `ue` as what is left of `ä`, `ö` and `ü`, so that `groesse` finds `Größe`; `ue` stays after vowels
/// and `q` (`neue`, `Quelle`), where it is no umlaut.
fn fold_digraphs(word: &mut String) {
    if !word.contains("ae") && !word.contains("oe") && !word.contains("ue") {
        return;
    }
    let bytes = word.as_bytes();
    let is_umlaut_end = |index: usize| {
        bytes[index] == b'e'
            && index > 0
            && match bytes[index - 1] {
                b'a' | b'o' => true,
                b'u' => index < 2 || !matches!(bytes[index - 2], b'a' | b'e' | b'q'),
                _ => false,
            }
    };
    let folded = word.char_indices().filter(|(index, _)| !is_umlaut_end(*index)).map(|(_, character)| character);
    *word = folded.collect();
}

/// The word from its end to its beginning.
pub(super) fn reversed(word: &str) -> String {
    word.chars().rev().collect()
}

/// Changes each word by a function, and drops those it empties.
#[derive(Clone)]
struct PlainFilter(fn(&mut String));

#[derive(Clone)]
struct PlainFiltered<T> {
    change: fn(&mut String),
    inner: T,
}

struct PlainStream<T> {
    change: fn(&mut String),
    tail: T,
}

impl TokenFilter for PlainFilter {
    type Tokenizer<T: Tokenizer> = PlainFiltered<T>;

    fn transform<T: Tokenizer>(self, inner: T) -> PlainFiltered<T> {
        PlainFiltered { change: self.0, inner }
    }
}

impl<T: Tokenizer> Tokenizer for PlainFiltered<T> {
    type TokenStream<'a> = PlainStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        PlainStream { change: self.change, tail: self.inner.token_stream(text) }
    }
}

impl<T: TokenStream> TokenStream for PlainStream<T> {
    fn advance(&mut self) -> bool {
        while self.tail.advance() {
            (self.change)(&mut self.tail.token_mut().text);
            if !self.tail.token().text.is_empty() {
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn german(text: &str) -> Vec<String> {
        words(&mut Analysis::German.analyzer(), text)
    }

    #[test]
    fn an_umlaut_is_found_in_each_of_its_spellings() {
        assert_eq!(german("Größe"), german("groesse"));
        assert_eq!(german("Größe"), german("GROSSE"));
        assert_eq!(german("Käsebretter"), german("Kaesebrett"));
        assert_eq!(german("Müller"), german("Mueller"));
    }

    #[test]
    fn what_only_looks_like_an_umlaut_stays() {
        assert_ne!(german("neue"), german("nu"));
        assert_eq!(german("Quelle"), ["quell"]);
        assert_eq!(german("Feuer"), ["feu"]);
    }

    #[test]
    fn words_that_say_nothing_are_no_part_of_a_question() {
        let stems = |analysis: Analysis, text: &str| {
            analysis.query_words(text).into_iter().map(|word| word.stem).collect::<Vec<_>>()
        };
        assert_eq!(stems(Analysis::English, "a mug for the men's room"), ["mug", "men", "room"]);
        assert_eq!(stems(Analysis::German, "Becher für den Tee"), ["bech", "tee"]);
        assert_eq!(stems(Analysis::English, "the and"), ["the", "and"], "all, where none says anything");
    }

    #[test]
    fn matches_are_places_in_the_text_as_it_was_written() {
        let mut analyzer = Analysis::German.analyzer();

        let name = "Großer Käse-Teller";
        let found = matches(&mut analyzer, name, |word| word == german("kaese")[0] || word == german("teller")[0]);

        assert_eq!(found.iter().map(|range| &name[range.clone()]).collect::<Vec<_>>(), ["Käse", "Teller"]);
    }
}
