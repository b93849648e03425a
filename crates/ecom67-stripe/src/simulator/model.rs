//! What the simulator knows, and how it is written down.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::problem::Problem;

/// How far a payment is, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    RequiresPaymentMethod,
    RequiresAction,
    RequiresCapture,
    Succeeded,
    Canceled,
}

impl Status {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }
}

/// A payment with everything that belongs to it: one record has all that a change has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) number: u64,
    pub(super) amount: i64,
    pub(super) currency: String,
    /// In seconds since 1970, as all times here.
    pub(super) created: i64,
    /// The part of the client secret that cannot be guessed.
    pub(super) secret: String,
    pub(super) is_captured_by_hand: bool,
    /// Whether methods that lead elsewhere were asked for.
    pub(super) allows_redirects: bool,
    pub(super) status: Status,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// The name of the card that was tried last. Numbers are kept nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) card: Option<String>,
    /// Why what was tried last was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) decline: Option<Problem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) charge: Option<Charge>,
    /// How many charges there were, those that were declined included.
    #[serde(default)]
    pub(super) attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) challenge: Option<Challenge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cancelled: Option<Cancelled>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) refunds: Vec<Refund>,
}

/// The last charge of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Charge {
    pub(super) attempt: u32,
    pub(super) created: i64,
    pub(super) state: ChargeState,
    pub(super) captured: i64,
    pub(super) refunded: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChargeState {
    Declined,
    Authorised,
    Captured,
    Voided,
}

/// What a shopper has to do before the card is charged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Challenge {
    /// Whoever has it is the shopper.
    pub(super) token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) return_url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cancelled {
    pub(super) at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refund {
    pub(super) amount: i64,
    pub(super) created: i64,
    #[serde(default)]
    pub(super) status: RefundStatus,
    /// What becomes of it some time later, as its card has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) becomes: Option<RefundStatus>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) metadata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

impl Refund {
    /// One that was asked for at `created`; how much it is, and what becomes of it, says the payment.
    pub(super) const fn new(created: i64) -> Self {
        Self {
            amount: 0,
            created,
            status: RefundStatus::Succeeded,
            becomes: None,
            metadata: BTreeMap::new(),
            reason: None,
        }
    }
}

/// How far a refund is, in Stripe's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RefundStatus {
    Pending,
    /// Ledgers of earlier releases know no others.
    #[default]
    Succeeded,
    Failed,
}

impl RefundStatus {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// The most refunds of one payment: all of them are in its record.
pub(super) const REFUNDS_MAX: usize = 100;

impl Payment {
    pub(super) fn id(&self) -> String {
        payment_id(self.number)
    }

    pub(super) fn client_secret(&self) -> String {
        format!("{}_secret_{}", self.id(), self.secret)
    }

    pub(super) fn charge_id(&self, charge: &Charge) -> String {
        format!("ch_sim{:016x}{:04x}", self.number, charge.attempt)
    }

    pub(super) fn refund_id(&self, index: usize) -> String {
        format!("re_sim{:016x}{index:04x}", self.number)
    }

    /// What is captured and not given back.
    pub(super) fn refundable(&self) -> i64 {
        self.charge.as_ref().map_or(0, |charge| charge.captured - charge.refunded)
    }
}

pub(super) fn payment_id(number: u64) -> String {
    format!("pi_sim{number:016x}")
}

pub(super) fn payment_number(id: &str) -> Option<u64> {
    hexadecimal(id.strip_prefix("pi_sim")?, 16)
}

pub(super) fn refund_number(id: &str) -> Option<(u64, usize)> {
    let (payment, index) = id.strip_prefix("re_sim")?.split_at_checked(16)?;
    Some((hexadecimal(payment, 16)?, usize::try_from(hexadecimal(index, 4)?).ok()?))
}

/// The payment of a charge.
pub(super) fn payment_of_charge(id: &str) -> Option<u64> {
    let (payment, attempt) = id.strip_prefix("ch_sim")?.split_at_checked(16)?;
    hexadecimal(attempt, 4)?;
    hexadecimal(payment, 16)
}

fn hexadecimal(digits: &str, length: usize) -> Option<u64> {
    let is_plain = digits.len() == length && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_plain { u64::from_str_radix(digits, 16).ok() } else { None }
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Deed {
    Created,
    /// The shopper is asked to prove who they are.
    Challenged,
    Declined,
    Authorised,
    /// Authorised and captured in one.
    Charged,
    Captured,
    /// An authorisation was released.
    Voided,
    Cancelled,
    Refunded,
    /// Money that was on its way back has arrived.
    RefundSucceeded,
    /// Money that was given back, or on its way, is with the shop again.
    RefundFailed,
    /// Nothing happened but an answer that is kept.
    Answered,
}

/// One line of the ledger: a change, and the answer that was given for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) at: i64,
    pub(super) deed: Deed,
    /// How much the deed was about.
    #[serde(default)]
    pub(super) amount: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<KeptKey>,
    pub(super) answer: Kept,
    /// As it is after the deed; none if it never came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payment: Option<Payment>,
}

impl Record {
    /// The place of the refund that the deed is about. What was answered may be a failure, and it was made all the same.
    pub(super) fn refund(&self) -> Option<usize> {
        match (&self.answer, self.deed) {
            (Kept::Refund { index }, _) => Some(*index),
            (_, Deed::Refunded) => self.payment.as_ref()?.refunds.len().checked_sub(1),
            _ => None,
        }
    }
}

/// The key under which an answer is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptKey {
    pub(super) text: String,
    /// A digest of what was asked for.
    pub(super) print: u64,
}

/// The answer that was given, made again from the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kept {
    Payment { with_charge: bool },
    Refund { index: usize },
    Problem(Problem),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written_and_in_no_other_way() {
        assert_eq!(payment_number(&payment_id(0x2a)), Some(0x2a));
        assert_eq!(refund_number("re_sim000000000000002a0003"), Some((0x2a, 3)));
        assert_eq!(payment_of_charge("ch_sim000000000000002a0001"), Some(0x2a));
        for id in ["pi_sim2a", "pi_sim000000000000002A", "pi_1", "pi_simé00000000000002a", ""] {
            assert_eq!(payment_number(id), None, "{id}");
        }
        assert_eq!(refund_number("re_sim00000000000000é2a0003"), None);
    }
}
