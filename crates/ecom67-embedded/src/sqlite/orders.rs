//! Orders in SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::document::{
    CartDocument, OrderContactDocument, OrderDocument, OrderEventDocument, OrderProgressDocument, from_json,
};
use ecom67_app::port::{
    CheckoutRequest, IdempotencyKey, MeterWrite, ORDERS_PAGE_MAX, OrderCommit, OrderCommitError, OrderEnvelope,
    OrderFilter, OrderRefused, OrderStore, OrderWrite, QueueName, StockWrite, StoreError, Stored, Subject,
};
use ecom67_domain::order::{Contact, Hold, Meter, WorkflowVersion};
use ecom67_domain::stock::{Availability, StockPolicy};
use ecom67_domain::{Cart, CartId, Order, OrderId, OrderNumber, QuantityLimits, Sku, Version};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use super::queue::Deliveries;
use super::recent::RecentRecords;
use super::write::{Fate, Unit};
use super::{
    Database, UnitError, failed, gift_cards, meters, micros, outbox, queue, stock_store, timestamp, unreadable,
};

/// The most requests that one call forgets.
const FORGET_REQUESTS_MAX: usize = 500;

#[async_trait]
impl OrderStore for Database {
    async fn commit(&self, asked: OrderCommit) -> Result<Version, OrderCommitError> {
        let written = Written::of(&asked)?;
        let recent = self.inner.recent.clone();
        let deliveries = self.inner.deliveries.get().cloned();
        let answer = self.write(move |unit| {
            let version = commit(unit, &asked, &written, deliveries.as_ref())?;
            unit.when_ended(move |fate| remember(&recent, asked, version, fate));
            Ok(version)
        });
        answer.await.map_err(StoreError::from)?
    }

    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        if let Some(known) = self.inner.recent.orders.get(id) {
            return Ok(Some(Stored::clone(&known)));
        }
        let orders = Arc::clone(&self.inner.recent.orders);
        let found = self.read_rows(move |connection| orders.get_or_read(id, || find(connection, id))).await?;
        Ok(found.map(Arc::unwrap_or_clone))
    }

    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError> {
        self.read_rows(move |connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM orders WHERE number = ?1").map_err(failed)?;
            let id = statement.query_row((number.as_str(),), |row| row.get(0)).optional().map_err(failed)?;
            id.map(order_id).transpose()
        })
        .await
    }

    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError> {
        if let Some(known) = self.inner.recent.contacts.get(id) {
            return Ok(Some(Contact::clone(&known)));
        }
        let contacts = Arc::clone(&self.inner.recent.contacts);
        let found = self.read_rows(move |connection| contacts.get_or_read(id, || find_contact(connection, id))).await?;
        Ok(found.map(Arc::unwrap_or_clone))
    }

    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError> {
        let key = key.clone();
        self.read_rows(move |connection| find_request(connection, cart, &key, now)).await
    }

    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError> {
        let wanted = meters.to_vec();
        self.read_rows(move |connection| {
            wanted.iter().map(|meter| meters::used(connection, meter).map_err(failed)).collect::<Result<_, _>>()
        })
        .await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT id FROM orders WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2")
                .map_err(failed)?;
            let mut rows = statement.query((micros(now), limit.min(ORDERS_PAGE_MAX))).map_err(failed)?;
            let mut due = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                due.push(order_id(row.get(0).map_err(failed)?)?);
            }
            Ok(due)
        })
        .await
    }

    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE orders SET due_at = ?2 WHERE id = ?1 AND due_at < ?2";
        let written = self.write(move |unit| {
            unit.connection.prepare_cached(sql)?.execute((key(id), micros(until))).map_err(UnitError::from)
        });
        written.await??;
        Ok(())
    }

    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        // No id is without a byte.
        let after = after.map_or_else(Vec::new, |id| key(id).to_vec());
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached("SELECT id FROM orders WHERE is_stuck = 1 AND id > ?1 ORDER BY id LIMIT ?2")
                .map_err(failed)?;
            let mut rows = statement.query((after, limit.min(ORDERS_PAGE_MAX))).map_err(failed)?;
            let mut stuck = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                stuck.push(order_id(row.get(0).map_err(failed)?)?);
            }
            Ok(stuck)
        })
        .await
    }

    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError> {
        self.read(move |connection| open_workflows(connection).map_err(failed)).await
    }

    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError> {
        let before = before.map_or([0xFF; 16], key);
        let limit = limit.min(ORDERS_PAGE_MAX);
        self.read(move |connection| {
            let sql = match filter.state {
                None => "SELECT version, progress, id, placed FROM orders WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                Some(_) => {
                    "SELECT version, progress, id, placed FROM orders WHERE state = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2"
                }
            };
            let mut statement = connection.prepare_cached(sql).map_err(failed)?;
            let mut rows = match filter.state {
                None => statement.query((before, limit)),
                Some(state) => statement.query((before, limit, state)),
            }
            .map_err(failed)?;
            let mut orders = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let id = order_id(row.get(2).map_err(failed)?)?;
                orders.push(read_order(id, row, 3)?);
            }
            Ok(orders)
        })
        .await
    }

    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
        self.read(move |connection| events(connection, id)).await
    }

    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError> {
        let bulk = self.bulk();
        let answer = bulk
            .write(move |unit| {
                // Where commits send by themselves, hardly anything else would forget what an older release has noted.
                queue::forget_names(unit.connection, now, FORGET_REQUESTS_MAX)?;
                unit.connection
                    .prepare_cached(
                        "DELETE FROM checkout_requests WHERE (cart, key) IN \
                         (SELECT cart, key FROM checkout_requests WHERE expires_at <= ?1 LIMIT ?2)",
                    )
                    .and_then(|mut statement| statement.execute((micros(now), FORGET_REQUESTS_MAX)))
                    .map_err(UnitError::from)
            })
            .await;
        Ok(answer??)
    }
}

