//! What is suggested to somebody who is still typing.

use std::sync::Arc;

use ecom67_app::search::{SuggestQuery, name_sort_key};
use ecom67_domain::ProductCode;

use super::list::mark;
use super::{Audience, Presenter};
use crate::answer::Dependency;
use crate::problem::ApiError;
use crate::view;

/// How many products are suggested.
const PRODUCTS: usize = 5;
/// How many queries.
const QUERIES: usize = 5;
/// How many categories.
const CATEGORIES: usize = 3;

impl Presenter {
    /// What `text` may become, and what was made from what.
    pub async fn suggest(&self, audience: &Audience, text: &str) -> Result<(view::Suggestions, Dependency), ApiError> {
        let generation = self.generation();
        let query = SuggestQuery {
            language: audience.language(),
            market: audience.market.code.clone(),
            text: text.to_owned(),
            synonyms: Arc::clone(&audience.shop.search_tuning().synonyms),
            hits: PRODUCTS,
            queries: QUERIES,
        };
        let suggestions = self.index.suggest(query).await?;
        let codes: Vec<ProductCode> = suggestions.hits.iter().map(|hit| hit.code.clone()).collect();
        let mut products = self.cards(audience, &codes).await?;
        mark(&mut products, &suggestions.hits);
        let view = view::Suggestions {
            query: text.to_owned(),
            queries: suggestions.queries,
            categories: categories(audience, text),
            products,
        };
        Ok((view, Dependency::Index(generation)))
    }
}

/// Categories in whose names each word that was typed begins a word; the shortest names first.
fn categories(audience: &Audience, text: &str) -> Vec<view::SuggestedCategory> {
    let typed = name_sort_key(text);
    let typed: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    if typed.is_empty() {
        return Vec::new();
    }
    let language = audience.language();
    let mut found: Vec<_> = audience
        .shop
        .categories
        .iter()
        .filter_map(|category| {
            let name = category.name.get(language);
            let key = name_sort_key(name);
            let has = |word: &&str| key.split(' ').any(|own| own.starts_with(word));
            let is_called_so = typed.iter().all(has);
            is_called_so.then_some((name, category))
        })
        .collect();
    found.sort_by_key(|(name, _)| (name.len(), *name));
    let suggested = found.into_iter().filter_map(|(name, category)| {
        let slug = audience.shop.category_address(category, language)?.into_owned();
        Some(view::SuggestedCategory { slug, name: name.to_owned() })
    });
    suggested.take(CATEGORIES).collect()
}
