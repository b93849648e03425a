//! Taxes as data: zones with their rates, and where the seller is registered.

use std::sync::Arc;

use super::area::{Area, Destination, check_areas, conflict, narrowest};
use super::basket::{Buyer, TaxStatus};
use crate::code::TaxZoneCode;
use crate::market::Country;
use crate::product::TaxClass;
use crate::text::LocalizedText;
use crate::violation::{Invalid, Violations};

/// The highest rate, in millionths: as much as the price.
pub const TAX_RATE_MAX: u32 = 1_000_000;
const COMPONENTS_MAX: usize = 5;
const NAME_BYTES_MAX: usize = 100;

/// A rate in millionths, so that New York City's 8.875 % is exact: 88,750.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxRate(pub u32);

/// A part of the rate that goes to somebody: a state, a county. In Europe there is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RateComponent {
    /// What it is called on the invoice: `VAT`, `State`, `County`.
    pub name: Arc<LocalizedText>,
    /// The rate.
    pub rate: TaxRate,
}

/// What a class of goods is taxed at. Without components it is taxed at nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassRate {
    /// The class.
    pub class: TaxClass,
    /// The parts of its rate.
    pub components: Vec<RateComponent>,
}

/// How a tax is rounded; halves are rounded up in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TaxRounding {
    /// Once for all that is taxed at one rate, then spread over the lines by largest remainder: quantities and many
    /// small lines add no cents.
    #[default]
    HalfUpPerRate,
    /// For each line by itself.
    HalfUpPerLine,
}

/// What delivery is taxed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeliveryTax {
    /// The standard rate.
    #[default]
    Standard,
    /// The goods' rates, in proportion to what is paid for them: a side to the main supply (Germany: section 3.10 of its VAT decree).
    ProRata,
    /// The rate at which most is paid; of equal amounts the higher rate.
    MainGood,
    /// It is not taxed.
    Untaxed,
}

/// A part of the world that is taxed alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaxZone {
    /// The zone's code.
    pub code: TaxZoneCode,
    /// What it is made of.
    pub areas: Vec<Area>,
    /// The rates. A class that is not named is taxed as the standard class, which must be; `zero` never is.
    pub rates: Vec<ClassRate>,
    /// How it is rounded.
    pub rounding: TaxRounding,
    /// What delivery is taxed at.
    pub delivery: DeliveryTax,
}

/// Where the seller pays taxes. Where nothing says so, none is charged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Registration {
    /// Where the seller is established and sends from.
    Domestic(Country),
    /// Registered elsewhere too: in a country, or in these areas of it. `XI` is Northern Ireland as part of the Union's
    /// market for goods.
    Local(Area),
    /// The Union's One-Stop-Shop for what is sent to consumers in other member states.
    Oss(OssThreshold),
}

/// Which side of EUR 10,000 a year the sales to other member states are (directive 2006/112/EC, article 59c).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OssThreshold {
    /// Below, and not waived: taxed where the seller is.
    Below,
    /// Above, or waived: taxed where the goods arrive.
    Above,
}

/// Whether tax is charged, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaxTreatment {
    /// It is.
    Charged,
    /// The buyer owes it: a business in another member state (directive 2006/112/EC, article 138).
    ReverseCharge,
    /// The buyer is exempt.
    ExemptBuyer,
    /// The seller is not registered where the goods go.
    NotRegistered,
    /// The seller is registered in parts of the country, and which part it is is not known yet.
    AddressNeeded,
    /// There are no rates for where the goods go.
    NoZone,
}

impl TaxTreatment {
    /// The treatment with this code.
    pub fn parse(code: &str) -> Result<Self, Invalid> {
        [Self::Charged, Self::ReverseCharge, Self::ExemptBuyer, Self::NotRegistered, Self::AddressNeeded, Self::NoZone]
            .into_iter()
            .find(|treatment| treatment.code() == code)
            .ok_or_else(|| Invalid::new("tax_treatment_unknown", "why tax is owed or is not"))
    }

    /// Its name in data and for messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Charged => "tax_charged",
            Self::ReverseCharge => "tax_reverse_charge",
            Self::ExemptBuyer => "tax_exempt_buyer",
            Self::NotRegistered => "tax_not_registered",
            Self::AddressNeeded => "tax_address_needed",
            Self::NoZone => "tax_no_zone",
        }
    }
}

const NORTHERN_IRELAND: &str = "XI";

/// Whether a country is a member state of the European Union; for goods, Northern Ireland (`XI`) counts as one
/// (Windsor Framework, article 8).
pub fn is_in_european_union(country: Country) -> bool {
    const MEMBERS: [&str; 28] = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
    ];
    MEMBERS.binary_search(&country.as_str()).is_ok()
}

/// Whose taxes apply at a destination: its country, but Northern Ireland's where the postal code begins with `BT`.
fn territory(destination: &Destination) -> Country {
    let is_northern = destination.country.as_str() == "GB"
        && destination.postal_code.is_some_and(|code| code.as_str().starts_with("BT"));
    if is_northern { NORTHERN_IRELAND.parse().unwrap_or(destination.country) } else { destination.country }
}

