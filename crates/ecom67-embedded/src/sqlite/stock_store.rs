//! The stock ledger in SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ecom67_app::port::{AdjustError, Adjusted, PAGE_MAX, StockStore, StoreError, Subject};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, AdjustmentReason, LedgerEntry, StockLevel, StockRecord};
use rusqlite::{Connection, Row};

use super::write::Unit;
use super::{Database, FEW_ROWS, UnitError, failed, micros, timestamp, unreadable};

#[async_trait]
impl StockStore for Database {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        let skus: Vec<_> = skus.iter().take(PAGE_MAX).cloned().collect();
        let is_few = skus.len() <= FEW_ROWS;
        let read =
            move |connection: &Connection| skus.iter().filter_map(|sku| find(connection, sku).transpose()).collect();
        if is_few { self.read_rows(read).await } else { self.read(read).await }
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        let answer = self.write(move |unit| adjust(unit, &adjustment)).await;
        answer.map_err(StoreError::from)?
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        let sku = sku.clone();
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT sequence, location, delta, on_hand, reason, actor, token, at FROM stock_ledger \
                     WHERE sku = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
                )
                .map_err(failed)?;
            let mut rows = statement.query((sku.as_str(), after.cast_signed(), limit.min(PAGE_MAX))).map_err(failed)?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                entries.push(read_entry(&sku, row)?);
            }
            Ok(entries)
        })
        .await
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        let after = after.map(ToString::to_string).unwrap_or_default();
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT sku FROM stock_records WHERE sku > ?1 ORDER BY sku LIMIT ?2")
                .map_err(failed)?;
            let skus: Vec<String> = statement
                .query_map((after, limit.min(PAGE_MAX)), |row| row.get(0))
                .and_then(Iterator::collect)
                .map_err(failed)?;
            let mut records = Vec::with_capacity(skus.len());
            for sku in skus {
                let sku = sku.parse().map_err(|invalid| unreadable(format!("stock of {sku}"), invalid))?;
                records.extend(find(connection, &sku)?);
            }
            Ok(records)
        })
        .await
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        let answer = self.write(move |unit| restate(unit, &read, &right)).await;
        answer.map_err(StoreError::from)?
    }
}

fn count(value: i64, sku: &Sku) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| unreadable(format!("stock of {sku}"), "a negative number of units"))
}

pub(super) fn find(connection: &Connection, sku: &Sku) -> Result<Option<StockRecord>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT entries, location, on_hand, held FROM stock_records LEFT JOIN stock_levels USING (sku) WHERE sku = ?1",
        )
        .map_err(failed)?;
    let mut rows = statement.query((sku.as_str(),)).map_err(failed)?;
    let mut entries = None;
    let mut levels = BTreeMap::new();
    while let Some(row) = rows.next().map_err(failed)? {
        entries = Some(row.get(0).map_err(failed)?);
        let Some(location) = row.get::<_, Option<String>>(1).map_err(failed)? else { continue };
        let location = location.parse().map_err(|invalid| unreadable(format!("stock of {sku}"), invalid))?;
        let on_hand = count(row.get(2).map_err(failed)?, sku)?;
        let held = count(row.get(3).map_err(failed)?, sku)?;
        levels.insert(location, StockLevel { on_hand, held });
    }
    let Some(entries) = entries else { return Ok(None) };
    Ok(Some(StockRecord { sku: sku.clone(), levels, entries: count(entries, sku)? }))
}

fn read_entry(sku: &Sku, row: &Row<'_>) -> Result<LedgerEntry, StoreError> {
    let damaged = |reason: String| unreadable(format!("ledger of {sku}"), reason);
    let location: String = row.get(1).map_err(failed)?;
    let reason: String = row.get(4).map_err(failed)?;
    Ok(LedgerEntry {
        sequence: count(row.get(0).map_err(failed)?, sku)?,
        location: location.parse().map_err(|_| damaged(format!("the location {location}")))?,
        delta: row.get(2).map_err(failed)?,
        on_hand: count(row.get(3).map_err(failed)?, sku)?,
        reason: AdjustmentReason::parse(&reason).map_err(|_| damaged(format!("the reason {reason}")))?,
        actor: row.get(5).map_err(failed)?,
        token: row.get(6).map_err(failed)?,
        at: timestamp(row.get(7).map_err(failed)?)?,
    })
}

