//! Requests read and answers written.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream;
use serde::Serialize;
use serde_json::json;

use super::Shared;
use super::model::Payment;
use super::problem::Problem;
use super::view;
use crate::STRIPE_VERSION;

/// The longest body that is read.
const BODY_BYTES_MAX: usize = 64 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// The shop.
    Shop,
    /// A browser, which may do nothing but with the secret of one payment.
    Browser,
}

pub(super) fn asker(shared: &Shared, headers: &HeaderMap) -> Result<Asker, Problem> {
    let key = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match key {
        Some(key) if key == shared.secret_key.reveal() => Ok(Asker::Shop),
        Some(key) if key == shared.publishable_key => Ok(Asker::Browser),
        _ => Err(Problem::unauthorised()),
    }
}

pub(super) fn shop(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    match asker(shared, headers)? {
        Asker::Shop => Ok(()),
        Asker::Browser => Err(Problem::needs_secret_key()),
    }
}

/// The body, which has to be short and to come soon.
pub(super) async fn body(body: Body) -> Result<Bytes, Problem> {
    let read = tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_BYTES_MAX)).await;
    let invalid = |message| Problem::invalid("request_unreadable", message);
    read.map_err(|_| invalid("The body did not come in time."))?.map_err(|_| invalid("The body is too long."))
}

/// What is answered, as JSON.
pub(super) fn written(view: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(view).expect("a view has texts for keys, and can be written as JSON")
}

pub(super) fn json(status: StatusCode, view: &impl Serialize) -> Response {
    ready(status, written(view))
}

/// What is JSON already.
pub(super) fn ready(status: StatusCode, json: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(super) fn refusal(problem: &Problem, payment: Option<&Payment>, shared: &Shared) -> Response {
    let error = view::error(problem, payment, &shared.links);
    json(problem.status(), &json!({ "error": error }))
}

/// An answer that breaks off before its first byte.
pub(super) fn broken() -> Response {
    let error =
        io::Error::new(io::ErrorKind::ConnectionReset, "the simulator breaks the connection, as it was asked to");
    Response::new(Body::from_stream(stream::once(async move { Err::<Bytes, _>(error) })))
}

/// What every answer says.
pub(super) fn marked(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-simulator", HeaderValue::from_static("true"));
    headers.insert("stripe-version", HeaderValue::from_static(STRIPE_VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::try_from(format!("req_sim{:016x}", rand::random::<u64>())) {
        headers.insert("request-id", id);
    }
    response
}
