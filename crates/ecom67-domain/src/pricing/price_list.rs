//! Price lists: other prices for a group, for many at once, for a time.

use super::Window;
use crate::code::{CustomerGroupCode, MarketCode, PriceListCode, Sku};
use crate::money::Currency;
use crate::price::Price;
use crate::violation::Violations;

/// The most entries of one price list: with it a record stays below 300 KB.
pub const PRICE_LIST_ENTRIES_MAX: usize = 2_000;

/// Prices beside those of the variants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PriceList {
    /// The list's code.
    pub code: PriceListCode,
    /// The market it holds in.
    pub market: MarketCode,
    /// The market's currency.
    pub currency: Currency,
    /// The customers it is for; `None`: all.
    pub group: Option<CustomerGroupCode>,
    /// When it holds.
    pub window: Window,
    /// The prices.
    pub entries: Vec<PriceListEntry>,
}

/// What a unit of a variant costs from a quantity on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PriceListEntry {
    /// The variant.
    pub sku: Sku,
    /// How many must be bought; lines of one variant count together.
    pub minimum_quantity: u32,
    /// The price.
    pub price: Price,
}

impl PriceList {
    /// Checks length and currency, and that no variant has two prices for one quantity.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        self.window.check(&mut violations, "");
        if self.entries.is_empty() || self.entries.len() > PRICE_LIST_ENTRIES_MAX {
            violations.add("entries", "entries_invalid", format!("1 to {PRICE_LIST_ENTRIES_MAX} prices"));
        }
        let mut seen = std::collections::BTreeSet::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let field = format!("entries[{index}]");
            if entry.minimum_quantity == 0 {
                violations.add(format!("{field}.minimum_quantity"), "units_invalid", "at least one unit");
            }
            if entry.price.amount().currency() != self.currency {
                let expected = format!("{}, the currency of the list", self.currency);
                violations.add(format!("{field}.price"), "currency_of_other_market", expected);
            }
            if !seen.insert((&entry.sku, entry.minimum_quantity)) {
                violations.add(field, "price_twice", "one price for each variant and quantity");
            }
        }
        violations.or(|| ())
    }
}
