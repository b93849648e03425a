//! `ecom67 products set`: changes one product from the shell.

use anyhow::{Context, bail};
use ecom67_app::catalog::CatalogError;
use ecom67_app::document::{PriceDocument, ProductDocument};
use ecom67_app::port::{Adjusted, ProductStore, StockStore};
use ecom67_domain::stock::{Adjustment, AdjustmentReason, StockChange};
use ecom67_domain::{LocationCode, Money, Sku};
use serde::{Deserialize, Serialize};

use super::{Ending, Teller};
use crate::local::LocalShop;

/// What is changed; what is absent stays.
#[derive(clap::Args, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProductChange {
    /// The SKU of the variant
    pub(crate) sku: String,
    /// The new price, such as 12.90
    #[arg(long, requires = "market")]
    pub(crate) price: Option<String>,
    /// The price before a reduction, such as 19.90, or "none"
    #[arg(long, requires = "market")]
    pub(crate) compare_at: Option<String>,
    /// The market whose price is changed
    #[arg(long)]
    pub(crate) market: Option<String>,
    /// How many are on hand
    #[arg(long)]
    pub(crate) stock: Option<u64>,
    /// Where they are
    #[arg(long, default_value = "main")]
    pub(crate) location: String,
    /// draft, active or archived
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// The new name
    #[arg(long, requires = "language")]
    pub(crate) name: Option<String>,
    /// The new summary: one sentence
    #[arg(long, requires = "language")]
    pub(crate) summary: Option<String>,
    /// The language of name and summary, such as en
    #[arg(long)]
    pub(crate) language: Option<String>,
}

/// How often a change is tried again after somebody else's.
const ATTEMPTS: usize = 4;

pub(super) async fn set(shop: &LocalShop, change: ProductChange, teller: &Teller) -> anyhow::Result<Ending> {
    let sku: Sku = change.sku.parse().map_err(|invalid| anyhow::anyhow!("the SKU: {invalid}"))?;
    let database = &shop.database;
    let code = database.find_by_sku(&sku).await?.with_context(|| format!("no product has the SKU {sku}"))?;
    // Before anything is saved: a change is made as a whole or not at all, as far as that can be known.
    let counted = match change.stock {
        Some(units) => Some((known_location(&change.location, shop)?, units)),
        None => None,
    };
    let mut saved = None;
    for _ in 0..ATTEMPTS {
        let stored = ProductStore::find(database, &code).await?.with_context(|| format!("no product {code}"))?;
        let mut document = ProductDocument::from(&stored.value);
        apply(&mut document, &change, shop)?;
        match shop.catalog().replace_product(&shop.shop.present(), document, stored).await {
            Ok(outcome) => {
                saved = Some(outcome);
                break;
            }
            Err(CatalogError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let saved = saved.context("the product is being changed by somebody else")?;
    teller.line(format!("{code}: {saved:?}").to_lowercase()).await;
    if let Some((location, units)) = counted {
        let adjustment = Adjustment {
            token: format!("cli-{sku}-{}", shop.clock.now().as_nanosecond()),
            sku,
            location,
            change: StockChange::To(units),
            reason: AdjustmentReason::Count,
            actor: "ecom67 products set".to_owned(),
            at: shop.clock.now(),
        };
        match database.adjust(adjustment).await? {
            Adjusted::Entered(entry) => {
                teller.line(format!("stock: {:+}, {} on hand", entry.delta, entry.on_hand)).await;
            }
            Adjusted::Unchanged => teller.line("stock: unchanged").await,
        }
    }
    Ok(Ending::Done)
}

fn known_location(code: &str, shop: &LocalShop) -> anyhow::Result<LocationCode> {
    let present = shop.shop.present();
    present.locations.get(code).cloned().with_context(|| format!("the shop has no location {code:?}"))
}

fn apply(document: &mut ProductDocument, change: &ProductChange, shop: &LocalShop) -> anyhow::Result<()> {
    if let Some(status) = &change.status {
        document.status.clone_from(status);
    }
    if let Some(language) = &change.language {
        let text = document.texts.get_mut(language);
        let text = text.with_context(|| format!("the product has no texts in {language:?}"))?;
        if let Some(name) = &change.name {
            // A new name has a new slug; the old one leads to it.
            if text.name != *name {
                text.slug = None;
            }
            text.name.clone_from(name);
        }
        if let Some(summary) = &change.summary {
            text.summary.clone_from(summary);
        }
    }
    let Some(market) = &change.market else { return Ok(()) };
    let present = shop.shop.present();
    let known = present.markets.iter().find(|known| known.code.as_str() == market);
    let currency = known.with_context(|| format!("the shop has no market {market:?}"))?.currency;
    let minor = |text: &str| -> anyhow::Result<i64> { Ok(Money::from_decimal(text, currency)?.minor()) };
    let variant = document.variants.iter_mut().find(|variant| variant.sku == change.sku);
    let variant = variant.context("the product has lost the variant")?;
    let price = match &change.price {
        Some(price) => {
            let amount = minor(price)?;
            let entry = variant.prices.entry(market.clone());
            let price =
                entry.or_insert(PriceDocument { currency: currency.code().to_owned(), amount, compare_at: None });
            price.amount = amount;
            price
        }
        None => variant.prices.get_mut(market).context("the variant has no price in this market")?,
    };
    match change.compare_at.as_deref() {
        None => {}
        Some("none") => price.compare_at = None,
        Some(before) => price.compare_at = Some(minor(before)?),
    }
    if price.compare_at.is_some_and(|before| before <= price.amount) {
        bail!("compare_at must be higher than the price; --compare-at none removes it");
    }
    Ok(())
}
