//! Whether what a record names exists and fits.

use ecom67_domain::attribute::AttributeKind;
use ecom67_domain::catalog::CollectionRule;
use ecom67_domain::{Money, Product, Violations};

use super::pricing;
use crate::document::{LinkDocument, LinkTarget, ProductsShown, SectionDocument, ShopDocument};
use crate::indexing::{FILTER_TEXT_LENGTH_MAX, filter_text};
use crate::shop::Shop;

pub(super) const CATEGORY: &str = "the code of a category that exists";
pub(super) const COLLECTION: &str = "the code of a collection that exists";
pub(super) const MARKET: &str = "the code of a market that exists";
const PAGE: &str = "the code of a page that exists";

/// Checks that what the product names exists and fits: categories, attributes, options, markets and currencies.
pub(super) fn check_product(shop: &Shop, product: &Product) -> Result<(), Violations> {
    let mut violations = Violations::new();
    for (index, category) in product.categories.iter().enumerate() {
        if shop.categories.get(category.as_str()).is_none() {
            violations.add(format!("categories[{index}]"), "category_unknown", CATEGORY);
        }
    }
    for (code, value) in &product.attributes {
        match shop.attributes.get(code) {
            None => violations.add(
                format!("attributes.{code}"),
                "attribute_unknown",
                "the code of an attribute that exists",
            ),
            Some(attribute) => {
                if let Err(invalid) = attribute.check(value) {
                    violations.add(format!("attributes.{code}"), invalid.code, invalid.expected);
                }
            }
        }
    }
    for (index, option) in product.options.iter().enumerate() {
        let is_choice = |kind: &AttributeKind| matches!(kind, AttributeKind::Choice(_));
        if !shop.attributes.get(option).is_some_and(|attribute| is_choice(&attribute.kind)) {
            violations.add(format!("options[{index}]"), "option_unknown", "the code of an attribute with choices");
        }
    }
    check_variants(shop, product, &mut violations);
    violations.or(|| ())
}

fn check_variants(shop: &Shop, product: &Product, violations: &mut Violations) {
    for (index, variant) in product.variants.iter().enumerate() {
        for (option, choice) in &variant.options {
            let attribute = shop.attributes.get(option);
            let Some(AttributeKind::Choice(choices)) = attribute.map(|attribute| &attribute.kind) else { continue };
            if choices.get(choice.as_str()).is_none() {
                violations.add(
                    format!("variants[{index}].options.{option}"),
                    "choice_unknown",
                    format!("one of the choices of {option}"),
                );
            }
        }
        for (market, price) in &variant.prices {
            match shop.markets.iter().find(|known| known.code == *market) {
                None => violations.add(format!("variants[{index}].prices.{market}"), "market_unknown", MARKET),
                Some(known) if known.currency != price.amount().currency() => violations.add(
                    format!("variants[{index}].prices.{market}.currency"),
                    "currency_of_other_market",
                    format!("{}, the currency of the market", known.currency),
                ),
                Some(_) => {}
            }
        }
    }
}

