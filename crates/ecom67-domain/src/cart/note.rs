//! What a shopper writes beside an order.

use std::fmt;
use std::str::FromStr;

use crate::violation::Invalid;

/// The longest note in characters.
pub const NOTE_LENGTH_MAX: usize = 1_000;

/// A note: at least one character, at most [`NOTE_LENGTH_MAX`], in any script, and nothing that makes a text look like
/// another than it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may tell of a person.
        formatter.write_str("Note(..)")
    }
}

impl FromStr for Note {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > NOTE_LENGTH_MAX {
            return Err(Invalid::new("note_length", format!("a note has 1 to {NOTE_LENGTH_MAX} characters")));
        }
        if text.chars().any(deceives) {
            return Err(Invalid::new(
                "note_characters",
                "a note has no control characters but line breaks, and none that turn or hide text",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Control characters, those that override the direction of a text (Unicode Standard Annex 9) and those that are invisible
/// and join nothing. The joiners U+200C and U+200D belong to Persian, to Indian scripts and to pictures of families.
const fn deceives(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{9}' | '\u{B}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
            | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{E0000}'..='\u{E007F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_may_be_in_any_script_but_not_turn_or_hide_text() {
        for right in [
            "Bitte klingeln.\nDanke!",
            "من فضلك اطرق الباب",
            "می‌خواهم",
            "👨\u{200D}👩\u{200D}👧",
            &"ä".repeat(NOTE_LENGTH_MAX),
        ] {
            assert!(right.parse::<Note>().is_ok(), "{right}");
        }
        for wrong in ["a\u{202E}b", "a\u{200B}b", "a\0b", "a\u{7}b", "a\u{2066}b", "a\u{FEFF}b"] {
            assert_eq!(wrong.parse::<Note>().unwrap_err().code, "note_characters", "{wrong:?}");
        }
        for wrong in ["", "  \n ", &"a".repeat(NOTE_LENGTH_MAX + 1)] {
            assert_eq!(wrong.parse::<Note>().unwrap_err().code, "note_length");
        }
    }
}
