//! What products are about, learned from the catalog alone: vectors of those that use the same words and have the same
//! attributes point the same way.
//!
//! Nothing is stored for it: words are read back from the inverted index. A model is learned from a part of the catalog
//! and applied to all of it, so that learning costs the same however large the catalog is.

use std::collections::HashMap;

use ecom67_domain::Language;
use ecom67_ranking::features::{
    ATTRIBUTES_WEIGHT, SAMPLE, WORDS_MAX, Weights, is_outdated, push_scaled, weighed, word_weight,
};
use ecom67_ranking::{Basis, Matrix, Vector};
use tantivy::{DocId, TERMINATED};

use super::bags::{BagFields, SegmentBags, WordPostings};
use super::schema::Fields;
use super::segment::{Columns, Segment};
use super::stop::Stop;
use super::values::hash;

/// So many products are put into rows at once, of half a kilobyte each: it bounds memory. Every word of the catalog is looked
/// up once for so many; with 1,024 a million products took a minute.
const ROWS_AT_ONCE: u32 = 16_384;

/// What was learned.
pub(super) struct Model {
    features: Features,
    basis: Basis,
    /// How many products there were.
    products: u64,
}

/// What products are looked at for.
struct Features {
    /// The fields whose words are looked at.
    text: BagFields,
    words: Weights,
    attributes: Weights,
}

/// The features of some products.
struct Rows {
    first: DocId,
    words: Vec<Vec<(u32, f32)>>,
    attributes: Vec<Vec<(u32, f32)>>,
}

impl Model {
    /// Learns from what is listed; `None` where there is nothing to learn from. Fails when it is to stop.
    pub(super) fn learn(fields: &Fields, segments: &[Segment], stop: &Stop) -> tantivy::Result<Option<Self>> {
        let products: u64 = segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
        let text = with_most_words(fields, segments)?;
        let words = weighed(&word_frequencies(segments, text, stop)?, products, 0, WORDS_MAX);
        let attributes = weighed(&attribute_frequencies(segments), products, words.len(), usize::MAX);
        let count = words.len() + attributes.len();
        if count == 0 {
            return Ok(None);
        }
        let features = Features { text, words, attributes };
        // Every so many products one, by their codes: how they are spread over segments is chance.
        let step = products.div_ceil(SAMPLE as u64).max(1);
        let mut sample = Matrix::default();
        for segment in segments {
            let Columns { code, codes, .. } = &*segment.columns;
            features.for_each_row(segment, stop, |document, row| {
                let code = code.ords().first(document).and_then(|ordinal| usize::try_from(ordinal).ok());
                if code.is_some_and(|code| hash(codes.get(code).as_bytes()).is_multiple_of(step)) {
                    sample.push(row);
                }
            })?;
        }
        let basis = Basis::try_of(&sample, count, || stop.check())?;
        Ok(Some(Self { features, basis, products }))
    }

    /// Whether the catalog has become another since.
    pub(super) const fn is_outdated(&self, products: u64) -> bool {
        is_outdated(self.products, products)
    }

    /// The vectors of a segment's products. Fails when it is to stop.
    pub(super) fn vectors(&self, segment: &Segment, stop: &Stop) -> tantivy::Result<Vec<Vector>> {
        let mut vectors = Vec::with_capacity(segment.reader.max_doc() as usize);
        self.features.for_each_row(segment, stop, |_, row| vectors.push(self.basis.project(row)))?;
        Ok(vectors)
    }
}

