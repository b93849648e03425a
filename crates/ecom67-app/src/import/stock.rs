//! Stock that comes with products, and prices and stock that come by themselves.

use std::collections::HashMap;

use ecom67_domain::price::Price;
use ecom67_domain::product::ProductParts;
use ecom67_domain::stock::{Adjustment, AdjustmentReason, ON_HAND_MAX, StockChange, StockRecord, StockRefusal};
use ecom67_domain::{LocationCode, Money, ProductCode, Sku, Violations};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::report::Problem;
use super::rows::{CompareAt, PriceSetting, RowResult, StockPriceRow};
use super::save::{Done, Patience, RowError, Saver};
use crate::catalog::CatalogError;
use crate::document::ProductDocument;
use crate::port::{AdjustError, Adjusted, PAGE_MAX, StoreError};
use crate::shop::Shop;

/// How many adjustments of one unit are under way at once.
const ADJUSTMENTS_AT_ONCE: usize = 32;

/// Who is named in the ledger.
const ACTOR: &str = "import";

impl Saver {
    /// What is to be entered into the ledger for the units that came with a product.
    pub(super) async fn plan_stock(
        &self,
        shop: &Shop,
        document: &ProductDocument,
    ) -> Result<Vec<Adjustment>, RowError> {
        let mut violations = Violations::new();
        let mut wanted = Vec::new();
        for (index, variant) in document.variants.iter().enumerate() {
            for (location, units) in &variant.stock {
                let field = format!("variants[{index}].stock.{location}");
                let Some(known) = shop.locations.get(location.as_str()) else {
                    violations.add(field, "location_unknown", "the code of a location that exists");
                    continue;
                };
                if *units > ON_HAND_MAX {
                    violations.add(field, "stock_invalid", format!("at most {ON_HAND_MAX} units"));
                    continue;
                }
                // A wrong SKU is told by whoever saves the product.
                if let Ok(sku) = variant.sku.parse::<Sku>() {
                    wanted.push((field, sku, known.clone(), *units));
                }
            }
        }
        let mut records = self.records(wanted.iter().map(|(_, sku, ..)| sku)).await?;
        let mut adjustments = Vec::new();
        for (field, sku, location, units) in wanted {
            let record = records.entry(sku.clone()).or_insert_with(|| StockRecord::empty(sku.clone()));
            // What was sold since must not come back with the next import of the same file.
            if !self.set_stock && record.levels.contains_key(&location) {
                continue;
            }
            let adjustment = self.adjustment(sku, location, units, "");
            match record.apply(&adjustment) {
                Ok(Some(_)) => adjustments.push(adjustment),
                Ok(None) => {}
                Err(refusal) => violations.add(field, refusal_code(&refusal), refusal.to_string()),
            }
        }
        violations.or(|| adjustments).map_err(RowError::from)
    }

