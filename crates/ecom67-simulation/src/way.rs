//! The way from a process of the shop to its store, its queues and the post office, on which calls take their time, get
//! lost, and come late; and on which processes die.

mod gift_cards;
mod legal_texts;
mod mails;
mod queue;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::port::{
    AdjustError, Adjusted, CartChange, CartChangeError, CartStore, ChangedCart, CheckoutRequest, IdempotencyKey,
    OrderCommit, OrderCommitError, OrderEnvelope, OrderFilter, OrderStore, ProductSave, ProductStore, SaveError,
    SlugMatch, StockStore, StoreError, Stored, Subject,
};
use ecom67_domain::cart::CartKey;
use ecom67_domain::order::{Contact, Meter, WorkflowVersion};
use ecom67_domain::price::PriceChange;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use ecom67_domain::{Cart, CartId, Language, Order, OrderId, OrderNumber, Product, ProductCode, Sku, Slug, Version};
use jiff::Timestamp;
use tokio::time::sleep;

use crate::invariants;
use crate::process::Life;
use crate::settings::Shape;
use crate::store::State;
use crate::world::World;

/// How long a write may be under way that nobody waits for any more.
const LATE_MAX_MS: u64 = 4_000;

/// The store as one process sees it.
pub(crate) struct Way {
    world: Arc<World>,
    life: Arc<Life>,
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    /// It is refused before it begins, as by a throttle.
    Busy,
    /// The engine fails.
    Failed,
    /// The process dies before, or after.
    CrashBefore,
    CrashAfter,
    /// It is made, and nobody hears of it.
    AnswerLost,
    /// It is not made, and nobody hears of that either.
    Lost,
    /// It is made when nobody waits for it any more.
    Late,
    /// It is made, its answer is lost, and it is made again by what lies between.
    Again,
}

const TROUBLES: [Fate; 6] = [Fate::Busy, Fate::Failed, Fate::AnswerLost, Fate::Lost, Fate::Late, Fate::Again];

/// What is done to what, in a history.
#[derive(Clone, Copy)]
struct What(&'static str, u128);

impl fmt::Display for What {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.0, self.1 & 0xFFFF_FFFF)
    }
}

impl Way {
    pub(crate) fn new(world: Arc<World>, life: Arc<Life>) -> Self {
        Self { world, life }
    }

    fn crash_is_due(&self) -> bool {
        self.world.goes_wrong(self.world.settings.crash_one_in)
    }

    async fn crash(&self, what: What, when: &str) {
        self.world.tell(format_args!("store: {what}: the process dies {when}"));
        self.life.end();
        self.life.lives().await;
    }

    async fn read<T>(&self, what: What, read: impl FnOnce(&State) -> T) -> Result<T, StoreError> {
        let world = &self.world;
        self.life.lives().await;
        world.linger().await;
        self.life.lives().await;
        if self.crash_is_due() {
            self.crash(what, "while it reads").await;
        }
        if world.goes_wrong(world.settings.store_one_in) {
            let error = match world.chance.below(2) {
                0 => StoreError::Busy,
                _ => StoreError::failed("the read timed out"),
            };
            world.tell(format_args!("store: {what}: {error}"));
            return Err(error);
        }
        let found = read(&world.store.state());
        world.linger().await;
        self.life.lives().await;
        world.tell(format_args!("store: {what}"));
        Ok(found)
    }

