//! The shop's texts under which orders are placed.

use hyper::Method;
use serde_json::{Value, json};

use super::{Buyer, all_orders, available, code, shop_with, states};
use crate::shop::RoutedShop;

pub(super) async fn publish(shop: &RoutedShop, kind: &str, body: &str) {
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
    let expected = json!({"label": "The terms", "href": "/pages/terms", "kind": "terms", "digest": links[0]["digest"]});
    assert_eq!(links, json!([expected]));
}

/// The texts that a page shows now beside the button, as a checkout names them.
async fn shown(shop: &RoutedShop) -> Value {
    let links = shop.get("/api/navigation?locale=en-gb").await.json()["legal_links"].clone();
    named(&links)
}

fn named(links: &Value) -> Value {
    let links = links.as_array().expect("a list");
    links.iter().map(|link| json!({"kind": link["kind"], "digest": link["digest"]})).collect()
}

#[tokio::test]
async fn whoever_was_shown_other_terms_orders_nothing_until_they_have_seen_the_present_ones() {
    let shop = shop_with(9).await;
    publish(&shop, "terms", "Pay first.").await;
    publish(&shop, "withdrawal", "Fourteen days.").await;
    let ann = Buyer::with_mugs(&shop, "ann", 2).await;
    let seen = shown(&shop).await;
    publish(&shop, "terms", "Pay twice.").await;

    let refused = ann.checks_out_having_seen("first", &seen).await;

    assert_eq!(code(&refused), (409, "terms_changed".to_owned()));
    assert_eq!((all_orders(&shop).await.len(), available(&shop, "MUG").await), (0, 9));
    let present = refused.json()["legal_links"].clone();
    assert_eq!((named(&present), present[0]["href"].clone()), (shown(&shop).await, json!("/pages/terms")));
    assert_ne!(named(&present), seen);
    // What was refused under a name was not made under it.
    let placed = ann.checks_out_having_seen("second", &named(&present)).await;
    assert_eq!(placed.status, 201, "{placed:?}");
    assert_eq!(text(&ann, &placed.json(), "terms").await.trim(), "<p>Pay twice.</p>");
    // Both in turn, to be sure that it is no matter of their order.
    let turned: Value = named(&present).as_array().expect("a list").iter().rev().cloned().collect();
    let again = ann.checks_out_having_seen("third", &turned).await;
    assert_eq!((again.status.as_u16(), again.json()["id"].clone()), (200, placed.json()["id"].clone()));
    // A tab from before the change cancels nothing to whose place no order would come.
    let outdated = ann.checks_out_having_seen("fourth", &seen).await;
    assert_eq!(code(&outdated), (409, "terms_changed".to_owned()));
    let kept = ann.order(Method::GET, &placed.json(), "").await.json();
    assert_eq!(kept["state"], "pending_payment");
}

#[tokio::test]
async fn a_text_that_was_added_or_taken_away_or_never_was_is_another_than_was_shown() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    publish(&shop, "terms", "Pay first.").await;

    let none = ann.checks_out_having_seen("none", &json!([])).await;
    let mut made_up = shown(&shop).await;
    made_up[0]["digest"] = json!("ab".repeat(32));
    let made_up = ann.checks_out_having_seen("made-up", &made_up).await;
    let broken = ann.checks_out_having_seen("broken", &json!([{"kind": "terms", "digest": "é".repeat(32)}])).await;

    assert_eq!(code(&none), (409, "terms_changed".to_owned()));
    assert_eq!(code(&made_up), (409, "terms_changed".to_owned()));
    assert_eq!(code(&broken), (400, "legal_text_digest_invalid".to_owned()));
    assert_eq!(all_orders(&shop).await.len(), 0);
}

#[tokio::test]
async fn an_order_that_is_not_paid_for_is_made_anew_for_whoever_was_shown_new_terms_since() {
    let shop = shop_with(9).await;
    publish(&shop, "terms", "Pay first.").await;
    let ann = Buyer::with_mugs(&shop, "ann", 2).await;
    let seen = shown(&shop).await;
    let first = ann.checks_out_having_seen("first", &seen).await;
    publish(&shop, "terms", "Pay twice.").await;

    let same = ann.checks_out_having_seen("second", &seen).await;
    let other = ann.checks_out_having_seen("third", &shown(&shop).await).await;

    assert_eq!((first.status.as_u16(), same.status.as_u16(), other.status.as_u16()), (201, 200, 201));
    assert_eq!(same.json()["id"], first.json()["id"]);
    let mut all = all_orders(&shop).await;
    all.sort_by_key(|order| order.state.as_str());
    assert_eq!(states(&all), ["cancelled", "pending_payment"]);
    assert_eq!(text(&ann, &other.json(), "terms").await.trim(), "<p>Pay twice.</p>");
    assert_eq!(available(&shop, "MUG").await, 7);
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
