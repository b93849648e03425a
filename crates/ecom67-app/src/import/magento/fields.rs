//! The columns of Magento's CSV, and what is folded into single fields of it.

use std::collections::HashMap;

use csv::StringRecord;
use jiff::civil::Date;

use crate::import::csv_values;
use crate::import::report::Problem;
use crate::import::rows::{HeaderError, variant_index};

const REQUIRED: [&str; 4] = ["sku", "product_type", "name", "price"];

/// Which column has which name.
#[derive(Debug, Default)]
pub(super) struct Columns {
    places: HashMap<String, usize>,
    count: usize,
}

impl Columns {
    pub(super) fn read(header: &str) -> Result<Self, HeaderError> {
        let names = csv_values(header, b',');
        let places: HashMap<_, _> =
            names.iter().enumerate().map(|(place, name)| (name.trim().to_owned(), place)).collect();
        let missing: Vec<_> = REQUIRED.into_iter().filter(|name| !places.contains_key(*name)).collect();
        if missing.is_empty() { Ok(Self { places, count: names.len() }) } else { Err(HeaderError { missing }) }
    }

    pub(super) fn values(&self, text: &str) -> Result<StringRecord, Problem> {
        let values = csv_values(text, b',');
        if values.len() == self.count {
            Ok(values)
        } else {
            let expected = format!("{} fields, as the first line has: there are {}", self.count, values.len());
            Err(Problem::refused("", "csv_fields_wrong", expected))
        }
    }
}

/// One row's values by column.
pub(super) struct Fields<'row> {
    columns: &'row Columns,
    values: &'row StringRecord,
}

impl<'row> Fields<'row> {
    pub(super) const fn new(columns: &'row Columns, values: &'row StringRecord) -> Self {
        Self { columns, values }
    }

    /// The value of a column, empty where the file does not have it.
    pub(super) fn get(&self, column: &str) -> &'row str {
        self.columns.places.get(column).and_then(|place| self.values.get(*place)).unwrap_or_default().trim()
    }

    pub(super) fn sku(&self) -> &'row str {
        self.get("sku")
    }
}

/// What a configurable row says of one of its variants.
pub(super) struct Variation<'row> {
    pub(super) sku: &'row str,
    /// Attribute and label, in the order of the file.
    pub(super) options: Vec<(&'row str, String)>,
}

/// Reads `sku=MH01-XS-Black,size=XS,color=Black|sku=…`.
pub(super) fn variations(text: &str) -> Vec<Variation<'_>> {
    let read = |variation| {
        let mut options = pairs(variation);
        let place = options.iter().position(|(name, _)| *name == "sku")?;
        options.remove(place);
        let sku = variation.split(',').find_map(|pair| pair.trim().strip_prefix("sku="))?;
        Some(Variation { sku: sku.trim(), options })
    };
    text.split('|').filter_map(read).collect()
}

/// Reads `size=XS,color=Black`. A piece without `=` belongs to the value before it, which has a comma.
pub(super) fn pairs(text: &str) -> Vec<(&str, String)> {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for piece in text.split(',') {
        match (piece.split_once('='), pairs.last_mut()) {
            (Some((name, value)), _) => pairs.push((name.trim(), value.trim().to_owned())),
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(piece);
            }
            (None, None) => {}
        }
    }
    pairs
}

/// The paths of categories without their root: `Default Category/Men/Tops` is `Men`, `Tops`.
pub(super) fn category_paths(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.split(',').filter_map(|path| {
        let names: Vec<_> = path.split('/').skip(1).map(str::trim).filter(|name| !name.is_empty()).collect();
        (!names.is_empty()).then_some(names)
    })
}

/// A day as Magento writes it: `2026-10-01 …` or `10/1/26 …`.
pub(super) fn date(text: &str) -> Option<Date> {
    let day = text.split([' ', ',', 'T']).next()?;
    if let Ok(date) = day.parse() {
        return Some(date);
    }
    let mut numbers = day.splitn(3, '/').map(|number| number.parse::<i16>().ok());
    let (month, day, year) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let year = if year < 100 { 2000 + year } else { year };
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The column that a rule of ours was broken in.
pub(super) fn column_of(field: &str) -> String {
    let field = match variant_index(field) {
        Some(_) => field.split_once("].").map_or(field, |(_, rest)| rest),
        None => field,
    };
    let known = [
        ("code", "sku"),
        ("sku", "sku"),
        ("prices", "price"),
        ("stock", "qty"),
        ("options", "configurable_variations"),
        ("weight_grams", "weight"),
        ("variants", "configurable_variations"),
        ("texts.en.name", "name"),
        ("texts.en.slug", "url_key"),
        ("texts.en.summary", "short_description"),
        ("texts.en.description", "description"),
        ("texts.en.seo_title", "meta_title"),
        ("texts.en.seo_description", "meta_description"),
        ("categories", "categories"),
        ("attributes", "additional_attributes"),
        ("pictures", "additional_images"),
        ("origin", "country_of_manufacture"),
    ];
    known
        .iter()
        .find(|(ours, _)| field.starts_with(ours))
        .map_or_else(|| field.to_owned(), |(_, theirs)| (*theirs).into())
}
