//! What goes back, whatever is lost on the way, and what becomes of it later.

use axum::body::Body;
use ecom67_app::Clock;
use ecom67_app::port::{NewRefund, OperationKey, OrderStore, ProviderRefund};
use ecom67_domain::order::{CancelReason, RETURN_AGAIN_AFTER, RETURNS_MAX, RefundState};
use ecom67_domain::{Money, Order, OrderId};
use ecom67_stripe::sign;
use ecom67_stripe::simulator::{Fault, FaultRule, Operation};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Method, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Buyer, GOOD_CARD, all_orders, available, ledger, settled, shop_with, states};
use crate::shop::{RoutedShop, answered, webhook_secret};

/// Its refunds are on their way, and arrive some time later.
pub(super) const SLOW_REFUND_CARD: &str = "4000000000007726";
/// Its refunds arrive, and come back some time later.
pub(super) const FAILING_REFUND_CARD: &str = "4000000000005126";

pub(super) fn pounds(pence: i64) -> Money {
    Money::new(pence, "GBP".parse().unwrap())
}

/// Somebody takes at the provider, by hand, what was set aside.
pub(super) async fn capture_by_hand(shop: &RoutedShop) {
    let payment = ledger(shop).await.remove(0);
    let key = OperationKey::new(OrderId::new(1), "by-hand", 1);
    shop.checkouts.orders.provider.capture(&payment.id, &key).await.unwrap();
}

/// All refunds of the first payment, the oldest first.
pub(super) async fn refunds_there(shop: &RoutedShop) -> Vec<ProviderRefund> {
    let payment = ledger(shop).await.remove(0).id;
    let mut refunds = shop.checkouts.orders.provider.refunds(&payment).await.unwrap();
    refunds.reverse();
    refunds
}

/// An order that was paid with the card, and captured.
pub(super) async fn paid_by<'shop>(shop: &'shop RoutedShop, card: &str) -> (Buyer<'shop>, Value, Order) {
    let ann = Buyer::with_mugs(shop, "ann", 1).await;
    let order = ann.orders().await;
    assert_eq!(ann.confirms(&order, card).await.status, 200);
    ann.order(Method::POST, &order, "/payment").await;
    settled(shop).await;
    let stored = all_orders(shop).await.remove(0);
    assert_eq!(stored.state.as_str(), "paid");
    (ann, order, stored)
}

/// An order that is cancelled although its payment has been captured.
pub(super) async fn charged_in_vain<'shop>(shop: &'shop RoutedShop, card: &str) -> (Buyer<'shop>, Value) {
    let ann = Buyer::with_mugs(shop, "ann", 1).await;
    let order = ann.orders().await;
    assert_eq!(ann.confirms(&order, card).await.status, 200);
    capture_by_hand(shop).await;
    let id = all_orders(shop).await[0].id;
    shop.checkouts.orders.cancel(id, CancelReason::Shopper).await.unwrap();
    (ann, order)
}

async fn time_passes(shop: &RoutedShop) {
    for _ in 0..6 {
        shop.clock.forward(SignedDuration::from_mins(11));
        settled(shop).await;
    }
}

/// The provider tells something of a refund, and signs it.
async fn tell(shop: &RoutedShop, kind: &str, refund: &ProviderRefund) {
    let payment = ledger(shop).await.remove(0).id.to_string();
    let object = json!({"id": refund.id.to_string(), "object": "refund", "payment_intent": payment});
    let event = json!({"id": "evt_1", "object": "event", "type": kind, "data": {"object": object}}).to_string();
    let signature = sign(event.as_bytes(), &webhook_secret(), shop.clock.now());
    let request = Request::builder().method(Method::POST).uri("/api/webhooks/payments");
    let request = request.header("stripe-signature", signature).body(Body::from(event));
    let told = answered(shop.router.clone(), request.expect("it is a request")).await;
    assert_eq!(told.status, 200, "{told:?}");
}

/// Whether the order is what its events tell.
async fn assert_told(shop: &RoutedShop) {
    let order = all_orders(shop).await.remove(0);
    let envelopes = OrderStore::events(&shop.database, order.id).await.unwrap();
    let events = envelopes.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    let replayed = Order::replay(events).expect("the first event places it");
    assert_eq!(Order { task: order.task.clone(), ..replayed }, order);
}

