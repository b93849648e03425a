//! Reads a source on a thread of its own, and hands its rows over in chunks.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::Sender;

use super::ImportError;
use super::checkpoint::Place;
use super::records::{Next, RECORD_BYTES_MAX, Records, Shape};
use super::report::Problem;
use super::rows::{Mapper, Record, Row};
use super::source::{Opened, SourceError, SourceFile};

/// The most rows of a chunk.
const CHUNK_ROWS_MAX: usize = 512;
/// A chunk is handed over when its records have so many bytes.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Rows in the order of the file, what they need before them.
pub(super) type Chunk = Vec<Row>;

pub(super) struct Reader {
    pub(super) files: Vec<SourceFile>,
    /// Where an earlier run came to.
    pub(super) start: Place,
    pub(super) mapper: Box<dyn Mapper>,
    pub(super) chunks: Sender<Result<Chunk, ImportError>>,
    pub(super) bytes_read: Arc<AtomicU64>,
}

/// Nobody takes chunks any more.
struct Gone;

impl Reader {
    /// Reads to the end, or until nobody takes the chunks.
    pub(super) fn run(mut self) {
        let files = std::mem::take(&mut self.files);
        let mut pending = Pending { rows: Vec::new(), bytes: 0, place: self.start };
        for (index, file) in files.iter().enumerate() {
            if index < self.start.file {
                self.bytes_read.fetch_add(file.bytes, Ordering::Relaxed);
                continue;
            }
            let start = if index == self.start.file { self.start } else { Place { file: index, ..Place::default() } };
            match self.read_file(file, start, &mut pending) {
                Ok(()) => {}
                Err(ReadError::Gone(Gone)) => return,
                Err(ReadError::Import(error)) => {
                    if self.hand_over(&mut pending).is_ok() {
                        drop(self.chunks.blocking_send(Err(error)));
                    }
                    return;
                }
            }
        }
        let mut rows = Vec::new();
        self.mapper.finish(&mut rows);
        pending.place = Place { file: files.len(), ..Place::default() };
        self.add(rows, 0, pending.place, &mut pending);
        drop(self.hand_over(&mut pending));
    }

    fn read_file(&mut self, file: &SourceFile, start: Place, pending: &mut Pending) -> Result<(), ReadError> {
        let unreadable = |source| SourceError::Unreadable { path: file.name.clone().into(), source };
        let Opened { input, packed } = file.open(Arc::clone(&self.bytes_read)).map_err(unreadable)?;
        let shape = if self.mapper.has_header() { Shape::Csv { separator: b',' } } else { Shape::Lines };
        let mut records = Records::new(input, shape, RECORD_BYTES_MAX);
        if self.mapper.has_header() {
            let header = match records.next() {
                Next::Record { bytes, .. } => String::from_utf8_lossy(bytes),
                // There is none, or none that ends: it names no column.
                Next::TooLong { .. } | Next::End => Cow::Borrowed(""),
                Next::Broken { line, error } if packed => {
                    self.add(vec![not_unpacked(line, &error)], 0, start, pending);
                    return Ok(());
                }
                Next::Broken { error, .. } => return Err(unreadable(error).into()),
            };
            let separator = self.mapper.header(without_mark(&header)).map_err(ImportError::Header)?;
            records.set_shape(Shape::Csv { separator });
        }
        if start.offset > 0 {
            records.skip_to(start.offset, start.lines).map_err(unreadable)?;
        }
        loop {
            let (offset, lines) = records.place();
            let place = Place { file: start.file, offset, lines };
            let mut rows = Vec::new();
            let mut bytes_of_record = 0;
            match records.next() {
                Next::End => return Ok(()),
                Next::Record { line, bytes } => {
                    bytes_of_record = bytes.len();
                    match std::str::from_utf8(bytes) {
                        Ok(text) => {
                            let text = if offset == 0 { without_mark(text) } else { text };
                            if !text.trim().is_empty() {
                                self.mapper.map(&Record { place, text }, &mut rows);
                            }
                        }
                        Err(error) => rows.push(not_utf8(line, error)),
                    }
                }
                Next::TooLong { line } => {
                    let expected = format!("at most {RECORD_BYTES_MAX} bytes: is a line end missing, or a quote open?");
                    rows.push(Row::refused(line, vec![Problem::refused("", "line_too_long", expected)]));
                }
                Next::Broken { line, error } => {
                    if !packed {
                        return Err(unreadable(error).into());
                    }
                    rows.push(not_unpacked(line, &error));
                    self.add(rows, 0, place, pending);
                    return Ok(());
                }
            }
            let (offset, lines) = records.place();
            pending.place = place;
            self.add(rows, bytes_of_record, Place { file: start.file, offset, lines }, pending);
            if pending.rows.len() >= CHUNK_ROWS_MAX || pending.bytes >= CHUNK_BYTES {
                self.hand_over(pending)?;
            }
        }
    }

    /// Takes in the rows that one record made; `after` is the place behind it.
    fn add(&self, rows: Vec<Row>, bytes: usize, after: Place, pending: &mut Pending) {
        let is_waiting = self.mapper.is_waiting();
        let (file, count) = (pending.place.file, rows.len());
        for (index, mut row) in rows.into_iter().enumerate() {
            // The record is done when its last row is.
            row.resume = (index + 1 == count && !is_waiting).then_some(after);
            row.file = file;
            row.bytes = bytes / count;
            pending.rows.push(row);
        }
        pending.bytes += bytes;
        pending.place = after;
    }

    fn hand_over(&mut self, pending: &mut Pending) -> Result<(), Gone> {
        let mut chunk = self.mapper.definitions();
        for row in &mut chunk {
            row.file = pending.rows.first().map_or(0, |first| first.file);
        }
        chunk.append(&mut pending.rows);
        pending.bytes = 0;
        if chunk.is_empty() {
            return Ok(());
        }
        self.chunks.blocking_send(Ok(chunk)).map_err(|_| Gone)
    }
}

struct Pending {
    rows: Vec<Row>,
    bytes: usize,
    /// The place before the record that is being mapped.
    place: Place,
}

enum ReadError {
    Gone(Gone),
    Import(ImportError),
}

impl From<Gone> for ReadError {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

impl From<ImportError> for ReadError {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

impl From<SourceError> for ReadError {
    fn from(error: SourceError) -> Self {
        Self::Import(error.into())
    }
}

/// Spreadsheets put a byte order mark before the first line.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Where a packed file ends or breaks.
fn not_unpacked(line: u64, error: &std::io::Error) -> Row {
    let (code, expected) = if error.kind() == std::io::ErrorKind::UnexpectedEof {
        ("gzip_truncated", "the whole file: it ends in the middle")
    } else {
        ("gzip_damaged", "an undamaged file: it cannot be unpacked from here on")
    };
    Row::refused(line, vec![Problem::refused("", code, expected)])
}

fn not_utf8(line: u64, error: std::str::Utf8Error) -> Row {
    let expected = format!("text in UTF-8: byte {} of the line is none", error.valid_up_to() + 1);
    Row::refused(line, vec![Problem::refused("", "utf8_invalid", expected)])
}
