//! What every [`MeterStore`](ecom67_app::port::MeterStore) must do, and what its recount does beside every store of orders.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ecom67_app::port::MeterWrite;
use ecom67_app::recount::{MeterFinding, MeterRecount, MeterReport, Repair};
use ecom67_domain::order::{CancelReason, CustomerDigest, Meter, OrderEvent};
use ecom67_domain::{Order, OrderId};
use jiff::SignedDuration;

use crate::orders::{found, main, order, placing, step, stocked};
use crate::{MovableClock, Stores, noon};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! meters_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; meters;
            what_is_used_is_listed_page_by_page_each_once
            a_meter_is_restated_only_as_it_was_read
            a_shop_whose_meters_count_their_orders_is_right
            a_meter_that_counts_too_much_or_too_little_is_found_and_put_right
            a_meter_that_no_order_uses_or_that_was_lost_is_found_and_put_right
            more_meters_than_fit_are_counted_in_several_walks
            orders_from_before_the_count_are_counted_once_each
            a_busy_shop_is_never_accused_of_what_it_does_meanwhile
        );
    };
}

fn coupon() -> Meter {
    Meter::Promotion("tenth".parse().unwrap())
}

fn customer(number: u8) -> Meter {
    Meter::OpenOrdersOfCustomer(CustomerDigest([number; 16]))
}

/// An order that uses the coupon, by a customer of its own for every number.
fn using(number: u128) -> Order {
    let digit = number.to_be_bytes()[15];
    Order {
        uses: vec![coupon(), customer(digit), Meter::OrdersOfCustomer(CustomerDigest([digit; 16]))],
        ..order(number)
    }
}

async fn place(stores: &Stores, numbers: impl Iterator<Item = u128>) {
    for number in numbers {
        stores.orders.commit(placing(&using(number))).await.unwrap();
    }
}

/// Cancels an order as the shop does, with all that it used given back.
async fn cancel(stores: &Stores, number: u128) {
    let reason = CancelReason::Shopper;
    let read = found(stores, OrderId::new(number)).await;
    stores.orders.commit(step(&read, OrderEvent::CancellationBegun { reason }, noon())).await.unwrap();
    let read = found(stores, OrderId::new(number)).await;
    let mut cancelled = step(&read, OrderEvent::Cancelled { reason }, noon());
    cancelled.meters = MeterWrite::Return(read.value.uses.clone());
    stores.orders.commit(cancelled).await.unwrap();
}

/// A recount so long after the orders were placed.
fn recount(stores: &Stores, later: SignedDuration, at_once: usize) -> MeterRecount {
    MeterRecount {
        orders: Arc::clone(&stores.orders),
        meters: Arc::clone(&stores.meters),
        clock: Arc::new(MovableClock::at(noon() + later)),
        at_once,
        lag: Duration::from_millis(20),
    }
}

async fn counted(stores: &Stores, repair: Repair) -> MeterReport {
    recount(stores, SignedDuration::ZERO, 1_000).run(repair, |_| {}).await.unwrap()
}

/// Does what no commit would.
async fn plant(stores: &Stores, meter: &Meter, used: u32) {
    let read = stores.orders.used(std::slice::from_ref(meter)).await.unwrap()[0];
    assert!(stores.meters.restate(meter, read, used).await.unwrap());
}

async fn used(stores: &Stores, meter: &Meter) -> u32 {
    stores.orders.used(std::slice::from_ref(meter)).await.unwrap()[0]
}

fn finding(meter: Meter, used: u32, orders: u32) -> MeterFinding {
    MeterFinding { meter, used, orders: Some(orders) }
}

pub async fn what_is_used_is_listed_page_by_page_each_once(stores: &Stores) {
    stocked(stores, "MUG", main(), 99).await;
    place(stores, 1..=4).await;
    cancel(stores, 4).await;

    let mut listed = BTreeMap::new();
    let mut after = None;
    loop {
        let page = stores.meters.list(after.as_ref(), 2).await.unwrap();
        let is_last = page.len() < 2;
        after = page.last().map(|(meter, _)| meter.clone());
        for (meter, used) in page {
            assert_eq!(listed.insert(meter.clone(), used), None, "{meter} is listed twice");
        }
        if is_last {
            break;
        }
    }

    let all = (1..=3).flat_map(|number| using(number).uses).map(|meter| (meter.clone(), u32::from(meter != coupon())));
    let expected: BTreeMap<_, _> = all.map(|(meter, own)| (meter, if own == 0 { 3 } else { 1 })).collect();
    assert_eq!(listed, expected, "what nobody uses any more is not listed");
}

pub async fn a_meter_is_restated_only_as_it_was_read(stores: &Stores) {
    for (read, right, is_done, after) in
        [(1, 5, false, 0), (0, 5, true, 5), (0, 7, false, 5), (5, 2, true, 2), (2, 0, true, 0), (0, 1, true, 1)]
    {
        assert_eq!(stores.meters.restate(&coupon(), read, right).await.unwrap(), is_done, "{read} to {right}");
        assert_eq!(used(stores, &coupon()).await, after, "{read} to {right}");
    }
}

