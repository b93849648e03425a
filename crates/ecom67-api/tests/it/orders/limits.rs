//! How many of a product one cart may have.

use futures_util::future::join_all;
use hyper::Method;
use serde_json::{Value, json};

use super::{Buyer, all_orders, available, code, shop_with};
use crate::shop::{Answer, RoutedShop};

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

/// Lets the shop sell a print in two frames, of which one cart may have so many together.
async fn sells_prints(shop: &RoutedShop, max_per_cart: Value) {
    let variant = |sku: &str, frame: &str| json!({"sku": sku, "options": {"frame": frame}, "prices": {"gb": {"currency": "GBP", "amount": 1490}}, "stock": {"main": 20}});
    let frames = json!({"type": "attribute", "code": "frame", "kind": "choice", "label": {"en": "Frame"},
        "choices": [{"code": "oak", "label": {"en": "Oak"}}, {"code": "ash", "label": {"en": "Ash"}}]});
    let product = json!({"type": "product", "code": "print", "status": "active", "options": ["frame"],
        "texts": {"en": {"name": "print", "slug": "print"}}, "max_per_cart": max_per_cart,
        "variants": [variant("OAK", "oak"), variant("ASH", "ash")]});
    shop.import(format!("{frames}\n{product}\n")).await;
}

/// Of each line of a cart its SKU, how many there are, what it says of limits, and what is to be told.
fn prints(cart: &Value) -> Value {
    let lines = cart["lines"].as_array().expect("lines").iter().filter(|line| line["product"] == "print");
    let told = |line: &Value| {
        json!([line["sku"], line["quantity"], line["quantity_max"], line["max_per_cart"], line["notices"]])
    };
    lines.map(told).collect()
}

impl Buyer<'_> {
    async fn adds(&self, sku: &str, quantity: u32) -> Answer {
        self.cart(Method::POST, "/lines", Some(&json!({"sku": sku, "quantity": quantity}))).await
    }

    async fn sets(&self, sku: &str, quantity: u32) -> Answer {
        self.cart(Method::PUT, &format!("/lines/{sku}"), Some(&json!({"quantity": quantity}))).await
    }
}

/// Why it was refused, what was asked for and what there may be.
fn refused(answer: &Answer) -> Value {
    let problem = answer.json();
    json!([answer.status.as_u16(), problem["code"], problem["asked"], problem["available"]])
}

#[tokio::test]
async fn of_a_product_one_cart_has_no_more_than_it_may_over_all_its_variants() {
    let shop = shop_with(100).await;
    sells_prints(&shop, json!(3)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 8).await;

    assert_eq!(refused(&ann.adds("OAK", 4).await), json!([409, "quantity_too_large", 4, 3]), "it stands alone");
    let cart = ann.adds("OAK", 2).await.json();
    assert_eq!(prints(&cart), json!([["OAK", 2, 3, 3, []]]));
    for asked in [2, 4] {
        assert_eq!(refused(&ann.adds("ASH", asked).await), json!([409, "product_quantity_too_large", asked, 1]));
    }
    assert_eq!(prints(&ann.adds("ASH", 1).await.json()), json!([["OAK", 2, 3, 3, []], ["ASH", 1, 3, 3, []]]));
    for sku in ["OAK", "ASH"] {
        assert_eq!(refused(&ann.sets(sku, 3).await)[1], "product_quantity_too_large", "{sku}");
    }
    assert_eq!(ann.sets("OAK", 1).await.status, 200);
    assert_eq!(ann.sets("ASH", 2).await.status, 200);

    let product = shop.get("/api/products/print?locale=en-gb").await.json();
    assert_eq!(json!([product["max_per_cart"], product["variants"][0]["quantity_max"]]), json!([3, 3]));
    let page = shop.get("/en-gb/p/print").await;
    assert!(page.text().contains("At most 3 per order, all versions together."), "{}", page.text());
    ann.orders().await;
    assert_eq!((available(&shop, "OAK").await, available(&shop, "ASH").await), (19, 18));
}

