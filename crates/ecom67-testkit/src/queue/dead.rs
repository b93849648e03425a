//! What nobody delivers any more.

use std::time::Duration;

use ecom67_app::port::{Lease, MessageId, PutOff, WHY_LENGTH_MAX};

use super::{EmptyQueues, LIMITS, LONG, QUEUE, SHORT, message, name};

pub async fn a_message_that_fails_as_often_as_it_may_is_dead_and_lets_the_next_pass(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group")]).await;
    let mut last = None;
    for attempt in 1..=LIMITS.attempts_max {
        let delivery = queues.one(LONG).await;
        assert_eq!((name(&delivery), delivery.attempt), ("a".to_owned(), attempt));
        let expected = if attempt < LIMITS.attempts_max { PutOff::Later } else { PutOff::Dead };
        let why = format!("failure {attempt}\nof {}", "many ".repeat(WHY_LENGTH_MAX));
        assert_eq!(queues.queue.put_off(&delivery, Duration::ZERO, &why).await.unwrap(), expected);
        last = Some(delivery);
    }

    let dead = queues.queue.dead(QUEUE, None, 10).await.unwrap();

    let last = last.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((&dead[0].id, &dead[0].deduplication, &dead[0].group), (&last.id, &last.deduplication, &last.group));
    assert!(dead[0].body == last.body);
    assert_eq!((dead[0].sent_at, dead[0].first_received_at), (last.sent_at, last.first_received_at));
    assert_eq!(dead[0].attempts, LIMITS.attempts_max);
    assert!(dead[0].why.starts_with("failure 3 of many"), "{}", dead[0].why);
    assert!(dead[0].why.len() <= WHY_LENGTH_MAX);
    assert!(dead[0].died_at >= dead[0].first_received_at);
    assert_eq!(queues.queue.find_dead(QUEUE, &last.id).await.unwrap().as_ref(), Some(&dead[0]));
    assert_eq!(queues.names().await, ["b"]);
}

pub async fn a_message_of_which_nobody_tells_the_end_is_dead_at_last(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group")]).await;
    for attempt in 1..=LIMITS.attempts_max {
        assert_eq!(queues.one(SHORT).await.attempt, attempt);
        queues.pass(SHORT).await;
    }

    let next = queues.one(LONG).await;

    assert_eq!((name(&next), next.attempt), ("b".to_owned(), 1));
    let dead = queues.queue.dead(QUEUE, None, 10).await.unwrap();
    assert_eq!(dead.iter().map(|dead| (dead.deduplication.as_str(), dead.attempts)).collect::<Vec<_>>(), [("a", 3)]);
    assert!(dead[0].why.contains("nobody told"), "{}", dead[0].why);
}

pub async fn a_poisoned_message_is_dead_at_once_and_holds_nobody_up(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group"), message("c", "other")]).await;
    let received = queues.received(10, LONG).await;
    let poisoned = received.iter().find(|delivery| name(delivery) == "a").unwrap();

    assert_eq!(queues.queue.bury(poisoned, "it is no JSON").await.unwrap(), Lease::Held);

    assert_eq!(queues.names().await, ["b"]);
    let dead = queues.queue.dead(QUEUE, None, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].why.as_str(), dead[0].attempts), (1, "it is no JSON", 1));
}

pub async fn the_dead_are_told_page_by_page(queues: &EmptyQueues) {
    queues.send(&["a", "b", "c", "d", "e"].map(|name| message(name, name))).await;
    for delivery in queues.received(10, LONG).await {
        assert_eq!(queues.queue.bury(&delivery, "hopeless").await.unwrap(), Lease::Held);
    }

    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page = queues.queue.dead(QUEUE, after.as_ref(), 2).await.unwrap();
        assert!(page.is_sorted_by_key(|dead| dead.id.clone()));
        names.extend(page.iter().map(|dead| dead.deduplication.to_string()));
        after = page.last().map(|dead| dead.id.clone());
        if page.len() < 2 {
            break;
        }
    }

    names.sort();
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    assert_eq!(queues.queue.depth(QUEUE).await.unwrap().dead, 5);
}

pub async fn a_redriven_message_is_delivered_behind_its_group_as_if_it_were_new(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group")]).await;
    let delivery = queues.one(LONG).await;
    assert_eq!(queues.queue.bury(&delivery, "hopeless").await.unwrap(), Lease::Held);

    assert!(queues.queue.redrive(QUEUE, &delivery.id).await.unwrap());

    assert!(!queues.queue.redrive(QUEUE, &delivery.id).await.unwrap(), "it is dead no more");
    assert_eq!(queues.queue.depth(QUEUE).await.unwrap().dead, 0);
    let next = queues.one(LONG).await;
    assert_eq!(name(&next), "b");
    assert_eq!(queues.complete(&next).await, Lease::Held);
    let again = queues.one(LONG).await;
    assert_eq!((&again.body, &again.group, again.attempt), (&delivery.body, &delivery.group, 1));
    // And it can die a second time.
    assert_eq!(queues.queue.bury(&again, "still hopeless").await.unwrap(), Lease::Held);
    let dead = queues.queue.dead(QUEUE, None, 10).await.unwrap();
    assert_eq!(dead.iter().map(|dead| dead.why.as_str()).collect::<Vec<_>>(), ["still hopeless"]);
    assert!(queues.queue.redrive(QUEUE, &dead[0].id).await.unwrap());
    assert_eq!(queues.one(LONG).await.body, delivery.body);
}

pub async fn a_discarded_message_never_comes_again(queues: &EmptyQueues) {
    queues.send(&[message("a", "group")]).await;
    let delivery = queues.one(LONG).await;
    assert_eq!(queues.queue.bury(&delivery, "hopeless").await.unwrap(), Lease::Held);
    let unknown = MessageId::new("message");

    assert!(queues.queue.discard(QUEUE, &delivery.id).await.unwrap());

    assert!(!queues.queue.discard(QUEUE, &delivery.id).await.unwrap());
    assert!(!queues.queue.redrive(QUEUE, &delivery.id).await.unwrap());
    assert!(!queues.queue.discard(QUEUE, &unknown).await.unwrap());
    assert!(!queues.queue.redrive(QUEUE, &unknown).await.unwrap());
    assert_eq!(queues.queue.find_dead(QUEUE, &unknown).await.unwrap(), None);
    assert_eq!(queues.queue.depth(QUEUE).await.unwrap().dead, 0);
    assert_eq!(queues.received(10, LONG).await, []);
}