impl Features {
    /// Calls `each` with the features of every product, in the order of documents, until it is to stop.
    fn for_each_row(
        &self,
        segment: &Segment,
        stop: &Stop,
        mut each: impl FnMut(DocId, &[(u32, f32)]),
    ) -> tantivy::Result<()> {
        let documents = segment.reader.max_doc();
        let attribute_of_ordinal = attribute_of_ordinal(segment);
        let mut first = 0;
        let mut row = Vec::new();
        while first < documents {
            let count = ROWS_AT_ONCE.min(documents - first);
            let mut rows = Rows::new(first, count);
            self.add_words(segment, &mut rows, stop)?;
            self.add_attributes(segment, &attribute_of_ordinal, &mut rows);
            for (document, (words, attributes)) in (first..).zip(rows.words.iter().zip(&rows.attributes)) {
                stop.check()?;
                row.clear();
                push_scaled(&mut row, words, 1.0);
                push_scaled(&mut row, attributes, ATTRIBUTES_WEIGHT);
                each(document, &row);
            }
            first += count;
        }
        Ok(())
    }

    fn add_words(&self, segment: &Segment, rows: &mut Rows, stop: &Stop) -> tantivy::Result<()> {
        let wanted = |word: &[u8]| {
            stop.check()?;
            Ok(self.words.contains_key(&hash(word)))
        };
        let add = |word: &[u8], mut postings: WordPostings| {
            let Some((feature, weight)) = self.words.get(&hash(word)) else { return };
            let mut document = postings.seek(rows.first);
            while document != TERMINATED {
                let Some(row) = rows.words.get_mut((document - rows.first) as usize) else { break };
                let [main, _] = postings.counts();
                if main > 0 {
                    row.push((*feature, word_weight(main.into()) * weight));
                }
                document = postings.advance();
            }
        };
        SegmentBags::open(&segment.reader, self.text)?.each_wanted(wanted, add)
    }

    fn add_attributes(&self, segment: &Segment, attribute_of_ordinal: &[u32], rows: &mut Rows) {
        let values = &segment.columns.values;
        let first_attribute = values.all_attributes().start;
        for (document, row) in (rows.first..).zip(&mut rows.attributes) {
            let mut last = None;
            values.each_of(&[document], |ordinal| {
                let Some(ordinal) = (ordinal as usize).checked_sub(first_attribute) else { return };
                let attribute = attribute_of_ordinal[ordinal];
                // Values of one attribute stand together.
                if last != Some(attribute) {
                    last = Some(attribute);
                    row.extend(self.attributes.get(&values.attributes()[attribute as usize].hash));
                }
            });
        }
    }
}

impl Rows {
    fn new(first: DocId, count: u32) -> Self {
        let empty = || vec![Vec::new(); count as usize];
        Self { first, words: empty(), attributes: empty() }
    }
}

/// The texts, of those analysed in one way, of which the merchant says most first.
fn with_most_words(fields: &Fields, segments: &[Segment]) -> tantivy::Result<BagFields> {
    let segments: Vec<_> = segments.iter().map(|segment| &segment.reader).collect();
    let mut most = (fields.bags(Language::ENGLISH), 0);
    for bags in fields.all_bags().each() {
        let [main, _] = bags.lengths(&segments)?;
        if main > most.1 {
            most = (bags, main);
        }
    }
    Ok(most.0)
}

/// In how many products `main` has each word.
fn word_frequencies(segments: &[Segment], text: BagFields, stop: &Stop) -> tantivy::Result<HashMap<u64, u64>> {
    let mut frequencies = HashMap::new();
    for segment in segments {
        SegmentBags::open(&segment.reader, text)?.each_of_main(|word, products| {
            stop.check()?;
            if products > 0 {
                *frequencies.entry(hash(word)).or_default() += products;
            }
            Ok(())
        })?;
    }
    Ok(frequencies)
}

/// In how many products each attribute has a value.
fn attribute_frequencies(segments: &[Segment]) -> HashMap<u64, u64> {
    let mut frequencies = HashMap::new();
    for segment in segments {
        let values = &segment.columns.values;
        let first_attribute = values.all_attributes().start;
        let attribute_of_ordinal = attribute_of_ordinal(segment);
        let mut counts = vec![0_u64; values.attributes().len()];
        for document in 0..segment.reader.max_doc() {
            let mut last = None;
            values.each_of(&[document], |ordinal| {
                let Some(ordinal) = (ordinal as usize).checked_sub(first_attribute) else { return };
                let attribute = attribute_of_ordinal[ordinal];
                if last != Some(attribute) {
                    last = Some(attribute);
                    counts[attribute as usize] += 1;
                }
            });
        }
        for (attribute, count) in values.attributes().iter().zip(counts) {
            *frequencies.entry(attribute.hash).or_default() += count;
        }
    }
    frequencies
}

