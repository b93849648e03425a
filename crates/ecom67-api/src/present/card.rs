//! Products in lists.

use std::collections::{BTreeMap, HashMap};

use ecom67_app::kept::Dependency;
use ecom67_app::port::{PAGE_MAX, StoreError, Stored};
use ecom67_domain::attribute::{AttributeKind, Choices};
use ecom67_domain::product::Variant;
use ecom67_domain::stock::{Availability, LAST_UNITS};
use ecom67_domain::{AttributeCode, CategoryCode, Product, ProductCode, Sku};
use jiff::SignedDuration;

use super::price::{Histories, price};
use super::product_address::{ProductAddresses, is_own_address};
use super::{Audience, Presenter};
use crate::view;

/// How long a product is new.
const NEW_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Units that may still be promised, per variant.
pub(super) type Available = BTreeMap<Sku, u64>;

/// What the store knows of the products of a list beside themselves.
struct Around<'shop> {
    available: Available,
    histories: Histories,
    addresses: ProductAddresses<'shop>,
}

impl Presenter {
    /// The products that exist and are visible, as cards in the order asked for.
    pub(super) async fn cards(
        &self,
        audience: &Audience,
        codes: &[ProductCode],
    ) -> Result<Vec<view::ProductCard>, StoreError> {
        let (language, market) = (audience.language(), &audience.market.code);
        let kept: Vec<_> = codes.iter().map(|code| self.card_cache.get(code, language, market)).collect();
        let missing = codes.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(code, _)| code.clone());
        let mut made = self.made_cards(audience, &missing.collect::<Vec<_>>()).await?;
        Ok(codes.iter().zip(kept).filter_map(|(code, kept)| kept.or_else(|| made.remove(code))).collect())
    }

    /// The products that exist and are visible, as cards made of what the store has.
    async fn made_cards(
        &self,
        audience: &Audience,
        codes: &[ProductCode],
    ) -> Result<HashMap<ProductCode, view::ProductCard>, StoreError> {
        let mut products: Vec<Stored<Product>> = Vec::with_capacity(codes.len());
        for page in codes.chunks(PAGE_MAX) {
            products.extend(self.products.find_many(page).await?);
        }
        products.retain(|stored| stored.value.is_visible());
        // All that the cards need is read for all of them at once.
        let shown = || products.iter().map(|stored| &stored.value);
        let (language, market) = (audience.language(), &audience.market.code);
        let around = Around {
            available: self.available(shown()).await?,
            histories: self.histories(audience, shown()).await?,
            addresses: self.product_addresses(&audience.shop, &[language], shown()).await?,
        };
        let mut cards = HashMap::with_capacity(products.len());
        for product in shown() {
            let card = self.card(audience, product, &around).await?;
            if is_own_address(product, language) {
                let dependency = Dependency::of_product(product);
                self.card_cache.put(&product.code, language, market, &card, &dependency, audience.as_of);
            }
            cards.insert(product.code.clone(), card);
        }
        Ok(cards)
    }

    /// Units that may still be promised of every variant of the products.
    pub(super) async fn available(&self, products: impl Iterator<Item = &Product>) -> Result<Available, StoreError> {
        let skus: Vec<Sku> =
            products.flat_map(|product| product.variants.iter().map(|variant| variant.sku.clone())).collect();
        let mut available = Available::new();
        for page in skus.chunks(PAGE_MAX) {
            for record in self.stock.find_many(page).await? {
                available.insert(record.sku.clone(), record.available());
            }
        }
        Ok(available)
    }

    async fn card(
        &self,
        audience: &Audience,
        product: &Product,
        around: &Around<'_>,
    ) -> Result<view::ProductCard, StoreError> {
        let text = product.text(audience.language());
        let (available, history) = (&around.available, around.histories.of(product));
        let mut prices: Vec<view::Price> =
            product.variants.iter().filter_map(|variant| price(audience, variant, history)).collect();
        prices.sort_by_key(|price| price.amount);
        let price_from = prices.first().map(|price| price.amount) != prices.last().map(|price| price.amount);
        let units: u64 = product.variants.iter().map(|variant| units(variant, available)).sum();
        let availability = product.variants.iter().map(|variant| availability(variant, available)).min();
        let picture = match product.pictures.first() {
            Some(picture) => self.picture(&picture.media, picture.alt.get(audience.language())).await?,
            None => None,
        };
        Ok(view::ProductCard {
            code: product.code.to_string(),
            sku: match product.variants.as_slice() {
                [only] => Some(only.sku.to_string()),
                _ => None,
            },
            slug: around.addresses.of(audience.language(), product),
            name: text.name.clone(),
            brand: product.brand.clone(),
            tint: tint(audience, &product.categories).to_owned(),
            picture,
            swatches: self.swatches(audience, product, available).await?,
            price: prices.into_iter().next(),
            price_from,
            availability: availability.unwrap_or(Availability::SoldOut).into(),
            last_units: (1..=LAST_UNITS).contains(&units).then_some(units),
            is_new: product.published_at > self.clock.now() - NEW_FOR,
            highlighted_name: None,
        })
    }

    async fn swatches(
        &self,
        audience: &Audience,
        product: &Product,
        available: &Available,
    ) -> Result<Vec<view::Swatch>, StoreError> {
        let mut swatches = Vec::new();
        let colours = product.options.iter().find_map(|option| {
            let choices = choices(audience, option)?;
            choices.iter().any(|choice| choice.color.is_some()).then_some((option, choices))
        });
        let Some((option, choices)) = colours else { return Ok(swatches) };
        for choice in choices.iter() {
            let of_choice = |variant: &&Variant| variant.options.get(option) == Some(&choice.code);
            let mut variants = product.variants.iter().filter(of_choice).peekable();
            if variants.peek().is_none() {
                continue;
            }
            let picture = product.pictures.iter().find(|picture| picture.options.get(option) == Some(&choice.code));
            let picture = match picture {
                Some(picture) => self.picture(&picture.media, picture.alt.get(audience.language())).await?,
                None => None,
            };
            swatches.push(view::Swatch {
                value: choice.code.to_string(),
                label: choice.label.get(audience.language()).to_owned(),
                color: choice.color.map(|color| color.to_string()),
                picture,
                available: variants.any(|variant| availability(variant, available) != Availability::SoldOut),
            });
        }
        Ok(swatches)
    }
}

