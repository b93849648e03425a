//! How well products fit words, worked out over the postings of both bags of words (`ecom67_ranking::bags`).

use std::cell::RefCell;
use std::collections::BTreeMap;

use ecom67_app::search::{Placement, WordExplanation};
use ecom67_domain::{Language, ProductCode};
use ecom67_ranking::bags::{self, ALL, Bag, MAIN, number};
use ecom67_ranking::best::{BURIED, PINNED, PINNED_STEP};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, Searcher, TERMINATED, Term};

use super::query::{Alternative, Group, TextQuery};
use super::schema::{Fields, token};
use super::segment::{Segment, Snapshot};

/// What stands for the share of a product that is pinned, whatever it has.
const PINNED_SHARE: Score = 2.0;

/// What one segment has of the words, in ascending order of documents.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub(super) documents: Vec<DocId>,
    pub(super) scores: Vec<Score>,
    /// What each has of what the words tell together.
    shares: Vec<Score>,
}

impl Matches {
    /// Drops what has less than `share`.
    fn keep(&mut self, share: Score) {
        let enough: Vec<bool> = self.shares.iter().map(|own| *own >= share).collect();
        let mut kept = enough.iter();
        self.documents.retain(|_| kept.next().is_some_and(|kept| *kept));
        let mut kept = enough.iter();
        self.scores.retain(|_| kept.next().is_some_and(|kept| *kept));
        self.shares = Vec::new();
    }
}

/// What the words of a query find in every segment, and whether no product has all that is demanded.
pub(super) fn matches(
    fields: &Fields,
    snapshot: &Snapshot,
    language: Language,
    words: &TextQuery,
    placement: &Placement,
) -> tantivy::Result<(Vec<Matches>, bool)> {
    let statistics = Statistics::new(fields, &snapshot.searcher, language)?;
    let weights = statistics.weights(&words.groups)?;
    let mut found = Vec::with_capacity(snapshot.segments.len());
    for segment in &snapshot.segments {
        found.push(SCRATCH.with_borrow_mut(|scratch| statistics.score(scratch, segment, words, &weights, placement))?);
    }
    let shares = found.iter().flat_map(|matches| &matches.shares);
    let best = shares.filter(|share| **share < PINNED_SHARE).fold(0.0, |best: Score, share| best.max(*share));
    let enough = bags::share_demanded(best);
    for matches in &mut found {
        matches.keep(enough);
    }
    Ok((found, bags::is_partial(best)))
}

/// What each group adds to the score of one document.
pub(super) fn explain(
    fields: &Fields,
    snapshot: &Snapshot,
    language: Language,
    words: &TextQuery,
    segment: usize,
    document: DocId,
) -> tantivy::Result<Vec<WordExplanation>> {
    let statistics = Statistics::new(fields, &snapshot.searcher, language)?;
    let segment = &snapshot.segments[segment];
    let mut explained = Vec::with_capacity(words.groups.len());
    for (group, share) in words.groups.iter().zip(statistics.weights(&words.groups)?) {
        let mut added = [0.0; 2];
        for ((field, bag, mean), added) in statistics.bags.iter().zip(&mut added) {
            let mut best: Score = 0.0;
            statistics.each_score(segment, (*field, *bag, *mean), group, |found, score| {
                if found == document {
                    best = best.max(score);
                }
            })?;
            *added = best * share / number(statistics.bags.len() as u64);
        }
        let [by_main, by_all] = added;
        let told =
            |other: &Alternative| (other.words().map(String::as_str).collect::<Vec<_>>().join(" "), other.weight);
        let alternatives = group.alternatives.iter().map(told).collect();
        explained.push(WordExplanation { alternatives, share, by_main, by_all });
    }
    Ok(explained)
}

/// What is known of a language's texts in the whole index.
struct Statistics<'index> {
    fields: &'index Fields,
    searcher: &'index Searcher,
    language: Language,
    documents: f32,
    /// For each bag its field, its constants and the mean number of words.
    bags: [(Field, Bag, f32); 2],
}

