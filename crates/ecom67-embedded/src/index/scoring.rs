//! How well products fit words, worked out over the postings of both bags of words (`ecom67_ranking::bags`).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use ecom67_app::search::{Placement, WordExplanation};
use ecom67_domain::Language;
use ecom67_ranking::bags::{self, ALL, Bag, MAIN, number};
use ecom67_ranking::best::{BURIED, PINNED, PINNED_STEP};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Score, Searcher, TERMINATED};

use super::bags::{SegmentBags, WordPostings};
use super::documents::Documents;
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
    let score = |deciding: Option<&[bool]>| -> tantivy::Result<(Vec<Matches>, Score)> {
        let asked = Asked { words, weights: &weights, deciding, placement };
        let mut found = Vec::with_capacity(snapshot.segments.len());
        for segment in &snapshot.segments {
            found.push(SCRATCH.with_borrow_mut(|scratch| statistics.score(scratch, segment, &asked))?);
        }
        let shares = found.iter().flat_map(|matches| &matches.shares);
        let best = shares.filter(|share| **share < PINNED_SHARE).fold(0.0, |best: Score, share| best.max(*share));
        Ok((found, best))
    };
    // Most queries have a rare word, without which nothing is found: what has only the others need not be scored.
    let deciding = bags::deciding(&weights);
    let (mut found, mut best) = score(deciding.as_deref())?;
    if deciding.is_some() && !bags::is_most_demanded(best) {
        (found, best) = score(None)?;
    }
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
        let mut best = [0.0; 2];
        let window = document..document + 1;
        statistics.open(segment, group)?.each_score(&statistics, window, None, |_, scores| best = better(best, scores));
        let [by_main, by_all] = best.map(|best: Score| best * share / BAGS);
        let told =
            |other: &Alternative| (other.words().map(String::as_str).collect::<Vec<_>>().join(" "), other.weight);
        let alternatives = group.alternatives.iter().map(told).collect();
        explained.push(WordExplanation { alternatives, share, by_main, by_all });
    }
    Ok(explained)
}

/// What a query asks of each segment.
struct Asked<'query> {
    words: &'query TextQuery,
    /// What each group may add.
    weights: &'query [Score],
    /// The groups of which a product must have one to be looked at, if not all are.
    deciding: Option<&'query [bool]>,
    placement: &'query Placement,
}

/// How many bags there are: what a group makes of a product is the mean of what it makes of each.
const BAGS: Score = 2.0;

/// What is known of a language's texts in the whole index.
struct Statistics<'index> {
    fields: &'index Fields,
    searcher: &'index Searcher,
    language: Language,
    documents: f32,
    bags: [BagStatistics; 2],
}

/// What a bag of words makes of how often it has a word.
struct BagStatistics {
    /// What a word counts in a text of one word and in any number of the same word.
    saturation: f32,
    /// By how the engine writes a text's length down, in one byte, how much that length discounts its words.
    discounts: [f32; 256],
}

impl BagStatistics {
    fn of(bag: Bag, mean: f32) -> Self {
        let discount = |length: u8| {
            let length = number(u64::from(FieldNormReader::id_to_fieldnorm(length)));
            bag.saturation * (1.0 - bag.length + bag.length * length / mean)
        };
        let mut discounts = [0.0; 256];
        for (length, own) in (0..=u8::MAX).zip(&mut discounts) {
            *own = discount(length);
        }
        Self { saturation: bag.saturation, discounts }
    }

    fn score(&self, count: u32, length: u8) -> Score {
        let count = number(u64::from(count));
        count * (self.saturation + 1.0) / (count + self.discounts[usize::from(length)])
    }
}

impl<'index> Statistics<'index> {
    fn new(fields: &'index Fields, searcher: &'index Searcher, language: Language) -> tantivy::Result<Self> {
        let documents: u64 = searcher.segment_readers().iter().map(|reader| u64::from(reader.max_doc())).sum();
        let documents = number(documents).max(1.0);
        let segments: Vec<_> = searcher.segment_readers().iter().collect();
        let lengths = fields.bags(language).lengths(&segments)?;
        let [main, all] = lengths.map(|words| (number(words) / documents).max(1.0));
        let bags = [BagStatistics::of(MAIN, main), BagStatistics::of(ALL, all)];
        Ok(Self { fields, searcher, language, documents, bags })
    }

