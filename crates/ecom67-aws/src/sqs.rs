//! Queues on Amazon SQS, of its kind FIFO; the dead messages lie in the shop's table.
//!
//! **One message a request.** SQS answers a request for ten with several of one group, and counts each of them as tried: so one
//! is asked for at a time, and as many requests are made at once as messages are wanted.
//!
//! **The dead** are not left to SQS's own redrive policy, which knows no reason, cannot be listed, and forgets after 14 days. A
//! message is put into the table first and then deleted from its queue: who is stopped in between does it again.
//!
//! **Full.** SQS has no bound. It tells how many messages there are, approximately; what was sent since it was asked is added.

mod call;
mod message;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry};
use ecom67_app::port::{
    DeadMessage, Delivery, LEASE_MAX, Lease, MessageId, NewMessage, PutOff, QUEUE_BATCH_MAX, Queue, QueueDepth,
    QueueKey, QueueLimits, QueueName, RECEIVE_WAIT_MAX, SendError, StoreError, one_line,
};
use ecom67_app::{Chain, Clock};
use futures_util::future::join_all;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use uuid::Uuid;

use self::call::{error_of, lease_of, unbuilt};
use crate::dynamodb::{DeadMessages, Table};

/// How long SQS keeps a message that nobody receives: as long as it can.
const RETENTION_S: &str = "1209600";

/// The most bytes of bodies of one request; the engine takes 256 KiB with all that is around them.
const BATCH_BYTES_MAX: usize = 200 * 1024;

/// One try of a request that waits for messages, beyond what it waits.
const TRY_TIME_MAX: Duration = Duration::from_secs(3);

/// How long it holds how many messages were told to be there.
const COUNT_KEPT: Duration = Duration::from_secs(1);

/// Of what a message dies whose last holder never told of it.
const NEVER_HEARD_OF: &str = "it was delivered as often as it may be, and nobody told what came of the last time";

/// Keeps queues.
#[derive(Clone)]
pub struct SqsQueue {
    client: Client,
    /// Waits longer.
    receiver: Client,
    prefix: Arc<str>,
    dead: DeadMessages,
    clock: Arc<dyn Clock>,
    limits: QueueLimits,
    urls: Arc<[OnceCell<String>; QueueName::ALL.len()]>,
    counts: Arc<Mutex<HashMap<QueueName, Count>>>,
}

/// How many messages there were, with those that were sent since.
#[derive(Clone, Copy)]
struct Count {
    messages: u64,
    at: Instant,
}

impl SqsQueue {
    /// The queues whose names begin with `prefix`. `table` keeps the dead.
    pub fn new(config: &SdkConfig, prefix: &str, table: &Table, clock: Arc<dyn Clock>, limits: QueueLimits) -> Self {
        let waiting = RECEIVE_WAIT_MAX + TRY_TIME_MAX;
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(waiting).operation_timeout(waiting * 2);
        let patient = aws_sdk_sqs::config::Builder::from(config).timeout_config(timeouts.build()).build();
        Self {
            client: Client::new(config),
            receiver: Client::from_conf(patient),
            prefix: prefix.into(),
            dead: table.dead_messages(),
            clock,
            limits,
            urls: Arc::default(),
            counts: Arc::default(),
        }
    }

    fn name(&self, queue: QueueName) -> String {
        format!("{}-{queue}.fifo", self.prefix)
    }

    /// Makes the queues. In an account `infra/` does this.
    pub async fn create(&self) -> Result<(), StoreError> {
        for queue in QueueName::ALL {
            let create = self
                .client
                .create_queue()
                .queue_name(self.name(queue))
                .attributes(QueueAttributeName::FifoQueue, "true")
                .attributes(QueueAttributeName::ContentBasedDeduplication, "false")
                .attributes(QueueAttributeName::MessageRetentionPeriod, RETENTION_S);
            create.send().await.map_err(error_of)?;
        }
        Ok(())
    }

    /// Deletes the queues with everything in them.
    pub async fn delete(&self) -> Result<(), StoreError> {
        for queue in QueueName::ALL {
            self.client.delete_queue().queue_url(self.url(queue).await?).send().await.map_err(error_of)?;
        }
        Ok(())
    }

    async fn url(&self, queue: QueueName) -> Result<&str, StoreError> {
        let place = QueueName::ALL.iter().position(|known| *known == queue).unwrap_or_default();
        let url = self.urls[place].get_or_try_init(async || {
            let answer = self.client.get_queue_url().queue_name(self.name(queue)).send().await.map_err(error_of)?;
            answer.queue_url.ok_or_else(|| StoreError::failed("SQS names no address of the queue"))
        });
        url.await.map(String::as_str)
    }

    /// How many messages there are: those that nobody has, and the others.
    async fn count(&self, queue: QueueName) -> Result<(u64, u64), StoreError> {
        let asked = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let attributes = self.client.get_queue_attributes().queue_url(self.url(queue).await?);
        let attributes = attributes.set_attribute_names(Some(asked.to_vec())).send().await.map_err(error_of)?;
        let attributes = attributes.attributes.unwrap_or_default();
        let [ready, delayed, in_flight] =
            asked.map(|name| attributes.get(&name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0));
        Ok((ready + delayed, in_flight))
    }

