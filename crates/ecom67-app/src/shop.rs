//! What every page needs of the shop, kept in memory and read again when it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arc_swap::ArcSwap;
use ecom67_domain::attribute::Attribute;
use ecom67_domain::catalog::{Category, CategoryTree, Collection};
use ecom67_domain::text::{ByLanguage, in_language};
use ecom67_domain::{AttributeCode, Country, Language, Locale, LocationCode, Market, ProductCode, Slug, Violations};

use crate::document::{
    BrandingDocument, DocumentKind, HomeDocument, MenuDocument, PageDocument, PageText, ShopDocument,
};
use crate::port::{DocumentStore, PAGE_MAX, StoreError};

/// The shop's reference data at one moment.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    /// The markets, in the order of their codes.
    pub markets: Vec<Market>,
    /// The places that keep stock.
    pub locations: BTreeSet<LocationCode>,
    /// The attributes.
    pub attributes: BTreeMap<AttributeCode, Attribute>,
    /// The categories.
    pub categories: CategoryTree,
    /// The collections by code.
    pub collections: BTreeMap<String, Collection>,
    /// Pages in the order of their codes.
    pub pages: Vec<PageDocument>,
    /// Menus in the order of their codes.
    pub menus: Vec<MenuDocument>,
    /// Home pages in the order of their codes.
    pub homes: Vec<HomeDocument>,
    /// The shop's name and what goes with it.
    pub branding: Option<BrandingDocument>,
    /// For each product the collections it was picked for, with its place in each.
    picked: BTreeMap<ProductCode, Vec<(String, u32)>>,
}

