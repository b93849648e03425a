//! One page being made: what every kind of page needs, and how one is put together.

use askama::Template;
use ecom67_app::kept::Dependency;
use ecom67_app::search_log::CountedSearch;
use ecom67_domain::Locale;
use hyper::StatusCode;
use serde::Serialize;

use super::address::{Address, Target};
use super::first_data::{FirstData, request_path};
use super::head::{PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::structured::Addresses;
use super::web_app::AppLook;
use super::words::ShopWords;
use super::{PageAnswer, Pages};
use crate::present::Audience;
use crate::problem::ApiError;
use crate::view;

/// A request for a page below a locale.
pub(super) struct Visit<'pages> {
    pub(super) pages: &'pages Pages,
    pub(super) locale: Locale,
    pub(super) address: Address<'pages>,
    request_id: &'pages str,
}

/// What a kind of page needs of the shop, and gathers for React.
pub(super) struct Setting<'pages> {
    pub(super) pages: &'pages Pages,
    pub(super) audience: Audience,
    pub(super) address: Address<'pages>,
    /// The locale as it stands in addresses.
    pub(super) locale: String,
    pub(super) shop: ShopWords<'pages>,
    pub(super) first_data: FirstData,
    /// The search whose results the page shows.
    pub(super) searched: Option<CountedSearch>,
    markets: view::Markets,
    look: AppLook,
}

/// What became of a visit.
pub(super) enum Outcome {
    /// The page, and what it was made from.
    Page(String, Dependency),
    /// The page is at another path of the site.
    Moved(String),
}

/// What every template is given.
pub(super) struct Frame {
    pub(super) page: PageHead,
    pub(super) assets: PageFiles,
    pub(super) first_data: String,
}

impl<'pages> Visit<'pages> {
    pub(super) const fn new(
        pages: &'pages Pages,
        locale: Locale,
        address: Address<'pages>,
        request_id: &'pages str,
    ) -> Self {
        Self { pages, locale, address, request_id }
    }

    /// Renders the target, or the page that says why it cannot be shown.
    pub(super) async fn render(&self, target: &Target<'_>) -> PageAnswer {
        let audience = match self.pages.presenter.audience(&self.locale.to_string()) {
            Ok(audience) => audience,
            // The locale was there a moment ago.
            Err(error) => return super::trouble::without_shop(&error, self.request_id),
        };
        let mut setting = Setting::new(self.pages, audience, self.address).await;
        let made = match target {
            Target::Home => setting.home().await,
            Target::Category(slug) => setting.category(slug).await,
            Target::Collection(slug) => setting.collection(slug).await,
            Target::Search => setting.search().await,
            Target::Product(name) => setting.product(name).await,
            Target::Content(slug) => setting.content(slug).await,
            Target::Cart => setting.cart(),
            Target::Checkout => setting.own("checkout-title", PageKind::Checkout, "/checkout".to_owned()),
            Target::OrderLookUp => setting.own("order-look-up-title", PageKind::Order, "/orders".to_owned()),
            Target::Order(id) => setting.own("order-title", PageKind::Order, format!("/orders/{id}")),
            Target::Offline => setting.offline(),
            Target::Nowhere => Err(ApiError::not_found("page_not_found", "There is no such page.")),
        };
        match made {
            Ok(Outcome::Page(html, dependency)) => {
                PageAnswer { search: setting.searched, ..PageAnswer::page(StatusCode::OK, html, dependency) }
            }
            Ok(Outcome::Moved(path)) => {
                PageAnswer::moved(StatusCode::PERMANENT_REDIRECT, self.address.with_query(&path))
            }
            Err(error) => setting.trouble(&error, self.request_id),
        }
    }
}

impl<'pages> Setting<'pages> {
    async fn new(pages: &'pages Pages, audience: Audience, address: Address<'pages>) -> Self {
        let locale = audience.locale.to_string();
        let (markets, navigation) = (pages.presenter.markets(), pages.presenter.navigation(&audience));
        let mut first_data = FirstData::default();
        first_data.add("/api/markets", &markets);
        first_data.add(request_path("/api/navigation", &[("locale", &locale)]), &navigation);
        let shop = pages.languages.words(audience.locale, navigation);
        let look = pages.app_look(&audience).await;
        Self { pages, audience, address, locale, shop, first_data, searched: None, markets, look }
    }

    /// How addresses are written in structured data.
    pub(super) const fn addresses(&self) -> Addresses<'_> {
        Addresses { site: self.pages.site.as_ref(), shop: &self.shop }
    }

    /// Passes on what the presenter answered to the request that React will make; a refusal is told to React, too.
    pub(super) fn noted<T: Serialize>(&mut self, path: String, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        match answer {
            Ok(view) => {
                self.first_data.add(path, &view);
                Ok(view)
            }
            Err(error) => {
                self.note_refusal(path, &error);
                Err(error)
            }
        }
    }

    /// A failure of ours is not told: React asks again, and may be luckier.
    pub(super) fn note_refusal(&mut self, path: String, error: &ApiError) {
        if error.status().is_client_error() {
            self.first_data.add(path, &error.problem());
        }
    }

    /// What every template is given, for this page.
    pub(super) fn frame(&self, kind: PageKind, facts: PageFacts<'_>) -> Frame {
        let Pages { languages, manifest, site, .. } = self.pages;
        Frame {
            page: PageHead::new(facts, &self.shop, languages, &self.markets, site.as_ref(), self.look.clone()),
            assets: manifest.files(kind, self.audience.language()),
            first_data: self.first_data.to_json(),
        }
    }
}

/// Renders a template.
pub(super) fn rendered(template: &impl Template) -> Result<String, ApiError> {
    template.render().map_err(|error| ApiError::internal(&error))
}
