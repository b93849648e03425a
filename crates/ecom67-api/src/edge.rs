//! The outermost layer: what every request and every answer goes through, whatever it is for.

use std::any::Any;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::Json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use ecom67_app::ids::{Ids, SystemIds};
use ecom67_app::{Clock, SystemClock};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;

use crate::body::pass_over;
use crate::problem::ApiError;

/// How long a handler may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a body that is too large may take to come to its end.
const PASS_OVER_TIMEOUT: Duration = Duration::from_secs(2);

/// The buckets of `ecom67_http_request_seconds`.
pub const DURATION_BUCKETS: [f64; 12] =
    [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0];

/// The most bytes of a request's body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// The longest request id that is taken over from a caller.
const REQUEST_ID_LENGTH_MAX: usize = 64;

static CONTENT_SECURITY_POLICY_HEADER: HeaderName = HeaderName::from_static("content-security-policy");

static OPENER_POLICY_HEADER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may load: only what comes from here. Pictures may also be inlined by style sheets.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// What an answer may load that may load something else than the shop's own pages, whose policy stands on all others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnPolicy(pub(crate) &'static str);

/// An answer that may open windows of other sites and hear from them, as a wallet's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpensWindows;

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
    around_within(HANDLER_TIMEOUT, router)
}

fn around_within<S: Clone + Send + Sync + 'static>(patience: Duration, router: Router<S>) -> Router<S> {
    router
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(move |request, next| at_the_edge(patience, request, next)))
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

async fn at_the_edge(patience: Duration, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The pattern, not the path: a label must not have as many values as there are addresses.
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "page".into(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", request.id = id.to_str().unwrap_or_default(), %method, route);
    let mut response = if announced_length(&request) > BODY_BYTES_MAX as u64 {
        // Who does not send it in time gets the answer without.
        drop(tokio::time::timeout(PASS_OVER_TIMEOUT, pass_over(request.into_body())).await);
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_too_large",
            format!("A request's body has at most {BODY_BYTES_MAX} bytes."),
        )
        .into_response()
    } else {
        let handled = async {
            match whole(request).await {
                Ok(request) => next.run(request).await,
                Err(error) => error.into_response(),
            }
        };
        let handled = tokio::time::timeout(patience, handled).instrument(span).await;
        handled.unwrap_or_else(|_| {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", "The answer took too long.").into_response()
        })
    };
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        name_request(&mut response, &error, &id);
    }
    let own_policy = response.extensions_mut().remove::<OwnPolicy>();
    let opens_windows = response.extensions_mut().remove::<OpensWindows>().is_some();
    let headers = response.headers_mut();
    // What sets a cookie is one person's: no cache may keep it, whatever the handler said. The service worker cannot see
    // the cookie, and keeps only what is said to be public.
    if headers.contains_key(SET_COOKIE) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    for (name, value) in SECURITY_HEADERS.iter() {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(OwnPolicy(policy)) = own_policy {
        headers.insert(CONTENT_SECURITY_POLICY_HEADER.clone(), HeaderValue::from_static(policy));
    }
    if opens_windows {
        let alone_but_for_popups = HeaderValue::from_static("same-origin-allow-popups");
        headers.insert(OPENER_POLICY_HEADER.clone(), alone_but_for_popups);
    }
    headers.insert(REQUEST_ID.clone(), id);
    let status = response.status().as_u16().to_string();
    metrics::histogram!("ecom67_http_request_seconds", "route" => route, "status" => status)
        .record(started.elapsed().as_secs_f64());
    response
}

