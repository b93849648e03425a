//! Stores for a dry run: they read from the real ones, refuse what those would refuse, and keep nothing.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ecom67_domain::catalog::MediaId;
use ecom67_domain::price::PriceChange;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};
use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::document::{DocumentKey, DocumentKind, ProductDocument, ShopDocument};
use crate::port::{
    AdjustError, Adjusted, DocumentSave, DocumentStore, MediaError, MediaFile, MediaInfo, MediaStore, OldSlugs,
    ProductSave, ProductStore, SaveError, SlugMatch, StockStore, StoreError, Stored,
};

/// The most SKUs and slugs of a file that are compared with each other; further ones are only compared with the store.
const SEEN_MAX: usize = 1_000_000;

/// A catalog over the same stores that keeps nothing.
pub(super) fn catalog(real: &Catalog) -> Catalog {
    Catalog {
        products: Arc::new(DryProducts { real: Arc::clone(&real.products), seen: Mutex::default() }),
        documents: Arc::new(DryDocuments { real: Arc::clone(&real.documents), saved: Mutex::default() }),
        stock: Arc::new(DryStock { real: Arc::clone(&real.stock) }),
        clock: Arc::clone(&real.clock),
    }
}

struct DryProducts {
    real: Arc<dyn ProductStore>,
    /// Whose the SKUs and slugs are that were "saved". Digests, since there may be a million of them.
    seen: Mutex<HashMap<u64, ProductCode>>,
}

