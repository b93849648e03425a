//! The provider's side: every deed of its ledger, and what became of each payment by it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What the provider did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeedKind {
    /// A payment was made.
    Created,
    /// A shopper was asked to prove who they are.
    Challenged,
    /// A card was declined.
    Declined,
    /// Money was set aside.
    Authorised,
    /// Money was set aside and taken in one.
    Charged,
    /// Money that was set aside was taken.
    Captured,
    /// Money that was set aside was let go.
    Voided,
    /// A payment was ended before any money was set aside.
    Cancelled,
    /// Money was given back, or is on its way.
    Refunded,
    /// What was on its way has arrived.
    RefundSucceeded,
    /// What was given back, or on its way, is with the shop again.
    RefundFailed,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Deed {
    /// When, in seconds since 1970.
    pub at: i64,
    /// What.
    pub deed: DeedKind,
    /// How much it was about.
    pub amount: i64,
    /// What the amount is in, in lower case; absent where no payment came about.
    pub currency: Option<String>,
    /// The payment; absent where none came about.
    pub payment_intent: Option<String>,
    /// The order that it was made for.
    pub order_id: Option<String>,
}

/// A line that is none of the ledger's.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the ledger cannot be read")]
pub struct LedgerUnreadable {
    /// Which, from 1.
    pub line: usize,
    /// What is wrong with it.
    #[source]
    pub source: serde_json::Error,
}

/// Reads the ledger as the simulator tells it: a line of JSON for each deed.
pub fn read_ledger(text: &str) -> Result<Vec<Deed>, LedgerUnreadable> {
    let read =
        |(index, line)| serde_json::from_str(line).map_err(|source| LedgerUnreadable { line: index + 1, source });
    text.lines().enumerate().map(read).collect()
}

/// A payment, as its deeds make it.
#[derive(Debug, Default)]
pub(crate) struct Payment<'ledger> {
    pub(crate) order: Option<&'ledger str>,
    pub(crate) currency: &'ledger str,
    /// Whether any money was ever set aside.
    pub(crate) was_set_aside: bool,
    /// Whether it can still be confirmed, or is.
    pub(crate) is_open: bool,
    /// Whether money is set aside now.
    pub(crate) is_set_aside: bool,
    /// When and how much was taken.
    pub(crate) captures: Vec<(i64, i64)>,
    pub(crate) refunded: i64,
}

impl Payment<'_> {
    pub(crate) fn captured(&self) -> i64 {
        self.captures.iter().map(|(_, amount)| amount).sum()
    }

    /// What was taken and not given back.
    pub(crate) fn kept(&self) -> i64 {
        self.captured() - self.refunded
    }
}

/// Every payment of the ledger, by its id.
pub(crate) fn payments(ledger: &[Deed]) -> BTreeMap<&str, Payment<'_>> {
    let mut payments: BTreeMap<&str, Payment<'_>> = BTreeMap::new();
    for deed in ledger {
        let Some(id) = deed.payment_intent.as_deref() else { continue };
        let payment = payments.entry(id).or_default();
        payment.order = deed.order_id.as_deref();
        payment.currency = deed.currency.as_deref().unwrap_or_default();
        payment.is_open = matches!(deed.deed, DeedKind::Created | DeedKind::Challenged | DeedKind::Declined);
        payment.is_set_aside = deed.deed == DeedKind::Authorised;
        match deed.deed {
            DeedKind::Authorised => payment.was_set_aside = true,
            DeedKind::Charged | DeedKind::Captured => payment.captures.push((deed.at, deed.amount)),
            DeedKind::Refunded => payment.refunded += deed.amount,
            DeedKind::RefundFailed => payment.refunded -= deed.amount,
            DeedKind::Created
            | DeedKind::Challenged
            | DeedKind::Declined
            | DeedKind::Voided
            | DeedKind::Cancelled
            | DeedKind::RefundSucceeded => {}
        }
    }
    payments
}
