//! What browsers tell of what people do: a result was followed, a product was looked at. Nothing in it is about who.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use ecom67_app::search::QUERY_LENGTH_MAX;
use ecom67_app::search_log::POSITION_MAX;
use ecom67_domain::{Product, ProductCode};
use hyper::StatusCode;
use hyper::header::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::Api;
use crate::body::{is_from_here, read_json};
use crate::person::is_somebody;
use crate::present::{Audience, numbers};
use crate::problem::{ApiError, Problem};

/// The most bytes of a signal: the longest query takes less than half.
const SIGNAL_BYTES_MAX: usize = 2_048;

/// A product that was followed from a list of results, or from suggestions.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Click {
    /// Language and country, such as `de-de`.
    #[schema(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    locale: String,
    /// The product's code.
    #[schema(max_length = 64)]
    product: String,
    /// The words whose results it was among, with `position`; neither where it was suggested.
    #[schema(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Its place among them, from 1.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<u32>,
}

/// A product whose page was looked at.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductView {
    /// Language and country, such as `de-de`.
    #[schema(pattern = "^[a-z]{2}-[a-z]{2}$", example = "en-gb")]
    locale: String,
    /// The product's code.
    #[schema(max_length = 64)]
    product: String,
}

/// Counts that a result was followed.
#[utoipa::path(
    post, path = "/api/clicks", tag = "signals", request_body = Click,
    responses(
        (status = NO_CONTENT, description = "Counted, or from a robot"),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "From a page of another site", body = Problem,
            content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such product", body = Problem,
            content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "Not JSON", body = Problem,
            content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "More than the shop counts in a second", body = Problem,
            content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn count_click(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let click: Click = signal(&headers, body).await?;
    let audience = api.presenter.audience(&click.locale)?;
    let found = match (&click.q, click.position) {
        (None, None) => None,
        (Some(words), Some(position)) => Some((checked_words(words)?, checked_position(position)?)),
        _ => return Err(ApiError::invalid("position", "click_incomplete", "Words and a position belong together.")),
    };
    let product = product(&api, &audience, &click.product).await?;
    if is_taken(&api, &headers)? {
        let numbers = numbers(&product);
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        api.presenter.log.clicked(&audience.scope(), product.code.clone(), found, &numbers);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Counts that the page of a product was looked at.
#[utoipa::path(
    post, path = "/api/views", tag = "signals", request_body = ProductView,
    responses(
        (status = NO_CONTENT, description = "Counted, or from a robot"),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = FORBIDDEN, description = "From a page of another site", body = Problem,
            content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such product", body = Problem,
            content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "Not JSON", body = Problem,
            content_type = "application/problem+json"),
        (status = TOO_MANY_REQUESTS, description = "More than the shop counts in a second", body = Problem,
            content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn count_view(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let view: ProductView = signal(&headers, body).await?;
    let audience = api.presenter.audience(&view.locale)?;
    let product = product(&api, &audience, &view.product).await?;
    if is_taken(&api, &headers)? {
        api.presenter.log.viewed(&audience.scope(), product.code.clone());
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Reads what a page of this shop has sent.
async fn signal<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, ApiError> {
    if !is_from_here(headers) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "other_site", "Only pages of this shop tell of clicks."));
    }
    read_json(headers, body, SIGNAL_BYTES_MAX).await
}

fn checked_words(words: &str) -> Result<&str, ApiError> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > QUERY_LENGTH_MAX {
        let detail = format!("Words have 1 to {QUERY_LENGTH_MAX} characters.");
        return Err(ApiError::invalid("q", "query_invalid", detail));
    }
    Ok(words)
}

fn checked_position(position: u32) -> Result<u32, ApiError> {
    if (1..=POSITION_MAX).contains(&position) {
        Ok(position)
    } else {
        let detail = format!("A position is a number from 1 to {POSITION_MAX}.");
        Err(ApiError::invalid("position", "position_invalid", detail))
    }
}

/// A product that can be seen in the market.
async fn product(api: &Api, audience: &Audience, code: &str) -> Result<Product, ApiError> {
    let not_found = || ApiError::not_found("product_not_found", "There is no such product.");
    let code: ProductCode = code.parse().map_err(|_| not_found())?;
    let stored = api.presenter.products.find(&code).await?;
    let product = stored.map(|stored| stored.value).filter(Product::is_visible).ok_or_else(not_found)?;
    let is_sold = product.variants.iter().any(|variant| variant.prices.contains_key(&audience.market.code));
    if is_sold { Ok(product) } else { Err(not_found()) }
}

/// Whether it is counted: not what robots do. More than a shop can have at once is refused.
fn is_taken(api: &Api, headers: &HeaderMap) -> Result<bool, ApiError> {
    if !is_somebody(headers) {
        return Ok(false);
    }
    if !api.presenter.log.takes_signals() {
        let detail = "The shop counts no more of these just now.";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_signals", detail));
    }
    Ok(true)
}
