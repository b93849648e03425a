//! Price lists as they are written down.

use ecom67_domain::price::Price;
use ecom67_domain::pricing::{PriceList, PriceListEntry};
use ecom67_domain::{Currency, Money, Violations};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::window;
use crate::document::parse;

/// Prices beside those of the variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceListDocument {
    /// The list's code.
    pub code: String,
    /// The market it holds in.
    pub market: String,
    /// ISO 4217; must be the market's.
    pub currency: String,
    /// The group of customers it is for; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The first instant at which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Timestamp>,
    /// The first instant at which it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// The prices.
    pub entries: Vec<PriceListEntryDocument>,
}

/// What a unit costs from a quantity on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceListEntryDocument {
    /// The variant. It need not exist yet.
    pub sku: String,
    /// From how many on.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub minimum_quantity: u32,
    /// In minor units.
    pub amount: i64,
    /// What it was reduced from, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at: Option<i64>,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_one(quantity: &u32) -> bool {
    *quantity == 1
}

impl PriceListDocument {
    /// The list, checked.
    pub fn to_price_list(&self) -> Result<PriceList, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let market = parse(&mut violations, "market", &self.market);
        let currency = parse::<Currency>(&mut violations, "currency", &self.currency);
        let group = self.group.as_ref().and_then(|group| parse(&mut violations, "group", group));
        let mut entries = Vec::with_capacity(self.entries.len());
        for (index, entry) in self.entries.iter().enumerate() {
            let field = format!("entries[{index}]");
            let sku = parse(&mut violations, format!("{field}.sku"), &entry.sku);
            let Some(currency) = currency else { continue };
            let money = |minor| Money::new(minor, currency);
            let price = Price::new(money(entry.amount), entry.compare_at.map(money));
            let price = violations.keep(format!("{field}.amount"), price);
            entries.extend(sku.zip(price).map(|(sku, price)| PriceListEntry {
                sku,
                minimum_quantity: entry.minimum_quantity,
                price,
            }));
        }
        let (Some(code), Some(market), Some(currency), true) = (code, market, currency, violations.is_empty()) else {
            return Err(violations);
        };
        let list = PriceList { code, market, currency, group, window: window(self.starts, self.ends), entries };
        list.check()?;
        Ok(list)
    }
}
