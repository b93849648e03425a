//! Products as they are written down.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;

use ecom67_domain::attribute::{AttributeValue, AttributeValues};
use ecom67_domain::price::{Content, ContentUnit, Price, PriceChange};
use ecom67_domain::product::{Contact, Picture, ProductParts, ProductStatus, ProductText, TaxClass, Variant};
use ecom67_domain::stock::StockPolicy;
use ecom67_domain::violation::Invalid;
use ecom67_domain::{AttributeCode, ChoiceCode, Language, Money, Product, ProductLimit, QuantityLimits, Violations};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::attribute::AttributeValueDocument;
use super::{TextDocument, by_language, localized, localized_document, parse};

/// A product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductDocument {
    /// The product's code.
    pub code: String,
    /// `draft`, `active` or `archived`.
    #[serde(default = "active")]
    pub status: String,
    /// Who makes it, as shoppers know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// What kind of thing it is.
    #[serde(default, skip_serializing_if = "TextDocument::is_empty")]
    pub product_type: TextDocument,
    /// Categories' codes; the first is its home.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Words for staff and rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Its texts, per language.
    pub texts: BTreeMap<String, ProductTextDocument>,
    /// What else is known of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeValueDocument>,
    /// What its variants differ by: attributes' codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// What can be bought.
    pub variants: Vec<VariantDocument>,
    /// How many of a variant one cart may have, for those that say nothing; in files only: a store has it by variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<QuantityDocument>,
    /// How many of it one cart may have, all variants together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_cart: Option<u32>,
    /// Its pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<PictureDocument>,
    /// Who makes it, legally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<ContactDocument>,
    /// Who answers for it in the EU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_person: Option<ContactDocument>,
    /// What a shopper must be warned of, per language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub warnings: BTreeMap<String, Vec<String>>,
    /// Where it was made, ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Since when it is part of the catalog; absent: since it is imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// Its price history, in files only: a store keeps it apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price_history: Vec<PriceChangeDocument>,
}

fn active() -> String {
    ProductStatus::Active.as_str().to_owned()
}

/// A product in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductTextDocument {
    /// The name.
    pub name: String,
    /// The product's part of the address; in a file it may be absent and is then derived from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// One sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The page's title for search engines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seo_title: String,
    /// The page's description for search engines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seo_description: String,
}

/// One thing that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantDocument {
    /// Unique in the whole shop.
    pub sku: String,
    /// A choice for each option.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// A GTIN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<String>,
    /// What it costs, per market.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<String, PriceDocument>,
    /// How much is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentDocument>,
    /// What it weighs, packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_grams: Option<u32>,
    /// Whether it is downloaded or comes by mail, so that nothing is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub digital: bool,
    /// `standard`, `reduced` or `zero`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_class: Option<String>,
    /// `deny` or `back_order`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_policy: Option<String>,
    /// How many of it one cart may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<QuantityDocument>,
    /// Units on hand per location, in files only: stock is a ledger of its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stock: BTreeMap<String, u64>,
}

/// A price in one market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceDocument {
    /// ISO 4217; must be the market's.
    pub currency: String,
    /// In minor units.
    pub amount: i64,
    /// What it cost before the reduction, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at: Option<i64>,
}

impl PriceDocument {
    /// The price, checked.
    pub fn to_price(&self) -> Result<Price, Invalid> {
        let currency = self.currency.parse()?;
        let money = |minor| Money::new(minor, currency);
        Price::new(money(self.amount), self.compare_at.map(money))
    }
}

impl From<Price> for PriceDocument {
    fn from(price: Price) -> Self {
        Self {
            currency: price.amount().currency().code().to_owned(),
            amount: price.amount().minor(),
            compare_at: price.compare_at().map(Money::minor),
        }
    }
}

/// One entry of a price history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceChangeDocument {
    /// When the new price began.
    pub at: Timestamp,
    /// The variant.
    pub sku: String,
    /// The market.
    pub market: String,
    /// The price until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<PriceDocument>,
    /// The price from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<PriceDocument>,
}

