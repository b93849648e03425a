//! Goods: products with their stock, as carts need them, kept until one of both changes. Stock changes with every order,
//! products seldom: then only the stock is read anew.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ecom67_domain::cart::{Article, CartLine};
use ecom67_domain::catalog::MediaId;
use ecom67_domain::price::{Content, Price};
use ecom67_domain::product::{TaxClass, Variant};
use ecom67_domain::stock::StockPolicy;
use ecom67_domain::text::{ByLanguage, in_language};
use ecom67_domain::{
    AttributeCode, CategoryCode, ChoiceCode, Language, LocalizedText, MarketCode, Product, ProductCode, ProductLimit,
    QuantityLimits, Sku, Slug,
};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::kept::{Changes, Dependency, Kept};
use crate::port::{PAGE_MAX, ProductStore, StockStore, StoreError, Stored, Subject};

/// What carts need of a product and the stock of its variants: a tenth of what the product itself takes in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Good {
    /// The product's code.
    pub code: ProductCode,
    /// Whether shoppers may see it.
    pub is_visible: bool,
    /// Its name and its part of the address, per language.
    pub texts: ByLanguage<(Box<str>, Slug)>,
    /// The picture that shows it first.
    pub picture: Option<(MediaId, LocalizedText)>,
    /// Where it hangs in the tree; the first is its home.
    pub categories: Box<[CategoryCode]>,
    /// Its tags.
    pub tags: Box<[Arc<str>]>,
    /// What can be bought of it.
    pub variants: Box<[GoodVariant]>,
    /// How many of it one cart may have, all variants together, where there are several that share a limit.
    pub shared_limit: Option<ProductLimit>,
}

/// A variant, and how many of it there are.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodVariant {
    /// The variant.
    pub sku: Sku,
    /// What it is in each of the product's options.
    pub options: Box<[(AttributeCode, ChoiceCode)]>,
    /// What it costs where.
    prices: Box<[(MarketCode, Price)]>,
    /// How much is in it, where a price per unit is owed.
    pub content: Option<Content>,
    /// What it weighs, packed.
    pub weight_grams: Option<u32>,
    /// Whether it is downloaded or comes by mail, so that nothing is sent.
    pub is_digital: bool,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// What happens when none is left.
    pub stock_policy: StockPolicy,
    /// How many of it one cart may have that has none of the product's other variants.
    pub limits: QuantityLimits,
    /// The picture that shows it and not its likes, where there is one.
    pub picture: Option<(MediaId, LocalizedText)>,
    /// Units that may still be promised.
    pub units: u64,
}

impl GoodVariant {
    /// How many can be had; any number where it can be ordered without being there.
    pub const fn available(&self) -> Option<u64> {
        match self.stock_policy {
            StockPolicy::Deny => Some(self.units),
            StockPolicy::BackOrder => None,
        }
    }
}

impl Good {
    fn new(product: &Product, units: impl Fn(&Sku) -> u64) -> Self {
        let variant = |variant: &Variant| GoodVariant {
            sku: variant.sku.clone(),
            options: variant.options.iter().map(|(option, choice)| (option.clone(), choice.clone())).collect(),
            prices: variant.prices.iter().map(|(market, price)| (market.clone(), *price)).collect(),
            content: variant.content,
            weight_grams: variant.weight_grams,
            is_digital: variant.is_digital,
            tax_class: variant.tax_class,
            stock_policy: variant.stock_policy,
            limits: product.limits_of(variant),
            picture: product
                .picture_of(variant)
                // The first shows the whole product.
                .filter(|place| *place > 0)
                .map(|place| (product.pictures[place].media.clone(), product.pictures[place].alt.clone())),
            units: units(&variant.sku),
        };
        Self {
            code: product.code.clone(),
            is_visible: product.is_visible(),
            texts: product
                .texts
                .iter()
                .map(|(language, text)| (*language, (text.name.as_str().into(), text.slug.clone())))
                .collect(),
            picture: product.pictures.first().map(|picture| (picture.media.clone(), picture.alt.clone())),
            categories: product.categories.iter().cloned().collect(),
            tags: product.tags.iter().map(|tag| tag.as_str().into()).collect(),
            variants: product.variants.iter().map(variant).collect(),
            shared_limit: product.shared_limit(),
        }
    }

    /// The variant with this SKU.
    pub fn variant(&self, sku: &Sku) -> Option<&GoodVariant> {
        self.variants.iter().find(|variant| variant.sku == *sku)
    }

    /// Its name in a language, or what stands in for it.
    pub fn name(&self, language: Language) -> &str {
        in_language(&self.texts, language).map_or("", |(name, _)| name)
    }

