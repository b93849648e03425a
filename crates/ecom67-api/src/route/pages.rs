//! Every address that is none of the API's: the shop's pages, its sitemap, and the files at the root of the site.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use ecom67_app::kept::Dependency;
use hyper::Method;
use hyper::header::{ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, VARY};
use hyper::http::request::Parts;

use super::deliver::Made;
use super::{Api, assets};
use crate::edge::RequestId;
use crate::page::{PageRequest, is_sitemap};
use crate::problem::ApiError;

/// What begins with this is a program's: it gets a problem, never a page.
const API_PATHS: &str = "/api/";

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const XML: HeaderValue = HeaderValue::from_static("application/xml");
const MANIFEST: HeaderValue = HeaderValue::from_static("application/manifest+json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

pub(super) async fn page(State(api): State<Arc<Api>>, request: Request) -> Result<Response, ApiError> {
    // Nobody reads a body here, and one could not be held while others are waited for.
    let (request, _) = request.into_parts();
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let allowed = [(ALLOW, HeaderValue::from_static("GET,HEAD"))];
        return Ok((allowed, super::method_not_allowed().await).into_response());
    }
    let path = request.uri.path();
    if path.starts_with(API_PATHS) {
        return Err(ApiError::not_found("route_not_found", "The API has no such address."));
    }
    if let Some(file) = assets::root_file(&api, path, &request.headers) {
        return Ok(file);
    }
    if path == "/robots.txt" {
        let body = api.pages.robots().into_bytes();
        return Ok(Made::new(body, TEXT, Dependency::Shop).into_response());
    }
    // Before it is made: what is committed meanwhile makes it old.
    let dependency = Dependency::Index(api.presenter.generation());
    if is_sitemap(path)
        && let Some(body) = api.pages.sitemap(path).await?
    {
        return Ok(Made::new(body, XML, dependency).into_response());
    }
    if let Some(body) = api.pages.web_app_manifest(path).await? {
        return Ok(Made::new(body, MANIFEST, Dependency::Shop).into_response());
    }
    render(&api, &request).await
}

async fn render(api: &Api, request: &Parts) -> Result<Response, ApiError> {
    let language = request.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let answer = api
        .pages
        .render(PageRequest {
            path_and_query: request.uri.path_and_query().map_or("/", |path| path.as_str()),
            accept_language: language,
            request_id: request.extensions.get::<RequestId>().map_or("", |id| id.as_str()),
        })
        .await;
    let vary = [(VARY, HeaderValue::from_static("accept-encoding, accept-language"))];
    let mut response = match answer.moved {
        Some(location) => {
            let location = HeaderValue::try_from(location).map_err(|error| ApiError::internal(&error))?;
            let headers: [(HeaderName, HeaderValue); 2] =
                [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
            (answer.status, headers).into_response()
        }
        None => {
            let made = Made::new(answer.html, HTML, answer.dependency).of_search(answer.search);
            (answer.status, made).into_response()
        }
    };
    if let Some(seconds) = answer.retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if answer.varies_by_language {
        response.headers_mut().extend(vary);
    }
    Ok(response)
}
