//! How often products have a word in both bags of words (`ecom67_ranking::bags`), read off three fields.
//!
//! Nearly every word of the bag of what the merchant says first stands in the bag of every text as well. So only one
//! field has every word; beside it one has the names, which the first bag repeats, and one the words that the first bag
//! does not have. To write the first bag as a field of its own took two fifths more postings, and a query had to read
//! nearly every posting twice.

use std::io;
use std::sync::Arc;

use ecom67_domain::Language;
use ecom67_ranking::bags::NAME_WEIGHT;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption, SchemaBuilder, TextOptions};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED};

use super::analysis::Analysis;

/// How often a name is repeated in the first bag beyond the once that it stands in every text.
#[expect(clippy::cast_possible_truncation, reason = "a small constant")]
const REPEATED: u32 = NAME_WEIGHT as u32 - 1;

/// The fields of the words of texts that are analysed in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BagFields {
    /// Every text: the second bag.
    pub(super) every: Field,
    /// The name.
    pub(super) name: Field,
    /// What is not in the first bag.
    pub(super) beside: Field,
}

impl BagFields {
    fn new(builder: &mut SchemaBuilder, kind: &str, options: &TextOptions) -> Self {
        let mut field = |name: &str| builder.add_text_field(&format!("{name}_{kind}"), options.clone());
        Self { every: field("every"), name: field("name"), beside: field("beside") }
    }

    /// How many words both bags of all products have: the first, and the second.
    pub(super) fn words(self, searcher: &Searcher) -> tantivy::Result<[u64; 2]> {
        let count = |field| {
            let of_segment = |reader: &SegmentReader| Ok(reader.inverted_index(field)?.total_num_tokens());
            searcher.segment_readers().iter().map(of_segment).sum::<tantivy::Result<u64>>()
        };
        let every = count(self.every)?;
        let first = every + u64::from(REPEATED) * count(self.name)?;
        Ok([first.saturating_sub(count(self.beside)?), every])
    }
}

/// The fields of the words of all texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bags {
    english: BagFields,
    german: BagFields,
    other: BagFields,
}

impl Bags {
    pub(super) fn new(builder: &mut SchemaBuilder, options: &TextOptions) -> Self {
        let mut fields = |kind| BagFields::new(builder, kind, options);
        Self { english: fields("en"), german: fields("de"), other: fields("other") }
    }

    pub(super) fn of(&self, language: Language) -> BagFields {
        match Analysis::of(language) {
            Analysis::English => self.english,
            Analysis::German => self.german,
            Analysis::Other => self.other,
        }
    }

    pub(super) const fn all(&self) -> [BagFields; 3] {
        [self.english, self.german, self.other]
    }
}

/// How long the first bag of each document of a segment is, as the engine writes lengths down: in one byte. Worked out once,
/// as a query would have to look at three places for each hit.
pub(super) struct FirstBagLengths {
    english: Box<[u8]>,
    german: Box<[u8]>,
    other: Box<[u8]>,
}

impl FirstBagLengths {
    pub(super) fn open(reader: &SegmentReader, bags: &Bags) -> tantivy::Result<Self> {
        let lengths = |fields: BagFields| -> tantivy::Result<Box<[u8]>> {
            let every = reader.get_fieldnorms_reader(fields.every)?;
            let name = reader.get_fieldnorms_reader(fields.name)?;
            let beside = reader.get_fieldnorms_reader(fields.beside)?;
            let of_document = |document: DocId| {
                let first = every.fieldnorm(document) + REPEATED * name.fieldnorm(document);
                FieldNormReader::fieldnorm_to_id(first.saturating_sub(beside.fieldnorm(document)))
            };
            Ok((0..reader.max_doc()).map(of_document).collect())
        };
        Ok(Self { english: lengths(bags.english)?, german: lengths(bags.german)?, other: lengths(bags.other)? })
    }

    pub(super) fn of(&self, language: Language) -> &[u8] {
        match Analysis::of(language) {
            Analysis::English => &self.english,
            Analysis::German => &self.german,
            Analysis::Other => &self.other,
        }
    }
}

/// The words of one segment's texts.
pub(super) struct SegmentBags {
    every: Arc<InvertedIndexReader>,
    name: Arc<InvertedIndexReader>,
    beside: Arc<InvertedIndexReader>,
}

impl SegmentBags {
    pub(super) fn open(reader: &SegmentReader, fields: BagFields) -> tantivy::Result<Self> {
        Ok(Self {
            every: reader.inverted_index(fields.every)?,
            name: reader.inverted_index(fields.name)?,
            beside: reader.inverted_index(fields.beside)?,
        })
    }

    /// Every word.
    pub(super) fn words(&self) -> &InvertedIndexReader {
        &self.every
    }

    /// The products that have a word, as it stands in the fields; `None` where there are none.
    pub(super) fn read(&self, word: &[u8]) -> io::Result<Option<WordPostings>> {
        let read = |inverted: &InvertedIndexReader| {
            let Some(found) = inverted.terms().get(word)? else { return Ok(None) };
            inverted.read_postings_from_terminfo(&found, IndexRecordOption::WithFreqs).map(Some)
        };
        let Some(every) = read(&self.every)? else { return Ok(None) };
        Ok(Some(WordPostings { every, name: read(&self.name)?, beside: read(&self.beside)? }))
    }
}

/// The products that have a word, in ascending order of documents.
pub(super) struct WordPostings {
    every: SegmentPostings,
    /// Of those, the products whose name has it.
    name: Option<SegmentPostings>,
    /// Of those, the products that have it beside their first bag.
    beside: Option<SegmentPostings>,
}

