//! Reading a cart again and again: what was answered before is answered once more only as long as it is true.

use axum::body::Body;
use ecom67_app::port::StockStore;
use ecom67_domain::stock::{Adjustment, StockChange};
use ecom67_testkit::{builders::an_adjustment, noon};
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::quotes::CATALOG;
use crate::shop::{Answer, RoutedShop, answered};

struct Shopper<'shop> {
    shop: &'shop RoutedShop,
    capability: String,
}

impl<'shop> Shopper<'shop> {
    async fn with_mugs(shop: &'shop RoutedShop, quantity: u32) -> Self {
        let nobody = Self { shop, capability: String::new() };
        let body = json!({"sku": "MUG", "quantity": quantity, "capability": "client"});
        let made = nobody.asks(Method::POST, "", "de-de", &body).await.json();
        Self { shop, capability: made["capability"].as_str().expect("a capability").to_owned() }
    }

    async fn asks(&self, method: Method, path: &str, locale: &str, body: &Value) -> Answer {
        let path = format!("/api/carts{path}?locale={locale}");
        let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, "application/json");
        let request = request.header("cart-capability", &self.capability).body(Body::from(body.to_string()));
        answered(self.shop.router.clone(), request.expect("it is a request")).await
    }

    /// The cart as it is read, twice: the second answer is the first one.
    async fn reads(&self) -> Value {
        let first = self.asks(Method::GET, "/mine", "de-de", &json!({})).await;
        let second = self.asks(Method::GET, "/mine", "de-de", &json!({})).await;
        assert!(first.status.is_success(), "{first:?}");
        assert_eq!(first.text(), second.text());
        for header in ["etag", "content-type", "cache-control"] {
            assert_eq!(first.header(header), second.header(header));
        }
        second.json()
    }
}

async fn opened(lines: &str) -> RoutedShop {
    let shop = RoutedShop::open().await;
    shop.import(format!("{CATALOG}{lines}\n")).await;
    shop
}

#[tokio::test]
async fn a_cart_that_is_read_again_tells_of_every_change_of_its_goods() {
    let shop = opened("").await;
    let shopper = Shopper::with_mugs(&shop, 2).await;
    let line = |cart: &Value| cart["lines"][0].clone();
    assert_eq!(line(&shopper.reads().await)["notices"], json!([]));

    let mug = |status: &str, name: &str| {
        json!({"type": "product", "code": "mug", "status": status, "texts": {"en": {"name": name, "slug": "mug"}},
            "variants": [{"sku": "MUG", "prices": {"de": {"currency": "EUR", "amount": 2500}}}]})
        .to_string()
    };
    shop.import(mug("active", "Mug")).await;
    let dearer = shopper.reads().await;
    assert_eq!(line(&dearer)["notices"], json!([{"code": "price_changed", "was": 2000, "is": 2500}]));
    assert_eq!(dearer["quote"]["totals"]["goods"], 5000);

    let count = Adjustment {
        location: "main".parse().expect("a location"),
        ..an_adjustment("MUG", StockChange::To(1), "count")
    };
    shop.database.adjust(count).await.expect("49 of 50 are taken away");
    let fewer = shopper.reads().await;
    assert_eq!(line(&fewer)["notices"][1], json!({"code": "not_enough", "asked": 2, "available": 1}));

    shop.import(mug("active", "Becher")).await;
    assert_eq!(line(&shopper.reads().await)["name"], "Becher");

    shop.import(mug("archived", "Becher")).await;
    assert_eq!(line(&shopper.reads().await)["notices"], json!([{"code": "not_sold"}]));
}

#[tokio::test]
async fn what_a_change_of_a_cart_was_answered_with_is_read_next_and_only_until_something_changes() {
    let shop = opened("").await;
    let shopper = Shopper::with_mugs(&shop, 2).await;
    let three = json!({"quantity": 3});

    let written = shopper.asks(Method::PUT, "/mine/lines/MUG", "de-de", &three).await;
    assert_eq!(shopper.asks(Method::GET, "/mine", "de-de", &json!({})).await.text(), written.text());

    shopper.asks(Method::PUT, "/mine/note", "de-de", &json!({"note": "Ring twice"})).await;
    let count = Adjustment {
        location: "main".parse().expect("a location"),
        ..an_adjustment("MUG", StockChange::To(1), "count")
    };
    shop.database.adjust(count).await.expect("49 of 50 are taken away");
    let fewer = shopper.asks(Method::GET, "/mine", "de-de", &json!({})).await.json();
    assert_eq!(fewer["lines"][0]["notices"], json!([{"code": "not_enough", "asked": 3, "available": 1}]));

    shopper.asks(Method::PUT, "/mine/note", "de-de", &json!({"note": "Ring once"})).await;
    let mug = json!({"type": "product", "code": "mug", "status": "active", "texts": {"en": {"name": "Mug", "slug": "mug"}},
        "variants": [{"sku": "MUG", "prices": {"de": {"currency": "EUR", "amount": 2500}}}]});
    shop.import(mug.to_string()).await;
    let dearer = shopper.asks(Method::GET, "/mine", "de-de", &json!({})).await.json();
    assert_eq!(dearer["lines"][0]["notices"][0], json!({"code": "price_changed", "was": 2000, "is": 2500}));
}

