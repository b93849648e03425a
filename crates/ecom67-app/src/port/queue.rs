//! Durable queues: what is to be done beside the requests, message by message.
//!
//! Cut to Amazon SQS with queues of the kind FIFO. Three things that it cannot do are therefore in no adapter: a message
//! cannot be sent with a delay of its own (one that is received can be put off), a batch is not sent as a whole or not at
//! all, and what went wrong in an attempt is kept only where the message dies of it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_domain::violation::Invalid;
use ecom67_domain::{OrderId, Version};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::StoreError;

/// The most messages that one call sends or receives.
pub const QUEUE_BATCH_MAX: usize = 10;

/// The longest body of a message, in bytes.
pub const BODY_LENGTH_MAX: usize = 64 * 1024;

/// The longest name of a group, and the longest deduplication id, in bytes.
pub const QUEUE_KEY_LENGTH_MAX: usize = 100;

/// How long at least the deduplication id of a message that was sent is remembered.
pub const DEDUPLICATION_WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// The longest lease, and the longest that a message is put off.
pub const LEASE_MAX: Duration = Duration::from_hours(12);

/// The longest that a call waits for a message.
pub const RECEIVE_WAIT_MAX: Duration = Duration::from_secs(20);

/// The most dead messages that one call tells of.
pub const DEAD_MESSAGES_PAGE_MAX: usize = 100;

/// The longest reason that is kept, in bytes.
pub const WHY_LENGTH_MAX: usize = 500;

/// The queues there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueName {
    /// What people are told of their orders: each message an [`OrderNotice`], in one group per order.
    Notifications,
}

impl QueueName {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Notifications];

    /// Its name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notifications => "notifications",
        }
    }

    /// The queue with this name in data.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == name)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A name of a group or of a message: 1 to [`QUEUE_KEY_LENGTH_MAX`] visible characters of ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueKey(String);

impl QueueKey {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for QueueKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > QUEUE_KEY_LENGTH_MAX || !is_plain {
            let expected = format!("1 to {QUEUE_KEY_LENGTH_MAX} visible characters of ASCII");
            return Err(Invalid::new("queue_key_invalid", expected));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for QueueKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a message says: JSON by agreement. It is text because SQS takes nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageBody(String);

impl MessageBody {
    /// The body, if it is not empty, has at most [`BODY_LENGTH_MAX`] bytes, and none of the characters that SQS refuses:
    /// those that XML has no place for.
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        let is_carried = |character: char| match character {
            '\t' | '\n' | '\r' => true,
            _ => character >= ' ' && !matches!(character, '\u{FFFE}' | '\u{FFFF}'),
        };
        if text.is_empty() || text.len() > BODY_LENGTH_MAX || !text.chars().all(is_carried) {
            let expected = format!("1 to {BODY_LENGTH_MAX} bytes of text without control characters");
            return Err(Invalid::new("message_body_invalid", expected));
        }
        Ok(Self(text))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MessageBody {
    /// How long it is: what it says may not belong into a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MessageBody({} bytes)", self.0.len())
    }
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The name by which it is known when it is sent again: within [`DEDUPLICATION_WINDOW`] there is one message of a name.
    pub deduplication: QueueKey,
    /// Messages of one group are delivered in the order in which they were sent, one at a time.
    pub group: QueueKey,
    /// What it says.
    pub body: MessageBody,
}

/// What a message is called by its engine. Ids sort in no order that means anything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The id, as the engine tells it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What proves that a delivery is the present one of its message; opaque to everyone but the adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt(pub String);

/// A message that was received, leased to whoever received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where it was sent to.
    pub queue: QueueName,
    /// What the engine calls it: the same in each of its deliveries.
    pub id: MessageId,
    /// The name it was sent with; one that was redriven may have another.
    pub deduplication: QueueKey,
    /// Its group.
    pub group: QueueKey,
    /// What it says.
    pub body: MessageBody,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it was delivered first.
    pub first_received_at: Timestamp,
    /// How often it was delivered, this time counted. Attempts of which nobody tells the end count as well.
    pub attempt: u32,
    /// What it is completed with.
    pub receipt: Receipt,
}

/// Whether the lease that a call went by was still held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Lease {
    /// It was, and the call has done what it says.
    Held,
    /// It had run out, or the message is gone: nothing was done. Somebody else may have the message by now.
    Lost,
}

/// What has become of a message that was put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum PutOff {
    /// It is delivered again later.
    Later,
    /// That was its last attempt: it is dead.
    Dead,
    /// The lease was lost, and nothing was done.
    Lost,
}

