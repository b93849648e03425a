//! The way to the outbox and the queues.

use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{
    DeadMessage, Delivery, Lease, MessageId, NewMessage, Outbox, OutboxEntry, PutOff, Queue, QueueDepth, QueueName,
    SendError, StoreError,
};
use ecom67_domain::{OrderId, Version};

use super::{Way, What};
use crate::invariants;

fn of(what: &'static str, delivery: &Delivery) -> What {
    What(what, delivery.group.as_str().parse().map_or(0, OrderId::number))
}

#[async_trait]
impl Outbox for Way {
    /// It lags behind: all of an order's entries may be missing.
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        self.life.lives().await;
        if self.world.store.state().pending(after, 1).is_empty() {
            return Ok(Vec::new());
        }
        let what = What("find what is to be published", 0);
        let mut entries = self.read(what, |state| state.pending(after, limit)).await?;
        if !entries.is_empty() && self.world.goes_wrong(8) {
            let lagging = entries[self.world.chance.index(entries.len())].order;
            entries.retain(|entry| entry.order != lagging);
        }
        Ok(entries)
    }

    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
        let envelopes = envelopes.to_vec();
        let what = What("take out what was published", envelopes.len() as u128);
        self.write(what, move |world| {
            world.store.state().mark_published(&envelopes);
            Ok(())
        })
        .await
    }
}

#[async_trait]
impl Queue for Way {
    /// It may fail half-way.
    async fn send(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError> {
        let (world, mut sent) = (&self.world, messages.to_vec());
        if sent.len() > 1 && world.goes_wrong(world.settings.store_one_in) {
            sent.truncate(1 + world.chance.index(sent.len() - 1));
        }
        let (count, what) = (sent.len(), What("send messages", sent.len() as u128));
        self.write(what, move |world| world.queue.send_now(queue, &sent)).await?;
        if count < messages.len() {
            return Err(StoreError::failed("the others were not sent").into());
        }
        Ok(())
    }

    async fn receive(
        &self,
        queue: QueueName,
        limit: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.life.lives().await;
        self.world.queue.ready(queue, wait).await;
        if !self.world.queue.is_ready(queue) {
            return Ok(Vec::new());
        }
        self.write(What("receive messages", 0), move |world| {
            let deliveries = world.queue.receive_now(queue, limit, lease);
            for delivery in &deliveries {
                invariants::after_receipt(world, delivery);
            }
            Ok(deliveries)
        })
        .await
    }

    async fn complete(&self, delivery: &Delivery) -> Result<Lease, StoreError> {
        let delivery = delivery.clone();
        self.write(of("complete message of order", &delivery), move |world| {
            let lease = world.queue.complete_now(&delivery);
            if lease == Lease::Held {
                world.post.ended(&delivery.deduplication);
            }
            Ok(lease)
        })
        .await
    }

    async fn put_off(&self, delivery: &Delivery, delay: Duration, why: &str) -> Result<PutOff, StoreError> {
        let (delivery, why) = (delivery.clone(), why.to_owned());
        self.write(of("put off message of order", &delivery), move |world| {
            world.tally.count("messages put off");
            Ok(world.queue.put_off_now(&delivery, delay, &why))
        })
        .await
    }

    async fn bury(&self, delivery: &Delivery, why: &str) -> Result<Lease, StoreError> {
        let (delivery, why) = (delivery.clone(), why.to_owned());
        self.write(of("bury message of order", &delivery), move |world| {
            world.tally.count("messages buried");
            Ok(world.queue.bury_now(&delivery, &why))
        })
        .await
    }

    async fn extend(&self, delivery: &Delivery, lease: Duration) -> Result<Lease, StoreError> {
        let delivery = delivery.clone();
        let what = of("extend lease of order", &delivery);
        self.write(what, move |world| Ok(world.queue.extend_now(&delivery, lease))).await
    }

    async fn dead(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError> {
        self.world.queue.dead(queue, after, limit).await
    }

    async fn find_dead(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError> {
        self.world.queue.find_dead(queue, id).await
    }

    async fn redrive(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError> {
        self.world.queue.redrive(queue, id).await
    }

    async fn discard(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError> {
        self.world.queue.discard(queue, id).await
    }

    /// What is only measured costs nothing.
    async fn depth(&self, queue: QueueName) -> Result<QueueDepth, StoreError> {
        self.life.lives().await;
        self.world.queue.depth(queue).await
    }
}
