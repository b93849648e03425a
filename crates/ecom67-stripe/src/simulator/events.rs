//! Which events Stripe would send of a deed.

use serde_json::{Value, json};

use super::model::{Deed, Payment};
use super::view::{self, Links};
use crate::STRIPE_VERSION;

/// The bodies of the events of a deed, each ready to be signed. `deed_number` makes their names.
pub(super) fn of(deed: Deed, payment: &Payment, deed_number: u64, at: i64, links: &Links) -> Vec<Vec<u8>> {
    let whole = || view::payment(payment, false, links);
    let charge = || payment.charge.as_ref().map_or(Value::Null, |charge| view::charge(payment, charge));
    let refund = || payment.refunds.len().checked_sub(1).and_then(|index| view::refund(payment, index));
    let has_charge = payment.charge.is_some();
    let events: Vec<(&str, Value)> = match deed {
        Deed::Created => vec![("payment_intent.created", whole())],
        Deed::Challenged => vec![("payment_intent.requires_action", whole())],
        Deed::Declined if has_charge => {
            vec![("charge.failed", charge()), ("payment_intent.payment_failed", whole())]
        }
        Deed::Declined => vec![("payment_intent.payment_failed", whole())],
        Deed::Authorised => {
            vec![("charge.succeeded", charge()), ("payment_intent.amount_capturable_updated", whole())]
        }
        Deed::Charged => vec![("charge.succeeded", charge()), ("payment_intent.succeeded", whole())],
        Deed::Captured => vec![("charge.captured", charge()), ("payment_intent.succeeded", whole())],
        Deed::Voided => vec![("charge.refunded", charge()), ("payment_intent.canceled", whole())],
        Deed::Cancelled => vec![("payment_intent.canceled", whole())],
        Deed::Refunded => {
            vec![("refund.created", refund().unwrap_or_default()), ("charge.refunded", charge())]
        }
        Deed::Answered => Vec::new(),
    };
    let event = |(index, (kind, object)): (usize, (&str, Value))| {
        let event = json!({
            "id": format!("evt_sim{deed_number:016x}{index:02x}"),
            "object": "event",
            "api_version": STRIPE_VERSION,
            "created": at,
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind,
        });
        event.to_string().into_bytes()
    };
    events.into_iter().enumerate().map(event).collect()
}
