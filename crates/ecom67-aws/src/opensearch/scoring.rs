//! How well products fit words, as a query of the engine (`ecom67_ranking::bags`).
//!
//! The engine's BM25 weighs a word by its own idea of how rare it is. We weigh groups of words by shares of ours, so each
//! word is boosted by what makes the engine's weight ours.

use std::collections::BTreeMap;

use ecom67_ranking::bags::number;
use ecom67_ranking::bags::{ALL, Bag, MAIN, rarity};
use serde_json::{Value, json};

use super::query::{Group, TextQuery};
use super::settings::field;

/// So many bags share a score.
const BAGS: f32 = 2.0;

/// The two bags of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BagKind {
    /// What the merchant says first.
    Main,
    /// Every text.
    All,
}

impl TextQuery {
    /// What finds products that have any of the words or numbers, and gives each its score.
    pub(super) fn scored(&self) -> Value {
        let mut clauses = Vec::new();
        for (group, share) in self.groups.iter().zip(&self.shares) {
            for bag in [BagKind::Main, BagKind::All] {
                clauses.extend(self.scored_group(group, *share, bag));
            }
        }
        clauses.extend(self.numbers.iter().map(|(key, bonus)| constant(&having_number(key), *bonus)));
        any_of(&clauses)
    }

    /// What finds products that have a word of the group in a bag, scored by the best of them.
    pub(super) fn scored_group(&self, group: &Group, share: f32, bag: BagKind) -> Option<Value> {
        let (name, constants, documents) = match bag {
            BagKind::Main => (field::main(self.language), MAIN, self.documents.main),
            BagKind::All => (field::all(self.language), ALL, self.documents.all),
        };
        // The same word may stand for several parts of a query.
        let mut boosts: BTreeMap<&str, f32> = BTreeMap::new();
        for alternative in &group.alternatives {
            let stem = &alternative.stem;
            let frequency = if bag == BagKind::Main { stem.in_main } else { stem.in_all };
            if frequency > 0 {
                let boost = alternative.weight * share / BAGS * boost(constants, documents, frequency);
                boosts.insert(&stem.word, boost);
            }
        }
        let term = |(word, boost): (&str, f32)| json!({ "term": { &name: { "value": word, "boost": boost } } });
        let terms: Vec<Value> = boosts.into_iter().map(term).collect();
        (!terms.is_empty()).then(|| json!({ "dis_max": { "queries": terms } }))
    }

    /// What finds products that have any of the words or numbers, scored by what they have of what the words tell
    /// together.
    pub(super) fn shared(&self) -> Value {
        let mut clauses = Vec::new();
        let name = field::all(self.language);
        for (group, share) in self.groups.iter().zip(&self.shares) {
            let words: Vec<&str> =
                group.alternatives.iter().map(|alternative| alternative.stem.word.as_str()).collect();
            clauses.push(constant(&json!({ "terms": { &name: words } }), *share));
        }
        clauses.extend(self.numbers.iter().map(|(key, _)| constant(&having_number(key), 1.0)));
        any_of(&clauses)
    }

    /// Whether what has anything of the words has all of them.
    pub(super) fn is_single(&self) -> bool {
        self.groups.len() + self.numbers.len() <= 1
    }
}

/// What the engine's weight of a word is to be multiplied by, so that it has the word's frequency and the text's length
/// but not the word's rarity in it: that is in our shares.
fn boost(bag: Bag, documents: u64, frequency: u64) -> f32 {
    (bag.saturation + 1.0) / rarity(number(documents), frequency)
}

fn constant(filter: &Value, score: f32) -> Value {
    json!({ "constant_score": { "filter": filter, "boost": score } })
}

/// What finds products that have a number.
pub(super) fn having_number(key: &str) -> Value {
    json!({ "term": { field::NUMBER: key } })
}

/// What finds products that one of the clauses finds, and adds up what they score.
fn any_of(clauses: &[Value]) -> Value {
    if clauses.is_empty() {
        return json!({ "match_none": {} });
    }
    json!({ "bool": { "should": clauses, "minimum_should_match": 1 } })
}
