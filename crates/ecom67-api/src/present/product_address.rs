//! What stands for a product in its address.
//!
//! Slugs are unique in each language only. A product without a text in the reader's language goes by a slug of another
//! one, as long as nobody else has that slug in a language that is looked at before; else the language is named behind
//! it, as in `gift~en`. No slug or code has that character, so such an address leads to one product only.

use ecom67_app::port::StoreError;
use ecom67_app::shop::Shop;
use ecom67_domain::text::found_in_language;
use ecom67_domain::{Language, Product, ProductCode, Slug};

use super::Presenter;

/// What stands between a slug and the language it is in.
const LANGUAGE_MARK: char = '~';

impl Presenter {
    /// What stands for a product in its address below a locale of `language`.
    pub(crate) async fn product_address(
        &self,
        shop: &Shop,
        language: Language,
        product: &Product,
    ) -> Result<String, StoreError> {
        let (spoken, text) = found_in_language(&product.texts, language)
            .expect("a product has at least one text: checked when it was made");
        // In the text's own language the slug is the product's: nobody need be asked.
        for earlier in shop.languages_of_slugs(language).into_iter().take_while(|earlier| *earlier != spoken) {
            if self.products.find_by_slug(earlier, &text.slug).await?.is_some_and(|found| found.code != product.code) {
                return Ok(format!("{}{LANGUAGE_MARK}{spoken}", text.slug));
            }
        }
        Ok(text.slug.to_string())
    }

    /// Whom an address leads to: by its slug in the language asked for, or in any other that the shop speaks, since a
    /// shopper may have changed the language in the address alone.
    pub(super) async fn product_at(
        &self,
        shop: &Shop,
        language: Language,
        address: &str,
    ) -> Result<Option<ProductCode>, StoreError> {
        let (slug, languages) = match address.split_once(LANGUAGE_MARK) {
            Some((slug, named)) => (slug, named.parse().into_iter().collect()),
            None => (address, shop.languages_of_slugs(language)),
        };
        let Ok(slug) = slug.parse::<Slug>() else { return Ok(None) };
        for language in languages {
            if let Some(found) = self.products.find_by_slug(language, &slug).await? {
                return Ok(Some(found.code));
            }
        }
        Ok(None)
    }
}
