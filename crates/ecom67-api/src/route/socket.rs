//! The WebSocket, and the tickets that open it.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{State, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderMap, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::orders::{OrderHeaders, OrderProblems};
use crate::body::{is_from_here, read_json};
use crate::parameters::{LocaleParameters, Parameters};
use crate::problem::ApiError;
use crate::shopper::{no_such_order, order_key};
use crate::socket::{NoRoom, PROTOCOL, Session, TICKET_AGE_MAX, TICKET_PREFIX, Ticket};

/// The most bytes of a request for a ticket.
const BODY_BYTES_MAX: usize = 1_024;

/// The most bytes that the other end may say at once.
const MESSAGE_BYTES_MAX: usize = 1_024;

/// What is read from the other end at once: it says little.
const READ_BUFFER_BYTES: usize = 512;

/// What waits to be sent at most: an order of 50 lines is a tenth of it.
const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;

/// Which order is to be followed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TicketBody {
    /// The order's id.
    #[schema(max_length = 38)]
    order: String,
}

/// What opens a WebSocket, once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SocketTicket {
    /// The ticket. A client names the protocols `ecom67.v1` and `ticket.` with this, and opens `/ws`.
    #[schema(min_length = 64, max_length = 64)]
    ticket: String,
    /// For how many seconds it does.
    #[schema(example = 60)]
    expires_in: i64,
}

/// A ticket for a WebSocket on which the order is followed: it opens one, within a minute.
#[utoipa::path(
    post, path = "/api/socket-tickets", tag = "orders", request_body = TicketBody,
    params(LocaleParameters, OrderHeaders),
    responses((status = CREATED, body = SocketTicket), OrderProblems)
)]
pub(super) async fn create_ticket(
    State(api): State<Arc<Api>>,
    Parameters(LocaleParameters { locale }): Parameters<LocaleParameters>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let audience = api.presenter.audience(&locale)?;
    let TicketBody { order } = read_json(&headers, body, BODY_BYTES_MAX).await?;
    let id = order.parse().map_err(|_| no_such_order())?;
    let key = order_key(&headers, &audience, id, true)?;
    let orders = &api.checkouts.orders;
    orders.find(key).await?;
    let carts = &api.checkouts.carts;
    let ticket = api.sockets.ticket(key, carts.ids.secret(), carts.clock.now()).map_err(no_room)?;
    let body = SocketTicket { ticket: ticket.reveal(), expires_in: TICKET_AGE_MAX.as_secs() };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

fn no_room(no_room: NoRoom) -> ApiError {
    match no_room {
        NoRoom::Full => ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too many follow their orders at this moment. Please ask for the order instead.",
        ),
        NoRoom::OfOne => ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_sockets",
            "Too many pages follow orders of this cart already. Please ask for the order instead.",
        ),
    }
}

/// Opens a socket for whoever has a ticket. `docs/API.md` says what is spoken on it.
pub(super) async fn open_socket(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|_| {
        let detail = "This address speaks WebSocket, version 13, over HTTP/1.1.";
        ApiError::new(StatusCode::UPGRADE_REQUIRED, "websocket_required", detail)
    })?;
    if !is_from_here(&headers) {
        let detail = "Only pages of this shop follow its orders.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "other_site", detail));
    }
    let now = api.checkouts.carts.clock.now();
    let order = shown_ticket(&headers).and_then(|ticket| api.sockets.redeem(&ticket, now));
    let order = order.ok_or_else(|| {
        let detail = format!(
            "A socket is opened with the protocols {PROTOCOL} and {TICKET_PREFIX}…, with a ticket of the last minute that \
             was not used."
        );
        ApiError::new(StatusCode::UNAUTHORIZED, "ticket_invalid", detail)
    })?;
    let place = api.sockets.place(order.capability).map_err(no_room)?;
    let orders = api.checkouts.orders.clone();
    let response = upgrade
        .protocols([PROTOCOL])
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .on_upgrade(move |socket| Session::new(socket, orders, place, order).run(order.id));
    Ok(response)
}

/// The ticket among the protocols that are asked for.
fn shown_ticket(headers: &HeaderMap) -> Option<Ticket> {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let names = lines.flat_map(|line| line.split(',')).map(str::trim);
    names.filter_map(|name| name.strip_prefix(TICKET_PREFIX)).find_map(|ticket| ticket.parse().ok())
}
