//! Goods: products with their stock, as carts need them, kept until one of both changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_domain::cart::{Article, LINE_QUANTITY_MAX};
use ecom67_domain::price::Price;
use ecom67_domain::product::Variant;
use ecom67_domain::stock::StockPolicy;
use ecom67_domain::{MarketCode, Product, ProductCode, Sku, Version};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::kept::{Changes, Dependency, Kept};
use crate::port::{PAGE_MAX, ProductStore, StockStore, StoreError, Stored};

/// A product with the stock of its variants.
#[derive(Clone, Debug, PartialEq)]
pub struct Good {
    /// The product.
    pub product: Product,
    /// The version it was read at.
    pub version: Version,
    /// Units that may still be promised, of the variants that ever had stock.
    available: BTreeMap<Sku, u64>,
}

impl Good {
    /// How many of the variant may still be promised.
    pub fn units(&self, sku: &Sku) -> u64 {
        self.available.get(sku).copied().unwrap_or(0)
    }

    /// How many of the variant can be had; any number where it can be ordered without being there.
    pub fn available(&self, variant: &Variant) -> Option<u64> {
        match variant.stock_policy {
            StockPolicy::Deny => Some(self.units(&variant.sku)),
            StockPolicy::BackOrder => None,
        }
    }

    /// The variant and its price, if it is sold in the market.
    pub fn offer(&self, sku: &Sku, market: &MarketCode) -> Option<(&Variant, Price)> {
        let variant = self.product.variant(sku).filter(|_| self.product.is_visible())?;
        Some((variant, *variant.prices.get(market)?))
    }

    /// The variant as it is put into a cart of the market, if it is sold there.
    pub fn article(&self, sku: &Sku, market: &MarketCode) -> Option<Article> {
        let (variant, price) = self.offer(sku, market)?;
        Some(Article {
            sku: sku.clone(),
            product: self.product.code.clone(),
            market: market.clone(),
            price: price.amount(),
            quantity_max: LINE_QUANTITY_MAX,
            available: self.available(variant),
        })
    }
}

/// Looks goods up, and keeps them in memory.
pub struct Goods {
    products: Arc<dyn ProductStore>,
    stock: Arc<dyn StockStore>,
    changes: Arc<Changes>,
    known: Cache<ProductCode, Arc<Kept<Arc<Good>>>, ByVariants>,
    owners: Cache<Sku, ProductCode>,
}

/// About how many bytes a variant takes in memory, with its share of the product's texts.
const VARIANT_BYTES: u64 = 1_024;
/// About how many bytes a product takes beside its variants.
const PRODUCT_BYTES: u64 = 4_096;

#[derive(Clone)]
struct ByVariants;

impl Weighter<ProductCode, Arc<Kept<Arc<Good>>>> for ByVariants {
    fn weight(&self, _: &ProductCode, kept: &Arc<Kept<Arc<Good>>>) -> u64 {
        PRODUCT_BYTES + kept.value.product.variants.len() as u64 * VARIANT_BYTES + kept.weight()
    }
}

impl Goods {
    /// Keeps goods of about `bytes_max` as long as `changes` tells of no change. Where nobody tells of changes, as in one
    /// process of several, nothing may be kept: then `bytes_max` is zero.
    pub fn new(
        products: Arc<dyn ProductStore>,
        stock: Arc<dyn StockStore>,
        changes: Arc<Changes>,
        bytes_max: u64,
    ) -> Self {
        let items = usize::try_from(bytes_max / (PRODUCT_BYTES + VARIANT_BYTES)).unwrap_or(usize::MAX);
        Self {
            products,
            stock,
            changes,
            known: Cache::with_weighter(items, bytes_max, ByVariants),
            owners: Cache::new(items * 4),
        }
    }

    /// Those of the products that exist.
    pub async fn find_many(
        &self,
        codes: impl IntoIterator<Item = &ProductCode>,
    ) -> Result<BTreeMap<ProductCode, Arc<Good>>, StoreError> {
        let mut found = BTreeMap::new();
        let mut missing: Vec<ProductCode> = Vec::new();
        for code in codes {
            if found.contains_key(code) || missing.contains(code) {
                continue;
            }
            match self.kept(code) {
                Some(good) => drop(found.insert(code.clone(), good)),
                None => missing.push(code.clone()),
            }
        }
        for page in missing.chunks(PAGE_MAX) {
            for good in self.read(page).await? {
                found.insert(good.product.code.clone(), good);
            }
        }
        Ok(found)
    }

    /// The product that the variant belongs to.
    pub async fn find_by_sku(&self, sku: &Sku) -> Result<Option<Arc<Good>>, StoreError> {
        if let Some(owner) = self.owners.get(sku)
            && let Some(good) = self.find_many([&owner]).await?.remove(&owner)
            && good.product.variant(sku).is_some()
        {
            return Ok(Some(good));
        }
        // It was never asked for, or has gone to another product since.
        let Some(owner) = self.products.find_by_sku(sku).await? else { return Ok(None) };
        let good = self.find_many([&owner]).await?.remove(&owner);
        if good.is_some() {
            self.owners.insert(sku.clone(), owner);
        }
        Ok(good)
    }

    fn kept(&self, code: &ProductCode) -> Option<Arc<Good>> {
        // No good depends on what the index shows.
        self.known.get(code).filter(|kept| kept.holds(&self.changes, 0)).map(|kept| Arc::clone(&kept.value))
    }

    async fn read(&self, codes: &[ProductCode]) -> Result<Vec<Arc<Good>>, StoreError> {
        let read_at = self.changes.now();
        let products = self.products.find_many(codes).await?;
        let skus: Vec<Sku> = products
            .iter()
            .flat_map(|stored| stored.value.variants.iter().map(|variant| variant.sku.clone()))
            .collect();
        let mut available = BTreeMap::new();
        for page in skus.chunks(PAGE_MAX) {
            for record in self.stock.find_many(page).await? {
                available.insert(record.sku.clone(), record.available());
            }
        }
        let good = |Stored { value: product, version }: Stored<Product>| {
            let own = product.variants.iter().filter_map(|variant| available.remove_entry(&variant.sku)).collect();
            let dependency = Dependency::of_product(&product);
            let good = Arc::new(Good { product, version, available: own });
            let kept = Kept::new(Arc::clone(&good), &dependency, read_at, &self.changes);
            self.known.insert(good.product.code.clone(), Arc::new(kept));
            good
        };
        Ok(products.into_iter().map(good).collect())
    }
}
