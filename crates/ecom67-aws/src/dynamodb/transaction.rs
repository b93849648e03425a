//! Transactions: a few conditional writes, of which either all are made or none.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};
use ecom67_app::port::StoreError;
use uuid::Uuid;

use super::Table;
use super::call::{Meaning, chain, meaning, unbuilt};
use super::item::Item;
use super::key::Key;

/// The most writes of one transaction; the engine's own limit.
pub(super) const WRITES_MAX: usize = 100;

/// What must hold for a write, as an expression with its names and values.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    expression: String,
    names: Vec<(String, String)>,
    values: Vec<(String, AttributeValue)>,
}

impl Condition {
    pub(super) fn new(expression: impl Into<String>) -> Self {
        Self { expression: expression.into(), ..Self::default() }
    }

    /// Nothing need hold.
    pub(super) fn always() -> Self {
        Self::new("attribute_exists(pk) OR attribute_not_exists(pk)")
    }

    /// No item has the key.
    pub(super) fn absent() -> Self {
        Self::new("attribute_not_exists(pk)")
    }

    /// An item has the key.
    pub(super) fn present() -> Self {
        Self::new("attribute_exists(pk)")
    }

    /// What an attribute is called: many plain words are reserved.
    pub(super) fn name(mut self, placeholder: impl Into<String>, name: impl Into<String>) -> Self {
        self.names.push((placeholder.into(), name.into()));
        self
    }

    pub(super) fn value(mut self, placeholder: impl Into<String>, value: AttributeValue) -> Self {
        self.values.push((placeholder.into(), value));
        self
    }
}

/// Applies a condition to the builder of any kind of write.
macro_rules! under {
    ($builder:expr, $condition:expr) => {{
        let condition: Condition = $condition;
        let mut builder = $builder
            .condition_expression(condition.expression)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (placeholder, name) in condition.names {
            builder = builder.expression_attribute_names(placeholder, name);
        }
        for (placeholder, value) in condition.values {
            builder = builder.expression_attribute_values(placeholder, value);
        }
        builder
    }};
}

/// Writes that are made together; `W` says of each why it may be refused.
#[derive(Clone, Debug)]
pub(super) struct Transaction<W> {
    writes: Vec<TransactWriteItem>,
    whys: Vec<W>,
}

/// What came of a transaction.
#[derive(Debug)]
pub(super) enum Outcome<W> {
    /// All writes were made.
    Committed,
    /// None was made: these conditions did not hold.
    Refused(Vec<Refusal<W>>),
    /// None was made: others were writing, or the engine had too much to do.
    Conflict,
}

/// A condition that did not hold.
#[derive(Debug)]
pub(super) struct Refusal<W> {
    pub(super) why: W,
    /// The item as it was at that moment; `None` where there was none.
    pub(super) item: Option<Item>,
}

impl<W: Clone> Transaction<W> {
    pub(super) fn new() -> Self {
        Self { writes: Vec::new(), whys: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.writes.len()
    }

    pub(super) fn put(&mut self, table: &Table, item: Item, condition: Condition, why: W) -> Result<(), StoreError> {
        let put = under!(Put::builder().table_name(&*table.name).set_item(Some(item)), condition);
        self.add(TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build(), why);
        Ok(())
    }

    pub(super) fn delete(&mut self, table: &Table, key: &Key, condition: Condition, why: W) -> Result<(), StoreError> {
        let delete = under!(Delete::builder().table_name(&*table.name).set_key(Some(key.item())), condition);
        self.add(TransactWriteItem::builder().delete(delete.build().map_err(unbuilt)?).build(), why);
        Ok(())
    }

    pub(super) fn check(&mut self, table: &Table, key: &Key, condition: Condition, why: W) -> Result<(), StoreError> {
        let check = under!(ConditionCheck::builder().table_name(&*table.name).set_key(Some(key.item())), condition);
        self.add(TransactWriteItem::builder().condition_check(check.build().map_err(unbuilt)?).build(), why);
        Ok(())
    }

    /// Changes an item, or makes it. The condition also has the names and values of the change.
    pub(super) fn update(
        &mut self,
        table: &Table,
        key: &Key,
        change: impl Into<String>,
        condition: Condition,
        why: W,
    ) -> Result<(), StoreError> {
        let update = Update::builder().table_name(&*table.name).set_key(Some(key.item())).update_expression(change);
        self.add(TransactWriteItem::builder().update(under!(update, condition).build().map_err(unbuilt)?).build(), why);
        Ok(())
    }

    /// Adds one to a number, which begins at zero.
    pub(super) fn count(&mut self, table: &Table, key: &Key, attribute: &str, why: W) -> Result<(), StoreError> {
        let update = Update::builder()
            .table_name(&*table.name)
            .set_key(Some(key.item()))
            .update_expression("ADD #counter :one")
            .expression_attribute_names("#counter", attribute)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        self.add(TransactWriteItem::builder().update(update.build().map_err(unbuilt)?).build(), why);
        Ok(())
    }

    fn add(&mut self, write: TransactWriteItem, why: W) {
        self.writes.push(write);
        self.whys.push(why);
    }

    /// Makes all writes, or none.
    pub(super) async fn commit(self, table: &Table) -> Result<Outcome<W>, StoreError> {
        self.commit_once(table, &Uuid::now_v7().to_string()).await
    }

    /// Makes all writes, or none; the same writes with the same token are made once within ten minutes, and who asks again
    /// is answered as if it were then.
    pub(super) async fn commit_once(self, table: &Table, token: &str) -> Result<Outcome<W>, StoreError> {
        if self.writes.len() > WRITES_MAX {
            let message = format!("{} writes do not fit into one transaction of {WRITES_MAX}", self.writes.len());
            return Err(StoreError::failed(message));
        }
        let transaction = table.client.transact_write_items().set_transact_items(Some(self.writes));
        let Err(error) = transaction.client_request_token(token).send().await else { return Ok(Outcome::Committed) };
        if let SdkError::ServiceError(answer) = &error
            && let TransactWriteItemsError::TransactionCanceledException(cancelled) = answer.err()
        {
            return match outcome(cancelled.cancellation_reasons(), &self.whys) {
                Some(outcome) => Ok(outcome),
                None => Err(StoreError::failed(chain(&error))),
            };
        }
        match meaning(&error) {
            Meaning::Busy => Ok(Outcome::Conflict),
            Meaning::Unknown => {
                tracing::warn!(error = %chain(&error), "the outcome of a transaction is unknown");
                Err(StoreError::OutcomeUnknown)
            }
            Meaning::Failed => Err(StoreError::failed(error)),
        }
    }
}

/// What a cancelled transaction means: a condition that did not hold decides, whatever else stood against it. `None`
/// where a write was wrong in itself.
fn outcome<W: Clone>(reasons: &[CancellationReason], whys: &[W]) -> Option<Outcome<W>> {
    let mut refusals = Vec::new();
    let mut is_conflict = false;
    for (reason, why) in reasons.iter().zip(whys) {
        match reason.code() {
            None | Some("None") => {}
            Some("ConditionalCheckFailed") => {
                let item = reason.item.clone().filter(|item| !item.is_empty());
                refusals.push(Refusal { why: why.clone(), item });
            }
            Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded") => is_conflict = true,
            Some(_) => return None,
        }
    }
    if !refusals.is_empty() {
        return Some(Outcome::Refused(refusals));
    }
    is_conflict.then_some(Outcome::Conflict)
}