/// The versions of the workflow that orders go by which are not through.
pub(super) fn open_workflows(connection: &Connection) -> rusqlite::Result<Vec<WorkflowVersion>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT workflow FROM orders WHERE state IN ('pending_payment', 'capturing', 'cancelling') \
         ORDER BY workflow",
    )?;
    let versions = statement.query_map((), |row| row.get(0).map(WorkflowVersion))?;
    versions.collect()
}

/// The records of a commit as they are written: made before the writer's turn.
struct Written {
    placed: Option<String>,
    contact: Option<String>,
    progress: String,
    events: Option<String>,
    queues: Vec<QueueName>,
    cart: Option<String>,
}

impl Written {
    fn of(asked: &OrderCommit) -> Result<Self, StoreError> {
        let (placed, contact) = match &asked.write {
            OrderWrite::Place { contact, .. } => {
                (Some(json(&OrderDocument::from(&asked.order))?), Some(json(&OrderContactDocument::from(&**contact))?))
            }
            OrderWrite::Move { .. } => (None, None),
        };
        let events: Vec<_> = asked.events.iter().map(OrderEventDocument::from).collect();
        Ok(Self {
            placed,
            contact,
            progress: json(&OrderProgressDocument::from(&asked.order))?,
            events: if events.is_empty() { None } else { Some(json(&events)?) },
            queues: outbox::queues_of(asked),
            cart: asked.cart.as_ref().map(|(cart, _)| json(&CartDocument::from(cart))).transpose()?,
        })
    }
}

fn json(document: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(StoreError::failed)
}

pub(super) fn key(id: OrderId) -> [u8; 16] {
    id.number().to_be_bytes()
}

fn cart_key(id: CartId) -> [u8; 16] {
    id.number().to_be_bytes()
}

pub(super) fn order_id(bytes: Vec<u8>) -> Result<OrderId, StoreError> {
    let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| unreadable("an order", "its id has not 16 bytes"))?;
    Ok(OrderId::new(u128::from_be_bytes(bytes)))
}

pub(super) fn version(number: i64) -> Version {
    Version(number.cast_unsigned())
}

/// Keeps in memory what a commit has written.
fn remember(recent: &RecentRecords, asked: OrderCommit, version: Version, fate: Fate) {
    let OrderCommit { order, write, cart, .. } = asked;
    let id = order.id;
    recent.orders.written(id, Stored { value: order, version }, fate);
    if let OrderWrite::Place { contact, .. } = write {
        recent.contacts.written(id, *contact, fate);
    }
    if let Some((cart, read_at)) = cart {
        recent.carts.written(cart.id, Stored { value: cart, version: read_at.next() }, fate);
    }
}

fn find(connection: &Connection, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT version, progress, placed FROM orders WHERE id = ?1").map_err(failed)?;
    let mut rows = statement.query((key(id),)).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    read_order(id, row, 2).map(Some)
}

