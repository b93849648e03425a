//! The audit: what went wrong with orders, by the word of three sides that know nothing of each other.
//!
//! The payment provider has a ledger, the shop has its records, and the buyers have what they were told. [`audit`] lays the
//! three side by side. It is a pure function over data, so that a test can lay before it what any bug would leave.
//!
//! Not for putting anything right, and not for a shop at work: it is for records that have come to rest.

mod checks;
mod evidence;
mod findings;
mod ledger;
mod records;
mod told;

#[cfg(test)]
mod tests;

pub use checks::audit;
pub use evidence::{Evidence, Limits, OrderLimits};
pub use findings::{Audit, FIRST_MAX, Fault, Offender, Tally};
pub use ledger::{Deed, DeedKind, LedgerUnreadable, read_ledger};
pub use records::{GiftCardRecord, OrderRecord, ShopRecords};
pub use told::{Told, ToldOrder, ToldUnreadable};
