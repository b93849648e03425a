//! Where goods go, and the areas that tax and delivery zones are made of.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::market::Country;
use crate::violation::{Invalid, Violations};

/// The most regions that one area names.
pub const REGIONS_MAX: usize = 100;
/// The most postal ranges that one area names.
pub const POSTAL_RANGES_MAX: usize = 500;

/// A part of a country: the part of an ISO 3166-2 code behind the country, such as `NY` of `US-NY`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region([u8; 3]);

impl Region {
    /// The one to three letters and digits.
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap_or(3);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl FromStr for Region {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if text.is_empty() || text.len() > 3 || !is_plain {
            return Err(Invalid::new(
                "region_invalid",
                "a region is the second part of an ISO 3166-2 code, such as NY",
            ));
        }
        let mut bytes = [0; 3];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(bytes))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Region({self})")
    }
}

/// The longest postal code, without what is between its signs.
const POSTAL_CODE_LENGTH_MAX: usize = 10;

/// A postal code, or the beginning of one: capitals and digits without spaces, so that `bt1 5gs` is `BT15GS`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PostalCode {
    signs: [u8; POSTAL_CODE_LENGTH_MAX],
    length: u8,
}

impl PostalCode {
    /// The signs without spaces.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.signs()).unwrap_or_default()
    }

    fn signs(&self) -> &[u8] {
        &self.signs[..usize::from(self.length)]
    }

    fn beginning(&self, length: usize) -> &[u8] {
        &self.signs()[..length.min(usize::from(self.length))]
    }
}

impl FromStr for PostalCode {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(
                "postal_code_invalid",
                format!(
                    "a postal code has 1 to {POSTAL_CODE_LENGTH_MAX} letters and digits; spaces and - do not count"
                ),
            )
        };
        let (mut signs, mut length) = ([0; POSTAL_CODE_LENGTH_MAX], 0_u8);
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            let place = signs.get_mut(usize::from(length)).ok_or_else(invalid)?;
            if !byte.is_ascii_alphanumeric() {
                return Err(invalid());
            }
            *place = byte.to_ascii_uppercase();
            length += 1;
        }
        if length == 0 { Err(invalid()) } else { Ok(Self { signs, length }) }
    }
}

impl fmt::Display for PostalCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for PostalCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A postal code may tell of a person.
        formatter.write_str("PostalCode(..)")
    }
}

/// Postal codes from one beginning to another, both included: `10` to `14` has `10001` and `14999`, and `BT` to `BT` all
/// that begin so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostalRange {
    /// The lowest beginning.
    pub from: PostalCode,
    /// The highest beginning.
    pub to: PostalCode,
}

impl PostalRange {
    /// Whether the code lies in the range. One that is shorter than the range's ends is not known to.
    pub fn contains(&self, code: &PostalCode) -> bool {
        let (from, to) = (self.from.signs(), self.to.signs());
        code.beginning(from.len()) >= from && code.beginning(to.len()) <= to && code.signs().len() >= from.len()
    }

    fn overlaps(&self, other: &Self) -> bool {
        let reaches = |from: &PostalCode, to: &PostalCode| from.beginning(to.signs().len()) <= to.signs();
        reaches(&self.from, &other.to) && reaches(&other.from, &self.to)
    }
}

/// Where goods go. Before an address is known it is an estimate: the country, and what the shopper said of the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The country.
    pub country: Country,
    /// The region in it.
    pub region: Option<Region>,
    /// The postal code.
    pub postal_code: Option<PostalCode>,
}

impl Destination {
    /// Somewhere in a country.
    pub const fn country(country: Country) -> Self {
        Self { country, region: None, postal_code: None }
    }
}

/// A part of the world: a country, or some regions of it, or some of its postal codes, or what is in both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Area {
    /// The country.
    pub country: Country,
    /// The regions; none: all.
    pub regions: Vec<Region>,
    /// The postal codes; none: all.
    pub postal: Vec<PostalRange>,
}

impl Area {
    /// A whole country.
    pub const fn country(country: Country) -> Self {
        Self { country, regions: Vec::new(), postal: Vec::new() }
    }

    /// Whether the destination is known to lie in the area.
    pub fn contains(&self, destination: &Destination) -> bool {
        let in_region =
            || self.regions.is_empty() || destination.region.is_some_and(|region| self.regions.contains(&region));
        let in_range = || {
            let code = destination.postal_code.as_ref();
            self.postal.is_empty() || code.is_some_and(|code| self.postal.iter().any(|range| range.contains(code)))
        };
        self.country == destination.country && in_region() && in_range()
    }

