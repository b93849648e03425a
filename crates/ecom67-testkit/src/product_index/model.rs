//! Random catalogs, and what must be found in them, worked out naively.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::port::Position;
use ecom67_app::search::{
    Condition, FacetKey, Filter, IndexChange, IndexEntry, ListQuery, ProductIndex, Sort, SortKey, name_sort_key,
};
use ecom67_domain::stock::Availability;
use ecom67_domain::{CategoryCode, Language};
use jiff::SignedDuration;

use super::entries::{a_list, an_entry, by_attribute, by_brand, list, valid};
use crate::{Random, noon};

const WORDS: [&str; 8] = ["kettle", "lamp", "mug", "pillow", "blanket", "candle", "vase", "clock"];
const BRANDS: [&str; 4] = ["Kiln", "Forge", "Loom", "Ört & Søn"];
const COLOURS: [&str; 5] = ["red", "blue", "green", "grey", "pink"];
const SIZES: [&str; 3] = ["s", "m", "l"];
const TAGS: [&str; 2] = ["gift", "hand made"];
const MARKETS: [&str; 2] = ["de", "us"];
const AVAILABILITIES: [Availability; 4] =
    [Availability::InStock, Availability::LowStock, Availability::BackOrder, Availability::SoldOut];

/// A catalog whose index has been through changes of all kinds, in several batches.
async fn random_catalog(index: &dyn ProductIndex, random: &mut Random) -> Vec<IndexEntry> {
    let (batches, catalog) = random_batches(random);
    for changes in batches {
        index.apply(changes, None).await.expect("the changes are applied");
    }
    catalog
}

/// Changes of all kinds in several batches, and the catalog they lead to.
pub fn random_batches(random: &mut Random) -> (Vec<Vec<IndexChange>>, Vec<IndexEntry>) {
    let mut catalog: BTreeMap<String, IndexEntry> = BTreeMap::new();
    let mut batches = Vec::new();
    for batch in 0..8 {
        let mut changes = Vec::new();
        for _ in 0..60 {
            let code = format!("p-{:03}", random.below(300));
            if batch > 2 && random.one_in(6) {
                catalog.remove(&code);
                changes.push(IndexChange::Remove(valid(&code)));
            } else {
                let entry = random_entry(&code, random);
                catalog.insert(code, entry.clone());
                changes.push(IndexChange::Put(Box::new(entry)));
            }
        }
        batches.push(changes);
    }
    (batches, catalog.into_values().collect())
}

fn random_entry(code: &str, random: &mut Random) -> IndexEntry {
    // Few different values, so that many hits are equal in each order.
    let mut entry = an_entry(code).named(Language::ENGLISH, random.pick(&WORDS)).days_later(small(random, 6).into());
    if random.one_in(2) {
        let other = format!("{} {}", random.pick(&WORDS), random.pick(&WORDS));
        entry = entry.named(Language::ENGLISH, &other);
    }
    entry = entry.price("de", i64::from(small(random, 9)) * 100);
    if random.one_in(3) {
        entry = entry.price("us", i64::from(small(random, 9)) * 100);
    }
    if random.one_in(10) {
        entry = entry.with(|entry| entry.prices.retain(|(market, _)| market.as_str() != "de"));
    }
    if !random.one_in(4) {
        entry = entry.brand(random.pick(&BRANDS));
    }
    let mut category = "all".to_owned();
    while !random.one_in(3) && category.len() < 12 {
        entry = entry.category(&category);
        category = format!("{category}-{}", small(random, 2));
    }
    for colour in COLOURS {
        if random.one_in(4) {
            entry = entry.attribute("colour", colour);
        }
    }
    if !random.one_in(5) {
        entry = entry.attribute("size", random.pick(&SIZES));
    }
    if random.one_in(3) {
        entry = entry.collection("gifts", small(random, 40));
    }
    for tag in TAGS {
        if random.one_in(3) {
            entry = entry.tag(tag);
        }
    }
    let availability = random.pick(&AVAILABILITIES);
    let reduced_in = MARKETS.into_iter().filter(|_| random.one_in(4)).map(valid).collect();
    entry.with(|entry| (entry.availability, entry.reduced_in) = (availability, reduced_in)).build()
}

fn small(random: &mut Random, bound: u64) -> u32 {
    u32::try_from(random.below(bound)).unwrap_or_default()
}

