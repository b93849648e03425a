//! Writing the catalog: what an import, a command or (later) the portal may do to products, documents and stock.

mod history;
mod pricing;
mod references;
mod size;

use std::sync::Arc;

use ecom67_domain::product::ProductParts;
use ecom67_domain::{Language, Product, ProductCode, Slug, Version, Violations};
use jiff::Timestamp;

use crate::Clock;
use crate::document::{DocumentKind, ProductDocument, ShopDocument, derived_slug};
use crate::port::{
    DocumentSave, DocumentStore, OldSlugs, ProductSave, ProductStore, SaveError, StockStore, StoreError, Stored,
};
use crate::shop::Shop;

/// Writes the catalog.
#[derive(Clone)]
pub struct Catalog {
    /// Where products are kept.
    pub products: Arc<dyn ProductStore>,
    /// Where everything else is kept.
    pub documents: Arc<dyn DocumentStore>,
    /// Where stock is kept.
    pub stock: Arc<dyn StockStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What came of saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Created,
    /// It was there and is different now.
    Updated,
    /// It was there, just so.
    Unchanged,
}

/// Why something was not saved.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It is wrong.
    #[error("{0}")]
    Invalid(Violations),
    /// Somebody else saved it in the meantime.
    #[error("the record is being changed by somebody else")]
    Stale,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Violations> for CatalogError {
    fn from(violations: Violations) -> Self {
        Self::Invalid(violations)
    }
}

/// How often a save is tried again after somebody else's.
const SAVE_ATTEMPTS: usize = 4;

/// How many numbers are tried behind a slug that is taken together with its suffix.
const SLUG_ATTEMPTS: u32 = 20;

impl Catalog {
    /// Saves a product over whatever is there: slugs that are absent are derived and get a suffix where they are taken,
    /// explicit ones clash. Whoever made the document from what is there must use [`Self::replace_product`] instead.
    /// Everything the document names must exist in `shop`. Saving the same again changes nothing.
    pub async fn save_product(&self, shop: &Shop, document: &ProductDocument) -> Result<Saved, CatalogError> {
        let code = document.code.parse::<ProductCode>().map_err(|invalid| Violations::from(invalid.at("code")))?;
        for _ in 0..SAVE_ATTEMPTS {
            let before = self.products.find(&code).await?;
            match self.try_save_product(shop, document.clone(), before).await {
                Err(SaveProductError::Stale) => {}
                Err(SaveProductError::Catalog(error)) => return Err(error),
                Ok(saved) => return Ok(saved),
            }
        }
        Err(CatalogError::Stale)
    }

    /// Saves a product over what the caller read, if nobody has since: [`CatalogError::Stale`] means that the document
    /// was made from what no longer is, and is to be made again. Otherwise as [`Self::save_product`].
    pub async fn replace_product(
        &self,
        shop: &Shop,
        document: ProductDocument,
        before: Stored<Product>,
    ) -> Result<Saved, CatalogError> {
        match self.try_save_product(shop, document, Some(before)).await {
            Err(SaveProductError::Stale) => Err(CatalogError::Stale),
            Err(SaveProductError::Catalog(error)) => Err(error),
            Ok(saved) => Ok(saved),
        }
    }

    /// Checks what [`Self::save_product`] would, as far as that takes neither the store nor the pictures.
    pub fn check_product(shop: &Shop, mut document: ProductDocument) -> Result<(), Violations> {
        document.pictures.clear();
        derive_slugs(&mut document, None);
        document.published_at.get_or_insert(Timestamp::UNIX_EPOCH);
        references::check_product(shop, &document.to_product()?)
    }

