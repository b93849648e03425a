//! Carts: each write answers with the whole cart.

mod refusal;

use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use ecom67_app::carts::{CartOrder, CartWrite, OpenCart};
use ecom67_domain::cart::Note;
use ecom67_domain::pricing::Destination;
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Sku, Version};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LOCATION, SET_COOKIE};
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use super::Api;
use super::write_headers::WriteHeaders;
use crate::body::read_json;
use crate::client::ClientAddress;
use crate::parameters::{LocaleParameters, Parameters, Segments};
use crate::present::{Explained, quote_view};
use crate::problem::{ApiError, Problem};
use crate::shopper::{Shopper, kept_capability, no_such_cart, refuse_other_sites, set_cookie};
use crate::view;

/// The most bytes of a write: the longest note takes half.
pub(super) const BODY_BYTES_MAX: usize = 8_192;

/// Who keeps what opens a new cart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CapabilityKeeper {
    /// The browser, in a cookie that no script can read.
    #[default]
    Cookie,
    /// The client itself, which sends it as `Cart-Capability` from then on.
    Client,
}

/// A cart to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCartBody {
    /// The variant of its first line, where it begins with one.
    #[schema(max_length = 64)]
    sku: Option<String>,
    /// How many of it; as few as there may be where it is not said, mostly one.
    #[schema(minimum = 1)]
    quantity: Option<u32>,
    /// Who keeps what opens it.
    #[serde(default)]
    capability: CapabilityKeeper,
}

/// So many more of a variant.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddLineBody {
    /// The variant.
    #[schema(max_length = 64)]
    sku: String,
    /// How many more; as few as there may be where it is not said, mostly one.
    #[schema(minimum = 1)]
    quantity: Option<u32>,
}

/// So many of a variant.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetLineBody {
    /// How many there shall be.
    #[schema(minimum = 1)]
    quantity: u32,
}

/// What the shopper wants to say.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    /// At most 1,000 characters; `null` takes it away.
    #[schema(max_length = 1000)]
    note: Option<String>,
}

/// Where the goods are to go.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DestinationBody {
    /// As far as it is known; `null` forgets it.
    destination: Option<view::Destination>,
}

/// How the goods are to be delivered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryBody {
    /// The method's code; `null` chooses none.
    #[schema(max_length = 64)]
    method: Option<String>,
}

/// How a write to a cart may fail.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "for the description alone")]
pub(super) enum CartProblems {
    /// The body, a header or the locale is wrong
    #[response(status = BAD_REQUEST, content_type = "application/problem+json")]
    Invalid(Problem),
    /// From a page of another site
    #[response(status = FORBIDDEN, content_type = "application/problem+json")]
    OtherSite(Problem),
    /// No such cart, or not the caller's; no such line; or the article is not sold here
    #[response(status = NOT_FOUND, content_type = "application/problem+json")]
    NotFound(Problem),
    /// Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market
    #[response(status = CONFLICT, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The cart has another version than `If-Match` says
    #[response(status = PRECONDITION_FAILED, content_type = "application/problem+json")]
    Stale(Problem),
    /// The body is too large
    #[response(status = PAYLOAD_TOO_LARGE, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Not JSON
    #[response(status = UNSUPPORTED_MEDIA_TYPE, content_type = "application/problem+json")]
    NotJson(Problem),
    /// The `Idempotency-Key` was used for another request
    #[response(status = UNPROCESSABLE_ENTITY, content_type = "application/problem+json")]
    KeyReused(Problem),
    /// Codes of gift cards are tried too often
    #[response(status = TOO_MANY_REQUESTS, content_type = "application/problem+json")]
    TooManyTries(Problem),
    /// Too much is waiting
    #[response(status = SERVICE_UNAVAILABLE, content_type = "application/problem+json")]
    Busy(Problem),
}

