//! Facets: what is asked of the engine, what its counts add up to, and which attributes are worth showing.
//!
//! How useful an attribute is depends on the counts of all its values. Most values stand in one product alone, so only
//! those of two and more are asked for, and beside them how many values of each attribute there are: what is missing are
//! the ones. Only where such ones have to be told is the engine asked again.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use ecom67_app::search::{
    ATTRIBUTE_FACETS_MAX, FACET_VALUES_MAX, FacetCounts, FacetKey, Filter, ListQuery, REDUCED_VALUE,
};
use ecom67_domain::{AttributeCode, CategoryCode};
use ecom67_ranking::facets::Sketch;
use serde_json::{Map, Value, json};

use super::compounds::{escaped, terms};
use super::document::attribute_token;
use super::filters::all_but;
use super::search::Found;
use super::settings::{SEPARATOR, field};

/// The most values of all attributes together that stand in two products and more. Where there are more, the least
/// frequent of them are taken for ones.
const SHARED_VALUES_MAX: usize = 10_000;
/// The most attributes, with each number of values a product has of them.
const ATTRIBUTE_COUNTS_MAX: usize = 10_000;

/// The most categories that are named to be counted. Of more, those are told that are among the
/// [`LEVELS_VALUES_MAX`] most frequent of all levels.
const NAMED_CATEGORIES_MAX: usize = 1_000;
/// The most categories that are counted to choose among them here.
const LEVELS_VALUES_MAX: usize = 10_000;

/// More than there are availabilities.
const AVAILABILITIES_MAX: usize = 10;

/// The name of the aggregation of all hits.
const HITS: &str = "hits";

/// What is asked to count the facets of a query.
pub(super) fn asked(query: &ListQuery, filters: &[(FacetKey, Value)]) -> Map<String, Value> {
    let mut asked = Map::new();
    let filtered = filtered_keys(query);
    let mut of_hits = Map::new();
    for key in [FacetKey::Category, FacetKey::Brand, FacetKey::Price, FacetKey::Availability, FacetKey::Reduced] {
        if !filtered.contains(&key) {
            of_hits.extend(counted(&key, query));
        }
    }
    of_hits.insert("shared".to_owned(), by_terms(field::ATTRIBUTE, SHARED_VALUES_MAX, None));
    of_hits["shared"]["terms"]["min_doc_count"] = 2.into();
    of_hits.insert("counts".to_owned(), by_terms(field::ATTRIBUTE_COUNT, ATTRIBUTE_COUNTS_MAX, None));
    asked.insert(HITS.to_owned(), json!({ "filter": all_but(filters, None), "aggs": of_hits }));
    for (place, key) in filtered.iter().enumerate() {
        let beside = json!({ "filter": all_but(filters, Some(key)), "aggs": counted(key, query) });
        asked.insert(beside_name(place), beside);
    }
    asked
}

fn beside_name(place: usize) -> String {
    format!("beside{place}")
}

/// The facets that are filtered by, each once.
fn filtered_keys(query: &ListQuery) -> BTreeSet<FacetKey> {
    query.filters.iter().map(Filter::key).collect()
}

/// What counts one facet among the products it is counted in.
fn counted(key: &FacetKey, query: &ListQuery) -> Map<String, Value> {
    let mut aggregations = Map::new();
    let mut add = |name: &str, aggregation| drop(aggregations.insert(name.to_owned(), aggregation));
    let wanted = wanted_values(key, &query.filters);
    match key {
        FacetKey::Category => {
            if let Some(categories) = of_categories(query.facet_categories.as_deref()) {
                add("category", categories);
            }
            if !wanted.is_empty() {
                add("wanted", by_terms(field::CATEGORY, wanted.len(), Some(wanted.into())));
            }
        }
        FacetKey::Brand => {
            add("brand", by_terms(field::BRAND, FACET_VALUES_MAX, None));
            if !wanted.is_empty() {
                add("wanted", by_terms(field::BRAND, wanted.len(), Some(wanted.into())));
            }
        }
        FacetKey::Price => {
            let field = field::price(query.market.as_str());
            add("lowest", json!({ "min": { "field": field } }));
            add("highest", json!({ "max": { "field": field } }));
        }
        FacetKey::Availability => add("availability", by_terms(field::AVAILABILITY, AVAILABILITIES_MAX, None)),
        FacetKey::Reduced => {
            add("reduced", json!({ "filter": { "term": { field::REDUCED: query.market.as_str() } } }));
        }
        FacetKey::Attribute(code) => {
            add("attribute", of_attribute(code.as_str()));
            if !wanted.is_empty() {
                let tokens: Vec<String> = wanted.iter().map(|value| attribute_token(code, value)).collect();
                add("wanted", by_terms(field::ATTRIBUTE, tokens.len(), Some(tokens.into())));
            }
        }
    }
    aggregations
}

