//! Bugs that a shop might have: real ports behind which one thing is done wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use ecom67_app::port::{
    CheckoutRequest, GiftCardWrite, IdempotencyKey, MeterWrite, NewPayment, NewRefund, OperationKey, OrderCommit,
    OrderCommitError, OrderEnvelope, OrderFilter, OrderStore, OrderWrite, Payment, PaymentError, PaymentId,
    PaymentProvider, PaymentStatus, ProviderRefund, ProviderRefundId, StockWrite, StoreError, Stored,
};
use ecom67_domain::order::{Contact, Meter, OrderEvent, OrderState, WorkflowVersion};
use ecom67_domain::{CartId, Money, OrderId, OrderNumber, Version};
use jiff::Timestamp;

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoreBug {
    /// Orders are placed and nothing is held for them.
    DropsHolds,
    /// Coupons are not counted.
    DropsUses,
    /// What gift cards pay is not taken of them.
    DropsGiftCards,
    /// What gift cards paid for an order that is cancelled stays gone.
    KeepsGiftCards,
    /// What was held is released once more.
    ReleasesTwice,
    /// An order is placed by one commit, and what it holds and uses would be another: the process ends in between.
    CommitsInTwo,
    /// That the money is set aside is never written: the process ends each time.
    NeverMakesHoldsFirm,
    /// It answers before it writes, and never writes, that an order is cancelled.
    ForgetsCancellations,
}

/// A store with a bug.
pub(super) struct BuggyStore {
    pub(super) inner: Arc<dyn OrderStore>,
    pub(super) bug: StoreBug,
}

#[async_trait]
impl OrderStore for BuggyStore {
    async fn commit(&self, commit: OrderCommit) -> Result<Version, OrderCommitError> {
        let is_new = matches!(commit.write, OrderWrite::Place { .. });
        let is_release = commit.stock == StockWrite::Release;
        let makes_firm = commit.events.iter().any(|event| matches!(event, OrderEvent::Authorised { .. }));
        match self.bug {
            StoreBug::DropsHolds if is_new => {
                self.inner.commit(OrderCommit { stock: StockWrite::Keep, ..commit }).await
            }
            StoreBug::DropsUses if is_new => {
                self.inner.commit(OrderCommit { meters: MeterWrite::Keep, ..commit }).await
            }
            StoreBug::DropsGiftCards if is_new => {
                self.inner.commit(OrderCommit { gift_cards: GiftCardWrite::Keep, ..commit }).await
            }
            StoreBug::KeepsGiftCards if commit.gift_cards == GiftCardWrite::Return => {
                self.inner.commit(OrderCommit { gift_cards: GiftCardWrite::Keep, ..commit }).await
            }
            StoreBug::CommitsInTwo if is_new => {
                let (meters, gift_cards) = (MeterWrite::Keep, GiftCardWrite::Keep);
                let first = OrderCommit { stock: StockWrite::Keep, meters, gift_cards, ..commit };
                self.inner.commit(first).await?;
                Err(StoreError::OutcomeUnknown.into())
            }
            StoreBug::ReleasesTwice if is_release => {
                let version = self.inner.commit(commit.clone()).await?;
                let write = OrderWrite::Move { read_at: version };
                let (meters, gift_cards) = (MeterWrite::Keep, GiftCardWrite::Keep);
                let again = OrderCommit { write, events: vec![], cart: None, meters, gift_cards, ..commit };
                self.inner.commit(again).await
            }
            StoreBug::NeverMakesHoldsFirm if makes_firm => Err(StoreError::Busy.into()),
            StoreBug::ForgetsCancellations if matches!(commit.order.state, OrderState::Cancelling(_)) => {
                let OrderWrite::Move { read_at } = commit.write else { return Ok(Version::FIRST) };
                Ok(read_at.next())
            }
            _ => self.inner.commit(commit).await,
        }
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<ecom67_domain::Order>>, StoreError> {
        self.inner.find(id).await
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        self.inner.find_by_number(number).await
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        self.inner.find_contact(id).await
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        self.inner.find_request(cart, key, now).await
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        self.inner.used(meters).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.inner.due(now, limit).await
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        self.inner.defer(id, until).await
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.inner.stuck(after, limit).await
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        self.inner.open_workflows().await
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<ecom67_domain::Order>>, StoreError> {
        self.inner.list(filter, before, limit).await
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        self.inner.events(id).await
    }

    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.inner.forget_requests(now).await
    }
}

/// What is done wrong with the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProviderBug {
    /// Each attempt to make a payment has another key.
    ChangesKeys,
    /// It is not asked how a payment stands: that something was told of it is enough.
    TrustsWhatIsTold,
    /// Money is captured as soon as it is set aside.
    CapturesAtOnce,
}

/// The provider, asked wrongly.
pub(super) struct BuggyProvider {
    pub(super) inner: Arc<dyn PaymentProvider>,
    pub(super) bug: ProviderBug,
    pub(super) attempts: AtomicU32,
}

#[async_trait]
impl PaymentProvider for BuggyProvider {
    fn payable_from(&self, amount: Money) -> Option<Money> {
        self.inner.payable_from(amount)
    }

    async fn create(&self, payment: &NewPayment, key: &OperationKey) -> Result<Payment, PaymentError> {
        if self.bug == ProviderBug::ChangesKeys {
            let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
            return self.inner.create(payment, &OperationKey::new(payment.order, "other", attempt)).await;
        }
        self.inner.create(payment, key).await
    }

    async fn find(&self, id: &PaymentId) -> Result<Payment, PaymentError> {
        let found = self.inner.find(id).await?;
        Ok(match self.bug {
            ProviderBug::TrustsWhatIsTold => {
                Payment { status: PaymentStatus::Captured, captured: found.amount, ..found }
            }
            ProviderBug::CapturesAtOnce if found.status == PaymentStatus::Authorised => {
                let order = found.order.unwrap_or_else(|| OrderId::new(0));
                self.inner.capture(id, &OperationKey::new(order, "capture", 1)).await?
            }
            _ => found,
        })
    }

    async fn capture(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.inner.capture(id, key).await
    }

    async fn cancel(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.inner.cancel(id, key).await
    }

    async fn refund(&self, refund: &NewRefund, key: &OperationKey) -> Result<ProviderRefund, PaymentError> {
        self.inner.refund(refund, key).await
    }

    async fn find_refund(&self, id: &ProviderRefundId) -> Result<ProviderRefund, PaymentError> {
        self.inner.find_refund(id).await
    }

    async fn refunds(&self, payment: &PaymentId) -> Result<Vec<ProviderRefund>, PaymentError> {
        self.inner.refunds(payment).await
    }

    async fn list(
        &self,
        since: Timestamp,
        after: Option<&PaymentId>,
        limit: usize,
    ) -> Result<Vec<Payment>, PaymentError> {
        self.inner.list(since, after, limit).await
    }
}