/// Makes a cart, with a first line where one is named. A browser that has one already keeps it, and the line is added.
#[utoipa::path(
    post, path = "/api/carts", tag = "carts", params(LocaleParameters), request_body = NewCartBody,
    responses(
        (status = CREATED, body = view::NewCart),
        (status = OK, body = view::NewCart, description = "The browser had a cart, and has it still"),
        (
            status = TOO_MANY_REQUESTS, body = Problem, content_type = "application/problem+json",
            description = "Too many carts are made from this address"
        ),
        CartProblems
    )
)]
pub(super) async fn create_cart(
    State(api): State<Arc<Api>>,
    Parameters(LocaleParameters { locale }): Parameters<LocaleParameters>,
    ClientAddress(client): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let audience = api.presenter.audience(&locale)?;
    refuse_other_sites(&headers)?;
    if !api.new_carts.takes(client) {
        let detail = "Too many carts are made from this address at this moment. Please try again in a second.";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_carts", detail));
    }
    let NewCartBody { sku, quantity, capability: keeper } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let first = match sku {
        Some(sku) => Some((parse_sku(&sku)?, quantity.map(checked_quantity).transpose()?)),
        None if quantity.is_some() => {
            return Err(ApiError::invalid("quantity", "quantity_alone", "A quantity belongs to a sku."));
        }
        None => None,
    };
    let kept = kept_capability(&headers, &audience.market.code).filter(|_| keeper == CapabilityKeeper::Cookie);
    let kept_id = kept.as_ref().map(|capability| capability.key().id);
    let (capability, open) = api.checkouts.begin_cart(&audience.place(), first, kept).await?;
    let cart = api.presenter.cart(&audience, &open).await?;
    let location = HeaderValue::try_from(format!("/api/carts/{}", cart.id)).ok();
    let told = (keeper == CapabilityKeeper::Client).then(|| capability.reveal());
    let mut response = own(json(&view::NewCart { capability: told, cart })?, open.cart.version)?;
    if kept_id != Some(open.cart.value.id) {
        *response.status_mut() = StatusCode::CREATED;
    }
    let headers = response.headers_mut();
    headers.extend(location.map(|location| (LOCATION, location)));
    if keeper == CapabilityKeeper::Cookie {
        headers.extend(set_cookie(&capability, &audience.market.code, api.is_https).map(|cookie| (SET_COOKIE, cookie)));
    }
    Ok(response)
}

/// The cart as it is now.
#[utoipa::path(
    get, path = "/api/carts/{cart}", tag = "carts",
    params(("cart" = String, Path, description = "The cart's id, or `mine` for that of the cookie"), LocaleParameters),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn find_cart(State(api): State<Arc<Api>>, shopper: Shopper) -> Result<Response, ApiError> {
    let (carts, now) = (&api.checkouts.carts, api.checkouts.carts.clock.now());
    let cart = carts.store.find(shopper.capability.key(), now).await?.ok_or_else(no_such_cart)?;
    if let Some(body) = api.cart_answers.get(&cart, shopper.audience.locale, now) {
        return own(body, cart.version);
    }
    let open = carts.quoted(cart, &shopper.audience.place()).await?;
    answer(&api, &shopper, &open).await
}

/// Puts so many more of a variant into the cart.
#[utoipa::path(
    post, path = "/api/carts/{cart}/lines", tag = "carts", request_body = AddLineBody,
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn add_cart_line(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let AddLineBody { sku, quantity } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let sku = parse_sku(&sku)?;
    let order = match quantity {
        Some(quantity) => CartOrder::Add(sku, checked_quantity(quantity)?),
        None => CartOrder::AddNext(sku),
    };
    write(&api, shopper, order).await
}

/// Sets how many of a variant are in the cart.
#[utoipa::path(
    put, path = "/api/carts/{cart}/lines/{sku}", tag = "carts", request_body = SetLineBody,
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn set_cart_line(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let SetLineBody { quantity } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    write(&api, shopper, CartOrder::Set(parse_sku(&sku)?, checked_quantity(quantity)?)).await
}

