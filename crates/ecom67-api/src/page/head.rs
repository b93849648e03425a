//! What a page tells of itself: to the browser, to search engines, to whoever shares it.

use ecom67_domain::{Country, Language, Locale};

use super::address::encode_query_value;
use super::site::PublicUrl;
use super::web_app::AppLook;
use super::words::{Languages, ShopWords};
use crate::view;
use ecom67_words::language_tag;

/// What a page is, before it is known where the site stands.
#[derive(Debug, Default)]
pub(super) struct PageFacts<'page> {
    /// Its title, without the shop's name.
    pub(super) title: String,
    /// A sentence; where it is empty, the shop's tagline stands in.
    pub(super) description: String,
    /// Its path below the locale.
    pub(super) path: String,
    /// Its parameters as they were asked for.
    pub(super) query_text: &'page str,
    /// The same page in other locales.
    pub(super) alternates: Alternates,
    /// Whether search engines are to leave it out.
    pub(super) is_hidden: bool,
    /// Whether somebody may pay on it, so that the payment provider is let in.
    pub(super) is_paid_on: bool,
    /// The words that are searched.
    pub(super) words: String,
    /// The kind of thing it shows, for whoever shares it.
    pub(super) is_product: bool,
    /// The picture that stands for it.
    pub(super) picture: Option<&'page view::Picture>,
    /// What it shows, for programs.
    pub(super) structured: Vec<serde_json::Value>,
}

/// Where a page is to be found in other locales.
#[derive(Debug, Default)]
pub(super) enum Alternates {
    /// Nowhere.
    #[default]
    None,
    /// At the same path.
    Same,
    /// At paths of their own, by locale.
    Translated(Vec<(String, String)>),
}

impl Alternates {
    /// Those of a view, whose addresses begin with `prefix`.
    pub(super) fn of(prefix: &str, alternates: &[view::Alternate]) -> Self {
        let path = |alternate: &view::Alternate| (alternate.locale.clone(), format!("{prefix}{}", alternate.slug));
        Self::Translated(alternates.iter().map(path).collect())
    }

    fn path<'own>(&'own self, locale: &str, own: &'own str) -> Option<&'own str> {
        match self {
            Self::None => None,
            Self::Same => Some(own),
            Self::Translated(paths) => paths.iter().find(|(there, _)| there == locale).map(|(_, path)| path.as_str()),
        }
    }
}

/// The `page` of every template.
#[derive(Debug)]
pub(super) struct PageHead {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) canonical: Option<String>,
    pub(super) alternates: Vec<AlternateLink>,
    pub(super) is_hidden: bool,
    pub(super) is_paid_on: bool,
    /// What stands in the search field.
    pub(super) query: String,
    pub(super) locale_links: Vec<LocaleLink>,
    /// Open Graph: property and content.
    pub(super) shared: Vec<(&'static str, String)>,
    /// JSON-LD, ready for a script element.
    pub(super) structured: Vec<String>,
    /// How a browser shows the shop around its pages.
    pub(super) look: AppLook,
    path: String,
    query_text: String,
}

/// The same page in another locale, for search engines.
#[derive(Debug)]
pub(super) struct AlternateLink {
    pub(super) tag: String,
    pub(super) href: String,
}

/// The same page in another locale, for shoppers: named in its own language.
#[derive(Debug)]
pub(super) struct LocaleLink {
    pub(super) href: String,
    pub(super) tag: String,
    pub(super) country_name: String,
    pub(super) language_name: String,
    pub(super) currency: String,
    pub(super) is_current: bool,
}

impl PageHead {
    pub(super) fn new(
        facts: PageFacts<'_>,
        shop: &ShopWords<'_>,
        languages: &Languages,
        markets: &view::Markets,
        site: Option<&PublicUrl>,
        look: AppLook,
    ) -> Self {
        let own = shop.path(&facts.path);
        let site = site.filter(|_| !facts.is_hidden);
        let canonical = site.map(|site| site.join(&own));
        let description = if facts.description.is_empty() { &shop.navigation.shop.tagline } else { &facts.description };
        let structured = facts.structured.iter().map(|value| super::first_data::for_script(&value.to_string()));
        Self {
            title: document_title(&facts.title, shop),
            description: description.clone(),
            alternates: site.map(|site| alternate_links(&facts, markets, site)).unwrap_or_default(),
            is_hidden: facts.is_hidden,
            is_paid_on: facts.is_paid_on,
            locale_links: locale_links(&facts, shop.locale, languages, markets),
            shared: shared(&facts, shop, description, canonical.as_deref(), site),
            structured: structured.collect(),
            look,
            canonical,
            query: facts.words,
            path: facts.path,
            query_text: facts.query_text.to_owned(),
        }
    }

