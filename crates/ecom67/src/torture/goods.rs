//! What the tortured shop sells: a little of it to everybody, some of it to the fastest only, and coupons that run out.

use std::collections::BTreeMap;

use ecom67_audit::Limits;
use ecom67_domain::{PromotionCode, QuantityLimits, Sku};
use rand::Rng;
use serde_json::{Value, json};

/// Variants of which there are enough.
const PLENTY: u64 = 12;

/// Variants of which there are not.
const SCARCE: u64 = 6;

/// Variants that come by the pair, so many at least and so many at most.
const PAIRED: u64 = 2;
const PAIR: u32 = 2;
pub(super) const PAIRED_MAX: u32 = 6;

/// Units of a scarce variant there are for each hundred orders.
const SCARCE_PER_HUNDRED: u64 = 3;

/// The coupon that so many may use in all.
pub(super) const COUPON_OF_ALL: &str = "TEN";

/// The coupon that each customer may use once.
pub(super) const COUPON_OF_EACH: &str = "ONCE";

/// Gift cards that many have and that run empty, and others that last for a while: each is in many hands.
const SMALL_GIFT_CARDS: u64 = 5;
const LARGE_GIFT_CARDS: u64 = 3;
/// For so many orders there is one more of these: there is a limit to what is on one, and none is to be empty before most
/// have come.
const ORDERS_PER_LARGE_GIFT_CARD: u64 = 3_000;

/// The market, how goods are sent, and what is taxed.
const RULES: &str = r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}
{"type":"location","code":"main","name":"Main warehouse","country":"GB"}
{"type":"category","code":"mugs","name":{"en":"Mugs"}}
{"type":"calendar","code":"main","time_zone":"Europe/London","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":[]}
{"type":"tax_zone","code":"gb","areas":[{"country":"GB"}],"rates":{"standard":[{"name":"VAT","percent":"20"}],"reduced":[]}}
{"type":"registration","code":"home","kind":"domestic","country":"GB"}
{"type":"delivery_zone","code":"gb","areas":[{"country":"GB"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"position":1,"zones":["gb"],"locations":["main"],"rates":[{"currency":"GBP","price":{"flat":450}}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}
"#;

/// What there is to buy.
pub(super) struct Goods {
    /// The catalog, in the shop's own format.
    pub(super) lines: String,
    /// How many units there are of each variant.
    pub(super) stocked: BTreeMap<Sku, u64>,
    /// How often each coupon may be used.
    pub(super) limits: BTreeMap<PromotionCode, Limits>,
    /// Variants of which there are enough.
    pub(super) plenty: Vec<Sku>,
    /// Variants of which there are not.
    pub(super) scarce: Vec<Sku>,
    /// Variants of which there are enough, and of which one order may not have any number.
    pub(super) paired: Vec<Sku>,
    /// Which numbers.
    pub(super) quantities: BTreeMap<Sku, QuantityLimits>,
    /// What is on each gift card, in pence.
    pub(super) gift_cards: Vec<u64>,
    /// How many customers there are: each comes back a few times.
    pub(super) customers: u64,
}

impl Goods {
    /// Enough for so many orders, and of some things far too little.
    pub(super) fn stocked_for(orders: u64, random: &mut impl Rng) -> Self {
        let in_all = u32::try_from(orders / 20).unwrap_or(u32::MAX).max(3);
        let mut goods = Self {
            lines: RULES.to_owned(),
            stocked: BTreeMap::new(),
            limits: BTreeMap::new(),
            plenty: Vec::new(),
            scarce: Vec::new(),
            paired: Vec::new(),
            quantities: BTreeMap::new(),
            gift_cards: Vec::new(),
            customers: (orders / 3).max(2),
        };
        goods.limit("ten", COUPON_OF_ALL, 1_000, Limits { in_all: Some(in_all), per_customer: None });
        goods.limit("once", COUPON_OF_EACH, 500, Limits { in_all: None, per_customer: Some(1) });
        let enough = orders.saturating_mul(20).min(1_000_000);
        for number in 0..PLENTY {
            let sku = goods.product(&format!("mug-{number}"), enough, QuantityLimits::NONE, random);
            goods.plenty.extend(sku);
        }
        for number in 0..SCARCE {
            let units = (orders * SCARCE_PER_HUNDRED / 100).max(2) + random.random_range(0..3);
            let sku = goods.product(&format!("rare-{number}"), units, QuantityLimits::NONE, random);
            goods.scarce.extend(sku);
        }
        if let Ok(pairs) = QuantityLimits::new(Some(PAIR), Some(PAIRED_MAX), Some(PAIR)) {
            for number in 0..PAIRED {
                let sku = goods.product(&format!("pair-{number}"), enough, pairs, random);
                goods.quantities.extend(sku.clone().map(|sku| (sku, pairs)));
                goods.paired.extend(sku);
            }
        }
        // Small ones pay a part of a few orders, large ones the whole of some.
        let small = (0..SMALL_GIFT_CARDS).map(|_| random.random_range(500..15_000)).collect::<Vec<u64>>();
        let larges = LARGE_GIFT_CARDS.max(orders / ORDERS_PER_LARGE_GIFT_CARD);
        let large = (0..larges).map(|_| (orders * random.random_range(500..2_000)).clamp(50_000, 9_000_000));
        goods.gift_cards = small.into_iter().chain(large).collect();
        goods
    }

    fn limit(&mut self, code: &str, coupon: &str, basis_points: u32, limits: Limits) {
        let Ok(promotion) = code.parse() else { return };
        self.line(&json!({
            "type": "promotion",
            "code": code,
            "name": {"en": coupon},
            "coupons": [coupon],
            "limits": {"in_all": limits.in_all, "per_customer": limits.per_customer},
            "effect": {"kind": "percentage", "basis_points": basis_points},
        }));
        self.limits.insert(promotion, limits);
    }

    fn product(&mut self, code: &str, units: u64, limits: QuantityLimits, random: &mut impl Rng) -> Option<Sku> {
        let sku: Sku = code.to_ascii_uppercase().parse().ok()?;
        let price: u32 = random.random_range(290..9_990);
        self.line(&json!({
            "type": "product",
            "code": code,
            "status": "active",
            "categories": ["mugs"],
            "texts": {"en": {"name": code, "slug": code}},
            "variants": [{
                "sku": sku.as_str(),
                "prices": {"gb": {"currency": "GBP", "amount": price}},
                "stock": {"main": units},
                "quantity": {"min": limits.min(), "max": limits.max(), "step": limits.step()},
            }],
        }));
        self.stocked.insert(sku.clone(), units);
        Some(sku)
    }

    fn line(&mut self, record: &Value) {
        self.lines.push_str(&record.to_string());
        self.lines.push('\n');
    }
}
