//! The home page.

use askama::Template;

use super::first_data::request_path;
use super::head::{Alternates, PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::structured;
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::problem::ApiError;
use crate::view;

#[derive(Template)]
#[template(path = "home.html")]
struct HomeTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
    home: &'page view::Home,
}

impl Setting<'_> {
    pub(super) async fn home(&mut self) -> Result<Outcome, ApiError> {
        let path = request_path("/api/home", &[("locale", &self.locale)]);
        let (home, dependency) = match self.pages.presenter.home(&self.audience).await {
            Ok(made) => made,
            Err(error) => {
                self.note_refusal(path, &error);
                return Err(error);
            }
        };
        self.first_data.add(path, &home);
        let facts = PageFacts {
            title: home.seo.title.clone(),
            description: home.seo.description.clone(),
            path: "/".to_owned(),
            query_text: self.address.query,
            alternates: Alternates::Same,
            picture: home.sections.iter().find_map(view::HomeSection::opening_picture),
            structured: structured::home(self.addresses()),
            ..PageFacts::default()
        };
        let Frame { page, assets, first_data } = self.frame(PageKind::Home, facts);
        let template =
            HomeTemplate { shop: &self.shop, page: &page, assets: &assets, first_data: &first_data, home: &home };
        Ok(Outcome::Page(rendered(&template)?, dependency))
    }
}

/// The sections by kind: templates cannot take an enumeration apart.
impl view::HomeSection {
    pub(super) const fn opening(&self) -> Option<&view::Opening> {
        if let Self::Opening(opening) = self { Some(opening) } else { None }
    }

    pub(super) const fn categories(&self) -> Option<&view::CategoriesSection> {
        if let Self::Categories(categories) = self { Some(categories) } else { None }
    }

    pub(super) const fn products(&self) -> Option<&view::ProductsSection> {
        if let Self::Products(products) = self { Some(products) } else { None }
    }

    pub(super) const fn story(&self) -> Option<&view::Story> {
        if let Self::Story(story) = self { Some(story) } else { None }
    }

    /// The opening's own picture, else its product's.
    pub(super) fn opening_picture(&self) -> Option<&view::Picture> {
        let opening = self.opening()?;
        opening.picture.as_ref().or_else(|| opening.product.as_ref()?.picture.as_ref())
    }
}
