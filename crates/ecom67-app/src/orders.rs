//! Orders: how they are paid, extended, cancelled and given back.
//!
//! What a browser or a webhook says of a payment is a reason to ask the provider, and nothing more. Every step is one
//! commit on the order as it was read; whoever finds that somebody else was faster reads again.

mod news;
mod perform;
mod refunds;
mod runner;
mod steps;
mod stuck;
pub mod workflow;

use std::sync::Arc;
use std::time::Duration;

use ecom67_domain::cart::{CapabilityDigest, CartKey};
use ecom67_domain::order::{
    CancelReason, Contact, EmailAddress, Meter, OrderEvent, OrderRefusal, OrderState, RefundState, SettlementNote, Task,
};
use ecom67_domain::{Cart, Money, Order, OrderId, OrderNumber, Version};
use jiff::{SignedDuration, Timestamp};
use quick_cache::sync::Cache;

use crate::Chain;
use crate::carts::Carts;
use crate::clock::Clock;
use crate::port::{
    GiftCardWrite, MeterWrite, NewPayment, OperationKey, OrderCommit, OrderCommitError, OrderStore, OrderWrite,
    Payment, PaymentError, PaymentId, PaymentProvider, PaymentStatus, ProviderEvent, ProviderEventSubject, StockWrite,
    StoreError, Stored,
};
use crate::turns::Turns;

pub use news::{FOLLOWED_MAX, Follower, OrderNews};
pub use perform::{PUT_OFF, PerformError, Performed, TURNED_BACK};
pub(crate) use refunds::named;
pub use runner::Wake;
pub(crate) use steps::pause;
pub use stuck::{MissingWorkflows, STUCK_COUNTED_MAX};
use workflow::Workflows;

/// How often a step is decided anew because somebody else was faster.
const ATTEMPTS_MAX: u32 = 8;

/// How long the provider remembers the key of a call, less an hour for safety: later it must be searched for.
const KEY_MEMORY: SignedDuration = SignedDuration::from_hours(23);

/// How old what is known of a refund may be when it is asked for: so much longer than that does the provider know a key.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(1);

/// How long whoever asks for a payment waits for somebody else who is asking for the same one.
const TURN_PATIENCE: Duration = Duration::from_secs(1);

/// When what was told is to be told again, where the provider did not answer.
const HEAR_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// By how much the provider's clock may be behind ours.
pub(crate) const CLOCKS_DIFFER_MAX: SignedDuration = SignedDuration::from_hours(1);

/// How often the payment of one order is made anew after failures that the provider keeps.
const PAYMENT_ATTEMPTS_MAX: u32 = 5;

/// Pages of the provider's payments that are searched for one order.
const SEARCH_PAGES_MAX: u32 = 100;

/// An order with the payment that it awaits.
#[derive(Clone, Debug)]
pub struct PlacedOrder {
    /// The order.
    pub order: Stored<Order>,
    /// Its payment, as far as its shopper is concerned with it.
    pub payment: OrderPayment,
    /// Whether it had been made before.
    pub is_repeated: bool,
}

/// What its shopper has to know of an order's payment.
#[derive(Clone, Debug)]
pub enum OrderPayment {
    /// Nothing: the money is there or set aside, none is owed, or the order is cancelled.
    Nothing,
    /// It is to be confirmed.
    Awaited(Payment),
    /// The provider does not answer at present. What was ordered is held.
    Unavailable,
}

/// Why nothing was done to an order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// There is none, or it is somebody else's.
    #[error("there is no such order")]
    NotFound,
    /// The order is not in a state for it.
    #[error(transparent)]
    Refused(#[from] OrderRefusal),
    /// Others were faster, again and again.
    #[error("the order is being changed by others")]
    Contended,
    /// The provider did not do what it was asked.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An order with the proof that one may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderKey {
    /// The order.
    pub id: OrderId,
    /// What is claimed to open it: what opened the cart it was made from.
    pub capability: CapabilityDigest,
}

/// Shows, pays and cancels orders.
#[derive(Clone)]
pub struct Orders {
    /// Keeps them.
    pub store: Arc<dyn OrderStore>,
    /// Charges cards.
    pub provider: Arc<dyn PaymentProvider>,
    /// The carts they were made from.
    pub carts: Carts,
    /// Wakes what does what is due.
    pub wake: Wake,
    /// By how much a hold is extended, once.
    pub hold_extension: SignedDuration,
    /// The payments of orders that were placed last.
    pub payments: Arc<KnownPayments>,
    /// Tells who follows an order that it has moved.
    pub news: Arc<OrderNews>,
    /// Who is asking for the payment of which order.
    pub turns: Arc<Turns<OrderId>>,
    /// What is done for orders after they were placed, by every version that this release carries.
    pub workflows: Workflows,
}

