//! Stock: a ledger. What is on hand is the sum of its adjustments, each with a reason and an actor.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::code::{LocationCode, Sku};
use crate::quantity::QuantityLimits;
use crate::violation::Invalid;

/// The most units of one variant at one location: more is a lost decimal point.
pub const ON_HAND_MAX: u64 = 1_000_000_000;

/// What stands at one location.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StockLevel {
    /// Units that are there.
    pub on_hand: u64,
    /// Units of these that are promised to orders.
    pub held: u64,
}

impl StockLevel {
    /// Units that may still be promised.
    pub const fn available(self) -> u64 {
        self.on_hand.saturating_sub(self.held)
    }
}

/// The stock record of one variant. A variant without a record has none on hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRecord {
    /// The variant.
    pub sku: Sku,
    /// What stands where.
    pub levels: BTreeMap<LocationCode, StockLevel>,
    /// How many entries the ledger of this variant has; also the record's version.
    pub entries: u64,
}

/// Why stock changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdjustmentReason {
    /// An import told how many there are.
    Import,
    /// Somebody counted the shelf.
    Count,
    /// Goods came in.
    Received,
    /// A buyer sent something back that can be sold again.
    Returned,
    /// Units broke or vanished. May leave less on hand than is held: the record is then flagged by that very fact.
    Loss,
    /// A mistake in the ledger is put right.
    Correction,
}

impl AdjustmentReason {
    /// The reason's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Count => "count",
            Self::Received => "received",
            Self::Returned => "returned",
            Self::Loss => "loss",
            Self::Correction => "correction",
        }
    }

    /// The reason with this name in data.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        [Self::Import, Self::Count, Self::Received, Self::Returned, Self::Loss, Self::Correction]
            .into_iter()
            .find(|reason| reason.as_str() == name)
            .ok_or_else(|| Invalid::new("reason_unknown", "one of import, count, received, returned, loss, correction"))
    }
}

/// By how much, or to what, the units on hand change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockChange {
    /// So many more, or fewer.
    By(i64),
    /// So many there are, whatever the ledger says.
    To(u64),
}

/// A change of what is on hand at one location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The variant.
    pub sku: Sku,
    /// The location.
    pub location: LocationCode,
    /// By how much, or to what.
    pub change: StockChange,
    /// Why.
    pub reason: AdjustmentReason,
    /// Who: a person, or a program such as `import`.
    pub actor: String,
    /// Names this very adjustment: the same token again changes nothing.
    pub token: String,
    /// When.
    pub at: Timestamp,
}

/// One line of a variant's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Counts from 1 within the variant.
    pub sequence: u64,
    /// The location.
    pub location: LocationCode,
    /// By how much the units on hand changed.
    pub delta: i64,
    /// The units on hand afterwards.
    pub on_hand: u64,
    /// Why.
    pub reason: AdjustmentReason,
    /// Who.
    pub actor: String,
    /// The adjustment's token.
    pub token: String,
    /// When.
    pub at: Timestamp,
}

/// Why an adjustment was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockRefusal {
    /// Fewer than none would be on hand.
    #[error("only {on_hand} are on hand")]
    BelowZero {
        /// Units on hand at present.
        on_hand: u64,
    },
    /// Fewer than are promised would be on hand, and no loss was recorded.
    #[error("{held} are held for orders; fewer can only be recorded as a loss")]
    BelowHeld {
        /// Units held at present.
        held: u64,
    },
    /// More than anybody can have.
    #[error("at most {ON_HAND_MAX} can be on hand")]
    TooMany,
}

impl StockRecord {
    /// The record of a variant that never had stock.
    pub const fn empty(sku: Sku) -> Self {
        Self { sku, levels: BTreeMap::new(), entries: 0 }
    }

    /// Units that may still be promised, over all locations.
    pub fn available(&self) -> u64 {
        self.levels.values().map(|level| level.available()).sum()
    }

    /// Makes the adjustment, and returns its line for the ledger; `None` where nothing changes.
    pub fn apply(&mut self, adjustment: &Adjustment) -> Result<Option<LedgerEntry>, StockRefusal> {
        let level = self.levels.get(&adjustment.location).copied().unwrap_or_default();
        let on_hand = match adjustment.change {
            StockChange::To(units) => units,
            StockChange::By(delta) => {
                level.on_hand.checked_add_signed(delta).ok_or(StockRefusal::BelowZero { on_hand: level.on_hand })?
            }
        };
        if on_hand > ON_HAND_MAX {
            return Err(StockRefusal::TooMany);
        }
        // Goods that come in after a loss are welcome, also where they do not make up for it.
        let is_taken = on_hand < level.on_hand;
        if is_taken && on_hand < level.held && adjustment.reason != AdjustmentReason::Loss {
            return Err(StockRefusal::BelowHeld { held: level.held });
        }
        if on_hand == level.on_hand {
            return Ok(None);
        }
        self.entries += 1;
        self.levels.insert(adjustment.location.clone(), StockLevel { on_hand, ..level });
        Ok(Some(LedgerEntry {
            sequence: self.entries,
            location: adjustment.location.clone(),
            delta: on_hand.cast_signed() - level.on_hand.cast_signed(),
            on_hand,
            reason: adjustment.reason,
            actor: adjustment.actor.clone(),
            token: adjustment.token.clone(),
            at: adjustment.at,
        }))
    }
}

