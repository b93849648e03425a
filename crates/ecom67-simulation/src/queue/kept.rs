//! What queues keep: messages by group, the dead, and the names that were sent.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::time::Duration;

use ecom67_app::port::{
    DEAD_MESSAGES_PAGE_MAX, DEDUPLICATION_WINDOW, DeadMessage, Delivery, Lease, MessageBody, MessageId, NewMessage,
    PutOff, QUEUE_BATCH_MAX, QueueDepth, QueueKey, QueueName, Receipt, SendError, one_line,
};
use jiff::{SignedDuration, Timestamp};

/// All that is kept. The first message of a group is the only one that can be received.
#[derive(Default)]
pub(crate) struct Kept {
    groups: BTreeMap<(QueueName, QueueKey), VecDeque<Message>>,
    dead: BTreeMap<(QueueName, MessageId), DeadMessage>,
    /// Until when each name is known.
    names: BTreeMap<(QueueName, QueueKey), Timestamp>,
    ids: u64,
}

struct Message {
    id: MessageId,
    deduplication: QueueKey,
    body: MessageBody,
    sent_at: Timestamp,
    first_received_at: Option<Timestamp>,
    attempt: u32,
    hold: Hold,
}

/// Whether somebody has a message, or it waits.
enum Hold {
    Ready,
    PutOff { until: Timestamp },
    Leased { until: Timestamp, receipt: u64 },
}

impl Hold {
    /// From when on the message can be received.
    const fn until(&self) -> Timestamp {
        match self {
            Self::Ready => Timestamp::MIN,
            Self::PutOff { until } | Self::Leased { until, .. } => *until,
        }
    }
}

fn after(now: Timestamp, time: Duration) -> Timestamp {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    now.saturating_add(time).unwrap_or(Timestamp::MAX)
}

impl Message {
    fn died(self, group: QueueKey, now: Timestamp, why: &str) -> DeadMessage {
        DeadMessage {
            id: self.id,
            deduplication: self.deduplication,
            group,
            body: self.body,
            sent_at: self.sent_at,
            first_received_at: self.first_received_at.unwrap_or(now),
            died_at: now,
            attempts: self.attempt,
            why: one_line(why),
        }
    }
}

