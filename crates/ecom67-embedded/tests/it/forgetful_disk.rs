//! A disk that forgets what was not synced: a virtual file system for SQLite.
//!
//! Everything goes on to the real files, so that the database at work sees an ordinary disk. Beside it stands what a
//! power loss would leave: per file the bytes at its last sync and the writes since, per folder the names at its last
//! sync. The model is as strict as POSIX allows: a sync of a file says nothing of its name, which is durable only once
//! its folder was synced. (SQLite does that at the first sync of a new journal or log and at deletions that matter.)
//! Shared memory goes to the real disk alone, and is lost.

mod vfs;

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecom67_testkit::Random;

/// A write reaches the disk in pieces of this size, each or none of them.
const SECTOR: u64 = 512;

/// A disk that forgets.
pub(crate) struct ForgetfulDisk {
    name: String,
    state: Arc<State>,
}

/// Called after each operation that changes the disk, with what is on it.
pub(crate) type Watcher = Box<dyn FnMut(&Contents) + Send>;

#[derive(Default)]
struct State {
    contents: Mutex<Contents>,
    next_sync_fails: AtomicBool,
    watcher: Mutex<Option<Watcher>>,
}

/// What is on the disk, and what would be left of it.
#[derive(Clone, Default)]
pub(crate) struct Contents {
    /// Counts the operations that changed something.
    pub operations: u64,
    files: Vec<FileImage>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
}

#[derive(Clone, Default)]
struct FileImage {
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

/// A change of a file that no sync has followed yet.
#[derive(Clone)]
enum Pending {
    Write { at: u64, bytes: Arc<[u8]> },
    Truncate { length: u64 },
}

/// How the power fails.
pub(crate) enum PowerLoss<'chance> {
    /// Nothing that was not synced has reached the disk.
    Clean,
    /// Any part of it has: each 512 bytes of each write, each truncation and each name on its own.
    Torn(&'chance mut Random),
}

impl ForgetfulDisk {
    /// An empty disk, which SQLite knows by a name of its own.
    pub(crate) fn new() -> Self {
        let state = Arc::new(State::default());
        let name = format!("forgetful-{:p}", Arc::as_ptr(&state));
        vfs::register(&CString::new(name.clone()).expect("the name has no NUL"), Arc::clone(&state));
        Self { name, state }
    }

    /// The name by which a connection asks for this disk.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Calls `watcher` after each change from now on, while nothing else changes.
    pub(crate) fn watch(&self, watcher: impl FnMut(&Contents) + Send + 'static) {
        *self.state.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(watcher));
    }

    /// Fails the next sync of a file, and forgets what it should have kept, as Linux does: the next sync succeeds.
    pub(crate) fn fail_the_next_sync(&self) {
        self.state.next_sync_fails.store(true, Ordering::Relaxed);
    }

    /// Whether a sync is still to fail.
    pub(crate) fn is_failing(&self) -> bool {
        self.state.next_sync_fails.load(Ordering::Relaxed)
    }

    /// What is on the disk at this moment.
    pub(crate) fn contents(&self) -> Contents {
        self.state.contents().clone()
    }
}

impl State {
    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the contents and tells the watcher, as one step.
    fn change<T>(&self, change: impl FnOnce(&mut Contents) -> T) -> T {
        let mut contents = self.contents();
        let result = change(&mut contents);
        contents.operations += 1;
        if let Some(watcher) = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            watcher(&contents);
        }
        result
    }
}

impl Contents {
    /// The file of this name, which is made where it is missing.
    fn open(&mut self, name: PathBuf) -> usize {
        *self.names.entry(name).or_insert_with(|| {
            self.files.push(FileImage::default());
            self.files.len() - 1
        })
    }

    fn remove(&mut self, name: &Path) {
        self.names.remove(name);
    }

    fn write(&mut self, file: usize, at: u64, bytes: &[u8]) {
        self.files[file].pending.push(Pending::Write { at, bytes: bytes.into() });
    }

    fn truncate(&mut self, file: usize, length: u64) {
        self.files[file].pending.push(Pending::Truncate { length });
    }

    fn sync(&mut self, file: usize) {
        let FileImage { durable, pending } = &mut self.files[file];
        pending.drain(..).for_each(|change| change.apply(durable));
    }