/// The choices of an option.
pub(super) fn choices<'audience>(audience: &'audience Audience, option: &AttributeCode) -> Option<&'audience Choices> {
    match &audience.shop.attributes.get(option)?.kind {
        AttributeKind::Choice(choices) => Some(choices),
        _ => None,
    }
}

/// The quiet colour behind a product's pictures: that of its home.
pub(super) fn tint(audience: &Audience, categories: &[CategoryCode]) -> &'static str {
    let home = categories.first().and_then(|category| audience.shop.categories.get(category.as_str()));
    home.map(|category| category.tint).unwrap_or_default().as_str()
}

/// Units of a variant that can still be had: none where one would have to take more than there are.
pub(super) fn units(variant: &Variant, available: &Available) -> u64 {
    variant.limits.on_offer(available.get(&variant.sku).copied().unwrap_or(0))
}

/// What a shopper is told of a variant.
pub(super) fn availability(variant: &Variant, available: &Available) -> Availability {
    Availability::of(available.get(&variant.sku).copied().unwrap_or(0), variant.limits, variant.stock_policy)
}

impl From<Availability> for view::Availability {
    fn from(availability: Availability) -> Self {
        match availability {
            Availability::InStock => Self::InStock,
            Availability::LowStock => Self::LowStock,
            Availability::BackOrder => Self::BackOrder,
            Availability::SoldOut => Self::SoldOut,
        }
    }
}
