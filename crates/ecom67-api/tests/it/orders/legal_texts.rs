//! The shop's texts under which orders are placed.

use hyper::Method;
use serde_json::{Value, json};

use super::{Buyer, code, shop_with};
use crate::shop::RoutedShop;

async fn publish(shop: &RoutedShop, kind: &str, body: &str) {
    let page = json!({"type": "page", "code": format!("{kind}-gb"), "kind": kind, "markets": ["gb"],
        "texts": {"en": {"title": format!("The {kind}"), "slug": kind, "body": body}}});
    shop.import(format!("{page}\n")).await;
}

async fn text(buyer: &Buyer<'_>, order: &Value, kind: &str) -> String {
    let answer = buyer.order(Method::GET, order, &format!("/legal-texts/{kind}")).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["cache-control"]),
        (200, &"private, no-store".parse().unwrap())
    );
    answer.json()["body_html"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn whoever_ordered_reads_the_terms_that_applied_then_whatever_the_page_says_now() {
    let shop = shop_with(9).await;
    publish(&shop, "terms", "Pay **first**.").await;
    publish(&shop, "withdrawal", "Fourteen days.").await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let first = ann.orders().await;
    publish(&shop, "terms", "Pay later. <script>alert(1)</script>").await;
    let ben = Buyer::with_mugs(&shop, "ben", 1).await;
    let second = ben.orders().await;

    let expected = json!([{"kind": "terms", "title": "The terms"}, {"kind": "withdrawal", "title": "The withdrawal"}]);
    assert_eq!(first["legal_texts"], expected);
    assert_eq!(text(&ann, &first, "terms").await.trim(), "<p>Pay <strong>first</strong>.</p>");
    let changed = text(&ben, &second, "terms").await;
    assert!(changed.contains("Pay later.") && !changed.contains("<script>"), "{changed}");
    assert_eq!(text(&ann, &first, "withdrawal").await, text(&ben, &second, "withdrawal").await);
}

#[tokio::test]
async fn a_market_with_terms_of_its_own_sells_under_those_alone() {
    let shop = shop_with(9).await;
    let for_all = json!({"type": "page", "code": "a-terms", "kind": "terms", "markets": [],
        "texts": {"en": {"title": "Terms for all", "slug": "terms-for-all", "body": "For all."}}});
    shop.import(format!("{for_all}\n")).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    assert_eq!(ann.orders().await["legal_texts"][0]["title"], "Terms for all");
    publish(&shop, "terms", "Here.").await;

    let ben = Buyer::with_mugs(&shop, "ben", 1).await;
    let order = ben.orders().await;

    assert_eq!(order["legal_texts"], json!([{"kind": "terms", "title": "The terms"}]));
    let links = shop.get("/api/navigation?locale=en-gb").await.json()["legal_links"].clone();
    assert_eq!(links, json!([{"label": "The terms", "href": "/pages/terms"}]));
}

#[tokio::test]
async fn somebody_elses_texts_and_those_that_there_were_not_are_absent() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let ben = Buyer::with_mugs(&shop, "ben", 1).await;
    let order = ann.orders().await;

    assert_eq!(order["legal_texts"], json!([]));
    for kind in ["terms", "imprint", "%2e%2e"] {
        let answer = ann.order(Method::GET, &order, &format!("/legal-texts/{kind}")).await;
        assert_eq!(code(&answer), (404, "legal_text_not_found".to_owned()));
    }
    let answer = ben.order(Method::GET, &order, "/legal-texts/terms").await;
    assert_eq!(code(&answer), (404, "order_not_found".to_owned()));
}