/// Takes a variant out of the cart.
#[utoipa::path(
    delete, path = "/api/carts/{cart}/lines/{sku}", tag = "carts",
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn remove_cart_line(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::Remove(parse_sku(&sku)?)).await
}

/// Puts a line of the cart aside for later.
#[utoipa::path(
    put, path = "/api/carts/{cart}/saved/{sku}", tag = "carts",
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn save_for_later(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::SaveForLater(parse_sku(&sku)?)).await
}

/// Forgets what was put aside.
#[utoipa::path(
    delete, path = "/api/carts/{cart}/saved/{sku}", tag = "carts",
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn remove_saved(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::RemoveSaved(parse_sku(&sku)?)).await
}

/// Makes what was put aside a line of the cart again, with the units it had.
#[utoipa::path(
    post, path = "/api/carts/{cart}/saved/{sku}/move-to-cart", tag = "carts",
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn move_to_cart(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::MoveToCart(parse_sku(&sku)?)).await
}

/// Puts a variant on the wishlist.
#[utoipa::path(
    put, path = "/api/carts/{cart}/wishlist/{sku}", tag = "carts",
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn add_wish(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::Wish(parse_sku(&sku)?)).await
}

/// Takes a variant off the wishlist.
#[utoipa::path(
    delete, path = "/api/carts/{cart}/wishlist/{sku}", tag = "carts",
    params(CartItemPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn remove_wish(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartItemPath { sku, .. }): Segments<CartItemPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::Unwish(parse_sku(&sku)?)).await
}

/// What the cart costs, and with `explain=true` why.
#[utoipa::path(
    get, path = "/api/carts/{cart}/quote", tag = "carts",
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), QuoteParameters),
    responses((status = OK, body = view::Quote), CartProblems)
)]
pub(super) async fn find_quote(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Parameters(QuoteParameters { explain, .. }): Parameters<QuoteParameters>,
) -> Result<Response, ApiError> {
    let open = api.checkouts.carts.find(shopper.capability.key(), &shopper.audience.place()).await?;
    let quote =
        open.quote.as_ref().map_err(|error| ApiError::new(StatusCode::CONFLICT, error.code(), format!("{error}.")))?;
    let explained = if explain { Explained::Yes } else { Explained::No };
    own(json(&quote_view(&shopper.audience, quote, &open, explained))?, open.cart.version)
}

/// Enters a coupon. That it exists is all that is asked for; the quote says what comes of it.
#[utoipa::path(
    put, path = "/api/carts/{cart}/coupons/{coupon}", tag = "carts",
    params(CartCouponPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn enter_coupon(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartCouponPath { coupon, .. }): Segments<CartCouponPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::EnterCoupon(parse(&coupon, "coupon")?)).await
}

/// Takes a coupon back.
#[utoipa::path(
    delete, path = "/api/carts/{cart}/coupons/{coupon}", tag = "carts",
    params(CartCouponPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn remove_coupon(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartCouponPath { coupon, .. }): Segments<CartCouponPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::RemoveCoupon(parse(&coupon, "coupon")?)).await
}

/// Says where the goods are to go, or that nobody knows.
#[utoipa::path(
    put, path = "/api/carts/{cart}/destination", tag = "carts", request_body = DestinationBody,
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn set_destination(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let DestinationBody { destination } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let destination = destination.map(|destination| parse_destination(&destination)).transpose()?;
    write(&api, shopper, CartOrder::SetDestination(destination)).await
}

/// Chooses how the goods are delivered.
#[utoipa::path(
    put, path = "/api/carts/{cart}/delivery", tag = "carts", request_body = DeliveryBody,
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn choose_delivery(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let DeliveryBody { method } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let method = method.map(|method| parse(&method, "method")).transpose()?;
    write(&api, shopper, CartOrder::ChooseDelivery(method)).await
}

/// Writes a note, or takes it away.
#[utoipa::path(
    put, path = "/api/carts/{cart}/note", tag = "carts", request_body = NoteBody,
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn set_cart_note(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let NoteBody { note } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let note = note.map(|note| note.parse::<Note>()).transpose();
    let note = note.map_err(|invalid| ApiError::invalid("note", invalid.code, invalid.expected))?;
    write(&api, shopper, CartOrder::SetNote(note)).await
}

