//! A process of the shop: the real use cases, which lose all that they know when it dies.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecom67_app::carts::Carts;
use ecom67_app::checkouts::{Checkouts, CurrentLegalTexts, OpenOrderLimits};
use ecom67_app::gift_cards::GiftCards;
use ecom67_app::goods::Goods;
use ecom67_app::mails::Mails;
use ecom67_app::orders::workflow::Workflows;
use ecom67_app::orders::{KnownPayments, Orders, Wake};
use ecom67_app::port::QueueName;
use ecom67_app::relay::{Relay, TellingOrders};
use ecom67_app::worker::{Worker, WorkerLimits};
use jiff::SignedDuration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::chance::locked;
use crate::post::Writer;
use crate::provider::Line;
use crate::settings::Shape;
use crate::way::Way;
use crate::world::World;

/// How long goods are held that are not paid for, and by how much that is extended once.
pub(crate) const HOLD: SignedDuration = SignedDuration::from_mins(15);
const HOLD_EXTENSION: SignedDuration = SignedDuration::from_mins(10);
/// How many orders may be open: few, so that shoppers come upon that.
pub(crate) const OPEN_ORDERS: OpenOrderLimits =
    OpenOrderLimits { of_customer: NonZeroU32::new(3), from_network: NonZeroU32::new(6) };
/// The secret under which codes of gift cards are kept.
pub(crate) const GIFT_CARD_KEY: [u8; 32] = [8; 32];
/// What one process keeps in memory of goods.
const MEMORY_BYTES: u64 = 256 * 1_024;
/// How long a shopper waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a process is alive. Whoever works in a dead one never gets any further.
#[derive(Default)]
pub(crate) struct Life {
    is_over: AtomicBool,
    ended: Notify,
}

impl Life {
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.ended.notify_waiters();
    }

    pub(crate) async fn ended(&self) {
        loop {
            let ended = self.ended.notified();
            let mut ended = std::pin::pin!(ended);
            ended.as_mut().enable();
            if self.is_over() {
                return;
            }
            ended.await;
        }
    }

    /// Goes on, unless the process is dead.
    pub(crate) async fn lives(&self) {
        if self.is_over() {
            std::future::pending::<()>().await;
        }
    }
}

/// The place of one process, which is begun anew when it dies.
#[derive(Default)]
pub(crate) struct Slot {
    process: Mutex<Option<Process>>,
    begun: AtomicU32,
}

#[derive(Clone)]
struct Process {
    life: Arc<Life>,
    checkouts: Checkouts,
}

/// A shopper got no answer: they know nothing of what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoAnswer;

/// Puts the use cases together over the one store and the one provider.
fn checkouts(world: &Arc<World>, life: &Arc<Life>, wake: Wake, told: Arc<Notify>) -> Checkouts {
    let is_embedded = world.settings.shape == Shape::Embedded;
    let way = Arc::new(Way::new(Arc::clone(world), Arc::clone(life)));
    let memory_bytes = if is_embedded { MEMORY_BYTES } else { 0 };
    let changes = Arc::clone(&world.grounds.changes);
    let ids = Arc::new(world.chance.clone());
    let provider = world.alterations.provider(Arc::new(Line::new(Arc::clone(world), Arc::clone(life))));
    let gift_cards = GiftCards {
        store: Arc::clone(&way) as _,
        provider: Arc::clone(&provider),
        key: GIFT_CARD_KEY,
        clock: Arc::clone(&world.clocks) as _,
        ids: Arc::clone(&ids) as _,
    };
    let carts = Carts {
        gift_cards,
        store: Arc::clone(&way) as _,
        shop: Arc::clone(&world.grounds.shop),
        goods: Arc::new(Goods::new(Arc::clone(&way) as _, Arc::clone(&way) as _, changes, memory_bytes)),
        clock: Arc::clone(&world.clocks) as _,
        ids,
    };
    let orders = Orders {
        store: Arc::new(TellingOrders::new(world.alterations.orders(Arc::clone(&way) as _), told)),
        provider,
        carts: carts.clone(),
        wake,
        hold_extension: HOLD_EXTENSION,
        payments: Arc::new(KnownPayments::new(256)),
        news: Arc::default(),
        turns: Arc::default(),
        workflows: Workflows::default(),
    };
    let legal_texts = Arc::new(CurrentLegalTexts::new(Arc::clone(&way) as _));
    Checkouts {
        carts,
        orders,
        stock: way,
        legal_texts,
        customer_key: [7; 32],
        open_orders: OPEN_ORDERS,
        hold: HOLD,
        turns: Arc::default(),
    }
}

