//! Pages, home, navigation, markets and pictures.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ecom67_app::kept::Dependency;
use ecom67_domain::catalog::MediaId;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};

use super::Api;
use super::deliver::{Made, matches_etag};
use crate::parameters::{LocaleParameters, Parameters, Segments};
use crate::problem::{ApiError, Problem};
use crate::view;

/// A page of text by its slug.
#[utoipa::path(
    get, path = "/api/pages/{slug}", tag = "content",
    params(("slug" = String, Path, description = "The page's part of the address"), LocaleParameters),
    responses(
        (status = OK, body = view::Page),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find_page(
    State(api): State<Arc<Api>>,
    Segments(slug): Segments<String>,
    Parameters(parameters): Parameters<LocaleParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    Made::json(&api.presenter.page(&audience, &slug)?, Dependency::Shop)
}

/// The home page.
#[utoipa::path(
    get, path = "/api/home", tag = "content", params(LocaleParameters),
    responses(
        (status = OK, body = view::Home),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find_home(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<LocaleParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    let (home, dependency) = api.presenter.home(&audience).await?;
    Made::json(&home, dependency)
}

/// What stands around every page.
#[utoipa::path(
    get, path = "/api/navigation", tag = "content", params(LocaleParameters),
    responses(
        (status = OK, body = view::Navigation),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find_navigation(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<LocaleParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    Made::json(&api.presenter.navigation(&audience), Dependency::Shop)
}

/// Where the shop sells, in which currencies and languages.
#[utoipa::path(get, path = "/api/markets", tag = "content", responses((status = OK, body = view::Markets)))]
pub(super) async fn list_markets(State(api): State<Arc<Api>>) -> Result<Made, ApiError> {
    Made::json(&api.presenter.markets(), Dependency::Shop)
}

/// What differs between the shapes a shop runs in: read by the web apps when they start.
#[utoipa::path(get, path = "/config.json", tag = "content", responses((status = OK, body = view::Config)))]
pub(super) async fn find_config(State(api): State<Arc<Api>>) -> Result<Made, ApiError> {
    let config = view::Config {
        version: api.version.to_owned(),
        api: "/api".to_owned(),
        demo: api.demo,
        default_locale: api.presenter.markets().default_locale,
        payment: api.payment.clone(),
        mailbox: api.mailbox.as_ref().map(|_| super::mailbox::PATH.to_owned()),
    };
    Made::json(&config, Dependency::Shop)
}

/// A picture's file. It never changes: its address is the digest of its content.
#[utoipa::path(
    get, path = "/media/{id}/{file}", tag = "media",
    params(
        ("id" = String, Path, description = "The digest of the picture", pattern = "^[0-9a-f]{40}$"),
        ("file" = String, Path, description = "One of its widths, and .webp", pattern = "^[0-9]{1,5}\\.webp$"),
    ),
    responses(
        (status = OK, content_type = "image/webp", body = Vec<u8>),
        (status = NOT_MODIFIED, description = "The condition holds"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find_picture(
    State(api): State<Arc<Api>>,
    Segments((id, file)): Segments<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let not_found = || ApiError::not_found("picture_not_found", "There is no such picture.");
    let media: MediaId = id.parse().map_err(|_| not_found())?;
    let width = file.strip_suffix(".webp").and_then(plain_number).ok_or_else(not_found)?;
    let file = api.presenter.media.file(&media, width).await?.ok_or_else(not_found)?;
    let etag = HeaderValue::try_from(format!("\"{id}-{width}\"")).map_err(|error| ApiError::internal(&error))?;
    let lasting =
        [(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")), (ETAG, etag.clone())];
    if headers.get(IF_NONE_MATCH).is_some_and(|condition| matches_etag(condition, &etag)) {
        return Ok((StatusCode::NOT_MODIFIED, lasting).into_response());
    }
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static("image/webp"))];
    Ok((lasting, content_type, Body::from(file.bytes)).into_response())
}

/// A number as this shop writes it, so that each picture has one address.
fn plain_number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| number.to_string() == text)
}
