//! Carts: what shoppers do with them.

mod capability;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use ecom67_domain::cart::{Article, CartEdit, CartKey, CartRefusal, Note, Wish};
use ecom67_domain::{Cart, CartId, MarketCode, ProductCode, Sku, Version};

use crate::clock::Clock;
use crate::goods::{Good, Goods};
use crate::ids::Ids;
use crate::port::{
    CartChange, CartChangeError, CartStore, ChangedCart, IdempotencyKey, RequestToken, StoreError, Stored,
};

pub use capability::Capability;

/// What is asked to be done to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartOrder {
    /// So many more of a variant.
    Add(Sku, NonZeroU32),
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
    /// The note is replaced, or taken away.
    SetNote(Option<Note>),
    /// The shopper has seen the present prices.
    AcceptPrices,
}

/// A write to a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartWrite {
    /// The cart, and what opens it.
    pub cart: CartKey,
    /// Where the shopper is.
    pub market: MarketCode,
    /// What is to be done.
    pub order: CartOrder,
    /// The version that the cart must still have; any where absent.
    pub read_at: Option<Version>,
    /// The shopper's name for this write, where it may come again.
    pub key: Option<IdempotencyKey>,
}

/// A cart, and the goods that it is about as they are at present. A product that is gone is not among them.
#[derive(Clone, Debug)]
pub struct OpenCart {
    /// The cart.
    pub cart: Stored<Cart>,
    /// Its goods.
    pub goods: BTreeMap<ProductCode, Arc<Good>>,
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
    /// What can be put into them.
    pub goods: Arc<Goods>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub ids: Arc<dyn Ids>,
}

impl Carts {
    /// Makes a cart in a market, with a first line where there is one, in one commit. Whoever has the capability has the
    /// cart; it is told here and never again.
    pub async fn create(
        &self,
        market: MarketCode,
        first: Option<(Sku, NonZeroU32)>,
    ) -> Result<(Capability, OpenCart), CartError> {
        let at = self.clock.now();
        let capability = Capability::new(CartId::new(self.ids.unique(at)), self.ids.secret());
        let key = capability.key();
        let mut cart = Cart::new(key.id, key.capability, market.clone(), at);
        if let Some((sku, quantity)) = first {
            let article = self.article(sku, &market).await?;
            cart.apply(CartEdit::Add { article, quantity }, at)?;
        }
        let version = self.store.create(cart.clone()).await?;
        Ok((capability, self.opened(Stored { value: cart, version }).await?))
    }

    /// The cart that a shopper says they have, with the line added; a new one where theirs is gone. Whoever lost no more
    /// than the knowledge that there is a cart keeps what is in it.
    pub async fn begin(
        &self,
        market: MarketCode,
        first: Option<(Sku, NonZeroU32)>,
        kept: Option<Capability>,
    ) -> Result<(Capability, OpenCart), CartError> {
        let Some(capability) = kept else { return self.create(market, first).await };
        let cart = capability.key();
        let found = match first.clone() {
            Some((sku, quantity)) => {
                let order = CartOrder::Add(sku, quantity);
                self.write(CartWrite { cart, market: market.clone(), order, read_at: None, key: None }).await
            }
            None => self.find(cart).await,
        };
        match found {
            Ok(open) => Ok((capability, open)),
            Err(CartError::NotFound) => self.create(market, first).await,
            Err(error) => Err(error),
        }
    }

    /// The cart as it is.
    pub async fn find(&self, key: CartKey) -> Result<OpenCart, CartError> {
        let cart = self.store.find(key, self.clock.now()).await?.ok_or(CartError::NotFound)?;
        self.opened(cart).await
    }

    /// Does what is asked for and answers with the whole cart as it is then.
    pub async fn write(&self, write: CartWrite) -> Result<OpenCart, CartError> {
        let digest = digest(&write);
        let CartWrite { cart, market, order, read_at, key } = write;
        let edit = self.edit(cart, &market, order).await?;
        let request = key.map(|key| RequestToken { key, digest });
        let change = CartChange { cart, edit, read_at, request, at: self.clock.now() };
        let ChangedCart { cart, .. } = self.store.change(change).await?;
        self.opened(cart).await
    }

    /// Removes some of the carts that have expired, and returns how many.
    pub async fn forget_expired(&self) -> Result<usize, StoreError> {
        self.store.forget_expired(self.clock.now()).await
    }

    async fn edit(&self, cart: CartKey, market: &MarketCode, order: CartOrder) -> Result<CartEdit, CartError> {
        Ok(match order {
            CartOrder::Add(sku, quantity) => CartEdit::Add { article: self.article(sku, market).await?, quantity },
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
            CartOrder::SetNote(note) => CartEdit::SetNote(note),
            CartOrder::AcceptPrices => {
                let OpenCart { cart, goods } = self.find(cart).await?;
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

    async fn opened(&self, cart: Stored<Cart>) -> Result<OpenCart, CartError> {
        let Cart { lines, saved, wishes, .. } = &cart.value;
        let lines = lines.iter().chain(saved).map(|line| &line.product);
        let goods = self.goods.find_many(lines.chain(wishes.iter().map(|wish| &wish.product))).await?;
        Ok(OpenCart { cart, goods })
    }
}

/// The digest of all that a write asks for. What the shop itself adds, such as the price, is no part of it: a repeat after
/// a change of prices is the same write still.
fn digest(write: &CartWrite) -> [u8; 32] {
    let CartWrite { cart, market, order, read_at, key: _ } = write;
    // The debug form of an enum names its variant and escapes texts: two different writes never look the same.
    let text = format!("{:?} {market:?} {order:?} {read_at:?}", cart.id);
    *blake3::hash(text.as_bytes()).as_bytes()
}
