//! Checkpoints: the write-ahead log is folded into the database beside the writer, so that no commit waits for it.
//!
//! Only two things are the writer's own affair. While it never rests, the log never stands still long enough to be
//! folded in to its very end, and so would grow for ever: then the writer is asked to fold in the last few frames
//! between two batches, and begins the log anew. And cutting the file takes the writer's lock: that is tried when nobody
//! writes, and given up at once when a reader is in the way (waiting for it would hold the writer up all the while).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// How often the size of the log is looked at.
const INTERVAL: Duration = Duration::from_millis(250);

/// From this size on the log is folded in while the writer goes on.
const FOLD_BYTES: u64 = 8 * 1024 * 1024;

/// A log of this size that has not grown for two intervals is cut to nothing.
const CUT_BYTES: u64 = 1024 * 1024;

/// From so many pages on (32 MiB) the writer is asked to begin the log anew.
const RESTART_PAGES: i64 = 8 * 1024;

pub(super) struct Maintenance {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Asks the writer to fold in what has come since the last checkpoint, and to begin the log anew.
#[derive(Clone, Default)]
pub(super) struct RestartRequest(Arc<AtomicBool>);

impl RestartRequest {
    fn make(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the request was made since it was last taken.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// What a look found.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Log {
    bytes: u64,
    /// Pages in use, where it was looked at so closely: the file keeps its size when the log begins anew.
    pages: Option<i64>,
}

impl Maintenance {
    pub(super) fn start(connection: Connection, wal: PathBuf, restart: RestartRequest) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new().name("sqlite-checkpoint".into()).spawn(move || {
            if let Err(error) = connection.busy_timeout(Duration::ZERO) {
                tracing::error!(%error, "checkpoints may hold the writer up");
            }
            let mut log = Log::default();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(INTERVAL) {
                log = look(&connection, &wal, log, &restart);
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
fn look(connection: &Connection, wal: &Path, before: Log, restart: &RestartRequest) -> Log {
    let bytes = std::fs::metadata(wal).map_or(0, |metadata| metadata.len());
    metrics::gauge!("ecom67_wal_bytes").set(bytes as f64);
    let has_grown = bytes != before.bytes;
    if bytes < CUT_BYTES || (has_grown && bytes < FOLD_BYTES) {
        return Log { bytes, pages: None };
    }
    let log = Log { bytes, pages: checkpoint(connection, "PASSIVE") };
    if log == before {
        // Nobody writes, and everything is folded in unless a reader is in the way: then the next look tries again.
        checkpoint(connection, "TRUNCATE");
    } else if log.pages.is_some_and(|pages| pages >= RESTART_PAGES) {
        // Once more, so that little is left to the writer.
        checkpoint(connection, "PASSIVE");
        restart.make();
    }
    log
}

/// Folds the log in, and returns how many pages it had; `None` where somebody else was doing so.
fn checkpoint(connection: &Connection, mode: &str) -> Option<i64> {
    let result = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), (), |row| row.get::<_, i64>(1));
    match result {
        Ok(pages) => u64::try_from(pages).ok().map(u64::cast_signed),
        Err(error) => {
            tracing::warn!(%error, mode, "a checkpoint failed");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> Connection {
        let connection = Connection::open(path).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        connection.busy_timeout(Duration::ZERO).unwrap();
        connection
    }

    fn write_megabytes(connection: &Connection, megabytes: u32) {
        let row = "INSERT INTO notes (text) VALUES (zeroblob(1024 * 1024))";
        for _ in 0..megabytes {
            connection.execute(row, ()).unwrap();
        }
    }

    struct Shop {
        _folder: tempfile::TempDir,
        wal: PathBuf,
        writer: Connection,
        checkpointer: Connection,
    }

    impl Shop {
        fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("shop.sqlite");
            let writer = open(&path);
            writer.execute_batch("CREATE TABLE notes (text)").unwrap();
            let checkpointer = open(&path);
            Self { wal: folder.path().join("shop.sqlite-wal"), _folder: folder, writer, checkpointer }
        }

        fn look(&self, before: Log, restart: &RestartRequest) -> Log {
            look(&self.checkpointer, &self.wal, before, restart)
        }

        fn log_bytes(&self) -> u64 {
            std::fs::metadata(&self.wal).unwrap().len()
        }
    }

    #[test]
    fn a_log_that_stands_still_is_cut() {
        let shop = Shop::open();
        let restart = RestartRequest::default();
        write_megabytes(&shop.writer, 2);

        let first = shop.look(Log::default(), &restart);
        let second = shop.look(first, &restart);
        assert!(shop.log_bytes() > CUT_BYTES);
        shop.look(second, &restart);

        assert_eq!(shop.log_bytes(), 0);
        assert!(!restart.take());
    }

    #[test]
    fn a_log_that_is_long_while_somebody_writes_is_folded_in_and_the_writer_asked_to_begin_anew() {
        let shop = Shop::open();
        let restart = RestartRequest::default();
        write_megabytes(&shop.writer, 40);

        shop.look(Log::default(), &restart);

        assert!(restart.take());
        assert!(!restart.take(), "a request is made once");
        let before = shop.log_bytes();
        write_megabytes(&shop.writer, 1);
        assert_eq!(shop.log_bytes(), before, "the log has begun anew within its file");
    }
}
