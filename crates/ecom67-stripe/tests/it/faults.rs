//! What goes wrong on the way, and does no harm.

use std::time::Duration;

use ecom67_app::port::{PaymentError, PaymentProvider as _, PaymentStatus};
use ecom67_stripe::ClientOptions;
use ecom67_stripe::simulator::{Fault, Operation};
use serde_json::json;

use crate::shop::{SECRET_KEY, Shop, hasty, key, send};

#[tokio::test]
async fn what_is_safe_to_repeat_is_repeated_until_it_is_done_once() {
    for fault in [
        Fault::Broken,
        Fault::AnswerLost,
        Fault::RateLimited,
        Fault::Locked,
        Fault::FailedForNow,
        Fault::Slow { milliseconds: 20 },
        Fault::Silent { milliseconds: 20 },
    ] {
        let shop = Shop::open();
        shop.fault(Operation::Create, fault, 2);
        let payment = shop.authorised().await;
        shop.fault(Operation::Capture, fault, 2);
        let captured = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();
        shop.fault(Operation::Refund, fault, 2);
        shop.refund(&captured, 500, 1).await.unwrap();

        let deeds = [shop.deeds("created").await, shop.deeds("captured").await, shop.deeds("refunded").await];
        assert_eq!(deeds, [1, 1, 1], "{fault:?}");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_as_unavailable_and_nothing_is_done() {
    let shop = Shop::with(ClientOptions { retries_max: 1, ..hasty() }, |_| {});
    let payment = shop.authorised().await;
    shop.fault(Operation::Capture, Fault::RateLimited, 2);

    let refused = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;

    assert!(matches!(refused, Err(PaymentError::Unavailable { .. })), "{refused:?}");
    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
}

#[tokio::test]
async fn a_failure_before_the_deed_is_kept_and_the_next_attempt_succeeds() {
    let shop = Shop::open();
    let payment = shop.authorised().await;
    shop.fault(Operation::Capture, Fault::FailedBefore, 1);

    for _ in 0..2 {
        let failed = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;
        assert!(matches!(failed, Err(PaymentError::Failed { status: 500 })), "{failed:?}");
    }
    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);

    let captured = shop.client.capture(&payment.id, &key(&payment, "capture", 2)).await.unwrap();
    assert_eq!(captured.status, PaymentStatus::Captured);
}

#[tokio::test]
async fn a_capture_may_be_declined_and_the_money_stays_set_aside() {
    let shop = Shop::open();
    let payment = shop.authorised().await;
    shop.fault(Operation::Capture, Fault::Declined, 1);

    let declined = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;

    assert!(matches!(&declined, Err(PaymentError::Refused { code }) if code == "card_declined"), "{declined:?}");
    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
    assert_eq!(shop.deeds("captured").await, 0);
}

#[tokio::test]
async fn a_slow_provider_is_waited_for() {
    let shop = Shop::open();
    let payment = shop.created().await;
    shop.fault(Operation::Retrieve, Fault::Slow { milliseconds: 150 }, 1);

    let begun = std::time::Instant::now();
    shop.client.find(&payment.id).await.unwrap();

    assert!(begun.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn faults_are_set_over_http_by_whoever_has_the_secret_key() {
    let shop = Shop::open();
    let rule = json!({"operation": "retrieve", "fault": {"kind": "rate_limited"}, "calls": 1}).to_string();
    let post = |key: &str, body: &str| {
        let request = axum::http::Request::post("/simulator/faults").header("authorization", format!("Bearer {key}"));
        send(shop.simulator.router(), request.body(body.to_owned().into()).unwrap())
    };

    assert_eq!(post(crate::shop::PUBLISHABLE_KEY, &rule).await.status.as_u16(), 403);
    assert_eq!(post("sk_test_other", &rule).await.status.as_u16(), 401);
    assert_eq!(post(SECRET_KEY, "{\"fault\":{\"kind\":\"earthquake\"}}").await.code(), "fault_invalid");
    assert_eq!(post(SECRET_KEY, &rule).await.status.as_u16(), 201);

    let path = format!("/v1/payment_intents/{}", shop.created().await.id);
    assert_eq!(shop.get(&path, SECRET_KEY).await.status.as_u16(), 429);
    assert_eq!(shop.get(&path, SECRET_KEY).await.status.as_u16(), 200);
}
