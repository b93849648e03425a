//! Calls over HTTP: what an answer means, how long it may take, and when it is asked for again.

use std::time::Duration;

use ecom67_app::port::StoreError;
use rand::Rng as _;
use reqwest::{Client, Method, StatusCode, header, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long an answer to somebody who waits for a page may take.
const ASK_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a write, or a look at everything, may take.
const WORK_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a question is asked at most: nobody waits long for a page.
const ASKS_MAX: u32 = 2;
/// How often work is tried at most.
const WORK_TRIES_MAX: u32 = 8;
/// The pause before the second try; each further one is twice as long, and random up to that length ("full jitter").
const PAUSE_FIRST: Duration = Duration::from_millis(50);

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// Nobody answers there.
    #[error("the search engine cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// The answer did not come, or not in time.
    #[error("the search engine did not answer in time")]
    Unanswered(#[source] reqwest::Error),
    /// It has too much to do.
    #[error("the search engine has too much to do ({0})")]
    Overloaded(StatusCode),
    /// It refuses. Only the kind of its reason is told: the reason itself may repeat what somebody typed.
    #[error("the search engine refuses with {status}: {kind}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The kind of reason.
        kind: String,
    },
    /// A part of it did not answer: what the others say is not the whole truth.
    #[error("a part of the search engine did not answer")]
    Incomplete,
    /// It answers something else.
    #[error("the search engine's answer cannot be understood")]
    Garbled(#[source] serde_json::Error),
    /// What is asked makes no sense.
    #[error("{0}")]
    Senseless(&'static str),
}

impl CallError {
    /// Whether what was asked for is not there.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::NOT_FOUND)
    }

    /// Whether what was to be made is there already.
    pub(super) fn is_present(&self) -> bool {
        matches!(self, Self::Refused { kind, .. } if kind == "resource_already_exists_exception")
    }

    /// Whether the same may go well a moment later. Nothing has been done if it was never sent; and all that we send
    /// more than once does the same the second time.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Overloaded(_))
    }

    /// What it means to whoever wanted something written.
    pub(super) fn of_write(self) -> StoreError {
        match self {
            Self::Overloaded(_) => StoreError::Busy,
            Self::Unanswered(_) => StoreError::OutcomeUnknown,
            other => StoreError::failed(other),
        }
    }
}

impl From<CallError> for StoreError {
    /// What it means to whoever asked.
    fn from(error: CallError) -> Self {
        match error {
            CallError::Overloaded(_) => Self::Busy,
            other => Self::failed(other),
        }
    }
}

impl From<serde_json::Error> for CallError {
    fn from(error: serde_json::Error) -> Self {
        Self::Garbled(error)
    }
}

/// How much patience a call deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Somebody waits for a page.
    Ask,
    /// Nobody waits.
    Work,
}

/// The engine at its address.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    http: Client,
    address: String,
}

impl Engine {
    /// The engine at `address`, such as `http://127.0.0.1:9200`.
    pub(super) fn at(address: &str) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // It lies beside us: nobody sends us elsewhere, and nothing stands between.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { http, address: address.trim_end_matches('/').to_owned() })
    }

    /// What `path` has to say.
    pub(super) async fn get<T: DeserializeOwned>(&self, pace: Pace, path: &str) -> Result<T, CallError> {
        self.call(pace, Method::GET, path, JSON, String::new()).await
    }

    /// Posts a question or an order that does the same the second time.
    pub(super) async fn post<T: DeserializeOwned>(&self, pace: Pace, path: &str, body: &Value) -> Result<T, CallError> {
        self.call(pace, Method::POST, path, JSON, text(body)).await
    }

    /// The same with one JSON value a line.
    pub(super) async fn post_lines<T: DeserializeOwned>(
        &self,
        pace: Pace,
        path: &str,
        lines: String,
    ) -> Result<T, CallError> {
        self.call(pace, Method::POST, path, LINES, lines).await
    }

    /// Puts something in its place.
    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Pace::Work, Method::PUT, path, JSON, text(body)).await
    }

    /// Deletes what is there.
    pub(super) async fn delete(&self, path: &str, body: &Value) -> Result<Value, CallError> {
        self.call(Pace::Work, Method::DELETE, path, JSON, text(body)).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        pace: Pace,
        method: Method,
        path: &str,
        kind: &'static str,
        body: String,
    ) -> Result<T, CallError> {
        let tries_max = if pace == Pace::Ask { ASKS_MAX } else { WORK_TRIES_MAX };
        let mut pause = PAUSE_FIRST;
        let mut tries = 1;
        loop {
            match self.try_once(pace, method.clone(), path, kind, body.clone()).await {
                Err(error) if error.is_passing() && tries < tries_max => {
                    tracing::debug!(%error, tries, "the search engine is asked again");
                    tokio::time::sleep(jittered(pause)).await;
                    pause *= 2;
                    tries += 1;
                }
                answer => return Ok(serde_json::from_slice(&answer?)?),
            }
        }
    }

    async fn try_once(
        &self,
        pace: Pace,
        method: Method,
        path: &str,
        kind: &'static str,
        body: String,
    ) -> Result<Vec<u8>, CallError> {
        let timeout = if pace == Pace::Ask { ASK_TIMEOUT } else { WORK_TIMEOUT };
        let mut request = self.http.request(method, format!("{}{path}", self.address)).timeout(timeout);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        let unanswered = |error: reqwest::Error| {
            if error.is_connect() { CallError::Unreachable(error) } else { CallError::Unanswered(error) }
        };
        let answer = request.send().await.map_err(unanswered)?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(CallError::Unanswered)?;
        if status.is_success() {
            return Ok(bytes.to_vec());
        }
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            return Err(CallError::Overloaded(status));
        }
        let reason: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        tracing::trace!(%status, %reason, "the search engine refuses");
        Err(CallError::Refused { status, kind: reason_kind(&reason) })
    }
}

/// A random part of a pause ("full jitter"), so that those who were refused together do not come back together.
pub(super) fn jittered(pause: Duration) -> Duration {
    rand::rng().random_range(Duration::ZERO..=pause)
}

/// A body of nothing is none.
fn text(body: &Value) -> String {
    if body.is_null() { String::new() } else { body.to_string() }
}

/// The kind of an engine's reason, of its deepest cause that is told.
fn reason_kind(reason: &Value) -> String {
    let root = reason.pointer("/error/root_cause/0/type").or_else(|| reason.pointer("/error/type"));
    root.and_then(Value::as_str).unwrap_or("without a reason").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_refusal_only_its_kind_is_told() {
        let cause = json!({ "type": "parse_exception", "reason": "Cannot parse 'secret words'" });
        let reason = json!({ "error": { "root_cause": [cause], "type": "search_phase_execution_exception" } });

        assert_eq!(reason_kind(&reason), "parse_exception");
        assert_eq!(reason_kind(&Value::Null), "without a reason");
    }

    #[tokio::test]
    async fn an_engine_that_is_not_there_is_told_from_one_that_refuses() {
        // Nothing listens on a port that was free a moment ago.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let engine = Engine::at(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        drop(listener);

        let answer = engine.get::<Value>(Pace::Ask, "/").await;

        assert!(matches!(answer, Err(CallError::Unreachable(_))), "got {answer:?}");
    }
}