fn digest(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DryProducts {
    /// Who among those that were "saved" has it, if it is somebody else.
    fn other_owner(&self, digest: u64, code: &ProductCode) -> Option<ProductCode> {
        lock(&self.seen).get(&digest).filter(|owner| *owner != code).cloned()
    }

    async fn check_slugs(&self, save: &ProductSave) -> Result<(), SaveError> {
        let code = &save.product.code;
        for (language, text) in &save.product.texts {
            let mut owner = self.other_owner(digest(("slug", language, &text.slug)), code).map(|owner| (owner, true));
            if owner.is_none() {
                let stored = self.real.find_by_slug(*language, &text.slug).await?.filter(|found| found.code != *code);
                owner = stored.map(|found| (found.code, found.current));
            }
            if let Some((owner, current)) = owner
                && (current || save.old_slugs == OldSlugs::Respect)
            {
                let (language, slug, owner) = (*language, text.slug.clone(), owner.to_string());
                return Err(SaveError::SlugTaken { language, slug, owner, current });
            }
        }
        Ok(())
    }

    async fn check_skus(&self, product: &Product) -> Result<(), SaveError> {
        for variant in &product.variants {
            let mut owner = self.other_owner(digest(("sku", &variant.sku)), &product.code);
            if owner.is_none() {
                owner = self.real.find_by_sku(&variant.sku).await?.filter(|owner| *owner != product.code);
            }
            if let Some(owner) = owner {
                return Err(SaveError::SkuTaken { sku: variant.sku.clone(), owner });
            }
        }
        Ok(())
    }
}

/// Stands for a product that was "saved": that it is there must be known, and what it is like need not.
fn stand_in(code: &ProductCode) -> Option<Stored<Product>> {
    let line = serde_json::json!({
        "code": code.as_str(),
        "texts": { "en": { "name": code.as_str(), "slug": "stand-in" } },
        "variants": [{ "sku": code.as_str() }],
        "published_at": "1970-01-01T00:00:00Z",
    });
    let document: ProductDocument = serde_json::from_value(line).ok()?;
    Some(Stored { value: document.to_product().ok()?, version: Version::FIRST })
}

#[async_trait]
impl ProductStore for DryProducts {
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
        let stored = self.real.find(code).await?;
        if stored.is_none() && lock(&self.seen).contains_key(&digest(("code", code))) {
            return Ok(stand_in(code));
        }
        Ok(stored)
    }

    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError> {
        self.real.find_many(codes).await
    }

    async fn find_by_slugs(
        &self,
        slugs: &[(Language, Slug)],
    ) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError> {
        self.real.find_by_slugs(slugs).await
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
        self.real.find_by_sku(sku).await
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError> {
        self.real.list(after, limit).await
    }

    async fn save(&self, save: ProductSave) -> Result<Version, SaveError> {
        self.check_slugs(&save).await?;
        self.check_skus(&save.product).await?;
        let product = &save.product;
        let slugs = product.texts.iter().map(|(language, text)| digest(("slug", language, &text.slug)));
        let skus = product.variants.iter().map(|variant| digest(("sku", &variant.sku)));
        let mut seen = lock(&self.seen);
        for digest in slugs.chain(skus).chain([digest(("code", &product.code))]) {
            if seen.len() < SEEN_MAX {
                seen.insert(digest, product.code.clone());
            }
        }
        Ok(save.read_at.map_or(Version::FIRST, Version::next))
    }

    async fn price_histories(
        &self,
        codes: &[ProductCode],
        since: Timestamp,
    ) -> Result<Vec<Vec<PriceChange>>, StoreError> {
        self.real.price_histories(codes, since).await
    }
}

struct DryDocuments {
    real: Arc<dyn DocumentStore>,
    saved: Mutex<SavedDocuments>,
}

#[derive(Default)]
struct SavedDocuments {
    by_key: BTreeMap<DocumentKey, Stored<ShopDocument>>,
    /// The codes of those that go by a slug.
    by_slug: HashMap<(DocumentKind, Language, Slug), String>,
}

#[async_trait]
impl DocumentStore for DryDocuments {
    async fn find(&self, key: &DocumentKey) -> Result<Option<Stored<ShopDocument>>, StoreError> {
        let saved = lock(&self.saved).by_key.get(key).cloned();
        match saved {
            Some(saved) => Ok(Some(saved)),
            None => self.real.find(key).await,
        }
    }

    async fn find_by_slug(
        &self,
        kind: DocumentKind,
        language: Language,
        slug: &Slug,
    ) -> Result<Option<SlugMatch<String>>, StoreError> {
        self.real.find_by_slug(kind, language, slug).await
    }

    async fn list(
        &self,
        kind: DocumentKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<ShopDocument>>, StoreError> {
        self.real.list(kind, after, limit).await
    }

    async fn save(&self, save: DocumentSave) -> Result<Version, SaveError> {
        let key = save.document.key();
        let slugs = save.document.slugs();
        for (language, slug) in &slugs {
            let mut owner = lock(&self.saved).by_slug.get(&(key.kind, *language, slug.clone())).cloned();
            if owner.is_none() {
                let stored = self.real.find_by_slug(key.kind, *language, slug).await?.filter(|found| found.current);
                owner = stored.map(|found| found.code);
            }
            if let Some(owner) = owner.filter(|owner| *owner != key.code) {
                return Err(SaveError::SlugTaken { language: *language, slug: slug.clone(), owner, current: true });
            }
        }
        let version = save.read_at.map_or(Version::FIRST, Version::next);
        let mut saved = lock(&self.saved);
        for (language, slug) in slugs {
            saved.by_slug.insert((key.kind, language, slug), key.code.clone());
        }
        saved.by_key.insert(key, Stored { value: save.document, version });
        Ok(version)
    }

    async fn remove(&self, _: &DocumentKey, _: Version) -> Result<(), SaveError> {
        Ok(())
    }
}

struct DryStock {
    real: Arc<dyn StockStore>,
}

#[async_trait]
impl StockStore for DryStock {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        self.real.find_many(skus).await
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        let known = self.real.find_many(std::slice::from_ref(&adjustment.sku)).await?;
        let mut record = known.into_iter().next().unwrap_or_else(|| StockRecord::empty(adjustment.sku.clone()));
        Ok(record.apply(&adjustment)?.map_or(Adjusted::Unchanged, Adjusted::Entered))
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        self.real.ledger(sku, after, limit).await
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        self.real.list(after, limit).await
    }

    async fn restate(&self, _: StockRecord, _: StockRecord) -> Result<bool, StoreError> {
        Ok(false)
    }
}

/// Looks at pictures and keeps none.
pub(super) struct DryMedia {
    pub(super) real: Arc<dyn MediaStore>,
}

#[async_trait]
impl MediaStore for DryMedia {
    async fn put(&self, bytes: Vec<u8>) -> Result<MediaInfo, MediaError> {
        let id = self.real.probe(bytes).await?;
        Ok(MediaInfo { id, width: 0, height: 0, widths: Vec::new() })
    }

    async fn probe(&self, bytes: Vec<u8>) -> Result<MediaId, MediaError> {
        self.real.probe(bytes).await
    }

    async fn info(&self, id: &MediaId) -> Result<Option<MediaInfo>, StoreError> {
        self.real.info(id).await
    }

    async fn file(&self, id: &MediaId, width: u32) -> Result<Option<MediaFile>, StoreError> {
        self.real.file(id, width).await
    }

    async fn original(&self, id: &MediaId) -> Result<Option<Vec<u8>>, StoreError> {
        self.real.original(id).await
    }
}