/// Where the seller owes tax for a consumer, or why nowhere.
fn taxed_at(registrations: &[Registration], destination: &Destination) -> Result<Destination, TaxTreatment> {
    let place = territory(destination);
    let origin = origin(registrations);
    let from_union = origin.is_some_and(is_in_european_union);
    // What comes from the Union arrives in Northern Ireland as in a member state; what comes from elsewhere, as in the
    // rest of the United Kingdom.
    let is_here = |country: Country| country == place || (country == destination.country && !from_union);
    let mut needs_address = false;
    for registration in registrations {
        match registration {
            Registration::Domestic(country) if is_here(*country) => return Ok(*destination),
            Registration::Local(area) if is_here(area.country) => {
                // `XI` is a part of `GB` in addresses.
                let area = Area { country: destination.country, ..area.clone() };
                if area.contains(destination) {
                    return Ok(*destination);
                }
                needs_address |= (!area.regions.is_empty() && destination.region.is_none())
                    || (!area.postal.is_empty() && destination.postal_code.is_none());
            }
            Registration::Oss(threshold) if from_union && is_in_european_union(place) => {
                return Ok(match (threshold, origin) {
                    (OssThreshold::Below, Some(origin)) => Destination::country(origin),
                    _ => *destination,
                });
            }
            Registration::Domestic(_) | Registration::Local(_) | Registration::Oss(_) => {}
        }
    }
    Err(if needs_address { TaxTreatment::AddressNeeded } else { TaxTreatment::NotRegistered })
}

fn origin(registrations: &[Registration]) -> Option<Country> {
    registrations.iter().find_map(|registration| match registration {
        Registration::Domestic(country) => Some(*country),
        _ => None,
    })
}

/// How a buyer is taxed at a destination, and by which zone: for [`TaxTreatment::ReverseCharge`] and
/// [`TaxTreatment::ExemptBuyer`] the one by which a consumer would be, since prices may contain its tax.
pub(super) fn treatment<'rules>(
    registrations: &[Registration],
    zones: &'rules [TaxZone],
    destination: &Destination,
    buyer: &Buyer,
) -> (TaxTreatment, Option<&'rules TaxZone>) {
    let place = taxed_at(registrations, destination);
    let zone = place.ok().and_then(|place| zone_of(zones, &place));
    let origin = origin(registrations);
    match buyer.tax {
        TaxStatus::Exempt => (TaxTreatment::ExemptBuyer, zone),
        TaxStatus::Business { vat_country }
            if [Some(vat_country), Some(territory(destination))]
                .iter()
                .all(|country| country.is_some_and(is_in_european_union) && *country != origin)
                && origin.is_some_and(is_in_european_union) =>
        {
            // A seller without One-Stop-Shop sells to businesses elsewhere all the same: its prices contain its own tax.
            let own = || zone_of(zones, &Destination::country(origin?));
            (TaxTreatment::ReverseCharge, zone.or_else(own))
        }
        TaxStatus::Consumer | TaxStatus::Business { .. } => match (place, zone) {
            (Err(reason), _) => (reason, None),
            (Ok(_), None) => (TaxTreatment::NoZone, None),
            (Ok(_), Some(zone)) => (TaxTreatment::Charged, Some(zone)),
        },
    }
}

/// The zone of a destination: the one that says most about it.
fn zone_of<'zones>(zones: &'zones [TaxZone], destination: &Destination) -> Option<&'zones TaxZone> {
    let found = zones.iter().filter_map(|zone| Some((narrowest(&zone.areas, destination)?, zone)));
    found.max_by_key(|(narrowness, _)| *narrowness).map(|(_, zone)| zone)
}

impl TaxZone {
    /// Checks areas and rates.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        check_areas(&self.areas, &mut violations, "");
        if !self.rates.iter().any(|rate| rate.class == TaxClass::Standard) {
            violations.add("rates", "rate_missing", "a rate for the class standard");
        }
        for (index, rate) in self.rates.iter().enumerate() {
            let field = format!("rates.{}", rate.class.as_str());
            if self.rates[..index].iter().any(|other| other.class == rate.class) {
                violations.add(&field, "rate_twice", format!("one rate for {}", rate.class.as_str()));
            }
            if rate.class == TaxClass::Zero {
                violations.add(&field, "rate_of_zero", "no rate for the class zero: it is never taxed");
            }
            if rate.components.len() > COMPONENTS_MAX {
                violations.add(&field, "too_many", format!("at most {COMPONENTS_MAX} components"));
            }
            let sum: u64 = rate.components.iter().map(|component| u64::from(component.rate.0)).sum();
            if sum > u64::from(TAX_RATE_MAX) {
                violations.add(&field, "rate_invalid", "at most 100 % together");
            }
            let is_name = |name: &LocalizedText| {
                !name.is_empty() && name.iter().all(|(_, text)| (1..=NAME_BYTES_MAX).contains(&text.len()))
            };
            if !rate.components.iter().all(|component| is_name(&component.name)) {
                violations.add(&field, "text_invalid", format!("components with names of 1 to {NAME_BYTES_MAX} bytes"));
            }
        }
        violations.or(|| ())
    }

    /// The areas of both zones that want the same place and neither is the narrower.
    pub fn conflict_with(&self, other: &Self) -> Option<(usize, usize)> {
        conflict(&self.areas, &other.areas)
    }

    /// The parts of the rate of a class.
    pub(super) fn components(&self, class: TaxClass) -> &[RateComponent] {
        let of = |class: TaxClass| self.rates.iter().find(|rate| rate.class == class);
        match class {
            TaxClass::Zero => &[],
            class => of(class).or_else(|| of(TaxClass::Standard)).map_or(&[], |rate| &rate.components),
        }
    }
}