    /// How narrow it is: of two areas the one that says more about a place is meant for it. Postal codes say more than
    /// regions.
    fn narrowness(&self) -> u8 {
        u8::from(!self.postal.is_empty()) * 2 + u8::from(!self.regions.is_empty())
    }

    /// Whether some place lies in both and neither is the narrower.
    fn conflicts_with(&self, other: &Self) -> bool {
        let regions_meet = self.regions.is_empty() || self.regions.iter().any(|region| other.regions.contains(region));
        let ranges_meet = self.postal.is_empty()
            || self.postal.iter().any(|range| other.postal.iter().any(|other| range.overlaps(other)));
        self.country == other.country && self.narrowness() == other.narrowness() && regions_meet && ranges_meet
    }

    fn check(&self, violations: &mut Violations, field: &str) {
        if self.regions.len() > REGIONS_MAX {
            violations.add(format!("{field}.regions"), "too_many", format!("at most {REGIONS_MAX} regions"));
        }
        if self.postal.len() > POSTAL_RANGES_MAX {
            violations.add(format!("{field}.postal"), "too_many", format!("at most {POSTAL_RANGES_MAX} ranges"));
        }
        for (index, range) in self.postal.iter().enumerate() {
            let is_backwards = range.from.beginning(range.to.signs().len()).cmp(range.to.signs()) == Ordering::Greater;
            if is_backwards {
                violations.add(format!("{field}.postal[{index}]"), "postal_range_empty", "from is not above to");
            }
        }
    }
}

/// The narrowest of `areas` that has the destination: its narrowness, for comparison between zones.
pub(super) fn narrowest(areas: &[Area], destination: &Destination) -> Option<u8> {
    areas.iter().filter(|area| area.contains(destination)).map(Area::narrowness).max()
}

/// Checks the areas of one zone by themselves.
pub(super) fn check_areas(areas: &[Area], violations: &mut Violations, field: &str) {
    if areas.is_empty() {
        violations.add(format!("{field}areas"), "area_missing", "at least one area");
    }
    for (index, area) in areas.iter().enumerate() {
        area.check(violations, &format!("{field}areas[{index}]"));
    }
}

/// The first pair of areas of two zones that both want the same place.
pub(super) fn conflict(areas: &[Area], others: &[Area]) -> Option<(usize, usize)> {
    let pairs = areas.iter().enumerate().flat_map(|(index, area)| {
        others.iter().enumerate().map(move |(other_index, other)| ((index, other_index), area.conflicts_with(other)))
    });
    pairs.filter(|(_, conflicts)| *conflicts).map(|(pair, _)| pair).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> PostalRange {
        PostalRange { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn a_postal_code_is_found_in_a_range_however_it_is_spaced() {
        for (from, to, code, expected) in [
            ("BT", "BT", "bt1 5gs", true),
            ("BT", "BT", "B1 1AA", false),
            ("10", "14", "10001", true),
            ("10", "14", "14999-1234", true),
            ("10", "14", "15000", false),
            ("27498", "27498", "27498", true),
            ("27498", "27498", "2749", false),
            ("100", "149", "1", false),
        ] {
            assert_eq!(range(from, to).contains(&code.parse().unwrap()), expected, "{code} in {from} to {to}");
        }
    }

    #[test]
    fn ranges_that_share_a_code_overlap() {
        for (one, other, expected) in [
            (("10", "14"), ("14", "20"), true),
            (("10", "14"), ("149", "2"), true),
            (("10", "14"), ("15", "20"), false),
            (("BT", "BT"), ("BT1", "BT2"), true),
            (("BT", "BT"), ("B1", "B9"), false),
        ] {
            let (one, other) = (range(one.0, one.1), range(other.0, other.1));
            assert_eq!((one.overlaps(&other), other.overlaps(&one)), (expected, expected), "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_whole_country_and_a_part_of_it_are_no_conflict_two_equal_parts_are() {
        let gb: Country = "GB".parse().unwrap();
        let northern = Area { postal: vec![range("BT", "BT")], ..Area::country(gb) };

        assert_eq!(conflict(&[Area::country(gb)], std::slice::from_ref(&northern)), None);
        assert_eq!(conflict(&[Area::country(gb)], &[northern.clone(), Area::country(gb)]), Some((0, 1)));
        assert_eq!(conflict(std::slice::from_ref(&northern), std::slice::from_ref(&northern)), Some((0, 0)));
    }
}