impl Kept {
    fn number(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    fn push(&mut self, queue: QueueName, group: QueueKey, deduplication: QueueKey, body: MessageBody, now: Timestamp) {
        let id = MessageId::new(format!("message-{:08}", self.number()));
        let (sent_at, first_received_at, attempt, hold) = (now, None, 0, Hold::Ready);
        let message = Message { id, deduplication, body, sent_at, first_received_at, attempt, hold };
        self.groups.entry((queue, group)).or_default().push_back(message);
    }

    fn length(&self, queue: QueueName) -> u64 {
        let groups = self.groups.iter().filter(|((of, _), _)| *of == queue);
        groups.map(|(_, messages)| messages.len() as u64).sum()
    }

    pub(crate) fn send(
        &mut self,
        queue: QueueName,
        messages: &[NewMessage],
        now: Timestamp,
        depth_max: u64,
    ) -> Result<(), SendError> {
        self.names.retain(|_, known_until| *known_until > now);
        let is_new = |message: &&NewMessage| !self.names.contains_key(&(queue, message.deduplication.clone()));
        let new = messages.iter().filter(is_new).count() as u64;
        if new > 0 && self.length(queue) + new > depth_max {
            return Err(SendError::Full(queue));
        }
        let known_until = now.saturating_add(DEDUPLICATION_WINDOW).unwrap_or(Timestamp::MAX);
        for message in messages.iter().take(QUEUE_BATCH_MAX) {
            let NewMessage { deduplication, group, body } = message.clone();
            // A name is remembered from when it was sent first, and within one batch as well.
            if let Entry::Vacant(name) = self.names.entry((queue, deduplication.clone())) {
                name.insert(known_until);
                self.push(queue, group, deduplication, body, now);
            }
        }
        Ok(())
    }

    pub(crate) fn receive(
        &mut self,
        queue: QueueName,
        limit: usize,
        now: Timestamp,
        lease: Duration,
        attempts_max: u32,
    ) -> Vec<Delivery> {
        let groups: Vec<QueueKey> =
            self.groups.keys().filter(|(of, _)| *of == queue).map(|(_, group)| group.clone()).collect();
        let mut deliveries = Vec::new();
        for group in groups {
            if deliveries.len() >= limit.min(QUEUE_BATCH_MAX) {
                break;
            }
            deliveries.extend(self.receive_first(queue, &group, now, lease, attempts_max));
        }
        deliveries
    }

    /// The first message of a group, if nobody has it. Those that were delivered as often as they may be die before.
    fn receive_first(
        &mut self,
        queue: QueueName,
        group: &QueueKey,
        now: Timestamp,
        lease: Duration,
        attempts_max: u32,
    ) -> Option<Delivery> {
        let receipt = self.number();
        loop {
            let key = (queue, group.clone());
            let first = self.groups.get_mut(&key)?.front_mut()?;
            if first.hold.until() > now {
                return None;
            }
            if first.attempt >= attempts_max {
                self.die(queue, group, now, "nobody told what came of its last attempt");
                continue;
            }
            first.attempt += 1;
            first.hold = Hold::Leased { until: after(now, lease), receipt };
            return Some(Delivery {
                queue,
                id: first.id.clone(),
                deduplication: first.deduplication.clone(),
                group: group.clone(),
                body: first.body.clone(),
                sent_at: first.sent_at,
                first_received_at: *first.first_received_at.get_or_insert(now),
                attempt: first.attempt,
                receipt: Receipt(receipt.to_string()),
            });
        }
    }

    /// The message of a delivery, if its lease is held: it is then the first of its group.
    fn held(&mut self, delivery: &Delivery, now: Timestamp) -> Option<&mut Message> {
        let first = self.groups.get_mut(&(delivery.queue, delivery.group.clone()))?.front_mut()?;
        let is_held = match first.hold {
            Hold::Leased { until, receipt } => until > now && receipt.to_string() == delivery.receipt.0,
            Hold::Ready | Hold::PutOff { .. } => false,
        };
        is_held.then_some(first)
    }

    fn take_first(&mut self, queue: QueueName, group: &QueueKey) -> Option<Message> {
        let key = (queue, group.clone());
        let messages = self.groups.get_mut(&key)?;
        let first = messages.pop_front();
        if messages.is_empty() {
            self.groups.remove(&key);
        }
        first
    }

    fn die(&mut self, queue: QueueName, group: &QueueKey, now: Timestamp, why: &str) {
        if let Some(message) = self.take_first(queue, group) {
            self.dead.insert((queue, message.id.clone()), message.died(group.clone(), now, why));
        }
    }

    pub(crate) fn complete(&mut self, delivery: &Delivery, now: Timestamp) -> Lease {
        if self.held(delivery, now).is_none() {
            return Lease::Lost;
        }
        self.take_first(delivery.queue, &delivery.group);
        Lease::Held
    }

    pub(crate) fn put_off(
        &mut self,
        delivery: &Delivery,
        delay: Duration,
        why: &str,
        now: Timestamp,
        attempts_max: u32,
    ) -> PutOff {
        let Some(message) = self.held(delivery, now) else { return PutOff::Lost };
        if message.attempt < attempts_max {
            message.hold = Hold::PutOff { until: after(now, delay) };
            return PutOff::Later;
        }
        self.die(delivery.queue, &delivery.group, now, why);
        PutOff::Dead
    }

    pub(crate) fn bury(&mut self, delivery: &Delivery, why: &str, now: Timestamp) -> Lease {
        if self.held(delivery, now).is_none() {
            return Lease::Lost;
        }
        self.die(delivery.queue, &delivery.group, now, why);
        Lease::Held
    }

    pub(crate) fn extend(&mut self, delivery: &Delivery, now: Timestamp, lease: Duration) -> Lease {
        let Some(message) = self.held(delivery, now) else { return Lease::Lost };
        if let Hold::Leased { until, .. } = &mut message.hold {
            *until = after(now, lease);
        }
        Lease::Held
    }

    pub(crate) fn dead(&self, queue: QueueName, after: Option<&MessageId>, limit: usize) -> Vec<DeadMessage> {
        let after = after.map_or(Bound::Unbounded, |id| Bound::Excluded((queue, id.clone())));
        let dead = self.dead.range((after, Bound::Unbounded)).filter(|((of, _), _)| *of == queue);
        dead.take(limit.min(DEAD_MESSAGES_PAGE_MAX)).map(|(_, message)| message.clone()).collect()
    }

    pub(crate) fn all_dead(&self) -> impl Iterator<Item = &DeadMessage> {
        self.dead.values()
    }

    /// How many messages are not dead.
    pub(crate) fn alive(&self) -> usize {
        self.groups.values().map(VecDeque::len).sum()
    }

    /// When the next of the messages comes that were put off.
    pub(crate) fn put_off_until(&self) -> Option<Timestamp> {
        let firsts = self.groups.values().filter_map(VecDeque::front);
        let until = |first: &Message| match first.hold {
            Hold::PutOff { until } => Some(until),
            Hold::Ready | Hold::Leased { .. } => None,
        };
        firsts.filter_map(until).min()
    }

    pub(crate) fn find_dead(&self, queue: QueueName, id: &MessageId) -> Option<DeadMessage> {
        self.dead.get(&(queue, id.clone())).cloned()
    }

    pub(crate) fn redrive(
        &mut self,
        queue: QueueName,
        id: &MessageId,
        now: Timestamp,
        depth_max: u64,
    ) -> Result<bool, SendError> {
        let key = (queue, id.clone());
        if self.dead.contains_key(&key) && self.length(queue) >= depth_max {
            return Err(SendError::Full(queue));
        }
        let Some(dead) = self.dead.remove(&key) else { return Ok(false) };
        self.push(queue, dead.group, dead.deduplication, dead.body, now);
        Ok(true)
    }

    pub(crate) fn discard(&mut self, queue: QueueName, id: &MessageId) -> bool {
        self.dead.remove(&(queue, id.clone())).is_some()
    }

    pub(crate) fn depth(&self, queue: QueueName, now: Timestamp) -> QueueDepth {
        let alive = self.groups.iter().filter(|((of, _), _)| *of == queue).flat_map(|(_, messages)| messages);
        let mut depth = QueueDepth {
            dead: self.dead.keys().filter(|(of, _)| *of == queue).count() as u64,
            ..QueueDepth::default()
        };
        for message in alive {
            match message.hold {
                Hold::Leased { until, .. } if until > now => depth.in_flight += 1,
                Hold::PutOff { until } if until > now => depth.put_off += 1,
                Hold::Ready | Hold::Leased { .. } | Hold::PutOff { .. } => depth.ready += 1,
            }
            depth.oldest_sent_at =
                Some(depth.oldest_sent_at.map_or(message.sent_at, |oldest| oldest.min(message.sent_at)));
        }
        depth
    }

    /// When something can be received next, as far as is known.
    pub(crate) fn due_next(&self, queue: QueueName) -> Option<Timestamp> {
        let groups = self.groups.iter().filter(|((of, _), _)| *of == queue);
        groups.filter_map(|(_, messages)| messages.front()).map(|first| first.hold.until()).min()
    }
}
