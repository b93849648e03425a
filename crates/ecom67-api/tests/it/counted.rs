//! What a list says of its facets, against a count of every product in the store.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::port::{PAGE_MAX, ProductStore, StockStore};
use ecom67_domain::attribute::AttributeValue;
use ecom67_domain::stock::{Availability, StockRecord};
use ecom67_domain::{Product, ProductCode};
use ecom67_testkit::Random;
use serde_json::Value;

use crate::catalog::catalog;
use crate::shop::RoutedShop;

const CATALOGS: u64 = 4;
const PRODUCTS: usize = 250;
const LISTS: usize = 150;
/// What makes each catalog, so that a failure can be had again.
const SEED: u64 = 670;

/// A product as a shopper of one market sees it.
struct Seen {
    code: String,
    /// For each facet its values.
    values: BTreeMap<String, BTreeSet<String>>,
    price: i64,
}

/// What may be listed in a market; `None` for what has no price there or is not shown.
fn seen(product: &Product, stock: &[StockRecord], market: &str) -> Option<Seen> {
    if !product.is_visible() {
        return None;
    }
    let prices =
        || product.variants.iter().flat_map(|variant| &variant.prices).filter(|(own, _)| own.as_str() == market);
    let price = prices().map(|(_, price)| price.amount().minor()).min()?;
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut put = |key: &str, value: &str| {
        values.entry(key.to_owned()).or_default().insert(value.to_owned());
    };
    for category in &product.categories {
        // The codes of the catalog's categories tell where they stand: `cat-1-2` is below `cat-1`.
        let places = category.as_str().match_indices('-').map(|(place, _)| place).skip(1);
        places.chain([category.as_str().len()]).for_each(|end| put("category", &category.as_str()[..end]));
    }
    if let Some(brand) = &product.brand {
        put("brand", brand);
    }
    if prices().any(|(_, price)| price.compare_at().is_some()) {
        put("reduced", "yes");
    }
    let availability = product.variants.iter().map(|variant| {
        let record = stock.iter().find(|record| record.sku == variant.sku);
        Availability::of(record.map_or(0, StockRecord::available), variant.limits, variant.stock_policy)
    });
    let availability = match availability.min() {
        Some(Availability::InStock | Availability::LowStock) => "in_stock",
        Some(Availability::BackOrder) => "back_order",
        Some(Availability::SoldOut) | None => "sold_out",
    };
    put("availability", availability);
    for (attribute, value) in &product.attributes {
        let value = match value {
            AttributeValue::Text(text) => text.clone(),
            AttributeValue::YesNo(yes) => yes.to_string(),
            AttributeValue::Number(number) => number.to_string(),
            AttributeValue::Localized(_) => continue,
        };
        // Not one that shoppers may filter by.
        if attribute.as_str() != "secret" {
            put(&format!("attribute.{attribute}"), &value);
        }
    }
    for (option, choice) in product.variants.iter().flat_map(|variant| &variant.options) {
        put(&format!("attribute.{option}"), choice.as_str());
    }
    Some(Seen { code: product.code.to_string(), values, price })
}

/// Everything that the store has for a market.
async fn all_seen(shop: &RoutedShop, market: &str) -> Vec<Seen> {
    let mut all = Vec::new();
    let mut after: Option<ProductCode> = None;
    loop {
        let page = ProductStore::list(&shop.database, after.as_ref(), PAGE_MAX).await.expect("the store answers");
        let Some(last) = page.last() else { return all };
        after = Some(last.value.code.clone());
        for stored in &page {
            let skus: Vec<_> = stored.value.variants.iter().map(|variant| variant.sku.clone()).collect();
            let stock = StockStore::find_many(&shop.database, &skus).await.expect("the store answers");
            all.extend(seen(&stored.value, &stock, market));
        }
    }
}

/// The conditions of a list.
#[derive(Debug, Default)]
struct Asked {
    category: Option<String>,
    collection: Option<&'static str>,
    /// Values that are alternatives, for each facet.
    filters: BTreeMap<&'static str, BTreeSet<&'static str>>,
    price: Option<(i64, i64)>,
}

impl Asked {
    fn by_chance(random: &mut Random) -> Self {
        const CHOICES: [(&str, &[&str]); 8] = [
            ("category", &["cat-0", "cat-1", "cat-1-2", "cat-2-0-1"]),
            ("brand", &["Acme", "Søn & Co", "\"Quoted\"", "Blau:klee", "北斗"]),
            ("availability", &["in_stock", "back_order", "sold_out"]),
            ("reduced", &["yes"]),
            ("attribute.colour", &["red", "blue", "green"]),
            ("attribute.capacity", &["0", "100", "500"]),
            ("attribute.safe", &["true", "false"]),
            ("attribute.material", &["glass", "steel", "nothing like it"]),
        ];
        let mut asked = Self::default();
        match random.below(6) {
            0 => asked.collection = Some("picked"),
            1 => asked.collection = Some("ruled"),
            2 => asked.category = Some(random.pick(&["cat-0", "cat-1-1", "cat-2"]).to_owned()),
            _ => {}
        }
        for _ in 0..random.below(4) {
            let (key, values) = random.pick(&CHOICES);
            asked.filters.entry(key).or_default().insert(random.pick(values));
        }
        if random.one_in(4) {
            let minimum = i64::try_from(random.below(4_000)).expect("it is small");
            asked.price = Some((minimum, minimum + 1_500));
        }
        asked
    }

