//! Comparing the index with the store, product by product.

use std::collections::BTreeSet;

use ecom67_domain::{Product, ProductCode};

use super::reader::ProductPage;
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
    /// How many of all these are right now. Those that the engine refuses are not.
    pub repaired: u64,
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
    /// what differs is indexed again; the comparison tells what was found before. What cannot be read becomes a dead
    /// letter. Nothing else is indexed meanwhile.
    pub async fn compare(&self, repair: bool) -> Result<IndexComparison, StoreError> {
        while self.step().await? > 0 {}
        let progress = self.progress.lock().await;
        let mut comparison = IndexComparison::default();
        let mut after: Option<ProductCode> = None;
        loop {
            let ProductPage { products, unreadable, next } = self.entries.page_after(after.as_ref()).await?;
            self.letters.note(&unreadable).await?;
            comparison.products += products.len() as u64;
            self.compare_page(&progress, products, repair, &mut comparison).await?;
            let Some(next) = next else { break };
            after = Some(next);
        }
        self.find_superfluous(&progress, repair, &mut comparison).await?;
        Ok(comparison)
    }

    async fn compare_page(
        &self,
        progress: &Progress,
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
        if repair {
            comparison.repaired += (wrong.len() - self.put_right(progress, &wrong).await?) as u64;
        }
        Ok(())
    }

    async fn find_superfluous(
        &self,
        progress: &Progress,
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
            rightly.extend(found.unreadable.into_iter().map(|refused| refused.product));
            let wrong: BTreeSet<ProductCode> =
                indexed.iter().filter(|code| !rightly.contains(*code)).cloned().collect();
            for code in &wrong {
                comparison.superfluous.add(code.clone());
            }
            if repair {
                comparison.repaired += (wrong.len() - self.put_right(progress, &wrong).await?) as u64;
            }
            match indexed.into_iter().next_back() {
                Some(last) => after = Some(last),
                None => return Ok(()),
            }
        }
    }

    /// Indexes products again as they are in the store now. Returns how many of them the index cannot have.
    pub(super) async fn put_right(
        &self,
        progress: &Progress,
        products: &BTreeSet<ProductCode>,
    ) -> Result<usize, StoreError> {
        if products.is_empty() {
            return Ok(0);
        }
        let shop = self.feed.shop.present();
        let mut batch = Batch::after(progress.position.clone());
        let full = self.add_products(&shop, products, &mut batch).await?;
        Ok(full + self.apply(&mut batch, progress.position.clone()).await?)
    }
}
