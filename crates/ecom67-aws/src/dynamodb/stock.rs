//! The stock ledger, and per variant one record of what it adds up to.

mod entries;
mod holds;

use async_trait::async_trait;
use ecom67_app::port::{AdjustError, Adjusted, PAGE_MAX, StockStore, StoreError};
use ecom67_domain::Sku;
use ecom67_domain::stock::{Adjustment, AdjustmentReason, LedgerEntry, StockLevel, StockRecord};

use self::entries::{
    AVAILABLE, ENTRIES, LEVELS, ON_HAND, entry_item, level_value, read_entry, record_item, signed, token_item,
};
use super::Table;
use super::call::Attempts;
use super::item::number;
use super::key::{Key, Spread, ledger_partition, ledger_place};
use super::transaction::{Condition, Outcome, Transaction};
use super::turns::Turns;

pub(super) use self::entries::read_record;
pub(super) use self::holds::{Demand, HoldChange, demand_of};

/// Keeps stock.
#[derive(Clone, Debug)]
pub struct Stock {
    table: Table,
    turns: Turns,
}

/// What a condition of a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The record is as it was read.
    Record,
    /// The ledger has no such entry yet, or has it.
    Ledger,
    /// The token has not been seen before.
    Token,
}

impl Stock {
    pub(super) fn of(table: Table) -> Self {
        Self { table, turns: Turns::new() }
    }

    /// The record, and whether the token has been seen before.
    ///
    /// The two are not read at one instant: what the record is when the token is not yet there may be what it became
    /// by that very token. A refusal is therefore looked at again before it is told.
    async fn read(&self, sku: &Sku, token: &str) -> Result<(Option<StockRecord>, bool), StoreError> {
        let (record, token) = (Key::stock(sku), Key::token(sku, token));
        let items = self.table.get_many(&[record.clone(), token.clone()]).await?;
        Ok((items.get(&record).map(read_record).transpose()?, items.contains_key(&token)))
    }

    /// One try to enter an adjustment; `None` where somebody else was faster.
    async fn try_adjust(&self, adjustment: &Adjustment) -> Result<Option<Adjusted>, AdjustError> {
        let Adjustment { sku, token, .. } = adjustment;
        let (present, is_known) = self.read(sku, token).await?;
        if is_known {
            return Ok(Some(Adjusted::Unchanged));
        }
        let mut record = present.clone().unwrap_or_else(|| StockRecord::empty(sku.clone()));
        let entry = match record.apply(adjustment) {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(Some(Adjusted::Unchanged)),
            Err(_) if self.table.get(&Key::token(sku, token)).await?.is_some() => return Ok(Some(Adjusted::Unchanged)),
            Err(refusal) => return Err(refusal.into()),
        };
        let mut transaction = Transaction::new();
        match &present {
            None => transaction.put(&self.table, record_item(&record), Condition::absent(), Why::Record)?,
            Some(present) => {
                let (change, condition) = entering(present, &entry);
                transaction.update(&self.table, &Key::stock(sku), change, condition, Why::Record)?;
            }
        }
        transaction.put(&self.table, entry_item(sku, &entry), Condition::absent(), Why::Ledger)?;
        transaction.put(&self.table, token_item(sku, &entry), Condition::absent(), Why::Token)?;
        match transaction.commit(&self.table).await? {
            Outcome::Committed => Ok(Some(Adjusted::Entered(entry))),
            Outcome::Refused(refusals) if refusals.iter().any(|refusal| refusal.why == Why::Token) => {
                Ok(Some(Adjusted::Unchanged))
            }
            Outcome::Refused(_) | Outcome::Conflict => Ok(None),
        }
    }
}

