//! Deterministic simulation of checkout, and of the mails about it: the real use cases with a store, queues, a payment
//! provider, a post office, a clock, chance and a network that are all driven by one seed, in one thread. Whatever happens
//! in a seed happens again in each of its runs.
//!
//! Not for anything that ships: a tool beside the shop, which nothing of it depends on. `docs/TESTING.md` says what it looks
//! for and how to read what it finds.

mod bank;
mod catalog;
mod chance;
mod history;
mod invariants;
mod misfortunes;
mod post;
mod process;
mod provider;
mod queue;
mod seed;
mod settings;
mod shopper;
mod store;
mod tally;
mod time;
mod way;
mod webhooks;
mod world;

use std::sync::Arc;

use ecom67_app::port::{OrderStore, Outbox, PaymentId, PaymentProvider, PaymentStatus, Queue, SentMails};

pub use catalog::Grounds;
pub use history::Keep;
pub use queue::MemoryQueue;
pub use seed::{Outcome, simulate};
pub use store::MemoryStore;
pub use tally::Counts;

/// What stands between the shop and its ports, so that tests can put a mistake there and see it found.
pub trait Alterations: Send + Sync {
    /// The store of orders that a process of the shop gets instead of `store`.
    fn orders(&self, store: Arc<dyn OrderStore>) -> Arc<dyn OrderStore> {
        store
    }

    /// The provider that it gets instead of `provider`.
    fn provider(&self, provider: Arc<dyn PaymentProvider>) -> Arc<dyn PaymentProvider> {
        provider
    }

    /// The outbox that its relay gets instead of `outbox`.
    fn outbox(&self, outbox: Arc<dyn Outbox>) -> Arc<dyn Outbox> {
        outbox
    }

    /// The queues that its relay and its worker get instead of `queue`.
    fn queue(&self, queue: Arc<dyn Queue>) -> Arc<dyn Queue> {
        queue
    }

    /// What it keeps of mails, instead of in `sent_mails`.
    fn sent_mails(&self, sent_mails: Arc<dyn SentMails>) -> Arc<dyn SentMails> {
        sent_mails
    }

    /// A webhook claims this of a payment, be it true or not.
    fn heard(&self, _payment: &PaymentId, _claim: PaymentStatus) {}
}

/// Nothing is altered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unaltered;

impl Alterations for Unaltered {}
