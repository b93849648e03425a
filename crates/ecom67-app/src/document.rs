//! Records as they are written down: in files, in stores and in exports, one form for all.
//!
//! The domain knows nothing of serialisation; here each of its values has a serde twin and the way back, which checks
//! everything and names the field of each mistake. The twins are also the lines of the shop's own JSONL format
//! (`docs/IMPORT.md`).

mod attribute;
mod cart;
mod content;
mod order;
mod pricing;
mod product;
mod reference;
mod rule;
mod search;

use std::collections::BTreeMap;
use std::fmt;

use ecom67_domain::text::ByLanguage;
use ecom67_domain::{Language, LocalizedText, Slug, Violations};
use serde::{Deserialize, Serialize};

pub use attribute::{AttributeDocument, AttributeValueDocument, ChoiceDocument, attribute_kind_name};
pub use cart::{
    CartCheckoutDocument, CartDocument, CartGiftCardDocument, CartLineDocument, DestinationDocument, WishDocument,
};
pub use content::{
    BODY_LENGTH_MAX, BrandingColors, BrandingDocument, ENTRIES_MAX, HomeDocument, LinkDocument, LinkTarget,
    MenuDocument, PageDocument, PageKind, PageText, ProductsShown, SECTION_PRODUCTS_MAX, SectionDocument, SeoText,
};
pub use order::{
    BackOrderDocument, HoldDocument, LegalTextKindDocument, MeterDocument, OrderContactDocument, OrderDeliveryDocument,
    OrderDiscountDocument, OrderDocument, OrderEventDocument, OrderGiftCardDocument, OrderGiftDocument,
    OrderLegalTextDocument, OrderLineDocument, OrderProgressDocument, OrderTaxDocument, OrderTotalsDocument,
    PostalAddressDocument, RefundDocument, RefundShareDocument, TaskDocument, TaskFailureDocument,
};
pub use pricing::{
    AmountsDocument, AreaDocument, CalendarDocument, ConditionsDocument, DeliveryMethodDocument, DeliveryPriceDocument,
    DeliveryRateDocument, DeliveryTaxDocument, DeliveryZoneDocument, EffectDocument, OssThresholdDocument,
    PostalRangeDocument, PriceListDocument, PriceListEntryDocument, PromotionDocument, PromotionLimitsDocument,
    QuantityConditionDocument, QuantityTierDocument, RateDocument, RegistrationDocument, RegistrationKindDocument,
    SelectorDocument, TaxNameDocument, TaxRoundingDocument, TaxZoneDocument, TotalStepDocument, TotalTierDocument,
    TransitDocument, WeekdayDocument, WeightStepDocument,
};
pub use product::{
    ContactDocument, ContentDocument, PictureDocument, PriceChangeDocument, PriceDocument, ProductDocument,
    ProductTextDocument, QuantityDocument, VariantDocument,
};
pub use reference::{CategoryDocument, CollectionDocument, LocationDocument, MarketDocument, TaxDocument};
pub use rule::{CollectionRuleDocument, PriceRangeDocument};
pub use search::{QueryRuleDocument, SEARCH_ENTRIES_MAX, SynonymsDocument};

/// A text per language as it is written down.
pub type TextDocument = BTreeMap<String, String>;

/// Which sort of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// A market.
    Market,
    /// A place that keeps stock.
    Location,
    /// An attribute.
    Attribute,
    /// A category.
    Category,
    /// A collection.
    Collection,
    /// A page of text.
    Page,
    /// A menu.
    Menu,
    /// The sections of the home page.
    Home,
    /// The shop's name and what goes with it.
    Branding,
    /// Words that find others.
    Synonyms,
    /// Places of products among the results of a query.
    QueryRule,
    /// When a place works.
    Calendar,
    /// A part of the world that is taxed alike.
    TaxZone,
    /// Where the seller pays taxes.
    Registration,
    /// A part of the world that is delivered to alike.
    DeliveryZone,
    /// A way in which goods are delivered.
    DeliveryMethod,
    /// Prices beside those of the variants.
    PriceList,
    /// What is taken off, from what, and when.
    Promotion,
}

impl DocumentKind {
    /// Every kind, in an order in which each names only earlier ones.
    pub const ALL: [Self; 18] = [
        Self::Market,
        Self::Location,
        Self::Attribute,
        Self::Category,
        Self::Collection,
        Self::Page,
        Self::Menu,
        Self::Home,
        Self::Branding,
        Self::Synonyms,
        Self::QueryRule,
        Self::Calendar,
        Self::TaxZone,
        Self::Registration,
        Self::DeliveryZone,
        Self::DeliveryMethod,
        Self::PriceList,
        Self::Promotion,
    ];

