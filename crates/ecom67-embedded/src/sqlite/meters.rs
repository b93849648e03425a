//! Meters, in SQLite: a row for each that counts something.

use async_trait::async_trait;
use ecom67_app::port::{METERS_PAGE_MAX, MeterStore, MeterWrite, OrderCommit, StoreError};
use ecom67_domain::order::Meter;
use rusqlite::{Connection, OptionalExtension as _};

use super::{Database, UnitError, failed, unreadable};

#[async_trait]
impl MeterStore for Database {
    async fn list(&self, after: Option<&Meter>, limit: usize) -> Result<Vec<(Meter, u32)>, StoreError> {
        let after = after.map(Meter::to_string).unwrap_or_default();
        let limit = limit.min(METERS_PAGE_MAX).cast_signed();
        self.read_rows(move |connection| list(connection, &after, limit)).await
    }

    async fn restate(&self, meter: &Meter, read: u32, right: u32) -> Result<bool, StoreError> {
        let meter = meter.clone();
        let answer = self
            .write(move |unit| {
                if used(unit.connection, &meter)? != read {
                    return Ok(false);
                }
                put(unit.connection, &meter, right)?;
                Ok::<_, UnitError>(true)
            })
            .await;
        Ok(answer??)
    }
}

fn list(connection: &Connection, after: &str, limit: isize) -> Result<Vec<(Meter, u32)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT meter, used FROM meters WHERE meter > ?1 AND used > 0 ORDER BY meter LIMIT ?2")
        .map_err(failed)?;
    let mut rows = statement.query((after, limit as i64)).map_err(failed)?;
    let mut meters = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let name: String = row.get(0).map_err(failed)?;
        let meter = name.parse().map_err(|invalid| unreadable("a meter", invalid))?;
        meters.push((meter, row.get(1).map_err(failed)?));
    }
    Ok(meters)
}

/// How often something was used.
pub(super) fn used(connection: &Connection, meter: &Meter) -> rusqlite::Result<u32> {
    let mut statement = connection.prepare_cached("SELECT used FROM meters WHERE meter = ?1")?;
    Ok(statement.query_row((meter.to_string(),), |row| row.get(0)).optional()?.unwrap_or(0))
}

fn put(connection: &Connection, meter: &Meter, used: u32) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO meters (meter, used) VALUES (?1, ?2) ON CONFLICT (meter) DO UPDATE SET used = ?2")?
        .execute((meter.to_string(), used))?;
    forget_unused(connection, meter)
}

/// Writes down what an order uses, or uses no more.
pub(super) fn write(connection: &Connection, asked: &OrderCommit) -> rusqlite::Result<()> {
    let (meters, delta) = match &asked.meters {
        MeterWrite::Keep => return Ok(()),
        MeterWrite::Spend(_) => (&asked.order.uses, 1),
        MeterWrite::Return(meters) => (meters, -1),
    };
    for meter in meters {
        connection
            .prepare_cached(
                "INSERT INTO meters (meter, used) VALUES (?1, max(?2, 0)) \
                 ON CONFLICT (meter) DO UPDATE SET used = max(used + ?2, 0)",
            )?
            .execute((meter.to_string(), delta))?;
        if delta < 0 {
            forget_unused(connection, meter)?;
        }
    }
    Ok(())
}

/// Nobody is remembered for what they do not use any more.
fn forget_unused(connection: &Connection, meter: &Meter) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM meters WHERE meter = ?1 AND used = 0")?
        .execute((meter.to_string(),))
        .map(drop)
}
