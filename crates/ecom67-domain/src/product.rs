//! The product: what is sold, in which variants, at which prices.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use jiff::Timestamp;

use crate::attribute::AttributeValues;
use crate::catalog::MediaId;
use crate::code::{AttributeCode, CategoryCode, ChoiceCode, MarketCode, ProductCode, Sku};
use crate::market::Country;
use crate::price::{Content, Price, PriceChange};
use crate::quantity::{ProductLimit, QuantityLimits};
use crate::slug::Slug;
use crate::stock::StockPolicy;
use crate::text::{ByLanguage, Language, LocalizedText, in_language};
use crate::violation::{Invalid, Violations};

/// The most variants of one product; with it a product's record stays under 300 KB in every store.
pub const VARIANTS_MAX: usize = 500;
/// The most options a product's variants may differ by.
pub const OPTIONS_MAX: usize = 3;
/// The most pictures of one product.
pub const PICTURES_MAX: usize = 100;
/// The most attributes of one product.
pub const ATTRIBUTES_MAX: usize = 500;
/// The most categories one product hangs on.
pub const CATEGORIES_MAX: usize = 20;
/// The most tags of one product.
pub const TAGS_MAX: usize = 50;
/// The most languages that texts of one record are in.
pub const LANGUAGES_MAX: usize = 39;
/// The most warnings of one product in one language.
pub const WARNINGS_MAX: usize = 20;
/// The longest name in characters, and the longest of whatever else is a few words: a brand, a tag, an address.
pub const NAME_LENGTH_MAX: usize = 500;
/// The longest description in characters.
pub const DESCRIPTION_LENGTH_MAX: usize = 50_000;
/// The longest of the other texts in characters.
pub const TEXT_LENGTH_MAX: usize = 5_000;

/// Whether a product is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductStatus {
    /// Being written: not shown.
    Draft,
    /// Shown and sold.
    Active,
    /// No longer sold: not shown, but orders still name it.
    Archived,
}

impl ProductStatus {
    /// The status's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    /// The status with this name in data.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        match name {
            "draft" => Ok(Self::Draft),
            "active" => Ok(Self::Active),
            "archived" => Ok(Self::Archived),
            _ => Err(Invalid::new("status_unknown", "draft, active or archived")),
        }
    }
}

/// What a product is called and how it is told of, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductText {
    /// The name.
    pub name: String,
    /// The product's part of the address.
    pub slug: Slug,
    /// One sentence, plain.
    pub summary: String,
    /// Markdown.
    pub description: String,
    /// The page's title for search engines; empty: the name.
    pub seo_title: String,
    /// The page's description for search engines; empty: the summary.
    pub seo_description: String,
}

/// The tax class a variant belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaxClass {
    /// The market's standard rate.
    #[default]
    Standard,
    /// The market's reduced rate: food, books.
    Reduced,
    /// No tax.
    Zero,
}

impl TaxClass {
    /// The class's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Zero => "zero",
        }
    }

    /// The class with this name in data.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        match name {
            "standard" => Ok(Self::Standard),
            "reduced" => Ok(Self::Reduced),
            "zero" => Ok(Self::Zero),
            _ => Err(Invalid::new("tax_class_unknown", "standard, reduced or zero")),
        }
    }
}

/// One thing that can be bought.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Unique in the whole shop.
    pub sku: Sku,
    /// A choice for each option of the product.
    pub options: BTreeMap<AttributeCode, ChoiceCode>,
    /// EAN-8, UPC-A, EAN-13 or GTIN-14, with the right check digit.
    pub barcode: Option<String>,
    /// What it costs where; not sold in a market without a price.
    pub prices: BTreeMap<MarketCode, Price>,
    /// How much is in it, where a price per unit is owed.
    pub content: Option<Content>,
    /// What it weighs, packed.
    pub weight_grams: Option<u32>,
    /// Whether it is downloaded or comes by mail, so that nothing is sent.
    pub is_digital: bool,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// What happens when none is left.
    pub stock_policy: StockPolicy,
    /// How many of it one cart may have, as far as it goes by itself: see [`Product::limits_of`].
    pub limits: QuantityLimits,
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The file.
    pub media: MediaId,
    /// What can be seen on it.
    pub alt: LocalizedText,
    /// Which variants it shows; all of them where this is empty.
    pub options: BTreeMap<AttributeCode, ChoiceCode>,
}

