//! Results of a search.

use ecom67_app::kept::Dependency;
use ecom67_app::search_log::{CountedSearch, DIGITS_MIN};
use ecom67_domain::{Product, ProductCode};

use super::{Audience, Listed, Presenter};
use crate::parameters::SearchParameters;
use crate::problem::ApiError;
use crate::view;

/// The results of a search, and what they were made from.
pub struct Searched {
    /// The results.
    pub results: view::SearchResults,
    /// The index's generation they show.
    pub dependency: Dependency,
    /// What is counted whenever they are given to somebody; `None` for what is no search of its own, but a look at
    /// another part of one.
    pub counted: Option<CountedSearch>,
}

impl Presenter {
    /// What the words find.
    pub async fn search(&self, audience: &Audience, parameters: &SearchParameters) -> Result<Searched, ApiError> {
        let query = parameters.words();
        let Listed { list, corrected, partial, dependency } = self.list(audience, &parameters.list(), &query).await?;
        let counted = if parameters.is_search_of_its_own() {
            let first = list.products.first().map(|card| card.code.as_str());
            let numbers = self.numbers_of(first, &query).await;
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            Some(self.log.search(audience.scope(), &query, list.total.count, &numbers))
        } else {
            None
        };
        let results = view::SearchResults { query, corrected, partial, list };
        Ok(Searched { results, dependency, counted })
    }

    /// The numbers of a product, where words have as many digits as a number that is not kept unless it is one of them.
    /// What cannot be read is none: then the words are counted without their text.
    pub(crate) async fn numbers_of(&self, product: Option<&str>, words: &str) -> Vec<String> {
        let has_long_number = words.chars().filter(|character| character.is_numeric()).count() >= DIGITS_MIN;
        let code = product.filter(|_| has_long_number).and_then(|code| code.parse::<ProductCode>().ok());
        let Some(code) = code else { return Vec::new() };
        match self.products.find(&code).await {
            Ok(Some(stored)) => numbers(&stored.value),
            Ok(None) | Err(_) => Vec::new(),
        }
    }
}

/// Code, SKUs and barcodes.
pub(crate) fn numbers(product: &Product) -> Vec<String> {
    let of_variants = product.variants.iter().flat_map(|variant| {
        let barcode = variant.barcode.clone();
        std::iter::once(variant.sku.to_string()).chain(barcode)
    });
    std::iter::once(product.code.to_string()).chain(of_variants).collect()
}
