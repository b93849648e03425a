//! Queries as they are counted, and which of them are not to be kept as text.

use std::fmt;
use std::sync::Arc;

use crate::search::QUERY_LENGTH_MAX;

/// So many digits in a row, however they are grouped, may be the number of a telephone, a card or an account.
pub const DIGITS_MIN: usize = 7;

/// What stands between the digits of one number.
const BETWEEN_DIGITS: [char; 7] = [' ', '-', '.', '/', '(', ')', '+'];

/// A query as it is counted: in lower case, its words with one space between, without control characters, at most
/// [`QUERY_LENGTH_MAX`] characters. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryText(Arc<str>);

impl QueryText {
    /// The text of a query; `None` where there is none that may be kept: it is empty, has an `@` as e-mail addresses
    /// do, or [`DIGITS_MIN`] digits in a row that are no number of a product. `numbers` are those of the product that was
    /// found first: only what is typed whole of them counts.
    pub fn of(words: &str, numbers: &[&str]) -> Option<Self> {
        let text = normalised(words);
        let is_kept = !text.is_empty() && !has_address(&text) && !has_strange_number(&text, numbers);
        is_kept.then(|| Self(text.into()))
    }

    /// One that was stored: it was looked at when it was counted.
    pub(super) fn stored(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for QueryText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Lower case, single spaces, nothing that is not seen, no longer than a query may be.
pub(super) fn normalised(words: &str) -> String {
    let visible = words.chars().map(|character| if character.is_control() { ' ' } else { character });
    let visible: String = visible.filter(|character| !is_invisible(*character)).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let text: String = words.join(" ").to_lowercase().chars().take(QUERY_LENGTH_MAX).collect();
    text.trim_end().to_owned()
}

/// Marks of direction and width: two queries that look alike are one.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn has_address(text: &str) -> bool {
    text.contains(['@', '\u{ff20}', '\u{fe6b}'])
}

/// Whether a number stands in the text that is none of `numbers`.
fn has_strange_number(text: &str, numbers: &[&str]) -> bool {
    let long: Vec<String> = digits(text).into_iter().filter(|run| run.chars().count() >= DIGITS_MIN).collect();
    if long.is_empty() {
        return false;
    }
    let typed = plain(text);
    let known: Vec<String> = numbers.iter().map(|number| plain(number)).collect();
    let is_known = |run: &String| known.iter().any(|number| number.contains(run.as_str()) && typed.contains(number));
    !long.iter().all(is_known)
}

/// The digits of each number in the text, without what groups them.
fn digits(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run = String::new();
    for character in text.chars() {
        if character.is_numeric() {
            run.push(character);
        } else if !BETWEEN_DIGITS.contains(&character) && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
    }
    runs.push(run);
    runs
}

/// Letters and digits alone, in lower case: numbers are found however they are punctuated.
fn plain(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(words: &str, numbers: &[&str]) -> Option<String> {
        QueryText::of(words, numbers).map(|text| text.to_string())
    }

    #[test]
    fn queries_that_look_alike_are_one() {
        for words in ["tea towel", "  Tea   TOWEL ", "tea\ttowel\n", "tea\u{0}towel", "te\u{ad}a to\u{200b}wel"] {
            assert_eq!(kept(words, &[]).as_deref(), Some("tea towel"), "{words:?}");
        }
        assert_eq!(kept(" \u{200b}\u{7}", &[]), None);
        assert_eq!(kept(&"ä".repeat(QUERY_LENGTH_MAX + 50), &[]).map(|text| text.chars().count()), Some(200));
        assert_eq!(kept(&"İ".repeat(QUERY_LENGTH_MAX), &[]).map(|text| text.chars().count()), Some(200));
    }

    #[test]
    fn what_may_tell_of_a_person_has_no_text() {
        for words in [
            "ann@example.com",
            "order of ann @ example",
            "ann＠example.com",
            "0176 1234567",
            "+49 (30) 901820-1",
            "mug 4111 1111 1111 1111",
            "de89370400440532013000",
            "12.03.1985",
            "٠١٢٣٤٥٦٧",
        ] {
            assert_eq!(kept(words, &[]), None, "{words}");
        }
        for words in ["iphone 15", "500 gb ssd", "1920x1080", "usb 3.0", "b-123456"] {
            assert_eq!(kept(words, &[]).as_deref(), Some(words));
        }
    }

    #[test]
    fn the_number_of_a_product_that_was_found_is_no_persons() {
        let numbers = ["MUG-1234567-X", "4006381333931"];

        for words in ["4006381333931", "400-6381-333931", "mug-1234567-x", "red MUG 1234567 X"] {
            assert!(kept(words, &numbers).is_some(), "{words}");
        }
        for words in ["1234567", "40063813339310", "4006381333931 or 01761234567", "4111111111111111"] {
            assert_eq!(kept(words, &numbers), None, "{words}");
        }
    }
}
