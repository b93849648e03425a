//! Parts of the world as they are written down.

use ecom67_domain::Violations;
use ecom67_domain::pricing::{Area, PostalRange};
use serde::{Deserialize, Serialize};

use super::parse_all;
use crate::document::parse;

/// A country, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaDocument {
    /// ISO 3166-1.
    pub country: String,
    /// Regions, the second part of their ISO 3166-2 code; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Ranges of postal codes; none: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postal: Vec<PostalRangeDocument>,
}

/// Postal codes that begin between these two, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostalRangeDocument {
    /// The lowest beginning.
    pub from: String,
    /// The highest beginning.
    pub to: String,
}

impl AreaDocument {
    pub(super) fn to_area(&self, violations: &mut Violations, field: &str) -> Option<Area> {
        let below = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        let country = parse(violations, below("country"), &self.country);
        let regions = parse_all(violations, &below("regions"), &self.regions);
        let mut postal = Vec::new();
        for (index, range) in self.postal.iter().enumerate() {
            let field = below(&format!("postal[{index}]"));
            let from = parse(violations, format!("{field}.from"), &range.from);
            let to = parse(violations, format!("{field}.to"), &range.to);
            postal.extend(from.zip(to).map(|(from, to)| PostalRange { from, to }));
        }
        Some(Area { country: country?, regions, postal })
    }
}

pub(super) fn areas(violations: &mut Violations, documents: &[AreaDocument]) -> Vec<Area> {
    let areas = documents.iter().enumerate();
    areas.filter_map(|(index, area)| area.to_area(violations, &format!("areas[{index}]"))).collect()
}
