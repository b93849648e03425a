//! Where categories, collections and pages of text went: by slugs they once had, or have in another language.

use ecom67_app::document::{DocumentKind, PageKind};
use ecom67_app::port::StoreError;
use ecom67_app::shop::page_text;
use ecom67_domain::Slug;
use ecom67_domain::text::in_language;

use super::visit::Setting;

impl Setting<'_> {
    /// The slug, in this locale, of the document that `slug` leads to in any language: a shopper may have changed the
    /// locale in the address alone.
    pub(super) async fn present_slug(&self, kind: DocumentKind, slug: &str) -> Result<Option<String>, StoreError> {
        let Ok(asked) = slug.parse::<Slug>() else { return Ok(None) };
        for language in self.audience.shop.languages_of_slugs(self.audience.language()) {
            let Some(found) = self.pages.documents.find_by_slug(kind, language, &asked).await? else { continue };
            // What has this very slug and is not shown all the same is not shown at all.
            if let Some(present) = self.slug_of(kind, &found.code).filter(|present| present != slug) {
                return Ok(Some(present));
            }
        }
        Ok(None)
    }

    fn slug_of(&self, kind: DocumentKind, code: &str) -> Option<String> {
        let (shop, language) = (&self.audience.shop, self.audience.language());
        match kind {
            DocumentKind::Category => in_language(&shop.categories.get(code)?.slug, language).map(ToString::to_string),
            DocumentKind::Collection => {
                in_language(&shop.collections.get(code)?.slug, language).map(ToString::to_string)
            }
            DocumentKind::Page => {
                // A page for another market leads to the one of the same kind here.
                let page = shop.pages.iter().find(|page| page.code == code)?;
                let here = shop.pages_in(&self.audience.market);
                let same = here.iter().find(|other| other.code == page.code);
                let similar = || here.iter().find(|other| other.kind == page.kind && page.kind != PageKind::Other);
                page_text(same.or_else(similar)?, language).map(|text| text.slug.clone())
            }
            _ => None,
        }
    }
}