    /// The kind's name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Location => "location",
            Self::Attribute => "attribute",
            Self::Category => "category",
            Self::Collection => "collection",
            Self::Page => "page",
            Self::Menu => "menu",
            Self::Home => "home",
            Self::Branding => "branding",
            Self::Synonyms => "synonyms",
            Self::QueryRule => "query_rule",
            Self::Calendar => "calendar",
            Self::TaxZone => "tax_zone",
            Self::Registration => "registration",
            Self::DeliveryZone => "delivery_zone",
            Self::DeliveryMethod => "delivery_method",
            Self::PriceList => "price_list",
            Self::Promotion => "promotion",
        }
    }

    /// The kind with this name in data.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The key of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentKey {
    /// Which sort.
    pub kind: DocumentKind,
    /// Its code, unique in its sort.
    pub code: String,
}

impl std::fmt::Display for DocumentKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.kind.as_str(), self.code)
    }
}

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ShopDocument {
    /// A market.
    Market(MarketDocument),
    /// A place that keeps stock.
    Location(LocationDocument),
    /// An attribute.
    Attribute(AttributeDocument),
    /// A category.
    Category(CategoryDocument),
    /// A collection.
    Collection(CollectionDocument),
    /// A page of text.
    Page(PageDocument),
    /// A menu.
    Menu(MenuDocument),
    /// The sections of the home page.
    Home(HomeDocument),
    /// The shop's name and what goes with it.
    Branding(BrandingDocument),
    /// Words that find others.
    Synonyms(SynonymsDocument),
    /// Places of products among the results of a query.
    QueryRule(QueryRuleDocument),
    /// When a place works.
    Calendar(CalendarDocument),
    /// A part of the world that is taxed alike.
    TaxZone(TaxZoneDocument),
    /// Where the seller pays taxes.
    Registration(RegistrationDocument),
    /// A part of the world that is delivered to alike.
    DeliveryZone(DeliveryZoneDocument),
    /// A way in which goods are delivered.
    DeliveryMethod(DeliveryMethodDocument),
    /// Prices beside those of the variants.
    PriceList(PriceListDocument),
    /// What is taken off, from what, and when.
    Promotion(PromotionDocument),
}

/// One line of the shop's own JSONL format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Line {
    /// A market.
    Market(MarketDocument),
    /// A place that keeps stock.
    Location(LocationDocument),
    /// An attribute.
    Attribute(AttributeDocument),
    /// A category.
    Category(CategoryDocument),
    /// A collection.
    Collection(CollectionDocument),
    /// A product.
    Product(ProductDocument),
    /// A page of text.
    Page(PageDocument),
    /// A menu.
    Menu(MenuDocument),
    /// The sections of the home page.
    Home(HomeDocument),
    /// The shop's name and what goes with it.
    Branding(BrandingDocument),
    /// Words that find others.
    Synonyms(SynonymsDocument),
    /// Places of products among the results of a query.
    QueryRule(QueryRuleDocument),
    /// When a place works.
    Calendar(CalendarDocument),
    /// A part of the world that is taxed alike.
    TaxZone(TaxZoneDocument),
    /// Where the seller pays taxes.
    Registration(RegistrationDocument),
    /// A part of the world that is delivered to alike.
    DeliveryZone(DeliveryZoneDocument),
    /// A way in which goods are delivered.
    DeliveryMethod(DeliveryMethodDocument),
    /// Prices beside those of the variants.
    PriceList(PriceListDocument),
    /// What is taken off, from what, and when.
    Promotion(PromotionDocument),
}

impl From<ShopDocument> for Line {
    fn from(document: ShopDocument) -> Self {
        match document {
            ShopDocument::Market(document) => Self::Market(document),
            ShopDocument::Location(document) => Self::Location(document),
            ShopDocument::Attribute(document) => Self::Attribute(document),
            ShopDocument::Category(document) => Self::Category(document),
            ShopDocument::Collection(document) => Self::Collection(document),
            ShopDocument::Page(document) => Self::Page(document),
            ShopDocument::Menu(document) => Self::Menu(document),
            ShopDocument::Home(document) => Self::Home(document),
            ShopDocument::Branding(document) => Self::Branding(document),
            ShopDocument::Synonyms(document) => Self::Synonyms(document),
            ShopDocument::QueryRule(document) => Self::QueryRule(document),
            ShopDocument::Calendar(document) => Self::Calendar(document),
            ShopDocument::TaxZone(document) => Self::TaxZone(document),
            ShopDocument::Registration(document) => Self::Registration(document),
            ShopDocument::DeliveryZone(document) => Self::DeliveryZone(document),
            ShopDocument::DeliveryMethod(document) => Self::DeliveryMethod(document),
            ShopDocument::PriceList(document) => Self::PriceList(document),
            ShopDocument::Promotion(document) => Self::Promotion(document),
        }
    }
}

