//! The mathematics of ranking and the rules of spelling, which every search engine of the shop shares: so all of them
//! find about the same, in about the same order.
//!
//! Numbers and words in, numbers and words out: nothing here knows of products, languages or engines. `docs/SEARCH.md`
//! explains the formula and what was measured.

pub mod bags;
mod basis;
pub mod best;
pub mod facets;
pub mod features;
mod feedback;
mod matrix;
mod measures;
mod numbers;
pub mod spelling;
mod synonyms;
pub mod understanding;

pub use basis::{Basis, DIMENSIONS, Vector};
pub use features::Identity;
pub use feedback::{FEEDBACK_DEPTH, rescore};
pub use matrix::Matrix;
pub use measures::{Measure, measures};
pub use numbers::{number_key, number_keys};
pub use synonyms::SynonymStems;
