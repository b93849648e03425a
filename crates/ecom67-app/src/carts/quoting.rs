//! From a cart to what it costs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ecom67_domain::cart::CartLine;
use ecom67_domain::catalog::Collection;
use ecom67_domain::pricing::{
    Basket, BasketLine, BasketMarket, Buyer, Destination, FirstOrder, PricingRules, Quote, QuoteError, quote,
};
use ecom67_domain::{Cart, CollectionCode, Country, Market, Product, ProductCode, PromotionCode};
use jiff::Timestamp;

use crate::goods::Good;
use crate::indexing::entry;
use crate::search::is_in_collection;
use crate::shop::Shop;

/// What the cost of a cart depends on beside the cart.
pub(super) struct Quoting<'shop> {
    pub(super) shop: &'shop Shop,
    pub(super) market: &'shop Market,
    /// Where it is taken to go as long as nobody has said.
    pub(super) country: Country,
    pub(super) at: Timestamp,
    pub(super) rules: Arc<PricingRules>,
    pub(super) known: &'shop Known,
}

/// What is known of who orders at checkout, and of nobody before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether it is their first order.
    pub first_order: FirstOrder,
    /// The promotions that they cannot use any more.
    pub used_up: Vec<PromotionCode>,
}

impl Known {
    /// Nothing.
    pub const NOTHING: Self = Self { first_order: FirstOrder::Unknown, used_up: Vec::new() };
}

/// The collections by rule that products are in.
pub(super) type Memberships = BTreeMap<ProductCode, Vec<CollectionCode>>;

impl Quoting<'_> {
    /// The collections by rule that promotions name, rarely any: whether a product is in one is not written down, but
    /// follows from all that is known of it.
    pub(super) fn ruled_collections(&self) -> Vec<&Collection> {
        let named = self.rules.collections().iter().filter_map(|code| self.shop.collections.get(code.as_str()));
        named.filter(|collection| collection.rule.is_some()).collect()
    }

    /// Which of the products are in which of the collections.
    pub(super) fn memberships(&self, collections: &[&Collection], products: &[Product]) -> Memberships {
        let of_product = |product: &Product| {
            // No rule asks for stock.
            let entry = entry(self.shop, product, &[])?;
            let market = &self.market.code;
            let is_in =
                |collection: &&&Collection| is_in_collection(entry.clone(), collection, market.clone(), self.at);
            let codes = collections.iter().filter(is_in).map(|collection| collection.code.clone()).collect();
            Some((product.code.clone(), codes))
        };
        products.iter().filter_map(of_product).collect()
    }

    /// What the cart costs a guest. Lines that are not sold any more cost nothing and are not part of it.
    pub(super) fn quoted(
        &self,
        cart: &Cart,
        goods: &BTreeMap<ProductCode, Arc<Good>>,
        ruled: &Memberships,
    ) -> Result<Quote, QuoteError> {
        let market = self.market;
        let lines = cart.lines.iter().filter_map(|line| self.basket_line(line, goods.get(&line.product)?, ruled));
        let basket = Basket {
            market: BasketMarket { code: market.code.clone(), currency: market.currency, tax: market.tax },
            at: self.at,
            destination: cart.destination.unwrap_or(Destination::country(self.country)),
            buyer: Buyer { first_order: self.known.first_order, ..Buyer::default() },
            coupons: cart.coupons.clone(),
            used_up: self.known.used_up.clone(),
            delivery: cart.delivery.clone(),
            lines: lines.collect(),
        };
        quote(&self.rules, &basket)
    }

    fn basket_line(&self, line: &CartLine, good: &Good, ruled: &Memberships) -> Option<BasketLine> {
        let Self { shop, market, .. } = self;
        let (variant, price) = good.offer(&line.sku, &market.code)?;
        // A market that has changed its currency sells nothing that is priced in the old one.
        if price.amount().currency() != market.currency {
            return None;
        }
        let above = |code| shop.categories.path(code).into_iter().map(|category| category.code.clone());
        let categories: BTreeSet<_> = good.categories.iter().flat_map(above).collect();
        let picked = shop.collections_of(&good.code).iter().filter_map(|(code, _)| code.parse().ok());
        let ruled = ruled.get(&good.code).into_iter().flatten().cloned();
        Some(BasketLine {
            key: (&line.sku).into(),
            sku: line.sku.clone(),
            product: good.code.clone(),
            quantity: line.quantity.get(),
            price,
            tax_class: variant.tax_class,
            categories: categories.into_iter().collect(),
            collections: picked.chain(ruled).collect(),
            tags: good.tags.to_vec(),
            weight_grams: variant.weight_grams,
            content: variant.content,
            requires_shipping: !variant.is_digital,
        })
    }
}
