//! The part of an address that names a product, category, collection or page.

use std::fmt;
use std::str::FromStr;

use crate::text::Language;
use crate::violation::Invalid;

/// The longest slug, in bytes.
pub const SLUG_LENGTH_MAX: usize = 120;

/// The longest slug that is derived from a name, so that a suffix still fits.
const DERIVED_LENGTH_MAX: usize = 80;

/// Lower-case ASCII words joined by single hyphens, such as `blue-kettle`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The slug as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Derives a slug from a name as its language would spell it in ASCII; `None` where nothing is left.
    pub fn derive(name: &str, language: Language) -> Option<Self> {
        let mut words = String::new();
        for character in name.chars() {
            let spelled = if language == Language::GERMAN { german(character) } else { None };
            match spelled {
                Some(letters) => words.push_str(letters),
                None => words.push_str(deunicode::deunicode_char(character).unwrap_or(" ")),
            }
        }
        let slug = join_words(&words);
        let cut = if slug.len() <= DERIVED_LENGTH_MAX {
            slug.as_str()
        } else {
            let head = &slug[..DERIVED_LENGTH_MAX];
            head.rfind('-').map_or(head, |end| &head[..end])
        };
        (!cut.is_empty()).then(|| Self(cut.to_owned()))
    }

    /// This slug with the words of `suffix` behind it, for when it is taken. A suffix without words leaves it as it is.
    #[must_use]
    pub fn with_suffix(&self, suffix: &str) -> Self {
        let suffix = join_words(&deunicode::deunicode(suffix));
        if suffix.is_empty() {
            return self.clone();
        }
        let room = SLUG_LENGTH_MAX.saturating_sub(suffix.len() + 1).min(self.0.len());
        Self(format!("{}-{suffix}", self.0[..room].trim_end_matches('-')))
    }
}

/// German readers expect `ü` as `ue`; a plain transliteration drops the dots.
const fn german(character: char) -> Option<&'static str> {
    Some(match character {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' | 'ẞ' => "ss",
        _ => return None,
    })
}

fn join_words(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            slug.push(byte.to_ascii_lowercase() as char);
        } else if !slug.is_empty() && !slug.ends_with('-') && byte != b'\'' {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

impl FromStr for Slug {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let words_are_plain = text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        if !words_are_plain || text.len() > SLUG_LENGTH_MAX {
            return Err(Invalid::new(
                "slug_invalid",
                "a slug is lower-case words of a-z and 0-9 joined by single hyphens, at most 120 characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Slug({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_spelled_as_its_language_would() {
        let german = Slug::derive("Größe Käsebrett & Öl", Language::GERMAN).unwrap();
        let english = Slug::derive("Crème Brûlée Mug, 17\"", Language::ENGLISH).unwrap();

        assert_eq!(german.as_str(), "groesse-kaesebrett-oel");
        assert_eq!(english.as_str(), "creme-brulee-mug-17");
    }

    #[test]
    fn a_name_without_letters_has_no_slug() {
        assert_eq!(Slug::derive("!!! ???", Language::ENGLISH), None);
    }

    #[test]
    fn a_path_is_not_a_slug() {
        for hostile in ["../etc", "a/b", "A", "", "-a", "a-", "a--b", "ü", "a b"] {
            assert_eq!(hostile.parse::<Slug>().unwrap_err().code, "slug_invalid", "{hostile}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_derived_from_any_name_is_a_valid_slug(name in "\\PC{0,200}", suffix in "[A-Za-z0-9./+# -]{1,64}") {
            if let Some(slug) = Slug::derive(&name, Language::GERMAN) {
                prop_assert_eq!(slug.as_str().parse::<Slug>().unwrap(), slug.clone());
                let suffixed = slug.with_suffix(&suffix);
                prop_assert_eq!(suffixed.as_str().parse::<Slug>().unwrap(), suffixed);
            }
        }
    }
}
