//! How many of a product one cart may have.

use hyper::Method;
use serde_json::{Value, json};

use super::{Buyer, all_orders, available, code, shop_with};
use crate::shop::RoutedShop;

/// Lets the shop say how many mugs one cart may have.
async fn limited(shop: &RoutedShop, quantity: Value) {
    let product = json!({"type": "product", "code": "mug", "status": "active", "texts": {"en": {"name": "mug", "slug": "mug"}},
        "quantity": quantity, "variants": [{"sku": "MUG", "prices": {"gb": {"currency": "GBP", "amount": 1490}}}]});
    shop.import(format!("{product}\n")).await;
}

fn line(cart: &Value) -> Value {
    let line = &cart["lines"][0];
    json!([line["quantity"], line["quantity_min"], line["quantity_max"], line["quantity_step"], line["notices"]])
}

#[tokio::test]
async fn what_is_sold_by_the_six_is_put_into_a_cart_by_the_six() {
    let shop = shop_with(100).await;
    limited(&shop, json!({"step": 6, "max": 18})).await;
    let ann = Buyer::with_mugs(&shop, "ann", 6).await;

    let added = ann.cart(Method::POST, "/lines", Some(&json!({"sku": "MUG"}))).await.json();
    assert_eq!(line(&added), json!([12, 6, 18, 6, []]), "one press is one set");

    for (quantity, expected, instead) in
        [(3, "quantity_too_small", 6), (8, "quantity_not_in_sets", 6), (24, "quantity_too_large", 18)]
    {
        let refused = ann.cart(Method::PUT, "/lines/MUG", Some(&json!({"quantity": quantity}))).await;
        assert_eq!(code(&refused), (409, expected.to_owned()));
        let problem = refused.json();
        assert_eq!((&problem["asked"], &problem["available"]), (&json!(quantity), &json!(instead)), "{problem}");
    }
    assert_eq!(ann.cart(Method::GET, "", None).await.json()["lines"][0]["quantity"], 12);
    let product = shop.get("/api/products/mug?locale=en-gb").await.json();
    let variant = &product["variants"][0];
    assert_eq!(json!([variant["quantity_min"], variant["quantity_max"], variant["quantity_step"]]), json!([6, 18, 6]));
}

#[tokio::test]
async fn a_limit_that_is_lowered_is_told_and_nothing_beyond_it_is_ordered() {
    let shop = shop_with(100).await;
    let ann = Buyer::with_mugs(&shop, "ann", 8).await;
    let quote = ann.quote().await;

    limited(&shop, json!({"max": 5})).await;

    let cart = ann.cart(Method::GET, "", None).await.json();
    let notice = json!([{"code": "quantity_not_allowed", "asked": 8, "allowed": 5}]);
    assert_eq!(line(&cart), json!([8, 1, 5, 1, notice]));
    let refused = ann.checks_out_with("first", &quote).await;
    assert_eq!(code(&refused), (409, "quantity_not_allowed".to_owned()));
    assert_eq!(refused.json()["lines"], json!([{"sku": "MUG", "asked": 8, "available": 5}]));
    assert_eq!((all_orders(&shop).await.len(), available(&shop, "MUG").await), (0, 100));

    ann.cart(Method::PUT, "/lines/MUG", Some(&json!({"quantity": 5}))).await;
    ann.orders().await;
    assert_eq!(available(&shop, "MUG").await, 95);
}

#[tokio::test]
async fn of_four_that_are_left_none_can_be_had_where_they_come_by_the_six() {
    let shop = shop_with(4).await;
    let ann = Buyer::with_mugs(&shop, "ann", 4).await;

    limited(&shop, json!({"step": 6})).await;
    let quote = ann.quote().await;

    let refused = ann.cart(Method::PUT, "/lines/MUG", Some(&json!({"quantity": 6}))).await;
    assert_eq!(code(&refused), (409, "not_enough_stock".to_owned()));
    assert_eq!(refused.json()["available"], 0);
    let cart = ann.cart(Method::GET, "", None).await.json();
    let notice = json!([{"code": "quantity_not_allowed", "asked": 4, "allowed": 0}]);
    assert_eq!(cart["lines"][0]["notices"], notice, "to take six would not help");
    let refused = ann.checks_out_with("first", &quote).await;
    assert_eq!(code(&refused), (409, "quantity_not_allowed".to_owned()));
    assert_eq!(refused.json()["lines"], json!([{"sku": "MUG", "asked": 4, "available": 0}]));
}

/// Whether the mug is listed among what is in stock, and what its card and its page say of it.
async fn told(shop: &RoutedShop) -> Value {
    let list = shop.get("/api/products?locale=en-gb&filter=availability:in_stock").await.json();
    let cards = list["products"].as_array().expect("products");
    let listed = cards.iter().any(|card| card["code"] == "mug");
    let list = shop.get("/api/products?locale=en-gb").await.json();
    let card = list["products"].as_array().expect("products").iter().find(|card| card["code"] == "mug");
    let card = card.expect("the mug's card").clone();
    let product = shop.get("/api/products/mug?locale=en-gb").await.json();
    let variant = &product["variants"][0];
    json!([listed, card["availability"], card["last_units"], variant["availability"], variant["last_units"]])
}

#[tokio::test]
async fn what_is_left_of_a_set_is_not_offered_in_lists_nor_on_its_page() {
    let shop = shop_with(20).await;
    limited(&shop, json!({"min": 12, "step": 6})).await;
    shop.catch_up().await;
    assert_eq!(told(&shop).await, json!([true, "in_stock", null, "in_stock", null]));

    let ann = Buyer::with_mugs(&shop, "ann", 12).await;
    ann.orders().await;
    shop.catch_up().await;

    assert_eq!(available(&shop, "MUG").await, 8, "more than what is called the last ones");
    assert_eq!(told(&shop).await, json!([false, "sold_out", null, "sold_out", null]));
    let page = shop.get("/en-gb/p/mug").await;
    assert!(page.text().contains("availability-sold_out"), "{}", page.text());

    limited(&shop, json!({"step": 4})).await;
    shop.catch_up().await;
    assert_eq!(told(&shop).await, json!([true, "in_stock", null, "in_stock", null]));
}

#[tokio::test]
async fn what_an_order_gives_back_is_offered_again_where_one_has_to_take_more_by_now() {
    let shop = shop_with(14).await;
    limited(&shop, json!({"step": 6})).await;
    let ann = Buyer::with_mugs(&shop, "ann", 6).await;
    let order = ann.orders().await;
    limited(&shop, json!({"min": 12, "step": 6})).await;
    shop.catch_up().await;
    assert_eq!(told(&shop).await, json!([false, "sold_out", null, "sold_out", null]), "8 are left");

    ann.order(Method::POST, &order, "/cancellation").await;
    shop.catch_up().await;

    assert_eq!(available(&shop, "MUG").await, 14);
    assert_eq!(told(&shop).await, json!([true, "in_stock", null, "in_stock", null]));
}