    /// Whether so many more would be too many, as far as that is known. If not, they are counted.
    async fn is_full_for(&self, queue: QueueName, more: u64) -> Result<bool, StoreError> {
        let is_new = |count: &&mut Count| count.at.elapsed() < COUNT_KEPT;
        let bound = self.limits.depth_max;
        let room = |count: &mut Count| {
            let is_full = count.messages + more > bound;
            count.messages += if is_full { 0 } else { more };
            is_full
        };
        if let Some(count) = self.counts().get_mut(&queue).filter(is_new) {
            return Ok(room(count));
        }
        let (ready, in_flight) = self.count(queue).await?;
        let mut count = Count { messages: ready + in_flight, at: Instant::now() };
        let is_full = room(&mut count);
        self.counts().insert(queue, count);
        Ok(is_full)
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<QueueName, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends messages of different groups.
    async fn send_batch(&self, queue: QueueName, batch: &[&NewMessage]) -> Result<(), StoreError> {
        let mut send = self.client.send_message_batch().queue_url(self.url(queue).await?);
        for (number, message) in batch.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(number.to_string())
                .message_body(message.body.as_str())
                .message_group_id(message.group.as_str())
                .message_deduplication_id(message.deduplication.as_str());
            send = send.entries(entry.build().map_err(unbuilt)?);
        }
        let answer = send.send().await.map_err(error_of)?;
        match answer.failed.first() {
            None => Ok(()),
            Some(failed) => {
                let why = format!("{} of {} messages were not sent: {}", answer.failed.len(), batch.len(), failed.code);
                Err(if failed.sender_fault { StoreError::failed(why) } else { StoreError::Busy })
            }
        }
    }

    /// One message, if there is one.
    async fn receive_one(
        &self,
        queue: QueueName,
        lease: Duration,
        wait: Duration,
    ) -> Result<Option<Delivery>, StoreError> {
        loop {
            let receive = self
                .receiver
                .receive_message()
                .queue_url(self.url(queue).await?)
                .max_number_of_messages(1)
                .visibility_timeout(seconds(lease.clamp(Duration::from_secs(1), LEASE_MAX)))
                .wait_time_seconds(seconds(wait.min(RECEIVE_WAIT_MAX)))
                // A request that is repeated because its answer was lost brings the same again.
                .receive_request_attempt_id(Uuid::now_v7().to_string())
                .message_system_attribute_names(MessageSystemAttributeName::All);
            let answer = receive.send().await.map_err(error_of)?;
            let Some(message) = answer.messages.unwrap_or_default().pop() else { return Ok(None) };
            let delivery = match message::delivery(queue, message) {
                Ok(delivery) => delivery,
                // None of ours: SQS forgets it in the end, and until then it holds up its own group.
                Err(error) => {
                    tracing::error!(%queue, error = %Chain(&error), "a message cannot be read");
                    continue;
                }
            };
            if delivery.attempt <= self.limits.attempts_max {
                return Ok(Some(delivery));
            }
            // This delivery is none: nobody is going to try it.
            let last = Delivery { attempt: self.limits.attempts_max, ..delivery };
            let _either_way = self.bury(&last, NEVER_HEARD_OF).await?;
        }
    }

    /// Ends the lease, or moves its end.
    async fn change_lease(&self, delivery: &Delivery, seconds: i32) -> Result<Lease, StoreError> {
        let change = self.client.change_message_visibility().queue_url(self.url(delivery.queue).await?);
        let change = change.receipt_handle(&delivery.receipt.0).visibility_timeout(seconds).send().await;
        lease_of(change)
    }
}

/// In whole seconds, rounded up.
fn seconds(duration: Duration) -> i32 {
    let whole = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    i32::try_from(whole).unwrap_or(i32::MAX)
}

/// In batches that are sent one after the other: a batch that is sent in part keeps the order of each group.
fn batches(messages: &[NewMessage]) -> Vec<Vec<&NewMessage>> {
    let mut batches: Vec<Vec<&NewMessage>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let has_room = |batch: &&mut Vec<&NewMessage>| {
            batch.iter().all(|other| other.group != message.group)
                && bytes + message.body.as_str().len() <= BATCH_BYTES_MAX
        };
        match batches.last_mut().filter(has_room) {
            Some(batch) => batch.push(message),
            None => {
                batches.push(vec![message]);
                bytes = 0;
            }
        }
        bytes += message.body.as_str().len();
    }
    batches
}

