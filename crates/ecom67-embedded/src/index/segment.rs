//! The index at one moment, and the columns of its segments, opened once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use ecom67_app::port::Position;
use ecom67_domain::MarketCode;
use ecom67_ranking::Vector;
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::bags::MainLengths;
use super::dictionary::Dictionary;
use super::documents::Documents;
use super::schema::{Fields, column};
use super::semantics::Model;
use super::stop::Stop;
use super::values::{Texts, Values};

/// The index at one moment: what one query sees from beginning to end.
pub(super) struct Snapshot {
    /// The engine's own view.
    pub(super) searcher: Searcher,
    /// The segments in the engine's order.
    pub(super) segments: Vec<Segment>,
    /// The position that came with the last changes.
    pub(super) position: Option<Position>,
    /// The words of its texts.
    pub(super) words: Arc<Dictionary>,
    /// What the vectors were made by.
    pub(super) model: Option<Arc<Model>>,
}

impl Snapshot {
    /// Opens what `searcher` sees, taking over from `before` what is open already, and finds out what its products are
    /// about by `model`; where that takes long, it fails when it is to stop.
    pub(super) fn open(
        fields: &Fields,
        searcher: Searcher,
        position: Option<Position>,
        words: Arc<Dictionary>,
        before: Option<&Self>,
        model: Option<&Arc<Model>>,
        stop: &Stop,
    ) -> tantivy::Result<Self> {
        let is_same = |known: &Option<Arc<Model>>| match (known, model) {
            (Some(known), Some(model)) => Arc::ptr_eq(known, model),
            (None, None) => true,
            _ => false,
        };
        let knows = before.is_some_and(|before| is_same(&before.model));
        let known = before.map(|before| before.segments.as_slice()).unwrap_or_default();
        let known: HashMap<SegmentId, &Segment> =
            known.iter().map(|segment| (segment.reader.segment_id(), segment)).collect();
        let open = |reader: &SegmentReader| {
            let known = known.get(&reader.segment_id());
            let columns = match known {
                Some(known) => Arc::clone(&known.columns),
                None => Arc::new(Columns::open(fields, reader)?),
            };
            let mut segment = Segment { reader: reader.clone(), columns, vectors: Arc::default() };
            match (known, model) {
                (Some(known), _) if knows => segment.vectors = Arc::clone(&known.vectors),
                (_, Some(model)) => segment.vectors = model.vectors(&segment, stop)?.into(),
                (_, None) => {}
            }
            Ok(segment)
        };
        let segments = searcher.segment_readers().iter().map(open).collect::<tantivy::Result<_>>()?;
        Ok(Self { searcher, segments, position, words, model: model.cloned() })
    }
}

/// One segment.
pub(super) struct Segment {
    /// The engine's own view.
    pub(super) reader: SegmentReader,
    /// Its columns, which never change.
    pub(super) columns: Arc<Columns>,
    /// What each product is about; empty before anything was learned.
    vectors: Arc<[Vector]>,
}

/// The columns of a segment.
pub(super) struct Columns {
    pub(super) code: StrColumn,
    /// The products' codes, by their ordinals.
    pub(super) codes: Texts,
    pub(super) availability: Column<u64>,
    pub(super) published_at: Column<i64>,
    pub(super) main_lengths: MainLengths,
    /// What facets are made of.
    pub(super) values: Values,
    numbers_below: OpenColumns<Column<i64>>,
    texts_below: OpenColumns<StrColumn>,
    /// Which products are reduced in a market.
    reduced_in: OpenColumns<Arc<Documents>>,
}

/// Columns of one market, language or collection, opened when first needed.
type OpenColumns<C> = RwLock<BTreeMap<String, C>>;

