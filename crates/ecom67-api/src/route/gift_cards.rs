//! Gift cards of a cart. A code is money: it comes in a body, never in an address, and goes nowhere from here.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use ecom67_app::carts::CartOrder;
use ecom67_domain::gift_card::GiftCardCode;
use hyper::StatusCode;
use hyper::header::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;
use super::carts::{BODY_BYTES_MAX, CartProblems, parse, write};
use super::write_headers::WriteHeaders;
use crate::body::read_json;
use crate::client::ClientAddress;
use crate::parameters::{LocaleParameters, Segments};
use crate::problem::ApiError;
use crate::shopper::Shopper;
use crate::view;

/// A gift card that is to pay.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GiftCardBody {
    /// Its code, however it is typed.
    #[schema(max_length = 256)]
    code: String,
}

/// A gift card of a cart.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CartGiftCardPath {
    /// The cart's id, or `mine` for that of the cookie.
    #[serde(rename = "cart")]
    #[param(rename = "cart")]
    _cart: String,
    /// The card's id, as the quote tells it.
    gift_card: String,
}

/// Has a gift card pay for the cart, as far as it reaches; the quote says how much that is. A cart has at most three.
#[utoipa::path(
    post, path = "/api/carts/{cart}/gift-cards", tag = "carts", request_body = GiftCardBody,
    params(("cart" = String, Path, description = "The cart's id, or `mine`"), LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn apply_gift_card(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    ClientAddress(client): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let GiftCardBody { code } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    // A slip is told at once, and is no try: nothing is learnt from it.
    let code: GiftCardCode = parse(&code, "code")?;
    if let Err(seconds) = api.code_tries.takes(shopper.capability.key().id, client) {
        let detail = "Gift cards are entered too often at this moment. Please try again a little later.";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_gift_card_tries", detail).after(seconds));
    }
    let digest = api.checkouts.carts.gift_cards.digest(&code);
    write(&api, shopper, CartOrder::ApplyGiftCard(digest)).await
}

/// Takes a gift card back.
#[utoipa::path(
    delete, path = "/api/carts/{cart}/gift-cards/{gift_card}", tag = "carts",
    params(CartGiftCardPath, LocaleParameters, WriteHeaders),
    responses((status = OK, body = view::Cart), CartProblems)
)]
pub(super) async fn remove_gift_card(
    State(api): State<Arc<Api>>,
    shopper: Shopper,
    Segments(CartGiftCardPath { gift_card, .. }): Segments<CartGiftCardPath>,
) -> Result<Response, ApiError> {
    write(&api, shopper, CartOrder::RemoveGiftCard(parse(&gift_card, "gift_card")?)).await
}
