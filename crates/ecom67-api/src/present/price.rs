//! Prices in views.

use ecom67_app::port::StoreError;
use ecom67_domain::price::{BaseUnit, PriceChange, lowest_before_reduction, reduction_percent};
use ecom67_domain::product::Variant;
use ecom67_domain::{Money, Product};
use jiff::SignedDuration;

use super::{Audience, Presenter};
use crate::view;

/// How far back a price history is read: a reduction that began earlier is one no longer.
const HISTORY_LOOK_BACK: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

impl Presenter {
    /// What is needed of the product's price history in the market: nothing, where no reduction must be explained.
    pub(super) async fn history(&self, audience: &Audience, product: &Product) -> Result<Vec<PriceChange>, StoreError> {
        let market = &audience.market;
        let is_reduced = product
            .variants
            .iter()
            .filter_map(|variant| variant.prices.get(&market.code))
            .any(|price| price.compare_at().is_some());
        if !market.low_price_notice || !is_reduced {
            return Ok(Vec::new());
        }
        self.products.price_history(&product.code, self.clock.now() - HISTORY_LOOK_BACK).await
    }
}

/// The variant's price in the market, with everything that must be said with it.
pub(super) fn price(audience: &Audience, variant: &Variant, history: &[PriceChange]) -> Option<view::Price> {
    let market = &audience.market.code;
    let price = variant.prices.get(market)?;
    let amount = price.amount();
    let own: Vec<PriceChange> =
        history.iter().filter(|change| change.sku == variant.sku && change.market == *market).cloned().collect();
    let lowest = lowest_before_reduction(&own, *price);
    let reference = lowest.or(price.compare_at());
    let unit_price = variant.content.map(|content| content.unit_price(amount));
    Some(view::Price {
        amount: amount.minor(),
        currency: amount.currency().code().to_owned(),
        compare_at: price.compare_at().map(Money::minor),
        lowest_30_days: lowest.map(Money::minor),
        reduction_percent: reference.and_then(|reference| reduction_percent(reference, amount)),
        unit_price: unit_price.map(|(amount, unit)| view::UnitPrice { amount: amount.minor(), unit: unit.into() }),
    })
}

impl From<BaseUnit> for view::BaseUnit {
    fn from(unit: BaseUnit) -> Self {
        match unit {
            BaseUnit::Kilogram => Self::Kg,
            BaseUnit::Litre => Self::L,
            BaseUnit::Metre => Self::M,
            BaseUnit::SquareMetre => Self::M2,
        }
    }
}
