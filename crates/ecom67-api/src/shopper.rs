//! Who is calling about a cart, and what proves that it is theirs.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use ecom67_app::carts::Capability;
use ecom67_app::orders::OrderKey;
use ecom67_app::port::IdempotencyKey;
use ecom67_domain::{MarketCode, OrderId, Version};
use hyper::header::{COOKIE, HeaderMap, HeaderValue, IF_MATCH};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use crate::body::is_from_here;
use crate::parameters::{LocaleParameters, Parameters};
use crate::present::Audience;
use crate::problem::ApiError;
use crate::route::Api;

/// Where a client that is no browser shows what opens its cart.
pub(crate) const CAPABILITY_HEADER: &str = "cart-capability";

/// Names a write that may come again.
pub(crate) const IDEMPOTENCY_KEY_HEADER: &str = "idempotency-key";

/// What stands in an address for the cart that the browser has a cookie of.
const MINE: &str = "mine";

/// How long a browser keeps the cookie of a cart that nobody changes, in seconds: as long as the cart.
const COOKIE_AGE_S: i64 = ecom67_domain::cart::CART_IDLE_MAX.as_secs();

/// The shopper of the cart that the address names, with what proves it. The proof is looked at when the cart is read.
#[derive(Clone, Debug)]
pub(crate) struct Shopper {
    /// What opens the cart.
    pub(crate) capability: Capability,
    /// Who reads, and where they buy.
    pub(crate) audience: Audience,
    /// Whether the proof was a cookie.
    pub(crate) has_cookie: bool,
    /// What names this write, where it may come again.
    pub(crate) key: Option<IdempotencyKey>,
    /// The version that the cart must still have.
    pub(crate) read_at: Option<Version>,
}

/// The answer to whoever has no cart here: that of a cart that never was.
pub(crate) fn no_such_cart() -> ApiError {
    ApiError::not_found("cart_not_found", "There is no such cart, or it is not yours.")
}

/// Refuses what a browser says is sent by a page of another site.
pub(crate) fn refuse_other_sites(headers: &HeaderMap) -> Result<(), ApiError> {
    if is_from_here(headers) {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::FORBIDDEN, "other_site", "Only pages of this shop change a cart or an order."))
}

impl FromRequestParts<Arc<Api>> for Shopper {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let Parameters(LocaleParameters { locale }) = Parameters::from_request_parts(parts, api).await?;
        let audience = api.presenter.audience(&locale)?;
        let segments = RawPathParams::from_request_parts(parts, api).await.map_err(|_| no_such_cart())?;
        let named = segments.iter().find(|(name, _)| *name == "cart").map(|(_, value)| value.to_owned());
        let named = named.ok_or_else(no_such_cart)?;
        let headers = &parts.headers;
        let (capability, has_cookie) = shown_capability(headers, &audience).ok_or_else(no_such_cart)?;
        if named != MINE && named != capability.key().id.to_string() {
            return Err(no_such_cart());
        }
        if has_cookie && !matches!(parts.method, Method::GET | Method::HEAD) {
            refuse_other_sites(headers)?;
        }
        Ok(Self { capability, audience, has_cookie, key: idempotency_key(headers)?, read_at: version(headers)? })
    }
}

/// The shopper of the order that the address names: whoever shows what opened the cart it was made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Orderer(pub(crate) OrderKey);

/// The answer to whoever has no such order: that of an order that never was.
pub(crate) fn no_such_order() -> ApiError {
    ApiError::not_found("order_not_found", "There is no such order, or it is not yours.")
}

impl FromRequestParts<Arc<Api>> for Orderer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let Parameters(LocaleParameters { locale }) = Parameters::from_request_parts(parts, api).await?;
        let audience = api.presenter.audience(&locale)?;
        let segments = RawPathParams::from_request_parts(parts, api).await.map_err(|_| no_such_order())?;
        let named = segments.iter().find(|(name, _)| *name == "order").map(|(_, value)| value.to_owned());
        let id: OrderId = named.and_then(|named| named.parse().ok()).ok_or_else(no_such_order)?;
        let is_write = !matches!(parts.method, Method::GET | Method::HEAD);
        order_key(&parts.headers, &audience, id, is_write).map(Self)
    }
}

/// What a client shows for an order, be it the right thing or not. Another site's page may not write with its reader's cookie.
pub(crate) fn order_key(
    headers: &HeaderMap,
    audience: &Audience,
    id: OrderId,
    is_write: bool,
) -> Result<OrderKey, ApiError> {
    let (capability, has_cookie) = shown_capability(headers, audience).ok_or_else(no_such_order)?;
    if has_cookie && is_write {
        refuse_other_sites(headers)?;
    }
    Ok(OrderKey { id, capability: capability.key().capability })
}

/// What a client shows that opens a cart: in a header, or in the cookie of the market it reads. Tells which.
pub(crate) fn shown_capability(headers: &HeaderMap, audience: &Audience) -> Option<(Capability, bool)> {
    match headers.get(CAPABILITY_HEADER) {
        Some(value) => Some((value.to_str().ok()?.parse().ok()?, false)),
        None => Some((kept_capability(headers, &audience.market.code)?, true)),
    }
}

/// What opens the cart that a browser has in a market, as its cookie says.
pub(crate) fn kept_capability(headers: &HeaderMap, market: &MarketCode) -> Option<Capability> {
    cookie(headers, &cookie_name(market))?.parse().ok()
}

/// The cookie of a cart: one for each market, so that who looks at another country's prices keeps both carts.
fn cookie_name(market: &MarketCode) -> String {
    format!("cart-{market}")
}

fn cookie<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
}

/// The header that has a browser keep what opens the cart, out of reach of every script and other site.
pub(crate) fn set_cookie(capability: &Capability, market: &MarketCode, is_https: bool) -> Option<HeaderValue> {
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!(
        "{}={}; Path=/api; Max-Age={COOKIE_AGE_S}; HttpOnly; SameSite=Strict{secure}",
        cookie_name(market),
        capability.reveal()
    );
    let mut value = HeaderValue::try_from(cookie).ok()?;
    value.set_sensitive(true);
    Some(value)
}

pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY_HEADER) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().parse::<IdempotencyKey>();
    key.map(Some).map_err(|invalid| ApiError::invalid("Idempotency-Key", invalid.code, invalid.expected))
}

/// The version in `If-Match`, as the `ETag` of an earlier answer told it.
fn version(headers: &HeaderMap) -> Result<Option<Version>, ApiError> {
    let Some(value) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|digits| digits.parse().ok());
    let invalid = || ApiError::invalid("If-Match", "if_match_invalid", "The ETag of the cart as it was read: \"5\".");
    number.map(|number| Some(Version(number))).ok_or_else(invalid)
}
