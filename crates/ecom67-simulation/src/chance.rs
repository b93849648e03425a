//! Chance: everything that is drawn by lot comes from one seed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecom67_app::ids::Ids;
use jiff::Timestamp;

/// Locks what nobody holds across an await; a panic elsewhere is told by whoever panicked.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A seeded generator (`SplitMix64`). Its clones draw from the same row of numbers.
#[derive(Clone)]
pub(crate) struct Chance(Arc<Mutex<State>>);

struct State {
    mixed: u64,
    ids: u64,
}

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State { mixed: seed, ids: 0 })))
    }

    pub(crate) fn number(&self) -> u64 {
        let mut state = locked(&self.0);
        state.mixed = state.mixed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state.mixed;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `bound` - 1; 0 where there is no such number.
    pub(crate) fn below(&self, bound: u64) -> u64 {
        self.number().checked_rem(bound).unwrap_or(0)
    }

    /// True once in `n` times, and never where `n` is zero.
    pub(crate) fn one_in(&self, n: u64) -> bool {
        n > 0 && self.below(n) == 0
    }

    pub(crate) fn pick<T: Copy>(&self, choices: &[T]) -> T {
        choices[self.index(choices.len())]
    }

    /// The place of one of so many.
    pub(crate) fn index(&self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}

impl Ids for Chance {
    /// In ascending order within one instant; the last digits count, so that a history is easy to read.
    fn unique(&self, at: Timestamp) -> u128 {
        let mut state = locked(&self.0);
        state.ids += 1;
        let milliseconds = u128::try_from(at.as_millisecond()).unwrap_or(0);
        (milliseconds << 80) | u128::from(state.ids)
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        for part in secret.chunks_exact_mut(8) {
            part.copy_from_slice(&self.number().to_le_bytes());
        }
        secret
    }
}

impl ecom67_app::Chance for Chance {
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exactly what a float holds")]
    fn throw(&self) -> f64 {
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
