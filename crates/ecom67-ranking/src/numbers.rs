//! Article numbers and barcodes, however they are punctuated.

use std::collections::BTreeSet;

use crate::understanding::WORDS_MAX;

/// What a product gains whose number is the whole query: more than whatever words can add up to.
const WHOLE_NUMBER_BONUS: f32 = 4.0;
/// What a product gains whose number is one of the words typed.
const NUMBER_BONUS: f32 = 2.0;
/// The shortest word that is looked up as a number when it is not the whole query.
const NUMBER_LENGTH_MIN: usize = 4;

/// What an article number or a barcode is found by: its letters and digits alone, without the zeros that turn a shorter
/// barcode into a longer one. `None` where nothing is left.
pub fn number_key(text: &str) -> Option<String> {
    let mut key: String = text.chars().filter(|character| character.is_alphanumeric()).collect();
    key.make_ascii_lowercase();
    let is_barcode = key.len() >= 8 && key.bytes().all(|byte| byte.is_ascii_digit());
    let key = if is_barcode { key.trim_start_matches('0').to_owned() } else { key };
    (!key.is_empty()).then_some(key)
}

/// The keys of numbers that a text, or a word of it, may be, with what having one adds to a score.
pub fn number_keys(text: &str) -> Vec<(String, f32)> {
    let whole = number_key(text);
    let mut keys = BTreeSet::new();
    for word in text.split_whitespace().take(WORDS_MAX) {
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        if let Some(key) = number_key(word).filter(|key| has_digit && key.len() >= NUMBER_LENGTH_MIN)
            && Some(&key) != whole.as_ref()
        {
            keys.insert(key);
        }
    }
    let whole = whole.map(|key| (key, WHOLE_NUMBER_BONUS));
    whole.into_iter().chain(keys.into_iter().map(|key| (key, NUMBER_BONUS))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_punctuated() {
        assert_eq!(number_key("24-MB01").as_deref(), Some("24mb01"));
        assert_eq!(number_key("0012345678905"), number_key("012345678905"));
        assert_eq!(number_key("007").as_deref(), Some("007"));
        assert_eq!(number_key(" -/. "), None);
    }
}
