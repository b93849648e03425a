//! Orders on a disk that forgets: what buyers were told, laid beside what a loss of power leaves.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use ecom67_app::port::{CheckoutRequest, GiftCardWrite, MeterWrite, OrderCommit, OrderStore, OrderWrite, StockWrite};
use ecom67_audit::{Audit, Evidence, Fault, Limits, OrderLimits, ShopRecords, Told, ToldOrder, audit};
use ecom67_domain::order::{Contact, OrderEvent, OrderState};
use ecom67_domain::{CartId, Order, OrderId, OrderNumber, Version};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{DatabaseOptions, Durability};
use ecom67_testkit::{Random, an_order, noon};
use jiff::SignedDuration;

use super::{Moment, WRITERS, moments_of_a_busy_shop};
use crate::forgetful_disk::PowerLoss;
use crate::shop::{database_in, options, receive};

/// Orders of each writer between two closings of the shop.
const ORDERS: usize = 12;

/// So many busy shops at most lose nothing: a folder that is closed in order was synced, and power is lost at few moments.
const TRIES_MAX: u64 = 20;

/// Faults that no loss of power may leave. That something is still to be done is none: the shop goes on with it.
const LOSSES: [Fault; 5] =
    [Fault::AcknowledgedWritesLost, Fault::PaidOrdersLost, Fault::Oversold, Fault::CouponOveruse, Fault::RecordsDiffer];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_that_was_told_is_lost_with_what_was_not_synced() {
    for seed in 0..3 {
        let mut chance = Random::seeded(seed);
        for moment in moments_of_a_busy_shop(Durability::Full, seed, buy).await {
            for loss in [PowerLoss::Clean, PowerLoss::Torn(&mut chance)] {
                let audit = audited_after(&moment, loss).await;

                let lost: Vec<_> = LOSSES.into_iter().filter(|fault| audit.count(*fault) > 0).collect();
                assert!(lost.is_empty(), "seed {seed}, operation {}: {lost:?}\n{audit}", moment.left.operations);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_syncs_the_audit_finds_orders_that_are_lost() {
    for seed in 0..TRIES_MAX {
        for moment in moments_of_a_busy_shop(Durability::Off, seed, buy).await {
            let audit = audited_after(&moment, PowerLoss::Clean).await;
            if audit.count(Fault::AcknowledgedWritesLost) + audit.count(Fault::PaidOrdersLost) > 0 {
                return;
            }
        }
    }
    panic!("nothing was lost in {TRIES_MAX} busy shops");
}

/// Places orders, and pays for every second one.
async fn buy(database: Database, told: Arc<Mutex<Vec<Told>>>, round: usize, writer: usize) {
    static NUMBERS: AtomicU32 = AtomicU32::new(1);
    receive(&database, "MUG", 100, &format!("delivery {round}-{writer}")).await;
    for turn in 0..ORDERS {
        let order = order(NUMBERS.fetch_add(1, Ordering::Relaxed));
        let mut version = database.commit(placing(&order)).await.expect("it is placed");
        told.lock().unwrap().push(Told::Order(tell(&order)));
        if turn % 2 == 1 {
            continue;
        }
        let mut paid = order;
        let payment = Some(format!("pi_{}", paid.id.number()).parse().expect("a name of a payment"));
        for event in [OrderEvent::Authorised { payment }, OrderEvent::Paid] {
            version = database.commit(step(&mut paid, event, version)).await.expect("it goes on");
            told.lock().unwrap().push(Told::Order(tell(&paid)));
        }
    }
}

fn order(number: u32) -> Order {
    let number = u64::from(number);
    let mut order = an_order();
    order.id = OrderId::new(number.into());
    order.number = OrderNumber::drawn(number);
    order.cart = CartId::new(number.into());
    order.refunds.clear();
    order.state = OrderState::PendingPayment;
    order
}

fn placing(order: &Order) -> OrderCommit {
    let request = CheckoutRequest {
        cart: order.cart,
        key: "first".parse().expect("a key"),
        digest: [9; 32],
        order: order.id,
        expires_at: noon() + SignedDuration::from_hours(24),
    };
    let address = ecom67_testkit::an_address();
    let email = "ann@example.org".parse().expect("an address");
    let contact = Contact { email, phone: None, delivery: address, billing: None };
    OrderCommit {
        write: OrderWrite::Place { contact: Box::new(contact), request },
        events: vec![OrderEvent::Placed(Box::new(order.clone()))],
        cart: None,
        stock: StockWrite::Hold,
        meters: MeterWrite::Spend(vec![None; order.uses.len()]),
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
        order: order.clone(),
    }
}

fn step(order: &mut Order, event: OrderEvent, read_at: Version) -> OrderCommit {
    order.apply(&event, noon());
    OrderCommit {
        order: order.clone(),
        write: OrderWrite::Move { read_at },
        events: vec![event],
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
    }
}

fn tell(order: &Order) -> ToldOrder {
    let lines = order.content.lines.iter().map(|line| (line.sku.clone(), u64::from(line.quantity)));
    ToldOrder {
        cart: order.cart,
        order: order.id,
        number: order.number.to_string(),
        state: order.state.as_str().to_owned(),
        total: order.content.totals.total.minor(),
        units: lines.collect(),
    }
}

/// Opens what a loss of power at this moment leaves, and lays it beside what was told. What cannot be opened has nothing.
async fn audited_after(moment: &Moment<Vec<Told>>, power_loss: PowerLoss<'_>) -> Audit {
    let folder = tempfile::tempdir().unwrap();
    moment.left.write_what_is_left(folder.path(), power_loss);
    let options = DatabaseOptions { durability: Durability::Off, ..options(&database_in(folder.path())) };
    let shop = match Database::open(options) {
        Ok(database) => ShopRecords::read(&Arc::new(database), &[], noon()).await.unwrap_or_default(),
        Err(_) => ShopRecords::default(),
    };
    let most = u32::try_from(WRITERS * ORDERS * 3).expect("a small number");
    audit(&Evidence {
        ledger: Vec::new(),
        shop,
        told: moment.acknowledged.clone(),
        stocked: BTreeMap::new(),
        limits: BTreeMap::from([("welcome".parse().unwrap(), Limits { in_all: Some(most), per_customer: None })]),
        order_limits: OrderLimits::default(),
        at: noon(),
    })
}
