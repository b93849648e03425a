//! Carts: what shoppers do with them.

mod capability;
mod quoting;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use ecom67_domain::cart::{Article, CartEdit, CartKey, CartRefusal, Note, Wish};
use ecom67_domain::gift_card::GiftCardDigest;
use ecom67_domain::pricing::{CouponCode, Destination, Quote, QuoteError};
use ecom67_domain::{Cart, CartId, Country, DeliveryMethodCode, GiftCardId, MarketCode, ProductCode, Sku, Version};
use jiff::Timestamp;

use crate::clock::Clock;
use crate::gift_cards::{GiftCardRefusal, GiftCards};
use crate::goods::{Good, Goods};
use crate::ids::Ids;
use crate::port::{
    CartChange, CartChangeError, CartStore, ChangedCart, IdempotencyKey, RequestToken, StoreError, Stored,
};
use crate::shop::ShopCache;

use self::quoting::{Memberships, Quoting};

pub use capability::Capability;
pub use quoting::Known;

/// What is asked to be done to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartOrder {
    /// So many more of a variant.
    Add(Sku, NonZeroU32),
    /// As few more of a variant as there may be.
    AddNext(Sku),
    /// So many of a variant.
    Set(Sku, NonZeroU32),
    /// None of a variant.
    Remove(Sku),
    /// A line is put aside.
    SaveForLater(Sku),
    /// What was put aside becomes a line again.
    MoveToCart(Sku),
    /// What was put aside is forgotten.
    RemoveSaved(Sku),
    /// A variant is wished for.
    Wish(Sku),
    /// A variant is no longer wished for.
    Unwish(Sku),
    /// A coupon is entered.
    EnterCoupon(CouponCode),
    /// A coupon is taken back.
    RemoveCoupon(CouponCode),
    /// The gift card whose code has this digest is to pay as well.
    ApplyGiftCard(GiftCardDigest),
    /// A gift card is not to pay.
    RemoveGiftCard(GiftCardId),
    /// It is to go somewhere.
    SetDestination(Option<Destination>),
    /// It is to be delivered in this way.
    ChooseDelivery(Option<DeliveryMethodCode>),
    /// The note is replaced, or taken away.
    SetNote(Option<Note>),
    /// The shopper has seen the present prices.
    AcceptPrices,
}

impl CartOrder {
    /// Its verb, and what it is about.
    fn spelled(&self) -> (&'static str, String, Option<u32>) {
        let about = |verb, text: &dyn std::fmt::Display| (verb, text.to_string(), None);
        let optional = |verb, text: Option<&dyn std::fmt::Display>| {
            let is_there = u32::from(text.is_some());
            (verb, text.map(ToString::to_string).unwrap_or_default(), Some(is_there))
        };
        match self {
            Self::Add(sku, quantity) => ("add", sku.to_string(), Some(quantity.get())),
            Self::AddNext(sku) => about("add", sku),
            Self::Set(sku, quantity) => ("set", sku.to_string(), Some(quantity.get())),
            Self::Remove(sku) => about("remove", sku),
            Self::SaveForLater(sku) => about("save-for-later", sku),
            Self::MoveToCart(sku) => about("move-to-cart", sku),
            Self::RemoveSaved(sku) => about("remove-saved", sku),
            Self::Wish(sku) => about("wish", sku),
            Self::Unwish(sku) => about("unwish", sku),
            Self::EnterCoupon(coupon) => about("enter-coupon", coupon),
            Self::RemoveCoupon(coupon) => about("remove-coupon", coupon),
            Self::ApplyGiftCard(GiftCardDigest(digest)) => {
                about("apply-gift-card", &blake3::Hash::from_bytes(*digest).to_hex())
            }
            Self::RemoveGiftCard(card) => about("remove-gift-card", card),
            Self::SetDestination(destination) => {
                let part = |part: Option<String>| part.unwrap_or_default();
                let parts = destination.as_ref().map(|Destination { country, region, postal_code }| {
                    let region = region.as_ref().map(ToString::to_string);
                    format!("{country} {} {}", part(region), part(postal_code.as_ref().map(ToString::to_string)))
                });
                optional("set-destination", parts.as_ref().map(|parts| parts as _))
            }
            Self::ChooseDelivery(method) => optional("choose-delivery", method.as_ref().map(|method| method as _)),
            Self::SetNote(note) => optional("set-note", note.as_ref().map(|note| note as _)),
            Self::AcceptPrices => about("accept-prices", &""),
        }
    }
}

