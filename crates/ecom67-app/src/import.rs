//! Import: foreign and own files into the catalog, by stream, in bounded memory, row by row.
//!
//! A thread reads and maps the file ([`reader`]), and rows are saved many at once ([`flight`]) but vouched for in the
//! file's order ([`ledger`]), so that a crash loses nothing and repeats little. A row that is wrong is reported and
//! nothing of it is written; the others go in. Formats and codes: `docs/IMPORT.md`.

pub mod checkpoint;
pub mod picture;
pub mod progress;
pub mod report;
pub mod source;

mod definitions;
mod dry;
mod flight;
mod icecat;
mod json;
mod jsonl;
mod label;
mod ledger;
mod magento;
mod markdown;
mod reader;
mod records;
mod rows;
mod run;
mod save;
mod stock;
mod stock_prices;

use std::io;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::checkpoint::{Checkpoint, CheckpointStore, NoCheckpoints};
pub use self::picture::{FolderPictures, NoPictures, PictureError, PictureSource};
pub use self::progress::{Cancel, NoProgress, Progress, ProgressState};
pub use self::report::{Counts, ImportReport, Outcome, RowReport};
pub use self::rows::HeaderError;
pub use self::run::run;
pub use self::source::{Source, SourceError};

use self::rows::Mapper;
use crate::catalog::Catalog;
use crate::port::{MediaStore, StoreError};
use crate::shop::{Shop, ShopCache};

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Open Icecat products as JSON lines.
    Icecat,
    /// Magento's product CSV.
    Magento,
    /// The shop's own format.
    Jsonl,
    /// A CSV of prices and stock for products that are there.
    StockPrices,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Icecat, Self::Magento, Self::Jsonl, Self::StockPrices];

    /// The format's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Icecat => "icecat",
            Self::Magento => "magento",
            Self::Jsonl => "jsonl",
            Self::StockPrices => "stock-prices",
        }
    }

    fn mapper(self, shop: &Shop, now: Timestamp) -> Box<dyn Mapper> {
        match self {
            Self::Icecat => Box::new(icecat::Icecat::new(shop)),
            Self::Magento => Box::new(magento::Magento::new(shop, now)),
            Self::Jsonl => Box::new(jsonl::Jsonl),
            Self::StockPrices => Box::new(stock_prices::StockPrices::new(shop)),
        }
    }
}

/// There is no such format.
#[derive(Debug, thiserror::Error)]
#[error("the format is icecat, magento, jsonl or stock-prices")]
pub struct FormatUnknown;

impl FromStr for Format {
    type Err = FormatUnknown;

    fn from_str(text: &str) -> Result<Self, FormatUnknown> {
        Self::ALL.into_iter().find(|format| format.as_str() == text).ok_or(FormatUnknown)
    }
}

/// What an import works with.
#[derive(Clone)]
pub struct Importer {
    /// What it writes to.
    pub catalog: Catalog,
    /// Told when documents have changed.
    pub shop: Arc<ShopCache>,
    /// Where pictures go.
    pub media: Arc<dyn MediaStore>,
    /// Where it notes how far it came.
    pub checkpoints: Arc<dyn CheckpointStore>,
}

/// What is to be imported.
#[derive(Clone)]
pub struct ImportRequest {
    /// What it is written in.
    pub format: Format,
    /// Where it is.
    pub source: Source,
    /// Where its pictures are; absent: below the folder of the source.
    pub pictures: Option<Arc<dyn PictureSource>>,
    /// Whether everything is checked and nothing written.
    pub dry_run: bool,
    /// Whether stock that comes with products replaces what the ledger has for them. Otherwise it is only the opening
    /// stock of variants that have none on record at that location.
    pub set_stock: bool,
    /// Where each problem is written to as a JSON line.
    pub report: Option<PathBuf>,
}

impl ImportRequest {
    /// To import `source`, with everything else as most would want it.
    pub const fn new(format: Format, source: Source) -> Self {
        Self { format, source, pictures: None, dry_run: false, set_stock: false, report: None }
    }
}

/// Why an import ended before its file did. What it had saved stays; run again, it goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file is not of the format.
    #[error("the file is not of the format")]
    Header(#[source] HeaderError),
    /// The report cannot be written.
    #[error("the report cannot be written")]
    Report(#[source] io::Error),
    /// The store cannot go on.
    #[error("the store cannot go on; {} rows are done and stay", .report.counts.rows)]
    Store {
        /// What was done until then.
        report: Box<ImportReport>,
        /// Why it cannot.
        #[source]
        source: StoreError,
    },
    /// Nothing was begun: the store does not answer.
    #[error("the store cannot be read")]
    Unready(#[source] StoreError),
}

/// The fields of one record of CSV.
fn csv_values(text: &str, separator: u8) -> StringRecord {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(text.len().max(1))
        .from_reader(text.as_bytes());
    let mut values = StringRecord::new();
    // Reading from memory cannot fail, and the text is UTF-8 already.
    drop(reader.read_record(&mut values));
    values
}
