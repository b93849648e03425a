//! From the shop's records to what a page shows: the one place where views are composed, for the API and for the
//! server's first HTML alike.

mod card;
mod card_cache;
mod cart;
mod content;
mod facets;
mod list;
mod markdown;
mod media;
mod navigation;
mod order;
mod popular;
mod price;
mod product;
mod product_address;
mod quote;
mod search;
mod suggest;

use std::sync::Arc;

use ecom67_app::Clock;
use ecom67_app::carts::Place;
use ecom67_app::port::{MediaStore, ProductStore, StockStore};
use ecom67_app::search::ProductIndex;
use ecom67_app::search_log::{SearchLog, SearchScope};
use ecom67_app::shop::{Shop, ShopCache};
use ecom67_domain::{Language, Locale, Market};

use crate::cursor::CursorSigner;
use crate::problem::ApiError;
use crate::view;

pub use card_cache::CardCache;
pub use list::Listed;
pub use order::{legal_text_view, order_view};
pub use product::ProductAnswer;
pub(crate) use product_address::ProductAddresses;
pub use quote::{Explained, quote_view};
pub use search::Searched;
pub(crate) use search::numbers;

/// Composes views.
#[derive(Clone)]
pub struct Presenter {
    /// The shop's reference data.
    pub shop: Arc<ShopCache>,
    /// Products.
    pub products: Arc<dyn ProductStore>,
    /// Stock.
    pub stock: Arc<dyn StockStore>,
    /// Lists.
    pub index: Arc<dyn ProductIndex>,
    /// Pictures.
    pub media: Arc<dyn MediaStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Signs cursors.
    pub cursors: CursorSigner,
    /// Products in lists.
    pub card_cache: Arc<CardCache>,
    /// What is searched and looked at.
    pub log: Arc<SearchLog>,
}

/// Who a view is composed for: a language in a market, and the shop as it was when that began.
#[derive(Clone, Debug)]
pub struct Audience {
    /// The shop's reference data.
    pub shop: Arc<Shop>,
    /// Language and country.
    pub locale: Locale,
    /// The country's market.
    pub market: Market,
    /// When all this stood so, by the clock of what is kept.
    pub(crate) as_of: u64,
}

impl Audience {
    /// Somebody who reads in `locale` what is not kept; `None` where the shop has no such locale.
    pub fn reading(shop: Arc<Shop>, locale: Locale) -> Option<Self> {
        let market = shop.market(locale).cloned()?;
        Some(Self { shop, locale, market, as_of: 0 })
    }

    /// The language of the texts.
    pub const fn language(&self) -> Language {
        self.locale.language
    }

    /// Where they are, as carts need to know it.
    pub fn place(&self) -> Place {
        Place { market: self.market.code.clone(), country: self.locale.country }
    }

    /// Where what they search is counted.
    pub fn scope(&self) -> SearchScope {
        SearchScope { language: self.language(), market: self.market.code.clone() }
    }

    /// Every locale of the shop, with what stands in its addresses for the record that `address` tells of.
    fn alternates(&self, address: impl Fn(Language) -> Option<String>) -> Vec<view::Alternate> {
        let alternate = |(locale, _): (Locale, &Market)| {
            Some(view::Alternate { locale: locale.to_string(), slug: address(locale.language)? })
        };
        self.shop.locales().filter_map(alternate).collect()
    }
}

impl Presenter {
    /// Counts up whenever lists may have changed: with what the index shows, and at midnight in UTC, since collections
    /// of what is new change then. To be read before what an answer is made from.
    pub fn generation(&self) -> u64 {
        const DAY_BITS: u32 = 20;
        let day = self.clock.now().as_second().div_euclid(86_400);
        let day = u64::from_ne_bytes(day.to_ne_bytes()) & ((1 << DAY_BITS) - 1);
        (self.index.generation() << DAY_BITS) | day
    }

    /// Who reads in `locale`.
    pub fn audience(&self, locale: &str) -> Result<Audience, ApiError> {
        let as_of = self.card_cache.now();
        let shop = self.shop.present();
        let locale: Locale =
            locale.parse().map_err(|_| ApiError::invalid("locale", "locale_invalid", "A locale looks like de-de."))?;
        let market = shop.market(locale).cloned().ok_or_else(|| {
            ApiError::invalid("locale", "locale_unknown", "The shop has no such locale; /api/markets lists them.")
        })?;
        Ok(Audience { shop, locale, market, as_of })
    }
}
