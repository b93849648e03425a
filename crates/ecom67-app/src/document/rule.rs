//! A collection's rule as it is written down.

use std::collections::BTreeMap;

use ecom67_domain::attribute::AttributeValue;
use ecom67_domain::catalog::{CollectionRule, PriceRange};
use ecom67_domain::{Currency, Money, Violations};
use serde::{Deserialize, Serialize};

use super::attribute::AttributeValueDocument;
use super::parse;

/// What a product must be to belong to a collection: all of this.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CollectionRuleDocument {
    /// For each attribute the values of which a product has one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Vec<AttributeValueDocument>>,
    /// The brands of which it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<String>,
    /// The categories below one of which it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The tags of which it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What it costs, by market: none belongs to it in a market that is not named here, if any is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<String, PriceRangeDocument>,
    /// Whether it must be reduced.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reduced: bool,
    /// Within how many days before today it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_within_days: Option<u32>,
}

/// A range of prices, ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRangeDocument {
    /// ISO 4217; must be the market's.
    pub currency: String,
    /// From here, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// To here, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
}

impl CollectionRuleDocument {
    /// The rule, as far as it can be read: what cannot is noted, with its field in the collection.
    pub(super) fn to_rule(&self, violations: &mut Violations) -> CollectionRule {
        let mut rule = CollectionRule {
            brands: self.brands.clone(),
            tags: self.tags.clone(),
            is_reduced: self.reduced,
            published_within_days: self.published_within_days,
            ..CollectionRule::default()
        };
        for (code, values) in &self.attributes {
            let field = format!("rule.attributes.{code}");
            let Some(code) = parse(violations, &field, code) else { continue };
            let values = values.iter().enumerate();
            let values =
                values.filter_map(|(index, value)| plain_value(violations, &format!("{field}[{index}]"), value));
            rule.attributes.insert(code, values.collect());
        }
        for (index, code) in self.categories.iter().enumerate() {
            rule.categories.extend(parse(violations, format!("rule.categories[{index}]"), code));
        }
        for (market, range) in &self.prices {
            let field = format!("rule.prices.{market}");
            let currency = parse::<Currency>(violations, format!("{field}.currency"), &range.currency);
            let market = parse(violations, field, market);
            if let (Some(market), Some(currency)) = (market, currency) {
                let money = |minor| Money::new(minor, currency);
                let range = PriceRange { minimum: range.minimum.map(money), maximum: range.maximum.map(money) };
                rule.prices.insert(market, range);
            }
        }
        rule
    }
}

/// A value that products can be found by. A text per language is none: as a value it would be one per language.
fn plain_value(violations: &mut Violations, field: &str, value: &AttributeValueDocument) -> Option<AttributeValue> {
    match value {
        AttributeValueDocument::YesNo(yes) => Some(AttributeValue::YesNo(*yes)),
        AttributeValueDocument::Number(number) => Some(AttributeValue::Number(*number)),
        AttributeValueDocument::Text(text) => Some(AttributeValue::Text(text.clone())),
        AttributeValueDocument::Localized(_) => {
            violations.add(field, "attribute_type_wrong", "a text, a number, true or false: not a text per language");
            None
        }
    }
}
