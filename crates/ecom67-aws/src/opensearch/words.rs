//! Words as the engine makes them of a text, with what its dictionaries know of each.
//!
//! All of it comes from one call: the term vectors of a document that is not in the index.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use ecom67_domain::Language;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Reader;
use super::call::{CallError, Pace};
use super::settings::{Analysis, field};

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Which bytes of the text it is.
    pub(super) place: Range<usize>,
    /// As it stands in the dictionary of words.
    pub(super) plain: String,
    /// As texts are searched by it, with how many products have it.
    pub(super) stem: Stem,
    /// Whether it says something; `the` does not.
    pub(super) tells: bool,
}

/// A word as texts are searched by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stem {
    /// The word.
    pub(super) word: String,
    /// How many products have it in the bag of what the merchant says first.
    pub(super) in_main: u64,
    /// How many have it in any text.
    pub(super) in_all: u64,
}

/// The words of a text, and what else the engine knows of them.
#[derive(Debug)]
pub(super) struct KnownWords {
    /// The words in their order.
    pub(super) words: Vec<Word>,
    /// The numbers asked for that products have.
    pub(super) numbers: HashSet<String>,
    /// How many products there are to compare with.
    pub(super) documents: Documents,
}

/// How many products have texts in a language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Documents {
    /// In the bag of what the merchant says first.
    pub(super) main: u64,
    /// In any text.
    pub(super) all: u64,
}

#[derive(Deserialize)]
struct TermVectors {
    #[serde(default)]
    term_vectors: HashMap<String, FieldVector>,
}

#[derive(Default, Deserialize)]
struct FieldVector {
    #[serde(default)]
    field_statistics: FieldStatistics,
    #[serde(default)]
    terms: BTreeMap<String, TermVector>,
}

#[derive(Default, Deserialize)]
struct FieldStatistics {
    #[serde(default)]
    doc_count: u64,
    #[serde(default)]
    sum_ttf: u64,
}

#[derive(Deserialize)]
struct TermVector {
    #[serde(default)]
    doc_freq: u64,
    #[serde(default)]
    tokens: Vec<TokenPlace>,
}

#[derive(Deserialize)]
struct TokenPlace {
    start_offset: usize,
    end_offset: usize,
}

impl FieldVector {
    /// The field's words by where they begin.
    fn by_place(&self) -> BTreeMap<usize, (&str, usize, u64)> {
        let mut words = BTreeMap::new();
        for (word, vector) in &self.terms {
            for token in &vector.tokens {
                words.insert(token.start_offset, (word.as_str(), token.end_offset, vector.doc_freq));
            }
        }
        words
    }
}

impl Reader {
    /// The words of a text in their order. Without any where no product has texts in the language.
    pub(super) async fn words(&self, language: Language, text: &str) -> Result<Vec<Word>, CallError> {
        Ok(self.known_words(language, text, &[]).await?.words)
    }

    /// The same, with those of `numbers` that products have, and how many products there are to compare with.
    pub(super) async fn known_words(
        &self,
        language: Language,
        text: &str,
        numbers: &[&str],
    ) -> Result<KnownWords, CallError> {
        let (main, all) = (field::main(language), field::all(language));
        let (plain, titles) = (field::vocabulary(language), field::titles(language));
        let key = language.to_string();
        let asked = json!({
            "doc": {
                "main": { &key: text }, "all": { &key: text }, "titles": { &key: text }, field::NUMBER: numbers,
            },
            "fields": [main, all, plain, titles, field::NUMBER],
            // The field of titles only tells here which words say something.
            "per_field_analyzer": { &titles: Analysis::of(language).telling() },
            "positions": false,
            "term_statistics": true,
        });
        let mut vectors = self.term_vectors(&asked).await?;
        let mut take = |name: &str| vectors.remove(name).unwrap_or_default();
        let (main, all, plain, telling) = (take(&main), take(&all), take(&plain), take(&titles));
        let numbers = take(field::NUMBER).terms.into_iter().filter(|(_, vector)| vector.doc_freq > 0);
        let numbers = numbers.map(|(number, _)| number).collect();
        let documents = Documents { main: main.field_statistics.doc_count, all: all.field_statistics.doc_count };
        let telling: HashSet<usize> = telling.by_place().into_keys().collect();
        let (in_main, plain) = (main.by_place(), plain.by_place());
        let places = BytePlaces::of(text);
        let words = all.by_place().into_iter().filter_map(|(start, (stem, end, in_all))| {
            Some(Word {
                place: places.byte(start)?..places.byte(end)?,
                plain: plain.get(&start)?.0.to_owned(),
                stem: Stem {
                    word: stem.to_owned(),
                    in_main: in_main.get(&start).map_or(0, |(_, _, frequency)| *frequency),
                    in_all,
                },
                tells: telling.contains(&start),
            })
        });
        Ok(KnownWords { words: words.collect(), numbers, documents })
    }

