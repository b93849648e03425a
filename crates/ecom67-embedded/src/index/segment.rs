//! The index at one moment, and the columns of its segments, opened once.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use ecom67_app::port::Position;
use ecom67_domain::MarketCode;
use ecom67_ranking::Vector;
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use super::bags::FirstBagLengths;
use super::dictionary::Dictionary;
use super::documents::Documents;
use super::schema::{Fields, SEPARATOR, column};
use super::semantics::Model;
use super::stop::Stop;

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
    pub(super) first_bag_lengths: FirstBagLengths,
    /// Absent where no product of the segment has a value; so are the following.
    pub(super) category: Option<Terms>,
    pub(super) brand: Option<Terms>,
    pub(super) attribute: Option<Terms>,
    /// Which of the attribute column's ordinals belong to which attribute, in the order of the attributes' codes.
    pub(super) attributes: Vec<AttributeOrdinals>,
    numbers_below: OpenColumns<Column<i64>>,
    texts_below: OpenColumns<StrColumn>,
    /// Which products are reduced in a market.
    reduced_in: OpenColumns<Arc<Documents>>,
}

/// Columns of one market, language or collection, opened when first needed.
type OpenColumns<C> = RwLock<BTreeMap<String, C>>;

/// Where the values of an attribute stand.
pub(super) struct AttributeOrdinals {
    /// The attribute.
    pub(super) code: String,
    /// The code's hash.
    pub(super) hash: u64,
    /// The ordinals of its values.
    pub(super) ordinals: Range<usize>,
}

/// A column of values from a dictionary of the segment's own. Ordinals stand in the order of the values, but mean
/// something else in each segment. They are kept unpacked, in two bytes each or in four: a list of everything reads them
/// all.
pub(super) struct Terms {
    /// The values.
    pub(super) texts: Texts,
    /// For each ordinal the hash of its value: by these, values of several segments are found to be the same without
    /// being read.
    pub(super) hashes: Vec<u64>,
    /// The ordinals of the first document, of the second, and so on.
    ordinals: Ordinals,
    /// For each document where its ordinals begin, and at last where they all end.
    starts: Vec<u32>,
}

/// Ordinals, in as few bytes as the column's values need.
enum Ordinals {
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Ordinals {
    fn of_values(values: usize) -> Self {
        if u16::try_from(values).is_ok() { Self::Short(Vec::new()) } else { Self::Long(Vec::new()) }
    }

    fn len(&self) -> usize {
        match self {
            Self::Short(ordinals) => ordinals.len(),
            Self::Long(ordinals) => ordinals.len(),
        }
    }

    fn push(&mut self, ordinal: u64) -> tantivy::Result<()> {
        match self {
            Self::Short(ordinals) => ordinals.push(ordinal.try_into().map_err(too_many)?),
            Self::Long(ordinals) => ordinals.push(ordinal.try_into().map_err(too_many)?),
        }
        Ok(())
    }

    fn shrink_to_fit(&mut self) {
        match self {
            Self::Short(ordinals) => ordinals.shrink_to_fit(),
            Self::Long(ordinals) => ordinals.shrink_to_fit(),
        }
    }
}

/// How many documents are looked up at once, so that the machine waits for their places in memory together.
const LOOKED_UP_AT_ONCE: usize = 64;

/// How many documents are unpacked at once.
const UNPACKED_AT_ONCE: usize = 1_024;

/// The texts of a column's dictionary by their ordinals, in memory: to read one from the dictionary itself costs as much as
/// all that stand before it in its block.
pub(super) struct Texts {
    all: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Texts {
    fn open(column: &StrColumn) -> tantivy::Result<Self> {
        let mut texts = Self { all: String::new(), ends: Vec::with_capacity(column.num_terms()) };
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            texts.all.push_str(std::str::from_utf8(stream.key()).map_err(not_a_text)?);
            texts.ends.push(u32::try_from(texts.all.len()).map_err(too_many)?);
        }
        texts.all.shrink_to_fit();
        Ok(texts)
    }

    /// The text of an ordinal; empty where there is none.
    pub(super) fn get(&self, ordinal: usize) -> &str {
        let begin = ordinal.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(ordinal).copied().unwrap_or(begin);
        self.all.get(begin as usize..end as usize).unwrap_or_default()
    }

    /// The texts that come after another, in their order.
    pub(super) fn iter_after<'texts>(&'texts self, text: &str) -> impl Iterator<Item = &'texts str> {
        let (mut from, mut to) = (0, self.ends.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            if self.get(middle) <= text {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        (from..self.ends.len()).map(|ordinal| self.get(ordinal))
    }

    /// All texts, in the order of their ordinals.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|ordinal| self.get(ordinal))
    }
}

fn not_a_text(_: std::str::Utf8Error) -> tantivy::TantivyError {
    tantivy::TantivyError::SchemaError("a segment has a value that is no text".to_owned())
}

fn too_many(_: std::num::TryFromIntError) -> tantivy::TantivyError {
    tantivy::TantivyError::SystemError("a segment has too many values".to_owned())
}

