//! The simulator behind an address of its own.

use std::future::Future;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::Simulator;

/// How long connections have to end.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is over, and a little longer for requests that have begun.
pub async fn serve(
    listener: TcpListener,
    simulator: Simulator,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (sender, stopped) = oneshot::channel::<()>();
    let shutdown = async move {
        shutdown.await;
        drop(sender);
    };
    let server = axum::serve(listener, simulator.router()).with_graceful_shutdown(shutdown);
    tokio::select! {
        ended = server => ended,
        () = async {
            drop(stopped.await);
            tokio::time::sleep(DRAIN_TIMEOUT).await;
        } => Ok(()),
    }
}
