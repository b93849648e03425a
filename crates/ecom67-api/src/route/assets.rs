//! The web apps' files: compressed when they were built, given away as they are.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH, VARY};

use super::Api;
use super::deliver::matches_etag;
use crate::answer::Encoding;
use crate::parameters::Segments;
use crate::problem::ApiError;

/// One file of the web apps.
#[derive(Clone, Debug)]
pub struct AssetFile {
    /// Its path below the root, such as `assets/main-4f2a.js`.
    pub path: String,
    /// Its content.
    pub bytes: Bytes,
}

#[derive(Clone, Debug)]
struct Asset {
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
    content_type: &'static str,
    etag: HeaderValue,
}

/// The files of the web apps.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    files: HashMap<String, Asset>,
}

impl Assets {
    /// Takes the files of a build: `NAME.br` and `NAME.gz` are NAME, compressed.
    pub fn new(files: impl IntoIterator<Item = AssetFile>) -> Self {
        let mut all: HashMap<String, Bytes> = files.into_iter().map(|file| (file.path, file.bytes)).collect();
        let compressed: Vec<String> =
            all.keys().filter(|path| path.ends_with(".br") || path.ends_with(".gz")).cloned().collect();
        let mut compressed: HashMap<String, Bytes> =
            compressed.into_iter().filter_map(|path| all.remove_entry(&path)).collect();
        let asset = |(path, plain): (String, Bytes)| {
            let etag = format!("\"{}\"", &blake3::hash(&plain).to_hex()[..32]);
            let asset = Asset {
                gzip: compressed.remove(&format!("{path}.gz")),
                brotli: compressed.remove(&format!("{path}.br")),
                content_type: content_type(&path),
                etag: HeaderValue::try_from(etag).expect("hexadecimal digits are a header's value"),
                plain,
            };
            (path, asset)
        };
        Self { files: all.into_iter().map(asset).collect() }
    }

    /// The content of a file.
    pub fn bytes(&self, path: &str) -> Option<&Bytes> {
        self.files.get(path).map(|asset| &asset.plain)
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The file as a response; `None` where there is none.
    pub(super) fn response(&self, path: &str, request: &HeaderMap, cache: &'static str) -> Option<Response> {
        let asset = self.files.get(path)?;
        let headers = [
            (ETAG, asset.etag.clone()),
            (CACHE_CONTROL, HeaderValue::from_static(cache)),
            (VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if request.get(IF_NONE_MATCH).is_some_and(|condition| matches_etag(condition, &asset.etag)) {
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        let (encoding, bytes) = match (Encoding::accepted(request), &asset.brotli, &asset.gzip) {
            (Encoding::Brotli, Some(brotli), _) => (Encoding::Brotli, brotli),
            (Encoding::Brotli | Encoding::Gzip, _, Some(gzip)) => (Encoding::Gzip, gzip),
            _ => (Encoding::Identity, &asset.plain),
        };
        let mut response = (headers, Body::from(bytes.clone())).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
        if let Some(encoding) = encoding.header() {
            response.headers_mut().insert(CONTENT_ENCODING, encoding);
        }
        Some(response)
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "public, no-cache";

fn not_found() -> ApiError {
    ApiError::not_found("file_not_found", "There is no such file.")
}

/// A file whose name holds a digest of its content.
pub(super) async fn hashed_file(
    State(api): State<Arc<Api>>,
    Segments(path): Segments<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    api.assets.response(&format!("assets/{path}"), &headers, IMMUTABLE).ok_or_else(not_found)
}

/// The page on which the API can be read and tried.
pub(super) async fn docs(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response, ApiError> {
    api.assets.response("docs/index.html", &headers, REVALIDATED).ok_or_else(not_found)
}

/// A file of that page.
pub(super) async fn docs_file(
    State(api): State<Arc<Api>>,
    Segments(path): Segments<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    api.assets.response(&format!("docs/{path}"), &headers, REVALIDATED).ok_or_else(not_found)
}

/// A file at the root of the site, such as its icon.
pub(super) fn root_file(api: &Api, path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.trim_start_matches('/');
    let is_at_root = !name.is_empty() && !name.contains('/') && !name.starts_with('.');
    if is_at_root { api.assets.response(name, headers, REVALIDATED) } else { None }
}
