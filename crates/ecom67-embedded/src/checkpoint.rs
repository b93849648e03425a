//! How far an import came, in a file that is whole or not there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use ecom67_app::import::{Checkpoint, CheckpointStore};
use ecom67_app::port::StoreError;

/// The checkpoint of the import that is under way, in a folder of its own.
#[derive(Clone, Debug)]
pub struct FileCheckpoints {
    folder: PathBuf,
}

impl FileCheckpoints {
    /// The checkpoint in `folder`, which is made where it is missing.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    fn file(&self) -> PathBuf {
        self.folder.join("checkpoint.json")
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let mut beside = tempfile::NamedTempFile::new_in(&self.folder)?;
        beside.write_all(bytes)?;
        beside.as_file().sync_all()?;
        beside.persist(self.file())?;
        File::open(&self.folder)?.sync_all()
    }
}

#[async_trait]
impl CheckpointStore for FileCheckpoints {
    async fn load(&self) -> Result<Option<Checkpoint>, StoreError> {
        let bytes = match fs::read(self.file()) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::failed(error)),
        };
        // One that an older release wrote is worth nothing: the import begins again, which changes nothing twice.
        Ok(serde_json::from_slice(&bytes).ok())
    }

    async fn save(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(checkpoint).map_err(StoreError::failed)?;
        let checkpoints = self.clone();
        // Syncing takes as long as the disk likes: not on a thread that others wait for.
        let written = tokio::task::spawn_blocking(move || checkpoints.write(&bytes));
        written.await.map_err(StoreError::failed)?.map_err(StoreError::failed)
    }

    async fn clear(&self) -> Result<(), StoreError> {
        match fs::remove_file(self.file()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::failed(error)),
            _ => Ok(()),
        }
    }
}
