//! Promotions to measure with: many in the store, of which few have to do with any one cart, as in real shops.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::chance::Chance;

const SEED: u64 = 1_967;
/// Those that every cart has to do with, of which it gets the best alone: of so many stored ones there is one, and never
/// more than this.
const GENERAL_EACH: usize = 1_000;
const GENERAL_MAX: usize = 10;

/// Writes so many promotions into a file, as lines of the shop's own format.
pub(crate) fn write(path: &Path, catalog: &Catalog, promotions: usize) -> Result<()> {
    let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
    let mut file = BufWriter::new(file);
    let mut chance = Chance::seeded(SEED);
    for number in 0..promotions {
        serde_json::to_writer(&mut file, &promotion(&mut chance, catalog, number))?;
        file.write_all(b"\n")?;
    }
    file.flush().context("the promotions cannot be written")
}

/// Every second one is for one variant, every fifth opened by a coupon, the others need several of one variant.
fn promotion(chance: &mut Chance, catalog: &Catalog, number: usize) -> Value {
    let sku = || json!([catalog.products[number * 31 % catalog.products.len()].sku]);
    let basis_points = 500 + 100 * chance.below(20);
    let percentage = json!({"kind": "percentage", "basis_points": basis_points});
    let mut promotion = json!({"type": "promotion", "code": format!("bench-{number}"),
        "name": {"en": format!("Offer {number}"), "de": format!("Angebot {number}")}, "priority": chance.below(10)});
    let is_general = number.is_multiple_of(GENERAL_EACH) && number / GENERAL_EACH < GENERAL_MAX;
    let parts = match number % 10 {
        _ if is_general => json!({"conditions": {"minimum_total": {"GBP": 5_000 + 1_000 * number / GENERAL_EACH}},
            "exclusive": true, "effect": percentage}),
        0..5 => json!({"target": {"skus": sku()}, "effect": percentage}),
        5..7 => json!({"coupons": [format!("BENCH-{number}")], "effect": percentage}),
        7 | 8 => json!({"target": {"skus": sku()},
            "conditions": {"quantities": [{"of": {"skus": sku()}, "minimum": 3}]}, "effect": percentage}),
        _ => {
            json!({"target": {"skus": sku()}, "effect": {"kind": "buy_get", "buy": 2, "get": 1, "basis_points": 10_000}})
        }
    };
    if let (Some(promotion), Value::Object(parts)) = (promotion.as_object_mut(), parts) {
        promotion.extend(parts);
    }
    promotion
}
