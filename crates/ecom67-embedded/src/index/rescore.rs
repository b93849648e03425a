//! The second look at the best hits (`ecom67_ranking::best`), with what the segments know of them.

use ecom67_app::search::{ListQuery, Placement, SortKey, SortValue};
use ecom67_domain::Language;
use ecom67_ranking::best::{Candidate, RAISED, final_order};
use tantivy::Score;
use tantivy::columnar::StrColumn;

use super::order::Ranked;
use super::schema::column;
use super::segment::Snapshot;

pub(super) use ecom67_ranking::best::{DEPTH, final_score};

/// Whether a page that begins after `after` shows any of the best hits.
pub(super) fn concerns(after: Option<&SortKey>) -> bool {
    after.is_none_or(|after| matches!(after.value, SortValue::Score(score) if score >= RAISED))
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
    let names = Names::open(snapshot, query.language)?;
    let candidate = |hit| {
        let Ranked { segment, document, key }: &Ranked = hit;
        let vector = snapshot.segments[*segment].vector(*document);
        let is_placed = pinned.contains(&key.code) || buried.contains(&key.code);
        Candidate { score: score(hit), vector, name: names.of(hit), code: key.code.as_str(), is_placed }
    };
    let order = final_order(ranked.iter().map(candidate).collect());
    let mut hits: Vec<Option<Ranked>> = ranked.into_iter().map(Some).collect();
    let mut ranked: Vec<Ranked> = Vec::with_capacity(hits.len() + others.len());
    for (place, score) in order {
        if let Some(mut hit) = hits[place].take() {
            hit.key.value = SortValue::Score(score);
            ranked.push(hit);
        }
    }
    if let Some(after) = &query.after
        && let SortValue::Score(last) = after.value
    {
        ranked.retain(|hit| score(hit) < last || (score(hit) <= last && hit.key.code > after.code));
    }
    ranked.extend(others);
    Ok(ranked)
}

fn score(hit: &Ranked) -> Score {
    if let SortValue::Score(score) = hit.key.value { score } else { 0.0 }
}

/// The names of hits, as far as it must be known which are the same: each segment has its own numbers for them. Names
/// that are the same in two segments are taken for two; segments become one in time.
struct Names {
    columns: Vec<Option<StrColumn>>,
}

impl Names {
    fn open(snapshot: &Snapshot, language: Language) -> tantivy::Result<Self> {
        let language = language.to_string();
        let columns = snapshot.segments.iter().map(|segment| segment.texts_below(column::SORT_NAME, &language));
        Ok(Self { columns: columns.collect::<tantivy::Result<_>>()? })
    }

    /// What the hit's name is told from others by.
    fn of(&self, hit: &Ranked) -> Option<(usize, u64)> {
        let names = self.columns[hit.segment].as_ref()?;
        Some((hit.segment, names.ords().first(hit.document)?))
    }
}
