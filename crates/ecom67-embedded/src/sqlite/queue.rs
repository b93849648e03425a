//! Queues in SQLite.

mod check;
mod dead;
mod statements;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{
    DEAD_MESSAGES_PAGE_MAX, DeadMessage, Delivery, LEASE_MAX, Lease, MessageBody, MessageId, NewMessage, PutOff,
    QUEUE_BATCH_MAX, Queue, QueueDepth, QueueKey, QueueLimits, QueueName, RECEIVE_WAIT_MAX, Receipt, SendError,
    StoreError, one_line,
};
use ecom67_app::{Chain, Clock};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

pub(super) use self::check::{check_counts, check_messages};
use self::statements::Row;
pub(super) use self::statements::forget_names;
use super::write::Unit;
use super::{Database, UnitError, failed, micros, timestamp, unreadable};

/// How long the name of a message is remembered: longer than it must be, for whoever sends again after a long pause.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// The most names that are forgotten when messages are sent; more than are noted then.
const FORGET_NAMES_MAX: usize = 40;

/// How often somebody who waits looks by himself: for leases that have ended, and what was put off.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// The shortest lease.
const LEASE_MIN: Duration = Duration::from_secs(1);

/// Of what a message dies whose last holder never told of it.
const NEVER_HEARD_OF: &str = "it was delivered as often as it may be, and nobody told what came of the last time";

/// Keeps queues.
#[derive(Clone)]
pub struct SqliteQueue {
    database: Database,
    /// In the lane of what nobody waits for as shoppers do.
    bulk: Database,
    clock: Arc<dyn Clock>,
    limits: QueueLimits,
    /// Wakes those who wait for a message.
    changed: Arc<Notify>,
}

impl SqliteQueue {
    /// The queues of this database, which nobody else may keep at the same time: those who wait are woken from here.
    pub fn new(database: &Database, clock: Arc<dyn Clock>, limits: QueueLimits) -> Self {
        Self { database: database.clone(), bulk: database.bulk(), clock, limits, changed: Arc::default() }
    }

    /// From now on commits of orders send here what they tell, in their own transaction: no relay has to. Called once, by
    /// whoever puts a shop together; the first queues stay.
    pub fn take_from_commits(&self) {
        let depth_max = self.limits.depth_max.saturating_sub(QUEUE_BATCH_MAX as u64);
        let deliveries = Deliveries { depth_max, changed: Arc::clone(&self.changed) };
        drop(self.database.inner.deliveries.set(deliveries));
    }

    async fn write<T, F>(&self, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let answer = self.bulk.write(move |unit| write(unit.connection).map_err(UnitError::from)).await;
        Ok(answer??)
    }

    /// Leases what can be received now.
    async fn lease(&self, queue: QueueName, limit: usize, lease: Duration) -> Result<Vec<Delivery>, StoreError> {
        let now = self.clock.now();
        // Most looks find nothing, and a commit costs a sync.
        let is_due = self
            .database
            .read_rows(move |connection| statements::is_due(connection, queue, now, latest(now)).map_err(failed));
        if !is_due.await? {
            return Ok(Vec::new());
        }
        // One that were over at once would be given out again and again.
        let (attempts_max, until) = (self.limits.attempts_max, after(now, lease.max(LEASE_MIN)));
        let taken = self.write(move |connection| {
            // As some may die here, there may be more looks than one.
            let mut rows = Vec::new();
            statements::bring_back(connection, queue, latest(now))?;
            while rows.len() < limit {
                let due = statements::due(connection, queue, now, limit - rows.len())?;
                if due.is_empty() {
                    break;
                }
                for row in due {
                    if row.attempts >= attempts_max {
                        dead::bury(connection, queue, &row, now, NEVER_HEARD_OF)?;
                    } else {
                        rows.push(statements::lease(connection, row, now, until)?);
                    }
                }
            }
            Ok(rows)
        });
        // One that cannot be read is damage. It dies as any that nobody handles, and spoils no other's attempt.
        let read = taken.await?.into_iter().filter_map(|row| {
            delivery(queue, row)
                .inspect_err(|error| tracing::error!(%queue, error = %Chain(error), "a message cannot be read"))
                .ok()
        });
        Ok(read.collect())
    }