    async fn write<T, E>(
        &self,
        what: What,
        write: impl Fn(&Arc<World>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + fmt::Display + Send + 'static,
    {
        let world = &self.world;
        self.life.lives().await;
        world.linger().await;
        self.life.lives().await;
        let fate = if self.crash_is_due() {
            world.chance.pick(&[Fate::CrashBefore, Fate::CrashAfter])
        } else if world.goes_wrong(world.settings.store_one_in) {
            world.chance.pick(&TROUBLES)
        } else {
            Fate::Done
        };
        let result = match fate {
            Fate::Done => write(world),
            Fate::Busy => Err(StoreError::Busy.into()),
            Fate::Failed => Err(StoreError::failed("the engine failed").into()),
            Fate::Lost => Err(StoreError::OutcomeUnknown.into()),
            Fate::CrashBefore => {
                self.crash(what, "before it is made").await;
                Err(StoreError::OutcomeUnknown.into())
            }
            Fate::CrashAfter => {
                drop(write(world));
                self.crash(what, "after it was made").await;
                Err(StoreError::OutcomeUnknown.into())
            }
            Fate::AnswerLost => {
                drop(write(world));
                Err(StoreError::OutcomeUnknown.into())
            }
            Fate::Again => {
                drop(write(world));
                write(world)
            }
            Fate::Late => {
                self.write_later(what, write);
                Err(StoreError::OutcomeUnknown.into())
            }
        };
        if fate != Fate::Done {
            world.tally.count("store troubles");
        }
        world.linger().await;
        self.life.lives().await;
        match &result {
            Ok(_) => world.tell(format_args!("store: {what} ({fate:?})")),
            Err(error) => world.tell(format_args!("store: {what} ({fate:?}): {error}")),
        }
        result
    }

    /// Makes a write when nobody waits for it any more. What waits in a process dies with it.
    fn write_later<T: 'static, E: 'static>(
        &self,
        what: What,
        write: impl Fn(&Arc<World>) -> Result<T, E> + Send + 'static,
    ) {
        let (world, life) = (Arc::clone(&self.world), Arc::clone(&self.life));
        let after = Duration::from_millis(self.world.chance.below(LATE_MAX_MS));
        let under_way = world.under_way();
        self.world.spawn(async move {
            sleep(after).await;
            if world.settings.shape == Shape::Several || !life.is_over() {
                let is_made = write(&world).is_ok();
                world.tell(format_args!("store: {what}: arrives late, made: {is_made}"));
            }
            drop(under_way);
        });
    }
}

#[async_trait]
impl OrderStore for Way {
    async fn commit(&self, commit: OrderCommit) -> Result<Version, OrderCommitError> {
        let commit = Arc::new(commit);
        let id = commit.order.id.number();
        self.write(What("commit order", id), move |world| {
            let mut state = world.store.state();
            let made = state.commit(&commit);
            if made.is_ok() {
                invariants::after_commit(world, &state, &commit);
                world.grounds.changes.committed(&State::touched(&commit));
            }
            made
        })
        .await
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        let what = What("find order", id.number());
        self.read(what, |state| state.orders.get(&id).map(|kept| kept.order.clone())).await
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        self.read(What("find number", 0), |state| state.find_number(number)).await
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        let what = What("find contact of order", id.number());
        self.read(what, |state| state.orders.get(&id).map(|kept| kept.contact.clone())).await
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        let what = What("find request of cart", cart.number());
        self.read(what, |state| state.find_request(cart, key, now).cloned()).await
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        self.read(What("find uses", meters.len() as u128), |state| state.used(meters)).await
    }

    /// It lags behind: one that is due may be missing.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.life.lives().await;
        if self.world.goes_wrong(self.world.settings.store_one_in) {
            self.world.linger().await;
            self.life.lives().await;
            return Err(StoreError::Busy);
        }
        let mut due = self.world.store.state().due(now, limit);
        if !due.is_empty() {
            if self.world.goes_wrong(4) {
                due.remove(self.world.chance.index(due.len()));
            }
            self.world.linger().await;
            self.life.lives().await;
        }
        Ok(due)
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        let what = What("defer order", id.number());
        self.write(what, move |world| {
            world.store.state().defer(id, until);
            Ok(())
        })
        .await
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.read(What("list stuck orders", 0), |state| state.stuck(after, limit)).await
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        self.read(What("list open workflows", 0), State::open_workflows).await
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError> {
        self.read(What("list orders", 0), |state| state.list_orders(filter, before, limit)).await
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        let what = What("find events of order", id.number());
        self.read(what, |state| state.orders.get(&id).map(|kept| kept.envelopes.clone()).unwrap_or_default()).await
    }

    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write(What("forget requests", 0), move |world| Ok(world.store.state().forget_requests(now))).await
    }
}

#[async_trait]
impl CartStore for Way {
    async fn create(&self, cart: Cart) -> Result<Version, StoreError> {
        let what = What("make cart", cart.id.number());
        self.write(what, move |world| world.store.state().create_cart(cart.clone())).await
    }

    async fn find(&self, key: CartKey, now: Timestamp) -> Result<Option<Arc<Stored<Cart>>>, StoreError> {
        self.read(What("find cart", key.id.number()), |state| state.find_cart(&key, now).map(Arc::new)).await
    }

    async fn change(&self, change: CartChange) -> Result<ChangedCart, CartChangeError> {
        let what = What("change cart", change.cart.id.number());
        self.write(what, move |world| world.store.state().change_cart(&change)).await
    }

    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write(What("forget carts", 0), move |world| Ok(world.store.state().forget_carts(now))).await
    }
}

#[async_trait]
impl StockStore for Way {
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError> {
        self.read(What("find stock", skus.len() as u128), |state| state.find_stock(skus)).await
    }

    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError> {
        self.write(What("adjust stock", 0), move |world| {
            let adjusted = world.store.state().adjust(&adjustment);
            if adjusted.is_ok() {
                world.grounds.changes.committed(&[Subject::Stock(adjustment.sku.clone())]);
            }
            adjusted
        })
        .await
    }

    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        self.world.store.ledger(sku, after, limit).await
    }

    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError> {
        StockStore::list(&self.world.store, after, limit).await
    }

    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError> {
        self.world.store.restate(read, right).await
    }
}

#[async_trait]
impl ProductStore for Way {
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError> {
        Ok(ProductStore::find_many(self, std::slice::from_ref(code)).await?.pop())
    }

    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError> {
        self.read(What("find products", codes.len() as u128), |state| state.find_products(codes)).await
    }

    async fn find_by_slugs(
        &self,
        slugs: &[(Language, Slug)],
    ) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError> {
        self.world.store.find_by_slugs(slugs).await
    }

    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
        self.read(What("find owner", 0), |state| state.find_owner(sku)).await
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError> {
        ProductStore::list(&self.world.store, after, limit).await
    }

    async fn save(&self, save: ProductSave) -> Result<Version, SaveError> {
        self.world.store.save(save).await
    }

    async fn price_histories(
        &self,
        codes: &[ProductCode],
        since: Timestamp,
    ) -> Result<Vec<Vec<PriceChange>>, StoreError> {
        self.world.store.price_histories(codes, since).await
    }
}
