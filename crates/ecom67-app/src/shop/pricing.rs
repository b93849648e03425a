//! The rules by which the shop prices, in memory and compiled.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ecom67_domain::pricing::{
    Calendar, CouponCode, Definitions, DeliveryMethod, DeliveryZone, PriceList, PricingRules, Promotion, Registration,
    TaxZone,
};
use ecom67_domain::{DeliveryMethodCode, PromotionCode, Violations};
use jiff::tz::TimeZone;

use crate::document::{DocumentKind, ShopDocument, TextDocument};

/// Everything that decides prices, by code.
#[derive(Clone, Debug, Default)]
pub struct ShopPricing {
    pub(crate) price_lists: BTreeMap<String, PriceList>,
    pub(crate) promotions: BTreeMap<String, Promotion>,
    pub(crate) tax_zones: BTreeMap<String, TaxZone>,
    pub(crate) registrations: BTreeMap<String, Registration>,
    pub(crate) delivery_zones: BTreeMap<String, DeliveryZone>,
    pub(crate) delivery_methods: BTreeMap<String, DeliveryMethod>,
    pub(crate) calendars: BTreeMap<String, Calendar>,
    /// Whose each coupon is.
    coupons: BTreeMap<CouponCode, PromotionCode>,
    promotion_names: BTreeMap<String, TextDocument>,
    delivery_names: BTreeMap<String, TextDocument>,
    /// What follows from all of these, as soon as somebody asks.
    compiled: OnceLock<Arc<PricingRules>>,
}

impl ShopPricing {
    /// The rules, compiled once for all who ask until something changes.
    pub fn rules(&self) -> Arc<PricingRules> {
        Arc::clone(self.compiled.get_or_init(|| Arc::new(compile(self.definitions()))))
    }

    /// What shoppers read of a promotion.
    pub fn promotion_name(&self, code: &PromotionCode) -> Option<&TextDocument> {
        self.promotion_names.get(code.as_str())
    }

    /// What shoppers read of a delivery method.
    pub fn delivery_name(&self, code: &DeliveryMethodCode) -> Option<&TextDocument> {
        self.delivery_names.get(code.as_str())
    }

    /// The clock on the wall of whoever sends what goes by a delivery method.
    pub fn time_zone_of(&self, code: &DeliveryMethodCode) -> Option<&TimeZone> {
        let method = self.delivery_methods.get(code.as_str())?;
        Some(&self.calendars.get(method.calendar.as_str())?.time_zone)
    }

    /// The time zone that the shop works in, where no way of delivery has one: that of its first calendar.
    pub fn time_zone(&self) -> Option<&TimeZone> {
        self.calendars.values().next().map(|calendar| &calendar.time_zone)
    }

    /// The promotion that a coupon belongs to.
    pub fn owner_of(&self, coupon: &CouponCode) -> Option<&PromotionCode> {
        self.coupons.get(coupon)
    }

    /// Takes in a document that was saved; gives back one that is none of these.
    pub(super) fn apply(&mut self, document: ShopDocument) -> Result<Option<ShopDocument>, Violations> {
        match document {
            ShopDocument::PriceList(document) => {
                self.price_lists.insert(document.code.clone(), document.to_price_list()?);
            }
            ShopDocument::Promotion(document) => {
                let promotion = document.to_promotion()?;
                for given_up in self.promotions.get(&document.code).iter().flat_map(|before| &before.coupons) {
                    self.coupons.remove(given_up);
                }
                let owned = promotion.coupons.iter().map(|coupon| (coupon.clone(), promotion.code.clone()));
                self.coupons.extend(owned);
                self.promotions.insert(document.code.clone(), promotion);
                self.promotion_names.insert(document.code, document.name);
            }
            ShopDocument::TaxZone(document) => {
                self.tax_zones.insert(document.code.clone(), document.to_tax_zone()?);
            }
            ShopDocument::Registration(document) => {
                self.registrations.insert(document.code.clone(), document.to_registration()?);
            }
            ShopDocument::DeliveryZone(document) => {
                self.delivery_zones.insert(document.code.clone(), document.to_delivery_zone()?);
            }
            ShopDocument::DeliveryMethod(document) => {
                self.delivery_methods.insert(document.code.clone(), document.to_delivery_method()?);
                self.delivery_names.insert(document.code, document.name);
            }
            ShopDocument::Calendar(document) => {
                self.calendars.insert(document.code.clone(), document.to_calendar()?);
            }
            other => return Ok(Some(other)),
        }
        self.compiled = OnceLock::new();
        Ok(None)
    }

    fn definitions(&self) -> Definitions {
        Definitions {
            price_lists: self.price_lists.values().cloned().collect(),
            promotions: self.promotions.values().cloned().collect(),
            tax_zones: self.tax_zones.values().cloned().collect(),
            registrations: self.registrations.values().cloned().collect(),
            delivery_zones: self.delivery_zones.values().cloned().collect(),
            delivery_methods: self.delivery_methods.values().cloned().collect(),
            calendars: self.calendars.values().cloned().collect(),
        }
    }
}

/// Compiles the rules without those that conflict. Each was checked against the others when it was saved, so that a
/// conflict is damage, or two saves at one instant: it is logged, and what is left is what is in force.
fn compile(definitions: Definitions) -> PricingRules {
    let mut definitions = definitions;
    loop {
        let violations = match PricingRules::compile(definitions.clone()) {
            Ok(rules) => return rules,
            Err(violations) => violations,
        };
        tracing::error!(%violations, "rules of prices conflict and are left out");
        let before = size(&definitions);
        for violation in violations.as_slice() {
            leave_out(&mut definitions, &violation.field);
        }
        if size(&definitions) == before {
            // No record is to blame: prices without rules beat wrong ones.
            return PricingRules::default();
        }
    }
}

fn size(definitions: &Definitions) -> usize {
    let Definitions { price_lists, promotions, tax_zones, registrations, delivery_zones, .. } = definitions;
    price_lists.len()
        + promotions.len()
        + tax_zones.len()
        + registrations.len()
        + delivery_zones.len()
        + definitions.delivery_methods.len()
        + definitions.calendars.len()
}

/// Leaves out the record that a field begins with, such as `promotion/spring/coupons[0]`.
fn leave_out(definitions: &mut Definitions, field: &str) {
    let mut parts = field.splitn(3, '/');
    let (Some(kind), Some(code)) = (parts.next().and_then(DocumentKind::parse), parts.next()) else { return };
    match kind {
        DocumentKind::PriceList => definitions.price_lists.retain(|list| list.code.as_str() != code),
        DocumentKind::Promotion => definitions.promotions.retain(|promotion| promotion.code.as_str() != code),
        DocumentKind::TaxZone => definitions.tax_zones.retain(|zone| zone.code.as_str() != code),
        DocumentKind::DeliveryZone => definitions.delivery_zones.retain(|zone| zone.code.as_str() != code),
        DocumentKind::DeliveryMethod => definitions.delivery_methods.retain(|method| method.code.as_str() != code),
        DocumentKind::Calendar => definitions.calendars.retain(|calendar| calendar.code.as_str() != code),
        // They have no code in their conflicts: without any, no tax is charged where it is not owed.
        DocumentKind::Registration => definitions.registrations.clear(),
        _ => {}
    }
}
