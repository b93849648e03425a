//! The outbox: what orders have told and nobody has published yet.

use async_trait::async_trait;
use ecom67_domain::{OrderId, Version};

use super::{QueueName, StoreError};

/// The most entries that one call tells of or takes out.
pub const OUTBOX_PAGE_MAX: usize = 100;

/// An envelope that is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// The order that it tells of.
    pub order: OrderId,
    /// Its version.
    pub version: Version,
    /// Where it is to be published; at least one queue.
    pub queues: Vec<QueueName>,
}

/// Tells which envelopes are to be published.
///
/// An envelope enters in the commit that makes it, with the queues that
/// [`destinations`](crate::relay::destinations) names; one that goes nowhere does not enter, and none that was made before
/// there was an outbox.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Up to `limit` entries, at most [`OUTBOX_PAGE_MAX`], that follow the envelope `after`, in ascending order of orders and
    /// then of versions. An empty page is the last.
    ///
    /// An entry may be missing for a moment after its commit. But never does an entry stand in a page while an earlier one of
    /// the same order, which follows `after`, is in the outbox and does not stand before it.
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError>;

    /// Takes out envelopes that were published, at most [`OUTBOX_PAGE_MAX`], each for itself: who fails half-way does it again.
    /// One that is not in it is passed over.
    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError>;
}