#[tokio::test]
async fn money_that_was_taken_for_a_cancelled_order_goes_back_once_and_is_told() {
    for fault in [
        None,
        Some(Fault::FailedAfter),
        Some(Fault::FailedBefore),
        Some(Fault::AnswerLost),
        Some(Fault::Silent { milliseconds: 1 }),
        Some(Fault::FailedForNow),
    ] {
        let shop = shop_with(1).await;
        if let Some(fault) = fault {
            let calls = if matches!(fault, Fault::AnswerLost | Fault::Silent { .. }) { 9 } else { 1 };
            shop.simulator.add_fault(FaultRule::next(Operation::Refund, fault, calls)).unwrap();
        }

        let (ann, order) = charged_in_vain(&shop, GOOD_CARD).await;
        shop.simulator.clear_faults();
        time_passes(&shop).await;

        let read = ann.order(Method::GET, &order, "").await.json();
        let told = (&read["state"], &read["refunded"], &read["refunding"]);
        assert_eq!(told, (&json!("cancelled"), &json!(1_940), &json!(0)), "{fault:?}");
        let payment = ledger(&shop).await.remove(0);
        assert_eq!((payment.captured, payment.refunded), (pounds(1_940), pounds(1_940)), "{fault:?}");
        assert_eq!(refunds_there(&shop).await.len(), 1, "{fault:?}");
        assert_eq!(available(&shop, "MUG").await, 1, "{fault:?}");
        let stored = all_orders(&shop).await.remove(0);
        assert_eq!(stored.refunds[0].provider_id, Some(refunds_there(&shop).await[0].id.clone()), "{fault:?}");
        assert_eq!(stored.payment, Some(payment.id), "it says whose money it was");
        assert_told(&shop).await;
    }
}

#[tokio::test]
async fn what_goes_back_of_a_cancelled_order_is_reserved_before_it_is_asked_for_and_found_by_its_name_a_day_later() {
    let shop = shop_with(1).await;
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::AnswerLost, 9)).unwrap();

    let (ann, order) = charged_in_vain(&shop, GOOD_CARD).await;

    let stored = all_orders(&shop).await.remove(0);
    assert_eq!((stored.state.as_str(), stored.refunds[0].state), ("cancelling", RefundState::Pending));
    assert_eq!((stored.refunds[0].amount, &stored.refunds[0].provider_id), (pounds(1_940), &None));
    assert_eq!(ann.order(Method::GET, &order, "").await.json()["refunding"], 1_940, "who waits for it sees it");
    assert_eq!(available(&shop, "MUG").await, 0, "nothing is free before the provider has answered");
    // The shop was down for longer than the provider remembers keys.
    shop.simulator.clear_faults();
    shop.clock.forward(SignedDuration::from_hours(30));
    settled(&shop).await;
    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);
    assert_eq!(refunds_there(&shop).await.len(), 1);
    assert_eq!(all_orders(&shop).await[0].refunds[0].state, RefundState::Succeeded);
}

#[tokio::test]
async fn a_capture_that_arrives_after_everybody_had_given_it_up_is_given_back() {
    let shop = shop_with(1).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    shop.simulator.add_fault(FaultRule::next(Operation::Capture, Fault::Declined, 9)).unwrap();
    shop.simulator.add_fault(FaultRule::next(Operation::Cancel, Fault::Locked, 99)).unwrap();
    for _ in 0..6 {
        settled(&shop).await;
        shop.clock.forward(SignedDuration::from_mins(11));
    }
    assert_eq!(states(&all_orders(&shop).await), ["cancelling"]);
    shop.simulator.clear_faults();

    capture_by_hand(&shop).await;
    // The provider is left alone for a moment after so many failures.
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    time_passes(&shop).await;

    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);
    assert_eq!(ledger(&shop).await[0].refunded, pounds(1_940));
    assert_eq!(available(&shop, "MUG").await, 1);
    assert_told(&shop).await;
}

#[tokio::test]
async fn what_a_bank_sends_back_of_a_cancelled_order_is_owed_and_offered_again_a_few_times() {
    let shop = shop_with(1).await;
    let (ann, order) = charged_in_vain(&shop, FAILING_REFUND_CARD).await;
    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);

    for number in 1..=RETURNS_MAX {
        let made = refunds_there(&shop).await;
        assert_eq!(made.len(), number);
        assert_eq!(shop.simulator.settle_refunds().await, Ok(1));
        tell(&shop, "refund.failed", &made[number - 1]).await;
        let read = ann.order(Method::GET, &order, "").await.json();
        assert_eq!((&read["refunded"], &read["refunding"]), (&json!(0), &json!(1_940)));
        settled(&shop).await;
        assert_eq!(refunds_there(&shop).await.len(), number, "not at once");
        shop.clock.forward(RETURN_AGAIN_AFTER);
        settled(&shop).await;
    }

    let stored = all_orders(&shop).await.remove(0);
    assert_eq!((refunds_there(&shop).await.len(), stored.refundable()), (RETURNS_MAX, pounds(1_940)));
    assert!(stored.task.is_stuck(), "somebody has to find another way: {:?}", stored.task);
    assert_eq!(shop.checkouts.orders.count_stuck().await.unwrap(), 1);
    assert_eq!(ann.order(Method::GET, &order, "").await.json()["refunding"], 0, "it is not on its way any more");
    let again = shop.checkouts.orders.refund(stored.id, pounds(1_940)).await.unwrap();
    assert_eq!(again.value.refundable(), pounds(0), "staff may, when they have looked at it");
    assert_told(&shop).await;
}

