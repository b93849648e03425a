//! The file of the ledger: records are only ever added, many callers share one sync, and nobody goes on before it.
//!
//! The file is a line that says what it is, and then frames. A frame is what was written and synced at once: its length, a
//! check of that, a digest of the records, and the records, one line of JSON each. Nothing follows a frame before it is on
//! the disk, so only the last can be torn, and nobody was told of what is in it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::watch;

use super::model::Record;

const FIRST_LINE: &[u8] = b"ecom67 simulator of Stripe, ledger 1\n";
const LENGTH_BYTES: usize = 4;
const CHECK_BYTES: usize = 4;
const DIGEST_BYTES: usize = 16;
const HEAD_BYTES: usize = LENGTH_BYTES + CHECK_BYTES + DIGEST_BYTES;
/// The largest frame: far above what all requests at once may add.
const FRAME_BYTES_MAX: usize = 256 * 1024 * 1024;
const FILE_NAME: &str = "payments.ledger";

/// Why a ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another process writes it.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// It is a file of something else, or of another version.
    #[error("{} is no ledger that this version can read", .0.display())]
    Foreign(PathBuf),
    /// Something that was on the disk is not what was written.
    #[error("{} is damaged at byte {position}: {what}; nothing was changed", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where.
        position: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The disk failed.
    #[error("{} cannot be read or written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) length: u32,
}

/// How far the disk is.
#[derive(Clone, Copy, Debug, Default)]
struct Synced {
    records: u64,
    /// Where the last frame ends: what stands behind it is being written.
    end: u64,
    has_failed: bool,
}

/// The disk has failed; what was asked for may or may not be on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DiskFailed;

/// What waits for the disk.
#[derive(Debug, Default)]
struct Waiting {
    /// Room for the head of the frame, and the records.
    buffer: Vec<u8>,
    /// Where the frame will stand that the buffer is to be.
    frame_at: u64,
    /// How many records were ever added.
    records: u64,
    is_closing: bool,
    has_failed: bool,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    is_wanted: Condvar,
    synced: watch::Sender<Synced>,
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub(super) struct Journal {
    shared: Arc<Shared>,
    file: Arc<File>,
    path: PathBuf,
    writer: Option<JoinHandle<()>>,
}

impl Journal {
    /// Opens the ledger in `folder`, tells `each` record of it, and cuts off a frame that was never finished.
    pub(super) fn open(folder: &Path, mut each: impl FnMut(Record, Place)) -> Result<Self, LedgerError> {
        let path = folder.join(FILE_NAME);
        let io_error = |source| LedgerError::Io { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(io_error)?;
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path).map_err(io_error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::InUse(path)),
            Err(TryLockError::Error(source)) => return Err(io_error(source)),
        }
        let length = file.metadata().map_err(io_error)?.len();
        let end = match begun(&file, length).map_err(io_error)? {
            Begun::No => {
                file.set_len(0).map_err(io_error)?;
                file.write_all_at(FIRST_LINE, 0).map_err(io_error)?;
                file.sync_all().map_err(io_error)?;
                // Or the file itself may be gone after a power cut.
                File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_error)?;
                FIRST_LINE.len() as u64
            }
            Begun::Foreign => return Err(LedgerError::Foreign(path)),
            Begun::Yes => replay(&file, &path, length, &mut each)?,
        };
        if end < length {
            tracing::warn!(bytes = length - end, "the last records of the simulator's ledger were never finished");
            file.set_len(end).and_then(|()| file.sync_all()).map_err(io_error)?;
        }
        let file = Arc::new(file);
        let waiting = Waiting { frame_at: end, buffer: vec![0; HEAD_BYTES], ..Waiting::default() };
        let shared = Arc::new(Shared {
            waiting: Mutex::new(waiting),
            is_wanted: Condvar::new(),
            synced: watch::Sender::new(Synced { end, ..Synced::default() }),
        });
        let writer = {
            let (shared, file) = (Arc::clone(&shared), Arc::clone(&file));
            std::thread::Builder::new().name("simulator-ledger".into()).spawn(move || write_frames(&shared, &file))
        };
        Ok(Self { shared, file, writer: Some(writer.map_err(io_error)?), path })
    }

    /// Adds a record, and says where it will stand and how many there are with it. Callers keep their own order.
    pub(super) fn add(&self, record: &Record) -> Result<(Place, u64), DiskFailed> {
        let mut waiting = self.shared.waiting();
        if waiting.has_failed {
            return Err(DiskFailed);
        }
        let before = waiting.buffer.len();
        let written = serde_json::to_writer(&mut waiting.buffer, record);
        let length = u32::try_from(waiting.buffer.len() - before);
        let (Ok(()), Ok(length)) = (written, length) else {
            waiting.buffer.truncate(before);
            return Err(DiskFailed);
        };
        waiting.buffer.push(b'\n');
        waiting.records += 1;
        let place = Place { offset: waiting.frame_at + before as u64, length };
        let records = waiting.records;
        drop(waiting);
        self.shared.is_wanted.notify_one();
        Ok((place, records))
    }

    /// How many of the records that were added are on the disk.
    pub(super) fn synced(&self) -> u64 {
        self.shared.synced.borrow().records
    }

    /// Waits until so many records are on the disk.
    pub(super) async fn wait_for(&self, records: u64) -> Result<(), DiskFailed> {
        let mut synced = self.shared.synced.subscribe();
        let is_done = |synced: &Synced| synced.has_failed || synced.records >= records;
        let reached = synced.wait_for(is_done).await.map_err(|_| DiskFailed)?;
        if reached.records >= records { Ok(()) } else { Err(DiskFailed) }
    }

    /// A record that is on the disk.
    pub(super) fn read(&self, place: Place) -> Result<Record, LedgerError> {
        let mut line = vec![0; place.length as usize];
        self.file
            .read_exact_at(&mut line, place.offset)
            .map_err(|source| LedgerError::Io { path: self.path.clone(), source })?;
        serde_json::from_slice(&line).map_err(|_| self.damaged(place.offset, "a record cannot be read"))
    }

    /// The records of the frame at `position`, and where the next one stands; nothing at the end. 0 is the first frame.
    pub(super) fn frame(&self, position: u64) -> Result<Option<(Vec<Record>, u64)>, LedgerError> {
        let position = position.max(FIRST_LINE.len() as u64);
        let io_error = |source| LedgerError::Io { path: self.path.clone(), source };
        if position >= self.shared.synced.borrow().end {
            return Ok(None);
        }
        let mut head = [0; HEAD_BYTES];
        self.file.read_exact_at(&mut head, position).map_err(io_error)?;
        let Head::Whole { length, digest } = Head::read(&head, position) else {
            return Err(self.damaged(position, "no frame begins here"));
        };
        let mut payload = vec![0; length];
        self.file.read_exact_at(&mut payload, position + HEAD_BYTES as u64).map_err(io_error)?;
        if digest_of(&payload) != digest {
            return Err(self.damaged(position, "the records are not what was written"));
        }
        let mut records = Vec::new();
        for (line, _) in lines(&payload) {
            records.push(serde_json::from_slice(line).map_err(|_| self.damaged(position, "a record cannot be read"))?);
        }
        Ok(Some((records, position + (HEAD_BYTES + length) as u64)))
    }

    fn damaged(&self, position: u64, what: &'static str) -> LedgerError {
        LedgerError::Damaged { path: self.path.clone(), position, what }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.waiting().is_closing = true;
        self.shared.is_wanted.notify_one();
        if let Some(writer) = self.writer.take() {
            drop(writer.join());
        }
    }
}