/// What tells people of their orders: the relay, which is woken by commits, and the worker.
fn tellers(world: &Arc<World>, life: &Arc<Life>, orders: &Orders, woken: Arc<Notify>) -> (Relay, Worker) {
    let way = Arc::new(Way::new(Arc::clone(world), Arc::clone(life)));
    let chance = Arc::new(world.chance.clone());
    let queue = world.alterations.queue(Arc::clone(&way) as _);
    let relay = Relay {
        outbox: world.alterations.outbox(Arc::clone(&way) as _),
        queue: Arc::clone(&queue),
        woken,
        chance: Arc::clone(&chance) as _,
    };
    let mails = Mails {
        orders: Arc::clone(&orders.store),
        sent: world.alterations.sent_mails(Arc::clone(&way) as _),
        composer: Arc::new(Writer),
        mailer: Arc::clone(&way) as _,
        legal_texts: way,
        shop: Arc::clone(&world.grounds.shop),
        clock: Arc::clone(&world.clocks) as _,
    };
    let worker = Worker {
        queue,
        name: QueueName::Notifications,
        handler: Arc::new(mails),
        limits: WorkerLimits::default(),
        clock: Arc::clone(&world.clocks) as _,
        chance,
    };
    (relay, worker)
}

/// Runs the process of one slot, one after the other.
pub(crate) async fn run(world: Arc<World>, index: usize) {
    loop {
        let life = Arc::new(Life::default());
        let (wake, woken) = Wake::new();
        let told = Arc::new(Notify::new());
        let checkouts = checkouts(&world, &life, wake, Arc::clone(&told));
        let orders = checkouts.orders.clone();
        let slot = &world.slots[index];
        let number = slot.begun.fetch_add(1, Ordering::Relaxed) + 1;
        world.tell(format_args!("process {index}: begins for the {number}. time"));
        *locked(&slot.process) = Some(Process { life: Arc::clone(&life), checkouts });
        let (stop, stopping) = watch::channel(false);
        let (relay, worker) = tellers(&world, &life, &orders, told);
        let mut relay = tokio::spawn(relay.run(stopping.clone()));
        let mut worker = tokio::spawn(worker.run(stopping.clone()));
        let mut runner: JoinHandle<()> = match world.settings.shape {
            Shape::Embedded => tokio::spawn(orders.run(woken, stopping)),
            Shape::Several => {
                drop((woken, stopping));
                tokio::spawn(look_from_time_to_time(Arc::clone(&world), orders))
            }
        };
        tokio::select! {
            biased;
            () = life.ended() => {}
            ended = &mut runner => world.violated(format_args!("what does what is due has ended: {ended:?}")),
            ended = &mut relay => world.violated(format_args!("the relay has ended: {ended:?}")),
            ended = &mut worker => world.violated(format_args!("the worker has ended: {ended:?}")),
        }
        for task in [runner, relay, worker] {
            task.abort();
        }
        drop(stop);
        *locked(&slot.process) = None;
        world.tally.count("crashes");
        world.wait_up_to(if world.is_calm() { 100 } else { 20_000 }).await;
    }
}

/// What does what is due where no process runs all the time.
async fn look_from_time_to_time(world: Arc<World>, orders: Orders) {
    loop {
        let most_ms = if world.is_calm() { 1_000 } else { 15_000 };
        sleep(Duration::from_millis(500 + world.chance.below(most_ms))).await;
        if let Err(error) = orders.do_what_is_due().await {
            world.tell(format_args!("runner: {error}"));
        }
    }
}

impl World {
    /// A request to the shop by somebody outside, who may not hear of the answer, or not wait for it.
    pub(crate) async fn ask<T, F>(&self, request: impl FnOnce(Checkouts) -> F) -> Result<T, NoAnswer>
    where
        F: Future<Output = T>,
    {
        self.linger().await;
        let processes: Vec<Process> = self.slots.iter().filter_map(|slot| locked(&slot.process).clone()).collect();
        let alive: Vec<Process> = processes.into_iter().filter(|process| !process.life.is_over()).collect();
        if alive.is_empty() {
            self.wait_up_to(2_000).await;
            return Err(NoAnswer);
        }
        let process = alive[self.chance.index(alive.len())].clone();
        let trouble = if self.goes_wrong(self.settings.network_one_in) { self.chance.below(3) } else { u64::MAX };
        let patience = match trouble {
            // It never arrives.
            0 => return Err(NoAnswer),
            // Whoever asked is gone before it is answered: what was begun is dropped, wherever it is.
            1 => Duration::from_millis(self.chance.below(4 * self.settings.latency_max_ms + 2)),
            _ => PATIENCE,
        };
        let answer = tokio::select! {
            biased;
            () = process.life.ended() => Err(NoAnswer),
            answer = timeout(patience, request(process.checkouts.clone())) => answer.map_err(|_| NoAnswer),
        };
        self.linger().await;
        // The answer is lost.
        if trouble == 2 { Err(NoAnswer) } else { answer }
    }
}
