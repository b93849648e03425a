//! A message as SQS tells of it.

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use ecom67_app::port::{Delivery, MessageBody, MessageId, QueueName, Receipt, StoreError};
use jiff::Timestamp;

pub(super) fn delivery(queue: QueueName, message: Message) -> Result<Delivery, StoreError> {
    let id = message.message_id.unwrap_or_default();
    let unreadable =
        |what: &str| StoreError::Unreadable { key: format!("message {id}"), reason: format!("its {what} is wrong") };
    let attributes = message.attributes.unwrap_or_default();
    let text = |name: MessageSystemAttributeName| attributes.get(&name).map(String::as_str).unwrap_or_default();
    let instant = |name| Timestamp::from_millisecond(text(name).parse().unwrap_or(i64::MAX)).ok();
    let body = MessageBody::new(message.body.unwrap_or_default());
    Ok(Delivery {
        queue,
        deduplication: text(MessageSystemAttributeName::MessageDeduplicationId)
            .parse()
            .map_err(|_| unreadable("name"))?,
        group: text(MessageSystemAttributeName::MessageGroupId).parse().map_err(|_| unreadable("group"))?,
        body: body.map_err(|_| unreadable("body"))?,
        sent_at: instant(MessageSystemAttributeName::SentTimestamp).ok_or_else(|| unreadable("time"))?,
        first_received_at: instant(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp)
            .ok_or_else(|| unreadable("time of the first delivery"))?,
        attempt: text(MessageSystemAttributeName::ApproximateReceiveCount)
            .parse()
            .map_err(|_| unreadable("number of deliveries"))?,
        receipt: Receipt(message.receipt_handle.ok_or_else(|| unreadable("receipt"))?),
        id: MessageId::new(id),
    })
}
