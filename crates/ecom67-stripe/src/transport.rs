//! How calls get to the provider: over HTTP, or straight into a router in the same process.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use bytes::Bytes;
use reqwest::redirect;
use tower::Service as _;

use crate::STRIPE_VERSION;
use crate::secret::SecretKey;

/// The longest answer that is read.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// Connections that wait for their next use, at most for so long.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const STRIPE_VERSION_HEADER: HeaderName = HeaderName::from_static("stripe-version");

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It reads.
    Get,
    /// It changes something.
    Post,
}

/// A call to the provider.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it does.
    pub method: Method,
    /// Where, query included, such as `/v1/payment_intents`.
    pub path: String,
    /// The form.
    pub form: String,
    /// The key under which it is done once.
    pub idempotency_key: Option<String>,
}

/// What came back. Its body may hold secrets, and is not printed.
#[derive(Clone)]
pub struct Answer {
    /// The status of HTTP.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Nobody was reached: nothing was done.
    #[error("the provider was not reached")]
    NotSent(#[source] Box<dyn Error + Send + Sync>),
    /// It may have been done.
    #[error("the provider's answer did not arrive")]
    NoAnswer(#[source] Box<dyn Error + Send + Sync>),
}

/// Takes calls to the provider and brings answers back. It repeats nothing; how long a caller waits is the caller's matter.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Makes the call with this key.
    async fn send(&self, call: &Call, key: &SecretKey) -> Result<Answer, TransportError>;
}

fn headers(call: &Call, key: &SecretKey) -> Result<HeaderMap, TransportError> {
    let invalid = |error: axum::http::Error| TransportError::NotSent(error.into());
    let mut authorization =
        HeaderValue::try_from(format!("Bearer {}", key.reveal())).map_err(|error| invalid(error.into()))?;
    authorization.set_sensitive(true);
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(header::AUTHORIZATION, authorization);
    headers.insert(STRIPE_VERSION_HEADER, HeaderValue::from_static(STRIPE_VERSION));
    if call.method == Method::Post {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    }
    if let Some(key) = &call.idempotency_key {
        headers.insert(IDEMPOTENCY_KEY, HeaderValue::try_from(key).map_err(|error| invalid(error.into()))?);
    }
    Ok(headers)
}

/// Over HTTP, to Stripe or to whatever speaks like it.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
    base: String,
}

impl HttpTransport {
    /// Where Stripe is.
    pub const STRIPE: &str = "https://api.stripe.com";

    /// To the host at `base`, such as [`Self::STRIPE`].
    pub fn new(base: &str) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder();
        if base.starts_with("http://") {
            // On this machine: no proxy is to see a key that travels as it is.
            builder = builder.no_proxy();
        }
        let client = builder
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // Stripe sends nobody elsewhere, and a key is not to be carried there.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("ecom67/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned() })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, call: &Call, key: &SecretKey) -> Result<Answer, TransportError> {
        let address = format!("{}{}", self.base, call.path);
        let request = match call.method {
            Method::Get => self.client.get(address),
            Method::Post => self.client.post(address).body(call.form.clone()),
        };
        // Addresses hold ids of payments, which are no business of a log.
        let failed = |error: reqwest::Error| {
            let error = error.without_url();
            // Only while connecting is it certain that nobody has read the call.
            if error.is_connect() || error.is_builder() {
                TransportError::NotSent(error.into())
            } else {
                TransportError::NoAnswer(error.into())
            }
        };
        let mut response = request.headers(headers(call, key)?).send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(TransportError::NoAnswer("the answer is longer than any of Stripe's".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.into() })
    }
}

/// Straight into a router in the same process: no socket, no TLS.
#[derive(Clone, Debug)]
pub struct InProcessTransport {
    router: Router,
}

impl InProcessTransport {
    /// Into `router`.
    pub const fn new(router: Router) -> Self {
        Self { router }
    }
}

#[async_trait]
impl Transport for InProcessTransport {
    async fn send(&self, call: &Call, key: &SecretKey) -> Result<Answer, TransportError> {
        let method = match call.method {
            Method::Get => axum::http::Method::GET,
            Method::Post => axum::http::Method::POST,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(&call.path)
            .body(Body::from(call.form.clone()))
            .map_err(|error| TransportError::NotSent(error.into()))?;
        *request.headers_mut() = headers(call, key)?;
        let mut router = self.router.clone();
        let never = |error: Infallible| -> TransportError { match error {} };
        let ready = tower::ServiceExt::<Request<Body>>::ready(&mut router).await.map_err(never)?;
        let (head, body) = ready.call(request).await.map_err(never)?.into_parts();
        let body = to_bytes(body, ANSWER_BYTES_MAX).await.map_err(|error| TransportError::NoAnswer(error.into()))?;
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}
