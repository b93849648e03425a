//! Numbers, money and names as the browser's `Intl` writes them.

use std::collections::BTreeMap;
use std::fmt;

use ecom67_domain::{Country, Currency, Language, Locale};
use serde::Deserialize;

const INTL: &str = include_str!("../../../web/messages/intl.json");

/// Digits of the last group, and in most regions of every group.
const GROUP_DIGITS: usize = 3;

/// The decimals of a currency that nobody knows.
const EXPONENT_DEFAULT: usize = 2;

/// What `Intl` knows, as `web/scripts/intl-data.mjs` wrote it down.
#[derive(Debug, Deserialize)]
pub struct IntlData {
    languages: BTreeMap<String, LanguageData>,
}

#[derive(Debug, Deserialize)]
struct LanguageData {
    money: MoneyForm,
    number_group: String,
    currency_signs: BTreeMap<String, String>,
    regions: BTreeMap<String, RegionData>,
    country_names: BTreeMap<String, String>,
    language_names: BTreeMap<String, String>,
}

/// What differs in a region from its language.
#[derive(Debug, Default, Deserialize)]
struct RegionData {
    money: Option<MoneyForm>,
    number_group: Option<String>,
    /// The digits of the groups before the last, where they are not as many.
    further_group_digits: Option<usize>,
    #[serde(default)]
    currency_signs: BTreeMap<String, String>,
    /// Currencies that are not written like the others: euros in Switzerland's English.
    #[serde(default)]
    money_of: BTreeMap<String, MoneyForm>,
}

/// How an amount is written: in the patterns, ¤ stands for the currency's sign and # for the number.
#[derive(Debug, Deserialize)]
struct MoneyForm {
    pattern: String,
    negative: String,
    decimal: String,
    group: String,
}

impl IntlData {
    /// The data that is built in.
    pub fn embedded() -> Self {
        serde_json::from_str(INTL).expect("web/messages/intl.json has the form that a test reads it in")
    }

    /// How things are written in a locale. A language that the data lacks is written like English.
    pub fn format(&self, locale: Locale) -> Format<'_> {
        let language = self.language(locale.language);
        let region = language.regions.get(locale.country.as_str());
        Format { language, region }
    }

    fn language(&self, language: Language) -> &LanguageData {
        let english = Language::ENGLISH;
        let found = self.languages.get(language.as_str()).or_else(|| self.languages.get(english.as_str()));
        found.expect("the data has English, as a test checks")
    }
}

/// How things are written in one locale.
#[derive(Clone, Copy, Debug)]
pub struct Format<'data> {
    language: &'data LanguageData,
    region: Option<&'data RegionData>,
}

impl<'data> Format<'data> {
    fn money_form(self, currency: &str) -> &'data MoneyForm {
        let own = self.region.and_then(|region| region.money_of.get(currency).or(region.money.as_ref()));
        own.unwrap_or(&self.language.money)
    }

    fn number_group(self) -> &'data str {
        self.region.and_then(|region| region.number_group.as_deref()).unwrap_or(&self.language.number_group)
    }

    /// Follows from what separates groups, in every region of the data.
    fn number_decimal(self) -> char {
        if matches!(self.number_group(), "," | "'" | "’") { '.' } else { ',' }
    }

    /// A whole number, grouped.
    pub fn number(self, number: impl fmt::Display) -> String {
        self.grouped(&number.to_string(), self.number_group())
    }

    fn grouped(self, digits: &str, separator: &str) -> String {
        let further_digits = self.region.and_then(|region| region.further_group_digits).unwrap_or(GROUP_DIGITS);
        let mut text = String::with_capacity(digits.len() * 2);
        for (index, digit) in digits.char_indices() {
            let left = digits.len() - index;
            let is_first_of_group = left >= GROUP_DIGITS && (left - GROUP_DIGITS).is_multiple_of(further_digits);
            if index > 0 && is_first_of_group {
                text.push_str(separator);
            }
            text.push(digit);
        }
        text
    }

    /// A number of thousandths, with as many decimals as it needs.
    pub fn thousandths(self, number: u32) -> String {
        let fraction = format!("{:03}", number % 1_000);
        let mut text = self.number(number / 1_000);
        match fraction.trim_end_matches('0') {
            "" => {}
            decimals => {
                text.push(self.number_decimal());
                text.push_str(decimals);
            }
        }
        text
    }

    /// An amount in minor units with its currency's sign, such as `29,90 €`.
    pub fn money(self, minor: impl fmt::Display, currency: &str) -> String {
        let form = self.money_form(currency);
        let (is_negative, whole, fraction) = decimal(&minor.to_string(), currency);
        let mut number = self.grouped(&whole, &form.group);
        if !fraction.is_empty() {
            number.push_str(&form.decimal);
            number.push_str(&fraction);
        }
        let pattern = if is_negative { &form.negative } else { &form.pattern };
        pattern.replace('#', &number).replace('¤', &spaced(self.currency_sign(currency), pattern))
    }

    /// An amount in minor units as it stands in a field: neither grouped nor with a sign.
    pub fn amount(self, minor: impl fmt::Display, currency: &str) -> String {
        let (_, mut whole, fraction) = decimal(&minor.to_string(), currency);
        if !fraction.is_empty() {
            whole.push_str(&self.money_form(currency).decimal);
            whole.push_str(&fraction);
        }
        whole
    }

    fn currency_sign(self, currency: &str) -> String {
        let own = self.region.and_then(|region| region.currency_signs.get(currency));
        own.or_else(|| self.language.currency_signs.get(currency)).map_or(currency, String::as_str).to_owned()
    }

    /// The country's name; its code where the data has none.
    pub fn country_name(self, country: &str) -> String {
        self.language.country_names.get(country).map_or(country, String::as_str).to_owned()
    }

    /// The language's name; its code where the data has none.
    pub fn language_name(self, language: Language) -> String {
        let code = language.as_str();
        self.language.language_names.get(code).map_or(code, String::as_str).to_owned()
    }
}