    /// Does something with the message of a delivery, if its lease still holds.
    async fn held<F>(&self, delivery: &Delivery, change: F) -> Result<Lease, StoreError>
    where
        F: FnOnce(&Connection, QueueName, &Row, Timestamp) -> rusqlite::Result<()> + Send + 'static,
    {
        let Some((id, attempt)) = read_receipt(&delivery.receipt) else { return Ok(Lease::Lost) };
        let (queue, now) = (delivery.queue, self.clock.now());
        // Not behind an import: the lease would end meanwhile.
        let answer = self.database.write(move |unit| {
            let Some(row) = statements::leased(unit.connection, queue, id, attempt, now)? else {
                return Ok(Lease::Lost);
            };
            change(unit.connection, queue, &row, now)?;
            Ok::<_, UnitError>(Lease::Held)
        });
        let lease = answer.await??;
        self.changed.notify_waiters();
        Ok(lease)
    }
}

/// How a commit sends messages to the queues in its own file.
#[derive(Clone)]
pub(super) struct Deliveries {
    /// Less than the queue's own by a whole batch: else commits would take each place that comes free, and what waits in the
    /// outbox would never find room for all of its batch.
    depth_max: u64,
    changed: Arc<Notify>,
}

impl Deliveries {
    /// Sends a message that has never been sent, and never will be again under its name, with the unit's other writes. Where
    /// one of the queues has no room, it is sent to none, and `false` is returned.
    pub(super) fn send(
        &self,
        unit: &mut Unit<'_>,
        queues: &[QueueName],
        message: &NewMessage,
    ) -> rusqlite::Result<bool> {
        for queue in queues {
            if statements::messages(unit.connection, *queue)? >= self.depth_max {
                return Ok(false);
            }
        }
        for queue in queues {
            statements::insert(unit.connection, *queue, message, unit.at)?;
        }
        let changed = Arc::clone(&self.changed);
        unit.when_ended(move |_| changed.notify_waiters());
        Ok(true)
    }
}

/// The instant so much later, or the last there is.
fn after(now: Timestamp, duration: Duration) -> Timestamp {
    now.checked_add(duration.min(LEASE_MAX)).unwrap_or(Timestamp::MAX)
}

/// Nothing is leased or put off for longer: what is said to be was written while the clock was wrong.
fn latest(now: Timestamp) -> Timestamp {
    after(now, LEASE_MAX)
}

/// A message has one receipt for each of its deliveries.
fn receipt(id: i64, attempt: u32) -> Receipt {
    Receipt(format!("{id}.{attempt}"))
}

fn read_receipt(receipt: &Receipt) -> Option<(i64, u32)> {
    let (id, attempt) = receipt.0.split_once('.')?;
    Some((id.parse().ok()?, attempt.parse().ok()?))
}

/// Ids sort as the numbers of messages do.
fn message_id(id: i64) -> MessageId {
    MessageId::new(format!("{id:016x}"))
}

fn read_message_id(id: &MessageId) -> Option<i64> {
    i64::from_str_radix(id.as_str(), 16).ok().filter(|number| message_id(*number) == *id)
}

fn delivery(queue: QueueName, row: Row) -> Result<Delivery, StoreError> {
    let id = message_id(row.id);
    let name = format!("message {id}");
    let first_received_at = row.first_received_at.unwrap_or(row.sent_at);
    Ok(Delivery {
        queue,
        deduplication: queue_key(&name, &row.deduplication)?,
        group: queue_key(&name, &row.group)?,
        body: body(&name, row.body)?,
        sent_at: timestamp(row.sent_at)?,
        first_received_at: timestamp(first_received_at)?,
        attempt: row.attempts,
        receipt: receipt(row.id, row.attempts),
        id,
    })
}

fn queue_key(name: &str, text: &str) -> Result<QueueKey, StoreError> {
    text.parse().map_err(|invalid| unreadable(name, invalid))
}

fn body(name: &str, text: String) -> Result<MessageBody, StoreError> {
    MessageBody::new(text).map_err(|invalid| unreadable(name, invalid))
}

