//! Where categories, collections and pages of text went: by slugs they once had, or have in another language.

use std::borrow::Cow;

use ecom67_app::document::{DocumentKind, PageKind};
use ecom67_app::port::StoreError;
use ecom67_app::shop::addresses::Asked;
use ecom67_domain::Slug;

use super::visit::Setting;

impl Setting<'_> {
    /// What stands in addresses of this locale for the document that `address` leads to in any language: a shopper may have changed the
    /// locale in the address alone.
    pub(super) async fn present_slug(&self, kind: DocumentKind, address: &str) -> Result<Option<String>, StoreError> {
        let shop = &self.audience.shop;
        let (slug, languages) = match Asked::read(address) {
            Asked::Slug(slug) => (slug, shop.languages_of_slugs(self.audience.language())),
            Asked::SlugIn(slug, named) => (slug, named.parse().into_iter().collect()),
            Asked::Code(_) => return Ok(None),
        };
        let Ok(slug) = slug.parse::<Slug>() else { return Ok(None) };
        for language in languages {
            let Some(found) = self.pages.documents.find_by_slug(kind, language, &slug).await? else { continue };
            // What goes by this very address and is not shown all the same is not shown at all.
            if let Some(present) = self.address_of(kind, &found.code).filter(|present| present != address) {
                return Ok(Some(present));
            }
        }
        Ok(None)
    }

    fn address_of(&self, kind: DocumentKind, code: &str) -> Option<String> {
        let (shop, language) = (&self.audience.shop, self.audience.language());
        let own = match kind {
            DocumentKind::Category => shop.category_address(shop.categories.get(code)?, language),
            DocumentKind::Collection => shop.collection_address(shop.collections.get(code)?, language),
            DocumentKind::Page => {
                // A page for another market leads to the one of the same kind here.
                let page = shop.pages.iter().find(|page| page.code == code)?;
                let here = shop.pages_in(&self.audience.market);
                let same = here.iter().find(|other| other.code == page.code);
                let similar = || here.iter().find(|other| other.kind == page.kind && page.kind != PageKind::Other);
                shop.page_address(same.or_else(similar)?, language)
            }
            _ => None,
        };
        own.map(Cow::into_owned)
    }
}
