//! The order of hits: which of them make up the page that was asked for.

use std::collections::BTreeMap;
use std::ops::Bound;

use ecom67_app::search::{ListQuery, Sort, SortKey, SortValue};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, TantivyError};

use super::schema::column;
use super::segment::{Segment, text_of};

/// What hits are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Highest score first.
    Score,
    /// Newest first.
    Newest,
    /// Cheapest first.
    Price,
    /// Dearest first.
    PriceDescending,
    /// As picked for this collection.
    Place(String),
    /// By name in this language.
    Name(String),
}

impl Order {
    /// What the query asks for.
    pub(super) fn of(query: &ListQuery, has_words: bool) -> Self {
        match (query.sort, &query.collection) {
            (Sort::Relevance, _) if has_words => Self::Score,
            (Sort::Relevance, Some(collection)) => Self::Place(collection.as_str().to_owned()),
            (Sort::Relevance, None) | (Sort::Newest, _) => Self::Newest,
            (Sort::Price, _) => Self::Price,
            (Sort::PriceDescending, _) => Self::PriceDescending,
            (Sort::Name, _) => Self::Name(query.language.to_string()),
        }
    }

    /// The rank of a value: what ranks lower comes first. Names are ranked per segment and have none of their own.
    fn rank(&self, value: &SortValue) -> Option<u64> {
        match (self, value) {
            (Self::Score, SortValue::Score(score)) => Some(rank_of_score(*score)),
            (Self::Price | Self::Place(_), SortValue::Number(number)) => Some(ascending(*number)),
            (Self::PriceDescending | Self::Newest, SortValue::Number(number)) => Some(!ascending(*number)),
            _ => None,
        }
    }

    /// The value of a rank.
    fn value(&self, rank: u64) -> SortValue {
        match self {
            Self::Score => SortValue::Score(score_of_rank(rank)),
            Self::Price | Self::Place(_) => SortValue::Number(number_of(rank)),
            Self::PriceDescending | Self::Newest => SortValue::Number(number_of(!rank)),
            Self::Name(_) => SortValue::Name(String::new()),
        }
    }
}

/// Numbers as ranks in the same order.
const fn ascending(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

const fn number_of(rank: u64) -> i64 {
    (rank ^ (1 << 63)).cast_signed()
}

/// A score is never negative, so its bits stand in its order.
fn rank_of_score(score: Score) -> u64 {
    u64::from(u32::MAX - score.max(0.0).to_bits())
}

fn score_of_rank(rank: u64) -> Score {
    u32::try_from(rank).map_or(0.0, |rank| f32::from_bits(u32::MAX - rank))
}

/// The first hits of one segment after the cursor.
pub(super) struct SegmentOrder {
    order: Order,
    /// What is ordered by, where that is a column of its own.
    numbers: Option<Column<i64>>,
    names: Option<StrColumn>,
    codes: StrColumn,
    after: Option<After>,
    /// How many hits are kept.
    capacity: usize,
    /// The best so far, and some that are not any more: rank, code's ordinal, document.
    best: Vec<Place>,
    /// The last of the best when they were last told from the others; nothing behind it can be one of them.
    last: Option<Place>,
}

/// A hit's place: rank, code's ordinal, document.
type Place = (u64, u64, DocId);

/// Where in a segment a page begins.
#[derive(Clone, Copy)]
struct After {
    rank: u64,
    /// Of the hits with this very rank, those with this code's ordinal or a higher one follow.
    first_code: u64,
}

impl SegmentOrder {
    /// Keeps the first `capacity` hits of a segment after `after`.
    pub(super) fn new(
        order: &Order,
        segment: &Segment,
        after: Option<&SortKey>,
        capacity: usize,
    ) -> tantivy::Result<Self> {
        let numbers = match order {
            Order::Newest => Some(segment.columns.published_at.clone()),
            Order::Place(collection) => segment.numbers_below(column::PLACE, collection)?,
            Order::Score | Order::Price | Order::PriceDescending | Order::Name(_) => None,
        };
        let names = match order {
            Order::Name(language) => segment.texts_below(column::SORT_NAME, language)?,
            _ => None,
        };
        let codes = segment.columns.code.clone();
        let after = after.map(|key| locate(order, names.as_ref(), &codes, key)).transpose()?;
        Ok(Self { order: order.clone(), numbers, names, codes, after, capacity, best: Vec::new(), last: None })
    }

    /// Considers a hit.
    pub(super) fn offer(&mut self, document: DocId, price: i64, score: Score) {
        if self.capacity == 0 {
            return;
        }
        let number = |column: &Option<Column<i64>>| column.as_ref().and_then(|column| column.first(document));
        let rank = match &self.order {
            Order::Score => rank_of_score(score),
            Order::Price => ascending(price),
            Order::PriceDescending => !ascending(price),
            Order::Newest => !ascending(number(&self.numbers).unwrap_or(i64::MIN)),
            Order::Place(_) => ascending(number(&self.numbers).unwrap_or(i64::MAX)),
            // One above the ordinal, so that a hit without a name comes first.
            Order::Name(_) => {
                let names = self.names.as_ref();
                names.and_then(|names| names.ords().first(document)).map_or(0, |ordinal| ordinal + 1)
            }
        };
        if self.after.is_some_and(|after| rank < after.rank) {
            return;
        }
        if self.last.is_some_and(|(last, _, _)| rank > last) {
            return;
        }
        let code = self.codes.ords().first(document).unwrap_or(u64::MAX);
        if self.after.is_some_and(|after| rank == after.rank && code < after.first_code) {
            return;
        }
        self.best.push((rank, code, document));
        // Telling the best from the others now and then costs less than keeping them in order all the time.
        if self.best.len() >= 2 * self.capacity {
            self.prune();
        }
    }

    /// Drops all but the best.
    fn prune(&mut self) {
        if self.best.len() > self.capacity {
            let (_, last, _) = self.best.select_nth_unstable(self.capacity - 1);
            self.last = Some(*last);
            self.best.truncate(self.capacity);
        }
    }
}

/// Finds out where in a segment the hits after `key` begin.
fn locate(order: &Order, names: Option<&StrColumn>, codes: &StrColumn, key: &SortKey) -> tantivy::Result<After> {
    let foreign = || TantivyError::InvalidArgument("the cursor belongs to a list in another order".to_owned());
    let rank = match (order, &key.value, names) {
        // Without names the hits of this segment all come before the first name there is.
        (Order::Name(_), SortValue::Name(name), None) if !name.is_empty() => {
            return Ok(After { rank: 0, first_code: u64::MAX });
        }
        (Order::Name(_), SortValue::Name(name), Some(names)) if !name.is_empty() => {
            let Some(ordinal) = names.dictionary().term_ord(name)? else {
                // No hit here has this name: the next name begins the page, whatever the codes.
                let next = first_ordinal(names, Bound::Included(name.as_bytes()))?;
                return Ok(After { rank: next, first_code: u64::MAX });
            };
            ordinal + 1
        }
        (Order::Name(_), SortValue::Name(_), _) => 0,
        (order, value, _) => order.rank(value).ok_or_else(foreign)?,
    };
    Ok(After { rank, first_code: first_ordinal(codes, Bound::Excluded(key.code.as_str().as_bytes()))? })
}

/// The first ordinal within a lower bound.
fn first_ordinal(column: &StrColumn, bound: Bound<&[u8]>) -> tantivy::Result<u64> {
    let (lower, _) = column.dictionary().term_bounds_to_ord(bound, Bound::Unbounded)?;
    Ok(match lower {
        Bound::Included(ordinal) => ordinal,
        Bound::Excluded(ordinal) => ordinal + 1,
        Bound::Unbounded => 0,
    })
}

/// A hit with its place in the order.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The segment.
    pub(super) segment: usize,
    /// The document in the segment.
    pub(super) document: DocId,
    /// Its place.
    pub(super) key: SortKey,
}

