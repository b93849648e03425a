//! Delivery as it is written down.

use std::collections::BTreeSet;

use ecom67_domain::Violations;
use ecom67_domain::pricing::{
    Calendar, DeliveryKind, DeliveryMethod, DeliveryPrice, DeliveryRate, DeliveryZone, TotalStep, Transit, WeightStep,
};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::area::{AreaDocument, areas};
use super::parse_all;
use crate::document::{TextDocument, parse, required_text};

/// A part of the world that is delivered to alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryZoneDocument {
    /// The zone's code.
    pub code: String,
    /// What it is made of.
    pub areas: Vec<AreaDocument>,
}

/// When a place works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDocument {
    /// The calendar's code.
    pub code: String,
    /// Where its clock stands: a name of the IANA database, such as `Europe/Berlin`.
    pub time_zone: String,
    /// What comes in before this time is handled from the same day on.
    pub cut_off: Time,
    /// When work is done.
    pub working_days: Vec<WeekdayDocument>,
    /// When none is done all the same.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<Date>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum WeekdayDocument {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A way in which goods are delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryMethodDocument {
    /// The method's code.
    pub code: String,
    /// What a shopper reads.
    pub name: TextDocument,
    /// Where it stands among the choices.
    #[serde(default)]
    pub position: u32,
    /// Where goods are fetched, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pick_up_at: Option<String>,
    /// The markets that have it; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<String>,
    /// The delivery zones it leads to; none: everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// The locations that goods are sent from, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// What it costs, by currency.
    pub rates: Vec<DeliveryRateDocument>,
    /// The calendar whose working days count.
    pub calendar: String,
    /// How long it takes.
    pub transit: TransitDocument,
}

/// What delivery costs in a currency, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRateDocument {
    /// ISO 4217.
    pub currency: String,
    /// The price.
    pub price: DeliveryPriceDocument,
    /// From this goods' amount on it costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_from: Option<i64>,
}

/// A price of delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryPriceDocument {
    /// Always the same.
    Flat(i64),
    /// By weight.
    ByWeight(Vec<WeightStepDocument>),
    /// By the goods' amount.
    ByTotal(Vec<TotalStepDocument>),
}

/// Up to a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightStepDocument {
    /// This weight included.
    pub up_to_grams: u64,
    /// The price.
    pub price: i64,
}

/// From an amount on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalStepDocument {
    /// This amount included.
    pub from: i64,
    /// The price.
    pub price: i64,
}

/// How long goods are on their way, in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitDocument {
    /// Until they leave.
    #[serde(default)]
    pub handling_days: u8,
    /// From there, at least.
    pub minimum_days: u8,
    /// From there, at most.
    pub maximum_days: u8,
}

impl DeliveryZoneDocument {
    /// The zone, checked by itself.
    pub fn to_delivery_zone(&self) -> Result<DeliveryZone, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let areas = areas(&mut violations, &self.areas);
        let (Some(code), true) = (code, violations.is_empty()) else { return Err(violations) };
        let zone = DeliveryZone { code, areas };
        zone.check()?;
        Ok(zone)
    }
}

impl CalendarDocument {
    /// The calendar, checked by itself.
    pub fn to_calendar(&self) -> Result<Calendar, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let time_zone = TimeZone::get(&self.time_zone).ok();
        if time_zone.is_none() {
            let expected = "a name of the IANA time zone database, such as Europe/Berlin";
            violations.add("time_zone", "time_zone_unknown", expected);
        }
        let mut working_days = [false; 7];
        for day in &self.working_days {
            working_days[*day as usize] = true;
        }
        let (Some(code), Some(time_zone), true) = (code, time_zone, violations.is_empty()) else {
            return Err(violations);
        };
        let calendar =
            Calendar { code, time_zone, cut_off: self.cut_off, working_days, holidays: self.holidays.clone() };
        calendar.check()?;
        Ok(calendar)
    }
}

impl DeliveryRateDocument {
    fn to_rate(&self, violations: &mut Violations, field: &str) -> Option<DeliveryRate> {
        let currency = parse(violations, format!("{field}.currency"), &self.currency)?;
        let price = match &self.price {
            DeliveryPriceDocument::Flat(price) => DeliveryPrice::Flat(*price),
            DeliveryPriceDocument::ByWeight(steps) => {
                let step = |step: &WeightStepDocument| WeightStep { up_to_grams: step.up_to_grams, price: step.price };
                DeliveryPrice::WeightSteps(steps.iter().map(step).collect())
            }
            DeliveryPriceDocument::ByTotal(steps) => {
                let step = |step: &TotalStepDocument| TotalStep { from: step.from, price: step.price };
                DeliveryPrice::TotalSteps(steps.iter().map(step).collect())
            }
        };
        Some(DeliveryRate { currency, price, free_from: self.free_from })
    }
}

impl DeliveryMethodDocument {
    /// The method, checked by itself.
    pub fn to_delivery_method(&self) -> Result<DeliveryMethod, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        required_text(&mut violations, "name", &self.name);
        let pick_up = self.pick_up_at.as_ref().map(|location| parse(&mut violations, "pick_up_at", location));
        let markets = parse_all(&mut violations, "markets", &self.markets);
        let zones = parse_all(&mut violations, "zones", &self.zones);
        let locations = parse_all(&mut violations, "locations", &self.locations);
        let mut rates = Vec::with_capacity(self.rates.len());
        for (index, rate) in self.rates.iter().enumerate() {
            rates.extend(rate.to_rate(&mut violations, &format!("rates[{index}]")));
        }
        let calendar = parse(&mut violations, "calendar", &self.calendar);
        let (Some(code), Some(calendar), true) = (code, calendar, violations.is_empty()) else {
            return Err(violations);
        };
        let TransitDocument { handling_days, minimum_days, maximum_days } = self.transit;
        let method = DeliveryMethod {
            code,
            position: self.position,
            kind: pick_up.flatten().map_or(DeliveryKind::Shipping, DeliveryKind::PickUp),
            markets,
            zones,
            locations,
            rates,
            calendar,
            transit: Transit { handling_days, minimum_days, maximum_days },
        };
        method.check()?;
        Ok(method)
    }
}
