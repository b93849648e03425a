//! Which events Stripe would send of a deed.

use serde::Serialize;

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
    let kinds: &[&'static str] = match deed {
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
    let event = |(index, kind): (usize, &&'static str)| {
        let id = format!("evt_sim{deed_number:016x}{index:02x}");
        match kind.split_once('.') {
            Some(("charge", "refund.updated") | ("refund", _)) => {
                written(id, kind, at, refund.and_then(|index| view::refund(payment, index)))
            }
            Some(("charge", _)) => {
                written(id, kind, at, payment.charge.as_ref().map(|charge| view::charge(payment, charge)))
            }
            _ => written(id, kind, at, view::payment(payment, false, links)),
        }
    };
    kinds.iter().enumerate().filter(|(_, kind)| is_wanted(kind)).map(event).collect()
}

#[derive(Serialize)]
struct Event<Object> {
    id: String,
    object: &'static str,
    api_version: &'static str,
    created: i64,
    data: Data<Object>,
    livemode: bool,
    pending_webhooks: u8,
    request: NoRequest,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Data<Object> {
    object: Object,
}

/// The simulator does not tell which request it was.
#[derive(Serialize)]
struct NoRequest {
    id: (),
    idempotency_key: (),
}

fn written(id: String, kind: &'static str, at: i64, object: impl Serialize) -> Vec<u8> {
    http::written(&Event {
        id,
        object: "event",
        api_version: STRIPE_VERSION,
        created: at,
        data: Data { object },
        livemode: false,
        pending_webhooks: 1,
        request: NoRequest { id: (), idempotency_key: () },
        r#type: kind,
    })
}
