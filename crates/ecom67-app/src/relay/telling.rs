//! A store of orders that wakes the relay when a commit has told something.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_domain::order::{Contact, Meter, WorkflowVersion};
use ecom67_domain::{CartId, Order, OrderId, OrderNumber, Version};
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::port::{
    CheckoutRequest, IdempotencyKey, OrderCommit, OrderCommitError, OrderEnvelope, OrderFilter, OrderStore, StoreError,
    Stored,
};

/// The orders of another store. Whoever commits here need not know that somebody publishes what happened.
pub struct TellingOrders {
    store: Arc<dyn OrderStore>,
    wake: Arc<Notify>,
}

impl TellingOrders {
    /// The orders of `store`, whose commits wake through `wake`.
    pub fn new(store: Arc<dyn OrderStore>, wake: Arc<Notify>) -> Self {
        Self { store, wake }
    }
}

#[async_trait]
impl OrderStore for TellingOrders {
    async fn commit(&self, commit: OrderCommit) -> Result<Version, OrderCommitError> {
        let tells = !commit.events.is_empty();
        let committed = self.store.commit(commit).await;
        // One whose outcome is unknown may have been made.
        if tells && !matches!(committed, Err(OrderCommitError::Refused(_))) {
            self.wake.notify_one();
        }
        committed
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        self.store.find(id).await
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        self.store.find_by_number(number).await
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        self.store.find_contact(id).await
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        self.store.find_request(cart, key, now).await
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        self.store.used(meters).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.store.due(now, limit).await
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        self.store.defer(id, until).await
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.store.stuck(after, limit).await
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        self.store.open_workflows().await
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError> {
        self.store.list(filter, before, limit).await
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        self.store.events(id).await
    }

    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.store.forget_requests(now).await
    }
}
