//! The outbox: an envelope that is to be published says so in its own item, and is found by an index.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::{OrderCommit, OutboxEntry, QueueName, StoreError};
use ecom67_app::relay::destinations;
use ecom67_domain::{OrderId, Version};
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::index::{Bound, Index, query, shard_of_order};
use crate::dynamodb::Table;
use crate::dynamodb::call::read_error;
use crate::dynamodb::item::{Item, Reader, text};
use crate::dynamodb::key::{Key, SHARDS, order_events_partition};

/// Envelopes that are to be published, by their orders and versions. The others are not in it.
pub(super) const OUTBOX: Index = Index { name: "outbox", partition: "outbox", place: "outbox_place", carried: &[] };

/// The names of the queues that an envelope is published to, separated by commas.
const QUEUES: &str = "queues";
const SEPARATOR: char = ',';

/// Envelopes that are taken out at once.
const MARKED_AT_ONCE: usize = 16;

fn partition(shard: u64) -> String {
    format!("outbox#{shard:02x}")
}

/// An order, or an envelope of it, as texts sort as they do.
fn place(order: OrderId, version: Version) -> String {
    format!("{order}#{:020}", version.0)
}

fn order_of(place: &str) -> Option<OrderId> {
    place.split_once('#')?.0.parse().ok()
}

/// The attributes by which the envelope of a commit enters; none where it goes nowhere.
pub(super) fn entering(asked: &OrderCommit, version: Version) -> Option<[(&'static str, AttributeValue); 3]> {
    let names: Vec<&str> = destinations(&asked.events).into_iter().map(QueueName::as_str).collect();
    if names.is_empty() {
        return None;
    }
    let id = asked.order.id;
    Some([
        (OUTBOX.partition, text(&partition(shard_of_order(id)))),
        (OUTBOX.place, text(&place(id, version))),
        (QUEUES, text(&names.join(&SEPARATOR.to_string()))),
    ])
}

/// An entry; `None` where it is for a queue that is not known.
fn read(order: OrderId, item: &Item) -> Result<Option<OutboxEntry>, StoreError> {
    let reader = Reader::new(item);
    let queues = reader.text(QUEUES)?.split(SEPARATOR).map(QueueName::parse).collect::<Option<_>>();
    let version = reader.version()?;
    Ok(queues.map(|queues| OutboxEntry { order, version, queues }))
}

/// Up to `limit` entries that follow `after`.
///
/// The index says which orders have some, and lags; what an order has is read from its own envelopes. So none comes before
/// an earlier one that the index does not have yet.
pub(super) async fn pending(
    table: &Table,
    after: Option<(OrderId, Version)>,
    limit: usize,
) -> Result<Vec<OutboxEntry>, StoreError> {
    let mut place = after.map_or_else(String::new, |(order, version)| self::place(order, version));
    let mut entries = Vec::new();
    loop {
        let places = indexed(table, &place, limit).await?;
        let Some(last) = places.last() else { return Ok(entries) };
        let orders: BTreeSet<OrderId> = places.iter().filter_map(|place| order_of(place)).collect();
        for order in orders {
            let from = after.filter(|(read, _)| *read == order).map(|(_, version)| version);
            entries.extend(of_order(table, order, from).await?);
            if entries.len() >= limit {
                entries.truncate(limit);
                return Ok(entries);
            }
        }
        // The index may only have had what is published by now: an empty page would say that nothing follows.
        if !entries.is_empty() {
            return Ok(entries);
        }
        place.clone_from(last);
    }
}

/// Up to `limit` places behind this one that the index has, in ascending order.
async fn indexed(table: &Table, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    let shards = (0..SHARDS)
        .map(|shard| async move { query(table, OUTBOX, &partition(shard), Bound::After(after), limit).await });
    let items = try_join_all(shards).await?;
    let places = items.iter().flatten().map(|item| Reader::new(item).text(OUTBOX.place).map(str::to_owned));
    let mut places: Vec<String> = places.collect::<Result<_, _>>()?;
    places.sort_unstable();
    places.truncate(limit);
    Ok(places)
}

/// What an order has in the outbox behind this version. It has no more envelopes than its states and refunds allow.
async fn of_order(table: &Table, order: OrderId, after: Option<Version>) -> Result<Vec<OutboxEntry>, StoreError> {
    let after = after.map(|version| Key::order_events(order, version).sk);
    let items = table.query(&order_events_partition(order), after.as_deref(), usize::MAX).await?;
    let mut entries = Vec::new();
    for item in items.iter().filter(|item| item.contains_key(OUTBOX.partition)) {
        let Some(entry) = read(order, item)? else {
            // Written by a newer release: it waits for that one, with what the same order tells later.
            tracing::error!(%order, "an order tells something for a queue that is not known");
            break;
        };
        entries.push(entry);
    }
    Ok(entries)
}

/// Takes envelopes out, each for itself.
pub(super) async fn mark_published(table: &Table, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
    let keys: Vec<Key> = envelopes.iter().map(|(order, version)| Key::order_events(*order, *version)).collect();
    let marks = keys.into_iter().map(|key| mark(table, key));
    stream::iter(marks).buffer_unordered(MARKED_AT_ONCE).try_collect::<()>().await
}

async fn mark(table: &Table, key: Key) -> Result<(), StoreError> {
    let update = table
        .client
        .update_item()
        .table_name(&*table.name)
        .set_key(Some(key.item()))
        .update_expression("REMOVE #partition, #place, #queues")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#partition", OUTBOX.partition)
        .expression_attribute_names("#place", OUTBOX.place)
        .expression_attribute_names("#queues", QUEUES);
    match update.send().await {
        Ok(_) => Ok(()),
        Err(error) if error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception) => {
            Ok(())
        }
        // Whether it was made or not: to make it again does no harm.
        Err(error) => Err(read_error(error)),
    }
}