    async fn try_save_product(
        &self,
        shop: &Shop,
        mut document: ProductDocument,
        before: Option<Stored<Product>>,
    ) -> Result<Saved, SaveProductError> {
        let now = self.clock.now();
        let seeded = history::of_document(&document).map_err(CatalogError::Invalid)?;
        document.leave_out_what_is_kept_apart();
        let (known, read_at) = before.map(|stored| (stored.value, stored.version)).unzip();
        let known = known.as_ref();
        document.published_at = document.published_at.or(known.map(|product| product.published_at)).or(Some(now));
        let derived = derive_slugs(&mut document, known);
        let mut old_slugs = if derived.is_empty() { OldSlugs::TakeOver } else { OldSlugs::Respect };
        for attempt in 0..=SLUG_ATTEMPTS {
            let product = document.to_product().map_err(CatalogError::Invalid)?;
            if known == Some(&product) {
                return Ok(Saved::Unchanged);
            }
            if attempt == 0 {
                references::check_product(shop, &product).map_err(CatalogError::Invalid)?;
                size::check(&document).map_err(CatalogError::Invalid)?;
                if known.is_none() {
                    history::check(&seeded, shop, &product, now).map_err(CatalogError::Invalid)?;
                }
            }
            let price_changes = match known {
                None => history::opening(seeded.clone(), &product, now),
                Some(_) => product.price_changes(known, now),
            };
            let save = ProductSave { product, read_at, price_changes, old_slugs };
            match self.products.save(save).await {
                Ok(version) if version == Version::FIRST => return Ok(Saved::Created),
                Ok(_) => return Ok(Saved::Updated),
                Err(SaveError::Stale { .. }) => return Err(SaveProductError::Stale),
                Err(SaveError::SlugTaken { language, slug, owner, current }) => {
                    let Some(base) = derived.iter().find(|(own, _)| *own == language).map(|(_, base)| base) else {
                        if current || old_slugs == OldSlugs::TakeOver {
                            return Err(slug_taken(format!("texts.{language}.slug"), &slug, &owner).into());
                        }
                        // Somebody asked for this one. Those that were derived leave what others had to them first.
                        self.leave_old_slugs(&mut document, &derived).await?;
                        old_slugs = OldSlugs::TakeOver;
                        continue;
                    };
                    let suffix = suffix(&document.code, attempt);
                    set_slug(&mut document, language, &base.with_suffix(&suffix));
                }
                Err(SaveError::SkuTaken { sku, owner }) => {
                    let index = document.variants.iter().position(|variant| variant.sku == sku.as_str());
                    let field = format!("variants[{}].sku", index.unwrap_or(0));
                    let expected = format!("an SKU of its own: {sku} belongs to the product {owner}");
                    return Err(violation(field, "sku_taken", expected).into());
                }
                Err(SaveError::Store(error)) => return Err(CatalogError::Store(error).into()),
            }
        }
        Err(violation("texts".into(), "slug_taken", "a slug of its own".into()).into())
    }

    /// Puts a suffix behind each derived slug that leads to another product.
    async fn leave_old_slugs(
        &self,
        document: &mut ProductDocument,
        derived: &[(Language, Slug)],
    ) -> Result<(), CatalogError> {
        for (language, base) in derived {
            let mut slug = base.clone();
            for attempt in 0..SLUG_ATTEMPTS {
                let found = self.products.find_by_slug(*language, &slug).await?;
                if found.is_none_or(|found| found.code.as_str() == document.code) {
                    break;
                }
                slug = base.with_suffix(&suffix(&document.code, attempt));
            }
            set_slug(document, *language, &slug);
        }
        Ok(())
    }