/// A message that nobody delivers any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadMessage {
    /// What the engine calls it.
    pub id: MessageId,
    /// The name it was sent with.
    pub deduplication: QueueKey,
    /// Its group.
    pub group: QueueKey,
    /// What it says.
    pub body: MessageBody,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it was delivered first.
    pub first_received_at: Timestamp,
    /// When it died.
    pub died_at: Timestamp,
    /// How often it was delivered.
    pub attempts: u32,
    /// What it died of: one line, at most [`WHY_LENGTH_MAX`] bytes.
    pub why: String,
}

/// How full a queue is. An engine may count with a lag, and approximately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Messages that nobody has; some may wait for others of their groups.
    pub ready: u64,
    /// Messages that somebody has.
    pub in_flight: u64,
    /// Messages that were put off. SQS counts them as being in flight, and tells zero here.
    pub put_off: u64,
    /// Dead ones.
    pub dead: u64,
    /// When the oldest that is not dead was sent; `None` where there is none, and where the engine does not tell: SQS has
    /// that in `CloudWatch` only (`ApproximateAgeOfOldestMessage`).
    pub oldest_sent_at: Option<Timestamp>,
}

/// What a queue allows; the same for each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// The most messages that are not dead. An engine that counts with a lag refuses somewhat later.
    pub depth_max: u64,
    /// How often a message is delivered before it is dead.
    pub attempts_max: u32,
}

impl Default for QueueLimits {
    /// With the pauses of the worker, so many attempts take more than a day, but less than the 14 days that SQS keeps a message.
    fn default() -> Self {
        Self { depth_max: 100_000, attempts_max: 20 }
    }
}

/// A batch that was not sent, or not as a whole.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The queue is full: nothing of it was sent. Try again later.
    #[error("the queue {0} is full")]
    Full(QueueName),
    /// The engine failed. The first messages of each group may have been sent: it is safe to send all of them again within
    /// [`DEDUPLICATION_WINDOW`], and thereafter makes repeats.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Carries messages from whoever sends them to whoever handles them.
