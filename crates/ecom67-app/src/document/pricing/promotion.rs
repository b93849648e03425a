//! Promotions as they are written down.

use ecom67_domain::Violations;
use ecom67_domain::pricing::{
    Combination, Conditions, Effect, Promotion, PromotionLimits, QuantityCondition, QuantityTier, Selector, TotalTier,
};
use ecom67_domain::product::{NAME_LENGTH_MAX, TAGS_MAX};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AmountsDocument, amounts, parse_all, window};
use crate::document::{TextDocument, parse, required_text};

/// A promotion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionDocument {
    /// What staff call it.
    pub code: String,
    /// What a shopper reads.
    pub name: TextDocument,
    /// Higher comes first.
    #[serde(default)]
    pub priority: i32,
    /// Whether it bears no other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclusive: bool,
    /// The codes of which one must be entered; none: it applies by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coupons: Vec<String>,
    /// How often it may be used.
    #[serde(default, skip_serializing_if = "PromotionLimitsDocument::is_empty")]
    pub limits: PromotionLimitsDocument,
    /// The first instant at which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Timestamp>,
    /// The first instant at which it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// What must be so.
    #[serde(default, skip_serializing_if = "ConditionsDocument::is_empty")]
    pub conditions: ConditionsDocument,
    /// The lines it takes from.
    #[serde(default, skip_serializing_if = "SelectorDocument::is_empty")]
    pub target: SelectorDocument,
    /// What it takes.
    pub effect: EffectDocument,
}

/// How often a promotion may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PromotionLimitsDocument {
    /// In all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_all: Option<u32>,
    /// By one customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_customer: Option<u32>,
}

/// What must be so: all of this.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConditionsDocument {
    /// One of these markets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<String>,
    /// One of these groups of customers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The buyer's first order.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub first_order: bool,
    /// The goods cost at least so much before promotions.
    #[serde(skip_serializing_if = "AmountsDocument::is_empty")]
    pub minimum_total: AmountsDocument,
    /// So many of these are bought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<QuantityConditionDocument>,
}

/// So many of some lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityConditionDocument {
    /// What is counted.
    #[serde(default, skip_serializing_if = "SelectorDocument::is_empty")]
    pub of: SelectorDocument,
    /// At least so many units.
    pub minimum: u32,
}

/// Lines of which anything named here is true; all lines where nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectorDocument {
    /// Codes of products.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// Variants. They need not exist yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
    /// Categories, with all below them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Collections.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<String>,
    /// Tags, spelled as products have them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What a promotion takes off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum EffectDocument {
    /// A share of the lines together.
    Percentage {
        /// In hundredths of a percent: 1,000 is a tenth.
        basis_points: u32,
    },
    /// An amount off the lines together.
    AmountOff {
        /// By currency.
        amounts: AmountsDocument,
    },
    /// An amount off each unit.
    AmountOffUnit {
        /// By currency.
        amounts: AmountsDocument,
    },
    /// Each unit costs so much.
    FixedPrice {
        /// By currency.
        amounts: AmountsDocument,
    },
    /// Delivery costs nothing.
    FreeDelivery {
        /// By one of these methods; none: by any.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        methods: Vec<String>,
    },
    /// Of each `buy` + `get` units the `get` cheapest cost less.
    BuyGet {
        /// So many at their price.
        buy: u32,
        /// So many for less.
        get: u32,
        /// How much less, in hundredths of a percent.
        basis_points: u32,
    },
    /// A share by what the lines cost.
    TotalTiers {
        /// The tiers.
        tiers: Vec<TotalTierDocument>,
    },
    /// A share by how many units there are.
    QuantityTiers {
        /// The tiers.
        tiers: Vec<QuantityTierDocument>,
    },
    /// Units of a variant for nothing.
    Gift {
        /// The variant. It need not exist yet.
        sku: String,
        /// How many.
        quantity: u32,
    },
}

/// A tier by what the lines cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TotalTierDocument {
    /// From here, by currency.
    pub from: AmountsDocument,
    /// The share in hundredths of a percent.
    pub basis_points: u32,
}

/// A tier by units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantityTierDocument {
    /// From here.
    pub from: u32,
    /// The share in hundredths of a percent.
    pub basis_points: u32,
}

