//! Turns: whoever writes to one record from this process waits for the others in it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::StoreError;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use super::key::hash_of;

/// Records that share a queue by chance wait for each other without need; with this many they rarely do.
const QUEUES: u64 = 256;

/// A queue for each record, or nearly.
///
/// Conditions alone keep writers apart, those of other processes too. But of n writers who read a record together all
/// but one fail and read again: n² requests until all are done, which a hot variant turns into a standstill (64 at once
/// entered 7 adjustments in 10 s on a busy engine). Where the writers can see each other, they line up.
#[derive(Clone)]
pub(super) struct Turns {
    queues: Arc<[Mutex<()>]>,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self { queues: (0..QUEUES).map(|_| Mutex::new(())).collect() }
    }

    /// Waits until it is one's turn to write to the record; it lasts until the guard is dropped.
    pub(super) async fn take(&self, record: &str, patience: Duration) -> Result<MutexGuard<'_, ()>, StoreError> {
        let queue = usize::try_from(hash_of(record) % QUEUES).unwrap_or_default();
        timeout(patience, self.queues[queue].lock()).await.map_err(|_| StoreError::Busy)
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Turns").finish_non_exhaustive()
    }
}
