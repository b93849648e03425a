//! The order in which messages come.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ecom67_app::port::{Lease, PutOff};
use tokio::task::JoinSet;

use super::{EmptyQueues, LONG, QUEUE, SHORT, message, name};
use crate::Random;

pub async fn messages_of_a_group_are_delivered_in_their_order_and_one_at_a_time(queues: &EmptyQueues) {
    let names: Vec<String> = (10..30).map(|number| number.to_string()).collect();
    for batch in names.chunks(10) {
        let batch: Vec<_> = batch.iter().map(|name| message(name, "group")).collect();
        queues.send(&batch).await;
    }

    for expected in &names {
        let delivery = queues.one(LONG).await;
        assert_eq!(&name(&delivery), expected);
        assert_eq!(delivery.attempt, 1, "one that waits for others is not tried");
        assert_eq!(queues.complete(&delivery).await, Lease::Held);
    }
    assert_eq!(queues.received(10, LONG).await, []);
}

pub async fn groups_do_not_wait_for_each_other(queues: &EmptyQueues) {
    queues.send(&[message("a1", "a"), message("a2", "a"), message("b1", "b"), message("c1", "c")]).await;

    let mut first = queues.received(10, LONG).await;

    first.sort_by_key(name);
    assert_eq!(first.iter().map(name).collect::<Vec<_>>(), ["a1", "b1", "c1"]);
    assert_eq!(queues.complete(&first[1]).await, Lease::Held);
    assert_eq!(queues.received(10, LONG).await, []);
    assert_eq!(queues.complete(&first[0]).await, Lease::Held);
    assert_eq!(queues.names().await, ["a2"]);
}

pub async fn a_message_that_is_put_off_holds_up_its_group_only(queues: &EmptyQueues) {
    queues.send(&[message("a1", "a"), message("a2", "a")]).await;
    let first = queues.one(LONG).await;
    assert_eq!(queues.put_off(&first, SHORT).await, PutOff::Later);
    queues.send(&[message("a3", "a"), message("b1", "b")]).await;

    assert_eq!(queues.names().await, ["b1"]);

    queues.pass(SHORT).await;
    for expected in ["a1", "a2", "a3"] {
        let delivery = queues.one(LONG).await;
        assert_eq!(name(&delivery), expected);
        assert_eq!(queues.complete(&delivery).await, Lease::Held);
    }
}

const GROUPS: u64 = 50;
const MESSAGES_OF_A_GROUP: usize = 20;
const CONSUMERS: u64 = 8;

/// What the consumers have done.
#[derive(Default)]
struct Done {
    at_work: BTreeSet<String>,
    completed: BTreeMap<String, Vec<String>>,
    count: usize,
}

pub async fn a_thousand_messages_are_handled_by_eight_consumers_each_in_its_turn(queues: &EmptyQueues) {
    let all = usize::try_from(GROUPS).unwrap() * MESSAGES_OF_A_GROUP;
    let done = Arc::new(Mutex::new(Done::default()));
    let mut tasks = JoinSet::new();
    for seed in 0..CONSUMERS {
        let (queue, done) = (queues.queue.clone(), Arc::clone(&done));
        tasks.spawn(async move {
            let mut chance = Random::seeded(seed);
            while done.lock().unwrap().count < all {
                for delivery in queue.receive(QUEUE, 10, LONG, Duration::from_millis(200)).await.unwrap() {
                    let group = delivery.group.to_string();
                    assert!(done.lock().unwrap().at_work.insert(group.clone()), "two of a group at once");
                    tokio::task::yield_now().await;
                    // Told before the queue is: thereafter somebody else may have the next.
                    let is_put_off = delivery.attempt == 1 && chance.one_in(10);
                    {
                        let mut done = done.lock().unwrap();
                        done.at_work.remove(&group);
                        if !is_put_off {
                            done.completed.entry(group).or_default().push(name(&delivery));
                            done.count += 1;
                        }
                    }
                    if is_put_off {
                        assert_eq!(queue.put_off(&delivery, Duration::ZERO, "not now").await.unwrap(), PutOff::Later);
                    } else {
                        assert_eq!(queue.complete(&delivery).await.unwrap(), Lease::Held);
                    }
                }
            }
        });
    }

    // Sent while they are at work.
    for number in 0..MESSAGES_OF_A_GROUP {
        let groups: Vec<u64> = (0..GROUPS).collect();
        for batch in groups.chunks(10) {
            let batch: Vec<_> =
                batch.iter().map(|group| message(&format!("{group}.{number:02}"), &group.to_string())).collect();
            queues.send(&batch).await;
        }
    }
    tokio::time::timeout(Duration::from_mins(5), tasks.join_all()).await.expect("nothing is lost");

    let completed = std::mem::take(&mut done.lock().unwrap().completed);
    assert_eq!(completed.len() as u64, GROUPS);
    for (group, names) in completed {
        let expected: Vec<String> = (0..MESSAGES_OF_A_GROUP).map(|number| format!("{group}.{number:02}")).collect();
        assert_eq!(names, expected);
    }
    assert_eq!(queues.received(10, LONG).await, []);
    assert_eq!(queues.queue.depth(QUEUE).await.unwrap().dead, 0);
}
