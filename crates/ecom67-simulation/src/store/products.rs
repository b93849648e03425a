//! Products, as far as checkouts ask for them: nobody saves, looks for an address or asks what something once cost.

use async_trait::async_trait;
use ecom67_app::port::{PAGE_MAX, ProductSave, ProductStore, SaveError, SlugMatch, StoreError, Stored};
use ecom67_domain::price::PriceChange;
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};
use jiff::Timestamp;

use super::{MemoryStore, State, not_asked_for};

#[async_trait]
impl ProductStore for MemoryStore {
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
        Ok(self.state().products.get(code).cloned())
    }

    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError> {
        Ok(self.state().find_products(codes))
    }

    async fn find_by_slugs(&self, _: &[(Language, Slug)]) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError> {
        Err(not_asked_for("addresses"))
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
        Ok(self.state().find_owner(sku))
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError> {
        let state = self.state();
        let following = state.products.iter().filter(|(code, _)| after.is_none_or(|after| *code > after));
        Ok(following.take(limit.min(PAGE_MAX)).map(|(_, stored)| stored.clone()).collect())
    }

    async fn save(&self, _: ProductSave) -> Result<Version, SaveError> {
        Err(not_asked_for("saves of products").into())
    }

    async fn price_histories(&self, _: &[ProductCode], _: Timestamp) -> Result<Vec<Vec<PriceChange>>, StoreError> {
        Err(not_asked_for("what things cost before"))
    }
}

impl State {
    pub(crate) fn find_products(&self, codes: &[ProductCode]) -> Vec<Stored<Product>> {
        codes.iter().take(PAGE_MAX).filter_map(|code| self.products.get(code).cloned()).collect()
    }

    pub(crate) fn find_owner(&self, sku: &Sku) -> Option<ProductCode> {
        let has = |stored: &&Stored<Product>| stored.value.variants.iter().any(|variant| variant.sku == *sku);
        self.products.values().find(has).map(|stored| stored.value.code.clone())
    }
}
