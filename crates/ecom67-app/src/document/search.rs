//! What merchants say of searches, as it is written down.

use std::collections::BTreeSet;

use ecom67_domain::{Language, ProductCode, Violations};
use serde::{Deserialize, Serialize};

use super::parse;

/// The most words, queries or products that one document names.
pub const SEARCH_ENTRIES_MAX: usize = 50;
/// The longest word or query in characters.
const TEXT_LENGTH_MAX: usize = 80;

/// Words that find each other, or others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SynonymsDocument {
    /// The document's code.
    pub code: String,
    /// The language of the words, ISO 639-1.
    pub language: String,
    /// What is typed. Where `finds` is empty, each of these finds what has any of them.
    pub words: Vec<String>,
    /// What the words find as well, without being found by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finds: Vec<String>,
}

impl SynonymsDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        parse::<Language>(&mut violations, "language", &self.language);
        check_texts(&mut violations, "words", &self.words);
        check_texts(&mut violations, "finds", &self.finds);
        if self.words.is_empty() || (self.finds.is_empty() && self.words.len() < 2) {
            violations.add("words", "synonyms_too_few", "two words that find each other, or one and what it finds");
        }
        violations.or(|| ())
    }
}

/// Products whose places among the results of some queries are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryRuleDocument {
    /// The document's code.
    pub code: String,
    /// The language of the queries, ISO 639-1.
    pub language: String,
    /// The queries, whole; case and punctuation do not matter.
    pub queries: Vec<String>,
    /// Codes of products that come first, in this order, whether the words find them or not. They need not exist yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pinned: Vec<String>,
    /// Codes of products that come last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buried: Vec<String>,
}

impl QueryRuleDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        parse::<Language>(&mut violations, "language", &self.language);
        check_texts(&mut violations, "queries", &self.queries);
        if self.queries.is_empty() {
            violations.add("queries", "queries_missing", "at least one query");
        }
        let mut placed = BTreeSet::new();
        for (field, codes) in [("pinned", &self.pinned), ("buried", &self.buried)] {
            check_count(&mut violations, field, codes);
            for (index, code) in codes.iter().enumerate() {
                let field = format!("{field}[{index}]");
                parse::<ProductCode>(&mut violations, field.clone(), code);
                if !placed.insert(code) {
                    violations.add(field, "product_placed_twice", "each product once");
                }
            }
        }
        if placed.is_empty() {
            violations.add("pinned", "products_missing", "at least one product that is pinned or buried");
        }
        violations.or(|| ())
    }
}

fn check_texts(violations: &mut Violations, field: &str, texts: &[String]) {
    check_count(violations, field, texts);
    for (index, text) in texts.iter().enumerate() {
        if text.trim().is_empty() || text.chars().count() > TEXT_LENGTH_MAX {
            violations.add(format!("{field}[{index}]"), "text_invalid", format!("1 to {TEXT_LENGTH_MAX} characters"));
        }
    }
}

fn check_count(violations: &mut Violations, field: &str, entries: &[String]) {
    if entries.len() > SEARCH_ENTRIES_MAX {
        violations.add(field, "too_many", format!("at most {SEARCH_ENTRIES_MAX}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(checked: Result<(), Violations>) -> Vec<String> {
        let violations = checked.unwrap_err();
        violations.as_slice().iter().map(|violation| format!("{} {}", violation.field, violation.code)).collect()
    }

    #[test]
    fn a_mistake_is_told_with_its_field() {
        let synonyms =
            SynonymsDocument { code: "tv".into(), language: "xx-".into(), words: vec!["tv".into()], finds: vec![] };
        assert_eq!(codes(synonyms.check()), ["language language_invalid", "words synonyms_too_few"]);

        let rule = QueryRuleDocument {
            code: "gift".into(),
            language: "en".into(),
            queries: vec![" ".into()],
            pinned: vec!["mug".into()],
            buried: vec!["mug".into()],
        };
        assert_eq!(codes(rule.check()), ["queries[0] text_invalid", "buried[0] product_placed_twice"]);
    }
}
