//! What a list is of: collections by rule as an index understands them.

use ecom67_domain::catalog::{Collection, CollectionRule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Filter, ListQuery};
use crate::indexing::filter_text;

/// What a product must be to be in a list. Unlike a filter it is not the shopper's choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It would pass this filter.
    Passes(Filter),
    /// It has one of these tags.
    Tag(Vec<String>),
    /// It was published then or later.
    PublishedSince(Timestamp),
    /// Nothing meets this.
    Never,
}

impl ListQuery {
    /// The same for what is in a collection by `now`. What was picked keeps its order; of what a rule finds, the newest
    /// comes first.
    #[must_use]
    pub fn in_collection(mut self, collection: &Collection, now: Timestamp) -> Self {
        match &collection.rule {
            None => self.collection = Some(collection.code.clone()),
            Some(rule) => {
                let conditions = conditions(rule, &self, now);
                self.conditions.extend(conditions);
            }
        }
        self
    }
}

/// What the rule says in the query's market.
fn conditions(rule: &CollectionRule, query: &ListQuery, now: Timestamp) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (code, values) in &rule.attributes {
        let values = values.iter().filter_map(filter_text).collect();
        conditions.push(Condition::Passes(Filter::Attribute(code.clone(), values)));
    }
    if !rule.brands.is_empty() {
        conditions.push(Condition::Passes(Filter::Brand(rule.brands.clone())));
    }
    if !rule.categories.is_empty() {
        conditions.push(Condition::Passes(Filter::Category(rule.categories.clone())));
    }
    if !rule.tags.is_empty() {
        conditions.push(Condition::Tag(rule.tags.clone()));
    }
    match rule.prices.get(&query.market) {
        Some(range) => {
            let minor = |money: ecom67_domain::Money| money.minor();
            let (minimum, maximum) = (range.minimum.map(minor), range.maximum.map(minor));
            conditions.push(Condition::Passes(Filter::Price { minimum, maximum }));
        }
        None if rule.prices.is_empty() => {}
        None => conditions.push(Condition::Never),
    }
    if rule.is_reduced {
        conditions.push(Condition::Passes(Filter::Reduced));
    }
    conditions.extend(rule.published_within_days.map(|days| Condition::PublishedSince(new_since(days, now))));
    conditions
}

/// Since when a product must have been published to be new for so many days: from the beginning of a day in UTC, so that
/// what is new changes once a day, for everyone at the same moment.
pub fn new_since(days: u32, now: Timestamp) -> Timestamp {
    let today = now.to_zoned(TimeZone::UTC).start_of_day().map_or(now, |start| start.timestamp());
    let days = SignedDuration::from_hours(24 * i64::from(days));
    today.checked_sub(days).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_changes_at_midnight_and_not_in_between() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();

        let evening = new_since(30, at("2026-03-31T23:59:59.999Z"));

        assert_eq!(evening, at("2026-03-01T00:00:00Z"));
        assert_eq!(evening, new_since(30, at("2026-03-31T00:00:00Z")));
        assert_eq!(new_since(30, at("2026-04-01T00:00:00Z")), at("2026-03-02T00:00:00Z"));
    }

    #[test]
    fn the_longest_time_from_the_earliest_moment_is_no_overflow() {
        assert_eq!(new_since(u32::MAX, Timestamp::MIN), Timestamp::MIN);
    }
}
