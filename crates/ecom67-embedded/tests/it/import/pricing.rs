//! Price lists, promotions, taxes and delivery: from lines of a file to what a cart costs.

use std::sync::Arc;

use ecom67_domain::Money;
use ecom67_domain::market::{Country, TaxDisplay};
use ecom67_domain::price::Price;
use ecom67_domain::pricing::{Basket, BasketLine, BasketMarket, Buyer, Destination, PricingRules, Quote, quote};
use ecom67_domain::product::TaxClass;

use super::*;

/// A record of each kind, which name each other; after [`BASICS`] and a product `mug`.
pub(super) const PRICES: &str = r#"{"type":"calendar","code":"main","time_zone":"Europe/Berlin","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"]}
{"type":"tax_zone","code":"de","areas":[{"country":"DE"}],"rates":{"standard":[{"name":"VAT","percent":"19"}]},"delivery":"pro_rata"}
{"type":"registration","code":"germany","kind":"domestic","country":"DE"}
{"type":"delivery_zone","code":"home","areas":[{"country":"DE"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"zones":["home"],"locations":["main"],"rates":[{"currency":"EUR","price":{"flat":490},"free_from":5000}],"calendar":"main","transit":{"minimum_days":1,"maximum_days":2}}
{"type":"price_list","code":"many","market":"de","currency":"EUR","entries":[{"sku":"MUG","minimum_quantity":3,"amount":900}]}
{"type":"promotion","code":"tenth","name":{"en":"A tenth off mugs"},"coupons":["mugs-10"],"target":{"products":["mug"]},"effect":{"kind":"percentage","basis_points":1000}}
"#;

impl ImportShop {
    /// The rules as a server has them that has read the change.
    async fn rules(&self) -> Arc<PricingRules> {
        let cache = &self.importer.shop;
        cache.refresh(&self.database).await.expect("the store answers");
        cache.present().pricing.rules()
    }
}

/// Three mugs to Germany by parcel, with the coupon `MUGS-10`.
fn three_mugs(rules: &PricingRules) -> Quote {
    let currency = "EUR".parse().unwrap();
    let germany: Country = "DE".parse().unwrap();
    let line = BasketLine {
        key: "1".parse().unwrap(),
        sku: "MUG".parse().unwrap(),
        product: code("mug"),
        quantity: 3,
        price: Price::new(Money::new(1_000, currency), None).unwrap(),
        tax_class: TaxClass::Standard,
        categories: vec![],
        collections: vec![],
        tags: vec![],
        weight_grams: None,
        content: None,
        requires_shipping: true,
    };
    let basket = Basket {
        market: BasketMarket { code: "de".parse().unwrap(), currency, tax: TaxDisplay::Included },
        at: "2026-10-01T10:00:00Z".parse().unwrap(),
        destination: Destination::country(germany),
        buyer: Buyer::default(),
        coupons: vec!["MUGS-10".parse().unwrap()],
        used_up: vec![],
        delivery: Some("parcel".parse().unwrap()),
        lines: vec![line],
    };
    quote(rules, &basket).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_file_says_of_prices_is_what_a_cart_costs() {
    let shop = ImportShop::open().await;

    let report = shop.import_lines(&format!("{BASICS}{}\n{PRICES}", product_line("mug"))).await;
    let quote = three_mugs(&*shop.rules().await);

    assert_eq!(report.counts.refused, 0, "{:?}", report.samples);
    // 3 at 9.00 from the list are 27.00; a tenth off makes 24.30; the parcel 4.90; 19 % in 29.20 is 4.66 (4.662…).
    let totals = quote.totals;
    assert_eq!([totals.goods, totals.discount, totals.total, totals.tax].map(Money::minor), [2_700, 270, 2_920, 466]);
    // Thursday noon in Berlin: Friday or Monday.
    let dates = quote.delivery[0].dates.unwrap();
    assert_eq!([dates.first, dates.last].map(|date| date.to_string()), ["2026-10-02", "2026-10-05"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promotion_that_is_saved_again_is_in_force_at_once() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}\n{PRICES}", product_line("mug"))).await;
    let before = three_mugs(&*shop.rules().await);
    let fifth = PRICES.lines().last().unwrap().replace("1000", "2000");

    let report = shop.import_lines(&fifth).await;
    let after = three_mugs(&*shop.rules().await);

    assert_eq!(report.counts.updated, 1, "{:?}", report.samples);
    assert_eq!((before.totals.discount.minor(), after.totals.discount.minor()), (270, 540));
    assert_ne!(before.id, after.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_conflicts_is_refused_and_named() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}\n{PRICES}", product_line("mug"))).await;
    let promotion = |rest: &str| format!(r#"{{"type":"promotion","code":"new","name":{{"en":"New"}},{rest}}}"#);
    let tenth = r#""effect":{"kind":"percentage","basis_points":1000}"#;
    for (line, field, code) in [
        (promotion(&format!(r#""coupons":["Mugs-10"],{tenth}"#)), "coupons[0]", "coupon_taken"),
        (promotion(&format!(r#""coupons":["А10"],{tenth}"#)), "coupons[0]", "coupon_foreign_letters"),
        (promotion(&format!(r#""target":{{"products":["cup"]}},{tenth}"#)), "target.products[0]", "product_unknown"),
        (
            promotion(&format!(r#""target":{{"collections":["x"]}},{tenth}"#)),
            "target.collections[0]",
            "collection_unknown",
        ),
        (
            promotion(&format!(r#""conditions":{{"quantities":[{{"of":{{"categories":["x"]}},"minimum":1}}]}},{tenth}"#)),
            "conditions.quantities[0].of.categories[0]",
            "category_unknown",
        ),
        (
            promotion(&format!(r#""starts":"2026-02-01T00:00:00Z","ends":"2026-01-01T00:00:00Z",{tenth}"#)),
            "ends",
            "window_empty",
        ),
        (
            promotion(r#""effect":{"kind":"amount_off","amounts":{"USD":100}}"#),
            "effect.amounts",
            "promotion_never_applies",
        ),
        (promotion(r#""effect":{"kind":"free_delivery","methods":["x"]}"#), "effect.methods[0]", "delivery_method_unknown"),
        (promotion(r#""effect":{"kind":"percentage","basis_points":1,"by":2}"#), "effect", "field_invalid"),
        (
            r#"{"type":"tax_zone","code":"too","areas":[{"country":"AT"},{"country":"DE"}],"rates":{"standard":[]}}"#.to_owned(),
            "areas[1]",
            "zones_overlap",
        ),
        (
            r#"{"type":"tax_zone","code":"at","areas":[{"country":"AT"}],"rates":{"reduced":[{"name":"VAT","percent":"10"}]}}"#.to_owned(),
            "rates",
            "rate_missing",
        ),
        (
            r#"{"type":"delivery_zone","code":"too","areas":[{"country":"DE"}]}"#.to_owned(),
            "areas[0]",
            "zones_overlap",
        ),
        (r#"{"type":"registration","code":"too","kind":"domestic","country":"AT"}"#.to_owned(), "kind", "registration_twice"),
        (
            r#"{"type":"calendar","code":"x","time_zone":"Mars/Olympus","cut_off":"14:00:00","working_days":["monday"]}"#.to_owned(),
            "time_zone",
            "time_zone_unknown",
        ),
        (
            r#"{"type":"price_list","code":"x","market":"de","currency":"USD","entries":[{"sku":"MUG","amount":1}]}"#.to_owned(),
            "currency",
            "currency_of_other_market",
        ),
    ] {
        let report = shop.import_lines(&line).await;

        assert_eq!(told(&report.samples), [(1, field, code)], "{line}: {:?}", report.samples);
    }
    // Of two that want one coupon in one file the second is refused.
    let twin =
        |code: &str| promotion(&format!(r#""coupons":["TWIN"],{tenth}"#)).replace(r#""new""#, &format!("\"{code}\""));
    let twins = shop.import_lines(&format!("{}\n{}\n", twin("first"), twin("second"))).await;
    assert_eq!(told(&twins.samples), [(2, "coupons[0]", "coupon_taken")]);
}