impl ShopDocument {
    /// The document's key.
    pub fn key(&self) -> DocumentKey {
        let (kind, code) = match self {
            Self::Market(document) => (DocumentKind::Market, &document.code),
            Self::Location(document) => (DocumentKind::Location, &document.code),
            Self::Attribute(document) => (DocumentKind::Attribute, &document.code),
            Self::Category(document) => (DocumentKind::Category, &document.code),
            Self::Collection(document) => (DocumentKind::Collection, &document.code),
            Self::Page(document) => (DocumentKind::Page, &document.code),
            Self::Menu(document) => (DocumentKind::Menu, &document.code),
            Self::Home(document) => (DocumentKind::Home, &document.code),
            Self::Branding(document) => (DocumentKind::Branding, &document.code),
            Self::Synonyms(document) => (DocumentKind::Synonyms, &document.code),
            Self::QueryRule(document) => (DocumentKind::QueryRule, &document.code),
            Self::Calendar(document) => (DocumentKind::Calendar, &document.code),
            Self::TaxZone(document) => (DocumentKind::TaxZone, &document.code),
            Self::Registration(document) => (DocumentKind::Registration, &document.code),
            Self::DeliveryZone(document) => (DocumentKind::DeliveryZone, &document.code),
            Self::DeliveryMethod(document) => (DocumentKind::DeliveryMethod, &document.code),
            Self::PriceList(document) => (DocumentKind::PriceList, &document.code),
            Self::Promotion(document) => (DocumentKind::Promotion, &document.code),
        };
        DocumentKey { kind, code: code.clone() }
    }

    /// The slugs the document goes by; unreadable ones are left out, since [`Self::check`] refuses them.
    pub fn slugs(&self) -> ByLanguage<Slug> {
        let texts = match self {
            Self::Category(document) => document.slug.clone(),
            Self::Collection(document) => document.slug.clone(),
            Self::Page(document) => {
                document.texts.iter().map(|(language, text)| (language.clone(), text.slug.clone())).collect()
            }
            _ => TextDocument::new(),
        };
        texts.iter().filter_map(|(language, slug)| Some((language.parse().ok()?, slug.parse().ok()?))).collect()
    }

    /// Gives a category or collection a slug in each language that has a name and none: the one that it goes by in
    /// `known`, if its name there is the same still, else one derived from the name. Returns the languages whose slug
    /// was derived, with what it was derived to.
    pub fn derive_slugs(&mut self, known: Option<&Self>) -> Vec<(Language, Slug)> {
        let (own_names, own_slugs) = match known {
            Some(
                Self::Category(CategoryDocument { name, slug, .. })
                | Self::Collection(CollectionDocument { name, slug, .. }),
            ) => (Some(name), Some(slug)),
            _ => (None, None),
        };
        let (Self::Category(CategoryDocument { code, name: names, slug: slugs, .. })
        | Self::Collection(CollectionDocument { code, name: names, slug: slugs, .. })) = self
        else {
            return Vec::new();
        };
        let mut derived = Vec::new();
        for (language, name) in names {
            if slugs.contains_key(language) {
                continue;
            }
            let is_named_as_before = own_names.is_some_and(|names| names.get(language) == Some(name));
            if let (true, Some(own)) = (is_named_as_before, own_slugs.and_then(|slugs| slugs.get(language))) {
                slugs.insert(language.clone(), own.clone());
            } else if let Ok(parsed) = language.parse::<Language>()
                && let Some(slug) = derived_slug(name, code, parsed)
            {
                slugs.insert(language.clone(), slug.to_string());
                derived.push((parsed, slug));
            }
        }
        derived
    }

    /// Has a category or collection go by another slug.
    pub(crate) fn set_slug(&mut self, language: Language, slug: &Slug) {
        if let Self::Category(CategoryDocument { slug: slugs, .. })
        | Self::Collection(CollectionDocument { slug: slugs, .. }) = self
        {
            slugs.insert(language.to_string(), slug.to_string());
        }
    }

