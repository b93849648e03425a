//! Categories, collections, pages of text and the home page.

use ecom67_app::document::{PageKind, ProductsShown, SectionDocument};
use ecom67_app::port::StoreError;
use ecom67_app::search::{Filter, ListQuery, Sort};
use ecom67_app::shop::page_text;
use ecom67_domain::CategoryCode;
use ecom67_domain::catalog::{CATEGORY_DEPTH_MAX, Category};
use ecom67_domain::text::in_language;

use super::markdown::to_html;
use super::navigation::{link, localized};
use super::{Audience, Presenter};
use crate::answer::Dependency;
use crate::problem::ApiError;
use crate::view;

impl Presenter {
    /// All categories, as a tree.
    pub async fn categories(&self, audience: &Audience) -> Result<view::Categories, ApiError> {
        Ok(view::Categories { categories: self.children(audience, None, 0).await? })
    }

    async fn children(
        &self,
        audience: &Audience,
        parent: Option<&CategoryCode>,
        depth: usize,
    ) -> Result<Vec<view::Category>, StoreError> {
        let mut children = Vec::new();
        if depth >= CATEGORY_DEPTH_MAX {
            return Ok(children);
        }
        for category in audience.shop.categories.children(parent) {
            let below = Box::pin(self.children(audience, Some(&category.code), depth + 1)).await?;
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
        let Some(slug) = in_language(&category.slug, language) else { return Ok(None) };
        Ok(Some(view::Category {
            slug: slug.to_string(),
            name: category.name.get(language).to_owned(),
            description: category.description.get(language).to_owned(),
            tint: category.tint.as_str().to_owned(),
            picture: self.optional_picture(audience, category.picture.as_ref(), &category.name).await?,
            children,
            alternates: audience.alternates(&category.slug),
        }))
    }

    /// The collection with this slug.
    pub async fn collection(&self, audience: &Audience, slug: &str) -> Result<view::Collection, ApiError> {
        let language = audience.language();
        let collection = audience
            .shop
            .collection_by_slug(language, slug)
            .ok_or_else(|| ApiError::not_found("collection_not_found", "There is no such collection."))?;
        Ok(view::Collection {
            slug: slug.to_owned(),
            name: collection.name.get(language).to_owned(),
            description: collection.description.get(language).to_owned(),
            tint: collection.tint.as_str().to_owned(),
            picture: self.optional_picture(audience, collection.picture.as_ref(), &collection.name).await?,
            alternates: audience.alternates(&collection.slug),
        })
    }

    /// The page of text with this slug.
    pub fn page(&self, audience: &Audience, slug: &str) -> Result<view::Page, ApiError> {
        let (page, text) = audience
            .shop
            .page_by_slug(&audience.market, audience.language(), slug)
            .ok_or_else(|| ApiError::not_found("page_not_found", "There is no such page."))?;
        let alternates = audience.shop.locales().filter_map(|(locale, market)| {
            // A page for other markets leads to the one of the same kind there.
            let there = audience.shop.pages_in(market);
            let same = there.iter().find(|other| other.code == page.code);
            let other =
                same.or_else(|| there.iter().find(|other| other.kind == page.kind && page.kind != PageKind::Other))?;
            let slug = page_text(other, locale.language)?.slug.clone();
            Some(view::Alternate { locale: locale.to_string(), slug })
        });
        Ok(view::Page {
            slug: text.slug.clone(),
            kind: page_kind(page.kind).to_owned(),
            title: text.title.clone(),
            summary: text.summary.clone(),
            body_html: to_html(&text.body),
            alternates: alternates.collect(),
        })
    }

    /// The home page, and what it was made from.
    pub async fn home(&self, audience: &Audience) -> Result<(view::Home, Dependency), ApiError> {
        let generation = self.index.generation();
        let language = audience.language();
        let document = audience
            .shop
            .home_in(&audience.market)
            .ok_or_else(|| ApiError::not_found("home_not_found", "The shop has no home page yet."))?;
        let seo = document.seo.get(language.as_str()).or_else(|| document.seo.get("en"));
        let seo = seo.map(|seo| view::Seo { title: seo.title.clone(), description: seo.description.clone() });
        let mut sections = Vec::with_capacity(document.sections.len());
        for section in &document.sections {
            sections.extend(self.section(audience, section).await?);
        }
        Ok((view::Home { seo: seo.unwrap_or_default(), sections }, Dependency::Index(generation)))
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
                    let Some(slug) = in_language(&category.slug, language) else { continue };
                    tiles.push(view::CategoryTile {
                        slug: slug.to_string(),
                        name: category.name.get(language).to_owned(),
                        tint: category.tint.as_str().to_owned(),
                        picture: self.optional_picture(audience, category.picture.as_ref(), &category.name).await?,
                    });
                }
                Some(view::HomeSection::Categories(view::CategoriesSection { title: text(title), categories: tiles }))
            }
            SectionDocument::Products { title, text: sentence, show, limit, link: to } => {
                let products = self.cards_of(audience, shown_query(audience, show, *limit)).await?;
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

fn shown_query(audience: &Audience, show: &ProductsShown, limit: usize) -> ListQuery {
    let mut query = ListQuery {
        language: audience.language(),
        market: audience.market.code.clone(),
        category: None,
        collection: None,
        text: None,
        filters: Vec::new(),
        sort: Sort::Newest,
        limit,
        after: None,
        facets: false,
    };
    match show {
        // Codes were checked when the home page was saved.
        ProductsShown::Collection(code) => {
            query.collection = code.parse().ok();
            query.sort = Sort::Relevance;
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
