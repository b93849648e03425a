//! Stock.

use async_trait::async_trait;
use ecom67_app::port::{AdjustError, Adjusted, PAGE_MAX, StockStore, StoreError, Subject};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use jiff::Timestamp;

use super::{MemoryStore, State};

#[async_trait]
impl StockStore for MemoryStore {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        Ok(self.state().find_stock(skus))
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        self.state().adjust(&adjustment)
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        let state = self.state();
        let entries = state.ledgers.get(sku).map_or(&[][..], Vec::as_slice);
        Ok(entries.iter().filter(|entry| entry.sequence > after).take(limit.min(PAGE_MAX)).cloned().collect())
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        let state = self.state();
        let following = state.stock.values().filter(|record| after.is_none_or(|after| record.sku > *after));
        Ok(following.take(limit.min(PAGE_MAX)).cloned().collect())
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        let now = self.clock.now();
        Ok(self.state().restate(&read, right, now))
    }
}

impl State {
    pub(crate) fn find_stock(&self, skus: &[Sku]) -> Vec<StockRecord> {
        skus.iter().take(PAGE_MAX).filter_map(|sku| self.stock.get(sku).cloned()).collect()
    }

    pub(crate) fn adjust(&mut self, adjustment: &Adjustment) -> Result<Adjusted, AdjustError> {
        let sku = &adjustment.sku;
        let ledger = self.ledgers.get(sku).map_or(&[][..], Vec::as_slice);
        if ledger.iter().any(|entry| entry.token == adjustment.token) {
            return Ok(Adjusted::Unchanged);
        }
        let mut record = self.stock.get(sku).cloned().unwrap_or_else(|| StockRecord::empty(sku.clone()));
        let Some(entry) = record.apply(adjustment)? else { return Ok(Adjusted::Unchanged) };
        self.stock.insert(sku.clone(), record);
        self.ledgers.entry(sku.clone()).or_default().push(entry.clone());
        self.changed(Subject::Stock(sku.clone()), adjustment.at);
        Ok(Adjusted::Entered(entry))
    }

    fn restate(&mut self, read: &StockRecord, right: StockRecord, now: Timestamp) -> bool {
        let sku = right.sku.clone();
        let entries = self.ledgers.get(&sku).map_or(0, Vec::len) as u64;
        let present = self.stock.get(&sku).cloned().unwrap_or_else(|| StockRecord::empty(sku.clone()));
        if present != *read || entries != right.entries {
            return false;
        }
        self.stock.insert(sku.clone(), right);
        self.changed(Subject::Stock(sku), now);
        true
    }
}
