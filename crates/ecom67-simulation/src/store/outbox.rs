//! The outbox: what was told in a commit, until somebody has published it.

use std::ops::Bound;

use async_trait::async_trait;
use ecom67_app::port::{OUTBOX_PAGE_MAX, Outbox, OutboxEntry, StoreError};
use ecom67_domain::{OrderId, Version};

use super::MemoryStore;

#[async_trait]
impl Outbox for MemoryStore {
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.state();
        let pending = state.outbox.range((after, Bound::Unbounded)).take(limit.min(OUTBOX_PAGE_MAX));
        let entry = |(&(order, version), queues): (&(OrderId, Version), &Vec<_>)| OutboxEntry {
            order,
            version,
            queues: queues.clone(),
        };
        Ok(pending.map(entry).collect())
    }

    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
        let mut state = self.state();
        for envelope in envelopes.iter().take(OUTBOX_PAGE_MAX) {
            state.outbox.remove(envelope);
        }
        Ok(())
    }
}