/// A query for such a catalog, with words in one of three.
pub fn random_query(random: &mut Random) -> ListQuery {
    let mut filters = Vec::new();
    if random.one_in(3) {
        filters.push(by_attribute("colour", &[random.pick(&COLOURS), random.pick(&COLOURS)]));
    }
    if random.one_in(3) {
        filters.push(by_attribute("size", &[random.pick(&SIZES)]));
    }
    if random.one_in(4) {
        filters.push(by_brand(&[random.pick(&BRANDS), random.pick(&BRANDS)]));
    }
    if random.one_in(4) {
        filters.push(Filter::Price { minimum: Some(200), maximum: random.one_in(2).then_some(600) });
    }
    if random.one_in(5) {
        filters.push(Filter::Reduced);
    }
    if random.one_in(5) {
        filters.push(Filter::Availability(vec![random.pick(&AVAILABILITIES), random.pick(&AVAILABILITIES)]));
    }
    if random.one_in(5) {
        filters.push(Filter::Category(vec![valid("all-0"), valid("all-1-1")]));
    }
    let conditions = random_conditions(random);
    let facet_categories = random.one_in(2).then(|| {
        let some = ["all", "all-0", "all-1", "all-0-1", "all-1-1", "none-has-it"];
        some.into_iter().filter(|_| random.one_in(2)).map(valid).collect()
    });
    ListQuery {
        conditions,
        facet_categories,
        market: valid(random.pick(&MARKETS)),
        category: random.one_in(3).then(|| valid("all")),
        collection: random.one_in(4).then(|| valid("gifts")),
        text: random.one_in(3).then(|| random.pick(&WORDS).to_owned()),
        filters,
        limit: 1 + usize::try_from(random.below(30)).unwrap_or_default(),
        ..a_list()
    }
}

fn random_conditions(random: &mut Random) -> Vec<Condition> {
    let mut conditions = Vec::new();
    if random.one_in(6) {
        conditions.push(Condition::Tag(vec![random.pick(&TAGS).to_owned()]));
    }
    if random.one_in(6) {
        let days = SignedDuration::from_hours(24 * i64::from(small(random, 6)));
        conditions.push(Condition::PublishedSince(noon() + days));
    }
    if random.one_in(6) {
        // The shopper may filter by the same beside.
        let filter = if random.one_in(2) {
            by_attribute("colour", &[random.pick(&COLOURS), random.pick(&COLOURS)])
        } else {
            Filter::Price { minimum: None, maximum: Some(500) }
        };
        conditions.push(Condition::Passes(filter));
    }
    conditions
}

fn price_in(entry: &IndexEntry, query: &ListQuery) -> Option<i64> {
    entry.prices.iter().find(|(market, _)| *market == query.market).map(|(_, price)| *price)
}

fn name(entry: &IndexEntry) -> &str {
    &entry.texts.iter().find(|(language, _)| *language == Language::ENGLISH).expect("built with one").1.name
}

/// Whether the query is about the entry, filters aside.
fn is_asked_for(entry: &IndexEntry, query: &ListQuery) -> bool {
    price_in(entry, query).is_some()
        && query.category.as_ref().is_none_or(|category| entry.categories.contains(category))
        && query.collection.as_ref().is_none_or(|asked| entry.collections.iter().any(|(own, _)| own == asked))
        && query.conditions.iter().all(|condition| meets(entry, query, condition))
        && query.text.as_ref().is_none_or(|word| name(entry).split(' ').any(|own| own == word))
}

fn meets(entry: &IndexEntry, query: &ListQuery, condition: &Condition) -> bool {
    match condition {
        Condition::Passes(filter) => passes(entry, query, filter),
        Condition::Tag(any) => entry.tags.iter().any(|tag| any.contains(tag)),
        Condition::PublishedSince(since) => entry.published_at >= *since,
        Condition::Never => false,
    }
}

fn passes(entry: &IndexEntry, query: &ListQuery, filter: &Filter) -> bool {
    match filter {
        Filter::Category(any) => any.iter().any(|category| entry.categories.contains(category)),
        Filter::Brand(any) => entry.brand.as_ref().is_some_and(|brand| any.contains(brand)),
        Filter::Availability(any) => any.contains(&entry.availability),
        Filter::Price { minimum, maximum } => price_in(entry, query).is_some_and(|price| {
            minimum.is_none_or(|minimum| minimum <= price) && maximum.is_none_or(|maximum| price <= maximum)
        }),
        Filter::Reduced => entry.reduced_in.contains(&query.market),
        Filter::Attribute(code, any) => entry.attributes.iter().any(|(own, value)| own == code && any.contains(value)),
    }
}