    /// What each group may add to a score: the rarer its word, the more.
    fn weights(&self, groups: &[Group]) -> tantivy::Result<Vec<Score>> {
        let mut weights = Vec::with_capacity(groups.len());
        for group in groups {
            // Of several words together, in no more products than the rarest of them.
            let frequency = |word: &String| self.searcher.doc_freq(&self.fields.word(self.language, word));
            let frequencies = group.alternatives.iter().map(|alternative| {
                alternative.words().try_fold(u64::MAX, |least, word| frequency(word).map(|own| least.min(own)))
            });
            weights.push(bags::weight(self.documents, group.is_known, frequencies)?);
        }
        bags::scale_to_shares(&mut weights);
        Ok(weights)
    }

    fn score(&self, scratch: &mut Scratch, segment: &Segment, asked: &Asked<'_>) -> tantivy::Result<Matches> {
        let Asked { words, weights, deciding, placement } = asked;
        let looked_at = deciding.map(|deciding| self.having_any(segment, words, deciding)).transpose()?;
        let mut groups = Vec::with_capacity(words.groups.len());
        for (place, (group, weight)) in words.groups.iter().zip(*weights).enumerate() {
            // What decides has been looked up already: all that it finds is looked at.
            let among = looked_at.as_ref().filter(|_| deciding.is_some_and(|deciding| !deciding[place]));
            groups.push((*weight, among, self.open(segment, group)?));
        }
        let exceptions = self.exceptions(segment, words, placement)?;
        let documents = segment.reader.max_doc();
        let mut found = Matches::default();
        for first in (0..documents).step_by(WINDOW as usize) {
            let window = first..documents.min(first.saturating_add(WINDOW));
            scratch.prepare(window.len());
            for (weight, among, opened) in &mut groups {
                if opened.alternatives.len() == 1 {
                    let add = |document: DocId, scores| scratch.add(document - first, *weight, scores);
                    opened.each_score(self, window.clone(), *among, add);
                } else {
                    let offer = |document: DocId, scores| scratch.offer(document - first, scores);
                    opened.each_score(self, window.clone(), *among, offer);
                    scratch.add_best(*weight);
                }
            }
            for (document, exception) in exceptions.iter().filter(|(document, _)| window.contains(document)) {
                match *exception {
                    Exception::Number(bonus) => scratch.add_bonus(document - first, bonus),
                    Exception::Pinned(score) => scratch.pin(document - first, score),
                    Exception::Buried => scratch.places[(document - first) as usize].score *= BURIED,
                }
            }
            scratch.take(segment, first, &mut found);
        }
        Ok(found)
    }

    /// The documents whose scores are not by their words alone: numbers first, then places.
    fn exceptions(
        &self,
        segment: &Segment,
        words: &TextQuery,
        placement: &Placement,
    ) -> tantivy::Result<Vec<(DocId, Exception)>> {
        let mut exceptions = Vec::new();
        for (term, bonus) in &words.numbers {
            segment.each_having(term, |document| exceptions.push((document, Exception::Number(*bonus))))?;
        }
        let mut score = PINNED;
        for product in &placement.pinned {
            let pin = |document| exceptions.push((document, Exception::Pinned(score)));
            segment.each_having(&self.fields.product(product), pin)?;
            score -= PINNED_STEP;
        }
        for product in &placement.buried {
            segment.each_having(&self.fields.product(product), |document| {
                exceptions.push((document, Exception::Buried));
            })?;
        }
        Ok(exceptions)
    }

    /// The documents that have a word of the groups that decide, or one of the numbers.
    fn having_any(&self, segment: &Segment, words: &TextQuery, deciding: &[bool]) -> tantivy::Result<Documents> {
        let deciding = words.groups.iter().zip(deciding).filter(|(_, decides)| **decides);
        let alternatives = deciding.flat_map(|(group, _)| &group.alternatives);
        let terms = alternatives.map(|alternative| self.fields.word(self.language, &alternative.word));
        let mut documents = Documents::none_of(segment.reader.max_doc() as usize);
        for term in terms.chain(words.numbers.iter().map(|(term, _)| term.clone())) {
            segment.each_having(&term, |document| documents.insert(document))?;
        }
        Ok(documents)
    }

