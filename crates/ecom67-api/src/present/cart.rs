//! Carts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ecom67_app::carts::OpenCart;
use ecom67_app::goods::Good;
use ecom67_app::port::StoreError;
use ecom67_domain::cart::{CartLine, LINE_QUANTITY_MAX};
use ecom67_domain::price::Price;
use ecom67_domain::pricing::Destination;
use ecom67_domain::product::Variant;
use ecom67_domain::stock::Availability;
use ecom67_domain::{ProductCode, Sku};

use super::card::{choices, tint};
use super::product::picture_of;
use super::quote::{Explained, quote_view};
use super::{Audience, Presenter};
use crate::view;

/// What the lines of one cart are shown with.
struct Around<'cart> {
    goods: &'cart BTreeMap<ProductCode, Arc<Good>>,
    cards: HashMap<String, view::ProductCard>,
}

impl Presenter {
    /// The cart with everything in it.
    pub async fn cart(&self, audience: &Audience, open: &OpenCart) -> Result<view::Cart, StoreError> {
        let OpenCart { cart, goods, quote } = open;
        let codes: Vec<ProductCode> = goods.keys().cloned().collect();
        let cards = self.cards(audience, &codes).await?;
        let cards = cards.into_iter().map(|card| (card.code.clone(), card)).collect();
        let around = Around { goods, cards };
        let mut lines = Vec::with_capacity(cart.value.lines.len());
        for line in &cart.value.lines {
            lines.push(self.cart_line(audience, line, &around).await?);
        }
        let mut saved = Vec::with_capacity(cart.value.saved.len());
        for line in &cart.value.saved {
            saved.push(self.cart_line(audience, line, &around).await?);
        }
        let mut wishes = Vec::with_capacity(cart.value.wishes.len());
        for wish in &cart.value.wishes {
            wishes.push(self.cart_item(audience, &wish.sku, &wish.product, &around).await?);
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
                Ok(quote) => Some(quote_view(audience, quote, &cart.value.coupons, Explained::No)),
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
        around: &Around<'_>,
    ) -> Result<view::CartLine, StoreError> {
        let offer = offer(audience, &line.sku, &line.product, around);
        let notices = match offer {
            None => vec![view::CartNotice::NotSold],
            Some((good, variant, price)) => notices(line, good, variant, price),
        };
        Ok(view::CartLine {
            item: self.cart_item(audience, &line.sku, &line.product, around).await?,
            quantity: line.quantity.get(),
            quantity_max: LINE_QUANTITY_MAX,
            notices,
        })
    }

    async fn cart_item(
        &self,
        audience: &Audience,
        sku: &Sku,
        code: &ProductCode,
        around: &Around<'_>,
    ) -> Result<view::CartItem, StoreError> {
        let language = audience.language();
        let good = around.goods.get(code);
        let variant = good.and_then(|good| good.product.variant(sku));
        let card = around.cards.get(code.as_str());
        let offer = offer(audience, sku, code, around);
        let own_picture = good.zip(variant).and_then(|(good, variant)| {
            let picture = picture_of(&good.product, variant)?;
            // The first is the card's.
            (picture > 0).then(|| &good.product.pictures[picture])
        });
        let picture = match own_picture {
            Some(picture) => self.picture(&picture.media, picture.alt.get(language)).await?,
            None => card.and_then(|card| card.picture.clone()),
        };
        let availability = offer.map_or(Availability::SoldOut, |(good, variant, _)| {
            Availability::of(good.units(sku), variant.stock_policy)
        });
        Ok(view::CartItem {
            sku: sku.to_string(),
            product: code.to_string(),
            slug: card.map(|card| card.slug.clone()),
            name: good.map_or_else(|| sku.to_string(), |good| good.product.text(language).name.clone()),
            options: variant.map(|variant| options(audience, variant)).unwrap_or_default(),
            tint: good.map_or("sand", |good| tint(audience, &good.product)).to_owned(),
            picture,
            unit_price: offer.map(|(_, _, price)| price.amount().minor()),
            availability: availability.into(),
        })
    }
}

/// The variant as it is sold to the reader, if it is.
fn offer<'cart>(
    audience: &Audience,
    sku: &Sku,
    code: &ProductCode,
    around: &Around<'cart>,
) -> Option<(&'cart Good, &'cart Variant, Price)> {
    let good = around.goods.get(code)?;
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

fn notices(line: &CartLine, good: &Good, variant: &Variant, price: Price) -> Vec<view::CartNotice> {
    let mut notices = Vec::new();
    if price.amount() != line.price_seen {
        notices.push(view::CartNotice::PriceChanged { was: line.price_seen.minor(), is: price.amount().minor() });
    }
    let asked = u64::from(line.quantity.get());
    if let Some(available) = good.available(variant).filter(|available| *available < asked) {
        notices.push(view::CartNotice::NotEnough { asked, available });
    }
    notices
}

fn options(audience: &Audience, variant: &Variant) -> Vec<view::CartOption> {
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