    /// Its own part of the address in a language, where it has a text there.
    pub fn slug(&self, language: Language) -> Option<&Slug> {
        self.texts.get(&language).map(|(_, slug)| slug)
    }

    /// The variant and its price, if it is sold in the market.
    pub fn offer(&self, sku: &Sku, market: &MarketCode) -> Option<(&GoodVariant, Price)> {
        let variant = self.variant(sku).filter(|_| self.is_visible)?;
        let (_, price) = variant.prices.iter().find(|(own, _)| own == market)?;
        Some((variant, *price))
    }

    /// The variant as it is put into a cart of the market, if it is sold there.
    pub fn article(&self, sku: &Sku, market: &MarketCode) -> Option<Article> {
        let (variant, price) = self.offer(sku, market)?;
        Some(Article {
            sku: sku.clone(),
            product: self.code.clone(),
            market: market.clone(),
            price: price.amount(),
            limits: variant.limits,
            shared_limit: self.shared_limit,
            // Of four that are left none can be had where they come by the six.
            available: variant.available().map(|units| variant.limits.within(units)),
        })
    }

    /// How many of a variant one cart may have beside `others` of the product's other variants, as far as it hangs on those.
    pub fn room_beside(&self, others: u64) -> Option<u64> {
        self.shared_limit.filter(|_| others > 0).map(|limit| limit.beside(others))
    }

    /// As many of `asked` as one cart may have that has `others` of the product's other variants, and as there are: of four
    /// that are left none where they come by the six.
    pub fn orderable(&self, variant: &GoodVariant, asked: u64, others: u64) -> u64 {
        let allowed = u64::from(variant.limits.allowed(asked));
        match variant.available().into_iter().chain(self.room_beside(others)).min() {
            Some(units) if units < allowed => variant.limits.within(units),
            _ => allowed,
        }
    }

    /// About how many bytes it takes.
    fn weight(&self) -> u64 {
        let text = |text: usize| (text + 32) as u64;
        let own: u64 =
            self.texts.values().map(|(name, slug)| text(name.len()) + text(slug.as_str().len())).sum::<u64>()
                + (self.categories.len() + self.tags.len()) as u64 * 48;
        let variants = self.variants.iter().map(|variant| {
            let pairs = (variant.options.len() * 2 + variant.prices.len()) as u64 * 48;
            size_of::<GoodVariant>() as u64 + pairs + 64
        });
        own + variants.sum::<u64>() + size_of::<Self>() as u64
    }
}

/// For each line, how many units of the product's other variants come before it, as far as they can be had. What a product's
/// limit allows is handed out in the order of the lines, so that what is told of each can be done for all of them.
pub fn units_before<'cart>(lines: &'cart [CartLine], goods: &BTreeMap<ProductCode, Arc<Good>>) -> Vec<u64> {
    let mut given: BTreeMap<&ProductCode, u64> = BTreeMap::new();
    let before = |line: &'cart CartLine| {
        let given = given.entry(&line.product).or_default();
        let before = *given;
        if let Some(good) = goods.get(&line.product)
            && let Some(variant) = good.variant(&line.sku)
        {
            *given += good.orderable(variant, line.quantity.get().into(), before);
        }
        before
    };
    lines.iter().map(before).collect()
}

/// Looks goods up, and keeps them in memory.
pub struct Goods {
    products: Arc<dyn ProductStore>,
    stock: Arc<dyn StockStore>,
    changes: Arc<Changes>,
    known: Cache<ProductCode, Arc<Known>, Bytewise>,
    owners: Cache<Sku, ProductCode>,
}

fn is_among(code: &ProductCode, known: &[Arc<Known>]) -> bool {
    known.iter().any(|known| known.good.code == *code)
}

/// About how many bytes a good with a few variants takes.
const GOOD_BYTES: u64 = 1_024;

/// A good, and how long what it was made from holds.
struct Known {
    good: Arc<Good>,
    product: Kept<()>,
    stock: Kept<()>,
}

#[derive(Clone)]
struct Bytewise;

impl Weighter<ProductCode, Arc<Known>> for Bytewise {
    fn weight(&self, _: &ProductCode, known: &Arc<Known>) -> u64 {
        known.good.weight() + known.product.weight() + known.stock.weight()
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
        let items = usize::try_from(bytes_max / GOOD_BYTES).unwrap_or(usize::MAX);
        Self {
            products,
            stock,
            changes,
            known: Cache::with_weighter(items, bytes_max, Bytewise),
            owners: Cache::new(items * 4),
        }
    }

