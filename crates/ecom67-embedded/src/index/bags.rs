//! How often products have a word in both bags of words (`ecom67_ranking::bags`), read off three fields.
//!
//! Nearly every word of the bag of what the merchant says first, `main`, stands in the bag of every text, `all`, as well. So
//! only one field has every word; beside it one has the names, which `main` repeats, and one the words that `main` does not
//! have. To write `main` as a field of its own took two fifths more postings, and a query had to read nearly every posting
//! twice.

use std::io;
use std::sync::Arc;

use ecom67_domain::Language;
use ecom67_ranking::bags::NAME_WEIGHT;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{FAST, Field, IndexRecordOption, SchemaBuilder, TextOptions};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::analysis::Analysis;

/// How often a name is repeated in `main` beyond the once that it stands in `all`.
#[expect(clippy::cast_possible_truncation, reason = "a small constant")]
const REPEATED: u32 = NAME_WEIGHT as u32 - 1;

/// The fields of the words of texts that are analysed in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BagFields {
    /// Every text.
    pub(super) all: Field,
    /// The name.
    pub(super) name: Field,
    /// What is not in `main`.
    pub(super) beside: Field,
    /// How many words `main` has. The engine's own lengths are rounded, and a difference of such is off by more than a short
    /// `main` has.
    pub(super) main_length: Field,
}

impl BagFields {
    fn new(builder: &mut SchemaBuilder, kind: &str, options: &TextOptions) -> Self {
        let mut field = |name: &str| builder.add_text_field(&format!("{name}_{kind}"), options.clone());
        let (all, name, beside) = (field("all"), field("name"), field("beside"));
        Self { all, name, beside, main_length: builder.add_u64_field(&format!("main_length_{kind}"), FAST) }
    }

