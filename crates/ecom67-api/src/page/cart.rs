//! The page of the cart: the same for everybody, since only the browser may ask for what is in it.

use askama::Template;
use ecom67_app::kept::Dependency;

use super::head::{Alternates, PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::problem::ApiError;

#[derive(Template)]
#[template(path = "cart.html")]
struct CartTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
}

impl Setting<'_> {
    pub(super) fn cart(&self) -> Result<Outcome, ApiError> {
        let facts = PageFacts {
            title: self.shop.t("cart-title"),
            path: "/cart".to_owned(),
            query_text: self.address.query,
            alternates: Alternates::Same,
            is_hidden: true,
            ..PageFacts::default()
        };
        let Frame { page, assets, first_data } = self.frame(PageKind::Cart, facts);
        let template = CartTemplate { shop: &self.shop, page: &page, assets: &assets, first_data: &first_data };
        Ok(Outcome::Page(rendered(&template)?, Dependency::Shop))
    }
}
