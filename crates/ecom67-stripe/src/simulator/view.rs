//! What the simulator answers: Stripe's objects, as far as the shop and Stripe's own clients look at them.

use std::collections::BTreeMap;

use serde::Serialize;
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

/// A payment. What browsers are not shown is absent where it is `None`; all else that is `None` is `null`.
#[derive(Serialize)]
pub(super) struct PaymentView<'payment> {
    id: String,
    object: &'static str,
    amount: i64,
    amount_capturable: i64,
    amount_received: i64,
    automatic_payment_methods: AutomaticMethods,
    canceled_at: Option<i64>,
    cancellation_reason: Option<&'payment str>,
    capture_method: &'static str,
    client_secret: String,
    confirmation_method: &'static str,
    created: i64,
    currency: &'payment str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<()>,
    description: Option<&'payment str>,
    last_payment_error: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_charge: Option<LatestCharge<'payment>>,
    livemode: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'payment BTreeMap<String, String>>,
    next_action: Option<NextAction<'payment>>,
    payment_method: Option<&'payment str>,
    payment_method_types: [&'static str; 1],
    receipt_email: (),
    setup_future_usage: (),
    shipping: (),
    status: &'static str,
}

#[derive(Serialize)]
struct AutomaticMethods {
    allow_redirects: &'static str,
    enabled: bool,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LatestCharge<'payment> {
    /// Nothing was tried yet: `null`.
    None,
    Id(String),
    Whole(Box<ChargeView<'payment>>),
}

#[derive(Serialize)]
struct NextAction<'payment> {
    r#type: &'static str,
    redirect_to_url: Redirect<'payment>,
}

#[derive(Serialize)]
struct Redirect<'payment> {
    return_url: Option<&'payment str>,
    url: String,
}

pub(super) fn payment<'payment>(payment: &'payment Payment, with_charge: bool, links: &Links) -> PaymentView<'payment> {
    let latest_charge = match &payment.charge {
        Some(charge) if with_charge => LatestCharge::Whole(Box::new(self::charge(payment, charge))),
        Some(charge) => LatestCharge::Id(payment.charge_id(charge)),
        None => LatestCharge::None,
    };
    let next_action = payment.challenge.as_ref().map(|challenge| NextAction {
        r#type: "redirect_to_url",
        redirect_to_url: Redirect {
            return_url: challenge.return_url.as_deref(),
            url: links.challenge(payment, &challenge.token),
        },
    });
    let is_capturable = payment.status == Status::RequiresCapture;
    PaymentView {
        id: payment.id(),
        object: "payment_intent",
        amount: payment.amount,
        amount_capturable: if is_capturable { payment.amount } else { 0 },
        amount_received: payment.charge.as_ref().map_or(0, |charge| charge.captured),
        automatic_payment_methods: AutomaticMethods {
            allow_redirects: if payment.allows_redirects { "always" } else { "never" },
            enabled: true,
        },
        canceled_at: payment.cancelled.as_ref().map(|cancelled| cancelled.at),
        cancellation_reason: payment.cancelled.as_ref().and_then(|cancelled| cancelled.reason.as_deref()),
        capture_method: if payment.is_captured_by_hand { "manual" } else { "automatic" },
        client_secret: payment.client_secret(),
        confirmation_method: "automatic",
        created: payment.created,
        currency: &payment.currency,
        customer: Some(()),
        description: payment.description.as_deref(),
        last_payment_error: payment.decline.as_ref().map(|decline| error(decline, None, links)),
        latest_charge: Some(latest_charge),
        livemode: false,
        metadata: Some(&payment.metadata),
        next_action,
        payment_method: payment.card.as_deref(),
        payment_method_types: ["card"],
        receipt_email: (),
        setup_future_usage: (),
        shipping: (),
        status: payment.status.word(),
    }
}

/// What a browser is shown that has nothing but the client secret.
pub(super) fn payment_for_browser<'payment>(payment: &'payment Payment, links: &Links) -> PaymentView<'payment> {
    PaymentView { customer: None, latest_charge: None, metadata: None, ..self::payment(payment, false, links) }
}

/// A charge.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "so it is told")]
pub(super) struct ChargeView<'payment> {
    id: String,
    object: &'static str,
    amount: i64,
    amount_captured: i64,
    amount_refunded: i64,
    captured: bool,
    created: i64,
    currency: &'payment str,
    failure_code: Option<&'payment str>,
    failure_message: Option<&'payment str>,
    livemode: bool,
    metadata: &'payment BTreeMap<String, String>,
    paid: bool,
    payment_intent: String,
    payment_method: Option<&'payment str>,
    payment_method_details: MethodDetails,
    refunded: bool,
    status: &'static str,
}

#[derive(Serialize)]
struct MethodDetails {
    r#type: &'static str,
    card: Option<CardView>,
}

#[derive(Serialize)]
struct CardView {
    brand: &'static str,
    last4: &'static str,
}

pub(super) fn charge<'payment>(payment: &'payment Payment, charge: &'payment Charge) -> ChargeView<'payment> {
    let card = payment.card.as_deref().and_then(Card::named);
    let is_declined = charge.state == ChargeState::Declined;
    let decline = payment.decline.as_ref().filter(|_| is_declined);
    ChargeView {
        id: payment.charge_id(charge),
        object: "charge",
        amount: payment.amount,
        amount_captured: charge.captured,
        amount_refunded: charge.refunded,
        captured: charge.state == ChargeState::Captured,
        created: charge.created,
        currency: &payment.currency,
        failure_code: decline.and_then(|decline| decline.code.as_deref()),
        failure_message: decline.map(|decline| decline.message.as_ref()),
        livemode: false,
        metadata: &payment.metadata,
        paid: !is_declined,
        payment_intent: payment.id(),
        payment_method: payment.card.as_deref(),
        payment_method_details: MethodDetails {
            r#type: "card",
            card: card.map(|card| CardView { brand: card.brand, last4: card.last_digits() }),
        },
        refunded: charge.state == ChargeState::Voided || charge.captured > 0 && charge.refunded == charge.captured,
        status: if is_declined { "failed" } else { "succeeded" },
    }
}

/// A refund.
#[derive(Serialize)]
pub(super) struct RefundView<'payment> {
    id: String,
    object: &'static str,
    amount: i64,
    charge: Option<String>,
    created: i64,
    currency: &'payment str,
    metadata: &'payment BTreeMap<String, String>,
    payment_intent: String,
    reason: Option<&'payment str>,
    status: &'static str,
}

/// The refund with this index, if there is one.
pub(super) fn refund(payment: &Payment, index: usize) -> Option<RefundView<'_>> {
    let refund = payment.refunds.get(index)?;
    Some(RefundView {
        id: payment.refund_id(index),
        object: "refund",
        amount: refund.amount,
        charge: payment.charge.as_ref().map(|charge| payment.charge_id(charge)),
        created: refund.created,
        currency: &payment.currency,
        metadata: &refund.metadata,
        payment_intent: payment.id(),
        reason: refund.reason.as_deref(),
        status: refund.status.word(),
    })
}

/// A page of a list.
#[derive(Serialize)]
pub(super) struct List<Item> {
    object: &'static str,
    data: Vec<Item>,
    has_more: bool,
    url: &'static str,
}

pub(super) const fn list<Item>(data: Vec<Item>, has_more: bool, url: &'static str) -> List<Item> {
    List { object: "list", data, has_more, url }
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
        view["payment_intent"] = json!(self::payment(payment, false, links));
    }
    view
}
