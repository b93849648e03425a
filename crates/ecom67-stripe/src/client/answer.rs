//! What Stripe answers, as far as the shop needs it. Unknown fields and words are no mistake: an account's own version of
//! the API may have more of them.

use std::fmt;

use ecom67_app::port::{
    ClientSecret, Decline, DeclineKind, Payment, PaymentError, PaymentStatus, ProviderRefund, RefundStatus,
};
use ecom67_domain::{Currency, Money};
use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::amount;

/// The longest code of a decline that is passed on.
const CODE_LENGTH_MAX: usize = 64;

#[derive(Debug, Deserialize)]
pub(super) struct WirePayment {
    id: String,
    status: String,
    amount: i64,
    #[serde(default)]
    amount_received: i64,
    currency: String,
    created: i64,
    client_secret: Option<String>,
    #[serde(default)]
    metadata: WireMetadata,
    latest_charge: Option<WireCharge>,
    last_payment_error: Option<WireDecline>,
}

#[derive(Debug, Default, Deserialize)]
struct WireMetadata {
    order_id: Option<String>,
    refund: Option<String>,
}

/// A charge, or only its id where it was not expanded.
#[derive(Debug)]
enum WireCharge {
    Whole { amount_captured: i64, amount_refunded: i64 },
    Id,
}

impl<'de> Deserialize<'de> for WireCharge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An enum without a tag would be copied whole before it is known which one it is, in nearly every answer.
        deserializer.deserialize_any(ChargeVisitor)
    }
}

struct ChargeVisitor;

impl<'de> Visitor<'de> for ChargeVisitor {
    type Value = WireCharge;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a charge or its id")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<WireCharge, E> {
        Ok(WireCharge::Id)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<WireCharge, A::Error> {
        #[derive(Deserialize)]
        struct Amounts {
            amount_captured: Option<i64>,
            amount_refunded: Option<i64>,
        }
        let amounts = Amounts::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(match (amounts.amount_captured, amounts.amount_refunded) {
            (Some(amount_captured), Some(amount_refunded)) => WireCharge::Whole { amount_captured, amount_refunded },
            _ => WireCharge::Id,
        })
    }
}