/// Checks that a document fits into the shop: a category into the tree, a market between the others, and that what
/// links and sections name exists. Products are left to the caller: the shop does not have them.
pub(super) fn check_document(shop: &Shop, document: &ShopDocument) -> Result<(), Violations> {
    let mut violations = Violations::new();
    match document {
        ShopDocument::Category(document) => {
            let category = document.to_category()?;
            violations.keep("parent", shop.categories.check_place(&category));
        }
        ShopDocument::Market(document) => {
            let market = document.to_market()?;
            let stored = shop.markets.iter().find(|known| known.code == market.code);
            if let Some(known) = stored.filter(|known| known.currency != market.currency) {
                // Prices and their history are in it, and stay so.
                let expected = format!("{}, as it has been: make another market for another currency", known.currency);
                violations.add("currency", "currency_fixed", expected);
            }
            for other in shop.markets.iter().filter(|other| other.code != market.code) {
                if let Some(country) = market.countries.iter().find(|country| other.countries.contains(country)) {
                    violations.add(
                        "countries",
                        "country_taken",
                        format!("countries of its own: {country} belongs to the market {}", other.code),
                    );
                }
            }
        }
        ShopDocument::Page(page) => check_markets(shop, &page.markets, &mut violations),
        ShopDocument::Menu(menu) => {
            check_markets(shop, &menu.markets, &mut violations);
            for (index, link) in menu.links.iter().enumerate() {
                check_link(shop, link, &format!("links[{index}]"), &mut violations);
            }
        }
        ShopDocument::Home(home) => {
            check_markets(shop, &home.markets, &mut violations);
            for (index, section) in home.sections.iter().enumerate() {
                check_section(shop, section, &format!("sections[{index}]"), &mut violations);
            }
        }
        ShopDocument::Branding(branding) => {
            if branding.delivery_page.as_ref().is_some_and(|page| !has_page(shop, page)) {
                violations.add("delivery_page", "page_unknown", PAGE);
            }
        }
        ShopDocument::Collection(document) => {
            if let Some(rule) = document.to_collection()?.rule {
                check_rule(shop, &rule, &mut violations);
            }
        }
        ShopDocument::PriceList(list) => pricing::check_price_list(shop, list, &mut violations)?,
        ShopDocument::Promotion(promotion) => pricing::check_promotion(shop, promotion, &mut violations)?,
        ShopDocument::TaxZone(zone) => pricing::check_tax_zone(shop, zone, &mut violations)?,
        ShopDocument::DeliveryZone(zone) => pricing::check_delivery_zone(shop, zone, &mut violations)?,
        ShopDocument::DeliveryMethod(method) => pricing::check_delivery_method(shop, method, &mut violations)?,
        ShopDocument::Registration(registration) => {
            pricing::check_registration(shop, registration, &mut violations)?;
        }
        ShopDocument::Location(_)
        | ShopDocument::Calendar(_)
        | ShopDocument::Attribute(_)
        | ShopDocument::Synonyms(_)
        | ShopDocument::QueryRule(_) => {}
    }
    violations.or(|| ())
}

/// Checks that what the rule of a collection names exists, and that products can be found by it.
fn check_rule(shop: &Shop, rule: &CollectionRule, violations: &mut Violations) {
    for (code, values) in &rule.attributes {
        let field = format!("rule.attributes.{code}");
        let Some(attribute) = shop.attributes.get(code) else {
            violations.add(field, "attribute_unknown", "the code of an attribute that exists");
            continue;
        };
        if !attribute.facet {
            violations.add(&field, "attribute_not_filtered", "an attribute that shoppers may filter by");
        }
        for (index, value) in values.iter().enumerate() {
            if let Err(invalid) = attribute.check(value) {
                violations.add(format!("{field}[{index}]"), invalid.code, invalid.expected);
            } else if filter_text(value).is_none() {
                let expected =
                    format!("1 to {FILTER_TEXT_LENGTH_MAX} bytes: longer texts are not found by their value");
                violations.add(format!("{field}[{index}]"), "text_invalid", expected);
            }
        }
    }
    for (index, category) in rule.categories.iter().enumerate() {
        if shop.categories.get(category.as_str()).is_none() {
            violations.add(format!("rule.categories[{index}]"), "category_unknown", CATEGORY);
        }
    }
    for (market, range) in &rule.prices {
        let field = format!("rule.prices.{market}");
        let given = range.minimum.or(range.maximum).map(Money::currency);
        match shop.markets.iter().find(|known| known.code == *market) {
            None => violations.add(field, "market_unknown", MARKET),
            Some(known) if given.is_some_and(|currency| currency != known.currency) => violations.add(
                format!("{field}.currency"),
                "currency_of_other_market",
                format!("{}, the currency of the market", known.currency),
            ),
            Some(_) => {}
        }
    }
}