fn find_contact(connection: &Connection, id: OrderId) -> Result<Option<Contact>, StoreError> {
    let record: Option<String> = connection
        .prepare_cached("SELECT record FROM order_contacts WHERE order_id = ?1")
        .and_then(|mut statement| statement.query_row((key(id),), |row| row.get(0)).optional())
        .map_err(failed)?;
    record.map(|record| read_contact(id, &record)).transpose()
}

/// An order as it was placed, read from its record.
fn read_placed(id: OrderId, record: &[u8]) -> Result<Order, StoreError> {
    let document: OrderDocument = from_json(record).map_err(|violations| unreadable(id.to_string(), violations))?;
    let order = document.to_order().map_err(|invalid| unreadable(id.to_string(), invalid))?;
    if order.id == id { Ok(order) } else { Err(unreadable(id.to_string(), "its record is another order's")) }
}

/// An order as it is now. The first columns are its version and its progress; which one is the order as it was placed is told.
fn read_order(id: OrderId, row: &Row<'_>, placed: usize) -> Result<Stored<Order>, StoreError> {
    let text = |column| {
        let value = row.get_ref(column).map_err(failed)?;
        value.as_bytes().map_err(|error| unreadable(id.to_string(), error))
    };
    let mut order = read_placed(id, text(placed)?)?;
    let progress: OrderProgressDocument =
        from_json(text(1)?).map_err(|violations| unreadable(id.to_string(), violations))?;
    progress.bring(&mut order).map_err(|invalid| unreadable(id.to_string(), invalid))?;
    Ok(Stored { value: order, version: version(row.get(0).map_err(failed)?) })
}

fn read_contact(id: OrderId, record: &str) -> Result<Contact, StoreError> {
    let unread = |violations| unreadable(format!("contact of {id}"), violations);
    let document: OrderContactDocument = from_json(record.as_bytes()).map_err(unread)?;
    document.to_contact().map_err(unread)
}

fn find_request(
    connection: &Connection,
    cart: CartId,
    request: &IdempotencyKey,
    now: Timestamp,
) -> Result<Option<CheckoutRequest>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT digest, order_id, expires_at FROM checkout_requests \
             WHERE cart = ?1 AND key = ?2 AND expires_at > ?3",
        )
        .map_err(failed)?;
    let mut rows = statement.query((cart_key(cart), request.as_str(), micros(now))).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    Ok(Some(CheckoutRequest {
        cart,
        key: request.clone(),
        digest: row.get(0).map_err(failed)?,
        order: order_id(row.get(1).map_err(failed)?)?,
        expires_at: timestamp(row.get(2).map_err(failed)?)?,
    }))
}

fn events(connection: &Connection, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError> {
    let placed: Option<String> = connection
        .prepare_cached("SELECT placed FROM orders WHERE id = ?1")
        .and_then(|mut statement| statement.query_row((key(id),), |row| row.get(0)).optional())
        .map_err(failed)?;
    let Some(placed) = placed else { return Ok(Vec::new()) };
    let placed = read_placed(id, placed.as_bytes())?;
    let mut statement = connection
        .prepare_cached("SELECT version, at, events FROM order_events WHERE order_id = ?1 ORDER BY version")
        .map_err(failed)?;
    let mut rows = statement.query((key(id),)).map_err(failed)?;
    let mut envelopes = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let record: String = row.get(2).map_err(failed)?;
        let unread = |reason: String| unreadable(format!("events of {id}"), reason);
        let documents: Vec<OrderEventDocument> =
            from_json(record.as_bytes()).map_err(|violations| unread(violations.to_string()))?;
        let events = documents.iter().map(|document| document.to_event(&placed));
        envelopes.push(OrderEnvelope {
            order: id,
            version: version(row.get(0).map_err(failed)?),
            at: timestamp(row.get(1).map_err(failed)?)?,
            events: events.collect::<Result<_, _>>().map_err(|invalid| unread(invalid.to_string()))?,
        });
    }
    Ok(envelopes)
}

