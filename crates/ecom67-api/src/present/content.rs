//! Categories, collections, pages of text and the home page.

use std::borrow::Cow;

use ecom67_app::document::{PageKind, ProductsShown, SectionDocument, TextDocument};
use ecom67_app::kept::Dependency;
use ecom67_app::port::StoreError;
use ecom67_app::search::{Condition, Filter, ListQuery, Sort};
use ecom67_domain::CategoryCode;
use ecom67_domain::catalog::{CATEGORY_DEPTH_MAX, Category, CategoryTree, Tint};
use jiff::Timestamp;

use super::markdown::to_html;
use super::navigation::{link, localized};
use super::{Audience, Presenter};
use crate::problem::ApiError;
use crate::view;
use ecom67_words::messages;

/// How many of the newest products stand in a row where nobody has chosen.
const ROW: usize = 8;

/// How many categories are offered where nobody has chosen: two rows at the widest.
const TILES: usize = 10;

/// The most categories that are told of a tree at once.
const CATEGORIES_MAX: usize = 500;

/// The most categories that are told below one.
const SUBCATEGORIES_MAX: usize = 200;

impl Presenter {
    /// The categories as a tree, as many levels as [`CATEGORIES_MAX`] allow.
    pub async fn categories(&self, audience: &Audience) -> Result<view::Categories, ApiError> {
        let levels = levels_told(&audience.shop.categories);
        let categories = self.children(audience, None, levels, CATEGORIES_MAX).await?;
        Ok(view::Categories { categories })
    }

    /// The way from the top to the category with this slug, and what stands directly below that.
    pub async fn category_way(&self, audience: &Audience, slug: &str) -> Result<view::Categories, ApiError> {
        let category = audience
            .shop
            .category_at(audience.language(), slug)
            .ok_or_else(|| ApiError::not_found("category_not_found", "There is no such category."))?;
        let mut below = self.children(audience, Some(&category.code), 1, SUBCATEGORIES_MAX).await?;
        for above in audience.shop.categories.path(&category.code).into_iter().rev() {
            below = self.category(audience, above, below).await?.into_iter().collect();
        }
        Ok(view::Categories { categories: below })
    }

    /// The categories below one on so many levels, at most so many beside each other.
    async fn children(
        &self,
        audience: &Audience,
        parent: Option<&CategoryCode>,
        levels: usize,
        siblings_max: usize,
    ) -> Result<Vec<view::Category>, StoreError> {
        let mut children = Vec::new();
        if levels == 0 {
            return Ok(children);
        }
        for category in audience.shop.categories.children(parent).take(siblings_max) {
            let below = Box::pin(self.children(audience, Some(&category.code), levels - 1, siblings_max)).await?;
            children.extend(self.category(audience, category, below).await?);
        }
        Ok(children)
    }

    async fn category(
        &self,
        audience: &Audience,
        category: &Category,
        children: Vec<view::Category>,
    ) -> Result<Option<view::Category>, StoreError> {
        let language = audience.language();
        let address = |language| audience.shop.category_address(category, language).map(Cow::into_owned);
        let Some(slug) = address(language) else { return Ok(None) };
        Ok(Some(view::Category {
            slug,
            name: category.name.get(language).to_owned(),
            description: category.description.get(language).to_owned(),
            tint: category.tint.as_str().to_owned(),
            picture: self.optional_picture(audience, category.picture.as_ref(), &category.name).await?,
            children,
            alternates: audience.alternates(address),
        }))
    }

    /// The collection with this slug.
    pub async fn collection(&self, audience: &Audience, slug: &str) -> Result<view::Collection, ApiError> {
        let language = audience.language();
        let collection = audience
            .shop
            .collection_at(language, slug)
            .ok_or_else(|| ApiError::not_found("collection_not_found", "There is no such collection."))?;
        Ok(view::Collection {
            slug: slug.to_owned(),
            name: collection.name.get(language).to_owned(),
            description: collection.description.get(language).to_owned(),
            tint: collection.tint.as_str().to_owned(),
            picture: self.optional_picture(audience, collection.picture.as_ref(), &collection.name).await?,
            alternates: audience
                .alternates(|language| audience.shop.collection_address(collection, language).map(Cow::into_owned)),
        })
    }

