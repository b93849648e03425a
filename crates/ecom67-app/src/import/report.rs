//! What an import tells of its rows: one line for each mistake, written as it goes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use ecom67_domain::Violation;
use serde::{Deserialize, Serialize};

use super::Format;

/// The most problems a report keeps in memory; the report file has all of them.
pub const SAMPLES_MAX: usize = 20;

/// What became of a row with a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing of it was written.
    Refused,
    /// It was written without the part that the problem is about.
    Mended,
}

/// One problem of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowReport {
    /// The file, where several are imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line it begins on, from 1.
    pub line: u64,
    /// What became of the row.
    pub outcome: Outcome,
    /// What it is about, where that is known: `product/teacup`, `category/mugs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The SKU, where one variant is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// The field at fault, as the file names it; empty: the whole row.
    pub field: String,
    /// A stable code for programs.
    pub code: Cow<'static, str>,
    /// What would be right.
    pub expected: String,
}

/// A problem before it is known in which row of which file it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) outcome: Outcome,
    /// Where it is not the row's own line: variants may stand on lines of their own.
    pub(super) line: Option<u64>,
    pub(super) record: Option<String>,
    pub(super) sku: Option<String>,
    pub(super) field: String,
    pub(super) code: &'static str,
    pub(super) expected: String,
}

impl Problem {
    pub(super) fn refused(field: impl Into<String>, code: &'static str, expected: impl Into<String>) -> Self {
        let (field, expected) = (field.into(), expected.into());
        Self { outcome: Outcome::Refused, line: None, record: None, sku: None, field, code, expected }
    }

    pub(super) fn mended(field: impl Into<String>, code: &'static str, expected: impl Into<String>) -> Self {
        Self { outcome: Outcome::Mended, ..Self::refused(field, code, expected) }
    }

    pub(super) fn is_refusal(&self) -> bool {
        self.outcome == Outcome::Refused
    }

    pub(super) fn about(mut self, record: impl Into<String>) -> Self {
        self.record = Some(record.into());
        self
    }

    pub(super) fn with_sku(mut self, sku: impl Into<String>) -> Self {
        self.sku = Some(sku.into());
        self
    }

    pub(super) fn into_report(self, file: Option<String>, line: u64) -> RowReport {
        RowReport {
            file,
            line: self.line.unwrap_or(line),
            outcome: self.outcome,
            record: self.record,
            sku: self.sku,
            field: self.field,
            code: Cow::Borrowed(self.code),
            expected: self.expected,
        }
    }
}

impl From<&Violation> for Problem {
    fn from(violation: &Violation) -> Self {
        Self::refused(&violation.field, violation.code, &violation.expected)
    }
}

/// How many rows met which end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows that were read and dealt with.
    pub rows: u64,
    /// Rows that made something new.
    pub created: u64,
    /// Rows that changed something.
    pub updated: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// Rows of which nothing was written.
    pub refused: u64,
    /// Parts that were left out of rows that were written.
    pub mended: u64,
    /// Problems by code.
    pub problems: BTreeMap<String, u64>,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The format.
    pub format: Format,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// Whether it was stopped from outside; what it had done stays, and it goes on from there when it is run again.
    pub cancelled: bool,
    /// The row it went on from, where an earlier run had been interrupted.
    pub resumed_at_row: Option<u64>,
    /// How many rows met which end, an interrupted earlier run included.
    pub counts: Counts,
    /// Categories, attributes and the like that were made for the products that name them.
    pub definitions: u64,
    /// The first problems.
    pub samples: Vec<RowReport>,
    /// How long this run took.
    pub duration: Duration,
}

/// The report file: JSON lines, each on the disk's side before the next checkpoint.
pub(super) struct ReportFile {
    file: Option<BufWriter<File>>,
    bytes: u64,
}

impl ReportFile {
    /// Opens the file: a new one, or an interrupted run's, cut to what its checkpoint vouches for.
    pub(super) fn open(path: Option<&Path>, resumed_bytes: Option<u64>) -> io::Result<Self> {
        let Some(path) = path else { return Ok(Self { file: None, bytes: 0 }) };
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        // A report of another run is as long as it is; ours may be shorter than the checkpoint says after power loss.
        let bytes = resumed_bytes.unwrap_or(0).min(file.metadata()?.len());
        file.set_len(bytes)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file: Some(BufWriter::new(file)), bytes })
    }

    pub(super) fn write(&mut self, report: &RowReport) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut line = serde_json::to_vec(report)?;
        line.push(b'\n');
        self.bytes += line.len() as u64;
        file.write_all(&line)
    }

    /// How long it is, with what is not flushed yet.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn flush(&mut self) -> io::Result<u64> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        Ok(self.bytes)
    }
}
