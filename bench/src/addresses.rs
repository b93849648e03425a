//! What is asked for: addresses of the generated catalog's products, lists, pages and searches.

use std::collections::HashSet;
use std::fmt::Write;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::catalog::{Catalog, Product, Slugs};
use crate::chance::Chance;
use crate::client::{Accept, Connection, request};

const SEED: u64 = 76;

/// How many products a page of a list has.
const LIST_LIMIT: usize = 20;
/// How many pages of each list are asked for.
const LIST_PAGES: usize = 4;
/// How many of a list's facets are filtered by.
const LIST_FILTERS: usize = 4;
/// Products whose data are asked for, spread evenly over all where there are more: to ask for each of a million once would
/// take longer than everything else. So many are still more than are kept in memory.
const PRODUCTS_MAX: usize = 40_000;
/// Searches that come again and again.
const FREQUENT_SEARCHES: usize = 300;

/// Data of every product, half of them in German, half in English; of many products a part, spread evenly.
pub(crate) fn products(catalog: &Catalog) -> Vec<String> {
    sample(&catalog.products, PRODUCTS_MAX, |slug, locale| format!("/api/products/{slug}?locale={locale}"))
}

/// Pages of at most so many products, spread evenly over all.
pub(crate) fn product_pages(catalog: &Catalog, count: usize) -> Vec<String> {
    sample(&catalog.products, count, |slug, locale| format!("/{locale}/p/{slug}"))
}

/// Addresses of at most so many products, spread evenly over all, in German and English by turns.
fn sample(products: &[Product], most: usize, address: impl Fn(&str, &str) -> String) -> Vec<String> {
    let chosen = spread(products, most).enumerate();
    let address = |(number, product)| {
        let (slug, locale) = locale(number, product);
        address(slug, locale)
    };
    chosen.map(address).collect()
}

/// At most so many of all, at equal distances from the first on.
pub(crate) fn spread<Thing>(all: &[Thing], most: usize) -> impl Iterator<Item = &Thing> {
    all.iter().step_by(all.len().div_ceil(most.max(1)).max(1))
}

fn locale(number: usize, product: &Product) -> (&str, &'static str) {
    if number.is_multiple_of(2) { (&product.slugs.german, "de-de") } else { (&product.slugs.english, "en-gb") }
}

/// The home page in every language and market.
pub(crate) fn homes() -> Vec<String> {
    ["de-de", "en-de", "de-at", "en-us", "en-gb"].iter().map(|locale| format!("/{locale}/")).collect()
}

/// Lists of twenty with all their facets: the first four pages of each category, and its first page filtered by one value
/// of each of four facets.
pub(crate) async fn lists(shop: SocketAddr, catalog: &Catalog) -> Result<Vec<String>> {
    let mut connection = Connection::open(shop).await?;
    let mut addresses = Vec::new();
    for (number, category) in catalog.categories.iter().enumerate() {
        let (slug, locale) =
            if number.is_multiple_of(2) { (&category.german, "de-de") } else { (&category.english, "en-gb") };
        let list = format!("/api/products?locale={locale}&category={slug}&limit={LIST_LIMIT}");
        let mut page = list.clone();
        for number in 0..LIST_PAGES {
            let answer = read(&mut connection, &page).await?;
            addresses.push(page);
            if number == 0 {
                let filters = filters(&answer).into_iter().take(LIST_FILTERS);
                addresses.extend(filters.map(|filter| format!("{list}&filter={}", escaped(&filter))));
            }
            let Some(cursor) = answer["next_cursor"].as_str() else { break };
            page = format!("{list}&cursor={cursor}");
        }
    }
    Ok(addresses)
}

/// The first page of each category's list, as no other run asks for it.
pub(crate) fn first_lists(catalog: &Catalog) -> Vec<String> {
    let list =
        |category: &Slugs| format!("/api/products?locale=en-us&category={}&limit={LIST_LIMIT}", category.english);
    catalog.categories.iter().map(list).collect()
}

/// One filter of each facet, as it is written before it becomes part of an address: its most frequent value.
pub(crate) fn filters(list: &Value) -> Vec<String> {
    let facets = list["facets"].as_array().map(Vec::as_slice).unwrap_or_default();
    let filter = |facet: &Value| {
        let key = facet["key"].as_str()?;
        let value = match facet["range"]["maximum"].as_i64() {
            Some(maximum) => format!("0-{}", maximum / 2),
            None => facet["values"].as_array()?.iter().max_by_key(|value| value["count"].as_u64())?["value"]
                .as_str()?
                .to_owned(),
        };
        Some(format!("{key}:{value}"))
    };
    facets.iter().filter_map(filter).collect()
}

/// A few hundred searches that come again and again.
pub(crate) fn frequent_searches(catalog: &Catalog) -> Vec<String> {
    searches(catalog, FREQUENT_SEARCHES, 1)
}

