//! What every page needs of the shop, kept in memory and read again when it changes.

pub mod addresses;
mod pricing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use ecom67_domain::attribute::Attribute;
use ecom67_domain::catalog::{Category, CategoryTree, Collection};
use ecom67_domain::order::LegalTextDigest;
use ecom67_domain::{
    AttributeCode, CategoryCode, Country, Language, Locale, LocationCode, Market, ProductCode, Violations,
};

use self::addresses::SlugOwners;
pub use self::pricing::ShopPricing;

use crate::checkouts::digests;
use crate::document::{
    BrandingDocument, DocumentKind, HomeDocument, MenuDocument, PageDocument, PageText, QueryRuleDocument,
    ShopDocument, SynonymsDocument,
};
use crate::port::{DocumentStore, PAGE_MAX, StoreError};
use crate::search::{SearchTuning, name_sort_key};

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
    /// What decides prices.
    pub pricing: ShopPricing,
    /// For each product the collections it was picked for, with its place in each.
    picked: BTreeMap<ProductCode, Vec<(String, u32)>>,
    slug_owners: SlugOwners,
    synonyms: BTreeMap<String, SynonymsDocument>,
    query_rules: BTreeMap<String, QueryRuleDocument>,
    /// What these two say, as soon as somebody asks.
    search_tuning: OnceLock<SearchTuning>,
    /// The names of categories as they are compared with what is typed, as soon as somebody types.
    category_names: OnceLock<BTreeMap<Language, Vec<CategoryName>>>,
    /// The digests of the texts that belong to contracts, by page and language, as soon as somebody asks.
    legal_digests: OnceLock<BTreeMap<(String, Language), LegalTextDigest>>,
}

/// What a category is called in a language.
#[derive(Clone, Debug)]
pub struct CategoryName {
    /// The name, without case, accents and punctuation.
    pub key: String,
    /// The category.
    pub code: CategoryCode,
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
        for category in &categories {
            shop.note_slugs_of(category, true);
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
        let Some(document) = self.pricing.apply(document)? else { return Ok(()) };
        self.category_names = OnceLock::new();
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
            ShopDocument::Category(document) => {
                let category = document.to_category()?;
                self.note_slugs_of(&category, self.categories.get(category.code.as_str()).is_none());
                self.categories.insert(category);
            }
            ShopDocument::Collection(document) => self.pick(document.code.clone(), document.to_collection()?),
            ShopDocument::Page(document) => {
                self.legal_digests = OnceLock::new();
                let is_new = self.pages.binary_search_by(|known| known.code.cmp(&document.code)).is_err();
                // Languages were checked when the page was saved.
                let slugs =
                    document.texts.iter().filter_map(|(name, text)| Some((name.parse().ok()?, text.slug.as_str())));
                self.slug_owners.put(DocumentKind::Page, &document.code, is_new, slugs);
                put(&mut self.pages, document, |page| &page.code);
            }
            ShopDocument::Menu(document) => put(&mut self.menus, document, |menu| &menu.code),
            ShopDocument::Home(document) => put(&mut self.homes, document, |home| &home.code),
            ShopDocument::Branding(document) => self.branding = Some(document),
            ShopDocument::Synonyms(document) => {
                self.synonyms.insert(document.code.clone(), document);
                self.search_tuning = OnceLock::new();
            }
            ShopDocument::QueryRule(document) => {
                self.query_rules.insert(document.code.clone(), document);
                self.search_tuning = OnceLock::new();
            }
            // Those were taken above.
            ShopDocument::Calendar(_)
            | ShopDocument::TaxZone(_)
            | ShopDocument::Registration(_)
            | ShopDocument::DeliveryZone(_)
            | ShopDocument::DeliveryMethod(_)
            | ShopDocument::PriceList(_)
            | ShopDocument::Promotion(_) => {}
        }
        Ok(())
    }

    fn note_slugs_of(&mut self, category: &Category, is_new: bool) {
        let slugs = category.slug.iter().map(|(language, slug)| (*language, slug.as_str()));
        self.slug_owners.put(DocumentKind::Category, category.code.as_str(), is_new, slugs);
    }

    fn pick(&mut self, code: String, collection: Collection) {
        let is_new = !self.collections.contains_key(&code);
        let slugs = collection.slug.iter().map(|(language, slug)| (*language, slug.as_str()));
        self.slug_owners.put(DocumentKind::Collection, &code, is_new, slugs);
        if !is_new {
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

    /// What merchants say of searches.
    pub fn search_tuning(&self) -> &SearchTuning {
        self.search_tuning.get_or_init(|| SearchTuning::of(self.synonyms.values(), self.query_rules.values()))
    }

    /// What the categories are called in one of the shop's languages, in the order of their codes.
    pub fn category_names(&self, language: Language) -> &[CategoryName] {
        let names = self.category_names.get_or_init(|| {
            let languages: BTreeSet<Language> = self.locales().map(|(locale, _)| locale.language).collect();
            let name = |category: &Category, language| CategoryName {
                key: name_sort_key(category.name.get(language)),
                code: category.code.clone(),
            };
            let names = |language| self.categories.iter().map(|category| name(category, language)).collect();
            languages.into_iter().map(|language| (language, names(language))).collect()
        });
        names.get(&language).map_or(&[], Vec::as_slice)
    }

    /// What tells the text of a page that belongs to contracts from every other one, as it is shown to whoever reads
    /// `language`; `None` for any other page.
    pub fn legal_digest(&self, page: &PageDocument, language: Language) -> Option<LegalTextDigest> {
        let digests = self.legal_digests.get_or_init(|| digests(&self.pages));
        let (language, _) = page_text_found(page, language)?;
        digests.get(&(page.code.clone(), language)).copied()
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

/// A page's text in a language, or what stands in for it.
pub fn page_text(page: &PageDocument, language: Language) -> Option<&PageText> {
    page_text_found(page, language).map(|(_, text)| text)
}

/// The same, with the language that it is in.
pub(crate) fn page_text_found(page: &PageDocument, language: Language) -> Option<(Language, &PageText)> {
    let in_language = |language: Language| Some((language, page.texts.get(language.as_str())?));
    let first = || page.texts.iter().find_map(|(name, text)| Some((name.parse().ok()?, text)));
    in_language(language).or_else(|| in_language(Language::ENGLISH)).or_else(first)
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
