//! The code of a gift card: the secret that is money.

use std::fmt;
use std::str::FromStr;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::violation::Invalid;

/// The characters of codes. Of those that are taken for one another when they are read or told (0 and O; 1, I and L; 2 and
/// Z; 5 and S; 8 and B; U and V) there is none.
const ALPHABET: &[u8; 23] = b"ACDEFGHJKMNPQRTWXY34679";

/// As many as there are characters; a prime, so that each has its inverse.
const SIZE: u32 = 23;

/// The characters of a code: 19 that are drawn, which is 85 bits, and the last to check them by.
pub const GIFT_CARD_CODE_LENGTH: usize = 20;

/// The characters that are written together.
const GROUP: usize = 4;

/// What the check character is multiplied with to make up for the others: the inverse of its place.
const CHECK_INVERSE: u32 = 15;
const _: () = assert!(CHECK_INVERSE as usize * GIFT_CARD_CODE_LENGTH % SIZE as usize == 1);

/// The longest text that is looked at.
const TYPED_BYTES_MAX: usize = 256;

/// A code. Whoever has it has the card's money, so it is told once and kept as a digest; it is never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct GiftCardCode([u8; GIFT_CARD_CODE_LENGTH]);

impl GiftCardCode {
    /// The code that a secret which nobody can guess stands for.
    pub fn drawn(secret: [u8; 32]) -> Self {
        let mut number = u128::from_le_bytes(*secret.first_chunk().unwrap_or(&[0; 16]));
        let mut code = [0; GIFT_CARD_CODE_LENGTH];
        let mut sum = 0;
        for (weight, character) in WEIGHTS.zip(code.iter_mut().take(GIFT_CARD_CODE_LENGTH - 1)) {
            // 23^19 is so much smaller than 2^128 that no code is likelier than another by anything that counts.
            let drawn = u32::try_from(number % u128::from(SIZE)).unwrap_or(0);
            number /= u128::from(SIZE);
            *character = ALPHABET[drawn as usize];
            sum += weight * drawn;
        }
        let check = (SIZE - sum % SIZE) * CHECK_INVERSE % SIZE;
        code[GIFT_CARD_CODE_LENGTH - 1] = ALPHABET[check as usize];
        Self(code)
    }

    /// What the shop knows it by, under a secret of its own.
    pub fn digest(&self, key: &[u8; 32]) -> GiftCardDigest {
        GiftCardDigest(*blake3::keyed_hash(key, &self.0).as_bytes())
    }

    /// Its last group.
    pub fn hint(&self) -> GiftCardHint {
        GiftCardHint(*self.0.last_chunk().unwrap_or(&[b'?'; GROUP]))
    }

    /// The text that whoever owns the card is told, in groups.
    pub fn reveal(&self) -> String {
        let groups = self.0.chunks(GROUP).map(|group| String::from_utf8_lossy(group).into_owned());
        groups.collect::<Vec<_>>().join("-")
    }
}

/// What the characters count at their places. No two places count the same, and none counts nothing: so one wrong character,
/// or two that have changed places, make another sum.
const WEIGHTS: std::ops::RangeFrom<u32> = 1..;

fn is_checked(code: &[u8; GIFT_CARD_CODE_LENGTH]) -> Option<bool> {
    let mut sum = 0;
    for (weight, character) in WEIGHTS.zip(code) {
        let value = ALPHABET.iter().position(|known| known == character)?;
        sum += weight * u32::try_from(value).ok()?;
    }
    Some(sum % SIZE == 0)
}

/// What stands between groups, as people and their keyboards write it.
const fn separates(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

impl FromStr for GiftCardCode {
    type Err = Invalid;

    /// Capitals and small letters are the same, and so are all separators and none.
    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(
                "gift_card_code_invalid",
                format!(
                    "the code of a gift card has {GIFT_CARD_CODE_LENGTH} letters and digits, as ACDE-FGHJ-KMNP-QRTW-XY34"
                ),
            )
        };
        if typed.len() > TYPED_BYTES_MAX {
            return Err(invalid());
        }
        let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(typed);
        let mut code = [0; GIFT_CARD_CODE_LENGTH];
        let mut length = 0;
        for character in plain.chars().filter(|character| !separates(*character)) {
            let character = u8::try_from(character.to_ascii_uppercase()).map_err(|_| invalid())?;
            *code.get_mut(length).ok_or_else(invalid)? = character;
            length += 1;
        }
        if length < GIFT_CARD_CODE_LENGTH {
            return Err(invalid());
        }
        if is_checked(&code).ok_or_else(invalid)? {
            return Ok(Self(code));
        }
        let expected = "the code of a gift card as it is written there; a character is another than it should be";
        Err(Invalid::new("gift_card_code_mistyped", expected))
    }
}

