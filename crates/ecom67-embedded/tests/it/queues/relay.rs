//! The relay on a real outbox and a real queue, stopped and killed at every moment.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use ecom67_app::ids::SystemIds;
use ecom67_app::port::{Lease, OrderEnvelope, OrderNotice, OrderStore, Outbox, Queue, QueueLimits, SendError};
use ecom67_app::relay::{Relay, RelayError, TellingOrders, destinations};
use ecom67_domain::order::OrderEvent;
use ecom67_domain::{OrderId, Version};
use ecom67_embedded::{DataFolder, Database};
use ecom67_testkit::orders::{order, placing, step};
use ecom67_testkit::queue::{LIMITS, QUEUE};
use ecom67_testkit::{MovableClock, Random, noon};
use tokio::sync::{Notify, watch};

use super::{LEASE, queue_of};
use crate::child::{ChildProcess, folder_of_child, say};
use crate::shop::{TempShop, assert_whole, open, receive};

pub(super) fn relay(database: &Database, queue: &Arc<dyn Queue>) -> Relay {
    Relay {
        outbox: Arc::new(database.clone()),
        queue: Arc::clone(queue),
        woken: Arc::default(),
        chance: Arc::new(SystemIds),
    }
}

pub(super) async fn stocked(database: &Database) {
    receive(database, "MUG", 1_000_000, "delivery").await;
}

/// Places an order, sets its money aside and has it paid: three envelopes, of which two are told.
pub(super) async fn buy(orders: &dyn OrderStore, number: u128) {
    orders.commit(placing(&order(number))).await.unwrap();
    for event in [OrderEvent::Authorised { payment: None }, OrderEvent::Paid] {
        let read = orders.find(OrderId::new(number)).await.unwrap().unwrap();
        orders.commit(step(&read, event, noon())).await.unwrap();
    }
}

/// Handles all that is in the queue, and returns the versions that came, by order.
pub(super) async fn handle_all(queue: &dyn Queue) -> BTreeMap<u128, Vec<u64>> {
    let mut handled: BTreeMap<u128, Vec<u64>> = BTreeMap::new();
    loop {
        let deliveries = queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();
        if deliveries.is_empty() {
            return handled;
        }
        for delivery in deliveries {
            let notice = OrderNotice::read(&delivery.body).unwrap();
            handled.entry(notice.order.number()).or_default().push(notice.version.0);
            assert_eq!(queue.complete(&delivery).await.unwrap(), Lease::Held);
        }
    }
}

