//! The relay: publishes what happened to orders, in order for each of them and at least once.
//!
//! It looks by itself every few seconds. Where queues lie elsewhere than orders, commits wake it; where they lie in one file,
//! commits send by themselves, nobody wakes it, and what a full queue did not take waits for its next look. An envelope is
//! sent under a name that follows from its order and version, and then taken out of the outbox: who is killed in between
//! sends it again under the same name.

mod telling;

use std::sync::Arc;
use std::time::Duration;

use ecom67_domain::order::OrderEvent;
use ecom67_domain::{OrderId, Version};
use tokio::sync::{Notify, watch};

use crate::port::{
    NewMessage, OUTBOX_PAGE_MAX, OrderNotice, Outbox, OutboxEntry, QUEUE_BATCH_MAX, Queue, QueueName, SendError,
    StoreError,
};
use crate::{Chain, Chance, stopped};

pub use telling::TellingOrders;

/// How often is looked for what waits, whether anybody was woken or not.
const SWEEP_INTERVAL: Duration = Duration::from_secs(5);

/// The least time between two looks: what is committed meanwhile is published together.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

const PAUSE_FIRST: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Pages of the outbox that are published before it is looked at from its beginning again.
const PAGES_OF_PASS_MAX: usize = 4;

/// Where the envelope with these events is published. It depends on nothing else, and is decided once, in the commit.
pub fn destinations(events: &[OrderEvent]) -> Vec<QueueName> {
    QueueName::ALL.into_iter().filter(|queue| events.iter().any(|event| goes_to(*queue, event))).collect()
}

/// Whether whoever is behind the queue has something to do with the event.
const fn goes_to(queue: QueueName, event: &OrderEvent) -> bool {
    match queue {
        // What people are owed a word of. Steps in between are none of theirs.
        QueueName::Notifications => match event {
            OrderEvent::Placed(_)
            | OrderEvent::Paid
            | OrderEvent::Cancelled { .. }
            | OrderEvent::RefundSettled { .. } => true,
            OrderEvent::Authorised { .. }
            | OrderEvent::HoldExtended { .. }
            | OrderEvent::CancellationBegun { .. }
            | OrderEvent::RefundRequested { .. }
            | OrderEvent::RefundPaidOtherwise { .. } => false,
        },
    }
}

/// Why something was not published. It stays in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The queue does not take it.
    #[error("an envelope was not sent")]
    Send(#[from] SendError),
    /// The outbox cannot be read, or what was published not be taken out of it.
    #[error("the outbox does not answer")]
    Outbox(#[from] StoreError),
}

/// Publishes what is in the outbox.
#[derive(Clone)]
pub struct Relay {
    /// What is to be published.
    pub outbox: Arc<dyn Outbox>,
    /// Where.
    pub queue: Arc<dyn Queue>,
    /// Wakes it. A wake for nothing does no harm, and what nobody wakes for is found a little later.
    pub woken: Arc<Notify>,
    /// Spreads those who try again.
    pub chance: Arc<dyn Chance>,
}

impl Relay {
    /// Publishes until it is time to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut pause = PAUSE_FIRST;
        loop {
            // Stopped half-way, it has lost nothing: what was sent is sent again under its name.
            let published = tokio::select! {
                // In the order in which they stand, here and below, so that a simulation is the same again.
                biased;
                published = self.publish_what_waits() => published,
                () = stopped(&mut stop) => return,
            };
            let wait = match published {
                Ok(_) => {
                    pause = PAUSE_FIRST;
                    LOOK_INTERVAL
                }
                Err(error) => {
                    tracing::warn!(error = %Chain(&error), "what happened to orders could not be published; it is tried again");
                    metrics::counter!("ecom67_relay_failures_total").increment(1);
                    let wait = self.chance.jitter(pause);
                    pause = (pause * 2).min(PAUSE_MAX);
                    wait
                }
            };
            tokio::select! {
                biased;
                () = tokio::time::sleep(wait) => {}
                () = stopped(&mut stop) => return,
            }
            // After a failure the pause was all that is waited for.
            if pause > PAUSE_FIRST {
                continue;
            }
            tokio::select! {
                biased;
                () = self.woken.notified() => {}
                () = tokio::time::sleep(SWEEP_INTERVAL) => {}
                () = stopped(&mut stop) => return,
            }
        }
    }

    /// Publishes all that is in the outbox, and returns how many envelopes that were.
    pub async fn publish_what_waits(&self) -> Result<usize, RelayError> {
        let mut published = 0;
        loop {
            let (of_pass, is_last) = self.pass().await?;
            published += of_pass;
            if is_last {
                return Ok(published);
            }
        }
    }

    /// Publishes what is in the outbox from its beginning, no more than some pages: new orders enter at its end, and what older
    /// ones tell must not wait until none comes. Returns how many envelopes that were, and whether the end was reached.
    async fn pass(&self) -> Result<(usize, bool), RelayError> {
        let (mut published, mut after) = (0, None);
        for _ in 0..PAGES_OF_PASS_MAX {
            let entries = self.outbox.pending(after, OUTBOX_PAGE_MAX).await?;
            let Some(last) = entries.last() else { return Ok((published, true)) };
            after = Some((last.order, last.version));
            for batch in entries.chunks(QUEUE_BATCH_MAX) {
                self.publish(batch).await?;
                published += batch.len();
            }
            metrics::counter!("ecom67_relay_published_total").increment(entries.len() as u64);
        }
        Ok((published, false))
    }

    /// Sends these envelopes, one after the other, and takes them out when all of them are sent. A batch keeps the order of its
    /// messages, and nothing later is sent before it succeeds.
    async fn publish(&self, batch: &[OutboxEntry]) -> Result<(), RelayError> {
        for queue in QueueName::ALL {
            let messages: Vec<NewMessage> = batch
                .iter()
                .filter(|entry| entry.queues.contains(&queue))
                .map(|entry| OrderNotice { order: entry.order, version: entry.version }.to_message())
                .collect();
            if !messages.is_empty() {
                self.queue.send(queue, &messages).await?;
            }
        }
        let envelopes: Vec<(OrderId, Version)> = batch.iter().map(|entry| (entry.order, entry.version)).collect();
        Ok(self.outbox.mark_published(&envelopes).await?)
    }
}

#[cfg(test)]
mod tests {
    use ecom67_domain::order::CancelReason;

    use super::*;

    #[test]
    fn what_people_are_owed_a_word_of_goes_to_notifications_and_nothing_else_does() {
        let told = [OrderEvent::Paid, OrderEvent::Cancelled { reason: CancelReason::Shopper }];
        let untold =
            [OrderEvent::CancellationBegun { reason: CancelReason::Expired }, OrderEvent::Authorised { payment: None }];

        for event in &told {
            assert_eq!(destinations(std::slice::from_ref(event)), [QueueName::Notifications], "{event:?}");
        }
        assert_eq!(destinations(&untold), []);
        assert_eq!(destinations(&[]), []);
        let both = [untold[0].clone(), told[1].clone()];
        assert_eq!(destinations(&both), [QueueName::Notifications], "one that is told of is enough");
    }
}
