//! The order of hits, and where in it a page begins.

use ecom67_app::search::{ListQuery, Sort, SortKey, SortValue};
use ecom67_ranking::best::RAISED;
use serde_json::{Value, json};

use super::call::CallError;
use super::search::FoundHit;
use super::settings::field;

/// What hits are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Highest score first.
    Score,
    /// Newest first.
    Newest,
    /// Cheapest first, in this field.
    Price(String),
    /// Dearest first.
    PriceDescending(String),
    /// As picked for this collection.
    Place(String),
    /// By name, in this field.
    Name(String),
}

impl Order {
    /// What the query asks for.
    pub(super) fn of(query: &ListQuery, has_words: bool) -> Self {
        let price = || field::price(query.market.as_str());
        match (query.sort, &query.collection) {
            (Sort::Relevance, _) if has_words => Self::Score,
            (Sort::Relevance, Some(collection)) => Self::Place(collection.as_str().to_owned()),
            (Sort::Relevance, None) | (Sort::Newest, _) => Self::Newest,
            (Sort::Price, _) => Self::Price(price()),
            (Sort::PriceDescending, _) => Self::PriceDescending(price()),
            (Sort::Name, _) => Self::Name(field::sort_name(query.language)),
        }
    }

    /// The order as the engine takes it; codes decide between equals.
    pub(super) fn sort(&self) -> Value {
        let by = match self {
            Self::Score => json!({ "_score": "desc" }),
            Self::Newest => json!({ field::PUBLISHED_AT: "desc" }),
            Self::Price(field) => json!({ field: { "order": "asc", "unmapped_type": "long" } }),
            Self::PriceDescending(field) => json!({ field: { "order": "desc", "unmapped_type": "long" } }),
            Self::Place(collection) => {
                let nested = json!({ "path": field::PICKED, "filter": { "term": { field::COLLECTION: collection } } });
                json!({ field::PLACE: { "order": "asc", "missing": "_last", "nested": nested } })
            }
            // A hit without a name comes first.
            Self::Name(field) => json!({ field: { "order": "asc", "missing": "", "unmapped_type": "keyword" } }),
        };
        json!([by, { field::CODE: "asc" }])
    }

    /// Where a page after `key` begins, as the engine takes it.
    pub(super) fn search_after(&self, key: &SortKey) -> Result<Value, CallError> {
        let value: Value = match (self, &key.value) {
            (Self::Score, SortValue::Score(score)) => (*score).into(),
            (Self::Newest | Self::Price(_) | Self::PriceDescending(_) | Self::Place(_), SortValue::Number(number)) => {
                (*number).into()
            }
            (Self::Name(_), SortValue::Name(name)) => name.as_str().into(),
            _ => return Err(CallError::Senseless("the cursor belongs to a list in another order")),
        };
        Ok(json!([value, key.code.as_str()]))
    }

    /// Where a hit stands.
    pub(super) fn key(&self, hit: &FoundHit) -> Result<SortKey, CallError> {
        let strange = CallError::Senseless("a product of the index has no place in the order");
        let Some(value) = hit.sort.first() else { return Err(strange) };
        let value = match self {
            #[expect(clippy::cast_possible_truncation, reason = "the engine's scores are of single precision")]
            Self::Score => value.as_f64().map(|score| SortValue::Score(score as f32)),
            Self::Newest | Self::Price(_) | Self::PriceDescending(_) | Self::Place(_) => {
                value.as_i64().map(SortValue::Number)
            }
            Self::Name(_) => value.as_str().map(|name| SortValue::Name(name.to_owned())),
        };
        match (value, hit.code.parse()) {
            (Some(value), Ok(code)) => Ok(SortKey { value, code }),
            _ => Err(strange),
        }
    }
}

/// Whether a page that begins after `after` shows any of the hits that are looked at again.
pub(super) fn shows_best(after: Option<&SortKey>) -> bool {
    after.is_none_or(|after| matches!(after.value, SortValue::Score(score) if score >= RAISED))
}
