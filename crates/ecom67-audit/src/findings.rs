//! What an audit has found.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The most offenders that are named of each fault; all are counted.
pub const FIRST_MAX: usize = 10;

/// What may have gone wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// More was promised than there is, or something was promised and is not held.
    Oversold,
    /// Somebody was charged twice, or could have been.
    DoubleCharges,
    /// Money was taken, or taken too early, and there is no order that holds its goods.
    ChargesWithoutOrder,
    /// A buyer was told that an order is paid, and it is not.
    PaidOrdersLost,
    /// An order is paid by the shop's records, and nobody has paid.
    PaidWithoutCharge,
    /// A buyer was told of something that is not there.
    AcknowledgedWritesLost,
    /// Something is still to be done, or money set aside, although all has come to rest.
    StuckWorkflows,
    /// Something limited was used more often than it may be.
    CouponOveruse,
    /// An order has more units of something, or fewer, than one may have, or its customer too many orders that are not paid for.
    BeyondLimits,
    /// A gift card has paid more than was on it, or has more left than its orders tell: it could be spent twice.
    GiftCardOveruse,
    /// A gift card has less left than its orders tell: somebody's money is gone.
    GiftCardLosses,
    /// An order was placed under terms that nobody can read any more.
    TermsLost,
    /// The shop's own records do not agree.
    RecordsDiffer,
}

impl Fault {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 13] = [
        Self::Oversold,
        Self::DoubleCharges,
        Self::ChargesWithoutOrder,
        Self::PaidOrdersLost,
        Self::PaidWithoutCharge,
        Self::AcknowledgedWritesLost,
        Self::StuckWorkflows,
        Self::CouponOveruse,
        Self::BeyondLimits,
        Self::GiftCardOveruse,
        Self::GiftCardLosses,
        Self::TermsLost,
        Self::RecordsDiffer,
    ];

    /// Its name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oversold => "oversold",
            Self::DoubleCharges => "double_charges",
            Self::ChargesWithoutOrder => "charges_without_order",
            Self::PaidOrdersLost => "paid_orders_lost",
            Self::PaidWithoutCharge => "paid_without_charge",
            Self::AcknowledgedWritesLost => "acknowledged_writes_lost",
            Self::StuckWorkflows => "stuck_workflows",
            Self::CouponOveruse => "coupon_overuse",
            Self::BeyondLimits => "beyond_limits",
            Self::GiftCardOveruse => "gift_card_overuse",
            Self::GiftCardLosses => "gift_card_losses",
            Self::TermsLost => "terms_lost",
            Self::RecordsDiffer => "records_differ",
        }
    }
}

/// With what a fault was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offender {
    /// Its id: of an order, a payment, a cart, a variant, a promotion.
    pub id: String,
    /// What is wrong with it.
    pub why: String,
}

/// How often a fault was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// So often.
    pub count: u64,
    /// The first of the offenders, [`FIRST_MAX`] at most.
    pub first: Vec<Offender>,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, id: impl fmt::Display, why: impl Into<String>) {
        self.count += 1;
        if self.first.len() < FIRST_MAX {
            self.first.push(Offender { id: id.to_string(), why: why.into() });
        }
    }
}

/// What an audit has found. As data it names every fault, those as well that were not found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    tallies: BTreeMap<Fault, Tally>,
}

impl Audit {
    pub(crate) fn add(&mut self, fault: Fault, id: impl fmt::Display, why: impl Into<String>) {
        self.tallies.entry(fault).or_default().add(id, why);
    }

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.tallies.is_empty()
    }

    /// How often a fault was found.
    pub fn count(&self, fault: Fault) -> u64 {
        self.tallies.get(&fault).map_or(0, |tally| tally.count)
    }

    /// The faults that were found.
    pub fn found(&self) -> impl Iterator<Item = (Fault, &Tally)> {
        self.tallies.iter().map(|(fault, tally)| (*fault, tally))
    }
}

impl Serialize for Audit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let none = Tally::default();
        let mut map = serializer.serialize_map(Some(Fault::ALL.len()))?;
        for fault in Fault::ALL {
            map.serialize_entry(fault.as_str(), self.tallies.get(&fault).unwrap_or(&none))?;
        }
        map.end()
    }
}

impl fmt::Display for Audit {
    /// A line for every fault, and one for each offender that is named.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in Fault::ALL {
            writeln!(formatter, "{:<26}{:>6}", fault.as_str(), self.count(fault))?;
            for Offender { id, why } in self.tallies.get(&fault).into_iter().flat_map(|tally| &tally.first) {
                writeln!(formatter, "    {id}: {why}")?;
            }
        }
        Ok(())
    }
}
