//! Promotions: what is taken off, from what, and when.

use std::sync::Arc;

use super::Window;
use super::coupon::CouponCode;
use crate::code::{
    CategoryCode, CollectionCode, CustomerGroupCode, DeliveryMethodCode, MarketCode, ProductCode, PromotionCode, Sku,
};
use crate::money::{Currency, Money, PRICE_MINOR_MAX};
use crate::violation::Violations;

/// The most values of any list of a promotion: products, markets, coupons.
pub const PROMOTION_VALUES_MAX: usize = 500;
/// The most conditions on quantities.
pub const QUANTITY_CONDITIONS_MAX: usize = 4;
/// The most tiers.
pub const TIERS_MAX: usize = 20;
/// The whole, in basis points.
pub(super) const BASIS_POINTS: u32 = 10_000;
/// The most units of a gift, and of each side of "buy X get Y".
const UNITS_MAX: u32 = 1_000;

/// A promotion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Promotion {
    /// What staff call it.
    pub code: PromotionCode,
    /// Higher comes first; of equal ones the lower code.
    pub priority: i32,
    /// Whether others apply beside it.
    pub combination: Combination,
    /// The codes of which one must be entered; none: it applies by itself.
    pub coupons: Vec<CouponCode>,
    /// How often it may be used: carried through to the quote, enforced at checkout.
    pub limits: PromotionLimits,
    /// When it holds.
    pub window: Window,
    /// What must be so.
    pub conditions: Conditions,
    /// The lines it takes from.
    pub target: Selector,
    /// What it takes.
    pub effect: Effect,
}

/// Whether a promotion bears others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Combination {
    /// It applies beside others that stack.
    Stacking,
    /// It applies only where nothing has applied before it, and nothing applies after it.
    Exclusive,
}

/// How often a promotion may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PromotionLimits {
    /// In all.
    pub in_all: Option<u32>,
    /// By one customer.
    pub per_customer: Option<u32>,
}

/// What must be so for a promotion to apply; a condition that names nothing asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Conditions {
    /// One of these markets.
    pub markets: Vec<MarketCode>,
    /// One of these groups of customers.
    pub groups: Vec<CustomerGroupCode>,
    /// The buyer's first order. Where nobody knows yet it counts as one and is decided at checkout.
    pub first_order: bool,
    /// The goods cost at least so much, all lines together before any promotion.
    pub minimum_total: Option<Amounts>,
    /// So many of these are bought; each must hold.
    pub quantities: Vec<QuantityCondition>,
}

/// So many of some lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuantityCondition {
    /// What is counted.
    pub of: Selector,
    /// At least so many units.
    pub minimum: u32,
}

/// Some lines: those of which anything named here is true. One that names nothing is all lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector {
    /// Of one of these products.
    pub products: Vec<ProductCode>,
    /// One of these variants.
    pub skus: Vec<Sku>,
    /// In or below one of these categories.
    pub categories: Vec<CategoryCode>,
    /// In one of these collections.
    pub collections: Vec<CollectionCode>,
    /// With one of these tags.
    pub tags: Vec<Arc<str>>,
}

/// An amount in each currency in which it is known; a promotion says nothing in others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Amounts(pub Vec<Money>);

/// What a promotion takes off.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// A share of the lines together, in hundredths of a percent.
    Percentage {
        /// 10,000 is all.
        basis_points: u32,
    },
    /// An amount off the lines together.
    AmountOff(Amounts),
    /// An amount off each unit.
    AmountOffUnit(Amounts),
    /// Each unit costs so much, where it costs more.
    FixedPrice(Amounts),
    /// Delivery costs nothing.
    FreeDelivery {
        /// By one of these methods; none: by any.
        methods: Vec<DeliveryMethodCode>,
    },
    /// Of each `buy` + `get` units the `get` cheapest cost less.
    BuyGet {
        /// So many at their price.
        buy: u32,
        /// So many for less.
        get: u32,
        /// How much less; 10,000 is for nothing.
        basis_points: u32,
    },
    /// A share by how much the lines cost together: that of the highest tier that is reached.
    TotalTiers(Vec<TotalTier>),
    /// A share by how many units there are.
    QuantityTiers(Vec<QuantityTier>),
    /// Units of a variant for nothing.
    Gift {
        /// The variant.
        sku: Sku,
        /// How many.
        quantity: u32,
    },
}

/// A tier by what the lines cost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TotalTier {
    /// From here.
    pub from: Amounts,
    /// The share.
    pub basis_points: u32,
}

/// A tier by units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuantityTier {
    /// From here.
    pub from: u32,
    /// The share.
    pub basis_points: u32,
}

impl Amounts {
    /// The amount in a currency.
    pub fn in_currency(&self, currency: Currency) -> Option<i64> {
        self.0.iter().find(|amount| amount.currency() == currency).map(|amount| amount.minor())
    }

    fn check(&self, violations: &mut Violations, field: &str) {
        if self.0.is_empty() {
            violations.add(field, "amount_missing", "an amount in at least one currency");
        }
        for (index, amount) in self.0.iter().enumerate() {
            if !(0..=PRICE_MINOR_MAX).contains(&amount.minor()) {
                violations.add(field, "amount_invalid", format!("0 to {PRICE_MINOR_MAX} minor units"));
            }
            if self.0[..index].iter().any(|other| other.currency() == amount.currency()) {
                violations.add(field, "currency_twice", format!("{} once", amount.currency()));
            }
        }
    }
}

