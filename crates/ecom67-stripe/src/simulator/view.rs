//! What the simulator answers: Stripe's objects, as far as the shop and Stripe's own clients look at them.

use serde_json::{Value, json};

use super::cards::Card;
use super::model::{Charge, ChargeState, Payment, Status};
use super::problem::Problem;

/// Where the shopper is sent to prove who they are.
#[derive(Clone, Debug)]
pub(super) struct Links {
    /// The address under which browsers reach the simulator.
    pub(super) public_url: String,
}

impl Links {
    pub(super) fn challenge(&self, payment: &Payment, token: &str) -> String {
        format!("{}/simulator/3d-secure/{}?token={token}", self.public_url, payment.id())
    }
}

pub(super) fn payment(payment: &Payment, with_charge: bool, links: &Links) -> Value {
    let id = payment.id();
    let (captured, charge) = match &payment.charge {
        Some(charge) if with_charge => (charge.captured, self::charge(payment, charge)),
        Some(charge) => (charge.captured, json!(payment.charge_id(charge))),
        None => (0, Value::Null),
    };
    let next_action = payment.challenge.as_ref().map(|challenge| {
        json!({
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": challenge.return_url,
                "url": links.challenge(payment, &challenge.token),
            },
        })
    });
    let is_capturable = payment.status == Status::RequiresCapture;
    let allow_redirects = if payment.allows_redirects { "always" } else { "never" };
    let mut view = json!({
        "id": id,
        "object": "payment_intent",
        "amount": payment.amount,
        "amount_capturable": if is_capturable { payment.amount } else { 0 },
        "amount_received": captured,
        "automatic_payment_methods": { "allow_redirects": allow_redirects, "enabled": true },
        "canceled_at": payment.cancelled.as_ref().map(|cancelled| cancelled.at),
        "cancellation_reason": payment.cancelled.as_ref().and_then(|cancelled| cancelled.reason.as_deref()),
        "capture_method": if payment.is_captured_by_hand { "manual" } else { "automatic" },
        "client_secret": payment.client_secret(),
        "confirmation_method": "automatic",
        "created": payment.created,
        "currency": payment.currency,
        "customer": null,
        "description": payment.description,
        "last_payment_error": payment.decline.as_ref().map(|decline| error(decline, None, links)),
        "latest_charge": null,
        "livemode": false,
        "metadata": payment.metadata,
        "next_action": null,
        "payment_method": payment.card,
        "payment_method_types": ["card"],
        "receipt_email": null,
        "setup_future_usage": null,
        "shipping": null,
        "status": payment.status.word(),
    });
    // Set, for the macro copies what it is given.
    view["latest_charge"] = charge;
    view["next_action"] = next_action.unwrap_or_default();
    view
}

/// What a browser is shown that has nothing but the client secret.
pub(super) fn payment_for_browser(payment: &Payment, links: &Links) -> Value {
    let mut view = self::payment(payment, false, links);
    if let Some(fields) = view.as_object_mut() {
        for hidden in ["metadata", "latest_charge", "customer"] {
            fields.shift_remove(hidden);
        }
    }
    view
}

pub(super) fn charge(payment: &Payment, charge: &Charge) -> Value {
    let card = payment.card.as_deref().and_then(Card::named);
    let card = card.map(|card| json!({ "brand": card.brand, "last4": card.last_digits() }));
    let is_declined = charge.state == ChargeState::Declined;
    let decline = payment.decline.as_ref().filter(|_| is_declined);
    json!({
        "id": payment.charge_id(charge),
        "object": "charge",
        "amount": payment.amount,
        "amount_captured": charge.captured,
        "amount_refunded": charge.refunded,
        "captured": charge.state == ChargeState::Captured,
        "created": charge.created,
        "currency": payment.currency,
        "failure_code": decline.and_then(|decline| decline.code.as_deref()),
        "failure_message": decline.map(|decline| decline.message.as_str()),
        "livemode": false,
        "metadata": payment.metadata,
        "paid": !is_declined,
        "payment_intent": payment.id(),
        "payment_method": payment.card,
        "payment_method_details": { "type": "card", "card": card },
        "refunded": charge.state == ChargeState::Voided || charge.captured > 0 && charge.refunded == charge.captured,
        "status": if is_declined { "failed" } else { "succeeded" },
    })
}

/// The refund with this index, if there is one.
pub(super) fn refund(payment: &Payment, index: usize) -> Option<Value> {
    let refund = payment.refunds.get(index)?;
    let charge = payment.charge.as_ref().map(|charge| payment.charge_id(charge));
    Some(json!({
        "id": payment.refund_id(index),
        "object": "refund",
        "amount": refund.amount,
        "charge": charge,
        "created": refund.created,
        "currency": payment.currency,
        "metadata": refund.metadata,
        "payment_intent": payment.id(),
        "reason": refund.reason,
        "status": refund.status.word(),
    }))
}

pub(super) fn list(data: &[Value], has_more: bool, url: &str) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}

/// What stands below `error`, with the payment that it is about.
pub(super) fn error(problem: &Problem, payment: Option<&Payment>, links: &Links) -> Value {
    let mut view = json!({ "type": problem.kind, "message": problem.message });
    for (name, value) in [("code", &problem.code), ("decline_code", &problem.decline_code), ("param", &problem.param)] {
        if let Some(value) = value {
            view[name] = json!(value);
        }
    }
    if let Some(payment) = payment {
        view["payment_intent"] = self::payment(payment, false, links);
    }
    view
}