pub async fn a_shop_whose_meters_count_their_orders_is_right(stores: &Stores) {
    stocked(stores, "MUG", main(), 99).await;
    place(stores, 1..=5).await;
    cancel(stores, 2).await;

    let report = counted(stores, Repair::No).await;

    assert_eq!(report, MeterReport { meters: 9, orders: 5, ..MeterReport::default() });
}

pub async fn a_meter_that_counts_too_much_or_too_little_is_found_and_put_right(stores: &Stores) {
    stocked(stores, "MUG", main(), 99).await;
    place(stores, 1..=5).await;
    plant(stores, &coupon(), 9).await;
    plant(stores, &customer(3), 0).await;
    let expected = [finding(coupon(), 9, 5), finding(customer(3), 0, 1)];

    let told = counted(stores, Repair::No).await;
    assert_eq!((told.findings, told.wrong, told.repaired), (expected.to_vec(), 2, 0));
    assert_eq!((used(stores, &coupon()).await, used(stores, &customer(3)).await), (9, 0), "it stays as it is");
    let repaired = counted(stores, Repair::Yes).await;

    assert_eq!((repaired.findings.as_slice(), repaired.wrong, repaired.repaired), (expected.as_slice(), 2, 2));
    assert_eq!((used(stores, &coupon()).await, used(stores, &customer(3)).await), (5, 1));
    assert_eq!(counted(stores, Repair::No).await.wrong, 0);
}

pub async fn a_meter_that_no_order_uses_or_that_was_lost_is_found_and_put_right(stores: &Stores) {
    stocked(stores, "MUG", main(), 99).await;
    place(stores, 1..=2).await;
    plant(stores, &customer(99), 3).await;
    plant(stores, &coupon(), 0).await;

    let report = counted(stores, Repair::Yes).await;

    assert_eq!(report.findings, [finding(coupon(), 0, 2), finding(customer(99), 3, 0)]);
    assert_eq!((used(stores, &coupon()).await, used(stores, &customer(99)).await), (2, 0));
    let listed = stores.meters.list(None, 100).await.unwrap();
    assert!(listed.iter().all(|(meter, _)| *meter != customer(99)), "{listed:?}");
}

pub async fn more_meters_than_fit_are_counted_in_several_walks(stores: &Stores) {
    stocked(stores, "MUG", main(), 99).await;
    place(stores, 1..=6).await;
    plant(stores, &coupon(), 1).await;
    plant(stores, &customer(5), 4).await;

    let report = recount(stores, SignedDuration::ZERO, 2).run(Repair::Yes, |_| {}).await.unwrap();

    assert_eq!(report.findings, [finding(coupon(), 1, 6), finding(customer(5), 4, 1)]);
    assert_eq!((report.meters, report.orders), (13, 7 * 6));
    assert_eq!(counted(stores, Repair::No).await.wrong, 0);
}

pub async fn orders_from_before_the_count_are_counted_once_each(stores: &Stores) {
    stocked(stores, "MUG", main(), 99).await;
    place(stores, 1..=4).await;
    cancel(stores, 1).await;
    plant(stores, &coupon(), 2).await;

    let later = recount(stores, SignedDuration::from_hours(24), 1_000).run(Repair::No, |_| {}).await.unwrap();

    assert_eq!(later.findings, [finding(coupon(), 2, 3)]);
}

pub async fn a_busy_shop_is_never_accused_of_what_it_does_meanwhile(stores: &Stores) {
    let later = SignedDuration::from_hours(24);
    stocked(stores, "MUG", main(), 100_000).await;
    place(stores, 1..=30).await;
    let is_counted = Arc::new(AtomicBool::new(false));
    let seller = tokio::spawn({
        let (stores, is_counted) = (stores.clone(), Arc::clone(&is_counted));
        async move {
            let mut number = 1;
            while !is_counted.load(Ordering::Relaxed) {
                let bought = Order { placed_at: noon() + later, ..using(1_000 + number) };
                stores.orders.commit(placing(&bought)).await.unwrap();
                // One of yesterday's as long as there are some, or what was ordered two turns ago.
                cancel(&stores, if number <= 30 { number } else { 1_000 + number - 2 }).await;
                number += 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    });

    for _ in 0..2 {
        let busy = MeterRecount { lag: Duration::ZERO, ..recount(stores, later, 1_000) };
        let report = busy.run(Repair::Yes, |_| {}).await.unwrap();
        assert!(report.findings.iter().all(|finding| finding.orders.is_none()), "{:?}", report.findings);
        assert_eq!(report.repaired, 0);
    }
    is_counted.store(true, Ordering::Relaxed);
    seller.await.unwrap();
    assert_eq!(recount(stores, later, 1_000).run(Repair::No, |_| {}).await.unwrap().wrong, 0);
}
