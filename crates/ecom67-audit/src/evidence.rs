//! What is laid before the audit.

use std::collections::BTreeMap;

use ecom67_domain::code::PromotionCode;
use ecom67_domain::{QuantityLimits, Sku};
use jiff::Timestamp;

use crate::{Deed, ShopRecords, Told};

/// What the three sides know, after everything has come to rest. Every cart was bought once at most.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What the provider has done, in order. Its amounts are in the unit in which the shop counts, too.
    pub ledger: Vec<Deed>,
    /// What the shop has written down.
    pub shop: ShopRecords,
    /// What buyers were told.
    pub told: Vec<Told>,
    /// How many units of each variant there ever were, by whoever filled the shop; nothing follows for others.
    pub stocked: BTreeMap<Sku, u64>,
    /// How often promotions may be used.
    pub limits: BTreeMap<PromotionCode, Limits>,
    /// What one order may have, and one customer.
    pub order_limits: OrderLimits,
    /// When the shop's records were read.
    pub at: Timestamp,
}

/// How often a promotion may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// By all together.
    pub in_all: Option<u32>,
    /// By one customer.
    pub per_customer: Option<u32>,
}

/// What one order may have, and how many orders one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderLimits {
    /// How many units of a variant one order may have; any number of others.
    pub quantities: BTreeMap<Sku, QuantityLimits>,
    /// How many orders of one customer may hold goods at once without being paid for; any number where that is not said.
    pub open_of_customer: Option<u32>,
}
