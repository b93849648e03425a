//! The few directions in which rows differ most: a truncated singular value decomposition, by randomised subspace
//! iteration (Halko, Martinsson and Tropp, 2011, algorithm 4.4).
//!
//! Directions within the subspace are left unrotated: only angles between projected rows are ever asked for, and those
//! are the same in any orthonormal basis of it.

use std::convert::Infallible;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

use crate::Matrix;

/// How many directions are kept.
pub const DIMENSIONS: usize = 128;

/// How often the subspace is turned towards the directions that matter: with one round judged results are 0.01 worse.
const ROUNDS: usize = 4;

/// A row projected on a basis and scaled to the length [`Vector::LENGTH`], in whole steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vector(pub [i8; DIMENSIONS]);

impl Vector {
    /// The length of a vector that is not zero; no part can be longer.
    pub const LENGTH: f32 = 127.0;
    /// The vector of a row that has nothing in common with the basis.
    pub const ZERO: Self = Self([0; DIMENSIONS]);
}

/// Orthonormal directions in the space of features.
#[derive(Clone, Debug)]
pub struct Basis {
    /// For each feature its part in each direction, in whole steps: a quarter of the memory, and no result differs.
    steps: Vec<[i8; DIMENSIONS]>,
    /// For each feature how much a step is.
    sizes: Vec<f32>,
}

/// A column of which less than this part is its own (in squares) depends on the others: the rest is rounding.
const DEPENDENT_MAX: f64 = 1e-10;

type Part = [f32; DIMENSIONS];

impl Basis {
    /// The directions in which the rows of `matrix` differ most. `features` is one more than the highest feature. The
    /// same matrix always gives the same basis.
    pub fn of(matrix: &Matrix, features: usize) -> Self {
        let Ok(basis) = Self::try_of(matrix, features, || Ok::<_, Infallible>(()));
        basis
    }

    /// The same as [`Self::of`], or what `check` fails with: it is called before each round, of which each takes some
    /// tenths of a second with ten thousand rows.
    pub fn try_of<E>(matrix: &Matrix, features: usize, mut check: impl FnMut() -> Result<(), E>) -> Result<Self, E> {
        let mut random = ChaCha8Rng::seed_from_u64(67);
        let mut parts: Vec<Part> = (0..features).map(|_| std::array::from_fn(|_| gaussian(&mut random))).collect();
        orthonormalise(&mut parts);
        for _ in 0..=ROUNDS {
            check()?;
            let mut projected: Vec<Part> = matrix.iter().map(|row| project(&parts, row)).collect();
            orthonormalise(&mut projected);
            parts.fill([0.0; DIMENSIONS]);
            for (row, projected) in matrix.iter().zip(&projected) {
                for (feature, weight) in row {
                    add(&mut parts[*feature as usize], projected, *weight);
                }
            }
            orthonormalise(&mut parts);
        }
        let (steps, sizes) = parts.iter().map(in_steps).unzip();
        Ok(Self { steps, sizes })
    }

    /// The row in this basis, whether it was among those that the basis was made from or not.
    pub fn project(&self, row: &[(u32, f32)]) -> Vector {
        let mut projected = [0.0; DIMENSIONS];
        for (feature, weight) in row {
            let place = *feature as usize;
            let Some((steps, size)) = self.steps.get(place).zip(self.sizes.get(place)) else { continue };
            for (projected, step) in projected.iter_mut().zip(steps) {
                *projected += weight * size * f32::from(*step);
            }
        }
        let length = projected.iter().map(|part| part * part).sum::<f32>().sqrt();
        if length < f32::EPSILON {
            return Vector::ZERO;
        }
        Vector(projected.map(|part| to_step(part * Vector::LENGTH / length)))
    }
}

/// The bytes of one feature of a basis: the size of a step, and the steps.
const FEATURE_BYTES: usize = 4 + DIMENSIONS;

