//! The world of one seed: what survives when a process of the shop dies, and what everybody in it shares.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecom67_app::Clock;
use ecom67_app::port::{PaymentId, PaymentStatus, QueueLimits, Stored};
use ecom67_domain::Order;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::bank::Bank;
use crate::catalog::Grounds;
use crate::chance::{Chance, locked};
use crate::history::History;
use crate::post::PostOffice;
use crate::process::Slot;
use crate::queue::MemoryQueue;
use crate::settings::{Settings, Shape};
use crate::store::MemoryStore;
use crate::tally::Tally;
use crate::time::{Clocks, WorldClock};
use crate::{Alterations, Keep};

pub(crate) struct World {
    pub(crate) chance: Chance,
    pub(crate) clocks: Arc<Clocks>,
    pub(crate) history: History,
    pub(crate) settings: Settings,
    pub(crate) store: MemoryStore,
    pub(crate) queue: MemoryQueue,
    pub(crate) post: PostOffice,
    pub(crate) bank: Bank,
    pub(crate) grounds: Arc<Grounds>,
    pub(crate) alterations: Arc<dyn Alterations>,
    pub(crate) tally: Tally,
    pub(crate) slots: Vec<Slot>,
    calls: Arc<AtomicU32>,
    is_calm: AtomicBool,
    verdict: Mutex<Option<String>>,
    decided: Notify,
}

/// A call that is under way, until this is dropped.
pub(crate) struct UnderWay(Arc<AtomicU32>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl World {
    pub(crate) fn new(seed: u64, grounds: Arc<Grounds>, keep: Keep, alterations: Arc<dyn Alterations>) -> Arc<Self> {
        let chance = Chance::seeded(seed);
        let settings = Settings::drawn(&chance);
        let clocks = Arc::new(Clocks::start());
        let slots = match settings.shape {
            Shape::Embedded => 1,
            Shape::Several => 2 + chance.index(2),
        };
        let queue_clock: Arc<dyn Clock> = match settings.shape {
            Shape::Embedded => Arc::clone(&clocks) as _,
            // A service of its own, which is never wrong.
            Shape::Several => Arc::new(WorldClock(Arc::clone(&clocks))),
        };
        let limits = QueueLimits { depth_max: settings.depth_max, attempts_max: settings.attempts_max };
        let world = Arc::new(Self {
            queue: MemoryQueue::new(queue_clock, limits),
            post: PostOffice::default(),
            store: MemoryStore::new(Arc::clone(&clocks) as _),
            clocks,
            chance,
            history: History::new(keep),
            settings,
            bank: Bank::default(),
            grounds,
            alterations,
            tally: Tally::default(),
            slots: (0..slots).map(|_| Slot::default()).collect(),
            calls: Arc::default(),
            is_calm: AtomicBool::new(false),
            verdict: Mutex::new(None),
            decided: Notify::new(),
        });
        world.tell(format_args!("seed {seed}: {settings:?}"));
        world
    }

    /// Notes what happened.
    pub(crate) fn tell(&self, line: fmt::Arguments<'_>) {
        let now_ms = self.clocks.elapsed_ms();
        self.history.tell(format_args!("{:>6}.{:03} {line}", now_ms / 1_000, now_ms % 1_000));
    }

    /// Something is as it must never be. The first such thing decides.
    pub(crate) fn violated(&self, what: fmt::Arguments<'_>) {
        let mut verdict = locked(&self.verdict);
        if verdict.is_none() {
            self.tell(format_args!("VIOLATED: {what}"));
            *verdict = Some(what.to_string());
            self.decided.notify_waiters();
        }
    }

    /// Unless `holds`, something is as it must never be.
    pub(crate) fn must(&self, holds: bool, what: fmt::Arguments<'_>) {
        if !holds {
            self.violated(what);
        }
    }

    pub(crate) fn verdict(&self) -> Option<String> {
        locked(&self.verdict).clone()
    }

    /// Waits until something is violated.
    pub(crate) async fn until_violated(&self) {
        loop {
            let decided = self.decided.notified();
            let mut decided = std::pin::pin!(decided);
            decided.as_mut().enable();
            if self.verdict().is_some() {
                return;
            }
            decided.await;
        }
    }

    /// Whether nothing goes wrong any more.
    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::Relaxed)
    }

    pub(crate) fn calm_down(&self) {
        self.is_calm.store(true, Ordering::Relaxed);
        self.clocks.be_wrong_by(jiff::SignedDuration::ZERO);
        self.tell(format_args!("world: nothing goes wrong any more"));
    }

    /// Whether something goes wrong that does so once in `n` times.
    pub(crate) fn goes_wrong(&self, n: u64) -> bool {
        !self.is_calm() && self.chance.one_in(n)
    }

    /// A call is under way that nobody may outlive by hours.
    pub(crate) fn under_way(&self) -> UnderWay {
        self.calls.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(&self.calls))
    }

    /// Whether no call is under way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.calls.load(Ordering::Relaxed) == 0
    }

    /// A call takes its time, in which others go on.
    pub(crate) async fn linger(&self) {
        let ms = self.chance.below(self.settings.latency_max_ms + 1);
        if ms == 0 {
            tokio::task::yield_now().await;
        } else {
            sleep(Duration::from_millis(ms)).await;
        }
    }

    /// Waits for anything from nothing to so many milliseconds.
    pub(crate) async fn wait_up_to(&self, ms: u64) {
        sleep(Duration::from_millis(self.chance.below(ms + 1))).await;
    }

    /// Somebody was told that an order is so: it must have been, at that version.
    pub(crate) fn acknowledged(&self, order: &Stored<Order>) {
        let (id, version, told) = (order.value.id, order.version, order.value.state);
        let state = self.store.state();
        let kept = state.orders.get(&id);
        let was = kept.and_then(|kept| kept.states.get(usize::try_from(version.0).ok()?.checked_sub(1)?)).copied();
        self.must(
            was == Some(told),
            format_args!("{id} was told to be {told:?} at version {}, and was {was:?}", version.0),
        );
    }

    /// Does something beside everything else, and notices where it panics.
    pub(crate) fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let world = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = tokio::spawn(work).await
                && error.is_panic()
            {
                world.violated(format_args!("something panicked: {error}"));
            }
        });
    }

    /// Something became of a payment at the provider, of which it tells the shop.
    pub(crate) fn became(self: &Arc<Self>, payment: &PaymentId, status: PaymentStatus) {
        crate::webhooks::tell(self, payment, status);
    }
}