/// What the ledger of one variant adds up to, per location: what its record must say.
pub fn recount<'entries>(entries: impl IntoIterator<Item = &'entries LedgerEntry>) -> BTreeMap<LocationCode, i64> {
    let mut sums = BTreeMap::new();
    for entry in entries {
        *sums.entry(entry.location.clone()).or_insert(0) += entry.delta;
    }
    sums
}

/// What happens to an order for more than is available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StockPolicy {
    /// It is refused.
    #[default]
    Deny,
    /// It is taken, and delivered when goods come in.
    BackOrder,
}

impl StockPolicy {
    /// The policy's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::BackOrder => "back_order",
        }
    }

    /// The policy with this name in data.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        match name {
            "deny" => Ok(Self::Deny),
            "back_order" => Ok(Self::BackOrder),
            _ => Err(Invalid::new("stock_policy_unknown", "deny or back_order")),
        }
    }
}

/// How many units are left when a shopper is told so.
pub const LAST_UNITS: u64 = 5;

/// What a shopper is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Availability {
    /// Plenty.
    InStock,
    /// At most [`LAST_UNITS`].
    LowStock,
    /// Fewer than one has to take, but it can be ordered.
    BackOrder,
    /// Fewer than one has to take.
    SoldOut,
}

impl Availability {
    /// What follows from the units that may still be promised: of what comes by the six, four are as good as none.
    pub fn of(available: u64, limits: QuantityLimits, policy: StockPolicy) -> Self {
        match (limits.on_offer(available), policy) {
            (0, StockPolicy::Deny) => Self::SoldOut,
            (0, StockPolicy::BackOrder) => Self::BackOrder,
            (1..=LAST_UNITS, _) => Self::LowStock,
            _ => Self::InStock,
        }
    }

    /// The word in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::LowStock => "low_stock",
            Self::BackOrder => "back_order",
            Self::SoldOut => "sold_out",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn adjustment(change: StockChange, reason: AdjustmentReason) -> Adjustment {
        Adjustment {
            sku: "MUG".parse().unwrap(),
            location: LocationCode::main(),
            change,
            reason,
            actor: "test".into(),
            token: "t".into(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn mug_with(on_hand: u64, held: u64) -> StockRecord {
        let mut record = StockRecord::empty("MUG".parse().unwrap());
        record.levels.insert(LocationCode::main(), StockLevel { on_hand, held });
        record
    }

    #[test]
    fn a_count_that_finds_what_the_ledger_says_leaves_no_trace() {
        let mut mug = mug_with(7, 0);

        assert_eq!(mug.apply(&adjustment(StockChange::To(7), AdjustmentReason::Count)), Ok(None));
        assert_eq!(mug.entries, 0);
    }

    #[test]
    fn stock_that_is_promised_can_only_vanish_by_a_recorded_loss() {
        let mut mug = mug_with(5, 3);

        let counted = mug.apply(&adjustment(StockChange::To(2), AdjustmentReason::Count));
        assert_eq!(counted, Err(StockRefusal::BelowHeld { held: 3 }));

        mug.apply(&adjustment(StockChange::To(1), AdjustmentReason::Loss)).unwrap();
        assert_eq!(mug.available(), 0);
        mug.apply(&adjustment(StockChange::By(1), AdjustmentReason::Received)).unwrap();
        assert_eq!((mug.available(), mug.levels[&LocationCode::main()].on_hand), (0, 2));
    }

    #[test]
    fn less_than_none_is_never_on_hand() {
        let mut mug = mug_with(2, 0);

        let result = mug.apply(&adjustment(StockChange::By(-3), AdjustmentReason::Loss));

        assert_eq!(result, Err(StockRefusal::BelowZero { on_hand: 2 }));
        assert_eq!(mug, mug_with(2, 0));
    }

    proptest! {
        #[test]
        fn the_ledger_always_adds_up_to_the_record(changes in proptest::collection::vec((-50_i64..50, 0_u64..100, any::<bool>()), 0..60)) {
            let mut record = StockRecord::empty("MUG".parse().unwrap());
            let mut ledger = Vec::new();
            for (delta, count, by) in changes {
                let change = if by { StockChange::By(delta) } else { StockChange::To(count) };
                if let Ok(Some(entry)) = record.apply(&adjustment(change, AdjustmentReason::Count)) {
                    ledger.push(entry);
                }
            }

            let sum = recount(&ledger).get(&LocationCode::main()).copied().unwrap_or(0);
            prop_assert_eq!(sum, record.levels.get(&LocationCode::main()).map_or(0, |level| level.on_hand.cast_signed()));
            prop_assert_eq!(ledger.len() as u64, record.entries);
            prop_assert!(ledger.iter().enumerate().all(|(index, entry)| entry.sequence == index as u64 + 1));
        }
    }
}
