//! Stock that is read late: what two presses of one button see of it depends on who comes first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use ecom67_app::port::{AdjustError, Adjusted, StockStore, StoreError};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use tokio::sync::Notify;

/// Stock that the first who asks is told at once, and everybody else when the gate has opened.
pub(super) struct LateStock {
    pub(super) inner: Arc<dyn StockStore>,
    pub(super) was_asked: AtomicBool,
    pub(super) gate: Arc<Notify>,
}

#[async_trait]
impl StockStore for LateStock {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        if self.was_asked.swap(true, Ordering::Relaxed) {
            self.gate.notified().await;
            // For whoever asks after them.
            self.gate.notify_one();
        }
        self.inner.find_many(skus).await
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        self.inner.adjust(adjustment).await
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        self.inner.ledger(sku, after, limit).await
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        self.inner.list(after, limit).await
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        self.inner.restate(read, right).await
    }
}
