//! The mathematics of ranking: which products are like each other, and what a query is about.
//!
//! Nothing here knows of products or languages: rows of features in, vectors and scores out. `docs/SEARCH.md` explains
//! the formula and what was measured.

mod basis;
mod feedback;
mod matrix;

pub use basis::{Basis, DIMENSIONS, Vector};
pub use feedback::{FEEDBACK_DEPTH, rescore};
pub use matrix::Matrix;