    /// Changes a product that is there; `change` is called again where somebody else saved it in the meantime.
    /// `change` must leave the texts' slugs and the SKUs alone: for those there is [`Self::save_product`].
    pub async fn change_product(
        &self,
        code: &ProductCode,
        mut change: impl FnMut(&mut ProductParts) -> Result<(), Violations> + Send,
    ) -> Result<Saved, CatalogError> {
        for _ in 0..SAVE_ATTEMPTS {
            let Some(before) = self.products.find(code).await? else {
                return Err(violation("code".into(), "product_unknown", "the code of a product that exists".into()));
            };
            let mut parts = before.value.clone().into_parts();
            change(&mut parts)?;
            let product = Product::new(parts)?;
            if product == before.value {
                return Ok(Saved::Unchanged);
            }
            size::check(&ProductDocument::from(&product))?;
            let price_changes = product.price_changes(Some(&before.value), self.clock.now());
            let read_at = Some(before.version);
            match self
                .products
                .save(ProductSave { product, read_at, price_changes, old_slugs: OldSlugs::Respect })
                .await
            {
                Ok(_) => return Ok(Saved::Updated),
                Err(SaveError::Stale { .. }) => {}
                Err(SaveError::SlugTaken { language, slug, owner, .. }) => {
                    return Err(slug_taken(format!("texts.{language}.slug"), &slug, &owner));
                }
                Err(SaveError::SkuTaken { sku, owner }) => {
                    let expected = format!("an SKU of its own: {sku} belongs to the product {owner}");
                    return Err(violation("variants".into(), "sku_taken", expected));
                }
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(CatalogError::Stale)
    }

    /// Saves a document. Everything it names must exist in `shop`. Slugs that are absent are derived and get a suffix
    /// where they are taken, explicit ones clash. Saving the same again changes nothing.
    pub async fn save_document(&self, shop: &Shop, document: ShopDocument) -> Result<Saved, CatalogError> {
        document.check()?;
        size::check(&document)?;
        references::check_document(shop, &document)?;
        self.check_products_named(&document).await?;
        for _ in 0..SAVE_ATTEMPTS {
            let before = self.documents.find(&document.key()).await?;
            match self.try_save_document(document.clone(), before).await {
                Err(CatalogError::Stale) => {}
                saved => return saved,
            }
        }
        Err(CatalogError::Stale)
    }

    async fn try_save_document(
        &self,
        mut document: ShopDocument,
        before: Option<Stored<ShopDocument>>,
    ) -> Result<Saved, CatalogError> {
        let (known, read_at) = before.map(|stored| (stored.value, stored.version)).unzip();
        let derived = document.derive_slugs(known.as_ref());
        let key = document.key();
        let field = |language| match key.kind {
            DocumentKind::Page => format!("texts.{language}.slug"),
            _ => format!("slug.{language}"),
        };
        for attempt in 0..=SLUG_ATTEMPTS {
            if known.as_ref() == Some(&document) {
                return Ok(Saved::Unchanged);
            }
            match self.documents.save(DocumentSave { document: document.clone(), read_at }).await {
                Ok(version) if version == Version::FIRST => return Ok(Saved::Created),
                Ok(_) => return Ok(Saved::Updated),
                Err(SaveError::Stale { .. }) => return Err(CatalogError::Stale),
                Err(SaveError::SlugTaken { language, slug, owner, .. }) => {
                    let Some((_, base)) = derived.iter().find(|(own, _)| *own == language) else {
                        return Err(slug_taken(field(language), &slug, &owner));
                    };
                    document.set_slug(language, &base.with_suffix(&suffix(&key.code, attempt)));
                }
                Err(SaveError::SkuTaken { .. }) => unreachable!("a document has no SKU"),
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(violation("slug".into(), "slug_taken", "a slug of its own".into()))
    }

    async fn check_products_named(&self, document: &ShopDocument) -> Result<(), CatalogError> {
        let mut violations = Violations::new();
        for (field, code) in references::products_named(document) {
            let is_known = match code.parse() {
                Ok(code) => self.products.find(&code).await?.is_some(),
                Err(_) => false,
            };
            if !is_known {
                violations.add(field, "product_unknown", "the code of a product that exists");
            }
        }
        Ok(violations.or(|| ())?)
    }
}

enum SaveProductError {
    Stale,
    Catalog(CatalogError),
}

impl From<CatalogError> for SaveProductError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(error)
    }
}

fn violation(field: String, code: &'static str, expected: String) -> CatalogError {
    let mut violations = Violations::new();
    violations.add(field, code, expected);
    CatalogError::Invalid(violations)
}

fn slug_taken(field: String, slug: &Slug, owner: &str) -> CatalogError {
    violation(field, "slug_taken", format!("a slug of its own: {slug} belongs to {owner}"))
}

/// Gives each text without a slug one: the one it has, if its name is the same still, else one derived from the name.
/// Returns the languages whose slug was derived, with what it was derived to.
fn derive_slugs(document: &mut ProductDocument, known: Option<&Product>) -> Vec<(Language, Slug)> {
    let mut derived = Vec::new();
    let code = document.code.clone();
    for (name, text) in &mut document.texts {
        let (None, Ok(language)) = (&text.slug, name.parse::<Language>()) else { continue };
        let own = known.and_then(|product| product.texts.get(&language)).filter(|own| own.name == text.name);
        if let Some(own) = own {
            text.slug = Some(own.slug.to_string());
            continue;
        }
        if let Some(slug) = derived_slug(&text.name, &code, language) {
            text.slug = Some(slug.to_string());
            derived.push((language, slug));
        }
    }
    derived
}

/// What stands behind a derived slug that is taken: the code, and a number where that is taken as well.
fn suffix(code: &str, attempt: u32) -> String {
    if attempt == 0 { code.to_owned() } else { format!("{code}-{attempt}") }
}

fn set_slug(document: &mut ProductDocument, language: Language, slug: &Slug) {
    if let Some(text) = document.texts.get_mut(language.as_str()) {
        text.slug = Some(slug.to_string());
    }
}
