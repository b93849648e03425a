//! The provider's money beside the shop's orders: each difference that there may be, planted and found.

mod compared;

use axum::body::Body;
use ecom67_app::Clock;
use ecom67_app::port::{
    GiftCardWrite, MeterWrite, NewPayment, NewRefund, OperationKey, OrderCommit, OrderStore, OrderWrite, PaymentStatus,
    StockWrite,
};
use ecom67_app::reconciliation::{Finding, FindingOutcome, Reconciliation, ReconciliationReport};
use ecom67_domain::order::{CancelReason, OrderEvent, PaymentId, RETURNS_MAX, RefundState};
use ecom67_domain::{Money, OrderId};
use ecom67_stripe::simulator::{Fault, FaultRule, Operation};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request};
use jiff::SignedDuration;
use serde_json::Value;

use super::given_back::{FAILING_REFUND_CARD, SLOW_REFUND_CARD, capture_by_hand, paid_by, pounds, refunds_there};
use super::{Buyer, GOOD_CARD, all_orders, available, ledger, settled, shop_with, states};
use crate::shop::{RoutedShop, answered};

async fn report(shop: &RoutedShop) -> ReconciliationReport {
    report_of(shop, 30).await
}

/// Of so many days.
async fn report_of(shop: &RoutedShop, days: i64) -> ReconciliationReport {
    let since = shop.clock.now().saturating_sub(SignedDuration::from_hours(24 * days)).unwrap();
    Reconciliation { orders: shop.checkouts.orders.clone() }.run(since).await.expect("both sides answer")
}

/// What is found, in short.
async fn found(shop: &RoutedShop) -> Vec<(&'static str, &'static str)> {
    let short = |finding: &Finding| (finding.kind.as_str(), finding.outcome.as_str());
    report(shop).await.findings.iter().map(short).collect()
}

/// Finds this once, put right, and then nothing more.
async fn is_repaired(shop: &RoutedShop, kind: &'static str) {
    assert_eq!(found(shop).await, [(kind, "repaired")]);
    assert_eq!(found(shop).await, []);
}

/// Finds this again and again, for somebody to look at.
async fn is_raised(shop: &RoutedShop, kind: &'static str) {
    for _ in 0..2 {
        assert_eq!(found(shop).await, [(kind, "raised")]);
    }
}

/// What a release with a bug would have written of the first order.
async fn written(shop: &RoutedShop, events: Vec<OrderEvent>) {
    let id = all_orders(shop).await[0].id;
    for event in events {
        let read = OrderStore::find(&shop.database, id).await.unwrap().unwrap();
        let (mut order, uses) = (read.value.clone(), read.value.uses);
        order.apply(&event, shop.clock.now());
        let is_cancelled = matches!(event, OrderEvent::Cancelled { .. });
        let commit = OrderCommit {
            order,
            write: OrderWrite::Move { read_at: read.version },
            events: vec![event],
            cart: None,
            stock: if is_cancelled { StockWrite::Release } else { StockWrite::Keep },
            meters: if is_cancelled { MeterWrite::Return(uses) } else { MeterWrite::Keep },
            gift_cards: GiftCardWrite::Keep,
            at: shop.clock.now(),
        };
        OrderStore::commit(&shop.database, commit).await.unwrap();
    }
}

async fn ordered(shop: &RoutedShop) -> (Buyer<'_>, Value, OrderId) {
    let ann = Buyer::with_mugs(shop, "ann", 1).await;
    let order = ann.orders().await;
    let id = all_orders(shop).await[0].id;
    (ann, order, id)
}

async fn made_for(shop: &RoutedShop, order: OrderId, amount: Money) -> PaymentId {
    let key = OperationKey::new(order, "by-hand", 9);
    shop.checkouts.orders.provider.create(&NewPayment { order, amount }, &key).await.unwrap().id
}

async fn refunded_by_hand(shop: &RoutedShop, order: OrderId, number: u32, pence: i64) {
    let payment = ledger(shop).await.remove(0).id;
    let refund = NewRefund { payment, order, number, amount: pounds(pence) };
    let key = OperationKey::new(order, "by-hand", 3);
    shop.checkouts.orders.provider.refund(&refund, &key).await.unwrap();
}

