//! Dead letters in SQLite.

use async_trait::async_trait;
use ecom67_app::port::{DEAD_LETTERS_COUNTED_MAX, DeadLetter, DeadLetters, PAGE_MAX, Refused, StoreError};
use ecom67_domain::ProductCode;
use jiff::Timestamp;
use rusqlite::Connection;

use super::{Database, UnitError, failed, micros, timestamp, unreadable};

/// A letter as it lies in the table.
pub(super) struct Row {
    pub(super) product: String,
    reason: String,
    first_at: i64,
    last_at: i64,
    failures: u64,
}

impl Row {
    pub(super) fn read(self) -> Result<DeadLetter, StoreError> {
        let product = self.product.parse();
        Ok(DeadLetter {
            product: product.map_err(|invalid| unreadable(format!("dead letter of {}", self.product), invalid))?,
            reason: self.reason,
            first_at: timestamp(self.first_at)?,
            last_at: timestamp(self.last_at)?,
            failures: self.failures,
        })
    }
}

pub(super) fn rows(connection: &Connection, after: &str, limit: usize) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(
        "SELECT product, reason, first_at, last_at, failures FROM dead_letters \
         WHERE product > ?1 ORDER BY product LIMIT ?2",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            product: row.get(0)?,
            reason: row.get(1)?,
            first_at: row.get(2)?,
            last_at: row.get(3)?,
            failures: row.get(4)?,
        })
    };
    statement.query_map((after, limit), row)?.collect()
}

#[async_trait]
impl DeadLetters for Database {
    async fn note(&self, refused: &[Refused], at: Timestamp) -> Result<(), StoreError> {
        let refused = refused.to_vec();
        let answer = self.write(move |unit| note(unit.connection, &refused, micros(at)).map_err(UnitError::from)).await;
        Ok(answer??)
    }

    async fn clear(&self, products: &[ProductCode]) -> Result<(), StoreError> {
        let asked = products.to_vec();
        // Most often there are none of them, and a commit costs a sync.
        let present = self.read(move |connection| those_with_letters(connection, asked).map_err(failed)).await?;
        if present.is_empty() {
            return Ok(());
        }
        let answer = self.write(move |unit| clear(unit.connection, &present).map_err(UnitError::from)).await;
        Ok(answer??)
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let after = after.map(ToString::to_string).unwrap_or_default();
        self.read(move |connection| {
            let rows = rows(connection, &after, limit.min(PAGE_MAX)).map_err(failed)?;
            rows.into_iter().map(Row::read).collect()
        })
        .await
    }

    async fn count(&self) -> Result<usize, StoreError> {
        self.read(|connection| count(connection).map_err(failed)).await
    }
}

fn count(connection: &Connection) -> rusqlite::Result<usize> {
    let mut statement =
        connection.prepare_cached("SELECT product FROM dead_letters WHERE product > '' ORDER BY product LIMIT ?1")?;
    let mut rows = statement.query((DEAD_LETTERS_COUNTED_MAX,))?;
    let mut count = 0;
    while rows.next()?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn note(connection: &Connection, refused: &[Refused], at: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO dead_letters (product, reason, first_at, last_at, failures) VALUES (?1, ?2, ?3, ?3, 1) \
         ON CONFLICT (product) DO UPDATE SET \
         reason = excluded.reason, last_at = excluded.last_at, failures = failures + 1",
    )?;
    for refused in refused {
        statement.execute((refused.product.as_str(), refused.reason(), at))?;
    }
    Ok(())
}

fn those_with_letters(connection: &Connection, mut products: Vec<ProductCode>) -> rusqlite::Result<Vec<ProductCode>> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM dead_letters WHERE product = ?1")?;
    let mut failure = None;
    products.retain(|product| {
        statement.exists((product.as_str(),)).unwrap_or_else(|error| {
            failure = Some(error);
            false
        })
    });
    failure.map_or(Ok(products), Err)
}

fn clear(connection: &Connection, products: &[ProductCode]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM dead_letters WHERE product = ?1")?;
    for product in products {
        statement.execute((product.as_str(),))?;
    }
    Ok(())
}