impl PromotionLimitsDocument {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ConditionsDocument {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn to_conditions(&self, violations: &mut Violations) -> Conditions {
        let field = "conditions.minimum_total";
        let minimum_total = (!self.minimum_total.is_empty()).then(|| amounts(violations, field, &self.minimum_total));
        let mut quantities = Vec::new();
        for (index, QuantityConditionDocument { of, minimum }) in self.quantities.iter().enumerate() {
            let of = of.to_selector(violations, &format!("conditions.quantities[{index}].of"));
            quantities.push(QuantityCondition { of, minimum: *minimum });
        }
        Conditions {
            markets: parse_all(violations, "conditions.markets", &self.markets),
            groups: parse_all(violations, "conditions.groups", &self.groups),
            first_order: self.first_order,
            minimum_total,
            quantities,
        }
    }
}

impl SelectorDocument {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn to_selector(&self, violations: &mut Violations, field: &str) -> Selector {
        for (index, tag) in self.tags.iter().enumerate() {
            if tag.is_empty() || tag.chars().count() > NAME_LENGTH_MAX {
                let expected = format!("1 to {NAME_LENGTH_MAX} characters, as products have it");
                violations.add(format!("{field}.tags[{index}]"), "text_invalid", expected);
            }
        }
        if self.tags.len() > TAGS_MAX {
            violations.add(format!("{field}.tags"), "too_many", format!("at most {TAGS_MAX} tags"));
        }
        Selector {
            products: parse_all(violations, &format!("{field}.products"), &self.products),
            skus: parse_all(violations, &format!("{field}.skus"), &self.skus),
            categories: parse_all(violations, &format!("{field}.categories"), &self.categories),
            collections: parse_all(violations, &format!("{field}.collections"), &self.collections),
            tags: self.tags.iter().map(|tag| tag.as_str().into()).collect(),
        }
    }
}

impl EffectDocument {
    fn to_effect(&self, violations: &mut Violations) -> Option<Effect> {
        const AMOUNTS: &str = "effect.amounts";
        Some(match self {
            Self::Percentage { basis_points } => Effect::Percentage { basis_points: *basis_points },
            Self::AmountOff { amounts: document } => Effect::AmountOff(amounts(violations, AMOUNTS, document)),
            Self::AmountOffUnit { amounts: document } => Effect::AmountOffUnit(amounts(violations, AMOUNTS, document)),
            Self::FixedPrice { amounts: document } => Effect::FixedPrice(amounts(violations, AMOUNTS, document)),
            Self::FreeDelivery { methods } => {
                Effect::FreeDelivery { methods: parse_all(violations, "effect.methods", methods) }
            }
            Self::BuyGet { buy, get, basis_points } => {
                Effect::BuyGet { buy: *buy, get: *get, basis_points: *basis_points }
            }
            Self::TotalTiers { tiers } => {
                let tier = |(index, tier): (usize, &TotalTierDocument)| TotalTier {
                    from: amounts(violations, &format!("effect.tiers[{index}].from"), &tier.from),
                    basis_points: tier.basis_points,
                };
                Effect::TotalTiers(tiers.iter().enumerate().map(tier).collect())
            }
            Self::QuantityTiers { tiers } => {
                let tier =
                    |tier: &QuantityTierDocument| QuantityTier { from: tier.from, basis_points: tier.basis_points };
                Effect::QuantityTiers(tiers.iter().map(tier).collect())
            }
            Self::Gift { sku, quantity } => {
                Effect::Gift { sku: parse(violations, "effect.sku", sku)?, quantity: *quantity }
            }
        })
    }
}

impl PromotionDocument {
    /// The promotion, checked by itself.
    pub fn to_promotion(&self) -> Result<Promotion, Violations> {
        let mut violations = Violations::new();
        let code = parse(&mut violations, "code", &self.code);
        required_text(&mut violations, "name", &self.name);
        let coupons = parse_all(&mut violations, "coupons", &self.coupons);
        let conditions = self.conditions.to_conditions(&mut violations);
        let target = self.target.to_selector(&mut violations, "target");
        let effect = self.effect.to_effect(&mut violations);
        let (Some(code), Some(effect), true) = (code, effect, violations.is_empty()) else { return Err(violations) };
        let PromotionLimitsDocument { in_all, per_customer } = self.limits;
        let promotion = Promotion {
            code,
            priority: self.priority,
            combination: if self.exclusive { Combination::Exclusive } else { Combination::Stacking },
            coupons,
            limits: PromotionLimits { in_all, per_customer },
            window: window(self.starts, self.ends),
            conditions,
            target,
            effect,
        };
        promotion.check()?;
        Ok(promotion)
    }

    /// Each selector with its field.
    pub(crate) fn selectors(&self) -> impl Iterator<Item = (String, &SelectorDocument)> {
        let conditions = self.conditions.quantities.iter().enumerate();
        let conditions =
            conditions.map(|(index, condition)| (format!("conditions.quantities[{index}].of"), &condition.of));
        std::iter::once(("target".to_owned(), &self.target)).chain(conditions)
    }
}