/// Each of the orders was told of twice, in order.
pub(super) fn each_twice(orders: impl IntoIterator<Item = u128>) -> BTreeMap<u128, Vec<u64>> {
    orders.into_iter().map(|order| (order, vec![1, 3])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_to_orders_is_published_soon_after_it_happened() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = queue_of(&shop.database, &MovableClock::default(), LIMITS);
    let relay = relay(&shop.database, &queue);
    let orders = TellingOrders::new(Arc::new(shop.database.clone()), Arc::clone(&relay.woken));
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn(relay.run(stopping));
    // Until it has looked once and waits.
    tokio::time::sleep(Duration::from_millis(100)).await;

    buy(&orders, 1).await;

    let waiting = async {
        while queue.depth(QUEUE).await.unwrap().ready < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    // Much sooner than the next sweep.
    tokio::time::timeout(Duration::from_secs(3), waiting).await.expect("a commit wakes the relay");
    assert_eq!(handle_all(&*queue).await, each_twice([1]));
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_is_stopped_after_any_of_its_steps_loses_nothing_and_tells_nothing_twice() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = queue_of(&shop.database, &MovableClock::default(), LIMITS);
    let relay = relay(&shop.database, &queue);
    let (mut number, mut steps) = (0, 0);

    // Steps are the moments at which it waits for the store. Six orders are more than one batch.
    loop {
        for _ in 0..6 {
            number += 1;
            buy(&shop.database, number).await;
        }
        let mut publishing = pin!(relay.publish_what_waits());
        let mut left = steps;
        let is_finished = poll_fn(|context| match publishing.as_mut().poll(context) {
            Poll::Ready(published) => Poll::Ready(published.is_ok()),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        })
        .await;
        if is_finished {
            break;
        }
        steps += 1;
    }

    assert!(steps >= 4, "it was stopped {steps} times");
    assert_eq!(handle_all(&*queue).await, each_twice(1..=number));
    assert_eq!(relay.publish_what_waits().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_relays_at_once_tell_everything_once_and_in_order() {
    const ORDERS: u128 = 60;
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = queue_of(&shop.database, &MovableClock::default(), LIMITS);
    let (stop, stopping) = watch::channel(false);
    let wake = Arc::new(Notify::new());
    let relays: Vec<_> = (0..3)
        .map(|_| {
            let relay = Relay { woken: Arc::clone(&wake), ..relay(&shop.database, &queue) };
            tokio::spawn(relay.run(stopping.clone()))
        })
        .collect();
    let orders = TellingOrders::new(Arc::new(shop.database.clone()), wake);

    for number in 1..=ORDERS {
        buy(&orders, number).await;
    }

    let waiting = async {
        while !shop.database.pending(None, 1).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("all is published");
    stop.send_replace(true);
    for relay in relays {
        relay.await.unwrap();
    }
    assert_eq!(handle_all(&*queue).await, each_twice(1..=ORDERS));
}

#[tokio::test]
async fn what_a_full_queue_does_not_take_stays_in_the_outbox_until_there_is_room() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = queue_of(&shop.database, &MovableClock::default(), QueueLimits { depth_max: 10, ..LIMITS });
    let relay = relay(&shop.database, &queue);
    for number in 1..=8 {
        buy(&shop.database, number).await;
    }

    let published = relay.publish_what_waits().await;

    assert!(matches!(published, Err(RelayError::Send(SendError::Full(QUEUE)))), "got {published:?}");
    assert_eq!(queue.depth(QUEUE).await.unwrap().ready, 10);
    assert_eq!(shop.database.pending(None, 100).await.unwrap().len(), 6);
    let mut handled = handle_all(&*queue).await;
    assert_eq!(relay.publish_what_waits().await.unwrap(), 6);
    for (order, versions) in handle_all(&*queue).await {
        handled.entry(order).or_default().extend(versions);
    }
    assert_eq!(handled, each_twice(1..=8));
}

#[tokio::test]
async fn what_was_told_before_there_was_an_outbox_is_not_told_again() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    buy(&shop.database, 1).await;
    let file = shop.file();
    let folder = shop.close();
    // As a release without an outbox would have left it.
    rusqlite::Connection::open(file).unwrap().execute("DELETE FROM order_outbox", ()).unwrap();
    let database = open(folder.path());
    let queue = queue_of(&database, &MovableClock::default(), LIMITS);

    assert_eq!(relay(&database, &queue).publish_what_waits().await.unwrap(), 0);

    let read = database.find(OrderId::new(1)).await.unwrap().unwrap();
    assert_eq!(read.version, Version(3));
}

/// How often the process is killed.
const KILLS: u64 = 12;

/// The most orders after which it is.
const ORDERS_MAX: u64 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_killed_while_it_publishes_tells_of_every_order_once_and_in_order() {
    let chance = Random::seeded(std::process::id().into());
    killed_again_and_again("queues::relay::child_that_sells_and_publishes_until_it_is_killed", chance).await;
}

/// Kills the child at moments that nobody knows, again and again, and looks at what was told of what it sold.
pub(super) async fn killed_again_and_again(child: &str, mut chance: Random) {
    let folder = tempfile::tempdir().unwrap();
    let mut bought: Vec<u128> = Vec::new();
    for _ in 0..KILLS {
        let mut child = ChildProcess::start(child, folder.path());
        for _ in 0..=chance.below(ORDERS_MAX) {
            bought.push(child.next_word().expect("the child is at work").parse().unwrap());
        }
        bought.extend(child.kill().iter().map(|word| word.parse::<u128>().unwrap()));
    }

    let _held = DataFolder::hold(folder.path()).expect("a killed process holds nothing");
    let database = open(folder.path());
    assert_whole(&database).await;
    let queue = queue_of(&database, &MovableClock::default(), QueueLimits::default());
    relay(&database, &queue).publish_what_waits().await.unwrap();

    let told = handle_all(&*queue).await;
    for number in bought {
        assert_eq!(told.get(&number), Some(&vec![1, 3]), "order {number} was bought");
    }
    for (number, versions) in told {
        // One that was cut off in the middle is told of as far as it came.
        let envelopes = database.events(OrderId::new(number)).await.unwrap();
        let is_told = |envelope: &&OrderEnvelope| !destinations(&envelope.events).is_empty();
        let happened: Vec<u64> = envelopes.iter().filter(is_told).map(|envelope| envelope.version.0).collect();
        assert_eq!(versions, happened, "order {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test in a process of its own, and killed there"]
async fn child_that_sells_and_publishes_until_it_is_killed() {
    let Some(folder) = folder_of_child() else { return };
    let publish = |database: &Database| {
        let queue = queue_of(database, &MovableClock::default(), QueueLimits::default());
        let relay = relay(database, &queue);
        let orders = Arc::new(TellingOrders::new(Arc::new(database.clone()), Arc::clone(&relay.woken)));
        tokio::spawn(async move {
            let (_never, stopping) = watch::channel(false);
            relay.run(stopping).await;
        });
        orders as Arc<dyn OrderStore>
    };
    sell_until_killed(&folder, publish).await;
}

/// Sells, and says each number, until the process is killed. What is sold is committed to what `open_orders` makes.
pub(super) async fn sell_until_killed(folder: &Path, open_orders: impl FnOnce(&Database) -> Arc<dyn OrderStore>) {
    let _held = DataFolder::hold(folder).unwrap();
    let database = open(folder);
    stocked(&database).await;
    let orders = open_orders(&database);
    for number in 1_u128.. {
        let number = u128::from(std::process::id()) * 1_000_000 + number;
        buy(&*orders, number).await;
        say(&number.to_string());
    }
}
