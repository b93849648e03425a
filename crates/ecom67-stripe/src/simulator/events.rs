//! Which events Stripe would send of a deed.

use serde_json::{Value, json};

use super::http;
use super::model::{Deed, Payment};
use super::view::{self, Links};
use crate::STRIPE_VERSION;

/// The bodies of the events of a deed that are wanted, each ready to be signed. `refund` is the place of the refund that it is
/// about, and `deed_number` makes their names.
pub(super) fn of(
    deed: Deed,
    payment: &Payment,
    refund: Option<usize>,
    deed_number: u64,
    at: i64,
    links: &Links,
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<Vec<u8>> {
    let kinds: &[&str] = match deed {
        Deed::Created => &["payment_intent.created"],
        Deed::Challenged => &["payment_intent.requires_action"],
        Deed::Declined if payment.charge.is_some() => &["charge.failed", "payment_intent.payment_failed"],
        Deed::Declined => &["payment_intent.payment_failed"],
        Deed::Authorised => &["charge.succeeded", "payment_intent.amount_capturable_updated"],
        Deed::Charged => &["charge.succeeded", "payment_intent.succeeded"],
        Deed::Captured => &["charge.captured", "payment_intent.succeeded"],
        Deed::Voided => &["charge.refunded", "payment_intent.canceled"],
        Deed::Cancelled => &["payment_intent.canceled"],
        Deed::Refunded => &["refund.created", "charge.refunded"],
        Deed::RefundSucceeded => &["refund.updated", "charge.refund.updated"],
        Deed::RefundFailed => &["refund.failed", "refund.updated", "charge.refund.updated"],
        Deed::Answered => &[],
    };
    let refund = || refund.and_then(|index| view::refund(payment, index)).unwrap_or_default();
    let object = |kind: &str| match kind.split_once('.') {
        Some(("charge", "refund.updated") | ("refund", _)) => refund(),
        Some(("charge", _)) => payment.charge.as_ref().map_or(Value::Null, |charge| view::charge(payment, charge)),
        _ => view::payment(payment, false, links),
    };
    let event = |(index, kind): (usize, &&str)| {
        let mut event = json!({
            "id": format!("evt_sim{deed_number:016x}{index:02x}"),
            "object": "event",
            "api_version": STRIPE_VERSION,
            "created": at,
            "data": { "object": null },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind,
        });
        // Set, for the macro copies what it is given.
        event["data"]["object"] = object(kind);
        http::written(&event)
    };
    kinds.iter().enumerate().filter(|(_, kind)| is_wanted(kind)).map(event).collect()
}
