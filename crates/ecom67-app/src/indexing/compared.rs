//! Comparing the index with the store, product by product.

use std::collections::BTreeSet;

use ecom67_domain::{Product, ProductCode};

use super::{Batch, Indexer, Progress};
use crate::port::{PAGE_MAX, StoreError};
use crate::search::IndexEntry;

/// The most products that are told by name.
pub const DIFFERENCES_TOLD_MAX: usize = 100;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexComparison {
    /// How many products of the store were looked at.
    pub products: u64,
    /// Products that shoppers may see and the index does not have.
    pub missing: Differences,
    /// Products that the index has otherwise than the store.
    pub outdated: Differences,
    /// Products that the index has and shoppers may not see.
    pub superfluous: Differences,
}

impl IndexComparison {
    /// Whether the index has just what it should.
    pub const fn is_equal(&self) -> bool {
        self.missing.count == 0 && self.outdated.count == 0 && self.superfluous.count == 0
    }
}

/// Products in which index and store differ in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// How many.
    pub count: u64,
    /// The first of them, [`DIFFERENCES_TOLD_MAX`] at most.
    pub products: Vec<ProductCode>,
}

impl Differences {
    fn add(&mut self, product: ProductCode) {
        self.count += 1;
        if self.products.len() < DIFFERENCES_TOLD_MAX {
            self.products.push(product);
        }
    }
}

impl Indexer {
    /// Compares every product of the index with the store, once the index has caught up with the log. With `repair`,
    /// what differs is indexed again; the comparison tells what was found before. Nothing else is indexed meanwhile.
    pub async fn compare(&self, repair: bool) -> Result<IndexComparison, StoreError> {
        while self.step().await? > 0 {}
        let mut progress = self.progress.lock().await;
        let mut comparison = IndexComparison::default();
        let mut after: Option<ProductCode> = None;
        loop {
            let (products, next) = self.entries.page_after(after.as_ref()).await?;
            comparison.products += products.len() as u64;
            self.compare_page(&mut progress, products, repair, &mut comparison).await?;
            let Some(next) = next else { break };
            after = Some(next);
        }
        self.find_superfluous(&mut progress, repair, &mut comparison).await?;
        Ok(comparison)
    }

    async fn compare_page(
        &self,
        progress: &mut Progress,
        products: Vec<Product>,
        repair: bool,
        comparison: &mut IndexComparison,
    ) -> Result<(), StoreError> {
        let shop = self.feed.shop.present();
        let entries: Vec<IndexEntry> =
            self.entries.of(&shop, products).await?.into_iter().filter_map(|(_, entry)| entry).collect();
        let codes: Vec<ProductCode> = entries.iter().map(|entry| entry.code.clone()).collect();
        let fingerprints = self.feed.index.fingerprints(&codes).await?;
        let mut wrong = BTreeSet::new();
        for (entry, indexed) in entries.iter().zip(fingerprints) {
            let differences = match indexed {
                Some(fingerprint) if fingerprint == entry.fingerprint() => continue,
                Some(_) => &mut comparison.outdated,
                None => &mut comparison.missing,
            };
            differences.add(entry.code.clone());
            wrong.insert(entry.code.clone());
        }
        if repair { self.put_right(progress, &wrong).await } else { Ok(()) }
    }

    async fn find_superfluous(
        &self,
        progress: &mut Progress,
        repair: bool,
        comparison: &mut IndexComparison,
    ) -> Result<(), StoreError> {
        let shop = self.feed.shop.present();
        let mut after: Option<ProductCode> = None;
        loop {
            let indexed = self.feed.index.products(after.as_ref(), PAGE_MAX).await?;
            let found = self.find(&indexed).await?;
            let mut rightly: BTreeSet<ProductCode> = self
                .entries
                .of(&shop, found.products)
                .await?
                .into_iter()
                .filter_map(|(code, entry)| entry.map(|_| code))
                .collect();
            // One that cannot be read stays as it was.
            let unreadable = found.unreadable;
            rightly.extend(unreadable);
            let wrong: BTreeSet<ProductCode> =
                indexed.iter().filter(|code| !rightly.contains(*code)).cloned().collect();
            for code in &wrong {
                comparison.superfluous.add(code.clone());
            }
            if repair {
                self.put_right(progress, &wrong).await?;
            }
            match indexed.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    /// Indexes products again as they are in the store now.
    async fn put_right(&self, progress: &mut Progress, products: &BTreeSet<ProductCode>) -> Result<(), StoreError> {
        if products.is_empty() {
            return Ok(());
        }
        let shop = self.feed.shop.present();
        let mut batch =
            Batch { changes: Vec::new(), position: progress.position.clone(), skus: std::collections::HashSet::new() };
        self.add_products(&shop, products, &mut batch).await?;
        self.feed.index.apply(batch.changes, progress.position.clone()).await
    }
}