/// A hit of one segment.
struct Candidate {
    segment: usize,
    rank: u64,
    code: u64,
    document: DocId,
}

/// Puts the hits of all segments in order, and returns the first `limit`.
pub(super) fn merge(
    order: &Order,
    segments: &[Segment],
    hits: Vec<(usize, SegmentOrder)>,
    limit: usize,
) -> tantivy::Result<Vec<Ranked>> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut columns = BTreeMap::new();
    for (segment, mut hits) in hits {
        hits.prune();
        let SegmentOrder { best, names, .. } = hits;
        candidates.extend(best.into_iter().map(|(rank, code, document)| Candidate { segment, rank, code, document }));
        columns.insert(segment, names);
    }
    let by_name = matches!(order, Order::Name(_));
    if !by_name {
        // In a segment the ordinals of codes stand in their order; names have to be looked up to be compared at all.
        let code = |hit: &Candidate| {
            usize::try_from(hit.code).map_or("", |code| segments[hit.segment].columns.codes.get(code))
        };
        let in_order = |left: &Candidate, right: &Candidate| {
            let by_code = || {
                if left.segment == right.segment { left.code.cmp(&right.code) } else { code(left).cmp(code(right)) }
            };
            left.rank.cmp(&right.rank).then_with(by_code)
        };
        if candidates.len() > limit && limit > 0 {
            candidates.select_nth_unstable_by(limit - 1, in_order);
        }
        candidates.truncate(limit);
        candidates.sort_unstable_by(in_order);
    }
    let mut ranked = Vec::with_capacity(candidates.len());
    for Candidate { segment, rank, code, document } in candidates {
        let code = usize::try_from(code).map_or("", |code| segments[segment].columns.codes.get(code));
        let names = &columns[&segment];
        let code = code.parse().map_err(|_| TantivyError::SchemaError(format!("{code:?} is no product's code")))?;
        let value = match names {
            Some(names) if rank > 0 => SortValue::Name(text_of(names, rank - 1)?),
            _ => order.value(rank),
        };
        ranked.push(Ranked { segment, document, key: SortKey { value, code } });
    }
    if by_name {
        let name = |hit: &Ranked| match &hit.key.value {
            SortValue::Name(name) => name.clone(),
            SortValue::Score(_) | SortValue::Number(_) => String::new(),
        };
        ranked.sort_by(|left, right| name(left).cmp(&name(right)).then_with(|| left.key.code.cmp(&right.key.code)));
        ranked.truncate(limit);
    }
    Ok(ranked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_stand_in_the_order_of_their_values_and_lead_back_to_them() {
        for numbers in [[i64::MIN, -1], [-1, 0], [0, 1], [1, i64::MAX]] {
            let [low, high] = numbers.map(SortValue::Number);
            assert!(Order::Price.rank(&low) < Order::Price.rank(&high));
            assert!(Order::Newest.rank(&low) > Order::Newest.rank(&high));
            assert_eq!(Order::Newest.value(Order::Newest.rank(&low).unwrap()), low);
            assert_eq!(Order::Price.value(Order::Price.rank(&high).unwrap()), high);
        }
        let [low, high] = [0.5, 17.25].map(SortValue::Score);
        assert!(Order::Score.rank(&high) < Order::Score.rank(&low));
        assert_eq!(Order::Score.value(Order::Score.rank(&low).unwrap()), low);
    }

    #[test]
    fn a_cursor_of_another_order_has_no_rank() {
        assert_eq!(Order::Score.rank(&SortValue::Number(1)), None);
        assert_eq!(Order::Price.rank(&SortValue::Score(1.0)), None);
    }
}