/// A sign that ends in a letter keeps a space from the number, where the pattern leaves none (CLDR's `currencySpacing`).
fn spaced(sign: String, pattern: &str) -> String {
    let touches = pattern.contains("¤#") && sign.ends_with(|last: char| last.is_alphanumeric() || last == '.');
    if touches { sign + "\u{a0}" } else { sign }
}

/// Moves the point by text, so that no amount is too large. The decimals are those of ISO 4217: an amount counts minor
/// units, however few of them a country has coins for.
fn decimal(minor: &str, currency: &str) -> (bool, String, String) {
    let (is_negative, digits) = minor.strip_prefix('-').map_or((false, minor), |digits| (true, digits));
    let exponent = currency.parse::<Currency>().map_or(EXPONENT_DEFAULT, |currency| currency.exponent() as usize);
    let digits = format!("{digits:0>width$}", width = exponent + 1);
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    (is_negative, whole.to_owned(), fraction.to_owned())
}

/// The locale as browsers write it, such as `de-DE`.
pub fn language_tag(locale: Locale) -> String {
    tag(locale.language, locale.country)
}

fn tag(language: Language, country: Country) -> String {
    format!("{language}-{country}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amounts as `Intl` writes them, by locale and currency; the storefront's tests read them too.
    const SAMPLES: &str = include_str!("../../../web/messages/money-samples.json");

    /// The decimals of currencies that have not two, by which the browser moves the point.
    const EXPONENTS: &str = include_str!("../../../web/messages/currency-exponents.json");

    #[derive(Deserialize)]
    struct Samples {
        amounts: Vec<i64>,
        texts: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    }

    fn format<T>(locale: &str, write: impl FnOnce(Format<'_>) -> T) -> T {
        write(IntlData::embedded().format(locale.parse().unwrap()))
    }

    #[test]
    fn money_is_written_as_the_browser_writes_it() {
        let cases: [(i64, &str, &str, &str); 18] = [
            (2_990, "EUR", "de-de", "29,90\u{a0}€"),
            (5, "EUR", "de-de", "0,05\u{a0}€"),
            (123_456_789, "EUR", "de-de", "1.234.567,89\u{a0}€"),
            (123_450, "EUR", "de-at", "€\u{a0}1.234,50"),
            (123_450, "CHF", "de-ch", "CHF\u{a0}1'234.50"),
            (123_450, "GBP", "en-gb", "£1,234.50"),
            (123_456_789, "USD", "en-us", "$1,234,567.89"),
            (1_999, "USD", "en-gb", "US$19.99"),
            (1_999, "USD", "de-de", "19,99\u{a0}$"),
            (1_500, "JPY", "en-us", "¥1,500"),
            (1_234, "KWD", "en-us", "KWD\u{a0}1.234"),
            (123_450, "EUR", "en-ch", "€1,234.50"),
            (123_450, "SEK", "en-se", "1\u{a0}234,50\u{a0}kr"),
            (1_234_567_890, "INR", "en-in", "₹1,23,45,678.90"),
            (-123_450, "CHF", "de-ch", "CHF-1'234.50"),
            (-2_990, "GBP", "en-gb", "-£29.90"),
            (123_450, "EUR", "en-at", "€\u{a0}1.234,50"),
            (99, "EUR", "fr-fr", "€0.99"),
        ];

        for (minor, currency, locale, text) in cases {
            assert_eq!(format(locale, |format| format.money(minor, currency)), text, "{minor} {currency} in {locale}");
        }
    }

    #[test]
    fn money_is_written_as_intl_writes_it_in_every_region_with_a_way_of_its_own() {
        let samples: Samples = serde_json::from_str(SAMPLES).unwrap();
        let data = IntlData::embedded();
        let mut compared = 0;

        for (tag, texts) in &samples.texts {
            // Some regions are no countries, or were once.
            let Ok(locale) = tag.to_lowercase().parse() else { continue };
            for (currency, texts) in texts {
                for (minor, text) in samples.amounts.iter().zip(texts) {
                    assert_eq!(&data.format(locale).money(minor, currency), text, "{minor} {currency} in {tag}");
                    compared += 1;
                }
            }
        }

        assert!(compared > 1_000, "only {compared} samples are of locales that a shop can have");
    }

    #[test]
    fn the_browser_counts_the_decimals_of_every_currency_as_the_domain_does() {
        let exponents: BTreeMap<String, usize> = serde_json::from_str(EXPONENTS).unwrap();
        let letters = || 'A'..='Z';
        let pairs = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));

        for code in pairs.flat_map(|pair| letters().map(move |third| format!("{pair}{third}"))) {
            let listed = exponents.get(&code).copied();
            match code.parse::<Currency>() {
                Ok(currency) => {
                    assert_eq!(listed.unwrap_or(EXPONENT_DEFAULT), currency.exponent() as usize, "{code}");
                }
                Err(_) => assert_eq!(listed, None, "{code} is no currency"),
            }
        }
    }

    #[test]
    fn a_field_shows_an_amount_with_the_marks_of_its_price_and_without_the_sign() {
        assert_eq!(format("de-de", |format| format.amount(123_450, "EUR")), "1234,50");
        assert_eq!(format("en-de", |format| format.amount(2_990, "EUR")), "29.90");
        assert_eq!(format("en-se", |format| format.amount(2_990, "EUR")), "29.90");
        assert_eq!(format("en-se", |format| format.amount(2_990, "SEK")), "29,90");
        assert_eq!(format("en-us", |format| format.amount(1_500, "JPY")), "1500");
    }

    #[test]
    fn numbers_are_grouped_as_the_locale_does() {
        for (locale, text) in [
            ("de-de", "12.345"),
            ("de-at", "12\u{a0}345"),
            ("de-ch", "12'345"),
            ("en-gb", "12,345"),
            ("en-us", "12,345"),
        ] {
            assert_eq!(format(locale, |format| format.number(12_345)), text, "{locale}");
        }
        assert_eq!(format("en-in", |format| format.number(123_456_789)), "12,34,56,789");
        assert_eq!(format("de-de", |format| format.number(999)), "999");
    }

    #[test]
    fn thousandths_have_no_zeros_at_their_end() {
        for (grams, locale, text) in [
            (1_000, "de-de", "1"),
            (1_250, "de-de", "1,25"),
            (1_250, "de-at", "1,25"),
            (1_005, "en-us", "1.005"),
            (1_250, "de-ch", "1.25"),
            (12_345_678, "de-de", "12.345,678"),
        ] {
            assert_eq!(format(locale, |format| format.thousandths(grams)), text, "{grams} g in {locale}");
        }
    }

    #[test]
    fn countries_and_languages_have_names_in_the_language_of_the_reader() {
        assert_eq!(format("de-at", |format| format.country_name("AT")), "Österreich");
        assert_eq!(format("en-gb", |format| format.country_name("DE")), "Germany");
        assert_eq!(format("de-de", |format| format.language_name(Language::GERMAN)), "Deutsch");
        assert_eq!(format("en-us", |format| format.country_name("??")), "??");
    }

    #[test]
    fn a_tag_is_written_as_browsers_write_it() {
        assert_eq!(language_tag("de-at".parse().unwrap()), "de-AT");
    }
}
