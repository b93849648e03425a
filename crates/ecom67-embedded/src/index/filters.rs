//! Filters, as one segment sees them.

use ecom67_app::search::{Condition, FacetKey, Filter, ListQuery};
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
    /// What the list is of.
    conditions: Vec<Check>,
    checks: Vec<(usize, Check)>,
}

/// One filter or condition.
enum Check {
    /// Is among these documents.
    Among(BitSet),
    /// Has a price in this range.
    Price { minimum: i64, maximum: i64 },
    /// Has one of these availabilities, one bit each.
    Available(Column<u64>, u64),
    /// Was published at this moment or later, in microseconds.
    Since(Column<i64>, i64),
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
        let conditions =
            query.conditions.iter().map(|condition| Check::of_condition(fields, segment, query, condition));
        let checks = query.filters.iter().map(|filter| {
            let key = filter.key();
            let place = keys.iter().position(|known| *known == key).unwrap_or_default();
            Ok((place, Check::of(fields, segment, query, filter)?))
        });
        Ok(Self {
            conditions: conditions.collect::<tantivy::Result<_>>()?,
            checks: checks.collect::<tantivy::Result<_>>()?,
        })
    }

    /// Which filters the document fails. One that does not meet the conditions of the list is none of it, whatever
    /// filters say.
    pub(super) fn judge(&self, document: DocId, price: i64) -> Verdict {
        if !self.conditions.iter().all(|condition| condition.passes(document, price)) {
            return Verdict::Fails;
        }
        let mut failed: Option<usize> = None;
        for (place, check) in &self.checks {
            if !check.passes(document, price) {
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

impl Check {
    fn of(fields: &Fields, segment: &Segment, query: &ListQuery, filter: &Filter) -> tantivy::Result<Self> {
        Ok(match filter {
            Filter::Category(codes) => {
                let terms: Vec<_> = codes.iter().map(|code| fields.category(code.as_str())).collect();
                Self::Among(segment.having(&terms)?)
            }
            Filter::Brand(brands) => {
                let terms: Vec<_> = brands.iter().map(|brand| fields.brand(brand)).collect();
                Self::Among(segment.having(&terms)?)
            }
            Filter::Attribute(code, values) => {
                let terms: Vec<_> = values.iter().map(|value| fields.attribute(code, value)).collect();
                Self::Among(segment.having(&terms)?)
            }
            Filter::Availability(wanted) => {
                let bits = wanted.iter().fold(0, |bits, one| bits | (1 << availability_number(*one)));
                Self::Available(segment.columns.availability.clone(), bits)
            }
            Filter::Price { minimum, maximum } => {
                Self::Price { minimum: minimum.unwrap_or(i64::MIN), maximum: maximum.unwrap_or(i64::MAX) }
            }
            Filter::Reduced => Self::Among(segment.having(&[fields.reduced(&query.market)])?),
        })
    }

    fn of_condition(
        fields: &Fields,
        segment: &Segment,
        query: &ListQuery,
        condition: &Condition,
    ) -> tantivy::Result<Self> {
        Ok(match condition {
            Condition::Passes(filter) => Self::of(fields, segment, query, filter)?,
            Condition::Tag(tags) => {
                let terms: Vec<_> = tags.iter().map(|tag| fields.tag(tag)).collect();
                Self::Among(segment.having(&terms)?)
            }
            Condition::PublishedSince(since) => {
                Self::Since(segment.columns.published_at.clone(), since.as_microsecond())
            }
            Condition::Never => Self::Among(segment.having(&[])?),
        })
    }

    fn passes(&self, document: DocId, price: i64) -> bool {
        match self {
            Self::Among(documents) => documents.contains(document),
            Self::Price { minimum, maximum } => (minimum..=maximum).contains(&&price),
            Self::Available(column, bits) => column.first(document).is_some_and(|number| bits >> number & 1 == 1),
            Self::Since(column, since) => column.first(document).is_some_and(|at| at >= *since),
        }
    }
}
