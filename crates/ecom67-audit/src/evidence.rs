//! What is laid before the audit.

use std::collections::BTreeMap;

use ecom67_domain::Sku;
use ecom67_domain::code::PromotionCode;
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
