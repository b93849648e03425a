//! The payment provider: whoever charges cards.
//!
//! It is asked, never believed: what a browser or a webhook says is only a reason to ask what a payment has become.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_domain::{Money, OrderId};
use jiff::Timestamp;

pub use ecom67_domain::order::{PROVIDER_ID_LENGTH_MAX, PaymentId, ProviderRefundId};

/// The most payments that one call lists.
pub const PAYMENTS_PAGE_MAX: usize = 100;

/// The name of one call to the provider, made from order, operation and attempt, so that the same call again is done once.
/// The provider remembers it for 24 hours; it is not to be relied upon after 23.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationKey(String);

impl OperationKey {
    /// That of the attempt at an operation on an order; `operation` is one of ours.
    pub fn new(order: OrderId, operation: &str, attempt: u32) -> Self {
        Self(format!("{order}-{operation}-{attempt}"))
    }

    /// The text that is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A payment to be made: authorised first and captured later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPayment {
    /// What it pays for.
    pub order: OrderId,
    /// How much, above zero.
    pub amount: Money,
}

/// What a browser shows the provider to confirm one payment. Never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// As the provider gave it.
    pub const fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The text, for the shopper whose payment it is.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSecret(..)")
    }
}

/// A payment as the provider has it at the moment of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The provider's name for it.
    pub id: PaymentId,
    /// What it pays for, as its metadata say; `None` where they name no order of ours.
    pub order: Option<OrderId>,
    /// How far it is.
    pub status: PaymentStatus,
    /// How much it is for.
    pub amount: Money,
    /// How much has been captured.
    pub captured: Money,
    /// How much of that has been given back, or is on its way.
    pub refunded: Money,
    /// What its shopper confirms it with.
    pub client_secret: ClientSecret,
    /// Why what was tried last was declined, as long as nothing else has been tried since.
    pub decline: Option<Decline>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// Nothing has been tried, or what was tried was declined: the shopper may try (again).
    AwaitsMethod,
    /// The shopper has something to do, such as 3-D Secure.
    AwaitsAction,
    /// The provider is at it.
    Processing,
    /// The money is set aside and may be captured.
    Authorised,
    /// The money is captured.
    Captured,
    /// It is void, for good.
    Cancelled,
}

/// Why a payment was declined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decline {
    /// What a shopper may do about it.
    pub kind: DeclineKind,
    /// The provider's own code, such as `insufficient_funds`.
    pub code: String,
}

/// Declines that a shopper can tell apart. What may be fraud is never told as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeclineKind {
    /// There is not enough money.
    InsufficientFunds,
    /// The card is too old.
    Expired,
    /// A number, date or code was mistyped.
    Mistyped,
    /// The shopper could not be recognised.
    NotAuthenticated,
    /// The provider failed: the same may succeed in a moment.
    TryAgain,
    /// Anything else: another card may do.
    Refused,
}

/// Money to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefund {
    /// The payment it was captured by.
    pub payment: PaymentId,
    /// The order it is for.
    pub order: OrderId,
    /// Which of the order's refunds: with the order, the name under which it is found again.
    pub number: u32,
    /// How much, above zero.
    pub amount: Money,
}

/// A refund as the provider has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRefund {
    /// The provider's name for it.
    pub id: ProviderRefundId,
    /// The order it is for, as its metadata say; `None` where they name no order of ours.
    pub order: Option<OrderId>,
    /// Which of the order's refunds it is, as its metadata say.
    pub number: Option<u32>,
    /// How far it is.
    pub status: RefundStatus,
    /// How much.
    pub amount: Money,
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefundStatus {
    /// It is on its way.
    Pending,
    /// The money is given back.
    Succeeded,
    /// It was not given back, and is not on its way any more.
    Failed,
}

