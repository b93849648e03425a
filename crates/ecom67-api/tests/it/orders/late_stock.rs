//! Stock that is read late: what two presses of one button see of the shop depends on who comes first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use ecom67_app::checkouts::Checkouts;
use ecom67_app::port::{AdjustError, Adjusted, StockStore, StoreError};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use tokio::sync::Notify;

/// Stock that one who asks is told when the gate has opened, and others at once.
pub(super) struct LateStock {
    inner: Arc<dyn StockStore>,
    is_late: AtomicBool,
    gate: Arc<Gate>,
}

/// Where somebody waits until it is opened.
#[derive(Default)]
pub(super) struct Gate {
    /// Told when somebody has come.
    pub(super) reached: Notify,
    /// Opens it.
    pub(super) opened: Notify,
}

impl LateStock {
    /// Makes the first who asks wait for the gate.
    pub(super) fn before(checkouts: &mut Checkouts, gate: &Arc<Gate>) {
        let inner = Arc::clone(&checkouts.stock);
        checkouts.stock = Arc::new(Self { inner, is_late: AtomicBool::new(true), gate: Arc::clone(gate) });
    }
}

#[async_trait]
impl StockStore for LateStock {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        if self.is_late.swap(false, Ordering::Relaxed) {
            self.gate.reached.notify_one();
            self.gate.opened.notified().await;
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
