//! What decides prices, as it is written down: price lists, promotions, taxes and delivery.

mod area;
mod delivery;
mod price_list;
mod promotion;
mod tax;

use std::collections::BTreeMap;

use ecom67_domain::pricing::{Amounts, Window};
use ecom67_domain::{Currency, Money, Violations};
use jiff::Timestamp;

use super::parse;

pub use area::{AreaDocument, PostalRangeDocument};
pub use delivery::{
    CalendarDocument, DeliveryMethodDocument, DeliveryPriceDocument, DeliveryRateDocument, DeliveryZoneDocument,
    TotalStepDocument, TransitDocument, WeekdayDocument, WeightStepDocument,
};
pub use price_list::{PriceListDocument, PriceListEntryDocument};
pub use promotion::{
    ConditionsDocument, EffectDocument, PromotionDocument, PromotionLimitsDocument, QuantityConditionDocument,
    QuantityTierDocument, SelectorDocument, TotalTierDocument,
};
pub use tax::{
    DeliveryTaxDocument, OssThresholdDocument, RateDocument, RegistrationDocument, RegistrationKindDocument,
    TaxNameDocument, TaxRoundingDocument, TaxZoneDocument,
};

/// An amount in each currency (ISO 4217), in minor units.
pub type AmountsDocument = BTreeMap<String, i64>;

fn amounts(violations: &mut Violations, field: &str, document: &AmountsDocument) -> Amounts {
    let mut amounts = Vec::new();
    for (code, minor) in document {
        if let Some(currency) = parse::<Currency>(violations, format!("{field}.{code}"), code) {
            amounts.push(Money::new(*minor, currency));
        }
    }
    Amounts(amounts)
}

fn parse_all<T>(violations: &mut Violations, field: &str, texts: &[String]) -> Vec<T>
where
    T: std::str::FromStr<Err = ecom67_domain::violation::Invalid>,
{
    let parsed = texts.iter().enumerate();
    parsed.filter_map(|(index, text)| parse(violations, format!("{field}[{index}]"), text)).collect()
}

const fn window(starts: Option<Timestamp>, ends: Option<Timestamp>) -> Window {
    Window { starts, ends }
}