/// A refund of 5.00 that has not arrived at the provider.
async fn refund_under_way(shop: &RoutedShop, id: OrderId) {
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::FailedForNow, 9)).unwrap();
    shop.checkouts.orders.refund(id, pounds(500)).await.unwrap();
    shop.simulator.clear_faults();
}

/// Asks the simulator as whoever has the secret key.
async fn by_secret_key(shop: &RoutedShop, path: &str, form: &str) {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(AUTHORIZATION, "Bearer sk_test_shop")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form.to_owned()));
    let answer = answered(shop.simulator.router(), request.expect("it is a request")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_shop_in_order_has_nothing_to_be_looked_at() {
    let shop = shop_with(5).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    shop.checkouts.orders.refund(order.id, pounds(500)).await.unwrap();
    Buyer::with_mugs(&shop, "ben", 1).await.orders().await;
    let eve = Buyer::with_mugs(&shop, "eve", 1).await;
    let taken_back = eve.orders().await;
    eve.order(Method::POST, &taken_back, "/cancellation").await;

    let report = report(&shop).await;

    assert_eq!((report.payments, report.orders, report.foreign), (3, 3, 0));
    assert_eq!((report.findings, report.is_whole), (vec![], true));
}

#[tokio::test]
async fn payments_of_somebody_else_on_the_same_account_are_counted_and_left_alone() {
    let shop = shop_with(1).await;
    by_secret_key(&shop, "/v1/payment_intents", "amount=1000&currency=gbp&metadata[order_id]=1234").await;
    by_secret_key(&shop, "/v1/payment_intents", "amount=1000&currency=gbp").await;

    let report = report(&shop).await;

    assert_eq!((report.payments, report.foreign, report.findings), (2, 2, vec![]));
}

#[tokio::test]
async fn a_payment_of_an_order_that_is_not_there_is_raised() {
    let shop = shop_with(1).await;
    made_for(&shop, OrderId::new(77), pounds(500)).await;

    is_raised(&shop, "payment_without_order").await;
    assert_eq!(report(&shop).await.findings[0].order, OrderId::new(77));
}

#[tokio::test]
async fn money_that_nobody_has_told_the_shop_of_makes_the_order_go_on() {
    let shop = shop_with(1).await;
    let (ann, order, _) = ordered(&shop).await;
    ann.confirms(&order, GOOD_CARD).await;
    is_repaired(&shop, "authorised_untold").await;
    settled(&shop).await;
    assert_eq!(states(&all_orders(&shop).await), ["paid"]);

    let shop = shop_with(1).await;
    let (ann, order, _) = ordered(&shop).await;
    ann.confirms(&order, GOOD_CARD).await;
    capture_by_hand(&shop).await;
    is_repaired(&shop, "captured_untold").await;
    assert_eq!(states(&all_orders(&shop).await), ["paid"]);
}

#[tokio::test]
async fn an_order_whose_payment_is_void_is_cancelled_and_one_that_is_paid_without_is_raised() {
    let shop = shop_with(1).await;
    let (ann, order, id) = ordered(&shop).await;
    ann.pays(&order).await;
    let payment = ledger(&shop).await.remove(0).id;
    shop.checkouts.orders.provider.cancel(&payment, &OperationKey::new(id, "by-hand", 1)).await.unwrap();
    is_repaired(&shop, "not_captured").await;
    assert_eq!((states(&all_orders(&shop).await)[0], available(&shop, "MUG").await), ("cancelled", 1));

    let shop = shop_with(1).await;
    let (ann, order, _) = ordered(&shop).await;
    ann.pays(&order).await;
    written(&shop, vec![OrderEvent::Paid]).await;
    is_raised(&shop, "not_captured").await;
}

#[tokio::test]
async fn another_amount_than_the_orders_is_raised() {
    let shop = shop_with(1).await;
    let (ann, order, _) = ordered(&shop).await;
    ann.confirms(&order, GOOD_CARD).await;
    let payment = ledger(&shop).await.remove(0).id;
    by_secret_key(&shop, &format!("/v1/payment_intents/{payment}/capture"), "amount_to_capture=100").await;

    is_raised(&shop, "other_amount").await;
}

#[tokio::test]
async fn what_was_captured_for_a_cancelled_order_is_given_back() {
    let shop = shop_with(1).await;
    let (ann, order, _) = ordered(&shop).await;
    ann.confirms(&order, GOOD_CARD).await;
    let reason = CancelReason::Staff;
    written(&shop, vec![OrderEvent::CancellationBegun { reason }, OrderEvent::Cancelled { reason }]).await;
    capture_by_hand(&shop).await;

    is_repaired(&shop, "captured_for_cancelled").await;

    let stored = all_orders(&shop).await.remove(0);
    assert_eq!((stored.refunds[0].state, stored.refunds[0].amount), (RefundState::Succeeded, pounds(1_940)));
    assert_eq!(ledger(&shop).await[0].refunded, pounds(1_940));
}

#[tokio::test]
async fn what_is_owed_of_a_cancelled_order_is_under_way_until_nobody_offers_it_any_more() {
    let shop = shop_with(1).await;
    let (ann, order, id) = ordered(&shop).await;
    ann.confirms(&order, FAILING_REFUND_CARD).await;
    capture_by_hand(&shop).await;
    shop.checkouts.orders.cancel(id, CancelReason::Staff).await.unwrap();
    shop.simulator.settle_refunds().await.unwrap();
    assert_eq!(
        found(&shop).await,
        [("captured_for_cancelled", "under_way"), ("refund_came_back", "repaired")],
        "the one follows from the other"
    );

    for number in 2..=RETURNS_MAX {
        assert_eq!(found(&shop).await, [("captured_for_cancelled", "under_way")]);
        shop.clock.forward(SignedDuration::from_hours(24));
        settled(&shop).await;
        shop.simulator.settle_refunds().await.unwrap();
        let outcome = if number < RETURNS_MAX { "repaired" } else { "raised" };
        assert_eq!(found(&shop).await.last(), Some(&("refund_came_back", outcome)));
    }

    settled(&shop).await;
    assert!(all_orders(&shop).await[0].task.is_stuck());
    is_raised(&shop, "captured_for_cancelled").await;
}

#[tokio::test]
async fn a_payment_that_can_still_be_confirmed_for_a_cancelled_order_is_void() {
    let shop = shop_with(1).await;
    let (_, _, _) = ordered(&shop).await;
    let reason = CancelReason::Staff;
    written(&shop, vec![OrderEvent::CancellationBegun { reason }, OrderEvent::Cancelled { reason }]).await;

    is_repaired(&shop, "open_for_cancelled").await;

    assert_eq!(ledger(&shop).await[0].status, PaymentStatus::Cancelled);
}

#[tokio::test]
async fn a_second_payment_of_an_order_is_raised_whether_the_order_knows_one_or_not() {
    let shop = shop_with(2).await;
    let (_, _, id) = ordered(&shop).await;
    made_for(&shop, id, pounds(1_940)).await;
    is_raised(&shop, "second_payment").await;

    let shop = shop_with(2).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    let second = made_for(&shop, order.id, pounds(1_940)).await;
    is_raised(&shop, "second_payment").await;
    assert_eq!(report(&shop).await.findings[0].payment, Some(second));
}

#[tokio::test]
async fn an_order_whose_payment_the_provider_does_not_know_is_raised() {
    let shop = shop_with(1).await;
    shop.simulator.add_fault(FaultRule::next(Operation::Create, Fault::FailedForNow, 99)).unwrap();
    ordered(&shop).await;
    shop.simulator.clear_faults();
    assert_eq!((ledger(&shop).await.len(), found(&shop).await), (0, vec![]), "it has none yet");
    let payment = Some("pi_sim00000000000000aa".parse().unwrap());

    written(&shop, vec![OrderEvent::Authorised { payment }, OrderEvent::Paid]).await;

    is_raised(&shop, "payment_missing").await;
}

#[tokio::test]
async fn a_refund_that_the_order_does_not_know_is_raised() {
    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    refunded_by_hand(&shop, order.id, 77, 100).await;

    is_raised(&shop, "refund_unknown").await;
    assert_eq!(report(&shop).await.findings[0].refund, Some(refunds_there(&shop).await[0].id.clone()));
}

#[tokio::test]
async fn a_refund_of_which_nobody_has_told_is_noted_as_what_it_has_become() {
    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, SLOW_REFUND_CARD).await;
    shop.checkouts.orders.refund(order.id, pounds(500)).await.unwrap();
    assert_eq!(found(&shop).await, [], "it is on its way, and both say so");
    shop.simulator.settle_refunds().await.unwrap();
    is_repaired(&shop, "refund_untold").await;
    assert_eq!(all_orders(&shop).await[0].refunds[0].state, RefundState::Succeeded);

    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, FAILING_REFUND_CARD).await;
    shop.checkouts.orders.refund(order.id, pounds(500)).await.unwrap();
    shop.simulator.settle_refunds().await.unwrap();
    assert_eq!(found(&shop).await, [("refund_came_back", "raised")], "the money is here again, and nobody sends it");
    assert_eq!(found(&shop).await, []);
    assert_eq!(all_orders(&shop).await[0].refundable(), pounds(1_940));
}

