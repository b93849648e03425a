//! How often a page asks the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ecom67_app::port::{ProductSave, ProductStore, SaveError, SlugMatch, StoreError, Stored};
use ecom67_domain::price::{Price, PriceChange};
use ecom67_domain::{Language, Money, Product, ProductCode, Sku, Slug, Version};
use ecom67_embedded::Database;
use ecom67_testkit::a_product;
use hyper::StatusCode;
use jiff::Timestamp;

use super::shop::{TestShop, visit};

/// The real store, with a count of what it is asked.
struct Counted {
    store: Database,
    reads: Arc<AtomicUsize>,
}

impl Counted {
    fn store(&self) -> &Database {
        self.reads.fetch_add(1, Ordering::Relaxed);
        &self.store
    }
}

#[async_trait]
impl ProductStore for Counted {
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
        ProductStore::find(self.store(), code).await
    }

    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError> {
        ProductStore::find_many(self.store(), codes).await
    }

    async fn find_by_slugs(
        &self,
        slugs: &[(Language, Slug)],
    ) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError> {
        self.store().find_by_slugs(slugs).await
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
        self.store().find_by_sku(sku).await
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError> {
        ProductStore::list(self.store(), after, limit).await
    }

    async fn save(&self, save: ProductSave) -> Result<Version, SaveError> {
        ProductStore::save(self.store(), save).await
    }

    async fn price_histories(
        &self,
        codes: &[ProductCode],
        since: Timestamp,
    ) -> Result<Vec<Vec<PriceChange>>, StoreError> {
        self.store().price_histories(codes, since).await
    }
}

#[tokio::test]
async fn a_list_asks_the_store_as_often_for_many_products_as_for_one() {
    let shop = TestShop::open().await;
    let euros = |minor| Money::new(minor, "EUR".parse().unwrap());
    let reduced = Price::new(euros(500), Some(euros(900))).unwrap();
    for (category, count) in [("one", 1), ("many", 24)] {
        shop.put_document(&format!(
            r#"{{"type":"category","code":"{category}","name":{{"en":"{category}"}},"slug":{{"en":"{category}"}}}}"#
        ))
        .await;
        for index in 0..count {
            // In English alone, so that it must be known whose the slug is in German; reduced, so that its prices
            // before are told.
            let product = a_product(&format!("{category}{index}")).without(Language::GERMAN).category(category);
            let product = product.with(|parts| {
                parts.variants[0].prices.insert("de".parse().unwrap(), reduced);
            });
            shop.put(product.build()).await;
        }
    }
    shop.refresh().await;

    let mut reads = Vec::new();
    for address in ["/de-de/c/one", "/de-de/c/many"] {
        let (pages, count) = shop.pages_that_count(|store, reads| Arc::new(Counted { store, reads }));
        let answer = visit(&pages, address, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        reads.push(count.load(Ordering::Relaxed));
    }

    assert_eq!(reads[0], reads[1]);
    assert!(reads[1] <= 3, "products, slugs and price histories: {reads:?}");
}