    /// How many words `main` and `all` of all products have together.
    pub(super) fn lengths(self, segments: &[&SegmentReader]) -> tantivy::Result<[u64; 2]> {
        let words = |field| {
            let of_segment = |reader: &&SegmentReader| Ok(reader.inverted_index(field)?.total_num_tokens());
            segments.iter().map(of_segment).sum::<tantivy::Result<u64>>()
        };
        let all = words(self.all)?;
        let main = all + u64::from(REPEATED) * words(self.name)?;
        Ok([main.saturating_sub(words(self.beside)?), all])
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

    pub(super) const fn each(&self) -> [BagFields; 3] {
        [self.english, self.german, self.other]
    }
}

/// How long `main` of each document of a segment is, as the engine writes lengths down: in one byte.
pub(super) struct MainLengths {
    english: Box<[u8]>,
    german: Box<[u8]>,
    other: Box<[u8]>,
}

/// How many documents are unpacked at once.
const UNPACKED_AT_ONCE: usize = 1_024;

impl MainLengths {
    pub(super) fn open(reader: &SegmentReader, bags: &Bags) -> tantivy::Result<Self> {
        let documents: Vec<DocId> = (0..reader.max_doc()).collect();
        let lengths = |fields: BagFields| -> tantivy::Result<Box<[u8]>> {
            let name = reader.schema().get_field_name(fields.main_length);
            let mut lengths = vec![0; documents.len()].into_boxed_slice();
            let Some(column) = reader.fast_fields().column_opt::<u64>(name)? else { return Ok(lengths) };
            let mut found = Vec::with_capacity(UNPACKED_AT_ONCE);
            for (documents, lengths) in documents.chunks(UNPACKED_AT_ONCE).zip(lengths.chunks_mut(UNPACKED_AT_ONCE)) {
                found.clear();
                found.resize(documents.len(), None);
                column.first_vals(documents, &mut found);
                for (length, found) in lengths.iter_mut().zip(&found) {
                    let words = u32::try_from(found.unwrap_or_default()).unwrap_or(u32::MAX);
                    *length = FieldNormReader::fieldnorm_to_id(words);
                }
            }
            Ok(lengths)
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
    all: Arc<InvertedIndexReader>,
    name: Arc<InvertedIndexReader>,
    beside: Arc<InvertedIndexReader>,
}

impl SegmentBags {
    pub(super) fn open(reader: &SegmentReader, fields: BagFields) -> tantivy::Result<Self> {
        Ok(Self {
            all: reader.inverted_index(fields.all)?,
            name: reader.inverted_index(fields.name)?,
            beside: reader.inverted_index(fields.beside)?,
        })
    }

    /// The products that have a word, as it stands in the fields; `None` where there are none.
    pub(super) fn read(&self, word: &[u8]) -> io::Result<Option<WordPostings>> {
        let Some(all) = self.all.terms().get(word)? else { return Ok(None) };
        self.read_all(word, &all).map(Some)
    }

    /// The same of a word that is known to stand there in `all`.
    fn read_all(&self, word: &[u8], all: &TermInfo) -> io::Result<WordPostings> {
        let with_counts = IndexRecordOption::WithFreqs;
        let read = |inverted: &InvertedIndexReader| {
            let Some(found) = inverted.terms().get(word)? else { return Ok(None) };
            inverted.read_postings_from_terminfo(&found, with_counts).map(Some)
        };
        let all = self.all.read_postings_from_terminfo(all, with_counts)?;
        Ok(WordPostings { all, name: read(&self.name)?, beside: read(&self.beside)? })
    }

    /// Tells of each word in how many products `main` has it, removed ones among them, until it is told to stop.
    pub(super) fn each_of_main(&self, mut tell: impl FnMut(&[u8], u64) -> tantivy::Result<()>) -> tantivy::Result<()> {
        // Most words stand in `main` wherever they stand. Only of those that stand beside it too is each product looked at.
        let mut beside = self.beside.terms().stream()?;
        let mut has_beside = beside.advance();
        let mut words = self.all.terms().stream()?;
        while words.advance() {
            while has_beside && beside.key() < words.key() {
                has_beside = beside.advance();
            }
            let mut products = u64::from(words.value().doc_freq);
            if has_beside && beside.key() == words.key() {
                let mut postings = self.read_all(words.key(), words.value())?;
                products = 0;
                while postings.document() != TERMINATED {
                    let [main, _] = postings.counts();
                    products += u64::from(main > 0);
                    postings.advance();
                }
            }
            tell(words.key(), products)?;
        }
        Ok(())
    }

    /// Tells of each word, with the products that have it, as far as it is `wanted`, until it is told to stop.
    pub(super) fn each_wanted(
        &self,
        mut wanted: impl FnMut(&[u8]) -> tantivy::Result<bool>,
        mut tell: impl FnMut(&[u8], WordPostings),
    ) -> tantivy::Result<()> {
        let mut words = self.all.terms().stream()?;
        while words.advance() {
            if wanted(words.key())? {
                tell(words.key(), self.read_all(words.key(), words.value())?);
            }
        }
        Ok(())
    }
}

/// The products that have a word, in ascending order of documents.
pub(super) struct WordPostings {
    all: SegmentPostings,
    /// Of those, the products whose name has it.
    name: Option<SegmentPostings>,
    /// Of those, the products that have it beside `main`.
    beside: Option<SegmentPostings>,
}

impl WordPostings {
    /// How many there are, removed ones among them.
    pub(super) fn len(&self) -> usize {
        self.all.doc_freq() as usize
    }

    /// Where it stands; [`TERMINATED`] after the last.
    pub(super) fn document(&self) -> DocId {
        self.all.doc()
    }

    /// Goes on to the next.
    pub(super) fn advance(&mut self) -> DocId {
        self.all.advance()
    }

    /// Goes on to `document`, or the first after it. Stays where it is where it is as far already.
    pub(super) fn seek(&mut self, document: DocId) -> DocId {
        if self.all.doc() < document { self.all.seek(document) } else { self.all.doc() }
    }

    /// How often `main` and `all` of the product where it stands have the word.
    pub(super) fn counts(&mut self) -> [u32; 2] {
        let document = self.all.doc();
        let all = self.all.term_freq();
        let main = all + REPEATED * count_at(&mut self.name, document);
        [main.saturating_sub(count_at(&mut self.beside, document)), all]
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

    /// Short and long texts: the engine rounds lengths from 40 on.
    fn random_entry(random: &mut Random, number: u64, language: Language) -> IndexEntry {
        let most = if random.one_in(3) { 700 } else { 20 };
        let entry = an_entry(&format!("product-{number}")).text(language, |text| {
            text.name = words(random, 4);
            text.description = words(random, most);
            text.product_type = words(random, 2);
            text.words = words(random, most);
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
            // Several commits, so that there are several segments, some of them merged.
            for entries in entries.chunks(60) {
                let changes = entries.iter().map(|entry| IndexChange::Put(Box::new(entry.clone()))).collect();
                index.apply(changes, None).await.unwrap();
            }
            let (snapshot, fields) = (index.inner.snapshot(), index.inner.fields.bags(language));
            let counted: Vec<_> = entries.iter().map(|entry| counted(entry, language)).collect();
            let sum = |bag: usize| counted.iter().map(|(_, lengths)| u64::from(lengths[bag])).sum::<u64>();
            let segments: Vec<_> = snapshot.segments.iter().map(|segment| &segment.reader).collect();
            assert_eq!(fields.lengths(&segments).unwrap(), [sum(0), sum(1)]);

            let mut seen = BTreeSet::new();
            let mut in_main: BTreeMap<String, u64> = BTreeMap::new();
            for segment in &snapshot.segments {
                let bags = SegmentBags::open(&segment.reader, fields).unwrap();
                let number_of = |document: DocId| -> usize {
                    let code = segment.columns.code.ords().first(document).unwrap();
                    let code = segment.columns.codes.get(usize::try_from(code).unwrap());
                    code.trim_start_matches("product-").parse().unwrap()
                };
                let look = |word: &[u8], mut postings: WordPostings| {
                    let word = std::str::from_utf8(word).unwrap();
                    let plain = WORDS.into_iter().find(|plain| word.ends_with(plain)).unwrap();
                    while postings.document() != TERMINATED {
                        let document = postings.document();
                        let number = number_of(document);
                        let (counts, [length, _]) = &counted[number];
                        assert_eq!(postings.counts(), counts[plain], "{plain} in {:?}", entries[number]);
                        let kept = segment.columns.main_lengths.of(language)[document as usize];
                        assert_eq!(kept, FieldNormReader::fieldnorm_to_id(*length), "{:?}", entries[number]);
                        seen.insert((number, plain));
                        // Sometimes further on than to the next.
                        let skipped = u32::try_from(random.below(3)).unwrap();
                        for passed in document + 1..=document + skipped {
                            if let Some(number) = (passed < segment.reader.max_doc()).then(|| number_of(passed))
                                && counted[number].0.contains_key(plain)
                            {
                                seen.insert((number, plain));
                            }
                        }
                        postings.seek(document + 1 + skipped);
                    }
                };
                bags.each_wanted(|_| Ok(true), look).unwrap();
                let count = |word: &[u8], products| {
                    let word = std::str::from_utf8(word).unwrap();
                    let plain = WORDS.into_iter().find(|plain| word.ends_with(plain)).unwrap();
                    *in_main.entry(plain.to_owned()).or_default() += products;
                    Ok(())
                };
                bags.each_of_main(count).unwrap();
            }
            assert_eq!(seen.len(), counted.iter().map(|(counts, _)| counts.len()).sum::<usize>());
            for (word, products) in in_main {
                let having = |(counts, _): &&(BTreeMap<String, [u32; 2]>, [u32; 2])| {
                    counts.get(&word).is_some_and(|[main, _]| *main > 0)
                };
                assert_eq!(products, counted.iter().filter(having).count() as u64, "{word}");
            }
        }
    }
}