#[async_trait]
impl Queue for SqliteQueue {
    async fn send(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError> {
        debug_assert!(messages.len() <= QUEUE_BATCH_MAX, "a batch has at most {QUEUE_BATCH_MAX} messages");
        let messages = messages.to_vec();
        let (now, depth_max) = (self.clock.now(), self.limits.depth_max);
        let until = now.checked_add(REMEMBERED).unwrap_or(Timestamp::MAX);
        let is_sent = self
            .write(move |connection| {
                forget_names(connection, now, FORGET_NAMES_MAX)?;
                let mut new = Vec::new();
                for message in &messages {
                    // Noted at once, so that one of the same name later in the batch is known, too.
                    if statements::note_name(connection, queue, message.deduplication.as_str(), now, until)? {
                        new.push(message);
                    }
                }
                if statements::messages(connection, queue)? + new.len() as u64 > depth_max {
                    for message in new {
                        statements::forget_name(connection, queue, message.deduplication.as_str())?;
                    }
                    return Ok(false);
                }
                for message in new {
                    statements::insert(connection, queue, message, now)?;
                }
                Ok(true)
            })
            .await?;
        if !is_sent {
            return Err(SendError::Full(queue));
        }
        self.changed.notify_waiters();
        Ok(())
    }

    async fn receive(
        &self,
        queue: QueueName,
        limit: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, StoreError> {
        let limit = limit.min(QUEUE_BATCH_MAX);
        let deadline = Instant::now() + wait.min(RECEIVE_WAIT_MAX);
        loop {
            // Before the look: what comes between it and the wait is not missed.
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let received = self.lease(queue, limit, lease).await?;
            if !received.is_empty() || limit == 0 || Instant::now() >= deadline {
                return Ok(received);
            }
            // Whether somebody woke or it is time: there is another look.
            drop(timeout_at(deadline.min(Instant::now() + LOOK_INTERVAL), changed).await);
        }
    }

    async fn complete(&self, delivery: &Delivery) -> Result<Lease, StoreError> {
        self.held(delivery, |connection, queue, row, _| statements::remove(connection, queue, row)).await
    }

    async fn put_off(&self, delivery: &Delivery, delay: Duration, why: &str) -> Result<PutOff, StoreError> {
        if delivery.attempt >= self.limits.attempts_max {
            return Ok(match self.bury(delivery, why).await? {
                Lease::Held => PutOff::Dead,
                Lease::Lost => PutOff::Lost,
            });
        }
        let lease = self
            .held(delivery, move |connection, _, row, now| {
                statements::move_to(connection, row.id, after(now, delay), false)
            })
            .await?;
        Ok(match lease {
            Lease::Held => PutOff::Later,
            Lease::Lost => PutOff::Lost,
        })
    }

    async fn bury(&self, delivery: &Delivery, why: &str) -> Result<Lease, StoreError> {
        let why = one_line(why);
        self.held(delivery, move |connection, queue, row, now| dead::bury(connection, queue, row, now, &why)).await
    }

    async fn extend(&self, delivery: &Delivery, lease: Duration) -> Result<Lease, StoreError> {
        self.held(delivery, move |connection, _, row, now| {
            statements::move_to(connection, row.id, after(now, lease.max(LEASE_MIN)), true)
        })
        .await
    }

    async fn dead(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError> {
        let limit = limit.min(DEAD_MESSAGES_PAGE_MAX);
        let after = match after {
            None => 0,
            // One that is no id of ours follows all that are.
            Some(id) => read_message_id(id).unwrap_or(i64::MAX),
        };
        self.database.read(move |connection| dead::list(connection, queue, after, limit)).await
    }

    async fn find_dead(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError> {
        let Some(id) = read_message_id(id) else { return Ok(None) };
        self.database.read(move |connection| dead::find(connection, queue, id)).await
    }

    async fn redrive(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError> {
        let Some(id) = read_message_id(id) else { return Ok(false) };
        let now = self.clock.now();
        let was_there = self.write(move |connection| dead::redrive(connection, queue, id, now)).await?;
        self.changed.notify_waiters();
        Ok(was_there)
    }

    async fn discard(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError> {
        let Some(id) = read_message_id(id) else { return Ok(false) };
        self.write(move |connection| dead::remove(connection, queue, id)).await
    }

    async fn depth(&self, queue: QueueName) -> Result<QueueDepth, StoreError> {
        let now = micros(self.clock.now());
        self.database.read(move |connection| statements::depth(connection, queue, now)).await
    }
}
