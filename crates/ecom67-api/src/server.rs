//! The accept loop: what `axum::serve` leaves open. Headers, silence, slow readers, connections and the end all have a
//! limit.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use ecom67_app::stopped;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use crate::client::Peer;

/// What a server bears.
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// Connections at once; more wait to be accepted.
    pub connections_max: usize,
    /// How long a request's head may take, the wait for the next one included.
    pub header_timeout: Duration,
    /// How long a client may take nothing of an answer, or send nothing of a body.
    pub stall_timeout: Duration,
    /// How long a connection may last: then it ends after its present answer.
    pub connection_age_max: Duration,
    /// How long connections have to end when the server stops.
    pub drain_timeout: Duration,
    /// The most bytes of a request's head.
    pub header_bytes_max: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections_max: 10_000,
            header_timeout: Duration::from_secs(20),
            stall_timeout: Duration::from_secs(20),
            connection_age_max: Duration::from_secs(600),
            drain_timeout: Duration::from_secs(10),
            header_bytes_max: 32 * 1024,
        }
    }
}

/// How long a connection has to end once its age is up.
const LAST_ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait when the system has no room for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` until `stop` says so, then lets connections end.
pub async fn serve(listener: TcpListener, router: Router, limits: ServerLimits, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let mut connections = JoinSet::new();
    let stop_connections = stop.clone();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            accepted = accept(&listener, &places) => accepted,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection's task ended badly");
                }
                continue;
            }
        };
        match accepted {
            Ok((stream, peer, place)) => {
                let (router, stop) = (router.clone(), stop_connections.clone());
                connections.spawn(async move {
                    serve_connection(stream, peer, router, limits, stop).await;
                    drop(place);
                });
            }
            // Gone before it was let in: the next one waits already.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain_timeout, drained).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections were cut: they did not end in time");
        connections.shutdown().await;
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, Peer, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, peer): (TcpStream, SocketAddr) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, Peer(peer.ip()), place))
}

async fn serve_connection(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    limits: ServerLimits,
    mut stop: watch::Receiver<bool>,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stall_timeout));
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(limits.header_bytes_max.max(8_192))
        .max_headers(64);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.header_timeout)
        .keep_alive_timeout(limits.stall_timeout)
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(limits.header_bytes_max).unwrap_or(u32::MAX));
    let stream = TokioIo::new(Box::pin(stream));
    let has_asked = Arc::new(AtomicBool::new(false));
    let service = {
        let (has_asked, service) = (Arc::clone(&has_asked), TowerToHyperService::new(router));
        service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            has_asked.store(true, Ordering::Relaxed);
            service.call(request)
        })
    };
    // A WebSocket is its own task from then on, with limits of its own.
    let connection = builder.serve_connection_with_upgrades(stream, service);
    tokio::pin!(connection);
    // Until the first bytes tell which protocol is spoken, hyper's own limits do not hold.
    let silence = async {
        tokio::time::sleep(limits.header_timeout).await;
        if has_asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = silence => {
            metrics::counter!("ecom67_http_connection_errors_total").increment(1);
            return;
        }
        () = tokio::time::sleep(limits.connection_age_max) => {
            connection.as_mut().graceful_shutdown();
            let Ok(result) = tokio::time::timeout(LAST_ANSWER_TIMEOUT, connection).await else { return };
            result
        }
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        // Clients go away, are slow or speak nonsense: theirs to know, ours to count.
        metrics::counter!("ecom67_http_connection_errors_total").increment(1);
        tracing::debug!(%error, "a connection ended early");
    }
}