#[tokio::test]
async fn a_refund_that_cannot_be_asked_about_now_is_under_way() {
    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, SLOW_REFUND_CARD).await;
    shop.checkouts.orders.refund(order.id, pounds(500)).await.unwrap();
    shop.simulator.settle_refunds().await.unwrap();
    shop.simulator.add_fault(FaultRule::next(Operation::RetrieveRefund, Fault::FailedForNow, 4)).unwrap();

    assert_eq!(found(&shop).await, [("refund_untold", "under_way")]);
}

#[tokio::test]
async fn a_refund_that_was_taken_for_failed_and_was_made_is_noted_unless_it_was_asked_for_again() {
    let failed = || OrderEvent::RefundSettled { number: 1, state: RefundState::Failed, provider_id: None };
    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    refund_under_way(&shop, order.id).await;
    written(&shop, vec![failed()]).await;
    refunded_by_hand(&shop, order.id, 1, 500).await;
    is_repaired(&shop, "refund_made").await;
    assert_eq!(all_orders(&shop).await[0].refundable(), pounds(1_440));

    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    refund_under_way(&shop, order.id).await;
    written(&shop, vec![failed()]).await;
    shop.checkouts.orders.refund(order.id, pounds(1_600)).await.unwrap();
    refunded_by_hand(&shop, order.id, 1, 340).await;
    assert_eq!(found(&shop).await, [("refund_other_amount", "raised")]);

    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    refund_under_way(&shop, order.id).await;
    written(&shop, vec![failed()]).await;
    shop.checkouts.orders.refund(order.id, pounds(500)).await.unwrap();
    refunded_by_hand(&shop, order.id, 1, 500).await;
    assert_eq!(found(&shop).await, [("refund_made", "raised")], "500 were to go back, and a thousand do");
    assert_eq!(all_orders(&shop).await[0].refundable(), pounds(940));
}

