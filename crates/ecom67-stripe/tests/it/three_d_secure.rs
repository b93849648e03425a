//! 3-D Secure, as a shopper's browser sees it.

use axum::body::Body;
use axum::http::Request;
use ecom67_app::port::{DeclineKind, Payment, PaymentProvider as _, PaymentStatus};

use crate::shop::{Answer, Shop, send};

/// Tries a card that asks for it, and follows to the page.
async fn challenged(shop: &Shop, card: &str, return_url: Option<&str>) -> (Payment, String) {
    let payment = shop.created().await;
    let mut fields = vec![("payment_method", card)];
    fields.extend(return_url.map(|url| ("return_url", url)));
    let (_, body) = shop.confirm(&payment, &fields).await;
    assert_eq!(body["status"], "requires_action");
    assert_eq!(body["next_action"]["type"], "redirect_to_url");
    let url = body["next_action"]["redirect_to_url"]["url"].as_str().unwrap().to_owned();
    (payment, url.strip_prefix("https://simulator.test").unwrap().to_owned())
}

async fn answer(shop: &Shop, path: &str, outcome: &str) -> Answer {
    let (path, token) = path.split_once("?token=").unwrap();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    send(shop.simulator.router(), request.body(Body::from(format!("token={token}&outcome={outcome}"))).unwrap()).await
}

#[tokio::test]
async fn a_shopper_who_proves_who_they_are_comes_back_with_an_authorised_payment() {
    let shop = Shop::open();
    for card in ["pm_card_threeDSecure2Required", "pm_card_authenticationRequiredOnSetup"] {
        let (payment, path) = challenged(&shop, card, Some("https://shop.test/paid?cart=7")).await;
        assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::AwaitsAction);

        let page = shop.get(&path, "").await;
        let back = answer(&shop, &path, "complete").await;

        assert!(page.text.contains("<form method=\"post\"") && !page.text.contains("<script"), "{}", page.text);
        assert_eq!(back.status.as_u16(), 303);
        let location = back.headers["location"].to_str().unwrap();
        assert!(location.starts_with("https://shop.test/paid?cart=7&payment_intent=pi_sim"), "{location}");
        assert!(location.ends_with("redirect_status=succeeded"), "{location}");
        assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
    }
}

#[tokio::test]
async fn a_shopper_who_does_not_may_try_again() {
    let shop = Shop::open();
    let (payment, path) = challenged(&shop, "pm_card_threeDSecure2Required", Some("https://shop.test/")).await;

    let back = answer(&shop, &path, "fail").await;

    assert!(back.headers["location"].to_str().unwrap().ends_with("redirect_status=failed"));
    let failed = shop.client.find(&payment.id).await.unwrap();
    assert_eq!(failed.status, PaymentStatus::AwaitsMethod);
    assert_eq!(failed.decline.unwrap().kind, DeclineKind::NotAuthenticated);
    shop.confirm(&payment, &[("payment_method", "pm_card_visa")]).await;
    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
}

#[tokio::test]
async fn a_card_may_be_declined_after_its_holder_was_known() {
    let shop = Shop::open();
    let (payment, path) = challenged(&shop, "pm_card_threeDSecureRequiredChargeDeclined", None).await;

    let page = answer(&shop, &path, "complete").await;

    assert!(page.text.contains("has failed"), "without an address to return to, it is said here");
    let declined = shop.client.find(&payment.id).await.unwrap();
    assert_eq!(declined.decline.unwrap().kind, DeclineKind::Refused);
}

#[tokio::test]
async fn an_answer_counts_once_and_only_from_the_shopper() {
    let shop = Shop::open();
    let (payment, path) = challenged(&shop, "pm_card_threeDSecure2Required", None).await;
    let (address, _) = path.split_once('?').unwrap();

    assert_eq!(answer(&shop, &format!("{address}?token=guessed"), "complete").await.status.as_u16(), 404);
    assert_eq!(answer(&shop, &path, "perhaps").await.status.as_u16(), 404);
    assert_eq!(answer(&shop, &path, "complete").await.status.as_u16(), 200);
    assert_eq!(answer(&shop, &path, "fail").await.status.as_u16(), 404);

    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
}

#[tokio::test]
async fn a_question_is_still_open_after_a_restart() {
    let shop = Shop::open();
    let (payment, path) = challenged(&shop, "pm_card_threeDSecure2Required", None).await;

    let shop = shop.restarted(|_| {});
    answer(&shop, &path, "complete").await;

    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
}
