//! Filters, as one segment sees them.

use ecom67_app::search::{FacetKey, Filter, ListQuery};
use tantivy::columnar::Column;
use tantivy::{BitSet, DocId, TantivyError};

use super::schema::{Fields, availability_number};
use super::segment::Segment;

/// The most facets that can be filtered by: a document's failures are one bit each.
const KEYS_MAX: usize = 64;

/// Which filters a document fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// None: it is a hit.
    Passes,
    /// All filters of one facet, whose place this is: it counts in that facet alone.
    FailsOnly(usize),
    /// Those of several facets.
    Fails,
}

/// The filters of a query in one segment.
pub(super) struct SegmentFilters {
    checks: Vec<(usize, Check)>,
}

/// One filter.
enum Check {
    /// Is among these documents.
    Among(BitSet),
    /// Has a price in this range.
    Price { minimum: i64, maximum: i64 },
    /// Has one of these availabilities, one bit each.
    Available(Column<u64>, u64),
}

/// The facets that are filtered by, each once.
pub(super) fn filtered_facets(filters: &[Filter]) -> tantivy::Result<Vec<FacetKey>> {
    let mut keys: Vec<FacetKey> = Vec::new();
    for key in filters.iter().map(Filter::key) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.len() > KEYS_MAX {
        return Err(TantivyError::InvalidArgument(format!("at most {KEYS_MAX} facets can be filtered by at once")));
    }
    Ok(keys)
}

impl SegmentFilters {
    /// Looks up what each filter lets through; `keys` are the query's [`filtered_facets`].
    pub(super) fn new(
        fields: &Fields,
        segment: &Segment,
        query: &ListQuery,
        keys: &[FacetKey],
    ) -> tantivy::Result<Self> {
        let mut checks = Vec::with_capacity(query.filters.len());
        for filter in &query.filters {
            let key = filter.key();
            let place = keys.iter().position(|known| *known == key).unwrap_or_default();
            let check = match filter {
                Filter::Category(codes) => {
                    let terms: Vec<_> = codes.iter().map(|code| fields.category(code.as_str())).collect();
                    Check::Among(segment.having(&terms)?)
                }
                Filter::Brand(brands) => {
                    let terms: Vec<_> = brands.iter().map(|brand| fields.brand(brand)).collect();
                    Check::Among(segment.having(&terms)?)
                }
                Filter::Attribute(code, values) => {
                    let terms: Vec<_> = values.iter().map(|value| fields.attribute(code, value)).collect();
                    Check::Among(segment.having(&terms)?)
                }
                Filter::Availability(wanted) => {
                    let bits = wanted.iter().fold(0, |bits, one| bits | (1 << availability_number(*one)));
                    Check::Available(segment.columns.availability.clone(), bits)
                }
                Filter::Price { minimum, maximum } => {
                    Check::Price { minimum: minimum.unwrap_or(i64::MIN), maximum: maximum.unwrap_or(i64::MAX) }
                }
                Filter::Reduced => Check::Among(segment.having(&[fields.reduced(&query.market)])?),
            };
            checks.push((place, check));
        }
        Ok(Self { checks })
    }

    /// Which filters the document fails.
    pub(super) fn judge(&self, document: DocId, price: i64) -> Verdict {
        let mut failed: Option<usize> = None;
        for (place, check) in &self.checks {
            let passes = match check {
                Check::Among(documents) => documents.contains(document),
                Check::Price { minimum, maximum } => (minimum..=maximum).contains(&&price),
                Check::Available(column, bits) => column.first(document).is_some_and(|number| bits >> number & 1 == 1),
            };
            if !passes {
                match failed {
                    None => failed = Some(*place),
                    Some(other) if other == *place => {}
                    Some(_) => return Verdict::Fails,
                }
            }
        }
        failed.map_or(Verdict::Passes, Verdict::FailsOnly)
    }
}
