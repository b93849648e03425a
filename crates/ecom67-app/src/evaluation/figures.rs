//! Measures of a ranking.
//!
//! Järvelin and Kekäläinen's discounted cumulated gain (2002) with the exponential gain of Burges et al. (2005);
//! reciprocal rank as in TREC-8 (Voorhees, 1999).

use std::collections::BTreeMap;

use serde::Serialize;

/// How many results a shopper looks at.
pub(super) const TOP: usize = 10;
/// How far down recall looks.
pub(super) const RECALL_DEPTH: usize = 50;

/// Results, and the grades of what was judged. A result without a grade counts as not relevant.
#[derive(Clone, Copy, Debug)]
pub struct Ranking<'ranking> {
    /// Best first.
    pub results: &'ranking [String],
    /// The grade of each judged result; 0 is not relevant.
    pub grades: &'ranking BTreeMap<String, u8>,
}

/// How good a ranking is, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Normalised discounted cumulated gain of the first ten: gain 2^grade - 1, what nobody judged counting 0.
    pub ndcg_10: f64,
    /// The same as if the judged products alone had been found.
    pub ndcg_10_judged: f64,
    /// Of the first ten, how many were judged.
    pub judged_10: f64,
    /// One by the place of the first relevant result; 0 where none was found.
    pub reciprocal_rank: f64,
    /// Of the relevant products, how many stand among the first fifty.
    pub recall_50: f64,
}

impl Ranking<'_> {
    /// All figures.
    pub fn figures(&self) -> Figures {
        let grade = |result: &String| self.grades.get(result).copied();
        let all = || self.results.iter().map(|result| grade(result).unwrap_or(0));
        let top = self.results.iter().take(TOP);
        let relevant = self.grades.values().filter(|grade| **grade > 0).count();
        let found = all().take(RECALL_DEPTH).filter(|grade| *grade > 0).count();
        Figures {
            ndcg_10: self.normalised(all()),
            ndcg_10_judged: self.normalised(self.results.iter().filter_map(grade)),
            judged_10: ratio(top.clone().filter(|result| grade(result).is_some()).count(), top.count()),
            reciprocal_rank: all().position(|grade| grade > 0).map_or(0.0, |place| 1.0 / number(place + 1)),
            recall_50: ratio(found, relevant.min(RECALL_DEPTH)),
        }
    }

    /// The gain of grades in their order, as a part of the best there could be.
    fn normalised(&self, grades: impl Iterator<Item = u8>) -> f64 {
        let mut ideal: Vec<u8> = self.grades.values().copied().collect();
        ideal.sort_unstable_by(|left, right| right.cmp(left));
        let best = discounted_gain(ideal.into_iter());
        if best > 0.0 { discounted_gain(grades) / best } else { 0.0 }
    }
}

fn discounted_gain(grades: impl Iterator<Item = u8>) -> f64 {
    let gain = |(place, grade): (usize, u8)| (2_f64.powi(i32::from(grade)) - 1.0) / number(place + 2).log2();
    grades.take(TOP).enumerate().map(gain).fold(0.0, |sum, gain| sum + gain)
}

fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { number(part) / number(of) }
}

#[expect(clippy::cast_precision_loss, reason = "counts and places of results are small")]
const fn number(count: usize) -> f64 {
    count as f64
}

impl Figures {
    /// The means; zeros where there is nothing.
    pub fn mean<'figures>(figures: impl Iterator<Item = &'figures Self>) -> Self {
        let all: Vec<&Self> = figures.collect();
        let mean = |figure: fn(&Self) -> f64| {
            if all.is_empty() {
                0.0
            } else {
                all.iter().map(|figures| figure(figures)).sum::<f64>() / number(all.len())
            }
        };
        Self {
            ndcg_10: mean(|figures| figures.ndcg_10),
            ndcg_10_judged: mean(|figures| figures.ndcg_10_judged),
            judged_10: mean(|figures| figures.judged_10),
            reciprocal_rank: mean(|figures| figures.reciprocal_rank),
            recall_50: mean(|figures| figures.recall_50),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(results: &[&str], grades: &[(&str, u8)]) -> Figures {
        let results: Vec<String> = results.iter().map(ToString::to_string).collect();
        let grades = grades.iter().map(|(name, grade)| ((*name).to_owned(), *grade)).collect();
        Ranking { results: &results, grades: &grades }.figures()
    }

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn the_best_order_has_the_whole_gain_and_nothing_has_none() {
        let grades = [("a", 3), ("b", 2), ("c", 0)];
        let best = figures(&["a", "b", "c"], &grades);

        assert_near(best.ndcg_10, 1.0);
        assert_near(best.recall_50, 1.0);
        assert_eq!(figures(&[], &grades), Figures::default());
        assert_near(figures(&["a"], &[("a", 0)]).ndcg_10, 0.0);
    }

    #[test]
    fn gain_is_exponential_and_discounted_by_place() {
        // By hand: (3/1 + 7/log2 3) / (7/1 + 3/log2 3).
        let log2_of_3 = 3_f64.log2();
        let expected = (3.0 + 7.0 / log2_of_3) / (7.0 + 3.0 / log2_of_3);

        assert_near(figures(&["b", "a"], &[("a", 3), ("b", 2)]).ndcg_10, expected);
    }

    #[test]
    fn what_nobody_judged_counts_nothing_or_is_not_there() {
        let found = figures(&["x", "y", "a"], &[("a", 1)]);

        assert_near(found.ndcg_10, 0.5);
        assert_near(found.ndcg_10_judged, 1.0);
        assert_near(found.judged_10, 1.0 / 3.0);
        assert_near(found.reciprocal_rank, 1.0 / 3.0);
    }

    #[test]
    fn only_the_first_ten_count_and_recall_looks_at_fifty() {
        let others: Vec<String> = (0..60).map(|number| format!("x{number}")).collect();
        let mut results: Vec<&str> = others.iter().map(String::as_str).collect();
        results.insert(10, "a");
        results.insert(49, "b");
        results.insert(50, "c");
        let found = figures(&results, &[("a", 1), ("b", 1), ("c", 1)]);

        assert_near(found.ndcg_10, 0.0);
        assert_near(found.reciprocal_rank, 1.0 / 11.0);
        assert_near(found.recall_50, 2.0 / 3.0);
    }

    #[test]
    fn means_are_over_queries() {
        let half = Figures { ndcg_10: 0.5, ..Figures::default() };
        let whole = Figures { ndcg_10: 1.0, recall_50: 1.0, ..Figures::default() };

        assert_near(Figures::mean([half, whole].iter()).ndcg_10, 0.75);
        assert_eq!(Figures::mean([].iter()), Figures::default());
    }
}