fn adjust(unit: &mut Unit<'_>, adjustment: &Adjustment) -> Result<Adjusted, AdjustError> {
    let sku = &adjustment.sku;
    let seen = unit
        .connection
        .prepare_cached("SELECT 1 FROM stock_ledger WHERE sku = ?1 AND token = ?2")
        .and_then(|mut statement| statement.exists((sku.as_str(), &adjustment.token)))
        .map_err(UnitError::from)?;
    if seen {
        return Ok(Adjusted::Unchanged);
    }
    let mut record = find(unit.connection, sku)?.unwrap_or_else(|| StockRecord::empty(sku.clone()));
    let Some(entry) = record.apply(adjustment)? else { return Ok(Adjusted::Unchanged) };
    enter(unit, &record, &entry).map_err(UnitError::from)?;
    Ok(Adjusted::Entered(entry))
}

fn put_record(connection: &Connection, record: &StockRecord) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO stock_records (sku, entries) VALUES (?1, ?2) \
             ON CONFLICT (sku) DO UPDATE SET entries = excluded.entries",
        )?
        .execute((record.sku.as_str(), record.entries.cast_signed()))
        .map(drop)
}

fn enter(unit: &mut Unit<'_>, record: &StockRecord, entry: &LedgerEntry) -> rusqlite::Result<()> {
    let sku = record.sku.as_str();
    put_record(unit.connection, record)?;
    // Held units are not the ledger's to touch.
    unit.connection
        .prepare_cached(
            "INSERT INTO stock_levels (sku, location, on_hand, held) VALUES (?1, ?2, ?3, 0) \
             ON CONFLICT (sku, location) DO UPDATE SET on_hand = excluded.on_hand",
        )?
        .execute((sku, entry.location.as_str(), entry.on_hand.cast_signed()))?;
    unit.connection
        .prepare_cached(
            "INSERT INTO stock_ledger (sku, sequence, location, delta, on_hand, reason, actor, token, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            sku,
            entry.sequence.cast_signed(),
            entry.location.as_str(),
            entry.delta,
            entry.on_hand.cast_signed(),
            entry.reason.as_str(),
            &entry.actor,
            &entry.token,
            micros(entry.at),
        ))?;
    unit.changed(Subject::Stock(record.sku.clone()))
}

fn restate(unit: &mut Unit<'_>, read: &StockRecord, record: &StockRecord) -> Result<bool, StoreError> {
    // Buyers hold and release without an entry: what they did since would be undone.
    let present = find(unit.connection, &record.sku)?.unwrap_or_else(|| StockRecord::empty(record.sku.clone()));
    if present != *read {
        return Ok(false);
    }
    let write = |unit: &mut Unit<'_>| -> rusqlite::Result<bool> {
        let sku = record.sku.as_str();
        let last: i64 = unit
            .connection
            .prepare_cached("SELECT coalesce(max(sequence), 0) FROM stock_ledger WHERE sku = ?1")?
            .query_row((sku,), |row| row.get(0))?;
        if last != record.entries.cast_signed() {
            return Ok(false);
        }
        put_record(unit.connection, record)?;
        // A location that the record does not name is part of the damage.
        unit.connection.prepare_cached("DELETE FROM stock_levels WHERE sku = ?1")?.execute((sku,))?;
        let mut insert = unit
            .connection
            .prepare_cached("INSERT INTO stock_levels (sku, location, on_hand, held) VALUES (?1, ?2, ?3, ?4)")?;
        for (location, level) in &record.levels {
            insert.execute((sku, location.as_str(), level.on_hand.cast_signed(), level.held.cast_signed()))?;
        }
        unit.changed(Subject::Stock(record.sku.clone()))?;
        Ok(true)
    };
    write(unit).map_err(|error| StoreError::from(UnitError::from(error)))
}
