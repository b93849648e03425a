//! Conditions on products.

use ecom67_app::search::{Condition, FacetKey, Filter, ListQuery};
use ecom67_domain::CategoryCode;
use serde_json::{Value, json};

use super::document::attribute_token;
use super::settings::field;

/// What a product must be to be in the list at all, filters and words aside.
pub(super) fn conditions(query: &ListQuery) -> Vec<Value> {
    let mut conditions = vec![json!({ "exists": { "field": field::price(query.market.as_str()) } })];
    if let Some(category) = &query.category {
        conditions.push(json!({ "term": { field::CATEGORY: category.as_str() } }));
    }
    if let Some(collection) = &query.collection {
        let picked = json!({ "term": { field::COLLECTION: collection.as_str() } });
        conditions.push(json!({ "nested": { "path": field::PICKED, "query": picked } }));
    }
    conditions.extend(query.conditions.iter().map(|condition| of_list(condition, query.market.as_str())));
    conditions
}

fn of_list(wanted: &Condition, market: &str) -> Value {
    match wanted {
        Condition::Passes(filter) => condition(filter, market),
        Condition::Tag(tags) => json!({ "terms": { field::TAG: tags } }),
        Condition::PublishedSince(since) => {
            json!({ "range": { field::PUBLISHED_AT: { "gte": since.as_microsecond() } } })
        }
        Condition::Never => json!({ "match_none": {} }),
    }
}

/// The filters of a query, each with what it is about.
pub(super) fn filters(query: &ListQuery) -> Vec<(FacetKey, Value)> {
    query.filters.iter().map(|filter| (filter.key(), condition(filter, query.market.as_str()))).collect()
}

fn condition(filter: &Filter, market: &str) -> Value {
    match filter {
        Filter::Category(codes) => {
            let codes: Vec<&str> = codes.iter().map(CategoryCode::as_str).collect();
            json!({ "terms": { field::CATEGORY: codes } })
        }
        Filter::Brand(brands) => json!({ "terms": { field::BRAND: brands } }),
        Filter::Availability(wanted) => {
            let wanted: Vec<&str> = wanted.iter().map(|availability| availability.as_str()).collect();
            json!({ "terms": { field::AVAILABILITY: wanted } })
        }
        Filter::Price { minimum, maximum } => {
            let mut range = json!({});
            if let Some(minimum) = minimum {
                range["gte"] = (*minimum).into();
            }
            if let Some(maximum) = maximum {
                range["lte"] = (*maximum).into();
            }
            json!({ "range": { field::price(market): range } })
        }
        Filter::Reduced => json!({ "term": { field::REDUCED: market } }),
        Filter::Attribute(code, values) => {
            let values: Vec<String> = values.iter().map(|value| attribute_token(code, value)).collect();
            json!({ "terms": { field::ATTRIBUTE: values } })
        }
    }
}

/// What passes all filters but those of one facet.
pub(super) fn all_but(filters: &[(FacetKey, Value)], but: Option<&FacetKey>) -> Value {
    let others: Vec<&Value> = filters.iter().filter(|(key, _)| Some(key) != but).map(|(_, filter)| filter).collect();
    json!({ "bool": { "filter": others } })
}
