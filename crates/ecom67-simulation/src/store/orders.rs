//! Orders: one commit is all of its writes or none.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ecom67_app::port::{
    CheckoutRequest, IdempotencyKey, MeterWrite, ORDERS_PAGE_MAX, OrderCommit, OrderCommitError, OrderEnvelope,
    OrderFilter, OrderRefused, OrderStore, OrderWrite, StockWrite, StoreError, Stored, Subject,
};
use ecom67_app::relay::destinations;
use ecom67_domain::order::{Contact, Hold, Meter, OrderState, WorkflowVersion};
use ecom67_domain::stock::StockRecord;
use ecom67_domain::{CartId, Order, OrderId, OrderNumber, Sku, Version};
use jiff::Timestamp;

use super::{KeptOrder, MemoryStore, State};

/// The most requests that one call forgets.
const FORGET_REQUESTS_MAX: usize = 500;

#[async_trait]
impl OrderStore for MemoryStore {
    async fn commit(&self, commit: OrderCommit) -> Result<Version, OrderCommitError> {
        self.state().commit(&commit)
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        Ok(self.state().orders.get(&id).map(|kept| kept.order.clone()))
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        Ok(self.state().find_number(number))
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        Ok(self.state().orders.get(&id).map(|kept| kept.contact.clone()))
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        Ok(self.state().find_request(cart, key, now).cloned())
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        Ok(self.state().used(meters))
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        Ok(self.state().due(now, limit))
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        self.state().defer(id, until);
        Ok(())
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        Ok(self.state().stuck(after, limit))
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        Ok(self.state().open_workflows())
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError> {
        Ok(self.state().list_orders(filter, before, limit))
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        Ok(self.state().orders.get(&id).map(|kept| kept.envelopes.clone()).unwrap_or_default())
    }

    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.state().forget_requests(now))
    }
}

impl State {
    pub(crate) fn find_number(&self, number: OrderNumber) -> Option<OrderId> {
        self.numbers.get(&number).copied()
    }

    pub(crate) fn used(&self, meters: &[Meter]) -> Vec<u32> {
        meters.iter().map(|meter| self.meters.get(meter).copied().unwrap_or(0)).collect()
    }

    pub(crate) fn due(&self, now: Timestamp, limit: usize) -> Vec<OrderId> {
        let due = self.due.iter().take_while(|(at, _)| *at <= now);
        due.take(limit.min(ORDERS_PAGE_MAX)).map(|(_, id)| *id).collect()
    }

    pub(crate) fn defer(&mut self, id: OrderId, until: Timestamp) {
        let before = self.due.iter().find(|(_, due)| *due == id).copied();
        if let Some(before) = before {
            self.due.remove(&before);
            self.due.insert((until, id));
        }
    }

    pub(crate) fn stuck(&self, after: Option<OrderId>, limit: usize) -> Vec<OrderId> {
        let later = self.orders.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
        let stuck = later.filter(|(_, kept)| kept.order.value.task.is_stuck());
        stuck.take(limit.min(ORDERS_PAGE_MAX)).map(|(id, _)| *id).collect()
    }

