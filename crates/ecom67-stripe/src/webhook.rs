//! What Stripe tells the shop on its own account: believed if it is signed, and then only as a reason to ask.

use ecom67_app::port::{
    PaymentId, ProviderEvent, ProviderEventSubject, ProviderRefundId, WebhookError, WebhookVerifier,
};
use jiff::Timestamp;
use serde::Deserialize;

use crate::secret::WebhookSecret;
use crate::signature;

/// The longest id of an event that is taken.
const EVENT_ID_LENGTH_MAX: usize = 255;

/// The events that move an order: what an endpoint at Stripe is to be told of, and no more. Each costs a request.
pub const FOLLOWED_EVENTS: [&str; 5] = [
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.succeeded",
    "refund.failed",
    "refund.updated",
];

/// Verifies webhooks by one secret, or by several while they are changed. With none it believes nothing.
#[derive(Clone, Debug)]
pub struct StripeWebhooks {
    secrets: Vec<WebhookSecret>,
}

impl StripeWebhooks {
    /// By any of these secrets.
    pub const fn new(secrets: Vec<WebhookSecret>) -> Self {
        Self { secrets }
    }
}

impl WebhookVerifier for StripeWebhooks {
    fn verify(&self, body: &[u8], signature: &str, now: Timestamp) -> Result<ProviderEvent, WebhookError> {
        signature::verify(body, signature, &self.secrets, now)?;
        let event: Event = serde_json::from_slice(body).map_err(|_| WebhookError::Unreadable)?;
        if event.id.is_empty() || event.id.len() > EVENT_ID_LENGTH_MAX {
            return Err(WebhookError::Unreadable);
        }
        Ok(ProviderEvent { about: event.subject()?, id: event.id })
    }
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    id: Option<String>,
    payment_intent: Option<Reference>,
}

/// An id, or the object itself where it was expanded.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Object { id: String },
}

impl Event {
    fn subject(&self) -> Result<ProviderEventSubject, WebhookError> {
        let object = &self.data.object;
        // What endpoints of older versions of the API are told of refunds is named after their charge.
        let is_about_refund = self.kind.starts_with("refund.") || self.kind == "charge.refund.updated";
        let payment = match self.kind.split_once('.').map(|(family, _)| family) {
            Some("payment_intent") => object.id.as_deref(),
            // A charge may have come about without a payment of ours.
            Some("charge" | "refund") => match &object.payment_intent {
                Some(Reference::Id(id) | Reference::Object { id }) => Some(id.as_str()),
                None => return Ok(ProviderEventSubject::Other),
            },
            _ => return Ok(ProviderEventSubject::Other),
        };
        let payment: PaymentId = payment.and_then(|id| id.parse().ok()).ok_or(WebhookError::Unreadable)?;
        if is_about_refund {
            let refund: Option<ProviderRefundId> = object.id.as_deref().and_then(|id| id.parse().ok());
            return Ok(ProviderEventSubject::Refund { payment, refund: refund.ok_or(WebhookError::Unreadable)? });
        }
        Ok(ProviderEventSubject::Payment(payment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign;

    fn verified(body: &str) -> Result<ProviderEvent, WebhookError> {
        let (secret, now): (WebhookSecret, _) = ("whsec_a".parse().unwrap(), Timestamp::UNIX_EPOCH);
        let signature = sign(body.as_bytes(), &secret, now);
        StripeWebhooks::new(vec![secret]).verify(body.as_bytes(), &signature, now)
    }

    #[test]
    fn an_event_says_which_payment_to_ask_for() {
        for (kind, object) in [
            ("payment_intent.succeeded", r#"{"id":"pi_1"}"#),
            ("payment_intent.something_new", r#"{"id":"pi_1","x":[1]}"#),
            ("charge.refunded", r#"{"id":"ch_1","payment_intent":"pi_1"}"#),
            ("charge.dispute.created", r#"{"id":"du_1","payment_intent":"pi_1"}"#),
        ] {
            let event = verified(&format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#)).unwrap();

            assert_eq!(event.id, "evt_1");
            assert_eq!(event.about, ProviderEventSubject::Payment("pi_1".parse().unwrap()), "{kind}");
        }
    }

    #[test]
    fn an_event_of_a_refund_says_which_refund_to_ask_for() {
        for (kind, payment) in [
            ("refund.failed", r#"{"id":"pi_1","object":"payment_intent"}"#),
            ("refund.updated", r#""pi_1""#),
            ("charge.refund.updated", r#""pi_1""#),
        ] {
            let object = format!(r#"{{"id":"re_1","payment_intent":{payment}}}"#);
            let event = verified(&format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#)).unwrap();

            let (payment, refund) = ("pi_1".parse().unwrap(), "re_1".parse().unwrap());
            assert_eq!(event.about, ProviderEventSubject::Refund { payment, refund }, "{kind}");
        }
    }

    #[test]
    fn what_the_shop_does_not_follow_is_no_mistake() {
        for (kind, object) in [("customer.created", r#"{"id":"cus_1"}"#), ("charge.succeeded", r#"{"id":"ch_1"}"#)] {
            let event = verified(&format!(r#"{{"id":"evt_1","type":"{kind}","data":{{"object":{object}}}}}"#)).unwrap();

            assert_eq!(event.about, ProviderEventSubject::Other, "{kind}");
        }
    }

    #[test]
    fn signed_nonsense_is_unreadable() {
        for body in [
            "",
            "[]",
            r#"{"id":"evt_1"}"#,
            r#"{"id":"","type":"x","data":{"object":{}}}"#,
            r#"{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"../x"}}}"#,
            r#"{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{}}}"#,
            r#"{"id":"evt_1","type":"refund.failed","data":{"object":{"payment_intent":"pi_1"}}}"#,
        ] {
            assert_eq!(verified(body), Err(WebhookError::Unreadable), "{body}");
        }
    }
}
