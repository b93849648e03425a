//! Products, lists and search.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use ecom67_app::kept::Dependency;

use super::Api;
use super::deliver::{Made, moved};
use crate::parameters::{
    CategoriesParameters, ListParameters, LocaleParameters, Parameters, PopularParameters, SearchParameters, Segments,
    SuggestParameters,
};
use crate::present::ProductAnswer;
use crate::problem::{ApiError, Problem};
use crate::view;

/// Lists products: all, those of a category or those of a collection.
#[utoipa::path(
    get, path = "/api/products", tag = "catalog", params(ListParameters),
    responses(
        (status = OK, body = view::ProductList),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such category or collection", body = Problem,
            content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The shop is too busy, or the search is down; `Retry-After` says when to try again",
            body = Problem, content_type = "application/problem+json"),
        (status = REQUEST_HEADER_FIELDS_TOO_LARGE, description = "Address and headers have more than 32 KiB; no body"),
    )
)]
pub(super) async fn list_products(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<ListParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    let listed = api.presenter.list(&audience, &parameters, "").await?;
    Made::json(&listed.list, listed.dependency)
}

/// Searches products.
#[utoipa::path(
    get, path = "/api/search", tag = "catalog", params(SearchParameters),
    responses(
        (status = OK, body = view::SearchResults),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such category or collection", body = Problem,
            content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The shop is too busy, or the search is down; `Retry-After` says when to try again",
            body = Problem, content_type = "application/problem+json"),
        (status = REQUEST_HEADER_FIELDS_TOO_LARGE, description = "Address and headers have more than 32 KiB; no body"),
    )
)]
pub(super) async fn search_products(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<SearchParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    let searched = api.presenter.search(&audience, &parameters).await?;
    Ok(Made::json(&searched.results, searched.dependency)?.of_search(searched.counted))
}

/// Suggests what somebody may mean who is still typing: queries, categories and products.
#[utoipa::path(
    get, path = "/api/suggest", tag = "catalog", params(SuggestParameters),
    responses(
        (status = OK, body = view::Suggestions),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The shop is too busy, or the search is down; `Retry-After` says when to try again",
            body = Problem, content_type = "application/problem+json"),
        (status = REQUEST_HEADER_FIELDS_TOO_LARGE, description = "Address and headers have more than 32 KiB; no body"),
    )
)]
pub(super) async fn suggest(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<SuggestParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    let (suggestions, dependency) = api.presenter.suggest(&audience, &parameters.text()).await?;
    Made::json(&suggestions, dependency)
}

/// What people look at, as far as it is sold in the market.
#[utoipa::path(
    get, path = "/api/popular", tag = "catalog", params(PopularParameters),
    responses(
        (status = OK, body = view::PopularProducts),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, description = "The shop is too busy", body = Problem,
            content_type = "application/problem+json"),
    )
)]
pub(super) async fn list_popular(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<PopularParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    let (products, dependency) = api.presenter.popular(&audience, parameters.checked_limit()?).await?;
    Made::json(&products, dependency)
}

/// A product by its slug. An old slug answers with the way to the present one, and so does a product's code, behind a
/// `~` where a slug could be taken for it.
#[utoipa::path(
    get, path = "/api/products/{slug}", tag = "catalog",
    params(("slug" = String, Path, description = "The product's part of the address"), LocaleParameters),
    responses(
        (status = OK, body = view::Product),
        (status = PERMANENT_REDIRECT, description = "The product goes by another slug"),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find_product(
    State(api): State<Arc<Api>>,
    Segments(slug): Segments<String>,
    Parameters(parameters): Parameters<LocaleParameters>,
) -> Result<Response, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    match api.presenter.product(&audience, &slug).await? {
        ProductAnswer::Found(product, dependency) => Ok(Made::json(&product, dependency)?.into_response()),
        ProductAnswer::Moved(slug) => moved(&format!("/api/products/{slug}?locale={}", audience.locale)),
    }
}

/// The categories as a tree: all, or in a large shop the upper levels that have no more than 500 together (the uppermost
/// in any case, as many of it).
#[utoipa::path(
    get, path = "/api/categories", tag = "catalog", params(CategoriesParameters),
    responses(
        (status = OK, body = view::Categories),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "No such category", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list_categories(
    State(api): State<Arc<Api>>,
    Parameters(parameters): Parameters<CategoriesParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    let categories = match &parameters.category {
        Some(slug) => api.presenter.category_way(&audience, slug).await?,
        None => api.presenter.categories(&audience).await?,
    };
    Made::json(&categories, Dependency::Shop)
}

/// A collection. Its products are listed by `/api/products?collection=`.
#[utoipa::path(
    get, path = "/api/collections/{slug}", tag = "catalog",
    params(("slug" = String, Path, description = "The collection's part of the address"), LocaleParameters),
    responses(
        (status = OK, body = view::Collection),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find_collection(
    State(api): State<Arc<Api>>,
    Segments(slug): Segments<String>,
    Parameters(parameters): Parameters<LocaleParameters>,
) -> Result<Made, ApiError> {
    let audience = api.presenter.audience(&parameters.locale)?;
    Made::json(&api.presenter.collection(&audience, &slug).await?, Dependency::Shop)
}
