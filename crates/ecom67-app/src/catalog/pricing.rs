//! Whether what decides prices fits into the shop: what it names exists, and it conflicts with nothing that is there.

use ecom67_domain::pricing::{Amounts, Effect, Promotion, Registration};
use ecom67_domain::{Currency, Market, MarketCode, Violations};

use super::references::{CATEGORY, COLLECTION, MARKET};
use crate::document::{
    DeliveryMethodDocument, DeliveryZoneDocument, PriceListDocument, PromotionDocument, RegistrationDocument,
    TaxZoneDocument,
};
use crate::shop::Shop;

fn market<'shop>(shop: &'shop Shop, code: &MarketCode) -> Option<&'shop Market> {
    shop.markets.iter().find(|market| market.code == *code)
}

fn check_markets(shop: &Shop, field: &str, codes: &[MarketCode], violations: &mut Violations) {
    for (index, code) in codes.iter().enumerate() {
        if market(shop, code).is_none() {
            violations.add(format!("{field}[{index}]"), "market_unknown", MARKET);
        }
    }
}

pub(super) fn check_price_list(
    shop: &Shop,
    document: &PriceListDocument,
    violations: &mut Violations,
) -> Result<(), Violations> {
    let list = document.to_price_list()?;
    match market(shop, &list.market) {
        None => violations.add("market", "market_unknown", MARKET),
        Some(market) if market.currency != list.currency => {
            let expected = format!("{}, the currency of the market", market.currency);
            violations.add("currency", "currency_of_other_market", expected);
        }
        Some(_) => {}
    }
    Ok(())
}

pub(super) fn check_promotion(
    shop: &Shop,
    document: &PromotionDocument,
    violations: &mut Violations,
) -> Result<(), Violations> {
    let promotion = document.to_promotion()?;
    for (index, coupon) in promotion.coupons.iter().enumerate() {
        let owner = shop.pricing.owner_of(coupon).filter(|owner| **owner != promotion.code);
        if promotion.coupons[..index].contains(coupon) {
            violations.add(format!("coupons[{index}]"), "coupon_twice", "each coupon once");
        } else if let Some(owner) = owner {
            let expected = format!("a coupon of its own: this one belongs to the promotion {owner}");
            violations.add(format!("coupons[{index}]"), "coupon_taken", expected);
        }
    }
    check_markets(shop, "conditions.markets", &promotion.conditions.markets, violations);
    for (field, selector) in document.selectors() {
        for (index, category) in selector.categories.iter().enumerate() {
            if shop.categories.get(category).is_none() {
                violations.add(format!("{field}.categories[{index}]"), "category_unknown", CATEGORY);
            }
        }
        for (index, collection) in selector.collections.iter().enumerate() {
            if !shop.collections.contains_key(collection) {
                violations.add(format!("{field}.collections[{index}]"), "collection_unknown", COLLECTION);
            }
        }
    }
    if let Effect::FreeDelivery { methods } = &promotion.effect {
        for (index, method) in methods.iter().enumerate() {
            if !shop.pricing.delivery_methods.contains_key(method.as_str()) {
                let expected = "the code of a delivery method that exists";
                violations.add(format!("effect.methods[{index}]"), "delivery_method_unknown", expected);
            }
        }
    }
    check_currencies(shop, &promotion, violations);
    Ok(())
}

/// A promotion that has no amount in the currency of any of its markets never applies.
fn check_currencies(shop: &Shop, promotion: &Promotion, violations: &mut Violations) {
    let named = &promotion.conditions.markets;
    let markets = shop.markets.iter().filter(|market| named.is_empty() || named.contains(&market.code));
    let currencies: Vec<Currency> = markets.map(|market| market.currency).collect();
    let never = |amounts: &Amounts| !currencies.iter().any(|currency| amounts.in_currency(*currency).is_some());
    let expected = "an amount in the currency of one of its markets";
    if let Some(minimum) = &promotion.conditions.minimum_total
        && never(minimum)
    {
        violations.add("conditions.minimum_total", "promotion_never_applies", expected);
    }
    if let Effect::AmountOff(amounts) | Effect::AmountOffUnit(amounts) | Effect::FixedPrice(amounts) = &promotion.effect
        && never(amounts)
    {
        violations.add("effect.amounts", "promotion_never_applies", expected);
    }
}

/// Nothing is wrong with a zone that is the narrower of two.
const ZONE: &str = "no place in common with a zone that says as much about it";

pub(super) fn check_tax_zone(
    shop: &Shop,
    document: &TaxZoneDocument,
    violations: &mut Violations,
) -> Result<(), Violations> {
    let zone = document.to_tax_zone()?;
    for other in shop.pricing.tax_zones.values().filter(|other| other.code != zone.code) {
        if let Some((area, other_area)) = zone.conflict_with(other) {
            let expected = format!("{ZONE}: areas[{other_area}] of {} does", other.code);
            violations.add(format!("areas[{area}]"), "zones_overlap", expected);
        }
    }
    Ok(())
}

pub(super) fn check_delivery_zone(
    shop: &Shop,
    document: &DeliveryZoneDocument,
    violations: &mut Violations,
) -> Result<(), Violations> {
    let zone = document.to_delivery_zone()?;
    for other in shop.pricing.delivery_zones.values().filter(|other| other.code != zone.code) {
        if let Some((area, other_area)) = zone.conflict_with(other) {
            let expected = format!("{ZONE}: areas[{other_area}] of {} does", other.code);
            violations.add(format!("areas[{area}]"), "zones_overlap", expected);
        }
    }
    Ok(())
}

pub(super) fn check_delivery_method(
    shop: &Shop,
    document: &DeliveryMethodDocument,
    violations: &mut Violations,
) -> Result<(), Violations> {
    const LOCATION: &str = "the code of a location that exists";
    let method = document.to_delivery_method()?;
    check_markets(shop, "markets", &method.markets, violations);
    for (index, zone) in method.zones.iter().enumerate() {
        if !shop.pricing.delivery_zones.contains_key(zone.as_str()) {
            let expected = "the code of a delivery zone that exists";
            violations.add(format!("zones[{index}]"), "delivery_zone_unknown", expected);
        }
    }
    for (index, location) in method.locations.iter().enumerate() {
        if !shop.locations.contains(location) {
            violations.add(format!("locations[{index}]"), "location_unknown", LOCATION);
        }
    }
    if let ecom67_domain::pricing::DeliveryKind::PickUp(location) = &method.kind
        && !shop.locations.contains(location)
    {
        violations.add("pick_up_at", "location_unknown", LOCATION);
    }
    if !shop.pricing.calendars.contains_key(method.calendar.as_str()) {
        violations.add("calendar", "calendar_unknown", "the code of a calendar that exists");
    }
    Ok(())
}

pub(super) fn check_registration(
    shop: &Shop,
    document: &RegistrationDocument,
    violations: &mut Violations,
) -> Result<(), Violations> {
    let registration = document.to_registration()?;
    let mut others = shop.pricing.registrations.iter().filter(|(code, _)| **code != document.code);
    let is_alike = |other: &Registration| match registration {
        Registration::Domestic(_) => matches!(other, Registration::Domestic(_)),
        Registration::Oss(_) => matches!(other, Registration::Oss(_)),
        Registration::Local(_) => false,
    };
    if let Some((code, _)) = others.find(|(_, other)| is_alike(other)) {
        violations.add("kind", "registration_twice", format!("the only one of its kind: {code} is another"));
    }
    Ok(())
}
