//! Money: integer minor units, never a float.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::violation::Invalid;

/// A currency of ISO 4217 that has a minor unit, or explicitly none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The three letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals the minor unit stands for: 0 for JPY, 2 for EUR, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(code: &str) -> Result<Self, Invalid> {
        iso_currency::Currency::from_code(code).filter(|currency| currency.exponent().is_some()).map(Self).ok_or_else(
            || Invalid::new("currency_unknown", "a currency is a code of ISO 4217 in capitals, such as EUR"),
        )
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// The largest price of one unit, in minor units: a thousand million euros. Beyond it an import has lost a decimal point.
pub const PRICE_MINOR_MAX: i64 = 100_000_000_000;

/// An amount in the minor unit of one currency: cents of EUR, whole JPY.
///
/// There is no `Add`: a `+` would hide both overflow and a sum over two currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why two amounts have no sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The amounts are in different currencies.
    #[error("{0} and {1} have no common sum")]
    Currencies(Currency, Currency),
    /// The sum does not fit into 64 bits.
    #[error("the amount is too large to be counted")]
    Overflow,
}

impl Money {
    /// `minor` units of `currency`.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum, if both amounts have one currency and the sum fits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// The amount `quantity` times, if it fits.
    pub fn checked_times(self, quantity: u32) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_mul(i64::from(quantity)).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Splits into `parts` which sum to `self` exactly; the first take the remainder.
    pub fn split(self, parts: NonZeroU32) -> Vec<Self> {
        let n = i64::from(parts.get());
        let (share, left) = (self.minor.div_euclid(n), self.minor.rem_euclid(n));
        (0..n).map(|index| Self { minor: share + i64::from(index < left), ..self }).collect()
    }

    /// The amount as a decimal in the major unit, such as `14.90`: for machines (structured data), not for people.
    pub fn to_decimal(self) -> String {
        let exponent = self.currency.exponent();
        if exponent == 0 {
            return self.minor.to_string();
        }
        let scale = 10_u64.pow(exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        let minor = self.minor.unsigned_abs();
        format!("{sign}{}.{:0width$}", minor / scale, minor % scale, width = exponent as usize)
    }

    /// Reads a decimal in the major unit, such as `52` or `52.5` or `19.990000`, exactly: digits past the minor unit
    /// must be zeros.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(
                "price_invalid",
                format!("a price in {currency} is a decimal number with at most {} decimals", currency.exponent()),
            )
        };
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let exponent = currency.exponent() as usize;
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 15 || !all_digits(whole) || !all_digits(fraction) {
            return Err(invalid());
        }
        let (kept, dropped) = fraction.split_at(exponent.min(fraction.len()));
        if dropped.bytes().any(|byte| byte != b'0') {
            return Err(invalid());
        }
        let minor: i64 = format!("{whole}{kept:0<exponent$}").parse().map_err(|_| invalid())?;
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }
}

/// `dividend / divisor`, rounded to the nearest whole, halves away from zero: the rule for prices per unit
/// (German `PAngV` asks for none; this is what a till does).
pub fn divide_half_up(dividend: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (dividend / divisor, dividend % divisor);
    let half_or_more = remainder.abs() * 2 >= divisor.abs();
    if half_or_more { quotient + dividend.signum() * divisor.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn each_currency_has_its_own_number_of_decimals() {
        assert_eq!(Money::new(1234, currency("JPY")).to_decimal(), "1234");
        assert_eq!(Money::new(1234, currency("EUR")).to_decimal(), "12.34");
        assert_eq!(Money::new(1234, currency("KWD")).to_decimal(), "1.234");
        assert_eq!(Money::new(-5, currency("EUR")).to_decimal(), "-0.05");
    }

    #[test]
    fn a_price_written_with_more_decimals_than_the_currency_has_is_refused_not_rounded() {
        assert_eq!(Money::from_decimal("19.99", currency("USD")).unwrap().minor(), 1999);
        assert_eq!(Money::from_decimal("19.9900", currency("USD")).unwrap().minor(), 1999);
        assert_eq!(Money::from_decimal("52", currency("USD")).unwrap().minor(), 5200);
        assert_eq!(Money::from_decimal("19.999", currency("USD")).unwrap_err().code, "price_invalid");
        assert_eq!(Money::from_decimal("0.5", currency("JPY")).unwrap_err().code, "price_invalid");
        for absurd in ["", ".", "1e9", "NaN", "12,5", "9999999999999999", "+1", "--1", "0x10"] {
            assert!(Money::from_decimal(absurd, currency("EUR")).is_err(), "{absurd} is not a price");
        }
    }

    #[test]
    fn an_unknown_currency_is_refused() {
        for unknown in ["EURO", "eur", "XXX", "", "ABC"] {
            assert_eq!(unknown.parse::<Currency>().unwrap_err().code, "currency_unknown", "{unknown}");
        }
    }

    #[test]
    fn two_currencies_have_no_sum() {
        let sum = Money::new(1, currency("EUR")).checked_add(Money::new(1, currency("USD")));

        assert_eq!(sum, Err(MoneyError::Currencies(currency("EUR"), currency("USD"))));
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(divide_half_up(5, 2), 3);
        assert_eq!(divide_half_up(-5, 2), -3);
        assert_eq!(divide_half_up(4, 3), 1);
    }

    proptest! {
        #[test]
        fn parts_of_an_amount_add_up_to_it_and_differ_by_at_most_one(minor in -1_000_000_i64..1_000_000, parts in 1_u32..500) {
            let whole = Money::new(minor, currency("EUR"));
            let shares = whole.split(NonZeroU32::new(parts).unwrap());

            let sum: i64 = shares.iter().map(|share| share.minor()).sum();
            prop_assert_eq!(sum, minor);
            let smallest = shares.iter().map(|share| share.minor()).min().unwrap();
            let largest = shares.iter().map(|share| share.minor()).max().unwrap();
            prop_assert!(largest - smallest <= 1);
        }

        #[test]
        fn a_decimal_reads_back_as_the_same_amount(minor in -99_999_999_999_i64..99_999_999_999, code in "JPY|EUR|KWD|USD|GBP|BHD") {
            let amount = Money::new(minor, currency(&code));
            prop_assert_eq!(Money::from_decimal(&amount.to_decimal(), amount.currency()), Ok(amount));
        }
    }
}
