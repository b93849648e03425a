//! `localstripe`, which is somebody else's Stripe: it remembers payments, declines cards and signs its webhooks by itself.
//!
//! It is older than the API that the shop speaks, so [`Translated`] stands between them and changes two things, and no more:
//!
//! - `automatic_payment_methods` is taken out of what is asked: it refuses a field that it does not know. That Stripe
//!   knows the field is what `stripe-mock` says.
//! - `amount_captured` is put into a charge that has none: its whole amount where it is `captured`, and nothing where it is not.
//!   It takes a payment as a whole here, so there is nothing between.
//!
//! It does not know what a key of an attempt is for, confirms no payment that was declined once, and captures one that is
//! cancelled: all that is tried with the simulator.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use ecom67_app::port::{
    DeclineKind, NewPayment, NewRefund, OperationKey, Payment, PaymentProvider as _, PaymentStatus,
    ProviderEventSubject, RefundStatus, WebhookError, WebhookVerifier as _,
};
use ecom67_app::{Clock as _, SystemClock};
use ecom67_domain::OrderId;
use ecom67_stripe::{
    Answer, Call, HttpTransport, Method, SecretKey, StripeClient, StripeWebhooks, Transport, TransportError,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::variable;
use crate::shop::{euros, hasty};

const ADDRESS: &str = "ECOM67_LOCALSTRIPE_URL";
const KEY: &str = "sk_test_12345";
const SECRET: &str = "whsec_ofTheShop";

const GOOD_CARD: &str = "pm_card_visa";
/// It can be given to a payment, and is declined when it is charged.
const DECLINED_CARD: &str = "pm_card_chargeCustomerFail";

/// An event is sent a second after what it tells of.
const WEBHOOK_PATIENCE: Duration = Duration::from_secs(20);

/// Between a shop and a Stripe of another age.
struct Translated(HttpTransport);

#[async_trait]
impl Transport for Translated {
    async fn send(&self, call: &Call, key: &SecretKey) -> Result<Answer, TransportError> {
        let is_known = |field: &&str| !field.starts_with("automatic_payment_methods");
        let form = call.form.split('&').filter(is_known).collect::<Vec<_>>().join("&");
        let answer = self.0.send(&Call { form, ..call.clone() }, key).await?;
        let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else { return Ok(answer) };
        if let Some(charge) = body.get_mut("latest_charge").and_then(Value::as_object_mut) {
            let is_captured = charge["captured"] == true;
            let captured = if is_captured { charge["amount"].clone() } else { 0.into() };
            charge.entry("amount_captured").or_insert(captured);
        }
        Ok(Answer { body: body.to_string().into(), ..answer })
    }
}

/// The shop's client, and what a browser and whoever sets Stripe up do beside it.
struct Localstripe {
    client: StripeClient,
    direct: HttpTransport,
    http: reqwest::Client,
    address: String,
}

impl Localstripe {
    fn reached() -> Option<Self> {
        let address = variable(ADDRESS)?;
        let direct = HttpTransport::new(&address).unwrap();
        let client = StripeClient::new(Arc::new(Translated(direct.clone())), KEY.parse().unwrap(), hasty());
        Some(Self { client, direct, http: reqwest::Client::builder().no_proxy().build().unwrap(), address })
    }

    async fn created(&self, order: OrderId) -> Payment {
        let payment = NewPayment { order, amount: euros(1_999) };
        self.client.create(&payment, &OperationKey::new(order, "create", 1)).await.unwrap()
    }

    /// What a browser does: it names a card, and confirms.
    async fn confirmed(&self, payment: &Payment, card: &str) -> StatusCode {
        let path = format!("/v1/payment_intents/{}", payment.id);
        let named = self.posted(path.clone(), format!("payment_method={card}")).await;
        assert!(named.is_success(), "{named}");
        self.posted(format!("{path}/confirm"), String::new()).await
    }

    async fn posted(&self, path: String, form: String) -> StatusCode {
        let call = Call { method: Method::Post, path, form, idempotency_key: None };
        self.direct.send(&call, &KEY.parse().unwrap()).await.unwrap().status
    }

    async fn authorised(&self, order: OrderId) -> Payment {
        let created = self.created(order).await;
        assert_eq!(self.confirmed(&created, GOOD_CARD).await, StatusCode::OK);
        self.client.find(&created.id).await.unwrap()
    }

    async fn captured(&self, order: OrderId) -> Payment {
        let payment = self.authorised(order).await;
        self.client.capture(&payment.id, &OperationKey::new(order, "capture", 1)).await.unwrap()
    }

    /// Has webhooks sent to an address of this test's own; others run beside it, and their events come as well.
    async fn tells(&self, name: &str) -> mpsc::UnboundedReceiver<(Bytes, String)> {
        let (told, events) = mpsc::unbounded_channel();
        let router = Router::new().route(
            "/hook",
            post(move |headers: HeaderMap, body: Bytes| async move {
                let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
                // Once the test has what it waits for, nobody listens.
                drop(told.send((body, signature)));
            }),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        let body = json!({"url": url, "secret": SECRET, "events": ["payment_intent.succeeded"]});
        let setting = self.http.post(format!("{}/_config/webhooks/{name}", self.address));
        let set = setting.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
        assert!(set.status().is_success(), "{}", set.status());
        events
    }
}

fn order(number: u128) -> OrderId {
    OrderId::new(number)
}

#[tokio::test]
async fn a_payment_is_authorised_and_then_captured() {
    let Some(stripe) = Localstripe::reached() else { return };

    let created = stripe.created(order(1)).await;
    assert_eq!((created.status, created.order), (PaymentStatus::AwaitsMethod, Some(order(1))));
    assert!(created.client_secret.reveal().starts_with(created.id.as_str()), "a browser pays with it");
    assert_eq!(stripe.confirmed(&created, GOOD_CARD).await, StatusCode::OK);
    let authorised = stripe.client.find(&created.id).await.unwrap();
    assert_eq!((authorised.status, authorised.captured), (PaymentStatus::Authorised, euros(0)));
    let captured = stripe.client.capture(&created.id, &OperationKey::new(order(1), "capture", 1)).await.unwrap();

    assert_eq!((captured.status, captured.captured), (PaymentStatus::Captured, euros(1_999)));
    assert_eq!((captured.amount, captured.refunded), (euros(1_999), euros(0)));
}

#[tokio::test]
async fn a_declined_card_leaves_a_payment_that_says_why() {
    let Some(stripe) = Localstripe::reached() else { return };
    let created = stripe.created(order(2)).await;

    assert_eq!(stripe.confirmed(&created, DECLINED_CARD).await, StatusCode::PAYMENT_REQUIRED);

    let declined = stripe.client.find(&created.id).await.unwrap();
    assert_eq!((declined.status, declined.captured), (PaymentStatus::AwaitsMethod, euros(0)));
    let decline = declined.decline.expect("why");
    assert_eq!((decline.kind, decline.code.as_str()), (DeclineKind::Refused, "card_declined"));
}

#[tokio::test]
async fn what_was_set_aside_is_let_go() {
    let Some(stripe) = Localstripe::reached() else { return };
    let authorised = stripe.authorised(order(3)).await;

    let cancelled = stripe.client.cancel(&authorised.id, &OperationKey::new(order(3), "cancel", 1)).await.unwrap();

    assert_eq!((cancelled.status, cancelled.captured), (PaymentStatus::Cancelled, euros(0)));
    assert_eq!(stripe.client.find(&authorised.id).await.unwrap().status, PaymentStatus::Cancelled);
}

#[tokio::test]
async fn a_refund_gives_back_a_part_and_is_found_again() {
    let Some(stripe) = Localstripe::reached() else { return };
    let payment = stripe.captured(order(4)).await;

    let refund = NewRefund { payment: payment.id.clone(), order: order(4), number: 1, amount: euros(500) };
    let made = stripe.client.refund(&refund, &OperationKey::new(order(4), "refund", 1)).await.unwrap();

    assert_eq!((made.status, made.amount), (RefundStatus::Succeeded, euros(500)));
    assert_eq!((made.order, made.number), (Some(order(4)), Some(1)));
    assert_eq!(stripe.client.find_refund(&made.id).await.unwrap(), made);
    assert_eq!(stripe.client.refunds(&payment.id).await.unwrap(), [made]);
    let after = stripe.client.find(&payment.id).await.unwrap();
    assert_eq!((after.captured, after.refunded), (euros(1_999), euros(500)));
}

#[tokio::test]
async fn a_webhook_is_believed_by_the_secret_it_was_signed_with_and_by_no_other() {
    let Some(stripe) = Localstripe::reached() else { return };
    let mut events = stripe.tells(&format!("shop-{}", std::process::id())).await;
    let payment = stripe.captured(order(5)).await;
    let subject = ProviderEventSubject::Payment(payment.id);
    let ours = StripeWebhooks::new(vec![SECRET.parse().unwrap()]);

    let (body, signature) = timeout(WEBHOOK_PATIENCE, async {
        loop {
            let (body, signature) = events.recv().await.expect("an event");
            let event = ours.verify(&body, &signature, SystemClock.now()).expect("a signature of localstripe");
            if event.about == subject {
                return (body, signature);
            }
        }
    })
    .await
    .expect("the event of the capture");

    let now = SystemClock.now();
    let theirs = StripeWebhooks::new(vec!["whsec_ofSomebodyElse".parse().unwrap()]);
    let refused = theirs.verify(&body, &signature, now);
    assert!(matches!(refused, Err(WebhookError::NotSigned)), "{refused:?}");
    let mut changed = body.to_vec();
    let digit = changed.iter().rposition(u8::is_ascii_digit).unwrap();
    changed[digit] = if changed[digit] == b'1' { b'2' } else { b'1' };
    let refused = ours.verify(&changed, &signature, now);
    assert!(matches!(refused, Err(WebhookError::NotSigned)), "{refused:?}");
}
