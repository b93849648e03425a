//! Readers: connections that cannot write and never wait for the writer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ecom67_app::port::StoreError;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{Access, How, failed};

/// How long a reader is waited for.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);

/// Readers per core: some of them wait for the disk.
const READERS_PER_CORE: usize = 2;

pub(super) struct Readers {
    how: How,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub(super) fn new(how: How) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { how, places: Arc::new(Semaphore::new(cores * READERS_PER_CORE)), idle: Arc::default() }
    }

    pub(super) async fn run<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let place = tokio::time::timeout(WAIT_TIMEOUT, Arc::clone(&self.places).acquire_owned());
        let Ok(Ok(place)) = place.await else { return Err(StoreError::Busy) };
        let (how, idle) = (self.how.clone(), Arc::clone(&self.idle));
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = taken.map_or_else(|| how.open(Access::Read), Ok).map_err(failed)?;
            // One snapshot for everything that is read, released before the connection is put back.
            let snapshot = connection.unchecked_transaction().map_err(failed)?;
            let result = read(&snapshot);
            drop(snapshot);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        });
        task.await.map_err(StoreError::failed)?
    }

    /// Runs `read` on the caller's own thread if a reader is idle: to wake another thread, and be woken by it, takes longer
    /// than a few rows by their keys. Each statement sees a snapshot of its own.
    pub(super) async fn run_here<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let place = self.places.try_acquire();
        let idle = place.as_ref().ok().and_then(|_| self.take_idle());
        let Some(connection) = idle else {
            drop(place);
            return self.run(read).await;
        };
        let result = read(&connection);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        drop(place);
        result
    }

    fn take_idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}
