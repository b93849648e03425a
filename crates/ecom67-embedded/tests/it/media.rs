//! Pictures: kept once, in a set of widths, and never trusted.

mod kept;
mod killed;
pub(crate) mod pictures;
mod refused;

use std::path::{Path, PathBuf};

use ecom67_embedded::media::FolderMediaStore;
use tempfile::TempDir;

/// A store of pictures in a folder that goes with it.
struct Pictures {
    store: FolderMediaStore,
    folder: TempDir,
}

impl Pictures {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a test");
        let store = FolderMediaStore::open(folder.path()).expect("an empty folder becomes a store of pictures");
        Self { store, folder }
    }

    /// The names in the folder of what is not finished.
    fn unfinished(&self) -> Vec<PathBuf> {
        names_in(&self.folder.path().join("unfinished"))
    }

    /// The folders of the pictures that are kept.
    fn kept(&self) -> Vec<PathBuf> {
        kept_in(self.folder.path())
    }
}

fn names_in(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

fn kept_in(root: &Path) -> Vec<PathBuf> {
    let shelves = names_in(root).into_iter().filter(|path| !path.ends_with("unfinished"));
    shelves.flat_map(|shelf| names_in(&shelf)).collect()
}