/// A company that answers for a product (regulation (EU) 2023/988, article 19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// Its electronic address.
    pub email: Option<String>,
}

/// What a product consists of.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductParts {
    /// The product's code.
    pub code: ProductCode,
    /// Whether it is shown.
    pub status: ProductStatus,
    /// What it is called, per language.
    pub texts: ByLanguage<ProductText>,
    /// Who makes it, as shoppers know it.
    pub brand: Option<String>,
    /// What kind of thing it is, such as `Mug`.
    pub product_type: LocalizedText,
    /// Where it hangs in the tree; the first is its home.
    pub categories: Vec<CategoryCode>,
    /// Words for staff and rules.
    pub tags: Vec<String>,
    /// What else is known of it.
    pub attributes: AttributeValues,
    /// What its variants differ by.
    pub options: Vec<AttributeCode>,
    /// What can be bought; the first is shown first.
    pub variants: Vec<Variant>,
    /// How many of it one cart may have, all variants together; any number where nothing is said.
    pub max_per_cart: Option<ProductLimit>,
    /// Its pictures; the first is shown first.
    pub pictures: Vec<Picture>,
    /// Who makes it, legally.
    pub manufacturer: Option<Contact>,
    /// Who answers for it in the EU where the maker is elsewhere.
    pub responsible_person: Option<Contact>,
    /// What a shopper must be warned of, per language.
    pub warnings: ByLanguage<Vec<String>>,
    /// Where it was made.
    pub origin: Option<Country>,
    /// Since when it is part of the catalog: what "newest" sorts by.
    pub published_at: Timestamp,
}

/// A product whose parts fit together.
#[derive(Clone, Debug, PartialEq)]
pub struct Product(ProductParts);

impl Deref for Product {
    type Target = ProductParts;

    fn deref(&self) -> &ProductParts {
        &self.0
    }
}

impl Product {
    /// Checks that the parts fit together: at least one text and one variant, bounds kept, each variant with a choice
    /// for each option and no two alike.
    pub fn new(parts: ProductParts) -> Result<Self, Violations> {
        let mut violations = Violations::new();
        check_bounds(&parts, &mut violations);
        check_texts(&parts, &mut violations);
        check_words(&parts, &mut violations);
        check_variants(&parts, &mut violations);
        violations.or(|| Self(parts))
    }

    /// The parts, to be changed and checked again.
    pub fn into_parts(self) -> ProductParts {
        self.0
    }

    /// The text in `language`, or what stands in for it.
    pub fn text(&self, language: Language) -> &ProductText {
        in_language(&self.texts, language).expect("a product has at least one text: checked when it was made")
    }

    /// The variant with this SKU.
    pub fn variant(&self, sku: &Sku) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.sku == *sku)
    }

    /// How many of a variant one cart may have that has none of the product's others.
    pub fn limits_of(&self, variant: &Variant) -> QuantityLimits {
        self.max_per_cart.map_or(variant.limits, |limit| variant.limits.at_most(limit.units()))
    }

    /// The limit that its variants share; none where there is only one, whose own [limits](Self::limits_of) say it.
    pub fn shared_limit(&self) -> Option<ProductLimit> {
        self.max_per_cart.filter(|_| self.variants.len() > 1)
    }

    /// The place of the picture that shows most of what the variant is; none that shows another.
    pub fn picture_of(&self, variant: &Variant) -> Option<usize> {
        let fits = |(_, picture): &(usize, &Picture)| {
            picture.options.iter().all(|(option, choice)| variant.options.get(option) == Some(choice))
        };
        // The first of several that fit equally well: `max_by_key` would take the last.
        let fitting = self.pictures.iter().enumerate().filter(fits);
        fitting.rev().max_by_key(|(_, picture)| picture.options.len()).map(|(index, _)| index)
    }

    /// Whether shoppers may see it.
    pub fn is_visible(&self) -> bool {
        self.status == ProductStatus::Active
    }

    /// What differs in price between `before` and this product, for the history.
    pub fn price_changes(&self, before: Option<&Self>, at: Timestamp) -> Vec<PriceChange> {
        let prices = |product: Option<&Self>| -> BTreeMap<(Sku, MarketCode), Price> {
            let variants = product.map(|product| product.variants.as_slice()).unwrap_or_default();
            let of_variant = |variant: &Variant| {
                let sku = variant.sku.clone();
                variant.prices.clone().into_iter().map(move |(market, price)| ((sku.clone(), market), price))
            };
            variants.iter().flat_map(of_variant).collect()
        };
        let (old, new) = (prices(before), prices(Some(self)));
        let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
        keys.into_iter()
            .filter_map(|key| {
                let (was, is) = (old.get(key).copied(), new.get(key).copied());
                (was != is).then(|| PriceChange { at, sku: key.0.clone(), market: key.1.clone(), was, is })
            })
            .collect()
    }
}