impl Basis {
    /// The basis as bytes, of the same meaning on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.steps.len() * FEATURE_BYTES);
        for (steps, size) in self.steps.iter().zip(&self.sizes) {
            bytes.extend(size.to_le_bytes());
            bytes.extend(steps.map(i8::cast_unsigned));
        }
        bytes
    }

    /// The basis that was made these bytes; `None` where they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let features = bytes.chunks_exact(FEATURE_BYTES);
        if !features.remainder().is_empty() {
            return None;
        }
        let (mut steps, mut sizes) = (Vec::with_capacity(features.len()), Vec::with_capacity(features.len()));
        for feature in features {
            let (size, own) = feature.split_first_chunk::<4>()?;
            sizes.push(f32::from_le_bytes(*size));
            let own: [u8; DIMENSIONS] = own.try_into().ok()?;
            steps.push(own.map(u8::cast_signed));
        }
        Some(Self { steps, sizes })
    }
}

/// A part in whole steps of its longest dimension, and how much a step is.
fn in_steps(part: &Part) -> ([i8; DIMENSIONS], f32) {
    let longest = part.iter().fold(0.0_f32, |longest, part| longest.max(part.abs()));
    if longest == 0.0 {
        return ([0; DIMENSIONS], 0.0);
    }
    (part.map(|part| to_step(part * f32::from(i8::MAX) / longest)), longest / f32::from(i8::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "between -127 and 127 by how it was scaled")]
fn to_step(part: f32) -> i8 {
    part.round() as i8
}

fn project(parts: &[Part], row: &[(u32, f32)]) -> Part {
    let mut projected = [0.0; DIMENSIONS];
    for (feature, weight) in row {
        if let Some(part) = parts.get(*feature as usize) {
            add(&mut projected, part, *weight);
        }
    }
    projected
}

fn add(to: &mut Part, part: &Part, weight: f32) {
    for (to, part) in to.iter_mut().zip(part) {
        *to += weight * part;
    }
}

/// A number from the standard normal distribution (Box and Muller, 1958).
#[expect(clippy::cast_possible_truncation, reason = "a start that is random anyway")]
fn gaussian(random: &mut ChaCha8Rng) -> f32 {
    let mut uniform = || (f64::from(random.next_u32()) + 1.0) / (f64::from(u32::MAX) + 2.0);
    let (first, second) = (uniform(), uniform());
    ((-2.0 * first.ln()).sqrt() * (std::f64::consts::TAU * second).cos()) as f32
}

/// Makes the columns of a tall matrix orthonormal: Cholesky QR, twice for its rounding errors (Yamamoto et al., 2015).
/// Columns that depend on others become zero.
fn orthonormalise(rows: &mut [Part]) {
    for _ in 0..2 {
        let factor = cholesky(&gram(rows));
        for row in rows.iter_mut() {
            solve(&factor, row);
        }
    }
}

type Square = Vec<[f64; DIMENSIONS]>;

/// The products of all columns with each other: the lower triangle.
fn gram(rows: &[Part]) -> Square {
    let mut gram: Square = vec![[0.0; DIMENSIONS]; DIMENSIONS];
    for row in rows {
        let row = row.map(f64::from);
        for (column, products) in gram.iter_mut().enumerate() {
            let part = row[column];
            for (product, other) in products[..=column].iter_mut().zip(&row) {
                *product += part * other;
            }
        }
    }
    gram
}

/// The lower triangle whose product with its transpose is `gram`; a zero on its diagonal marks a dependent column.
fn cholesky(gram: &Square) -> Square {
    let mut factor: Square = vec![[0.0; DIMENSIONS]; DIMENSIONS];
    for row in 0..DIMENSIONS {
        for column in 0..=row {
            let known: f64 = (0..column).map(|index| factor[row][index] * factor[column][index]).sum();
            let rest = gram[row][column] - known;
            factor[row][column] = if row == column {
                if rest > gram[row][row] * DEPENDENT_MAX { rest.sqrt() } else { 0.0 }
            } else if factor[column][column] > 0.0 {
                rest / factor[column][column]
            } else {
                0.0
            };
        }
    }
    factor
}

/// Solves `factor * x = row` in place.
#[expect(clippy::cast_possible_truncation, reason = "the rows are in single precision")]
fn solve(factor: &Square, row: &mut Part) {
    let mut solved = [0.0_f64; DIMENSIONS];
    for column in 0..DIMENSIONS {
        let diagonal = factor[column][column];
        if diagonal > 0.0 {
            let known: f64 = factor[column][..column].iter().zip(&solved).map(|(part, solved)| part * solved).sum();
            solved[column] = (f64::from(row[column]) - known) / diagonal;
        }
    }
    for (part, solved) in row.iter_mut().zip(&solved) {
        *part = *solved as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of three kinds, each with its own features, and one feature that all have.
    fn kinds() -> Matrix {
        let mut matrix = Matrix::default();
        for row in 0..300_u32 {
            let kind = row % 3;
            let own = kind * 10 + row % 10;
            let mut features = vec![(own, 1.0), (kind * 10 + (row / 3) % 10, 1.0), (30, 0.1)];
            features.sort_by_key(|(feature, _)| *feature);
            matrix.push(&features);
        }
        matrix
    }

    fn cosine(left: &Vector, right: &Vector) -> f32 {
        let products = left.0.iter().zip(&right.0).map(|(left, right)| f32::from(*left) * f32::from(*right));
        products.sum::<f32>() / (Vector::LENGTH * Vector::LENGTH)
    }

    #[test]
    fn columns_become_orthonormal_and_dependent_ones_zero() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut rows: Vec<Part> = (0..1_000).map(|_| std::array::from_fn(|_| gaussian(&mut random))).collect();
        for row in &mut rows {
            row[5] = 2.0 * row[3] - row[4];
        }

        orthonormalise(&mut rows);

        let gram = gram(&rows);
        for (row, products) in gram.iter().enumerate() {
            for (column, product) in products[..=row].iter().enumerate() {
                let expected = if row == column && row != 5 { 1.0 } else { 0.0 };
                assert!((product - expected).abs() < 1e-4, "{row} and {column}: {product}");
            }
        }
    }

    #[test]
    fn rows_of_a_kind_are_alike_even_if_they_share_no_feature_of_their_own() {
        let matrix = kinds();
        let basis = Basis::of(&matrix, 31);
        let rows: Vec<_> = matrix.iter().collect();
        let vector = |row: usize| basis.project(rows[row]);

        assert!(cosine(&vector(0), &vector(0)) > 0.98);
        assert!(cosine(&vector(0), &vector(1)).abs() < 0.2);
        assert_eq!(basis.project(&[(0, 1.0)]).0.len(), DIMENSIONS);
    }

    #[test]
    fn a_basis_that_nobody_waits_for_any_more_is_not_finished() {
        let mut rounds = 0;

        let ended = Basis::try_of(&kinds(), 31, || {
            rounds += 1;
            if rounds < 3 { Ok(()) } else { Err("stop") }
        });

        assert_eq!((ended.err(), rounds), (Some("stop"), 3));
    }

    #[test]
    fn a_basis_comes_back_from_its_bytes() {
        let basis = Basis::of(&kinds(), 31);

        let again = Basis::from_bytes(&basis.to_bytes()).unwrap();

        let row = [(2, 1.0), (7, 0.5)];
        assert_eq!(again.project(&row), basis.project(&row));
        assert!(Basis::from_bytes(&basis.to_bytes()[1..]).is_none());
    }

    #[test]
    fn a_basis_is_always_the_same_and_unknown_features_are_passed_over() {
        let matrix = kinds();
        let (first, second) = (Basis::of(&matrix, 31), Basis::of(&matrix, 31));
        let row = [(2, 1.0), (7, 0.5)];

        assert_eq!(first.project(&row), second.project(&row));
        assert_eq!(first.project(&[(2, 1.0), (7, 0.5), (999, 3.0)]), first.project(&row));
        assert_eq!(first.project(&[(999, 1.0)]), Vector::ZERO);
        assert_eq!(Basis::of(&Matrix::default(), 0).project(&row), Vector::ZERO);
    }
}
