//! What a cart costs: one pure function from a basket and the shop's rules to a quote that can be explained.
//!
//! [`quote`] reads no clock, no store and no text. Whoever calls brings a [`Basket`] (what is bought, by whom, where to and
//! when) and the [`PricingRules`], which are compiled once for every change of the data and shared. The answer says
//! what each amount is made of and which rule made it, and names the rules that did not apply with the reason why.
//!
//! The order of things, each on what the one before left:
//! 1. the unit price: the cheapest of the market's price and the price lists that apply;
//! 2. promotions, by priority; each takes its discount off what is left of the lines, and its shares stand in the quote;
//! 3. delivery, by the goods' amount *before* promotions, so that no discount costs a shopper the free delivery;
//! 4. tax, on what is left, rounded by the zone's named rule and spread over the lines.
//!
//! `docs/adr/0009-what-a-cart-costs.md` says why.

mod area;
mod basket;
mod calendar;
mod coupon;
mod delivery;
mod digest;
mod discount;
mod engine;
mod gift_cards;
mod price_list;
mod promotion;
mod quote;
mod reason;
mod rules;
mod spread;
mod tax;
mod taxing;
#[cfg(test)]
mod tests;

pub use area::{Area, Destination, POSTAL_RANGES_MAX, PostalCode, PostalRange, REGIONS_MAX, Region};
pub use basket::{BASKET_LINES_MAX, Basket, BasketLine, BasketMarket, Buyer, COUPONS_MAX, FirstOrder, TaxStatus};
pub use calendar::{Calendar, DateRange, Transit, promised_dates};
pub use coupon::{COUPON_LENGTH_MAX, CouponCode};
pub use delivery::{
    DELIVERY_STEPS_MAX, DeliveryKind, DeliveryMethod, DeliveryPrice, DeliveryRate, DeliveryZone, TotalStep, WeightStep,
};
pub use engine::quote;
pub use gift_cards::{GiftCardFunds, GiftCardOutcome, QuotedGiftCard};
pub use price_list::{PRICE_LIST_ENTRIES_MAX, PriceList, PriceListEntry};
pub use promotion::{
    Amounts, Combination, Conditions, Effect, PROMOTION_VALUES_MAX, Promotion, PromotionLimits,
    QUANTITY_CONDITIONS_MAX, QuantityCondition, QuantityTier, Selector, TIERS_MAX, TotalTier,
};
pub use quote::{
    ChosenDelivery, DeliveryChoice, Discount, DiscountShare, GiftLine, PriceCause, Quote, QuoteError, QuoteId,
    QuotedLine, QuotedTax, TaxLine, TaxLineComponent, TaxShare, Totals,
};
pub use reason::{DeliveryOutcome, Facet, PriceOutcome, PromotionOutcome, Reason};
pub use rules::{Definitions, PricingRules};
pub use tax::{
    ClassRate, DeliveryTax, OssThreshold, RateComponent, Registration, TAX_RATE_MAX, TaxRate, TaxRounding,
    TaxTreatment, TaxZone, is_in_european_union,
};

use jiff::Timestamp;

use crate::violation::Violations;

/// When a rule holds: from `starts`, and before `ends`; without an end for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first instant.
    pub starts: Option<Timestamp>,
    /// The first instant at which it no longer holds.
    pub ends: Option<Timestamp>,
}

/// Where an instant lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    Within,
    After,
}

impl Window {
    fn at(&self, instant: Timestamp) -> When {
        if self.ends.is_some_and(|ends| instant >= ends) {
            When::After
        } else if self.starts.is_some_and(|starts| instant < starts) {
            When::Before
        } else {
            When::Within
        }
    }

    fn check(&self, violations: &mut Violations, field: &str) {
        if let (Some(starts), Some(ends)) = (self.starts, self.ends)
            && starts >= ends
        {
            violations.add(format!("{field}ends"), "window_empty", "an end that is after the start");
        }
    }
}
