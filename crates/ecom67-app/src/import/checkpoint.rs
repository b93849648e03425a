//! How far an import came, so that it goes on from there after a crash.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::report::Counts;
use crate::port::StoreError;

/// How far an import came: everything before it is in the store, and nothing behind it needs to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Names the source and what was asked of it; a changed file is another source.
    pub source: String,
    /// Names the run: part of each stock adjustment's token, so that none is made twice.
    pub run: String,
    /// Where to read on.
    pub place: Place,
    /// How many bytes of the report file belong to what is done.
    pub report_bytes: u64,
    /// What was counted so far.
    pub counts: Counts,
    /// How many definitions were made so far.
    pub definitions: u64,
}

/// A place between two records of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Which of the source's files, from 0.
    pub file: usize,
    /// Bytes before the place, unpacked.
    pub offset: u64,
    /// Lines before the place.
    pub lines: u64,
}

/// Keeps the checkpoint of the import that is under way in a shop: there is one at a time.
#[async_trait]
pub trait CheckpointStore: Send + Sync {
    /// The last checkpoint that was saved and not cleared.
    async fn load(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// Keeps a checkpoint in place of the last. It is whole or not there at all, whenever the process dies.
    async fn save(&self, checkpoint: &Checkpoint) -> Result<(), StoreError>;

    /// Forgets it: the import is done.
    async fn clear(&self) -> Result<(), StoreError>;
}

/// Keeps no checkpoints: an import that is interrupted begins again.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCheckpoints;

#[async_trait]
impl CheckpointStore for NoCheckpoints {
    async fn load(&self) -> Result<Option<Checkpoint>, StoreError> {
        Ok(None)
    }

    async fn save(&self, _: &Checkpoint) -> Result<(), StoreError> {
        Ok(())
    }

    async fn clear(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