fn check_markets(shop: &Shop, markets: &[String], violations: &mut Violations) {
    for (index, market) in markets.iter().enumerate() {
        if !shop.markets.iter().any(|known| known.code.as_str() == market) {
            violations.add(format!("markets[{index}]"), "market_unknown", MARKET);
        }
    }
}

fn has_page(shop: &Shop, code: &str) -> bool {
    shop.pages.iter().any(|page| page.code == code)
}

fn check_link(shop: &Shop, link: &LinkDocument, field: &str, violations: &mut Violations) {
    match &link.to {
        LinkTarget::Category(code) if shop.categories.get(code).is_none() => {
            violations.add(format!("{field}.to.category"), "category_unknown", CATEGORY);
        }
        LinkTarget::Collection(code) if !shop.collections.contains_key(code) => {
            violations.add(format!("{field}.to.collection"), "collection_unknown", COLLECTION);
        }
        LinkTarget::Page(code) if !has_page(shop, code) => {
            violations.add(format!("{field}.to.page"), "page_unknown", PAGE);
        }
        LinkTarget::Category(_)
        | LinkTarget::Collection(_)
        | LinkTarget::Page(_)
        | LinkTarget::Product(_)
        | LinkTarget::Search(_) => {}
    }
}

fn check_section(shop: &Shop, section: &SectionDocument, field: &str, violations: &mut Violations) {
    match section {
        SectionDocument::Categories { categories, .. } => {
            for (index, category) in categories.iter().enumerate() {
                if shop.categories.get(category).is_none() {
                    violations.add(format!("{field}.categories[{index}]"), "category_unknown", CATEGORY);
                }
            }
        }
        SectionDocument::Products { show, .. } => match show {
            ProductsShown::Category(code) if shop.categories.get(code).is_none() => {
                violations.add(format!("{field}.show.category"), "category_unknown", CATEGORY);
            }
            ProductsShown::Collection(code) if !shop.collections.contains_key(code) => {
                violations.add(format!("{field}.show.collection"), "collection_unknown", COLLECTION);
            }
            ProductsShown::Category(_)
            | ProductsShown::Collection(_)
            | ProductsShown::Newest
            | ProductsShown::Reduced => {}
        },
        SectionDocument::Opening { .. } | SectionDocument::Story { .. } => {}
    }
    if let Some(link) = link_of(section) {
        check_link(shop, link, &format!("{field}.link"), violations);
    }
}

fn link_of(section: &SectionDocument) -> Option<&LinkDocument> {
    match section {
        SectionDocument::Opening { link, .. } => Some(link),
        SectionDocument::Products { link, .. } | SectionDocument::Story { link, .. } => link.as_ref(),
        SectionDocument::Categories { .. } => None,
    }
}

/// The products that a document names and cannot do without, each with its field.
pub(super) fn products_named(document: &ShopDocument) -> Vec<(String, &str)> {
    let mut named = Vec::new();
    match document {
        ShopDocument::Menu(menu) => {
            for (index, link) in menu.links.iter().enumerate() {
                if let LinkTarget::Product(code) = &link.to {
                    named.push((format!("links[{index}].to.product"), code.as_str()));
                }
            }
        }
        ShopDocument::Home(home) => {
            for (index, section) in home.sections.iter().enumerate() {
                if let Some(LinkDocument { to: LinkTarget::Product(code), .. }) = link_of(section) {
                    named.push((format!("sections[{index}].link.to.product"), code.as_str()));
                }
                if let SectionDocument::Opening { product: Some(code), .. } = section {
                    named.push((format!("sections[{index}].product"), code.as_str()));
                }
            }
        }
        ShopDocument::Promotion(promotion) => {
            for (field, selector) in promotion.selectors() {
                let products = selector.products.iter().enumerate();
                named.extend(products.map(|(index, code)| (format!("{field}.products[{index}]"), code.as_str())));
            }
        }
        _ => {}
    }
    named
}
