//! Bodies of writes: read strictly, and only from pages of this shop.

use axum::body::Body;
use futures_util::StreamExt;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use serde::de::DeserializeOwned;

use crate::problem::ApiError;

/// Where a request comes from, as browsers tell it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Reads a JSON body of at most `bytes_max`; each refusal names the field.
pub(crate) async fn read_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<T, ApiError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "The body is application/json.";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type_invalid", detail));
    }
    let bytes = read_body(body, bytes_max).await?;
    // A list would be taken for the fields in their order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(ApiError::invalid("body", "body_invalid", "The body is a JSON object."));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let read = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = match error.path().to_string() {
            path if path == "." => "body".to_owned(),
            path => path,
        };
        ApiError::invalid(field, "body_invalid", error.inner().to_string())
    })?;
    deserializer.end().map_err(|error| ApiError::invalid("body", "body_invalid", error.to_string()))?;
    Ok(read)
}

/// Reads a body of at most `bytes_max`.
pub(crate) async fn read_body(body: Body, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| ApiError::invalid("body", "body_invalid", "The body ended before its time."))?;
        if bytes.len() + part.len() > bytes_max {
            pass_over(Body::from_stream(parts)).await;
            let detail = format!("The body has at most {bytes_max} bytes here.");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// So much of a body is read though nobody wants it: most clients read no answer before they have sent all.
const PASSED_OVER_MAX: usize = 4 * 1024 * 1024;

/// Reads what is left of a body and forgets it, up to a bound: what is longer finds a closed connection.
pub(crate) async fn pass_over(body: Body) {
    let mut passed = 0;
    let mut parts = body.into_data_stream();
    while passed <= PASSED_OVER_MAX
        && let Some(Ok(part)) = parts.next().await
    {
        passed += part.len();
    }
}

/// Whether no browser says that a page of another site sends it. Who is no browser says what it likes.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        return site == "same-origin";
    }
    let (Some(origin), host) = (headers.get(ORIGIN).and_then(text), headers.get(HOST).and_then(text)) else {
        return !headers.contains_key(ORIGIN);
    };
    origin.split_once("://").is_some_and(|(_, named)| Some(named) == host)
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}
