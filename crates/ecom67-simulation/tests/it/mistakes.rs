//! Mistakes as they are made, each between the shop and one of its ports.

pub(crate) mod telling;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ecom67_app::port::{
    CheckoutRequest, GiftCardWrite, IdempotencyKey, MeterWrite, NewPayment, NewRefund, OperationKey, OrderCommit,
    OrderCommitError, OrderEnvelope, OrderFilter, OrderStore, OrderWrite, Payment, PaymentError, PaymentId,
    PaymentProvider, PaymentStatus, ProviderRefund, ProviderRefundId, StockWrite, StoreError, Stored,
};
use ecom67_domain::order::{Contact, Meter, WorkflowVersion};
use ecom67_domain::{CartId, Money, Order, OrderId, OrderNumber, Version};
use ecom67_simulation::Alterations;
use jiff::Timestamp;

/// Changes each commit before it is made.
pub(crate) struct OtherCommits(pub(crate) fn(&mut OrderCommit));

/// Makes the order first and holds its goods afterwards.
pub(crate) struct TwoCommits;

/// Says that a commit was made, and makes it most of the time.
pub(crate) struct SomeCommitsLost;

/// Gives each call a key of its own.
pub(crate) struct OtherKeys(pub(crate) AtomicU32);

/// Captures as soon as it sees that money is set aside.
pub(crate) struct Hasty;

/// Says that a payment is void without asking for it.
pub(crate) struct NothingVoided;

/// Takes a webhook's word for what has become of a payment.
#[derive(Default)]
pub(crate) struct Hearsay(Arc<Mutex<BTreeMap<PaymentId, PaymentStatus>>>);

impl Alterations for OtherCommits {
    fn orders(&self, store: Arc<dyn OrderStore>) -> Arc<dyn OrderStore> {
        Arc::new(MistakenStore { store, mistake: StoreMistake::Other(self.0) })
    }
}

impl Alterations for TwoCommits {
    fn orders(&self, store: Arc<dyn OrderStore>) -> Arc<dyn OrderStore> {
        Arc::new(MistakenStore { store, mistake: StoreMistake::Split })
    }
}

impl Alterations for SomeCommitsLost {
    fn orders(&self, store: Arc<dyn OrderStore>) -> Arc<dyn OrderStore> {
        Arc::new(MistakenStore { store, mistake: StoreMistake::Lost(AtomicU32::new(0)) })
    }
}

impl Alterations for OtherKeys {
    fn provider(&self, provider: Arc<dyn PaymentProvider>) -> Arc<dyn PaymentProvider> {
        let calls = AtomicU32::new(1_000 * self.0.fetch_add(1, Ordering::Relaxed));
        Arc::new(MistakenProvider { provider, mistake: ProviderMistake::OtherKeys(calls) })
    }
}

impl Alterations for Hasty {
    fn provider(&self, provider: Arc<dyn PaymentProvider>) -> Arc<dyn PaymentProvider> {
        Arc::new(MistakenProvider { provider, mistake: ProviderMistake::Hasty })
    }
}

impl Alterations for NothingVoided {
    fn provider(&self, provider: Arc<dyn PaymentProvider>) -> Arc<dyn PaymentProvider> {
        Arc::new(MistakenProvider { provider, mistake: ProviderMistake::NothingVoided })
    }
}

impl Alterations for Hearsay {
    fn provider(&self, provider: Arc<dyn PaymentProvider>) -> Arc<dyn PaymentProvider> {
        Arc::new(MistakenProvider { provider, mistake: ProviderMistake::Hearsay(Arc::clone(&self.0)) })
    }

    fn heard(&self, payment: &PaymentId, claim: PaymentStatus) {
        self.0.lock().expect("nobody panics with it").insert(payment.clone(), claim);
    }
}

struct MistakenStore {
    store: Arc<dyn OrderStore>,
    mistake: StoreMistake,
}

enum StoreMistake {
    Other(fn(&mut OrderCommit)),
    Split,
    Lost(AtomicU32),
}

