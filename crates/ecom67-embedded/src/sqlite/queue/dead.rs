//! Dead messages in their table.

use ecom67_app::Chain;
use ecom67_app::port::{DeadMessage, QueueName, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::statements::{Row, append, count, remove as remove_message};
use super::{body, message_id, queue_key};
use crate::sqlite::{failed, micros, timestamp};

/// Moves a message to the dead, and lets the next of its group come.
pub(super) fn bury(
    connection: &Connection,
    queue: QueueName,
    row: &Row,
    now: Timestamp,
    why: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO queue_dead (id, queue, deduplication, message_group, body, sent_at, first_received_at, died_at, \
             attempts, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            row.id,
            queue.as_str(),
            row.deduplication,
            row.group,
            row.body,
            row.sent_at,
            row.first_received_at.unwrap_or(row.sent_at),
            micros(now),
            row.attempts,
            why
        ])?;
    remove_message(connection, queue, row)?;
    count(connection, queue, 0, 1)
}

/// Columns: id, deduplication, `message_group`, body, `sent_at`, `first_received_at`, `died_at`, attempts, why.
fn read(row: &rusqlite::Row<'_>) -> Result<DeadMessage, StoreError> {
    let text = |column| row.get::<_, String>(column).map_err(failed);
    let at = |column| timestamp(row.get(column).map_err(failed)?);
    let id = message_id(row.get(0).map_err(failed)?);
    let name = format!("dead message {id}");
    Ok(DeadMessage {
        deduplication: queue_key(&name, &text(1)?)?,
        group: queue_key(&name, &text(2)?)?,
        body: body(&name, text(3)?)?,
        sent_at: at(4)?,
        first_received_at: at(5)?,
        died_at: at(6)?,
        attempts: row.get(7).map_err(failed)?,
        why: text(8)?,
        id,
    })
}

pub(super) fn list(
    connection: &Connection,
    queue: QueueName,
    after: i64,
    limit: usize,
) -> Result<Vec<DeadMessage>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, deduplication, message_group, body, sent_at, first_received_at, died_at, attempts, why \
             FROM queue_dead WHERE queue = ?1 AND id > ?2 ORDER BY id",
        )
        .map_err(failed)?;
    let mut rows = statement.query((queue.as_str(), after)).map_err(failed)?;
    let mut dead = Vec::new();
    while dead.len() < limit
        && let Some(row) = rows.next().map_err(failed)?
    {
        match read(row) {
            Ok(message) => dead.push(message),
            // It is found by a check of the store, and can be discarded.
            Err(error) => tracing::error!(%queue, error = %Chain(&error), "a dead message cannot be read"),
        }
    }
    Ok(dead)
}

pub(super) fn find(connection: &Connection, queue: QueueName, id: i64) -> Result<Option<DeadMessage>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, deduplication, message_group, body, sent_at, first_received_at, died_at, attempts, why \
             FROM queue_dead WHERE id = ?1 AND queue = ?2",
        )
        .map_err(failed)?;
    let mut rows = statement.query((id, queue.as_str())).map_err(failed)?;
    rows.next().map_err(failed)?.map(read).transpose()
}

/// Sends a dead message again, as a new one of its old name. Returns whether there was one.
pub(super) fn redrive(connection: &Connection, queue: QueueName, id: i64, now: Timestamp) -> rusqlite::Result<bool> {
    let found: Option<(String, String, String)> = connection
        .prepare_cached("SELECT deduplication, message_group, body FROM queue_dead WHERE id = ?1 AND queue = ?2")?
        .query_row((id, queue.as_str()), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((deduplication, group, body)) = found else { return Ok(false) };
    append(connection, queue, &deduplication, &group, &body, micros(now))?;
    remove(connection, queue, id)
}

/// Removes a dead message. Returns whether there was one.
pub(super) fn remove(connection: &Connection, queue: QueueName, id: i64) -> rusqlite::Result<bool> {
    let removed = connection
        .prepare_cached("DELETE FROM queue_dead WHERE id = ?1 AND queue = ?2")?
        .execute((id, queue.as_str()))?;
    if removed > 0 {
        count(connection, queue, 0, -1)?;
    }
    Ok(removed > 0)
}
