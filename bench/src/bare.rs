//! The bare limit: a server that does nothing but hand out answers that lie ready.
//!
//! It has the shop's accept loop, its whole stack of middleware, its logging, its metrics and its allocator. It asks the
//! shop for every answer once and from then on gives the same bytes with the same headers, found by their path in a map.
//! What the shop is slower than this is what the shop itself costs.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use ecom67_api::edge;
use ecom67_api::server::{self, ServerLimits};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::client::{Accept, Connection, request};

const METRICS_INTERVAL: std::time::Duration = std::time::Duration::from_secs(5);

/// How many connections answers are fetched over.
const FETCHERS: usize = 4;

/// The smallest answer there is, to see what the stack alone takes.
pub(crate) const TINY_PATH: &str = "/tiny";

/// What every answer gets from the stack here as it does there.
const HEADERS_OF_THE_STACK: [&str; 8] = [
    "content-length",
    "content-security-policy",
    "cross-origin-opener-policy",
    "date",
    "permissions-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-request-id",
];

#[derive(Debug)]
struct Kept {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

type Answers = HashMap<String, Kept>;

/// Fetches the answers for the paths in a file, one a line, and serves them until it is told to stop.
pub(crate) async fn serve(shop: SocketAddr, paths: &Path) -> Result<()> {
    start_logging();
    let paths = std::fs::read_to_string(paths).with_context(|| format!("cannot read {}", paths.display()))?;
    let answers = Arc::new(fetch(shop, paths.lines().map(ToOwned::to_owned).collect()).await?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (end, ending) = watch::channel(false);
    start_metrics()?;
    let serving = tokio::spawn(server::serve(listener, router(answers), ServerLimits::default(), ending));
    println!("listening on http://{address}");
    signal(SignalKind::terminate())?.recv().await;
    end.send_replace(true);
    serving.await.context("the server ended badly")
}

/// The shop's routes as far as they are asked for, so that finding one takes as long.
fn router(answers: Arc<Answers>) -> Router {
    let routes = Router::new()
        .route("/api/products", get(give))
        .route("/api/products/{slug}", get(give))
        .route("/api/search", get(give))
        .route("/api/categories", get(give))
        .route("/api/home", get(give))
        .route(TINY_PATH, get(|| async { "twenty bytes, no more" }))
        .fallback(give);
    edge::around(routes).with_state(answers)
}

async fn give(State(answers): State<Arc<Answers>>, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let Some(kept) = answers.get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::from(kept.body.clone()));
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in &kept.headers {
        headers.insert(name.clone(), value.clone());
    }
    response
}

async fn fetch(shop: SocketAddr, paths: Vec<String>) -> Result<Answers> {
    let paths = Arc::new(paths);
    let fetchers = (0..FETCHERS).map(|first| {
        let paths = Arc::clone(&paths);
        tokio::spawn(async move {
            let mut connection = Connection::open(shop).await.context("the shop does not listen")?;
            let mut answers = Vec::new();
            for path in paths.iter().skip(first).step_by(FETCHERS) {
                answers.push((path.clone(), fetch_one(&mut connection, path).await?));
            }
            Ok::<_, anyhow::Error>(answers)
        })
    });
    let mut answers = Answers::new();
    for fetcher in fetchers.collect::<Vec<_>>() {
        answers.extend(fetcher.await??);
    }
    Ok(answers)
}

async fn fetch_one(connection: &mut Connection, path: &str) -> Result<Kept> {
    let request = request(path, Accept::Brotli);
    let answer = connection.ask_in_time(&request).await.with_context(|| path.to_owned())?;
    if answer.status != 200 {
        bail!("{path} was answered with {}", answer.status);
    }
    let mut headers = Vec::new();
    for (name, value) in answer.headers()? {
        if !HEADERS_OF_THE_STACK.contains(&name.as_str()) {
            headers.push((HeaderName::try_from(name)?, HeaderValue::try_from(value)?));
        }
    }
    Ok(Kept { headers, body: Bytes::copy_from_slice(answer.body) })
}

/// As the shop does where nobody watches: JSON to the standard error.
fn start_logging() {
    let filter = EnvFilter::try_from_env("ECOM67_LOG").unwrap_or_else(|_| EnvFilter::new("info,tantivy=warn"));
    let layer = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(layer).init();
}

/// As the shop does.
fn start_metrics() -> Result<()> {
    let recorder = PrometheusBuilder::new().set_buckets(&edge::DURATION_BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("metrics were started twice")?;
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(METRICS_INTERVAL).await;
            handle.run_upkeep();
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn listening(router: Router) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ending) = watch::channel(false);
        tokio::spawn(async move {
            let _end = end;
            server::serve(listener, router, ServerLimits::default(), ending).await;
        });
        address
    }

    #[tokio::test]
    async fn it_gives_the_same_bytes_and_headers_as_the_shop() {
        let shop = edge::around(Router::new().route("/api/products", get(|| async { ([("etag", "W/\"1\"")], "{}") })));
        let shop = listening(shop).await;
        let path = "/api/products?limit=20";
        let answers = Arc::new(fetch(shop, vec![path.to_owned()]).await.unwrap());
        let bare = listening(router(answers)).await;

        let mut seen = Vec::new();
        for address in [shop, bare] {
            let mut connection = Connection::open(address).await.unwrap();
            let request = request(path, Accept::Brotli);
            let answer = connection.ask(&request).await.unwrap();
            let mut headers = answer.headers().unwrap();
            headers.retain(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"));
            headers.sort();
            seen.push((answer.status, headers, answer.body.to_vec()));
        }

        assert_eq!(seen[0], seen[1]);
        assert!(seen[0].1.iter().any(|(name, _)| name == "etag"));
    }
}
