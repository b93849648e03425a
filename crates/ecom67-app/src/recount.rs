//! The recount: proves that each stock record says what its ledger adds up to, and puts right the ones that do not.

mod gift_cards;
mod meters;

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_domain::stock::{StockLevel, StockRecord, recount};
use ecom67_domain::{LocationCode, Sku};

use crate::port::{PAGE_MAX, StockStore, StoreError};

pub use gift_cards::{GiftCardFinding, GiftCardRecount, GiftCardReport};
pub use meters::{METERS_AT_ONCE, MeterFinding, MeterRecount, MeterReport};

/// How often a variant is counted again because its stock changed meanwhile.
const COUNT_ATTEMPTS: usize = 10;

/// The most findings one recount tells; it counts on beyond them.
pub const FINDINGS_MAX: usize = 1_000;

/// Counts every ledger.
#[derive(Clone)]
pub struct Recount {
    /// Where records and ledgers are kept.
    pub stock: Arc<dyn StockStore>,
}

/// What is done about a record that differs from its ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// It is told, and stays as it is.
    No,
    /// It is told, and made to say what the ledger says.
    Yes,
}

/// How far a recount has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecountProgress {
    /// Variants that were counted.
    pub variants: u64,
    /// Entries that were added up.
    pub entries: u64,
    /// Variants with which something is wrong.
    pub wrong: u64,
}

/// What a recount found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecountReport {
    /// How much was counted.
    pub counted: RecountProgress,
    /// Variants whose record was put right.
    pub repaired: u64,
    /// What is wrong, up to [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The variant.
    pub sku: Sku,
    /// What is wrong with it.
    pub what: Wrong,
}

/// What can be wrong with a variant's stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Record and ledger do not agree on what is on hand at a location.
    OnHand {
        /// The location.
        location: LocationCode,
        /// What the ledger adds up to.
        ledger: i64,
        /// What the record says.
        record: u64,
    },
    /// Record and ledger do not agree on how many entries there are.
    Entries {
        /// Entries in the ledger.
        ledger: u64,
        /// Entries by the record.
        record: u64,
    },
    /// The ledger contradicts itself: entries are missing or were changed. Nothing follows from it, so its record is
    /// left alone.
    Ledger {
        /// The entry up to which the contradiction shows.
        sequence: u64,
    },
    /// The stock changed each time it was counted: count again when there is less to do.
    Unsettled,
}

/// What counting one variant came to.
struct Count {
    entries: u64,
    wrong: Vec<Wrong>,
    repaired: bool,
}

/// What a ledger adds up to.
struct Sums {
    entries: u64,
    on_hand: BTreeMap<LocationCode, i64>,
    /// The entry at which it contradicts itself.
    broken_at: Option<u64>,
}

impl Recount {
    /// Counts the ledger of every variant that has a stock record, calling `progress` after each page. The shop goes on
    /// meanwhile.
    pub async fn run(
        &self,
        repair: Repair,
        mut progress: impl FnMut(RecountProgress) + Send,
    ) -> Result<RecountReport, StoreError> {
        let mut report = RecountReport::default();
        let mut after: Option<Sku> = None;
        loop {
            let page = self.stock.list(after.as_ref(), PAGE_MAX).await?;
            for record in &page {
                let count = self.count_until_settled(record, repair).await?;
                report.add(&record.sku, count);
            }
            progress(report.counted);
            let is_last = page.len() < PAGE_MAX;
            after = page.into_iter().last().map(|record| record.sku);
            if is_last {
                return Ok(report);
            }
        }
    }

    async fn count_until_settled(&self, listed: &StockRecord, repair: Repair) -> Result<Count, StoreError> {
        let mut record = listed.clone();
        for _ in 0..COUNT_ATTEMPTS {
            let sums = self.add_up(&record.sku).await?;
            let present = self.record(&record.sku).await?;
            // Each adjustment changes record and ledger together: if the record stands still, so did the ledger.
            if !says_the_same(&present, &record) {
                record = present;
                continue;
            }
            let wrong = sums.compare(&record);
            let Some(right) = sums.to_record(&present).filter(|_| repair == Repair::Yes && !wrong.is_empty()) else {
                return Ok(Count { entries: sums.entries, wrong, repaired: false });
            };
            if self.stock.restate(present, right).await? {
                return Ok(Count { entries: sums.entries, wrong, repaired: true });
            }
            record = self.record(&record.sku).await?;
        }
        Ok(Count { entries: record.entries, wrong: vec![Wrong::Unsettled], repaired: false })
    }

    async fn record(&self, sku: &Sku) -> Result<StockRecord, StoreError> {
        let found = self.stock.find_many(std::slice::from_ref(sku)).await?.pop();
        Ok(found.unwrap_or_else(|| StockRecord::empty(sku.clone())))
    }