fn check_bounds(parts: &ProductParts, violations: &mut Violations) {
    let mut bound = |field: &str, length: usize, most: usize| {
        if length > most {
            violations.add(field, "too_many", format!("at most {most}"));
        }
    };
    bound("variants", parts.variants.len(), VARIANTS_MAX);
    bound("options", parts.options.len(), OPTIONS_MAX);
    bound("pictures", parts.pictures.len(), PICTURES_MAX);
    bound("attributes", parts.attributes.len(), ATTRIBUTES_MAX);
    bound("categories", parts.categories.len(), CATEGORIES_MAX);
    bound("tags", parts.tags.len(), TAGS_MAX);
    bound("texts", parts.texts.len(), LANGUAGES_MAX);
    bound("product_type", parts.product_type.iter().count(), LANGUAGES_MAX);
    bound("warnings", parts.warnings.len(), LANGUAGES_MAX);
    for (language, warnings) in &parts.warnings {
        bound(&format!("warnings.{language}"), warnings.len(), WARNINGS_MAX);
    }
    for (index, picture) in parts.pictures.iter().enumerate() {
        bound(&format!("pictures[{index}].alt"), picture.alt.iter().count(), LANGUAGES_MAX);
    }
}

/// Checks the length of every text beside those of [`ProductText`].
fn check_words(parts: &ProductParts, violations: &mut Violations) {
    let mut bound = |field: String, text: &str, most: usize| {
        if text.chars().count() > most {
            violations.add(field, "text_too_long", format!("at most {most} characters"));
        }
    };
    if let Some(brand) = &parts.brand {
        bound("brand".into(), brand, NAME_LENGTH_MAX);
    }
    for (language, kind) in parts.product_type.iter() {
        bound(format!("product_type.{language}"), kind, NAME_LENGTH_MAX);
    }
    for (index, tag) in parts.tags.iter().enumerate() {
        bound(format!("tags[{index}]"), tag, NAME_LENGTH_MAX);
    }
    for (index, picture) in parts.pictures.iter().enumerate() {
        for (language, alt) in picture.alt.iter() {
            bound(format!("pictures[{index}].alt.{language}"), alt, NAME_LENGTH_MAX);
        }
    }
    for (field, contact) in [("manufacturer", &parts.manufacturer), ("responsible_person", &parts.responsible_person)] {
        let Some(contact) = contact else { continue };
        bound(format!("{field}.name"), &contact.name, NAME_LENGTH_MAX);
        bound(format!("{field}.address"), &contact.address, NAME_LENGTH_MAX);
        bound(format!("{field}.email"), contact.email.as_deref().unwrap_or_default(), NAME_LENGTH_MAX);
    }
    for (language, warnings) in &parts.warnings {
        for (index, warning) in warnings.iter().enumerate() {
            bound(format!("warnings.{language}[{index}]"), warning, TEXT_LENGTH_MAX);
        }
    }
}

fn check_texts(parts: &ProductParts, violations: &mut Violations) {
    if parts.texts.is_empty() {
        violations.add("texts", "text_missing", "a product has a name in at least one language");
    }
    for (language, text) in &parts.texts {
        let name = text.name.trim();
        if name.is_empty() || name.chars().count() > NAME_LENGTH_MAX {
            violations.add(
                format!("texts.{language}.name"),
                "name_invalid",
                format!("a name has 1 to {NAME_LENGTH_MAX} characters"),
            );
        }
        for (field, value, most) in [
            ("summary", &text.summary, TEXT_LENGTH_MAX),
            ("description", &text.description, DESCRIPTION_LENGTH_MAX),
            ("seo_title", &text.seo_title, NAME_LENGTH_MAX),
            ("seo_description", &text.seo_description, TEXT_LENGTH_MAX),
        ] {
            if value.chars().count() > most {
                violations.add(
                    format!("texts.{language}.{field}"),
                    "text_too_long",
                    format!("at most {most} characters"),
                );
            }
        }
    }
}

