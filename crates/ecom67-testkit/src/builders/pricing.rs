//! One of each kind of document that decides prices, as the shop's own format has them.

use ecom67_app::document::{ShopDocument, from_json};

const LINES: [&str; 7] = [
    r#"{"type":"calendar","code":"CODE","time_zone":"Europe/Berlin","cut_off":"14:00:00",
        "working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":["2026-12-25"]}"#,
    r#"{"type":"tax_zone","code":"CODE","areas":[{"country":"DE"},{"country":"AT","postal":[{"from":"66","to":"67"}]}],
        "rates":{"standard":[{"name":"VAT","percent":"19"}],"reduced":[{"name":"VAT","percent":"7"}]},
        "rounding":"per_rate","delivery":"pro_rata"}"#,
    r#"{"type":"registration","code":"CODE","kind":"domestic","country":"DE"}"#,
    r#"{"type":"delivery_zone","code":"CODE","areas":[{"country":"DE"}]}"#,
    r#"{"type":"delivery_method","code":"CODE","name":{"en":"Parcel"},"position":1,"markets":["CODE"],"zones":["CODE"],
        "locations":["CODE"],"rates":[{"currency":"EUR","price":{"by_weight":[{"up_to_grams":5000,"price":490}]},
        "free_from":5000}],"calendar":"CODE","transit":{"handling_days":1,"minimum_days":1,"maximum_days":2}}"#,
    r#"{"type":"price_list","code":"CODE","market":"CODE","currency":"EUR","group":"trade",
        "starts":"2026-10-01T00:00:00Z","entries":[{"sku":"MUG","minimum_quantity":10,"amount":1290}]}"#,
    r#"{"type":"promotion","code":"CODE","name":{"en":"A tenth off tea"},"priority":3,"exclusive":true,
        "coupons":["TEA-10"],"limits":{"in_all":100,"per_customer":1},"ends":"2027-01-01T00:00:00Z",
        "conditions":{"markets":["CODE"],"minimum_total":{"EUR":2000},
        "quantities":[{"of":{"tags":["tea"]},"minimum":2}]},"target":{"categories":["CODE"]},
        "effect":{"kind":"percentage","basis_points":1000}}"#,
];

/// One document of each kind, all with the same code, which they also know each other by.
pub(super) fn documents(code: &str) -> impl Iterator<Item = ShopDocument> {
    let read = |line: &str| from_json(line.replace("CODE", code).as_bytes()).expect("a document as it is written down");
    LINES.into_iter().map(read).collect::<Vec<_>>().into_iter()
}