    /// Makes the adjustments. Returns how many changed something, and those that were refused after all.
    pub(super) async fn adjust_all(&self, adjustments: Vec<Adjustment>) -> Result<(usize, Vec<Problem>), RowError> {
        let results: Vec<Option<Problem>> = stream::iter(adjustments)
            .map(|adjustment| self.adjust(adjustment))
            .buffer_unordered(ADJUSTMENTS_AT_ONCE)
            .try_collect()
            .await?;
        let made = results.iter().filter(|problem| problem.is_none()).count();
        Ok((made, results.into_iter().flatten().collect()))
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Option<Problem>, StoreError> {
        let mut patience = Patience::default();
        loop {
            match self.catalog.stock.adjust(adjustment.clone()).await {
                Ok(Adjusted::Entered(_) | Adjusted::Unchanged) => return Ok(None),
                Err(AdjustError::Store(error)) if patience.lasts(&error).await => {}
                Err(AdjustError::Store(error)) => return Err(error),
                // It was right when it was planned: somebody sold or counted in the meantime.
                Err(AdjustError::Refused(refusal)) => {
                    let problem = Problem::mended("stock", refusal_code(&refusal), refusal.to_string());
                    return Ok(Some(problem.with_sku(adjustment.sku.as_str())));
                }
            }
        }
    }

    fn adjustment(&self, sku: Sku, location: LocationCode, units: u64, row: &str) -> Adjustment {
        Adjustment {
            token: format!("{}:{row}{sku}:{location}", self.run),
            sku,
            location,
            change: StockChange::To(units),
            reason: AdjustmentReason::Import,
            actor: ACTOR.to_owned(),
            at: self.clock.now(),
        }
    }

    async fn records(&self, skus: impl Iterator<Item = &Sku>) -> Result<HashMap<Sku, StockRecord>, StoreError> {
        let mut skus: Vec<_> = skus.cloned().collect();
        skus.sort_unstable();
        skus.dedup();
        let mut records = HashMap::with_capacity(skus.len());
        for page in skus.chunks(PAGE_MAX) {
            let mut patience = Patience::default();
            let found = loop {
                match self.catalog.stock.find_many(page).await {
                    Err(error) if patience.lasts(&error).await => {}
                    found => break found?,
                }
            };
            records.extend(found.into_iter().map(|record| (record.sku.clone(), record)));
        }
        Ok(records)
    }

    /// Saves prices and stock of one product's variants.
    pub(super) async fn save_stock_prices(&self, code: ProductCode, rows: Vec<(u64, StockPriceRow)>) -> Done {
        let mut rows: Vec<_> = rows.into_iter().map(|(ticket, row)| Pending { ticket, row, end: End::Open }).collect();
        let stop = self.try_save_stock_prices(&code, &mut rows).await.err();
        let about = |problem: Problem, sku: &Sku| problem.about(format!("product/{code}")).with_sku(sku.as_str());
        let ends = rows.into_iter().filter_map(|Pending { ticket, row, end }| match end {
            End::Refused(problem) => Some((ticket, RowResult::Refused, vec![about(problem, &row.sku)])),
            // Where the store failed, a row with a new price may still lack its stock. None is vouched for: whatever
            // was done may be done again.
            End::Open | End::Changed | End::Mended(_) if stop.is_some() => None,
            End::Mended(problem) => Some((ticket, RowResult::Updated, vec![about(problem, &row.sku)])),
            End::Changed => Some((ticket, RowResult::Updated, Vec::new())),
            End::Open => Some((ticket, RowResult::Unchanged, Vec::new())),
        });
        Done { rows: ends.collect(), document: None, stop }
    }

    async fn try_save_stock_prices(&self, code: &ProductCode, rows: &mut [Pending]) -> Result<(), StoreError> {
        let adjustments = self.plan_counts(rows).await?;
        match self.change_prices(code, rows).await {
            Ok(()) => {}
            Err(RowError::Store(error)) => return Err(error),
            Err(RowError::Refused(problems)) => {
                for pending in rows.iter_mut().filter(|pending| pending.is_sound()) {
                    pending.end = problems.first().cloned().map_or(End::Open, End::Refused);
                }
            }
        }
        for (index, adjustment) in adjustments {
            if !rows[index].is_sound() {
                continue;
            }
            rows[index].end = match self.adjust(adjustment).await? {
                None => End::Changed,
                Some(problem) => End::Mended(problem),
            };
        }
        Ok(())
    }

    /// What is to be entered into the ledger, by row; rows that the ledger refuses are marked.
    async fn plan_counts(&self, rows: &mut [Pending]) -> Result<Vec<(usize, Adjustment)>, StoreError> {
        let counted = rows.iter().filter(|pending| pending.row.stock.is_some());
        let mut records = self.records(counted.map(|pending| &pending.row.sku)).await?;
        let mut adjustments = Vec::new();
        for (index, pending) in rows.iter_mut().enumerate() {
            let Some((location, units)) = pending.row.stock.clone() else { continue };
            let sku = pending.row.sku.clone();
            let record = records.entry(sku.clone()).or_insert_with(|| StockRecord::empty(sku.clone()));
            // A file may count one variant twice, so the line is part of the token.
            let adjustment = self.adjustment(sku, location, units, &format!("{}:", pending.row.line));
            match record.apply(&adjustment) {
                Ok(Some(_)) => adjustments.push((index, adjustment)),
                Ok(None) => {}
                Err(refusal) => {
                    let problem = Problem::refused("stock", refusal_code(&refusal), refusal.to_string());
                    pending.end = End::Refused(problem);
                }
            }
        }
        Ok(adjustments)
    }

    async fn change_prices(&self, code: &ProductCode, rows: &mut [Pending]) -> Result<(), RowError> {
        if rows.iter().all(|pending| pending.row.price.is_none()) {
            return Ok(());
        }
        let mut patience = Patience::default();
        loop {
            let mut ends = Vec::new();
            let change = |parts: &mut ProductParts| {
                ends.clear();
                for (index, pending) in rows.iter().enumerate() {
                    if let (true, Some(setting)) = (pending.is_sound(), &pending.row.price) {
                        ends.push((index, set_price(parts, &pending.row.sku, setting)));
                    }
                }
                Ok(())
            };
            match self.catalog.change_product(code, change).await {
                Err(CatalogError::Store(error)) if patience.lasts(&error).await => continue,
                result => result.map(drop)?,
            }
            for (index, end) in ends {
                match end {
                    Ok(true) => rows[index].end = End::Changed,
                    Ok(false) => {}
                    Err(problem) => rows[index].end = End::Refused(problem),
                }
            }
            return Ok(());
        }
    }
}

struct Pending {
    ticket: u64,
    row: StockPriceRow,
    end: End,
}

impl Pending {
    const fn is_sound(&self) -> bool {
        !matches!(self.end, End::Refused(_))
    }
}

enum End {
    Open,
    Changed,
    Mended(Problem),
    Refused(Problem),
}

const fn refusal_code(refusal: &StockRefusal) -> &'static str {
    match refusal {
        StockRefusal::BelowZero { .. } => "stock_below_zero",
        StockRefusal::BelowHeld { .. } => "stock_below_held",
        StockRefusal::TooMany => "stock_invalid",
    }
}

/// Sets a variant's price in one market. Returns whether that changes anything.
fn set_price(parts: &mut ProductParts, sku: &Sku, setting: &PriceSetting) -> Result<bool, Problem> {
    let unknown = || Problem::refused("sku", "sku_unknown", "the SKU of a variant that exists");
    let variant = parts.variants.iter_mut().find(|variant| variant.sku == *sku).ok_or_else(unknown)?;
    let before = variant.prices.get(&setting.market).copied();
    let money = |minor| Money::new(minor, setting.currency);
    let Some(amount) = setting.amount.map(money).or(before.map(Price::amount)) else {
        return Err(Problem::refused("price", "price_missing", "a price, since there is none in this market yet"));
    };
    let compare_at = match setting.compare_at {
        Some(CompareAt::Is(minor)) => Some(money(minor)),
        Some(CompareAt::Gone) => None,
        None => before.and_then(Price::compare_at),
    };
    let price = Price::new(amount, compare_at).map_err(|invalid| {
        let (field, expected) = match invalid.code {
            "compare_at_invalid" => ("compare_at", format!("{}, or none", invalid.expected)),
            _ => ("price", invalid.expected),
        };
        Problem::refused(field, invalid.code, expected)
    })?;
    variant.prices.insert(setting.market.clone(), price);
    Ok(before != Some(price))
}