#[tokio::test]
async fn what_was_put_aside_comes_back_only_where_the_other_variants_leave_room() {
    let shop = shop_with(100).await;
    sells_prints(&shop, json!(3)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.adds("OAK", 2).await;
    ann.cart(Method::PUT, "/saved/OAK", None).await;
    ann.adds("ASH", 2).await;

    let refusal = ann.cart(Method::POST, "/saved/OAK/move-to-cart", None).await;
    assert_eq!(refused(&refusal), json!([409, "product_quantity_too_large", 2, 1]));

    ann.sets("ASH", 1).await;
    let back = ann.cart(Method::POST, "/saved/OAK/move-to-cart", None).await.json();
    assert_eq!(prints(&back), json!([["ASH", 1, 3, 3, []], ["OAK", 2, 3, 3, []]]));
}

#[tokio::test]
async fn a_limit_of_a_product_below_what_each_line_has_is_handed_out_in_the_order_of_the_lines() {
    let shop = shop_with(100).await;
    sells_prints(&shop, Value::Null).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.adds("OAK", 8).await;
    ann.adds("ASH", 8).await;
    let quote = ann.quote().await;

    sells_prints(&shop, json!(4)).await;

    let cart = ann.cart(Method::GET, "", None).await.json();
    let own = json!([{"code": "quantity_not_allowed", "asked": 8, "allowed": 4}]);
    let shared = json!([{"code": "product_quantity_not_allowed", "asked": 8, "allowed": 0, "max": 4}]);
    assert_eq!(prints(&cart), json!([["OAK", 8, 4, 4, own], ["ASH", 8, 4, 4, shared]]));
    let refusal = ann.checks_out_with("first", &quote).await;
    let lines = json!([{"sku": "OAK", "asked": 8, "available": 4}, {"sku": "ASH", "asked": 8, "available": 0}]);
    assert_eq!((code(&refusal).1, &refusal.json()["lines"]), ("quantity_not_allowed".to_owned(), &lines));
    assert_eq!(ann.sets("OAK", 4).await.status, 200);
    assert_eq!(ann.cart(Method::DELETE, "/lines/ASH", None).await.status, 200);
    ann.orders().await;
}

#[tokio::test]
async fn a_limit_of_a_product_that_comes_later_is_told_of_each_line_and_nothing_beyond_it_is_ordered() {
    let shop = shop_with(100).await;
    sells_prints(&shop, Value::Null).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.adds("OAK", 3).await;
    ann.adds("ASH", 2).await;
    let quote = ann.quote().await;

    sells_prints(&shop, json!(4)).await;

    let cart = ann.cart(Method::GET, "", None).await.json();
    let notice = |asked, allowed| json!([{"code": "product_quantity_not_allowed", "asked": asked, "allowed": allowed, "max": 4}]);
    assert_eq!(prints(&cart), json!([["OAK", 3, 4, 4, []], ["ASH", 2, 4, 4, notice(2, 1)]]));
    let refusal = ann.checks_out_with("first", &quote).await;
    assert_eq!(code(&refusal), (409, "quantity_not_allowed".to_owned()));
    assert_eq!(refusal.json()["lines"], json!([{"sku": "ASH", "asked": 2, "available": 1}]));
    assert_eq!((all_orders(&shop).await.len(), available(&shop, "OAK").await), (0, 20));

    let cart = ann.sets("OAK", 2).await.json();
    assert_eq!(prints(&cart), json!([["OAK", 2, 4, 4, []], ["ASH", 2, 4, 4, []]]), "one of both is enough");
    ann.orders().await;
    assert_eq!((available(&shop, "OAK").await, available(&shop, "ASH").await), (18, 18));
}

#[tokio::test]
async fn two_tabs_with_two_variants_have_no_more_of_their_product_than_one() {
    let shop = shop_with(100).await;
    sells_prints(&shop, json!(5)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;

    let presses = (0..10).map(|press| ann.adds(if press % 2 == 0 { "OAK" } else { "ASH" }, 1));
    let answers = join_all(presses).await;

    let done = answers.iter().filter(|answer| answer.status == 200).count();
    let cart = ann.cart(Method::GET, "", None).await.json();
    assert_eq!((done, &cart["units"]), (5, &json!(6)), "five prints and a mug");
}

#[tokio::test]
async fn what_is_given_for_nothing_does_not_count_for_the_limit_of_its_product() {
    let shop = shop_with(100).await;
    sells_prints(&shop, json!(2)).await;
    let gift = json!({"type": "promotion", "code": "present", "name": {"en": "A present"}, "coupons": ["PRESENT"],
        "effect": {"kind": "gift", "sku": "ASH", "quantity": 1}});
    shop.import(format!("{gift}\n")).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.adds("OAK", 2).await;
    ann.coupon("PRESENT").await;

    let cart = ann.cart(Method::GET, "", None).await.json();
    assert_eq!(cart["quote"]["gifts"][0]["sku"], "ASH", "{}", cart["quote"]["gifts"]);
    assert_eq!(prints(&cart), json!([["OAK", 2, 2, 2, []]]));
    ann.orders().await;

    assert_eq!((available(&shop, "OAK").await, available(&shop, "ASH").await), (18, 19));
}

#[tokio::test]
async fn the_limit_of_a_product_with_one_variant_is_told_as_that_of_the_variant() {
    let shop = shop_with(100).await;
    let product = json!({"type": "product", "code": "mug", "status": "active", "texts": {"en": {"name": "mug", "slug": "mug"}},
        "max_per_cart": 2, "variants": [{"sku": "MUG", "prices": {"gb": {"currency": "GBP", "amount": 1490}}}]});
    shop.import(format!("{product}\n")).await;
    let ann = Buyer::with_mugs(&shop, "ann", 2).await;

    assert_eq!(refused(&ann.adds("MUG", 1).await), json!([409, "quantity_too_large", 3, 2]));
    let cart = ann.cart(Method::GET, "", None).await.json();
    assert_eq!((line(&cart), &cart["lines"][0]["max_per_cart"]), (json!([2, 1, 2, 1, []]), &Value::Null));
    let page = shop.get("/en-gb/p/mug").await;
    assert!(page.text().contains("At most 2 per order."), "{}", page.text());
}