/// The names of payments and of their orders: what the provider tells as well, with one more call.
pub struct KnownPayments {
    payments: Cache<OrderId, PaymentId>,
    orders: Cache<PaymentId, OrderId>,
}

impl KnownPayments {
    /// Keeps those of about so many orders.
    pub fn new(orders_max: usize) -> Self {
        Self { payments: Cache::new(orders_max), orders: Cache::new(orders_max) }
    }

    /// The payment of an order, where it is known.
    fn of(&self, order: OrderId) -> Option<PaymentId> {
        self.payments.get(&order)
    }

    /// The order of a payment, where it is known.
    fn order_of(&self, payment: &PaymentId) -> Option<OrderId> {
        self.orders.get(payment)
    }

    fn insert(&self, order: OrderId, payment: &PaymentId) {
        self.payments.insert(order, payment.clone());
        self.orders.insert(payment.clone(), order);
    }
}

/// An order as it is after a step that was tried, and whether the step was taken.
type Tried<T> = Result<Option<T>, OrderError>;

impl Orders {
    /// The order, for whom it belongs to.
    pub async fn find(&self, key: OrderKey) -> Result<Stored<Order>, OrderError> {
        let order = self.store.find(key.id).await?.filter(|order| order.value.capability.matches(&key.capability));
        order.ok_or(OrderError::NotFound)
    }

    /// The order with this number, for whoever knows the e-mail address it was made with.
    pub async fn look_up(&self, number: OrderNumber, email: &EmailAddress) -> Result<Stored<Order>, OrderError> {
        let id = self.store.find_by_number(number).await?.ok_or(OrderError::NotFound)?;
        let contact = self.store.find_contact(id).await?.ok_or(OrderError::NotFound)?;
        if contact.email.person() != email.person() {
            return Err(OrderError::NotFound);
        }
        self.read(id).await
    }

    /// Who ordered; `None` where that was forgotten.
    pub async fn contact(&self, id: OrderId) -> Result<Option<Contact>, OrderError> {
        Ok(self.store.find_contact(id).await?)
    }

    /// Asks the provider how the payment of an order stands and moves the order accordingly.
    pub async fn settle(&self, id: OrderId) -> Result<PlacedOrder, OrderError> {
        self.with_payment(id, true).await
    }

    /// The order once it has got beyond its capture, or as it is when that takes longer than `patience`.
    pub async fn captured(&self, placed: PlacedOrder, patience: Duration) -> Result<PlacedOrder, OrderError> {
        let id = placed.order.value.id;
        let mut follower = self.news.follower();
        follower.follow(id);
        let captured = async {
            loop {
                let order = self.read(id).await?;
                if order.value.state != OrderState::Capturing {
                    return Ok::<_, OrderError>(order);
                }
                follower.next().await;
            }
        };
        if placed.order.value.state != OrderState::Capturing {
            return Ok(placed);
        }
        match tokio::time::timeout(patience, captured).await {
            Ok(order) => Ok(PlacedOrder { order: order?, ..placed }),
            Err(_) => Ok(placed),
        }
    }