impl Shop {
    /// Reads all documents. One that cannot be understood is left out and logged: it was checked when it was saved, so
    /// this is damage, and a shop without one of its pages beats no shop.
    pub async fn load(store: &dyn DocumentStore) -> Result<Self, StoreError> {
        let mut shop = Self::default();
        let mut categories = Vec::new();
        for kind in DocumentKind::ALL {
            let (mut after, mut limit) = (None, PAGE_MAX);
            loop {
                match store.list(kind, after.as_deref(), limit).await {
                    Ok(page) => {
                        let is_last = page.len() < limit;
                        after = page.last().map(|stored| stored.value.key().code);
                        for stored in page {
                            shop.add(stored.value, &mut categories);
                        }
                        if is_last {
                            break;
                        }
                        limit = PAGE_MAX;
                    }
                    // One of the page cannot be read. Those before it are read one by one; alone it is passed over.
                    Err(StoreError::Unreadable { .. }) if limit > 1 => limit = 1,
                    Err(StoreError::Unreadable { key, reason }) => {
                        let Some(code) = code_of(kind, &key) else {
                            return Err(StoreError::Unreadable { key, reason });
                        };
                        tracing::error!(document = key, reason, "a stored document cannot be read and is left out");
                        (after, limit) = (Some(code), PAGE_MAX);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        shop.categories = CategoryTree::new(categories);
        Ok(shop)
    }

    fn add(&mut self, document: ShopDocument, categories: &mut Vec<Category>) {
        let key = document.key();
        let understood = match document {
            // The tree is built at once in the end.
            ShopDocument::Category(document) => document.to_category().map(|category| categories.push(category)),
            other => self.apply(other),
        };
        if let Err(violations) = understood {
            tracing::error!(document = %key, %violations, "a stored document cannot be understood and is left out");
        }
    }

    /// Takes in a document that was saved, in place of the one with the same key.
    pub fn apply(&mut self, document: ShopDocument) -> Result<(), Violations> {
        match document {
            ShopDocument::Market(document) => put(&mut self.markets, document.to_market()?, |market| &market.code),
            ShopDocument::Location(document) => {
                if let Ok(code) = document.code.parse() {
                    self.locations.insert(code);
                }
            }
            ShopDocument::Attribute(document) => {
                let attribute = document.to_attribute()?;
                self.attributes.insert(attribute.code.clone(), attribute);
            }
            ShopDocument::Category(document) => self.categories.insert(document.to_category()?),
            ShopDocument::Collection(document) => self.pick(document.code.clone(), document.to_collection()?),
            ShopDocument::Page(document) => put(&mut self.pages, document, |page| &page.code),
            ShopDocument::Menu(document) => put(&mut self.menus, document, |menu| &menu.code),
            ShopDocument::Home(document) => put(&mut self.homes, document, |home| &home.code),
            ShopDocument::Branding(document) => self.branding = Some(document),
        }
        Ok(())
    }

    fn pick(&mut self, code: String, collection: Collection) {
        if self.collections.contains_key(&code) {
            for places in self.picked.values_mut() {
                places.retain(|(picked_for, _)| *picked_for != code);
            }
        }
        for (place, product) in (0_u32..).zip(&collection.products) {
            self.picked.entry(product.clone()).or_default().push((code.clone(), place));
        }
        self.collections.insert(code, collection);
    }

    /// The market that `country` belongs to.
    pub fn market_of(&self, country: Country) -> Option<&Market> {
        self.markets.iter().find(|market| market.countries.contains(&country))
    }

    /// The market of a locale, if the shop has that locale.
    pub fn market(&self, locale: Locale) -> Option<&Market> {
        self.market_of(locale.country).filter(|market| market.languages.contains(&locale.language))
    }

    /// Every locale of the shop.
    pub fn locales(&self) -> impl Iterator<Item = (Locale, &Market)> {
        self.markets.iter().flat_map(|market| market.locales().map(move |locale| (locale, market)))
    }

    /// The locale for somebody of whom only the languages they read are known, best first.
    pub fn best_locale(&self, languages: &[(Language, Option<Country>)]) -> Option<Locale> {
        let has = |language, country: Option<Country>| {
            let mut locales = self.locales().map(|(locale, _)| locale);
            locales
                .find(|locale| locale.language == language && country.is_none_or(|country| locale.country == country))
        };
        let exact = languages.iter().filter(|(_, country)| country.is_some());
        exact
            .chain(languages.iter())
            .enumerate()
            .find_map(|(index, (language, country))| {
                let with_country = if index < languages.len() { *country } else { None };
                has(*language, with_country).or_else(|| has(*language, None))
            })
            .or_else(|| has(Language::ENGLISH, None))
            .or_else(|| self.locales().next().map(|(locale, _)| locale))
    }

    /// The collections `product` was picked for, with its place in each.
    pub fn collections_of(&self, product: &ProductCode) -> &[(String, u32)] {
        self.picked.get(product).map_or(&[], Vec::as_slice)
    }

    /// The pages of a market.
    pub fn pages_in(&self, market: &Market) -> Vec<&PageDocument> {
        shown_in(&self.pages, |page| &page.markets, market)
    }

    /// The menus of a market.
    pub fn menus_in(&self, market: &Market) -> Vec<&MenuDocument> {
        shown_in(&self.menus, |menu| &menu.markets, market)
    }

    /// The home page of a market: its own, or the one for all.
    pub fn home_in(&self, market: &Market) -> Option<&HomeDocument> {
        shown_in(&self.homes, |home| &home.markets, market).into_iter().min_by_key(|home| home.markets.is_empty())
    }

    /// The languages that a slug may be in for a reader of `language`, that one first.
    pub fn languages_of_slugs(&self, language: Language) -> Vec<Language> {
        let mut languages = vec![language];
        for other in std::iter::once(Language::ENGLISH).chain(self.locales().map(|(locale, _)| locale.language)) {
            if !languages.contains(&other) {
                languages.push(other);
            }
        }
        languages
    }

    /// The page with this slug in a language and market: the one that has it in that very language, else one that has
    /// no text in it and goes by another's.
    pub fn page_by_slug(&self, market: &Market, language: Language, slug: &str) -> Option<(&PageDocument, &PageText)> {
        let pages = self.pages_in(market);
        let own = |page: &&PageDocument| page.texts.get(language.as_str()).is_some_and(|text| text.slug == slug);
        let found = pages
            .iter()
            .find(|page| own(page))
            .or_else(|| pages.iter().find(|page| page_text(page, language).is_some_and(|text| text.slug == slug)))?;
        Some((found, page_text(found, language)?))
    }

    /// The category with this slug in a language: the one that has it in that very language, else one that has none in
    /// it and goes by another's.
    pub fn category_by_slug(&self, language: Language, slug: &str) -> Option<&Category> {
        by_slug(|| self.categories.iter(), |category| &category.slug, language, slug)
    }

    /// The collection with this slug in a language, as for categories.
    pub fn collection_by_slug(&self, language: Language, slug: &str) -> Option<&Collection> {
        by_slug(|| self.collections.values(), |collection| &collection.slug, language, slug)
    }
}

/// The code of a document in the key that names it.
fn code_of(kind: DocumentKind, key: &str) -> Option<String> {
    key.strip_prefix(kind.as_str())?.strip_prefix('/').map(str::to_owned)
}

/// Puts a record in its place in the order of codes, instead of the one with the same code.
fn put<T, C: Ord>(records: &mut Vec<T>, record: T, code: impl Fn(&T) -> &C) {
    match records.binary_search_by(|known| code(known).cmp(code(&record))) {
        Ok(place) => records[place] = record,
        Err(place) => records.insert(place, record),
    }
}

/// Those of `documents` that name the market, or none.
fn shown_in<'shop, D>(documents: &'shop [D], markets: impl Fn(&D) -> &[String], market: &Market) -> Vec<&'shop D> {
    let is_shown = |document: &&D| {
        let markets = markets(document);
        markets.is_empty() || markets.iter().any(|code| code == market.code.as_str())
    };
    documents.iter().filter(is_shown).collect()
}

/// Slugs are unique in each language only: who has this one in the reader's own language comes before whoever goes by
/// it for want of a slug of its own.
fn by_slug<'shop, R: 'shop, I: Iterator<Item = &'shop R>>(
    records: impl Fn() -> I,
    slugs: impl Fn(&R) -> &ByLanguage<Slug>,
    language: Language,
    slug: &str,
) -> Option<&'shop R> {
    let is_it = |found: Option<&Slug>| found.is_some_and(|found| found.as_str() == slug);
    let own = records().find(|record| is_it(slugs(record).get(&language)));
    own.or_else(|| records().find(|record| is_it(in_language(slugs(record), language))))
}