fn check_variants(parts: &ProductParts, violations: &mut Violations) {
    if parts.variants.is_empty() {
        violations.add("variants", "variant_missing", "a product has at least one variant");
    }
    let options: BTreeSet<_> = parts.options.iter().collect();
    if options.len() != parts.options.len() {
        violations.add("options", "option_duplicate", "each option once");
    }
    let least = parts.variants.iter().map(|variant| variant.limits.min()).max().unwrap_or_default();
    if parts.max_per_cart.is_some_and(|limit| limit.units() < least) {
        let expected = format!("at least {least}, as one of its variants is sold in no smaller number");
        violations.add("max_per_cart", "max_per_cart_invalid", expected);
    }
    let mut skus = BTreeSet::new();
    let mut combinations = BTreeSet::new();
    for (index, variant) in parts.variants.iter().enumerate() {
        if !skus.insert(&variant.sku) {
            violations.add(format!("variants[{index}].sku"), "sku_duplicate", "an SKU stands once in the whole shop");
        }
        if variant.options.keys().collect::<BTreeSet<_>>() != options {
            violations.add(
                format!("variants[{index}].options"),
                "options_incomplete",
                "exactly one choice for each option of the product",
            );
        } else if !combinations.insert(&variant.options) {
            violations.add(
                format!("variants[{index}].options"),
                "variant_duplicate",
                "no two variants with the same choices",
            );
        }
        if let Some(barcode) = &variant.barcode
            && !is_barcode(barcode)
        {
            violations.add(
                format!("variants[{index}].barcode"),
                "barcode_invalid",
                "8, 12, 13 or 14 digits, the last of which is the check digit of the others",
            );
        }
    }
}