    /// The page of text with this slug.
    pub fn page(&self, audience: &Audience, slug: &str) -> Result<view::Page, ApiError> {
        let (page, text) = audience
            .shop
            .page_at(&audience.market, audience.language(), slug)
            .ok_or_else(|| ApiError::not_found("page_not_found", "There is no such page."))?;
        let alternates = audience.shop.locales().filter_map(|(locale, market)| {
            // A page for other markets leads to the one of the same kind there.
            let there = audience.shop.pages_in(market);
            let same = there.iter().find(|other| other.code == page.code);
            let other =
                same.or_else(|| there.iter().find(|other| other.kind == page.kind && page.kind != PageKind::Other))?;
            let slug = audience.shop.page_address(other, locale.language)?.into_owned();
            Some(view::Alternate { locale: locale.to_string(), slug })
        });
        Ok(view::Page {
            slug: slug.to_owned(),
            kind: page_kind(page.kind).to_owned(),
            title: text.title.clone(),
            summary: text.summary.clone(),
            body_html: to_html(&text.body),
            alternates: alternates.collect(),
        })
    }

    /// The home page, and what it was made from.
    pub async fn home(&self, audience: &Audience) -> Result<(view::Home, Dependency), ApiError> {
        let generation = self.generation();
        let language = audience.language();
        let Some(document) = audience.shop.home_in(&audience.market) else {
            return Ok((self.home_without_document(audience).await?, Dependency::Index(generation)));
        };
        let seo = document.seo.get(language.as_str()).or_else(|| document.seo.get("en"));
        let seo = seo.map(|seo| view::Seo { title: seo.title.clone(), description: seo.description.clone() });
        let mut sections = Vec::with_capacity(document.sections.len());
        for section in &document.sections {
            sections.extend(self.section(audience, section).await?);
        }
        Ok((view::Home { seo: seo.unwrap_or_default(), sections }, Dependency::Index(generation)))
    }

    /// What a shop shows before anybody has composed its home page: its name, its categories and what is new.
    async fn home_without_document(&self, audience: &Audience) -> Result<view::Home, ApiError> {
        let (shop, language) = (&audience.shop, audience.language());
        let words = messages(language);
        let in_words = |key| TextDocument::from([(language.to_string(), words.get(key))]);
        let newest =
            self.cards_of(audience, shown_query(audience, &ProductsShown::Newest, ROW, self.clock.now())).await?;
        let identity = self.navigation(audience).shop;
        let roots = || shop.categories.children(None);
        let way_in = roots().find_map(|category| shop.category_address(category, language));
        let opening = view::Opening {
            title: identity.name.clone(),
            text: identity.tagline.clone(),
            link: view::Link {
                label: words.get("home-page-browse"),
                href: way_in.map_or_else(|| "/search".to_owned(), |address| format!("/c/{address}")),
            },
            tint: Tint::default().as_str().to_owned(),
            product: newest.first().cloned(),
            picture: None,
        };
        let tiles = SectionDocument::Categories {
            title: in_words("home-page-categories"),
            categories: roots().take(TILES).map(|category| category.code.to_string()).collect(),
        };
        let mut sections = vec![view::HomeSection::Opening(opening)];
        sections.extend(self.section(audience, &tiles).await?);
        if !newest.is_empty() {
            sections.push(view::HomeSection::Products(view::ProductsSection {
                title: words.get("home-page-newest"),
                text: String::new(),
                link: None,
                products: newest,
            }));
        }
        Ok(view::Home { seo: view::Seo { title: identity.name, description: identity.tagline }, sections })
    }

