//! What merchants say of searches: words that find others, and products that come first or last.

use std::collections::HashMap;
use std::sync::Arc;

use ecom67_domain::{Language, ProductCode};

use super::name_sort_key;
use crate::document::{QueryRuleDocument, SEARCH_ENTRIES_MAX, SynonymsDocument};

/// Words that find others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synonyms(pub Vec<Synonym>);

/// Whoever types one thing also finds another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synonym {
    /// The language of both.
    pub language: Language,
    /// What is typed: a word, or several in this order.
    pub typed: String,
    /// What is found as well: products that have this word, or all of these words.
    pub finds: String,
}

/// Products whose places among the results are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placement {
    /// These come first, in this order, whether the words find them or not.
    pub pinned: Vec<ProductCode>,
    /// These come last, where the words find them.
    pub buried: Vec<ProductCode>,
}

impl Placement {
    /// Adds what a rule says. Of what several rules say of a product the first counts, and of all together as much as one
    /// rule may say.
    fn add(&mut self, rule: &QueryRuleDocument) {
        let codes = |codes: &[String]| codes.iter().filter_map(|code| code.parse().ok()).collect::<Vec<ProductCode>>();
        let (pinned, buried) = (codes(&rule.pinned), codes(&rule.buried));
        for (codes, is_pinned) in [(pinned, true), (buried, false)] {
            for code in codes {
                if self.pinned.contains(&code) || self.buried.contains(&code) {
                    continue;
                }
                let places = if is_pinned { &mut self.pinned } else { &mut self.buried };
                if places.len() < SEARCH_ENTRIES_MAX {
                    places.push(code);
                }
            }
        }
    }
}

/// All that a shop's merchants say of searches.
#[derive(Clone, Debug, Default)]
pub struct SearchTuning {
    /// Words that find others.
    pub synonyms: Arc<Synonyms>,
    placements: HashMap<(Language, String), Placement>,
}

impl SearchTuning {
    /// What the documents say. They were checked when they were saved: what cannot be read is passed over.
    pub(crate) fn of<'shop>(
        synonyms: impl Iterator<Item = &'shop SynonymsDocument>,
        rules: impl Iterator<Item = &'shop QueryRuleDocument>,
    ) -> Self {
        let synonyms = Synonyms(synonyms.flat_map(pairs).collect());
        let mut placements: HashMap<_, Placement> = HashMap::new();
        for rule in rules {
            let Ok(language) = rule.language.parse::<Language>() else { continue };
            for query in &rule.queries {
                placements.entry((language, name_sort_key(query))).or_default().add(rule);
            }
        }
        Self { synonyms: Arc::new(synonyms), placements }
    }

    /// The places that are given for a query, however it is cased and punctuated.
    pub fn placement(&self, language: Language, query: &str) -> Placement {
        self.placements.get(&(language, name_sort_key(query))).cloned().unwrap_or_default()
    }
}

fn pairs(document: &SynonymsDocument) -> Vec<Synonym> {
    let Ok(language) = document.language.parse::<Language>() else { return Vec::new() };
    let found = if document.finds.is_empty() { &document.words } else { &document.finds };
    let typed = document.words.iter().flat_map(|typed| found.iter().map(move |finds| (typed, finds)));
    let different = typed.filter(|(typed, finds)| typed != finds);
    different.map(|(typed, finds)| Synonym { language, typed: typed.clone(), finds: finds.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonyms(words: &[&str], finds: &[&str]) -> SynonymsDocument {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        SynonymsDocument { code: "x".into(), language: "en".into(), words: texts(words), finds: texts(finds) }
    }

    fn pairs_of(document: &SynonymsDocument) -> Vec<(String, String)> {
        let tuning = SearchTuning::of(std::iter::once(document), std::iter::empty());
        tuning.synonyms.0.iter().map(|synonym| (synonym.typed.clone(), synonym.finds.clone())).collect()
    }

    #[test]
    fn words_find_each_other_unless_it_is_said_what_they_find() {
        let pair = |typed: &str, finds: &str| (typed.to_owned(), finds.to_owned());

        assert_eq!(pairs_of(&synonyms(&["tv", "telly"], &[])), [pair("tv", "telly"), pair("telly", "tv")]);
        assert_eq!(pairs_of(&synonyms(&["tv"], &["monitor"])), [pair("tv", "monitor")]);
    }

    #[test]
    fn a_rule_holds_for_its_query_however_it_is_typed_and_in_its_language_only() {
        let rule = QueryRuleDocument {
            code: "gifts".into(),
            language: "en".into(),
            queries: vec!["Tea gift".into()],
            pinned: vec!["mug".into()],
            buried: vec![],
        };
        let tuning = SearchTuning::of(std::iter::empty(), std::iter::once(&rule));

        assert_eq!(tuning.placement(Language::ENGLISH, " TEA-gift! ").pinned, ["mug".parse().unwrap()]);
        assert_eq!(tuning.placement(Language::GERMAN, "tea gift"), Placement::default());
        assert_eq!(tuning.placement(Language::ENGLISH, "tea gifts"), Placement::default());
    }

    #[test]
    fn several_rules_of_a_query_place_each_product_once_and_no_more_than_one_may() {
        let rule = |pinned: &[&str], buried: &[&str]| QueryRuleDocument {
            code: "x".into(),
            language: "en".into(),
            queries: vec!["mug".into()],
            pinned: pinned.iter().map(ToString::to_string).collect(),
            buried: buried.iter().map(ToString::to_string).collect(),
        };
        let many: Vec<String> = (0..60).map(|number| format!("p{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let rules = [rule(&["a"], &["b"]), rule(&["b", "a", "c"], &["a"]), rule(&many, &[])];

        let placement = SearchTuning::of(std::iter::empty(), rules.iter()).placement(Language::ENGLISH, "mug");

        let codes = |codes: &[ProductCode]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(codes(&placement.pinned[..3]), ["a", "c", "p0"]);
        assert_eq!((placement.pinned.len(), codes(&placement.buried)), (SEARCH_ENTRIES_MAX, vec!["b".to_owned()]));
    }
}