fn by_terms(field: &str, size: usize, include: Option<Value>) -> Value {
    let mut terms = json!({ "field": field, "size": size });
    if let Some(include) = include {
        terms["include"] = include;
    }
    json!({ "terms": terms })
}

/// What counts the categories that the facet is about; `None` where it is about none.
fn of_categories(asked: Option<&[CategoryCode]>) -> Option<Value> {
    match asked {
        None => Some(by_terms(field::CATEGORY, FACET_VALUES_MAX, None)),
        Some([]) => None,
        Some(asked) if asked.len() <= NAMED_CATEGORIES_MAX => {
            let codes: Vec<&str> = asked.iter().map(CategoryCode::as_str).collect();
            // All of them: of several shards each would tell of its own most frequent ones alone.
            Some(by_terms(field::CATEGORY, codes.len(), Some(codes.into())))
        }
        Some(_) => Some(by_terms(field::CATEGORY, LEVELS_VALUES_MAX, None)),
    }
}

/// Chooses the most frequent of the categories that the facet is about.
fn choose_categories(counted: &mut Vec<(String, u64)>, asked: Option<&[CategoryCode]>) {
    let Some(asked) = asked else { return };
    if asked.len() > NAMED_CATEGORIES_MAX {
        let asked: HashSet<&str> = asked.iter().map(CategoryCode::as_str).collect();
        counted.retain(|(category, _)| asked.contains(category.as_str()));
    }
    sort_values(counted);
    counted.truncate(FACET_VALUES_MAX);
}

/// What tells the most frequent values of an attribute.
fn of_attribute(code: &str) -> Value {
    let include = format!("{}{SEPARATOR}.*", escaped(code));
    by_terms(field::ATTRIBUTE, FACET_VALUES_MAX, Some(include.into()))
}

/// A useful attribute, with its values where all that have to be told are known.
type Useful = (String, Option<Vec<(String, u64)>>);

/// The facets that have been counted, but for attributes whose values have to be asked for.
pub(super) struct Counted {
    facets: Vec<FacetCounts>,
    /// The attributes that say most, best first; without values where they have to be asked for.
    attributes: Vec<Useful>,
}

impl Counted {
    /// Reads the counts of a query.
    pub(super) fn read(query: &ListQuery, found: &Found) -> Self {
        let total = hits(found).unwrap_or_default();
        let filtered = filtered_keys(query);
        let mut facets = Vec::new();
        let place_of = |key: &FacetKey| filtered.iter().position(|filtered| filtered == key);
        let path = |key: &FacetKey| place_of(key).map_or_else(|| HITS.to_owned(), beside_name);
        for key in [FacetKey::Category, FacetKey::Brand, FacetKey::Price, FacetKey::Availability, FacetKey::Reduced] {
            facets.extend(facet(&key, found, &path(&key), query));
        }
        for key in &filtered {
            if matches!(key, FacetKey::Attribute(_)) {
                facets.extend(facet(key, found, &path(key), query));
            }
        }
        let attributes = useful(found, total, |code| {
            filtered.iter().any(|key| matches!(key, FacetKey::Attribute(own) if own.as_str() == code))
        });
        Self { facets, attributes }
    }

    /// What has to be asked for beside, of the same products.
    pub(super) fn missing(&self) -> Map<String, Value> {
        let missing = self.attributes.iter().enumerate().filter(|(_, (_, values))| values.is_none());
        missing.map(|(place, (code, _))| (format!("attribute{place}"), of_attribute(code))).collect()
    }

    /// The facets, with what was asked for beside.
    pub(super) fn finish(self, beside: Option<&Found>) -> Vec<FacetCounts> {
        let mut facets = self.facets;
        for (place, (code, values)) in self.attributes.into_iter().enumerate() {
            let values = values.or_else(|| {
                let counted = beside?.aggregation(&format!("attribute{place}"))?;
                Some(terms(Some(counted)).into_iter().map(|(token, count)| (value_of(&token), count)).collect())
            });
            if let (Ok(code), Some(values)) = (code.parse::<AttributeCode>(), values) {
                facets.push(FacetCounts { key: FacetKey::Attribute(code), values, range: None });
            }
        }
        facets
    }
}

/// How many products were counted: all that are in the list.
pub(super) fn hits(found: &Found) -> Option<u64> {
    found.aggregation("hits/doc_count").and_then(Value::as_u64)
}

