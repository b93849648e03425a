//! Views of what stands around products: categories, pages, the home page, navigation and markets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Alternate, LegalTextKind, Picture, ProductCard, Seo};

/// A category with those below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Category {
    /// Its part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// A sentence or two.
    pub description: String,
    /// The name of the quiet colour behind its pictures.
    pub tint: String,
    /// Its picture.
    pub picture: Option<Picture>,
    /// The categories below it, as far as they are told.
    #[schema(no_recursion)]
    pub children: Vec<Category>,
    /// Where else it is to be found, this locale included.
    pub alternates: Vec<Alternate>,
}

/// Categories as a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Categories {
    /// Those at the top.
    pub categories: Vec<Category>,
}

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Collection {
    /// Its part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// A sentence or two.
    pub description: String,
    /// The name of the quiet colour behind its pictures.
    pub tint: String,
    /// Its picture.
    pub picture: Option<Picture>,
    /// Where else it is to be found, this locale included.
    pub alternates: Vec<Alternate>,
}

/// A page of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page {
    /// Its part of the address.
    pub slug: String,
    /// What it is for: `imprint`, `terms`, `withdrawal`, `privacy`, `delivery`, `accessibility`, `about` or `other`.
    pub kind: String,
    /// The heading.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Safe HTML.
    pub body_html: String,
    /// Where else it is to be found, this locale included.
    pub alternates: Vec<Alternate>,
}

/// A link inside the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// What a shopper reads.
    pub label: String,
    /// The path below the locale, such as `/c/mugs`.
    pub href: String,
}

/// Where a text stands under which orders are placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LegalLink {
    /// What it is called.
    pub label: String,
    /// The path below the locale, such as `/pages/terms`.
    pub href: String,
    /// What it is about.
    pub kind: LegalTextKind,
    /// What tells it from every other version of it: a checkout says by this which one was shown.
    #[schema(min_length = 64, max_length = 64)]
    pub digest: String,
}

/// A category on the home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryTile {
    /// Its part of the address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The name of the quiet colour behind its picture.
    pub tint: String,
    /// Its picture.
    pub picture: Option<Picture>,
}

/// A section of the home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a home page has a handful of sections, made once per answer")]
pub enum HomeSection {
    /// One thing, told well.
    Opening(Opening),
    /// Ways in by category.
    Categories(CategoriesSection),
    /// A row of products.
    Products(ProductsSection),
    /// Something to read.
    Story(Story),
}

/// The opening of the home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Opening {
    /// The heading.
    pub title: String,
    /// A sentence or two.
    pub text: String,
    /// The way in.
    pub link: Link,
    /// The name of the stage's colour.
    pub tint: String,
    /// The product it sells.
    pub product: Option<ProductCard>,
    /// Its own picture.
    pub picture: Option<Picture>,
}

/// Ways in by category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoriesSection {
    /// The heading.
    pub title: String,
    /// The categories.
    pub categories: Vec<CategoryTile>,
}

/// A row of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProductsSection {
    /// The heading.
    pub title: String,
    /// A sentence.
    pub text: String,
    /// Where more of them are.
    pub link: Option<Link>,
    /// The products.
    pub products: Vec<ProductCard>,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Story {
    /// The heading.
    pub title: String,
    /// A paragraph.
    pub text: String,
    /// Where to read on.
    pub link: Option<Link>,
    /// The name of the stage's colour.
    pub tint: String,
    /// A picture.
    pub picture: Option<Picture>,
}

/// The home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Home {
    /// For search engines.
    pub seo: Seo,
    /// What stands on it, from the top.
    pub sections: Vec<HomeSection>,
}

/// The shop itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShopIdentity {
    /// Its name.
    pub name: String,
    /// What it is, in a few words.
    pub tagline: String,
}

/// A menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Menu {
    /// What stands above it.
    pub title: String,
    /// Its links.
    pub links: Vec<Link>,
}

/// What stands around every page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Navigation {
    /// The shop itself.
    pub shop: ShopIdentity,
    /// The header's links.
    pub header: Vec<Link>,
    /// The footer's menus.
    pub footer: Vec<Menu>,
    /// One line above the header; may be empty.
    pub service_note: String,
    /// Whether prices contain the tax.
    pub tax: Tax,
    /// What prices are in, ISO 4217.
    pub currency: String,
    /// Where delivery and its cost are told.
    pub delivery_link: Option<Link>,
    /// The texts under which orders are placed.
    pub legal_links: Vec<LegalLink>,
}

/// Whether prices contain the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tax {
    /// They do.
    Included,
    /// It is added at checkout.
    Excluded,
}

/// A market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Market {
    /// Its code.
    pub code: String,
    /// What its prices are in, ISO 4217.
    pub currency: String,
    /// Whether they contain the tax.
    pub tax: Tax,
    /// Its countries, ISO 3166-1.
    pub countries: Vec<String>,
    /// The languages its pages come in, ISO 639-1.
    pub languages: Vec<String>,
}

/// A language in a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Locale {
    /// The first part of each page's address, such as `de-at`.
    pub locale: String,
    /// ISO 639-1.
    pub language: String,
    /// ISO 3166-1.
    pub country: String,
    /// The market's code.
    pub market: String,
    /// ISO 4217.
    pub currency: String,
}

/// Where the shop sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Markets {
    /// The locale for somebody of whom nothing is known.
    pub default_locale: String,
    /// The markets.
    pub markets: Vec<Market>,
    /// Every locale.
    pub locales: Vec<Locale>,
}

/// What differs between the shapes a shop runs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Config {
    /// The release.
    pub version: String,
    /// Where the API is.
    pub api: String,
    /// Whether this is a demo, in which nothing is sold.
    pub demo: bool,
    /// The locale for somebody of whom nothing is known.
    pub default_locale: String,
    /// How shoppers pay.
    pub payment: PaymentConfig,
    /// Where a demo shows the mails that it does not send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<String>,
}

/// How shoppers pay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct PaymentConfig {
    /// Who charges cards.
    pub provider: PaymentProviderName,
    /// What browsers show the provider to say whose customer they are; no secret.
    pub publishable_key: String,
    /// Where the provider's API is.
    #[schema(example = "https://api.stripe.com")]
    pub api: String,
}

/// Who charges cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentProviderName {
    /// Stripe.
    Stripe,
    /// Nobody: the simulator charges nothing.
    Simulator,
}
