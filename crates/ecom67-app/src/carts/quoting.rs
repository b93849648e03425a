//! From a cart to what it costs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecom67_domain::cart::CartLine;
use ecom67_domain::catalog::Collection;
use ecom67_domain::pricing::{
    Basket, BasketLine, BasketMarket, Buyer, Destination, PricingRules, Quote, QuoteError, quote,
};
use ecom67_domain::{Cart, CollectionCode, Country, Market, Product, ProductCode};
use jiff::Timestamp;

use crate::goods::Good;
use crate::indexing::entry;
use crate::search::is_in_collection;
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
    let rules = shop.pricing.rules();
    let ruled = Ruled { shop, market, at, collections: ruled_collections(shop, &rules) };
    let lines = cart.lines.iter().filter_map(|line| basket_line(&ruled, line, goods.get(&line.product)?));
    let basket = Basket {
        market: BasketMarket { code: market.code.clone(), currency: market.currency, tax: market.tax },
        at,
        destination: cart.destination.unwrap_or(Destination::country(country)),
        buyer: Buyer::default(),
        coupons: cart.coupons.clone(),
        delivery: cart.delivery.clone(),
        lines: lines.collect(),
    };
    quote(&rules, &basket)
}

/// The collections by rule that promotions name: whether a product is in one is not written down, but follows.
struct Ruled<'shop> {
    shop: &'shop Shop,
    market: &'shop Market,
    at: Timestamp,
    collections: Vec<&'shop Collection>,
}

fn ruled_collections<'shop>(shop: &'shop Shop, rules: &PricingRules) -> Vec<&'shop Collection> {
    let named = rules.collections().iter().filter_map(|code| shop.collections.get(code.as_str()));
    named.filter(|collection| collection.rule.is_some()).collect()
}

impl Ruled<'_> {
    /// Those of them that the product is in.
    fn of(&self, product: &Product) -> Vec<CollectionCode> {
        if self.collections.is_empty() {
            return Vec::new();
        }
        // No rule asks for stock.
        let Some(entry) = entry(self.shop, product, &[]) else { return Vec::new() };
        let market = &self.market.code;
        let is_in = |collection: &&&Collection| is_in_collection(entry.clone(), collection, market.clone(), self.at);
        self.collections.iter().filter(is_in).map(|collection| collection.code.clone()).collect()
    }
}

fn basket_line(ruled: &Ruled<'_>, line: &CartLine, good: &Good) -> Option<BasketLine> {
    let Ruled { shop, market, .. } = ruled;
    let (variant, price) = good.offer(&line.sku, &market.code)?;
    // A market that has changed its currency sells nothing that is priced in the old one.
    if price.amount().currency() != market.currency {
        return None;
    }
    let product = &good.product;
    let above = |code| shop.categories.path(code).into_iter().map(|category| category.code.clone());
    let categories: BTreeSet<_> = product.categories.iter().flat_map(above).collect();
    let picked = shop.collections_of(&product.code).iter().filter_map(|(code, _)| code.parse().ok());
    let collections = picked.chain(ruled.of(product));
    Some(BasketLine {
        key: (&line.sku).into(),
        sku: line.sku.clone(),
        product: product.code.clone(),
        quantity: line.quantity.get(),
        price,
        tax_class: variant.tax_class,
        categories: categories.into_iter().collect(),
        collections: collections.collect(),
        tags: product.tags.iter().map(|tag| tag.as_str().into()).collect(),
        weight_grams: variant.weight_grams,
        content: variant.content,
        requires_shipping: true,
    })
}
