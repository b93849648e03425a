//! What a query is about, told by its best results (pseudo relevance feedback, Rocchio 1971, over vectors).

use crate::Vector;
use crate::basis::DIMENSIONS;

/// So many of the best results say what the query is about.
pub const FEEDBACK_DEPTH: usize = 40;

/// What being like what the query is about counts, as against its words: a full match of words is about 1.
const LIKENESS_WEIGHT: f32 = 0.4;

/// Adds to each score how much the result is like the best of them. `scores` come best first, with the vector of each.
pub fn rescore(scores: &mut [f32], vectors: &[Vector]) {
    let mut about = [0.0_f32; DIMENSIONS];
    for (score, vector) in scores.iter().zip(vectors).take(FEEDBACK_DEPTH) {
        for (about, part) in about.iter_mut().zip(&vector.0) {
            *about += score * f32::from(*part);
        }
    }
    let length = about.iter().map(|part| part * part).sum::<f32>().sqrt();
    if length < f32::EPSILON {
        return;
    }
    for (score, vector) in scores.iter_mut().zip(vectors) {
        let product: f32 = vector.0.iter().zip(&about).map(|(part, about)| f32::from(*part) * about).sum();
        *score += LIKENESS_WEIGHT * product / (length * Vector::LENGTH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(parts: &[(usize, i8)]) -> Vector {
        let mut vector = Vector::ZERO;
        for (dimension, part) in parts {
            vector.0[*dimension] = *part;
        }
        vector
    }

    #[test]
    fn what_is_like_most_of_the_best_comes_before_what_is_not() {
        let phones = vector(&[(0, 127)]);
        let cases = vector(&[(1, 127)]);
        let mut scores = [1.0, 0.99, 0.98, 0.97];

        rescore(&mut scores, &[cases, phones, phones, phones]);

        assert!(scores[1] > scores[0] && scores[3] > scores[0], "{scores:?}");
        assert!(scores[1] > scores[2] && scores[2] > scores[3], "among equals the words decide: {scores:?}");
    }

    #[test]
    fn without_vectors_scores_stay() {
        let mut scores = [1.0, 0.5];
        rescore(&mut scores, &[Vector::ZERO; 2]);

        assert!(scores.iter().zip([1.0, 0.5]).all(|(score, before)| (score - before).abs() < f32::EPSILON));
    }
}
