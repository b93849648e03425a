//! What foreign catalogs name without defining it: attributes, their choices, categories, the market and the location.
//!
//! What the shop has already is used. What it lacks is made in the order it is met, so that an import that is repeated
//! or resumed finds the same codes again.

use std::collections::{BTreeMap, HashMap, HashSet};

use ecom67_domain::attribute::AttributeKind;
use ecom67_domain::code::{CODE_LENGTH_MAX, simple_code};
use ecom67_domain::{Country, Language, LocationCode, Slug};
use sha2::{Digest, Sha256};

use super::rows::Row;
use super::source::hexadecimal;
use crate::document::{
    AttributeDocument, CategoryDocument, ChoiceDocument, DocumentKey, LocationDocument, MarketDocument, ShopDocument,
    TaxDocument, TextDocument, attribute_kind_name,
};
use crate::shop::Shop;

/// The kinds of attributes that foreign catalogs have, choices aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainKind {
    Text,
    Number,
    YesNo,
}

impl PlainKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::YesNo => "yes_no",
        }
    }
}

/// Knows what the shop has and what was made for it.
pub(super) struct Definitions {
    /// The name of each attribute's kind.
    kinds: HashMap<String, &'static str>,
    /// The attributes with choices, as they are by now.
    choices: HashMap<String, AttributeDocument>,
    categories: HashSet<String>,
    category_slugs: HashSet<String>,
    next_category_position: u32,
    /// The market that prices in USD are for.
    market: Option<String>,
    has_location: bool,
    /// What was made since the last chunk, by key; the later state of one and the same document replaces the earlier.
    made: Vec<Row>,
    places: HashMap<DocumentKey, usize>,
}