///
/// What is promised: a message that was sent is delivered until it is completed, dead or discarded. While a lease is held,
/// nobody else receives the message, nor one that follows it in its group. Within a group, messages are first delivered in
/// the order in which they were sent; a dead one lets the next pass.
///
/// What is not promised: that a message is delivered once (a lease may run out while its holder works on, a message sent
/// again after [`DEDUPLICATION_WINDOW`] is another), that groups are served in any order, that what was redriven comes in its
/// old place (it comes after all that its group has by then), or that a message which nobody receives is kept for more than 14
/// days: SQS forgets it then.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends 1 to [`QUEUE_BATCH_MAX`] messages, in this order. One whose deduplication id is known is not sent again, and
    /// that is no error, whatever it says.
    async fn send(&self, queue: QueueName, messages: &[NewMessage]) -> Result<(), SendError>;

    /// Up to `limit` messages, at most [`QUEUE_BATCH_MAX`], each of another group and leased for `lease`, from one second to
    /// [`LEASE_MAX`]. Where there is none, waits for one for up to `wait`, at most [`RECEIVE_WAIT_MAX`]; an engine may
    /// return empty earlier. A message that was delivered as often as it may be dies here and is not returned.
    async fn receive(
        &self,
        queue: QueueName,
        limit: usize,
        lease: Duration,
        wait: Duration,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// The message is done with, for good.
    async fn complete(&self, delivery: &Delivery) -> Result<Lease, StoreError>;

    /// The message is delivered again after `delay`, at most [`LEASE_MAX`], in whole seconds, and until then holds up its
    /// group. If this was its last attempt, it dies of `why` instead.
    async fn put_off(&self, delivery: &Delivery, delay: Duration, why: &str) -> Result<PutOff, StoreError>;

    /// The message dies of `why`, however many attempts it has left.
    async fn bury(&self, delivery: &Delivery, why: &str) -> Result<Lease, StoreError>;

    /// The lease ends `lease` from now.
    async fn extend(&self, delivery: &Delivery, lease: Duration) -> Result<Lease, StoreError>;

    /// Up to `limit` dead messages, at most [`DEAD_MESSAGES_PAGE_MAX`], whose ids follow `after`, in ascending order of ids. A
    /// page shorter than `limit` is the last.
    async fn dead(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError>;

    /// The dead message with this id.
    async fn find_dead(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError>;

    /// Sends a dead message again, behind all that its group has, as if it had never been delivered. Returns whether there
    /// was one. Where the engine fails in between it may be there twice.
    async fn redrive(&self, queue: QueueName, id: &MessageId) -> Result<bool, SendError>;

    /// Forgets a dead message for good. Returns whether there was one.
    async fn discard(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError>;

    /// How full it is.
    async fn depth(&self, queue: QueueName) -> Result<QueueDepth, StoreError>;
}

/// Handles what a queue delivers.
///
/// The same message may come more than once, and while it is handled elsewhere: a lease may run out. A handler bears that.
#[async_trait]
pub trait Handler: Send + Sync {
    /// Does what the message asks for. Its lease is extended meanwhile.
    async fn handle(&self, delivery: &Delivery) -> Handled;
}

/// What came of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// All that it asks for is done.
    Done,
    /// It could not be done now: it is tried again later, until it has had its attempts.
    PutOff {
        /// Why, in one line; nothing personal, for it is logged and kept.
        why: String,
    },
    /// It never can be done: it is dead.
    Poisoned {
        /// Why, in one line; nothing personal, for it is logged and kept.
        why: String,
    },
}

/// One short line of what somebody says is wrong: at most [`WHY_LENGTH_MAX`] bytes, without control characters.
pub fn one_line(why: &str) -> String {
    let mut line: String = why.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    line.truncate(line.floor_char_boundary(WHY_LENGTH_MAX));
    line
}

/// Something happened to an order that somebody is to be told of: what it was stands in the order's envelope of this
/// version, and whom it concerns in the order's contact. The message itself has nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderNotice {
    /// The order.
    pub order: OrderId,
    /// The version of its envelope.
    pub version: Version,
}

/// The form in which notices are sent at present.
const ORDER_NOTICE_SCHEMA: u32 = 1;

#[derive(Serialize, Deserialize)]
struct OrderNoticeDocument {
    schema: u32,
    order: String,
    version: u64,
}

impl OrderNotice {
    /// The message that tells of it: the same one each time, in the group of its order.
    pub fn to_message(self) -> NewMessage {
        let document =
            OrderNoticeDocument { schema: ORDER_NOTICE_SCHEMA, order: self.order.to_string(), version: self.version.0 };
        let text = serde_json::to_string(&document).expect("two numbers and an id are JSON");
        NewMessage {
            deduplication: QueueKey(format!("{}.{}", self.order, self.version.0)),
            group: QueueKey(self.order.to_string()),
            body: MessageBody(text),
        }
    }

    /// The notice that a message is.
    pub fn read(body: &MessageBody) -> Result<Self, NoticeError> {
        let document: OrderNoticeDocument = serde_json::from_str(body.as_str()).map_err(NoticeError::NotOne)?;
        if document.schema != ORDER_NOTICE_SCHEMA {
            return Err(NoticeError::OtherSchema(document.schema));
        }
        let order = document.order.parse().map_err(NoticeError::NoOrder)?;
        Ok(Self { order, version: Version(document.version) })
    }
}

/// A message that is no notice.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    /// It is something else, or damaged.
    #[error("the message is no notice of an order")]
    NotOne(#[source] serde_json::Error),
    /// Another release wrote it.
    #[error("the notice has the schema {0}, which this release does not know")]
    OtherSchema(u32),
    /// It names no order.
    #[error("the notice names no order")]
    NoOrder(#[source] Invalid),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_read_as_it_was_written_and_nothing_else_is_one() {
        let notice = OrderNotice { order: OrderId::new(7), version: Version(3) };
        let message = notice.to_message();

        assert_eq!(OrderNotice::read(&message.body).unwrap(), notice);
        assert_eq!(message, notice.to_message());
        assert_eq!(
            message.body.as_str(),
            r#"{"schema":1,"order":"order_00000000000000000000000000000007","version":3}"#
        );
        let read = |text: &str| OrderNotice::read(&MessageBody::new(text).unwrap());
        assert!(matches!(read("no"), Err(NoticeError::NotOne(_))));
        assert!(matches!(read(r#"{"schema":2,"order":"","version":1}"#), Err(NoticeError::OtherSchema(2))));
        assert!(matches!(read(r#"{"schema":1,"order":"order_1","version":1}"#), Err(NoticeError::NoOrder(_))));
    }

    #[test]
    fn what_an_engine_would_refuse_is_no_body_and_no_key() {
        for body in ["", "a\u{0}b", "a\u{FFFF}b", &"x".repeat(BODY_LENGTH_MAX + 1)] {
            assert!(MessageBody::new(body).is_err());
        }
        for key in ["", "a b", "ä", &"x".repeat(QUEUE_KEY_LENGTH_MAX + 1)] {
            assert!(key.parse::<QueueKey>().is_err(), "{key}");
        }
        assert!(MessageBody::new("\"ä\n\t😀\"").is_ok());
        assert!("order_1.2".parse::<QueueKey>().is_ok());
    }

    #[test]
    fn a_queue_is_found_by_its_name() {
        for queue in QueueName::ALL {
            assert_eq!(QueueName::parse(queue.as_str()), Some(queue));
        }
        assert_eq!(QueueName::parse("other"), None);
    }
}
