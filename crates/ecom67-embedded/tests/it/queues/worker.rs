//! The worker on a real queue.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::ids::SystemIds;
use ecom67_app::port::{Delivery, Handled, Handler, OrderNotice, QueueLimits};
use ecom67_app::worker::{Worker, WorkerLimits};
use ecom67_app::{Clock, SystemClock};
use ecom67_embedded::sqlite::SqliteQueue;
use ecom67_testkit::Random;
use ecom67_testkit::queue::QUEUE;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::notice;
use crate::shop::TempShop;

const PATIENCE: Duration = Duration::from_mins(2);

/// Short enough for a test, by the machine's own clock.
const LIMITS: WorkerLimits = WorkerLimits {
    handling_max: 8,
    lease: Duration::from_secs(3),
    wait: Duration::from_secs(1),
    handling_time_max: Duration::from_secs(20),
    stop_time_max: Duration::from_secs(2),
    pause_first: Duration::ZERO,
    pause_max: Duration::ZERO,
};

struct Workshop {
    shop: TempShop,
    queue: Arc<SqliteQueue>,
    stop: watch::Sender<bool>,
}

impl Workshop {
    fn open() -> Self {
        let shop = TempShop::open();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let limits = QueueLimits { attempts_max: 3, ..QueueLimits::default() };
        let queue = Arc::new(SqliteQueue::new(&shop.database, clock, limits));
        Self { shop, queue, stop: watch::channel(false).0 }
    }

    fn worker(&self, handler: Arc<dyn Handler>, limits: WorkerLimits) -> JoinHandle<()> {
        let worker = Worker {
            queue: Arc::clone(&self.queue) as _,
            name: QUEUE,
            handler,
            limits,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemIds),
        };
        tokio::spawn(worker.run(self.stop.subscribe()))
    }

    async fn send(&self, orders: std::ops::RangeInclusive<u128>, version: u64) {
        use ecom67_app::port::Queue;
        let orders: Vec<u128> = orders.collect();
        for batch in orders.chunks(10) {
            let batch: Vec<_> = batch.iter().map(|order| notice(*order, version)).collect();
            self.queue.send(QUEUE, &batch).await.unwrap();
        }
    }

    /// How many messages are not dead, and how many are.
    async fn depth(&self) -> (u64, u64) {
        use ecom67_app::port::Queue;
        let depth = self.queue.depth(QUEUE).await.unwrap();
        (depth.ready + depth.in_flight + depth.put_off, depth.dead)
    }

    /// Waits until so many messages are left and so many are dead.
    async fn until(&self, left: u64, dead: u64) {
        let reached = async {
            while self.depth().await != (left, dead) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        assert!(reached.is_ok(), "{left} are left and {dead} are dead: {:?}", self.depth().await);
    }

    async fn stop(self, worker: JoinHandle<()>) {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, worker).await.expect("it stops").expect("it stops well");
        drop(self.shop);
    }
}

/// Does what the test says, and notes what was handled.
struct Doing<F> {
    handle: F,
    handled: Mutex<Vec<(u128, u64)>>,
}

impl<F> Doing<F> {
    fn new(handle: F) -> Arc<Self> {
        Arc::new(Self { handle, handled: Mutex::default() })
    }

    fn handled(&self) -> Vec<(u128, u64)> {
        self.handled.lock().unwrap().clone()
    }
}

fn read(delivery: &Delivery) -> (u128, u64) {
    let notice = OrderNotice::read(&delivery.body).expect("a notice");
    (notice.order.number(), notice.version.0)
}

#[async_trait]
impl<F, A> Handler for Doing<F>
where
    F: Fn(u128, u64, u32) -> A + Send + Sync,
    A: Future<Output = Handled> + Send,
{
    async fn handle(&self, delivery: &Delivery) -> Handled {
        let (order, version) = read(delivery);
        let handled = (self.handle)(order, version, delivery.attempt).await;
        if handled == Handled::Done {
            self.handled.lock().unwrap().push((order, version));
        }
        handled
    }
}

