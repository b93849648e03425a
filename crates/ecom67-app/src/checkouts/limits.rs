//! What an order uses of things that are limited.

use ecom67_domain::order::{CustomerDigest, Meter};
use ecom67_domain::pricing::{FirstOrder, Quote};

use crate::carts::Known;

/// What an order by this quote uses, each with the most uses there may be in all, where there is such a limit.
pub(super) fn uses(quote: &Quote, customer: CustomerDigest) -> Vec<(Meter, Option<u32>)> {
    let is_for_first_order = quote.discounts.iter().any(|discount| discount.decided_at_checkout);
    let mut uses = vec![(Meter::OrdersOfCustomer(customer), is_for_first_order.then_some(1))];
    for discount in &quote.discounts {
        let code = &discount.promotion;
        if let Some(limit) = discount.limits.in_all {
            uses.push((Meter::Promotion(code.clone()), Some(limit)));
        }
        if let Some(limit) = discount.limits.per_customer {
            uses.push((Meter::PromotionByCustomer(code.clone(), customer), Some(limit)));
        }
    }
    uses
}

/// Learns from how often things were used which of them cannot be used any more; returns whether that is news.
pub(super) fn learn(known: &mut Known, uses: &[(Meter, Option<u32>)], used: &[u32]) -> bool {
    let mut is_news = false;
    for ((meter, limit), used) in uses.iter().zip(used) {
        if limit.is_none_or(|limit| *used < limit) {
            continue;
        }
        is_news = true;
        match meter {
            Meter::Promotion(code) | Meter::PromotionByCustomer(code, _) => known.used_up.push(code.clone()),
            Meter::OrdersOfCustomer(_) => known.first_order = FirstOrder::No,
        }
    }
    is_news
}
