//! The number that people read, say and type.

use std::fmt;
use std::str::FromStr;

use crate::violation::Invalid;

/// Digits and capitals without those that are taken for one another: 0, O, I and L. Thirty-one, a prime: see [`check`].
const ALPHABET: [u8; 31] = *b"123456789ABCDEFGHJKMNPQRSTUVWXY";

/// Characters that are drawn; one more checks them.
const DRAWN: usize = 7;

/// How many different numbers there are.
const COUNT: u64 = 31_u64.pow(7);

/// An order's number: eight characters, shown as `K7QM-2XRT`. It is drawn by lot, so that it tells neither how many orders
/// there are nor which came before, and its last character tells when one was mistyped or two were swapped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber([u8; DRAWN + 1]);

impl OrderNumber {
    /// The number that a lot stands for. Two lots may stand for one number, however rarely: a store refuses the second.
    pub fn drawn(lot: u64) -> Self {
        let mut rest = lot % COUNT;
        let mut digits = [0; DRAWN];
        for digit in &mut digits {
            *digit = u8::try_from(rest % 31).unwrap_or_default();
            rest /= 31;
        }
        let mut text = [0; DRAWN + 1];
        for (place, digit) in text.iter_mut().zip(digits.into_iter().chain([check(digits)])) {
            *place = ALPHABET[usize::from(digit)];
        }
        Self(text)
    }

    /// Its eight characters without the dash.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The sum of the digits, each weighed by its place, modulo 31. As 31 is a prime and no two weights are alike, one wrong
/// digit and two swapped ones always change it.
fn check(digits: [u8; DRAWN]) -> u8 {
    let sum: u32 = digits.into_iter().zip(1_u32..).map(|(digit, weight)| u32::from(digit) * weight).sum();
    u8::try_from(sum % 31).unwrap_or_default()
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.as_str().split_at(4);
        write!(formatter, "{first}-{second}")
    }
}

impl fmt::Debug for OrderNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OrderNumber({self})")
    }
}

impl FromStr for OrderNumber {
    type Err = Invalid;

    /// Reads it as people type it: in small letters, with spaces or dashes or without.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid =
            || Invalid::new("order_number_invalid", "the eight characters of an order's number, as K7QM-2XRT");
        let mut typed = text.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        let mut digits = [0; DRAWN + 1];
        for digit in &mut digits {
            let letter = typed.next().ok_or_else(invalid)?.to_ascii_uppercase();
            let place = ALPHABET.iter().position(|known| *known == letter).ok_or_else(invalid)?;
            *digit = u8::try_from(place).unwrap_or_default();
        }
        let [drawn @ .., checked] = digits;
        if typed.next().is_some() || check(drawn) != checked {
            return Err(invalid());
        }
        Ok(Self(digits.map(|digit| ALPHABET[usize::from(digit)])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = OrderNumber::drawn(123_456_789_012);
        let typed = number.to_string();

        assert_eq!(typed.len(), 9);
        for text in [typed.clone(), typed.to_lowercase(), typed.replace('-', " "), typed.replace('-', "")] {
            assert_eq!(text.parse(), Ok(number), "{text}");
        }
        for wrong in ["", "K7QM", "K7QM-2XRT-2", "OOOO-OOOO", "K7QM–2XRT", "ÄÄÄÄ-ÄÄÄÄ"] {
            assert_eq!(wrong.parse::<OrderNumber>().unwrap_err().code, "order_number_invalid", "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_number_with_one_wrong_or_two_swapped_characters_is_none(lot: u64, place in 0..8_usize, other in 0..31_usize) {
            let number = OrderNumber::drawn(lot);

            let mut mistyped = number.0;
            mistyped[place] = ALPHABET[other];
            let mut swapped = number.0;
            swapped.swap(place, (place + 1) % DRAWN);

            for text in [mistyped, swapped] {
                let text = std::str::from_utf8(&text).unwrap();
                prop_assert!(text == number.as_str() || text.parse::<OrderNumber>().is_err(), "{} for {}", text, number);
            }
        }
    }
}