/// A variant that a new cart begins with, and how many of it; as few as there may be where that is not said.
pub type FirstLine = (Sku, Option<NonZeroU32>);

/// Where a shopper is: what decides prices, and taxes until they say where the goods go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The market.
    pub market: MarketCode,
    /// The country in it.
    pub country: Country,
}

/// A write to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartWrite {
    /// The cart, and what opens it.
    pub cart: CartKey,
    /// Where the shopper is.
    pub place: Place,
    /// What is to be done.
    pub order: CartOrder,
    /// The version that the cart must still have; any where absent.
    pub read_at: Option<Version>,
    /// The shopper's name for this write, where it may come again.
    pub key: Option<IdempotencyKey>,
}

/// A cart, and the goods that it is about, gifts included, as they are at present. A product that is gone is not among them.
#[derive(Clone, Debug)]
pub struct OpenCart {
    /// The cart.
    pub cart: Arc<Stored<Cart>>,
    /// Its goods.
    pub goods: BTreeMap<ProductCode, Arc<Good>>,
    /// What it costs.
    pub quote: Result<Quote, QuoteError>,
    /// When nothing of this is otherwise unless the cart, its goods or the shop's reference data change; absent where that
    /// takes more, such as what is left on a gift card.
    pub holds_during: Option<Range<Timestamp>>,
}

