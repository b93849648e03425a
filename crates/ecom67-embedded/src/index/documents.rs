//! Sets of a segment's documents.

use std::ops::Range;

use tantivy::DocId;

/// How many documents a word of the set tells of.
const WORD_BITS: usize = u64::BITS as usize;

/// Documents of a segment, one bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    words: Vec<u64>,
    count: usize,
}

impl Documents {
    /// No document, with room for those below `documents`.
    pub(super) fn none_of(documents: usize) -> Self {
        Self { words: vec![0; documents.div_ceil(WORD_BITS)], count: 0 }
    }

    /// Makes room for the documents below `documents`.
    pub(super) fn make_room(&mut self, documents: usize) {
        let words = documents.div_ceil(WORD_BITS);
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    /// Adds one, for which there must be room.
    pub(super) fn insert(&mut self, document: DocId) {
        let document = document as usize;
        let (word, bit) = (&mut self.words[document / WORD_BITS], 1 << (document % WORD_BITS));
        self.count += usize::from(*word & bit == 0);
        *word |= bit;
    }

    /// Whether it is there.
    pub(super) fn contains(&self, document: DocId) -> bool {
        let document = document as usize;
        self.words.get(document / WORD_BITS).is_some_and(|word| word >> (document % WORD_BITS) & 1 == 1)
    }

    /// Those of a range, in ascending order.
    pub(super) fn within(&self, range: Range<DocId>) -> impl Iterator<Item = DocId> {
        let (first, end) = (range.start as usize / WORD_BITS, (range.end as usize).div_ceil(WORD_BITS));
        let words = self.words.get(first..end.min(self.words.len())).unwrap_or_default();
        let firsts = (0..).step_by(WORD_BITS).skip(first);
        let documents = firsts.zip(words).flat_map(|(first, word)| Bits(*word).map(move |bit| first + bit));
        documents.filter(move |document| range.contains(document))
    }

    /// Tells of all of them, in ascending order, and removes them.
    pub(super) fn drain(&mut self, mut tell: impl FnMut(DocId)) {
        for (first, word) in (0..).step_by(WORD_BITS).zip(&mut self.words) {
            Bits(std::mem::take(word)).for_each(|bit| tell(first + bit));
        }
        self.count = 0;
    }
}

/// The places of a word's bits, from the lowest.
struct Bits(u64);

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let place = self.0.trailing_zeros();
        self.0 &= self.0.checked_sub(1)?;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_once_and_in_their_order() {
        let mut documents = Documents::none_of(200);
        for document in [199, 63, 64, 0, 63] {
            documents.insert(document);
        }

        assert_eq!(documents.len(), 4);
        assert!(documents.contains(63) && !documents.contains(1) && !documents.contains(1_000));
        assert_eq!(documents.within(0..200).collect::<Vec<_>>(), [0, 63, 64, 199]);
        assert_eq!(documents.within(63..199).collect::<Vec<_>>(), [63, 64]);
        assert_eq!(documents.within(1..63).collect::<Vec<_>>(), [0; 0]);
        assert_eq!(documents.within(150..1_000).collect::<Vec<_>>(), [199]);

        let mut drained = Vec::new();
        documents.drain(|document| drained.push(document));

        assert_eq!(drained, [0, 63, 64, 199]);
        assert!(documents.len() == 0 && documents.within(0..200).next().is_none());
    }
}
