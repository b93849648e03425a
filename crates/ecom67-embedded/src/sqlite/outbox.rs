//! The outbox of orders in SQLite.
//!
//! Where the queues lie in the same file, a commit sends what it tells itself, and nothing enters the outbox but what finds
//! no room in its queue, or follows something of its order that waits there.

use async_trait::async_trait;
use ecom67_app::port::{OUTBOX_PAGE_MAX, OrderCommit, OrderNotice, Outbox, OutboxEntry, QueueName, StoreError};
use ecom67_app::relay::destinations;
use ecom67_domain::{OrderId, Version};
use rusqlite::Connection;

use super::check::Problem;
use super::orders::{key, order_id, version};
use super::queue::Deliveries;
use super::write::Unit;
use super::{Database, UnitError, failed};

/// Separates the names of queues.
const SEPARATOR: char = ',';

/// The queues to which the envelope of a commit is published.
pub(super) fn queues_of(asked: &OrderCommit) -> Vec<QueueName> {
    destinations(&asked.events)
}

/// Tells of an envelope in the transaction that makes it: sends it where that can be done here, else enters it.
pub(super) fn tell(
    unit: &mut Unit<'_>,
    deliveries: Option<&Deliveries>,
    order: OrderId,
    version: Version,
    queues: &[QueueName],
) -> rusqlite::Result<()> {
    if queues.is_empty() {
        return Ok(());
    }
    // An older release may have left something, or a queue was full: what one order tells stays in its order.
    if let Some(deliveries) = deliveries
        && !waits(unit.connection, order)?
        && deliveries.send(unit, queues, &OrderNotice { order, version }.to_message())?
    {
        return Ok(());
    }
    let names: Vec<&str> = queues.iter().map(|queue| queue.as_str()).collect();
    unit.connection
        .prepare_cached("INSERT INTO order_outbox (order_id, version, queues) VALUES (?1, ?2, ?3)")?
        .execute((key(order), version.0.cast_signed(), names.join(&SEPARATOR.to_string())))
        .map(drop)
}

/// Whether something of the order waits in the outbox.
fn waits(connection: &Connection, order: OrderId) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM order_outbox WHERE order_id = ?1 LIMIT 1")?.exists((key(order),))
}

/// An entry's order and version, as they are kept.
pub(super) type EntryKey = (Vec<u8>, i64);

/// Looks whether each entry behind `after`, up to `limit`, tells something that an order told, to queues that there
/// are. Returns what is wrong and the last one's key.
pub(super) fn check(
    connection: &Connection,
    after: &EntryKey,
    limit: usize,
) -> Result<(Vec<Problem>, Option<EntryKey>), StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT order_id, version, queues, EXISTS (SELECT 1 FROM orders WHERE id = order_id), \
             EXISTS (SELECT 1 FROM order_events AS told \
             WHERE told.order_id = order_outbox.order_id AND told.version = order_outbox.version) \
             FROM order_outbox WHERE (order_id, version) > (?1, ?2) ORDER BY order_id, version LIMIT ?3",
        )
        .map_err(failed)?;
    let mut rows = statement.query((&after.0, after.1, limit)).map_err(failed)?;
    let (mut problems, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next().map_err(failed)? {
        let (id, version, queues): (Vec<u8>, i64, String) =
            (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?, row.get(2).map_err(failed)?);
        let (has_order, has_envelope): (bool, bool) = (row.get(3).map_err(failed)?, row.get(4).map_err(failed)?);
        let order = order_id(id.clone());
        let subject = match &order {
            Ok(order) => format!("outbox entry {version} of {order}"),
            Err(_) => format!("outbox entry {version} of an order"),
        };
        let message = match order {
            Err(error) => Some(error.to_string()),
            Ok(_) if !has_order => Some("there is no such order".to_owned()),
            Ok(_) if !has_envelope => Some("the order has told nothing at this version".to_owned()),
            Ok(_) => None,
        };
        let unknown = queues.split(SEPARATOR).filter(|name| QueueName::parse(name).is_none());
        let messages = message.into_iter().chain(unknown.map(|name| format!("there is no queue {name:?}")));
        problems.extend(messages.map(|message| Problem { subject: subject.clone(), message }));
        last = Some((id, version));
    }
    Ok((problems, last))
}

#[async_trait]
impl Outbox for Database {
    async fn pending(&self, after: Option<(OrderId, Version)>, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let (order, after) = after.map_or(([0; 16], 0), |(order, version)| (key(order), version.0.cast_signed()));
        let limit = limit.min(OUTBOX_PAGE_MAX);
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT order_id, version, queues FROM order_outbox WHERE (order_id, version) > (?1, ?2) \
                     ORDER BY order_id, version",
                )
                .map_err(failed)?;
            let mut rows = statement.query((order, after)).map_err(failed)?;
            let (mut entries, mut passed_over) = (Vec::new(), None);
            while entries.len() < limit
                && let Some(row) = rows.next().map_err(failed)?
            {
                let order = order_id(row.get(0).map_err(failed)?)?;
                if passed_over == Some(order) {
                    continue;
                }
                let names: String = row.get(2).map_err(failed)?;
                let queues = names.split(SEPARATOR).map(QueueName::parse).collect::<Option<_>>();
                let Some(queues) = queues else {
                    // Written by a newer release: it waits for that one, with what the same order tells later.
                    tracing::error!(%order, queues = names, "an order tells something for a queue that is not known");
                    passed_over = Some(order);
                    continue;
                };
                entries.push(OutboxEntry { order, version: version(row.get(1).map_err(failed)?), queues });
            }
            Ok(entries)
        })
        .await
    }

    async fn mark_published(&self, envelopes: &[(OrderId, Version)]) -> Result<(), StoreError> {
        let envelopes = envelopes.to_vec();
        let answer = self
            .write(move |unit| {
                let mut statement =
                    unit.connection.prepare_cached("DELETE FROM order_outbox WHERE order_id = ?1 AND version = ?2")?;
                for (order, version) in envelopes.iter().take(OUTBOX_PAGE_MAX) {
                    statement.execute((key(*order), version.0.cast_signed()))?;
                }
                Ok::<_, UnitError>(())
            })
            .await;
        Ok(answer??)
    }
}
