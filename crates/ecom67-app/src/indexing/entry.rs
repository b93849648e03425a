//! A product as an index knows it.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_domain::attribute::{Attribute, AttributeKind, AttributeValue, plain_number};
use ecom67_domain::stock::{Availability, StockRecord};
use ecom67_domain::{AttributeCode, CategoryCode, Language, MarketCode, Product, Sku};

use crate::search::{IndexEntry, IndexText};
use crate::shop::Shop;

/// The longest text that shoppers may filter by, in bytes: longer ones are prose.
pub const FILTER_TEXT_LENGTH_MAX: usize = 64;

/// The product as it is found, filtered and sorted; `None` where shoppers may not see it. `stock` holds the records of
/// its variants, in any order; a variant without one has none on hand.
pub fn entry(shop: &Shop, product: &Product, stock: &[StockRecord]) -> Option<IndexEntry> {
    if !product.is_visible() {
        return None;
    }
    let collections = shop.collections_of(&product.code).iter();
    let collections = collections.filter_map(|(code, place)| Some((code.parse().ok()?, *place)));
    let (prices, reduced_in) = prices(product);
    Some(IndexEntry {
        code: product.code.clone(),
        texts: languages(shop, product).into_iter().map(|language| (language, text(shop, product, language))).collect(),
        numbers: numbers(product),
        categories: categories(shop, product),
        collections: collections.collect(),
        tags: product.tags.clone(),
        brand: product.brand.clone(),
        availability: availability(product, stock),
        prices,
        reduced_in,
        attributes: filter_values(shop, product),
        published_at: product.published_at,
    })
}

/// Every language of the shop; of a shop without markets those of the product.
fn languages(shop: &Shop, product: &Product) -> BTreeSet<Language> {
    let languages: BTreeSet<_> = shop.markets.iter().flat_map(|market| market.languages.iter().copied()).collect();
    if languages.is_empty() { product.texts.keys().copied().collect() } else { languages }
}

fn text(shop: &Shop, product: &Product, language: Language) -> IndexText {
    let text = product.text(language);
    IndexText {
        name: text.name.clone(),
        product_type: product.product_type.get(language).to_owned(),
        description: format!("{}\n{}", text.summary, plain_text(&text.description)),
        words: words(shop, product, language),
    }
}

/// Names of categories, labels of choices, texts of attributes; for what a product is, the attribute's own label.
fn words(shop: &Shop, product: &Product, language: Language) -> String {
    let mut words = String::new();
    let mut add = |text: &str| {
        words.push_str(text);
        words.push('\n');
    };
    for category in categories(shop, product) {
        if let Some(category) = shop.categories.get(category.as_str()) {
            add(category.name.get(language));
        }
    }
    for (code, value) in &product.attributes {
        let Some(attribute) = shop.attributes.get(code) else { continue };
        match (value, &attribute.kind) {
            (AttributeValue::Text(choice), AttributeKind::Choice(choices)) => {
                add(choices.get(choice).map_or(choice, |choice| choice.label.get(language)));
            }
            (AttributeValue::Text(text), _) => add(text),
            (AttributeValue::Localized(texts), _) => add(texts.get(language)),
            (AttributeValue::YesNo(true), _) => add(attribute.label.get(language)),
            // On judged queries, weights and sizes among the words made the results worse.
            (AttributeValue::Number(_) | AttributeValue::YesNo(false), _) => {}
        }
    }
    for (option, choice) in options(product) {
        if let Some(AttributeKind::Choice(choices)) = shop.attributes.get(option.as_str()).map(|option| &option.kind) {
            add(choices.get(choice).map_or(choice, |choice| choice.label.get(language)));
        }
    }
    words
}

/// What the variants differ by: each choice once.
fn options(product: &Product) -> BTreeSet<(&AttributeCode, &str)> {
    let choices = product.variants.iter().flat_map(|variant| &variant.options);
    choices.map(|(option, choice)| (option, choice.as_str())).collect()
}

