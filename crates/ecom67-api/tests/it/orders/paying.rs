//! From an order to its money, with a provider that fails.

use axum::body::Body;
use ecom67_app::Clock;
use ecom67_app::port::PaymentStatus;
use ecom67_domain::Money;
use ecom67_domain::order::{CancelReason, RefundState};
use ecom67_stripe::sign;
use ecom67_stripe::simulator::{Fault, FaultRule, Operation};
use futures_util::future::join_all;
use hyper::{Method, Request};
use jiff::SignedDuration;
use serde_json::json;

use crate::shop::{answered, webhook_secret};

use super::{Buyer, GOOD_CARD, all_orders, available, code, ledger, settled, shop_with, states};

const DECLINED_CARD: &str = "4000000000009995";
const CHALLENGED_CARD: &str = "4000000000003220";

#[tokio::test]
async fn a_paid_order_is_captured_once_and_empties_the_cart() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 2).await;
    let order = ann.orders().await;

    let authorised = ann.pays(&order).await;
    assert_eq!(authorised["state"], "capturing");
    settled(&shop).await;
    settled(&shop).await;

    let paid = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&paid["state"], paid.get("payment")), (&json!("paid"), None));
    let payments = ledger(&shop).await;
    assert_eq!(payments.len(), 1);
    assert_eq!((payments[0].status, payments[0].captured.minor()), (PaymentStatus::Captured, 3_430));
    assert_eq!(ann.cart(Method::GET, "", None).await.json()["units"], 0);
    assert_eq!(available(&shop, "MUG").await, 3, "what is sold stays promised until it is sent");
    let again = ann.checks_out_with("other-tab", order_quote(&shop).await.as_str()).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &order["id"]), "the tab that still shows it");
}

async fn order_quote(shop: &crate::shop::RoutedShop) -> String {
    all_orders(shop).await[0].content.quote.to_string()
}

#[tokio::test]
async fn whoever_comes_back_while_the_provider_is_being_asked_hears_what_it_has_said() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    assert_eq!(ann.confirms(&order, GOOD_CARD).await.status, 200);
    let slow = Fault::Slow { milliseconds: 200 };
    shop.simulator.add_fault(FaultRule::next(Operation::Retrieve, slow, 1)).unwrap();
    // Whoever asked a second time would be told nothing.
    shop.simulator.add_fault(FaultRule::next(Operation::Retrieve, Fault::FailedBefore, 9)).unwrap();

    let comes_back = || ann.order(Method::POST, &order, "/payment");
    let (first, second) = tokio::join!(comes_back(), comes_back());

    assert_eq!([&first.json()["state"], &second.json()["state"]], ["capturing", "capturing"]);
}

#[tokio::test]
async fn a_declined_card_is_told_and_another_one_pays() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;

    assert_eq!(ann.confirms(&order, DECLINED_CARD).await.status, 402);
    let declined = ann.order(Method::POST, &order, "/payment").await.json();

    assert_eq!(
        (&declined["state"], &declined["payment"]["decline"]),
        (&json!("pending_payment"), &json!("insufficient_funds"))
    );
    assert_eq!(ann.pays(&declined).await["state"], "capturing");
    assert_eq!(ledger(&shop).await.len(), 1, "it is the same payment");
}

#[tokio::test]
async fn an_order_that_runs_out_during_a_challenge_is_void_for_good() {
    let shop = shop_with(1).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let challenged = ann.confirms(&order, CHALLENGED_CARD).await.json();
    assert_eq!(challenged["status"], "requires_action", "{challenged}");
    assert_eq!(ann.order(Method::POST, &order, "/payment").await.json()["payment"]["status"], "awaits_action");

    shop.clock.forward(SignedDuration::from_mins(16));
    settled(&shop).await;

    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);
    assert_eq!(ledger(&shop).await[0].status, PaymentStatus::Cancelled);
    let late = ann.confirms(&order, GOOD_CARD).await;
    assert!(late.status.is_client_error(), "{late:?}");
    assert_eq!(available(&shop, "MUG").await, 1);
}

