//! A store in memory that keeps the ports' promises and never fails: what goes wrong on the way to it is `Way`'s matter.

mod carts;
mod documents;
mod gift_cards;
mod legal_texts;
mod meters;
mod orders;
mod outbox;
mod products;
mod sent_mails;
mod stock;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use ecom67_app::Clock;
use ecom67_app::document::{DocumentKey, ShopDocument};
use ecom67_app::port::{
    Change, ChangeLog, CheckoutRequest, LegalText, MailId, OrderEnvelope, Position, QueueName, StoreError, Stored,
    Subject,
};
use ecom67_domain::gift_card::{GiftCard, GiftCardEntry};
use ecom67_domain::order::{Contact, LegalTextDigest, Meter, OrderState};
use ecom67_domain::stock::{LedgerEntry, StockRecord};
use ecom67_domain::{Cart, CartId, GiftCardId, Order, OrderId, OrderNumber, Product, ProductCode, Sku, Version};
use jiff::Timestamp;

use crate::chance::locked;

/// The store. Its clones are the same one.
#[derive(Clone)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
}

impl MemoryStore {
    /// One with nothing in it, which notes by this clock when what changed.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Arc::default(), clock }
    }

    /// Keeps a product, in place of the one with its code.
    pub fn put_product(&self, product: Product) {
        let mut state = self.state();
        let version = state.products.get(&product.code).map_or(Version::FIRST, |stored| stored.version.next());
        let code = product.code.clone();
        state.products.insert(code.clone(), Stored { value: product, version });
        state.changed(Subject::Product(code), self.clock.now());
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

/// All that is kept.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) orders: BTreeMap<OrderId, KeptOrder>,
    pub(crate) outbox: BTreeMap<(OrderId, Version), Vec<QueueName>>,
    mails: BTreeMap<MailId, sent_mails::KeptMail>,
    pub(crate) legal_texts: BTreeMap<LegalTextDigest, LegalText>,
    numbers: BTreeMap<OrderNumber, OrderId>,
    requests: BTreeMap<(CartId, String), CheckoutRequest>,
    pub(crate) meters: BTreeMap<Meter, u32>,
    pub(crate) gift_cards: BTreeMap<GiftCardId, KeptGiftCard>,
    due: BTreeSet<(Timestamp, OrderId)>,
    pub(crate) carts: BTreeMap<CartId, KeptCart>,
    pub(crate) stock: BTreeMap<Sku, StockRecord>,
    ledgers: BTreeMap<Sku, Vec<LedgerEntry>>,
    products: BTreeMap<ProductCode, Stored<Product>>,
    documents: BTreeMap<DocumentKey, Stored<ShopDocument>>,
    changes: Vec<Change>,
}

/// An order, with what stands beside it.
pub(crate) struct KeptOrder {
    pub(crate) order: Stored<Order>,
    pub(crate) contact: Contact,
    pub(crate) envelopes: Vec<OrderEnvelope>,
    /// What it was at each of its versions: whatever anybody was told must be among these.
    pub(crate) states: Vec<OrderState>,
}

/// A gift card, with its ledger by the places of its entries.
pub(crate) struct KeptGiftCard {
    pub(crate) card: GiftCard,
    pub(crate) entries: BTreeMap<String, GiftCardEntry>,
    /// What orders have changed of it, in the order of their commits.
    pub(crate) changes: Vec<GiftCardEntry>,
}

/// A cart, with the requests that are remembered, and what it was at each of its versions.
pub(crate) struct KeptCart {
    pub(crate) cart: Stored<Cart>,
    requests: BTreeMap<String, KeptRequest>,
    pub(crate) versions: Vec<Cart>,
}

struct KeptRequest {
    digest: [u8; 32],
    expires_at: Timestamp,
}

impl State {
    fn changed(&mut self, subject: Subject, at: Timestamp) {
        let position = Position((self.changes.len() + 1).to_string());
        self.changes.push(Change { subject, at, position });
    }

    /// When the next thing is to be done.
    pub(crate) fn due_next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }
}

#[async_trait]
impl ChangeLog for MemoryStore {
    async fn read(&self, after: Option<&Position>, limit: usize) -> Result<Vec<Change>, StoreError> {
        let unreadable = || StoreError::Unreadable { key: "a position".into(), reason: "it is no number".into() };
        let after = after.map_or(Ok(0), |position| position.0.parse::<usize>()).map_err(|_| unreadable())?;
        Ok(self.state().changes.iter().skip(after).take(limit).cloned().collect())
    }

    async fn head(&self) -> Result<Position, StoreError> {
        Ok(Position(self.state().changes.len().to_string()))
    }
}

/// What checkouts never ask for fails as soon as they do.
fn not_asked_for(what: &str) -> StoreError {
    StoreError::failed(format!("the simulation knows nothing of {what}"))
}
