//! Parts that add up: largest remainder.

/// Splits `whole` in proportion to `weights` into parts that sum to it exactly: each gets its share rounded down, and
/// those with the largest remainders one more until nothing is left; of equal remainders the first. Weights are zero or
/// more; where all are zero the first takes everything. `whole` is zero or more; no part exceeds its weight where
/// `whole` does not exceed their sum.
pub(super) fn spread(whole: i64, weights: &[i64], parts: &mut Vec<i64>) {
    parts.clear();
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        parts.extend(weights.iter().enumerate().map(|(index, _)| if index == 0 { whole } else { 0 }));
        return;
    }
    // Products of 64-bit amounts fit into 128 bits; those of everyday amounts fit into 64, where division is far faster.
    let small = i64::try_from(sum).ok().filter(|sum| whole.checked_mul(*sum).is_some());
    let mut remainders = [0_i128; PARTS_MAX];
    debug_assert!(weights.len() <= PARTS_MAX, "more parts than a basket has");
    let mut left = whole;
    for (weight, remainder) in weights.iter().zip(&mut remainders) {
        let part = if let Some(sum) = small {
            let product = whole * weight;
            *remainder = i128::from(product % sum);
            product / sum
        } else {
            let product = i128::from(whole) * i128::from(*weight);
            *remainder = product % sum;
            // No larger than `whole`, since the weight is no larger than the sum.
            i64::try_from(product / sum).unwrap_or(whole)
        };
        left -= part;
        parts.push(part);
    }
    while left > 0 {
        let largest = (0..weights.len()).rev().max_by_key(|index| remainders[*index]).unwrap_or(0);
        remainders[largest] = -1;
        parts[largest] += 1;
        left -= 1;
    }
}

/// The most parts: the lines of a basket, and its delivery.
pub(super) const PARTS_MAX: usize = super::basket::BASKET_LINES_MAX + 1;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(whole: i64, weights: &[i64]) -> Vec<i64> {
        let mut parts = Vec::new();
        spread(whole, weights, &mut parts);
        parts
    }

    #[test]
    fn cents_that_are_left_go_to_the_largest_remainders_and_then_to_the_first() {
        assert_eq!(parts(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(parts(2, &[1, 1, 1]), [1, 1, 0]);
        assert_eq!(parts(10, &[333, 333, 334]), [3, 3, 4]);
        assert_eq!(parts(5, &[0, 0]), [5, 0]);
        assert_eq!(parts(5, &[0, 3, 0]), [0, 5, 0]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_exceeds_its_weight(
            weights in proptest::collection::vec(0_i64..=i64::MAX / 100, 1..=50),
            permille in 0_i128..=1_000,
        ) {
            let sum: i64 = weights.iter().sum();
            let whole = i64::try_from(i128::from(sum) * permille / 1_000).unwrap();

            let parts = parts(whole, &weights);

            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!((0..=*weight).contains(part));
            }
        }
    }
}
