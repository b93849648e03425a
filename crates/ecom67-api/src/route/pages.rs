//! Every address that is none of the API's: the shop's pages, and the files at the root of the site.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};

use super::{Api, assets};
use crate::problem::ApiError;

/// What begins with this is a program's: it gets a problem, never a page.
const API_PATHS: &str = "/api/";

pub(super) async fn page(State(api): State<Api>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with(API_PATHS) {
        return ApiError::not_found("route_not_found", "The API has no such address.").into_response();
    }
    if let Some(file) = assets::root_file(&api, path, request.headers()) {
        return file;
    }
    ApiError::not_found("route_not_found", "There is no such page.").into_response()
}
