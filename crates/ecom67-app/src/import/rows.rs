//! Rows on their way from a file to the store.

use ecom67_domain::{Currency, LocationCode, MarketCode, ProductCode, Sku};

use super::checkpoint::Place;
use super::report::Problem;
use crate::document::{DocumentKind, ProductDocument, ShopDocument};

/// What a format's mapping makes of records: usually one row of each.
pub(super) trait Mapper: Send {
    /// Whether the first record names the fields of the others.
    fn has_header(&self) -> bool {
        false
    }

    /// Reads the first record; tells what separates fields.
    fn header(&mut self, _text: &str) -> Result<u8, HeaderError> {
        Ok(b',')
    }

    /// Makes rows of a record.
    fn map(&mut self, record: &Record<'_>, rows: &mut Vec<Row>);

    /// Makes rows of what still waits: the source ends here.
    fn finish(&mut self, _rows: &mut Vec<Row>) {}

    /// Whether a record waits for a later one: an import that is interrupted now must begin before it.
    fn is_waiting(&self) -> bool {
        false
    }

    /// What must be in the shop before the rows that were made since the last call.
    fn definitions(&mut self) -> Vec<Row> {
        Vec::new()
    }
}

/// A file whose first record does not name the fields that the format needs.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the first line does not name the columns {}", .missing.join(", "))]
pub struct HeaderError {
    /// The columns that are missing.
    pub missing: Vec<&'static str>,
}

/// One record of a file.
pub(super) struct Record<'text> {
    /// Where it begins.
    pub(super) place: Place,
    pub(super) text: &'text str,
}

impl Record<'_> {
    pub(super) const fn line(&self) -> u64 {
        self.place.lines + 1
    }
}

/// One thing to be done, and all that is known of where it came from.
#[derive(Debug)]
pub(super) struct Row {
    /// The line it is reported at.
    pub(super) line: u64,
    /// How many records it was made of; none for what the format implies, such as a category that a product names.
    pub(super) records: u64,
    /// What is wrong with it already; any [`super::report::Outcome::Refused`] among them means that nothing is done.
    pub(super) problems: Vec<Problem>,
    pub(super) work: Work,
    /// Which file it is of, how long it is, and where to go on when it and all before it is done: the reader's to say.
    /// Nowhere while its record has more rows, or a record before it waits for a later one.
    pub(super) file: usize,
    pub(super) bytes: usize,
    pub(super) resume: Option<Place>,
}

impl Row {
    pub(super) fn new(line: u64, work: Work) -> Self {
        Self { line, records: 1, problems: Vec::new(), work, file: 0, bytes: 0, resume: None }
    }

    pub(super) fn refused(line: u64, problems: Vec<Problem>) -> Self {
        Self { problems, ..Self::new(line, Work::Nothing) }
    }

    pub(super) fn implied(line: u64, document: ShopDocument) -> Self {
        Self { records: 0, ..Self::new(line, Work::Document(Box::new(document))) }
    }
}

#[derive(Debug)]
pub(super) enum Work {
    /// It was refused.
    Nothing,
    Document(Box<ShopDocument>),
    Product(Box<ProductRow>),
    StockPrice(StockPriceRow),
}

/// Which rows may be under way at once: those of one lane, as long as no two are about the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    Document(DocumentKind),
    Product,
    StockPrice,
}

impl Work {
    pub(super) fn lane(&self) -> Option<Lane> {
        match self {
            Self::Nothing => None,
            Self::Document(document) => Some(Lane::Document(document.key().kind)),
            Self::Product(_) => Some(Lane::Product),
            Self::StockPrice(_) => Some(Lane::StockPrice),
        }
    }
}

/// How a format names the field that a product's rule was broken at.
pub(super) type FieldNames = fn(&str) -> String;

/// A product to be saved.
#[derive(Debug)]
pub(super) struct ProductRow {
    pub(super) document: ProductDocument,
    pub(super) missing_pictures: MissingPictures,
    pub(super) field_names: FieldNames,
    /// The line of each variant, where they stand on lines of their own.
    pub(super) variant_lines: Vec<u64>,
}

/// What becomes of a product whose picture's file is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MissingPictures {
    /// It is refused.
    Refuse,
    /// It goes without, and that is reported.
    LeaveOut,
}

/// New stock and prices of a variant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StockPriceRow {
    pub(super) line: u64,
    pub(super) sku: Sku,
    pub(super) price: Option<PriceSetting>,
    pub(super) stock: Option<(LocationCode, u64)>,
}

/// A new price in one market.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PriceSetting {
    pub(super) market: MarketCode,
    pub(super) currency: Currency,
    pub(super) amount: Option<i64>,
    pub(super) compare_at: Option<CompareAt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompareAt {
    /// The price is reduced from this one.
    Is(i64),
    /// The price is no longer reduced.
    Gone,
}

/// Rows that are saved together.
#[derive(Debug)]
pub(super) enum Unit {
    Document { ticket: u64, document: Box<ShopDocument> },
    Product { ticket: u64, product: Box<ProductRow> },
    StockPrices { code: ProductCode, rows: Vec<(u64, StockPriceRow)> },
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowResult {
    Created,
    Updated,
    Unchanged,
    Refused,
}

/// The index of the variant that a field such as `variants[3].sku` belongs to.
pub(super) fn variant_index(field: &str) -> Option<usize> {
    field.strip_prefix("variants[")?.split_once(']')?.0.parse().ok()
}