impl<'index> Statistics<'index> {
    fn new(fields: &'index Fields, searcher: &'index Searcher, language: Language) -> tantivy::Result<Self> {
        let documents: u64 = searcher.segment_readers().iter().map(|reader| u64::from(reader.max_doc())).sum();
        let documents = number(documents).max(1.0);
        let mut bags = [(fields.main(language), MAIN, 1.0), (fields.all(language), ALL, 1.0)];
        for (field, _, mean) in &mut bags {
            let mut words = 0;
            for reader in searcher.segment_readers() {
                words += reader.inverted_index(*field)?.total_num_tokens();
            }
            *mean = (number(words) / documents).max(1.0);
        }
        Ok(Self { fields, searcher, language, documents, bags })
    }

    /// What each group may add to a score: the rarer its word, the more.
    fn weights(&self, groups: &[Group]) -> tantivy::Result<Vec<Score>> {
        let mut weights = Vec::with_capacity(groups.len());
        for group in groups {
            // Of several words together, in no more products than the rarest of them.
            let frequency = |word: &String| self.searcher.doc_freq(&self.fields.word_of_all(self.language, word));
            let frequencies = group.alternatives.iter().map(|alternative| {
                alternative.words().try_fold(u64::MAX, |least, word| frequency(word).map(|own| least.min(own)))
            });
            weights.push(bags::weight(self.documents, group.is_known, frequencies)?);
        }
        bags::scale_to_shares(&mut weights);
        Ok(weights)
    }

    fn score(
        &self,
        scratch: &mut Scratch,
        segment: &Segment,
        words: &TextQuery,
        weights: &[Score],
        placement: &Placement,
    ) -> tantivy::Result<Matches> {
        scratch.prepare(segment.reader.max_doc() as usize);
        for (group, weight) in words.groups.iter().zip(weights) {
            for (field, bag, mean) in &self.bags {
                self.each_score(segment, (*field, *bag, *mean), group, |document, score| {
                    scratch.offer(document, score);
                })?;
                scratch.add_best(weight / number(self.bags.len() as u64));
            }
            scratch.end_group(*weight);
        }
        for (term, bonus) in &words.numbers {
            let inverted = segment.reader.inverted_index(term.field())?;
            let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                scratch.add_bonus(postings.doc(), *bonus);
                postings.advance();
            }
        }
        let mut score = PINNED;
        for product in &placement.pinned {
            self.each_of(segment, product, |document| scratch.pin(document, score))?;
            score -= PINNED_STEP;
        }
        for product in &placement.buried {
            self.each_of(segment, product, |document| scratch.scores[document as usize] *= BURIED)?;
        }
        Ok(scratch.take(segment))
    }

    /// The documents of a product: one that counts, and others that are deleted.
    fn each_of(&self, segment: &Segment, product: &ProductCode, mut tell: impl FnMut(DocId)) -> tantivy::Result<()> {
        let term = self.fields.product(product);
        let inverted = segment.reader.inverted_index(term.field())?;
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { return Ok(()) };
        while postings.doc() != TERMINATED {
            tell(postings.doc());
            postings.advance();
        }
        Ok(())
    }

    /// Tells what each of the group's words makes of each document in one bag.
    fn each_score(
        &self,
        segment: &Segment,
        (field, bag, mean): (Field, Bag, f32),
        group: &Group,
        mut tell: impl FnMut(DocId, Score),
    ) -> tantivy::Result<()> {
        let inverted = segment.reader.inverted_index(field)?;
        let lengths = segment.reader.get_fieldnorms_reader(field)?;
        let each_of_word = |word: &str, tell: &mut dyn FnMut(DocId, Score)| -> tantivy::Result<()> {
            let term = Term::from_field_text(field, &token(self.language, word));
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqs)? else {
                return Ok(());
            };
            let mut document = postings.doc();
            while document != TERMINATED {
                let count = number(u64::from(tantivy::postings::Postings::term_freq(&postings)));
                let length = number(u64::from(lengths.fieldnorm(document)));
                let discount = bag.saturation * (1.0 - bag.length + bag.length * length / mean);
                tell(document, count * (bag.saturation + 1.0) / (count + discount));
                document = postings.advance();
            }
            Ok(())
        };
        for alternative in &group.alternatives {
            let weight = alternative.weight;
            if alternative.with.is_empty() {
                each_of_word(&alternative.word, &mut |document, score| tell(document, weight * score))?;
                continue;
            }
            // Several words together count as much as the one that says least.
            let mut least: BTreeMap<DocId, (usize, Score)> = BTreeMap::new();
            for (place, word) in alternative.words().enumerate() {
                each_of_word(word, &mut |document, score| {
                    let (words, least) = least.entry(document).or_insert((0, Score::MAX));
                    if *words == place {
                        *words += 1;
                        *least = least.min(score);
                    }
                })?;
            }
            let all = 1 + alternative.with.len();
            for (document, (words, score)) in least {
                if words == all {
                    tell(document, weight * score);
                }
            }
        }
        Ok(())
    }
}

