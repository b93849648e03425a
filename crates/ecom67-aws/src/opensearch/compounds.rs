//! German compounds that end in a word or begin with it.

use std::collections::{HashMap, HashSet};

use ecom67_domain::Language;
use ecom67_ranking::understanding::{COMPOUNDS_MAX, HEAD_LENGTH_MIN, MODIFIER_LENGTH_MIN, REST_LENGTH_MIN};
use serde_json::{Map, Value, json};

use super::Reader;
use super::call::CallError;
use super::settings::field;
use super::words::{Stem, Word};

/// Compounds by the stem of the word they were looked up for, the most frequent first.
#[derive(Debug, Default)]
pub(super) struct Compounds {
    ending: HashMap<String, Vec<Stem>>,
    beginning: HashMap<String, Vec<Stem>>,
}

impl Compounds {
    /// A `Kaffeebecher` is a `Becher`.
    pub(super) fn ending_in(&self, stem: &str) -> &[Stem] {
        self.ending.get(stem).map_or(&[], Vec::as_slice)
    }

    /// A `Kaffeebecher` has to do with `Kaffee`.
    pub(super) fn beginning_with(&self, stem: &str) -> &[Stem] {
        self.beginning.get(stem).map_or(&[], Vec::as_slice)
    }
}

impl Reader {
    /// The compounds of some words.
    pub(super) async fn compounds<'word>(
        &self,
        language: Language,
        words: impl Iterator<Item = &'word Word>,
    ) -> Result<Compounds, CallError> {
        let stems: Vec<&str> = words.map(|word| word.stem.word.as_str()).collect();
        let mut looked_up = Map::new();
        for (place, stem) in stems.iter().enumerate() {
            if stem.len() >= HEAD_LENGTH_MIN {
                looked_up.insert(format!("ending{place}"), longer(field::HEADS, &reversed(stem)));
            }
            if stem.len() >= MODIFIER_LENGTH_MIN {
                looked_up.insert(format!("beginning{place}"), longer(field::COMPOUNDS, stem));
            }
        }
        if looked_up.is_empty() {
            return Ok(Compounds::default());
        }
        let found = self.search(&json!({ "size": 0, "track_total_hits": false, "aggs": looked_up })).await?;
        let mut ending: HashMap<String, Vec<String>> = HashMap::new();
        let mut beginning: HashMap<String, Vec<String>> = HashMap::new();
        for (place, stem) in stems.iter().enumerate() {
            let words = |name: String| terms(found.aggregation(&format!("{name}/words")));
            let turned = words(format!("ending{place}"));
            ending.insert((*stem).to_owned(), turned.into_iter().map(|(word, _)| reversed(&word)).collect());
            let words = words(format!("beginning{place}"));
            beginning.insert((*stem).to_owned(), words.into_iter().map(|(word, _)| word).collect());
        }
        let all: HashSet<&str> = ending.values().chain(beginning.values()).flatten().map(String::as_str).collect();
        let known = self.stems(language, all).await?;
        let with_frequencies = |words: HashMap<String, Vec<String>>| {
            let known = |words: Vec<String>| words.iter().filter_map(|word| known.get(word).cloned()).collect();
            words.into_iter().map(|(stem, words)| (stem, known(words))).collect()
        };
        Ok(Compounds { ending: with_frequencies(ending), beginning: with_frequencies(beginning) })
    }
}

/// The most frequent terms of a field that begin with `prefix` and have a rest long enough to be a word.
fn longer(field: &str, prefix: &str) -> Value {
    let include = format!("{}.{{{REST_LENGTH_MIN},}}", escaped(prefix));
    json!({
        "filter": { "prefix": { field: prefix } },
        "aggs": { "words": { "terms": { "field": field, "include": include, "size": COMPOUNDS_MAX } } },
    })
}

/// The text as a pattern that matches nothing else.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if !character.is_alphanumeric() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The values of an aggregation by terms, with their counts.
pub(super) fn terms(aggregation: Option<&Value>) -> Vec<(String, u64)> {
    let buckets = aggregation.and_then(|aggregation| aggregation.get("buckets")).and_then(Value::as_array);
    let term = |bucket: &Value| Some((bucket.get("key")?.as_str()?.to_owned(), bucket.get("doc_count")?.as_u64()?));
    buckets.into_iter().flatten().filter_map(term).collect()
}

/// The word from its end to its beginning.
fn reversed(word: &str) -> String {
    word.chars().rev().collect()
}
