//! Checkpoints: the write-ahead log is folded into the database beside the writer, never by it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// How often the size of the log is looked at.
const INTERVAL: Duration = Duration::from_millis(250);

/// From this size on the log is folded in while the writer goes on.
const FOLD_BYTES: u64 = 8 * 1024 * 1024;

/// A log of this size that has not grown for one interval is also cut to nothing.
const CUT_BYTES: u64 = 1024 * 1024;

pub(super) struct Maintenance {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Maintenance {
    pub(super) fn start(connection: Connection, wal: PathBuf) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new().name("sqlite-checkpoint".into()).spawn(move || {
            let mut bytes_before = 0;
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(INTERVAL) {
                bytes_before = look(&connection, &wal, bytes_before);
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Maintenance {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; the log's size is far below 2^52")]
fn look(connection: &Connection, wal: &Path, bytes_before: u64) -> u64 {
    let bytes = std::fs::metadata(wal).map_or(0, |metadata| metadata.len());
    metrics::gauge!("ecom67_wal_bytes").set(bytes as f64);
    let idle = bytes == bytes_before;
    let mode = match bytes {
        CUT_BYTES.. if idle => "TRUNCATE",
        FOLD_BYTES.. => "PASSIVE",
        _ => return bytes,
    };
    // A reader may keep it from finishing: then the next look tries again.
    let result = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), (), |_| Ok(()));
    if let Err(error) = result {
        tracing::warn!(%error, mode, "a checkpoint failed");
    }
    bytes
}
