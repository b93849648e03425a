//! What is true of orders in `DynamoDB` only, and what becomes of them where the engine does what it does now and then.

mod facts;
mod faults;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::{
    CheckoutRequest, GiftCardIssue, GiftCardStore as _, GiftCardWrite, MeterWrite, OrderCommit, OrderCommitError,
    OrderRefused, OrderStore as _, OrderWrite, StockStore as _, StockWrite, Stored,
};
use ecom67_aws::dynamodb::Table;
use ecom67_domain::gift_card::{GiftCard, GiftCardCode};
use ecom67_domain::order::{CancelReason, Contact, CustomerDigest, Hold, Meter, OrderEvent};
use ecom67_domain::stock::{StockChange, StockLevel};
use ecom67_domain::{CartId, GiftCardId, LocationCode, Money, Order, OrderId, OrderNumber, Version};
use ecom67_testkit::{an_address, an_adjustment, an_order, noon, paid_with};
use jiff::SignedDuration;

use crate::engine::{TestTable, table_through};
use crate::faulty::Way;

async fn table() -> Option<(TestTable, Way)> {
    let way = Way::new();
    Some((table_through(Some(way.client())).await?, way))
}

/// An order of its own for every number, for one mug, by a customer of its own.
fn order(number: u64) -> Order {
    let mut order = an_order();
    order.id = OrderId::new(number.into());
    order.number = OrderNumber::drawn(number);
    order.cart = CartId::new(number.into());
    order.holds = vec![Hold { sku: "MUG".parse().unwrap(), location: LocationCode::main(), quantity: 1 }];
    order.uses = vec![Meter::OrdersOfCustomer(CustomerDigest(u128::from(number).to_be_bytes()))];
    order
}

/// Places the order, which holds and uses what it says.
fn placing(order: &Order) -> OrderCommit {
    let address = an_address();
    let email = "ann@example.org".parse().unwrap();
    let contact = Contact { email, phone: None, delivery: address, billing: None };
    let request = CheckoutRequest {
        cart: order.cart,
        key: "first".parse().unwrap(),
        digest: [9; 32],
        order: order.id,
        expires_at: noon() + SignedDuration::from_hours(24),
    };
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

/// What the events make of an order that was read.
fn step(read: &Stored<Order>, events: Vec<OrderEvent>) -> OrderCommit {
    let mut order = read.value.clone();
    for event in &events {
        order.apply(event, noon());
    }
    OrderCommit {
        order,
        write: OrderWrite::Move { read_at: read.version },
        events,
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at: noon(),
    }
}

/// The order is cancelled, and what it holds and has used is free again.
fn cancelling(read: &Stored<Order>) -> OrderCommit {
    let reason = CancelReason::Shopper;
    OrderCommit {
        stock: StockWrite::Release,
        meters: MeterWrite::Return(read.value.uses.clone()),
        ..step(read, vec![OrderEvent::CancellationBegun { reason }, OrderEvent::Cancelled { reason }])
    }
}

async fn stocked(table: &Table, units: u64) {
    table.stock().adjust(an_adjustment("MUG", StockChange::To(units), &format!("to {units}"))).await.unwrap();
}

/// Issues a card with so much on it.
async fn a_gift_card(table: &Table, number: u8, amount: Money) -> GiftCardId {
    let code = GiftCardCode::drawn([number; 32]);
    let card = GiftCard {
        id: GiftCardId::new(number.into()),
        digest: code.digest(&[9; 32]),
        hint: code.hint(),
        issued: amount,
        balance: amount,
        issued_at: noon(),
        expires_at: None,
        returned_at: None,
        blocked_at: None,
        note: None,
    };
    let id = card.id;
    table.gift_cards().issue(GiftCardIssue { card, actor: "test".into() }).await.unwrap();
    id
}

async fn placed(table: &Table, number: u64) -> Stored<Order> {
    table.orders().commit(placing(&order(number))).await.unwrap();
    found(table, number).await
}

async fn found(table: &Table, number: u64) -> Stored<Order> {
    table.orders().find(OrderId::new(number.into())).await.unwrap().expect("the order is there")
}

/// What stands at the main location.
async fn mugs(table: &Table) -> StockLevel {
    let record = table.stock().find_many(&["MUG".parse().unwrap()]).await.unwrap().pop().unwrap();
    record.levels[&LocationCode::main()]
}

fn refused(answer: Result<Version, OrderCommitError>) -> Vec<OrderRefused> {
    match answer {
        Err(OrderCommitError::Refused(reasons)) => reasons,
        other => panic!("it was not refused: {other:?}"),
    }
}

/// The items of a table whose partitions begin with `prefix`.
async fn items_of(table: &TestTable, prefix: &str) -> Vec<HashMap<String, AttributeValue>> {
    let mut items = table.items().await;
    items.retain(|item| item["pk"].as_s().unwrap().starts_with(prefix));
    items
}