#[tokio::test]
async fn a_cart_that_is_read_again_tells_of_every_change_of_the_rules_and_of_the_cart() {
    let shop = opened("").await;
    let shopper = Shopper::with_mugs(&shop, 2).await;
    let before = shopper.reads().await;
    assert_eq!((&before["quote"]["totals"]["discount"], &before["version"]), (&json!(0), &json!(1)));
    assert_eq!(before["quote"]["gifts"][0]["name"], "Löffel (Blau)");

    let tenth = r#"{"type":"promotion","code":"tenth","name":{"en":"A tenth"},"effect":{"kind":"percentage","basis_points":1000}}"#;
    shop.import(tenth.to_owned()).await;
    assert_eq!(shopper.reads().await["quote"]["totals"]["discount"], 400);

    let spoon = r#"{"type":"product","code":"spoon","texts":{"en":{"name":"Spoon","slug":"spoon"},"de":{"name":"Kelle","slug":"kelle"}},"options":["colour"],"variants":[{"sku":"SPOON","options":{"colour":"blue"},"prices":{"de":{"currency":"EUR","amount":300}},"stock":{"main":50}}]}"#;
    shop.import(spoon.to_owned()).await;
    assert_eq!(shopper.reads().await["quote"]["gifts"][0]["name"], "Kelle (Blau)", "a gift is no line of the cart");

    shopper.asks(Method::PUT, "/mine/note", "de-de", &json!({"note": "Ring twice"})).await;
    assert_eq!(shopper.reads().await["note"], "Ring twice");
}

#[tokio::test]
async fn a_cart_that_is_read_again_tells_what_the_time_has_changed() {
    let (starts, ends) = (noon() + SignedDuration::from_secs(10), noon() + SignedDuration::from_secs(20));
    let shop = opened(&format!(
        r#"{{"type":"promotion","code":"hour","name":{{"en":"Now"}},"starts":"{starts}","ends":"{ends}","effect":{{"kind":"percentage","basis_points":1000}}}}"#
    ))
    .await;
    let shopper = Shopper::with_mugs(&shop, 2).await;
    let discount = |cart: &Value| cart["quote"]["totals"]["discount"].clone();
    assert_eq!(discount(&shopper.reads().await), 0);

    shop.clock.set(starts);
    assert_eq!(discount(&shopper.reads().await), 400);
    shop.clock.set(ends);
    assert_eq!(discount(&shopper.reads().await), 0);
    shop.clock.set(starts);
    assert_eq!(discount(&shopper.reads().await), 400, "also where the clock is set back");

    let dates = |cart: &Value| cart["quote"]["delivery"][0]["earliest"].clone();
    let before = dates(&shopper.reads().await);
    shop.clock.forward(SignedDuration::from_hours(24 * 7));
    assert_ne!(dates(&shopper.reads().await), before, "what is ordered a week later comes a week later");
}

#[tokio::test]
async fn a_cart_that_was_read_is_read_by_nobody_else_and_in_every_language() {
    let shop = opened("").await;
    let shopper = Shopper::with_mugs(&shop, 2).await;
    let german = shopper.reads().await;

    let english = shopper.asks(Method::GET, "/mine", "en-de", &json!({})).await.json();
    assert_eq!([&german["quote"]["taxes"][0]["name"], &english["quote"]["taxes"][0]["name"]], ["MwSt.", "VAT"]);
    let other = Shopper::with_mugs(&shop, 1).await;
    let id = german["id"].as_str().expect("an id");
    assert_eq!(other.asks(Method::GET, &format!("/{id}"), "de-de", &json!({})).await.status, 404);
    let (_, secret) =
        shopper.capability.rsplit_once(|character: char| !character.is_alphanumeric()).expect("two parts");
    let guessed = shopper.capability.replace(secret, &"A".repeat(secret.len()));
    let thief = Shopper { shop: &shop, capability: guessed };
    assert_eq!(thief.asks(Method::GET, "/mine", "de-de", &json!({})).await.status, 404);
}
