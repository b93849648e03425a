//! The data folder: everything a shop on one machine consists of, held by one process at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const DATABASE: &str = "shop.sqlite";

/// A data folder that this process holds. It is free again when the value is dropped, or the process ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

/// Why a data folder cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process holds it.
    #[error("the data folder {0} is in use by another process")]
    InUse(PathBuf),
    /// There is no shop in it.
    #[error("there is no shop in the folder {0}")]
    NoShop(PathBuf),
    /// The operating system refuses.
    #[error("the data folder {path} cannot be used")]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
}

impl DataFolder {
    /// Makes the folder where it is missing, and holds it.
    pub fn hold(path: &Path) -> Result<Self, FolderError> {
        let failed = |source| FolderError::Io { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(failed)?;
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Holds the folder if there is a shop in it, and makes nothing where there is none: a name that was mistyped must
    /// not become an empty shop that is found whole.
    pub fn hold_existing(path: &Path) -> Result<Self, FolderError> {
        if path.join(DATABASE).is_file() { Self::hold(path) } else { Err(FolderError::NoShop(path.to_owned())) }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// The index's folder.
    pub fn index(&self) -> PathBuf {
        self.path.join("index")
    }

    /// The pictures' folder.
    pub fn media(&self) -> PathBuf {
        self.path.join("media")
    }

    /// Where imports note how far they came.
    pub fn checkpoints(&self) -> PathBuf {
        self.path.join("imports")
    }

    /// Where the payment simulator keeps its ledger.
    pub fn payments(&self) -> PathBuf {
        self.path.join("payments")
    }

    /// Where a demo keeps its mails.
    pub fn mailbox(&self) -> PathBuf {
        self.path.join("mailbox")
    }

    /// Where the shop's own keys are kept.
    pub fn secrets(&self) -> PathBuf {
        self.path.join("secrets")
    }

    /// The socket through which commands reach the process that holds the folder.
    pub fn socket(path: &Path) -> PathBuf {
        path.join("control.sock")
    }
}