impl PriceChangeDocument {
    /// The change, checked.
    pub fn to_price_change(&self) -> Result<PriceChange, Invalid> {
        let price = |price: &Option<PriceDocument>| price.as_ref().map(PriceDocument::to_price).transpose();
        Ok(PriceChange {
            at: self.at,
            sku: self.sku.parse()?,
            market: self.market.parse()?,
            was: price(&self.was)?,
            is: price(&self.is)?,
        })
    }
}

impl From<&PriceChange> for PriceChangeDocument {
    fn from(change: &PriceChange) -> Self {
        Self {
            at: change.at,
            sku: change.sku.to_string(),
            market: change.market.to_string(),
            was: change.was.map(PriceDocument::from),
            is: change.is.map(PriceDocument::from),
        }
    }
}

/// How much is in one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentDocument {
    /// How many of `unit`.
    pub quantity: u32,
    /// `g`, `kg`, `ml`, `l`, `cm`, `m`, `cm2` or `m2`.
    pub unit: String,
}

impl ContentDocument {
    fn to_content(&self) -> Result<Content, Invalid> {
        let quantity = NonZeroU32::new(self.quantity)
            .ok_or_else(|| Invalid::new("content_quantity_invalid", "a quantity of at least 1"))?;
        Ok(Content { quantity, unit: ContentUnit::parse(&self.unit)? })
    }
}

/// How many of a variant one cart may have; what is absent is the widest that fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityDocument {
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// In what steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
}

impl QuantityDocument {
    fn to_limits(self) -> Result<QuantityLimits, Invalid> {
        QuantityLimits::new(self.min, self.max, self.step)
    }

    /// Nothing where nothing is limited.
    pub(crate) fn of(limits: QuantityLimits) -> Option<Self> {
        let said = |own: u32, default: u32| (own != default).then_some(own);
        let step = said(limits.step(), 1);
        // As they would be read if they were absent.
        let widest = QuantityLimits::new(None, None, step).unwrap_or(QuantityLimits::NONE);
        let document = Self { min: said(limits.min(), widest.min()), max: said(limits.max(), widest.max()), step };
        (document != Self::default()).then_some(document)
    }
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureDocument {
    /// In a file that is imported, a file's name below the folder of that file; in a store, a media id.
    pub file: String,
    /// What can be seen on it.
    #[serde(default, skip_serializing_if = "TextDocument::is_empty")]
    pub alt: TextDocument,
    /// Which variants it shows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}

/// A company that answers for a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactDocument {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// Its electronic address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl From<&ContactDocument> for Contact {
    fn from(document: &ContactDocument) -> Self {
        Self { name: document.name.clone(), address: document.address.clone(), email: document.email.clone() }
    }
}

impl From<&Contact> for ContactDocument {
    fn from(contact: &Contact) -> Self {
        Self { name: contact.name.clone(), address: contact.address.clone(), email: contact.email.clone() }
    }
}

impl ProductDocument {
    /// The product, checked by itself. By now each text has a slug, each picture is a media id and the product has a
    /// date; whether its categories, attributes and markets exist is the use case's to see.
    pub fn to_product(&self) -> Result<Product, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let status = violations.keep("status", ProductStatus::parse(&self.status));
        let texts = by_language(&mut violations, "texts", &self.texts, text_from_document);
        let product_type = localized(&mut violations, "product_type", &self.product_type);
        let categories = parse_each(&mut violations, "categories", &self.categories);
        let options = parse_each(&mut violations, "options", &self.options);
        let attributes = self.to_attribute_values(&mut violations);
        let variants = self.to_variants(&mut violations);
        let max_per_cart = self.max_per_cart.map(ProductLimit::new).transpose();
        let max_per_cart = violations.keep("max_per_cart", max_per_cart).flatten();
        let pictures = self.to_pictures(&mut violations);
        let warnings =
            by_language(&mut violations, "warnings", &self.warnings, |_, _, _, warnings| Some(warnings.clone()));
        let origin = self.origin.as_ref().and_then(|origin| parse(&mut violations, "origin", origin));
        if self.published_at.is_none() {
            violations.add("published_at", "date_missing", "an instant such as 2026-10-01T08:00:00Z");
        }
        let (Some(code), Some(status), Some(published_at), true) =
            (code, status, self.published_at, violations.is_empty())
        else {
            return Err(violations);
        };
        Product::new(ProductParts {
            code,
            status,
            texts,
            brand: self.brand.clone(),
            product_type,
            categories,
            tags: self.tags.clone(),
            attributes,
            options,
            variants,
            max_per_cart,
            pictures,
            manufacturer: self.manufacturer.as_ref().map(Contact::from),
            responsible_person: self.responsible_person.as_ref().map(Contact::from),
            warnings,
            origin,
            published_at,
        })
    }

