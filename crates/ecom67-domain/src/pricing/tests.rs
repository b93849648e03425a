//! What carts cost, as tables that were added up by hand and as properties of carts nobody thought of.

mod digital;
mod gift_cards;
mod golden;
mod many;
mod promotions;
mod properties;
mod rules;

use std::sync::Arc;

use super::*;
use crate::market::{Country, TaxDisplay};
use crate::money::Money;
use crate::price::Price;
use crate::product::TaxClass;
use crate::text::{Language, LocalizedText};

const NOON: &str = "2026-10-01T10:00:00Z";

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn money(minor: i64, currency: &str) -> Money {
    Money::new(minor, currency.parse().unwrap())
}

fn euros(minor: i64) -> Amounts {
    Amounts(vec![money(minor, "EUR")])
}

fn line(sku: &str, quantity: u32, minor: i64) -> BasketLine {
    BasketLine {
        key: sku.parse().unwrap(),
        sku: sku.parse().unwrap(),
        product: sku.to_lowercase().parse().unwrap(),
        quantity,
        price: Price::new(money(minor, "EUR"), None).unwrap(),
        tax_class: TaxClass::Standard,
        categories: Vec::new(),
        collections: Vec::new(),
        tags: Vec::new(),
        weight_grams: Some(500),
        content: None,
        requires_shipping: true,
    }
}

fn taxed(sku: &str, quantity: u32, minor: i64, tax_class: TaxClass) -> BasketLine {
    BasketLine { tax_class, ..line(sku, quantity, minor) }
}

fn tagged(sku: &str, quantity: u32, minor: i64, tag: &str) -> BasketLine {
    BasketLine { tags: vec![tag.into()], ..line(sku, quantity, minor) }
}

fn basket(lines: impl Into<Vec<BasketLine>>) -> Basket {
    Basket {
        market: BasketMarket {
            code: "de".parse().unwrap(),
            currency: "EUR".parse().unwrap(),
            tax: TaxDisplay::Included,
        },
        at: NOON.parse().unwrap(),
        destination: Destination::country(country("DE")),
        buyer: Buyer::default(),
        coupons: Vec::new(),
        used_up: vec![],
        delivery: None,
        lines: lines.into(),
    }
}

fn promotion(code: &str, effect: Effect) -> Promotion {
    Promotion {
        code: code.parse().unwrap(),
        priority: 0,
        combination: Combination::Stacking,
        coupons: Vec::new(),
        limits: PromotionLimits::default(),
        window: Window::default(),
        conditions: Conditions::default(),
        target: Selector::default(),
        effect,
    }
}

fn with_tag(tag: &str) -> Selector {
    Selector { tags: vec![tag.into()], ..Selector::default() }
}

fn in_english(name: &str) -> Arc<LocalizedText> {
    Arc::new(LocalizedText::new(Language::ENGLISH, name))
}

fn class_rate(class: TaxClass, parts: &[(&str, u32)]) -> ClassRate {
    let component = |(name, rate): &(&str, u32)| RateComponent { name: in_english(name), rate: TaxRate(*rate) };
    ClassRate { class, components: parts.iter().map(component).collect() }
}

fn zone(code: &str, area: Area, rates: Vec<ClassRate>) -> TaxZone {
    TaxZone {
        code: code.parse().unwrap(),
        areas: vec![area],
        rates,
        rounding: TaxRounding::HalfUpPerRate,
        delivery: DeliveryTax::Standard,
    }
}

/// A zone of Europe: a whole country with a standard and a reduced rate.
fn vat(code: &str, standard: u32, reduced: u32) -> TaxZone {
    let rates =
        vec![class_rate(TaxClass::Standard, &[("VAT", standard)]), class_rate(TaxClass::Reduced, &[("VAT", reduced)])];
    zone(&code.to_lowercase(), Area::country(country(code)), rates)
}

fn flat_delivery(minor: i64, currency: &str, free_from: Option<i64>) -> DeliveryMethod {
    DeliveryMethod {
        code: "parcel".parse().unwrap(),
        position: 0,
        kind: DeliveryKind::Shipping,
        markets: Vec::new(),
        zones: Vec::new(),
        locations: vec!["main".parse().unwrap()],
        rates: vec![DeliveryRate { currency: currency.parse().unwrap(), price: DeliveryPrice::Flat(minor), free_from }],
        calendar: "main".parse().unwrap(),
        transit: Transit { handling_days: 0, minimum_days: 1, maximum_days: 2 },
    }
}

fn calendar() -> Calendar {
    Calendar {
        code: "main".parse().unwrap(),
        time_zone: jiff::tz::TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap(),
        cut_off: jiff::civil::Time::constant(14, 0, 0, 0),
        working_days: [true, true, true, true, true, false, false],
        holidays: std::collections::BTreeSet::new(),
    }
}

/// A seller in Germany who sells to all of the Union from there, with a parcel for 4.90.
fn german_shop() -> Definitions {
    Definitions {
        tax_zones: vec![vat("DE", 190_000, 70_000), vat("AT", 200_000, 100_000), vat("FR", 200_000, 55_000)],
        registrations: vec![Registration::Domestic(country("DE")), Registration::Oss(OssThreshold::Above)],
        delivery_methods: vec![flat_delivery(490, "EUR", None)],
        calendars: vec![calendar()],
        ..Definitions::default()
    }
}

fn compiled(definitions: Definitions) -> PricingRules {
    PricingRules::compile(definitions).unwrap()
}

fn promoted(promotions: Vec<Promotion>, basket: &Basket) -> Quote {
    quote(&compiled(Definitions { promotions, ..german_shop() }), basket).unwrap()
}

/// The discount of each line, in the order of the basket.
fn discounts(quote: &Quote) -> Vec<i64> {
    let of_line = |line: &QuotedLine| line.discounts.iter().map(|share| share.amount.minor()).sum();
    quote.lines.iter().map(of_line).collect()
}

fn outcome<'quote>(quote: &'quote Quote, code: &str) -> Option<&'quote PromotionOutcome> {
    quote.reasons.iter().find_map(|reason| match reason {
        Reason::Promotion { promotion, outcome } if promotion.as_str() == code => Some(outcome),
        _ => None,
    })
}

fn tag_named(tag: &str) -> Option<Facet> {
    Some(Facet::Tag(Arc::from(tag)))
}
