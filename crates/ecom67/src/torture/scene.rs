//! What everybody in a torture knows: where the shop is, and what was heard there.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ecom67_app::carts::Capability;
use ecom67_audit::{Tally, Told, ToldOrder};
use ecom67_domain::cart::CartKey;
use ecom67_domain::{CartId, OrderId};
use serde_json::Value;

use super::process::Setup;

/// Where it happens, and what has happened so far.
#[derive(Debug)]
pub(super) struct Scene {
    /// The shop's address.
    pub(super) shop: String,
    /// The provider's.
    pub(super) provider: String,
    /// What browsers show the provider.
    pub(super) publishable_key: String,
    /// The codes of gift cards that are in people's hands.
    pub(super) gift_card_codes: Vec<String>,
    /// How many people came.
    pub(super) visits: AtomicU64,
    /// How many orders were placed, as far as their buyers know.
    pub(super) placed: AtomicU64,
    /// How many people found that what they wanted was gone.
    pub(super) sold_out: AtomicU64,
    /// How many people had as many unpaid orders as they may, and got no other.
    pub(super) at_the_limit: AtomicU64,
    /// How often one press of the order button was refused and the other one got the order.
    pub(super) refused_first: AtomicU64,
    /// How often somebody was refused a number of units that nobody may have.
    pub(super) beyond: AtomicU64,
    /// How many requests were made …
    pub(super) requests: AtomicU64,
    /// … of which so many were made again, for nobody or nobody in charge answered.
    pub(super) again: AtomicU64,
    /// Requests that wait for their answer now.
    pub(super) waiting: AtomicU64,
    /// How often the shop was killed.
    pub(super) kills: AtomicU64,
    heard: Mutex<Heard>,
}

/// What was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    orders: HashMap<(OrderId, String), ToldOrder>,
    carts: HashMap<CartId, (CartKey, u64)>,
    set_aside: BTreeSet<String>,
    unexpected: Tally,
}

impl Scene {
    pub(super) fn new(setup: &Setup, gift_card_codes: Vec<String>) -> Self {
        Self {
            shop: format!("http://{}", setup.shop),
            provider: format!("http://{}", setup.provider),
            publishable_key: setup.keys.publishable.clone(),
            gift_card_codes,
            visits: AtomicU64::new(0),
            placed: AtomicU64::new(0),
            sold_out: AtomicU64::new(0),
            at_the_limit: AtomicU64::new(0),
            refused_first: AtomicU64::new(0),
            beyond: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            again: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            kills: AtomicU64::new(0),
            heard: Mutex::default(),
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A cart was told.
    pub(super) fn hear_cart(&self, capability: &Capability, version: u64) {
        let key = capability.key();
        let mut heard = self.heard();
        let known = heard.carts.entry(key.id).or_insert((key, version));
        known.1 = known.1.max(version);
    }

    /// An order was told; returns which, or `None` where the answer was no order.
    pub(super) fn hear_order(&self, cart: CartId, answer: &Value) -> Option<OrderId> {
        match ToldOrder::read(cart, answer) {
            Ok(told) => {
                let order = told.order;
                self.heard().orders.entry((order, told.state.clone())).or_insert(told);
                Some(order)
            }
            Err(error) => {
                self.unexpected(cart, error);
                None
            }
        }
    }

    /// The provider told that money is set aside.
    pub(super) fn hear_set_aside(&self, payment: &str) {
        self.heard().set_aside.insert(payment.to_owned());
    }

    /// Something was answered that nobody should ever be answered.
    pub(super) fn unexpected(&self, id: impl Display, what: impl Display) {
        self.heard().unexpected.add(id, what.to_string());
    }

    /// All that was told, and the carts with what opens them.
    pub(super) fn told(&self) -> (Vec<Told>, Vec<CartKey>) {
        let heard = self.heard();
        let orders = heard.orders.values().cloned().map(Told::Order);
        let carts = heard.carts.iter().map(|(cart, (_, version))| Told::Cart { cart: *cart, version: *version });
        let set_aside = heard.set_aside.iter().map(|payment| Told::SetAside { payment: payment.clone() });
        (orders.chain(carts).chain(set_aside).collect(), heard.carts.values().map(|(key, _)| *key).collect())
    }

    /// Answers that nobody should ever be given.
    pub(super) fn surprises(&self) -> Tally {
        self.heard().unexpected.clone()
    }
}
