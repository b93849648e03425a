//! What somebody may mean who is still typing.

use std::collections::BTreeSet;

use ecom67_app::search::{ListQuery, QUERY_LENGTH_MAX, SUGGESTIONS_MAX, SuggestQuery, Suggestions};
use ecom67_domain::Language;
use serde_json::{Value, json};

use super::Reader;
use super::call::CallError;
use super::compounds::{escaped, terms};
use super::filters::conditions;
use super::query::keep_telling;
use super::settings::field;
use super::words::Word;

/// The most words that a beginning stands for when products are looked for.
const COMPLETIONS_MAX: usize = 12;
/// A beginning of so many letters may have a typo.
const TYPO_LENGTH_MIN: usize = 4;
/// In so many of the first letters a typo is looked for: the pattern for it grows with their square.
const TYPO_LENGTH_MAX: usize = 12;

impl Reader {
    /// The products that are found so far, and what the text may become.
    pub(super) async fn suggest(&self, asked: &SuggestQuery) -> Result<Suggestions, CallError> {
        let text: String = asked.text.trim_start().chars().take(QUERY_LENGTH_MAX).collect();
        let mut words = self.words(asked.language, &text).await?;
        let Some(last) = words.pop() else { return Ok(Suggestions::default()) };
        let query = ListQuery {
            limit: asked.hits.min(SUGGESTIONS_MAX),
            ..ListQuery::everything(asked.language, asked.market.clone())
        };
        // Whoever has typed a space has finished the word.
        let is_open = last.place.end == text.len();
        let completions = if is_open { self.completions(asked.language, &last.plain).await? } else { Vec::new() };
        let understood = self.understood_completing(asked.language, &text, &asked.synonyms, &completions).await?;
        let hits = self.list_understood(&query, Some(&understood)).await?.hits;
        keep_telling(&mut words);
        let queries = self.completed(&words, &completions, &query, asked.queries.min(SUGGESTIONS_MAX)).await?;
        let before = &text[..last.place.start];
        let queries = queries.into_iter().map(|completion| format!("{before}{completion}"));
        let queries = queries.filter(|query| *query != text).collect();
        Ok(Suggestions { queries, hits })
    }

    /// The words that begin so, the most frequent first; those that begin nearly so, where none does.
    async fn completions(&self, language: Language, beginning: &str) -> Result<Vec<Word>, CallError> {
        let titles = field::titles(language);
        let exactly = json!({ "prefix": { &titles: beginning } });
        let mut found = self.beginning(&titles, &exactly, &format!("{}.*", escaped(beginning))).await?;
        let length = beginning.chars().count();
        if found.is_empty() && length >= TYPO_LENGTH_MIN {
            let pattern = nearly(beginning);
            found = self.beginning(&titles, &json!({ "regexp": { &titles: &pattern } }), &pattern).await?;
        }
        let stems = self.stems_of_words(language, &found).await?;
        Ok(found.iter().filter_map(|word| stems.iter().find(|stem| stem.plain == *word).cloned()).collect())
    }

    async fn beginning(&self, titles: &str, query: &Value, pattern: &str) -> Result<Vec<String>, CallError> {
        let words = json!({ "terms": { "field": titles, "include": pattern, "size": COMPLETIONS_MAX } });
        let asked = json!({ "size": 0, "track_total_hits": false, "query": query, "aggs": { "words": words } });
        let found = self.search(&asked).await?;
        Ok(terms(found.aggregation("words")).into_iter().map(|(word, _)| word).collect())
    }

    async fn stems_of_words(&self, language: Language, words: &[String]) -> Result<Vec<Word>, CallError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        self.words(language, &words.join("\n")).await
    }

    /// The completions in the spelling of a name, as far as products of the market have them together with all of the
    /// other words that any product has; the one that most have first.
    async fn completed(
        &self,
        others: &[Word],
        completions: &[Word],
        query: &ListQuery,
        most: usize,
    ) -> Result<Vec<String>, CallError> {
        let (all, name) = (field::all(query.language), field::name(query.language));
        let mut stems = BTreeSet::new();
        // `mug` and `mugs` find the same.
        let distinct: Vec<&Word> =
            completions.iter().filter(|completion| stems.insert(completion.stem.word.as_str())).collect();
        let known = others.iter().filter(|other| other.stem.in_all > 0);
        let known: Vec<Value> = known.map(|other| json!({ "term": { &all: other.stem.word } })).collect();
        let searches: Vec<Value> = distinct
            .iter()
            .map(|completion| {
                let having = json!({ "term": { &all: completion.stem.word } });
                let conditions = [conditions(query), known.clone(), vec![having]].concat();
                let in_name = json!({ "term": { &name: completion.stem.word } });
                json!({
                    "size": 1,
                    "_source": [name],
                    "query": { "bool": { "filter": conditions, "should": in_name } },
                })
            })
            .collect();
        let mut counted = Vec::new();
        for (completion, found) in distinct.into_iter().zip(self.searches(&searches).await?) {
            let total = found.total();
            if let Some(hit) = found.hits.hits.into_iter().next() {
                let path = format!("/name/{}", query.language);
                let name = hit.source.pointer(&path).and_then(Value::as_str).unwrap_or_default();
                counted.push((total, completion, name.to_owned()));
            }
        }
        counted.sort_by_key(|(count, _, _)| std::cmp::Reverse(*count));
        counted.truncate(most);
        let names: Vec<String> = counted.iter().map(|(_, _, name)| name.clone()).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let spellings = self.spellings(query.language, &names).await?;
        Ok(counted.into_iter().map(|(_, completion, _)| spellings.of(&completion.plain)).collect())
    }
}

/// A pattern of what begins with a word in which one letter is another, missing, too many, or swapped with the next.
fn nearly(word: &str) -> String {
    let letters: Vec<String> = word.chars().take(TYPO_LENGTH_MAX).map(|letter| escaped(&letter.to_string())).collect();
    let mut ways = BTreeSet::new();
    for place in 0..letters.len() {
        let (before, after) = (letters[..place].concat(), letters[place + 1..].concat());
        ways.insert(format!("{before}.{after}"));
        ways.insert(format!("{before}{after}"));
        ways.insert(format!("{before}.{}{after}", letters[place]));
        if let Some(next) = letters.get(place + 1) {
            ways.insert(format!("{before}{next}{}{}", letters[place], letters[place + 2..].concat()));
        }
    }
    let ways: Vec<String> = ways.into_iter().collect();
    format!("({}).*", ways.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_may_have_a_typo() {
        let pattern = nearly("ket");

        for way in ["(.et|", "|ke|", "|k.et|", "|ekt|"] {
            assert!(pattern.replace('(', "|").contains(&way.replace('(', "|")), "{way} in {pattern}");
        }
        assert!(nearly(&"a".repeat(200)).len() < 1_000, "the engine takes no longer pattern");
    }
}
