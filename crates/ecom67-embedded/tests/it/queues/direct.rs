//! What commits of orders send to the queues in their own file, with no relay.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ecom67_app::port::{
    GiftCardIssue, GiftCardStore as _, GiftCardWrite, Lease, OrderCommit, OrderCommitError, OrderStore, Outbox as _,
    QUEUE_BATCH_MAX, Queue, QueueLimits, SendError,
};
use ecom67_app::relay::RelayError;
use ecom67_domain::gift_card::{GiftCard, GiftCardCode, GiftCardMove};
use ecom67_domain::order::OrderEvent;
use ecom67_domain::{GiftCardId, Money, OrderId};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::SqliteQueue;
use ecom67_testkit::orders::{order, placing, step};
use ecom67_testkit::queue::{LIMITS, QUEUE};
use ecom67_testkit::{MovableClock, Random, noon, paid_with};

use super::LEASE;
use super::relay::{buy, each_twice, handle_all, killed_again_and_again, relay, sell_until_killed, stocked};
use crate::child::folder_of_child;
use crate::shop::{TempShop, assert_whole, open};

/// Queues that commits send to themselves.
fn direct(database: &Database, limits: QueueLimits) -> Arc<dyn Queue> {
    let queue = SqliteQueue::new(database, Arc::new(MovableClock::default()), limits);
    queue.take_from_commits();
    Arc::new(queue)
}

async fn pays(database: &Database, number: u128) {
    let read = database.find(OrderId::new(number)).await.unwrap().unwrap();
    database.commit(step(&read, OrderEvent::Paid, noon())).await.unwrap();
}

#[tokio::test]
async fn what_an_order_tells_is_sent_when_its_commit_is_answered() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = direct(&shop.database, LIMITS);

    buy(&shop.database, 1).await;

    assert!(shop.database.pending(None, 100).await.unwrap().is_empty());
    assert_eq!(queue.depth(QUEUE).await.unwrap().ready, 2);
    assert_eq!(handle_all(&*queue).await, each_twice([1]));
    assert_whole(&shop.database).await;
}

#[tokio::test]
async fn a_commit_that_is_refused_sends_nothing() {
    let shop = TempShop::open();
    let queue = direct(&shop.database, LIMITS);

    shop.database.commit(placing(&order(1))).await.expect_err("there is nothing in stock");

    assert_eq!(queue.depth(QUEUE).await.unwrap().ready, 0);
}

#[tokio::test]
async fn a_commit_that_fails_after_it_has_told_of_itself_sends_nothing() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = direct(&shop.database, LIMITS);
    let card = a_gift_card(&shop.database).await;
    let order = paid_with(order(1), &[(card, 100)]);
    let spent = GiftCardMove::Spent(order.id).place();
    let beside = shop.beside();
    // The ledger's entries are written last.
    beside
        .execute(
            "INSERT INTO gift_card_entries (card, place, amount, at, actor) VALUES (?1, ?2, 0, 0, 'test')",
            (card.number().to_be_bytes(), &spent),
        )
        .unwrap();
    let commit = || OrderCommit { gift_cards: GiftCardWrite::Spend, ..placing(&order) };
    let kept = || {
        let counted = "SELECT coalesce(sum(messages), 0) + (SELECT count(*) FROM queue_messages) FROM queue_counts";
        beside.query_row::<u64, _, _>(counted, (), |row| row.get(0)).unwrap()
    };

    let failed = shop.database.commit(commit()).await.expect_err("the card has paid for it already");

    assert!(matches!(failed, OrderCommitError::Store(_)), "{failed:?}");
    assert_eq!((queue.depth(QUEUE).await.unwrap().ready, kept()), (0, 0));
    assert_eq!(shop.database.pending(None, 100).await.unwrap(), []);

    beside.execute("DELETE FROM gift_card_entries WHERE place = ?1", (&spent,)).unwrap();
    shop.database.commit(commit()).await.unwrap();
    assert_eq!((queue.depth(QUEUE).await.unwrap().ready, kept()), (1, 2), "counted, and there");
    assert_whole(&shop.database).await;
}

