//! Stock records and ledger entries as they are written down.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::StoreError;
use ecom67_domain::stock::{AdjustmentReason, LedgerEntry, StockLevel, StockRecord};
use ecom67_domain::{LocationCode, Sku};

use crate::dynamodb::item::{Item, Reader, number, text};
use crate::dynamodb::key::Key;

pub(super) const ENTRIES: &str = "entries";
pub(super) const LEVELS: &str = "levels";
pub(super) const ON_HAND: &str = "on_hand";
pub(super) const HELD: &str = "held";
/// What is on hand but for what is held, since a condition cannot subtract. Below zero where held units were lost.
pub(super) const AVAILABLE: &str = "available";
const SKU: &str = "sku";
const SEQUENCE: &str = "sequence";
const LOCATION: &str = "location";
const DELTA: &str = "delta";
const REASON: &str = "reason";
const ACTOR: &str = "actor";
const TOKEN: &str = "token";
const AT: &str = "at";
const ENTRY: &str = "entry";

pub(super) fn signed(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn available(level: StockLevel) -> i64 {
    level.on_hand.cast_signed() - level.held.cast_signed()
}

pub(super) fn level_value(level: StockLevel) -> AttributeValue {
    let amounts = [(ON_HAND, number(level.on_hand)), (HELD, number(level.held)), (AVAILABLE, signed(available(level)))];
    AttributeValue::M(amounts.map(|(name, units)| (name.to_owned(), units)).into())
}

pub(super) fn record_item(record: &StockRecord) -> Item {
    let mut item = Key::stock(&record.sku).item();
    item.insert(ENTRIES.to_owned(), number(record.entries));
    let levels = record.levels.iter().map(|(location, level)| (location.to_string(), level_value(*level)));
    item.insert(LEVELS.to_owned(), AttributeValue::M(levels.collect()));
    item
}

pub(in crate::dynamodb) fn read_record(item: &Item) -> Result<StockRecord, StoreError> {
    let reader = Reader::new(item);
    let sku = reader.key().sk.parse().map_err(|_| reader.unreadable("its key is no SKU"))?;
    let mut levels = BTreeMap::new();
    for (location, level) in reader.map(LEVELS)? {
        let location: LocationCode =
            location.parse().map_err(|_| reader.unreadable(format!("{location} is no location")))?;
        let units = |name: &str| level.as_m().ok()?.get(name)?.as_n().ok()?.parse::<i64>().ok();
        let count = |name: &str| u64::try_from(units(name)?).ok();
        let level = count(ON_HAND).zip(count(HELD)).map(|(on_hand, held)| StockLevel { on_hand, held });
        let Some(level) = level.filter(|level| units(AVAILABLE) == Some(available(*level))) else {
            return Err(reader.unreadable(format!("the level at {location} is not what it should be")));
        };
        levels.insert(location, level);
    }
    Ok(StockRecord { sku, levels, entries: reader.number(ENTRIES)? })
}

pub(super) fn entry_item(sku: &Sku, entry: &LedgerEntry) -> Item {
    let mut item = Key::ledger(sku, entry.sequence).item();
    item.extend(
        [
            (SKU, text(sku.as_str())),
            (SEQUENCE, number(entry.sequence)),
            (LOCATION, text(entry.location.as_str())),
            (DELTA, signed(entry.delta)),
            (ON_HAND, number(entry.on_hand)),
            (REASON, text(entry.reason.as_str())),
            (ACTOR, text(&entry.actor)),
            (TOKEN, text(&entry.token)),
            (AT, text(&entry.at.to_string())),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    item
}

pub(super) fn read_entry(item: &Item) -> Result<LedgerEntry, StoreError> {
    let reader = Reader::new(item);
    let reason = AdjustmentReason::parse(reader.text(REASON)?);
    Ok(LedgerEntry {
        sequence: reader.number(SEQUENCE)?,
        location: reader.parsed(LOCATION)?,
        delta: reader.number(DELTA)?,
        on_hand: reader.number(ON_HAND)?,
        reason: reason.map_err(|invalid| reader.unreadable(invalid.to_string()))?,
        actor: reader.text(ACTOR)?.to_owned(),
        token: reader.text(TOKEN)?.to_owned(),
        at: reader.parsed(AT)?,
    })
}

pub(super) fn token_item(sku: &Sku, entry: &LedgerEntry) -> Item {
    let mut item = Key::token(sku, &entry.token).item();
    item.insert(ENTRY.to_owned(), number(entry.sequence));
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The record of a variant of which 2 are on hand and 3 are held, whose level says that so many are available.
    fn item_with(available: Option<i64>) -> Item {
        let level = StockLevel { on_hand: 2, held: 3 };
        let sku: Sku = "MUG".parse().unwrap();
        let levels = BTreeMap::from([(LocationCode::main(), level)]);
        let mut item = record_item(&StockRecord { sku, levels, entries: 1 });
        let Some(AttributeValue::M(levels)) = item.get_mut(LEVELS) else { panic!("a record has levels") };
        let Some(AttributeValue::M(level)) = levels.get_mut("main") else { panic!("it has one") };
        match available {
            Some(units) => level.insert(AVAILABLE.to_owned(), signed(units)),
            None => level.remove(AVAILABLE),
        };
        item
    }

    #[test]
    fn a_level_that_does_not_add_up_is_never_sold_from() {
        assert_eq!(read_record(&item_with(Some(-1))).unwrap().available(), 0);
        for wrong in [None, Some(0), Some(2)] {
            let read = read_record(&item_with(wrong));
            assert!(matches!(&read, Err(StoreError::Unreadable { key, .. }) if key == "stock of MUG"), "got {read:?}");
        }
    }
}
