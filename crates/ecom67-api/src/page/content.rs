//! Pages of text.

use askama::Template;
use ecom67_app::document::DocumentKind;
use ecom67_app::kept::Dependency;

use super::first_data::request_path;
use super::head::{Alternates, PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::problem::ApiError;
use crate::view;

const PREFIX: &str = "/pages/";

#[derive(Template)]
#[template(path = "page.html")]
struct ContentTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
    content: &'page view::Page,
}

impl Setting<'_> {
    pub(super) async fn content(&mut self, slug: &str) -> Result<Outcome, ApiError> {
        let answer = self.pages.presenter.page(&self.audience, slug);
        if answer.is_err()
            && let Some(present) = self.present_slug(DocumentKind::Page, slug).await?
        {
            return Ok(Outcome::Moved(self.shop.path_of(PREFIX, &present)));
        }
        let path = request_path(&format!("/api/pages/{slug}"), &[("locale", &self.locale)]);
        let content = self.noted(path, answer)?;
        let facts = PageFacts {
            title: content.title.clone(),
            description: content.summary.clone(),
            path: format!("{PREFIX}{}", content.slug),
            query_text: self.address.query,
            alternates: Alternates::of(PREFIX, &content.alternates),
            ..PageFacts::default()
        };
        let Frame { page, assets, first_data } = self.frame(PageKind::Content, facts);
        let template = ContentTemplate {
            shop: &self.shop,
            page: &page,
            assets: &assets,
            first_data: &first_data,
            content: &content,
        };
        Ok(Outcome::Page(rendered(&template)?, Dependency::Shop))
    }
}