/// Writes and syncs what waits, until the journal is closed.
fn write_frames(shared: &Shared, file: &File) {
    let mut frame = Vec::new();
    let is_empty = |waiting: &Waiting| waiting.buffer.len() == HEAD_BYTES;
    loop {
        let (at, records) = {
            let mut waiting = shared.waiting();
            while is_empty(&waiting) && !waiting.is_closing {
                waiting = shared.is_wanted.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
            if is_empty(&waiting) {
                return;
            }
            frame.clear();
            frame.resize(HEAD_BYTES, 0);
            std::mem::swap(&mut frame, &mut waiting.buffer);
            let at = waiting.frame_at;
            waiting.frame_at += frame.len() as u64;
            (at, waiting.records)
        };
        let written = head_of(&frame[HEAD_BYTES..], at).and_then(|head| {
            frame[..HEAD_BYTES].copy_from_slice(&head);
            // In one piece, so that a process that is killed leaves the beginning of a frame or all of it.
            file.write_all_at(&frame, at)?;
            file.sync_data()
        });
        if let Err(error) = written {
            // What a failed sync has left on the disk is anybody's guess: nothing is added after it.
            tracing::error!(error = %error, "the simulator's ledger cannot be written; it answers no more");
            shared.waiting().has_failed = true;
            shared.synced.send_modify(|synced| synced.has_failed = true);
            return;
        }
        let end = at + frame.len() as u64;
        shared.synced.send_modify(|synced| *synced = Synced { records, end, ..*synced });
    }
}

fn head_of(payload: &[u8], at: u64) -> io::Result<[u8; HEAD_BYTES]> {
    let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= FRAME_BYTES_MAX);
    let length = length.ok_or_else(|| io::Error::other("too much was added at once"))?.to_le_bytes();
    let mut head = [0; HEAD_BYTES];
    head[..LENGTH_BYTES].copy_from_slice(&length);
    head[LENGTH_BYTES..LENGTH_BYTES + CHECK_BYTES].copy_from_slice(&check_of(length, at));
    head[LENGTH_BYTES + CHECK_BYTES..].copy_from_slice(&digest_of(payload));
    Ok(head)
}

