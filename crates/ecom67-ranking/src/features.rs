//! What products are compared by: the words they use and the names of the attributes they have, as numbers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::bags::number;

/// A model is learned from about so many products.
pub const SAMPLE: usize = 10_000;
/// The most words that are looked at: the most frequent ones.
pub const WORDS_MAX: usize = 20_000;
/// In fewer products a feature tells nothing of others.
const FREQUENCY_MIN: u64 = 2;
/// What having the same attributes counts as against having the same words.
pub const ATTRIBUTES_WEIGHT: f32 = 1.5;
/// Features by their hashes, with the number and the weight of each.
pub type Weights = HashMap<u64, (u32, f32), BuildHasherDefault<Identity>>;

/// Whether a catalog of so many products has become another since it had `learned` of them.
pub const fn is_outdated(learned: u64, products: u64) -> bool {
    products.abs_diff(learned) * 4 > learned
}

/// What a word tells that stands in a text so often, before it is weighed by how rare it is.
pub fn word_weight(times: u64) -> f32 {
    1.0 + number(times).ln()
}

/// Adds features scaled to a length.
pub fn push_scaled(row: &mut Vec<(u32, f32)>, features: &[(u32, f32)], length: f32) {
    let own = features.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if own > 0.0 {
        row.extend(features.iter().map(|(feature, weight)| (*feature, weight * length / own)));
    }
}

/// Numbers features by falling frequency, and weighs each the more the rarer it is.
pub fn weighed<S>(frequencies: &HashMap<u64, u64, S>, products: u64, first: usize, most: usize) -> Weights {
    let mut kept: Vec<(u64, u64)> = frequencies
        .iter()
        .filter(|(_, frequency)| **frequency >= FREQUENCY_MIN)
        .map(|(hash, frequency)| (*hash, *frequency))
        .collect();
    // Hashes decide between equals: the same catalog always makes the same model.
    kept.sort_unstable_by_key(|(hash, frequency)| (std::cmp::Reverse(*frequency), *hash));
    kept.truncate(most);
    let numbered = kept.into_iter().enumerate().filter_map(|(place, (hash, frequency))| {
        let weight = (number(products) / number(frequency)).ln();
        Some((hash, (u32::try_from(first + place).ok()?, weight)))
    });
    numbered.collect()
}

/// The hash of what is a hash already.
#[derive(Default)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
