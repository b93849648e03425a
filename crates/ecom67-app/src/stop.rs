//! The end of what goes on beside the requests.

use tokio::sync::watch;

/// Waits until it is time to stop; whoever could say so having gone means the same.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}
