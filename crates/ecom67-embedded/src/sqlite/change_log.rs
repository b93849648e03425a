//! The change log in SQLite: a table written in the transactions it tells of.

use std::sync::atomic::Ordering;

use async_trait::async_trait;
use ecom67_app::document::{DocumentKey, DocumentKind};
use ecom67_app::port::{Change, ChangeLog, Position, StoreError, Subject};

use jiff::SignedDuration;
use rusqlite::Connection;

use super::write::Unit;
use super::{Database, UnitError, failed, micros, timestamp, unreadable};

/// The most changes one call reads.
const READ_MAX: usize = 10_000;

/// How long changes are kept at least: whoever was away for less goes on where it was.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The most changes that one call forgets, so that nobody waits long behind it.
pub const FORGET_MAX: usize = 1_000;

/// The sequences that the log has at present. The last one stays for ever, so `last` is the last that there ever was.
struct Kept {
    first: i64,
    last: i64,
}

#[async_trait]
impl ChangeLog for Database {
    async fn read(&self, after: Option<&Position>, limit: usize) -> Result<Vec<Change>, StoreError> {
        let after = after.map(|position| self.sequence(position)).transpose()?;
        if let Some(after) = after {
            self.inner.followed.store(after, Ordering::Relaxed);
        }
        let log = self.inner.log.clone();
        self.read(move |connection| {
            let kept = kept(connection).map_err(failed)?;
            let position = |sequence: i64| Position(format!("{log}/{sequence}"));
            if let Some(after) = after {
                if after + 1 < kept.first {
                    return Err(unreadable("the change log", format!("it begins only at {}", position(kept.first))));
                }
                if after > kept.last {
                    // A backup was put in its place.
                    return Err(unreadable("the change log", format!("it ends at {}", position(kept.last))));
                }
            }
            let mut statement = connection
                .prepare_cached(
                    "SELECT sequence, at, subject, code FROM changes WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                )
                .map_err(failed)?;
            let mut rows = statement.query((after.unwrap_or(0), limit.min(READ_MAX))).map_err(failed)?;
            let mut changes = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let subject: String = row.get(2).map_err(failed)?;
                changes.push(Change {
                    subject: read_subject(&subject, row.get(3).map_err(failed)?)?,
                    at: timestamp(row.get(1).map_err(failed)?)?,
                    position: position(row.get(0).map_err(failed)?),
                });
            }
            Ok(changes)
        })
        .await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        let log = self.inner.log.clone();
        self.read(move |connection| Ok(Position(format!("{log}/{}", kept(connection).map_err(failed)?.last)))).await
    }
}

impl Database {
    /// Forgets changes that are old and that whoever follows the log has read: up to [`FORGET_MAX`] of the oldest.
    /// Returns how many; fewer means that there are no more for now.
    pub async fn forget_old_changes(&self) -> Result<usize, StoreError> {
        let followed = self.inner.followed.load(Ordering::Relaxed);
        let answer: Result<_, UnitError> = self.write(move |unit| forget(unit, followed)).await?;
        Ok(answer?)
    }

    /// The place that a position names in this log.
    fn sequence(&self, position: &Position) -> Result<i64, StoreError> {
        let (log, sequence) = position.0.split_once('/').unwrap_or(("", &position.0));
        if log != self.inner.log {
            return Err(unreadable("a position in the change log", format!("{position} is in another shop's log")));
        }
        sequence.parse().map_err(|_| unreadable("a position in the change log", position))
    }
}

/// Deletes from the beginning only, as the log must have no gap, and never the last change, which says how far it came.
fn forget(unit: &mut Unit<'_>, followed: i64) -> Result<usize, UnitError> {
    let until = followed.min(kept(unit.connection)?.last - 1);
    let old = micros(unit.at - KEPT_FOR);
    let mut statement = unit
        .connection
        .prepare_cached("SELECT sequence, at FROM changes WHERE sequence <= ?1 ORDER BY sequence LIMIT ?2")?;
    let mut rows = statement.query((until, FORGET_MAX))?;
    let (mut last, mut count) = (0, 0);
    while let Some(row) = rows.next()? {
        let at: i64 = row.get(1)?;
        if at >= old {
            break;
        }
        (last, count) = (row.get(0)?, count + 1);
    }
    if count > 0 {
        unit.connection.prepare_cached("DELETE FROM changes WHERE sequence <= ?1")?.execute((last,))?;
    }
    Ok(count)
}

/// Which log this is.
pub(super) fn id(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT id FROM change_log LIMIT 1", (), |row| row.get(0))
}

fn kept(connection: &Connection) -> rusqlite::Result<Kept> {
    connection
        .prepare_cached("SELECT (SELECT min(sequence) FROM changes), (SELECT max(sequence) FROM changes)")?
        .query_row((), |row| {
            let (first, last): (Option<i64>, Option<i64>) = row.try_into()?;
            Ok(Kept { first: first.unwrap_or(1), last: last.unwrap_or(0) })
        })
}

fn read_subject(subject: &str, code: String) -> Result<Subject, StoreError> {
    let damaged = || unreadable("the change log", format!("{subject} {code}"));
    match subject {
        "product" => code.parse().map(Subject::Product).map_err(|_| damaged()),
        "stock" => code.parse().map(Subject::Stock).map_err(|_| damaged()),
        kind => {
            let kind = DocumentKind::parse(kind).ok_or_else(damaged)?;
            Ok(Subject::Document(DocumentKey { kind, code }))
        }
    }
}
