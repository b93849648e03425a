//! Messages in their table.

use ecom67_app::port::{NewMessage, QueueDepth, QueueName, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use crate::sqlite::{failed, micros, timestamp};

/// A message as it lies in the table.
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) deduplication: String,
    pub(super) group: String,
    pub(super) body: String,
    pub(super) sent_at: i64,
    pub(super) first_received_at: Option<i64>,
    pub(super) attempts: u32,
}

impl Row {
    /// Columns: id, deduplication, `message_group`, body, `sent_at`, `first_received_at`, attempts.
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            deduplication: row.get(1)?,
            group: row.get(2)?,
            body: row.get(3)?,
            sent_at: row.get(4)?,
            first_received_at: row.get(5)?,
            attempts: row.get(6)?,
        })
    }
}

/// How many messages there are that are not dead.
pub(super) fn messages(connection: &Connection, queue: QueueName) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached("SELECT messages FROM queue_counts WHERE queue = ?1")?;
    Ok(statement.query_row((queue.as_str(),), |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Counts messages that came or went.
pub(super) fn count(connection: &Connection, queue: QueueName, messages: i32, dead: i32) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO queue_counts (queue, messages, dead) VALUES (?1, max(?2, 0), max(?3, 0)) \
             ON CONFLICT (queue) DO UPDATE SET messages = max(messages + ?2, 0), dead = max(dead + ?3, 0)",
        )?
        .execute((queue.as_str(), messages, dead))
        .map(drop)
}

/// Notes that a message of this name is sent, and returns whether that is news. What is remembered for longer than from now
/// until then was noted while the clock was wrong.
pub(super) fn note_name(
    connection: &Connection,
    queue: QueueName,
    name: &str,
    now: Timestamp,
    until: Timestamp,
) -> rusqlite::Result<bool> {
    let noted = connection
        .prepare_cached(
            "INSERT INTO queue_deduplications (queue, deduplication, until) VALUES (?1, ?2, ?4) \
             ON CONFLICT (queue, deduplication) DO UPDATE SET until = excluded.until WHERE until <= ?3 OR until > ?4",
        )?
        .execute((queue.as_str(), name, micros(now), micros(until)))?;
    Ok(noted > 0)
}

pub(super) fn forget_name(connection: &Connection, queue: QueueName, name: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM queue_deduplications WHERE queue = ?1 AND deduplication = ?2")?
        .execute((queue.as_str(), name))
        .map(drop)
}

/// Forgets some of the names that need not be remembered any more, no more than `limit`.
pub(in crate::sqlite) fn forget_names(connection: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM queue_deduplications WHERE (queue, deduplication) IN \
             (SELECT queue, deduplication FROM queue_deduplications WHERE until <= ?1 LIMIT ?2)",
        )?
        .execute((micros(now), limit))
        .map(drop)
}

/// Puts a message behind all of its group.
pub(super) fn insert(
    connection: &Connection,
    queue: QueueName,
    message: &NewMessage,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (deduplication, body) = (message.deduplication.as_str(), message.body.as_str());
    append(connection, queue, deduplication, message.group.as_str(), body, micros(now))
}

/// Puts a message behind all of its group.
pub(super) fn append(
    connection: &Connection,
    queue: QueueName,
    deduplication: &str,
    group: &str,
    body: &str,
    now: i64,
) -> rusqlite::Result<()> {
    let is_first = first_of(connection, queue, group)?.is_none();
    connection
        .prepare_cached(
            "INSERT INTO queue_messages \
             (queue, deduplication, message_group, body, sent_at, attempts, visible_at, is_leased, is_head) \
             VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6)",
        )?
        .execute(params![queue.as_str(), deduplication, group, body, now, is_first])?;
    count(connection, queue, 1, 0)
}

/// The first message of a group.
pub(super) fn first_of(connection: &Connection, queue: QueueName, group: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM queue_messages WHERE queue = ?1 AND message_group = ?2 ORDER BY id LIMIT 1")?
        .query_row((queue.as_str(), group), |row| row.get(0))
        .optional()
}

/// Whether there is something to be received. Nothing is rightly held back beyond `latest`.
pub(super) fn is_due(
    connection: &Connection,
    queue: QueueName,
    now: Timestamp,
    latest: Timestamp,
) -> rusqlite::Result<bool> {
    let is_due = connection
        .prepare_cached("SELECT 1 FROM queue_messages WHERE is_head = 1 AND queue = ?1 AND visible_at <= ?2 LIMIT 1")?
        .exists((queue.as_str(), micros(now)))?;
    if is_due {
        return Ok(true);
    }
    connection
        .prepare_cached("SELECT 1 FROM queue_messages WHERE is_head = 1 AND queue = ?1 AND visible_at > ?2 LIMIT 1")?
        .exists((queue.as_str(), micros(latest)))
}

