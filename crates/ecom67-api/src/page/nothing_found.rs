//! What a search that found nothing offers instead: searches that are near, the categories, and what people look at, or
//! what is new where too little is known of that.

use super::first_data::request_path;
use super::visit::Setting;
use crate::parameters::ListParameters;
use crate::view;

/// The shortest beginning of a word that is completed, in characters.
const BEGINNING_LENGTH_MIN: usize = 3;
/// How much of a word is tried in turn, in quarters.
const QUARTERS: [usize; 2] = [3, 2];
/// How many products are shown: two rows of a phone, one of a desk.
const SHELF_LIMIT: usize = 4;

/// Ways on from a search that found nothing.
pub(super) struct WaysOn {
    pub(super) searches: Vec<String>,
    pub(super) categories: Vec<view::Category>,
    pub(super) shelf: Vec<view::ProductCard>,
    /// Whether the shelf has what people look at; otherwise what is new.
    pub(super) is_popular: bool,
}

impl Setting<'_> {
    /// What cannot be had is left out: it is an offer, and the page is whole without.
    pub(super) async fn ways_on(&mut self, words: &str) -> WaysOn {
        let (searches, categories, popular) =
            (self.nearest(words).await, self.all_categories().await, self.popular().await);
        // Half a shelf looks like an empty one.
        let is_popular = popular.len() == SHELF_LIMIT;
        let shelf = if is_popular { popular } else { self.newest().await };
        WaysOn { searches, categories, shelf, is_popular }
    }

    /// What the beginning of the longest word may become. The whole word was tried already, with all its typos.
    async fn nearest(&mut self, words: &str) -> Vec<String> {
        for beginning in beginnings(words) {
            let path = request_path("/api/suggest", &[("locale", &self.locale), ("q", &beginning)]);
            let answer = self.pages.presenter.suggest(&self.audience, &beginning).await;
            let Ok(suggestions) = self.noted(path, answer.map(|(view, _)| view)) else { return Vec::new() };
            if !suggestions.queries.is_empty() {
                return suggestions.queries;
            }
        }
        Vec::new()
    }

    async fn all_categories(&mut self) -> Vec<view::Category> {
        let path = request_path("/api/categories", &[("locale", &self.locale)]);
        let answer = self.pages.presenter.categories(&self.audience).await;
        self.noted(path, answer).map(|tree| tree.categories).unwrap_or_default()
    }

    async fn popular(&mut self) -> Vec<view::ProductCard> {
        let limit = SHELF_LIMIT.to_string();
        let path = request_path("/api/popular", &[("locale", &self.locale), ("limit", &limit)]);
        let answer = self.pages.presenter.popular(&self.audience, SHELF_LIMIT).await;
        self.noted(path, answer.map(|(view, _)| view)).map(|popular| popular.products).unwrap_or_default()
    }

    async fn newest(&mut self) -> Vec<view::ProductCard> {
        let limit = SHELF_LIMIT.to_string();
        let path = request_path(
            "/api/products",
            &[("locale", &self.locale), ("sort", view::Sort::Newest.as_str()), ("limit", &limit)],
        );
        let parameters = ListParameters {
            locale: self.locale.clone(),
            category: None,
            collection: None,
            filter: Vec::new(),
            sort: Some(view::Sort::Newest),
            limit: Some(SHELF_LIMIT),
            cursor: None,
        };
        let answer = self.pages.presenter.list(&self.audience, &parameters, "").await;
        self.noted(path, answer.map(|listed| listed.list)).map(|list| list.products).unwrap_or_default()
    }
}

/// The beginnings of the longest word, longest first. `nearest-query.ts` in the storefront asks for the same.
fn beginnings(words: &str) -> Vec<String> {
    let mut longest: Vec<char> = Vec::new();
    for word in words.split_whitespace() {
        let word: Vec<char> = word.chars().collect();
        if word.len() > longest.len() {
            longest = word;
        }
    }
    let mut lengths: Vec<usize> =
        QUARTERS.iter().map(|quarters| (longest.len() * quarters / 4).max(BEGINNING_LENGTH_MIN)).collect();
    lengths.dedup();
    let shorter = lengths.into_iter().filter(|length| *length < longest.len());
    shorter.map(|length| longest[..length].iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_is_tried_by_its_beginnings() {
        for (words, expected) in [
            ("", vec![]),
            ("cup", vec![]),
            ("teepott", vec!["teepo", "tee"]),
            ("a staubsauger b", vec!["staubsau", "staub"]),
            ("mugs", vec!["mug"]),
            ("äöüß", vec!["äöü"]),
        ] {
            assert_eq!(beginnings(words), expected, "{words}");
        }
    }
}
