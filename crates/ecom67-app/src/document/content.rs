//! Pages, menus, the home page and branding: data of the shop, not code.

use std::collections::BTreeMap;

use ecom67_domain::attribute::Color;
use ecom67_domain::catalog::{MediaId, Tint};
use ecom67_domain::{CategoryCode, CollectionCode, Language, MarketCode, ProductCode, Slug, Violations};
use serde::{Deserialize, Serialize};

use super::{TextDocument, parse, required_text};

/// The most links of a menu, and the most sections of a home page.
pub const ENTRIES_MAX: usize = 50;
/// The longest body of a page, in bytes.
pub const BODY_LENGTH_MAX: usize = 200_000;
/// The most products one section of the home page shows.
pub const SECTION_PRODUCTS_MAX: usize = 24;
/// The longest short name of a shop, in characters: more is cut off below an icon anyway.
const SHORT_NAME_LENGTH_MAX: usize = 30;

/// What a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// Who runs the shop.
    Imprint,
    /// General terms.
    Terms,
    /// The right of withdrawal, or returns.
    Withdrawal,
    /// What happens to personal data.
    Privacy,
    /// Delivery and its cost.
    Delivery,
    /// Accessibility statement.
    Accessibility,
    /// About the shop.
    About,
    /// Anything else.
    Other,
}

/// A page of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageDocument {
    /// The page's code.
    pub code: String,
    /// What it is for.
    pub kind: PageKind,
    /// The markets it is shown in; empty: all.
    #[serde(default)]
    pub markets: Vec<String>,
    /// Its texts, per language.
    pub texts: BTreeMap<String, PageText>,
}

/// A page in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageText {
    /// The heading.
    pub title: String,
    /// The page's part of the address.
    pub slug: String,
    /// One sentence, for search engines.
    #[serde(default)]
    pub summary: String,
    /// Markdown.
    pub body: String,
}

impl PageDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_code(&mut violations, &self.code);
        check_markets(&mut violations, &self.markets);
        if self.texts.is_empty() {
            violations.add("texts", "text_missing", "a page has a text in at least one language");
        }
        for (language, text) in &self.texts {
            parse::<Language>(&mut violations, format!("texts.{language}"), language);
            parse::<Slug>(&mut violations, format!("texts.{language}.slug"), &text.slug);
            if text.title.trim().is_empty() {
                violations.add(format!("texts.{language}.title"), "text_missing", "a title");
            }
            if text.body.len() > BODY_LENGTH_MAX {
                violations.add(
                    format!("texts.{language}.body"),
                    "text_too_long",
                    format!("at most {BODY_LENGTH_MAX} bytes"),
                );
            }
        }
        violations.or(|| ())
    }
}

fn check_code(violations: &mut Violations, code: &str) {
    // Documents of all kinds share the form of a category's code.
    if code.parse::<CategoryCode>().is_err() {
        violations.add("code", "code_invalid", "a code has 1 to 64 characters of a-z, 0-9, _ and -");
    }
}

fn check_markets(violations: &mut Violations, markets: &[String]) {
    for (index, market) in markets.iter().enumerate() {
        parse::<MarketCode>(violations, format!("markets[{index}]"), market);
    }
}

/// A link inside the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkDocument {
    /// What a shopper reads.
    pub label: TextDocument,
    /// Where it leads.
    pub to: LinkTarget,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkTarget {
    /// To a category, by code.
    Category(String),
    /// To a collection, by code.
    Collection(String),
    /// To a page, by code.
    Page(String),
    /// To a product, by code.
    Product(String),
    /// To the results of a search.
    Search(String),
}

impl LinkDocument {
    fn check(&self, violations: &mut Violations, field: &str) {
        required_text(violations, format_args!("{field}.label"), &self.label);
        let to = format!("{field}.to");
        match &self.to {
            LinkTarget::Category(code) | LinkTarget::Page(code) => drop(parse::<CategoryCode>(violations, to, code)),
            LinkTarget::Collection(code) => drop(parse::<CollectionCode>(violations, to, code)),
            LinkTarget::Product(code) => drop(parse::<ProductCode>(violations, to, code)),
            LinkTarget::Search(_) => {}
        }
    }
}

/// A menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuDocument {
    /// `header`, or `footer-` and a word: footers stand in the order of their codes.
    pub code: String,
    /// What stands above it.
    #[serde(default)]
    pub title: TextDocument,
    /// The markets it is shown in; empty: all.
    #[serde(default)]
    pub markets: Vec<String>,
    /// Its links.
    pub links: Vec<LinkDocument>,
}

impl MenuDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_code(&mut violations, &self.code);
        check_markets(&mut violations, &self.markets);
        if self.links.len() > ENTRIES_MAX {
            violations.add("links", "too_many", format!("at most {ENTRIES_MAX}"));
        }
        for (index, link) in self.links.iter().enumerate() {
            link.check(&mut violations, &format!("links[{index}]"));
        }
        violations.or(|| ())
    }
}

/// Title and description of a page for search engines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeoText {
    /// The page's title.
    pub title: String,
    /// The page's description.
    pub description: String,
}

/// The home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeDocument {
    /// The document's code.
    pub code: String,
    /// The markets it is shown in; empty: all that have none of their own.
    #[serde(default)]
    pub markets: Vec<String>,
    /// For search engines, per language.
    pub seo: BTreeMap<String, SeoText>,
    /// What stands on it, from the top.
    pub sections: Vec<SectionDocument>,
}

