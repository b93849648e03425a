//! Products with their slugs, SKUs and price history.

mod save;
mod skus;

use async_trait::async_trait;
use ecom67_app::document::{PriceChangeDocument, ProductDocument, from_json};
use ecom67_app::port::{PAGE_MAX, ProductSave, ProductStore, SaveError, SlugMatch, StoreError, Stored};
use ecom67_domain::price::PriceChange;
use ecom67_domain::text::ByLanguage;
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};
use futures_util::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;

use self::save::Save;
use super::Table;
use super::item::{DOCUMENT, Item, Reader, VERSION, document, number};
use super::key::{Key, SlugSpace, Spread, prices_partition, sortable};
use super::slugs::{SlugName, Slugs};

/// How many histories are read side by side.
const QUERIES_AT_ONCE: usize = 16;

/// Keeps products.
#[derive(Clone, Debug)]
pub struct Products {
    pub(super) table: Table,
}

impl Products {
    fn slugs(&self) -> Slugs<'_> {
        Slugs { table: &self.table, space: SlugSpace::Products }
    }
}

#[async_trait]
impl ProductStore for Products {
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
        let item = self.table.get(&Key::product(code)).await?;
        item.as_ref().map(read_product).transpose()
    }

    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError> {
        let keys: Vec<Key> = codes.iter().take(PAGE_MAX).map(Key::product).collect();
        let items = self.table.get_many(&keys).await?;
        keys.iter().filter_map(|key| items.get(key)).map(read_product).collect()
    }

    async fn find_by_slugs(
        &self,
        slugs: &[(Language, Slug)],
    ) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError> {
        let names = &slugs[..slugs.len().min(PAGE_MAX)];
        let found = self.slugs().find_many(names).await?;
        let with_code = |((language, slug), found): (&SlugName, Option<SlugMatch<String>>)| {
            let Some(SlugMatch { code, current }) = found else { return Ok(None) };
            let key = || Key::slug(SlugSpace::Products, *language, slug).to_string();
            let code = code
                .parse()
                .map_err(|_| StoreError::Unreadable { key: key(), reason: "its owner has no code".to_owned() })?;
            Ok(Some(SlugMatch { code, current }))
        };
        names.iter().zip(found).map(with_code).collect()
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
        skus::find(self, sku).await
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError> {
        let items = self.table.list(Spread::Products, after.map(ProductCode::as_str), limit.min(PAGE_MAX)).await?;
        items.iter().map(read_product).collect()
    }

    async fn save(&self, save: ProductSave) -> Result<Version, SaveError> {
        Save::of(self, save).run().await
    }

    async fn price_histories(
        &self,
        codes: &[ProductCode],
        since: Timestamp,
    ) -> Result<Vec<Vec<PriceChange>>, StoreError> {
        // Owned codes: the compiler cannot tell that a borrowing closure holds for every lifetime.
        let codes: Vec<ProductCode> = codes.iter().take(PAGE_MAX).cloned().collect();
        let histories = codes.into_iter().map(|code| async move { self.price_history_of(&code, since).await });
        futures_util::stream::iter(histories).buffered(QUERIES_AT_ONCE).try_collect().await
    }
}

impl Products {
    async fn price_history_of(&self, code: &ProductCode, since: Timestamp) -> Result<Vec<PriceChange>, StoreError> {
        // The key of a save's changes is the last instant among them, so none of those before has any since.
        let before = sortable(since);
        let items = self.table.query(&prices_partition(code), Some(&before), usize::MAX).await?;
        let mut changes: Vec<(Version, PriceChange)> = Vec::new();
        for item in &items {
            let reader = Reader::new(item);
            let (version, document) = (reader.version()?, reader.document()?);
            let documents: Vec<PriceChangeDocument> =
                from_json(&document).map_err(|violations| reader.unreadable(violations.to_string()))?;
            for document in documents {
                let change = document.to_price_change().map_err(|invalid| reader.unreadable(invalid.to_string()))?;
                changes.push((version, change));
            }
        }
        changes.retain(|(_, change)| change.at >= since);
        changes.sort_by_key(|(version, change)| (change.at, *version));
        Ok(changes.into_iter().map(|(_, change)| change).collect())
    }
}

fn read_product(item: &Item) -> Result<Stored<Product>, StoreError> {
    let reader = Reader::new(item);
    let document: ProductDocument =
        from_json(&reader.document()?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    let value = document.to_product().map_err(|violations| reader.unreadable(violations.to_string()))?;
    Ok(Stored { value, version: reader.version()? })
}

fn product_item(product: &Product, version: Version) -> Result<Item, StoreError> {
    let mut item = Key::product(&product.code).item();
    item.insert(VERSION.to_owned(), number(version.0));
    item.insert(DOCUMENT.to_owned(), document(&ProductDocument::from(product))?);
    Ok(item)
}

/// The price changes of one save; `None` where there are none.
fn prices_item(code: &ProductCode, version: Version, changes: &[PriceChange]) -> Result<Option<Item>, StoreError> {
    let Some(last) = changes.iter().map(|change| change.at).max() else { return Ok(None) };
    let documents: Vec<PriceChangeDocument> = changes.iter().map(PriceChangeDocument::from).collect();
    let mut item = Key::prices(code, last, version).item();
    item.insert(VERSION.to_owned(), number(version.0));
    item.insert(DOCUMENT.to_owned(), document(&documents)?);
    Ok(Some(item))
}

fn slugs_of(product: &Product) -> ByLanguage<Slug> {
    product.texts.iter().map(|(language, text)| (*language, text.slug.clone())).collect()
}
