//! What is imported: a file, packed or not, a folder of files, or bytes in memory.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::Format;

/// How much is read at once.
const READ_BYTES: usize = 64 * 1024;

/// Where rows come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file, plain or packed by gzip; for [`Format::Jsonl`] also a folder, whose `.jsonl` files are read in the order
    /// of their names.
    Path(PathBuf),
    /// Files in memory with their names, in order.
    Memory(Vec<(String, Cow<'static, [u8]>)>),
}

/// Why a source cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// It is a folder, and the format wants a file.
    #[error("{0} is a folder: this format is imported from a file")]
    Folder(PathBuf),
    /// The folder has no file of the format.
    #[error("{0} has no .jsonl files")]
    Empty(PathBuf),
}

/// One file of a source.
#[derive(Clone, Debug)]
pub(super) struct SourceFile {
    /// What reports call it.
    pub(super) name: String,
    pub(super) bytes: u64,
    content: Content,
    /// What tells this state of it from another.
    stamp: String,
}

#[derive(Clone, Debug)]
enum Content {
    File(PathBuf),
    Memory(Cow<'static, [u8]>),
}

impl Source {
    /// The folder that pictures are looked for in.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Path(path) if path.is_dir() => Some(path.clone()),
            Self::Path(path) => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                Some(parent.unwrap_or(Path::new(".")).to_owned())
            }
            Self::Memory(_) => None,
        }
    }

    /// The files, in the order they are read.
    pub(super) fn files(&self, format: Format) -> Result<Vec<SourceFile>, SourceError> {
        match self {
            Self::Memory(files) => Ok(files.iter().map(in_memory).collect()),
            Self::Path(path) => {
                let unreadable = |source| SourceError::Unreadable { path: path.clone(), source };
                if !fs::metadata(path).map_err(unreadable)?.is_dir() {
                    return Ok(vec![on_disk(path)?]);
                }
                if format != Format::Jsonl {
                    return Err(SourceError::Folder(path.clone()));
                }
                let mut paths = Vec::new();
                for entry in fs::read_dir(path).map_err(unreadable)? {
                    let path = entry.map_err(unreadable)?.path();
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    if path.is_file() && (name.ends_with(".jsonl") || name.ends_with(".jsonl.gz")) {
                        paths.push(path);
                    }
                }
                if paths.is_empty() {
                    return Err(SourceError::Empty(path.clone()));
                }
                paths.sort();
                paths.iter().map(|path| on_disk(path)).collect()
            }
        }
    }
}

fn in_memory((name, bytes): &(String, Cow<'static, [u8]>)) -> SourceFile {
    SourceFile {
        name: name.clone(),
        bytes: bytes.len() as u64,
        content: Content::Memory(bytes.clone()),
        stamp: hexadecimal(&Sha256::digest(bytes)),
    }
}

fn on_disk(path: &Path) -> Result<SourceFile, SourceError> {
    let unreadable = |source| SourceError::Unreadable { path: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    let absolute = path.canonicalize().map_err(unreadable)?;
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or(0, |time| time.as_nanos());
    Ok(SourceFile {
        name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        bytes: metadata.len(),
        stamp: format!("{} {} {modified}", absolute.display(), metadata.len()),
        content: Content::File(absolute),
    })
}

/// Names the files in their present state, and what was asked of them.
pub(super) fn identity(files: &[SourceFile], asked: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(asked);
    for file in files {
        digest.update([0]);
        digest.update(&file.stamp);
    }
    hexadecimal(&digest.finalize()[..16])
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An opened file.
pub(super) struct Opened {
    pub(super) input: Box<dyn BufRead + Send>,
    pub(super) packed: bool,
}

impl SourceFile {
    /// Opens the file, unpacking it where its first bytes say that it is packed, and counts what is read of it.
    pub(super) fn open(&self, bytes_read: Arc<AtomicU64>) -> io::Result<Opened> {
        let raw: Box<dyn Read + Send> = match &self.content {
            Content::File(path) => Box::new(File::open(path)?),
            Content::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        };
        let mut input = BufReader::with_capacity(READ_BYTES, Counting { inner: raw, bytes_read });
        let packed = input.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let input: Box<dyn BufRead + Send> = if packed {
            Box::new(BufReader::with_capacity(READ_BYTES, MultiGzDecoder::new(input)))
        } else {
            Box::new(input)
        };
        Ok(Opened { input, packed })
    }
}

struct Counting<R> {
    inner: R,
    bytes_read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes_read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
