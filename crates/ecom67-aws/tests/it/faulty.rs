//! The way to the engine, on which requests are written down, answers are lost and others forged.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

/// A request as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Such as `TransactWriteItems`.
    pub(crate) operation: String,
    pub(crate) body: Value,
}

impl Request {
    fn of(request: &HttpRequest) -> Self {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        Self { operation, body: serde_json::from_slice(body).unwrap_or_default() }
    }

    pub(crate) fn is(&self, operation: &str) -> bool {
        self.operation == operation
    }

    /// The writes of a transaction.
    pub(crate) fn writes(&self) -> &[Value] {
        self.body["TransactItems"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The product whose commit this transaction is.
    pub(crate) fn committed_product(&self) -> Option<&str> {
        let items = self.writes().iter().map(|write| &write["Put"]["Item"]);
        let mut products = items.filter(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("product#")));
        products.next()?["sk"]["S"].as_str()
    }

    /// Whether this is a transaction that takes SKUs over from somebody.
    pub(crate) fn is_takeover(&self) -> bool {
        let keys = self.writes().iter().map(|write| &write["Update"]["Key"]["pk"]["S"]);
        keys.filter_map(serde_json::Value::as_str).any(|pk| pk.starts_with("contest#"))
    }
}

/// What becomes of a request.
pub(crate) enum Fate {
    /// It is sent on, and so is its answer.
    Sent,
    /// It is sent on, but the answer is lost.
    AnswerLost,
    /// The engine never sees it: this is the answer.
    Forged(u16, Value),
    /// Something else happens before it is sent on.
    After(Pin<Box<dyn Future<Output = ()> + Send>>),
}

impl Fate {
    /// The request is sent on once `meanwhile` is over.
    pub(crate) fn after<F: Future<Output = ()> + Send + 'static>(meanwhile: F) -> Self {
        Self::After(Box::pin(meanwhile))
    }

    /// An error as the engine words it.
    pub(crate) fn error(code: &str) -> Self {
        Self::Forged(400, json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "forged" }))
    }

    /// A cancelled transaction, of which each write has the reason of the same place.
    pub(crate) fn cancelled(reasons: &[&str]) -> Self {
        let reasons: Vec<_> = reasons.iter().map(|code| json!({ "Code": code })).collect();
        let code = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
        Self::Forged(400, json!({ "__type": code, "Message": "forged", "CancellationReasons": reasons }))
    }
}

type Rule = Box<dyn FnMut(&Request) -> Fate + Send>;

/// The way to the engine.
#[derive(Clone)]
pub(crate) struct Way {
    seen: Arc<Mutex<Vec<Request>>>,
    rule: Arc<Mutex<Rule>>,
    onward: SharedHttpClient,
}

impl Way {
    /// A way on which nothing happens yet.
    pub(crate) fn new() -> Self {
        let rule: Rule = Box::new(|_| Fate::Sent);
        Self { seen: Arc::default(), rule: Arc::new(Mutex::new(rule)), onward: Builder::new().build_http() }
    }

    pub(crate) fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// From now on this decides about each request. What was seen before is forgotten.
    pub(crate) fn decide(&self, rule: impl FnMut(&Request) -> Fate + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
        self.seen.lock().unwrap().clear();
    }

    /// The first `times` requests for `operation` meet this fate.
    pub(crate) fn first(&self, times: usize, operation: &'static str, mut fate: impl FnMut() -> Fate + Send + 'static) {
        let mut left = times;
        self.decide(move |request| {
            if left == 0 || !request.is(operation) {
                return Fate::Sent;
            }
            left -= 1;
            fate()
        });
    }

    /// The requests since the last rule.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// The requests for `operation` since the last rule.
    pub(crate) fn seen_of(&self, operation: &str) -> Vec<Request> {
        self.seen().into_iter().filter(|request| request.is(operation)).collect()
    }
}

impl fmt::Debug for Way {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Way").finish_non_exhaustive()
    }
}

impl HttpClient for Way {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let onward = self.onward.http_connector(settings, components);
        SharedHttpConnector::new(Connector { way: self.clone(), onward })
    }
}

#[derive(Debug)]
struct Connector {
    way: Way,
    onward: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let read = Request::of(&request);
        let fate = (self.way.rule.lock().unwrap())(&read);
        self.way.seen.lock().unwrap().push(read);
        match fate {
            Fate::Sent => self.onward.call(request),
            Fate::AnswerLost => {
                let answer = self.onward.call(request);
                HttpConnectorFuture::new(async move {
                    answer.await?;
                    Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()))
                })
            }
            Fate::Forged(status, body) => {
                let status = status.try_into().expect("a status of HTTP");
                HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body.to_string()))))
            }
            Fate::After(meanwhile) => {
                let onward = self.onward.clone();
                HttpConnectorFuture::new(async move {
                    meanwhile.await;
                    onward.call(request).await
                })
            }
        }
    }
}
