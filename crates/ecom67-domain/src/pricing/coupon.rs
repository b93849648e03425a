//! Coupon codes, as shoppers type them.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::violation::Invalid;

/// The longest coupon code, in characters.
pub const COUPON_LENGTH_MAX: usize = 32;

/// A coupon code in its one form: capitals, digits, `-` and `_`.
///
/// What is typed is brought to that form: spaces around it go, compatibility forms (full-width letters, ligatures) become
/// their plain letters by NFKC, and small letters become capitals. Letters that only look like ours are refused with a
/// code of their own, so that a shopper is told to type the code and not that it does not exist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CouponCode(Arc<str>);

impl CouponCode {
    /// The code in its one form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The longest text that is looked at: NFKC may make eighteen characters of one.
const TYPED_BYTES_MAX: usize = 256;

impl FromStr for CouponCode {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(
                "coupon_invalid",
                format!("a coupon has 1 to {COUPON_LENGTH_MAX} characters of A-Z, 0-9, - and _"),
            )
        };
        if typed.len() > TYPED_BYTES_MAX {
            return Err(invalid());
        }
        let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(typed.trim());
        if plain.chars().any(|character| !character.is_ascii() && character.is_alphanumeric()) {
            return Err(Invalid::new(
                "coupon_foreign_letters",
                "a coupon has letters of the Latin alphabet only: some of these look like them and are others",
            ));
        }
        let plain = plain.to_ascii_uppercase();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if plain.is_empty() || plain.len() > COUPON_LENGTH_MAX || !plain.bytes().all(allowed) {
            return Err(invalid());
        }
        Ok(Self(plain.into()))
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for CouponCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CouponCode({self})")
    }
}

impl Borrow<str> for CouponCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_a_coupon_is_typed_it_is_the_same_coupon() {
        for typed in ["TEA-10", "tea-10", "  Tea-10 ", "ＴＥＡ-１０", "tea－10"] {
            assert_eq!(typed.parse::<CouponCode>().unwrap().as_str(), "TEA-10", "{typed}");
        }
    }

    #[test]
    fn letters_that_only_look_like_ours_are_refused_by_name() {
        for typed in ["ТEA10", "TEА10", "ΤEA10", "TÉA10", "ſtraße"] {
            let refused = typed.parse::<CouponCode>().unwrap_err();
            assert_eq!(refused.code, "coupon_foreign_letters", "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_coupon_is_refused() {
        let long = "A".repeat(COUPON_LENGTH_MAX + 1);
        let huge = "ﷺ".repeat(10_000);
        for typed in ["", " ", "TEA 10", "TEA\u{200b}10", "\u{202e}TEA", "TEA%", &long, &huge] {
            assert_eq!(typed.parse::<CouponCode>().unwrap_err().code, "coupon_invalid", "{typed:.20}");
        }
    }
}
