//! Where a shop sells, in which currency and languages.

use std::fmt;
use std::str::FromStr;

use crate::code::MarketCode;
use crate::money::Currency;
use crate::text::Language;
use crate::violation::{Invalid, Violations};

/// A country: an ISO 3166-1 code in capitals, such as `DE`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The two letters in capitals.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.as_bytes() {
            &[first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => Ok(Self([first, second])),
            _ => Err(Invalid::new("country_invalid", "a country is two capitals of ISO 3166-1, such as DE")),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Country({self})")
    }
}

/// The first part of each page's address, such as `de-at`: a language, and the country that decides the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locale {
    /// What texts are in.
    pub language: Language,
    /// Whose market, currency and taxes apply.
    pub country: Country,
}

impl FromStr for Locale {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("locale_invalid", "a locale is language-country in lower case, such as de-de");
        let (language, country) = text.split_once('-').ok_or_else(invalid)?;
        if country.bytes().any(|byte| !byte.is_ascii_lowercase()) {
            return Err(invalid());
        }
        Ok(Self {
            language: language.parse().map_err(|_| invalid())?,
            country: country.to_ascii_uppercase().parse().map_err(|_| invalid())?,
        })
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.language, self.country.as_str().to_ascii_lowercase())
    }
}

/// Whether the prices of a market contain the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxDisplay {
    /// What stands on the page is what is paid (delivery aside): Europe.
    Included,
    /// Tax is added at checkout: the United States.
    Excluded,
}

/// A group of countries that share currency, tax display and languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
    /// The market's code.
    pub code: MarketCode,
    /// Its countries; the first is the one its pages are named after where nothing else is asked for.
    pub countries: Vec<Country>,
    /// What its prices are in.
    pub currency: Currency,
    /// Whether they contain the tax.
    pub tax: TaxDisplay,
    /// The languages its pages come in; the first is the default.
    pub languages: Vec<Language>,
    /// Whether a reduction must name the lowest price of the 30 days before (EU directive 98/6/EC, article 6a).
    pub low_price_notice: bool,
}

impl Market {
    /// Checks that the market has a country and a language and names none twice.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        if self.countries.is_empty() || has_duplicates(&self.countries) {
            violations.add("countries", "countries_invalid", "a market has at least one country, each named once");
        }
        if self.languages.is_empty() || has_duplicates(&self.languages) {
            violations.add("languages", "languages_invalid", "a market has at least one language, each named once");
        }
        violations.or(|| ())
    }

    /// Every locale of this market: each of its languages in each of its countries.
    pub fn locales(&self) -> impl Iterator<Item = Locale> + '_ {
        self.countries
            .iter()
            .flat_map(|country| self.languages.iter().map(|language| Locale { language: *language, country: *country }))
    }
}

fn has_duplicates<T: Ord + Copy>(values: &[T]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_language_and_market() {
        let locale: Locale = "de-at".parse().unwrap();

        assert_eq!((locale.language, locale.country.as_str()), (Language::GERMAN, "AT"));
        assert_eq!(locale.to_string(), "de-at");
        for wrong in ["de", "de_DE", "de-DE", "DE-de", "de-", "-", "deu-de", "de-de-de"] {
            assert_eq!(wrong.parse::<Locale>().unwrap_err().code, "locale_invalid", "{wrong}");
        }
    }
}