    /// Those of the products that exist.
    pub async fn find_many(
        &self,
        codes: impl IntoIterator<Item = &ProductCode>,
    ) -> Result<BTreeMap<ProductCode, Arc<Good>>, StoreError> {
        let mut found = BTreeMap::new();
        let (mut missing, mut sold) = (Vec::new(), Vec::new());
        for code in codes {
            if found.contains_key(code) || missing.contains(code) || is_among(code, &sold) {
                continue;
            }
            // No good depends on what the index shows.
            let known = self.known.get(code).filter(|known| known.product.holds(&self.changes, 0));
            match known {
                Some(known) if known.stock.holds(&self.changes, 0) => {
                    found.insert(code.clone(), Arc::clone(&known.good));
                }
                Some(known) => sold.push(known),
                None => missing.push(code.clone()),
            }
        }
        for known in sold {
            let good = self.restocked(&known).await?;
            found.insert(good.code.clone(), good);
        }
        for page in missing.chunks(PAGE_MAX) {
            for good in self.read(page).await? {
                found.insert(good.code.clone(), good);
            }
        }
        Ok(found)
    }

    /// The product that the variant belongs to.
    pub async fn find_by_sku(&self, sku: &Sku) -> Result<Option<Arc<Good>>, StoreError> {
        if let Some(owner) = self.owners.get(sku)
            && let Some(good) = self.find_many([&owner]).await?.remove(&owner)
            && good.variant(sku).is_some()
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

    /// A good whose stock has changed since: that of the variants that may have changed is read, mostly of one.
    async fn restocked(&self, known: &Known) -> Result<Arc<Good>, StoreError> {
        let read_at = self.changes.now();
        let mut good = Good::clone(&known.good);
        let skus: Vec<Sku> = good.variants.iter().map(|variant| variant.sku.clone()).collect();
        let is_changed = |sku: &Sku| self.changes.may_have_changed(&Subject::Stock(sku.clone()), known.stock.made_at());
        let changed: Vec<Sku> = skus.iter().filter(|sku| is_changed(sku)).cloned().collect();
        let units = self.units(&changed).await?;
        for variant in good.variants.iter_mut().filter(|variant| changed.contains(&variant.sku)) {
            variant.units = units.get(&variant.sku).copied().unwrap_or(0);
        }
        let good = Arc::new(good);
        let stock = Kept::new((), &Dependency::of_stock(&skus), read_at, &self.changes);
        let restocked = Known { good: Arc::clone(&good), product: known.product.clone(), stock };
        self.known.insert(good.code.clone(), Arc::new(restocked));
        Ok(good)
    }

    /// How many units there are of each.
    async fn units(&self, skus: &[Sku]) -> Result<HashMap<Sku, u64>, StoreError> {
        let mut units = HashMap::new();
        for page in skus.chunks(PAGE_MAX) {
            for record in self.stock.find_many(page).await? {
                units.insert(record.sku.clone(), record.available());
            }
        }
        Ok(units)
    }

    async fn read(&self, codes: &[ProductCode]) -> Result<Vec<Arc<Good>>, StoreError> {
        let read_at = self.changes.now();
        let products = self.products.find_many(codes).await?;
        let skus: Vec<Sku> = products
            .iter()
            .flat_map(|stored| stored.value.variants.iter().map(|variant| variant.sku.clone()))
            .collect();
        let units = self.units(&skus).await?;
        let good = |stored: Stored<Product>| {
            let good = Arc::new(Good::new(&stored.value, |sku| units.get(sku).copied().unwrap_or(0)));
            let kept = |dependency: &Dependency| Kept::new((), dependency, read_at, &self.changes);
            let skus: Vec<Sku> = good.variants.iter().map(|variant| variant.sku.clone()).collect();
            let known = Known {
                good: Arc::clone(&good),
                product: kept(&Dependency::Product(vec![Subject::Product(good.code.clone())])),
                stock: kept(&Dependency::of_stock(&skus)),
            };
            self.known.insert(good.code.clone(), Arc::new(known));
            good
        };
        Ok(products.into_iter().map(good).collect())
    }

    /// The products themselves, read anew: what is seldom asked for is not kept.
    pub(crate) async fn products(&self, codes: &[ProductCode]) -> Result<Vec<Product>, StoreError> {
        let mut products = Vec::with_capacity(codes.len());
        for page in codes.chunks(PAGE_MAX) {
            products.extend(self.products.find_many(page).await?.into_iter().map(|stored| stored.value));
        }
        Ok(products)
    }
}
