//! What the API answers: one type per JSON shape, the source of `openapi.json`.
//!
//! Amounts are integers in the minor unit of their currency; texts are in the language of the locale asked for.

mod cart;
mod content;
mod order;
mod quote;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use cart::*;
pub use content::*;
pub use order::*;
pub use quote::*;

/// A picture in several widths.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Picture {
    /// What can be seen on it.
    pub alt: String,
    /// Its natural width in pixels.
    pub width: u32,
    /// Its natural height in pixels.
    pub height: u32,
    /// Its files, by ascending width. It is never to be shown larger than the last.
    pub sources: Vec<PictureSource>,
}

/// A picture's file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct PictureSource {
    /// Width in pixels.
    pub width: u32,
    /// Where the WebP file is; it never changes.
    pub url: String,
}

/// A price.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Price {
    /// What is paid, in minor units.
    #[schema(minimum = 0)]
    pub amount: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// What was paid before the reduction.
    #[schema(minimum = 0)]
    pub compare_at: Option<i64>,
    /// The lowest price of the 30 days before the reduction, in markets where it is owed and known.
    #[schema(minimum = 0)]
    pub lowest_30_days: Option<i64>,
    /// The reduction in whole percent, from the lowest price of 30 days where that is told, else from `compare_at`.
    pub reduction_percent: Option<u8>,
    /// What a whole kg, l, m or m² costs, where that is owed.
    pub unit_price: Option<UnitPrice>,
}

/// A price per unit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct UnitPrice {
    /// In minor units.
    #[schema(minimum = 0)]
    pub amount: i64,
    /// Per what.
    pub unit: BaseUnit,
}

/// What a price per unit is per.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaseUnit {
    /// Kilogram.
    Kg,
    /// Litre.
    L,
    /// Metre.
    M,
    /// Square metre.
    M2,
}

impl BaseUnit {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kg => "kg",
            Self::L => "l",
            Self::M => "m",
            Self::M2 => "m2",
        }
    }
}

/// Whether something can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Plenty.
    InStock,
    /// A few are left.
    LowStock,
    /// Fewer are there than one has to take, mostly none, but it can be ordered.
    BackOrder,
    /// Fewer are there than one has to take, mostly none.
    SoldOut,
}

impl Availability {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::LowStock => "low_stock",
            Self::BackOrder => "back_order",
            Self::SoldOut => "sold_out",
        }
    }
}

/// A value of a product's first option that has colours.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Swatch {
    /// The choice's code.
    pub value: String,
    /// What a shopper reads.
    pub label: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// The picture that shows it.
    pub picture: Option<Picture>,
    /// Whether a variant of it can be had.
    pub available: bool,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct Highlight {
    /// The piece.
    pub text: String,
    /// Whether the words that were searched matched it.
    pub marked: bool,
}

/// A product in a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct ProductCard {
    /// The product's code.
    pub code: String,
    /// Its variant, where it has but one: there is nothing to choose before it is put into a cart.
    pub sku: Option<String>,
    /// Its part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub brand: Option<String>,
    /// The name of the quiet colour behind its picture.
    pub tint: String,
    /// Its first picture.
    pub picture: Option<Picture>,
    /// Its colours.
    pub swatches: Vec<Swatch>,
    /// Its lowest price.
    pub price: Option<Price>,
    /// Whether some variants cost more.
    pub price_from: bool,
    /// Whether it can be had.
    pub availability: Availability,
    /// How many are left, when few are.
    pub last_units: Option<u64>,
    /// Whether it came within the last 30 days.
    pub is_new: bool,
    /// The name in pieces, in the results of a search.
    pub highlighted_name: Option<Vec<Highlight>>,
}

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValue {
    /// What stands behind the colon of a filter.
    pub value: String,
    /// What a shopper reads.
    pub label: String,
    /// How many hits have it.
    pub count: u64,
    /// Whether it is filtered by.
    pub selected: bool,
    /// `#rrggbb`, for colours.
    pub color: Option<String>,
}

/// How a facet is chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FacetKind {
    /// Among values.
    Values,
    /// By a lower and an upper end.
    Range,
}

/// The ends of a range, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetRange {
    /// The lowest value among the hits.
    pub minimum: i64,
    /// The highest value among the hits.
    pub maximum: i64,
    /// The lower end that is filtered by.
    pub selected_minimum: Option<i64>,
    /// The upper end that is filtered by.
    pub selected_maximum: Option<i64>,
}

/// Something a list can be filtered by. Its counts are those without its own filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Facet {
    /// What stands before the colon of a filter: `category`, `brand`, `price`, `availability`, `reduced` or
    /// `attribute.` and an attribute's code.
    pub key: String,
    /// What a shopper reads.
    pub label: String,
    /// How it is chosen from.
    pub kind: FacetKind,
    /// Its values, at most 50.
    pub values: Vec<FacetValue>,
    /// Its range.
    pub range: Option<FacetRange>,
}

impl Facet {
    /// Whether the list is filtered by it.
    pub fn is_chosen(&self) -> bool {
        let in_range =
            self.range.as_ref().is_some_and(|range| range.selected_minimum.or(range.selected_maximum).is_some());
        in_range || self.values.iter().any(|value| value.selected)
    }
}

