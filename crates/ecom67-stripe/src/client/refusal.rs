//! What an answer without success means to the shop.

use std::time::Duration;

use axum::http::StatusCode;
use ecom67_app::port::PaymentError;
use serde::Deserialize;

/// The longest code that is passed on.
const CODE_LENGTH_MAX: usize = 64;

/// When is asked again where the key was not taken.
const KEY_MENDED_AFTER: Duration = Duration::from_secs(60);

#[derive(Debug, Default, Deserialize)]
struct Body {
    error: Refusal,
}

/// What Stripe says of a refusal; its message is for people and may quote what was sent.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
}

impl Refusal {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Body>(body).ok().map(|body| body.error)
    }

    fn code(self) -> String {
        let code = self.code.or(self.kind).filter(|code| code.len() <= CODE_LENGTH_MAX);
        code.unwrap_or_else(|| "unknown".to_owned())
    }

    fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Another call with this key is at it right now.
    pub(super) fn is_key_in_use(&self) -> bool {
        self.has_code("idempotency_key_in_use")
    }
}

/// What a status from 400 to 499 means, except 409 and 429, which are repeated first.
pub(super) fn refused(status: StatusCode, refusal: Option<Refusal>) -> PaymentError {
    let Some(refusal) = refusal else {
        return PaymentError::Unreadable(format!("status {} without an error of Stripe's", status.as_u16()));
    };
    if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        // The key is not taken, or may not do this: nothing is said of what was asked for, and somebody mends the key.
        tracing::error!(
            status = status.as_u16(),
            code = refusal.code(),
            "the payment provider does not take the shop's key"
        );
        return PaymentError::Unavailable { retry_after: KEY_MENDED_AFTER };
    }
    if refusal.kind.as_deref() == Some("idempotency_error") {
        return PaymentError::KeyReused;
    }
    let is_missing = status == StatusCode::NOT_FOUND || refusal.has_code("resource_missing");
    if is_missing {
        return PaymentError::NotFound;
    }
    let code = refusal.code();
    match code.as_str() {
        "payment_intent_unexpected_state"
        | "charge_already_captured"
        | "charge_already_refunded"
        | "charge_expired_for_capture"
        | "charge_disputed"
        | "intent_invalid_state" => PaymentError::OtherState { code },
        _ => PaymentError::Refused { code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16, body: &str) -> PaymentError {
        refused(StatusCode::from_u16(status).unwrap(), Refusal::read(body.as_bytes()))
    }

    #[test]
    fn each_refusal_means_one_thing_to_the_shop() {
        let error = |code: &str| format!(r#"{{"error":{{"type":"invalid_request_error","code":"{code}"}}}}"#);

        assert!(matches!(told(404, &error("resource_missing")), PaymentError::NotFound));
        assert!(matches!(told(400, r#"{"error":{"type":"idempotency_error"}}"#), PaymentError::KeyReused));
        assert!(matches!(
            told(400, &error("payment_intent_unexpected_state")),
            PaymentError::OtherState { code } if code == "payment_intent_unexpected_state"
        ));
        assert!(
            matches!(told(402, &error("card_declined")), PaymentError::Refused { code } if code == "card_declined")
        );
        assert!(matches!(
            told(401, r#"{"error":{"type":"invalid_request_error","message":"Invalid API Key: sk_x"}}"#),
            PaymentError::Unavailable { .. }
        ));
        assert!(matches!(told(403, "<html>a proxy</html>"), PaymentError::Unreadable(_)));
        assert!(matches!(told(404, "<html>a proxy</html>"), PaymentError::Unreadable(_)), "a proxy knows no payments");
    }
}
