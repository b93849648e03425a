//! Collections by rule: what a product must be to belong to one.

use std::collections::BTreeMap;

use crate::attribute::AttributeValue;
use crate::code::{AttributeCode, CategoryCode, MarketCode};
use crate::money::Money;
use crate::violation::Violations;

/// The most attributes that a rule asks for.
pub const RULE_ATTRIBUTES_MAX: usize = 10;
/// The most values that a rule names as alternatives: of one attribute, of brands, of categories, of tags.
pub const RULE_VALUES_MAX: usize = 50;
/// The longest text that a rule asks for, in characters.
pub const RULE_TEXT_LENGTH_MAX: usize = 500;
/// The longest time for which a product counts as new to a rule: ten years.
pub const RULE_DAYS_MAX: u32 = 3_650;

/// What a product must be to belong to a collection. Every condition must hold; the values of one condition are
/// alternatives; a condition that names nothing asks for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CollectionRule {
    /// For each attribute one of these values.
    pub attributes: BTreeMap<AttributeCode, Vec<AttributeValue>>,
    /// One of these brands.
    pub brands: Vec<String>,
    /// Below one of these categories.
    pub categories: Vec<CategoryCode>,
    /// One of these tags.
    pub tags: Vec<String>,
    /// The lowest price, by market. A rule that names any market has no products in those that it does not name: what
    /// `below 30` would mean there is not known.
    pub prices: BTreeMap<MarketCode, PriceRange>,
    /// Reduced in the shopper's market.
    pub is_reduced: bool,
    /// Published within so many days before today.
    pub published_within_days: Option<u32>,
}

/// A range of prices, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRange {
    /// From here.
    pub minimum: Option<Money>,
    /// To here.
    pub maximum: Option<Money>,
}

impl CollectionRule {
    /// Checks that the rule asks for something that can be, and for no more than fits.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        if *self == Self::default() {
            violations.add("", "rule_empty", "at least one condition");
        }
        if self.attributes.len() > RULE_ATTRIBUTES_MAX {
            violations.add("attributes", "too_many", format!("at most {RULE_ATTRIBUTES_MAX} attributes"));
        }
        for (code, values) in &self.attributes {
            let field = format!("attributes.{code}");
            if values.is_empty() {
                violations.add(&field, "rule_values_missing", "at least one value");
            }
            check_count(&mut violations, &field, values.len());
        }
        check_count(&mut violations, "categories", self.categories.len());
        for (field, texts) in [("brands", &self.brands), ("tags", &self.tags)] {
            check_count(&mut violations, field, texts.len());
            for (index, text) in texts.iter().enumerate() {
                if text.is_empty() || text.chars().count() > RULE_TEXT_LENGTH_MAX {
                    let expected = format!("1 to {RULE_TEXT_LENGTH_MAX} characters, as products have it");
                    violations.add(format!("{field}[{index}]"), "text_invalid", expected);
                }
            }
        }
        for (market, range) in &self.prices {
            range.check(&mut violations, &format!("prices.{market}"));
        }
        if self.published_within_days.is_some_and(|days| !(1..=RULE_DAYS_MAX).contains(&days)) {
            violations.add("published_within_days", "days_invalid", format!("1 to {RULE_DAYS_MAX} days"));
        }
        violations.or(|| ())
    }
}

fn check_count(violations: &mut Violations, field: &str, count: usize) {
    if count > RULE_VALUES_MAX {
        violations.add(field, "too_many", format!("at most {RULE_VALUES_MAX} values"));
    }
}

impl PriceRange {
    fn check(self, violations: &mut Violations, field: &str) {
        let ends = [("minimum", self.minimum), ("maximum", self.maximum)];
        for (end, money) in ends {
            if money.is_some_and(|money| money.minor() < 0) {
                violations.add(format!("{field}.{end}"), "price_negative", "a price is zero or more");
            }
        }
        match (self.minimum, self.maximum) {
            (None, None) => violations.add(field, "price_range_empty", "a minimum, a maximum or both"),
            (Some(minimum), Some(maximum)) if minimum.minor() > maximum.minor() => {
                violations.add(field, "price_range_empty", "a minimum that is not above the maximum");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals(rule: &CollectionRule) -> Vec<(String, &'static str)> {
        let violations = rule.check().err().unwrap_or_default();
        violations.as_slice().iter().map(|violation| (violation.field.clone(), violation.code)).collect()
    }

    fn priced(minimum: Option<i64>, maximum: Option<i64>) -> CollectionRule {
        let money = |minor| Money::new(minor, "EUR".parse().unwrap());
        let range = PriceRange { minimum: minimum.map(money), maximum: maximum.map(money) };
        CollectionRule { prices: BTreeMap::from([("de".parse().unwrap(), range)]), ..CollectionRule::default() }
    }

    #[test]
    fn a_rule_that_asks_for_nothing_is_refused() {
        assert_eq!(refusals(&CollectionRule::default()), [(String::new(), "rule_empty")]);
        assert_eq!(refusals(&CollectionRule { is_reduced: true, ..CollectionRule::default() }), []);
    }

    #[test]
    fn no_product_costs_more_than_the_most_and_less_than_the_least() {
        for (minimum, maximum, expected) in [
            (Some(3_000), Some(1_000), Some(("prices.de", "price_range_empty"))),
            (None, None, Some(("prices.de", "price_range_empty"))),
            (Some(-1), None, Some(("prices.de.minimum", "price_negative"))),
            (Some(1_000), Some(1_000), None),
            (None, Some(0), None),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(field, code)| (field.to_owned(), code)).collect();
            assert_eq!(refusals(&priced(minimum, maximum)), expected, "{minimum:?} to {maximum:?}");
        }
    }

    #[test]
    fn every_list_of_a_rule_has_a_bound() {
        let many = |count: usize| (0..count).map(|number| format!("v{number}")).collect::<Vec<_>>();
        let value = |text: &str| AttributeValue::Text(text.to_owned());
        let colour: AttributeCode = "colour".parse().unwrap();
        let rule = CollectionRule {
            attributes: BTreeMap::from([(colour, many(RULE_VALUES_MAX + 1).iter().map(|text| value(text)).collect())]),
            brands: many(RULE_VALUES_MAX),
            tags: [many(RULE_VALUES_MAX), vec![String::new()]].concat(),
            published_within_days: Some(0),
            ..CollectionRule::default()
        };

        let expected = [
            ("attributes.colour", "too_many"),
            ("tags", "too_many"),
            ("tags[50]", "text_invalid"),
            ("published_within_days", "days_invalid"),
        ];
        assert_eq!(refusals(&rule), expected.map(|(field, code)| (field.to_owned(), code)));
    }
}
