//! The outbox: what was told in a commit, until somebody has published it.

use std::ops::Bound;

use async_trait::async_trait;
use ecom67_app::port::{OUTBOX_PAGE_MAX, Outbox, OutboxEntry, StoreError};
use ecom67_domain::{OrderId, Version};

use super::{MemoryStore, State};

#[async_trait]
impl Outbox for MemoryStore {
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        Ok(self.state().pending(after, limit))
    }

    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
        self.state().mark_published(envelopes);
        Ok(())
    }
}

impl State {
    pub(crate) fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Vec<OutboxEntry> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let pending = self.outbox.range((after, Bound::Unbounded)).take(limit.min(OUTBOX_PAGE_MAX));
        let entry = |(&(order, version), queues): (&(OrderId, Version), &Vec<_>)| OutboxEntry {
            order,
            version,
            queues: queues.clone(),
        };
        pending.map(entry).collect()
    }

    pub(crate) fn mark_published(&mut self, envelopes: &[(OrderId, Version)]) {
        for envelope in envelopes.iter().take(OUTBOX_PAGE_MAX) {
            self.outbox.remove(envelope);
        }
    }
}