impl WordPostings {
    /// How many there are, removed ones among them.
    pub(super) fn len(&self) -> usize {
        self.every.doc_freq() as usize
    }

    /// Where it stands; [`TERMINATED`] after the last.
    pub(super) fn document(&self) -> DocId {
        self.every.doc()
    }

    /// Goes on to the next.
    pub(super) fn advance(&mut self) -> DocId {
        self.every.advance()
    }

    /// Goes on to `document`, or the first after it. Stays where it is where it is as far already.
    pub(super) fn seek(&mut self, document: DocId) -> DocId {
        if self.every.doc() < document { self.every.seek(document) } else { self.every.doc() }
    }

    /// How often the product where it stands has the word: in the first bag, and in the second.
    pub(super) fn counts(&mut self) -> [u32; 2] {
        let document = self.every.doc();
        let every = self.every.term_freq();
        let first = every + REPEATED * count_at(&mut self.name, document);
        [first.saturating_sub(count_at(&mut self.beside, document)), every]
    }
}

/// How often a document has the word; it may be asked for in ascending order only.
fn count_at(postings: &mut Option<SegmentPostings>, document: DocId) -> u32 {
    let Some(own) = postings else { return 0 };
    let reached = if own.doc() < document { own.seek(document) } else { own.doc() };
    if reached == TERMINATED {
        *postings = None;
        return 0;
    }
    if reached == document { own.term_freq() } else { 0 }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use ecom67_app::search::{IndexChange, IndexEntry, ProductIndex};
    use ecom67_testkit::Random;
    use ecom67_testkit::product_index::an_entry;

    use super::super::TantivyIndex;
    use super::*;

    /// Words that neither language makes anything else of, few enough that texts share them.
    const WORDS: [&str; 8] = ["kelo", "marvi", "tolnu", "brip", "sondu", "fark", "zilm", "pukta"];

    fn words(random: &mut Random, most: u64) -> String {
        let count = random.below(most + 1);
        let words: Vec<&str> = (0..count).map(|_| random.pick(&WORDS)).collect();
        words.join(" ")
    }

    fn random_entry(random: &mut Random, number: u32, language: Language) -> IndexEntry {
        let entry = an_entry(&format!("product-{number}")).text(language, |text| {
            text.name = words(random, 4);
            text.description = words(random, 20);
            text.product_type = words(random, 2);
            text.words = words(random, 6);
        });
        if random.one_in(2) { entry.brand(random.pick(&WORDS)).build() } else { entry.build() }
    }

    /// How often each bag has each word, counted one by one as `ecom67_ranking::bags` says.
    fn counted(entry: &IndexEntry, language: Language) -> (BTreeMap<String, [u32; 2]>, [u32; 2]) {
        let text = &entry.texts.iter().find(|(own, _)| *own == language).unwrap().1;
        let brand = entry.brand.as_deref().unwrap_or_default();
        let main = [text.name.as_str()].repeat(NAME_WEIGHT).into_iter().chain([&*text.description, brand]);
        let all = [&*text.name, &*text.description, brand, &*text.product_type, &*text.words];
        let (mut counts, mut lengths) = (BTreeMap::new(), [0; 2]);
        let mut count = |bag: usize, text: &str| {
            for word in text.split_whitespace() {
                counts.entry(word.to_owned()).or_insert([0; 2])[bag] += 1;
                lengths[bag] += 1;
            }
        };
        for text in main {
            count(0, text);
        }
        for text in all {
            count(1, text);
        }
        (counts, lengths)
    }

    #[tokio::test]
    async fn both_bags_have_what_is_counted_word_by_word_in_every_language() {
        let mut random = Random::seeded(67);
        for language in [Language::ENGLISH, Language::GERMAN, "fr".parse().unwrap()] {
            let folder = tempfile::tempdir().unwrap();
            let index = TantivyIndex::open(folder.path()).unwrap();
            let entries: Vec<IndexEntry> = (0..300).map(|number| random_entry(&mut random, number, language)).collect();
            let changes = entries.iter().map(|entry| IndexChange::Put(Box::new(entry.clone()))).collect();
            index.apply(changes, None).await.unwrap();
            let (snapshot, fields) = (index.inner.snapshot(), index.inner.fields);
            let counted: Vec<_> = entries.iter().map(|entry| counted(entry, language)).collect();
            let sum = |bag: usize| counted.iter().map(|(_, lengths)| u64::from(lengths[bag])).sum::<u64>();

            assert_eq!(fields.bags(language).words(&snapshot.searcher).unwrap(), [sum(0), sum(1)]);
            let mut seen = BTreeSet::new();
            for segment in &snapshot.segments {
                let bags = SegmentBags::open(&segment.reader, fields.bags(language)).unwrap();
                for word in WORDS {
                    let Some(mut postings) = bags.read(super::super::schema::token(language, word).as_bytes()).unwrap()
                    else {
                        continue;
                    };
                    while postings.document() != TERMINATED {
                        let document = postings.document();
                        let code = segment.columns.code.ords().first(document).unwrap();
                        let code = segment.columns.codes.get(usize::try_from(code).unwrap());
                        let number: usize = code.trim_start_matches("product-").parse().unwrap();
                        let (counts, [length, _]) = &counted[number];
                        assert_eq!(postings.counts(), counts[word], "{word} in {:?}", entries[number]);
                        let kept = segment.columns.first_bag_lengths.of(language)[document as usize];
                        assert_eq!(kept, FieldNormReader::fieldnorm_to_id(*length), "{:?}", entries[number]);
                        seen.insert((number, word));
                        postings.advance();
                    }
                }
            }
            assert_eq!(seen.len(), counted.iter().map(|(counts, _)| counts.len()).sum::<usize>());
        }
    }
}