    pub(crate) fn open_workflows(&self) -> Vec<WorkflowVersion> {
        let orders = self.orders.values().map(|kept| &kept.order.value);
        let is_through = |order: &Order| matches!(order.state, OrderState::Paid | OrderState::Cancelled(_));
        let open = orders.filter(|order| !is_through(order));
        open.map(|order| order.workflow).collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(crate) fn list_orders(&self, filter: OrderFilter, before: Option<OrderId>, limit: usize) -> Vec<Stored<Order>> {
        let earlier = self.orders.iter().rev().filter(|(id, _)| before.is_none_or(|before| **id < before));
        let orders = earlier.map(|(_, kept)| &kept.order);
        let shown = orders.filter(|order| filter.state.is_none_or(|wanted| order.value.state.as_str() == wanted));
        shown.take(limit.min(ORDERS_PAGE_MAX)).cloned().collect()
    }

    pub(crate) fn forget_requests(&mut self, now: Timestamp) -> usize {
        let forgotten = self.requests.iter().filter(|(_, request)| request.expires_at <= now);
        let forgotten: Vec<_> = forgotten.take(FORGET_REQUESTS_MAX).map(|(key, _)| key.clone()).collect();
        for key in &forgotten {
            self.requests.remove(key);
        }
        forgotten.len()
    }

    pub(crate) fn find_request(&self, cart: CartId, key: &IdempotencyKey, now: Timestamp) -> Option<&CheckoutRequest> {
        self.requests.get(&(cart, key.to_string())).filter(|request| request.expires_at > now)
    }

    pub(crate) fn commit(&mut self, asked: &OrderCommit) -> Result<Version, OrderCommitError> {
        let mut refused = Vec::new();
        let next = self.check_order(asked, &mut refused);
        if let Some((cart, read_at)) = &asked.cart {
            let present = self.carts.get(&cart.id).map(|kept| kept.cart.version);
            if present != Some(*read_at) {
                refused.push(OrderRefused::CartStale { present });
            }
        }
        let stock = self.check_stock(asked, &mut refused);
        if let MeterWrite::Spend(limits) = &asked.meters {
            for (meter, limit) in asked.order.uses.iter().zip(limits) {
                let used = self.meters.get(meter).copied().unwrap_or(0);
                if limit.is_some_and(|limit| used >= limit) {
                    refused.push(OrderRefused::Limit { meter: meter.clone(), used });
                }
            }
        }
        self.check_gift_cards(asked, &mut refused);
        if !refused.is_empty() {
            return Err(OrderCommitError::Refused(refused));
        }
        self.write(asked, next, stock);
        Ok(next)
    }

    /// The version that the order is going to have.
    fn check_order(&self, asked: &OrderCommit, refused: &mut Vec<OrderRefused>) -> Version {
        let order = &asked.order;
        let present = self.orders.get(&order.id).map(|kept| kept.order.version);
        match &asked.write {
            OrderWrite::Place { request, .. } => {
                if present.is_some() {
                    refused.push(OrderRefused::OrderStale { present });
                }
                if self.numbers.contains_key(&order.number) {
                    refused.push(OrderRefused::NumberTaken(order.number));
                }
                if self.find_request(request.cart, &request.key, asked.at).is_some() {
                    refused.push(OrderRefused::RequestMade);
                }
                Version::FIRST
            }
            OrderWrite::Move { read_at } => {
                if present != Some(*read_at) {
                    refused.push(OrderRefused::OrderStale { present });
                }
                read_at.next()
            }
        }
    }

    /// The stock records as they are going to be.
    fn check_stock(&self, asked: &OrderCommit, refused: &mut Vec<OrderRefused>) -> Vec<StockRecord> {
        let mut records: Vec<StockRecord> = Vec::new();
        for Hold { sku, location, quantity } in asked.order.holds.iter().filter(|_| asked.stock != StockWrite::Keep) {
            let place = records.iter().position(|record| record.sku == *sku).unwrap_or_else(|| {
                records.push(self.stock.get(sku).cloned().unwrap_or_else(|| StockRecord::empty(sku.clone())));
                records.len() - 1
            });
            let level = records[place].levels.entry(location.clone()).or_default();
            let units = u64::from(*quantity);
            let available = level.available();
            match asked.stock {
                StockWrite::Hold if available < units => refused.push(OrderRefused::Stock {
                    sku: sku.clone(),
                    location: location.clone(),
                    asked: *quantity,
                    available,
                }),
                StockWrite::Hold => level.held += units,
                StockWrite::Release | StockWrite::Keep => level.held = level.held.saturating_sub(units),
            }
        }
        records
    }

    fn write(&mut self, asked: &OrderCommit, next: Version, stock: Vec<StockRecord>) {
        let order = Stored { value: asked.order.clone(), version: next };
        let id = order.value.id;
        let events = if asked.events.is_empty() { None } else { Some(asked.events.clone()) };
        let envelope = events.map(|events| OrderEnvelope { order: id, version: next, at: asked.at, events });
        if let OrderWrite::Place { contact, request } = &asked.write {
            let kept = KeptOrder {
                order: order.clone(),
                contact: (**contact).clone(),
                envelopes: Vec::new(),
                states: Vec::new(),
            };
            self.orders.insert(id, kept);
            self.numbers.insert(order.value.number, id);
            self.requests.insert((request.cart, request.key.to_string()), request.clone());
        }
        let queues = destinations(&asked.events);
        if !queues.is_empty() {
            self.outbox.insert((id, next), queues);
        }
        let due_at = order.value.task.due_at;
        if let Some(kept) = self.orders.get_mut(&id) {
            if kept.order.value.task.due_at.is_some() {
                self.due.retain(|(_, due)| *due != id);
            }
            kept.states.push(order.value.state);
            kept.envelopes.extend(envelope);
            kept.order = order;
        }
        self.due.extend(due_at.map(|at| (at, id)));
        if let Some((cart, read_at)) = &asked.cart
            && let Some(kept) = self.carts.get_mut(&cart.id)
        {
            kept.put(Stored { value: cart.clone(), version: read_at.next() });
        }
        for record in stock {
            self.changed(Subject::Stock(record.sku.clone()), asked.at);
            self.stock.insert(record.sku.clone(), record);
        }
        self.count_uses(asked);
        self.write_gift_cards(asked);
    }

    fn count_uses(&mut self, asked: &OrderCommit) {
        let (meters, delta) = match &asked.meters {
            MeterWrite::Keep => return,
            MeterWrite::Spend(_) => (&asked.order.uses, 1),
            MeterWrite::Return(meters) => (meters, -1),
        };
        for meter in meters {
            let used = self.meters.entry(meter.clone()).or_default();
            *used = used.saturating_add_signed(delta);
        }
    }

    /// The variants whose stock a commit changes.
    pub(crate) fn touched(commit: &OrderCommit) -> Vec<Subject> {
        let skus = commit.order.holds.iter().filter(|_| commit.stock != StockWrite::Keep).map(|hold| &hold.sku);
        let mut skus: Vec<&Sku> = skus.collect();
        skus.dedup();
        skus.into_iter().map(|sku| Subject::Stock(sku.clone())).collect()
    }
}
