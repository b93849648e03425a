//! Magento's product CSV (`docs/IMPORT.md` has the mapping): simple rows that wait for the configurable row they are
//! variants of, and rows that are products by themselves.

mod build;
mod fields;
mod limits;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::build::Builder;
use self::fields::{Columns, Fields};
use super::checkpoint::Place;
use super::definitions::Definitions;
use super::report::Problem;
use super::rows::{HeaderError, Mapper, MissingPictures, ProductRow, Record, Row, Work};
use crate::document::{ProductDocument, VariantDocument};
use crate::shop::Shop;

/// The most simple rows that wait for their configurable row. Magento writes them right before it; where more wait, the
/// first of them have lost theirs.
pub(super) const WAITING_MAX: usize = 2_000;

/// Makes rows of Magento's products.
pub(super) struct Magento {
    definitions: Definitions,
    columns: Columns,
    /// Reductions have dates.
    today: Date,
    waiting: BTreeMap<Place, Waiting>,
    places: HashMap<String, Place>,
}

/// A simple row that waits for its configurable row.
struct Waiting {
    sku: String,
    line: u64,
    /// `None`: it was refused, and its product is refused with it.
    variant: Option<SimpleVariant>,
}

/// What a simple row says of a variant; its options stand in the configurable row.
struct SimpleVariant {
    variant: VariantDocument,
    pictures: Vec<NamedPicture>,
    problems: Vec<Problem>,
}

/// A picture with the words that stand for it, where there are any.
struct NamedPicture {
    file: String,
    label: String,
}

impl Magento {
    pub(super) fn new(shop: &Shop, now: Timestamp) -> Self {
        Self {
            definitions: Definitions::new(shop),
            columns: Columns::default(),
            today: now.to_zoned(TimeZone::UTC).date(),
            waiting: BTreeMap::new(),
            places: HashMap::new(),
        }
    }

    fn simple(&mut self, place: Place, fields: &Fields<'_>, rows: &mut Vec<Row>) {
        let line = place.lines + 1;
        let variant = Builder::new(&mut self.definitions, line, self.today).variant(fields);
        if fields.get("visibility") != "Not Visible Individually" {
            match variant.and_then(|variant| {
                let document = Builder::new(&mut self.definitions, line, self.today).simple_product(fields, variant)?;
                Ok(document)
            }) {
                Ok((document, problems)) => rows.push(product_row(line, document, problems, vec![line])),
                Err(problems) => rows.push(refused(line, fields, problems)),
            }
            return;
        }
        if self.places.contains_key(fields.sku()) {
            let problem = Problem::refused("sku", "sku_duplicate", "an SKU stands once in the whole shop");
            rows.push(refused(line, fields, vec![problem]));
            return;
        }
        let variant = match variant {
            Ok(variant) => Some(variant),
            Err(problems) => {
                rows.push(refused(line, fields, problems));
                None
            }
        };
        self.places.insert(fields.sku().to_owned(), place);
        self.waiting.insert(place, Waiting { sku: fields.sku().to_owned(), line, variant });
        if self.waiting.len() > WAITING_MAX
            && let Some((_, lost)) = self.waiting.pop_first()
        {
            self.forget(lost, rows);
        }
    }

    /// Reports a row that waits in vain.
    fn forget(&mut self, lost: Waiting, rows: &mut Vec<Row>) {
        self.places.remove(&lost.sku);
        if lost.variant.is_some() {
            let expected = "a configurable row after it that names it as a variation, or to be visible by itself";
            let problem = Problem::refused("visibility", "parent_missing", expected).with_sku(lost.sku);
            rows.push(Row::refused(lost.line, vec![problem]));
        }
    }

    fn configurable(&mut self, line: u64, fields: &Fields<'_>, rows: &mut Vec<Row>) {
        let variations = fields::variations(fields.get("configurable_variations"));
        let mut problems = Vec::new();
        let mut found = Vec::new();
        let mut records = 1;
        for variation in &variations {
            match self.places.remove(variation.sku).and_then(|place| self.waiting.remove(&place)) {
                Some(Waiting { variant: Some(variant), line, .. }) => {
                    records += 1;
                    found.push((variant, line));
                }
                Some(Waiting { variant: None, .. }) => problems.push(
                    Problem::refused("configurable_variations", "variant_refused", "variations without a mistake")
                        .with_sku(variation.sku),
                ),
                None => problems.push(
                    Problem::refused(
                        "configurable_variations",
                        "variant_unknown",
                        "variations whose simple rows stand before it and are not visible individually",
                    )
                    .with_sku(variation.sku),
                ),
            }
        }
        if variations.is_empty() {
            problems.push(Problem::refused("configurable_variations", "variant_missing", "at least one variation"));
        }
        let lines = found.iter().map(|(_, line)| *line).collect();
        let built = if problems.is_empty() {
            let variants = found.into_iter().map(|(variant, _)| variant).collect();
            Builder::new(&mut self.definitions, line, self.today).configurable_product(fields, &variations, variants)
        } else {
            Err(problems)
        };
        let row = match built {
            Ok((document, problems)) => product_row(line, document, problems, lines),
            Err(problems) => refused(line, fields, problems),
        };
        rows.push(Row { records, ..row });
    }
}

fn refused(line: u64, fields: &Fields<'_>, problems: Vec<Problem>) -> Row {
    let about = |problem: Problem| {
        let is_of_a_variation = problem.sku.is_some();
        let problem = problem.about(format!("product/{}", fields.sku()));
        if is_of_a_variation { problem } else { problem.with_sku(fields.sku()) }
    };
    Row::refused(line, problems.into_iter().map(about).collect())
}

fn product_row(line: u64, document: ProductDocument, problems: Vec<Problem>, variant_lines: Vec<u64>) -> Row {
    let product = ProductRow {
        document,
        missing_pictures: MissingPictures::LeaveOut,
        field_names: fields::column_of,
        variant_lines,
    };
    Row { problems, ..Row::new(line, Work::Product(Box::new(product))) }
}

impl Mapper for Magento {
    fn has_header(&self) -> bool {
        true
    }

    fn header(&mut self, text: &str) -> Result<u8, HeaderError> {
        self.columns = Columns::read(text)?;
        Ok(b',')
    }

    fn map(&mut self, record: &Record<'_>, rows: &mut Vec<Row>) {
        let line = record.line();
        let values = match self.columns.values(record.text) {
            Ok(values) => values,
            Err(problem) => return rows.push(Row::refused(line, vec![problem])),
        };
        let columns = std::mem::take(&mut self.columns);
        let fields = Fields::new(&columns, &values);
        match fields.get("product_type") {
            _ if !fields.get("store_view_code").is_empty() => {
                let expected = "an empty column: texts of further store views are not imported";
                rows.push(refused(
                    line,
                    &fields,
                    vec![Problem::refused("store_view_code", "store_view_unsupported", expected)],
                ));
            }
            "simple" | "virtual" | "downloadable" => self.simple(record.place, &fields, rows),
            "configurable" => self.configurable(line, &fields, rows),
            _ => {
                let problem = Problem::refused(
                    "product_type",
                    "product_type_unsupported",
                    "simple, virtual, downloadable or configurable",
                );
                rows.push(refused(line, &fields, vec![problem]));
            }
        }
        self.columns = columns;
    }

    fn finish(&mut self, rows: &mut Vec<Row>) {
        for lost in std::mem::take(&mut self.waiting).into_values() {
            self.forget(lost, rows);
        }
    }

    fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn definitions(&mut self) -> Vec<Row> {
        self.definitions.take()
    }
}

#[cfg(test)]
mod tests;
