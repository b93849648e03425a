//! The client: our own, for the few calls that a shop makes. `docs/adr/0011-stripe-client.md` says why.

mod answer;
mod attempt;
mod refusal;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::breaker::Breaker;
use ecom67_app::port::{
    NewPayment, NewRefund, OperationKey, PAYMENTS_PAGE_MAX, Payment, PaymentError, PaymentId, PaymentProvider,
    ProviderRefund, ProviderRefundId,
};
use ecom67_domain::Money;
use jiff::Timestamp;

use self::answer::{WireList, WirePayment, WireRefund};
use crate::amount;
use crate::form::Form;
use crate::secret::SecretKey;
use crate::transport::{Call, Method, Transport};

/// What a client bears.
#[derive(Clone, Copy, Debug)]
pub struct ClientOptions {
    /// How long one call may take, its repeats included.
    pub deadline: Duration,
    /// How long one attempt at it may take.
    pub attempt_timeout: Duration,
    /// How often what is safe to repeat is repeated.
    pub retries_max: u32,
    /// So many failures in a row, and the provider is left alone for a while.
    pub failures_max: u32,
    /// For how long.
    pub pause: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(6),
            retries_max: 3,
            failures_max: 5,
            pause: Duration::from_secs(3),
        }
    }
}

/// Makes payments at Stripe, or at what speaks like it.
pub struct StripeClient {
    transport: Arc<dyn Transport>,
    key: SecretKey,
    options: ClientOptions,
    breaker: Breaker,
}

impl fmt::Debug for StripeClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StripeClient").field("options", &self.options).finish_non_exhaustive()
    }
}

impl StripeClient {
    /// A client that shows `key`.
    pub fn new(transport: Arc<dyn Transport>, key: SecretKey, options: ClientOptions) -> Self {
        Self { transport, key, options, breaker: Breaker::after(options.failures_max) }
    }

    async fn get(&self, path: String, query: Form) -> Result<bytes::Bytes, PaymentError> {
        let path = format!("{path}?{}", query.into_text());
        self.done(&Call { method: Method::Get, path, form: String::new(), idempotency_key: None }).await
    }

    async fn post(&self, path: String, form: Form, key: &OperationKey) -> Result<bytes::Bytes, PaymentError> {
        let idempotency_key = Some(key.as_str().to_owned());
        self.done(&Call { method: Method::Post, path, form: form.into_text(), idempotency_key }).await
    }
}

/// With the charge, which knows what was captured and what was given back.
fn expanding_charge(form: Form) -> Form {
    form.with(&["expand", ""], "latest_charge")
}

/// The amount and the currency as fields.
fn with_amount(form: Form, money: Money) -> Result<Form, PaymentError> {
    Ok(form.with(&["amount"], &stripe_amount(money)?.to_string()))
}

fn stripe_amount(money: Money) -> Result<i64, PaymentError> {
    amount::to_stripe(money).map_err(|amount::NotRepresentable| PaymentError::Refused {
        // In the provider's words for the same mistake.
        code: "parameter_invalid_integer".to_owned(),
    })
}

#[async_trait]
impl PaymentProvider for StripeClient {
    fn payable_from(&self, amount: Money) -> Option<Money> {
        amount::charged_from(amount)
    }

    async fn create(&self, payment: &NewPayment, key: &OperationKey) -> Result<Payment, PaymentError> {
        let form = with_amount(Form::default(), payment.amount)?
            .with(&["currency"], &payment.amount.currency().code().to_ascii_lowercase())
            .with(&["capture_method"], "manual")
            .with(&["automatic_payment_methods", "enabled"], "true")
            // Methods that lead away to another shop's checkout have rules of their own for capture and refund; cards that
            // ask for 3-D Secure are not among them.
            .with(&["automatic_payment_methods", "allow_redirects"], "never")
            .with(&["metadata", "order_id"], &payment.order.to_string());
        let body = self.post("/v1/payment_intents".to_owned(), expanding_charge(form), key).await?;
        WirePayment::read(&body)?.into_payment()
    }

    async fn find(&self, id: &PaymentId) -> Result<Payment, PaymentError> {
        let body = self.get(format!("/v1/payment_intents/{id}"), expanding_charge(Form::default())).await?;
        WirePayment::read(&body)?.into_payment()
    }

    async fn capture(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        let form = expanding_charge(Form::default());
        let body = self.post(format!("/v1/payment_intents/{id}/capture"), form, key).await?;
        WirePayment::read(&body)?.into_payment()
    }

    async fn cancel(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        let form = expanding_charge(Form::default());
        let body = self.post(format!("/v1/payment_intents/{id}/cancel"), form, key).await?;
        WirePayment::read(&body)?.into_payment()
    }

    async fn refund(&self, refund: &NewRefund, key: &OperationKey) -> Result<ProviderRefund, PaymentError> {
        let form = with_amount(Form::default(), refund.amount)?
            .with(&["payment_intent"], refund.payment.as_str())
            .with(&["metadata", "order_id"], &refund.order.to_string())
            .with(&["metadata", "refund"], &refund.number.to_string());
        let body = self.post("/v1/refunds".to_owned(), form, key).await?;
        WireRefund::read(&body)?.into_refund()
    }

    async fn find_refund(&self, id: &ProviderRefundId) -> Result<ProviderRefund, PaymentError> {
        let body = self.get(format!("/v1/refunds/{id}"), Form::default()).await?;
        WireRefund::read(&body)?.into_refund()
    }

    async fn refunds(&self, payment: &PaymentId) -> Result<Vec<ProviderRefund>, PaymentError> {
        let query = Form::default()
            .with(&["payment_intent"], payment.as_str())
            .with(&["limit"], &PAYMENTS_PAGE_MAX.to_string());
        let body = self.get("/v1/refunds".to_owned(), query).await?;
        WireList::<WireRefund>::read(&body)?.data.into_iter().map(WireRefund::into_refund).collect()
    }

    async fn list(
        &self,
        since: Timestamp,
        after: Option<&PaymentId>,
        limit: usize,
    ) -> Result<Vec<Payment>, PaymentError> {
        let mut query = Form::default()
            .with(&["created", "gte"], &since.as_second().to_string())
            .with(&["limit"], &limit.clamp(1, PAYMENTS_PAGE_MAX).to_string())
            .with(&["expand", ""], "data.latest_charge");
        if let Some(after) = after {
            query = query.with(&["starting_after"], after.as_str());
        }
        let body = self.get("/v1/payment_intents".to_owned(), query).await?;
        WireList::<WirePayment>::read(&body)?.data.into_iter().map(WirePayment::into_payment).collect()
    }
}