impl Selector {
    /// Whether it is all lines.
    pub fn is_everything(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.products.len() + self.skus.len() + self.categories.len() + self.collections.len() + self.tags.len()
    }

    fn check(&self, violations: &mut Violations, field: &str) {
        if self.len() > PROMOTION_VALUES_MAX {
            violations.add(field, "too_many", format!("at most {PROMOTION_VALUES_MAX} values"));
        }
    }
}

fn check_share(violations: &mut Violations, field: &str, basis_points: u32) {
    if !(1..=BASIS_POINTS).contains(&basis_points) {
        violations.add(field, "share_invalid", "1 to 10,000 hundredths of a percent");
    }
}

fn check_units(violations: &mut Violations, field: &str, units: u32) {
    if !(1..=UNITS_MAX).contains(&units) {
        violations.add(field, "units_invalid", format!("1 to {UNITS_MAX} units"));
    }
}

impl Promotion {
    /// Checks the promotion by itself: that its lists fit, that its amounts and shares are some, and that it can ever
    /// apply.
    pub fn check(&self) -> Result<(), Violations> {
        let mut violations = Violations::new();
        self.window.check(&mut violations, "");
        for (field, count) in [
            ("coupons", self.coupons.len()),
            ("conditions.markets", self.conditions.markets.len()),
            ("conditions.groups", self.conditions.groups.len()),
        ] {
            if count > PROMOTION_VALUES_MAX {
                violations.add(field, "too_many", format!("at most {PROMOTION_VALUES_MAX} values"));
            }
        }
        if self.conditions.quantities.len() > QUANTITY_CONDITIONS_MAX {
            let expected = format!("at most {QUANTITY_CONDITIONS_MAX} conditions");
            violations.add("conditions.quantities", "too_many", expected);
        }
        for (index, quantity) in self.conditions.quantities.iter().enumerate() {
            let field = format!("conditions.quantities[{index}]");
            quantity.of.check(&mut violations, &field);
            if quantity.minimum == 0 {
                violations.add(format!("{field}.minimum"), "units_invalid", "at least one unit");
            }
        }
        if let Some(minimum) = &self.conditions.minimum_total {
            minimum.check(&mut violations, "conditions.minimum_total");
        }
        for (field, limit) in [("limits.in_all", self.limits.in_all), ("limits.per_customer", self.limits.per_customer)]
        {
            if limit == Some(0) {
                violations.add(field, "promotion_never_applies", "at least one use");
            }
        }
        if let (Some(in_all), Some(per_customer)) = (self.limits.in_all, self.limits.per_customer)
            && per_customer > in_all
        {
            violations.add("limits.per_customer", "limit_invalid", "no more uses by one customer than in all");
        }
        self.target.check(&mut violations, "target");
        self.check_effect(&mut violations);
        self.check_currencies(&mut violations);
        violations.or(|| ())
    }

    fn check_effect(&self, violations: &mut Violations) {
        match &self.effect {
            Effect::Percentage { basis_points } => check_share(violations, "effect.basis_points", *basis_points),
            Effect::AmountOff(amounts) | Effect::AmountOffUnit(amounts) => {
                amounts.check(violations, "effect.amounts");
                if amounts.0.iter().any(|amount| amount.minor() == 0) {
                    violations.add("effect.amounts", "amount_invalid", "more than nothing");
                }
            }
            Effect::FixedPrice(amounts) => amounts.check(violations, "effect.amounts"),
            Effect::FreeDelivery { methods } => {
                if methods.len() > PROMOTION_VALUES_MAX {
                    violations.add("effect.methods", "too_many", format!("at most {PROMOTION_VALUES_MAX} values"));
                }
            }
            Effect::BuyGet { buy, get, basis_points } => {
                check_units(violations, "effect.buy", *buy);
                check_units(violations, "effect.get", *get);
                check_share(violations, "effect.basis_points", *basis_points);
            }
            Effect::TotalTiers(tiers) => {
                check_tiers(violations, tiers.len());
                for (index, tier) in tiers.iter().enumerate() {
                    tier.from.check(violations, &format!("effect.tiers[{index}].from"));
                    check_share(violations, &format!("effect.tiers[{index}].basis_points"), tier.basis_points);
                }
            }
            Effect::QuantityTiers(tiers) => {
                check_tiers(violations, tiers.len());
                for (index, tier) in tiers.iter().enumerate() {
                    check_share(violations, &format!("effect.tiers[{index}].basis_points"), tier.basis_points);
                }
            }
            Effect::Gift { quantity, .. } => check_units(violations, "effect.quantity", *quantity),
        }
    }

    /// A condition in euros and an effect in dollars contradict each other.
    fn check_currencies(&self, violations: &mut Violations) {
        let (Effect::AmountOff(amounts) | Effect::AmountOffUnit(amounts) | Effect::FixedPrice(amounts)) = &self.effect
        else {
            return;
        };
        if let Some(minimum) = &self.conditions.minimum_total
            && !minimum.0.iter().any(|minimum| amounts.in_currency(minimum.currency()).is_some())
        {
            let expected = "a currency that condition and effect have in common";
            violations.add("conditions.minimum_total", "promotion_never_applies", expected);
        }
    }
}

fn check_tiers(violations: &mut Violations, count: usize) {
    if !(1..=TIERS_MAX).contains(&count) {
        violations.add("effect.tiers", "tiers_invalid", format!("1 to {TIERS_MAX} tiers"));
    }
}
