//! What every template can say: the `shop` of `web/templates`.

use std::fmt::Display;

use ecom67_domain::Locale;

use super::address::encode_query_value;
use crate::view;
use ecom67_words::{Format, IntlData, Messages, language_tag, messages};

/// The dots of a card; more would wrap on a phone.
const SWATCHES_SHOWN_MAX: usize = 5;

/// Grams from which a weight is told in kilograms.
const KILOGRAM: u32 = 1_000;

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 6] = ["ar", "fa", "he", "ps", "ur", "yi"];

/// The forms of every language.
pub(super) struct Languages {
    intl: IntlData,
}

impl Languages {
    pub(super) fn embedded() -> Self {
        Self { intl: IntlData::embedded() }
    }

    /// How things are written in a locale.
    pub(super) fn format(&self, locale: Locale) -> Format<'_> {
        self.intl.format(locale)
    }

    /// The shop as one locale sees it.
    pub(super) fn words(&self, locale: Locale, navigation: view::Navigation) -> ShopWords<'_> {
        ShopWords { locale, messages: messages(locale.language), format: self.format(locale), navigation }
    }
}

/// The shop as one locale sees it: its words, its money, its menus. Its helpers take whatever can be displayed, since
/// templates hand over references of any depth.
pub(super) struct ShopWords<'words> {
    pub(super) locale: Locale,
    messages: &'words Messages,
    pub(super) format: Format<'words>,
    pub(super) navigation: view::Navigation,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
impl ShopWords<'_> {
    pub(super) fn t(&self, key: &str) -> String {
        self.messages.get(key)
    }

    pub(super) fn t_with(&self, key: &str, name: &str, value: impl Display) -> String {
        self.messages.get_with(key, &[(name, &value)])
    }

    pub(super) fn t_with_two(
        &self,
        key: &str,
        name: &str,
        value: impl Display,
        other_name: &str,
        other_value: impl Display,
    ) -> String {
        self.messages.get_with(key, &[(name, &value), (other_name, &other_value)])
    }

    pub(super) fn t_count(&self, key: &str, count: &u64) -> String {
        self.messages.get_count(key, *count, self.number(count))
    }

    pub(super) fn money(&self, amount: impl Display, currency: &str) -> String {
        self.format.money(amount, currency)
    }

    /// An amount in the market's currency, as it stands in a field.
    pub(super) fn amount(&self, amount: impl Display) -> String {
        self.format.amount(amount, &self.navigation.currency)
    }

    pub(super) fn number(&self, number: impl Display) -> String {
        self.format.number(number)
    }

    pub(super) fn weight(&self, grams: &u32) -> String {
        if *grams < KILOGRAM {
            self.t_with("weight-grams", "weight", self.number(grams))
        } else {
            self.t_with("weight-kilograms", "weight", self.format.thousandths(*grams))
        }
    }

    pub(super) fn tag(&self) -> String {
        language_tag(self.locale)
    }

    pub(super) fn direction(&self) -> &'static str {
        if RIGHT_TO_LEFT.contains(&self.locale.language.as_str()) { "rtl" } else { "ltr" }
    }

    /// The address of a path below the locale.
    pub(super) fn path(&self, href: &str) -> String {
        format!("/{}{href}", self.locale)
    }

    pub(super) fn path_of(&self, prefix: &str, slug: &str) -> String {
        format!("/{}{prefix}{slug}", self.locale)
    }

    /// The address of a search, as the storefront writes it.
    pub(super) fn path_of_search(&self, words: &str) -> String {
        format!("/{}/search?q={}", self.locale, encode_query_value(words))
    }

    /// Where the shopper is, such as `Deutschland · EUR`.
    pub(super) fn place(&self) -> String {
        format!("{} · {}", self.country_name(self.locale.country.as_str()), self.navigation.currency)
    }

    pub(super) fn tax_included(&self) -> bool {
        matches!(self.navigation.tax, view::Tax::Included)
    }

    pub(super) fn country_name(&self, code: &str) -> String {
        self.format.country_name(code)
    }

    /// What the swatches of a card are, for those who do not see them.
    pub(super) fn swatch_labels(&self, product: &view::ProductCard) -> String {
        let label = |swatch: &view::Swatch| {
            if swatch.available { swatch.label.clone() } else { self.t_with("swatch-sold-out", "label", &swatch.label) }
        };
        coloured(product).map(label).collect::<Vec<_>>().join("; ")
    }

    #[expect(clippy::unused_self, reason = "templates know no functions, only what they are given")]
    pub(super) fn first_swatches<'card>(&self, product: &'card view::ProductCard) -> Vec<&'card view::Swatch> {
        coloured(product).take(SWATCHES_SHOWN_MAX).collect()
    }

    #[expect(clippy::unused_self, reason = "templates know no functions, only what they are given")]
    pub(super) fn more_swatches(&self, product: &view::ProductCard) -> Option<usize> {
        coloured(product).count().checked_sub(SWATCHES_SHOWN_MAX).filter(|more| *more > 0)
    }
}

fn coloured(product: &view::ProductCard) -> impl Iterator<Item = &view::Swatch> {
    product.swatches.iter().filter(|swatch| swatch.color.is_some())
}
