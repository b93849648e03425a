//! The second look at the best hits: those that are like most of the others come first.

use std::cmp::Ordering;
use std::collections::HashMap;

use ecom67_app::search::{ListQuery, Placement, SortKey, SortValue};
use ecom67_domain::Language;
use ecom67_ranking::{Vector, rescore};
use tantivy::Score;
use tantivy::columnar::StrColumn;

use super::order::Ranked;
use super::schema::column;
use super::segment::Snapshot;

/// So many of the best hits are looked at again.
pub(super) const DEPTH: usize = 200;

/// What the scores of these are raised by, so that they stand above all others: words and numbers add up to less.
const RAISED: Score = 16.0;

/// Whether a page that begins after `after` shows any of the best hits.
pub(super) fn concerns(after: Option<&SortKey>) -> bool {
    after.is_none_or(|after| matches!(after.value, SortValue::Score(score) if score >= RAISED))
}

/// The least that a hit is left which was looked at again: more than one that is buried has.
const LEAST: Score = 1e-3;

/// What each earlier hit of the same name takes from a score, and the most that counts: ten times the same thing in other
/// colours would leave no room for others.
const REPETITION: Score = 0.02;
const REPETITIONS_MAX: u8 = 5;

/// The score of a hit that was looked at again; `None` for others.
pub(super) fn final_score(score: Score) -> Option<Score> {
    (score >= RAISED).then_some(score - RAISED)
}

/// Puts the best of `ranked` in their final order, and drops those up to where the page begins. Those whose places are
/// given keep them, and tell nothing of what the query is about.
pub(super) fn rescored(
    mut ranked: Vec<Ranked>,
    snapshot: &Snapshot,
    query: &ListQuery,
) -> tantivy::Result<Vec<Ranked>> {
    let others = ranked.split_off(ranked.len().min(DEPTH));
    let Placement { pinned, buried } = &query.placement;
    let (mut placed, mut ranked): (Vec<_>, Vec<_>) =
        ranked.into_iter().partition(|hit| pinned.contains(&hit.key.code) || buried.contains(&hit.key.code));
    for hit in &mut placed {
        hit.key.value = SortValue::Score(RAISED + score(hit));
    }
    let mut scores: Vec<Score> = ranked.iter().map(score).collect();
    let vectors: Vec<Vector> = ranked.iter().map(|hit| snapshot.segments[hit.segment].vector(hit.document)).collect();
    rescore(&mut scores, &vectors);
    for (hit, score) in ranked.iter_mut().zip(&scores) {
        hit.key.value = SortValue::Score(RAISED + score.max(LEAST));
    }
    ranked.sort_by(best_first);
    let mut names = Names::open(snapshot, query.language)?;
    for hit in &mut ranked {
        let repetitions = f32::from(names.seen_before(hit).min(REPETITIONS_MAX));
        hit.key.value = SortValue::Score((score(hit) - REPETITION * repetitions).max(RAISED + LEAST));
    }
    ranked.extend(placed);
    ranked.sort_by(best_first);
    if let Some(after) = &query.after
        && let SortValue::Score(last) = after.value
    {
        ranked.retain(|hit| score(hit) < last || (score(hit) <= last && hit.key.code > after.code));
    }
    ranked.extend(others);
    Ok(ranked)
}

fn best_first(left: &Ranked, right: &Ranked) -> Ordering {
    score(right).total_cmp(&score(left)).then_with(|| left.key.code.cmp(&right.key.code))
}

fn score(hit: &Ranked) -> Score {
    if let SortValue::Score(score) = hit.key.value { score } else { 0.0 }
}

/// The names of hits, as far as it must be known which are the same: each segment has its own numbers for them. Names
/// that are the same in two segments are taken for two; segments become one in time.
struct Names {
    columns: Vec<Option<StrColumn>>,
    seen: HashMap<(usize, u64), u8>,
}

impl Names {
    fn open(snapshot: &Snapshot, language: Language) -> tantivy::Result<Self> {
        let language = language.to_string();
        let columns = snapshot.segments.iter().map(|segment| segment.texts_below(column::SORT_NAME, &language));
        Ok(Self { columns: columns.collect::<tantivy::Result<_>>()?, seen: HashMap::new() })
    }

    /// How many hits before this one had its name.
    fn seen_before(&mut self, hit: &Ranked) -> u8 {
        let names = self.columns[hit.segment].as_ref();
        let Some(name) = names.and_then(|names| names.ords().first(hit.document)) else { return 0 };
        let seen = self.seen.entry((hit.segment, name)).or_default();
        let before = *seen;
        *seen = seen.saturating_add(1);
        before
    }
}