/// Why something was not done to a cart.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// The key opens no cart.
    #[error("there is no such cart")]
    NotFound,
    /// The variant does not exist, is not shown, or is not sold in the market.
    #[error("{sku} is not sold here")]
    NotSold {
        /// The variant.
        sku: Sku,
    },
    /// No promotion has the coupon.
    #[error("there is no coupon {coupon}")]
    CouponUnknown {
        /// The coupon.
        coupon: CouponCode,
    },
    /// The gift card cannot pay for it.
    #[error(transparent)]
    GiftCard(#[from] GiftCardRefusal),
    /// Nothing is delivered in this way.
    #[error("there is no way of delivery {method}")]
    DeliveryUnknown {
        /// The method.
        method: DeliveryMethodCode,
    },
    /// The cart is of another market than the one asked for.
    #[error("the cart is of the market {cart}")]
    OtherMarket {
        /// The cart's.
        cart: MarketCode,
    },
    /// The market does not sell to the country.
    #[error("nothing is sold to {country} here")]
    OtherCountry {
        /// The country.
        country: Country,
    },
    /// Somebody changed the cart since it was read.
    #[error("the cart has been changed; its version is {}", present.0)]
    Stale {
        /// The version it has.
        present: Version,
    },
    /// The key names a write that asked for something else.
    #[error("the key {key} has been used for another request")]
    KeyReused {
        /// The key.
        key: IdempotencyKey,
    },
    /// The rules of carts forbid it.
    #[error(transparent)]
    Refused(#[from] CartRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CartChangeError> for CartError {
    fn from(error: CartChangeError) -> Self {
        match error {
            CartChangeError::NotFound => Self::NotFound,
            CartChangeError::Stale { present } => Self::Stale { present },
            CartChangeError::KeyReused { key } => Self::KeyReused { key },
            CartChangeError::Refused(refusal) => Self::Refused(refusal),
            CartChangeError::Store(error) => Self::Store(error),
        }
    }
}

/// Makes, shows and changes carts.
#[derive(Clone)]
pub struct Carts {
    /// Keeps them.
    pub store: Arc<dyn CartStore>,
    /// The shop's reference data, with the rules of what carts cost.
    pub shop: Arc<ShopCache>,
    /// What can be put into them.
    pub goods: Arc<Goods>,
    /// What can pay for them.
    pub gift_cards: GiftCards,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub ids: Arc<dyn Ids>,
}

impl Carts {
    /// Makes a cart in a market, with a first line where there is one, in one commit. Whoever has the capability has the
    /// cart; it is told here and never again.
    pub async fn create(&self, place: &Place, first: Option<FirstLine>) -> Result<(Capability, OpenCart), CartError> {
        let at = self.clock.now();
        let capability = Capability::new(CartId::new(self.ids.unique(at)), self.ids.secret());
        let key = capability.key();
        let mut cart = Cart::new(key.id, key.capability, place.market.clone(), at);
        if let Some((sku, quantity)) = first {
            let article = self.article(sku, &place.market).await?;
            let edit = match quantity {
                Some(quantity) => CartEdit::Add { article, quantity },
                None => CartEdit::AddNext(article),
            };
            cart.apply(edit, at)?;
        }
        let version = self.store.create(cart.clone()).await?;
        Ok((capability, self.quoted(Arc::new(Stored { value: cart, version }), place).await?))
    }

    /// The cart that a shopper says they have, with the line added; a new one where theirs is gone. Whoever lost no more
    /// than the knowledge that there is a cart keeps what is in it.
    pub async fn begin(
        &self,
        place: &Place,
        first: Option<FirstLine>,
        kept: Option<Capability>,
    ) -> Result<(Capability, OpenCart), CartError> {
        let Some(capability) = kept else { return self.create(place, first).await };
        let cart = capability.key();
        let found = match first.clone() {
            Some((sku, quantity)) => {
                let order = match quantity {
                    Some(quantity) => CartOrder::Add(sku, quantity),
                    None => CartOrder::AddNext(sku),
                };
                self.write(CartWrite { cart, place: place.clone(), order, read_at: None, key: None }).await
            }
            None => self.find(cart, place).await,
        };
        match found {
            Ok(open) => Ok((capability, open)),
            Err(CartError::NotFound) => self.create(place, first).await,
            Err(error) => Err(error),
        }
    }

    /// The cart as it is.
    pub async fn find(&self, key: CartKey, place: &Place) -> Result<OpenCart, CartError> {
        let cart = self.store.find(key, self.clock.now()).await?.ok_or(CartError::NotFound)?;
        self.quoted(cart, place).await
    }

    /// What a cart costs that somebody has read from the store.
    pub async fn quoted(&self, cart: Arc<Stored<Cart>>, place: &Place) -> Result<OpenCart, CartError> {
        self.priced(cart, place, &Known::NOTHING).await
    }

    /// What a cart would cost to which all this had been done. It is nobody's, and kept nowhere.
    pub async fn imagined(&self, place: &Place, orders: Vec<CartOrder>) -> Result<OpenCart, CartError> {
        let at = self.clock.now();
        let key = Capability::new(CartId::new(self.ids.unique(at)), self.ids.secret()).key();
        let mut cart = Cart::new(key.id, key.capability, place.market.clone(), at);
        for order in orders {
            let edit = self.edit(key, place, order).await?;
            cart.apply(edit, at)?;
        }
        self.quoted(Arc::new(Stored { value: cart, version: Version::FIRST }), place).await
    }

    /// Does what is asked for and answers with the whole cart as it is then.
    pub async fn write(&self, write: CartWrite) -> Result<OpenCart, CartError> {
        let digest = digest(&write);
        let CartWrite { cart, place, order, read_at, key } = write;
        let edit = self.edit(cart, &place, order).await?;
        let request = key.map(|key| RequestToken { key, digest });
        let market = place.market.clone();
        let change = CartChange { cart, market, edit, read_at, request, at: self.clock.now() };
        let ChangedCart { cart, .. } = self.store.change(change).await?;
        self.quoted(Arc::new(cart), &place).await
    }

    /// Removes some of the carts that have expired, and returns how many.
    pub async fn forget_expired(&self) -> Result<usize, StoreError> {
        self.store.forget_expired(self.clock.now()).await
    }

    async fn edit(&self, cart: CartKey, place: &Place, order: CartOrder) -> Result<CartEdit, CartError> {
        let market = &place.market;
        Ok(match order {
            CartOrder::Add(sku, quantity) => CartEdit::Add { article: self.article(sku, market).await?, quantity },
            CartOrder::AddNext(sku) => CartEdit::AddNext(self.article(sku, market).await?),
            CartOrder::Set(sku, quantity) => CartEdit::Set { article: self.article(sku, market).await?, quantity },
            CartOrder::MoveToCart(sku) => CartEdit::MoveToCart(self.article(sku, market).await?),
            CartOrder::Wish(sku) => {
                let Article { sku, product, .. } = self.article(sku, market).await?;
                CartEdit::Wish(Wish { sku, product })
            }
            CartOrder::Remove(sku) => CartEdit::Remove(sku),
            CartOrder::SaveForLater(sku) => CartEdit::SaveForLater(sku),
            CartOrder::RemoveSaved(sku) => CartEdit::RemoveSaved(sku),
            CartOrder::Unwish(sku) => CartEdit::Unwish(sku),
            CartOrder::EnterCoupon(coupon) => {
                if !self.shop.present().pricing.rules().knows_coupon(&coupon) {
                    return Err(CartError::CouponUnknown { coupon });
                }
                CartEdit::EnterCoupon(coupon)
            }
            CartOrder::RemoveCoupon(coupon) => CartEdit::RemoveCoupon(coupon),
            CartOrder::ApplyGiftCard(digest) => self.gift_card(cart, market, &digest).await?,
            CartOrder::RemoveGiftCard(card) => CartEdit::RemoveGiftCard(card),
            CartOrder::SetDestination(destination) => {
                let checked = |destination| self.checked_destination(market, destination);
                CartEdit::SetDestination(destination.map(checked).transpose()?)
            }
            CartOrder::ChooseDelivery(method) => CartEdit::ChooseDelivery(self.checked_method(method)?),
            CartOrder::SetNote(note) => CartEdit::SetNote(note),
            CartOrder::AcceptPrices => {
                let OpenCart { cart, goods, .. } = self.find(cart, place).await?;
                let price = |sku: &Sku, product: &ProductCode| goods.get(product)?.offer(sku, &cart.value.market);
                let lines = cart.value.lines.iter();
                let prices =
                    lines.filter_map(|line| Some((line.sku.clone(), price(&line.sku, &line.product)?.1.amount())));
                CartEdit::AcceptPrices(prices.collect())
            }
        })
    }

    async fn article(&self, sku: Sku, market: &MarketCode) -> Result<Article, CartError> {
        let good = self.goods.find_by_sku(&sku).await?;
        good.and_then(|good| good.article(&sku, market)).ok_or(CartError::NotSold { sku })
    }

    /// The edit by which a gift card is to pay. Only who has a cart is told anything of a code.
    async fn gift_card(
        &self,
        cart: CartKey,
        market: &MarketCode,
        digest: &GiftCardDigest,
    ) -> Result<CartEdit, CartError> {
        let present = self.store.find(cart, self.clock.now()).await?.ok_or(CartError::NotFound)?;
        let present = &present.value;
        let shop = self.shop.present();
        let own = shop.markets.iter().find(|known| known.code == *market && known.code == present.market);
        let currency = own.ok_or(CartError::OtherMarket { cart: present.market.clone() })?.currency;
        let card = self.gift_cards.store.find_by_digest(digest).await?.ok_or(GiftCardRefusal::Unknown)?;
        // One that pays already, perhaps with all that it has, is not looked at again.
        if present.gift_cards.iter().all(|applied| applied.card != card.id) {
            self.gift_cards.may_pay(&card, currency)?;
        }
        Ok(CartEdit::ApplyGiftCard(card.id))
    }

    pub(crate) fn checked_destination(
        &self,
        market: &MarketCode,
        destination: Destination,
    ) -> Result<Destination, CartError> {
        let shop = self.shop.present();
        let market = shop.markets.iter().find(|known| known.code == *market);
        let country = destination.country;
        if market.is_some_and(|market| market.countries.contains(&country)) {
            Ok(destination)
        } else {
            Err(CartError::OtherCountry { country })
        }
    }

    fn checked_method(&self, method: Option<DeliveryMethodCode>) -> Result<Option<DeliveryMethodCode>, CartError> {
        let shop = self.shop.present();
        let is_known = |code: &DeliveryMethodCode| shop.pricing.delivery_name(code).is_some();
        match method {
            Some(method) if !is_known(&method) => Err(CartError::DeliveryUnknown { method }),
            method => Ok(method),
        }
    }

    /// What the cart costs whom `known` tells of.
    pub(crate) async fn priced(
        &self,
        cart: Arc<Stored<Cart>>,
        place: &Place,
        known: &Known,
    ) -> Result<OpenCart, CartError> {
        let shop = self.shop.present();
        let market = shop.markets.iter().find(|market| market.code == cart.value.market);
        let Some(market) = market.filter(|market| market.code == place.market) else {
            return Err(CartError::OtherMarket { cart: cart.value.market.clone() });
        };
        let Cart { lines, saved, wishes, .. } = &cart.value;
        let lines = lines.iter().chain(saved).map(|line| &line.product);
        let mut goods = self.goods.find_many(lines.chain(wishes.iter().map(|wish| &wish.product))).await?;
        let (at, rules) = (self.clock.now(), shop.pricing.rules());
        let quoting = Quoting { shop: &shop, market, country: place.country, at, rules, known };
        let collections = quoting.ruled_collections();
        let memberships = if collections.is_empty() {
            Memberships::new()
        } else {
            let codes: Vec<_> = cart.value.lines.iter().map(|line| line.product.clone()).collect();
            quoting.memberships(&collections, &self.goods.products(&codes).await?)
        };
        let funds = self.gift_cards.funds(&cart.value, at).await?;
        let quote = quoting.quoted(&cart.value, &goods, &memberships);
        // What is new follows from the time, and what is left on a gift card from other carts.
        let mut is_still = quote.is_ok() && collections.is_empty() && cart.value.gift_cards.is_empty();
        for gift in quote.iter().flat_map(|quote| &quote.gifts) {
            match self.goods.find_by_sku(&gift.sku).await? {
                Some(good) => {
                    goods.entry(good.code.clone()).or_insert(good);
                }
                None => is_still = false,
            }
        }
        let holds_during = is_still.then(|| quoting.rules.unturned(at));
        let quote = quote.map(|quote| self.gift_cards.paying(quote, &funds));
        Ok(OpenCart { cart, goods, quote, holds_during })
    }
}

/// The digest of all that a write asks for. What the shop itself adds, such as the price, is no part of it: a repeat after
/// a change of prices is the same write still.
fn digest(write: &CartWrite) -> [u8; 32] {
    let CartWrite { cart, place, order, read_at, key: _ } = write;
    let read_at = read_at.map(|version| version.0);
    // As JSON, in which texts end where they end: two different writes never look the same.
    let asked = serde_json::json!([cart.id.to_string(), place.market.as_str(), read_at, order.spelled()]);
    *blake3::hash(asked.to_string().as_bytes()).as_bytes()
}
