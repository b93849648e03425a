//! The change log in SQLite: a table written in the transactions it tells of.

use async_trait::async_trait;
use ecom67_app::document::{DocumentKey, DocumentKind};
use ecom67_app::port::{Change, ChangeLog, Position, StoreError, Subject};

use super::{Database, failed, timestamp, unreadable};

/// The most changes one call reads.
const READ_MAX: usize = 10_000;

#[async_trait]
impl ChangeLog for Database {
    async fn read(&self, after: Option<&Position>, limit: usize) -> Result<Vec<Change>, StoreError> {
        let after = after.map_or(Ok(0), sequence)?;
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT sequence, at, subject, code FROM changes WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
                )
                .map_err(failed)?;
            let mut rows = statement.query((after, limit.min(READ_MAX))).map_err(failed)?;
            let mut changes = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let sequence: i64 = row.get(0).map_err(failed)?;
                let subject: String = row.get(2).map_err(failed)?;
                changes.push(Change {
                    subject: read_subject(&subject, row.get(3).map_err(failed)?)?,
                    at: timestamp(row.get(1).map_err(failed)?)?,
                    position: Position(sequence.to_string()),
                });
            }
            Ok(changes)
        })
        .await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.read(|connection| {
            let last: i64 = connection
                .prepare_cached("SELECT coalesce(max(sequence), 0) FROM changes")
                .and_then(|mut statement| statement.query_row((), |row| row.get(0)))
                .map_err(failed)?;
            Ok(Position(last.to_string()))
        })
        .await
    }
}

fn sequence(position: &Position) -> Result<i64, StoreError> {
    position.0.parse().map_err(|_| unreadable("a position in the change log", position))
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
