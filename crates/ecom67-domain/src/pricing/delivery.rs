//! How goods are delivered, where to and for how much.

use super::area::{Area, Destination, check_areas, conflict, narrowest};
use super::calendar::Transit;
use super::reason::DeliveryOutcome;
use crate::code::{CalendarCode, DeliveryMethodCode, DeliveryZoneCode, LocationCode, MarketCode};
use crate::money::{Currency, PRICE_MINOR_MAX};
use crate::violation::Violations;

/// The most steps of a price by weight or total.
pub const DELIVERY_STEPS_MAX: usize = 50;
const VALUES_MAX: usize = 500;

/// A part of the world that is delivered to alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeliveryZone {
    /// The zone's code.
    pub code: DeliveryZoneCode,
    /// What it is made of.
    pub areas: Vec<Area>,
}

/// A way in which goods are delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryMethod {
    /// The method's code.
    pub code: DeliveryMethodCode,
    /// Where it stands among the choices: lower comes first.
    pub position: u32,
    /// Whether goods are sent or fetched.
    pub kind: DeliveryKind,
    /// The markets that have it; none: all.
    pub markets: Vec<MarketCode>,
    /// The zones it leads to; none: everywhere.
    pub zones: Vec<DeliveryZoneCode>,
    /// The places that goods are sent from, best first.
    pub locations: Vec<LocationCode>,
    /// What it costs in each currency in which it is offered.
    pub rates: Vec<DeliveryRate>,
    /// Whose working days count.
    pub calendar: CalendarCode,
    /// How long it takes.
    pub transit: Transit,
}

/// Whether goods are sent or fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryKind {
    /// They are sent.
    Shipping,
    /// They are fetched here.
    PickUp(LocationCode),
}

/// What delivery costs in a currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeliveryRate {
    /// The currency.
    pub currency: Currency,
    /// The price.
    pub price: DeliveryPrice,
    /// From this goods' amount on it costs nothing, in minor units; before promotions, so that no discount costs a
    /// shopper the free delivery.
    pub free_from: Option<i64>,
}

/// A price of delivery, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryPrice {
    /// Always the same.
    Flat(i64),
    /// By weight, ascending; heavier than the last is not delivered.
    WeightSteps(Vec<WeightStep>),
    /// By the goods' amount before promotions, ascending; the first begins at 0.
    TotalSteps(Vec<TotalStep>),
}

/// Up to a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WeightStep {
    /// This weight included.
    pub up_to_grams: u64,
    /// The price.
    pub price: i64,
}

/// From an amount on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TotalStep {
    /// This amount included, in minor units.
    pub from: i64,
    /// The price.
    pub price: i64,
}

/// What is delivered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parcel {
    pub(super) weight_grams: u64,
    pub(super) goods: i64,
}

impl DeliveryZone {
    /// Checks the areas.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_areas(&self.areas, &mut violations, "");
        violations.or(|| ())
    }

    /// The areas of both zones that want the same place and neither is the narrower.
    pub fn conflict_with(&self, other: &Self) -> Option<(usize, usize)> {
        conflict(&self.areas, &other.areas)
    }
}

/// The zone of a destination: the one that says most about it.
pub(super) fn zone_of<'zones>(
    zones: &'zones [DeliveryZone],
    destination: &Destination,
) -> Option<&'zones DeliveryZone> {
    let found = zones.iter().filter_map(|zone| Some((narrowest(&zone.areas, destination)?, zone)));
    found.max_by_key(|(narrowness, _)| *narrowness).map(|(_, zone)| zone)
}

impl DeliveryMethod {
    /// Checks the method by itself.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        for (field, count) in
            [("markets", self.markets.len()), ("zones", self.zones.len()), ("locations", self.locations.len())]
        {
            if count > VALUES_MAX {
                violations.add(field, "too_many", format!("at most {VALUES_MAX} values"));
            }
        }
        if self.rates.is_empty() || self.rates.len() > VALUES_MAX {
            violations.add("rates", "rate_missing", "a price in at least one currency");
        }
        for (index, rate) in self.rates.iter().enumerate() {
            rate.check(&mut violations, &format!("rates[{index}]"));
            if self.rates[..index].iter().any(|other| other.currency == rate.currency) {
                violations.add(format!("rates[{index}].currency"), "currency_twice", format!("{} once", rate.currency));
            }
        }
        self.transit.check(&mut violations);
        violations.or(|| ())
    }

    /// What the method costs for a parcel and what the goods lack for it to cost nothing, nothing where they cost enough;
    /// or why it is not offered.
    pub(super) fn price(&self, currency: Currency, parcel: Parcel) -> Result<(i64, Option<i64>), DeliveryOutcome> {
        let rate = self.rates.iter().find(|rate| rate.currency == currency).ok_or(DeliveryOutcome::OtherCurrency)?;
        let price = match &rate.price {
            DeliveryPrice::Flat(price) => *price,
            DeliveryPrice::WeightSteps(steps) => {
                let step = steps.iter().find(|step| parcel.weight_grams <= step.up_to_grams);
                let most = steps.last().map_or(0, |step| step.up_to_grams);
                step.ok_or(DeliveryOutcome::TooHeavy { most_grams: most, has_grams: parcel.weight_grams })?.price
            }
            DeliveryPrice::TotalSteps(steps) => {
                steps.iter().rev().find(|step| parcel.goods >= step.from).map_or(0, |step| step.price)
            }
        };
        let missing = rate.free_from.map(|free_from| (free_from - parcel.goods).max(0));
        Ok((if missing == Some(0) { 0 } else { price }, missing))
    }
}

impl DeliveryRate {
    fn check(&self, violations: &mut Violations, field: &str) {
        let is_price = |price: i64| (0..=PRICE_MINOR_MAX).contains(&price);
        let (count, prices_fit, ascends) = match &self.price {
            DeliveryPrice::Flat(price) => (1, is_price(*price), true),
            DeliveryPrice::WeightSteps(steps) => (
                steps.len(),
                steps.iter().all(|step| is_price(step.price)),
                steps.windows(2).all(|pair| pair[0].up_to_grams < pair[1].up_to_grams),
            ),
            DeliveryPrice::TotalSteps(steps) => (
                steps.len(),
                steps.iter().all(|step| is_price(step.price) && is_price(step.from)),
                steps.windows(2).all(|pair| pair[0].from < pair[1].from)
                    && steps.first().is_none_or(|step| step.from == 0),
            ),
        };
        if !prices_fit || self.free_from.is_some_and(|free_from| !is_price(free_from)) {
            violations.add(field, "amount_invalid", format!("0 to {PRICE_MINOR_MAX} minor units"));
        }
        if !(1..=DELIVERY_STEPS_MAX).contains(&count) {
            violations.add(field, "steps_invalid", format!("1 to {DELIVERY_STEPS_MAX} steps"));
        }
        if !ascends {
            violations.add(field, "steps_invalid", "steps that ascend; those by total begin at 0");
        }
    }
}
