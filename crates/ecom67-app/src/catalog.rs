//! Writing the catalog: what an import, a command or (later) the portal may do to products, documents and stock.

use std::sync::Arc;

use ecom67_domain::attribute::AttributeKind;
use ecom67_domain::price::PriceChange;
use ecom67_domain::{Language, Product, ProductCode, Slug, Version, Violations};

use crate::Clock;
use crate::document::{DocumentKind, ProductDocument, ShopDocument};
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
    /// Somebody else saved it in the meantime, again and again.
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
    /// Saves a product: slugs that are absent are derived and get a suffix where they are taken, explicit ones clash.
    /// Everything the document names must exist in `shop`. Saving the same again changes nothing.
    pub async fn save_product(&self, shop: &Shop, document: ProductDocument) -> Result<Saved, CatalogError> {
        check_references(shop, &document)?;
        for _ in 0..SAVE_ATTEMPTS {
            let before = match document.code.parse::<ProductCode>() {
                Ok(code) => self.products.find(&code).await?,
                Err(_) => None,
            };
            match self.try_save_product(document.clone(), before).await {
                Err(SaveProductError::Stale) => {}
                Err(SaveProductError::Catalog(error)) => return Err(error),
                Ok(saved) => return Ok(saved),
            }
        }
        Err(CatalogError::Stale)
    }

    async fn try_save_product(
        &self,
        mut document: ProductDocument,
        before: Option<Stored<Product>>,
    ) -> Result<Saved, SaveProductError> {
        let now = self.clock.now();
        let seeded = history(&document)?;
        let known = before.as_ref().map(|stored| &stored.value);
        document.published_at = document.published_at.or(known.map(|product| product.published_at)).or(Some(now));
        let derived = derive_slugs(&mut document, known);
        let old_slugs = if derived.is_empty() { OldSlugs::TakeOver } else { OldSlugs::Respect };
        for attempt in 0..=SLUG_ATTEMPTS {
            let product = document.to_product().map_err(CatalogError::Invalid)?;
            if known == Some(&product) {
                return Ok(Saved::Unchanged);
            }
            let price_changes =
                if known.is_none() && !seeded.is_empty() { seeded.clone() } else { product.price_changes(known, now) };
            let read_at = before.as_ref().map(|stored| stored.version);
            let save = ProductSave { product, read_at, price_changes, old_slugs };
            match self.products.save(save).await {
                Ok(version) if version == Version::FIRST => return Ok(Saved::Created),
                Ok(_) => return Ok(Saved::Updated),
                Err(SaveError::Stale { .. }) => return Err(SaveProductError::Stale),
                Err(SaveError::SlugTaken { language, slug, owner, .. }) => {
                    let Some(base) = derived.iter().find(|(own, _)| *own == language).map(|(_, base)| base) else {
                        let field = format!("texts.{language}.slug");
                        let expected = format!("a slug of its own: {slug} belongs to {owner}");
                        return Err(violation(field, "slug_taken", expected).into());
                    };
                    let suffix = if attempt == 0 { document.code.clone() } else { format!("{}-{attempt}", document.code) };
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

    /// Saves a document. Saving the same again changes nothing.
    pub async fn save_document(&self, shop: &Shop, document: ShopDocument) -> Result<Saved, CatalogError> {
        let document = match document {
            ShopDocument::Category(category) => ShopDocument::Category(category.with_slugs()),
            ShopDocument::Collection(collection) => ShopDocument::Collection(collection.with_slugs()),
            other => other,
        };
        document.check()?;
        check_place(shop, &document)?;
        for _ in 0..SAVE_ATTEMPTS {
            let before = self.documents.find(&document.key()).await?;
            if before.as_ref().is_some_and(|stored| stored.value == document) {
                return Ok(Saved::Unchanged);
            }
            let read_at = before.map(|stored| stored.version);
            match self.documents.save(DocumentSave { document: document.clone(), read_at }).await {
                Ok(version) if version == Version::FIRST => return Ok(Saved::Created),
                Ok(_) => return Ok(Saved::Updated),
                Err(SaveError::Stale { .. }) => {}
                Err(SaveError::SlugTaken { language, slug, owner, .. }) => {
                    let field = match document.key().kind {
                        DocumentKind::Page => format!("texts.{language}.slug"),
                        _ => format!("slug.{language}"),
                    };
                    let expected = format!("a slug of its own: {slug} belongs to {owner}");
                    return Err(violation(field, "slug_taken", expected));
                }
                Err(SaveError::SkuTaken { .. }) => unreachable!("a document has no SKU"),
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        Err(CatalogError::Stale)
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

/// The price history that came with the document.
fn history(document: &ProductDocument) -> Result<Vec<PriceChange>, CatalogError> {
    let mut violations = Violations::new();
    let changes = document.price_history.iter().enumerate();
    let changes = changes
        .filter_map(|(index, change)| violations.keep(format!("price_history[{index}]"), change.to_price_change()))
        .collect();
    violations.or(|| changes).map_err(CatalogError::Invalid)
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
        if let Some(slug) = Slug::derive(&text.name, language).or_else(|| Slug::derive(&code, language)) {
            text.slug = Some(slug.to_string());
            derived.push((language, slug));
        }
    }
    derived
}

fn set_slug(document: &mut ProductDocument, language: Language, slug: &Slug) {
    if let Some(text) = document.texts.get_mut(language.as_str()) {
        text.slug = Some(slug.to_string());
    }
}

/// Checks that what the product names exists and fits: categories, attributes, options, markets and currencies.
fn check_references(shop: &Shop, document: &ProductDocument) -> Result<(), Violations> {
    let mut violations = Violations::new();
    for (index, category) in document.categories.iter().enumerate() {
        if shop.categories.get(category).is_none() {
            violations.add(format!("categories[{index}]"), "category_unknown", "the code of a category that exists");
        }
    }
    let product = document.to_attribute_values(&mut violations);
    for (code, value) in &product {
        let field = format!("attributes.{code}");
        match shop.attributes.get(code) {
            None => violations.add(field, "attribute_unknown", "the code of an attribute that exists"),
            Some(attribute) => drop(violations.keep(field, attribute.check(value))),
        }
    }
    for (index, option) in document.options.iter().enumerate() {
        let is_choice = |kind: &AttributeKind| matches!(kind, AttributeKind::Choice(_));
        if !shop.attributes.get(option.as_str()).is_some_and(|attribute| is_choice(&attribute.kind)) {
            violations.add(format!("options[{index}]"), "option_unknown", "the code of an attribute with choices");
        }
    }
    for (index, variant) in document.variants.iter().enumerate() {
        let field = format!("variants[{index}]");
        for (option, choice) in &variant.options {
            let attribute = shop.attributes.get(option.as_str());
            let Some(AttributeKind::Choice(choices)) = attribute.map(|attribute| &attribute.kind) else { continue };
            if choices.get(choice).is_none() {
                violations.add(
                    format!("{field}.options.{option}"),
                    "choice_unknown",
                    format!("one of the choices of {option}"),
                );
            }
        }
        for (market, price) in &variant.prices {
            let path = format!("{field}.prices.{market}");
            match shop.markets.iter().find(|known| known.code.as_str() == market) {
                None => violations.add(path, "market_unknown", "the code of a market that exists"),
                Some(known) if price.currency.parse().is_ok_and(|currency| known.currency != currency) => {
                    violations.add(
                        format!("{path}.currency"),
                        "currency_of_other_market",
                        format!("{}, the currency of the market", known.currency),
                    );
                }
                Some(_) => {}
            }
        }
    }
    violations.or(|| ())
}

/// Checks that a category stands in the tree, and that no two markets share a country.
fn check_place(shop: &Shop, document: &ShopDocument) -> Result<(), Violations> {
    let mut violations = Violations::new();
    match document {
        ShopDocument::Category(document) => {
            let category = document.to_category()?;
            violations.keep("parent", shop.categories.check_place(&category));
        }
        ShopDocument::Market(document) => {
            let market = document.to_market()?;
            for other in shop.markets.iter().filter(|other| other.code != market.code) {
                if let Some(country) = market.countries.iter().find(|country| other.countries.contains(country)) {
                    violations.add(
                        "countries",
                        "country_taken",
                        format!("countries of its own: {country} belongs to the market {}", other.code),
                    );
                }
            }
        }
        _ => {}
    }
    violations.or(|| ())
}