/// Changes the record by what was entered, if it is as it was read: it has the same entries, and as much is on hand, which a
/// restatement changes without an entry. What is held may have changed since, and goes on changing: buyers and whoever
/// counts do not wait for each other, as long as what is held is left.
fn entering(present: &StockRecord, entry: &LedgerEntry) -> (&'static str, Condition) {
    let condition = |expression: &str| {
        Condition::new(format!("#entries = :read AND {expression}"))
            .name("#entries", ENTRIES)
            .value(":read", number(present.entries))
            .value(":entries", number(entry.sequence))
            .name("#levels", LEVELS)
            .name("#location", entry.location.as_str())
    };
    let Some(level) = present.levels.get(&entry.location) else {
        let level = level_value(StockLevel { on_hand: entry.on_hand, held: 0 });
        return (
            "SET #entries = :entries, #levels.#location = :level",
            condition("attribute_not_exists(#levels.#location)").value(":level", level),
        );
    };
    let is_same = "#levels.#location.#on_hand = :was";
    let leaves_what_is_held = "#levels.#location.#available >= :taken";
    let condition = match entry.reason {
        AdjustmentReason::Loss => condition(is_same),
        _ if entry.delta >= 0 => condition(is_same),
        _ => condition(&format!("{is_same} AND {leaves_what_is_held}")).value(":taken", signed(-entry.delta)),
    };
    (
        "SET #entries = :entries, #levels.#location.#on_hand = :on_hand, \
         #levels.#location.#available = #levels.#location.#available + :delta",
        condition
            .name("#on_hand", ON_HAND)
            .name("#available", AVAILABLE)
            .value(":was", number(level.on_hand))
            .value(":on_hand", number(entry.on_hand))
            .value(":delta", signed(entry.delta)),
    )
}

/// The record is as it was read, with what is held: buyers hold and release without an entry, and what they did since would be
/// undone. One that was absent and never had an entry stays so.
fn as_read(read: &StockRecord, entries: u64) -> Condition {
    let levels = record_item(read).remove(LEVELS).filter(|_| *read != StockRecord::empty(read.sku.clone()));
    match levels {
        None if entries == 0 => Condition::present(),
        None => Condition::absent(),
        Some(levels) => Condition::new("#entries = :read AND #levels = :levels")
            .name("#entries", ENTRIES)
            .name("#levels", LEVELS)
            .value(":read", number(read.entries))
            .value(":levels", levels),
    }
}

#[async_trait]
impl StockStore for Stock {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        let keys: Vec<Key> = skus.iter().take(PAGE_MAX).map(Key::stock).collect();
        let items = self.table.get_many(&keys).await?;
        keys.iter().filter_map(|key| items.get(key)).map(read_record).collect()
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        let _turn = self.turns.take(adjustment.sku.as_str(), self.table.patience).await?;
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            if let Some(adjusted) = self.try_adjust(&adjustment).await? {
                return Ok(adjusted);
            }
            attempts.pause().await?;
        }
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        let items = self.table.query(&ledger_partition(sku), Some(&ledger_place(after)), limit.min(PAGE_MAX)).await?;
        items.iter().map(read_entry).collect()
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        let items = self.table.list(Spread::Stock, after.map(Sku::as_str), limit.min(PAGE_MAX)).await?;
        items.iter().map(read_record).collect()
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        let StockRecord { sku, entries, .. } = &right;
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            // The ledger itself says how many entries there are: the record may be damaged in that too, or gone. One
            // that never had an entry has none to make.
            let mut transaction = Transaction::new();
            transaction.put(&self.table, record_item(&right), as_read(&read, *entries), Why::Record)?;
            transaction.check(&self.table, &Key::ledger(sku, entries + 1), Condition::absent(), Why::Ledger)?;
            if *entries > 0 {
                transaction.check(&self.table, &Key::ledger(sku, *entries), Condition::present(), Why::Ledger)?;
            }
            match transaction.commit(&self.table).await? {
                Outcome::Committed => return Ok(true),
                Outcome::Refused(_) => return Ok(false),
                Outcome::Conflict => attempts.pause().await?,
            }
        }
    }
}