fn numbers(product: &Product) -> Vec<String> {
    let of_variants = product.variants.iter().flat_map(|variant| {
        let barcode = variant.barcode.as_deref();
        std::iter::once(variant.sku.as_str()).chain(barcode)
    });
    let numbers: BTreeSet<_> = std::iter::once(product.code.as_str()).chain(of_variants).collect();
    numbers.into_iter().map(str::to_owned).collect()
}

/// The product's categories and all above them; one that is gone stands for itself.
fn categories(shop: &Shop, product: &Product) -> Vec<CategoryCode> {
    let mut categories = BTreeSet::new();
    for code in &product.categories {
        categories.insert(code.clone());
        categories.extend(shop.categories.path(code).into_iter().map(|category| category.code.clone()));
    }
    categories.into_iter().collect()
}

/// The lowest price per market, and the markets in which a variant is reduced.
fn prices(product: &Product) -> (Vec<(MarketCode, i64)>, Vec<MarketCode>) {
    let mut lowest: BTreeMap<&MarketCode, i64> = BTreeMap::new();
    let mut reduced = BTreeSet::new();
    for (market, price) in product.variants.iter().flat_map(|variant| &variant.prices) {
        let amount = price.amount().minor();
        lowest.entry(market).and_modify(|known| *known = amount.min(*known)).or_insert(amount);
        if price.compare_at().is_some() {
            reduced.insert(market.clone());
        }
    }
    let lowest = lowest.into_iter().map(|(market, amount)| (market.clone(), amount));
    (lowest.collect(), reduced.into_iter().collect())
}

fn availability(product: &Product, stock: &[StockRecord]) -> Availability {
    let available: BTreeMap<&Sku, u64> = stock.iter().map(|record| (&record.sku, record.available())).collect();
    let of_variant = product.variants.iter().map(|variant| {
        let available = available.get(&variant.sku).copied().unwrap_or_default();
        Availability::of(available, variant.limits, variant.stock_policy)
    });
    of_variant.min().unwrap_or(Availability::SoldOut)
}

/// The values it can be filtered by. A text that differs by language is none: as a value it would be one per language.
fn filter_values(shop: &Shop, product: &Product) -> Vec<(AttributeCode, String)> {
    let is_facet = |code: &AttributeCode| shop.attributes.get(code).filter(|attribute| attribute.facet);
    let own = product.attributes.iter().filter_map(|(code, value)| {
        let value = filter_value(is_facet(code)?, value)?;
        Some((code.clone(), value))
    });
    let options = options(product).into_iter().filter(|(option, _)| is_facet(option).is_some());
    let mut values: Vec<_> = own.chain(options.map(|(option, choice)| (option.clone(), choice.to_owned()))).collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn filter_value(attribute: &Attribute, value: &AttributeValue) -> Option<String> {
    match (value, &attribute.kind) {
        (AttributeValue::Text(choice), AttributeKind::Choice(_)) => Some(choice.clone()),
        (value, _) => filter_text(value),
    }
}

/// A value as products are found by it; `None` where they are not.
pub(crate) fn filter_text(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::Text(text) => {
            let text = text.trim();
            (!text.is_empty() && text.len() <= FILTER_TEXT_LENGTH_MAX).then(|| text.to_owned())
        }
        AttributeValue::Localized(_) => None,
        AttributeValue::Number(number) => Some(plain_number(*number)),
        AttributeValue::YesNo(yes) => Some(yes.to_string()),
    }
}

/// What a reader sees of Markdown: its words, without tags and the addresses of links. Punctuation may stay: no index
/// makes words of it.
fn plain_text(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(place) = rest.find(['<', ']', '*', '`']) {
        let (before, from) = rest.split_at(place);
        plain.push_str(before);
        rest = match from.as_bytes() {
            [b']', b'(', ..] => {
                plain.push(' ');
                from.find(')').map_or("", |end| &from[end + 1..])
            }
            [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!', ..] => {
                plain.push(' ');
                from.find('>').map_or("", |end| &from[end + 1..])
            }
            // Within a word these only stress a part of it.
            [b'*' | b'`', ..] => &from[1..],
            _ => {
                plain.push_str(&from[..1]);
                &from[1..]
            }
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests;
