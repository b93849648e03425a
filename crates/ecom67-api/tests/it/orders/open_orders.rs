//! How many orders may hold goods without being paid for.

use std::num::NonZeroU32;
use std::sync::Arc;

use ecom67_app::checkouts::{Checkouts, OpenOrderLimits};
use futures_util::future::join_all;
use hyper::Method;
use jiff::SignedDuration;

use super::late_stock::{Gate, LateStock};
use super::{Buyer, all_orders, available, changed_shop_with, code, settled, shop_with};

const OF_EMAIL: &str = "too_many_open_orders_of_email";
const FROM_NETWORK: &str = "too_many_open_orders_from_network";

fn limits(of_customer: u32, from_network: u32) -> impl FnOnce(&mut Checkouts) {
    move |checkouts| {
        let (of_customer, from_network) = (NonZeroU32::new(of_customer), NonZeroU32::new(from_network));
        checkouts.open_orders = OpenOrderLimits { of_customer, from_network };
    }
}

#[tokio::test]
async fn nobody_empties_the_shop_by_pressing_and_whoever_pays_may_order_again() {
    let shop = changed_shop_with(9, limits(2, 50)).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        orders.push((ann.orders().await, ann));
    }
    let third = Buyer::with_mugs(&shop, "ann", 1).await;

    let refused = third.checks_out().await;

    assert_eq!(code(&refused), (429, OF_EMAIL.to_owned()), "{refused:?}");
    assert_eq!(refused.headers["retry-after"], "900", "when a hold is over");
    assert_eq!((available(&shop, "MUG").await, all_orders(&shop).await.len()), (7, 2));
    let mut other_spelling = third.clone();
    other_spelling.email = "ANN@example.org".to_owned();
    assert_eq!(code(&other_spelling.checks_out().await), (429, OF_EMAIL.to_owned()));
    Buyer::with_mugs(&shop, "ben", 1).await.orders().await;

    let (order, ann) = &orders[0];
    ann.pays(order).await;
    third.orders().await;
}

#[tokio::test]
async fn an_order_that_is_cancelled_or_runs_out_makes_room_for_another() {
    let shop = changed_shop_with(9, limits(1, 50)).await;
    let first = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = first.orders().await;
    let second = Buyer::with_mugs(&shop, "ann", 1).await;
    assert_eq!(code(&second.checks_out().await), (429, OF_EMAIL.to_owned()));

    assert_eq!(first.order(Method::POST, &order, "/cancellation").await.status, 200);
    second.orders().await;

    let third = Buyer::with_mugs(&shop, "ann", 1).await;
    assert_eq!(code(&third.checks_out().await), (429, OF_EMAIL.to_owned()));
    shop.clock.forward(SignedDuration::from_mins(16));
    settled(&shop).await;
    third.orders().await;
}

#[tokio::test]
async fn of_twenty_from_one_network_who_press_at_once_as_many_as_may_hold_goods() {
    let shop = changed_shop_with(99, limits(5, 7)).await;
    let mut buyers = Vec::new();
    for number in 0..20 {
        let buyer = Buyer::with_mugs(&shop, &format!("buyer-{number}"), 1).await;
        // IPv6 of one network.
        buyers.push(Buyer { from: Some(format!("2001:db8::{number}")), ..buyer });
    }

    let answers = join_all(buyers.iter().map(Buyer::checks_out)).await;

    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 7);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(code(refused), (429, FROM_NETWORK.to_owned()), "{refused:?}");
    }
    assert_eq!(available(&shop, "MUG").await, 92);
    let elsewhere = Buyer::with_mugs(&shop, "elsewhere", 1).await;
    Buyer { from: Some("2001:db8:0:1::1".to_owned()), ..elsewhere }.orders().await;
}

#[tokio::test]
async fn a_proxy_that_names_nobody_does_not_stand_for_one_of_them() {
    let shop = changed_shop_with(99, limits(5, 1)).await;
    for number in 0..3 {
        Buyer::with_mugs(&shop, &format!("buyer-{number}"), 1).await.orders().await;
    }
}

#[tokio::test]
async fn a_shop_may_have_no_such_limits() {
    let shop = changed_shop_with(99, limits(0, 0)).await;
    for _ in 0..7 {
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        Buyer { from: Some("198.51.100.7".to_owned()), ..ann }.orders().await;
    }
}

#[tokio::test]
async fn whoever_presses_again_for_an_order_that_they_have_gets_that_one() {
    let shop = changed_shop_with(9, limits(1, 1)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let ann = Buyer { from: Some("198.51.100.7".to_owned()), ..ann };
    let quote = ann.quote().await;
    let first = ann.checks_out_with("tab-1", &quote).await;

    let second = ann.checks_out_with("tab-2", &quote).await;

    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 200), "{second:?}");
    assert_eq!(first.json()["id"], second.json()["id"]);
}

#[tokio::test]
async fn whoever_presses_at_once_for_the_one_order_that_they_may_have_gets_it_each_time() {
    let shop = changed_shop_with(9, limits(1, 50)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;

    let keys: Vec<String> = (0..8).map(|tab| format!("tab-{tab}")).collect();
    let answers = join_all(keys.iter().map(|key| ann.checks_out_with(key, &quote))).await;

    let first = answers[0].json()["id"].clone();
    for answer in &answers {
        assert!(answer.status.is_success(), "{answer:?}");
        assert_eq!(answer.json()["id"], first);
    }
    assert_eq!(all_orders(&shop).await.len(), 1);
}

#[tokio::test]
async fn whoever_presses_in_two_processes_for_the_one_order_that_they_may_have_gets_it_both_times() {
    let shop = changed_shop_with(9, limits(1, 50)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;
    let gate = Arc::new(Gate::default());
    let mut other_process = Checkouts { turns: Arc::default(), ..shop.checkouts.clone() };
    LateStock::before(&mut other_process, &gate);

    let asked = ann.checkout_value("tab-2", &quote);
    let first = async {
        gate.reached.notified().await;
        let answer = ann.checks_out_with("tab-1", &quote).await;
        gate.opened.notify_one();
        answer
    };
    let (late, first) = tokio::join!(other_process.place(&asked), first);

    let late = late.expect("there is an order, which has used up the limit");
    assert_eq!((late.is_repeated, first.json()["id"].as_str()), (true, Some(&*late.order.value.id.to_string())));
    assert_eq!(all_orders(&shop).await.len(), 1);
}

#[tokio::test]
async fn what_costs_nothing_awaits_no_payment_and_is_not_counted() {
    let shop = shop_with(99).await;
    for _ in 0..7 {
        let ann = Buyer::with_mugs(&shop, "ann", 1).await;
        ann.coupon("FREE").await;
        ann.coupon("SENT").await;
        assert_eq!(ann.orders().await["state"], "paid");
    }
}
