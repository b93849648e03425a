//! Orders: one item each, and one for its number, its contact, each of its envelopes, the request that asked for it and
//! everything it uses that is limited. A commit is one transaction over all of them, its cart and the stock it holds.

mod commit;
mod index;
mod outbox;
mod records;

use async_trait::async_trait;
use ecom67_app::port::{
    CheckoutRequest, IdempotencyKey, ORDERS_PAGE_MAX, OUTBOX_PAGE_MAX, OrderCommit, OrderCommitError, OrderEnvelope,
    OrderFilter, OrderStore, Outbox, OutboxEntry, StoreError, Stored,
};
use ecom67_domain::order::{Contact, Meter, WorkflowVersion};
use ecom67_domain::{CartId, Order, OrderId, OrderNumber, Version};
use jiff::Timestamp;

use self::records::{read_contact, read_envelope, read_order, read_owner, read_placed, read_request, read_used};
use super::Table;
use super::key::{Key, order_events_partition};

pub(super) use self::index::{Bound, Index, LISTED, query};
pub(super) use self::records::USED;

/// Keeps orders.
#[derive(Clone, Debug)]
pub struct Orders {
    pub(super) table: Table,
}

impl Orders {
    /// Those of the orders that exist, in the order asked for.
    async fn find_many(&self, ids: &[OrderId]) -> Result<Vec<Stored<Order>>, StoreError> {
        let keys: Vec<Key> = ids.iter().copied().map(Key::order).collect();
        let items = self.table.get_many(&keys).await?;
        keys.iter().filter_map(|key| items.get(key)).map(read_order).collect()
    }
}

#[async_trait]
impl OrderStore for Orders {
    async fn commit(&self, asked: OrderCommit) -> Result<Version, OrderCommitError> {
        commit::commit(&self.table, &asked).await
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        self.table.get(&Key::order(id)).await?.as_ref().map(read_order).transpose()
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        self.table.get(&Key::order_number(number)).await?.as_ref().map(read_owner).transpose()
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        self.table.get(&Key::order_contact(id)).await?.as_ref().map(read_contact).transpose()
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        let item = self.table.get(&Key::checkout_request(cart, key)).await?;
        let request = item.as_ref().map(|item| read_request(cart, key, item)).transpose()?;
        Ok(request.filter(|request| request.expires_at > now))
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        let keys: Vec<Key> = meters.iter().map(Key::meter).collect();
        let items = self.table.get_many(&keys).await?;
        keys.iter().map(|key| read_used(items.get(key))).collect()
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        index::due(&self.table, now, limit.min(ORDERS_PAGE_MAX)).await
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        index::defer(&self.table, id, until).await
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        index::stuck(&self.table, after, limit.min(ORDERS_PAGE_MAX)).await
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        Ok(index::workflows(&self.table).await?.into_iter().collect())
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError> {
        let limit = limit.min(ORDERS_PAGE_MAX);
        let mut before = before;
        let mut orders: Vec<Stored<Order>> = Vec::new();
        while orders.len() < limit {
            let wanted = limit - orders.len();
            let ids = index::list(&self.table, filter.state, before, wanted).await?;
            let found = self.find_many(&ids).await?;
            // The index may still have an order among those of the state it has just left. The page is filled up all the
            // same: only the last may be short.
            let is_in_state =
                |order: &Stored<Order>| filter.state.is_none_or(|state| order.value.state.as_str() == state);
            orders.extend(found.into_iter().filter(is_in_state));
            if ids.len() < wanted {
                break;
            }
            before = ids.last().copied();
        }
        Ok(orders)
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        let Some(item) = self.table.get(&Key::order(id)).await? else { return Ok(Vec::new()) };
        let placed = read_placed(&item)?;
        // An order has as many as it had changes, which its states and the most refunds bound.
        let envelopes = self.table.query(&order_events_partition(id), None, usize::MAX).await?;
        envelopes.iter().map(|item| read_envelope(&placed, item)).collect()
    }

    async fn forget_requests(&self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }
}

#[async_trait]
impl Outbox for Orders {
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        outbox::pending(&self.table, after, limit.min(OUTBOX_PAGE_MAX)).await
    }

    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
        outbox::mark_published(&self.table, &envelopes[..envelopes.len().min(OUTBOX_PAGE_MAX)]).await
    }
}
