//! What a cart of a served shop costs, each sum written out.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::carts::{Client, code, send};
use crate::shell::{Place, Server, catalog, text, wait_for};

/// Prices contain 20 % of tax, delivery costs 4.50 and nothing from 100.00 on; three for two of one mug; a tenth off from
/// 50.00 on for who has the coupon.
const RULES: &str = r#"{"type":"calendar","code":"main","time_zone":"Europe/London","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":[]}
{"type":"tax_zone","code":"gb","areas":[{"country":"GB"}],"rates":{"standard":[{"name":"VAT","percent":"20"}],"reduced":[]}}
{"type":"registration","code":"home","kind":"domestic","country":"GB"}
{"type":"delivery_zone","code":"gb","areas":[{"country":"GB"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"position":1,"zones":["gb"],"locations":["main"],"rates":[{"currency":"GBP","price":{"flat":450},"free_from":10000}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}
{"type":"promotion","code":"three","name":{"en":"Three for two"},"priority":10,"target":{"products":["mug-0"]},"effect":{"kind":"buy_get","buy":2,"get":1,"basis_points":10000}}
{"type":"promotion","code":"tenth","name":{"en":"A tenth off"},"coupons":["TEA-10"],"conditions":{"minimum_total":{"GBP":5000}},"effect":{"kind":"percentage","basis_points":1000}}
"#;

fn served() -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(3) + RULES);
    let done = place.done(&["import", "jsonl", text(&file)]);
    assert!(!done.output.contains("refused 1"), "{done:?}");
    let server = place.serve();
    (place, server)
}

fn totals(cart: &Value) -> [i64; 5] {
    let totals = &cart["quote"]["totals"];
    ["goods", "discount", "delivery", "tax", "total"]
        .map(|name| totals[name].as_i64().unwrap_or_else(|| panic!("no {name}: {cart}")))
}

#[test]
fn a_cart_says_what_it_costs_with_every_part() {
    let (_place, server) = served();
    let client = Client::new(&server);
    client.add("MUG-0", 3, &[]);
    client.add("MUG-1", 1, &[]);

    let cart = client.send(Method::PUT, "/delivery", &[], Some(&json!({"method": "parcel"}))).json();

    // 4 × 14.90 = 59.60; one mug of three for nothing: 14.90; delivery 4.50; together 49.20, of which a sixth is tax: 8.20.
    assert_eq!(totals(&cart), [5_960, 1_490, 450, 820, 4_920]);
    let quote = &cart["quote"];
    assert_eq!(quote["lines"][0]["discounts"], json!([{"promotion": "three", "amount": 1_490}]));
    assert_eq!((&quote["lines"][0]["total"], &quote["lines"][1]["total"]), (&json!(2_980), &json!(1_490)));
    assert_eq!(quote["taxes"], json!([{"name": "VAT", "rate": "20", "base": 4_100, "amount": 820}]));
    assert_eq!(quote["discounts"][0]["name"], "Three for two");
    assert_eq!((&quote["delivery"][0]["name"], &quote["delivery"][0]["chosen"]), (&json!("Parcel"), &json!(true)));
    // 100.00 less 59.60: promotions do not count against the shopper.
    assert_eq!(quote["missing_for_free_delivery"], 4_040);
    let (earliest, latest) = (quote["delivery"][0]["earliest"].as_str(), quote["delivery"][0]["latest"].as_str());
    assert!(earliest.is_some() && earliest < latest, "{quote}");
}

#[test]
fn a_coupon_says_why_it_does_not_apply_until_it_does() {
    let (_place, server) = served();
    let client = Client::new(&server);
    client.add("MUG-1", 3, &[]);

    let entered = client.send(Method::PUT, "/coupons/%20tea-10", &[], None).json();
    // 50.00 less 3 × 14.90.
    let waiting = json!([{"code": "TEA-10", "applied": false, "outcome": "promotion_needs_total",
        "detail": "“A tenth off” begins at £5.30 more."}]);
    assert_eq!(entered["quote"]["coupons"], waiting);
    let enough = client.add("MUG-2", 1, &[]).json();
    assert_eq!(enough["quote"]["coupons"][0]["applied"], true);
    // A tenth of 59.60.
    assert_eq!(totals(&enough)[1], 596);
    let removed = client.send(Method::DELETE, "/coupons/TEA-10", &[], None).json();
    assert_eq!((&removed["quote"]["coupons"], totals(&removed)[1]), (&json!([]), 0));

    let unknown = client.send(Method::PUT, "/coupons/NOTHING", &[], None);
    assert_eq!(code(&unknown), (404, "coupon_unknown".to_owned()));
    // The first letter is Cyrillic.
    let alike = client.send(Method::PUT, "/coupons/%D0%A2EA-10", &[], None);
    assert_eq!(code(&alike), (400, "coupon_foreign_letters".to_owned()));
}

#[test]
fn a_quote_has_the_name_of_its_content_and_tells_why_when_it_is_asked() {
    let (place, server) = served();
    let client = Client::new(&server);
    client.add("MUG-0", 2, &[]);
    let quote = |path: &str| send(&server, Method::GET, path, &[("cart-capability", &client.capability)], None);
    let path = format!("/api/carts/{}/quote", client.cart);

    let plain = quote(&path).json();
    let again = quote(&path).json();
    assert_eq!((&plain["id"], plain.get("explanation")), (&again["id"], None));
    client.send(Method::PUT, "/note", &[], Some(&json!({"note": "Ring twice."})));
    assert_eq!(quote(&path).json()["id"], plain["id"], "a note costs nothing");
    let explained =
        server.get_with(&format!("{path}?locale=en-gb&explain=true"), &[("cart-capability", &client.capability)]);
    let told: Vec<_> =
        explained.json()["explanation"].as_array().unwrap().iter().map(|reason| reason["text"].clone()).collect();
    // Two mugs are no three: there is nothing for nothing yet.
    assert!(told.iter().any(|text| text.as_str().unwrap().contains("Three for two")), "{told:?}");
    assert!(told.contains(&json!("Tax is charged as it is where the goods arrive.")), "{told:?}");

    place.done(&["products", "set", "MUG-0", "--price", "15.90", "--market", "gb"]);
    assert_ne!(quote(&path).json()["id"], plain["id"]);
}

#[test]
fn a_promotion_may_name_a_collection_by_rule() {
    let (place, server) = served();
    let cheap = r#"{"type":"collection","code":"cheap","name":{"en":"Cheap"},"rule":{"prices":{"gb":{"currency":"GBP","maximum":1500}}}}
{"type":"promotion","code":"cheaper","name":{"en":"Cheaper still"},"target":{"collections":["cheap"]},"effect":{"kind":"percentage","basis_points":5000}}
"#;
    let file = place.write("cheap.jsonl", cheap);
    place.done(&["import", "jsonl", text(&file)]);
    place.done(&["products", "set", "MUG-2", "--price", "20.00", "--market", "gb"]);
    let client = Client::new(&server);
    client.add("MUG-1", 1, &[]);
    client.add("MUG-2", 1, &[]);

    let cart = wait_for("the shop knows the promotion", || {
        let cart = client.cart();
        (totals(&cart)[1] > 0).then_some(cart)
    });

    // Half of 14.90; the mug for 20.00 is in no such collection. A sixth of 27.45 is 4.575: 4.58.
    assert_eq!(totals(&cart), [3_490, 745, 0, 458, 2_745]);
}

#[test]
fn a_destination_is_one_that_the_market_sells_to() {
    let (_place, server) = served();
    let client = Client::new(&server);
    client.add("MUG-0", 1, &[]);
    let to =
        |destination: Value| client.send(Method::PUT, "/destination", &[], Some(&json!({"destination": destination})));

    let belfast = to(json!({"country": "GB", "postal_code": "bt1 5gs"}));
    assert_eq!(belfast.json()["destination"], json!({"country": "GB", "region": null, "postal_code": "BT15GS"}));
    assert_eq!(code(&to(json!({"country": "FR"}))), (409, "country_not_served".to_owned()));
    let wrong = to(json!({"country": "GB", "postal_code": "<script>"}));
    assert_eq!(code(&wrong), (400, "postal_code_invalid".to_owned()));
    assert_eq!(wrong.json()["field"], "destination.postal_code");
    assert_eq!(to(Value::Null).json()["destination"], Value::Null);
    let flying = client.send(Method::PUT, "/delivery", &[], Some(&json!({"method": "balloon"})));
    assert_eq!(code(&flying), (404, "delivery_unknown".to_owned()));
}

#[test]
fn what_is_not_sold_any_more_is_told_and_costs_nothing() {
    let (place, server) = served();
    let client = Client::new(&server);
    client.add("MUG-1", 1, &[]);
    client.add("MUG-2", 1, &[]);

    place.done(&["products", "set", "MUG-1", "--status", "archived"]);
    let cart = client.cart();

    assert_eq!(cart["lines"][0]["notices"], json!([{"code": "not_sold"}]));
    assert_eq!(cart["lines"][0]["name"], "Mug mug-1");
    assert_eq!(totals(&cart)[0], 1_490);
}

#[test]
fn staff_read_why_a_cart_costs_what_it_costs_while_the_shop_serves_and_afterwards() {
    let (place, server) = served();
    let client = Client::new(&server);
    client.add("MUG-0", 3, &[]);
    client.send(Method::PUT, "/coupons/TEA-10", &[], None);
    client.send(Method::PUT, "/delivery", &[], Some(&json!({"method": "parcel"})));

    let there = place.done(&["quote", "explain", &client.cart]).output;
    let as_data = place.done(&["quote", "explain", &client.cart, "--json"]).output;
    let quote = client.send(Method::GET, "/quote", &[], None).json();
    let cart = client.cart.clone();
    drop(server);
    let here = place.done(&["quote", "explain", &cart]).output;

    assert_eq!(there, here);
    let data: Value = serde_json::from_str(&as_data).unwrap();
    assert_eq!((&data["id"], &data["totals"]), (&quote["id"], &quote["totals"]));
    let lines: Vec<String> = there.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for expected in [
        "3 × MUG-0 Mug mug-0 29.80",
        "3 × 14.90 = 44.70",
        "The price is the market's own.",
        "-14.90 “Three for two” (three)",
        "goods 44.70",
        "discounts -14.90",
        "“Three for two” takes £14.90 off.",
        "coupon TEA-10: “A tenth off” begins at £5.30 more.",
        "delivery: Parcel 4.50",
        "Parcel costs nothing from £55.30 more.",
        "in it: VAT 20 % of 28.58 5.72",
        "Tax is charged as it is where the goods arrive.",
        "total 34.30",
        "promotion_needs_total “A tenth off” begins at £5.30 more.",
    ] {
        assert!(lines.iter().any(|line| line == expected), "no {expected:?} in\n{there}");
    }
}

#[test]
fn a_basket_that_nobody_has_is_explained_and_kept_nowhere() {
    let (place, server) = served();

    let basket = ["quote", "explain", "--line", "MUG-0=3", "--line", "MUG-1", "--coupon", "tea-10", "--country", "GB"];
    let told = place.done(&[&basket[..], &["--delivery", "parcel", "--json"]].concat()).output;

    let quote: Value = serde_json::from_str(&told).unwrap();
    // 59.60 less 14.90 is 44.70, of which a tenth is 4.47; delivery 4.50.
    assert_eq!((&quote["totals"]["discount"], &quote["totals"]["total"]), (&json!(1_937), &json!(4_473)));
    assert!(quote["explanation"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{quote}");
    drop(server);
    for (wrong, why) in [
        (["--line", "NOTHING", "--market", "gb"], "NOTHING is not sold here"),
        (["--line", "MUG-0=0", "--market", "gb"], "\"0\" is no quantity"),
        (["--line", "MUG-0", "--market", "xx"], "no such market"),
        (["--line", "MUG-0", "--coupon", "NONE"], "there is no coupon NONE"),
    ] {
        let failed = place.run(&[&["quote", "explain"], &wrong[..]].concat());
        assert!(failed.status != Some(0) && failed.errors.contains(why), "{failed:?}");
    }
    let absent = place.run(&["quote", "explain", "cart_01920000000070008000000000000001"]);
    assert!(absent.errors.contains("there is no cart cart_0192"), "{absent:?}");
}