    /// Something happened at the provider: asks how the payment or the refund stands. What is not ours is passed over.
    pub async fn heard(&self, event: &ProviderEvent) -> Result<(), OrderError> {
        let payment = match &event.about {
            ProviderEventSubject::Payment(payment) => payment,
            ProviderEventSubject::Refund { payment, refund } => return self.ask_about_refund(payment, refund).await,
            ProviderEventSubject::Other => return Ok(()),
        };
        let Some(id) = self.order_of(payment).await? else { return Ok(()) };
        match self.settle(id).await {
            // To be told again.
            Ok(PlacedOrder { payment: OrderPayment::Unavailable, .. }) => {
                return Err(PaymentError::Unavailable { retry_after: HEAR_AGAIN_AFTER }.into());
            }
            Ok(_) => self.wake.order(id),
            // Of another shop that has the same account, or too late: known is known.
            Err(OrderError::NotFound | OrderError::Refused(_)) => {
                tracing::info!(order = %id, payment = %payment, "what the provider told changed nothing");
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The order that a payment is for, if it is for one of ours.
    async fn order_of(&self, payment: &PaymentId) -> Result<Option<OrderId>, PaymentError> {
        match self.payments.order_of(payment) {
            Some(known) => Ok(Some(known)),
            None => match self.provider.find(payment).await {
                Ok(found) => Ok(found.order),
                Err(PaymentError::NotFound) => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// The order with the payment that it awaits. A provider that does not answer is no failure: the goods are held.
    pub(crate) async fn with_payment(&self, id: OrderId, is_repeated: bool) -> Result<PlacedOrder, OrderError> {
        let mut order = self.read(id).await?;
        let mut payment = OrderPayment::Nothing;
        let mut turn = None;
        if order.value.state == OrderState::PendingPayment {
            // A browser and a webhook come at the same moment: what one of them has found out, the other need not ask for.
            turn = tokio::time::timeout(TURN_PATIENCE, self.turns.take(id)).await.ok();
            if turn.as_ref().is_none_or(|turn| turn.has_waited) {
                order = self.read(id).await?;
            }
        }
        if order.value.state == OrderState::PendingPayment {
            let found =
                if is_repeated { self.payment_of(&order.value).await } else { self.made_payment(&order.value).await };
            payment = match found {
                Ok(found) if is_paid(found.status) => {
                    order = self.authorised(order, &found).await?;
                    OrderPayment::Nothing
                }
                Ok(found) => OrderPayment::Awaited(found),
                Err(error) => {
                    tracing::warn!(order = %id, error = %Chain(&error), "the payment of an order could not be asked for");
                    OrderPayment::Unavailable
                }
            };
        }
        drop(turn);
        Ok(PlacedOrder { order, payment, is_repeated })
    }

    /// Holds the goods of an order for longer, once.
    pub async fn extend_hold(&self, key: OrderKey) -> Result<PlacedOrder, OrderError> {
        let id = self.find(key).await?.value.id;
        self.moved(id, |order, now| order.extend_hold(self.hold_extension, now).map(Some)).await?;
        self.with_payment(id, true).await
    }

    /// Cancels an order that is not paid for. It is cancelled when the provider says that the payment is void; that is
    /// done at once if it answers, else by what does what is due.
    pub async fn cancel(&self, id: OrderId, reason: CancelReason) -> Result<Stored<Order>, OrderError> {
        self.moved(id, |order, _| order.begin_cancellation(reason)).await?;
        if let Err(error) = self.take_step(id).await {
            tracing::warn!(order = %id, error = %Chain(&error), "an order could not be cancelled yet");
        }
        self.wake.order(id);
        self.read(id).await
    }

    /// Gives some of what was paid back.
    pub async fn refund(&self, id: OrderId, amount: Money) -> Result<Stored<Order>, OrderError> {
        self.moved(id, |order, now| order.request_refund(amount, now)).await?;
        if let Err(error) = self.take_step(id).await {
            tracing::warn!(order = %id, error = %Chain(&error), "a refund could not be made yet");
        }
        self.wake.order(id);
        self.read(id).await
    }

    /// Notes that the shop has paid a refund another way, since the provider cannot.
    pub async fn settle_otherwise(
        &self,
        id: OrderId,
        refund: u32,
        note: &SettlementNote,
    ) -> Result<Stored<Order>, OrderError> {
        let settled = self.moved(id, |order, _| order.settle_otherwise(refund, note.clone())).await?;
        tracing::info!(order = %id, refund, "a refund was paid another way");
        self.wake.order(id);
        Ok(settled)
    }

    async fn read(&self, id: OrderId) -> Result<Stored<Order>, OrderError> {
        self.store.find(id).await?.ok_or(OrderError::NotFound)
    }

    /// The payment of an order that is not paid for, as it is now. What the provider answers to a key that it knows is what
    /// it answered at first, so such an answer only tells the payment's name.
    async fn payment_of(&self, order: &Order) -> Result<Payment, PaymentError> {
        let id = match self.payments.of(order.id) {
            Some(known) => known,
            None => self.made_payment(order).await?.id,
        };
        let found = self.provider.find(&id).await.map_err(|error| match error {
            // That a question is refused does not say that there is no payment.
            refused @ PaymentError::Refused { .. } => PaymentError::Unreadable(refused.to_string()),
            error => error,
        })?;
        if found.order == Some(order.id) {
            Ok(found)
        } else {
            Err(PaymentError::Unreadable("another order's payment".to_owned()))
        }
    }

    /// The payment of an order, made unless it is there. It is made under one key, so that it is made once. Where the
    /// provider keeps a failure under that key, it is searched for before the next attempt, which is the same for everybody
    /// who makes it.
    async fn made_payment(&self, order: &Order) -> Result<Payment, PaymentError> {
        let new = NewPayment { order: order.id, amount: order.content.totals.due };
        let is_remembered = moment(&*self.carts.clock).duration_since(order.placed_at) < KEY_MEMORY;
        let mut failed = None;
        for attempt in 1..=PAYMENT_ATTEMPTS_MAX {
            let has_to_be_searched = failed.is_some() || !is_remembered;
            let found = if has_to_be_searched { self.searched(order).await? } else { None };
            let made = match found {
                Some(payment) => Ok(payment),
                None => self.provider.create(&new, &OperationKey::new(order.id, "payment", attempt)).await,
            };
            match made {
                Ok(payment) => {
                    self.payments.insert(order.id, &payment.id);
                    return Ok(payment);
                }
                // A key that was used for something else was used by an earlier release of ours.
                Err(error @ (PaymentError::Failed { .. } | PaymentError::KeyReused)) => failed = Some(error),
                Err(refused @ PaymentError::Refused { .. }) => {
                    // Only if there is none for certain was none ever made.
                    let found =
                        self.searched(order).await.map_err(|error| PaymentError::Unreadable(error.to_string()))?;
                    return found.ok_or(refused);
                }
                Err(error) => return Err(error),
            }
        }
        Err(failed.unwrap_or_else(|| PaymentError::Unreadable("no payment was made".to_owned())))
    }

    /// The payment of an order among all that were made since it was placed.
    async fn searched(&self, order: &Order) -> Result<Option<Payment>, PaymentError> {
        // The provider's clock may be behind ours.
        let since = order.placed_at.saturating_sub(CLOCKS_DIFFER_MAX).unwrap_or(order.placed_at);
        let mut after: Option<PaymentId> = None;
        for _ in 0..SEARCH_PAGES_MAX {
            let limit = crate::port::PAYMENTS_PAGE_MAX;
            let page = self.provider.list(since, after.as_ref(), limit).await?;
            if let Some(found) = page.iter().find(|payment| payment.order == Some(order.id)) {
                return Ok(Some(found.clone()));
            }
            if page.len() < limit {
                return Ok(None);
            }
            after = page.last().map(|payment| payment.id.clone());
        }
        Err(PaymentError::Unreadable("the payment is not among the last ten thousand".to_owned()))
    }

    /// The money is set aside: what is held is held for good, the cart is emptied, and the money is captured soon.
    async fn authorised(&self, order: Stored<Order>, payment: &Payment) -> Result<Stored<Order>, OrderError> {
        let id = order.value.id;
        let amount = payment.amount;
        let moved = self.moved(id, |order, _| order.authorise(Some(payment.id.clone()), amount)).await?;
        self.wake.order(id);
        Ok(moved)
    }

    /// Decides a step on the order as it is and commits it, until nobody else is faster. Where `decide` tells no events,
    /// nothing is to be done.
    async fn moved<Events: IntoIterator<Item = OrderEvent>>(
        &self,
        id: OrderId,
        decide: impl Fn(&Order, Timestamp) -> Result<Events, OrderRefusal>,
    ) -> Result<Stored<Order>, OrderError> {
        for attempt in 0..ATTEMPTS_MAX {
            if attempt > 0 {
                pause(&*self.carts.ids, attempt).await;
            }
            let order = self.read(id).await?;
            let now = moment(&*self.carts.clock);
            let events: Vec<OrderEvent> = decide(&order.value, now)?.into_iter().collect();
            if events.is_empty() {
                return Ok(order);
            }
            if let Some(moved) = self.try_commit(&order, events, now).await? {
                return Ok(moved);
            }
        }
        Err(OrderError::Contended)
    }

    /// Commits one step with all that goes with it; `None` where somebody was faster.
    async fn try_commit(&self, order: &Stored<Order>, events: Vec<OrderEvent>, now: Timestamp) -> Tried<Stored<Order>> {
        let mut next = order.value.clone();
        let mut cart = None;
        let (mut stock, mut gift_cards) = (StockWrite::Keep, GiftCardWrite::Keep);
        for event in &events {
            next.apply(event, now);
            cart = self.cart_after(&next, event, now).await?;
            match event {
                OrderEvent::Cancelled { .. } => (stock, gift_cards) = (StockWrite::Release, GiftCardWrite::Return),
                OrderEvent::RefundSettled { number, state: RefundState::Succeeded, .. } => {
                    gift_cards = GiftCardWrite::Refund(*number);
                }
                _ => {}
            }
        }
        let write = OrderWrite::Move { read_at: order.version };
        let commit = OrderCommit {
            order: next.clone(),
            write,
            events,
            cart: cart.as_ref().map(|cart| (cart.value.clone(), cart.version)),
            stock,
            meters: no_longer_counted(&order.value, &next),
            gift_cards,
            at: now,
        };
        match self.committed(commit).await {
            Ok(version) => Ok(Some(Stored { value: next, version })),
            // Read again, the order tells what became of it.
            Err(OrderCommitError::Refused(_) | OrderCommitError::Store(StoreError::OutcomeUnknown)) => Ok(None),
            Err(OrderCommitError::Store(error)) => Err(error.into()),
        }
    }

    /// The cart as the event leaves it, with the version it was read at; `None` where it stays as it is, or is gone.
    async fn cart_after(
        &self,
        order: &Order,
        event: &OrderEvent,
        now: Timestamp,
    ) -> Result<Option<Stored<Cart>>, StoreError> {
        let change: fn(&mut Cart, OrderId, Timestamp) -> bool = match event {
            OrderEvent::Authorised { .. } => Cart::complete,
            OrderEvent::Cancelled { .. } => Cart::reopen,
            _ => return Ok(None),
        };
        let key = CartKey { id: order.cart, capability: order.capability };
        let Some(cart) = self.carts.store.find(key, now).await? else { return Ok(None) };
        let mut cart = Arc::unwrap_or_clone(cart);
        Ok(change(&mut cart.value, order.id, now).then_some(cart))
    }

    /// Makes a commit and tells who follows the order, also where whoever asked has gone meanwhile.
    pub(crate) async fn committed(&self, commit: OrderCommit) -> Result<Version, OrderCommitError> {
        let (store, news) = (Arc::clone(&self.store), Arc::clone(&self.news));
        let made = tokio::spawn(async move {
            let id = commit.order.id;
            let result = store.commit(commit).await;
            // A commit whose outcome is unknown may have been made: whoever hears of it looks.
            if !matches!(result, Err(OrderCommitError::Refused(_))) {
                news.moved(id);
            }
            result
        });
        made.await.map_err(StoreError::failed)?
    }

    /// Notes when what is due is to be tried again, which is no event of the order. Whether it was noted: where the order has
    /// moved meanwhile, something else is due.
    async fn put_off(&self, order: &Stored<Order>, task: Task, now: Timestamp) -> Result<bool, OrderError> {
        let refund_attempts = order.value.task.refund_attempts.clone();
        self.note_task(order, Task { refund_attempts, ..task }, now).await
    }

    /// Notes what is to be done. Whether it was noted: where the order has moved meanwhile, something else is due.
    async fn note_task(&self, order: &Stored<Order>, task: Task, now: Timestamp) -> Result<bool, OrderError> {
        let mut next = order.value.clone();
        next.task = task;
        let commit = OrderCommit {
            order: next,
            write: OrderWrite::Move { read_at: order.version },
            events: Vec::new(),
            cart: None,
            stock: StockWrite::Keep,
            meters: MeterWrite::Keep,
            gift_cards: GiftCardWrite::Keep,
            at: now,
        };
        match self.store.commit(commit).await {
            Ok(_) => Ok(true),
            Err(OrderCommitError::Refused(_)) => Ok(false),
            Err(OrderCommitError::Store(error)) => Err(error.into()),
        }
    }
}

/// The present instant, as exactly as every store keeps it: what an event tells is what the order has.
pub(crate) fn moment(clock: &dyn Clock) -> Timestamp {
    let now = clock.now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// What an order has used and gives back by a step.
fn no_longer_counted(before: &Order, after: &Order) -> MeterWrite {
    let is_over = |meter: &&Meter| !after.counted_uses().any(|counted| counted == *meter);
    let returned: Vec<Meter> = before.counted_uses().filter(is_over).cloned().collect();
    if returned.is_empty() { MeterWrite::Keep } else { MeterWrite::Return(returned) }
}

/// Whether the money is set aside, or there already.
const fn is_paid(status: PaymentStatus) -> bool {
    matches!(status, PaymentStatus::Authorised | PaymentStatus::Captured)
}