#[tokio::test]
async fn of_refunds_of_one_amount_each_is_known_by_its_own_name() {
    let shop = shop_with(5).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    let orders = &shop.checkouts.orders;
    // The second is made and lost, the first never arrives before it.
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::FailedBefore, 1)).unwrap();
    orders.refund(order.id, pounds(500)).await.unwrap();
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::FailedAfter, 2)).unwrap();
    orders.refund(order.id, pounds(500)).await.unwrap();
    time_passes(&shop).await;

    let (ours, theirs) = (all_orders(&shop).await.remove(0).refunds, refunds_there(&shop).await);

    assert_eq!((ours.len(), theirs.len()), (2, 2));
    for refund in &ours {
        let found = theirs.iter().find(|found| Some(&found.id) == refund.provider_id.as_ref()).expect("it is there");
        assert_eq!((found.order, found.number), (Some(order.id), Some(refund.number)));
    }
    assert_eq!(ledger(&shop).await[0].refunded, pounds(1_000));
}

#[tokio::test]
async fn a_refund_that_is_on_its_way_is_told_as_that_until_the_provider_says_that_it_has_arrived() {
    let shop = shop_with(5).await;
    let (ann, view, order) = paid_by(&shop, SLOW_REFUND_CARD).await;
    shop.checkouts.orders.refund(order.id, pounds(500)).await.unwrap();
    let read = ann.order(Method::GET, &view, "").await.json();
    assert_eq!((&read["refunded"], &read["refunding"]), (&json!(0), &json!(500)));

    tell(&shop, "refund.updated", &refunds_there(&shop).await[0]).await;
    assert_eq!(all_orders(&shop).await[0].refunds[0].state, RefundState::Pending, "it says so, and it has not");
    shop.simulator.settle_refunds().await.unwrap();
    tell(&shop, "charge.refund.updated", &refunds_there(&shop).await[0]).await;

    let read = ann.order(Method::GET, &view, "").await.json();
    assert_eq!((&read["refunded"], &read["refunding"]), (&json!(500), &json!(0)));
}

#[tokio::test]
async fn what_a_bank_sends_back_of_a_paid_order_can_be_given_back_again() {
    let shop = shop_with(5).await;
    let (ann, view, order) = paid_by(&shop, FAILING_REFUND_CARD).await;
    let refunded = shop.checkouts.orders.refund(order.id, pounds(1_940)).await.unwrap();
    assert_eq!(refunded.value.refunds[0].state, RefundState::Succeeded);
    shop.simulator.settle_refunds().await.unwrap();

    for kind in ["refund.failed", "refund.updated", "charge.refund.updated"] {
        tell(&shop, kind, &refunds_there(&shop).await[0]).await;
    }

    let stored = all_orders(&shop).await.remove(0);
    assert_eq!((stored.refunds[0].state, stored.refundable()), (RefundState::Failed, pounds(1_940)));
    assert_eq!(ann.order(Method::GET, &view, "").await.json()["refunded"], 0);
    assert_eq!(stored.task.due_at, None, "whoever looks at it decides");
    let again = shop.checkouts.orders.refund(order.id, pounds(1_940)).await.unwrap();
    assert_eq!(again.value.refunds[1].state, RefundState::Succeeded);
    assert_told(&shop).await;
}

#[tokio::test]
async fn what_the_provider_tells_of_somebody_elses_refund_changes_nothing() {
    let shop = shop_with(5).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    let payment = ledger(&shop).await.remove(0).id;
    let by_hand = NewRefund { payment, order: order.id, number: 77, amount: pounds(100) };
    let key = OperationKey::new(order.id, "by-hand", 2);
    let made = shop.checkouts.orders.provider.refund(&by_hand, &key).await.unwrap();

    tell(&shop, "refund.updated", &made).await;
    let unknown = ProviderRefund { id: "re_sim00000000000000000009".parse().unwrap(), ..made };
    tell(&shop, "refund.failed", &unknown).await;

    assert_eq!(all_orders(&shop).await[0].refunds, []);
}

#[tokio::test]
async fn a_refund_that_an_earlier_release_has_asked_for_without_its_number_is_not_asked_for_again() {
    let shop = shop_with(5).await;
    let (_, _, order) = paid_by(&shop, GOOD_CARD).await;
    let (orders, payment) = (&shop.checkouts.orders, ledger(&shop).await.remove(0).id);
    let form = format!("payment_intent={payment}&amount=500&metadata[order_id]={}", order.id);
    let asked = Request::builder()
        .method(Method::POST)
        .uri("/v1/refunds")
        .header(AUTHORIZATION, "Bearer sk_test_shop")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("idempotency-key", OperationKey::new(order.id, "refund-1", 1).as_str())
        .body(Body::from(form));
    let made = answered(shop.simulator.router(), asked.expect("it is a request")).await;
    assert_eq!(made.status, 200, "{made:?}");

    orders.refund(order.id, pounds(500)).await.unwrap();
    time_passes(&shop).await;

    assert_eq!(refunds_there(&shop).await.len(), 1);
    let stored = all_orders(&shop).await.remove(0);
    assert_eq!((stored.refunds[0].state, stored.refundable()), (RefundState::Succeeded, pounds(1_440)));
}