/// One section of the home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SectionDocument {
    /// The opening: one thing, told well.
    Opening {
        /// The heading.
        title: TextDocument,
        /// A sentence or two.
        text: TextDocument,
        /// The way in.
        link: LinkDocument,
        /// The colour of the stage.
        tint: String,
        /// The product it sells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        product: Option<String>,
        /// A picture, where it sells no product in particular.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
    },
    /// Ways in by category.
    Categories {
        /// The heading.
        title: TextDocument,
        /// The categories' codes.
        categories: Vec<String>,
    },
    /// A row of products.
    Products {
        /// The heading.
        title: TextDocument,
        /// A sentence.
        #[serde(default)]
        text: TextDocument,
        /// Which.
        show: ProductsShown,
        /// How many.
        limit: usize,
        /// Where more of them are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<LinkDocument>,
    },
    /// Something to read.
    Story {
        /// The heading.
        title: TextDocument,
        /// A paragraph.
        text: TextDocument,
        /// The colour of the stage.
        tint: String,
        /// A picture.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
        /// Where to read on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<LinkDocument>,
    },
}

/// Which products a section shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductsShown {
    /// Those of a collection, by code.
    Collection(String),
    /// Those of a category, by code.
    Category(String),
    /// The newest.
    Newest,
    /// Those that are reduced, the newest first.
    Reduced,
}

impl HomeDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_code(&mut violations, &self.code);
        check_markets(&mut violations, &self.markets);
        if self.sections.len() > ENTRIES_MAX {
            violations.add("sections", "too_many", format!("at most {ENTRIES_MAX}"));
        }
        for (index, section) in self.sections.iter().enumerate() {
            section.check(&mut violations, &format!("sections[{index}]"));
        }
        violations.or(|| ())
    }
}

impl SectionDocument {
    fn check(&self, violations: &mut Violations, field: &str) {
        let (Self::Opening { title, .. }
        | Self::Categories { title, .. }
        | Self::Products { title, .. }
        | Self::Story { title, .. }) = self;
        required_text(violations, format_args!("{field}.title"), title);
        match self {
            Self::Opening { link, tint, product, picture, .. } => {
                link.check(violations, &format!("{field}.link"));
                parse::<Tint>(violations, format!("{field}.tint"), tint);
                if let Some(product) = product {
                    parse::<ProductCode>(violations, format!("{field}.product"), product);
                }
                check_picture(violations, field, picture.as_ref());
            }
            Self::Categories { categories, .. } => {
                for (index, category) in categories.iter().enumerate() {
                    parse::<CategoryCode>(violations, format!("{field}.categories[{index}]"), category);
                }
            }
            Self::Products { limit, link, .. } => {
                if !(1..=SECTION_PRODUCTS_MAX).contains(limit) {
                    violations.add(
                        format!("{field}.limit"),
                        "limit_invalid",
                        format!("from 1 to {SECTION_PRODUCTS_MAX}"),
                    );
                }
                if let Some(link) = link {
                    link.check(violations, &format!("{field}.link"));
                }
            }
            Self::Story { tint, picture, link, .. } => {
                parse::<Tint>(violations, format!("{field}.tint"), tint);
                check_picture(violations, field, picture.as_ref());
                if let Some(link) = link {
                    link.check(violations, &format!("{field}.link"));
                }
            }
        }
    }

    /// The section's own picture.
    pub fn picture_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Opening { picture, .. } | Self::Story { picture, .. } => picture.as_mut(),
            Self::Categories { .. } | Self::Products { .. } => None,
        }
    }
}

fn check_picture(violations: &mut Violations, field: &str, picture: Option<&String>) {
    if let Some(picture) = picture {
        parse::<MediaId>(violations, format!("{field}.picture"), picture);
    }
}

/// The shop's name and what goes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandingDocument {
    /// The document's code.
    pub code: String,
    /// The shop's name.
    pub name: String,
    /// What it is, in a few words.
    pub tagline: TextDocument,
    /// One line above the header.
    #[serde(default)]
    pub service_note: TextDocument,
    /// The code of the page that tells of delivery and its cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_page: Option<String>,
    /// The name below the icon of the installed shop, where there is little room; default: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_name: Option<String>,
    /// The colours around the shop in a browser, and behind it while the installed shop starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colors: Option<BrandingColors>,
    /// A square picture: in the browser's tab, and on the screen of a phone. Best of 512 pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The same with room around it and no transparent edge: systems cut it into shapes of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_maskable: Option<String>,
}

/// The colours of the page's ground, which the browser continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrandingColors {
    /// In light, such as `#fbf8f3`.
    pub ground: String,
    /// In dark.
    pub ground_dark: String,
}

impl BrandingDocument {
    pub(super) fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_code(&mut violations, &self.code);
        if self.name.trim().is_empty() {
            violations.add("name", "text_missing", "the shop's name");
        }
        let has_room = |name: &String| !name.trim().is_empty() && name.chars().count() <= SHORT_NAME_LENGTH_MAX;
        if !self.short_name.as_ref().is_none_or(has_room) {
            violations.add("short_name", "text_too_long", format!("1 to {SHORT_NAME_LENGTH_MAX} characters"));
        }
        if let Some(colors) = &self.colors {
            parse::<Color>(&mut violations, "colors.ground".to_owned(), &colors.ground);
            parse::<Color>(&mut violations, "colors.ground_dark".to_owned(), &colors.ground_dark);
        }
        for (field, picture) in [("icon", &self.icon), ("icon_maskable", &self.icon_maskable)] {
            if let Some(picture) = picture {
                parse::<MediaId>(&mut violations, field.to_owned(), picture);
            }
        }
        violations.or(|| ())
    }
}
