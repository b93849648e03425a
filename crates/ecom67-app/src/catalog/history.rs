//! The price history that a new product brings along.

use std::collections::BTreeMap;

use ecom67_domain::price::PriceChange;
use ecom67_domain::{Product, Violations};
use jiff::Timestamp;

use crate::document::ProductDocument;
use crate::shop::Shop;

/// The price history that came with the document.
pub(super) fn of_document(document: &ProductDocument) -> Result<Vec<PriceChange>, Violations> {
    let mut violations = Violations::new();
    let changes = document.price_history.iter().enumerate();
    let changes = changes
        .filter_map(|(index, change)| violations.keep(format!("price_history[{index}]"), change.to_price_change()))
        .collect();
    violations.or(|| changes)
}

/// Checks that the history may be true: what reductions are measured against is taken from it, and it is never changed.
/// A first change may have a price before it; whoever kept the history may have kept only the last of it.
pub(super) fn check(history: &[PriceChange], shop: &Shop, product: &Product, now: Timestamp) -> Result<(), Violations> {
    let mut violations = Violations::new();
    let mut wrong = |index: usize, field: &str, expected: String| {
        violations.add(format!("price_history[{index}]{field}"), "price_history_invalid", expected);
    };
    let mut in_order: Vec<_> = history.iter().enumerate().collect();
    in_order.sort_by_key(|(_, change)| change.at);
    let mut last = BTreeMap::new();
    for (index, change) in in_order {
        if change.at > now {
            wrong(index, ".at", "an instant that is not in the future".into());
        }
        match shop.markets.iter().find(|market| market.code == change.market) {
            None => wrong(index, ".market", "the code of a market that exists".into()),
            Some(market) => {
                let prices = [change.was, change.is].into_iter().flatten();
                if prices.into_iter().any(|price| price.amount().currency() != market.currency) {
                    wrong(index, "", format!("prices in {}, the currency of the market", market.currency));
                }
            }
        }
        let before = last.insert((&change.sku, &change.market), (index, change.is));
        if before.is_some_and(|(_, is)| is != change.was) {
            wrong(index, ".was", "what `is` says in the change of the same variant and market before it".into());
        }
    }
    for ((sku, _), (index, is)) in last {
        // A variant that the product no longer has keeps its history, which ends with it.
        if is.is_some() && product.variant(sku).is_none() {
            wrong(index, ".sku", "the SKU of a variant of the product, or no price in the end".into());
        }
    }
    violations.or(|| ())
}

/// The history that a new product begins with: what came with it, and its present prices where that does not end in
/// them.
pub(super) fn opening(mut history: Vec<PriceChange>, product: &Product, now: Timestamp) -> Vec<PriceChange> {
    history.sort_by_key(|change| change.at);
    let mut last: BTreeMap<_, _> =
        history.iter().map(|change| ((change.sku.clone(), change.market.clone()), change.is)).collect();
    for mut change in product.price_changes(None, now) {
        change.was = last.remove(&(change.sku.clone(), change.market.clone())).flatten();
        if change.was != change.is {
            history.push(change);
        }
    }
    history
}
