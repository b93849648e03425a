//! The end of what takes long and whose result nobody waits for any more.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::TantivyError;

/// Asks what takes long to end before it is done.
#[derive(Default)]
pub(super) struct Stop(AtomicBool);

impl Stop {
    /// Asks for it, once for all.
    pub(super) fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has been asked for.
    pub(super) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails once it has been asked for. Costs next to nothing: to be called for each of many small steps.
    pub(super) fn check(&self) -> tantivy::Result<()> {
        if self.is_requested() { Err(io::Error::from(io::ErrorKind::Interrupted).into()) } else { Ok(()) }
    }

    /// Whether it is what `error` tells of.
    pub(super) fn is_told_by(error: &TantivyError) -> bool {
        matches!(error, TantivyError::IoError(error) if error.kind() == io::ErrorKind::Interrupted)
    }
}