    fn address(&self, locale: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("locale", locale).append_pair("limit", "1");
        query.extend_pairs(self.category.iter().map(|slug| ("category", slug)));
        query.extend_pairs(self.collection.iter().map(|slug| ("collection", slug)));
        for (key, values) in &self.filters {
            query.extend_pairs(values.iter().map(|value| ("filter", format!("{key}:{value}"))));
        }
        if let Some((minimum, maximum)) = self.price {
            query.append_pair("filter", &format!("price:{minimum}-{maximum}"));
        }
        format!("/api/products?{}", query.finish())
    }

    /// Whether a product is in the list, as if the filter of one facet were not set.
    fn has(&self, product: &Seen, market: &str, but: &str) -> bool {
        let has = |key: &str, value: &str| product.values.get(key).is_some_and(|values| values.contains(value));
        let is_picked = || {
            let number: Option<usize> = product.code.trim_start_matches("p-").parse().ok();
            number.is_some_and(|number| number.is_multiple_of(7) && number / 7 < 40)
        };
        let is_of_rule = || {
            let is_coloured = has("attribute.colour", "red") || has("attribute.colour", "blue");
            is_coloured && market == "gb" && product.price <= 3_000
        };
        let is_of_collection = match self.collection {
            Some("picked") => is_picked(),
            Some(_) => is_of_rule(),
            None => true,
        };
        let is_in_range = |(minimum, maximum)| minimum <= product.price && product.price <= maximum;
        is_of_collection
            && self.category.as_ref().is_none_or(|category| has("category", category))
            && self.filters.iter().all(|(key, any)| *key == but || any.iter().any(|value| has(key, value)))
            && (but == "price" || self.price.is_none_or(is_in_range))
    }
}

/// Looks whether a facet says what the products say, and returns how many values it told.
fn assert_is_counted(facet: &Value, asked: &Asked, all: &[Seen], market: &str) -> usize {
    let key = facet["key"].as_str().expect("a facet has a key");
    let hits: Vec<&Seen> = all.iter().filter(|product| asked.has(product, market, key)).collect();
    if key == "price" {
        let ends = hits.iter().map(|hit| hit.price);
        let told = (facet["range"]["minimum"].as_i64(), facet["range"]["maximum"].as_i64());
        assert_eq!(told, (ends.clone().min(), ends.max()), "{asked:?}");
        return 1;
    }
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for value in hits.iter().filter_map(|hit| hit.values.get(key)).flatten() {
        *counted.entry(value.clone()).or_default() += 1;
    }
    if key == "category" {
        // Told are those right below the one that is looked at.
        let depth = asked.category.as_ref().map_or(1, |category| category.matches('-').count() + 1);
        let above = asked.category.as_ref().map_or_else(|| "cat-".to_owned(), |category| format!("{category}-"));
        counted.retain(|code, _| code.starts_with(&above) && code.matches('-').count() == depth);
    }
    let told = facet["values"].as_array().expect("a facet has values").iter();
    let told: BTreeMap<String, u64> = told
        .map(|value| (value["value"].as_str().unwrap().to_owned(), value["count"].as_u64().unwrap()))
        // Which values are chosen is told of those that nothing has as well.
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(told, counted, "{key} of {asked:?}");
    told.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_facets_of_every_list_are_what_a_count_of_the_store_finds() {
    let (mut values, mut empty) = (0, 0);
    for number in 0..CATALOGS {
        let mut random = Random::seeded(SEED + number);
        let shop = RoutedShop::open().await;
        shop.import(catalog(PRODUCTS, &mut random)).await;
        shop.catch_up().await;
        let seen = [("en-gb", "gb"), ("de-de", "de")];
        let seen = [(seen[0], all_seen(&shop, "gb").await), (seen[1], all_seen(&shop, "de").await)];

        for _ in 0..LISTS {
            let asked = Asked::by_chance(&mut random);
            let ((locale, market), all) = &seen[usize::from(random.one_in(3))];
            let list = shop.get(&asked.address(locale)).await.json();

            let total = all.iter().filter(|product| asked.has(product, market, "")).count();
            assert_eq!(list["total"]["count"], total, "catalog {number} in {market}: {asked:?}");
            empty += usize::from(total == 0);
            let facets = list["facets"].as_array().expect("a list has facets");
            for facet in facets {
                values += assert_is_counted(facet, &asked, all, market);
            }
            let told: BTreeSet<&str> = facets.iter().filter_map(|facet| facet["key"].as_str()).collect();
            let always = if total > 0 { &["availability", "brand", "price", "reduced"][..] } else { &[] };
            for key in asked.filters.keys().filter(|key| key.starts_with("attribute.")).chain(always) {
                let any =
                    all.iter().any(|product| asked.has(product, market, key) && product.values.contains_key(*key));
                assert!(told.contains(key) || (!any && *key != "price"), "{key} is not told of {asked:?}: {told:?}");
            }
        }
    }
    let lists = usize::try_from(CATALOGS).unwrap() * LISTS;
    assert!(values > 5 * lists && empty < lists / 2, "{values} values, {empty} empty lists of {lists} prove little");
}
