//! The names of hits: which of their words were looked for, and how they spell words of the dictionary.

use std::collections::HashMap;
use std::ops::Range;

use ecom67_app::search::SortKey;
use ecom67_domain::Language;
use serde_json::{Value, json};

use super::Reader;
use super::call::CallError;
use super::query::TextQuery;
use super::settings::{Analysis, field};

/// What the engine puts around a word that was looked for: characters that mean nothing by themselves.
const BEGIN: char = '\u{e067}';
const END: char = '\u{e068}';

/// The names of some hits.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// In the order of the hits.
    texts: Vec<String>,
    matches: HashMap<String, Vec<Range<usize>>>,
}

impl Names {
    /// The names, in the order of the hits.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Which bytes of a product's name are words that were looked for.
    pub(super) fn matches(&self, code: &str) -> Vec<Range<usize>> {
        self.matches.get(code).cloned().unwrap_or_default()
    }
}

/// How names spell words of the dictionary, which has neither accents nor capitals.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    analysis: Option<Analysis>,
    /// The first spelling of each word.
    words: HashMap<String, String>,
}

impl Spellings {
    /// How a word is spelled.
    pub(super) fn of(&self, word: &str) -> String {
        match self.words.get(word) {
            // Nouns have capitals.
            Some(spelling) if self.analysis == Some(Analysis::German) => spelling.clone(),
            Some(spelling) => spelling.to_lowercase(),
            None => word.to_owned(),
        }
    }
}

impl Reader {
    /// The names of the products of a page. One that has gone meanwhile has none.
    pub(super) async fn names(&self, words: &TextQuery, page: &[SortKey]) -> Result<Names, CallError> {
        let name = field::name(words.language);
        let codes: Vec<&str> = page.iter().map(|key| key.code.as_str()).collect();
        let looked_for = json!({ "terms": { &name: words.words() } });
        let asked = json!({
            "size": codes.len(),
            "track_total_hits": false,
            "_source": [name],
            "query": { "ids": { "values": codes } },
            "highlight": {
                "fields": { &name: { "highlight_query": looked_for, "number_of_fragments": 0 } },
                "pre_tags": [BEGIN],
                "post_tags": [END],
            },
        });
        let found = self.search(&asked).await?;
        let key = words.language.to_string();
        let mut texts: HashMap<&str, &str> = HashMap::new();
        let mut matches = HashMap::new();
        for hit in &found.hits.hits {
            let Some(text) = hit.source.pointer(&format!("/name/{key}")).and_then(Value::as_str) else { continue };
            texts.insert(&hit.code, text);
            let marked = hit.highlight.get(&name).and_then(|marked| marked.get(0)?.as_str());
            if let Some(marked) = marked.filter(|_| !text.contains([BEGIN, END])) {
                matches.insert(hit.code.clone(), marks(marked));
            }
        }
        let texts = codes.iter().filter_map(|code| texts.get(code)).map(|text| (*text).to_owned()).collect();
        Ok(Names { texts, matches })
    }

    /// How names spell words.
    pub(super) async fn spellings(&self, language: Language, names: &[String]) -> Result<Spellings, CallError> {
        let text = names.join("\n");
        let mut words = HashMap::new();
        for (place, word) in self.plain_words(language, &text).await? {
            words.entry(word).or_insert_with(|| text[place].to_owned());
        }
        Ok(Spellings { analysis: Some(Analysis::of(language)), words })
    }
}

/// Which bytes of a text are marked, in the text without marks.
fn marks(marked: &str) -> Vec<Range<usize>> {
    let (mut marks, mut begin, mut byte) = (Vec::new(), None, 0);
    for character in marked.chars() {
        match character {
            BEGIN => begin = Some(byte),
            END => marks.extend(begin.take().map(|begin| begin..byte)),
            other => byte += other.len_utf8(),
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_places_in_the_text_without_them() {
        let marked = format!("{BEGIN}Größe{END} XL: {BEGIN}Käse{END}");

        assert_eq!(
            marks(&marked).into_iter().map(|place| &"Größe XL: Käse"[place]).collect::<Vec<_>>(),
            ["Größe", "Käse"]
        );
    }
}