/// Many searches, all different.
pub(crate) fn rare_searches(catalog: &Catalog, count: usize) -> Vec<String> {
    searches(catalog, count, 2)
}

/// What shoppers have typed so far of many searches, all different.
pub(crate) fn beginnings(catalog: &Catalog, count: usize) -> Vec<String> {
    let typed = |chance: &mut Chance| {
        let words = words(chance, catalog);
        let rest = words.chars().count().saturating_sub(1).max(1);
        words.chars().take(2 + chance.below(rest)).collect()
    };
    let different = different(count, 3, typed);
    different.iter().map(|typed| format!("/api/suggest?locale=en-gb&q={}", escaped(typed))).collect()
}

fn searches(catalog: &Catalog, count: usize, seed: u64) -> Vec<String> {
    let different = different(count, seed, |chance| words(chance, catalog));
    let search = |words: &String| format!("/api/search?locale=en-gb&q={}&limit={LIST_LIMIT}", escaped(words));
    different.iter().map(search).collect()
}

/// So many texts, all different; fewer where a small catalog does not give as many.
fn different(count: usize, seed: u64, mut text: impl FnMut(&mut Chance) -> String) -> Vec<String> {
    let mut chance = Chance::seeded(SEED + seed);
    let mut known = HashSet::new();
    let mut texts = Vec::with_capacity(count);
    for _ in 0..count * 4 {
        if texts.len() == count {
            break;
        }
        let text = text(&mut chance);
        if known.insert(text.clone()) {
            texts.push(text);
        }
    }
    texts
}

/// What a shopper might type who knows something of one product.
fn words(chance: &mut Chance, catalog: &Catalog) -> String {
    let [brand, adjective, noun, model] = &chance.pick(&catalog.products).name;
    let word = chance.pick(&catalog.words);
    match chance.below(10) {
        0 => noun.clone(),
        1..4 => format!("{brand} {noun}"),
        4..6 => format!("{adjective} {noun}"),
        6 => format!("{brand} {adjective} {noun}"),
        7 => format!("{noun} {word}"),
        8 => format!("{word} {}", chance.pick(&catalog.words)),
        _ => model.clone(),
    }
}

/// A text as it stands in an address.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// Whether an address is answered with 200.
pub(crate) async fn answers(shop: SocketAddr, path: &str) -> Result<bool> {
    let mut connection = Connection::open(shop).await?;
    let request = request(path, Accept::Brotli);
    Ok(connection.ask_in_time(&request).await.with_context(|| path.to_owned())?.status == 200)
}

/// What an address is answered with, in JSON.
pub(crate) async fn read(connection: &mut Connection, path: &str) -> Result<Value> {
    let request = request(path, Accept::Plain);
    let answer = connection.ask_in_time(&request).await.with_context(|| path.to_owned())?;
    if answer.status != 200 {
        bail!("{path} was answered with {}: {}", answer.status, String::from_utf8_lossy(answer.body));
    }
    serde_json::from_slice(answer.body).with_context(|| format!("{path} was not answered in JSON"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_filtered_by_what_it_has_most_of() {
        let list = json!({"facets": [
            {"key": "brand", "values": [{"value": "A & B", "count": 3}, {"value": "C", "count": 2}], "range": null},
            {"key": "price", "values": [], "range": {"minimum": 100, "maximum": 900}},
            {"key": "attribute.colour", "values": [], "range": null},
        ]});

        assert_eq!(filters(&list), ["brand:A & B", "price:0-450"]);
    }

    #[test]
    fn an_address_has_no_letter_that_means_something_there() {
        assert_eq!(escaped("brand:A & B"), "brand:A%20%26%20B");
    }

    #[test]
    fn of_many_products_a_part_is_asked_for_that_is_spread_evenly() {
        let all: Vec<usize> = (0..1_000).collect();

        let few: Vec<_> = spread(&all, 40).collect();
        let odd: Vec<_> = spread(&all, 300).collect();

        assert_eq!((few.len(), few[0], few[1], few[39]), (40, &0, &25, &975));
        assert_eq!((odd.len(), odd[249]), (250, &996), "it is never more than so many, and reaches to the end");
        assert_eq!(spread(&all, 1_000).count(), 1_000, "where there are no more, all of them are");
        assert_eq!(spread(&all[..0], 10).count(), 0);
    }

    #[test]
    fn searches_are_different_and_the_same_every_time() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = crate::catalog::write(&folder.path().join("catalog.jsonl"), 500).unwrap();

        let searches = frequent_searches(&catalog);

        let different: HashSet<_> = searches.iter().collect();
        assert_eq!((searches.len(), different.len()), (FREQUENT_SEARCHES, FREQUENT_SEARCHES));
        assert_eq!(searches, frequent_searches(&catalog));
    }
}