impl fmt::Debug for GiftCardCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("GiftCardCode(..)")
    }
}

/// The digest of a code, under a secret of the shop: all that is kept of it but its hint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GiftCardDigest(pub [u8; 32]);

impl fmt::Debug for GiftCardDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("GiftCardDigest(..)")
    }
}

/// The last four characters of a code: enough to tell one's cards apart, and far too little to guess one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct GiftCardHint([u8; GROUP]);

impl GiftCardHint {
    /// The characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for GiftCardHint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for GiftCardHint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GiftCardHint({self})")
    }
}

impl FromStr for GiftCardHint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("gift_card_hint_invalid", "the last four characters of a gift card's code");
        let characters: [u8; GROUP] = text.as_bytes().try_into().map_err(|_| invalid())?;
        let is_known = characters.iter().all(|character| ALPHABET.contains(character));
        if is_known { Ok(Self(characters)) } else { Err(invalid()) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn code(seed: u8) -> GiftCardCode {
        GiftCardCode::drawn(*blake3::hash(&[seed]).as_bytes())
    }

    fn typed(text: &str) -> Result<GiftCardCode, &'static str> {
        text.parse().map_err(|invalid: Invalid| invalid.code)
    }

    #[test]
    fn a_code_has_eighty_bits_that_nobody_can_guess() {
        let drawn = u32::try_from(GIFT_CARD_CODE_LENGTH - 1).unwrap();

        assert!(u128::from(SIZE).pow(drawn) > 1 << 80);
        let different: BTreeSet<_> = (0..=255).map(|seed| code(seed).reveal()).collect();
        assert_eq!(different.len(), 256);
    }

    #[test]
    fn however_a_code_is_typed_it_is_the_same_code() {
        let code = code(1);
        let shown = code.reveal();

        assert_eq!(shown.len(), 24);
        let plain = shown.replace('-', "");
        let wide: String =
            plain.chars().map(|character| char::from_u32(u32::from(character) + 0xFEE0).unwrap()).collect();
        for way in [
            shown.clone(),
            shown.to_lowercase(),
            plain.clone(),
            format!("  {} ", shown.replace('-', " ")),
            shown.replace('-', "–"),
            shown.replace('-', "."),
            wide,
        ] {
            assert_eq!(typed(&way), Ok(code.clone()), "{way}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_told_from_what_was_mistyped() {
        let shown = code(2).reveal();
        let long = format!("{shown}A");
        let huge = "A".repeat(10_000);
        for wrong in ["", "SUMMER", &shown[1..], &long, &shown.replace(&shown[..1], "0"), "ÄCDE", &huge] {
            assert_eq!(typed(wrong), Err("gift_card_code_invalid"), "{wrong:.30}");
        }
        let last = if shown.ends_with('A') { "C" } else { "A" };
        assert_eq!(typed(&format!("{}{last}", &shown[..shown.len() - 1])), Err("gift_card_code_mistyped"));
    }

    #[test]
    fn neither_a_code_nor_its_digest_is_told_by_accident() {
        let code = code(3);

        let told = format!("{code:?} {:?}", code.digest(&[1; 32]));

        assert_eq!(told, "GiftCardCode(..) GiftCardDigest(..)");
        assert_ne!(code.digest(&[1; 32]), code.digest(&[2; 32]), "without the shop's secret nothing is known of it");
        assert!(code.reveal().ends_with(code.hint().as_str()));
        assert_eq!(code.hint().to_string().parse(), Ok(code.hint()));
    }

    proptest! {
        #[test]
        fn one_wrong_character_and_two_that_changed_places_are_always_noticed(
            secret in any::<[u8; 32]>(),
            places in (0..GIFT_CARD_CODE_LENGTH, 0..GIFT_CARD_CODE_LENGTH),
            other in 0_usize..23,
        ) {
            let GiftCardCode(right) = GiftCardCode::drawn(secret);
            prop_assert_eq!(is_checked(&right), Some(true));

            let mut wrong = right;
            wrong[places.0] = ALPHABET[other];
            prop_assert_eq!(is_checked(&wrong), Some(wrong == right));

            let mut swapped = right;
            swapped.swap(places.0, places.1);
            prop_assert_eq!(is_checked(&swapped), Some(swapped == right));
        }
    }
}
