//! Lists: category, collection and search, all by the same index.

use ecom67_app::kept::Dependency;
use ecom67_app::search::{self, Hit, ListQuery, TOTAL_EXACT_MAX};
use ecom67_domain::{CategoryCode, ProductCode};

use super::{Audience, Presenter};
use crate::parameters::{ListParameters, parse_filters};
use crate::problem::ApiError;
use crate::view;

/// A list, and what it was made from.
pub struct Listed {
    /// The list.
    pub list: view::ProductList,
    /// What was searched instead of the words.
    pub corrected: Option<String>,
    /// Whether the list has what fits the words in part.
    pub partial: bool,
    /// The index's generation it shows.
    pub dependency: Dependency,
}

impl Presenter {
    /// The list that is asked for; `words` are searched where they are not empty.
    pub async fn list(
        &self,
        audience: &Audience,
        parameters: &ListParameters,
        words: &str,
    ) -> Result<Listed, ApiError> {
        // Before anything is read: what comes into the index meanwhile makes the answer one of the past.
        let generation = self.generation();
        let query = self.query(audience, parameters, words)?;
        let (category, filters) = (query.category.clone(), query.filters.clone());
        let hits = self.index.list(query).await?;
        let codes: Vec<ProductCode> = hits.hits.iter().map(|hit| hit.code.clone()).collect();
        let mut cards = self.cards(audience, &codes).await?;
        if !words.is_empty() {
            mark(&mut cards, &hits.hits);
        }
        let digest = parameters.digest(words);
        let list = view::ProductList {
            products: cards,
            total: view::Total { count: hits.total.min(TOTAL_EXACT_MAX), exact: hits.total <= TOTAL_EXACT_MAX },
            facets: super::facets::facets(audience, category.as_ref(), &filters, hits.facets),
            facets_missing: hits.facets_missing,
            sort: parameters.sort.unwrap_or(view::Sort::Relevance),
            next_cursor: hits.next.map(|key| self.cursors.sign(digest, &key)),
        };
        Ok(Listed { list, corrected: hits.corrected, partial: hits.partial, dependency: Dependency::Index(generation) })
    }

    /// What the parameters ask of the index.
    fn query(&self, audience: &Audience, parameters: &ListParameters, words: &str) -> Result<ListQuery, ApiError> {
        let limit = parameters.checked_limit()?;
        let (shop, language) = (&audience.shop, audience.language());
        let category = match &parameters.category {
            Some(slug) => Some(
                category_code(audience, slug)
                    .ok_or_else(|| ApiError::not_found("category_not_found", "There is no such category."))?,
            ),
            None => None,
        };
        let collection = match &parameters.collection {
            Some(slug) => Some(
                shop.collection_at(language, slug)
                    .ok_or_else(|| ApiError::not_found("collection_not_found", "There is no such collection."))?,
            ),
            None => None,
        };
        let filters = parse_filters(&parameters.filter, |slug| category_code(audience, slug))?;
        let after = match &parameters.cursor {
            Some(cursor) => Some(self.cursors.verify(parameters.digest(words), cursor).ok_or_else(|| {
                ApiError::invalid(
                    "cursor",
                    "cursor_invalid",
                    "A cursor is the next_cursor of this very list; begin again without one.",
                )
            })?),
            None => None,
        };
        let mut query = ListQuery::everything(language, audience.market.code.clone());
        if !words.is_empty() {
            query = query.searching(words.to_owned(), shop.search_tuning());
        }
        if let Some(collection) = collection {
            query = query.in_collection(collection, self.clock.now());
        }
        let facet_categories = super::facets::offered_categories(audience, category.as_ref());
        Ok(ListQuery {
            category,
            filters,
            sort: match parameters.sort.unwrap_or(view::Sort::Relevance) {
                view::Sort::Relevance => search::Sort::Relevance,
                view::Sort::Newest => search::Sort::Newest,
                view::Sort::Price => search::Sort::Price,
                view::Sort::PriceDescending => search::Sort::PriceDescending,
                view::Sort::Name => search::Sort::Name,
            },
            limit,
            after,
            facets: true,
            facet_categories: Some(facet_categories),
            ..query
        })
    }

    /// The cards that an index query finds, without a page around them.
    pub(super) async fn cards_of(
        &self,
        audience: &Audience,
        query: ListQuery,
    ) -> Result<Vec<view::ProductCard>, ApiError> {
        let hits = self.index.list(query).await?;
        let codes: Vec<ProductCode> = hits.hits.into_iter().map(|hit| hit.code).collect();
        Ok(self.cards(audience, &codes).await?)
    }
}

fn category_code(audience: &Audience, slug: &str) -> Option<CategoryCode> {
    audience.shop.category_at(audience.language(), slug).map(|category| category.code.clone())
}

/// Marks in each name what was searched.
pub(super) fn mark(cards: &mut [view::ProductCard], hits: &[Hit]) {
    for card in cards {
        let Some(hit) = hits.iter().find(|hit| hit.code.as_str() == card.code) else { continue };
        let mut pieces = Vec::new();
        let mut end = 0;
        for range in &hit.name_matches {
            // The name may have changed since it was indexed: then there is nothing to mark.
            let (Some(before), Some(matched)) = (card.name.get(end..range.start), card.name.get(range.clone())) else {
                pieces.clear();
                end = 0;
                break;
            };
            if !before.is_empty() {
                pieces.push(view::Highlight { text: before.to_owned(), marked: false });
            }
            pieces.push(view::Highlight { text: matched.to_owned(), marked: true });
            end = range.end;
        }
        let rest = &card.name[end..];
        if !rest.is_empty() {
            pieces.push(view::Highlight { text: rest.to_owned(), marked: false });
        }
        card.highlighted_name = Some(pieces);
    }
}