    fn fail_to_sync(&mut self, file: usize) {
        self.files[file].pending.clear();
    }

    fn sync_names(&mut self) {
        self.durable_names = self.names.clone();
    }

    /// Writes into `folder` what `loss` leaves.
    pub(crate) fn write_what_is_left(&self, folder: &Path, mut loss: PowerLoss<'_>) {
        for (name, file) in self.names_left(&mut loss) {
            let bytes = self.files[file].left(&mut loss);
            let name = name.file_name().expect("files have names");
            fs::write(folder.join(name), bytes).expect("the real disk has room");
        }
    }

    fn names_left(&self, loss: &mut PowerLoss<'_>) -> BTreeMap<PathBuf, usize> {
        let mut left = self.durable_names.clone();
        if let PowerLoss::Torn(chance) = loss {
            let mut changed: Vec<&PathBuf> = self.names.keys().chain(self.durable_names.keys()).collect();
            changed.retain(|name| self.names.get(*name) != self.durable_names.get(*name));
            changed.dedup();
            for name in changed.into_iter().filter(|_| chance.one_in(2)) {
                match self.names.get(name) {
                    Some(file) => left.insert(name.clone(), *file),
                    None => left.remove(name),
                };
            }
        }
        left
    }
}

impl FileImage {
    fn left(&self, loss: &mut PowerLoss<'_>) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        if let PowerLoss::Torn(chance) = loss {
            // From nearly nothing to nearly everything, or the middle would be all that is ever seen.
            let kept_of_8 = chance.below(9);
            for change in &self.pending {
                for piece in change.pieces() {
                    if chance.below(8) < kept_of_8 {
                        piece.apply(&mut bytes);
                    }
                }
            }
        }
        bytes
    }
}

impl Pending {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Truncate { length } => bytes.resize(index(*length), 0),
            Self::Write { at, bytes: written } => {
                let (start, end) = (index(*at), index(*at) + written.len());
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[start..end].copy_from_slice(written);
            }
        }
    }

    /// The change as it may be torn: at the borders of sectors, never within.
    fn pieces(&self) -> Vec<Self> {
        let Self::Write { at, bytes } = self else { return vec![self.clone()] };
        let (mut pieces, mut done) = (Vec::new(), 0);
        while done < bytes.len() {
            let start = at + done as u64;
            let length = index(SECTOR - start % SECTOR).min(bytes.len() - done);
            pieces.push(Self::Write { at: start, bytes: bytes[done..done + length].into() });
            done += length;
        }
        pieces
    }
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("test files are small")
}

#[test]
fn what_was_not_synced_is_forgotten() {
    let mut disk = Contents::default();
    let file = disk.open("shop".into());
    disk.write(file, 0, b"kept");
    disk.sync(file);
    disk.sync_names();
    disk.write(file, 4, b" and forgotten");
    let folder = tempfile::tempdir().unwrap();

    disk.write_what_is_left(folder.path(), PowerLoss::Clean);

    assert_eq!(fs::read(folder.path().join("shop")).unwrap(), b"kept");
}

#[test]
fn a_synced_file_whose_folder_was_not_synced_is_not_found() {
    let mut disk = Contents::default();
    let file = disk.open("shop".into());
    disk.write(file, 0, b"kept, but where?");
    disk.sync(file);
    let folder = tempfile::tempdir().unwrap();

    disk.write_what_is_left(folder.path(), PowerLoss::Clean);

    assert!(!folder.path().join("shop").exists());
}

#[test]
fn a_write_is_torn_between_sectors_and_nowhere_else() {
    let mut disk = Contents::default();
    let file = disk.open("shop".into());
    disk.sync_names();
    disk.write(file, 100, &[7; 2_000]);

    let mut chance = Random::seeded(1);
    let left: Vec<Vec<u8>> = (0..50).map(|_| disk.files[file].left(&mut PowerLoss::Torn(&mut chance))).collect();

    let is_whole_or_absent = |sector: &[u8]| sector.iter().all(|byte| *byte == sector[0]);
    assert!(left.iter().all(|bytes| bytes.chunks(512).skip(1).all(is_whole_or_absent)));
    assert!(left.iter().any(|bytes| bytes.contains(&7) && bytes.iter().skip(100).any(|byte| *byte == 0)));
}
