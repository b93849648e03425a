//! The provider behind a line on which every trouble can be had, whatever is asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{NewPayment, NewRefund, OperationKey, Payment, PaymentError, PaymentProvider, ProviderRefund};
use ecom67_domain::Money;
use ecom67_domain::order::{PaymentId, ProviderRefundId};
use ecom67_testkit::MovableClock;
use jiff::{SignedDuration, Timestamp};

/// What goes wrong: an answer for each way in which the port says that something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Refused,
    OtherState,
    NotFound,
    KeyReused,
    Unavailable,
    FailedBefore,
    FailedAfter,
    LostBefore,
    LostAfter,
    UnreadableBefore,
    UnreadableAfter,
}

impl Trouble {
    pub(super) const ALL: [Self; 11] = [
        Self::Refused,
        Self::OtherState,
        Self::NotFound,
        Self::KeyReused,
        Self::Unavailable,
        Self::FailedBefore,
        Self::FailedAfter,
        Self::LostBefore,
        Self::LostAfter,
        Self::UnreadableBefore,
        Self::UnreadableAfter,
    ];

    /// Whether what was asked for is done all the same.
    fn is_done(self) -> bool {
        matches!(self, Self::FailedAfter | Self::LostAfter | Self::UnreadableAfter)
    }

    fn error(self) -> PaymentError {
        let code = || "test".to_owned();
        match self {
            Self::Refused => PaymentError::Refused { code: code() },
            Self::OtherState => PaymentError::OtherState { code: code() },
            Self::NotFound => PaymentError::NotFound,
            Self::KeyReused => PaymentError::KeyReused,
            Self::Unavailable => PaymentError::Unavailable { retry_after: Duration::from_secs(5) },
            Self::FailedBefore | Self::FailedAfter => PaymentError::Failed { status: 500 },
            Self::LostBefore | Self::LostAfter => PaymentError::OutcomeUnknown("no answer".into()),
            Self::UnreadableBefore | Self::UnreadableAfter => PaymentError::Unreadable(code()),
        }
    }
}

/// A day that somebody sleeps, and what somebody else asks for meanwhile.
struct Nap {
    clock: Arc<MovableClock>,
    refund: NewRefund,
    key: OperationKey,
}

/// What goes wrong with the next calls, and with how many; and what was asked.
#[derive(Clone, Default)]
pub(super) struct Line {
    trouble: Arc<Mutex<Option<(Trouble, u32)>>>,
    refund_keys: Arc<Mutex<Vec<String>>>,
    nap: Arc<Mutex<Option<Nap>>>,
}

impl Line {
    /// The next `calls` go wrong in this way.
    pub(super) fn breaks(&self, trouble: Trouble, calls: u32) {
        *self.trouble.lock().expect("no test panics with it") = Some((trouble, calls));
    }

    /// All is well again.
    pub(super) fn is_mended(&self) {
        *self.trouble.lock().expect("no test panics with it") = None;
    }

    /// Whoever lists refunds next sleeps for a day over the answer, while somebody else asks for this one.
    pub(super) fn sleeps(&self, clock: &Arc<MovableClock>, refund: NewRefund, key: OperationKey) {
        *self.nap.lock().expect("no test panics with it") = Some(Nap { clock: Arc::clone(clock), refund, key });
    }

    /// The keys under which refunds were asked for, the first one first.
    pub(super) fn refund_keys(&self) -> Vec<String> {
        self.refund_keys.lock().expect("no test panics with it").clone()
    }

    fn next(&self) -> Option<Trouble> {
        let mut set = self.trouble.lock().expect("no test panics with it");
        let (trouble, left) = set.take()?;
        *set = left.checked_sub(1).filter(|left| *left > 0).map(|left| (trouble, left));
        Some(trouble)
    }

    async fn over<T>(&self, call: impl Future<Output = Result<T, PaymentError>>) -> Result<T, PaymentError> {
        let Some(trouble) = self.next() else { return call.await };
        if trouble.is_done() {
            call.await?;
        }
        Err(trouble.error())
    }
}

/// The provider at the other end of a line.
pub(super) struct TroubledProvider {
    pub(super) inner: Arc<dyn PaymentProvider>,
    pub(super) line: Line,
    /// Whether every refund is refused.
    pub(super) keeps_money: Arc<AtomicBool>,
}

#[async_trait]
impl PaymentProvider for TroubledProvider {
    fn payable_from(&self, amount: Money) -> Option<Money> {
        self.inner.payable_from(amount)
    }

    async fn create(&self, payment: &NewPayment, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.line.over(self.inner.create(payment, key)).await
    }

    async fn find(&self, id: &PaymentId) -> Result<Payment, PaymentError> {
        self.line.over(self.inner.find(id)).await
    }

    async fn capture(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.line.over(self.inner.capture(id, key)).await
    }

    async fn cancel(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.line.over(self.inner.cancel(id, key)).await
    }

    async fn refund(&self, refund: &NewRefund, key: &OperationKey) -> Result<ProviderRefund, PaymentError> {
        if self.keeps_money.load(Ordering::Relaxed) {
            return Err(Trouble::Refused.error());
        }
        self.line.refund_keys.lock().expect("no test panics with it").push(key.as_str().to_owned());
        self.line.over(self.inner.refund(refund, key)).await
    }

    async fn find_refund(&self, id: &ProviderRefundId) -> Result<ProviderRefund, PaymentError> {
        self.line.over(self.inner.find_refund(id)).await
    }

    async fn refunds(&self, payment: &PaymentId) -> Result<Vec<ProviderRefund>, PaymentError> {
        let listed = self.line.over(self.inner.refunds(payment)).await;
        let nap = self.line.nap.lock().expect("no test panics with it").take();
        if let Some(Nap { clock, refund, key }) = nap {
            self.inner.refund(&refund, &key).await?;
            clock.forward(SignedDuration::from_hours(25));
        }
        listed
    }

    async fn list(
        &self,
        since: Timestamp,
        after: Option<&PaymentId>,
        limit: usize,
    ) -> Result<Vec<Payment>, PaymentError> {
        self.line.over(self.inner.list(since, after, limit)).await
    }
}
