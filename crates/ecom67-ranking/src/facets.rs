//! Which attributes are worth showing as facets.

use std::cmp::Reverse;

/// An attribute is shown where at least one hit in this many has it.
const COVERAGE_MIN: u64 = 20;
/// So many values can be taken in at a glance: an attribute is the better, the more of its hits they cover.
const GLANCE: usize = 20;

/// What tells how useful an attribute is as a facet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sketch {
    /// Values over all hits.
    occurrences: u64,
    /// Distinct values.
    distinct: u64,
    /// The sum of the squares of their counts.
    squares: f64,
    /// The sum of the counts of the most frequent values, as many as can be taken in at a glance.
    glance: u64,
}

impl Sketch {
    /// Of the counts of all its values.
    pub fn of(counts: &mut [u64]) -> Self {
        if counts.len() > GLANCE {
            counts.select_nth_unstable_by_key(GLANCE - 1, |count| Reverse(*count));
        }
        // Whole numbers first: a sum of fractions would depend on its order. All counts together are below 2^32.
        let squares: u64 = counts.iter().map(|count| count * count).sum();
        Self {
            occurrences: counts.iter().sum(),
            distinct: counts.len() as u64,
            squares: ratio_part(squares),
            glance: counts.iter().take(GLANCE).sum(),
        }
    }

    /// Over segments in which the same values may occur: useful at most as this says.
    pub fn add(&mut self, other: &Self) {
        self.occurrences += other.occurrences;
        self.distinct = self.distinct.max(other.distinct);
        self.squares += other.squares;
        self.glance += other.glance;
    }

    /// How useful the attribute is among `total` hits, from 0 to 1: how many hits have it, how evenly they spread over
    /// its values (the chance that two differ), how many share theirs, and how many have one of those that are seen at
    /// a glance. So neither what all have in common is useful, nor what each has for itself, nor exact sizes.
    pub fn usefulness(&self, total: u64) -> f64 {
        if self.distinct == 0 || self.occurrences * COVERAGE_MIN < total {
            return 0.0;
        }
        let count = ratio_part(self.occurrences);
        let coverage = (count / ratio_part(total)).min(1.0);
        let spread = (1.0 - self.squares / (count * count)).max(0.0);
        let sharing = (1.0 - ratio_part(self.distinct) / count).max(0.0);
        let glance = (ratio_part(self.glance) / count).min(1.0);
        coverage * spread * sharing * glance
    }
}

#[expect(clippy::cast_precision_loss, reason = "a part of a ratio that facets are compared by")]
const fn ratio_part(number: u64) -> f64 {
    number as f64
}
