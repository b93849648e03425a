//! Webhooks: late, twice and in any order, and each of them signed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use ecom67_app::Clock as _;
use ecom67_app::port::{ProviderEventSubject, WebhookError, WebhookVerifier as _};
use ecom67_stripe::simulator::{HttpReceiver, WebhookOptions, WebhookReceiver};
use ecom67_stripe::{StripeWebhooks, WebhookSecret};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::shop::{SECRET_KEY, Shop, hasty};

const PATIENCE: Duration = Duration::from_secs(10);

type Delivery = (Bytes, String);

/// Refuses the first few, and takes the rest.
struct Receiver {
    refusals: AtomicU32,
    taken: mpsc::UnboundedSender<Delivery>,
}

#[async_trait]
impl WebhookReceiver for Receiver {
    async fn take(&self, body: Bytes, signature: String) -> bool {
        let refuses =
            self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        !refuses && self.taken.send((body, signature)).is_ok()
    }
}

fn secret() -> WebhookSecret {
    "whsec_ofTheShop".parse().unwrap()
}

fn told(refusals: u32, change: impl FnOnce(&mut WebhookOptions)) -> (Shop, mpsc::UnboundedReceiver<Delivery>) {
    let (taken, deliveries) = mpsc::unbounded_channel();
    let receiver = Receiver { refusals: AtomicU32::new(refusals), taken };
    let mut webhooks = WebhookOptions {
        receivers: vec![(Arc::new(receiver), secret())],
        retry_delay: Duration::from_millis(5),
        seed: 7,
        ..WebhookOptions::default()
    };
    change(&mut webhooks);
    (Shop::with(hasty(), |options| options.webhooks = webhooks), deliveries)
}

async fn next(deliveries: &mut mpsc::UnboundedReceiver<Delivery>) -> Delivery {
    timeout(PATIENCE, deliveries.recv()).await.expect("it comes").expect("the simulator lives")
}

#[tokio::test]
async fn every_change_is_told_signed_and_says_which_payment_to_ask_for() {
    let (shop, mut deliveries) = told(0, |_| {});
    let payment = shop.captured().await;
    shop.refund(&payment, 500, 1).await.unwrap();

    let verifier = StripeWebhooks::new(vec![secret()]);
    let mut kinds = Vec::new();
    for _ in 0..7 {
        let (body, signature) = next(&mut deliveries).await;
        let event = verifier.verify(&body, &signature, shop.clock.now()).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let kind = body["type"].as_str().unwrap().to_owned();
        let about = match &event.about {
            ProviderEventSubject::Refund { payment, .. } if kind.starts_with("refund.") => payment,
            ProviderEventSubject::Payment(payment) => payment,
            other => panic!("{kind} is about {other:?}"),
        };
        assert_eq!(*about, payment.id);
        kinds.push(kind);
    }

    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "charge.captured",
            "charge.refunded",
            "charge.succeeded",
            "payment_intent.amount_capturable_updated",
            "payment_intent.created",
            "payment_intent.succeeded",
            "refund.created",
        ]
    );
}

#[tokio::test]
async fn what_becomes_of_a_refund_is_told_with_its_name() {
    let (shop, mut deliveries) =
        told(0, |webhooks| webhooks.kinds = Some(&["refund.failed", "refund.updated", "charge.refund.updated"]));
    let payment = shop.captured_by("pm_card_refundFail").await;
    let made = shop.refund(&payment, 500, 1).await.unwrap();

    shop.simulator.settle_refunds().await.unwrap();

    let verifier = StripeWebhooks::new(vec![secret()]);
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let (body, signature) = next(&mut deliveries).await;
        let event = verifier.verify(&body, &signature, shop.clock.now()).unwrap();
        let (payment, refund) = (payment.id.clone(), made.id.clone());
        assert_eq!(event.about, ProviderEventSubject::Refund { payment, refund });
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["data"]["object"]["status"], "failed");
        kinds.push(body["type"].as_str().unwrap().to_owned());
    }
    kinds.sort_unstable();
    assert_eq!(kinds, ["charge.refund.updated", "refund.failed", "refund.updated"]);
}

