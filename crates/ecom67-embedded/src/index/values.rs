//! The values that facets are made of, as one segment has them.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader, TantivyError};

use super::schema::{SEPARATOR, column};

/// The categories, brands and attributes of a segment's documents, and which document has which.
///
/// A value goes by an ordinal, which means something else in each segment. Those of the categories come first, then those of
/// the brands, then those of the attributes, each in the order of their texts. What a document has stands together, so that
/// a list of many hits waits for one place in memory for each and not for one in every column.
pub(super) struct Values {
    texts: Texts,
    /// For each ordinal the hash of its text: by these, values of several segments are found to be the same without being
    /// read.
    hashes: Vec<u64>,
    categories: Range<usize>,
    brands: Range<usize>,
    /// Which ordinals belong to which attribute, in the order of the attributes' codes.
    attributes: Vec<AttributeOrdinals>,
    /// The ordinals of the first document, of the second, and so on.
    ordinals: Ordinals,
    /// For each document where its ordinals begin, and at last where they all end.
    starts: Vec<u32>,
}

/// Where the values of an attribute stand.
pub(super) struct AttributeOrdinals {
    /// The attribute.
    pub(super) code: String,
    /// The code's hash.
    pub(super) hash: u64,
    /// The ordinals of its values.
    pub(super) ordinals: Range<usize>,
}

/// Ordinals, in as few bytes as they need.
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

impl Values {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = [column::CATEGORY, column::BRAND, column::ATTRIBUTE];
        let columns = columns.map(|name| reader.fast_fields().str(name));
        let [category, brand, attribute] = columns;
        let columns = [category?, brand?, attribute?];
        let mut texts = Texts::default();
        let ends = columns.each_ref().map(|column| {
            let added = column.as_ref().map_or(Ok(()), |column| texts.add(column));
            added.map(|()| texts.len())
        });
        let [categories, brands, all] = ends;
        let (categories, brands, all) = (categories?, brands?, all?);
        texts.all.shrink_to_fit();
        let mut values = Self {
            hashes: texts.iter().map(|text| hash(text.as_bytes())).collect(),
            attributes: attribute_ordinals(&texts, brands..all),
            texts,
            categories: 0..categories,
            brands: categories..brands,
            ordinals: Ordinals::of_values(all),
            starts: Vec::new(),
        };
        values.unpack([0, categories, brands], &columns, reader.max_doc())?;
        Ok(values)
    }

    /// Reads which document has which values of columns whose ordinals begin at `firsts`.
    fn unpack(
        &mut self,
        firsts: [usize; 3],
        columns: &[Option<StrColumn>; 3],
        documents: DocId,
    ) -> tantivy::Result<()> {
        let documents: Vec<DocId> = (0..documents).collect();
        self.starts.reserve_exact(documents.len() + 1);
        let mut blocks = [Block::default(), Block::default(), Block::default()];
        for documents in documents.chunks(UNPACKED_AT_ONCE) {
            for (block, column) in blocks.iter_mut().zip(columns) {
                block.read(column.as_ref(), documents);
            }
            let mut ordinals = blocks.each_ref().map(|block| block.iter().peekable());
            for document in documents {
                self.starts.push(u32::try_from(self.ordinals.len()).map_err(too_many)?);
                for (ordinals, first) in ordinals.iter_mut().zip(firsts) {
                    while let Some((_, ordinal)) = ordinals.next_if(|(owner, _)| owner == document) {
                        self.ordinals.push(ordinal + first as u64)?;
                    }
                }
            }
        }
        self.starts.push(u32::try_from(self.ordinals.len()).map_err(too_many)?);
        self.ordinals.shrink_to_fit();
        Ok(())
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The ordinals of the categories.
    pub(super) fn categories(&self) -> Range<usize> {
        self.categories.clone()
    }

    /// The ordinals of the brands.
    pub(super) fn brands(&self) -> Range<usize> {
        self.brands.clone()
    }

    /// Which ordinals belong to which attribute, in the order of the attributes' codes.
    pub(super) fn attributes(&self) -> &[AttributeOrdinals] {
        &self.attributes
    }

    /// The ordinals that belong to all attributes.
    pub(super) fn all_attributes(&self) -> Range<usize> {
        self.brands.end..self.len()
    }

    /// The ordinals that belong to an attribute.
    pub(super) fn attribute(&self, code: &str) -> Range<usize> {
        let found = self.attributes.binary_search_by(|own| own.code.as_str().cmp(code));
        found.map_or(0..0, |index| self.attributes[index].ordinals.clone())
    }

    /// The text of a value.
    pub(super) fn text(&self, ordinal: u32) -> &str {
        self.texts.get(ordinal as usize)
    }

    /// The hash of the text of a value.
    pub(super) fn hash(&self, ordinal: u32) -> u64 {
        self.hashes[ordinal as usize]
    }

    /// Tells the ordinals of each document's values: of one document after the other, in ascending order.
    pub(super) fn each_of(&self, documents: &[DocId], tell: impl FnMut(u32)) {
        match &self.ordinals {
            Ordinals::Short(ordinals) => each_of(ordinals, &self.starts, documents, tell),
            Ordinals::Long(ordinals) => each_of(ordinals, &self.starts, documents, tell),
        }
    }
}

/// The ordinals of some documents in one column.
#[derive(Default)]
struct Block {
    owners: Vec<DocId>,
    rows: Vec<u32>,
    ordinals: Vec<u64>,
}

impl Block {
    fn read(&mut self, column: Option<&StrColumn>, documents: &[DocId]) {
        self.owners.clear();
        self.rows.clear();
        let Some(column) = column else { return };
        column.ords().row_ids_for_docs(documents, &mut self.owners, &mut self.rows);
        self.ordinals.resize(self.rows.len(), 0);
        column.ords().values.get_vals(&self.rows, &mut self.ordinals);
    }

    /// Each ordinal with the document that has it, in the order of the documents.
    fn iter(&self) -> impl Iterator<Item = (DocId, u64)> {
        self.owners.iter().copied().zip(self.ordinals.iter().copied())
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

fn attribute_ordinals(texts: &Texts, of: Range<usize>) -> Vec<AttributeOrdinals> {
    let mut attributes: Vec<AttributeOrdinals> = Vec::new();
    for ordinal in of {
        let code = texts.get(ordinal).split(SEPARATOR).next().unwrap_or_default();
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

/// The texts of columns' dictionaries by their ordinals, in memory: to read one from the dictionary itself costs as much as
/// all that stand before it in its block.
#[derive(Default)]
pub(super) struct Texts {
    all: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn open(column: &StrColumn) -> tantivy::Result<Self> {
        let mut texts = Self::default();
        texts.add(column)?;
        texts.all.shrink_to_fit();
        Ok(texts)
    }

    /// Adds those of another column after those that are there.
    fn add(&mut self, column: &StrColumn) -> tantivy::Result<()> {
        self.ends.reserve_exact(column.num_terms());
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            self.all.push_str(std::str::from_utf8(stream.key()).map_err(not_a_text)?);
            self.ends.push(u32::try_from(self.all.len()).map_err(too_many)?);
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.ends.len()
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

fn not_a_text(_: std::str::Utf8Error) -> TantivyError {
    TantivyError::SchemaError("a segment has a value that is no text".to_owned())
}

fn too_many(_: std::num::TryFromIntError) -> TantivyError {
    TantivyError::SystemError("a segment has too many values".to_owned())
}
