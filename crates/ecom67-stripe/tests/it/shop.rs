//! A shop with its payment provider: the simulator in the same process, on a folder of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use ecom67_app::Clock;
use ecom67_app::port::{
    NewPayment, NewRefund, OperationKey, Payment, PaymentError, PaymentProvider as _, ProviderRefund,
};
use ecom67_domain::{Money, OrderId};
use ecom67_stripe::simulator::{Fault, FaultRule, Operation, Simulator, SimulatorOptions};
use ecom67_stripe::{ClientOptions, StripeClient, Transport};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub(crate) const SECRET_KEY: &str = "sk_test_ofTheShop";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_test_ofTheShop";

/// Stands still until it is moved.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    pub(crate) fn forward(&self, hours: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_hours(hours);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new("2026-11-01T12:00:00Z".parse().unwrap())))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) clock: TestClock,
    pub(crate) simulator: Simulator,
    pub(crate) client: StripeClient,
    orders: AtomicU64,
}

/// What a test bears to wait.
pub(crate) fn hasty() -> ClientOptions {
    ClientOptions {
        deadline: Duration::from_secs(5),
        attempt_timeout: Duration::from_secs(2),
        failures_max: 1_000,
        pause: Duration::from_millis(100),
        ..ClientOptions::default()
    }
}

pub(crate) fn simulator_options(clock: &TestClock) -> SimulatorOptions {
    SimulatorOptions {
        public_url: "https://simulator.test".into(),
        ..SimulatorOptions::new(SECRET_KEY.parse().unwrap(), PUBLISHABLE_KEY, Arc::new(clock.clone()))
    }
}

pub(crate) fn client_by(transport: impl Transport + 'static, options: ClientOptions) -> StripeClient {
    StripeClient::new(Arc::new(transport), SECRET_KEY.parse().unwrap(), options)
}

pub(crate) fn euros(cents: i64) -> Money {
    Money::new(cents, "EUR".parse().unwrap())
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::with(hasty(), |_| {})
    }

    pub(crate) fn with(options: ClientOptions, change: impl FnOnce(&mut SimulatorOptions)) -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), TestClock::default());
        let mut simulator_options = simulator_options(&clock);
        change(&mut simulator_options);
        let simulator = Simulator::open(folder.path(), simulator_options).unwrap();
        let client = client_by(simulator.transport(), options);
        Self { folder, clock, simulator, client, orders: AtomicU64::new(0) }
    }

    /// Ends the simulator and starts it again on the same folder, after `meddle` was there.
    pub(crate) fn restarted(self, meddle: impl FnOnce(&std::path::Path)) -> Self {
        let Self { folder, clock, simulator, client, orders } = self;
        drop((simulator, client));
        meddle(folder.path());
        let simulator = Simulator::open(folder.path(), simulator_options(&clock)).unwrap();
        let client = client_by(simulator.transport(), hasty());
        Self { folder, clock, simulator, client, orders }
    }

    pub(crate) fn order(&self) -> OrderId {
        OrderId::new(u128::from(self.orders.fetch_add(1, Ordering::Relaxed)) + 1)
    }

    pub(crate) async fn created(&self) -> Payment {
        let order = self.order();
        let payment = NewPayment { order, amount: euros(1_999) };
        self.client.create(&payment, &OperationKey::new(order, "create", 1)).await.unwrap()
    }

    pub(crate) async fn authorised(&self) -> Payment {
        self.authorised_by("pm_card_visa").await
    }

    pub(crate) async fn captured_by(&self, card: &str) -> Payment {
        let payment = self.authorised_by(card).await;
        self.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap()
    }

    async fn authorised_by(&self, card: &str) -> Payment {
        let payment = self.created().await;
        let (status, _) = self.confirm(&payment, &[("payment_method", card)]).await;
        assert_eq!(status, StatusCode::OK);
        self.client.find(&payment.id).await.unwrap()
    }

    pub(crate) async fn captured(&self) -> Payment {
        self.captured_by("pm_card_visa").await
    }

    pub(crate) async fn refund(
        &self,
        payment: &Payment,
        cents: i64,
        attempt: u32,
    ) -> Result<ProviderRefund, PaymentError> {
        let order = payment.order.unwrap();
        let refund = NewRefund { payment: payment.id.clone(), order, number: attempt, amount: euros(cents) };
        self.client.refund(&refund, &OperationKey::new(order, "refund", attempt)).await
    }

    /// Tries a card as a browser does.
    pub(crate) async fn confirm(&self, payment: &Payment, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut fields = fields.to_vec();
        fields.push(("client_secret", payment.client_secret.reveal()));
        let path = format!("/v1/payment_intents/{}/confirm", payment.id);
        let answer = self.post(&path, PUBLISHABLE_KEY, None, &fields).await;
        (answer.status, answer.body)
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        key: &str,
        idempotency: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path).header("authorization", format!("Bearer {key}"));
        if let Some(idempotency) = idempotency {
            request = request.header("idempotency-key", idempotency);
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        send(self.simulator.router(), request.body(Body::from(form)).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {key}"));
        send(self.simulator.router(), request.body(Body::empty()).unwrap()).await
    }

    pub(crate) fn fault(&self, operation: Operation, fault: Fault, calls: u32) {
        self.simulator.add_fault(FaultRule::next(operation, fault, calls)).unwrap();
    }

    /// How often the ledger tells of a deed.
    pub(crate) async fn deeds(&self, deed: &str) -> usize {
        let answer = self.get("/simulator/ledger", SECRET_KEY).await;
        let lines = answer.text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["deed"] == deed).count()
    }
}

pub(crate) fn key(payment: &Payment, operation: &str, attempt: u32) -> OperationKey {
    OperationKey::new(payment.order.unwrap(), operation, attempt)
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let (head, body) = router.oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(to_bytes(body, 1 << 24).await.unwrap().to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or_default();
    Answer { status: head.status, headers: head.headers, text, body }
}
