//! Which mails were sent: an item for each, which goes by the table's time to live.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use ecom67_app::port::{MailClaim, MailId, SENT_MEMORY, SentMails, StoreError};
use jiff::{SignedDuration, Timestamp};

use super::Table;
use super::call::{Attempts, Meaning, chain, meaning, read_error};
use super::carts::seconds;
use super::item::{Item, number};
use super::key::Key;
use super::table::EXPIRES;

const CLAIMED_UNTIL: &str = "claimed_until";
const SENT_AT: &str = "sent_at";

/// How long the item of a claim that nobody came back to stays: the engine may take it away any time after.
const CLAIM_MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// Keeps which mails were sent.
#[derive(Clone, Debug)]
pub struct MailRecords {
    pub(super) table: Table,
}

fn instant(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_microsecond().to_string())
}

fn after(at: Timestamp, memory: SignedDuration) -> AttributeValue {
    number(seconds(at.saturating_add(memory).unwrap_or(Timestamp::MAX)))
}

fn item(mail: &MailId, claimed_until: Timestamp, memory: SignedDuration) -> Item {
    let mut item = Key::sent_mail(mail).item();
    item.insert(CLAIMED_UNTIL.to_owned(), instant(claimed_until));
    item.insert(EXPIRES.to_owned(), after(claimed_until, memory));
    item
}

#[async_trait]
impl SentMails for MailRecords {
    async fn claim(&self, mail: &MailId, now: Timestamp, until: Timestamp) -> Result<MailClaim, StoreError> {
        let put = self
            .table
            .client
            .put_item()
            .table_name(&*self.table.name)
            .set_item(Some(item(mail, until, CLAIM_MEMORY)))
            .condition_expression("attribute_not_exists(pk) OR (attribute_not_exists(#sent) AND #until <= :now)")
            .expression_attribute_names("#sent", SENT_AT)
            .expression_attribute_names("#until", CLAIMED_UNTIL)
            .expression_attribute_values(":now", instant(now))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let Err(error) = put.clone().send().await else { return Ok(MailClaim::Claimed) };
            if let Some(aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(refusal)) =
                error.as_service_error()
            {
                let is_sent = refusal.item.as_ref().is_some_and(|item| item.contains_key(SENT_AT));
                return Ok(if is_sent { MailClaim::Sent } else { MailClaim::Busy });
            }
            match meaning(&error) {
                Meaning::Busy => attempts.pause().await?,
                // Where it was written, the claim is nobody's and runs out.
                Meaning::Unknown => {
                    tracing::warn!(error = %chain(&error), "nobody knows whether a mail was claimed");
                    return Err(StoreError::OutcomeUnknown);
                }
                Meaning::Failed => return Err(StoreError::failed(error)),
            }
        }
    }

    async fn note_sent(&self, mail: &MailId, at: Timestamp) -> Result<(), StoreError> {
        let mut item = item(mail, at, SENT_MEMORY);
        item.insert(SENT_AT.to_owned(), instant(at));
        let put = self.table.client.put_item().table_name(&*self.table.name).set_item(Some(item));
        put.send().await.map(drop).map_err(read_error)
    }

    async fn release(&self, mail: &MailId, until: Timestamp) -> Result<(), StoreError> {
        let delete = self
            .table
            .client
            .delete_item()
            .table_name(&*self.table.name)
            .set_key(Some(Key::sent_mail(mail).item()))
            .condition_expression("attribute_not_exists(#sent) AND #until = :until")
            .expression_attribute_names("#sent", SENT_AT)
            .expression_attribute_names("#until", CLAIMED_UNTIL)
            .expression_attribute_values(":until", instant(until));
        match delete.send().await {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::delete_item::DeleteItemError::ConditionalCheckFailedException(_)) => {
                    Ok(())
                }
                _ => Err(read_error(error)),
            },
        }
    }

    async fn forget(&self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }
}
