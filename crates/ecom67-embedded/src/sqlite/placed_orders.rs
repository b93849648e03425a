//! Orders as they were placed, kept in memory: that never changes, and an order is read again with each of its steps.

use std::sync::Arc;

use ecom67_app::document::{OrderDocument, OrderProgressDocument, from_json};
use ecom67_app::port::{StoreError, Stored};
use ecom67_domain::{Order, OrderId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rusqlite::{Connection, OptionalExtension, Row};

use super::orders::{key, version};
use super::{failed, unreadable};

/// The memory that is given to it.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// About what an order of one line takes.
const ORDER_BYTES: u64 = 2_048;

/// About what each further line takes.
const LINE_BYTES: u64 = 512;

#[derive(Clone)]
struct Bytewise;

impl Weighter<OrderId, Arc<Order>> for Bytewise {
    fn weight(&self, _: &OrderId, order: &Arc<Order>) -> u64 {
        ORDER_BYTES + (order.content.lines.len() + order.content.gifts.len()) as u64 * LINE_BYTES
    }
}

pub(super) struct PlacedOrders(Cache<OrderId, Arc<Order>, Bytewise>);

impl PlacedOrders {
    pub(super) fn new() -> Self {
        Self(Cache::with_weighter(usize::try_from(BYTES_MAX / ORDER_BYTES).unwrap_or(0), BYTES_MAX, Bytewise))
    }

    /// The order as it is now.
    pub(super) fn find(&self, connection: &Connection, id: OrderId) -> Result<Option<Stored<Order>>, StoreError> {
        let Some(placed) = self.placed(connection, id)? else { return Ok(None) };
        let mut statement =
            connection.prepare_cached("SELECT version, progress FROM orders WHERE id = ?1").map_err(failed)?;
        let mut rows = statement.query((key(id),)).map_err(failed)?;
        rows.next().map_err(failed)?.map(|row| with_progress(Order::clone(&placed), row)).transpose()
    }

    fn placed(&self, connection: &Connection, id: OrderId) -> Result<Option<Arc<Order>>, StoreError> {
        if let Some(known) = self.0.get(&id) {
            return Ok(Some(known));
        }
        let mut statement = connection.prepare_cached("SELECT placed FROM orders WHERE id = ?1").map_err(failed)?;
        let record: Option<String> = statement.query_row((key(id),), |row| row.get(0)).optional().map_err(failed)?;
        let Some(record) = record else { return Ok(None) };
        let placed = Arc::new(read_placed(id, record.as_bytes())?);
        self.0.insert(id, Arc::clone(&placed));
        Ok(Some(placed))
    }
}

/// An order as it was placed, read from its record.
pub(super) fn read_placed(id: OrderId, record: &[u8]) -> Result<Order, StoreError> {
    let document: OrderDocument = from_json(record).map_err(|violations| unreadable(id.to_string(), violations))?;
    let order = document.to_order().map_err(|invalid| unreadable(id.to_string(), invalid))?;
    if order.id == id { Ok(order) } else { Err(unreadable(id.to_string(), "its record is another order's")) }
}

/// An order as it was placed, brought to where it is now. Columns: version, progress.
pub(super) fn with_progress(mut order: Order, row: &Row<'_>) -> Result<Stored<Order>, StoreError> {
    let unread = |reason: String| unreadable(order.id.to_string(), reason);
    let text = row.get_ref(1).map_err(failed)?.as_bytes().map_err(|error| unread(error.to_string()))?;
    let progress: OrderProgressDocument = from_json(text).map_err(|violations| unread(violations.to_string()))?;
    let id = order.id;
    progress.bring(&mut order).map_err(|invalid| unreadable(id.to_string(), invalid))?;
    Ok(Stored { value: order, version: version(row.get(0).map_err(failed)?) })
}