    /// Whether a link of the shop leads to this page.
    pub(super) fn is_at(&self, href: &str) -> bool {
        match href.split_once('?') {
            Some((path, query)) => path == self.path && query == self.query_text,
            None => href == self.path,
        }
    }
}

/// With the shop's name, unless the title has it already.
fn document_title(title: &str, shop: &ShopWords<'_>) -> String {
    let name = &shop.navigation.shop.name;
    if title.contains(name) { title.to_owned() } else { shop.t_with_two("page-title", "title", title, "shop", name) }
}

/// Every locale that has the page, and where somebody of an unknown language is sent.
fn alternate_links(facts: &PageFacts<'_>, markets: &view::Markets, site: &PublicUrl) -> Vec<AlternateLink> {
    let href =
        |locale: &str| facts.alternates.path(locale, &facts.path).map(|path| site.join(&format!("/{locale}{path}")));
    let link = |locale: &view::Locale| Some(AlternateLink { tag: tag_of(&locale.locale), href: href(&locale.locale)? });
    let mut links: Vec<_> = markets.locales.iter().filter_map(link).collect();
    // The root leads each reader to the home page of their own.
    let unknown = if facts.path == "/" { Some(site.join("/")) } else { href(&markets.default_locale) };
    links.extend(unknown.filter(|_| !links.is_empty()).map(|href| AlternateLink { tag: "x-default".to_owned(), href }));
    links
}

fn tag_of(locale: &str) -> String {
    locale.parse().map_or_else(|_| locale.to_owned(), language_tag)
}

fn locale_links(
    facts: &PageFacts<'_>,
    current: Locale,
    languages: &Languages,
    markets: &view::Markets,
) -> Vec<LocaleLink> {
    let link = |there: &view::Locale| {
        let language: Language = there.language.parse().ok()?;
        let country: Country = there.country.parse().ok()?;
        let locale = Locale { language, country };
        let format = languages.format(locale);
        let path = facts.alternates.path(&there.locale, &facts.path).unwrap_or("/");
        let words =
            if facts.words.is_empty() { String::new() } else { format!("?q={}", encode_query_value(&facts.words)) };
        Some(LocaleLink {
            href: format!("/{locale}{path}{words}"),
            tag: language_tag(locale),
            country_name: format.country_name(&there.country),
            language_name: format.language_name(language),
            currency: there.currency.clone(),
            is_current: locale == current,
        })
    };
    markets.locales.iter().filter_map(link).collect()
}

fn shared(
    facts: &PageFacts<'_>,
    shop: &ShopWords<'_>,
    description: &str,
    canonical: Option<&str>,
    site: Option<&PublicUrl>,
) -> Vec<(&'static str, String)> {
    // What nobody is to find is not for sharing either.
    if facts.is_hidden {
        return Vec::new();
    }
    let mut shared = vec![
        ("og:type", if facts.is_product { "product" } else { "website" }.to_owned()),
        ("og:site_name", shop.navigation.shop.name.clone()),
        ("og:title", facts.title.clone()),
        ("og:description", description.to_owned()),
        ("og:locale", shop.tag().replace('-', "_")),
    ];
    shared.extend(canonical.map(|canonical| ("og:url", canonical.to_owned())));
    // A picture's address has to be absolute.
    if let (Some(site), Some(picture)) = (site, facts.picture)
        && let Some(source) = picture.sources.last()
    {
        let height = u64::from(picture.height) * u64::from(source.width) / u64::from(picture.width.max(1));
        shared.extend([
            ("og:image", site.join(&source.url)),
            ("og:image:type", "image/webp".to_owned()),
            ("og:image:width", source.width.to_string()),
            ("og:image:height", height.to_string()),
            ("og:image:alt", picture.alt.clone()),
        ]);
    }
    shared
}
