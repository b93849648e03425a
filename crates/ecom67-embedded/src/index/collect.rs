//! One pass over what a query finds: hits, total and all facets at once.
//!
//! A facet's counts exclude its own filter. So each document that is found is judged once by all filters: one that
//! passes is a hit and counts everywhere; one that fails the filters of a single facet counts in that facet alone
//! ("drill sideways").

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use ecom67_app::search::{FacetKey, ListQuery, SortKey};
use tantivy::columnar::Column;
use tantivy::query::Weight;
use tantivy::{BitSet, COLLECT_BLOCK_BUFFER_LEN, DocId, Score};

use super::documents::Documents;
use super::filters::{SegmentFilters, Verdict};
use super::order::{Order, SegmentOrder};
use super::schema::{AVAILABILITIES, Fields, column};
use super::scoring::Matches;
use super::segment::{Columns, Segment};
use super::values::Values;

/// What a query asks of each segment.
pub(super) struct Pass<'query> {
    pub(super) fields: &'query Fields,
    pub(super) query: &'query ListQuery,
    /// What finds documents.
    pub(super) driver: Driver<'query>,
    /// The terms a document must have beside.
    pub(super) required: &'query [tantivy::Term],
    pub(super) order: &'query Order,
    /// The facets that are filtered by.
    pub(super) filtered: &'query [FacetKey],
    /// Only hits after this one are kept.
    pub(super) after: Option<&'query SortKey>,
    /// How many hits are kept.
    pub(super) capacity: usize,
}

/// What finds documents.
pub(super) enum Driver<'query> {
    /// A condition.
    Condition(&'query dyn Weight),
    /// Words, which have found what they find in each segment.
    Words(&'query [Matches]),
}

/// What one segment has of a query.
pub(super) struct SegmentHits {
    pub(super) total: u64,
    pub(super) order: SegmentOrder,
    pub(super) counts: Counts,
}

/// What one segment counted.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) values: ValueCounts,
    pub(super) availability: [u64; AVAILABILITIES.len()],
    pub(super) reduced: u64,
    /// The lowest and the highest price.
    pub(super) prices: Option<(i64, i64)>,
}

thread_local! {
    /// Room for counts, kept from query to query: to empty what was counted costs less than to make as many anew.
    static UNUSED: RefCell<Vec<Vec<u32>>> = const { RefCell::new(Vec::new()) };
}

/// Room that a thread keeps: for a few segments.
const UNUSED_MAX: usize = 8;

/// How many documents have which value, by the values' ordinals.
#[derive(Default)]
pub(super) struct ValueCounts {
    /// All zero between queries.
    counts: Vec<u32>,
    /// How many values there are: there may be room for more.
    values: usize,
    /// The ordinals that have been counted, in the order in which they first were: often a small part of all, and only
    /// noted as long as they are.
    touched: Vec<u32>,
    /// With so many noted, it costs less to look at all counts.
    touched_max: usize,
}

/// Sorting costs about as much per element as looking at so many counts.
const COUNTS_PER_TOUCHED: usize = 12;

impl ValueCounts {
    fn of(values: &Values) -> Self {
        let values = values.len();
        let mut counts = UNUSED.with_borrow_mut(Vec::pop).unwrap_or_default();
        if counts.len() < values {
            counts.resize(values, 0);
        }
        Self { counts, values, touched: Vec::new(), touched_max: values / COUNTS_PER_TOUCHED }
    }

    fn add(&mut self, ordinal: u32) {
        let count = &mut self.counts[ordinal as usize];
        if *count == 0 && self.touched.len() < self.touched_max {
            self.touched.push(ordinal);
        }
        *count += 1;
    }

    /// Counts each value of the documents.
    fn add_all(&mut self, values: &Values, documents: &[DocId]) {
        values.each_of(documents, |ordinal| self.add(ordinal));
    }

    /// Counts those values of a document that are among some.
    fn add_among(&mut self, values: &Values, document: DocId, among: &Range<usize>) {
        values.each_of(&[document], |ordinal| {
            if among.contains(&(ordinal as usize)) {
                self.add(ordinal);
            }
        });
    }

    /// Puts what has been counted in the order of its ordinals.
    fn sort(&mut self) {
        if self.touched.len() < self.touched_max {
            self.touched.sort_unstable();
        } else {
            let counted = (0_u32..).zip(&self.counts[..self.values]).filter(|(_, count)| **count > 0);
            self.touched = counted.map(|(ordinal, _)| ordinal).collect();
        }
    }

    /// What has been counted within some ordinals, in their order.
    pub(super) fn within(&self, ordinals: Range<usize>) -> impl Iterator<Item = (u32, u32)> {
        let from = self.touched.partition_point(|ordinal| (*ordinal as usize) < ordinals.start);
        let counted = self.touched[from..].iter().take_while(move |ordinal| (**ordinal as usize) < ordinals.end);
        counted.map(|ordinal| (*ordinal, self.counts[*ordinal as usize]))
    }
}

impl Drop for ValueCounts {
    /// Leaves the room behind as it was found.
    fn drop(&mut self) {
        let mut counts = std::mem::take(&mut self.counts);
        if counts.is_empty() {
            // There is no room to leave.
            return;
        }
        if self.touched.len() < self.touched_max {
            for ordinal in &self.touched {
                counts[*ordinal as usize] = 0;
            }
        } else {
            counts[..self.values].fill(0);
        }
        UNUSED.with_borrow_mut(|unused| {
            if unused.len() < UNUSED_MAX {
                unused.push(counts);
            }
        });
    }
}

