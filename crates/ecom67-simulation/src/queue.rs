//! Queues in memory that keep the port's promises and never fail: what goes wrong on the way to them is `Way`'s matter.

mod kept;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::Clock;
use ecom67_app::port::{
    DeadMessage, Delivery, Lease, MessageId, NewMessage, PutOff, Queue, QueueDepth, QueueLimits, QueueName,
    RECEIVE_WAIT_MAX, SendError, StoreError,
};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::chance::locked;

pub(crate) use kept::Kept;

/// Queues. Their clones are the same ones.
#[derive(Clone)]
pub struct MemoryQueue {
    kept: Arc<Mutex<Kept>>,
    sent: Arc<Notify>,
    limits: QueueLimits,
    clock: Arc<dyn Clock>,
}

impl MemoryQueue {
    /// Some with nothing in them, whose leases end by this clock.
    pub fn new(clock: Arc<dyn Clock>, limits: QueueLimits) -> Self {
        Self { kept: Arc::default(), sent: Arc::default(), limits, clock }
    }

    /// The very same queues, with other limits.
    #[must_use]
    pub fn with(&self, limits: QueueLimits) -> Self {
        Self { limits, ..self.clone() }
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        locked(&self.kept)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// As [`Queue::send`], without waiting for anything. So are the others.
    pub(crate) fn send_now(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError> {
        self.kept().send(queue, messages, self.now(), self.limits.depth_max)?;
        self.sent.notify_waiters();
        Ok(())
    }

    pub(crate) fn receive_now(&self, queue: QueueName, limit: usize, lease: Duration) -> Vec<Delivery> {
        self.kept().receive(queue, limit, self.now(), lease, self.limits.attempts_max)
    }

    pub(crate) fn complete_now(&self, delivery: &Delivery) -> Lease {
        let lease = self.kept().complete(delivery, self.now());
        self.sent.notify_waiters();
        lease
    }

    pub(crate) fn put_off_now(&self, delivery: &Delivery, delay: Duration, why: &str) -> PutOff {
        let put_off = self.kept().put_off(delivery, delay, why, self.now(), self.limits.attempts_max);
        self.sent.notify_waiters();
        put_off
    }

    pub(crate) fn bury_now(&self, delivery: &Delivery, why: &str) -> Lease {
        let lease = self.kept().bury(delivery, why, self.now());
        self.sent.notify_waiters();
        lease
    }

    pub(crate) fn extend_now(&self, delivery: &Delivery, lease: Duration) -> Lease {
        self.kept().extend(delivery, self.now(), lease)
    }

    pub(crate) fn redrive_now(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError> {
        let is_redriven = self.kept().redrive(queue, id, self.now(), self.limits.depth_max)?;
        self.sent.notify_waiters();
        Ok(is_redriven)
    }

    /// Whether something may be received.
    pub(crate) fn is_ready(&self, queue: QueueName) -> bool {
        self.kept().due_next(queue).is_some_and(|next| next <= self.now())
    }

    /// Waits until something may be received, or until `wait` is over.
    pub(crate) async fn ready(&self, queue: QueueName, wait: Duration) {
        let end = Instant::now() + wait.min(RECEIVE_WAIT_MAX);
        loop {
            let sent = self.sent.notified();
            let mut sent = std::pin::pin!(sent);
            sent.as_mut().enable();
            let now = self.now();
            let next = self.kept().due_next(queue);
            if next.is_some_and(|next| next <= now) {
                return;
            }
            let until_next = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
            let wake = until_next.map_or(end, |wait| end.min(Instant::now() + wait));
            tokio::select! {
                biased;
                () = sent => {}
                () = sleep_until(wake) => if wake == end { return },
            }
        }
    }
}

#[async_trait]
impl Queue for MemoryQueue {
    async fn send(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError> {
        self.send_now(queue, messages)
    }

    async fn receive(
        &self,
        queue: QueueName,
        limit: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.ready(queue, wait).await;
        Ok(self.receive_now(queue, limit, lease))
    }

    async fn complete(&self, delivery: &Delivery) -> Result<Lease, StoreError> {
        Ok(self.complete_now(delivery))
    }

    async fn put_off(&self, delivery: &Delivery, delay: Duration, why: &str) -> Result<PutOff, StoreError> {
        Ok(self.put_off_now(delivery, delay, why))
    }

    async fn bury(&self, delivery: &Delivery, why: &str) -> Result<Lease, StoreError> {
        Ok(self.bury_now(delivery, why))
    }

    async fn extend(&self, delivery: &Delivery, lease: Duration) -> Result<Lease, StoreError> {
        Ok(self.extend_now(delivery, lease))
    }

    async fn dead(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError> {
        Ok(self.kept().dead(queue, after, limit))
    }

    async fn find_dead(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError> {
        Ok(self.kept().find_dead(queue, id))
    }

    async fn redrive(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError> {
        self.redrive_now(queue, id)
    }

    async fn discard(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError> {
        Ok(self.kept().discard(queue, id))
    }

    async fn depth(&self, queue: QueueName) -> Result<QueueDepth, StoreError> {
        Ok(self.kept().depth(queue, self.now()))
    }
}
