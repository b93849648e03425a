//! Reading the whole store, product by product, as an index knows them.

use std::collections::HashMap;
use std::sync::Arc;

use ecom67_domain::stock::StockRecord;
use ecom67_domain::{Product, ProductCode, Sku};

use super::entry;
use crate::port::{PAGE_MAX, ProductStore, Refused, StockStore, StoreError};
use crate::search::IndexEntry;
use crate::shop::Shop;

/// Makes entries of what the store has.
#[derive(Clone)]
pub(crate) struct EntryReader {
    /// The products.
    pub(crate) products: Arc<dyn ProductStore>,
    /// Their stock.
    pub(crate) stock: Arc<dyn StockStore>,
}

/// A page of products.
pub(crate) struct ProductPage {
    /// Those that can be read.
    pub(crate) products: Vec<Product>,
    /// The others.
    pub(crate) unreadable: Vec<Refused>,
    /// What comes before the next page; `None` after the last.
    pub(crate) next: Option<ProductCode>,
}

/// A page of products, as they are indexed.
pub(crate) struct EntryPage {
    /// Those that shoppers may see.
    pub(crate) entries: Vec<IndexEntry>,
    /// Those that cannot be read.
    pub(crate) unreadable: Vec<Refused>,
    /// What comes before the next page; `None` after the last.
    pub(crate) next: Option<ProductCode>,
}

impl EntryReader {
    /// The entries of the next page of products.
    pub(crate) async fn after(&self, shop: &Shop, after: Option<&ProductCode>) -> Result<EntryPage, StoreError> {
        let ProductPage { products, unreadable, next } = self.page_after(after).await?;
        let entries = self.of(shop, products).await?.into_iter().filter_map(|(_, entry)| entry).collect();
        Ok(EntryPage { entries, unreadable, next })
    }

    /// The next page of products.
    pub(crate) async fn page_after(&self, after: Option<&ProductCode>) -> Result<ProductPage, StoreError> {
        let mut limit = PAGE_MAX;
        loop {
            match self.products.list(after, limit).await {
                Ok(page) => {
                    let is_last = page.len() < limit;
                    let next = page.last().map(|stored| stored.value.code.clone()).filter(|_| !is_last);
                    let products = page.into_iter().map(|stored| stored.value).collect();
                    return Ok(ProductPage { products, unreadable: Vec::new(), next });
                }
                // One of the page cannot be read. Alone it is passed over by its code.
                Err(StoreError::Unreadable { .. }) if limit > 1 => limit = 1,
                Err(StoreError::Unreadable { key, reason }) => {
                    let Some(code) = code_of(&key) else { return Err(StoreError::Unreadable { key, reason }) };
                    let unreadable = vec![unreadable(code.clone(), &reason)];
                    return Ok(ProductPage { products: Vec::new(), unreadable, next: Some(code) });
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// The entries of products, with their stock as it is now; `None` for one that is not shown.
    pub(crate) async fn of(
        &self,
        shop: &Shop,
        products: Vec<Product>,
    ) -> Result<Vec<(ProductCode, Option<IndexEntry>)>, StoreError> {
        let skus = products.iter().filter(|product| product.is_visible()).flat_map(|product| &product.variants);
        let skus: Vec<Sku> = skus.map(|variant| variant.sku.clone()).collect();
        let mut stock = HashMap::with_capacity(skus.len());
        for page in skus.chunks(PAGE_MAX) {
            let records = self.stock_of(page).await?;
            stock.extend(records.into_iter().map(|record| (record.sku.clone(), record)));
        }
        let entry_of = |product: Product| {
            let records: Vec<_> = product.variants.iter().filter_map(|variant| stock.remove(&variant.sku)).collect();
            let entry = entry(shop, &product, &records);
            (product.code.clone(), entry)
        };
        Ok(products.into_iter().map(entry_of).collect())
    }

    /// The stock records of a page of variants. One that cannot be read is told of, and counts as none on hand: what may
    /// not be there must not be offered, and must not keep all else out of the index.
    async fn stock_of(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        match self.stock.find_many(skus).await {
            Err(StoreError::Unreadable { .. }) => {}
            answer => return answer,
        }
        let mut records = Vec::with_capacity(skus.len());
        for sku in skus {
            match self.stock.find_many(std::slice::from_ref(sku)).await {
                Ok(found) => records.extend(found),
                Err(StoreError::Unreadable { reason, .. }) => {
                    tracing::error!(%sku, reason, "a stock record cannot be read; the variant is listed as sold out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }
}

/// A product that cannot be read.
pub(super) fn unreadable(product: ProductCode, reason: &str) -> Refused {
    Refused::new(product, &format!("its record cannot be read: {reason}"))
}

/// The product's code in the key of a record that cannot be read.
fn code_of(key: &str) -> Option<ProductCode> {
    key.strip_prefix("product ")?.parse().ok()
}