fn not_now() -> Handled {
    Handled::PutOff { why: "not now".to_owned() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_4_000_messages_every_one_is_handled_in_its_turn_by_several_workers_though_many_fail_first() {
    const ORDERS: u128 = 400;
    const VERSIONS: u64 = 10;
    let shop = Workshop::open();
    let chance = Mutex::new(Random::seeded(7));
    let at_work = Arc::new(Mutex::new(BTreeSet::new()));
    let handler = {
        let at_work = Arc::clone(&at_work);
        Doing::new(move |order: u128, version: u64, attempt: u32| {
            let fails = attempt < 3 && chance.lock().unwrap().one_in(20);
            let panics = attempt < 3 && chance.lock().unwrap().one_in(200);
            let at_work = Arc::clone(&at_work);
            async move {
                assert!(at_work.lock().unwrap().insert(order), "{order} {version}: two of an order at once");
                tokio::task::yield_now().await;
                at_work.lock().unwrap().remove(&order);
                assert!(!panics, "the handler has a bug");
                if fails { not_now() } else { Handled::Done }
            }
        })
    };
    let workers = [shop.worker(Arc::clone(&handler) as _, LIMITS), shop.worker(Arc::clone(&handler) as _, LIMITS)];

    for version in 1..=VERSIONS {
        shop.send(1..=ORDERS, version).await;
    }

    shop.until(0, 0).await;
    shop.stop.send_replace(true);
    for worker in workers {
        worker.await.unwrap();
    }
    let mut by_order: BTreeMap<u128, Vec<u64>> = BTreeMap::new();
    for (order, version) in handler.handled() {
        by_order.entry(order).or_default().push(version);
    }
    assert_eq!(by_order.len() as u128, ORDERS);
    for (order, versions) in by_order {
        assert_eq!(versions, (1..=VERSIONS).collect::<Vec<_>>(), "order {order}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_for_ever_or_is_poisoned_dies_and_holds_up_its_own_order_only() {
    let shop = Workshop::open();
    let handler = Doing::new(|order: u128, version: u64, _: u32| async move {
        match (order, version) {
            (1, 1) => not_now(),
            (2, 1) => Handled::Poisoned { why: "it is nonsense".to_owned() },
            (3, 1) => panic!("the handler has a bug"),
            _ => Handled::Done,
        }
    });
    shop.send(1..=5, 1).await;
    shop.send(1..=5, 2).await;

    let worker = shop.worker(Arc::clone(&handler) as _, LIMITS);

    shop.until(0, 3).await;
    let mut handled = handler.handled();
    handled.sort_unstable();
    assert_eq!(handled, [(1, 2), (2, 2), (3, 2), (4, 1), (4, 2), (5, 1), (5, 2)]);
    let dead = ecom67_app::port::Queue::dead(&*shop.queue, QUEUE, None, 10).await.unwrap();
    let mut dead: Vec<_> = dead.iter().map(|dead| (dead.why.as_str(), dead.attempts)).collect();
    dead.sort_unstable();
    assert_eq!(dead, [("it is nonsense", 1), ("not now", 3), ("the handler panicked", 3)]);
    shop.stop(worker).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_takes_longer_than_a_lease_is_done_once() {
    let shop = Workshop::open();
    let limits = WorkerLimits { lease: Duration::from_secs(2), ..LIMITS };
    let handler = Doing::new(|_, _, _| async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        Handled::Done
    });
    shop.send(1..=1, 1).await;

    let workers = [shop.worker(Arc::clone(&handler) as _, limits), shop.worker(Arc::clone(&handler) as _, limits)];

    shop.until(0, 0).await;
    assert_eq!(handler.handled(), [(1, 1)]);
    shop.stop.send_replace(true);
    for worker in workers {
        worker.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_never_ends_is_given_up() {
    let shop = Workshop::open();
    let limits = WorkerLimits { handling_time_max: Duration::from_millis(200), ..LIMITS };
    let handler = Doing::new(|order: u128, _, _| async move {
        if order == 1 {
            std::future::pending::<()>().await;
        }
        Handled::Done
    });
    shop.send(1..=2, 1).await;

    let worker = shop.worker(Arc::clone(&handler) as _, limits);

    shop.until(0, 1).await;
    let dead = ecom67_app::port::Queue::dead(&*shop.queue, QUEUE, None, 10).await.unwrap();
    assert_eq!((dead[0].why.as_str(), dead[0].attempts), ("the handler took too long", 3));
    assert_eq!(handler.handled(), [(2, 1)]);
    shop.stop(worker).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_worker_held_when_it_died_is_handled_by_another_when_the_lease_has_ended() {
    let shop = Workshop::open();
    let begun = Arc::new(AtomicUsize::new(0));
    let stuck = {
        let begun = Arc::clone(&begun);
        Doing::new(move |_, _, _| {
            begun.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<Handled>()
        })
    };
    shop.send(1..=4, 1).await;
    let dying = shop.worker(stuck, LIMITS);
    while begun.load(Ordering::SeqCst) < 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    let handler = Doing::new(|_, _, attempt: u32| async move {
        assert_eq!(attempt, 2);
        Handled::Done
    });

    let worker = shop.worker(Arc::clone(&handler) as _, LIMITS);

    shop.until(0, 0).await;
    let mut handled = handler.handled();
    handled.sort_unstable();
    assert_eq!(handled, [(1, 1), (2, 1), (3, 1), (4, 1)]);
    shop.stop(worker).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_to_stop_finishes_what_it_is_at_and_takes_nothing_more() {
    let shop = Workshop::open();
    let limits = WorkerLimits { handling_max: 1, ..LIMITS };
    let (begin, mut begun) = watch::channel(0);
    let handler = Doing::new(move |_, _, _| {
        begin.send_modify(|count| *count += 1);
        async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            Handled::Done
        }
    });
    shop.send(1..=3, 1).await;
    let worker = shop.worker(Arc::clone(&handler) as _, limits);
    begun.wait_for(|count| *count == 1).await.unwrap();

    shop.stop.send_replace(true);

    tokio::time::timeout(PATIENCE, worker).await.unwrap().unwrap();
    assert_eq!(handler.handled(), [(1, 1)]);
    assert_eq!(shop.depth().await, (2, 0));
}
