//! A store with many orders in it: copies of one that was bought, each with a number and an id of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ecom67_app::ids::{Ids, SystemIds};
use ecom67_app::port::{
    CheckoutRequest, GiftCardWrite, MeterWrite, ORDERS_PAGE_MAX, OrderCommit, OrderFilter, OrderStore, OrderWrite,
    Outbox, StockWrite,
};
use ecom67_app::{Clock, SystemClock};
use ecom67_domain::order::{Contact, OrderEvent};
use ecom67_domain::{Order, OrderId, OrderNumber, Version};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::DatabaseOptions;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

/// Copies that are written at once: about what a batch of the writer takes.
const AT_ONCE: usize = 100;

/// How often is told how far it is.
const TELL_EVERY: usize = 100_000;

/// How often orders are listed afterwards.
const LISTS: usize = 500;

/// How far apart copies were placed.
const APART: SignedDuration = SignedDuration::from_secs(30);

/// Fills the store until it has so many orders, lists some of them again and again, and returns how long each list took.
pub(crate) async fn fill(file: &Path, count: usize, told: impl Fn(usize)) -> Result<Vec<Duration>> {
    let database = Database::open(DatabaseOptions::new(file, Arc::new(SystemClock)))?;
    let paid = OrderFilter { state: Some("paid") };
    let newest = database.list(paid, None, 1).await?.pop().context("nothing was bought yet")?.value;
    let contact = database.find_contact(newest.id).await?.context("an order has a contact")?;
    let bulk = database.bulk();
    for first in (0..count).step_by(AT_ONCE) {
        let mut tasks = JoinSet::new();
        for number in first..count.min(first + AT_ONCE) {
            let at = newest.placed_at - APART * i32::try_from(number).unwrap_or(i32::MAX);
            tasks.spawn(keep(bulk.clone(), copy(&newest, at), contact.clone(), at));
        }
        let mut kept = Vec::with_capacity(AT_ONCE);
        while let Some(order) = tasks.join_next().await {
            kept.push((order.context("a copy's task ended badly")??, Version::FIRST));
        }
        // As if all of it had been published long ago.
        bulk.mark_published(&kept).await?;
        if (first + AT_ONCE).is_multiple_of(TELL_EVERY) {
            told(first + AT_ONCE);
        }
    }
    lists(&database, paid).await
}

fn copy(order: &Order, at: Timestamp) -> Order {
    Order {
        id: OrderId::new(SystemIds.unique(at)),
        number: drawn_number(),
        placed_at: at,
        holds: Vec::new(),
        uses: Vec::new(),
        ..order.clone()
    }
}

fn drawn_number() -> OrderNumber {
    let lot = SystemIds.secret();
    OrderNumber::drawn(u64::from_le_bytes(lot[..8].try_into().unwrap_or_default()))
}

async fn keep(store: Database, mut order: Order, contact: Contact, at: Timestamp) -> Result<OrderId> {
    let id = order.id;
    let request = CheckoutRequest {
        cart: order.cart,
        key: id.to_string().parse()?,
        digest: SystemIds.secret(),
        order: id,
        expires_at: SystemClock.now() + SignedDuration::from_hours(24),
    };
    // Among a million two are drawn alike now and then.
    while store.find_by_number(order.number).await?.is_some() {
        order.number = drawn_number();
    }
    let commit = OrderCommit {
        events: vec![
            OrderEvent::Placed(Box::new(order.clone())),
            OrderEvent::Authorised { payment: order.payment.clone() },
            OrderEvent::Paid,
        ],
        write: OrderWrite::Place { contact: Box::new(contact), request },
        cart: None,
        stock: StockWrite::Keep,
        meters: MeterWrite::Keep,
        gift_cards: GiftCardWrite::Keep,
        at,
        order,
    };
    store.commit(commit).await?;
    Ok(id)
}

/// Pages from anywhere, half of them of one state.
async fn lists(store: &Database, paid: OrderFilter) -> Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(LISTS);
    let mut before = None;
    for number in 0..LISTS {
        let filter = if number % 2 == 0 { paid } else { OrderFilter::default() };
        let begun = Instant::now();
        let page = store.list(filter, before, ORDERS_PAGE_MAX).await?;
        took.push(begun.elapsed());
        before = page.last().map(|order| order.value.id);
    }
    Ok(took)
}