impl Terms {
    fn open(reader: &SegmentReader, name: &str) -> tantivy::Result<Option<Self>> {
        let Some(column) = reader.fast_fields().str(name)? else { return Ok(None) };
        let texts = Texts::open(&column)?;
        let hashes = texts.iter().map(|text| hash(text.as_bytes())).collect();
        let ordinals = Ordinals::of_values(texts.ends.len());
        let mut terms = Self { texts, hashes, ordinals, starts: Vec::new() };
        terms.unpack(&column, reader.max_doc())?;
        Ok(Some(terms))
    }

    fn unpack(&mut self, column: &StrColumn, documents: DocId) -> tantivy::Result<()> {
        let column = column.ords();
        let documents: Vec<DocId> = (0..documents).collect();
        self.starts.reserve_exact(documents.len() + 1);
        let (mut owners, mut rows, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for block in documents.chunks(UNPACKED_AT_ONCE) {
            owners.clear();
            rows.clear();
            column.row_ids_for_docs(block, &mut owners, &mut rows);
            values.resize(rows.len(), 0);
            column.values.get_vals(&rows, &mut values);
            let mut of_block = owners.iter().zip(&values).peekable();
            for document in block {
                self.starts.push(u32::try_from(self.ordinals.len()).map_err(too_many)?);
                while let Some((_, ordinal)) = of_block.next_if(|(owner, _)| *owner == document) {
                    self.ordinals.push(*ordinal)?;
                }
            }
        }
        self.starts.push(u32::try_from(self.ordinals.len()).map_err(too_many)?);
        self.ordinals.shrink_to_fit();
        Ok(())
    }

    /// Tells the ordinals of each document's values.
    pub(super) fn each_of(&self, documents: &[DocId], tell: impl FnMut(u32)) {
        match &self.ordinals {
            Ordinals::Short(ordinals) => each_of(ordinals, &self.starts, documents, tell),
            Ordinals::Long(ordinals) => each_of(ordinals, &self.starts, documents, tell),
        }
    }
}

fn each_of<Ordinal: Copy + Into<u32>>(
    ordinals: &[Ordinal],
    starts: &[u32],
    documents: &[DocId],
    mut tell: impl FnMut(u32),
) {
    let mut places = [(0, 0); LOOKED_UP_AT_ONCE];
    for documents in documents.chunks(LOOKED_UP_AT_ONCE) {
        let places = &mut places[..documents.len()];
        for (place, document) in places.iter_mut().zip(documents) {
            let document = *document as usize;
            *place = (starts[document] as usize, starts[document + 1] as usize);
        }
        // Hits are far apart. One after the other, each would be waited for; looked at first, they come together.
        let first = |(from, _): &(usize, usize)| ordinals.get(*from).map_or(0, |ordinal| (*ordinal).into());
        std::hint::black_box(places.iter().map(first).fold(0, u32::wrapping_add));
        for (from, to) in &*places {
            ordinals[*from..*to].iter().for_each(|ordinal| tell((*ordinal).into()));
        }
    }
}

/// The hash of a value, the same in all segments while the process lives.
pub(super) fn hash(value: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(value);
    hasher.finish()
}

impl Columns {
    fn open(fields: &Fields, reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let missing = || tantivy::TantivyError::SchemaError("a segment has no codes".to_owned());
        let attribute = Terms::open(reader, column::ATTRIBUTE)?;
        let attributes = attribute.as_ref().map(attribute_ordinals).unwrap_or_default();
        let code = columns.str(column::CODE)?.ok_or_else(missing)?;
        Ok(Self {
            codes: Texts::open(&code)?,
            code,
            availability: columns.u64(column::AVAILABILITY)?,
            published_at: columns.i64(column::PUBLISHED_AT)?,
            first_bag_lengths: FirstBagLengths::open(reader, fields.all_bags())?,
            category: Terms::open(reader, column::CATEGORY)?,
            brand: Terms::open(reader, column::BRAND)?,
            attribute,
            attributes,
            numbers_below: OpenColumns::default(),
            texts_below: OpenColumns::default(),
            reduced_in: OpenColumns::default(),
        })
    }

    /// The ordinals that belong to an attribute.
    pub(super) fn ordinals_of(&self, attribute: &str) -> Range<usize> {
        let found = self.attributes.binary_search_by(|own| own.code.as_str().cmp(attribute));
        found.map_or(0..0, |index| self.attributes[index].ordinals.clone())
    }
}

fn attribute_ordinals(terms: &Terms) -> Vec<AttributeOrdinals> {
    let mut attributes: Vec<AttributeOrdinals> = Vec::new();
    for (ordinal, token) in terms.texts.iter().enumerate() {
        let code = token.split(SEPARATOR).next().unwrap_or_default();
        match attributes.last_mut() {
            Some(last) if last.code == code => last.ordinals.end = ordinal + 1,
            _ => attributes.push(AttributeOrdinals {
                code: code.to_owned(),
                hash: hash(code.as_bytes()),
                ordinals: ordinal..ordinal + 1,
            }),
        }
    }
    attributes
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