/// So that a damaged length is never taken for a frame that goes beyond the end.
fn check_of(length: [u8; LENGTH_BYTES], at: u64) -> [u8; CHECK_BYTES] {
    let mut check = [0; CHECK_BYTES];
    blake3::Hasher::new().update(&length).update(&at.to_le_bytes()).finalize_xof().fill(&mut check);
    check
}

fn digest_of(payload: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut digest = [0; DIGEST_BYTES];
    blake3::Hasher::new().update(payload).finalize_xof().fill(&mut digest);
    digest
}

enum Head {
    Whole { length: usize, digest: [u8; DIGEST_BYTES] },
    Damaged,
}

impl Head {
    fn read(head: &[u8; HEAD_BYTES], at: u64) -> Self {
        let (mut length, mut digest) = ([0; LENGTH_BYTES], [0; DIGEST_BYTES]);
        length.copy_from_slice(&head[..LENGTH_BYTES]);
        digest.copy_from_slice(&head[LENGTH_BYTES + CHECK_BYTES..]);
        let bytes = u32::from_le_bytes(length) as usize;
        if check_of(length, at) != head[LENGTH_BYTES..LENGTH_BYTES + CHECK_BYTES] || bytes > FRAME_BYTES_MAX {
            return Self::Damaged;
        }
        Self::Whole { length: bytes, digest }
    }
}

/// The lines of a payload, and where each stands in it.
fn lines(payload: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut at = 0;
    payload.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        let begin = at;
        at += line.len();
        (line.strip_suffix(b"\n").unwrap_or(line), begin)
    })
}

enum Begun {
    /// Nothing was ever answered from it.
    No,
    Yes,
    Foreign,
}

fn begun(file: &File, length: u64) -> io::Result<Begun> {
    let mut line = vec![0; FIRST_LINE.len().min(usize::try_from(length).unwrap_or(usize::MAX))];
    file.read_exact_at(&mut line, 0)?;
    Ok(if line == FIRST_LINE {
        Begun::Yes
    } else if line.len() < FIRST_LINE.len() && (FIRST_LINE.starts_with(&line) || line.iter().all(|byte| *byte == 0)) {
        Begun::No
    } else {
        Begun::Foreign
    })
}

/// Reads every frame, and says where the last whole one ends.
fn replay(file: &File, path: &Path, length: u64, each: &mut impl FnMut(Record, Place)) -> Result<u64, LedgerError> {
    let io_error = |source| LedgerError::Io { path: path.to_owned(), source };
    let damaged = |position, what| LedgerError::Damaged { path: path.to_owned(), position, what };
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut position = FIRST_LINE.len() as u64;
    io::Seek::seek(&mut reader, io::SeekFrom::Start(position)).map_err(io_error)?;
    let mut payload = Vec::new();
    loop {
        let left = length - position;
        if left < HEAD_BYTES as u64 {
            return Ok(position);
        }
        let mut head = [0; HEAD_BYTES];
        reader.read_exact(&mut head).map_err(io_error)?;
        let Head::Whole { length: bytes, digest } = Head::read(&head, position) else {
            // Some file systems lengthen a file before what belongs there: a tail of zeros was never synced.
            let is_unwritten = head.iter().all(|byte| *byte == 0) && is_zero(&mut reader).map_err(io_error)?;
            return if is_unwritten { Ok(position) } else { Err(damaged(position, "the head of a frame is wrong")) };
        };
        if left - (HEAD_BYTES as u64) < bytes as u64 {
            return Ok(position);
        }
        payload.resize(bytes, 0);
        reader.read_exact(&mut payload).map_err(io_error)?;
        if digest_of(&payload) != digest {
            // After a power cut the last frame may have its length and not all of its pages.
            let is_last = position + (HEAD_BYTES + bytes) as u64 == length;
            if is_last && has_hole(&payload) {
                return Ok(position);
            }
            return Err(damaged(position, "the records are not what was written"));
        }
        for (line, begin) in lines(&payload) {
            let offset = position + (HEAD_BYTES + begin) as u64;
            let record = serde_json::from_slice(line).map_err(|_| damaged(offset, "a record cannot be read"))?;
            let length = u32::try_from(line.len()).map_err(|_| damaged(offset, "a record is too long"))?;
            each(record, Place { offset, length });
        }
        position += (HEAD_BYTES + bytes) as u64;
    }
}

/// Whether as much is missing as disks write at once. Records have no byte of zero.
fn has_hole(payload: &[u8]) -> bool {
    const SECTOR: usize = 512;
    let runs = payload.split(|byte| *byte != 0).map(<[u8]>::len);
    payload.last() == Some(&0) || runs.max().unwrap_or_default() >= SECTOR
}

fn is_zero(reader: &mut impl Read) -> io::Result<bool> {
    let mut chunk = [0; 8_192];
    loop {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            return Ok(true);
        }
        if chunk[..read].iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
    }
}
