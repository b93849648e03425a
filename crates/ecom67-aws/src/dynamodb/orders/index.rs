//! The indexes of orders. The engine keeps them, and they lag behind the table for a moment.
//!
//! Each is spread over the shards, since one partition for all would bound the orders of the whole shop by what one can
//! write; who lists asks all of them at once and puts together what they answer.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::StoreError;
use ecom67_domain::order::WorkflowVersion;
use ecom67_domain::{Order, OrderId};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::outbox::OUTBOX;
use crate::dynamodb::Table;
use crate::dynamodb::call::read_error;
use crate::dynamodb::item::{Item, Reader, text};
use crate::dynamodb::key::{Key, SHARDS, shard_of, sortable};

/// Sorts behind every id.
const BEHIND_ALL: &str = "~";

/// The attribute that has the version of an order's workflow.
pub(super) const WORKFLOW: &str = "workflow";

/// An index of the table, by the names of it and of its two keys.
#[derive(Clone, Copy, Debug)]
pub(in crate::dynamodb) struct Index {
    pub(in crate::dynamodb) name: &'static str,
    pub(in crate::dynamodb) partition: &'static str,
    pub(in crate::dynamodb) place: &'static str,
    /// What is in it beside the keys.
    pub(in crate::dynamodb) carried: &'static [&'static str],
}

/// Orders and gift cards by their ids. An order lies among those of its state, the item of its number among all.
pub(in crate::dynamodb) const LISTED: Index =
    Index { name: "listed", partition: "listed", place: "place", carried: &[] };

/// Orders for which something is to be done, by when, and those whose task is stuck, by their ids. The others are not in it.
const DUE: Index = Index { name: "due", partition: "due", place: "due_at", carried: &[WORKFLOW, LISTED.partition] };

impl Index {
    /// Every index that there is.
    pub(in crate::dynamodb) const ALL: [Self; 3] = [LISTED, DUE, OUTBOX];
}

fn listed_partition(state: Option<&str>, shard: u64) -> String {
    match state {
        None => format!("orders#{shard:02x}"),
        Some(state) => format!("orders#{shard:02x}#{state}"),
    }
}

fn due_partition(shard: u64) -> String {
    format!("due#{shard:02x}")
}

fn stuck_partition(shard: u64) -> String {
    format!("stuck#{shard:02x}")
}

pub(super) fn shard_of_order(id: OrderId) -> u64 {
    shard_of(&id.to_string())
}

