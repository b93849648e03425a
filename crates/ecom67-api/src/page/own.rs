//! Pages of checkout and orders: the same for everybody, since only the browser may ask for what stands on them.

use askama::Template;
use ecom67_app::kept::Dependency;

use super::head::{Alternates, PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "own.html")]
struct OwnTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
    heading: String,
}

impl Setting<'_> {
    /// A page with nothing but its title until the browser has asked for the rest.
    pub(super) fn own(&self, title: &str, kind: PageKind, path: String) -> Result<Outcome, ApiError> {
        let heading = self.shop.t(title);
        let is_paid_on = super::is_paid_on(&self.shop.path(&path));
        let facts = PageFacts {
            title: heading.clone(),
            path,
            query_text: self.address.query,
            alternates: Alternates::Same,
            is_hidden: true,
            is_paid_on,
            ..PageFacts::default()
        };
        let Frame { page, assets, first_data } = self.frame(kind, facts);
        let template = OwnTemplate { shop: &self.shop, page: &page, assets: &assets, first_data: &first_data, heading };
        Ok(Outcome::Page(rendered(&template)?, Dependency::Shop))
    }
}