/// Why the provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// It will not: nothing was done, and the same again will not be either.
    #[error("the provider refused: {code}")]
    Refused {
        /// The provider's code.
        code: String,
    },
    /// What is asked for does not suit what the payment has become: it is to be asked for first.
    #[error("the payment is not in a state for this: {code}")]
    OtherState {
        /// The provider's code.
        code: String,
    },
    /// It knows no such payment.
    #[error("the provider knows no such payment")]
    NotFound,
    /// The key was used for something else: a mistake of ours.
    #[error("the key of the operation was used for another one")]
    KeyReused,
    /// It answered with a failure of its own: the operation may have been done, and the answer is kept under the key. The
    /// payment is to be asked for first; only then may the next attempt be made.
    #[error("the provider failed with status {status}")]
    Failed {
        /// The status of HTTP.
        status: u16,
    },
    /// There was no answer: it may have been done. The same key again tells.
    #[error("the provider gave no answer; the outcome is unknown")]
    OutcomeUnknown(#[source] Box<dyn Error + Send + Sync>),
    /// It does not answer, and is not asked for a while: nothing was done.
    #[error("the provider is not available; it is asked again in {} s", retry_after.as_secs_f32())]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// Its answer cannot be understood: it may have been done. The same key again tells.
    #[error("the provider's answer cannot be read: {0}")]
    Unreadable(String),
}

/// Something that happened at the provider: a reason to ask, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderEvent {
    /// The provider's name for the event; the same event may come more than once.
    pub id: String,
    /// What it is about.
    pub about: ProviderEventSubject,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderEventSubject {
    /// A payment, or a charge of it.
    Payment(PaymentId),
    /// A refund.
    Refund {
        /// The payment it is of.
        payment: PaymentId,
        /// The refund.
        refund: ProviderRefundId,
    },
    /// Nothing that the shop follows.
    Other,
}

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// There is no signature, or none by a secret that we have.
    #[error("the signature is not by a secret that is known")]
    NotSigned,
    /// It was signed too long ago, or in the future.
    #[error("the signature is too old")]
    TooOld,
    /// It is signed and cannot be understood.
    #[error("the event cannot be read")]
    Unreadable,
}

/// Charges cards. Every call has a deadline; what is safe to repeat under its key is repeated within it, a few times and
/// with jitter.
#[async_trait]
pub trait PaymentProvider: Send + Sync {
    /// The least amount that it takes and that is not below this one; `None` where it takes none. No call.
    fn payable_from(&self, amount: Money) -> Option<Money>;

    /// Whether it takes payments of this amount at all: neither too little nor too much, and writable in its way. No call.
    fn accepts(&self, amount: Money) -> bool {
        self.payable_from(amount) == Some(amount)
    }

    /// Makes the payment of an order, to be authorised by its shopper and captured by the shop. The same key again answers
    /// with the same payment.
    async fn create(&self, payment: &NewPayment, key: &OperationKey) -> Result<Payment, PaymentError>;

    /// The payment as it is.
    async fn find(&self, id: &PaymentId) -> Result<Payment, PaymentError>;

    /// Captures all that was authorised, once.
    async fn capture(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError>;

    /// Voids a payment that has not been captured.
    async fn cancel(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError>;

    /// Gives back some of what was captured.
    async fn refund(&self, refund: &NewRefund, key: &OperationKey) -> Result<ProviderRefund, PaymentError>;

    /// A refund as it is.
    async fn find_refund(&self, id: &ProviderRefundId) -> Result<ProviderRefund, PaymentError>;

    /// All refunds of a payment, the newest first; at most [`PAYMENTS_PAGE_MAX`], which is more than an order may have.
    async fn refunds(&self, payment: &PaymentId) -> Result<Vec<ProviderRefund>, PaymentError>;

    /// Up to `limit` payments, at most [`PAYMENTS_PAGE_MAX`], that were made from `since` on, the newest first, after the
    /// one `after`: what the shop's own records are compared with.
    async fn list(
        &self,
        since: Timestamp,
        after: Option<&PaymentId>,
        limit: usize,
    ) -> Result<Vec<Payment>, PaymentError>;
}

/// Believes a webhook or not.
pub trait WebhookVerifier: Send + Sync {
    /// The event that the raw body tells of, if `signature` is by one of our secrets and made about `now`.
    fn verify(&self, body: &[u8], signature: &str, now: Timestamp) -> Result<ProviderEvent, WebhookError>;
}
