//! Pages for what is missing or has failed.

use askama::Template;
use ecom67_app::kept::Dependency;
use hyper::StatusCode;

use super::PageAnswer;
use super::head::{Alternates, PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
    request_id: &'page str,
    title: &'page str,
    text: &'page str,
}

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflineTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
}

impl Setting<'_> {
    /// What the service worker keeps, to show it where a page cannot be had: also the beginning of a page that React
    /// makes from kept answers.
    pub(super) fn offline(&self) -> Result<Outcome, ApiError> {
        let facts = PageFacts {
            title: self.shop.t("offline-title"),
            path: "/offline".to_owned(),
            query_text: self.address.query,
            alternates: Alternates::None,
            is_hidden: true,
            ..PageFacts::default()
        };
        let Frame { page, assets, first_data } = self.frame(PageKind::Trouble, facts);
        let template = OfflineTemplate { shop: &self.shop, page: &page, assets: &assets, first_data: &first_data };
        Ok(Outcome::Page(rendered(&template)?, Dependency::Shop))
    }

    /// The page that says what went wrong.
    pub(super) fn trouble(&self, error: &ApiError, request_id: &str) -> PageAnswer {
        let status = error.status();
        let is_missing = status == StatusCode::NOT_FOUND;
        let (title, text) = if is_missing {
            ("not-found-title", "not-found-text")
        } else if error.is_search_unavailable() {
            ("search-away-title", "search-away-text")
        } else {
            ("error-title", "error-text")
        };
        let (title, text) = (self.shop.t(title), self.shop.t(text));
        let facts = PageFacts {
            title: title.clone(),
            query_text: self.address.query,
            alternates: Alternates::None,
            is_hidden: true,
            ..PageFacts::default()
        };
        let Frame { page, assets, first_data } = self.frame(PageKind::Trouble, facts);
        let (shop, page, assets, first_data) = (&self.shop, &page, &assets, first_data.as_str());
        let html = if is_missing {
            rendered(&NotFoundTemplate { shop, page, assets, first_data })
        } else {
            rendered(&ErrorTemplate { shop, page, assets, first_data, request_id, title: &title, text: &text })
        };
        match html {
            Ok(html) => {
                PageAnswer { retry_after_s: error.retry_after_s(), ..PageAnswer::page(status, html, Dependency::Shop) }
            }
            Err(error) => without_shop(&error, request_id),
        }
    }
}

/// Says that there is no shop yet: to whoever set the server up, since nobody else comes.
pub(super) fn empty_shop() -> PageAnswer {
    let text = "This shop has no market yet. Fill it with `ecom67 import`, or start it with `--demo`.";
    plain(StatusCode::NOT_FOUND, "An empty shop", text)
}

/// A failure in a shop that has not even words for it.
pub(super) fn without_shop(error: &ApiError, request_id: &str) -> PageAnswer {
    let text = format!("It is our fault, not yours. Please try again in a moment. ({request_id})");
    plain(error.status(), "That did not work", &text)
}

/// A page that needs nothing of the shop.
#[derive(Template)]
#[template(
    source = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{{ title }}</title>\
              <meta name=\"robots\" content=\"noindex\"></head><body><h1>{{ title }}</h1><p>{{ text }}</p></body></html>",
    ext = "html"
)]
struct PlainTemplate<'page> {
    title: &'page str,
    text: &'page str,
}

fn plain(status: StatusCode, title: &str, text: &str) -> PageAnswer {
    let html = PlainTemplate { title, text }.render().unwrap_or_else(|_| title.to_owned());
    PageAnswer::page(status, html, Dependency::Shop)
}
