//! Tax zones and registrations as they are written down.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_domain::pricing::{
    ClassRate, DeliveryTax, OssThreshold, RateComponent, Registration, TAX_RATE_MAX, TaxRate, TaxRounding, TaxZone,
};
use ecom67_domain::product::TaxClass;
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Language, LocalizedText, Violations};
use serde::{Deserialize, Serialize};

use super::area::{AreaDocument, PostalRangeDocument, areas};
use crate::document::{TextDocument, localized, parse};

/// A part of the world that is taxed alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxZoneDocument {
    /// The zone's code.
    pub code: String,
    /// What it is made of.
    pub areas: Vec<AreaDocument>,
    /// By tax class the parts of its rate; `standard` must be there.
    pub rates: BTreeMap<String, Vec<RateDocument>>,
    /// How it is rounded.
    #[serde(default)]
    pub rounding: TaxRoundingDocument,
    /// What delivery is taxed at.
    #[serde(default)]
    pub delivery: DeliveryTaxDocument,
}

/// A part of a rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateDocument {
    /// What it is called on the invoice.
    pub name: TaxNameDocument,
    /// A decimal number with at most four decimals, such as `8.875`: a text, since no float touches money.
    pub percent: String,
}

/// What a part of a rate is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TaxNameDocument {
    /// The same in every language.
    Everywhere(String),
    /// In each language.
    Localized(TextDocument),
}

impl TaxNameDocument {
    fn to_text(&self, violations: &mut Violations, field: &str) -> LocalizedText {
        match self {
            // What is asked for in a language that it is not in falls back to this one.
            Self::Everywhere(name) => LocalizedText::new(Language::ENGLISH, name.as_str()),
            Self::Localized(names) => localized(violations, field, names),
        }
    }
}

/// How a tax is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRoundingDocument {
    /// Once for all that is taxed at one rate.
    #[default]
    PerRate,
    /// For each line.
    PerLine,
}

/// What delivery is taxed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryTaxDocument {
    /// The standard rate.
    #[default]
    Standard,
    /// The goods' rates in proportion.
    ProRata,
    /// The rate at which most is paid.
    MainGood,
    /// Nothing.
    Untaxed,
}

/// Where the seller pays taxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationDocument {
    /// The registration's code.
    pub code: String,
    /// Which sort.
    pub kind: RegistrationKindDocument,
    /// Where, ISO 3166-1; not for `oss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// For `local`: in these regions only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// For `local`: for these postal codes only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postal: Vec<PostalRangeDocument>,
    /// For `oss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<OssThresholdDocument>,
}

/// Which sort of registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationKindDocument {
    /// Where the seller is established and sends from.
    Domestic,
    /// Elsewhere.
    Local,
    /// The Union's One-Stop-Shop.
    Oss,
}

/// Which side of the threshold of the One-Stop-Shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OssThresholdDocument {
    /// Taxed where the seller is.
    Below,
    /// Taxed where the goods arrive.
    Above,
}

/// Reads a percentage exactly, into millionths.
fn rate(percent: &str) -> Result<TaxRate, Invalid> {
    const DECIMALS: usize = 4;
    let invalid = || Invalid::new("rate_invalid", "0 to 100 percent, with at most four decimals");
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || fraction.len() > DECIMALS || !all_digits(whole) || !all_digits(fraction) {
        return Err(invalid());
    }
    let millionths: u32 = format!("{whole}{fraction:0<DECIMALS$}").parse().map_err(|_| invalid())?;
    if millionths > TAX_RATE_MAX { Err(invalid()) } else { Ok(TaxRate(millionths)) }
}