/// Whether `digits` is a GTIN of 8, 12, 13 or 14 digits with the right check digit (GS1 General Specifications, 7.9).
pub fn is_barcode(digits: &str) -> bool {
    if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let weighted: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    weighted.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variant(sku: &str, colour: &str) -> Variant {
        Variant {
            sku: sku.parse().unwrap(),
            options: BTreeMap::from([("colour".parse().unwrap(), colour.parse().unwrap())]),
            barcode: None,
            prices: BTreeMap::new(),
            content: None,
            weight_grams: None,
            is_digital: false,
            tax_class: TaxClass::Standard,
            stock_policy: StockPolicy::Deny,
            limits: QuantityLimits::NONE,
        }
    }

    fn mug(variants: Vec<Variant>) -> ProductParts {
        ProductParts {
            code: "mug".parse().unwrap(),
            status: ProductStatus::Active,
            texts: BTreeMap::from([(
                Language::ENGLISH,
                ProductText {
                    name: "Mug".into(),
                    slug: "mug".parse().unwrap(),
                    summary: String::new(),
                    description: String::new(),
                    seo_title: String::new(),
                    seo_description: String::new(),
                },
            )]),
            brand: None,
            product_type: LocalizedText::default(),
            categories: vec![],
            tags: vec![],
            attributes: BTreeMap::new(),
            options: vec!["colour".parse().unwrap()],
            variants,
            max_per_cart: None,
            pictures: vec![],
            manufacturer: None,
            responsible_person: None,
            warnings: BTreeMap::new(),
            origin: None,
            published_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn codes(result: Result<Product, Violations>) -> Vec<&'static str> {
        result.unwrap_err().as_slice().iter().map(|violation| violation.code).collect()
    }

    #[test]
    fn two_variants_of_one_product_cannot_be_the_same() {
        assert!(Product::new(mug(vec![variant("A", "red"), variant("B", "blue")])).is_ok());
        assert_eq!(codes(Product::new(mug(vec![variant("A", "red"), variant("A", "blue")]))), ["sku_duplicate"]);
        assert_eq!(codes(Product::new(mug(vec![variant("A", "red"), variant("B", "red")]))), ["variant_duplicate"]);
    }

    #[test]
    fn a_variant_chooses_for_each_option() {
        let mut undecided = variant("A", "red");
        undecided.options.clear();

        assert_eq!(codes(Product::new(mug(vec![undecided]))), ["options_incomplete"]);
        assert_eq!(codes(Product::new(mug(vec![]))), ["variant_missing"]);
    }

    #[test]
    fn a_product_allows_at_least_as_many_as_each_of_its_variants_asks_for() {
        let of_six = Variant { limits: QuantityLimits::new(None, None, Some(6)).unwrap(), ..variant("B", "blue") };
        let with = |units| {
            let variants = vec![variant("A", "red"), of_six.clone()];
            Product::new(ProductParts { max_per_cart: Some(ProductLimit::new(units).unwrap()), ..mug(variants) })
        };

        assert_eq!(codes(with(5)), ["max_per_cart_invalid"]);
        let product = with(8).unwrap();
        let most: Vec<_> = product.variants.iter().map(|variant| product.limits_of(variant).max()).collect();
        assert_eq!(most, [8, 6], "whole sets");
        assert_eq!(product.shared_limit(), product.max_per_cart);
    }

    #[test]
    fn the_limit_of_a_product_with_one_variant_is_that_of_the_variant() {
        let limit = ProductLimit::new(2).unwrap();
        let print = Product::new(ProductParts { max_per_cart: Some(limit), ..mug(vec![variant("A", "red")]) }).unwrap();

        assert_eq!((print.limits_of(&print.variants[0]).max(), print.shared_limit()), (2, None));
    }

    #[test]
    fn no_text_of_a_product_is_without_an_end() {
        let long = "ä".repeat(NAME_LENGTH_MAX);
        let contact = |text: &str| Contact { name: text.into(), address: text.into(), email: Some(text.into()) };
        let with = |text: &str, warnings: usize| {
            let mut parts = mug(vec![variant("A", "red")]);
            parts.brand = Some(text.into());
            parts.product_type = LocalizedText::new(Language::ENGLISH, text);
            parts.tags = vec![text.into()];
            parts.manufacturer = Some(contact(text));
            parts.responsible_person = Some(contact(text));
            parts.warnings = BTreeMap::from([(Language::ENGLISH, vec![text.repeat(10); warnings])]);
            let media = "0".repeat(40).parse().unwrap();
            let alt = LocalizedText::new(Language::ENGLISH, text);
            parts.pictures = vec![Picture { media, alt, options: BTreeMap::new() }];
            Product::new(parts)
        };

        assert!(with(&long, WARNINGS_MAX).is_ok());
        let refused = with(&format!("{long}x"), WARNINGS_MAX + 1).unwrap_err();

        let fields: Vec<_> = refused.as_slice().iter().map(|violation| violation.field.as_str()).collect();
        let few = ["warnings.en", "brand", "product_type.en", "tags[0]", "pictures[0].alt.en", "manufacturer.name"];
        assert_eq!(fields[..6], few);
        assert!(fields.contains(&"responsible_person.email") && fields.contains(&"warnings.en[0]"));
        let mut polyglot = mug(vec![variant("A", "red")]);
        let english = polyglot.texts[&Language::ENGLISH].clone();
        let languages = (b'a'..=b'z').flat_map(|first| [[first, b'x'], [first, b'y']]);
        polyglot.texts = languages
            .map(|letters| (std::str::from_utf8(&letters).unwrap().parse().unwrap(), english.clone()))
            .collect();
        assert_eq!(codes(Product::new(polyglot)), ["too_many"]);
    }

    #[test]
    fn a_barcode_has_a_check_digit() {
        for right in ["4006381333931", "96385074", "036000291452", "0095205603217"] {
            assert!(is_barcode(right), "{right}");
        }
        for wrong in ["4006381333932", "123", "400638133393X", ""] {
            assert!(!is_barcode(wrong), "{wrong}");
        }
    }

    #[test]
    fn only_prices_that_differ_enter_the_history() {
        let price = |minor| Price::new(crate::Money::new(minor, "EUR".parse().unwrap()), None).unwrap();
        let mut before = variant("A", "red");
        before.prices.insert("de".parse().unwrap(), price(100));
        before.prices.insert("at".parse().unwrap(), price(100));
        let mut after = before.clone();
        after.prices.insert("de".parse().unwrap(), price(90));
        let (before, after) = (Product::new(mug(vec![before])).unwrap(), Product::new(mug(vec![after])).unwrap());

        let changes = after.price_changes(Some(&before), Timestamp::UNIX_EPOCH);

        assert_eq!(changes.len(), 1);
        assert_eq!(
            (changes[0].market.as_str(), changes[0].was, changes[0].is),
            ("de", Some(price(100)), Some(price(90)))
        );
    }
}