impl Definitions {
    pub(super) fn new(shop: &Shop) -> Self {
        let kinds =
            shop.attributes.iter().map(|(code, attribute)| (code.to_string(), attribute_kind_name(&attribute.kind)));
        let with_choices = shop.attributes.values().filter(|known| matches!(known.kind, AttributeKind::Choice(_)));
        let slugs = shop.categories.iter().flat_map(|category| category.slug.values().map(Slug::to_string));
        let positions = shop.categories.iter().map(|category| category.position.saturating_add(1));
        Self {
            kinds: kinds.collect(),
            choices: with_choices.map(|known| (known.code.to_string(), AttributeDocument::from(known))).collect(),
            categories: shop.categories.iter().map(|category| category.code.to_string()).collect(),
            category_slugs: slugs.collect(),
            next_category_position: positions.max().unwrap_or(0),
            market: usd_market(shop),
            has_location: shop.locations.contains(&LocationCode::main()),
            made: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// What was made since the last call, in an order in which each names only earlier ones.
    pub(super) fn take(&mut self) -> Vec<Row> {
        self.places.clear();
        let mut made = std::mem::take(&mut self.made);
        // Stable: parents stay before their children, and each kind is saved as one.
        made.sort_by_key(|row| row.work.lane());
        made
    }

    fn make(&mut self, line: u64, document: ShopDocument) {
        let key = document.key();
        let row = Row::implied(line, document);
        if let Some(place) = self.places.get(&key) {
            self.made[*place].work = row.work;
            return;
        }
        self.places.insert(key, self.made.len());
        self.made.push(row);
    }

    /// The market that prices in USD are for: the shop's own, or `us`, made here.
    pub(super) fn usd_market(&mut self, line: u64) -> String {
        if let Some(market) = &self.market {
            return market.clone();
        }
        let code = "us".to_owned();
        self.make(
            line,
            ShopDocument::Market(MarketDocument {
                code: code.clone(),
                countries: vec!["US".to_owned()],
                currency: "USD".to_owned(),
                tax: TaxDocument::Excluded,
                languages: vec!["en".to_owned()],
                low_price_notice: false,
            }),
        );
        self.market = Some(code.clone());
        code
    }

    /// The location that stock is put into.
    pub(super) fn main_location(&mut self, line: u64) -> String {
        let code = LocationCode::main().to_string();
        if !self.has_location {
            self.has_location = true;
            let (name, country) = ("Main warehouse".to_owned(), "US".to_owned());
            self.make(line, ShopDocument::Location(LocationDocument { code: code.clone(), name, country }));
        }
        code
    }

    /// The code of an attribute of this kind. Where another kind has the code, one with the kind behind it is used.
    pub(super) fn attribute(
        &mut self,
        line: u64,
        code: &str,
        kind: PlainKind,
        label: impl FnOnce() -> String,
    ) -> String {
        let mut code = code_of(code);
        if self.kinds.get(&code).is_some_and(|known| *known != kind.name()) {
            code = code_of(&format!("{code}_{}", kind.name()));
        }
        if !self.kinds.contains_key(&code) {
            self.kinds.insert(code.clone(), kind.name());
            self.make(line, ShopDocument::Attribute(new_attribute(&code, kind.name(), label())));
        }
        code
    }

    /// The codes of an attribute with choices, and of its choice with this label.
    pub(super) fn choice(&mut self, line: u64, attribute: &str, label: &str) -> (String, String) {
        let mut code = code_of(attribute);
        if self.kinds.get(&code).is_some_and(|known| *known != "choice") {
            code = code_of(&format!("{code}_choice"));
        }
        self.kinds.entry(code.clone()).or_insert("choice");
        let known = self
            .choices
            .entry(code.clone())
            .or_insert_with(|| new_attribute(&code, "choice", super::label::from_code(attribute)));
        let has_label = |choice: &&ChoiceDocument| choice.label.values().any(|known| known == label);
        if let Some(choice) = known.choices.iter().find(has_label) {
            return (code, choice.code.clone());
        }
        let choice = free_code(&code_of(&simple_code(label).unwrap_or_else(|| digest(label))), |taken| {
            known.choices.iter().any(|choice| choice.code == taken)
        });
        let color = super::label::color_of(&code, label).map(str::to_owned);
        known.choices.push(ChoiceDocument { code: choice.clone(), label: in_english(label), color });
        let document = known.clone();
        self.make(line, ShopDocument::Attribute(document));
        (code, choice)
    }

    /// The code of the category at the end of a path of names.
    pub(super) fn category(&mut self, line: u64, path: &[&str]) -> Option<String> {
        let mut parent = None;
        for depth in 1..=path.len() {
            let code = code_of(&simple_code(&path[..depth].join(" "))?);
            if !self.categories.contains(&code) {
                let slug = free_code(&code.replace('_', "-"), |taken| self.category_slugs.contains(taken));
                self.categories.insert(code.clone());
                self.category_slugs.insert(slug.clone());
                let document = CategoryDocument {
                    code: code.clone(),
                    parent,
                    name: in_english(path[depth - 1]),
                    slug: in_english(&slug),
                    description: TextDocument::new(),
                    tint: None,
                    picture: None,
                    position: self.next_category_position,
                };
                self.next_category_position = self.next_category_position.saturating_add(1);
                self.make(line, ShopDocument::Category(document));
            }
            parent = Some(code);
        }
        parent
    }
}

/// The market that prices in USD can be in: that of the United States, if they pay in dollars there, or another.
fn usd_market(shop: &Shop) -> Option<String> {
    let us: Option<Country> = "US".parse().ok();
    let in_dollars = |market: &&ecom67_domain::Market| market.currency.code() == "USD";
    let of_us = us.and_then(|us| shop.market_of(us));
    of_us
        .filter(|market| in_dollars(market))
        .or_else(|| shop.markets.iter().find(in_dollars))
        .map(|market| market.code.to_string())
}

fn new_attribute(code: &str, kind: &str, label: String) -> AttributeDocument {
    AttributeDocument {
        code: code.to_owned(),
        kind: kind.to_owned(),
        label: TextDocument::from([(Language::ENGLISH.to_string(), label)]),
        unit: None,
        choices: Vec::new(),
        facet: true,
        position: 1_000,
    }
}

fn in_english(text: &str) -> TextDocument {
    BTreeMap::from([(Language::ENGLISH.to_string(), text.to_owned())])
}

/// A code that fits: a longer one is cut, and told apart from others by a digest of the whole.
fn code_of(text: &str) -> String {
    let is_simple = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if !text.is_empty() && text.len() <= CODE_LENGTH_MAX && text.bytes().all(is_simple) {
        return text.to_owned();
    }
    let digest = digest(text);
    let mut code = simple_code(text).unwrap_or_default();
    code.truncate(CODE_LENGTH_MAX - digest.len() - 1);
    format!("{}_{digest}", code.trim_end_matches('_'))
}

fn digest(text: &str) -> String {
    hexadecimal(&Sha256::digest(text)[..4])
}

/// `wish`, or the first of `wish-2`, `wish-3` and so on that is free.
fn free_code(wish: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut code = wish.to_owned();
    let mut number = 2_u32;
    while is_taken(&code) {
        let suffix = format!("-{number}");
        let mut head = wish.to_owned();
        head.truncate(CODE_LENGTH_MAX - suffix.len());
        code = head + &suffix;
        number += 1;
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(rows: &[Row]) -> Vec<String> {
        let key = |row: &Row| match &row.work {
            crate::import::rows::Work::Document(document) => document.key().to_string(),
            other => panic!("{other:?} is no document"),
        };
        rows.iter().map(key).collect()
    }

    #[test]
    fn one_name_with_two_kinds_of_values_becomes_two_attributes() {
        let mut definitions = Definitions::new(&Shop::default());

        let text = definitions.attribute(1, "size", PlainKind::Text, || "Size".into());
        let number = definitions.attribute(2, "size", PlainKind::Number, || "Size".into());
        let text_again = definitions.attribute(3, "size", PlainKind::Text, || "Size".into());

        assert_eq!((text.as_str(), number.as_str(), text_again.as_str()), ("size", "size_number", "size"));
        assert_eq!(codes(&definitions.take()), ["attribute/size", "attribute/size_number"]);
        assert!(definitions.take().is_empty());
    }

    #[test]
    fn a_code_that_is_too_long_is_cut_without_meeting_another() {
        let mut definitions = Definitions::new(&Shop::default());
        let long = "x".repeat(70);

        let one = definitions.attribute(1, &format!("{long}a"), PlainKind::Text, String::new);
        let other = definitions.attribute(1, &format!("{long}b"), PlainKind::Text, String::new);

        assert_ne!(one, other);
        assert!(one.len() <= CODE_LENGTH_MAX && other.len() <= CODE_LENGTH_MAX);
    }

    #[test]
    fn choices_add_up_and_parents_come_before_their_children() {
        let mut definitions = Definitions::new(&Shop::default());

        definitions.category(1, &["Men", "Tops"]);
        assert_eq!(definitions.choice(1, "color", "Blue"), ("color".into(), "blue".into()));
        assert_eq!(definitions.choice(1, "color", "blue!"), ("color".into(), "blue-2".into()));
        assert_eq!(definitions.choice(1, "color", "Blue"), ("color".into(), "blue".into()));

        let made = definitions.take();
        assert_eq!(codes(&made), ["attribute/color", "category/men", "category/men_tops"]);
        let crate::import::rows::Work::Document(document) = &made[0].work else { panic!("a document") };
        let ShopDocument::Attribute(color) = document.as_ref() else { panic!("an attribute") };
        assert_eq!(color.choices.len(), 2);
        assert_eq!(color.choices[0].color.as_deref(), Some("#2f6fd6"));
    }

    #[test]
    fn prices_in_dollars_are_for_a_market_in_dollars() {
        let market = |code: &str, country: &str, currency: &str| {
            ShopDocument::Market(MarketDocument {
                code: code.into(),
                countries: vec![country.into()],
                currency: currency.into(),
                tax: TaxDocument::Excluded,
                languages: vec!["en".into()],
                low_price_notice: false,
            })
        };
        let mut shop = Shop::default();
        shop.apply(market("america", "US", "CAD")).unwrap();
        shop.apply(market("world", "GB", "USD")).unwrap();

        assert_eq!(Definitions::new(&shop).usd_market(1), "world");
        shop.apply(market("america", "US", "USD")).unwrap();
        assert_eq!(Definitions::new(&shop).usd_market(1), "america");
    }

    #[test]
    fn categories_find_a_place_behind_the_last_that_there_can_be() {
        let mut shop = Shop::default();
        let last = r#"{"type":"category","code":"last","name":{"en":"Last"},"position":4294967295}"#;
        shop.apply(serde_json::from_str(last).unwrap()).unwrap();
        let mut definitions = Definitions::new(&shop);

        assert_eq!(definitions.category(1, &["Men", "Tops"]).as_deref(), Some("men_tops"));
    }

    #[test]
    fn names_that_are_spelled_alike_in_addresses_get_slugs_of_their_own() {
        let mut definitions = Definitions::new(&Shop::default());

        let one = definitions.category(1, &["CD-R"]).unwrap();
        let other = definitions.category(2, &["CD R"]).unwrap();

        assert_eq!((one.as_str(), other.as_str()), ("cd_r", "cd_r"));
        assert_eq!(definitions.category(1, &["★★"]), None);
    }
}