    /// The postings of a group's words.
    fn open<'segment>(&self, segment: &'segment Segment, group: &Group) -> tantivy::Result<OpenedGroup<'segment>> {
        let fields = self.fields.bags(self.language);
        let bags = SegmentBags::open(&segment.reader, fields)?;
        let mut alternatives = Vec::with_capacity(group.alternatives.len());
        for alternative in &group.alternatives {
            let postings = |word: &String| bags.read(token(self.language, word).as_bytes()).transpose();
            let words: Vec<WordPostings> = alternative.words().filter_map(postings).collect::<io::Result<_>>()?;
            // Where one of its words is missing it is found nowhere.
            if words.len() == 1 + alternative.with.len() {
                alternatives.push((alternative.weight, words));
            }
        }
        let lengths = Lengths {
            main: segment.columns.main_lengths.of(self.language),
            all: segment.reader.get_fieldnorms_reader(fields.all)?,
        };
        Ok(OpenedGroup { alternatives, lengths })
    }

    /// What both bags make of the word where its postings stand.
    fn scores(&self, postings: &mut WordPostings, lengths: &Lengths<'_>) -> [Score; 2] {
        let document = postings.document();
        let [main, all] = &self.bags;
        let [in_main, in_all] = postings.counts();
        // Of a word that stands beside `main` its length need not be looked at.
        let by_main = if in_main == 0 { 0.0 } else { main.score(in_main, lengths.main[document as usize]) };
        [by_main, all.score(in_all, lengths.all.fieldnorm_id(document))]
    }
}

/// The better of what two words make of a document, in each bag.
fn better(left: [Score; 2], right: [Score; 2]) -> [Score; 2] {
    [left[0].max(right[0]), left[1].max(right[1])]
}

/// So many documents are scored at once: room for as many stays in the caches nearest to the processor.
const WINDOW: DocId = 32_768;

/// Why a document's score is not by its words alone.
enum Exception {
    /// It has a number that was typed.
    Number(Score),
    /// It has been given a place.
    Pinned(Score),
    /// It has been put behind.
    Buried,
}

/// How long both bags of a segment's documents are, as the engine writes it down.
struct Lengths<'segment> {
    main: &'segment [u8],
    all: FieldNormReader,
}

/// The postings of a group's words in one segment, as far as they have been gone through.
struct OpenedGroup<'segment> {
    /// What each alternative counts, and its words.
    alternatives: Vec<(Score, Vec<WordPostings>)>,
    lengths: Lengths<'segment>,
}

impl OpenedGroup<'_> {
    /// Tells what each of the group's words makes of each document of a window, or of those `among` some. Windows must be
    /// asked for in their order.
    fn each_score(
        &mut self,
        statistics: &Statistics<'_>,
        window: Range<DocId>,
        among: Option<&Documents>,
        mut tell: impl FnMut(DocId, [Score; 2]),
    ) {
        let Self { alternatives, lengths } = self;
        for (weight, words) in alternatives {
            if let [postings] = &mut words[..] {
                each_among(postings, window.clone(), among, |postings| {
                    let scores = statistics.scores(postings, lengths);
                    tell(postings.document(), scores.map(|score| *weight * score));
                });
                continue;
            }
            // Several words together count as much as the one that says least.
            let mut least: BTreeMap<DocId, (usize, [Score; 2])> = BTreeMap::new();
            let all = words.len();
            for (place, postings) in words.iter_mut().enumerate() {
                each_among(postings, window.clone(), among, |postings| {
                    let (words, least) = least.entry(postings.document()).or_insert((0, [Score::MAX; 2]));
                    if *words == place {
                        *words += 1;
                        let [main, all] = statistics.scores(postings, lengths);
                        *least = [least[0].min(main), least[1].min(all)];
                    }
                });
            }
            for (document, (words, scores)) in least {
                if words == all {
                    tell(document, scores.map(|score| *weight * score));
                }
            }
        }
    }
}

/// Where documents are so many times fewer than a word's postings, the word is looked up for each of them.
const POSTINGS_PER_SEEK: usize = 16;

/// Tells of each posting of a window, or of those whose documents are `among` some.
fn each_among(
    postings: &mut WordPostings,
    window: Range<DocId>,
    among: Option<&Documents>,
    mut tell: impl FnMut(&mut WordPostings),
) {
    postings.seek(window.start);
    let Some(among) = among else {
        while postings.document() < window.end {
            tell(postings);
            postings.advance();
        }
        return;
    };
    if among.len().saturating_mul(POSTINGS_PER_SEEK) < postings.len() {
        for document in among.within(window) {
            let reached = postings.seek(document);
            if reached == document {
                tell(postings);
            } else if reached == TERMINATED {
                return;
            }
        }
        return;
    }
    while postings.document() < window.end {
        if among.contains(postings.document()) {
            tell(postings);
        }
        postings.advance();
    }
}

