//! Stores that fail in the middle of an import.

use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use ecom67_app::port::{AdjustError, Adjusted, StockStore, StoreError};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};

use super::*;
use crate::shop::{assert_whole, on_hand};

/// The shop's own stock, which fails so often before it works again.
struct FaultyStock {
    real: Arc<dyn StockStore>,
    failing_adjustments: AtomicU32,
    busy_reads: AtomicU32,
}

fn is_due(faults: &AtomicU32) -> bool {
    faults.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

#[async_trait]
impl StockStore for FaultyStock {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        if is_due(&self.busy_reads) { Err(StoreError::Busy) } else { self.real.find_many(skus).await }
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        if is_due(&self.failing_adjustments) {
            return Err(StoreError::failed("the disk is gone").into());
        }
        self.real.adjust(adjustment).await
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        self.real.ledger(sku, after, limit).await
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        self.real.list(after, limit).await
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        self.real.restate(read, right).await
    }
}

impl ImportShop {
    /// What imports into this shop, with stock that fails first.
    fn faulty(&self, failing_adjustments: u32, busy_reads: u32) -> Importer {
        let mut importer = self.importer.clone();
        importer.catalog.stock = Arc::new(FaultyStock {
            real: Arc::clone(&self.importer.catalog.stock),
            failing_adjustments: failing_adjustments.into(),
            busy_reads: busy_reads.into(),
        });
        importer
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_whose_price_was_saved_when_its_stock_failed_gets_its_stock_when_the_import_goes_on() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}\n{}", product_line("mug"), product_line("cup"))).await;
    let path = shop.write("prices.csv", "sku,market,price,stock\nMUG,de,12.90,30\nCUP,de,9.90,40\n");
    let request = ImportRequest::new(Format::StockPrices, Source::Path(path));

    let broken = run(&shop.faulty(1, 0), request.clone(), &NoProgress, &Cancel::default()).await.unwrap_err();
    let finished = run(&shop.importer, request, &NoProgress, &Cancel::default()).await.unwrap();

    assert!(matches!(broken, ImportError::Store { .. }), "{broken}");
    assert_eq!((finished.counts.rows, finished.counts.refused), (2, 0), "{:?}", finished.samples);
    assert_eq!((on_hand(&shop.database, "MUG").await, on_hand(&shop.database, "CUP").await), (30, 40));
    let prices = shop.products().await.into_iter().map(|product| product.variants[0].prices["de"].amount().minor());
    assert_eq!(prices.collect::<Vec<_>>(), [990, 1290]);
    assert_whole(&shop.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_waits_for_a_store_that_is_too_busy_to_be_read() {
    let shop = ImportShop::open().await;
    let catalog = shop.write("catalog.jsonl", format!("{BASICS}{}\n", product_line("mug")));
    let counts = shop.write("stock.csv", "sku,stock\nMUG,9\n");
    let catalog = ImportRequest::new(Format::Jsonl, Source::Path(catalog));
    let counts = ImportRequest::new(Format::StockPrices, Source::Path(counts));

    let first = run(&shop.faulty(0, 2), catalog, &NoProgress, &Cancel::default()).await.unwrap();
    let second = run(&shop.faulty(0, 2), counts, &NoProgress, &Cancel::default()).await.unwrap();

    assert_eq!((first.counts.created, second.counts.updated), (7, 1));
    assert_eq!(on_hand(&shop.database, "MUG").await, 9);
}