fn commit(
    unit: &mut Unit<'_>,
    asked: &OrderCommit,
    written: &Written,
    deliveries: Option<&Deliveries>,
) -> Result<Version, OrderCommitError> {
    let mut refused = Vec::new();
    let next = check_order(unit.connection, asked, &mut refused)?;
    let cart = check_cart(unit.connection, asked, &mut refused).map_err(UnitError::from)?;
    let stock = check_stock(unit.connection, asked, &mut refused)?;
    if let MeterWrite::Spend(limits) = &asked.meters {
        for (meter, limit) in asked.order.uses.iter().zip(limits) {
            let used = meters::used(unit.connection, meter).map_err(UnitError::from)?;
            if limit.is_some_and(|limit| used >= limit) {
                refused.push(OrderRefused::Limit { meter: meter.clone(), used });
            }
        }
    }
    let entries = gift_cards::check(unit.connection, asked, &mut refused)?;
    if !refused.is_empty() {
        return Err(OrderCommitError::Refused(refused));
    }
    write(unit, asked, written, next, cart, &stock).map_err(UnitError::from)?;
    outbox::tell(unit, deliveries, asked.order.id, next, &written.queues).map_err(UnitError::from)?;
    gift_cards::write(unit.connection, &entries).map_err(UnitError::from)?;
    Ok(next)
}

/// The version that the order is going to have.
fn check_order(
    connection: &Connection,
    asked: &OrderCommit,
    refused: &mut Vec<OrderRefused>,
) -> Result<Version, OrderCommitError> {
    let order = &asked.order;
    let present: Option<i64> = connection
        .prepare_cached("SELECT version FROM orders WHERE id = ?1")
        .and_then(|mut statement| statement.query_row((key(order.id),), |row| row.get(0)).optional())
        .map_err(UnitError::from)?;
    let present = present.map(version);
    match &asked.write {
        OrderWrite::Place { request, .. } => {
            if present.is_some() {
                refused.push(OrderRefused::OrderStale { present });
            }
            let taken = connection
                .prepare_cached("SELECT 1 FROM orders WHERE number = ?1")
                .and_then(|mut statement| statement.exists((order.number.as_str(),)))
                .map_err(UnitError::from)?;
            if taken {
                refused.push(OrderRefused::NumberTaken(order.number));
            }
            if find_request(connection, request.cart, &request.key, asked.at)?.is_some() {
                refused.push(OrderRefused::RequestMade);
            }
            Ok(Version::FIRST)
        }
        OrderWrite::Move { read_at } => {
            if present != Some(*read_at) {
                refused.push(OrderRefused::OrderStale { present });
            }
            Ok(read_at.next())
        }
    }
}

/// The version that the cart is going to have, where it changes.
fn check_cart(
    connection: &Connection,
    asked: &OrderCommit,
    refused: &mut Vec<OrderRefused>,
) -> rusqlite::Result<Option<Version>> {
    let Some((cart, read_at)) = &asked.cart else { return Ok(None) };
    let present: Option<i64> = connection
        .prepare_cached("SELECT version FROM carts WHERE id = ?1")?
        .query_row((cart_key(cart.id),), |row| row.get(0))
        .optional()?;
    let present = present.map(version);
    if present != Some(*read_at) {
        refused.push(OrderRefused::CartStale { present });
    }
    Ok(Some(read_at.next()))
}

/// Whether what shoppers are told of a variant's stock changes.
struct Shown {
    sku: Sku,
    is_other: bool,
}

fn check_stock(
    connection: &Connection,
    asked: &OrderCommit,
    refused: &mut Vec<OrderRefused>,
) -> Result<Vec<Shown>, OrderCommitError> {
    let mut shown: Vec<Shown> = Vec::new();
    // What was released by somebody who was faster is not looked at again.
    if asked.stock == StockWrite::Keep || asked.stock == StockWrite::Release && !refused.is_empty() {
        return Ok(shown);
    }
    let holds = &asked.order.holds;
    for Hold { sku, .. } in holds {
        if shown.iter().any(|shown| shown.sku == *sku) {
            continue;
        }
        let mut levels = stock_store::find(connection, sku)?.map(|record| record.levels).unwrap_or_default();
        let before: u64 = levels.values().map(|level| level.available()).sum();
        for hold in holds.iter().filter(|hold| hold.sku == *sku) {
            let units = u64::from(hold.quantity);
            let level = levels.entry(hold.location.clone()).or_default();
            match asked.stock {
                StockWrite::Hold if level.available() < units => refused.push(OrderRefused::Stock {
                    sku: sku.clone(),
                    location: hold.location.clone(),
                    asked: hold.quantity,
                    available: level.available(),
                }),
                StockWrite::Hold => level.held += units,
                StockWrite::Release | StockWrite::Keep => {
                    if level.held < units {
                        // Damage; an order that could not be cancelled for it would be stuck for good.
                        tracing::error!(order = %asked.order.id, %sku, held = level.held, units, "less is held than an order holds");
                    }
                    level.held = level.held.saturating_sub(units);
                }
            }
        }
        let after: u64 = levels.values().map(|level| level.available()).sum();
        let class = |units| Availability::of(units, QuantityLimits::NONE, StockPolicy::Deny);
        // How many one has to take is not known here, but no order has less, gifts apart: what is less may be too few.
        let content = &asked.order.content;
        let own = content.demand().iter().find(|own| own.0 == *sku).map_or(0, |own| u64::from(own.1));
        let may_cross = content.gifts.iter().any(|gift| gift.sku == *sku) || asked.stock == StockWrite::Release;
        let is_other = may_cross || class(before) != class(after) || after < own;
        shown.push(Shown { sku: sku.clone(), is_other });
    }
    Ok(shown)
}