#[derive(Debug, Deserialize)]
struct WireDecline {
    code: Option<String>,
    decline_code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireRefund {
    id: String,
    status: Option<String>,
    amount: i64,
    currency: String,
    #[serde(default)]
    metadata: WireMetadata,
}

#[derive(Debug, Deserialize)]
pub(super) struct WireList<T> {
    pub(super) data: Vec<T>,
}

fn unreadable(what: impl Into<String>) -> PaymentError {
    PaymentError::Unreadable(what.into())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, PaymentError> {
    // Where it is wrong, never what stands there: answers hold secrets.
    serde_json::from_slice(body).map_err(|error| {
        unreadable(format!("{:?} in line {}, column {}", error.classify(), error.line(), error.column()))
    })
}

fn money(amount: i64, currency: &str) -> Result<Money, PaymentError> {
    let currency: Currency =
        currency.to_ascii_uppercase().parse().map_err(|_| unreadable("the currency is none that we know"))?;
    if amount < 0 {
        return Err(unreadable("an amount is negative"));
    }
    amount::from_stripe(amount, currency).map_err(|_| unreadable("an amount is not a whole number of minor units"))
}

impl WirePayment {
    pub(super) fn read(body: &[u8]) -> Result<Self, PaymentError> {
        read(body)
    }

    pub(super) fn into_payment(self) -> Result<Payment, PaymentError> {
        let status = match self.status.as_str() {
            "requires_payment_method" | "requires_confirmation" => PaymentStatus::AwaitsMethod,
            "requires_action" => PaymentStatus::AwaitsAction,
            "processing" => PaymentStatus::Processing,
            "requires_capture" => PaymentStatus::Authorised,
            "succeeded" => PaymentStatus::Captured,
            "canceled" => PaymentStatus::Cancelled,
            // Whatever it means, no money is to be moved on a guess.
            _ => return Err(unreadable("the status of the payment is none that we know")),
        };
        let (captured, refunded) = match self.latest_charge {
            // What was set aside and let go counts as given back there; of what was captured it is nothing.
            Some(WireCharge::Whole { amount_captured: 0, .. }) => (0, 0),
            Some(WireCharge::Whole { amount_captured, amount_refunded }) => (amount_captured, amount_refunded),
            None => (self.amount_received, 0),
            Some(WireCharge::Id) => return Err(unreadable("the charge was not expanded")),
        };
        let decline = (status == PaymentStatus::AwaitsMethod).then_some(self.last_payment_error).flatten();
        Ok(Payment {
            id: self.id.parse().map_err(|_| unreadable("the id of the payment"))?,
            order: self.metadata.order_id.and_then(|order| order.parse().ok()),
            status,
            amount: money(self.amount, &self.currency)?,
            captured: money(captured, &self.currency)?,
            refunded: money(refunded, &self.currency)?,
            client_secret: ClientSecret::new(self.client_secret.unwrap_or_default()),
            decline: decline.map(WireDecline::into_decline),
            created_at: Timestamp::from_second(self.created).map_err(|_| unreadable("the time of the payment"))?,
        })
    }
}

impl WireDecline {
    fn into_decline(self) -> Decline {
        // The issuer's reason says more than `card_declined`.
        let code = self.decline_code.or(self.code).or(self.kind).filter(|code| code.len() <= CODE_LENGTH_MAX);
        let code = code.unwrap_or_else(|| "unknown".to_owned());
        Decline { kind: kind_of(&code), code }
    }
}

fn kind_of(code: &str) -> DeclineKind {
    match code {
        "insufficient_funds" | "withdrawal_count_limit_exceeded" | "card_velocity_exceeded" => {
            DeclineKind::InsufficientFunds
        }
        "expired_card" => DeclineKind::Expired,
        "incorrect_number"
        | "invalid_number"
        | "incorrect_cvc"
        | "invalid_cvc"
        | "invalid_expiry_month"
        | "invalid_expiry_year"
        | "incorrect_zip"
        | "incorrect_address"
        | "incorrect_pin"
        | "invalid_pin" => DeclineKind::Mistyped,
        "authentication_required" | "authentication_not_handled" | "payment_intent_authentication_failure" => {
            DeclineKind::NotAuthenticated
        }
        "processing_error"
        | "issuer_not_available"
        | "try_again_later"
        | "reenter_transaction"
        | "approve_with_id"
        | "payment_method_provider_timeout" => DeclineKind::TryAgain,
        // `fraudulent`, `stolen_card` and `lost_card` among them: a thief is told no more than anybody else.
        _ => DeclineKind::Refused,
    }
}

impl WireRefund {
    pub(super) fn read(body: &[u8]) -> Result<Self, PaymentError> {
        read(body)
    }

    pub(super) fn into_refund(self) -> Result<ProviderRefund, PaymentError> {
        let status = match self.status.as_deref() {
            // Without a word it is on its way, as far as anybody knows.
            None | Some("pending" | "requires_action") => RefundStatus::Pending,
            Some("succeeded") => RefundStatus::Succeeded,
            Some("failed" | "canceled") => RefundStatus::Failed,
            Some(_) => return Err(unreadable("the status of the refund is none that we know")),
        };
        Ok(ProviderRefund {
            id: self.id.parse().map_err(|_| unreadable("the id of the refund"))?,
            // What somebody made by hand has other metadata, or none.
            order: self.metadata.order_id.and_then(|order| order.parse().ok()),
            number: self.metadata.refund.and_then(|number| number.parse().ok()),
            status,
            amount: money(self.amount, &self.currency)?,
        })
    }
}

impl<T: DeserializeOwned> WireList<T> {
    pub(super) fn read(body: &[u8]) -> Result<Self, PaymentError> {
        read(body)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn payment(changes: &serde_json::Value) -> Result<Payment, PaymentError> {
        let mut body = json!({
            "id": "pi_1", "status": "succeeded", "amount": 1_000, "amount_received": 1_000, "currency": "eur",
            "created": 1, "client_secret": "pi_1_secret_x", "metadata": {},
            "latest_charge": {"amount_captured": 1_000, "amount_refunded": 300},
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        WirePayment::read(body.to_string().as_bytes())?.into_payment()
    }

    #[test]
    fn what_was_captured_and_given_back_is_the_charges_word() {
        let read = payment(&json!({})).unwrap();

        assert_eq!((read.captured.minor(), read.refunded.minor()), (1_000, 300));
        let void = json!({"status": "canceled", "latest_charge": {"amount_captured": 0, "amount_refunded": 1_000}});
        let void = payment(&void).unwrap();
        assert_eq!((void.captured.minor(), void.refunded.minor()), (0, 0), "what is let go was never captured");
        assert!(matches!(payment(&json!({"latest_charge": "ch_1"})), Err(PaymentError::Unreadable(_))));
    }

    #[test]
    fn words_that_nobody_knows_move_no_money() {
        for changes in [json!({"status": "half_paid"}), json!({"currency": "xyz"}), json!({"amount": -1})] {
            assert!(matches!(payment(&changes), Err(PaymentError::Unreadable(_))), "{changes}");
        }
        assert!(payment(&json!({"next_action": {"type": "something_new"}, "object": 7})).is_ok());
    }

    #[test]
    fn a_thief_is_told_no_more_than_anybody_else() {
        for (error, kind) in [
            (json!({"code": "card_declined", "decline_code": "stolen_card"}), DeclineKind::Refused),
            (json!({"code": "card_declined", "decline_code": "fraudulent"}), DeclineKind::Refused),
            (json!({"code": "card_declined", "decline_code": "insufficient_funds"}), DeclineKind::InsufficientFunds),
            (json!({"code": "expired_card"}), DeclineKind::Expired),
            (json!({"code": "incorrect_cvc", "decline_code": "incorrect_cvc"}), DeclineKind::Mistyped),
            (json!({"code": "payment_intent_authentication_failure"}), DeclineKind::NotAuthenticated),
            (json!({"code": "processing_error"}), DeclineKind::TryAgain),
            (json!({"type": "card_error"}), DeclineKind::Refused),
        ] {
            let read = payment(&json!({"status": "requires_payment_method", "last_payment_error": error})).unwrap();

            assert_eq!(read.decline.unwrap().kind, kind, "{error}");
        }
    }

    #[test]
    fn an_old_decline_is_not_told_of_a_payment_that_has_moved_on() {
        let read = payment(&json!({"last_payment_error": {"code": "expired_card"}})).unwrap();

        assert_eq!(read.decline, None);
    }

    #[test]
    fn a_refund_is_pending_until_it_is_known_to_be_done() {
        let status = |word: &serde_json::Value| {
            let body = json!({"id": "re_1", "status": word, "amount": 5, "currency": "eur"}).to_string();
            WireRefund::read(body.as_bytes())?.into_refund().map(|refund| refund.status)
        };

        assert_eq!(status(&json!(null)).unwrap(), RefundStatus::Pending);
        assert_eq!(status(&json!("pending")).unwrap(), RefundStatus::Pending);
        assert_eq!(status(&json!("succeeded")).unwrap(), RefundStatus::Succeeded);
        assert_eq!(status(&json!("canceled")).unwrap(), RefundStatus::Failed);
        assert!(status(&json!("perhaps")).is_err());
    }

    #[test]
    fn an_unreadable_answer_is_not_quoted() {
        let error = WirePayment::read(br#"{"client_secret": "pi_1_secret_x", "id": 7}"#).unwrap_err();

        assert!(!error.to_string().contains("secret_x"), "{error}");
    }
}