/// How many hits there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Total {
    /// So many, or at least so many.
    pub count: u64,
    /// Whether the count is exact: it is up to 10,000.
    pub exact: bool,
}

/// An order of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best match first.
    Relevance,
    /// Newest first.
    Newest,
    /// Cheapest first.
    Price,
    /// Dearest first.
    PriceDescending,
    /// By name.
    Name,
}

impl Sort {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Price => "price",
            Self::PriceDescending => "price_descending",
            Self::Name => "name",
        }
    }
}

/// A page of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductList {
    /// The products, in order.
    pub products: Vec<ProductCard>,
    /// How many there are in all.
    pub total: Total,
    /// What the list can be filtered by.
    pub facets: Vec<Facet>,
    /// True while the search is down and lists come without facets; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub facets_missing: bool,
    /// How it is sorted.
    pub sort: Sort,
    /// To be sent as `cursor` for the next page; absent on the last.
    pub next_cursor: Option<String>,
}

/// The results of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchResults {
    /// The words that were asked for.
    pub query: String,
    /// What was searched instead, where words that no product has were taken for typos of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<String>,
    /// Whether no product has all of the words, so that these have most of them.
    pub partial: bool,
    /// The products found.
    #[serde(flatten)]
    pub list: ProductList,
}

/// What somebody may mean who is still typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suggestions {
    /// What was typed.
    pub query: String,
    /// Queries that it may become, each of which finds something: first what others have searched most, then the one that
    /// finds most.
    pub queries: Vec<String>,
    /// Categories that are called so.
    pub categories: Vec<SuggestedCategory>,
    /// The products that are found so far, best first.
    pub products: Vec<ProductCard>,
}

/// Products that people look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PopularProducts {
    /// The products, the most popular first; none where too little is known.
    pub products: Vec<ProductCard>,
}

/// A category that is suggested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SuggestedCategory {
    /// Its part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A step on the way from the top of the categories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Breadcrumb {
    /// The category's part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OptionValue {
    /// The choice's code.
    pub value: String,
    /// What a shopper reads.
    pub label: String,
    /// `#rrggbb`, for colours.
    pub color: Option<String>,
    /// Whether a variant of it can be had.
    pub available: bool,
}

/// Something that the variants of a product differ by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductOption {
    /// The attribute's code.
    pub attribute: String,
    /// What a shopper reads.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<OptionValue>,
}

/// One thing that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Variant {
    /// Unique in the whole shop.
    pub sku: String,
    /// A GTIN.
    pub barcode: Option<String>,
    /// A choice for each option.
    pub options: BTreeMap<String, String>,
    /// What it costs; absent where it is not sold in this market.
    pub price: Option<Price>,
    /// Whether it can be had.
    pub availability: Availability,
    /// How many are left, when few are.
    pub last_units: Option<u64>,
    /// Which of the product's pictures shows it.
    pub picture: Option<usize>,
    /// What it weighs, packed.
    pub weight_grams: Option<u32>,
    /// Whether it is downloaded or comes by mail, so that nothing is sent.
    pub digital: bool,
    /// The least that one cart may have of it.
    #[schema(minimum = 1)]
    pub quantity_min: u32,
    /// The most that one cart may have of it.
    #[schema(minimum = 1)]
    pub quantity_max: u32,
    /// In what steps: the number of units is a multiple of it.
    #[schema(minimum = 1)]
    pub quantity_step: u32,
}

/// What is known of a product beyond its texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AttributeRow {
    /// The attribute's code.
    pub code: String,
    /// What a shopper reads before the value.
    pub name: String,
    /// The value, with its unit.
    pub value: String,
}

/// A company that answers for a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Contact {
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: String,
    /// Its electronic address.
    pub email: Option<String>,
}

/// What a page tells search engines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Seo {
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
}

/// The same thing in another locale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alternate {
    /// The locale.
    pub locale: String,
    /// The part of the address there.
    pub slug: String,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Product {
    /// The product's code.
    pub code: String,
    /// Its part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Who makes it, as shoppers know it.
    pub brand: Option<String>,
    /// What kind of thing it is.
    pub product_type: Option<String>,
    /// The name of the quiet colour behind its pictures.
    pub tint: String,
    /// One sentence.
    pub summary: String,
    /// Safe HTML: paragraphs, lists, headings, emphasis, links.
    pub description_html: String,
    /// The way from the top of the categories.
    pub breadcrumbs: Vec<Breadcrumb>,
    /// Its pictures.
    pub pictures: Vec<Picture>,
    /// What its variants differ by.
    pub options: Vec<ProductOption>,
    /// What can be bought.
    pub variants: Vec<Variant>,
    /// The most that one cart may have of it, all variants together, where those share a limit.
    #[schema(minimum = 1)]
    pub max_per_cart: Option<u32>,
    /// What else is known of it.
    pub attributes: Vec<AttributeRow>,
    /// Words for it.
    pub tags: Vec<String>,
    /// What a shopper must be warned of.
    pub warnings: Vec<String>,
    /// Where it was made, ISO 3166-1.
    pub origin: Option<String>,
    /// Who makes it, legally.
    pub manufacturer: Option<Contact>,
    /// Who answers for it in the EU.
    pub responsible_person: Option<Contact>,
    /// For search engines.
    pub seo: Seo,
    /// Where else it is to be found, this locale included.
    pub alternates: Vec<Alternate>,
}
