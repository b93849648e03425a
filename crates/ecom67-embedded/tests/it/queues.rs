//! Queues in SQLite keep the contract, and what was sent survives what may happen to a process.

mod direct;
mod relay;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::{Lease, NewMessage, OrderNotice, OrderStore as _, Queue, QueueLimits};
use ecom67_domain::{OrderId, Version};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::SqliteQueue;
use ecom67_testkit::queue::{EmptyQueues, LIMITS, QUEUE};
use ecom67_testkit::{MovableClock, noon};
use jiff::SignedDuration;

use crate::shop::{TempShop, assert_whole, open};

fn empty_queues() -> EmptyQueues {
    let shop = TempShop::open();
    let clock = MovableClock::default();
    let with = {
        let (database, clock) = (shop.database.clone(), clock.clone());
        move |limits| queue_of(&database, &clock, limits)
    };
    EmptyQueues { queue: with(LIMITS), with: Arc::new(with), clock: Some(clock), guard: Arc::new(shop) }
}

fn queue_of(database: &Database, clock: &MovableClock, limits: QueueLimits) -> Arc<dyn Queue> {
    Arc::new(SqliteQueue::new(database, Arc::new(clock.clone()), limits))
}

mod contract {
    ecom67_testkit::queue_contract!(super::empty_queues());
}

const LEASE: Duration = Duration::from_mins(1);

/// The notice of the n-th version of an order.
fn notice(order: u128, version: u64) -> NewMessage {
    OrderNotice { order: OrderId::new(order), version: Version(version) }.to_message()
}

#[tokio::test]
async fn what_was_sent_leased_put_off_and_dead_is_so_when_the_shop_is_opened_again() {
    let shop = TempShop::open();
    let clock = MovableClock::default();
    let queue = queue_of(&shop.database, &clock, LIMITS);
    queue.send(QUEUE, &[notice(1, 1), notice(1, 2), notice(2, 1), notice(3, 1), notice(4, 1)]).await.unwrap();
    let taken = queue.receive(QUEUE, 3, LEASE, Duration::ZERO).await.unwrap();
    assert_eq!(queue.bury(&taken[1], "hopeless").await.unwrap(), Lease::Held);
    let _later = queue.put_off(&taken[2], LEASE, "not now").await.unwrap();
    let before = queue.depth(QUEUE).await.unwrap();
    drop(queue);
    let folder = shop.close();

    let database = open(folder.path());

    assert_whole(&database).await;
    let queue = queue_of(&database, &clock, LIMITS);
    assert_eq!(queue.depth(QUEUE).await.unwrap(), before);
    assert_eq!((before.ready, before.in_flight, before.put_off, before.dead), (2, 1, 1, 1));
    assert_eq!(queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap().len(), 1, "order 4");
    assert_eq!(queue.complete(&taken[0]).await.unwrap(), Lease::Held, "a lease outlives the process");
    let next = queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();
    assert_eq!(next[0].deduplication, notice(1, 2).deduplication);
}

#[tokio::test]
async fn a_name_is_forgotten_after_an_hour_and_not_sooner() {
    let queues = empty_queues();
    let clock = queues.clock.clone().unwrap();
    let send_and_count = async || {
        queues.queue.send(QUEUE, &[notice(1, 1)]).await.unwrap();
        let received = queues.queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();
        for delivery in &received {
            assert_eq!(queues.queue.complete(delivery).await.unwrap(), Lease::Held);
        }
        received.len()
    };

    assert_eq!(send_and_count().await, 1);
    clock.forward(SignedDuration::from_mins(59));
    assert_eq!(send_and_count().await, 0);
    clock.forward(SignedDuration::from_mins(1));
    assert_eq!(send_and_count().await, 1);
}

#[tokio::test]
async fn names_that_an_older_release_noted_go_without_another_message() {
    let shop = TempShop::open();
    let queue = queue_of(&shop.database, &MovableClock::default(), LIMITS);
    for order in 0..6 {
        let batch: Vec<_> = (1..=10).map(|version| notice(order, version)).collect();
        queue.send(QUEUE, &batch).await.unwrap();
    }
    let names = || {
        let counted = "SELECT count(*) FROM queue_deduplications";
        shop.beside().query_row::<u64, _, _>(counted, (), |row| row.get(0)).unwrap()
    };

    shop.database.forget_requests(noon() + SignedDuration::from_mins(59)).await.unwrap();
    assert_eq!(names(), 60);
    shop.database.forget_requests(noon() + SignedDuration::from_hours(1)).await.unwrap();

    assert_eq!(names(), 0);
}

#[tokio::test]
async fn a_long_group_is_not_looked_through_for_each_message() {
    const MESSAGES: u64 = 2_000;
    let queues = empty_queues();
    for version in 1..=MESSAGES / 10 {
        let batch: Vec<_> = (0..10).map(|number| notice(1, version * 10 + number)).collect();
        queues.queue.send(QUEUE, &batch).await.unwrap();
    }
    queues.queue.send(QUEUE, &[notice(2, 1)]).await.unwrap();

    let received = queues.queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();

    assert_eq!(received.len(), 2, "one of each group");
    assert_eq!(queues.queue.depth(QUEUE).await.unwrap().ready, MESSAGES - 1);
}

#[tokio::test]
async fn a_message_that_is_damaged_dies_and_spoils_no_others_attempt() {
    let shop = TempShop::open();
    let clock = MovableClock::default();
    let queue = queue_of(&shop.database, &clock, LIMITS);
    queue.send(QUEUE, &[notice(1, 1), notice(1, 2), notice(2, 1)]).await.unwrap();
    shop.beside().execute("UPDATE queue_messages SET body = '' WHERE id = 1", ()).unwrap();

    for _ in 0..LIMITS.attempts_max {
        let received = queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();
        for delivery in &received {
            assert_eq!((delivery.group.clone(), delivery.attempt), (notice(2, 1).group, 1));
            assert_eq!(queue.complete(delivery).await.unwrap(), Lease::Held);
        }
        clock.forward(SignedDuration::from_mins(1));
    }

    let next = queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();
    assert_eq!(next.iter().map(|delivery| &delivery.deduplication).collect::<Vec<_>>(), [&notice(1, 2).deduplication]);
    assert_eq!(queue.depth(QUEUE).await.unwrap().dead, 1);
}

#[tokio::test]
async fn what_came_while_the_clock_was_ahead_is_delivered_when_it_is_right_again() {
    let shop = TempShop::open();
    let clock = MovableClock::default();
    let queue = queue_of(&shop.database, &clock, LIMITS);
    clock.forward(SignedDuration::from_hours(24 * 365));
    queue.send(QUEUE, &[notice(1, 1), notice(2, 1), notice(3, 1)]).await.unwrap();
    let taken = queue.receive(QUEUE, 2, LEASE, Duration::ZERO).await.unwrap();
    let _later = queue.put_off(&taken[1], LEASE, "not now").await.unwrap();

    clock.forward(-SignedDuration::from_hours(24 * 365));

    let again = queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap();
    let mut groups: Vec<_> = again.iter().map(|delivery| delivery.group.to_string()).collect();
    groups.sort_unstable();
    groups.dedup();
    assert_eq!(groups.len(), 3, "{again:?}");
    assert!(queue.receive(QUEUE, 10, LEASE, Duration::ZERO).await.unwrap().is_empty(), "each is leased now");
    queue.send(QUEUE, &[notice(1, 1)]).await.unwrap();
    assert_eq!(queue.depth(QUEUE).await.unwrap().in_flight, 3);
    assert_whole(&shop.database).await;
}