#[tokio::test]
async fn whoever_paid_in_the_last_moment_has_paid_though_nobody_told() {
    let shop = shop_with(1).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    assert_eq!(ann.confirms(&order, GOOD_CARD).await.status, 200);

    // The browser is closed, and no webhook came.
    shop.clock.forward(SignedDuration::from_mins(16));
    settled(&shop).await;

    assert_eq!(states(&all_orders(&shop).await), ["paid"]);
    assert_eq!(ledger(&shop).await[0].captured.minor(), 1_940);
}

#[tokio::test]
async fn of_those_who_settle_cancel_and_expire_at_once_one_decides_and_nobody_pays_for_nothing() {
    for round in 0..10 {
        let shop = shop_with(1).await;
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        let order = ann.orders().await;
        shop.clock.forward(SignedDuration::from_mins(16));
        let confirm = async {
            tokio::time::sleep(std::time::Duration::from_millis(round)).await;
            ann.confirms(&order, GOOD_CARD).await;
        };
        let settle = async { ann.order(Method::POST, &order, "/payment").await };
        let cancel = async { ann.order(Method::POST, &order, "/cancellation").await };

        tokio::join!(confirm, settle, cancel, settled(&shop));
        settled(&shop).await;

        let orders = all_orders(&shop).await;
        let payment = &ledger(&shop).await[0];
        match states(&orders)[..] {
            ["paid"] => assert_eq!((payment.captured.minor(), available(&shop, "MUG").await), (1_940, 0)),
            ["cancelled"] => {
                assert_eq!((payment.status, available(&shop, "MUG").await), (PaymentStatus::Cancelled, 1));
            }
            ref other => panic!("it is neither paid nor cancelled: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_capture_whose_answer_is_lost_or_fails_is_made_once() {
    for fault in [Fault::AnswerLost, Fault::FailedAfter, Fault::FailedBefore, Fault::FailedForNow, Fault::Locked] {
        let shop = shop_with(5).await;
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        let order = ann.orders().await;
        ann.pays(&order).await;
        shop.simulator.add_fault(FaultRule::next(Operation::Capture, fault, 5)).unwrap();

        for _ in 0..20 {
            settled(&shop).await;
            shop.clock.forward(SignedDuration::from_mins(11));
        }

        assert_eq!(states(&all_orders(&shop).await), ["paid"], "{fault:?}");
        let payments = ledger(&shop).await;
        assert_eq!((payments.len(), payments[0].captured.minor()), (1, 1_940), "{fault:?}");
    }
}

#[tokio::test]
async fn an_order_whose_payment_cannot_be_made_yet_is_held_and_paid_later() {
    for fault in [Fault::AnswerLost, Fault::Broken] {
        let shop = shop_with(5).await;
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        shop.simulator.add_fault(FaultRule::next(Operation::Create, fault, 4)).unwrap();

        let order = ann.orders().await;

        assert_eq!(order["payment"], json!({"status": "unavailable"}), "{fault:?}");
        assert_eq!(available(&shop, "MUG").await, 4, "its goods are held");
        let mut later = json!(null);
        for _ in 0..20 {
            tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            later = ann.order(Method::POST, &order, "/payment").await.json();
            if later["payment"]["status"] != "unavailable" {
                break;
            }
        }
        assert_eq!(later["payment"]["status"], "awaits_method", "{fault:?}: {later}");
        ann.pays(&later).await;
        settled(&shop).await;
        assert_eq!(states(&all_orders(&shop).await), ["paid"], "{fault:?}");
        let captured: Vec<_> = ledger(&shop).await.into_iter().map(|payment| payment.captured.minor()).collect();
        assert_eq!(captured.iter().sum::<i64>(), 1_940, "{fault:?}: {captured:?}");
    }
}

#[tokio::test]
async fn a_payment_whose_making_failed_is_found_or_made_anew_and_there_is_one() {
    for fault in [Fault::FailedAfter, Fault::FailedBefore] {
        let shop = shop_with(5).await;
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        shop.simulator.add_fault(FaultRule::next(Operation::Create, fault, 1)).unwrap();

        let order = ann.orders().await;

        assert_eq!(order["payment"]["status"], "awaits_method", "{fault:?}: {order}");
        assert_eq!(ledger(&shop).await.len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn money_that_cannot_be_captured_is_void_and_everything_is_free_again() {
    let shop = shop_with(1).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    shop.simulator.add_fault(FaultRule::next(Operation::Capture, Fault::Declined, 9)).unwrap();

    for _ in 0..6 {
        settled(&shop).await;
        shop.clock.forward(SignedDuration::from_mins(11));
    }

    let orders = all_orders(&shop).await;
    assert_eq!(states(&orders), ["cancelled"]);
    assert_eq!(orders[0].state.cancel_reason(), Some(CancelReason::NotCaptured));
    assert_eq!(ledger(&shop).await[0].captured.minor(), 0);
    assert_eq!(available(&shop, "MUG").await, 1);
}

#[tokio::test]
async fn money_is_given_back_once_and_never_more_than_was_paid() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let id = all_orders(&shop).await[0].id;
    let pounds = |pence| Money::new(pence, "GBP".parse().unwrap());
    let orders = &shop.checkouts.orders;
    assert!(orders.refund(id, pounds(100)).await.is_err(), "it is not paid");
    ann.pays(&order).await;
    settled(&shop).await;
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::AnswerLost, 4)).unwrap();

    let at_once = join_all((0..8).map(|_| orders.refund(id, pounds(500)))).await;
    for _ in 0..20 {
        settled(&shop).await;
        shop.clock.forward(SignedDuration::from_mins(11));
    }

    // Three times five pounds of nineteen forty.
    assert_eq!(at_once.iter().filter(|result| result.is_ok()).count(), 3, "{at_once:?}");
    assert_eq!(ledger(&shop).await[0].refunded.minor(), 1_500);
    let read = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&read["state"], &read["refunded"]), (&json!("paid"), &json!(1_500)));
    assert_eq!(code(&ann.order(Method::POST, &order, "/cancellation").await), (409, "order_paid_for".to_owned()));
}

#[tokio::test]
async fn a_refund_whose_answer_was_a_failure_is_given_back_once() {
    for fault in [Fault::FailedAfter, Fault::FailedBefore, Fault::AnswerLost, Fault::FailedForNow] {
        let shop = shop_with(5).await;
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        let order = ann.orders().await;
        ann.pays(&order).await;
        settled(&shop).await;
        let id = all_orders(&shop).await[0].id;
        let calls = if fault == Fault::AnswerLost { 9 } else { 1 };
        shop.simulator.add_fault(FaultRule::next(Operation::Refund, fault, calls)).unwrap();

        shop.checkouts.orders.refund(id, Money::new(500, "GBP".parse().unwrap())).await.unwrap();
        for _ in 0..10 {
            shop.clock.forward(SignedDuration::from_hours(25));
            settled(&shop).await;
        }

        assert_eq!(ledger(&shop).await[0].refunded.minor(), 500, "{fault:?}");
        let read = ann.order(Method::GET, &order, "").await.json();
        assert_eq!(read["refunded"], 500, "{fault:?}: {read}");
        assert_eq!(shop.checkouts.orders.do_what_is_due().await.unwrap(), 0, "nothing is left to be done");
    }
}

#[tokio::test]
async fn a_question_that_fails_after_a_lost_refund_does_not_make_it_another_refund() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    settled(&shop).await;
    let id = all_orders(&shop).await[0].id;
    // What was sent may be under way for a while: only the same key keeps it from being done beside a second one.
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::Broken, 9)).unwrap();
    shop.checkouts.orders.refund(id, Money::new(500, "GBP".parse().unwrap())).await.unwrap();
    shop.simulator.clear_faults();

    shop.simulator.add_fault(FaultRule::next(Operation::ListRefunds, Fault::FailedBefore, 1)).unwrap();
    shop.clock.forward(SignedDuration::from_mins(1));
    settled(&shop).await;

    let asked = &all_orders(&shop).await[0];
    assert_eq!((asked.task.failures, asked.task.attempt), (2, 1), "its key stays the same");
    // After so many failures the provider is left alone for a few seconds.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while all_orders(&shop).await[0].refunds[0].state != RefundState::Succeeded {
        assert!(std::time::Instant::now() < end, "{:?}", all_orders(&shop).await[0].refunds);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        shop.clock.forward(SignedDuration::from_mins(1));
        settled(&shop).await;
    }
    assert!(all_orders(&shop).await[0].refunds[0].provider_id.is_some());
    assert_eq!(ledger(&shop).await[0].refunded.minor(), 500);
}