    async fn section(
        &self,
        audience: &Audience,
        section: &SectionDocument,
    ) -> Result<Option<view::HomeSection>, ApiError> {
        let language = audience.language();
        let text = |text| localized(text, language);
        Ok(match section {
            SectionDocument::Opening { title, text: paragraph, link: to, tint, product, picture } => {
                let Some(to) = link(audience, to) else { return Ok(None) };
                let code = product.as_ref().and_then(|code| code.parse().ok());
                let product = match code {
                    Some(code) => self.cards(audience, &[code]).await?.pop(),
                    None => None,
                };
                let picture = self.section_picture(picture.as_ref(), &text(title)).await?;
                Some(view::HomeSection::Opening(view::Opening {
                    title: text(title),
                    text: text(paragraph),
                    link: to,
                    tint: tint.clone(),
                    product,
                    picture,
                }))
            }
            SectionDocument::Categories { title, categories } => {
                let mut tiles = Vec::with_capacity(categories.len());
                for code in categories {
                    let Some(category) = audience.shop.categories.get(code) else { continue };
                    let Some(slug) = audience.shop.category_address(category, language) else { continue };
                    tiles.push(view::CategoryTile {
                        slug: slug.into_owned(),
                        name: category.name.get(language).to_owned(),
                        tint: category.tint.as_str().to_owned(),
                        picture: self.optional_picture(audience, category.picture.as_ref(), &category.name).await?,
                    });
                }
                (!tiles.is_empty()).then_some(view::HomeSection::Categories(view::CategoriesSection {
                    title: text(title),
                    categories: tiles,
                }))
            }
            SectionDocument::Products { title, text: sentence, show, limit, link: to } => {
                let products = self.cards_of(audience, shown_query(audience, show, *limit, self.clock.now())).await?;
                let section = view::ProductsSection {
                    title: text(title),
                    text: text(sentence),
                    link: to.as_ref().and_then(|to| link(audience, to)),
                    products,
                };
                (!section.products.is_empty()).then_some(view::HomeSection::Products(section))
            }
            SectionDocument::Story { title, text: paragraph, tint, picture, link: to } => {
                Some(view::HomeSection::Story(view::Story {
                    title: text(title),
                    text: text(paragraph),
                    link: to.as_ref().and_then(|to| link(audience, to)),
                    tint: tint.clone(),
                    picture: self.section_picture(picture.as_ref(), "").await?,
                }))
            }
        })
    }

    async fn section_picture(&self, id: Option<&String>, alt: &str) -> Result<Option<view::Picture>, StoreError> {
        match id.and_then(|id| id.parse().ok()) {
            Some(id) => self.picture(&id, alt).await,
            None => Ok(None),
        }
    }
}

/// How many levels of the tree have no more than [`CATEGORIES_MAX`] categories together; one at least.
fn levels_told(tree: &CategoryTree) -> usize {
    let mut level: Vec<&Category> = tree.children(None).take(CATEGORIES_MAX + 1).collect();
    let (mut levels, mut told) = (1, level.len());
    while levels < CATEGORY_DEPTH_MAX && told <= CATEGORIES_MAX {
        let below = level.into_iter().flat_map(|category| tree.children(Some(&category.code)));
        level = below.take(CATEGORIES_MAX + 1).collect();
        told += level.len();
        if level.is_empty() || told > CATEGORIES_MAX {
            break;
        }
        levels += 1;
    }
    levels
}

fn shown_query(audience: &Audience, show: &ProductsShown, limit: usize, now: Timestamp) -> ListQuery {
    let everything = ListQuery::everything(audience.language(), audience.market.code.clone());
    let mut query = ListQuery { sort: Sort::Newest, limit, ..everything };
    match show {
        // Codes were checked when the home page was saved.
        ProductsShown::Collection(code) => {
            query.sort = Sort::Relevance;
            match audience.shop.collections.get(code) {
                Some(collection) => query = query.in_collection(collection, now),
                None => query.conditions.push(Condition::Never),
            }
        }
        ProductsShown::Category(code) => query.category = code.parse().ok(),
        ProductsShown::Newest => {}
        ProductsShown::Reduced => query.filters.push(Filter::Reduced),
    }
    query
}

const fn page_kind(kind: PageKind) -> &'static str {
    match kind {
        PageKind::Imprint => "imprint",
        PageKind::Terms => "terms",
        PageKind::Withdrawal => "withdrawal",
        PageKind::Privacy => "privacy",
        PageKind::Delivery => "delivery",
        PageKind::Accessibility => "accessibility",
        PageKind::About => "about",
        PageKind::Other => "other",
    }
}
