//! Amounts as Stripe writes them, which is not always the minor unit of ISO 4217.

use ecom67_domain::{Currency, Money};

/// Currencies that Stripe counts in whole units. MGA is one, although ISO 4217 gives it two decimals.
const ZERO_DECIMALS: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Currencies that Stripe counts in thousandths, of which the last digit has to be 0.
const THREE_DECIMALS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// The largest amount: eight digits, as at Stripe.
pub(crate) const AMOUNT_MAX: i64 = 99_999_999;
/// The least that Stripe charges, in its own way of counting.
const AMOUNTS_MIN: [(&str, i64); 24] = [
    ("AED", 200),
    ("AUD", 50),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("CZK", 1_500),
    ("DKK", 250),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 400),
    ("HUF", 17_500),
    ("INR", 50),
    ("JPY", 50),
    ("MXN", 1_000),
    ("MYR", 200),
    ("NOK", 300),
    ("NZD", 50),
    ("PLN", 200),
    ("RON", 200),
    ("SEK", 300),
    ("SGD", 50),
    ("THB", 1_000),
    ("USD", 50),
    ("BGN", 100),
];

/// The amount cannot be told between the two ways of counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotRepresentable;

/// How many decimals Stripe's amounts of a currency have. All others have two; so have ISK and UGX, which have no smaller
/// unit but are written as if they had.
fn decimals_of(currency: Currency) -> Result<u32, NotRepresentable> {
    let code = currency.code();
    if ZERO_DECIMALS.contains(&code) {
        return Ok(0);
    }
    if THREE_DECIMALS.contains(&code) {
        return Ok(3);
    }
    // With three or four of them it is none that Stripe has.
    if currency.exponent() > 2 { Err(NotRepresentable) } else { Ok(2) }
}

/// What the last digits have to be divisible by.
fn step_of(currency: Currency, decimals: u32) -> i64 {
    let is_written_with_more = currency.exponent() < decimals;
    match decimals {
        3 => 10,
        _ if is_written_with_more => 10_i64.pow(decimals - currency.exponent()),
        _ => 1,
    }
}

/// The amount as Stripe writes it; never rounded.
pub(crate) fn to_stripe(money: Money) -> Result<i64, NotRepresentable> {
    let (decimals, exponent) = (decimals_of(money.currency())?, money.currency().exponent());
    let amount = if decimals >= exponent {
        money.minor().checked_mul(10_i64.pow(decimals - exponent)).ok_or(NotRepresentable)?
    } else {
        exact(money.minor(), 10_i64.pow(exponent - decimals))?
    };
    if amount % step_of(money.currency(), decimals) == 0 { Ok(amount) } else { Err(NotRepresentable) }
}

/// The least that is charged in a currency, in Stripe's way of counting.
pub(crate) fn least_of(code: &str) -> i64 {
    AMOUNTS_MIN.iter().find(|(known, _)| *known == code).map_or(1, |(_, least)| *least)
}

/// The least amount that Stripe charges and that is not below this one; `None` where there is none.
pub(crate) fn charged_from(money: Money) -> Option<Money> {
    let currency = money.currency();
    let (decimals, exponent) = (decimals_of(currency).ok()?, currency.exponent());
    let minor = money.minor().max(0);
    let amount = if decimals >= exponent {
        minor.checked_mul(10_i64.pow(decimals - exponent))?
    } else {
        rounded_up(minor, 10_i64.pow(exponent - decimals))? / 10_i64.pow(exponent - decimals)
    };
    let amount = rounded_up(amount.max(least_of(currency.code())), step_of(currency, decimals))?;
    if amount <= AMOUNT_MAX { from_stripe(amount, currency).ok() } else { None }
}

fn rounded_up(amount: i64, step: i64) -> Option<i64> {
    amount.checked_add(step - 1).map(|above| above / step * step)
}

/// The money that Stripe writes as `amount`.
pub(crate) fn from_stripe(amount: i64, currency: Currency) -> Result<Money, NotRepresentable> {
    let (decimals, exponent) = (decimals_of(currency)?, currency.exponent());
    let minor = if decimals >= exponent {
        exact(amount, 10_i64.pow(decimals - exponent))?
    } else {
        amount.checked_mul(10_i64.pow(exponent - decimals)).ok_or(NotRepresentable)?
    };
    Ok(Money::new(minor, currency))
}

/// Whether Stripe takes `amount`: a currency it has, and nothing below its smallest step.
pub(crate) fn is_written_well(amount: i64, currency: Currency) -> bool {
    decimals_of(currency).is_ok_and(|decimals| amount % step_of(currency, decimals) == 0)
}

fn exact(amount: i64, divisor: i64) -> Result<i64, NotRepresentable> {
    if amount % divisor == 0 { Ok(amount / divisor) } else { Err(NotRepresentable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, code.parse().unwrap())
    }

    #[test]
    fn each_currency_is_written_as_stripe_counts_it_and_read_back() {
        for (minor, code, amount) in [
            (1_999, "EUR", 1_999),
            (1_999, "USD", 1_999),
            (500, "JPY", 500),
            (1_200, "CLP", 1_200),
            (5, "UGX", 500),
            (1_250, "ISK", 125_000),
            (5_000, "MGA", 50),
            (5_120, "KWD", 5_120),
            (99_900, "HUF", 99_900),
        ] {
            assert_eq!(to_stripe(money(minor, code)), Ok(amount), "{code}");
            assert_eq!(from_stripe(amount, code.parse().unwrap()), Ok(money(minor, code)), "{code}");
        }
    }

    #[test]
    fn the_least_amount_that_can_be_charged_is_known_in_each_currency() {
        for (minor, code, least) in [
            (1, "EUR", Some(50)),
            (50, "EUR", Some(50)),
            (51, "EUR", Some(51)),
            (1, "JPY", Some(50)),
            (0, "ISK", Some(1)),
            (7, "ISK", Some(7)),
            (5_121, "KWD", Some(5_130)),
            (5_001, "MGA", Some(5_100)),
            (99_999_999, "EUR", Some(99_999_999)),
            (100_000_000, "EUR", None),
            (i64::MAX, "ISK", None),
            (1_000, "IQD", None),
        ] {
            assert_eq!(charged_from(money(minor, code)), least.map(|least| money(least, code)), "{minor} {code}");
        }
    }

    #[test]
    fn what_stripe_cannot_write_is_refused_and_never_rounded() {
        for (minor, code) in [(5_123, "KWD"), (5_050, "MGA"), (i64::MAX, "ISK"), (1_000, "IQD")] {
            assert_eq!(to_stripe(money(minor, code)), Err(NotRepresentable), "{code}");
        }
        assert_eq!(from_stripe(505, "UGX".parse().unwrap()), Err(NotRepresentable));
        assert!(is_written_well(500, "UGX".parse().unwrap()) && !is_written_well(505, "UGX".parse().unwrap()));
    }
}
