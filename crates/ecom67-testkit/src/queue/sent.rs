//! What is sent.

use std::time::Duration;

use ecom67_app::port::{
    BODY_LENGTH_MAX, Lease, MessageBody, NewMessage, PutOff, QUEUE_KEY_LENGTH_MAX, QueueDepth, QueueLimits, SendError,
};
use tokio::task::JoinSet;

use super::{AT_ONCE, EmptyQueues, LIMITS, LONG, QUEUE, message};

pub async fn a_message_is_delivered_as_it_was_sent(queues: &EmptyQueues) {
    let longest = "ä".repeat(BODY_LENGTH_MAX / 2);
    let bodies = ["{\"a\":\"\\u0000 <&> \\\" ä 😀\"}\r\n\t", longest.as_str()];
    for (number, body) in bodies.into_iter().enumerate() {
        let key = format!("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{{|}}~{number}");
        let sent = NewMessage {
            deduplication: key.parse().unwrap(),
            group: format!("{key}{}", "x".repeat(QUEUE_KEY_LENGTH_MAX - key.len())).parse().unwrap(),
            body: MessageBody::new(body).unwrap(),
        };

        queues.send(std::slice::from_ref(&sent)).await;

        let delivery = queues.one(LONG).await;
        assert_eq!((&delivery.deduplication, &delivery.group), (&sent.deduplication, &sent.group));
        assert!(delivery.body == sent.body, "the body is as it was sent");
        assert_eq!((delivery.queue, delivery.attempt), (QUEUE, 1));
        assert!(delivery.first_received_at >= delivery.sent_at);
        assert_eq!(queues.complete(&delivery).await, Lease::Held);
    }
}

pub async fn an_empty_queue_delivers_nothing(queues: &EmptyQueues) {
    assert_eq!(queues.received(10, LONG).await, []);
    assert_eq!(queues.queue.receive(QUEUE, 10, LONG, Duration::from_secs(1)).await.unwrap(), []);
    assert_eq!(queues.queue.depth(QUEUE).await.unwrap(), QueueDepth::default());
    assert_eq!(queues.queue.dead(QUEUE, None, 10).await.unwrap(), []);
}

pub async fn who_waits_gets_what_is_sent_meanwhile(queues: &EmptyQueues) {
    let waiting = {
        let queue = queues.queue.clone();
        tokio::spawn(async move { queue.receive(QUEUE, 10, LONG, Duration::from_secs(20)).await })
    };
    tokio::task::yield_now().await;

    queues.send(&[message("a", "group")]).await;

    let received = waiting.await.unwrap().unwrap();
    assert_eq!(received.len(), 1);
}

pub async fn a_name_that_is_sent_again_is_one_message(queues: &EmptyQueues) {
    queues.send(&[message("a", "group"), message("b", "group"), message("a", "group")]).await;
    queues.send(&[message("a", "other"), message("b", "group")]).await;

    let first = queues.one(LONG).await;
    queues.send(&[message("a", "group")]).await;
    assert_eq!(queues.complete(&first).await, Lease::Held);
    queues.send(&[message("a", "group")]).await;
    let second = queues.one(LONG).await;
    assert_eq!(queues.complete(&second).await, Lease::Held);

    assert_eq!((super::name(&first), super::name(&second)), ("a".to_owned(), "b".to_owned()));
    assert_eq!(queues.received(10, LONG).await, [], "a message that was completed is still known by its name");
}

pub async fn of_16_that_send_one_name_there_is_one_message(queues: &EmptyQueues) {
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let queue = queues.queue.clone();
        senders.spawn(async move { queue.send(QUEUE, &[message("a", "group")]).await });
    }

    senders.join_all().await.into_iter().collect::<Result<(), _>>().unwrap();

    let delivery = queues.one(LONG).await;
    assert_eq!(queues.complete(&delivery).await, Lease::Held);
    assert_eq!(queues.received(10, LONG).await, []);
}

pub async fn a_full_queue_takes_nothing_until_there_is_room(queues: &EmptyQueues) {
    let bounded = (queues.with)(QueueLimits { depth_max: 3, ..LIMITS });
    bounded.send(QUEUE, &["a", "b", "c"].map(|name| message(name, name))).await.unwrap();

    let refused = bounded.send(QUEUE, &[message("d", "d")]).await;

    assert!(matches!(refused, Err(SendError::Full(QUEUE))), "got {refused:?}");
    let deliveries = bounded.receive(QUEUE, 10, LONG, AT_ONCE).await.unwrap();
    for delivery in &deliveries {
        assert_eq!(bounded.complete(delivery).await.unwrap(), Lease::Held);
    }
    // An engine may count with a lag.
    let mut tries = 0;
    while let Err(error) = bounded.send(QUEUE, &[message("d", "d")]).await {
        assert!(matches!(error, SendError::Full(QUEUE)) && tries < 50, "got {error:?}");
        tries += 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let received = bounded.receive(QUEUE, 10, LONG, Duration::from_secs(1)).await.unwrap();
    assert_eq!(received.iter().map(super::name).collect::<Vec<_>>(), ["d"], "what was refused was not noted");
}

pub async fn how_full_a_queue_is_is_told(queues: &EmptyQueues) {
    queues.send(&["a", "b", "c", "d", "e"].map(|name| message(name, name))).await;
    let taken = queues.received(3, LONG).await;
    assert_eq!(queues.put_off(&taken[0], LONG).await, PutOff::Later);
    assert_eq!(queues.queue.bury(&taken[1], "hopeless").await.unwrap(), Lease::Held);

    let depth = queues.queue.depth(QUEUE).await.unwrap();

    assert_eq!((depth.ready, depth.in_flight + depth.put_off, depth.dead), (2, 2, 1), "{depth:?}");
    if let Some(oldest) = depth.oldest_sent_at {
        assert_eq!(oldest, taken[0].sent_at);
    }
}
