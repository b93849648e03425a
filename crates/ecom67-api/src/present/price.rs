//! Prices in views.

use std::collections::HashMap;

use ecom67_app::port::{PAGE_MAX, StoreError};
use ecom67_domain::price::{BaseUnit, PriceChange, lowest_before_reduction, reduction_percent};
use ecom67_domain::product::Variant;
use ecom67_domain::{Money, Product, ProductCode};
use jiff::SignedDuration;

use super::{Audience, Presenter};
use crate::view;

/// How far back a price history is read: a reduction that began earlier is one no longer.
const HISTORY_LOOK_BACK: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// The price histories of some products.
#[derive(Default)]
pub(super) struct Histories(HashMap<ProductCode, Vec<PriceChange>>);

impl Histories {
    /// That of a product; nothing, where no reduction must be explained.
    pub(super) fn of(&self, product: &Product) -> &[PriceChange] {
        self.0.get(&product.code).map_or(&[], Vec::as_slice)
    }
}

impl Presenter {
    /// What is needed of the products' price histories in the market, read at once.
    pub(super) async fn histories(
        &self,
        audience: &Audience,
        products: impl Iterator<Item = &Product>,
    ) -> Result<Histories, StoreError> {
        let market = &audience.market;
        if !market.low_price_notice {
            return Ok(Histories::default());
        }
        let is_reduced = |product: &&Product| {
            let mut prices = product.variants.iter().filter_map(|variant| variant.prices.get(&market.code));
            prices.any(|price| price.compare_at().is_some())
        };
        let codes: Vec<ProductCode> = products.filter(is_reduced).map(|product| product.code.clone()).collect();
        let since = self.clock.now() - HISTORY_LOOK_BACK;
        let mut histories = HashMap::new();
        for page in codes.chunks(PAGE_MAX) {
            let found = self.products.price_histories(page, since).await?;
            histories.extend(page.iter().cloned().zip(found));
        }
        Ok(Histories(histories))
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