#[tokio::test]
async fn a_webhook_by_another_secret_or_of_another_hour_is_not_believed() {
    let (shop, mut deliveries) = told(0, |_| {});
    shop.created().await;
    let (body, signature) = next(&mut deliveries).await;
    let now = shop.clock.now();

    let stranger = StripeWebhooks::new(vec!["whsec_other".parse().unwrap()]);
    assert_eq!(stranger.verify(&body, &signature, now), Err(WebhookError::NotSigned));
    let shops = StripeWebhooks::new(vec!["whsec_new".parse().unwrap(), secret()]);
    assert!(shops.verify(&body, &signature, now).is_ok(), "also while the secret is changed");
    shop.clock.forward(1);
    assert_eq!(shops.verify(&body, &signature, shop.clock.now()), Err(WebhookError::TooOld));
    shop.clock.forward(-2);
    assert_eq!(shops.verify(&body, &signature, shop.clock.now()), Err(WebhookError::TooOld));
}

#[tokio::test]
async fn they_come_twice_and_out_of_order_when_asked_for() {
    let (shop, mut deliveries) = told(0, |webhooks| {
        webhooks.duplicates = 1.0;
        webhooks.delay_max = Duration::from_millis(60);
    });
    for _ in 0..10 {
        shop.created().await;
    }

    let mut order = Vec::new();
    for _ in 0..20 {
        let (body, _) = next(&mut deliveries).await;
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        order.push(body["id"].as_str().unwrap().to_owned());
    }

    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for id in &order {
        *times.entry(id).or_default() += 1;
    }
    assert_eq!((times.len(), times.values().all(|times| *times == 2)), (10, true), "{order:?}");
    assert!(!order.is_sorted(), "{order:?}");
}

#[tokio::test]
async fn what_nobody_took_comes_again() {
    let (shop, mut deliveries) = told(3, |webhooks| webhooks.attempts_max = 4);
    let payment = shop.created().await;

    let (body, _) = next(&mut deliveries).await;

    assert!(String::from_utf8_lossy(&body).contains(payment.id.as_str()));
}

#[tokio::test]
async fn what_nobody_takes_is_given_up_and_holds_nothing_up() {
    let (shop, mut deliveries) = told(2, |webhooks| webhooks.attempts_max = 2);
    let given_up = shop.created().await;
    // Two attempts, at most 5 ms apart.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let payment = shop.created().await;

    let (body, _) = next(&mut deliveries).await;

    let text = String::from_utf8_lossy(&body);
    assert!(text.contains(payment.id.as_str()) && !text.contains(given_up.id.as_str()), "{text}");
}

/// Far more than are sent at once: a shop that is down for a moment is told of the rest as soon as it is back.
#[tokio::test]
async fn those_that_wait_for_their_second_attempt_keep_no_place_from_others() {
    let (shop, mut deliveries) = told(100, |webhooks| webhooks.retry_delay = Duration::from_hours(1));
    for _ in 0..100 {
        shop.created().await;
    }
    shop.created().await;

    let (body, _) = next(&mut deliveries).await;

    // Whichever came to be the hundred and first: they overtake each other.
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("payment_intent.created"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_told_even_if_whoever_asked_has_hung_up() {
    let (shop, mut deliveries) = told(0, |_| {});

    for turn in 0..150_u64 {
        let create = shop.post("/v1/payment_intents", SECRET_KEY, None, &[("amount", "500"), ("currency", "eur")]);
        drop(timeout(Duration::from_micros(turn * 40), create).await);
    }
    // Comes last: what was written before it is on the disk by then.
    let last = shop.created().await;

    let deeds = shop.deeds("created").await;
    let mut bodies = Vec::new();
    for _ in 0..deeds {
        bodies.push(String::from_utf8(next(&mut deliveries).await.0.to_vec()).unwrap());
    }
    assert!(deeds > 1 && bodies.iter().any(|body| body.contains(last.id.as_str())));
}

#[tokio::test]
async fn over_http_the_same_bytes_are_signed_that_are_sent() {
    let (taken, mut deliveries) = mpsc::unbounded_channel();
    let take = move |headers: HeaderMap, body: Bytes| async move {
        let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
        taken.send((body, signature)).map_or(StatusCode::GONE, |()| StatusCode::OK)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, Router::new().route("/webhooks", post(take))).await });
    let receiver: Arc<dyn WebhookReceiver> = Arc::new(HttpReceiver::new(&url).unwrap());
    let shop = Shop::with(hasty(), |options| options.webhooks.receivers = vec![(receiver, secret())]);

    let payment = shop.created().await;

    let (body, signature) = next(&mut deliveries).await;
    let event = StripeWebhooks::new(vec![secret()]).verify(&body, &signature, shop.clock.now()).unwrap();
    assert_eq!(event.about, ProviderEventSubject::Payment(payment.id));
    server.abort();
}
