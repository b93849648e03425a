//! Giving answers away: from the cache where they still hold, made once where not.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ecom67_app::kept::Dependency;
use ecom67_app::search_log::CountedSearch;
use hyper::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION, VARY,
};
use hyper::{Method, StatusCode};
use serde::Serialize;

use super::Api;
use crate::answer::{Answer, Encoding};
use crate::person::is_somebody;
use crate::problem::ApiError;

/// The longest path whose answer is kept.
const KEPT_PATH_MAX: usize = 1_024;

/// JSON.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What a handler has made: a body, and what it was made from.
#[derive(Clone, Debug)]
pub struct Made {
    /// The body before it is encoded.
    pub body: Vec<u8>,
    /// `Content-Type`.
    pub content_type: HeaderValue,
    /// What it was made from.
    pub dependency: Dependency,
    /// The search whose results it tells, where it is one.
    pub search: Option<CountedSearch>,
}

impl Made {
    /// A view as JSON.
    pub fn json(view: &impl Serialize, dependency: Dependency) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(view).map_err(|error| ApiError::internal(&error))?;
        Ok(Self::new(body, JSON, dependency))
    }

    /// A body that tells no results of a search.
    pub const fn new(body: Vec<u8>, content_type: HeaderValue, dependency: Dependency) -> Self {
        Self { body, content_type, dependency, search: None }
    }

    /// The same, which tells the results of a search.
    #[must_use]
    pub fn of_search(self, search: Option<CountedSearch>) -> Self {
        Self { search, ..self }
    }
}

impl IntoResponse for Made {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
    }
}

/// Answers from the cache, or lets the handler make the answer and keeps it.
pub(super) async fn deliver(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let encoding = Encoding::accepted(request.headers());
    let condition = request.headers().get(IF_NONE_MATCH).cloned();
    let is_read = *request.method() == Method::GET;
    let generation = api.presenter.generation();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let is_kept = path.len() <= KEPT_PATH_MAX;
    if is_kept && let Some(answer) = api.answers.get(path, encoding, generation) {
        if is_read && answer.search.is_some() && is_somebody(request.headers()) {
            count(&answer);
        }
        return respond(answer, condition.as_ref());
    }
    let path = path.to_owned();
    let is_counted = is_read && is_somebody(request.headers());
    let _place = api.answers.make().await;
    // Of many who ask for the same at once, those who waited find it made.
    if is_kept && let Some(answer) = api.answers.get(&path, encoding, api.presenter.generation()) {
        if is_counted {
            count(&answer);
        }
        return respond(answer, condition.as_ref());
    }
    let made_at = api.answers.changes.now();
    let mut response = next.run(request).await;
    let Some(made) = response.extensions_mut().remove::<Made>() else { return response };
    let Made { body, content_type, dependency, search } = made;
    let mut answer = match Answer::made(body, content_type, encoding, dependency.clone()).await {
        Ok(answer) => answer,
        Err(error) => return ApiError::internal(&error).into_response(),
    };
    let status = response.status();
    if status != StatusCode::OK {
        let mut failed = respond(answer, None);
        *failed.status_mut() = status;
        failed.headers_mut().remove(ETAG);
        // What the handler says of it, such as what else it varies by.
        failed.headers_mut().extend(response.headers_mut().drain());
        return failed;
    }
    answer.search = search;
    if is_counted {
        count(&answer);
    }
    if is_kept {
        api.answers.put(&path, encoding, answer.clone(), &dependency, made_at);
    }
    respond(answer, condition.as_ref())
}

/// Counts the search whose results are given.
fn count(answer: &Answer) {
    if let Some(search) = &answer.search {
        search.count();
    }
}

fn respond(answer: Answer, condition: Option<&HeaderValue>) -> Response {
    let etag = answer.etag();
    let unchanged = condition.is_some_and(|condition| matches_etag(condition, &etag));
    let body = if unchanged { Body::empty() } else { Body::from(answer.body) };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(ETAG, etag);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(CONTENT_TYPE, answer.content_type);
    if let Some(encoding) = answer.encoding.header() {
        headers.insert(CONTENT_ENCODING, encoding);
    }
    response
}

/// Whether a condition names the tag (RFC 9110, 13.1.2: a weak comparison).
pub(super) fn matches_etag(condition: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(condition), Ok(etag)) = (condition.to_str(), etag.to_str()) else { return false };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    condition.trim() == "*" || condition.split(',').any(|tag| opaque(tag) == opaque(etag))
}

/// A lasting redirect.
pub(super) fn moved(location: &str) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(location).map_err(|error| ApiError::internal(&error))?;
    let headers =
        HeaderMap::from_iter([(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))]);
    Ok((StatusCode::PERMANENT_REDIRECT, headers).into_response())
}

/// The description of the API.
pub(super) fn description(body: Vec<u8>) -> Made {
    Made::new(body, JSON, Dependency::Shop)
}
