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
const ON_HAND: &str = "on_hand";
const HELD: &str = "held";
const SKU: &str = "sku";
const SEQUENCE: &str = "sequence";
const LOCATION: &str = "location";
const DELTA: &str = "delta";
const REASON: &str = "reason";
const ACTOR: &str = "actor";
const TOKEN: &str = "token";
const AT: &str = "at";
const ENTRY: &str = "entry";

pub(super) fn levels_value(record: &StockRecord) -> AttributeValue {
    let level = |(location, level): (&LocationCode, &StockLevel)| {
        let amounts = [(ON_HAND, level.on_hand), (HELD, level.held)];
        let amounts = amounts.map(|(name, units)| (name.to_owned(), number(units)));
        (location.to_string(), AttributeValue::M(Item::from(amounts)))
    };
    AttributeValue::M(record.levels.iter().map(level).collect())
}

pub(super) fn record_item(record: &StockRecord) -> Item {
    let mut item = Key::stock(&record.sku).item();
    item.insert(ENTRIES.to_owned(), number(record.entries));
    item.insert(LEVELS.to_owned(), levels_value(record));
    item
}

pub(super) fn read_record(item: &Item) -> Result<StockRecord, StoreError> {
    let reader = Reader::new(item);
    let sku = reader.key().sk.parse().map_err(|_| reader.unreadable("its key is no SKU"))?;
    let mut levels = BTreeMap::new();
    for (location, level) in reader.map(LEVELS)? {
        let location: LocationCode =
            location.parse().map_err(|_| reader.unreadable(format!("{location} is no location")))?;
        let units = |name: &str| level.as_m().ok()?.get(name)?.as_n().ok()?.parse().ok();
        let (Some(on_hand), Some(held)) = (units(ON_HAND), units(HELD)) else {
            return Err(reader.unreadable(format!("the level at {location} is not what it should be")));
        };
        levels.insert(location, StockLevel { on_hand, held });
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
            (DELTA, AttributeValue::N(entry.delta.to_string())),
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
