//! What a quote says in words.

use axum::body::Body;
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request};
use serde_json::{Value, json};

use crate::shop::{RoutedShop, answered};

/// Delivery costs 4.90 and nothing from 50.00 on; from two mugs on a spoon is given.
pub(crate) const CATALOG: &str = r#"{"type":"market","code":"de","countries":["DE"],"currency":"EUR","tax":"included","languages":["de","en"]}
{"type":"location","code":"main","name":"Main","country":"DE"}
{"type":"attribute","code":"colour","label":{"en":"Colour","de":"Farbe"},"kind":"choice","choices":[{"code":"blue","label":{"en":"Blue","de":"Blau"}}]}
{"type":"calendar","code":"main","time_zone":"Europe/Berlin","cut_off":"14:00:00","working_days":["monday"],"holidays":[]}
{"type":"tax_zone","code":"de","areas":[{"country":"DE"}],"rates":{"standard":[{"name":{"en":"VAT","de":"MwSt."},"percent":"19"}]}}
{"type":"registration","code":"home","kind":"domestic","country":"DE"}
{"type":"delivery_zone","code":"de","areas":[{"country":"DE"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel","de":"Paket"},"position":1,"zones":["de"],"locations":["main"],"rates":[{"currency":"EUR","price":{"flat":490},"free_from":5000}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}
{"type":"product","code":"mug","texts":{"en":{"name":"Mug","slug":"mug"}},"variants":[{"sku":"MUG","prices":{"de":{"currency":"EUR","amount":2000}},"stock":{"main":50}}]}
{"type":"product","code":"spoon","texts":{"en":{"name":"Spoon","slug":"spoon"},"de":{"name":"Löffel","slug":"loeffel"}},"options":["colour"],"variants":[{"sku":"SPOON","options":{"colour":"blue"},"prices":{"de":{"currency":"EUR","amount":300}},"stock":{"main":50}}]}
{"type":"promotion","code":"spoon","name":{"en":"A spoon with it"},"conditions":{"quantities":[{"of":{"products":["mug"]},"minimum":2}]},"effect":{"kind":"gift","sku":"SPOON","quantity":1}}
"#;

async fn asked(shop: &RoutedShop, method: Method, path: &str, capability: &str, body: &Value) -> Value {
    let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
    let request = request.header("cart-capability", capability).body(Body::from(body.to_string()));
    let answer = answered(shop.router.clone(), request.expect("it is a request")).await;
    assert!(answer.status.is_success(), "{answer:?}");
    answer.json()
}

/// What a reader is told of so many mugs, sent by parcel.
async fn quote(shop: &RoutedShop, locale: &str, mugs: u32) -> Value {
    let body = json!({"sku": "MUG", "quantity": mugs, "capability": "client"});
    let path = |path: &str| format!("/api/carts{path}?locale={locale}");
    let made = asked(shop, Method::POST, &path(""), "", &body).await;
    let capability = made["capability"].as_str().expect("a capability");
    asked(shop, Method::PUT, &path("/mine/delivery"), capability, &json!({"method": "parcel"})).await;
    asked(shop, Method::GET, &(path("/mine/quote") + "&explain=true"), capability, &json!({})).await
}

fn delivery_reason(quote: &Value) -> (&str, &str) {
    let reasons = quote["explanation"].as_array().expect("an explanation");
    let of_parcel = reasons.iter().find(|reason| reason["about"] == "parcel").expect("a reason of the parcel");
    (of_parcel["code"].as_str().expect("a code"), of_parcel["text"].as_str().expect("a text"))
}

#[tokio::test]
async fn tax_and_gifts_are_called_as_the_reader_calls_them() {
    let shop = RoutedShop::open().await;
    shop.import(CATALOG.to_owned()).await;

    let (german, english) = (quote(&shop, "de-de", 2).await, quote(&shop, "en-de", 2).await);

    assert_eq!([&german["taxes"][0]["name"], &english["taxes"][0]["name"]], ["MwSt.", "VAT"]);
    assert_eq!([&german["gifts"][0]["name"], &english["gifts"][0]["name"]], ["Löffel (Blau)", "Spoon (Blue)"]);
    assert_eq!(german["id"], english["id"], "it is the same quote in any language");
}

#[tokio::test]
async fn free_delivery_says_why_and_what_is_missing_for_it() {
    let shop = RoutedShop::open().await;
    shop.import(CATALOG.to_owned()).await;

    let (few, enough) = (quote(&shop, "en-de", 2).await, quote(&shop, "en-de", 3).await);

    assert_eq!(delivery_reason(&few), ("delivery_free_from", "Parcel costs nothing from €10.00 more."));
    assert_eq!(delivery_reason(&enough), ("delivery_free_by_total", "Parcel costs nothing: the goods cost enough."));
    assert_eq!((&few["totals"]["delivery"], &enough["totals"]["delivery"]), (&json!(490), &json!(0)));
}
