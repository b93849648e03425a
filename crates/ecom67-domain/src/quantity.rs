//! How many of a variant, and of a product, one cart may have.

use crate::cart::LINE_QUANTITY_MAX;
use crate::violation::Invalid;

/// The least and the most units of a variant in one cart, and in what steps: wine is sold by the six, a rare print twice to
/// nobody. Each variant counts by itself; [`ProductLimit`] is for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuantityLimits {
    min: u32,
    max: u32,
    step: u32,
}

impl QuantityLimits {
    /// From one to [`LINE_QUANTITY_MAX`], one by one: where a product says nothing else.
    pub const NONE: Self = Self { min: 1, max: LINE_QUANTITY_MAX, step: 1 };

    /// Whole steps from `min` to `max`. What is not said is the widest that fits: a step of one, one step at least, and as
    /// many as a line may have.
    pub fn new(min: Option<u32>, max: Option<u32>, step: Option<u32>) -> Result<Self, Invalid> {
        let step = step.unwrap_or(1);
        let invalid = || {
            let expected = format!(
                "whole steps of at least 1: step <= min <= max <= {LINE_QUANTITY_MAX}, min and max multiples of step"
            );
            Invalid::new("quantity_limits_invalid", expected)
        };
        if !(1..=LINE_QUANTITY_MAX).contains(&step) {
            return Err(invalid());
        }
        let (min, max) = (min.unwrap_or(step), max.unwrap_or(LINE_QUANTITY_MAX - LINE_QUANTITY_MAX % step));
        let is_in_order = step <= min && min <= max && max <= LINE_QUANTITY_MAX;
        let is_whole = min.is_multiple_of(step) && max.is_multiple_of(step);
        if is_in_order && is_whole { Ok(Self { min, max, step }) } else { Err(invalid()) }
    }

    /// The least.
    pub const fn min(self) -> u32 {
        self.min
    }

    /// The most.
    pub const fn max(self) -> u32 {
        self.max
    }

    /// The step.
    pub const fn step(self) -> u32 {
        self.step
    }

    /// The same, and no more than `most`, as far as the least allows that.
    #[must_use]
    pub fn at_most(self, most: u32) -> Self {
        Self { max: self.max.min(most - most % self.step).max(self.min), ..self }
    }

    /// As many of `asked` as one cart may have; the least where that is more.
    pub fn allowed(self, asked: u64) -> u32 {
        let asked = u32::try_from(asked).unwrap_or(u32::MAX);
        (asked - asked % self.step).clamp(self.min, self.max)
    }

    /// Whether one cart may have so many.
    pub fn allows(self, asked: u64) -> bool {
        u64::from(self.allowed(asked)) == asked
    }

    /// Whether `units` are as many as one cart has to have.
    pub fn is_served_by(self, units: u64) -> bool {
        units >= u64::from(self.min)
    }

    /// Of `units` those that are on offer: none where one would have to take more than there are.
    pub fn on_offer(self, units: u64) -> u64 {
        if self.is_served_by(units) { units } else { 0 }
    }

    /// As many as one cart may have where there are no more than `units`; none where those are too few.
    pub fn within(self, units: u64) -> u64 {
        if self.is_served_by(units) { u64::from(self.allowed(units)) } else { 0 }
    }

    /// The next number after `present`, whatever the most may be.
    pub fn after(self, present: u32) -> u64 {
        let step = u64::from(self.step);
        ((u64::from(present) / step + 1) * step).max(u64::from(self.min))
    }
}

/// The most units of a product in one cart, all its variants together: two of a print, however they are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProductLimit(u32);

impl ProductLimit {
    /// From 1 to [`LINE_QUANTITY_MAX`] units.
    pub fn new(units: u32) -> Result<Self, Invalid> {
        if (1..=LINE_QUANTITY_MAX).contains(&units) {
            Ok(Self(units))
        } else {
            Err(Invalid::new("max_per_cart_invalid", format!("from 1 to {LINE_QUANTITY_MAX} units")))
        }
    }

    /// The most.
    pub const fn units(self) -> u32 {
        self.0
    }

    /// How many there may be of one variant beside so many `others` of the same product.
    pub fn beside(self, others: u64) -> u64 {
        u64::from(self.0).saturating_sub(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(min: u32, max: u32, step: u32) -> QuantityLimits {
        QuantityLimits::new(Some(min), Some(max), Some(step)).unwrap()
    }

    #[test]
    fn what_is_not_said_is_the_widest_that_fits() {
        assert_eq!(QuantityLimits::new(None, None, None), Ok(QuantityLimits::NONE));
        assert_eq!(QuantityLimits::new(None, None, Some(6)), Ok(limits(6, 996, 6)));
        assert_eq!(QuantityLimits::new(None, Some(2), None), Ok(limits(1, 2, 1)));
        assert_eq!(QuantityLimits::new(Some(12), None, Some(6)), Ok(limits(12, 996, 6)));
    }

    #[test]
    fn limits_that_nothing_fits_between_are_refused() {
        let wrong = [
            (Some(0), None, None),
            (None, Some(0), None),
            (None, None, Some(0)),
            (None, Some(1_000), None),
            (None, None, Some(1_000)),
            (Some(3), Some(2), None),
            (Some(7), None, Some(6)),
            (None, Some(13), Some(6)),
            (None, Some(5), Some(6)),
        ];
        for (min, max, step) in wrong {
            let refused = QuantityLimits::new(min, max, step);
            assert_eq!(refused.unwrap_err().code, "quantity_limits_invalid", "{min:?} {max:?} {step:?}");
        }
    }

    #[test]
    fn what_a_product_allows_in_all_no_variant_exceeds_and_its_least_stays() {
        assert_eq!(limits(6, 60, 6).at_most(20), limits(6, 18, 6));
        assert_eq!(limits(1, 5, 1).at_most(20), limits(1, 5, 1));
        assert_eq!(limits(12, 60, 6).at_most(5), limits(12, 12, 6));
    }

    #[test]
    fn what_a_product_allows_in_all_is_what_others_leave_of_it() {
        let three = ProductLimit::new(3).unwrap();

        assert_eq!([0, 2, 3, 900].map(|others| three.beside(others)), [3, 1, 0, 0]);
        for wrong in [0, LINE_QUANTITY_MAX + 1] {
            assert_eq!(ProductLimit::new(wrong).unwrap_err().code, "max_per_cart_invalid", "{wrong}");
        }
    }

    #[test]
    fn of_what_is_asked_for_whole_steps_between_least_and_most_are_allowed() {
        let sixes = limits(12, 24, 6);

        let allowed = [0, 1, 12, 17, 18, 25, u64::MAX].map(|asked| sixes.allowed(asked));
        assert_eq!(allowed, [12, 12, 12, 12, 18, 24, 24]);
        assert!(sixes.allows(18) && !sixes.allows(6) && !sixes.allows(13) && !sixes.allows(30));
        assert_eq!([0, 11, 12, 17, 99].map(|units| sixes.within(units)), [0, 0, 12, 12, 24]);
        assert_eq!([0, 5, 12, 13, 24].map(|present| sixes.after(present)), [12, 12, 18, 18, 30]);
    }
}
