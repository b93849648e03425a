//! How well products fit words, as a query of the engine (`ecom67_ranking::bags`).
//!
//! The engine's BM25 weighs a word by its own idea of how rare it is. We weigh groups of words by shares of ours, so each
//! word is boosted by what makes the engine's weight ours.

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
        let mut clauses = Vec::new();
        for alternative in &group.alternatives {
            let terms: Vec<Value> = alternative
                .stems()
                .filter_map(|stem| {
                    let frequency = if bag == BagKind::Main { stem.in_main } else { stem.in_all };
                    // Several words together count as much as they do on average.
                    let part = alternative.weight * share / BAGS / number(1 + alternative.with.len() as u64);
                    let boost = (frequency > 0).then(|| part * boost(constants, documents, frequency))?;
                    Some(json!({ "term": { &name: { "value": stem.word, "boost": boost } } }))
                })
                .collect();
            match &terms[..] {
                [] => {}
                [term] if alternative.with.is_empty() => clauses.push(term.clone()),
                terms if terms.len() > alternative.with.len() => clauses.push(json!({ "bool": { "must": terms } })),
                // One of the words stands nowhere in this bag.
                _ => {}
            }
        }
        (!clauses.is_empty()).then(|| json!({ "dis_max": { "queries": clauses } }))
    }

    /// What finds products that have any of the words or numbers, scored by what they have of what the words tell
    /// together.
    pub(super) fn shared(&self) -> Value {
        let mut clauses = Vec::new();
        let name = field::all(self.language);
        for (group, share) in self.groups.iter().zip(&self.shares) {
            let (single, several): (Vec<_>, Vec<_>) =
                group.alternatives.iter().partition(|alternative| alternative.with.is_empty());
            let single: Vec<&str> = single.into_iter().map(|alternative| alternative.stem.word.as_str()).collect();
            let mut any = vec![json!({ "terms": { &name: single } })];
            any.extend(several.into_iter().map(|alternative| {
                let all: Vec<Value> = alternative.stems().map(|stem| json!({ "term": { &name: stem.word } })).collect();
                json!({ "bool": { "filter": all } })
            }));
            clauses.push(constant(&any_of(&any), *share));
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
