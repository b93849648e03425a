//! What is downloaded or comes by mail is ordered like everything else, and not sent.

use hyper::Method;
use serde_json::{Value, json};

use super::{Buyer, all_orders, available, code, send, settled, shop_with, states};
use crate::shop::RoutedShop;

/// A shop with five mugs, and as many patterns to print at 14.90.
pub(super) async fn shop_with_patterns() -> RoutedShop {
    let shop = shop_with(5).await;
    let pattern = json!({"type": "product", "code": "pattern", "status": "active",
        "texts": {"en": {"name": "Pattern", "slug": "pattern"}},
        "variants": [{"sku": "PATTERN", "digital": true, "weight_grams": 9_000, "stock": {"main": 5},
            "prices": {"gb": {"currency": "GBP", "amount": 1490}}}]});
    shop.import(format!("{pattern}\n")).await;
    shop.catch_up().await;
    shop
}

/// Somebody who has put one unit of each into the cart, and said no more.
pub(super) async fn buyer_of<'shop>(shop: &'shop RoutedShop, skus: &[&str]) -> Buyer<'shop> {
    let made = send(shop, Method::POST, "/api/carts", &[], Some(&json!({"capability": "client"}))).await;
    assert_eq!(made.status, 201, "{made:?}");
    let capability = made.json()["capability"].as_str().expect("a capability").to_owned();
    let buyer = Buyer { shop, capability, email: "ann@example.org".to_owned(), from: None };
    for sku in skus {
        let added = buyer.cart(Method::POST, "/lines", Some(&json!({"sku": sku, "quantity": 1}))).await;
        assert!(added.status.is_success(), "{added:?}");
    }
    buyer
}

async fn cart_of(buyer: &Buyer<'_>) -> Value {
    buyer.cart(Method::GET, "", None).await.json()
}

#[tokio::test]
async fn what_is_downloaded_is_ordered_and_paid_without_a_way_of_delivery() {
    let shop = shop_with_patterns().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;
    let cart = cart_of(&ann).await;
    assert_eq!((&cart["lines"][0]["digital"], &cart["quote"]["delivery_needed"]), (&json!(true), &json!(false)));
    assert_eq!(cart["quote"]["delivery"], json!([]));

    let order = ann.orders().await;
    ann.pays(&order).await;
    settled(&shop).await;

    let paid = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&paid["state"], paid.get("delivery")), (&json!("paid"), None), "{paid}");
    assert_eq!((&paid["totals"]["delivery"], &paid["totals"]["total"]), (&json!(0), &json!(1_490)));
    assert_eq!(paid["contact"]["delivery_address"]["postal_code"], "SW1A1AA", "the tax follows it");
    assert_eq!(all_orders(&shop).await[0].content.delivery, None);
    assert_eq!(available(&shop, "PATTERN").await, 4, "there are as many of it as its stock says");
}

#[tokio::test]
async fn a_way_of_delivery_that_was_chosen_for_what_is_gone_from_the_cart_is_no_part_of_the_order() {
    let shop = shop_with_patterns().await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.cart(Method::POST, "/lines", Some(&json!({"sku": "PATTERN", "quantity": 1}))).await;
    let removed = ann.cart(Method::DELETE, "/lines/MUG", None).await;
    assert_eq!(removed.status, 200, "{removed:?}");

    let order = ann.orders().await;

    assert_eq!((order.get("delivery"), &order["totals"]["total"]), (None, &json!(1_490)));
}

#[tokio::test]
async fn a_cart_of_both_is_delivered_once_it_was_said_how() {
    let shop = shop_with_patterns().await;
    let ann = buyer_of(&shop, &["MUG", "PATTERN"]).await;
    assert_eq!(cart_of(&ann).await["quote"]["delivery_needed"], true);

    assert_eq!(code(&ann.checks_out_with("early", &ann.quote().await).await), (409, "delivery_missing".to_owned()));
    let chosen = ann.cart(Method::PUT, "/delivery", Some(&json!({"method": "parcel"}))).await;
    assert_eq!(chosen.status, 200, "{chosen:?}");
    let order = ann.orders().await;

    assert_eq!((&order["delivery"]["name"], &order["totals"]["delivery"]), (&json!("Parcel"), &json!(450)));
    assert_eq!((&order["totals"]["total"], states(&all_orders(&shop).await)), (&json!(3_430), vec!["pending_payment"]));
}

#[tokio::test]
async fn what_is_sent_is_not_ordered_before_it_was_said_how() {
    let shop = shop_with_patterns().await;
    let ann = buyer_of(&shop, &["MUG"]).await;

    let refused = ann.checks_out().await;

    assert_eq!(code(&refused), (409, "delivery_missing".to_owned()));
    assert!(all_orders(&shop).await.is_empty());
}

#[tokio::test]
async fn what_is_downloaded_when_it_was_quoted_and_sent_when_it_is_ordered_is_refused() {
    let shop = shop_with_patterns().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;
    let quote = ann.quote().await;
    let sent = json!({"type": "product", "code": "pattern", "status": "active",
        "texts": {"en": {"name": "Pattern", "slug": "pattern"}},
        "variants": [{"sku": "PATTERN", "prices": {"gb": {"currency": "GBP", "amount": 1490}}}]});
    shop.import(format!("{sent}\n")).await;

    let refused = ann.checks_out_with("first", &quote).await;

    assert_eq!(code(&refused), (409, "delivery_missing".to_owned()), "{refused:?}");
}