/// The entries that pass all filters but those of one facet.
fn hits<'catalog>(
    catalog: &'catalog [IndexEntry],
    query: &ListQuery,
    but: Option<&FacetKey>,
) -> Vec<&'catalog IndexEntry> {
    let filters: Vec<_> = query.filters.iter().filter(|filter| Some(&filter.key()) != but).collect();
    let is_hit =
        |entry: &&IndexEntry| is_asked_for(entry, query) && filters.iter().all(|filter| passes(entry, query, filter));
    catalog.iter().filter(is_hit).collect()
}

/// In which order two hits stand; equal where only the score decides.
fn compare(left: &IndexEntry, right: &IndexEntry, query: &ListQuery) -> Ordering {
    let place = |entry: &IndexEntry| {
        entry.collections.iter().find(|(own, _)| Some(own) == query.collection.as_ref()).map(|(_, place)| *place)
    };
    let by_value = match query.sort {
        Sort::Relevance if query.text.is_some() => return Ordering::Equal,
        Sort::Relevance if query.collection.is_some() => place(left).cmp(&place(right)),
        Sort::Relevance | Sort::Newest => right.published_at.cmp(&left.published_at),
        Sort::Price => price_in(left, query).cmp(&price_in(right, query)),
        Sort::PriceDescending => price_in(right, query).cmp(&price_in(left, query)),
        Sort::Name => name_sort_key(name(left)).cmp(&name_sort_key(name(right))),
    };
    by_value.then_with(|| left.code.cmp(&right.code))
}

/// All codes of a list, page by page.
async fn walk(index: &dyn ProductIndex, query: &ListQuery, total: usize) -> Vec<String> {
    let mut walked = Vec::new();
    let mut after: Option<SortKey> = None;
    loop {
        let page = list(index, ListQuery { after, ..query.clone() }).await;
        assert_eq!(page.total, total as u64, "the total is the same on each page of {query:?}");
        let is_last = page.next.is_none();
        assert!(is_last || page.hits.len() == query.limit, "a page is full or the last: {query:?}");
        walked.extend(page.hits.iter().map(|hit| hit.code.to_string()));
        assert!(walked.len() <= total, "{query:?} goes round in circles");
        if is_last {
            return walked;
        }
        after = page.next;
    }
}

pub async fn every_list_of_a_random_catalog_is_walked_once_and_in_order(index: &dyn ProductIndex) {
    for seed in 0..2 {
        let mut random = Random::seeded(67 + seed);
        let empty = index.rebuild().await.expect("an index can be built anew");
        empty.finish(Position("0".to_owned())).await.expect("one without products, too");
        let catalog = random_catalog(index, &mut random).await;
        for sort in [Sort::Relevance, Sort::Newest, Sort::Price, Sort::PriceDescending, Sort::Name] {
            for _ in 0..12 {
                let query = ListQuery { sort, facets: false, ..random_query(&mut random) };
                let mut expected = hits(&catalog, &query, None);
                expected.sort_by(|left, right| compare(left, right, &query));
                let expected: Vec<String> = expected.iter().map(|entry| entry.code.to_string()).collect();

                let mut walked = walk(index, &query, expected.len()).await;

                if sort == Sort::Relevance && query.text.is_some() {
                    // By score: pages of another size must show the same order.
                    let query = ListQuery { limit: query.limit + 3, ..query.clone() };
                    assert_eq!(walked, walk(index, &query, expected.len()).await, "seed {seed}: {query:?}");
                    walked.sort_unstable();
                }
                assert_eq!(walked, expected, "seed {seed}: {query:?}");
            }
        }
    }
}