impl Pass<'_> {
    /// Goes over one segment, whose place among all this is; `None` where nothing of it is sold in the market.
    pub(super) fn over(&self, place: usize, segment: &Segment) -> tantivy::Result<Option<SegmentHits>> {
        let market = self.query.market.as_str();
        let Some(prices) = segment.numbers_below(column::PRICE, market)? else { return Ok(None) };
        let required = self.required.iter().map(|term| segment.having(std::slice::from_ref(term)));
        let order = SegmentOrder::new(self.order, segment, self.after, self.capacity)?;
        let mut collector = Collector {
            columns: &segment.columns,
            prices,
            required: required.collect::<tantivy::Result<_>>()?,
            filters: SegmentFilters::new(self.fields, segment, self.query, self.filtered)?,
            filtered: self.filtered,
            tally: self.query.facets.then(|| Tally::new(self, segment)).transpose()?,
            total: 0,
            order,
            found: [None; COLLECT_BLOCK_BUFFER_LEN],
            hits: Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN),
        };
        match &self.driver {
            Driver::Words(matches) => {
                let Matches { documents, scores, .. } = &matches[place];
                let blocks = documents.chunks(COLLECT_BLOCK_BUFFER_LEN).zip(scores.chunks(COLLECT_BLOCK_BUFFER_LEN));
                blocks.for_each(|(documents, scores)| collector.collect(documents, scores));
            }
            Driver::Condition(weight) => {
                let alive = segment.reader.alive_bitset();
                let scores = [0.0; COLLECT_BLOCK_BUFFER_LEN];
                let mut living = Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN);
                weight.for_each_no_score(&segment.reader, &mut |documents| {
                    if let Some(alive) = alive {
                        living.clear();
                        living.extend(documents.iter().copied().filter(|document| alive.is_alive(*document)));
                        collector.collect(&living, &scores[..living.len()]);
                    } else {
                        collector.collect(documents, &scores[..documents.len()]);
                    }
                })?;
            }
        }
        let counts = collector.tally.map(Tally::finish).unwrap_or_default();
        Ok(Some(SegmentHits { total: collector.total, order: collector.order, counts }))
    }
}

struct Collector<'pass> {
    columns: &'pass Columns,
    prices: Column<i64>,
    required: Vec<BitSet>,
    filters: SegmentFilters,
    filtered: &'pass [FacetKey],
    tally: Option<Tally>,
    total: u64,
    order: SegmentOrder,
    /// Room for the prices of a block.
    found: [Option<i64>; COLLECT_BLOCK_BUFFER_LEN],
    /// Room for the hits of a block.
    hits: Vec<DocId>,
}

impl Collector<'_> {
    /// Looks at up to a block of documents.
    fn collect(&mut self, documents: &[DocId], scores: &[Score]) {
        let found = &mut self.found[..documents.len()];
        found.fill(None);
        self.prices.first_vals(documents, found);
        self.hits.clear();
        for ((document, score), price) in documents.iter().zip(scores).zip(found.iter()) {
            let Some(price) = *price else { continue };
            if !self.required.iter().all(|required| required.contains(*document)) {
                continue;
            }
            match self.filters.judge(*document, price) {
                Verdict::Passes => {
                    self.total += 1;
                    self.order.offer(*document, price, *score);
                    self.hits.push(*document);
                    if let Some(tally) = &mut self.tally {
                        tally.count_price(price);
                    }
                }
                Verdict::FailsOnly(place) => {
                    if let Some(tally) = &mut self.tally {
                        tally.count_beside(self.columns, &self.filtered[place], *document, price);
                    }
                }
                Verdict::Fails => {}
            }
        }
        if let Some(tally) = &mut self.tally {
            tally.count(self.columns, &self.hits);
        }
    }
}

/// Counts facets.
struct Tally {
    counts: Counts,
    reduced: Arc<Documents>,
}

impl Tally {
    fn new(pass: &Pass<'_>, segment: &Segment) -> tantivy::Result<Self> {
        let counts = Counts { values: ValueCounts::of(&segment.columns.values), ..Counts::default() };
        Ok(Self { counts, reduced: segment.reduced_in(pass.fields, &pass.query.market)? })
    }

    /// What has been counted.
    fn finish(mut self) -> Counts {
        self.counts.values.sort();
        self.counts
    }

    /// Counts hits in all facets but the price.
    fn count(&mut self, columns: &Columns, hits: &[DocId]) {
        self.counts.values.add_all(&columns.values, hits);
        for document in hits {
            self.count_availability(columns, *document);
            self.count_reduced(*document);
        }
    }

    /// Counts a document in one facet alone.
    fn count_beside(&mut self, columns: &Columns, facet: &FacetKey, document: DocId, price: i64) {
        let values = &columns.values;
        let among = match facet {
            FacetKey::Category => values.categories(),
            FacetKey::Brand => values.brands(),
            FacetKey::Attribute(code) => values.attribute(code.as_str()),
            FacetKey::Price => return self.count_price(price),
            FacetKey::Availability => return self.count_availability(columns, document),
            FacetKey::Reduced => return self.count_reduced(document),
        };
        self.counts.values.add_among(values, document, &among);
    }

    fn count_price(&mut self, price: i64) {
        let (lowest, highest) = self.counts.prices.unwrap_or((price, price));
        self.counts.prices = Some((lowest.min(price), highest.max(price)));
    }

    fn count_availability(&mut self, columns: &Columns, document: DocId) {
        let number = columns.availability.first(document).and_then(|number| usize::try_from(number).ok());
        if let Some(count) = number.and_then(|number| self.counts.availability.get_mut(number)) {
            *count += 1;
        }
    }

    fn count_reduced(&mut self, document: DocId) {
        self.counts.reduced += u64::from(self.reduced.contains(document));
    }
}