thread_local! {
    /// Kept from query to query: to empty what was used costs less than to make it anew.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Room for what is worked out of each document of a window, by its place there.
#[derive(Default)]
struct Scratch {
    places: Vec<Place>,
    /// The best of what the present group's words make of each document, in each bag.
    best: Vec<[Score; 2]>,
    /// The documents that have a word of the present group.
    touched: Vec<DocId>,
    /// Every document that has anything.
    found: Documents,
    /// Whether a query has begun that has not ended.
    is_used: bool,
}

/// What is worked out of a document, side by side so that it is read at once.
#[derive(Clone, Copy, Default)]
struct Place {
    score: Score,
    /// What it has of what the words tell.
    share: Score,
}

impl Scratch {
    /// All values are zero between queries; after one that failed halfway, nothing of it is kept.
    fn prepare(&mut self, documents: usize) {
        if self.is_used {
            *self = Self::default();
        }
        self.is_used = true;
        if self.places.len() < documents {
            self.places.resize(documents, Place::default());
            self.best.resize(documents, [0.0; 2]);
        }
        self.found.make_room(documents);
    }

    /// Notes what one of a group's words makes of a document.
    fn offer(&mut self, document: DocId, scores: [Score; 2]) {
        let best = &mut self.best[document as usize];
        // Whatever has a word has it in `all`, and no alternative counts nothing.
        debug_assert!(scores[1] > 0.0, "a word that is found tells something");
        if best[1] == 0.0 {
            self.touched.push(document);
        }
        *best = better(*best, scores);
    }

    /// Adds what the best words of a group made of each document.
    fn add_best(&mut self, weight: Score) {
        let mut touched = std::mem::take(&mut self.touched);
        for document in touched.drain(..) {
            let best = std::mem::take(&mut self.best[document as usize]);
            self.add(document, weight, best);
        }
        self.touched = touched;
    }

    /// Adds what a group makes of a document; once for each.
    fn add(&mut self, document: DocId, weight: Score, [main, all]: [Score; 2]) {
        let place = &mut self.places[document as usize];
        place.score += weight / BAGS * (main + all);
        place.share += weight;
        self.found.insert(document);
    }

    /// Adds what a number makes of a document: as good as having all words.
    fn add_bonus(&mut self, document: DocId, bonus: Score) {
        let place = &mut self.places[document as usize];
        place.score += bonus;
        place.share = 1.0;
        self.found.insert(document);
    }

    /// Puts a document in a place of its own, whatever it has.
    fn pin(&mut self, document: DocId, score: Score) {
        let place = &mut self.places[document as usize];
        place.score = score;
        place.share = PINNED_SHARE;
        self.found.insert(document);
    }

    /// Takes out what was found in the window that begins with `first`, and leaves zeros behind.
    fn take(&mut self, segment: &Segment, first: DocId, matches: &mut Matches) {
        let alive = segment.reader.alive_bitset();
        let count = self.found.len();
        matches.documents.reserve(count);
        matches.scores.reserve(count);
        matches.shares.reserve(count);
        let places = &mut self.places;
        self.found.drain(|place| {
            let Place { score, share, .. } = std::mem::take(&mut places[place as usize]);
            let document = first + place;
            if alive.is_none_or(|alive| alive.is_alive(document)) {
                matches.documents.push(document);
                matches.scores.push(score);
                matches.shares.push(share);
            }
        });
        self.is_used = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_left_behind_that_failed_halfway_is_not_found_by_the_next() {
        let mut scratch = Scratch::default();
        scratch.prepare(4);
        scratch.offer(1, [1.0; 2]);
        scratch.add_best(0.5);
        scratch.offer(2, [1.0; 2]);

        scratch.prepare(4);

        assert!(scratch.found.len() == 0 && scratch.touched.is_empty());
        assert!(scratch.places.iter().all(|place| place.score + place.share < f32::EPSILON));
        assert!(scratch.best.iter().all(|[main, all]| main + all < f32::EPSILON));
    }
}