    /// The pictures it names, each with its field: files' names in a file that is imported, media ids in a store.
    pub fn pictures_mut(&mut self) -> Vec<(String, &mut String)> {
        let alone = |picture: Option<_>| picture.map(|picture| ("picture".to_owned(), picture)).into_iter().collect();
        match self {
            Self::Category(category) => alone(category.picture.as_mut()),
            Self::Collection(collection) => alone(collection.picture.as_mut()),
            Self::Home(home) => {
                let sections = home.sections.iter_mut().map(SectionDocument::picture_mut).enumerate();
                let with_picture = sections.filter_map(|(index, picture)| Some((index, picture?)));
                with_picture.map(|(index, picture)| (format!("sections[{index}].picture"), picture)).collect()
            }
            Self::Branding(branding) => {
                let icons = [("icon", &mut branding.icon), ("icon_maskable", &mut branding.icon_maskable)];
                icons.into_iter().filter_map(|(field, icon)| Some((field.to_owned(), icon.as_mut()?))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Checks the document by itself: whether what it names exists is the use case's to see.
    pub fn check(&self) -> Result<(), Violations> {
        match self {
            Self::Market(document) => document.to_market().map(drop),
            Self::Location(document) => document.check(),
            Self::Attribute(document) => document.to_attribute().map(drop),
            Self::Category(document) => document.to_category().map(drop),
            Self::Collection(document) => document.to_collection().map(drop),
            Self::Page(document) => document.check(),
            Self::Menu(document) => document.check(),
            Self::Home(document) => document.check(),
            Self::Branding(document) => document.check(),
            Self::Synonyms(document) => document.check(),
            Self::QueryRule(document) => document.check(),
            Self::Calendar(document) => document.to_calendar().map(drop),
            Self::TaxZone(document) => document.to_tax_zone().map(drop),
            Self::Registration(document) => document.to_registration().map(drop),
            Self::DeliveryZone(document) => document.to_delivery_zone().map(drop),
            Self::DeliveryMethod(document) => document.to_delivery_method().map(drop),
            Self::PriceList(document) => document.to_price_list().map(drop),
            Self::Promotion(document) => document.to_promotion().map(drop),
        }
    }
}

/// Reads one JSON record, naming the path of a mistake.
pub fn from_json<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, Violations> {
    // To note where one is at each step takes half as long again: only for what has a mistake.
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let code = if error.inner().is_data() { "field_invalid" } else { "json_invalid" };
        let field = if path == "." { String::new() } else { path };
        let mut violations = Violations::new();
        violations.add(field, code, error.inner().to_string());
        violations
    })?;
    deserializer.end().map_err(|error| {
        let mut violations = Violations::new();
        violations.add("", "json_invalid", error.to_string());
        violations
    })?;
    Ok(value)
}

/// Parses `text`, noting a mistake at `field`.
fn parse<T>(violations: &mut Violations, field: impl fmt::Display, text: &str) -> Option<T>
where
    T: std::str::FromStr<Err = ecom67_domain::violation::Invalid>,
{
    violations.keep(field, text.parse())
}

/// Parses a value per language, noting the languages that are none.
fn by_language<S, T>(
    violations: &mut Violations,
    field: impl fmt::Display,
    values: &BTreeMap<String, S>,
    mut convert: impl FnMut(&mut Violations, &dyn fmt::Display, Language, &S) -> Option<T>,
) -> ByLanguage<T> {
    let mut converted = ByLanguage::new();
    for (name, value) in values {
        let path = format_args!("{field}.{name}");
        if let Some(language) = parse::<Language>(violations, path, name)
            && let Some(value) = convert(violations, &path, language, value)
        {
            converted.insert(language, value);
        }
    }
    converted
}

/// The slug of something that was given none: its name as the language spells it in ASCII, or else its code.
pub(crate) fn derived_slug(name: &str, code: &str, language: Language) -> Option<Slug> {
    Slug::derive(name, language).or_else(|| Slug::derive(code, language))
}

fn localized(violations: &mut Violations, field: impl fmt::Display, texts: &TextDocument) -> LocalizedText {
    by_language(violations, field, texts, |_, _, _, text| Some(text.clone())).into()
}

fn localized_document(text: &LocalizedText) -> TextDocument {
    text.iter().map(|(language, text)| (language.to_string(), text.to_owned())).collect()
}

fn required_text(violations: &mut Violations, field: impl fmt::Display, texts: &TextDocument) {
    if texts.values().all(|text| text.trim().is_empty()) {
        violations.add(&field, "text_missing", "a text in at least one language");
    }
    localized(violations, field, texts);
}
