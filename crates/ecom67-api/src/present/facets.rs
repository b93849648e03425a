//! Facets in views: labels for what the index counted.

use std::collections::HashMap;
use std::sync::Arc;

use ecom67_app::search::{FacetCounts, FacetKey, Filter, REDUCED_VALUE};
use ecom67_domain::attribute::{AttributeKind, AttributeValue};
use ecom67_domain::{CategoryCode, Language};

use super::Audience;
use super::product::{choice_label, value_text, yes_no};
use crate::parameters::key_text;
use crate::view;
use ecom67_words::messages;

/// The categories that a list offers: those directly below its own, or at the top.
pub(super) fn offered_categories(audience: &Audience, below: Option<&CategoryCode>) -> Arc<[CategoryCode]> {
    audience.shop.categories.children(below).map(|category| category.code.clone()).collect()
}

/// Labels what the index counted. Below a category the categories offered are its children, elsewhere those at the top.
pub(super) fn facets(
    audience: &Audience,
    category: Option<&CategoryCode>,
    filters: &[Filter],
    counts: Vec<FacetCounts>,
) -> Vec<view::Facet> {
    let facets = counts.into_iter().filter_map(|counts| {
        let filter = filters.iter().find(|filter| filter.key() == counts.key);
        match &counts.key {
            FacetKey::Price => price(audience.language(), filter, &counts),
            FacetKey::Category => Some(categories(audience, category, filter, &counts)),
            FacetKey::Availability => Some(availability(audience.language(), filter, &counts)),
            FacetKey::Reduced => Some(reduced(audience.language(), filter, &counts)),
            FacetKey::Brand => {
                let selected = |value: &str| matches!(filter, Some(Filter::Brand(values)) if values.iter().any(|own| own == value));
                let value = |(value, count): &(String, u64)| view::FacetValue {
                    label: value.clone(),
                    selected: selected(value),
                    value: value.clone(),
                    count: *count,
                    color: None,
                };
                Some(values(&counts.key, label(audience.language(), &counts.key), counts.values.iter().map(value).collect()))
            }
            FacetKey::Attribute(code) => {
                let attribute = audience.shop.attributes.get(code)?;
                let label = attribute.label.get(audience.language()).to_owned();
                let mut shown: Vec<view::FacetValue> =
                    counts.values.iter().map(|(value, count)| attribute_value(audience.language(), attribute, filter, value, *count)).collect();
                // Choices stand in the order the shop gave them: sizes from small to large.
                if let AttributeKind::Choice(choices) = &attribute.kind {
                    shown.sort_by_cached_key(|value| choices.position(&value.value));
                }
                Some(values(&counts.key, label, shown))
            }
        }
    });
    facets.filter(|facet| facet.kind == view::FacetKind::Range || !facet.values.is_empty()).collect()
}

fn label(language: Language, key: &FacetKey) -> String {
    let message = match key {
        FacetKey::Category => "facet-category",
        FacetKey::Brand => "facet-brand",
        FacetKey::Price => "facet-price",
        FacetKey::Availability => "facet-availability",
        FacetKey::Reduced => "facet-reduced",
        FacetKey::Attribute(code) => return code.to_string(),
    };
    messages(language).get(message)
}

fn values(key: &FacetKey, label: String, values: Vec<view::FacetValue>) -> view::Facet {
    view::Facet { key: key_text(key), label, kind: view::FacetKind::Values, values, range: None }
}

fn price(language: Language, filter: Option<&Filter>, counts: &FacetCounts) -> Option<view::Facet> {
    let (minimum, maximum) = counts.range?;
    let (selected_minimum, selected_maximum) = match filter {
        Some(Filter::Price { minimum, maximum }) => (*minimum, *maximum),
        _ => (None, None),
    };
    Some(view::Facet {
        key: key_text(&counts.key),
        label: label(language, &counts.key),
        kind: view::FacetKind::Range,
        values: Vec::new(),
        range: Some(view::FacetRange { minimum, maximum, selected_minimum, selected_maximum }),
    })
}

fn categories(
    audience: &Audience,
    below: Option<&CategoryCode>,
    filter: Option<&Filter>,
    counts: &FacetCounts,
) -> view::Facet {
    let language = audience.language();
    let selected = |code: &CategoryCode| matches!(filter, Some(Filter::Category(values)) if values.contains(code));
    let counted: HashMap<&str, u64> = counts.values.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    let offered = audience.shop.categories.children(below).filter_map(|category| {
        let count = *counted.get(category.code.as_str())?;
        Some(view::FacetValue {
            value: audience.shop.category_address(category, language)?.into_owned(),
            label: category.name.get(language).to_owned(),
            count,
            selected: selected(&category.code),
            color: None,
        })
    });
    values(&counts.key, label(language, &counts.key), offered.collect())
}

/// What is low in stock is in stock: shoppers do not tell these apart when they filter.
fn availability(language: Language, filter: Option<&Filter>, counts: &FacetCounts) -> view::Facet {
    let offered = [
        ("in_stock", &["in_stock", "low_stock"][..], "facet-in-stock"),
        ("back_order", &["back_order"][..], "facet-back-order"),
        ("sold_out", &["sold_out"][..], "facet-sold-out"),
    ];
    let selected = |words: &[&str]| matches!(filter, Some(Filter::Availability(values)) if values.iter().any(|value| words.contains(&value.as_str())));
    let value = |(value, words, message): (&str, &[&str], &str)| view::FacetValue {
        value: value.to_owned(),
        label: messages(language).get(message),
        count: counts.values.iter().filter(|(word, _)| words.contains(&word.as_str())).map(|(_, count)| count).sum(),
        selected: selected(words),
        color: None,
    };
    let shown = offered.into_iter().map(value).filter(|value| value.count > 0 || value.selected);
    values(&counts.key, label(language, &counts.key), shown.collect())
}

fn reduced(language: Language, filter: Option<&Filter>, counts: &FacetCounts) -> view::Facet {
    let count = counts.values.iter().find(|(value, _)| value == REDUCED_VALUE).map_or(0, |(_, count)| *count);
    let value = view::FacetValue {
        value: "yes".to_owned(),
        label: messages(language).get("facet-is-reduced"),
        count,
        selected: filter.is_some(),
        color: None,
    };
    let shown = if count > 0 || value.selected { vec![value] } else { Vec::new() };
    values(&counts.key, label(language, &counts.key), shown)
}

fn attribute_value(
    language: Language,
    attribute: &ecom67_domain::attribute::Attribute,
    filter: Option<&Filter>,
    value: &str,
    count: u64,
) -> view::FacetValue {
    let color = match &attribute.kind {
        AttributeKind::Choice(choices) => choices.get(value).and_then(|choice| choice.color),
        _ => None,
    };
    let label = match &attribute.kind {
        AttributeKind::Choice(choices) => choice_label(language, choices, value),
        AttributeKind::YesNo => yes_no(language, value == "true" || value == "yes"),
        AttributeKind::Number { .. } => value.parse().map_or_else(
            |_| value.to_owned(),
            |number| value_text(language, attribute, &AttributeValue::Number(number)),
        ),
        AttributeKind::Text => value.to_owned(),
    };
    let selected = matches!(filter, Some(Filter::Attribute(_, values)) if values.iter().any(|own| own == value));
    view::FacetValue { value: value.to_owned(), label, count, selected, color: color.map(|color| color.to_string()) }
}