/// The attributes by which the item of an order's number is listed among all.
pub(super) fn among_all(id: OrderId) -> [(&'static str, AttributeValue); 2] {
    let partition = listed_partition(None, shard_of_order(id));
    [(LISTED.partition, text(&partition)), (LISTED.place, text(&id.to_string()))]
}

/// The attributes by which an order is listed among those of its state.
pub(super) fn among_its_state(order: &Order) -> [(&'static str, AttributeValue); 2] {
    let partition = listed_partition(Some(order.state.as_str()), shard_of_order(order.id));
    [(LISTED.partition, text(&partition)), (LISTED.place, text(&order.id.to_string()))]
}

/// The attributes by which it is found when something is to be done for it, or its task is stuck.
pub(super) fn among_the_due(order: &Order) -> Option<[(&'static str, AttributeValue); 2]> {
    let shard = shard_of_order(order.id);
    let (partition, place) = match order.task.due_at {
        Some(at) => (due_partition(shard), sortable(at)),
        None if order.task.is_stuck() => (stuck_partition(shard), order.id.to_string()),
        None => return None,
    };
    Some([(DUE.partition, text(&partition)), (DUE.place, text(&place))])
}

/// The names of these attributes.
pub(super) const DUE_ATTRIBUTES: [&str; 2] = [DUE.partition, DUE.place];

/// Which way an index is read, and up to where.
pub(in crate::dynamodb) enum Bound<'bound> {
    /// From the last before this place to the first.
    Before(&'bound str),
    /// From the first to the last that is not behind this place.
    UpTo(&'bound str),
    /// From the first behind this place to the last.
    After(&'bound str),
}

/// Up to `limit` orders in this state, the newest first, that are older than `before`.
pub(super) async fn list(
    table: &Table,
    state: Option<&str>,
    before: Option<OrderId>,
    limit: usize,
) -> Result<Vec<OrderId>, StoreError> {
    let before = before.map_or_else(|| BEHIND_ALL.to_owned(), |id| id.to_string());
    let shards = (0..SHARDS).map(|shard| {
        let (partition, before) = (listed_partition(state, shard), before.as_str());
        async move { query(table, LISTED, &partition, Bound::Before(before), limit).await }
    });
    let items = try_join_all(shards).await?;
    let ids = items.iter().flatten().map(|item| Reader::new(item).parsed(LISTED.place));
    let mut ids: Vec<OrderId> = ids.collect::<Result<_, _>>()?;
    ids.sort_unstable_by_key(|id| Reverse(*id));
    ids.truncate(limit);
    Ok(ids)
}

/// Up to `limit` orders for which something is to be done by `now`, the longest overdue first.
pub(super) async fn due(table: &Table, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
    let now = sortable(now);
    let shards = (0..SHARDS).map(|shard| {
        let (partition, now) = (due_partition(shard), now.as_str());
        async move { query(table, DUE, &partition, Bound::UpTo(now), limit).await }
    });
    let items = try_join_all(shards).await?;
    let read = |item: &Item| {
        let reader = Reader::new(item);
        let id = reader.key().order_id().ok_or_else(|| reader.unreadable("its key is no order's"))?;
        Ok((reader.text(DUE.place)?.to_owned(), id))
    };
    let mut due: Vec<(String, OrderId)> = items.iter().flatten().map(read).collect::<Result<_, StoreError>>()?;
    due.sort_unstable();
    Ok(due.into_iter().map(|(_, id)| id).take(limit).collect())
}

/// Up to `limit` orders whose task is stuck, from the oldest on, after the one `after`.
pub(super) async fn stuck(table: &Table, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
    let after = after.map_or_else(String::new, |id| id.to_string());
    let shards = (0..SHARDS).map(|shard| {
        let (partition, after) = (stuck_partition(shard), after.as_str());
        async move { query(table, DUE, &partition, Bound::After(after), limit).await }
    });
    let items = try_join_all(shards).await?;
    let ids = items.iter().flatten().map(|item| Reader::new(item).parsed(DUE.place));
    let mut ids: Vec<OrderId> = ids.collect::<Result<_, _>>()?;
    ids.sort_unstable();
    ids.truncate(limit);
    Ok(ids)
}

/// Has an order that is due looked at again at `until`.
pub(super) async fn defer(table: &Table, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
    let update = table
        .client
        .update_item()
        .table_name(&*table.name)
        .set_key(Some(Key::order(id).item()))
        .update_expression("SET #place = :until")
        .condition_expression("#partition = :due AND #place < :until")
        .expression_attribute_names("#partition", DUE.partition)
        .expression_attribute_names("#place", DUE.place)
        .expression_attribute_values(":due", text(&due_partition(shard_of_order(id))))
        .expression_attribute_values(":until", text(&sortable(until)));
    match update.send().await {
        Ok(_) => Ok(()),
        Err(error) if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) => {
            Ok(())
        }
        // Whether it was made or not: to make it again does no harm.
        Err(error) => Err(read_error(error)),
    }
}

/// Whether an entry is of an order that is paid or cancelled, by where that is listed. An index that an earlier release made
/// does not tell.
fn is_through(item: &Item) -> Result<bool, StoreError> {
    if !item.contains_key(LISTED.partition) {
        return Ok(false);
    }
    let listed = Reader::new(item).text(LISTED.partition)?;
    Ok(listed.ends_with("#paid") || listed.ends_with("#cancelled"))
}

/// The versions of the workflow that orders go by which are not through. Those of the first do not say so.
pub(super) async fn workflows(table: &Table) -> Result<BTreeSet<WorkflowVersion>, StoreError> {
    let partitions = (0..SHARDS).flat_map(|shard| [due_partition(shard), stuck_partition(shard)]);
    let items = partitions.map(|partition| async move {
        let mut versions = BTreeSet::new();
        for item in query(table, DUE, &partition, Bound::After(""), usize::MAX).await? {
            if is_through(&item)? {
                continue;
            }
            let told = item.contains_key(WORKFLOW).then(|| Reader::new(&item).number(WORKFLOW)).transpose()?;
            versions.insert(told.map_or(WorkflowVersion::FIRST, WorkflowVersion));
        }
        Ok::<_, StoreError>(versions)
    });
    Ok(try_join_all(items).await?.into_iter().flatten().collect())
}

/// Up to `limit` entries of one partition.
pub(in crate::dynamodb) async fn query(
    table: &Table,
    index: Index,
    partition: &str,
    bound: Bound<'_>,
    limit: usize,
) -> Result<Vec<Item>, StoreError> {
    let (condition, place, is_ascending) = match bound {
        Bound::Before(place) => ("#partition = :partition AND #place < :place", place, false),
        Bound::UpTo(place) => ("#partition = :partition AND #place <= :place", place, true),
        // A place is never empty, and there is none before the first.
        Bound::After("") => ("#partition = :partition AND #place > :place", " ", true),
        Bound::After(place) => ("#partition = :partition AND #place > :place", place, true),
    };
    let mut items: Vec<Item> = Vec::new();
    let mut start: Option<Item> = None;
    while items.len() < limit {
        let query = table
            .client
            .query()
            .table_name(&*table.name)
            .index_name(index.name)
            .key_condition_expression(condition)
            .expression_attribute_names("#partition", index.partition)
            .expression_attribute_names("#place", index.place)
            .expression_attribute_values(":partition", text(partition))
            .expression_attribute_values(":place", text(place))
            .scan_index_forward(is_ascending)
            .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start.take());
        let answer = query.send().await.map_err(read_error)?;
        items.extend(answer.items.unwrap_or_default());
        match answer.last_evaluated_key {
            Some(last) => start = Some(last),
            None => break,
        }
    }
    Ok(items)
}
