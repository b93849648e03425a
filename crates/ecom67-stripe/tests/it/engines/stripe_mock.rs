//! `stripe-mock`, which is Stripe's own, knows the shape of every request, and refuses what it does not know.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use ecom67_app::Clock as _;
use ecom67_app::port::{NewPayment, NewRefund, OperationKey, PaymentProvider as _};
use ecom67_domain::OrderId;
use ecom67_stripe::{Answer, Call, HttpTransport, SecretKey, StripeClient, Transport, TransportError};

use super::variable;
use crate::shop::{SECRET_KEY, TestClock, client_by, euros, hasty};

const ADDRESS: &str = "ECOM67_STRIPE_MOCK_URL";

fn mock() -> Option<StripeClient> {
    // Its key has to look like one: letters and digits.
    let transport = HttpTransport::new(&variable(ADDRESS)?).unwrap();
    Some(StripeClient::new(Arc::new(transport), "sk_test_123".parse().unwrap(), hasty()))
}

#[tokio::test]
async fn every_request_of_the_shop_has_a_shape_that_stripe_knows() {
    let Some(client) = mock() else { return };
    let order = OrderId::new(1);
    let key = |operation| OperationKey::new(order, operation, 1);
    let payment = "pi_1".parse().unwrap();

    let created = client.create(&NewPayment { order, amount: euros(1_999) }, &key("create")).await;
    assert!(created.is_ok(), "{created:?}");
    let found = client.find(&payment).await;
    assert!(found.is_ok(), "{found:?}");
    let captured = client.capture(&payment, &key("capture")).await;
    assert!(captured.is_ok(), "{captured:?}");
    let cancelled = client.cancel(&payment, &key("cancel")).await;
    assert!(cancelled.is_ok(), "{cancelled:?}");
    let refund = NewRefund { payment: payment.clone(), order, number: 1, amount: euros(500) };
    let refunded = client.refund(&refund, &key("refund")).await;
    assert!(refunded.is_ok(), "{refunded:?}");
    let found = client.find_refund(&"re_1".parse().unwrap()).await;
    assert!(found.is_ok(), "{found:?}");
    let refunds = client.refunds(&payment).await;
    assert!(refunds.as_ref().is_ok_and(|refunds| !refunds.is_empty()), "{refunds:?}");
    let listed = client.list(TestClock::default().now(), Some(&payment), 3).await;
    assert!(listed.as_ref().is_ok_and(|payments| !payments.is_empty()), "{listed:?}");
}

/// Changes a word in what is sent on.
struct Misspelling(HttpTransport, (&'static str, &'static str));

#[async_trait]
impl Transport for Misspelling {
    async fn send(&self, call: &Call, key: &SecretKey) -> Result<Answer, TransportError> {
        let (from, to) = self.1;
        assert!(call.form.contains(from), "{}", call.form);
        self.0.send(&Call { form: call.form.replace(from, to), ..call.clone() }, key).await
    }
}

/// Or the test above would prove nothing.
#[tokio::test]
async fn a_misspelt_field_would_be_noticed_at_any_depth() {
    let Some(address) = variable(ADDRESS) else { return };
    for misspelling in [("capture_method", "capture_methd"), ("[enabled]", "[enabeld]"), ("manual", "by_hand")] {
        let transport = Misspelling(HttpTransport::new(&address).unwrap(), misspelling);
        let client = StripeClient::new(Arc::new(transport), "sk_test_123".parse().unwrap(), hasty());

        let order = OrderId::new(1);
        let key = OperationKey::new(order, "create", 1);
        let refused = client.create(&NewPayment { order, amount: euros(1_999) }, &key).await;

        assert!(refused.is_err(), "{misspelling:?}");
    }
}

/// Answers of the simulator have to be what Stripe's are, field by field: of those that both have, each is of the same kind.
#[tokio::test]
async fn what_the_simulator_answers_has_the_kinds_that_stripes_answers_have() {
    let Some(address) = variable(ADDRESS) else { return };
    let shop = crate::shop::Shop::open();
    let payment = shop.captured().await;
    let refund = shop.refund(&payment, 100, 1).await.unwrap();
    let stripe: SecretKey = "sk_test_123".parse().unwrap();
    let ours: SecretKey = SECRET_KEY.parse().unwrap();
    let mock = HttpTransport::new(&address).unwrap();
    let simulator = shop.simulator.transport();
    for path in [
        format!("/v1/payment_intents/{}?expand[]=latest_charge", payment.id),
        format!("/v1/refunds/{}", refund.id),
        "/v1/payment_intents?limit=1".to_owned(),
    ] {
        let call = Call { method: ecom67_stripe::Method::Get, path, form: String::new(), idempotency_key: None };

        let theirs: serde_json::Value = serde_json::from_slice(&mock.send(&call, &stripe).await.unwrap().body).unwrap();
        let ours: serde_json::Value =
            serde_json::from_slice(&simulator.send(&call, &ours).await.unwrap().body).unwrap();

        for (name, value) in ours.as_object().unwrap() {
            let expected = theirs.get(name).unwrap_or_else(|| panic!("{}: Stripe has no {name}", call.path));
            let same = std::mem::discriminant(value) == std::mem::discriminant(expected);
            assert!(same || value.is_null() || expected.is_null(), "{}: {name} is {value}, not {expected}", call.path);
        }
    }
}

/// Numbers of cards stand in no published shape: Stripe's own scripts send them. The simulator takes them in the form that
/// Stripe's API has for them beside it.
#[tokio::test]
async fn a_browsers_confirmation_has_a_shape_that_stripe_knows() {
    let Some(address) = variable(ADDRESS) else { return };
    let form = "payment_method=pm_card_visa&return_url=https://shop.test/&client_secret=pi_1_secret_x";
    let call = Call {
        method: ecom67_stripe::Method::Post,
        path: "/v1/payment_intents/pi_1/confirm".into(),
        form: form.to_owned(),
        idempotency_key: None,
    };

    let answer = HttpTransport::new(&address).unwrap().send(&call, &"sk_test_123".parse().unwrap()).await.unwrap();

    assert!(answer.status.is_success(), "{:?}", answer.body);
}

#[tokio::test]
async fn every_request_pins_the_version_and_carries_its_key() {
    let (seen, mut requests) = tokio::sync::mpsc::unbounded_channel();
    let router = Router::new().fallback(move |request: Request| async move {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, 1 << 16).await.unwrap();
        seen.send((head, body)).unwrap();
        Response::new(Body::from("{}"))
    });
    let client = client_by(ecom67_stripe::InProcessTransport::new(router), hasty());
    let order = OrderId::new(1);

    let key = OperationKey::new(order, "create", 2);
    drop(client.create(&NewPayment { order, amount: euros(500) }, &key).await);

    let (head, _) = requests.recv().await.unwrap();
    assert_eq!(head.headers["stripe-version"], ecom67_stripe::STRIPE_VERSION);
    assert_eq!(head.headers["idempotency-key"], key.as_str());
    assert!(head.headers["authorization"].is_sensitive());
}
