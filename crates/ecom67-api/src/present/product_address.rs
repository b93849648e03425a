//! What stands for a product in its address: as for what is kept in memory
//! ([`addresses`](ecom67_app::shop::addresses)), but products are asked of the store.

use std::collections::HashMap;

use ecom67_app::port::{PAGE_MAX, StoreError};
use ecom67_app::shop::Shop;
use ecom67_app::shop::addresses::{Asked, marked};
use ecom67_domain::text::found_in_language;
use ecom67_domain::{Language, Product, ProductCode, Slug};

use super::Presenter;

/// What stands for some products in addresses, in some languages: whom the slugs lead to that they lend from another.
pub(crate) struct ProductAddresses<'shop> {
    shop: &'shop Shop,
    owners: HashMap<(Language, Slug), ProductCode>,
}

impl ProductAddresses<'_> {
    /// What stands for the product in its address below a locale of `language`.
    pub(crate) fn of(&self, language: Language, product: &Product) -> String {
        let (spoken, slug) = slug_of(product, language);
        for looked_at in self.shop.languages_of_slugs(language) {
            if looked_at == spoken {
                return slug.to_string();
            }
            if self.owners.get(&(looked_at, slug.clone())).is_some_and(|owner| *owner != product.code) {
                break;
            }
        }
        marked(slug.as_str(), spoken)
    }
}

/// The slug that a product goes by for readers of `language`, and the language it is in.
fn slug_of(product: &Product, language: Language) -> (Language, &Slug) {
    let (spoken, text) =
        found_in_language(&product.texts, language).expect("a product has at least one text: checked when it was made");
    (spoken, &text.slug)
}

/// Whether the product has a slug of its own in the language: its address depends on no other product then.
pub(super) fn is_own_address(product: &Product, language: Language) -> bool {
    slug_of(product, language).0 == language
}

impl Presenter {
    /// Looks up what [`ProductAddresses::of`] must know of the products in these languages, all at once.
    pub(crate) async fn product_addresses<'shop>(
        &self,
        shop: &'shop Shop,
        languages: &[Language],
        products: impl Iterator<Item = &Product>,
    ) -> Result<ProductAddresses<'shop>, StoreError> {
        let mut names = Vec::new();
        for product in products {
            for language in languages {
                let (spoken, slug) = slug_of(product, *language);
                if spoken == *language {
                    continue;
                }
                // In the slug's own language it is the product's: nobody need be asked.
                let before = shop.languages_of_slugs(*language).into_iter().take_while(|other| *other != spoken);
                names.extend(before.map(|other| (other, slug.clone())));
            }
        }
        let mut owners = HashMap::new();
        for page in names.chunks(PAGE_MAX) {
            let found = self.products.find_by_slugs(page).await?;
            let owned = page.iter().zip(found).filter_map(|(name, owner)| Some((name.clone(), owner?.code)));
            owners.extend(owned);
        }
        Ok(ProductAddresses { shop, owners })
    }

    /// Whom an address leads to: by its slug in the language asked for, or in any other that the shop speaks, since a
    /// shopper may have changed the language in the address alone; or by its code, which people type.
    pub(super) async fn product_at(
        &self,
        shop: &Shop,
        language: Language,
        address: &str,
    ) -> Result<Option<ProductCode>, StoreError> {
        let (slug, languages) = match Asked::read(address) {
            Asked::Code(code) => return Ok(code.parse().ok()),
            Asked::SlugIn(slug, named) => (slug, named.parse().into_iter().collect()),
            Asked::Slug(slug) => (slug, shop.languages_of_slugs(language)),
        };
        if let Ok(slug) = slug.parse::<Slug>() {
            for language in languages {
                if let Some(found) = self.products.find_by_slug(language, &slug).await? {
                    return Ok(Some(found.code));
                }
            }
        }
        Ok(address.parse().ok())
    }
}
