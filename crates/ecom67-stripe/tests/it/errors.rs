//! Each way in which the provider does not do what it was asked, and what the shop is told.

use std::time::Duration;

use ecom67_app::port::{NewPayment, OperationKey, PaymentError, PaymentProvider as _, PaymentStatus};
use ecom67_stripe::simulator::{Fault, Operation};
use ecom67_stripe::{ClientOptions, HttpTransport, StripeClient};
use std::sync::Arc;
use tokio::net::TcpListener;

use crate::shop::{Shop, client_by, euros, hasty, key};

#[tokio::test]
async fn what_the_provider_will_not_do_is_refused_with_its_code() {
    let shop = Shop::open();
    for (cents, expected) in [(49, "amount_too_small"), (100_000_000, "amount_too_large")] {
        let order = shop.order();

        let payment = NewPayment { order, amount: euros(cents) };
        let refused = shop.client.create(&payment, &OperationKey::new(order, "create", 1)).await;

        assert!(matches!(&refused, Err(PaymentError::Refused { code }) if code == expected), "{refused:?}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_and_shown_to_nobody() {
    let shop = Shop::open();
    let key = "sk_test_ofSomebodyElse";
    let stranger = StripeClient::new(Arc::new(shop.simulator.transport()), key.parse().unwrap(), hasty());

    let refused = stranger.find(&"pi_sim0000000000000000".parse().unwrap()).await.unwrap_err();

    assert!(matches!(refused, PaymentError::Unavailable { .. }), "{refused:?}");
    assert!(!format!("{refused:?}{stranger:?}").contains("ofSomebodyElse"));
}

#[tokio::test]
async fn a_payment_that_never_was_is_not_found() {
    let shop = Shop::open();

    for id in ["pi_sim0000000000000007", "pi_3MtwBwLkdIwHu7ix28a3tqPa"] {
        let found = shop.client.find(&id.parse().unwrap()).await;
        assert!(matches!(found, Err(PaymentError::NotFound)), "{found:?}");
    }
    let refund = shop.client.find_refund(&"re_1".parse().unwrap()).await;
    assert!(matches!(refund, Err(PaymentError::NotFound)), "{refund:?}");
}

#[tokio::test]
async fn a_key_that_is_used_for_something_else_is_told_as_our_mistake() {
    let shop = Shop::open();
    let order = shop.order();
    let key = OperationKey::new(order, "create", 1);
    shop.client.create(&NewPayment { order, amount: euros(500) }, &key).await.unwrap();

    let reused = shop.client.create(&NewPayment { order, amount: euros(501) }, &key).await;

    assert!(matches!(reused, Err(PaymentError::KeyReused)), "{reused:?}");
}

#[tokio::test]
async fn a_failure_of_the_provider_is_kept_under_the_key_and_asking_tells_what_was_done() {
    let shop = Shop::open();
    let payment = shop.authorised().await;
    shop.fault(Operation::Capture, Fault::FailedAfter, 1);

    for _ in 0..2 {
        let failed = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;
        assert!(matches!(failed, Err(PaymentError::Failed { status: 500 })), "{failed:?}");
    }

    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Captured);
    assert_eq!(shop.deeds("captured").await, 1);
}

#[tokio::test]
async fn without_an_answer_the_outcome_is_unknown_until_the_same_key_tells() {
    let shop = Shop::with(ClientOptions { retries_max: 1, ..hasty() }, |_| {});
    let payment = shop.authorised().await;
    shop.fault(Operation::Capture, Fault::AnswerLost, 2);

    let unknown = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;
    let told = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();

    assert!(matches!(unknown, Err(PaymentError::OutcomeUnknown(_))), "{unknown:?}");
    assert_eq!(told.status, PaymentStatus::Captured);
    assert_eq!(shop.deeds("captured").await, 1);
}

#[tokio::test]
async fn a_provider_that_nobody_reaches_is_unavailable_and_left_alone_for_a_while() {
    // A port that was free a moment ago and is closed again: nobody listens.
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let options = ClientOptions { failures_max: 2, retries_max: 3, pause: Duration::from_secs(30), ..hasty() };
    let client = client_by(HttpTransport::new(&format!("http://{address}")).unwrap(), options);
    let shop = Shop::open();
    let order = shop.order();

    let create =
        async || client.create(&NewPayment { order, amount: euros(500) }, &OperationKey::new(order, "create", 1)).await;
    let first = create().await;
    let begun = std::time::Instant::now();
    let second = create().await;

    let is_long = |error: &Result<_, _>| matches!(error, Err(PaymentError::Unavailable { retry_after }) if *retry_after > Duration::from_secs(20));
    assert!(is_long(&first) && is_long(&second), "{first:?} {second:?}");
    assert!(begun.elapsed() < Duration::from_millis(50), "nobody was asked");
}

#[tokio::test]
async fn a_provider_that_answers_again_is_asked_by_one_first_and_then_by_all() {
    let options = ClientOptions { failures_max: 2, retries_max: 0, pause: Duration::from_millis(50), ..hasty() };
    let shop = Shop::with(options, |_| {});
    let payment = shop.created().await;
    shop.fault(Operation::Retrieve, Fault::Broken, 2);
    for _ in 0..2 {
        let broken = shop.client.find(&payment.id).await;
        assert!(matches!(broken, Err(PaymentError::Unavailable { .. })), "{broken:?}");
    }
    assert!(matches!(shop.client.find(&payment.id).await, Err(PaymentError::Unavailable { .. })));

    tokio::time::sleep(Duration::from_millis(60)).await;

    assert_eq!(shop.client.find(&payment.id).await.unwrap().id, payment.id);
    assert_eq!(shop.client.find(&payment.id).await.unwrap().id, payment.id);
}

#[tokio::test]
async fn an_answer_that_is_none_of_stripes_is_unreadable() {
    let router = axum::Router::new().fallback(|| async { "<html>a proxy's page</html>" });
    let client = client_by(ecom67_stripe::InProcessTransport::new(router), hasty());

    let found = client.find(&"pi_1".parse().unwrap()).await;

    assert!(matches!(&found, Err(PaymentError::Unreadable(what)) if !what.contains("html")), "{found:?}");
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up_at_the_deadline() {
    let options =
        ClientOptions { deadline: Duration::from_millis(400), attempt_timeout: Duration::from_millis(150), ..hasty() };
    let shop = Shop::with(options, |_| {});
    let payment = shop.authorised().await;
    shop.fault(Operation::Capture, Fault::Silent { milliseconds: 5_000 }, 10);

    let begun = std::time::Instant::now();
    let unknown = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;

    assert!(matches!(unknown, Err(PaymentError::OutcomeUnknown(_))), "{unknown:?}");
    assert!(begun.elapsed() < Duration::from_millis(800), "{:?}", begun.elapsed());
}
