//! What every [`Outbox`](ecom67_app::port::Outbox) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use ecom67_app::port::{OutboxEntry, QueueName};
use ecom67_domain::order::{CancelReason, OrderEvent};
use ecom67_domain::{OrderId, Version};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::orders::{found, main, order, placed, placing, step, stocked};
use crate::{Stores, noon};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! outbox_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; outbox;
            what_an_order_tells_is_to_be_published_in_its_order
            a_refused_commit_tells_nothing
            what_nobody_is_told_of_does_not_enter_the_outbox
            an_envelope_that_is_published_is_published_for_good
            the_outbox_is_read_page_by_page_to_its_end
            what_is_told_while_others_publish_is_neither_lost_nor_told_before_its_turn
        );
    };
}

/// How often an index that lags is asked again.
const LOOKS_MAX: u32 = 100;

fn entry(number: u128, version: u64) -> OutboxEntry {
    OutboxEntry { order: OrderId::new(number), version: Version(version), queues: vec![QueueName::Notifications] }
}

async fn pending(stores: &Stores) -> Vec<OutboxEntry> {
    stores.outbox.pending(None, 100).await.expect("the outbox answers")
}

/// Waits until the outbox has caught up with this many envelopes.
async fn settled(stores: &Stores, count: usize) -> Vec<OutboxEntry> {
    for _ in 0..LOOKS_MAX {
        let entries = pending(stores).await;
        if entries.len() == count {
            return entries;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{count} envelopes are to be published: {:?}", pending(stores).await);
}

async fn take(stores: &Stores, number: u128, event: OrderEvent) {
    let read = found(stores, OrderId::new(number)).await;
    stores.orders.commit(step(&read, event, noon())).await.expect("nothing stands against the step");
}

pub async fn what_an_order_tells_is_to_be_published_in_its_order(stores: &Stores) {
    stocked(stores, "MUG", main(), 10).await;
    placed(stores, 2).await;
    placed(stores, 1).await;
    take(stores, 2, OrderEvent::Authorised { payment: None }).await;
    take(stores, 2, OrderEvent::Paid).await;

    let entries = settled(stores, 3).await;

    assert_eq!(entries, [entry(1, 1), entry(2, 1), entry(2, 3)], "that money is set aside is told nobody");
}

pub async fn a_refused_commit_tells_nothing(stores: &Stores) {
    stocked(stores, "MUG", main(), 1).await;
    placed(stores, 1).await;

    assert!(stores.orders.commit(placing(&order(2))).await.is_err(), "there is one mug");

    assert_eq!(settled(stores, 1).await, [entry(1, 1)]);
}

pub async fn what_nobody_is_told_of_does_not_enter_the_outbox(stores: &Stores) {
    stocked(stores, "MUG", main(), 10).await;
    placed(stores, 1).await;
    take(stores, 1, OrderEvent::HoldExtended { until: noon() + SignedDuration::from_mins(30) }).await;
    take(stores, 1, OrderEvent::CancellationBegun { reason: CancelReason::Shopper }).await;
    take(stores, 1, OrderEvent::Cancelled { reason: CancelReason::Shopper }).await;

    assert_eq!(settled(stores, 2).await, [entry(1, 1), entry(1, 4)]);
}

pub async fn an_envelope_that_is_published_is_published_for_good(stores: &Stores) {
    stocked(stores, "MUG", main(), 10).await;
    placed(stores, 1).await;
    placed(stores, 2).await;
    take(stores, 1, OrderEvent::Paid).await;
    settled(stores, 3).await;
    let first = [(OrderId::new(1), Version(1)), (OrderId::new(2), Version(1))];

    stores.outbox.mark_published(&first).await.unwrap();
    stores.outbox.mark_published(&first).await.unwrap();
    stores.outbox.mark_published(&[(OrderId::new(3), Version(1))]).await.unwrap();

    assert_eq!(settled(stores, 1).await, [entry(1, 2)]);
    let envelopes = stores.orders.events(OrderId::new(1)).await.unwrap();
    assert_eq!(envelopes.len(), 2, "what happened is not forgotten for having been told");
    assert!(stores.orders.events(OrderId::new(3)).await.unwrap().is_empty(), "nothing was made by being marked");
}

pub async fn the_outbox_is_read_page_by_page_to_its_end(stores: &Stores) {
    stocked(stores, "MUG", main(), 10).await;
    for number in 1..=4 {
        placed(stores, number).await;
    }
    take(stores, 2, OrderEvent::Paid).await;
    settled(stores, 5).await;

    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = stores.outbox.pending(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = Some((last.order, last.version));
        entries.extend(page);
    }

    assert_eq!(entries, [entry(1, 1), entry(2, 1), entry(2, 2), entry(3, 1), entry(4, 1)]);
}

pub async fn what_is_told_while_others_publish_is_neither_lost_nor_told_before_its_turn(stores: &Stores) {
    const ORDERS: u128 = 8;
    stocked(stores, "MUG", main(), 100).await;
    let mut shoppers = JoinSet::new();
    for number in 1..=ORDERS {
        let stores = stores.clone();
        shoppers.spawn(async move {
            placed(&stores, number).await;
            take(&stores, number, OrderEvent::Authorised { payment: None }).await;
            take(&stores, number, OrderEvent::Paid).await;
        });
    }
    let expected = usize::try_from(ORDERS).unwrap() * 2;

    let mut published: Vec<(OrderId, Version)> = Vec::new();
    for _ in 0..LOOKS_MAX {
        let page = stores.outbox.pending(None, 5).await.unwrap();
        let page: Vec<_> = page.into_iter().map(|entry| (entry.order, entry.version)).collect();
        stores.outbox.mark_published(&page).await.unwrap();
        published.extend(page);
        if published.len() >= expected {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }

    shoppers.join_all().await;
    for number in 1..=ORDERS {
        let versions: Vec<_> = published
            .iter()
            .filter(|(order, _)| *order == OrderId::new(number))
            .map(|(_, version)| version.0)
            .collect();
        assert_eq!(versions, [1, 3], "order {number}");
    }
    assert_eq!(pending(stores).await, []);
}