/// One facet, if there is anything to tell of it.
fn facet(key: &FacetKey, found: &Found, path: &str, query: &ListQuery) -> Option<FacetCounts> {
    let aggregation = |name: &str| found.aggregation(&format!("{path}/{name}"));
    let mut values: Vec<(String, u64)> = match key {
        FacetKey::Category => {
            let mut counted = terms(aggregation("category"));
            choose_categories(&mut counted, query.facet_categories.as_deref());
            counted
        }
        FacetKey::Brand => terms(aggregation("brand")),
        FacetKey::Availability => terms(aggregation("availability")),
        FacetKey::Attribute(_) => {
            terms(aggregation("attribute")).into_iter().map(|(token, count)| (value_of(&token), count)).collect()
        }
        FacetKey::Reduced => {
            let count = aggregation("reduced/doc_count").and_then(Value::as_u64).unwrap_or_default();
            if count > 0 { vec![(REDUCED_VALUE.to_owned(), count)] } else { Vec::new() }
        }
        FacetKey::Price => {
            let price = |name: &str| aggregation(&format!("{name}/value")).and_then(Value::as_f64).map(whole);
            let range = price("lowest").zip(price("highest"))?;
            return Some(FacetCounts { key: FacetKey::Price, values: Vec::new(), range: Some(range) });
        }
    };
    let counts: BTreeMap<String, u64> =
        terms(aggregation("wanted")).into_iter().map(|(token, count)| (value_of(&token), count)).collect();
    for wanted in wanted_values(key, &query.filters) {
        if values.iter().all(|(value, _)| *value != wanted) {
            let count = counts.get(&wanted).copied().unwrap_or(0);
            values.push((wanted, count));
        }
    }
    sort_values(&mut values);
    (!values.is_empty()).then(|| FacetCounts { key: key.clone(), values, range: None })
}

/// A price as the engine tells the lowest and the highest: exact up to 2^53 cents.
#[expect(clippy::cast_possible_truncation, reason = "a whole number that was put in as one")]
const fn whole(price: f64) -> i64 {
    price as i64
}

fn sort_values(values: &mut [(String, u64)]) {
    values.sort_unstable_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
}

/// The value in a token of attribute and value, or what is none as it is.
fn value_of(token: &str) -> String {
    token.split_once(SEPARATOR).map_or(token, |(_, value)| value).to_owned()
}

/// The values that are filtered by, as the facet tells them.
fn wanted_values(key: &FacetKey, filters: &[Filter]) -> Vec<String> {
    let of_filter = |filter: &Filter| match filter {
        Filter::Category(codes) => codes.iter().map(ToString::to_string).collect(),
        Filter::Brand(values) | Filter::Attribute(_, values) => values.clone(),
        Filter::Availability(values) => values.iter().map(|value| value.as_str().to_owned()).collect(),
        Filter::Price { .. } => Vec::new(),
        Filter::Reduced => vec![REDUCED_VALUE.to_owned()],
    };
    let wanted: BTreeSet<String> = filters.iter().filter(|filter| filter.key() == *key).flat_map(of_filter).collect();
    wanted.into_iter().collect()
}

/// The attributes that say most about `total` hits, but for those that `is_filtered`; with their values where all that
/// have to be told are known.
fn useful(found: &Found, total: u64, is_filtered: impl Fn(&str) -> bool) -> Vec<Useful> {
    let shared = terms(found.aggregation("hits/shared"));
    let mut values: BTreeMap<&str, Vec<(&str, u64)>> = BTreeMap::new();
    for (token, count) in &shared {
        if let Some((code, value)) = token.split_once(SEPARATOR) {
            values.entry(code).or_default().push((value, *count));
        }
    }
    let mut occurrences: BTreeMap<String, u64> = BTreeMap::new();
    for (token, products) in terms(found.aggregation("hits/counts")) {
        if let Some((code, Ok(values))) = token.split_once(SEPARATOR).map(|(code, count)| (code, count.parse::<u64>()))
        {
            *occurrences.entry(code.to_owned()).or_default() += values * products;
        }
    }
    let mut best: Vec<(f64, &str, u64)> = Vec::new();
    for (code, occurrences) in &occurrences {
        if is_filtered(code) {
            continue;
        }
        let mut counts: Vec<u64> = values.get(code.as_str()).into_iter().flatten().map(|(_, count)| *count).collect();
        let ones = occurrences.saturating_sub(counts.iter().sum());
        counts.resize(counts.len().saturating_add(usize::try_from(ones).unwrap_or(usize::MAX)), 1);
        let useful = Sketch::of(&mut counts).usefulness(total);
        if useful > 0.0 {
            best.push((useful, code, ones));
        }
    }
    best.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(right.1)));
    best.truncate(ATTRIBUTE_FACETS_MAX);
    let with_values = best.into_iter().map(|(_, code, ones)| {
        let known = values.remove(code).unwrap_or_default();
        let is_known = ones == 0 || known.len() >= FACET_VALUES_MAX;
        let told = is_known.then(|| {
            let mut told: Vec<(String, u64)> =
                known.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
            sort_values(&mut told);
            told.truncate(FACET_VALUES_MAX);
            told
        });
        (code.to_owned(), told)
    });
    with_values.collect()
}
