//! The second look at the best results: those that are like most of the others come first, and the same thing over and
//! over does not fill the page.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;

use crate::{Vector, rescore};

/// So many of the best results are looked at again.
pub const DEPTH: usize = 200;

/// What the scores of these are raised by, so that they stand above all others: words and numbers add up to less.
pub const RAISED: f32 = 16.0;

/// What pinned results score by words: more than words and numbers add up to, the first of them the most.
pub const PINNED: f32 = 10.0;
/// What each is below the one before.
pub const PINNED_STEP: f32 = 0.1;
/// What is left of the score of a result that is buried: less than any other has.
pub const BURIED: f32 = 1e-5;
/// The least that a result is left which was looked at again: more than one that is buried has.
const LEAST: f32 = 1e-3;

/// What each earlier result of the same name takes from a score, and the most that counts: ten times the same thing in
/// other colours would leave no room for others.
const REPETITION: f32 = 0.02;
const REPETITIONS_MAX: u8 = 5;

/// One of the best results by words alone.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'result, N> {
    /// Its score by words.
    pub score: f32,
    /// What it is about.
    pub vector: Vector,
    /// By what its name is told from others; `None` where it has none.
    pub name: Option<N>,
    /// What decides between equals.
    pub code: &'result str,
    /// Whether its place is given: it keeps its score, and tells nothing of what the query is about.
    pub is_placed: bool,
}

/// The score of a result that was looked at again, as the formula gives it; `None` for others.
pub fn final_score(score: f32) -> Option<f32> {
    (score >= RAISED).then_some(score - RAISED)
}

/// The places of `candidates`, which come best first and are at most [`DEPTH`], in their final order, with their final
/// scores, which are [`RAISED`].
pub fn final_order<N: Eq + Hash>(candidates: Vec<Candidate<'_, N>>) -> Vec<(usize, f32)> {
    let codes: Vec<&str> = candidates.iter().map(|candidate| candidate.code).collect();
    let best_first = |left: &(usize, f32), right: &(usize, f32)| -> Ordering {
        right.1.total_cmp(&left.1).then_with(|| codes[left.0].cmp(codes[right.0]))
    };
    let (placed, others): (Vec<_>, Vec<_>) =
        candidates.into_iter().enumerate().partition(|(_, candidate)| candidate.is_placed);
    let mut scores: Vec<f32> = others.iter().map(|(_, candidate)| candidate.score).collect();
    let vectors: Vec<Vector> = others.iter().map(|(_, candidate)| candidate.vector).collect();
    rescore(&mut scores, &vectors);
    let mut ordered: Vec<(usize, f32)> =
        others.iter().zip(scores).map(|((place, _), score)| (*place, RAISED + score.max(LEAST))).collect();
    ordered.sort_by(best_first);
    let mut names: HashMap<usize, N> =
        others.into_iter().filter_map(|(place, candidate)| Some((place, candidate.name?))).collect();
    let mut seen: HashMap<N, u8> = HashMap::new();
    for (place, score) in &mut ordered {
        let Some(name) = names.remove(place) else { continue };
        let seen = seen.entry(name).or_default();
        *score = (*score - REPETITION * f32::from((*seen).min(REPETITIONS_MAX))).max(RAISED + LEAST);
        *seen = seen.saturating_add(1);
    }
    ordered.extend(placed.into_iter().map(|(place, candidate)| (place, RAISED + candidate.score)));
    ordered.sort_by(best_first);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_in_other_colours_makes_room_for_others_and_given_places_are_kept() {
        let candidate = |score, name: &'static str, code| {
            let is_placed = !(0.5..=2.0).contains(&score);
            Candidate { score, vector: Vector::ZERO, name: Some(name), code, is_placed }
        };

        let order = final_order(vec![
            candidate(1.0, "mug", "a"),
            candidate(1.0, "mug", "b"),
            candidate(1.0, "mug", "c"),
            candidate(0.99, "cup", "d"),
            candidate(PINNED, "mug", "e"),
            candidate(BURIED, "pot", "f"),
        ]);

        assert_eq!(order.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [4, 0, 3, 1, 2, 5]);
        assert!(order.iter().all(|(_, score)| final_score(*score).is_some()));
        assert_eq!(final_score(1.0), None, "the score of a result that was not looked at again");
    }
}
