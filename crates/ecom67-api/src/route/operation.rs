//! What the machine needs to know.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ecom67_app::port::StoreError;
use ecom67_app::search::ListQuery;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::Api;
use crate::problem::{ApiError, Problem};

/// Whether the shop was able to serve once. It stays so: while its index is built anew, lists come from the old one, or
/// from the store where there is none.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    served: Arc<AtomicBool>,
    build: Arc<Mutex<Option<BuildProgress>>>,
}

/// How far a build of the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuildProgress {
    /// So many products have been read.
    pub products: u64,
    /// Of so many.
    pub total: u64,
}

impl fmt::Display for BuildProgress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the index is being built: {} of {} products", self.products, self.total)
    }
}

impl Readiness {
    /// Notes how far the build is that is under way, if there is one.
    pub fn note_build(&self, progress: Option<BuildProgress>) {
        *self.build.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    fn build(&self) -> Option<BuildProgress> {
        *self.build.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the process answers at all.
#[utoipa::path(
    get, path = "/healthz", tag = "operation",
    responses((status = OK, content_type = "text/plain", body = String))
)]
pub(super) async fn health() -> Response {
    ([(CACHE_CONTROL, "no-store")], "ok\n").into_response()
}

/// Whether the shop can serve: its store is read and lists are answered. While the index is built, it says how far that is.
#[utoipa::path(
    get, path = "/readyz", tag = "operation",
    responses(
        (status = OK, content_type = "text/plain", body = String),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn readiness(State(api): State<Arc<Api>>) -> Result<Response, ApiError> {
    api.presenter.products.list(None, 1).await?;
    if !api.readiness.served.load(Ordering::Relaxed) {
        if !can_list(&api).await? {
            let detail = "The index is being built, and there are no lists without it.";
            return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", detail));
        }
        api.readiness.served.store(true, Ordering::Relaxed);
    }
    let told = api.readiness.build().map_or_else(|| "ready\n".to_owned(), |build| format!("ready; {build}\n"));
    Ok(([(CACHE_CONTROL, "no-store")], told).into_response())
}

/// Whether lists are answered: by the index, or until there is one by the store.
async fn can_list(api: &Api) -> Result<bool, ApiError> {
    let presenter = &api.presenter;
    if presenter.index.is_built() {
        return Ok(true);
    }
    let shop = presenter.shop.present();
    let Some((locale, market)) = shop.locales().next() else { return Ok(false) };
    let everything = ListQuery::everything(locale.language, market.code.clone());
    match presenter.index.list(ListQuery { limit: 1, ..everything }).await {
        Ok(_) => Ok(true),
        Err(StoreError::Unavailable { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Metrics in Prometheus' text form.
#[utoipa::path(
    get, path = "/metrics", tag = "operation",
    responses((status = OK, content_type = "text/plain", body = String))
)]
pub(super) async fn render_metrics(State(api): State<Arc<Api>>) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4"), (CACHE_CONTROL, "no-store")];
    (headers, api.metrics.render()).into_response()
}
