//! Problems: every failure has one JSON shape (RFC 9457), with a stable code for programs and a sentence for people.

use axum::Json;
use axum::response::{IntoResponse, Response};
use ecom67_app::Chain;
use ecom67_app::port::StoreError;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::view;

/// A failure, told to the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says more.
    #[serde(rename = "type")]
    pub problem_type: &'static str,
    /// The status in words.
    pub title: &'static str,
    /// The status.
    pub status: u16,
    /// Stable, for programs.
    #[schema(example = "product_not_found")]
    pub code: &'static str,
    /// A sentence for people: what is wrong, and what would be right.
    pub detail: String,
    /// The parameter that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How many units were asked for, where there are too few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<u64>,
    /// How many units there are, or may be, instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<u64>,
    /// The variants of which there are too few, or of which one cart may not have so many, each with what was asked for
    /// and what there is, or may be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ProblemLine>,
    /// The cart with what it costs now, where that has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<view::Cart>)]
    pub cart: Option<Value>,
    /// The texts under which orders are placed now, where those that were shown are others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub legal_links: Vec<view::LegalLink>,
    /// To be named when asking for help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// A variant of which there are too few, or of which one cart may not have so many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemLine {
    /// The variant.
    pub sku: String,
    /// How many were asked for, over all lines.
    pub asked: u32,
    /// How many can be had, or may be.
    pub available: u64,
}

/// A failure on its way out of a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    detail: String,
    field: Option<String>,
    /// How many units were asked for, and how many there are.
    units: Option<(u64, u64)>,
    lines: Vec<ProblemLine>,
    cart: Option<Box<Value>>,
    legal_links: Vec<view::LegalLink>,
    /// When to try again, in seconds, where that may help.
    retry_after_s: u64,
}

/// The code of what needs the index while that does not answer.
const SEARCH_UNAVAILABLE: &str = "search_unavailable";

/// When to try again what usually goes well a moment later.
const RETRY_AFTER_S: u64 = 1;

impl ApiError {
    /// A failure with a stable code and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            field: None,
            units: None,
            lines: Vec::new(),
            cart: None,
            legal_links: Vec::new(),
            retry_after_s: RETRY_AFTER_S,
        }
    }

    /// A parameter that is wrong.
    pub fn invalid(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(StatusCode::BAD_REQUEST, code, detail) }
    }

    /// The same, wrong in this field.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }

    /// The same, for more units than there are.
    #[must_use]
    pub fn with_units(self, asked: u64, available: u64) -> Self {
        Self { units: Some((asked, available)), ..self }
    }

    /// The same, worth another try after so many seconds.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        Self { retry_after_s: u64::from(seconds), ..self }
    }

    /// The same, for these variants.
    #[must_use]
    pub fn with_lines(self, lines: Vec<ProblemLine>) -> Self {
        Self { lines, ..self }
    }

    /// The same, with the cart as it is now.
    #[must_use]
    pub fn with_cart(self, cart: &view::Cart) -> Self {
        Self { cart: serde_json::to_value(cart).ok().map(Box::new), ..self }
    }

    /// The same, with the texts under which orders are placed now.
    #[must_use]
    pub fn with_legal_links(self, legal_links: Vec<view::LegalLink>) -> Self {
        Self { legal_links, ..self }
    }

    /// Something that does not exist, or is nobody's business.
    pub fn not_found(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }

    /// A failure of ours: told to the log with its causes, to the caller without.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %Chain(error), "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.")
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// When to try again, in seconds, where that may help.
    pub const fn retry_after_s(&self) -> Option<u64> {
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Some(self.retry_after_s),
            _ => None,
        }
    }

    /// Whether it is the index alone that does not answer.
    pub fn is_search_unavailable(&self) -> bool {
        self.code == SEARCH_UNAVAILABLE
    }

    /// The body, without a request id: the outermost layer knows it.
    pub fn problem(&self) -> Problem {
        Problem {
            problem_type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Unknown"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            field: self.field.clone(),
            asked: self.units.map(|(asked, _)| asked),
            available: self.units.map(|(_, available)| available),
            lines: self.lines.clone(),
            cart: self.cart.as_deref().cloned(),
            legal_links: self.legal_links.clone(),
            request_id: None,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too many requests are waiting. Please try again in a second.",
            ),
            StoreError::Unavailable { retry_after } => Self {
                retry_after_s: (retry_after.as_secs() + 1).max(RETRY_AFTER_S),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    SEARCH_UNAVAILABLE,
                    "The search does not answer at present. Categories and collections can still be browsed.",
                )
            },
            StoreError::OutcomeUnknown | StoreError::Failed(_) | StoreError::Unreadable { .. } => {
                Self::internal(&error)
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.problem())).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        // Kept for the layer that adds the request id.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_search_that_is_down_says_when_to_come_back() {
        let error = StoreError::Unavailable { retry_after: Duration::from_millis(2_500) };

        let response = ApiError::from(error).into_response();

        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "3");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.extensions().get::<ApiError>().map(|error| error.code), Some("search_unavailable"));
    }

    #[test]
    fn a_shop_that_is_busy_is_free_in_a_second() {
        assert_eq!(ApiError::from(StoreError::Busy).into_response().headers()[RETRY_AFTER], "1");
    }
}