/// The request with all of its body, where it has one that says how long it is. A handler may refuse before it has read
/// any: a connection with a body that nobody has read is reset, and with it what was answered.
async fn whole(request: Request) -> Result<Request, ApiError> {
    if announced_length(&request) == 0 {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_BYTES_MAX).await;
    let bytes = bytes.map_err(|_| ApiError::invalid("body", "body_invalid", "The body ended before its time."))?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// How long the body is by the caller's word; what comes without one is counted by whoever reads it.
fn announced_length(request: &Request) -> u64 {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// The caller's id for the request where it is a harmless one, else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let is_harmless = |value: &&HeaderValue| {
        let bytes = value.as_bytes();
        (1..=REQUEST_ID_LENGTH_MAX).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    request.headers().get(&REQUEST_ID).filter(is_harmless).cloned().unwrap_or_else(|| {
        let id = uuid::Uuid::from_u128(SystemIds.unique(SystemClock.now())).simple().to_string();
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use hyper::header::ALLOW;
    use tower::ServiceExt;

    use super::*;

    /// Long enough for what is to be answered, short enough to be waited for.
    const PATIENCE: Duration = Duration::from_millis(500);

    /// What a router in all its layers answers, and the problem it tells.
    async fn asked(router: Router, request: Request) -> (Response, serde_json::Value) {
        let (parts, body) = around_within(PATIENCE, router).oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, 100_000).await.unwrap();
        (Response::from_parts(parts, Body::empty()), serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn get_request(path: &str) -> Request {
        Request::get(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_a_problem_of_ours_that_tells_nothing() {
        let router = Router::new().route("/", get(async || -> &'static str { panic!("the sesame is open") }));

        let (response, problem) = asked(router, get_request("/")).await;

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(problem["code"], "internal");
        assert!(!problem.to_string().contains("sesame"), "{problem}");
        assert_eq!(problem["request_id"], response.headers()[&REQUEST_ID].to_str().unwrap());
    }

    #[tokio::test]
    async fn a_handler_that_takes_too_long_is_given_up() {
        let router = Router::new().route("/", get(std::future::pending::<&'static str>));

        let (response, problem) = asked(router, get_request("/")).await;

        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem["code"], "timeout");
        assert_eq!(response.headers()["retry-after"], "1");
    }

    #[tokio::test]
    async fn a_body_is_refused_by_what_it_says_of_its_length() {
        let router = Router::new().route("/", get(async || "ok"));
        let mut request = get_request("/");
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("65537"));

        let (response, problem) = asked(router, request).await;

        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(problem["code"], "body_too_large");
        assert!(response.headers().get(ALLOW).is_none());
    }

    #[tokio::test]
    async fn every_answer_carries_the_headers_of_security_and_an_id() {
        let router = Router::new().route("/", get(async || "ok"));
        let mut request = get_request("/");
        request.headers_mut().insert(&REQUEST_ID, HeaderValue::from_static("order-67"));

        let (response, _) = asked(router.clone(), request).await;
        let (missing, _) = asked(router.clone(), get_request("/nowhere")).await;
        let mut odd = get_request("/");
        odd.headers_mut().insert(&REQUEST_ID, HeaderValue::from_static("a b{}"));
        let (renamed, _) = asked(router, odd).await;

        assert_eq!(response.headers()[&REQUEST_ID], "order-67");
        assert_ne!(renamed.headers()[&REQUEST_ID], "a b{}");
        for response in [&response, &missing] {
            let policy = response.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        }
    }

    #[tokio::test]
    async fn an_answer_that_sets_a_cookie_is_kept_by_nobody() {
        let public = [(CACHE_CONTROL, "public, max-age=60"), (SET_COOKIE, "basket=1")];
        let router = Router::new().route("/", get(async move || (public, "ok")));

        let (response, _) = asked(router, get_request("/")).await;

        assert_eq!(response.headers()[CACHE_CONTROL], "private, no-store");
        assert_eq!(response.headers()[SET_COOKIE], "basket=1");
    }

    #[test]
    fn workers_and_manifests_come_from_here_alone() {
        for rule in ["worker-src 'self'", "manifest-src 'self'", "connect-src 'self'"] {
            assert!(CONTENT_SECURITY_POLICY.split("; ").any(|own| own.trim() == rule), "{rule}");
        }
    }
}
