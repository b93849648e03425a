//! What the description of the API says of the headers of writes.

/// What a write may say of itself.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "for the description alone")]
pub(super) struct WriteHeaders {
    /// What opens the cart; a browser has a cookie instead.
    #[param(rename = "Cart-Capability")]
    capability: Option<String>,
    /// Names this write: sent again with the same name it is made once.
    #[param(rename = "Idempotency-Key", max_length = 100)]
    idempotency_key: Option<String>,
    /// The `ETag` of the cart as it was read: it is changed only if nobody else has.
    #[param(rename = "If-Match", example = "\"5\"")]
    if_match: Option<String>,
}