    /// Leaves out what stands in files only: a store keeps stock and price history apart.
    pub(crate) fn leave_out_what_is_kept_apart(&mut self) {
        self.price_history.clear();
        for variant in &mut self.variants {
            variant.stock.clear();
        }
    }

    pub(crate) fn to_attribute_values(&self, violations: &mut Violations) -> AttributeValues {
        let mut values = AttributeValues::new();
        for (code, value) in &self.attributes {
            let field = format_args!("attributes.{code}");
            let value = match value {
                AttributeValueDocument::YesNo(value) => AttributeValue::YesNo(*value),
                AttributeValueDocument::Number(value) => AttributeValue::Number(*value),
                AttributeValueDocument::Text(value) => AttributeValue::Text(value.clone()),
                AttributeValueDocument::Localized(texts) => {
                    AttributeValue::Localized(localized(violations, field, texts))
                }
            };
            if let Some(code) = parse(violations, field, code) {
                values.insert(code, value);
            }
        }
        values
    }

    fn to_variants(&self, violations: &mut Violations) -> Vec<Variant> {
        let mut variants = Vec::with_capacity(self.variants.len());
        for (index, variant) in self.variants.iter().enumerate() {
            let field = format_args!("variants[{index}]");
            let sku = parse(violations, format_args!("{field}.sku"), &variant.sku);
            let options = parse_options(violations, format_args!("{field}.options"), &variant.options);
            let mut prices = BTreeMap::new();
            for (market, price) in &variant.prices {
                let path = format_args!("{field}.prices.{market}");
                let code = parse(violations, path, market);
                if let (Some(code), Some(price)) = (code, violations.keep(path, price.to_price())) {
                    prices.insert(code, price);
                }
            }
            let content = variant.content.as_ref();
            let content =
                content.and_then(|content| violations.keep(format_args!("{field}.content"), content.to_content()));
            let tax_class = variant.tax_class.as_deref().map_or(Ok(TaxClass::Standard), TaxClass::parse);
            let tax_class = violations.keep(format_args!("{field}.tax_class"), tax_class);
            let stock_policy = variant.stock_policy.as_deref().map_or(Ok(StockPolicy::Deny), StockPolicy::parse);
            let stock_policy = violations.keep(format_args!("{field}.stock_policy"), stock_policy);
            let limits =
                variant.quantity.or(self.quantity).map_or(Ok(QuantityLimits::NONE), QuantityDocument::to_limits);
            let limits = violations.keep(format_args!("{field}.quantity"), limits);
            if let (Some(sku), Some(tax_class), Some(stock_policy), Some(limits)) =
                (sku, tax_class, stock_policy, limits)
            {
                let barcode = variant.barcode.clone();
                let weight_grams = variant.weight_grams;
                variants.push(Variant {
                    sku,
                    options,
                    barcode,
                    prices,
                    content,
                    weight_grams,
                    is_digital: variant.digital,
                    tax_class,
                    stock_policy,
                    limits,
                });
            }
        }
        variants
    }

    fn to_pictures(&self, violations: &mut Violations) -> Vec<Picture> {
        let mut pictures = Vec::with_capacity(self.pictures.len());
        for (index, picture) in self.pictures.iter().enumerate() {
            let field = format_args!("pictures[{index}]");
            let alt = localized(violations, format_args!("{field}.alt"), &picture.alt);
            let options = parse_options(violations, format_args!("{field}.options"), &picture.options);
            if let Some(media) = parse(violations, format_args!("{field}.file"), &picture.file) {
                pictures.push(Picture { media, alt, options });
            }
        }
        pictures
    }
}

