//! The server's first HTML: every page with its whole content before a script runs.
//!
//! The templates stand in `web/templates`, beside the React components that take over from them.

mod address;
mod cart;
mod content;
mod first_data;
mod head;
mod home;
mod language;
mod list;
mod list_search;
mod manifest;
mod moved;
mod nothing_found;
mod own;
mod product;
mod robots;
mod site;
mod sitemap;
mod structured;
mod trouble;
mod visit;
mod web_app;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use ecom67_app::kept::Dependency;
use ecom67_app::port::DocumentStore;
use ecom67_app::search_log::CountedSearch;
use hyper::StatusCode;

use crate::present::Presenter;
use address::{Address, Place};
use sitemap::SitemapPlan;
use visit::Visit;
use words::Languages;

pub(crate) use address::{encode_path_segment, is_paid_on};
pub use manifest::Manifest;
pub use site::{PublicUrl, PublicUrlInvalid};

/// Whether a path is a page of the shop by its form: the root, or below what looks like a locale. Everything else that
/// nobody answers is [`Pages::render`]ed, too: as a page that is missing.
pub fn is_page(path: &str) -> bool {
    address::is_page(path)
}

/// Whether a path is one of [`Pages::sitemap`]'s.
pub fn is_sitemap(path: &str) -> bool {
    sitemap::is_sitemap(path)
}

/// What a page is rendered for.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest<'request> {
    /// The address below the site, with its parameters.
    pub path_and_query: &'request str,
    /// The `Accept-Language` header: it decides where no locale stands in the address.
    pub accept_language: Option<&'request str>,
    /// What a page that failed tells the shopper to name.
    pub request_id: &'request str,
}

/// A page, or the way to it.
#[derive(Clone, Debug)]
pub struct PageAnswer {
    /// The status.
    pub status: StatusCode,
    /// The whole page; empty for a redirect.
    pub html: Vec<u8>,
    /// What it was made from: for a page with the status 200, which alone is worth keeping.
    pub dependency: Dependency,
    /// The search whose results it tells, where it is one.
    pub search: Option<CountedSearch>,
    /// Where the page is instead.
    pub moved: Option<String>,
    /// Whether another `Accept-Language` may get another answer.
    pub varies_by_language: bool,
    /// When to try again, in seconds, where that may help.
    pub retry_after_s: Option<u64>,
}

impl PageAnswer {
    fn page(status: StatusCode, html: String, dependency: Dependency) -> Self {
        Self {
            status,
            html: html.into_bytes(),
            dependency,
            search: None,
            moved: None,
            varies_by_language: false,
            retry_after_s: None,
        }
    }

    fn moved(status: StatusCode, location: String) -> Self {
        Self { moved: Some(location), ..Self::page(status, String::new(), Dependency::Shop) }
    }

    fn by_language(self) -> Self {
        Self { varies_by_language: true, ..self }
    }
}

/// The languages of an `Accept-Language` header, best first.
pub(crate) fn accepted_languages(header: Option<&str>) -> Vec<ecom67_domain::Language> {
    language::accepted(header).into_iter().map(|(language, _)| language).collect()
}

/// Renders pages. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    presenter: Presenter,
    documents: Arc<dyn DocumentStore>,
    manifest: Arc<Manifest>,
    site: Option<PublicUrl>,
    languages: Arc<Languages>,
    sitemap: SitemapPlan,
}

impl Pages {
    /// Without a `site`, pages tell no canonical address and there is no sitemap: both need absolute addresses, and a
    /// request's `Host` is not to be trusted with them.
    pub fn new(
        presenter: Presenter,
        documents: Arc<dyn DocumentStore>,
        manifest: Manifest,
        site: Option<PublicUrl>,
    ) -> Self {
        Self {
            presenter,
            documents,
            manifest: Arc::new(manifest),
            site,
            languages: Arc::new(Languages::embedded()),
            sitemap: SitemapPlan::default(),
        }
    }

    /// Renders what stands at an address. It never fails: what cannot be shown becomes the page that says so.
    pub async fn render(&self, request: PageRequest<'_>) -> PageAnswer {
        let address = Address::new(request.path_and_query);
        let shop = self.presenter.shop.present();
        let best_locale = || shop.best_locale(&language::accepted(request.accept_language));
        match address.place() {
            Place::Variant(location) => PageAnswer::moved(StatusCode::PERMANENT_REDIRECT, location),
            Place::Below(locale, target) if shop.market(locale).is_some() => {
                Visit::new(self, locale, address, request.request_id).render(&target).await
            }
            place => match best_locale() {
                Some(locale) if place == Place::Root => {
                    let location = address.with_query(&format!("/{locale}/"));
                    PageAnswer::moved(StatusCode::FOUND, location).by_language()
                }
                Some(locale) => {
                    let visit = Visit::new(self, locale, address, request.request_id);
                    visit.render(&address::Target::Nowhere).await.by_language()
                }
                None => trouble::empty_shop(),
            },
        }
    }
}
