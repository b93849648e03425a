//! Markets, locations, categories and collections as they are written down.

use ecom67_domain::catalog::{Category, Collection};
use ecom67_domain::market::TaxDisplay;
use ecom67_domain::text::ByLanguage;
use ecom67_domain::{Country, LocationCode, Market, Slug, Violations};
use serde::{Deserialize, Serialize};

use super::rule::CollectionRuleDocument;
use super::{TextDocument, by_language, derived_slug, localized, localized_document, parse, required_text};

/// A market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketDocument {
    /// The market's code.
    pub code: String,
    /// Countries, ISO 3166-1.
    pub countries: Vec<String>,
    /// Currency, ISO 4217.
    pub currency: String,
    /// `included` or `excluded`.
    pub tax: TaxDocument,
    /// Languages, ISO 639-1; the first is the default.
    pub languages: Vec<String>,
    /// Whether a reduction names the lowest price of the 30 days before.
    #[serde(default)]
    pub low_price_notice: bool,
}

/// Whether prices contain the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxDocument {
    /// They do.
    Included,
    /// Tax is added at checkout.
    Excluded,
}

impl MarketDocument {
    /// The market, checked.
    pub fn to_market(&self) -> Result<Market, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let currency = parse(&mut violations, "currency", &self.currency);
        let countries = parse_all(&mut violations, "countries", &self.countries);
        let languages = parse_all(&mut violations, "languages", &self.languages);
        let (Some(code), Some(currency), true) = (code, currency, violations.is_empty()) else {
            return Err(violations);
        };
        let tax = match self.tax {
            TaxDocument::Included => TaxDisplay::Included,
            TaxDocument::Excluded => TaxDisplay::Excluded,
        };
        let market = Market { code, countries, currency, tax, languages, low_price_notice: self.low_price_notice };
        market.check()?;
        Ok(market)
    }
}

fn parse_all<T>(violations: &mut Violations, field: &str, texts: &[String]) -> Vec<T>
where
    T: std::str::FromStr<Err = ecom67_domain::violation::Invalid>,
{
    let parsed = texts.iter().enumerate();
    parsed.filter_map(|(index, text)| parse(violations, format!("{field}[{index}]"), text)).collect()
}

/// A place that keeps stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocationDocument {
    /// The location's code.
    pub code: String,
    /// What staff call it.
    pub name: String,
    /// Where it is, ISO 3166-1.
    pub country: String,
}

impl LocationDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        parse::<LocationCode>(&mut violations, "code", &self.code);
        parse::<Country>(&mut violations, "country", &self.country);
        violations.or(|| ())
    }
}

/// A category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryDocument {
    /// The category's code.
    pub code: String,
    /// The category above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What a shopper reads.
    pub name: TextDocument,
    /// The category's part of the address; derived from the name where it is absent.
    #[serde(default, skip_serializing_if = "TextDocument::is_empty")]
    pub slug: TextDocument,
    /// A sentence or two.
    #[serde(default, skip_serializing_if = "TextDocument::is_empty")]
    pub description: TextDocument,
    /// The quiet colour behind its pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tint: Option<String>,
    /// A picture: in a file that is imported, its name; in a store, its media id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Where it stands among its siblings.
    #[serde(default)]
    pub position: u32,
}

/// The slugs as given, and one derived from the name in each language that has none.
fn slugs(violations: &mut Violations, given: &TextDocument, names: &TextDocument, code: &str) -> ByLanguage<Slug> {
    let mut slugs = by_language(violations, "slug", given, |violations, path, _, slug| parse(violations, path, slug));
    for (language, name) in by_language(violations, "name", names, |_, _, _, name| Some(name.clone())) {
        if let (false, Some(slug)) = (slugs.contains_key(&language), derived_slug(&name, code, language)) {
            slugs.insert(language, slug);
        }
    }
    slugs
}

impl CategoryDocument {
    /// The category, checked. Its picture must be a media id by now.
    pub fn to_category(&self) -> Result<Category, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let parent = self.parent.as_ref().and_then(|parent| parse(&mut violations, "parent", parent));
        required_text(&mut violations, "name", &self.name);
        let tint = self.tint.as_ref().and_then(|tint| parse(&mut violations, "tint", tint)).unwrap_or_default();
        let picture = self.picture.as_ref().and_then(|picture| parse(&mut violations, "picture", picture));
        let slug = slugs(&mut violations, &self.slug, &self.name, &self.code);
        let (Some(code), true) = (code, violations.is_empty()) else { return Err(violations) };
        Ok(Category {
            code,
            parent,
            name: localized(&mut violations, "name", &self.name),
            slug,
            description: localized(&mut violations, "description", &self.description),
            tint,
            picture,
            position: self.position,
        })
    }
}

impl From<&Category> for CategoryDocument {
    fn from(category: &Category) -> Self {
        let slug = category.slug.iter().map(|(language, slug)| (language.to_string(), slug.to_string()));
        Self {
            code: category.code.to_string(),
            parent: category.parent.as_ref().map(ToString::to_string),
            name: localized_document(&category.name),
            slug: slug.collect(),
            description: localized_document(&category.description),
            tint: Some(category.tint.as_str().to_owned()),
            picture: category.picture.as_ref().map(|picture| picture.as_str().to_owned()),
            position: category.position,
        }
    }
}

/// A collection: picked by hand, or by a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionDocument {
    /// The collection's code.
    pub code: String,
    /// What a shopper reads.
    pub name: TextDocument,
    /// The collection's part of the address; derived from the name where it is absent.
    #[serde(default, skip_serializing_if = "TextDocument::is_empty")]
    pub slug: TextDocument,
    /// A sentence or two.
    #[serde(default, skip_serializing_if = "TextDocument::is_empty")]
    pub description: TextDocument,
    /// The quiet colour behind its pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tint: Option<String>,
    /// A picture: in a file that is imported, its name; in a store, its media id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The products' codes, in order. They need not exist yet.
    #[serde(default)]
    pub products: Vec<String>,
    /// What its products are, where nobody picks them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<CollectionRuleDocument>,
}

impl CollectionDocument {
    /// The collection, checked. Its picture must be a media id by now.
    pub fn to_collection(&self) -> Result<Collection, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        required_text(&mut violations, "name", &self.name);
        let tint = self.tint.as_ref().and_then(|tint| parse(&mut violations, "tint", tint)).unwrap_or_default();
        let picture = self.picture.as_ref().and_then(|picture| parse(&mut violations, "picture", picture));
        let slug = slugs(&mut violations, &self.slug, &self.name, &self.code);
        let products = parse_all(&mut violations, "products", &self.products);
        let rule = self.rule.as_ref().map(|rule| rule.to_rule(&mut violations));
        let (Some(code), true) = (code, violations.is_empty()) else { return Err(violations) };
        let collection = Collection {
            code,
            name: localized(&mut violations, "name", &self.name),
            slug,
            description: localized(&mut violations, "description", &self.description),
            tint,
            picture,
            products,
            rule,
        };
        collection.check()?;
        Ok(collection)
    }
}
