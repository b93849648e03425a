//! A product as the engine takes it.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::search::{IndexEntry, IndexText, name_sort_key};
use ecom67_domain::{AttributeCode, CategoryCode, Language, MarketCode};
use ecom67_ranking::bags::NAME_WEIGHT;
use ecom67_ranking::{measures, number_key};
use serde_json::{Map, Value, json};

use super::settings::{Analysis, SEPARATOR, field};

/// The entry as the engine takes it, without what it is about.
pub(super) fn document(entry: &IndexEntry) -> Value {
    let mut texts = Texts::default();
    for (language, text) in &entry.texts {
        texts.add(*language, text, entry.brand.as_deref().unwrap_or_default());
    }
    let prices: Map<String, Value> =
        entry.prices.iter().map(|(market, price)| (market.as_str().to_owned(), (*price).into())).collect();
    let picked: Vec<Value> = entry
        .collections
        .iter()
        .map(|(collection, place)| json!({ "collection": collection.as_str(), "place": place }))
        .collect();
    let numbers: BTreeSet<String> = entry.numbers.iter().filter_map(|number| number_key(number)).collect();
    let categories: BTreeSet<&str> = entry.categories.iter().map(CategoryCode::as_str).collect();
    let tags: BTreeSet<&String> = entry.tags.iter().collect();
    let reduced: BTreeSet<&str> = entry.reduced_in.iter().map(MarketCode::as_str).collect();
    let values: BTreeSet<&(AttributeCode, String)> = entry.attributes.iter().collect();
    let mut counts: BTreeMap<&AttributeCode, usize> = BTreeMap::new();
    for (code, _) in &values {
        *counts.entry(code).or_default() += 1;
    }
    let attributes: Vec<String> = values.iter().map(|(code, value)| attribute_token(code, value)).collect();
    let counts: Vec<String> = counts.iter().map(|(code, count)| attribute_token(code, &count.to_string())).collect();
    json!({
        field::CODE: entry.code.as_str(),
        field::FINGERPRINT: format!("{:016x}", entry.fingerprint()),
        "main": texts.main,
        "all": texts.all,
        "titles": texts.titles,
        "name": texts.names,
        "sort_name": texts.sort_names,
        "heads": texts.compounds,
        "compounds": texts.compounds,
        "price": prices,
        field::NUMBER: numbers,
        field::CATEGORY: categories,
        field::BRAND: entry.brand,
        field::TAG: tags,
        field::ATTRIBUTE: attributes,
        field::ATTRIBUTE_COUNT: counts,
        field::AVAILABILITY: entry.availability.as_str(),
        field::REDUCED: reduced,
        field::PUBLISHED_AT: entry.published_at.as_microsecond(),
        field::PICKED: picked,
    })
}

/// An attribute and its value as one word.
pub(super) fn attribute_token(code: &AttributeCode, value: &str) -> String {
    format!("{code}{SEPARATOR}{value}")
}

/// The bag of what the merchant says first.
pub(super) fn main_bag(text: &IndexText, brand: &str) -> String {
    let names = std::iter::repeat_n(text.name.as_str(), NAME_WEIGHT);
    names.chain([text.description.as_str(), brand]).collect::<Vec<_>>().join("\n")
}

/// A product's texts by field and language.
#[derive(Default)]
struct Texts {
    main: Map<String, Value>,
    all: Map<String, Value>,
    titles: Map<String, Value>,
    names: Map<String, Value>,
    sort_names: Map<String, Value>,
    compounds: Map<String, Value>,
}

impl Texts {
    fn add(&mut self, language: Language, text: &IndexText, brand: &str) {
        let analysis = Analysis::of(language);
        let key = language.to_string();
        let (name, kind, told, words) = (&text.name, &text.product_type, &text.description, &text.words);
        let mut all = String::with_capacity(1_024);
        for part in [name.as_str(), told, brand, kind, words] {
            all.push_str(part);
            all.push('\n');
            for measure in measures(part, analysis == Analysis::German) {
                all.push_str(&measure.word);
                all.push('\n');
            }
        }
        self.main.insert(key.clone(), main_bag(text, brand).into());
        self.all.insert(key.clone(), all.into());
        self.titles.insert(key.clone(), format!("{name}\n{kind}\n{brand}").into());
        self.names.insert(key.clone(), name.as_str().into());
        self.sort_names.insert(key.clone(), name_sort_key(name).into());
        if analysis == Analysis::German {
            self.compounds.insert(key, format!("{name}\n{kind}\n{words}").into());
        }
    }
}