fn write(
    unit: &mut Unit<'_>,
    asked: &OrderCommit,
    written: &Written,
    next: Version,
    cart: Option<Version>,
    stock: &[Shown],
) -> rusqlite::Result<()> {
    let order = &asked.order;
    let connection = unit.connection;
    let (state, due_at) = (order.state.as_str(), order.task.due_at.map(micros));
    match &asked.write {
        OrderWrite::Place { request, .. } => {
            connection
                .prepare_cached(
                    "INSERT INTO orders (id, version, number, state, due_at, placed, progress, workflow) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    key(order.id),
                    next.0.cast_signed(),
                    order.number.as_str(),
                    state,
                    due_at,
                    written.placed,
                    written.progress,
                    order.workflow.0
                ])?;
            connection
                .prepare_cached("INSERT INTO order_contacts (order_id, record) VALUES (?1, ?2)")?
                .execute(params![key(order.id), written.contact])?;
            // One that is no longer remembered makes room for the new one.
            connection
                .prepare_cached(
                    "INSERT INTO checkout_requests (cart, key, digest, order_id, expires_at) VALUES (?1, ?2, ?3, ?4, ?5) \
                     ON CONFLICT (cart, key) DO UPDATE SET digest = excluded.digest, order_id = excluded.order_id, \
                     expires_at = excluded.expires_at",
                )?
                .execute(params![
                    cart_key(request.cart),
                    request.key.as_str(),
                    request.digest,
                    key(order.id),
                    micros(request.expires_at)
                ])?;
        }
        OrderWrite::Move { .. } => {
            connection
                .prepare_cached(
                    "UPDATE orders SET version = ?2, state = ?3, due_at = ?4, is_stuck = ?5, progress = ?6 WHERE id = ?1",
                )?
                .execute(params![
                    key(order.id),
                    next.0.cast_signed(),
                    state,
                    due_at,
                    order.task.is_stuck(),
                    written.progress
                ])?;
        }
    }
    if let Some(events) = &written.events {
        connection
            .prepare_cached("INSERT INTO order_events (order_id, version, at, events) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key(order.id), next.0.cast_signed(), micros(asked.at), events])?;
    }
    if let (Some((cart, _)), Some(version)) = (&asked.cart, cart) {
        write_cart(connection, cart, version, written.cart.as_deref())?;
    }
    for Hold { sku, location, quantity } in order.holds.iter().filter(|_| asked.stock != StockWrite::Keep) {
        let delta = if asked.stock == StockWrite::Hold { i64::from(*quantity) } else { -i64::from(*quantity) };
        connection
            .prepare_cached("UPDATE stock_levels SET held = max(held + ?3, 0) WHERE sku = ?1 AND location = ?2")?
            .execute((sku.as_str(), location.as_str(), delta))?;
    }
    for Shown { sku, is_other } in stock {
        let subject = Subject::Stock(sku.clone());
        if *is_other { unit.changed(subject)? } else { unit.touched(subject) }
    }
    meters::write(connection, asked)
}

fn write_cart(connection: &Connection, cart: &Cart, version: Version, record: Option<&str>) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE carts SET version = ?2, record = ?3, expires_day = ?4 WHERE id = ?1")?
        .execute((cart_key(cart.id), version.0.cast_signed(), record, super::carts::expires_day(cart)))
        .map(drop)
}
