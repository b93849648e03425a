//! `ecom67 promotions|price-lists|taxes|delivery list|set`: what decides prices, from the shell.

use anyhow::bail;
use ecom67_app::document::{DocumentKind, Line, ShopDocument, from_json};
use ecom67_app::port::{DocumentStore, PAGE_MAX};
use serde::{Deserialize, Serialize};

use super::{Ending, Teller};
use crate::local::LocalShop;

/// Which rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RuleGroup {
    /// Promotions.
    Promotions,
    /// Price lists.
    PriceLists,
    /// Tax zones and the seller's registrations.
    Taxes,
    /// Calendars, delivery zones and delivery methods.
    Delivery,
}

impl RuleGroup {
    /// The kinds of records, in an order in which each names only earlier ones.
    const fn kinds(self) -> &'static [DocumentKind] {
        match self {
            Self::Promotions => &[DocumentKind::Promotion],
            Self::PriceLists => &[DocumentKind::PriceList],
            Self::Taxes => &[DocumentKind::TaxZone, DocumentKind::Registration],
            Self::Delivery => &[DocumentKind::Calendar, DocumentKind::DeliveryZone, DocumentKind::DeliveryMethod],
        }
    }
}

/// Tells each record as a line of the shop's own format, so that it can be changed and set again.
pub(super) async fn list(shop: &LocalShop, group: RuleGroup, teller: &Teller) -> anyhow::Result<Ending> {
    for kind in group.kinds() {
        let mut after: Option<String> = None;
        loop {
            let page = DocumentStore::list(&shop.database, *kind, after.as_deref(), PAGE_MAX).await?;
            let is_last = page.len() < PAGE_MAX;
            after = page.last().map(|stored| stored.value.key().code);
            for stored in page {
                teller.line(serde_json::to_string(&Line::from(stored.value))?).await;
            }
            if is_last {
                break;
            }
        }
    }
    Ok(Ending::Done)
}

/// Saves one record, given as a line of the shop's own format, over whatever is there.
pub(super) async fn set(shop: &LocalShop, group: RuleGroup, record: &str, teller: &Teller) -> anyhow::Result<Ending> {
    let document: ShopDocument = from_json(record.as_bytes())?;
    let key = document.key();
    if !group.kinds().contains(&key.kind) {
        let kinds = group.kinds().iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        bail!("the type of the record is {}, and not one of: {kinds}", key.kind.as_str());
    }
    // What others saved a moment ago is not to be in conflict with this.
    shop.shop.refresh(&shop.database).await?;
    let saved = shop.catalog().save_document(&shop.shop.present(), document).await?;
    shop.shop.refresh(&shop.database).await?;
    teller.line(format!("{key}: {saved:?}").to_lowercase()).await;
    Ok(Ending::Done)
}
