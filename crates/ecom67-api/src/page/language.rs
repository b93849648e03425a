//! What a browser says of the languages its reader knows.

use ecom67_domain::{Country, Language};

/// What is beyond this many is ignored: browsers send a handful.
const LANGUAGES_MAX: usize = 20;

/// The languages of an `Accept-Language` header, best first (RFC 9110, 12.5.4).
pub(super) fn accepted(header: Option<&str>) -> Vec<(Language, Option<Country>)> {
    let ranges = header.unwrap_or_default().split(',').take(LANGUAGES_MAX);
    let mut weighted: Vec<_> = ranges.filter_map(weighted_range).collect();
    // A stable sort: of equals, the first is meant first.
    weighted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighted.into_iter().map(|(_, language)| language).collect()
}

/// A range with its weight in thousandths; `None` for what is refused or cannot be a language of a shop.
fn weighted_range(text: &str) -> Option<(u16, (Language, Option<Country>))> {
    let (range, parameters) = text.split_once(';').unwrap_or((text, ""));
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(weight) => thousandths(weight.trim())?,
        None => 1_000,
    };
    let range = range.trim().to_ascii_lowercase();
    let mut subtags = range.split('-');
    let language = subtags.next()?.parse().ok()?;
    // Between language and country a script may stand: `zh-Hant-TW`.
    let country = subtags.find(|subtag| subtag.len() == 2).and_then(|subtag| subtag.to_ascii_uppercase().parse().ok());
    (weight > 0).then_some((weight, (language, country)))
}

fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    if fraction.len() > 3 {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole * 1_000 + fraction).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Vec<String> {
        let text = |(language, country): (Language, Option<Country>)| {
            country.map_or_else(|| language.to_string(), |country| format!("{language}-{country}"))
        };
        accepted(Some(header)).into_iter().map(text).collect()
    }

    #[test]
    fn languages_stand_in_the_order_of_their_weights() {
        assert_eq!(read("en;q=0.7, de-AT, de;q=0.9, fr;q=0.95"), ["de-AT", "fr", "de", "en"]);
        assert_eq!(read("en-US,en;q=0.5"), ["en-US", "en"]);
        assert_eq!(read("zh-Hant-TW"), ["zh-TW"]);
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        assert_eq!(read("*, x-klingon, de;q=0, en;q=nine, fr;q=2, ü, , gsw, it;q=0.1234, es"), ["es"]);
        assert!(accepted(None).is_empty());
        assert_eq!(accepted(Some(&"de,".repeat(10_000))).len(), LANGUAGES_MAX);
    }
}
