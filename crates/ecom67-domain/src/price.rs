//! Prices, their dated history, and what follows from both.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

use crate::code::{MarketCode, Sku};
use crate::money::{Money, PRICE_MINOR_MAX, divide_half_up};
use crate::violation::Invalid;

/// What one unit costs in one market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Price {
    amount: Money,
    compare_at: Option<Money>,
}

impl Price {
    /// A price, reduced from `compare_at` where that is set.
    pub fn new(amount: Money, compare_at: Option<Money>) -> Result<Self, Invalid> {
        check_amount(amount)?;
        if let Some(before) = compare_at {
            check_amount(before)?;
            if before.currency() != amount.currency() || before.minor() <= amount.minor() {
                return Err(Invalid::new(
                    "compare_at_invalid",
                    "compare_at is higher than the price and in the same currency, or absent",
                ));
            }
        }
        Ok(Self { amount, compare_at })
    }

    /// What is paid.
    pub const fn amount(self) -> Money {
        self.amount
    }

    /// What was paid before the reduction.
    pub const fn compare_at(self) -> Option<Money> {
        self.compare_at
    }
}

fn check_amount(amount: Money) -> Result<(), Invalid> {
    if amount.minor() < 0 {
        return Err(Invalid::new("price_negative", "a price is zero or more"));
    }
    if amount.minor() > PRICE_MINOR_MAX {
        return Err(Invalid::new("price_absurd", format!("a price is at most {PRICE_MINOR_MAX} minor units")));
    }
    Ok(())
}

/// How much is in one unit, for the price per kg, l, m or m².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// How many of `unit`.
    pub quantity: NonZeroU32,
    /// What is counted.
    pub unit: ContentUnit,
}

/// What a [`Content`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentUnit {
    /// Grams.
    Gram,
    /// Kilograms.
    Kilogram,
    /// Millilitres.
    Millilitre,
    /// Litres.
    Litre,
    /// Centimetres.
    Centimetre,
    /// Metres.
    Metre,
    /// Square centimetres.
    SquareCentimetre,
    /// Square metres.
    SquareMetre,
}

/// What a price per unit is per.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseUnit {
    /// Per kilogram.
    Kilogram,
    /// Per litre.
    Litre,
    /// Per metre.
    Metre,
    /// Per square metre.
    SquareMetre,
}

impl ContentUnit {
    /// The unit's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gram => "g",
            Self::Kilogram => "kg",
            Self::Millilitre => "ml",
            Self::Litre => "l",
            Self::Centimetre => "cm",
            Self::Metre => "m",
            Self::SquareCentimetre => "cm2",
            Self::SquareMetre => "m2",
        }
    }

    /// The unit with this name in data.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        [
            Self::Gram,
            Self::Kilogram,
            Self::Millilitre,
            Self::Litre,
            Self::Centimetre,
            Self::Metre,
            Self::SquareCentimetre,
            Self::SquareMetre,
        ]
        .into_iter()
        .find(|unit| unit.as_str() == name)
        .ok_or_else(|| Invalid::new("content_unit_unknown", "one of g, kg, ml, l, cm, m, cm2, m2"))
    }

    /// The base unit, and how many of this unit make one of it.
    const fn base(self) -> (BaseUnit, i128) {
        match self {
            Self::Gram => (BaseUnit::Kilogram, 1_000),
            Self::Kilogram => (BaseUnit::Kilogram, 1),
            Self::Millilitre => (BaseUnit::Litre, 1_000),
            Self::Litre => (BaseUnit::Litre, 1),
            Self::Centimetre => (BaseUnit::Metre, 100),
            Self::Metre => (BaseUnit::Metre, 1),
            Self::SquareCentimetre => (BaseUnit::SquareMetre, 10_000),
            Self::SquareMetre => (BaseUnit::SquareMetre, 1),
        }
    }
}

impl BaseUnit {
    /// The unit's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::Litre => "l",
            Self::Metre => "m",
            Self::SquareMetre => "m2",
        }
    }
}

impl Content {
    /// What a whole kg, l, m or m² costs where this content costs `amount`, rounded half up to the minor unit
    /// (directive 98/6/EC, article 2b).
    pub fn unit_price(self, amount: Money) -> (Money, BaseUnit) {
        let (base, per_base) = self.unit.base();
        let minor = divide_half_up(i128::from(amount.minor()) * per_base, i128::from(self.quantity.get()));
        // Bounded: a price is at most 10^11 and a base at most 10^4 times the unit.
        let minor = i64::try_from(minor).unwrap_or(i64::MAX);
        (Money::new(minor, amount.currency()), base)
    }
}