/// A card with ten euros.
async fn a_gift_card(database: &Database) -> GiftCardId {
    let code = GiftCardCode::drawn([1; 32]);
    let euros = Money::new(1_000, "EUR".parse().unwrap());
    let card = GiftCard {
        id: GiftCardId::new(1),
        digest: code.digest(&[9; 32]),
        hint: code.hint(),
        issued: euros,
        balance: euros,
        issued_at: noon(),
        expires_at: None,
        returned_at: None,
        blocked_at: None,
        note: None,
    };
    let id = card.id;
    database.issue(GiftCardIssue { card, actor: "test".into() }).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_a_message_is_woken_by_the_commit_that_sends_it() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = direct(&shop.database, LIMITS);
    let mut waits = Vec::new();
    for number in 1..=3 {
        let waiting = {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move { queue.receive(QUEUE, 1, LEASE, Duration::from_secs(20)).await })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;

        shop.database.commit(placing(&order(number))).await.unwrap();

        let committed_at = Instant::now();
        let received = tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap().unwrap();
        waits.push(committed_at.elapsed());
        assert_eq!(received.len(), 1);
    }
    // Whoever is not woken looks by himself, 450 ms later.
    assert!(waits.iter().min() < Some(&Duration::from_millis(300)), "{waits:?}");
}

#[tokio::test]
async fn what_waits_in_the_outbox_gets_through_however_fast_new_orders_come() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = direct(&shop.database, QueueLimits { depth_max: 2 + QUEUE_BATCH_MAX as u64, ..LIMITS });
    let relay = relay(&shop.database, &queue);
    for number in 1..=13 {
        shop.database.commit(placing(&order(number))).await.unwrap();
    }
    let waits = async || {
        let pending = shop.database.pending(None, 100).await.unwrap();
        pending.iter().filter(|entry| entry.order.number() <= 13).count()
    };
    assert!(waits().await > 0, "all of them found room");

    // As soon as one is handled, another comes.
    for number in 14..=40 {
        let handled = queue.receive(QUEUE, 1, LEASE, Duration::ZERO).await.unwrap();
        assert_eq!(queue.complete(&handled[0]).await.unwrap(), Lease::Held);
        shop.database.commit(placing(&order(number))).await.unwrap();
        let published = relay.publish_what_waits().await;
        assert!(matches!(published, Ok(_) | Err(RelayError::Send(SendError::Full(QUEUE)))), "{published:?}");
    }

    assert_eq!(waits().await, 0);
    assert_whole(&shop.database).await;
}

#[tokio::test]
async fn what_a_full_queue_does_not_take_waits_in_the_outbox_and_so_does_what_the_same_order_tells_later() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    let queue = direct(&shop.database, QueueLimits { depth_max: 1 + QUEUE_BATCH_MAX as u64, ..LIMITS });
    for number in 1..=2 {
        shop.database.commit(placing(&order(number))).await.unwrap();
    }
    assert_eq!(shop.database.pending(None, 100).await.unwrap().len(), 1);

    // Now there is room, and yet the second order's first envelope comes first.
    assert_eq!(handle_all(&*queue).await.len(), 1);
    pays(&shop.database, 2).await;

    assert_eq!(queue.depth(QUEUE).await.unwrap().ready, 0);
    let pending = shop.database.pending(None, 100).await.unwrap();
    let waiting: Vec<_> = pending.iter().map(|entry| (entry.order.number(), entry.version.0)).collect();
    assert_eq!(waiting, [(2, 1), (2, 2)]);
}

#[tokio::test]
async fn what_an_older_release_left_in_the_outbox_is_told_before_what_follows_it() {
    let shop = TempShop::open();
    stocked(&shop.database).await;
    shop.database.commit(placing(&order(1))).await.unwrap();
    let folder = shop.close();
    let database = open(folder.path());
    let queue = direct(&database, LIMITS);

    pays(&database, 1).await;
    buy(&database, 2).await;

    assert_eq!(database.pending(None, 100).await.unwrap().len(), 2, "of the first order");
    assert_eq!(relay(&database, &queue).publish_what_waits().await.unwrap(), 2);
    let told = handle_all(&*queue).await;
    assert_eq!((&told[&1], &told[&2]), (&vec![1, 2], &vec![1, 3]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_killed_while_its_commits_send_tells_of_every_order_once_and_in_order() {
    killed_again_and_again("queues::direct::child_that_sells_until_it_is_killed", Random::seeded(7)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test in a process of its own, and killed there"]
async fn child_that_sells_until_it_is_killed() {
    let Some(folder) = folder_of_child() else { return };
    let direct = |database: &Database| {
        drop(direct(database, QueueLimits::default()));
        Arc::new(database.clone()) as Arc<dyn OrderStore>
    };
    sell_until_killed(&folder, direct).await;
}
