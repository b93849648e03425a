//! What the machine needs to know.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::Api;
use crate::problem::{ApiError, Problem};

/// Whether the shop was able to serve once. It stays so: while its index is built anew, lists come from the old one.
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<AtomicBool>);

/// Whether the process answers at all.
#[utoipa::path(
    get, path = "/healthz", tag = "operation",
    responses((status = OK, content_type = "text/plain", body = String))
)]
pub(super) async fn health() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// Whether the shop can serve: its store is read and its index is built.
#[utoipa::path(
    get, path = "/readyz", tag = "operation",
    responses(
        (status = OK, content_type = "text/plain", body = String),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn readiness(State(api): State<Api>) -> Result<Response, ApiError> {
    let not_ready = |detail| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", detail);
    api.presenter.products.list(None, 1).await?;
    if !api.readiness.0.load(Ordering::Relaxed) {
        if api.presenter.index.position().await?.is_none() {
            return Err(not_ready("The index is being built."));
        }
        api.readiness.0.store(true, Ordering::Relaxed);
    }
    Ok(([(CACHE_CONTROL, "no-store")], "ready\n").into_response())
}

/// Metrics in Prometheus' text form.
#[utoipa::path(
    get, path = "/metrics", tag = "operation",
    responses((status = OK, content_type = "text/plain", body = String))
)]
pub(super) async fn render_metrics(State(api): State<Api>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4"), (CACHE_CONTROL, "no-store")];
    (headers, api.metrics.render()).into_response()
}