    /// How many products have each of some words that are stems already.
    pub(super) async fn stems(
        &self,
        language: Language,
        stems: impl IntoIterator<Item = &str>,
    ) -> Result<HashMap<String, Stem>, CallError> {
        let text = stems.into_iter().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Ok(HashMap::new());
        }
        let (main, all) = (field::main(language), field::all(language));
        let key = language.to_string();
        let asked = json!({
            "doc": { "main": { &key: &text }, "all": { &key: &text } },
            "fields": [main, all],
            "per_field_analyzer": { &main: "whitespace", &all: "whitespace" },
            "positions": false,
            "offsets": false,
            "field_statistics": false,
            "term_statistics": true,
        });
        let mut vectors = self.term_vectors(&asked).await?;
        let (main, all) = (vectors.remove(&main).unwrap_or_default(), vectors.remove(&all).unwrap_or_default());
        let stem = |(word, vector): (String, TermVector)| {
            let in_main = main.terms.get(&word).map_or(0, |vector| vector.doc_freq);
            (word.clone(), Stem { word, in_main, in_all: vector.doc_freq })
        };
        Ok(all.terms.into_iter().map(stem).collect())
    }

    /// How many words products have in each of some languages.
    pub(super) async fn words_in(&self, languages: &[Language]) -> Result<Vec<(Language, u64)>, CallError> {
        let texts: HashMap<String, &str> = languages.iter().map(|language| (language.to_string(), "-")).collect();
        let fields: Vec<String> = languages.iter().map(|language| field::main(*language)).collect();
        let whole: HashMap<&String, &str> = fields.iter().map(|field| (field, "whitespace")).collect();
        let asked = json!({ "doc": { "main": texts }, "fields": fields, "per_field_analyzer": whole });
        let vectors = self.term_vectors(&asked).await?;
        let words = |language: &Language| {
            let vector = vectors.get(&field::main(*language));
            (*language, vector.map_or(0, |vector| vector.field_statistics.sum_ttf))
        };
        Ok(languages.iter().map(words).collect())
    }

    async fn term_vectors(&self, asked: &Value) -> Result<HashMap<String, FieldVector>, CallError> {
        let path = format!("/{}/_termvectors", self.name);
        Ok(self.engine.post::<TermVectors>(Pace::Ask, &path, asked).await?.term_vectors)
    }

    /// The places and the words of a text as they are written.
    pub(super) async fn plain_words(
        &self,
        language: Language,
        text: &str,
    ) -> Result<Vec<(Range<usize>, String)>, CallError> {
        self.analysed(&Analysis::of(language).plain(), text).await
    }

    /// The places and the words of a text as an analyser makes them.
    pub(super) async fn analysed(&self, analyser: &str, text: &str) -> Result<Vec<(Range<usize>, String)>, CallError> {
        #[derive(Deserialize)]
        struct Analysed {
            tokens: Vec<Token>,
        }
        #[derive(Deserialize)]
        struct Token {
            token: String,
            #[serde(flatten)]
            place: TokenPlace,
        }
        let path = format!("/{}/_analyze", self.name);
        let asked = json!({ "analyzer": analyser, "text": text });
        let analysed: Analysed = self.engine.post(Pace::Ask, &path, &asked).await?;
        let places = BytePlaces::of(text);
        let words = analysed.tokens.into_iter().filter_map(|Token { token, place }| {
            Some((places.byte(place.start_offset)?..places.byte(place.end_offset)?, token))
        });
        Ok(words.collect())
    }
}

/// The engine counts places in UTF-16; we count bytes.
struct BytePlaces {
    /// For each unit of UTF-16 the byte it begins at, and the end; empty where both are the same.
    bytes: Vec<usize>,
    length: usize,
}

impl BytePlaces {
    fn of(text: &str) -> Self {
        let mut bytes = Vec::new();
        if !text.is_ascii() {
            for (byte, character) in text.char_indices() {
                bytes.extend(std::iter::repeat_n(byte, character.len_utf16()));
            }
            bytes.push(text.len());
        }
        Self { bytes, length: text.len() }
    }

    fn byte(&self, unit: usize) -> Option<usize> {
        if self.bytes.is_empty() { (unit <= self.length).then_some(unit) } else { self.bytes.get(unit).copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_engines_count_become_places_in_bytes() {
        let text = "a🫖é b";
        let places = BytePlaces::of(text);

        assert_eq!(places.byte(0), Some(0));
        assert_eq!(places.byte(3).map(|byte| &text[byte..]), Some("é b"));
        assert_eq!(places.byte(5).map(|byte| &text[byte..]), Some("b"));
        assert_eq!((places.byte(6), places.byte(7)), (Some(text.len()), None));
        assert_eq!((BytePlaces::of("ab").byte(2), BytePlaces::of("ab").byte(3)), (Some(2), None));
    }
}