#[tokio::test]
async fn a_refund_of_another_amount_and_one_that_is_not_there_are_raised() {
    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    refund_under_way(&shop, order.id).await;
    refunded_by_hand(&shop, order.id, 1, 400).await;
    is_raised(&shop, "refund_other_amount").await;

    let shop = shop_with(1).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    refund_under_way(&shop, order.id).await;
    let provider_id = Some("re_sim00000000000000aa0000".parse().unwrap());
    written(&shop, vec![OrderEvent::RefundSettled { number: 1, state: RefundState::Succeeded, provider_id }]).await;
    is_raised(&shop, "refund_missing").await;
}

#[tokio::test]
async fn what_was_made_before_the_beginning_is_not_looked_at() {
    let shop = shop_with(1).await;
    made_for(&shop, OrderId::new(77), pounds(500)).await;
    shop.clock.forward(SignedDuration::from_hours(80));

    let report = report_of(&shop, 3).await;

    assert_eq!((report.payments, report.findings), (0, vec![]));
}

#[tokio::test]
async fn more_payments_than_one_page_are_all_looked_at() {
    let shop = shop_with(1).await;
    let provider = &shop.checkouts.orders.provider;
    for number in 1..=205 {
        let (order, amount) = (OrderId::new(number), pounds(500));
        provider.create(&NewPayment { order, amount }, &OperationKey::new(order, "by-hand", 1)).await.unwrap();
    }

    let report = report(&shop).await;

    assert_eq!((report.payments, report.raised(), report.is_whole), (205, 205, true));
    assert!(report.findings.iter().all(|finding| finding.outcome == FindingOutcome::Raised));
}