fn text_from_document(
    violations: &mut Violations,
    field: &dyn fmt::Display,
    _: Language,
    text: &ProductTextDocument,
) -> Option<ProductText> {
    let Some(slug) = &text.slug else {
        violations.add(format_args!("{field}.slug"), "slug_missing", "a slug");
        return None;
    };
    Some(ProductText {
        name: text.name.clone(),
        slug: parse(violations, format_args!("{field}.slug"), slug)?,
        summary: text.summary.clone(),
        description: text.description.clone(),
        seo_title: text.seo_title.clone(),
        seo_description: text.seo_description.clone(),
    })
}

fn parse_each<T>(violations: &mut Violations, field: &str, texts: &[String]) -> Vec<T>
where
    T: std::str::FromStr<Err = Invalid>,
{
    let texts = texts.iter().enumerate();
    texts.filter_map(|(index, text)| parse(violations, format_args!("{field}[{index}]"), text)).collect()
}

fn parse_options(
    violations: &mut Violations,
    field: impl fmt::Display,
    options: &BTreeMap<String, String>,
) -> BTreeMap<AttributeCode, ChoiceCode> {
    let mut parsed = BTreeMap::new();
    for (attribute, choice) in options {
        let path = format_args!("{field}.{attribute}");
        let attribute = parse(violations, path, attribute);
        if let (Some(attribute), Some(choice)) = (attribute, parse(violations, path, choice)) {
            parsed.insert(attribute, choice);
        }
    }
    parsed
}

impl From<&Product> for ProductDocument {
    fn from(product: &Product) -> Self {
        let text = |text: &ProductText| ProductTextDocument {
            name: text.name.clone(),
            slug: Some(text.slug.to_string()),
            summary: text.summary.clone(),
            description: text.description.clone(),
            seo_title: text.seo_title.clone(),
            seo_description: text.seo_description.clone(),
        };
        Self {
            code: product.code.to_string(),
            status: product.status.as_str().to_owned(),
            brand: product.brand.clone(),
            product_type: localized_document(&product.product_type),
            categories: product.categories.iter().map(ToString::to_string).collect(),
            tags: product.tags.clone(),
            texts: product.texts.iter().map(|(language, value)| (language.to_string(), text(value))).collect(),
            attributes: product.attributes.iter().map(|(code, value)| (code.to_string(), value.into())).collect(),
            options: product.options.iter().map(ToString::to_string).collect(),
            variants: product.variants.iter().map(VariantDocument::from).collect(),
            quantity: None,
            max_per_cart: product.max_per_cart.map(ProductLimit::units),
            pictures: product.pictures.iter().map(PictureDocument::from).collect(),
            manufacturer: product.manufacturer.as_ref().map(ContactDocument::from),
            responsible_person: product.responsible_person.as_ref().map(ContactDocument::from),
            warnings: product.warnings.iter().map(|(language, texts)| (language.to_string(), texts.clone())).collect(),
            origin: product.origin.map(|origin| origin.to_string()),
            published_at: Some(product.published_at),
            price_history: Vec::new(),
        }
    }
}

fn options_document(options: &BTreeMap<AttributeCode, ChoiceCode>) -> BTreeMap<String, String> {
    options.iter().map(|(attribute, choice)| (attribute.to_string(), choice.to_string())).collect()
}

impl From<&Variant> for VariantDocument {
    fn from(variant: &Variant) -> Self {
        let content = |content: Content| ContentDocument {
            quantity: content.quantity.get(),
            unit: content.unit.as_str().to_owned(),
        };
        Self {
            sku: variant.sku.to_string(),
            options: options_document(&variant.options),
            barcode: variant.barcode.clone(),
            prices: variant.prices.iter().map(|(market, price)| (market.to_string(), (*price).into())).collect(),
            content: variant.content.map(content),
            weight_grams: variant.weight_grams,
            digital: variant.is_digital,
            tax_class: Some(variant.tax_class.as_str().to_owned()),
            stock_policy: Some(variant.stock_policy.as_str().to_owned()),
            quantity: QuantityDocument::of(variant.limits),
            stock: BTreeMap::new(),
        }
    }
}

impl From<&Picture> for PictureDocument {
    fn from(picture: &Picture) -> Self {
        Self {
            file: picture.media.as_str().to_owned(),
            alt: localized_document(&picture.alt),
            options: options_document(&picture.options),
        }
    }
}

#[cfg(test)]
mod tests;