/// One entry of the price history: what a variant cost in a market before and from an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceChange {
    /// When the new price began.
    pub at: Timestamp,
    /// The variant.
    pub sku: Sku,
    /// The market.
    pub market: MarketCode,
    /// The price until then; `None` if it was not sold there.
    pub was: Option<Price>,
    /// The price from then on; `None` if it is no longer sold there.
    pub is: Option<Price>,
}

/// How far back the lowest price before a reduction is looked for.
pub const LOW_PRICE_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The lowest price in the 30 days before the present reduction began (directive 98/6/EC, article 6a; C-330/23), from
/// the history of one variant in one market in ascending order of time.
///
/// `None` where the present price is not a reduction or its beginning is not on record.
pub fn lowest_before_reduction(history: &[PriceChange], present: Price) -> Option<Money> {
    present.compare_at()?;
    let began = history.iter().rev().find(|change| change.is == Some(present))?;
    let window_start = began.at - LOW_PRICE_WINDOW;
    let in_window = history.iter().filter(|change| change.at > window_start && change.at <= began.at);
    let was = in_window.filter_map(|change| change.was).map(Price::amount);
    // Amounts of several currencies have no lowest.
    was.filter(|amount| amount.currency() == present.amount().currency()).min_by_key(|amount| amount.minor())
}

/// By how much `present` is below `reference`, in whole percent rounded down: never more than was granted.
pub fn reduction_percent(reference: Money, present: Money) -> Option<u8> {
    let (reference, present) = (i128::from(reference.minor()), i128::from(present.minor()));
    if reference <= 0 || present >= reference {
        return None;
    }
    u8::try_from((reference - present) * 100 / reference).ok().filter(|percent| *percent > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(minor: i64) -> Money {
        Money::new(minor, "EUR".parse().unwrap())
    }

    fn plain(minor: i64) -> Price {
        Price::new(euros(minor), None).unwrap()
    }

    fn change(day: i64, was: Option<Price>, is: Price) -> PriceChange {
        PriceChange {
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day),
            sku: "MUG".parse().unwrap(),
            market: "de".parse().unwrap(),
            was,
            is: Some(is),
        }
    }

    #[test]
    fn negative_and_absurd_prices_are_refused() {
        assert_eq!(Price::new(euros(-1), None).unwrap_err().code, "price_negative");
        assert_eq!(Price::new(euros(PRICE_MINOR_MAX + 1), None).unwrap_err().code, "price_absurd");
        assert_eq!(Price::new(euros(100), Some(euros(100))).unwrap_err().code, "compare_at_invalid");
    }

    #[test]
    fn jam_of_340_grams_for_4_99_costs_14_68_per_kg() {
        let content = Content { quantity: NonZeroU32::new(340).unwrap(), unit: ContentUnit::Gram };

        // 4.99 / 0.34 = 14.676…
        assert_eq!(content.unit_price(euros(499)), (euros(1468), BaseUnit::Kilogram));
    }

    #[test]
    fn a_reduction_is_measured_against_the_lowest_price_of_the_30_days_before_it() {
        let reduced = Price::new(euros(1500), Some(euros(2000))).unwrap();
        let history = [
            change(0, None, plain(1000)),
            change(10, Some(plain(1000)), plain(2000)),
            change(50, Some(plain(2000)), plain(1700)),
            change(55, Some(plain(1700)), plain(2000)),
            change(60, Some(plain(2000)), reduced),
        ];

        assert_eq!(lowest_before_reduction(&history, reduced), Some(euros(1700)));
        assert_eq!(lowest_before_reduction(&history, plain(1500)), None);
        assert_eq!(reduction_percent(euros(1700), euros(1500)), Some(11));
    }

    #[test]
    fn the_price_in_force_when_the_30_days_begin_counts_too() {
        let reduced = Price::new(euros(900), Some(euros(1200))).unwrap();
        let history = [
            change(0, None, plain(1000)),
            change(50, Some(plain(1000)), plain(1200)),
            change(60, Some(plain(1200)), reduced),
        ];

        assert_eq!(lowest_before_reduction(&history, reduced), Some(euros(1000)));
    }

    #[test]
    fn a_price_in_another_currency_is_not_what_a_reduction_is_measured_against() {
        let reduced = Price::new(euros(900), Some(euros(1200))).unwrap();
        let pounds = Price::new(Money::new(800, "GBP".parse().unwrap()), None).unwrap();
        let history =
            [change(0, None, pounds), change(50, Some(pounds), plain(1200)), change(60, Some(plain(1200)), reduced)];

        assert_eq!(lowest_before_reduction(&history, reduced), Some(euros(1200)));
    }
}