    /// Adds the ledger up page by page: it may be far longer than memory.
    async fn add_up(&self, sku: &Sku) -> Result<Sums, StoreError> {
        let mut sums = Sums { entries: 0, on_hand: BTreeMap::new(), broken_at: None };
        loop {
            let page = self.stock.ledger(sku, sums.entries, PAGE_MAX).await?;
            for (location, delta) in recount(&page) {
                *sums.on_hand.entry(location).or_default() += delta;
            }
            let expected = sums.entries + 1..;
            let gap = page.iter().zip(expected).find(|(entry, expected)| entry.sequence != *expected);
            // The last entry of each location says what is on hand then.
            let latest: BTreeMap<_, _> = page.iter().map(|entry| (&entry.location, entry)).collect();
            let wrong_sum = latest
                .values()
                .find(|entry| i64::try_from(entry.on_hand).ok() != sums.on_hand.get(&entry.location).copied());
            let broken_at = gap.map(|(entry, _)| entry.sequence).or(wrong_sum.map(|entry| entry.sequence));
            sums.broken_at = sums.broken_at.or(broken_at);
            sums.entries = page.last().map_or(sums.entries, |entry| entry.sequence);
            if page.len() < PAGE_MAX {
                return Ok(sums);
            }
        }
    }
}

/// Whether both records say the same of what adjustments change; what is held may differ.
fn says_the_same(one: &StockRecord, other: &StockRecord) -> bool {
    let on_hand = |record: &StockRecord| -> Vec<_> {
        record.levels.iter().map(|(location, level)| (location.clone(), level.on_hand)).collect()
    };
    one.entries == other.entries && on_hand(one) == on_hand(other)
}

impl Sums {
    fn compare(&self, record: &StockRecord) -> Vec<Wrong> {
        if let Some(sequence) = self.broken_at {
            return vec![Wrong::Ledger { sequence }];
        }
        let mut wrong = Vec::new();
        if self.entries != record.entries {
            wrong.push(Wrong::Entries { ledger: self.entries, record: record.entries });
        }
        let missing = self.on_hand.keys().filter(|location| !record.levels.contains_key(*location));
        for location in record.levels.keys().chain(missing) {
            let ledger = self.on_hand.get(location).copied().unwrap_or(0);
            let said = record.levels.get(location).map_or(0, |level| level.on_hand);
            if i64::try_from(said).ok() != Some(ledger) {
                wrong.push(Wrong::OnHand { location: location.clone(), ledger, record: said });
            }
        }
        wrong
    }

    /// The record as it must be; `None` where nothing follows from the ledger. What is held is not the ledger's to say.
    fn to_record(&self, present: &StockRecord) -> Option<StockRecord> {
        if self.broken_at.is_some() {
            return None;
        }
        let mut levels = BTreeMap::new();
        for (location, on_hand) in &self.on_hand {
            let held = present.levels.get(location).map_or(0, |level| level.held);
            levels.insert(location.clone(), StockLevel { on_hand: u64::try_from(*on_hand).ok()?, held });
        }
        let held_elsewhere = present.levels.iter().filter(|(_, level)| level.held > 0);
        for (location, level) in held_elsewhere {
            levels.entry(location.clone()).or_insert(StockLevel { on_hand: 0, held: level.held });
        }
        Some(StockRecord { sku: present.sku.clone(), levels, entries: self.entries })
    }
}

impl RecountReport {
    /// Whether every record says what its ledger adds up to.
    pub fn is_right(&self) -> bool {
        self.counted.wrong == 0
    }

    fn add(&mut self, sku: &Sku, count: Count) {
        self.counted.variants += 1;
        self.counted.entries += count.entries;
        self.counted.wrong += u64::from(!count.wrong.is_empty());
        self.repaired += u64::from(count.repaired);
        let room = FINDINGS_MAX - self.findings.len();
        let findings = count.wrong.into_iter().map(|what| Finding { sku: sku.clone(), what });
        self.findings.extend(findings.take(room));
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sku = &self.sku;
        match &self.what {
            Wrong::OnHand { location, ledger, record } => {
                write!(formatter, "{sku} at {location}: the ledger adds up to {ledger}, the record says {record}")
            }
            Wrong::Entries { ledger, record } => {
                write!(formatter, "{sku}: the ledger has {ledger} entries, the record says {record}")
            }
            Wrong::Ledger { sequence } => {
                write!(formatter, "{sku}: the ledger contradicts itself at its entry {sequence}")
            }
            Wrong::Unsettled => write!(formatter, "{sku}: its stock kept changing while it was counted"),
        }
    }
}