#[tokio::test]
async fn a_refund_that_was_made_and_failed_to_be_told_is_known_by_its_name() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    settled(&shop).await;
    let id = all_orders(&shop).await[0].id;
    shop.simulator.add_fault(FaultRule::next(Operation::Refund, Fault::FailedAfter, 1)).unwrap();

    for _ in 0..2 {
        shop.checkouts.orders.refund(id, Money::new(500, "GBP".parse().unwrap())).await.unwrap();
        shop.clock.forward(SignedDuration::from_mins(1));
        settled(&shop).await;
    }

    // Whether it arrives in the end is asked by that name.
    let refunds = &all_orders(&shop).await[0].refunds;
    let names: Vec<_> = refunds.iter().map(|refund| refund.provider_id.clone().expect("it has a name")).collect();
    assert_ne!(names[0], names[1]);
    assert_eq!(ledger(&shop).await[0].refunded.minor(), 1_000);
}

#[tokio::test]
async fn whatever_happened_to_an_order_its_events_tell() {
    use ecom67_app::port::OrderStore;
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    ann.order(Method::POST, &order, "/hold-extension").await;
    ann.pays(&order).await;
    settled(&shop).await;
    let placed = all_orders(&shop).await.remove(0);
    shop.checkouts.orders.refund(placed.id, Money::new(100, "GBP".parse().unwrap())).await.unwrap();
    settled(&shop).await;

    let order = all_orders(&shop).await.remove(0);
    let envelopes = OrderStore::events(&shop.database, order.id).await.unwrap();
    let events = envelopes.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    let mut replayed = ecom67_domain::Order::replay(events).expect("the first event places it");

    replayed.task = order.task.clone();
    assert_eq!(replayed, order);
}