#[async_trait]
impl Queue for SqsQueue {
    async fn send(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError> {
        let messages = &messages[..messages.len().min(QUEUE_BATCH_MAX)];
        if self.is_full_for(queue, messages.len() as u64).await? {
            return Err(SendError::Full(queue));
        }
        for batch in batches(messages) {
            self.send_batch(queue, &batch).await?;
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
        if limit == 0 {
            return Ok(Vec::new());
        }
        // Where there is none, one request waits, not ten.
        let Some(first) = self.receive_one(queue, lease, wait).await? else { return Ok(Vec::new()) };
        let others = (1..limit.min(QUEUE_BATCH_MAX)).map(|_| self.receive_one(queue, lease, Duration::ZERO));
        let others = join_all(others).await;
        // What was received is handed over, even if another request failed.
        let mut received = vec![first];
        for other in others {
            match other {
                Ok(other) => received.extend(other),
                Err(error) => tracing::warn!(%queue, error = %Chain(&error), "a message could not be received"),
            }
        }
        Ok(received)
    }

    async fn complete(&self, delivery: &Delivery) -> Result<Lease, StoreError> {
        let delete = self.client.delete_message().queue_url(self.url(delivery.queue).await?);
        lease_of(delete.receipt_handle(&delivery.receipt.0).send().await)
    }

    async fn put_off(&self, delivery: &Delivery, delay: Duration, why: &str) -> Result<PutOff, StoreError> {
        let lease = if delivery.attempt >= self.limits.attempts_max {
            (self.bury(delivery, why).await?, PutOff::Dead)
        } else {
            (self.change_lease(delivery, seconds(delay.min(LEASE_MAX))).await?, PutOff::Later)
        };
        Ok(match lease {
            (Lease::Held, outcome) => outcome,
            (Lease::Lost, _) => PutOff::Lost,
        })
    }

    async fn bury(&self, delivery: &Delivery, why: &str) -> Result<Lease, StoreError> {
        // Whoever has lost the lease says nothing of the message any more. And what is done next has its time.
        if self.change_lease(delivery, seconds(BURIAL_TIME_MAX)).await? == Lease::Lost {
            return Ok(Lease::Lost);
        }
        let dead = DeadMessage {
            id: delivery.id.clone(),
            deduplication: delivery.deduplication.clone(),
            group: delivery.group.clone(),
            body: delivery.body.clone(),
            sent_at: delivery.sent_at,
            first_received_at: delivery.first_received_at,
            died_at: self.clock.now(),
            attempts: delivery.attempt,
            why: one_line(why),
        };
        self.dead.put(delivery.queue, &dead).await?;
        self.complete(delivery).await
    }

    async fn extend(&self, delivery: &Delivery, lease: Duration) -> Result<Lease, StoreError> {
        self.change_lease(delivery, seconds(lease.clamp(Duration::from_secs(1), LEASE_MAX))).await
    }

    async fn dead(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError> {
        self.dead.list(queue, after, limit).await
    }

    async fn find_dead(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError> {
        self.dead.find(queue, id).await
    }

    async fn redrive(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError> {
        let Some(dead) = self.dead.find(queue, id).await? else { return Ok(false) };
        // Its old name may still be known, and then it would not be sent. This one is the same each time that it is tried.
        let deduplication: QueueKey = format!("redriven.{id}").parse().map_err(|_| foreign(id))?;
        self.send(queue, &[NewMessage { deduplication, group: dead.group, body: dead.body }]).await?;
        Ok(self.dead.remove(queue, id).await?)
    }

    async fn discard(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError> {
        self.dead.remove(queue, id).await
    }

    async fn depth(&self, queue: QueueName) -> Result<QueueDepth, StoreError> {
        let (ready, in_flight) = self.count(queue).await?;
        let dead = self.dead.count(queue).await?;
        Ok(QueueDepth { ready, in_flight, put_off: 0, dead, oldest_sent_at: None })
    }
}

/// How long it may take to bring a message to the dead.
const BURIAL_TIME_MAX: Duration = Duration::from_secs(30);

fn foreign(id: &MessageId) -> StoreError {
    StoreError::Unreadable { key: format!("dead message {id}"), reason: "its id is none of SQS".to_owned() }
}

#[cfg(test)]
mod tests {
    use ecom67_app::port::MessageBody;

    use super::*;

    fn message(name: &str, group: &str, bytes: usize) -> NewMessage {
        let body = MessageBody::new("x".repeat(bytes)).unwrap();
        NewMessage { deduplication: name.parse().unwrap(), group: group.parse().unwrap(), body }
    }

    #[test]
    fn no_batch_has_two_of_a_group_or_more_bytes_than_the_engine_takes() {
        let long = 64 * 1024;
        let messages = [
            message("1", "a", 1),
            message("2", "b", 1),
            message("3", "a", 1),
            message("4", "c", long),
            message("5", "d", long),
            message("6", "e", long),
            message("7", "f", long),
        ];

        let names: Vec<String> = batches(&messages)
            .iter()
            .map(|batch| batch.iter().map(|message| message.deduplication.as_str()).collect())
            .collect();

        assert_eq!(names, ["12", "3456", "7"]);
    }

    #[test]
    fn a_part_of_a_second_is_a_whole_one() {
        assert_eq!([0, 1, 1_000, 1_001].map(|ms| seconds(Duration::from_millis(ms))), [0, 1, 1, 2]);
    }
}