/// A page's text in a language, or what stands in for it.
pub fn page_text(page: &PageDocument, language: Language) -> Option<&PageText> {
    let texts = &page.texts;
    texts.get(language.as_str()).or_else(|| texts.get("en")).or_else(|| texts.values().next())
}

/// The shop's reference data at present, for any number of readers that never wait.
#[derive(Default)]
pub struct ShopCache {
    present: ArcSwap<Shop>,
    /// Held from before the first record is read until the shop is there for all, so that of two refreshes the later
    /// one has read later: it must never be put back to what it was.
    refreshing: tokio::sync::Mutex<()>,
    replaced: Option<Box<dyn Fn() + Send + Sync>>,
}

impl ShopCache {
    /// The cache, filled.
    pub async fn load(store: &dyn DocumentStore) -> Result<Self, StoreError> {
        Ok(Self { present: ArcSwap::from_pointee(Shop::load(store).await?), ..Self::default() })
    }

    /// The same cache, which tells `replaced` each time another shop has taken the place of the one before, whoever
    /// asked for it: what was made from the old one no longer holds.
    #[must_use]
    pub fn telling(self, replaced: impl Fn() + Send + Sync + 'static) -> Self {
        Self { replaced: Some(Box::new(replaced)), ..self }
    }

    /// The shop at present.
    pub fn present(&self) -> Arc<Shop> {
        self.present.load_full()
    }

    /// Reads it again. What was committed before the call is in it afterwards.
    pub async fn refresh(&self, store: &dyn DocumentStore) -> Result<(), StoreError> {
        let _refreshing = self.refreshing.lock().await;
        self.present.store(Arc::new(Shop::load(store).await?));
        if let Some(replaced) = &self.replaced {
            replaced();
        }
        Ok(())
    }
}
