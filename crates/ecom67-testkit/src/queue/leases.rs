//! Who has a message, and for how long.

use std::time::Duration;

use ecom67_app::port::{Lease, PutOff};

use super::{EmptyQueues, LONG, SHORT, message, name};

pub async fn a_message_that_somebody_has_is_delivered_to_nobody_else(queues: &EmptyQueues) {
    queues.send(&[message("a", "group")]).await;

    let delivery = queues.one(LONG).await;

    assert_eq!(queues.received(10, LONG).await, []);
    assert_eq!(queues.complete(&delivery).await, Lease::Held);
}

pub async fn a_message_whose_lease_has_ended_is_delivered_again(queues: &EmptyQueues) {
    queues.send(&[message("a", "group")]).await;
    let first = queues.one(SHORT).await;

    queues.pass(SHORT).await;

    let second = queues.one(LONG).await;
    assert_eq!((&second.id, second.attempt), (&first.id, 2));
    assert_eq!((second.sent_at, second.first_received_at), (first.sent_at, first.first_received_at));
    assert_ne!(second.receipt, first.receipt);
    assert_eq!(queues.complete(&second).await, Lease::Held);
    assert_eq!(queues.received(10, LONG).await, []);
}

pub async fn a_lease_that_is_extended_holds_longer(queues: &EmptyQueues) {
    queues.send(&[message("a", "group")]).await;
    let delivery = queues.one(SHORT).await;

    assert_eq!(queues.queue.extend(&delivery, LONG).await.unwrap(), Lease::Held);
    queues.pass(SHORT).await;

    assert_eq!(queues.received(10, LONG).await, []);
    assert_eq!(queues.complete(&delivery).await, Lease::Held);
}

pub async fn who_has_lost_the_lease_changes_nothing(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group")]).await;
    let late = queues.one(SHORT).await;
    queues.pass(SHORT).await;
    let present = queues.one(LONG).await;

    assert_eq!(queues.complete(&late).await, Lease::Lost);
    assert_eq!(queues.put_off(&late, Duration::ZERO).await, PutOff::Lost);
    assert_eq!(queues.queue.extend(&late, Duration::from_secs(1)).await.unwrap(), Lease::Lost);
    assert_eq!(queues.queue.bury(&late, "hopeless").await.unwrap(), Lease::Lost);

    queues.pass(Duration::from_secs(1)).await;
    assert_eq!(queues.received(10, LONG).await, [], "who has the message keeps it, and what follows it waits");
    assert_eq!(queues.queue.depth(super::QUEUE).await.unwrap().dead, 0);
    assert_eq!(queues.complete(&present).await, Lease::Held);
    assert_eq!(queues.names().await, ["b"]);
}

pub async fn a_message_that_is_put_off_comes_when_it_is_time(queues: &EmptyQueues) {
    queues.send(&[message("a", "group")]).await;
    let delivery = queues.one(LONG).await;

    assert_eq!(queues.put_off(&delivery, SHORT).await, PutOff::Later);

    assert_eq!(queues.received(10, LONG).await, []);
    queues.pass(SHORT).await;
    let again = queues.one(LONG).await;
    assert_eq!((name(&again), again.attempt), ("a".to_owned(), 2));
    assert_eq!(queues.put_off(&again, Duration::ZERO).await, PutOff::Later);
    assert_eq!(queues.one(LONG).await.attempt, 3);
}

pub async fn a_message_that_is_completed_twice_is_completed_once(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group")]).await;
    let first = queues.one(LONG).await;
    assert_eq!(queues.complete(&first).await, Lease::Held);

    // What the second telling is answered is the engine's choice: it cannot know every message that it ever had.
    let _either = queues.complete(&first).await;

    assert_eq!(queues.names().await, ["b"]);
}
