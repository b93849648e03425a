//! Dead messages of queues: one item for each, all of a queue in one partition. SQS forgets what it keeps after 14 days.

use aws_sdk_dynamodb::types::{AttributeValue, Select};
use ecom67_app::port::{
    DEAD_LETTERS_COUNTED_MAX, DEAD_MESSAGES_PAGE_MAX, DeadMessage, MessageBody, MessageId, QueueName, StoreError,
};

use super::Table;
use super::call::read_error;
use super::item::{Item, Reader, number, text};
use super::key::{Key, dead_messages_partition};

const DEDUPLICATION: &str = "deduplication";
const GROUP: &str = "group";
const BODY: &str = "body";
const SENT_AT: &str = "sent_at";
const FIRST_RECEIVED_AT: &str = "first_received_at";
const DIED_AT: &str = "died_at";
const ATTEMPTS: &str = "attempts";
const WHY: &str = "why";

/// Keeps dead messages.
#[derive(Clone, Debug)]
pub(crate) struct DeadMessages {
    pub(super) table: Table,
}

fn item(queue: QueueName, dead: &DeadMessage) -> Item {
    let mut item = Key::dead_message(queue, &dead.id).item();
    let attributes = [
        (DEDUPLICATION, text(dead.deduplication.as_str())),
        (GROUP, text(dead.group.as_str())),
        (BODY, text(dead.body.as_str())),
        (SENT_AT, text(&dead.sent_at.to_string())),
        (FIRST_RECEIVED_AT, text(&dead.first_received_at.to_string())),
        (DIED_AT, text(&dead.died_at.to_string())),
        (ATTEMPTS, number(dead.attempts.into())),
        (WHY, text(&dead.why)),
    ];
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    item
}

fn read(item: &Item) -> Result<DeadMessage, StoreError> {
    let reader = Reader::new(item);
    let body = MessageBody::new(reader.text(BODY)?);
    Ok(DeadMessage {
        id: MessageId::new(reader.key().sk.clone()),
        deduplication: reader.parsed(DEDUPLICATION)?,
        group: reader.parsed(GROUP)?,
        body: body.map_err(|invalid| reader.unreadable(invalid.to_string()))?,
        sent_at: reader.parsed(SENT_AT)?,
        first_received_at: reader.parsed(FIRST_RECEIVED_AT)?,
        died_at: reader.parsed(DIED_AT)?,
        attempts: reader.number(ATTEMPTS)?,
        why: reader.text(WHY)?.to_owned(),
    })
}

impl DeadMessages {
    /// Keeps a message, or keeps it again: the same one is kept once.
    pub(crate) async fn put(&self, queue: QueueName, dead: &DeadMessage) -> Result<(), StoreError> {
        let put = self.table.client.put_item().table_name(&*self.table.name).set_item(Some(item(queue, dead)));
        put.send().await.map(drop).map_err(read_error)
    }

    pub(crate) async fn find(&self, queue: QueueName, id: &MessageId) -> Result<Option<DeadMessage>, StoreError> {
        self.table.get(&Key::dead_message(queue, id)).await?.as_ref().map(read).transpose()
    }

    pub(crate) async fn list(
        &self,
        queue: QueueName,
        after: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<DeadMessage>, StoreError> {
        let (partition, limit) = (dead_messages_partition(queue), limit.min(DEAD_MESSAGES_PAGE_MAX));
        let items = self.table.query(&partition, after.map(MessageId::as_str), limit).await?;
        items.iter().map(read).collect()
    }

    /// Removes a message, and returns whether there was one.
    pub(crate) async fn remove(&self, queue: QueueName, id: &MessageId) -> Result<bool, StoreError> {
        let delete = self
            .table
            .client
            .delete_item()
            .table_name(&*self.table.name)
            .set_key(Some(Key::dead_message(queue, id).item()))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld);
        let answer = delete.send().await.map_err(read_error)?;
        Ok(answer.attributes.is_some_and(|attributes| !attributes.is_empty()))
    }

    /// How many there are, up to [`DEAD_LETTERS_COUNTED_MAX`].
    pub(crate) async fn count(&self, queue: QueueName) -> Result<u64, StoreError> {
        let (mut count, mut start) = (0, None);
        loop {
            let query = self
                .table
                .client
                .query()
                .table_name(&*self.table.name)
                .consistent_read(true)
                .select(Select::Count)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", AttributeValue::S(dead_messages_partition(queue)))
                .set_exclusive_start_key(start);
            let answer = query.send().await.map_err(read_error)?;
            count += u64::try_from(answer.count).unwrap_or_default();
            start = answer.last_evaluated_key;
            if start.is_none() || count >= DEAD_LETTERS_COUNTED_MAX as u64 {
                return Ok(count.min(DEAD_LETTERS_COUNTED_MAX as u64));
            }
        }
    }
}