/// For each of the attributes' values, from the first on, the place of its attribute.
fn attribute_of_ordinal(segment: &Segment) -> Vec<u32> {
    let places = (0..).zip(segment.columns.values.attributes());
    places.flat_map(|(place, attribute)| std::iter::repeat_n(place, attribute.ordinals.len())).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, PoisonError};

    use ecom67_app::port::Position;
    use ecom67_app::search::{IndexChange, ProductIndex};
    use ecom67_domain::Language;
    use ecom67_testkit::product_index::an_entry;
    use tempfile::TempDir;

    use super::super::TantivyIndex;
    use super::*;

    /// An index of ten products that learns when it is told to and at no other time.
    async fn index_of_ten() -> (TempDir, TantivyIndex) {
        let folder = tempfile::tempdir().unwrap();
        let index = TantivyIndex::open(folder.path()).unwrap();
        index.inner.settling.store(true, Ordering::Release);
        put(&index, 0..10).await;
        (folder, index)
    }

    async fn put(index: &TantivyIndex, numbers: Range<usize>) {
        let name = |number: usize| ["blue mug", "red pot"][number % 2];
        let entry = |number| an_entry(&format!("product-{number}")).named(Language::ENGLISH, name(number)).build();
        let changes = numbers.map(|number| IndexChange::Put(Box::new(entry(number)))).collect();
        index.apply(changes, Some(Position("1".to_owned()))).await.unwrap();
    }

    #[tokio::test]
    async fn learning_that_is_to_stop_goes_through_no_further_product() {
        let (_folder, index) = index_of_ten().await;
        let (snapshot, stop) = (index.inner.snapshot(), Stop::default());
        let learn = || Model::learn(&index.inner.fields, &snapshot.segments, &stop);
        let model = learn().unwrap().expect("several products have the same words");
        let largest = snapshot.segments.iter().max_by_key(|segment| segment.reader.max_doc()).unwrap();

        let mut rows = 0;
        let ended = model.features.for_each_row(largest, &stop, |_, _| {
            rows += 1;
            if rows == 3 {
                stop.request();
            }
        });

        assert!(ended.is_err_and(|error| Stop::is_told_by(&error)));
        assert_eq!(rows, 3);
        assert!(model.vectors(largest, &stop).is_err_and(|error| Stop::is_told_by(&error)), "and nothing is begun");
        assert!(learn().is_err_and(|error| Stop::is_told_by(&error)), "nor learned anew");
    }

    #[tokio::test]
    async fn an_index_that_is_to_stop_while_it_learns_goes_on_with_what_it_had_learned() {
        let (_folder, index) = index_of_ten().await;
        index.learn().await.unwrap();
        put(&index, 10..40).await;
        let (before, generation) = (index.inner.snapshot(), index.generation());
        let model = before.model.as_ref().expect("it has learned");
        assert!(model.is_outdated(40), "there is something to learn");

        // While this is held nothing can be shown: however much is learned by now, it is not over.
        let showing = index.inner.showing.lock().unwrap_or_else(PoisonError::into_inner);
        let learning = std::thread::spawn({
            let inner = Arc::clone(&index.inner);
            move || inner.learn()
        });
        index.stop_learning();
        drop(showing);
        learning.join().unwrap().expect("to be stopped is no failure");

        assert!(Arc::ptr_eq(&index.inner.snapshot(), &before));
        assert_eq!(index.generation(), generation, "what was answered is as good as before");
    }
}
