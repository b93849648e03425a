//! The outermost layer: what every request and every answer goes through, whatever it is for.

use std::any::Any;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::Json;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::problem::ApiError;

/// How long a handler may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(15);

/// The longest request id that is taken over from a caller.
const REQUEST_ID_LENGTH_MAX: usize = 64;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may load: only what comes from here. Pictures may also be inlined by style sheets.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

static SECURITY_HEADERS: LazyLock<[(HeaderName, HeaderValue); 5]> = LazyLock::new(|| {
    let header = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    [
        header("content-security-policy", CONTENT_SECURITY_POLICY),
        header("cross-origin-opener-policy", "same-origin"),
        header("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        header("referrer-policy", "strict-origin-when-cross-origin"),
        header("x-content-type-options", "nosniff"),
    ]
});

/// Puts the layers around a router that every route goes through.
pub fn around<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(CatchPanicLayer::custom(panicked)).layer(from_fn(at_the_edge))
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is the layer's")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().map(ToOwned::to_owned);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = text, "a handler panicked");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.").into_response()
}

/// The request's id, for handlers that tell it to a shopper.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

async fn at_the_edge(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, not the path: a label must not have as many values as there are addresses.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "page".into(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request.id = id.to_str().unwrap_or_default(), %method, route);
    let handled = tokio::time::timeout(HANDLER_TIMEOUT, next.run(request)).instrument(span).await;
    let mut response = handled.unwrap_or_else(|_| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "The answer took too long.").into_response()
    });
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        name_request(&mut response, &error, &id);
    }
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS.iter() {
        headers.insert(name.clone(), value.clone());
    }
    headers.insert(REQUEST_ID.clone(), id);
    let status = response.status().as_u16().to_string();
    metrics::histogram!("ecom67_http_request_seconds", "route" => route, "status" => status)
        .record(started.elapsed().as_secs_f64());
    response
}

/// The caller's id for the request where it is a harmless one, else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let is_harmless = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=REQUEST_ID_LENGTH_MAX).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    request.headers().get(&REQUEST_ID).filter(is_harmless).cloned().unwrap_or_else(|| {
        let id = uuid::Uuid::now_v7().simple().to_string();
        HeaderValue::try_from(id).expect("hexadecimal digits are a header's value")
    })
}

/// Writes the request's id into a problem, so that whoever asks for help can name it.
fn name_request(response: &mut Response, error: &ApiError, id: &HeaderValue) {
    let mut problem = error.problem();
    problem.request_id = id.to_str().ok().map(ToOwned::to_owned);
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes() == b"application/problem+json");
    if is_problem {
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Json(problem).into_response().into_body();
    }
}