#[tokio::test]
async fn what_the_provider_tells_is_believed_if_it_signed_it_and_only_as_a_reason_to_ask() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let payment = ledger(&shop).await[0].id.to_string();
    let event = json!({"id": "evt_1", "object": "event", "type": "payment_intent.succeeded",
        "data": {"object": {"id": payment, "object": "payment_intent", "status": "succeeded"}}})
    .to_string();
    let tell = async |signature: &str| {
        let request = Request::builder().method(Method::POST).uri("/api/webhooks/payments");
        let request = request.header("stripe-signature", signature).body(Body::from(event.clone()));
        answered(shop.router.clone(), request.expect("it is a request")).await
    };
    let signature = || sign(event.as_bytes(), &webhook_secret(), shop.clock.now());

    for unsigned in ["", "t=1,v1=00", &sign(event.as_bytes(), &"whsec_other".parse().unwrap(), shop.clock.now())] {
        assert_eq!(code(&tell(unsigned).await), (400, "webhook_invalid".to_owned()), "{unsigned}");
    }
    assert_eq!(tell(&signature()).await.status, 200);
    assert_eq!(states(&all_orders(&shop).await), ["pending_payment"], "it says that it is paid, and it is not");

    assert_eq!(ann.confirms(&order, GOOD_CARD).await.status, 200);
    let signed = signature();
    let told = join_all((0..8).map(|_| tell(&signed))).await;
    assert!(told.iter().all(|answer| answer.status == 200), "{told:?}");
    settled(&shop).await;
    assert_eq!(states(&all_orders(&shop).await), ["paid"]);
    assert_eq!(tell(&signature()).await.status, 200, "what is known already is no failure");
    let old = signature();
    shop.clock.forward(SignedDuration::from_mins(6));
    assert_eq!(code(&tell(&old).await), (400, "webhook_invalid".to_owned()));
}
