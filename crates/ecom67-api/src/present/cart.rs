//! Carts.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_app::carts::OpenCart;
use ecom67_app::goods::{Good, GoodVariant, units_before};
use ecom67_app::port::StoreError;
use ecom67_domain::cart::CartLine;
use ecom67_domain::price::Price;
use ecom67_domain::pricing::Destination;
use ecom67_domain::stock::Availability;
use ecom67_domain::{Language, ProductCode, ProductLimit, QuantityLimits, Sku};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::card::{choices, tint};
use super::quote::{Explained, quote_view};
use super::{Audience, Presenter};
use crate::view;

/// What a cart is about.
type OwnGoods = BTreeMap<ProductCode, Arc<Good>>;

impl Presenter {
    /// The cart with everything in it.
    pub async fn cart(&self, audience: &Audience, open: &OpenCart) -> Result<view::Cart, StoreError> {
        let OpenCart { cart, goods, quote, .. } = open;
        let mut lines = Vec::with_capacity(cart.value.lines.len());
        for (line, before) in cart.value.lines.iter().zip(units_before(&cart.value.lines, goods)) {
            lines.push(self.cart_line(audience, line, before, goods).await?);
        }
        let mut saved = Vec::with_capacity(cart.value.saved.len());
        for line in &cart.value.saved {
            let others = cart.value.units_beside(&line.product, &line.sku);
            saved.push(self.cart_line(audience, line, others, goods).await?);
        }
        let mut wishes = Vec::with_capacity(cart.value.wishes.len());
        for wish in &cart.value.wishes {
            wishes.push(self.cart_item(audience, &wish.sku, &wish.product, goods).await?);
        }
        Ok(view::Cart {
            id: cart.value.id.to_string(),
            version: cart.version.0,
            market: cart.value.market.to_string(),
            currency: audience.market.currency.code().to_owned(),
            units: cart.value.units(),
            lines,
            saved,
            wishes,
            destination: cart.value.destination.as_ref().map(destination_view),
            quote: match quote {
                Ok(quote) => Some(quote_view(audience, quote, open, Explained::No)),
                Err(error) => {
                    tracing::warn!(cart = %cart.value.id, %error, "a cart has no quote");
                    None
                }
            },
            note: cart.value.note.as_ref().map(ToString::to_string),
            expires_at: cart.value.expires_at().to_string(),
        })
    }

    async fn cart_line(
        &self,
        audience: &Audience,
        line: &CartLine,
        before: u64,
        goods: &OwnGoods,
    ) -> Result<view::CartLine, StoreError> {
        let offer = offer(audience, &line.sku, &line.product, goods);
        let notices = match offer {
            None => vec![view::CartNotice::NotSold],
            Some((good, variant, price)) => notices(line, before, good, variant, price),
        };
        let limits = offer.map_or(QuantityLimits::NONE, |(_, variant, _)| variant.limits);
        Ok(view::CartLine {
            item: self.cart_item(audience, &line.sku, &line.product, goods).await?,
            quantity: line.quantity.get(),
            quantity_min: limits.min(),
            quantity_max: limits.max(),
            max_per_cart: offer.and_then(|(good, ..)| good.shared_limit).map(ProductLimit::units),
            quantity_step: limits.step(),
            notices,
        })
    }

    async fn cart_item(
        &self,
        audience: &Audience,
        sku: &Sku,
        code: &ProductCode,
        goods: &OwnGoods,
    ) -> Result<view::CartItem, StoreError> {
        let language = audience.language();
        let good = goods.get(code);
        let variant = good.and_then(|good| good.variant(sku));
        let offer = offer(audience, sku, code, goods);
        let picture = match variant.and_then(|variant| variant.picture.as_ref()) {
            Some((media, alt)) => self.picture(media, alt.get(language)).await?,
            None => match good.and_then(|good| good.picture.as_ref()) {
                Some((media, alt)) => self.picture(media, alt.get(language)).await?,
                None => None,
            },
        };
        let availability = offer.map_or(Availability::SoldOut, |(_, variant, _)| {
            Availability::of(variant.units, variant.limits, variant.stock_policy)
        });
        Ok(view::CartItem {
            sku: sku.to_string(),
            product: code.to_string(),
            slug: good.filter(|good| good.is_visible).map(|good| address(good, language)),
            name: good.map_or_else(|| sku.to_string(), |good| good.name(language).to_owned()),
            options: variant.map(|variant| options(audience, variant)).unwrap_or_default(),
            tint: good.map_or("sand", |good| tint(audience, &good.categories)).to_owned(),
            picture,
            unit_price: offer.map(|(_, _, price)| price.amount().minor()),
            availability: availability.into(),
            digital: variant.is_some_and(|variant| variant.is_digital),
        })
    }
}

/// The variant as it is sold to the reader, if it is.
fn offer<'cart>(
    audience: &Audience,
    sku: &Sku,
    code: &ProductCode,
    goods: &'cart OwnGoods,
) -> Option<(&'cart Good, &'cart GoodVariant, Price)> {
    let good = goods.get(code)?;
    let (variant, price) = good.offer(sku, &audience.market.code)?;
    Some((good, variant, price))
}

fn destination_view(destination: &Destination) -> view::Destination {
    view::Destination {
        country: destination.country.to_string(),
        region: destination.region.map(|region| region.to_string()),
        postal_code: destination.postal_code.map(|code| code.to_string()),
    }
}

/// What is to be told of a line that `before` units of the product's other variants come before.
fn notices(line: &CartLine, before: u64, good: &Good, variant: &GoodVariant, price: Price) -> Vec<view::CartNotice> {
    let mut notices = Vec::new();
    if price.amount() != line.price_seen {
        notices.push(view::CartNotice::PriceChanged { was: line.price_seen.minor(), is: price.amount().minor() });
    }
    let asked = u64::from(line.quantity.get());
    let allowed = good.orderable(variant, asked, before);
    if let Some(limit) = good.shared_limit
        && good.room_beside(before).is_some_and(|room| room < asked)
    {
        notices.push(view::CartNotice::ProductQuantityNotAllowed { asked, allowed, max: limit.units() });
    } else if variant.available().is_some_and(|units| units < asked) {
        notices.push(view::CartNotice::NotEnough { asked, available: allowed });
    } else if !variant.limits.allows(asked) {
        notices.push(view::CartNotice::QuantityNotAllowed { asked, allowed });
    }
    notices
}

/// Its part of the address. In a language in which it has none of its own, that by its code leads to the right one: to find
/// that takes questions to the store, which no cart is to wait for.
fn address(good: &Good, language: Language) -> String {
    let by_code = || format!("~{}", utf8_percent_encode(good.code.as_str(), NON_ALPHANUMERIC));
    good.slug(language).map_or_else(by_code, ToString::to_string)
}

pub(super) fn options(audience: &Audience, variant: &GoodVariant) -> Vec<view::CartOption> {
    let shown = |(option, choice)| {
        let attribute = audience.shop.attributes.get(option)?;
        let choice = choices(audience, option)?.get(choice)?;
        Some(view::CartOption {
            name: attribute.label.get(audience.language()).to_owned(),
            label: choice.label.get(audience.language()).to_owned(),
        })
    };
    variant.options.iter().filter_map(|(option, choice)| shown((option, choice.as_str()))).collect()
}