thread_local! {
    /// Kept from query to query: to empty what was used costs less than to make it anew.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Room for one value per document of a segment.
#[derive(Default)]
struct Scratch {
    scores: Vec<Score>,
    /// The best of a group's words in one bag, and the documents that have one.
    best: Vec<Score>,
    touched: Vec<DocId>,
    /// What each document has of what the words tell, and whether the present group is counted.
    shares: Vec<Score>,
    counted: Vec<bool>,
    in_group: Vec<DocId>,
    /// Every document that has anything.
    found: Vec<DocId>,
}

impl Scratch {
    /// All values are zero between queries; after one that failed halfway, nothing of it is kept.
    fn prepare(&mut self, documents: usize) {
        if !(self.found.is_empty() && self.touched.is_empty() && self.in_group.is_empty()) {
            *self = Self::default();
        }
        if self.scores.len() < documents {
            self.scores.resize(documents, 0.0);
            self.best.resize(documents, 0.0);
            self.shares.resize(documents, 0.0);
            self.counted.resize(documents, false);
        }
    }

    fn offer(&mut self, document: DocId, score: Score) {
        let best = &mut self.best[document as usize];
        if *best == 0.0 {
            self.touched.push(document);
        }
        *best = best.max(score);
    }

    /// Adds what the best words made of each document.
    fn add_best(&mut self, weight: Score) {
        for document in self.touched.drain(..) {
            let place = document as usize;
            if self.scores[place] == 0.0 {
                self.found.push(document);
            }
            self.scores[place] += weight * self.best[place];
            self.best[place] = 0.0;
            if !self.counted[place] {
                self.counted[place] = true;
                self.in_group.push(document);
            }
        }
    }

    fn end_group(&mut self, weight: Score) {
        for document in self.in_group.drain(..) {
            self.counted[document as usize] = false;
            self.shares[document as usize] += weight;
        }
    }

    /// Adds what a number makes of a document: as good as having all words.
    fn add_bonus(&mut self, document: DocId, bonus: Score) {
        let place = document as usize;
        if self.scores[place] == 0.0 {
            self.found.push(document);
        }
        self.scores[place] += bonus;
        self.shares[place] = 1.0;
    }

    /// Puts a document in a place of its own, whatever it has.
    fn pin(&mut self, document: DocId, score: Score) {
        let place = document as usize;
        if self.scores[place] == 0.0 {
            self.found.push(document);
        }
        self.scores[place] = score;
        self.shares[place] = PINNED_SHARE;
    }

    /// Takes out what was found, and leaves zeros behind.
    fn take(&mut self, segment: &Segment) -> Matches {
        self.found.sort_unstable();
        let alive = segment.reader.alive_bitset();
        let mut matches = Matches::default();
        for document in self.found.drain(..) {
            let place = document as usize;
            let (score, share) = (std::mem::take(&mut self.scores[place]), std::mem::take(&mut self.shares[place]));
            if alive.is_none_or(|alive| alive.is_alive(document)) {
                matches.documents.push(document);
                matches.scores.push(score);
                matches.shares.push(share);
            }
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_left_behind_that_failed_halfway_is_not_found_by_the_next() {
        let mut scratch = Scratch::default();
        scratch.prepare(4);
        scratch.offer(1, 1.0);
        scratch.add_best(0.5);
        scratch.offer(2, 1.0);

        scratch.prepare(4);

        assert!(scratch.found.is_empty() && scratch.touched.is_empty() && scratch.in_group.is_empty());
        assert!(
            scratch.scores.iter().chain(&scratch.best).chain(&scratch.shares).all(|value| value.abs() < f32::EPSILON)
        );
        assert!(scratch.counted.iter().all(|counted| !counted));
    }
}
