//! The shop's words in the languages it speaks: the same files that the browser loads.

use std::fmt;
use std::sync::LazyLock;

use ecom67_domain::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../../../web/messages/en.ftl");
const GERMAN: &str = include_str!("../../../web/messages/de.ftl");

/// Every language that has words; English, which stands in for the others, first.
static ALL: LazyLock<[Messages; 2]> =
    LazyLock::new(|| [Messages::new(Language::ENGLISH, ENGLISH), Messages::new(Language::GERMAN, GERMAN)]);

const QUOTE_ENGLISH: &str = include_str!("../../../web/messages/quote/en.ftl");
const QUOTE_GERMAN: &str = include_str!("../../../web/messages/quote/de.ftl");

/// Why a cart costs what it costs: words that no browser needs.
static QUOTE: LazyLock<[Messages; 2]> =
    LazyLock::new(|| [Messages::new(Language::ENGLISH, QUOTE_ENGLISH), Messages::new(Language::GERMAN, QUOTE_GERMAN)]);

const CHECKOUT_ENGLISH: &str = include_str!("../../../web/messages/checkout/en.ftl");
const CHECKOUT_GERMAN: &str = include_str!("../../../web/messages/checkout/de.ftl");

/// What the pages of orders say: words that the browser loads with them.
static CHECKOUT: LazyLock<[Messages; 2]> = LazyLock::new(|| {
    [Messages::new(Language::ENGLISH, CHECKOUT_ENGLISH), Messages::new(Language::GERMAN, CHECKOUT_GERMAN)]
});

const MAIL_ENGLISH: &str = include_str!("../../../web/messages/mail/en.ftl");
const MAIL_GERMAN: &str = include_str!("../../../web/messages/mail/de.ftl");

/// What mails say, and the mailbox of a demo: words that no browser needs.
static MAIL: LazyLock<[Messages; 2]> =
    LazyLock::new(|| [Messages::new(Language::ENGLISH, MAIL_ENGLISH), Messages::new(Language::GERMAN, MAIL_GERMAN)]);

/// The words of checkout and orders, in a language or what stands in for it.
pub fn checkout_messages(language: Language) -> &'static Messages {
    CHECKOUT.iter().find(|messages| messages.language == language).unwrap_or(&CHECKOUT[0])
}

/// The words of mails, in a language or what stands in for it.
pub fn mail_messages(language: Language) -> &'static Messages {
    MAIL.iter().find(|messages| messages.language == language).unwrap_or(&MAIL[0])
}

/// The words that explain a quote, in a language or what stands in for it.
pub fn quote_messages(language: Language) -> &'static Messages {
    QUOTE.iter().find(|messages| messages.language == language).unwrap_or(&QUOTE[0])
}

/// The words of a language, or those that stand in for them.
pub fn messages(language: Language) -> &'static Messages {
    ALL.iter().find(|messages| messages.language == language).unwrap_or(&ALL[0])
}

/// The words of one language.
pub struct Messages {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Messages {
    fn new(language: Language, source: &str) -> Self {
        let identifier: LanguageIdentifier = language.as_str().parse().expect("two letters are a language");
        let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
        // No isolating marks: they would differ from what React writes, and end up in titles.
        bundle.set_use_isolating(false);
        // A test reads the files strictly; what the parser passes over here is shown by its key.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// The message as it is; its key where there is none.
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The message with texts in it.
    pub fn get_with(&self, key: &str, values: &[(&str, &dyn fmt::Display)]) -> String {
        let arguments = values.iter().map(|(name, value)| (*name, FluentValue::from(value.to_string())));
        self.format(key, Some(&arguments.collect()))
    }

    /// The message in the form for `count`, which it shows as `formatted`.
    pub fn get_count(&self, key: &str, count: u64, formatted: String) -> String {
        let arguments = [("count", FluentValue::from(count)), ("formatted", FluentValue::from(formatted))];
        self.format(key, Some(&FluentArgs::from_iter(arguments)))
    }

    fn format(&self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        // An argument that is missing shows as its name, in the browser too.
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, arguments, &mut errors).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(source: &str, least: usize) -> Vec<String> {
        let resource = fluent_bundle::FluentResource::try_new(source.to_owned()).expect("the file has no mistake");
        let keys = source.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        let mut keys: Vec<_> = keys.filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect();
        assert!(keys.len() > least && resource.entries().count() >= keys.len());
        keys.sort_unstable();
        keys
    }

    #[test]
    fn every_language_says_everything() {
        for (german, english, least) in [
            (GERMAN, ENGLISH, 80),
            (QUOTE_GERMAN, QUOTE_ENGLISH, 20),
            (CHECKOUT_GERMAN, CHECKOUT_ENGLISH, 80),
            (MAIL_GERMAN, MAIL_ENGLISH, 30),
        ] {
            assert_eq!(keys(german, least), keys(english, least));
        }
    }

    #[test]
    fn plurals_follow_the_language_and_no_isolating_marks_are_left() {
        let english = messages(Language::ENGLISH);

        assert_eq!(english.get_count("results", 1, "1".into()), "1 product");
        assert_eq!(english.get_count("results", 1_200, "1,200".into()), "1,200 products");
        assert_eq!(english.get_with("page-title", &[("title", &"Mugs"), ("shop", &"Kites")]), "Mugs · Kites");
        assert_eq!(
            messages(Language::GERMAN).get_with("price-per-unit", &[("price", &"5,00 €"), ("unit", &"m2")]),
            "5,00 € pro Quadratmeter"
        );
    }

    #[test]
    fn english_stands_in_for_a_language_without_words() {
        assert_eq!(messages("fr".parse().unwrap()).get("value-yes"), "Yes");
        assert_eq!(messages(Language::GERMAN).get("value-yes"), "Ja");
    }

    #[test]
    fn a_message_that_nobody_wrote_shows_as_its_key() {
        assert_eq!(messages(Language::ENGLISH).get("no-such-key"), "no-such-key");
    }
}
