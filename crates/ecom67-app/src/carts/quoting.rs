//! From a cart to what it costs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecom67_domain::cart::CartLine;
use ecom67_domain::pricing::{Basket, BasketLine, BasketMarket, Buyer, Destination, Quote, QuoteError, quote};
use ecom67_domain::{Cart, Country, Market, ProductCode};
use jiff::Timestamp;

use crate::goods::Good;
use crate::shop::Shop;

/// What the cart costs a guest at `at`. Where nobody has said where it goes, it is taken to go to `country`. Lines that are
/// not sold any more cost nothing and are not part of it.
pub(super) fn quoted(
    shop: &Shop,
    market: &Market,
    country: Country,
    cart: &Cart,
    goods: &BTreeMap<ProductCode, Arc<Good>>,
    at: Timestamp,
) -> Result<Quote, QuoteError> {
    let lines = cart.lines.iter().filter_map(|line| basket_line(shop, market, line, goods.get(&line.product)?));
    let basket = Basket {
        market: BasketMarket { code: market.code.clone(), currency: market.currency, tax: market.tax },
        at,
        destination: cart.destination.unwrap_or(Destination::country(country)),
        buyer: Buyer::default(),
        coupons: cart.coupons.clone(),
        delivery: cart.delivery.clone(),
        lines: lines.collect(),
    };
    quote(&shop.pricing.rules(), &basket)
}

fn basket_line(shop: &Shop, market: &Market, line: &CartLine, good: &Good) -> Option<BasketLine> {
    let (variant, price) = good.offer(&line.sku, &market.code)?;
    // A market that has changed its currency sells nothing that is priced in the old one.
    if price.amount().currency() != market.currency {
        return None;
    }
    let product = &good.product;
    let above = |code| shop.categories.path(code).into_iter().map(|category| category.code.clone());
    let categories: BTreeSet<_> = product.categories.iter().flat_map(above).collect();
    let picked = shop.collections_of(&product.code).iter().filter_map(|(code, _)| code.parse().ok());
    Some(BasketLine {
        key: (&line.sku).into(),
        sku: line.sku.clone(),
        product: product.code.clone(),
        quantity: line.quantity.get(),
        price,
        tax_class: variant.tax_class,
        categories: categories.into_iter().collect(),
        collections: picked.collect(),
        tags: product.tags.iter().map(|tag| tag.as_str().into()).collect(),
        weight_grams: variant.weight_grams,
        content: variant.content,
        requires_shipping: true,
    })
}