impl TaxZoneDocument {
    /// The zone, checked by itself.
    pub fn to_tax_zone(&self) -> Result<TaxZone, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        let areas = areas(&mut violations, &self.areas);
        let mut rates = Vec::new();
        for (class, parts) in &self.rates {
            let field = format!("rates.{class}");
            let class = violations.keep(&field, TaxClass::parse(class));
            let mut components = Vec::new();
            for (index, part) in parts.iter().enumerate() {
                let rate = violations.keep(format!("{field}[{index}].percent"), rate(&part.percent));
                let name = part.name.to_text(&mut violations, &format!("{field}[{index}].name"));
                components.extend(rate.map(|rate| RateComponent { name: Arc::new(name), rate }));
            }
            rates.extend(class.map(|class| ClassRate { class, components }));
        }
        let (Some(code), true) = (code, violations.is_empty()) else { return Err(violations) };
        let zone = TaxZone {
            code,
            areas,
            rates,
            rounding: match self.rounding {
                TaxRoundingDocument::PerRate => TaxRounding::HalfUpPerRate,
                TaxRoundingDocument::PerLine => TaxRounding::HalfUpPerLine,
            },
            delivery: match self.delivery {
                DeliveryTaxDocument::Standard => DeliveryTax::Standard,
                DeliveryTaxDocument::ProRata => DeliveryTax::ProRata,
                DeliveryTaxDocument::MainGood => DeliveryTax::MainGood,
                DeliveryTaxDocument::Untaxed => DeliveryTax::Untaxed,
            },
        };
        zone.check()?;
        Ok(zone)
    }
}

impl RegistrationDocument {
    /// The registration, checked by itself.
    pub fn to_registration(&self) -> Result<Registration, Violations> {
        let mut violations = Violations::new();
        // Its code is nobody's but the record's; the shape is that of all codes.
        parse::<ecom67_domain::TaxZoneCode>(&mut violations, "code", &self.code);
        let is_oss = self.kind == RegistrationKindDocument::Oss;
        if is_oss != self.threshold.is_some() {
            violations.add("threshold", "threshold_invalid", "below or above, for oss and nothing else");
        }
        if is_oss == self.country.is_some() {
            violations.add("country", "country_invalid", "a country, for everything but oss");
        }
        let has_parts = !(self.regions.is_empty() && self.postal.is_empty());
        if has_parts && self.kind != RegistrationKindDocument::Local {
            violations.add("regions", "regions_invalid", "parts of a country for local only");
        }
        let area = self.country.as_ref().and_then(|country| {
            let (regions, postal) = (self.regions.clone(), self.postal.clone());
            AreaDocument { country: country.clone(), regions, postal }.to_area(&mut violations, "")
        });
        violations.or(|| ())?;
        let threshold = match self.threshold {
            Some(OssThresholdDocument::Below) => OssThreshold::Below,
            Some(OssThresholdDocument::Above) | None => OssThreshold::Above,
        };
        Ok(match (self.kind, area) {
            (RegistrationKindDocument::Domestic, Some(area)) => Registration::Domestic(area.country),
            (RegistrationKindDocument::Local, Some(area)) => Registration::Local(area),
            (_, _) => Registration::Oss(threshold),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tax_is_called_the_same_everywhere_or_by_each_language() {
        let zone = |name: &str| -> TaxZoneDocument {
            let rates = format!(r#"{{"standard":[{{"name":{name},"percent":"19"}}]}}"#);
            serde_json::from_str(&format!(r#"{{"code":"de","areas":[{{"country":"DE"}}],"rates":{rates}}}"#)).unwrap()
        };
        let called = |name: &str, language| {
            let zone = zone(name).to_tax_zone().unwrap();
            zone.rates[0].components[0].name.get(language).to_owned()
        };

        let both = r#"{"en":"VAT","de":"MwSt."}"#;
        assert_eq!([called(both, Language::GERMAN), called(both, Language::ENGLISH)], ["MwSt.", "VAT"]);
        let plain = r#""VAT""#;
        assert_eq!([called(plain, Language::GERMAN), called(plain, Language::ENGLISH)], ["VAT", "VAT"]);
        assert_eq!(serde_json::to_value(zone(plain)).unwrap()["rates"]["standard"][0]["name"], "VAT");
        for wrong in ["{}", r#"{"de":""}"#, "\"\""] {
            let refused = zone(wrong).to_tax_zone().unwrap_err();
            assert_eq!(refused.as_slice()[0].code, "text_invalid", "{wrong}");
        }
    }

    #[test]
    fn a_rate_is_read_exactly_or_refused() {
        for (percent, millionths) in [("19", 190_000), ("5.5", 55_000), ("8.875", 88_750), ("0", 0), ("100", 1_000_000)]
        {
            assert_eq!(rate(percent), Ok(TaxRate(millionths)), "{percent}");
        }
        for wrong in ["", "-1", "1e1", "100.0001", "8.87501", "19 %", "7,7", ".5"] {
            assert_eq!(rate(wrong).unwrap_err().code, "rate_invalid", "{wrong}");
        }
    }
}