#[async_trait]
impl OrderStore for MistakenStore {
    async fn commit(&self, mut commit: OrderCommit) -> Result<Version, OrderCommitError> {
        match &self.mistake {
            StoreMistake::Other(change) => change(&mut commit),
            StoreMistake::Split if commit.stock == StockWrite::Hold => {
                let holds = commit.clone();
                let read_at = self.store.commit(OrderCommit { stock: StockWrite::Keep, ..commit }).await?;
                let write = OrderWrite::Move { read_at };
                let (events, cart) = (Vec::new(), None);
                let (meters, gift_cards) = (MeterWrite::Keep, GiftCardWrite::Keep);
                return self.store.commit(OrderCommit { write, events, cart, meters, gift_cards, ..holds }).await;
            }
            StoreMistake::Split => {}
            StoreMistake::Lost(commits) => {
                let is_lost = commits.fetch_add(1, Ordering::Relaxed) % 20 == 19;
                if let OrderWrite::Move { read_at } = &commit.write
                    && is_lost
                {
                    return Ok(read_at.next());
                }
            }
        }
        self.store.commit(commit).await
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        self.store.find(id).await
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        self.store.find_by_number(number).await
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        self.store.find_contact(id).await
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        self.store.find_request(cart, key, now).await
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        self.store.used(meters).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.store.due(now, limit).await
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        self.store.defer(id, until).await
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.store.stuck(after, limit).await
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        self.store.open_workflows().await
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError> {
        self.store.list(filter, before, limit).await
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        self.store.events(id).await
    }

    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.store.forget_requests(now).await
    }
}

struct MistakenProvider {
    provider: Arc<dyn PaymentProvider>,
    mistake: ProviderMistake,
}

enum ProviderMistake {
    OtherKeys(AtomicU32),
    Hasty,
    NothingVoided,
    Hearsay(Arc<Mutex<BTreeMap<PaymentId, PaymentStatus>>>),
}

impl MistakenProvider {
    fn key(&self, key: &OperationKey) -> OperationKey {
        match &self.mistake {
            ProviderMistake::OtherKeys(calls) => {
                OperationKey::new(OrderId::new(0), "another", calls.fetch_add(1, Ordering::Relaxed))
            }
            _ => key.clone(),
        }
    }
}

#[async_trait]
impl PaymentProvider for MistakenProvider {
    fn payable_from(&self, amount: Money) -> Option<Money> {
        self.provider.payable_from(amount)
    }

    async fn create(&self, payment: &NewPayment, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.provider.create(payment, &self.key(key)).await
    }

    async fn find(&self, id: &PaymentId) -> Result<Payment, PaymentError> {
        let mut found = self.provider.find(id).await?;
        match &self.mistake {
            ProviderMistake::Hasty if found.status == PaymentStatus::Authorised => {
                let key = OperationKey::new(OrderId::new(0), id.as_str(), 1);
                return self.provider.capture(id, &key).await;
            }
            ProviderMistake::Hearsay(claims) => {
                let claims = claims.lock().expect("nobody panics with it");
                found.status = claims.get(id).copied().unwrap_or(found.status);
            }
            _ => {}
        }
        Ok(found)
    }

    async fn capture(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        self.provider.capture(id, &self.key(key)).await
    }

    async fn cancel(&self, id: &PaymentId, key: &OperationKey) -> Result<Payment, PaymentError> {
        if let ProviderMistake::NothingVoided = self.mistake {
            return Ok(Payment { status: PaymentStatus::Cancelled, ..self.provider.find(id).await? });
        }
        self.provider.cancel(id, &self.key(key)).await
    }

    async fn refund(&self, refund: &NewRefund, key: &OperationKey) -> Result<ProviderRefund, PaymentError> {
        self.provider.refund(refund, &self.key(key)).await
    }

    async fn find_refund(&self, id: &ProviderRefundId) -> Result<ProviderRefund, PaymentError> {
        self.provider.find_refund(id).await
    }

    async fn refunds(&self, payment: &PaymentId) -> Result<Vec<ProviderRefund>, PaymentError> {
        self.provider.refunds(payment).await
    }

    async fn list(
        &self,
        since: Timestamp,
        after: Option<&PaymentId>,
        limit: usize,
    ) -> Result<Vec<Payment>, PaymentError> {
        self.provider.list(since, after, limit).await
    }
}