/// Lets be received what is held back beyond `latest`.
pub(super) fn bring_back(connection: &Connection, queue: QueueName, latest: Timestamp) -> rusqlite::Result<()> {
    let brought = connection
        .prepare_cached(
            "UPDATE queue_messages SET visible_at = 0, is_leased = 0 \
             WHERE is_head = 1 AND queue = ?1 AND visible_at > ?2",
        )?
        .execute((queue.as_str(), micros(latest)))?;
    if brought > 0 {
        tracing::warn!(%queue, messages = brought, "the clock has gone back; what it held back is delivered now");
    }
    Ok(())
}

/// What can be received, the longest waiting first.
pub(super) fn due(
    connection: &Connection,
    queue: QueueName,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<Vec<Row>> {
    connection
        .prepare_cached(
            "SELECT id, deduplication, message_group, body, sent_at, first_received_at, attempts FROM queue_messages \
             WHERE is_head = 1 AND queue = ?1 AND visible_at <= ?2 ORDER BY visible_at LIMIT ?3",
        )?
        .query_map((queue.as_str(), micros(now), limit), Row::read)?
        .collect()
}

/// Leases a message; returns it as it is then.
pub(super) fn lease(connection: &Connection, row: Row, now: Timestamp, until: Timestamp) -> rusqlite::Result<Row> {
    let first_received_at = row.first_received_at.unwrap_or_else(|| micros(now));
    let attempts = row.attempts + 1;
    connection
        .prepare_cached(
            "UPDATE queue_messages SET attempts = ?2, first_received_at = ?3, visible_at = ?4, is_leased = 1 \
             WHERE id = ?1",
        )?
        .execute((row.id, attempts, first_received_at, micros(until)))?;
    Ok(Row { attempts, first_received_at: Some(first_received_at), ..row })
}

/// The message, if the lease of this attempt still holds.
pub(super) fn leased(
    connection: &Connection,
    queue: QueueName,
    id: i64,
    attempt: u32,
    now: Timestamp,
) -> rusqlite::Result<Option<Row>> {
    connection
        .prepare_cached(
            "SELECT id, deduplication, message_group, body, sent_at, first_received_at, attempts FROM queue_messages \
             WHERE id = ?1 AND queue = ?2 AND attempts = ?3 AND is_leased = 1 AND visible_at > ?4",
        )?
        .query_row((id, queue.as_str(), attempt, micros(now)), Row::read)
        .optional()
}

/// Sets when a message can be received, and whether it is leased until then.
pub(super) fn move_to(connection: &Connection, id: i64, at: Timestamp, is_leased: bool) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE queue_messages SET visible_at = ?2, is_leased = ?3 WHERE id = ?1")?
        .execute((id, micros(at), is_leased))
        .map(drop)
}

/// Takes the first message of its group out, and lets the next come.
pub(super) fn remove(connection: &Connection, queue: QueueName, row: &Row) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM queue_messages WHERE id = ?1")?.execute((row.id,))?;
    if let Some(next) = first_of(connection, queue, &row.group)? {
        connection.prepare_cached("UPDATE queue_messages SET is_head = 1 WHERE id = ?1")?.execute((next,))?;
    }
    count(connection, queue, -1, 0)
}

pub(super) fn depth(connection: &Connection, queue: QueueName, now: i64) -> Result<QueueDepth, StoreError> {
    let (messages, dead): (u64, u64) = connection
        .prepare_cached("SELECT messages, dead FROM queue_counts WHERE queue = ?1")
        .and_then(|mut statement| {
            statement.query_row((queue.as_str(),), |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .map_err(failed)?
        .unwrap_or_default();
    // As many as are worked on and were put off: the others are not looked at.
    let (in_flight, put_off): (u64, u64) = connection
        .prepare_cached(
            "SELECT coalesce(sum(is_leased), 0), coalesce(sum(1 - is_leased), 0) FROM queue_messages \
             WHERE is_head = 1 AND queue = ?1 AND visible_at > ?2",
        )
        .and_then(|mut statement| statement.query_row((queue.as_str(), now), |row| Ok((row.get(0)?, row.get(1)?))))
        .map_err(failed)?;
    let oldest: Option<i64> = connection
        .prepare_cached("SELECT sent_at FROM queue_messages WHERE queue = ?1 ORDER BY sent_at LIMIT 1")
        .and_then(|mut statement| statement.query_row((queue.as_str(),), |row| row.get(0)).optional())
        .map_err(failed)?;
    Ok(QueueDepth {
        ready: messages.saturating_sub(in_flight + put_off),
        in_flight,
        put_off,
        dead,
        oldest_sent_at: oldest.map(timestamp).transpose()?,
    })
}
