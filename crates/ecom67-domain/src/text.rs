//! Texts in several languages.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::violation::Invalid;

/// A language: an ISO 639-1 code in lower case, such as `de`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 2]);

impl Language {
    /// English: what is shown where a text is missing in the language asked for.
    pub const ENGLISH: Self = Self(*b"en");
    /// German.
    pub const GERMAN: Self = Self(*b"de");

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("en")
    }
}

impl FromStr for Language {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.as_bytes() {
            &[first, second] if first.is_ascii_lowercase() && second.is_ascii_lowercase() => Ok(Self([first, second])),
            _ => Err(Invalid::new("language_invalid", "a language is two lower-case letters of ISO 639-1, such as de")),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Language({self})")
    }
}

/// A value per language. Asking falls back: the language itself, English, then whichever comes first.
pub type ByLanguage<T> = BTreeMap<Language, T>;

/// Finds the value for `language`, or what stands in for it.
pub fn in_language<T>(values: &ByLanguage<T>, language: Language) -> Option<&T> {
    found_in_language(values, language).map(|(_, value)| value)
}

/// The same, with the language that it is in.
pub fn found_in_language<T>(values: &ByLanguage<T>, language: Language) -> Option<(Language, &T)> {
    let own = values.get_key_value(&language).or_else(|| values.get_key_value(&Language::ENGLISH));
    own.or_else(|| values.first_key_value()).map(|(language, value)| (*language, value))
}

/// A text per language, with fallback.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LocalizedText(ByLanguage<String>);

impl LocalizedText {
    /// A text in one language.
    pub fn new(language: Language, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language, text.into())]))
    }

    /// The text in `language`, or what stands in for it; empty where there is none at all.
    pub fn get(&self, language: Language) -> &str {
        in_language(&self.0, language).map_or("", String::as_str)
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each language with its text.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        self.0.iter().map(|(language, text)| (*language, text.as_str()))
    }
}

impl From<ByLanguage<String>> for LocalizedText {
    fn from(texts: ByLanguage<String>) -> Self {
        Self(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_to_english_and_then_to_any() {
        let both = LocalizedText::from(BTreeMap::from([
            (Language::GERMAN, "Becher".to_owned()),
            (Language::ENGLISH, "Mug".to_owned()),
        ]));
        let french: Language = "fr".parse().unwrap();

        assert_eq!(both.get(Language::GERMAN), "Becher");
        assert_eq!(both.get(french), "Mug");
        assert_eq!(LocalizedText::new(Language::GERMAN, "Becher").get(french), "Becher");
        assert_eq!(LocalizedText::default().get(french), "");
    }
}