pub async fn a_walk_sees_what_stays_once_while_the_index_changes(index: &dyn ProductIndex) {
    let mut random = Random::seeded(671);
    let before = random_catalog(index, &mut random).await;
    for sort in [Sort::Relevance, Sort::Newest, Sort::Price, Sort::PriceDescending, Sort::Name] {
        let mut catalog: BTreeMap<String, IndexEntry> =
            before.iter().map(|entry| (entry.code.to_string(), entry.clone())).collect();
        let query = ListQuery { sort, limit: 12, facets: false, ..a_list() };
        let mut touched: BTreeSet<String> = BTreeSet::new();
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        let mut after: Option<SortKey> = None;
        for pages in 0.. {
            assert!(pages < 200, "the walk by {sort:?} does not end");
            let page = list(index, ListQuery { after, ..query.clone() }).await;
            for hit in &page.hits {
                *seen.entry(hit.code.to_string()).or_default() += 1;
            }
            let Some(next) = page.next else { break };
            after = Some(next);
            // New ones, others with another price, name, market and age, and some that go.
            let changes = (0..3).map(|_| {
                let code = format!("p-{:03}", random.below(330));
                touched.insert(code.clone());
                if random.one_in(3) {
                    IndexChange::Remove(valid(&code))
                } else {
                    IndexChange::Put(Box::new(random_entry(&code, &mut random)))
                }
            });
            index.apply(changes.collect(), None).await.expect("the changes are applied");
        }
        catalog.retain(|code, entry| !touched.contains(code) && is_asked_for(entry, &query));
        let stayed = catalog.len();
        let wrong: Vec<&String> = catalog.keys().filter(|code| seen.get(*code) != Some(&1)).collect();
        assert!(stayed > 30 && wrong.is_empty(), "by {sort:?}, of {stayed} that stayed not seen once: {wrong:?}");
        restore(index, &before).await;
    }
}

/// Puts a catalog in the place of whatever the index has.
async fn restore(index: &dyn ProductIndex, catalog: &[IndexEntry]) {
    let mut build = index.rebuild().await.expect("an index can be built anew");
    build.put(catalog.to_vec()).await.expect("what was listed before is taken");
    build.finish(Position("0".to_owned())).await.expect("the index is built");
}

pub async fn every_facet_of_a_random_catalog_counts_what_is_there(index: &dyn ProductIndex) {
    let mut random = Random::seeded(670);
    let catalog = random_catalog(index, &mut random).await;
    for _ in 0..60 {
        let query = random_query(&mut random);

        let answer = list(index, query.clone()).await;

        let mut keys = vec![FacetKey::Category, FacetKey::Brand, FacetKey::Availability, FacetKey::Reduced];
        keys.extend(query.filters.iter().map(Filter::key));
        keys.extend(answer.facets.iter().map(|facet| facet.key.clone()));
        keys.retain(|key| *key != FacetKey::Price);
        for key in keys {
            let told = answer.facets.iter().find(|facet| facet.key == key);
            let told = told.map(|facet| facet.values.clone()).unwrap_or_default();
            assert_eq!(told, naive_counts(&catalog, &query, &key), "{key:?} of {query:?}");
        }
        let prices = hits(&catalog, &query, Some(&FacetKey::Price));
        let prices: Vec<_> = prices.into_iter().filter_map(|entry| price_in(entry, &query)).collect();
        let range = prices.iter().min().copied().zip(prices.iter().max().copied());
        assert_eq!(answer.facets.iter().find_map(|facet| facet.range), range, "{query:?}");
    }
}

fn naive_counts(catalog: &[IndexEntry], query: &ListQuery, key: &FacetKey) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for filter in query.filters.iter().filter(|filter| filter.key() == *key) {
        let values: Vec<String> = match filter {
            Filter::Category(codes) => codes.iter().map(ToString::to_string).collect(),
            Filter::Brand(values) | Filter::Attribute(_, values) => values.clone(),
            Filter::Availability(values) => values.iter().map(|value| value.as_str().to_owned()).collect(),
            Filter::Price { .. } => vec![],
            Filter::Reduced => vec!["true".to_owned()],
        };
        for value in values {
            counts.entry(value).or_default();
        }
    }
    for entry in hits(catalog, query, Some(key)) {
        let values: Vec<String> = match key {
            FacetKey::Category => {
                let is_told = |category: &&CategoryCode| {
                    let asked = query.facet_categories.as_deref();
                    asked.is_none_or(|asked| asked.contains(category)) || counts.contains_key(category.as_str())
                };
                entry.categories.iter().filter(is_told).map(ToString::to_string).collect()
            }
            FacetKey::Brand => entry.brand.iter().cloned().collect(),
            FacetKey::Price => vec![],
            FacetKey::Availability => vec![entry.availability.as_str().to_owned()],
            FacetKey::Reduced => {
                entry.reduced_in.iter().filter(|own| **own == query.market).map(|_| "true".into()).collect()
            }
            FacetKey::Attribute(code) => {
                entry.attributes.iter().filter(|(own, _)| own == code).map(|(_, value)| value.clone()).collect()
            }
        };
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    counts
}
