//! What the simulated shop sells, and by which rules: little of it, so that shoppers get into each other's way.

use std::sync::Arc;

use ecom67_app::SystemClock;
use ecom67_app::document::{ProductDocument, ShopDocument, from_json};
use ecom67_app::kept::Changes;
use ecom67_app::port::{DocumentSave, DocumentStore as _, StoreError};
use ecom67_app::shop::ShopCache;
use ecom67_domain::Product;
use ecom67_domain::gift_card::GiftCardCode;

use crate::store::MemoryStore;

/// Prices contain 20 % of tax, delivery costs 4.50. Two may have a tenth off, each customer 2.00 once, and a first order
/// half of it. Whoever has both coupons that give everything away pays nothing. A card is given for nothing while there
/// are any.
const DOCUMENTS: &[&str] = &[
    r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}"#,
    r#"{"type":"page","code":"terms","kind":"terms","texts":{"en":{"title":"Terms","slug":"terms","body":"Pay first."}}}"#,
    r#"{"type":"location","code":"main","name":"Main","country":"GB"}"#,
    r#"{"type":"location","code":"north","name":"North","country":"GB"}"#,
    r#"{"type":"calendar","code":"main","time_zone":"Europe/London","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":[]}"#,
    r#"{"type":"tax_zone","code":"gb","areas":[{"country":"GB"}],"rates":{"standard":[{"name":"VAT","percent":"20"}],"reduced":[]}}"#,
    r#"{"type":"registration","code":"home","kind":"domestic","country":"GB"}"#,
    r#"{"type":"delivery_zone","code":"gb","areas":[{"country":"GB"}]}"#,
    r#"{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"position":1,"zones":["gb"],"locations":["main","north"],"rates":[{"currency":"GBP","price":{"flat":450}}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}"#,
    r#"{"type":"promotion","code":"tenth","name":{"en":"A tenth off"},"coupons":["TEN"],"limits":{"in_all":2},"effect":{"kind":"percentage","basis_points":1000}}"#,
    r#"{"type":"promotion","code":"once","name":{"en":"Two off, once"},"coupons":["ONCE"],"limits":{"per_customer":1},"effect":{"kind":"amount_off","amounts":{"GBP":200}}}"#,
    r#"{"type":"promotion","code":"hello","name":{"en":"Hello"},"coupons":["HELLO"],"conditions":{"first_order":true},"effect":{"kind":"percentage","basis_points":5000}}"#,
    r#"{"type":"promotion","code":"free","name":{"en":"All for nothing"},"coupons":["FREE"],"effect":{"kind":"percentage","basis_points":10000}}"#,
    r#"{"type":"promotion","code":"sent","name":{"en":"Sent for nothing"},"coupons":["SENT"],"effect":{"kind":"free_delivery"}}"#,
    r#"{"type":"promotion","code":"card","name":{"en":"With a card"},"coupons":["CARD"],"effect":{"kind":"gift","sku":"CARD","quantity":1}}"#,
];

/// The coupons that shoppers know.
pub(crate) const COUPONS: [&str; 6] = ["TEN", "ONCE", "HELLO", "FREE", "SENT", "CARD"];

/// Each variant with its price, and how many there are at each location at most; the second figure is for one seed in two.
pub(crate) const GOODS: [(&str, i64, u64, u64); 6] = [
    ("MUG", 1_490, 500, 500),
    ("TEA", 725, 500, 12),
    ("LAMP", 8_999, 12, 4),
    ("VASE", 12_345, 3, 1),
    ("PEN", 199, 40, 6),
    ("CARD", 150, 3, 1),
];

/// What is on each gift card, in which currency, and after how many minutes it expires: little of it, so that shoppers spend each
/// other's. One pays for nothing here.
pub(crate) const GIFT_CARDS: [(i64, &str, Option<i64>); 6] = [
    (30_000, "GBP", None),
    (5_000, "GBP", None),
    (1_920, "GBP", None),
    (10_000, "GBP", Some(10)),
    (300, "GBP", Some(60)),
    (9_000, "EUR", None),
];

/// The code of the gift card at this place.
pub(crate) fn gift_card_code(place: usize) -> GiftCardCode {
    GiftCardCode::drawn([u8::try_from(place).unwrap_or(u8::MAX); 32])
}

/// Everything that is the same in every seed, prepared once in each thread.
pub struct Grounds {
    pub(crate) shop: Arc<ShopCache>,
    pub(crate) products: Vec<Product>,
    /// Marks that only ever grow: a shop that is begun anew knows nothing that they could tell to be old.
    pub(crate) changes: Arc<Changes>,
}

impl Grounds {
    /// Reads the documents, and the products.
    pub async fn prepare() -> Result<Self, StoreError> {
        let unreadable = |violations: ecom67_domain::Violations| StoreError::failed(violations.to_string());
        let store = MemoryStore::new(Arc::new(SystemClock));
        for line in DOCUMENTS {
            let document: ShopDocument = from_json(line.as_bytes()).map_err(unreadable)?;
            let saved = store.save(DocumentSave { document, read_at: None }).await;
            saved.map_err(StoreError::failed)?;
        }
        let products = GOODS.iter().map(|(sku, price, ..)| product(sku, *price)).collect::<Result<_, _>>();
        Ok(Self {
            shop: Arc::new(ShopCache::load(&store).await?),
            products: products.map_err(unreadable)?,
            changes: Arc::default(),
        })
    }
}

/// A product with one variant. Pens are taken orders for without being there.
fn product(sku: &str, price: i64) -> Result<Product, ecom67_domain::Violations> {
    let code = sku.to_ascii_lowercase();
    let policy = if sku == "PEN" { "back_order" } else { "deny" };
    let line = format!(
        r#"{{"code":"{code}","status":"active","published_at":"2026-01-01T00:00:00Z","texts":{{"en":{{"name":"{code}","slug":"{code}"}}}},
            "variants":[{{"sku":"{sku}","prices":{{"gb":{{"currency":"GBP","amount":{price}}}}},"stock_policy":"{policy}"}}]}}"#
    );
    from_json::<ProductDocument>(line.as_bytes())?.to_product()
}
