//! Chance that can be repeated: the same seed gives the same catalog and the same requests on every machine.

/// A seeded generator of numbers (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The generator of this seed.
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` - 1.
    #[expect(clippy::cast_possible_truncation, reason = "what is below a bound of this type fits into it")]
    pub(crate) const fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(crate) const fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True so many times in a hundred.
    pub(crate) const fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// A fraction from 0 to 1, 1 not included.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit into a float's mantissa")]
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `choices`.
    pub(crate) fn pick<'choices, T>(&mut self, choices: &'choices [T]) -> &'choices T {
        &choices[self.below(choices.len())]
    }
}

/// Ranks that come up as often as words do: the n-th about 1/n times as often as the first.
#[derive(Clone, Debug)]
pub(crate) struct Zipf {
    cumulative: Vec<f64>,
}

impl Zipf {
    /// Over `ranks` ranks.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer ranks than a float can count")]
    pub(crate) fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        let cumulative = (1..=ranks).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self { cumulative: cumulative.collect() }
    }

    /// A rank, from 0.
    pub(crate) fn rank(&self, chance: &mut Chance) -> usize {
        let sum = self.cumulative.last().copied().unwrap_or_default();
        let wanted = chance.fraction() * sum;
        self.cumulative.partition_point(|reached| *reached <= wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let draw = |seed| {
            let mut chance = Chance::seeded(seed);
            (0..10).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };

        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn the_first_rank_comes_up_about_twice_as_often_as_the_second() {
        let (zipf, mut chance) = (Zipf::new(1_000), Chance::seeded(7));
        let mut counts = vec![0_u32; 1_000];
        for _ in 0..100_000 {
            counts[zipf.rank(&mut chance)] += 1;
        }

        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((1.8..2.2).contains(&ratio), "{ratio}");
    }
}
