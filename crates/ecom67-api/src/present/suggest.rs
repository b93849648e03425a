//! What is suggested to somebody who is still typing.

use std::sync::Arc;

use ecom67_app::kept::Dependency;
use ecom67_app::search::{ListQuery, SUGGESTIONS_MAX, SuggestQuery, name_sort_key};
use ecom67_app::search_log::Popularity;
use ecom67_app::shop::CategoryName;
use ecom67_domain::ProductCode;

use super::list::mark;
use super::{Audience, Presenter};
use crate::problem::ApiError;
use crate::view;

/// How many products are suggested.
const PRODUCTS: usize = 5;
/// How many queries.
const QUERIES: usize = 5;
/// The most words of a query that is suggested because others have searched it.
const WORDS_MAX: usize = 6;
/// How many categories.
const CATEGORIES: usize = 3;

impl Presenter {
    /// What `text` may become, and what was made from what.
    pub async fn suggest(&self, audience: &Audience, text: &str) -> Result<(view::Suggestions, Dependency), ApiError> {
        let dependency = self.popularity_dependency(self.generation());
        let query = SuggestQuery {
            language: audience.language(),
            market: audience.market.code.clone(),
            text: text.to_owned(),
            synonyms: Arc::clone(&audience.shop.search_tuning().synonyms),
            // More than are shown, so that popular ones may come up.
            hits: SUGGESTIONS_MAX,
            queries: QUERIES,
        };
        let mut suggestions = self.index.suggest(query).await?;
        let popularity = self.log.popularity();
        // Whoever types a number wants what has it.
        if !text.contains(char::is_numeric) {
            popularity.lift(&audience.market.code, &mut suggestions.hits);
        }
        let queries = self.popular_queries(audience, &popularity, text).await?;
        let codes: Vec<ProductCode> = suggestions.hits.iter().map(|hit| hit.code.clone()).collect();
        let mut products = self.cards(audience, &codes).await?;
        products.truncate(PRODUCTS);
        mark(&mut products, &suggestions.hits);
        let view = view::Suggestions {
            query: text.to_owned(),
            queries: joined(queries, suggestions.queries),
            categories: categories(audience, text),
            products,
        };
        Ok((view, dependency))
    }

    /// What others have searched that begins so, as far as products of the market have all of its words at present.
    async fn popular_queries(
        &self,
        audience: &Audience,
        popularity: &Popularity,
        text: &str,
    ) -> Result<Vec<String>, ApiError> {
        let mut queries = Vec::new();
        for query in popularity.completed(&audience.scope(), text, QUERIES) {
            let words: Vec<&str> = query.as_str().split(' ').collect();
            // A word that no product has is passed over where others are found, and may be anything: so each is asked
            // for by itself, too.
            let mut is_found = words.len() <= WORDS_MAX && self.finds(audience, query.as_str()).await?;
            for word in words.iter().filter(|_| words.len() > 1) {
                is_found = is_found && self.finds(audience, word).await?;
            }
            if is_found {
                queries.push(query.to_string());
            }
        }
        Ok(queries)
    }

    /// Whether products of the market have all of these words, as they are.
    async fn finds(&self, audience: &Audience, words: &str) -> Result<bool, ApiError> {
        let everything = ListQuery::everything(audience.language(), audience.market.code.clone());
        let asked = everything.searching(words.to_owned(), audience.shop.search_tuning());
        let found = self.index.list(ListQuery { limit: 0, ..asked }).await?;
        Ok(found.total > 0 && !found.partial && found.corrected.is_none())
    }
}

/// What others have searched, and then what the index makes of what was typed; each once.
fn joined(popular: Vec<String>, completed: Vec<String>) -> Vec<String> {
    let mut queries = popular;
    for query in completed {
        let key = query.to_lowercase();
        if queries.len() < QUERIES && queries.iter().all(|known| known.to_lowercase() != key) {
            queries.push(query);
        }
    }
    queries
}

/// Categories in whose names each word that was typed begins a word; the shortest names first.
fn categories(audience: &Audience, text: &str) -> Vec<view::SuggestedCategory> {
    let typed = name_sort_key(text);
    let typed: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    if typed.is_empty() {
        return Vec::new();
    }
    let language = audience.language();
    let is_called_so = |named: &&CategoryName| {
        let has = |word: &&str| named.key.split(' ').any(|own| own.starts_with(word));
        typed.iter().all(has)
    };
    let named = audience.shop.category_names(language).iter().filter(is_called_so);
    let mut found: Vec<_> = named
        .filter_map(|named| {
            let category = audience.shop.categories.get(named.code.as_str())?;
            Some((category.name.get(language), category))
        })
        .collect();
    found.sort_by_key(|(name, _)| (name.len(), *name));
    let suggested = found.into_iter().filter_map(|(name, category)| {
        let slug = audience.shop.category_address(category, language)?.into_owned();
        Some(view::SuggestedCategory { slug, name: name.to_owned() })
    });
    suggested.take(CATEGORIES).collect()
}
