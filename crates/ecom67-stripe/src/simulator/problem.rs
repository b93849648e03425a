//! Errors in Stripe's shape.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Problem {
    pub(super) status: u16,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) decline_code: Option<String>,
    pub(super) message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) param: Option<String>,
    /// Whether the work had begun, so that the answer is kept under the key.
    #[serde(skip)]
    pub(super) is_kept: bool,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, code: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            kind: kind.to_owned(),
            code: code.map(str::to_owned),
            decline_code: None,
            message: message.into(),
            param: None,
            is_kept: false,
        }
    }

    pub(super) fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", Some(code), message)
    }

    pub(super) fn about(self, parameter: &str) -> Self {
        Self { param: Some(parameter.to_owned()), ..self }
    }

    /// A refusal that stays one under its key.
    pub(super) fn kept(self) -> Self {
        Self { is_kept: true, ..self }
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::invalid("parameter_missing", format!("`{parameter}` is required.")).about(parameter)
    }

    pub(super) fn other_state(doing: &str, status: &str) -> Self {
        let message = format!("This payment cannot be {doing}: its status is {status}.");
        Self::invalid("payment_intent_unexpected_state", message).kept()
    }

    pub(super) fn not_found(what: &str, parameter: &str) -> Self {
        let message = format!("There is no {what} of this name.");
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", Some("resource_missing"), message).about(parameter)
    }

    pub(super) fn no_such_address() -> Self {
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", None, "The simulator has nothing at this address.")
    }

    pub(super) fn unauthorised() -> Self {
        let message = "The simulator knows only the keys it was configured with, and this is none of them.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", None, message)
    }

    pub(super) fn needs_secret_key() -> Self {
        let message = "This needs the secret key.";
        Self::new(StatusCode::FORBIDDEN, "invalid_request_error", Some("secret_key_required"), message)
    }

    pub(super) fn card(code: &str, decline_code: Option<&str>, message: &str) -> Self {
        let problem = Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", Some(code), message);
        Self { decline_code: decline_code.map(str::to_owned), ..problem.kept() }
    }

    pub(super) fn key_reused() -> Self {
        let message = "This key was used before with other parameters.";
        Self::new(StatusCode::BAD_REQUEST, "idempotency_error", None, message)
    }

    pub(super) fn key_in_use() -> Self {
        let message = "Another request with this key is being carried out.";
        Self::new(StatusCode::CONFLICT, "idempotency_error", Some("idempotency_key_in_use"), message)
    }

    pub(super) fn locked() -> Self {
        let message = "The object is being changed by another request.";
        Self::new(StatusCode::CONFLICT, "invalid_request_error", Some("lock_timeout"), message)
    }

    pub(super) fn too_many() -> Self {
        let message = "Too many requests.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "invalid_request_error", Some("rate_limit"), message)
    }

    pub(super) fn full(what: &str) -> Self {
        let message = format!("The simulator keeps no more {what} than it was configured for.");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "invalid_request_error", Some("simulator_full"), message)
    }

    pub(super) fn failed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", None, "Something went wrong at the simulator.").kept()
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
