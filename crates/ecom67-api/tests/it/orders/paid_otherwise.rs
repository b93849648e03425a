//! Money that the provider cannot give back, and that the shop pays another way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ecom67_app::mails::owed;
use ecom67_app::orders::OrderError;
use ecom67_app::port::{NewRefund, OperationKey, OrderStore};
use ecom67_app::reconciliation::{FindingOutcome, Reconciliation};
use ecom67_domain::order::{OrderRefusal, RETURN_AGAIN_AFTER, RefundState, SettlementNote, Task};
use ecom67_domain::{Order, OrderId};
use hyper::Method;
use jiff::{SignedDuration, Timestamp};

use super::given_back::{charged_in_vain, pounds};
use super::troubled::{Line, Trouble, TroubledProvider};
use super::workflow::{placed, troubled_shop};
use super::{GOOD_CARD, all_orders, changed_shop_with, ledger, settled};
use crate::shop::RoutedShop;

fn note() -> SettlementNote {
    "transfer 2026-0417".parse().expect("a note")
}

/// What differs between both sides, and what is done about it.
async fn differences(shop: &RoutedShop) -> Vec<(&'static str, FindingOutcome)> {
    let reconciliation = Reconciliation { orders: shop.checkouts.orders.clone() };
    let report = reconciliation.run(Timestamp::UNIX_EPOCH).await.expect("both sides answer");
    report.findings.iter().map(|finding| (finding.kind.as_str(), finding.outcome)).collect()
}

async fn settle(shop: &RoutedShop, id: OrderId, number: u32) -> Result<Order, OrderError> {
    shop.checkouts.orders.settle_otherwise(id, number, &note()).await.map(|order| order.value)
}

fn is_not_stuck(result: &Result<Order, OrderError>) -> bool {
    matches!(result, Err(OrderError::Refused(OrderRefusal::RefundNotStuck { .. })))
}

#[tokio::test]
async fn a_refund_that_is_stuck_ends_when_the_shop_has_paid_it_another_way() {
    let (shop, line) = troubled_shop().await;
    let orders = &shop.checkouts.orders;
    let (ann, order, id) = placed(&shop, "ann").await;
    ann.pays(&order).await;
    settled(&shop).await;
    line.breaks(Trouble::LostBefore, u32::MAX);
    orders.refund(id, pounds(500)).await.expect("it is paid");
    assert!(is_not_stuck(&settle(&shop, id, 1).await), "it is tried by itself");
    while !all_orders(&shop).await[0].task.is_stuck() {
        settled(&shop).await;
        shop.clock.forward(SignedDuration::from_mins(10));
    }

    let after = settle(&shop, id, 1).await.expect("it is stuck");

    line.is_mended();
    assert_eq!((after.refunds[0].state, after.task.clone()), (RefundState::PaidOtherwise, Task::NONE));
    assert_eq!(after.refundable(), pounds(1_440));
    assert_eq!(settle(&shop, id, 1).await.expect("the same again"), after, "once");
    assert!(matches!(settle(&shop, id, 2).await, Err(OrderError::Refused(OrderRefusal::NoSuchRefund { number: 2 }))));
    settled(&shop).await;
    assert_eq!(ledger(&shop).await[0].refunded.minor(), 0, "nobody asks for it any more");
    assert_eq!(differences(&shop).await, []);
    let shown = ann.order(Method::GET, &order, "").await.json();
    assert_eq!(
        (&shown["refunded"], &shown["refunded_otherwise"], &shown["refunding"]),
        (&500.into(), &500.into(), &0.into())
    );
    let envelopes = OrderStore::events(&shop.database, id).await.expect("the store answers");
    assert_eq!(
        owed(&envelopes.last().expect("it happened").events),
        [],
        "no mail says that it went back by the provider"
    );
    let events = envelopes.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    assert_eq!(Order::replay(events), Some(after), "it is what its events tell");

    // The provider has made it after all.
    let refund = NewRefund { payment: ledger(&shop).await.remove(0).id, order: id, number: 1, amount: pounds(500) };
    orders.provider.refund(&refund, &OperationKey::new(id, "by-hand", 1)).await.expect("it can be made");
    for _ in 0..2 {
        assert_eq!(differences(&shop).await, [("refund_made", FindingOutcome::Raised)], "it is paid twice");
    }
}

#[tokio::test]
async fn of_what_is_owed_for_a_cancelled_order_only_the_rest_is_offered_once_a_part_was_paid_another_way() {
    let keeps_money = Arc::new(AtomicBool::new(true));
    let shop = changed_shop_with(5, |checkouts| {
        let (inner, keeps_money) = (Arc::clone(&checkouts.orders.provider), Arc::clone(&keeps_money));
        checkouts.orders.provider = Arc::new(TroubledProvider { inner, line: Line::default(), keeps_money });
    })
    .await;
    let orders = &shop.checkouts.orders;
    let (_, _) = charged_in_vain(&shop, GOOD_CARD).await;
    let id = all_orders(&shop).await[0].id;
    settled(&shop).await;
    orders.refund(id, pounds(940)).await.expect("it is owed");
    settled(&shop).await;

    let after = settle(&shop, id, 2).await.expect("it was refused");

    assert_eq!(after.refundable(), pounds(1_000));
    keeps_money.store(false, Ordering::Relaxed);
    shop.clock.forward(RETURN_AGAIN_AFTER);
    settled(&shop).await;
    assert_eq!(ledger(&shop).await[0].refunded.minor(), 1_000, "and not all of it once more");
    assert_eq!(all_orders(&shop).await[0].task, Task::NONE);
    assert_eq!(differences(&shop).await, []);
    assert!(is_not_stuck(&settle(&shop, id, 1).await), "the first was of all that was owed, which is paid");
    assert!(is_not_stuck(&settle(&shop, id, 3).await), "the third has arrived");
}