/// Says that the shopper has seen what the lines cost now.
#[utoipa::path(
    post, path = "/api/carts/{cart}/accepted-prices", tag = "carts",
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn accept_prices(State(api): State<Arc<Api>>, shopper: Shopper) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::AcceptPrices).await
}

/// A coupon in a cart.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CartCouponPath {
    /// The cart's id, or `mine` for that of the cookie.
    #[serde(rename = "cart")]
    #[param(rename = "cart")]
    _cart: String,
    /// The coupon, however it is typed.
    coupon: String,
}

/// How a quote is asked for.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct QuoteParameters {
    /// Language and country, such as `de-de`.
    #[serde(rename = "locale")]
    #[param(rename = "locale", pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    _locale: String,
    /// Whether every rule that applied or could have is told, in words.
    #[serde(default)]
    explain: bool,
}

/// A variant in a cart.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CartItemPath {
    /// The cart's id, or `mine` for that of the cookie.
    #[serde(rename = "cart")]
    #[param(rename = "cart")]
    _cart: String,
    /// The variant.
    sku: String,
}

pub(super) async fn write(api: &Api, shopper: Shopper, order: CartOrder) -> Result<Response, ApiError> {
    let Shopper { capability, audience, key, read_at, .. } = &shopper;
    let place = audience.place();
    let write = CartWrite { cart: capability.key(), place, order, read_at: *read_at, key: key.clone() };
    let open = api.checkouts.edit_cart(write).await?;
    let mut response = answer(api, &shopper, &open).await?;
    // Each change lets the cart live on, and so must what opens it.
    if shopper.has_cookie {
        let cookie = set_cookie(&shopper.capability, &shopper.audience.market.code, api.is_https);
        response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    }
    Ok(response)
}

/// Also kept: who has changed a cart mostly looks at it next.
async fn answer(api: &Api, shopper: &Shopper, open: &OpenCart) -> Result<Response, ApiError> {
    let audience = &shopper.audience;
    let body = json(&api.presenter.cart(audience, open).await?)?;
    api.cart_answers.put(open, audience.locale, &body, audience.as_of);
    own(body, open.cart.version)
}

fn json(view: &impl Serialize) -> Result<Bytes, ApiError> {
    serde_json::to_vec(view).map(|body| body.into_boxed_slice().into()).map_err(|error| ApiError::internal(&error))
}

/// An answer for one shopper alone, with the cart's version.
fn own(body: Bytes, version: Version) -> Result<Response, ApiError> {
    let mut response = Response::new(Body::from(body));
    let tag = HeaderValue::try_from(format!("\"{}\"", version.0));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(ETAG, tag.map_err(|error| ApiError::internal(&error))?);
    Ok(response)
}

pub(super) fn parse<T: FromStr<Err = Invalid>>(text: &str, field: &str) -> Result<T, ApiError> {
    text.parse::<T>().map_err(|invalid| ApiError::invalid(field, invalid.code, invalid.expected))
}

fn parse_sku(text: &str) -> Result<Sku, ApiError> {
    parse(text, "sku")
}

fn parse_destination(destination: &view::Destination) -> Result<Destination, ApiError> {
    let view::Destination { country, region, postal_code } = destination;
    Ok(Destination {
        country: parse(country, "destination.country")?,
        region: region.as_deref().map(|region| parse(region, "destination.region")).transpose()?,
        postal_code: postal_code.as_deref().map(|code| parse(code, "destination.postal_code")).transpose()?,
    })
}

fn checked_quantity(quantity: u32) -> Result<NonZeroU32, ApiError> {
    let none = || ApiError::invalid("quantity", "quantity_invalid", "At least 1; a line is removed with DELETE.");
    NonZeroU32::new(quantity).ok_or_else(none)
}