impl Columns {
    fn open(fields: &Fields, reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let missing = || tantivy::TantivyError::SchemaError("a segment has no codes".to_owned());
        let code = columns.str(column::CODE)?.ok_or_else(missing)?;
        Ok(Self {
            codes: Texts::open(&code)?,
            code,
            availability: columns.u64(column::AVAILABILITY)?,
            published_at: columns.i64(column::PUBLISHED_AT)?,
            main_lengths: MainLengths::open(reader, fields.all_bags())?,
            values: Values::open(reader)?,
            numbers_below: OpenColumns::default(),
            texts_below: OpenColumns::default(),
            reduced_in: OpenColumns::default(),
        })
    }
}

impl Segment {
    /// What a product is about.
    pub(super) fn vector(&self, document: DocId) -> Vector {
        self.vectors.get(document as usize).copied().unwrap_or(Vector::ZERO)
    }

    /// The column of numbers below `parent`, if a product of the segment has one.
    pub(super) fn numbers_below(&self, parent: &str, child: &str) -> tantivy::Result<Option<Column<i64>>> {
        opened(&self.columns.numbers_below, parent, child, |name| self.reader.fast_fields().column_opt(name))
    }

    /// The column of texts below `parent`, if a product of the segment has one.
    pub(super) fn texts_below(&self, parent: &str, child: &str) -> tantivy::Result<Option<StrColumn>> {
        opened(&self.columns.texts_below, parent, child, |name| self.reader.fast_fields().str(name))
    }

    /// The products that are reduced in a market: looked up once, since every list counts them.
    pub(super) fn reduced_in(&self, fields: &Fields, market: &MarketCode) -> tantivy::Result<Arc<Documents>> {
        let known = &self.columns.reduced_in;
        if let Some(documents) = known.read().unwrap_or_else(PoisonError::into_inner).get(market.as_str()) {
            return Ok(Arc::clone(documents));
        }
        let term = fields.reduced(market);
        let mut documents = Documents::none_of(self.reader.max_doc() as usize);
        self.each_having(&term, |document| documents.insert(document))?;
        let documents = Arc::new(documents);
        // Only what exists is kept, so that nobody fills the memory by asking for others.
        if documents.len() == 0 {
            return Ok(documents);
        }
        let kept = Arc::clone(&documents);
        known.write().unwrap_or_else(PoisonError::into_inner).insert(market.as_str().to_owned(), kept);
        Ok(documents)
    }

    /// The products that one of the terms finds.
    pub(super) fn having(&self, terms: &[Term]) -> tantivy::Result<BitSet> {
        let mut found = BitSet::with_max_value(self.reader.max_doc());
        for term in terms {
            self.each_having(term, |document| {
                found.insert(document);
            })?;
        }
        Ok(found)
    }

    /// Tells of each product that a term finds, in ascending order; of deleted ones, too.
    pub(super) fn each_having(&self, term: &Term, mut tell: impl FnMut(DocId)) -> tantivy::Result<()> {
        let inverted = self.reader.inverted_index(term.field())?;
        let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { return Ok(()) };
        let mut document = postings.doc();
        while document != TERMINATED {
            tell(document);
            document = postings.advance();
        }
        Ok(())
    }
}

/// Opens a column, or takes the one that is open. Only columns that exist are kept, so that nobody fills the memory by
/// asking for others.
fn opened<C: Clone>(
    columns: &OpenColumns<C>,
    parent: &str,
    child: &str,
    open: impl FnOnce(&str) -> tantivy::Result<Option<C>>,
) -> tantivy::Result<Option<C>> {
    let name = column::below(parent, child);
    if let Some(column) = columns.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
        return Ok(Some(column.clone()));
    }
    let column = open(&name)?;
    if let Some(column) = &column {
        columns.write().unwrap_or_else(PoisonError::into_inner).insert(name, column.clone());
    }
    Ok(column)
}

/// The text of an ordinal; empty where there is none.
pub(super) fn text_of(column: &StrColumn, ordinal: u64) -> tantivy::Result<String> {
    let mut text = String::new();
    column.ord_to_str(ordinal, &mut text)?;
    Ok(text)
}
