//! Whoever buys what is digital agrees to have it at once, and to lose the right of withdrawal from it by that.

use hyper::Method;
use serde_json::{Value, json};

use super::digital::{buyer_of, shop_with_patterns};
use super::legal_texts::publish;
use super::{Buyer, all_orders, available, code, states};
use crate::shop::{Answer, RoutedShop};

/// A shop with patterns to print, which may be withdrawn from.
async fn withdrawable_shop() -> RoutedShop {
    let shop = shop_with_patterns().await;
    publish(&shop, "withdrawal", "Fourteen days.").await;
    shop
}

fn field(answer: &Answer) -> Value {
    answer.json()["field"].clone()
}

#[tokio::test]
async fn what_is_digital_is_not_ordered_before_its_immediate_delivery_is_agreed_to() {
    let shop = withdrawable_shop().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;

    let unsaid = ann.checks_out().await;
    let refused = ann.checks_out_consenting("second", false).await;

    for refused in [unsaid, refused] {
        assert_eq!(code(&refused), (409, "digital_consent_missing".to_owned()), "{refused:?}");
        assert_eq!(field(&refused), "consents_to_immediate_digital_delivery");
    }
    assert_eq!((all_orders(&shop).await.len(), available(&shop, "PATTERN").await), (0, 5));
}

#[tokio::test]
async fn the_consent_is_kept_with_the_order_and_its_time() {
    let shop = withdrawable_shop().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;

    let placed = ann.checks_out_consenting("first", true).await;

    assert_eq!(placed.status, 201, "{placed:?}");
    let order = ann.order(Method::GET, &placed.json(), "").await.json();
    assert_eq!((&order["digital_consent_at"], &order["lines"][0]["digital"]), (&order["placed_at"], &json!(true)));
    let kept = all_orders(&shop).await.remove(0);
    assert_eq!(kept.content.digital_consent_at, Some(kept.placed_at));
}

#[tokio::test]
async fn a_cart_of_both_asks_for_the_consent_and_says_which_line_it_is_about() {
    let shop = withdrawable_shop().await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.cart(Method::POST, "/lines", Some(&json!({"sku": "PATTERN", "quantity": 1}))).await;

    assert_eq!(code(&ann.checks_out().await), (409, "digital_consent_missing".to_owned()));
    let order = ann.checks_out_consenting("second", true).await.json();

    let digital: Vec<_> =
        (0..2).map(|place| (&order["lines"][place]["sku"], &order["lines"][place]["digital"])).collect();
    assert_eq!(digital, [(&json!("MUG"), &json!(false)), (&json!("PATTERN"), &json!(true))]);
}

#[tokio::test]
async fn nothing_is_asked_and_nothing_kept_where_nothing_is_digital_or_nothing_could_be_withdrawn_from() {
    let shop = withdrawable_shop().await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let bens_shop = shop_with_patterns().await;
    publish(&bens_shop, "terms", "Pay first.").await;
    let ben = buyer_of(&bens_shop, &["PATTERN"]).await;

    let sent = ann.checks_out_consenting("first", true).await;
    let unsaid = ben.checks_out().await;

    for placed in [sent, unsaid] {
        assert_eq!((placed.status.as_u16(), placed.json().get("digital_consent_at")), (201, None), "{placed:?}");
    }
}

#[tokio::test]
async fn the_same_key_with_another_consent_is_another_request() {
    let shop = withdrawable_shop().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;
    let placed = ann.checks_out_consenting("first", true).await;

    let repeated = ann.checks_out_consenting("first", true).await;
    let other = ann.checks_out_consenting("first", false).await;

    assert_eq!((placed.status.as_u16(), repeated.status.as_u16()), (201, 200));
    assert_eq!(repeated.json()["id"], placed.json()["id"]);
    assert_eq!(code(&other), (422, "idempotency_key_reused".to_owned()));
}

#[tokio::test]
async fn a_press_without_the_consent_cancels_no_order_that_was_made_with_it() {
    let shop = withdrawable_shop().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;
    let placed = ann.checks_out_consenting("first", true).await.json();

    let refused = ann.checks_out_consenting("second", false).await;
    let agreed = ann.checks_out_consenting("third", true).await;

    assert_eq!(code(&refused), (409, "digital_consent_missing".to_owned()));
    assert_eq!((agreed.status.as_u16(), &agreed.json()["id"]), (200, &placed["id"]));
    assert_eq!(states(&all_orders(&shop).await), ["pending_payment"]);
}

#[tokio::test]
async fn a_consent_is_yes_or_no_and_nothing_else() {
    let shop = withdrawable_shop().await;
    let ann = buyer_of(&shop, &["PATTERN"]).await;
    let mut body = ann.checkout_of(&ann.quote().await);
    body["consents_to_immediate_digital_delivery"] = json!("true");

    let refused = ann.sends_checkout("first", &body).await;

    assert_eq!(
        (code(&refused), field(&refused).as_str()),
        ((400, "body_invalid".to_owned()), Some("consents_to_immediate_digital_delivery"))
    );
}
