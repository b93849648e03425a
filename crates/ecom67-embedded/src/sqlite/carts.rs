//! Carts in SQLite.

use async_trait::async_trait;
use ecom67_app::document::{CartDocument, from_json};
use ecom67_app::port::{
    CartChange, CartChangeError, CartStore, ChangedCart, FORGET_CARTS_MAX, REQUEST_MEMORY, RequestToken, StoreError,
    Stored,
};
use ecom67_domain::cart::CartKey;
use ecom67_domain::{Cart, CartId, Version};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::{Database, UnitError, failed, micros, unreadable};

const SECONDS_OF_A_DAY: i64 = 86_400;

/// A cart as it lies in the table.
struct Present {
    cart: Stored<Cart>,
    expires_day: i64,
}

/// A cart as it lies in the table, not yet understood.
pub(super) struct Row {
    pub(super) id: Vec<u8>,
    record: String,
}

impl Row {
    /// What it is called, also where it is no cart's id.
    pub(super) fn name(&self) -> String {
        let id = <[u8; 16]>::try_from(self.id.as_slice()).map(|bytes| CartId::new(u128::from_be_bytes(bytes)));
        id.map_or_else(|_| "a cart without an id".to_owned(), |id| id.to_string())
    }

    pub(super) fn read(self) -> Result<Cart, StoreError> {
        let name = self.name();
        let document: CartDocument =
            from_json(self.record.as_bytes()).map_err(|violations| unreadable(&name, violations))?;
        let cart = document.to_cart().map_err(|invalid| unreadable(&name, invalid))?;
        if cart.id.to_string() == name { Ok(cart) } else { Err(unreadable(name, "its record is another cart's")) }
    }
}

/// Up to `limit` carts whose ids follow `after`.
pub(super) fn rows(connection: &Connection, after: &[u8], limit: usize) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached("SELECT id, record FROM carts WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let row = |row: &rusqlite::Row<'_>| Ok(Row { id: row.get(0)?, record: row.get(1)? });
    statement.query_map((after, limit), row)?.collect()
}

#[async_trait]
impl CartStore for Database {
    async fn create(&self, cart: Cart) -> Result<Version, StoreError> {
        let record = record(&cart)?;
        let answer = self.write(move |unit| insert(unit.connection, &cart, &record).map_err(UnitError::from)).await;
        answer??;
        Ok(Version::FIRST)
    }

    async fn find(&self, asked: CartKey, now: Timestamp) -> Result<Option<Stored<Cart>>, StoreError> {
        self.read_rows(move |connection| {
            let present = find(connection, asked.id)?.map(|present| present.cart);
            Ok(present.filter(|cart| cart.value.opens(&asked, now)))
        })
        .await
    }

    async fn change(&self, asked: CartChange) -> Result<ChangedCart, CartChangeError> {
        let answer = self.write(move |unit| change(unit.connection, &asked)).await;
        answer.map_err(StoreError::from)?
    }

    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        let answer = self.bulk().write(move |unit| forget(unit.connection, now).map_err(UnitError::from)).await;
        Ok(answer??)
    }
}

impl Database {
    /// The cart with this id, also one that has expired and is not removed yet: for whoever holds the data folder. Who comes
    /// from outside shows what opens it.
    pub async fn cart(&self, id: CartId) -> Result<Option<Stored<Cart>>, StoreError> {
        self.read_rows(move |connection| Ok(find(connection, id)?.map(|present| present.cart))).await
    }
}

fn record(cart: &Cart) -> Result<String, StoreError> {
    serde_json::to_string(&CartDocument::from(cart)).map_err(StoreError::failed)
}

fn key(id: CartId) -> [u8; 16] {
    id.number().to_be_bytes()
}

pub(super) fn expires_day(cart: &Cart) -> i64 {
    cart.expires_at().as_second().div_euclid(SECONDS_OF_A_DAY)
}

fn find(connection: &Connection, id: CartId) -> Result<Option<Present>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT version, expires_day, record FROM carts WHERE id = ?1").map_err(failed)?;
    let mut rows = statement.query((key(id),)).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    let version: i64 = row.get(0).map_err(failed)?;
    let record = row.get_ref(2).map_err(failed)?.as_bytes().map_err(|error| unreadable(id.to_string(), error))?;
    let document: CartDocument = from_json(record).map_err(|violations| unreadable(id.to_string(), violations))?;
    let value = document.to_cart().map_err(|invalid| unreadable(id.to_string(), invalid))?;
    let cart = Stored { value, version: Version(version.cast_unsigned()) };
    Ok(Some(Present { cart, expires_day: row.get(1).map_err(failed)? }))
}

fn insert(connection: &Connection, cart: &Cart, record: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO carts (id, version, expires_day, record) VALUES (?1, ?2, ?3, ?4)")?
        .execute((key(cart.id), Version::FIRST.0.cast_signed(), expires_day(cart), record))
        .map(drop)
}

fn change(connection: &Connection, asked: &CartChange) -> Result<ChangedCart, CartChangeError> {
    let CartChange { cart: key, read_at, request, at, .. } = asked;
    let (id, at) = (key.id, *at);
    let present = find(connection, id)?.filter(|present| present.cart.value.opens(key, at));
    let Some(Present { mut cart, expires_day: known_day }) = present else { return Err(CartChangeError::NotFound) };
    if let Some(request) = request
        && let Some(digest) = remembered(connection, id, request, at).map_err(UnitError::from)?
    {
        return if digest == request.digest {
            Ok(ChangedCart { cart, is_repeated: true })
        } else {
            Err(CartChangeError::KeyReused { key: request.key.clone() })
        };
    }
    if read_at.is_some_and(|version| version != cart.version) {
        return Err(CartChangeError::Stale { present: cart.version });
    }
    if asked.apply_to(&mut cart)? {
        update(connection, &cart, known_day)?;
    }
    if let Some(request) = request {
        remember(connection, id, request, at).map_err(UnitError::from)?;
    }
    Ok(ChangedCart { cart, is_repeated: false })
}

fn update(connection: &Connection, cart: &Stored<Cart>, known_day: i64) -> Result<(), CartChangeError> {
    let record = record(&cart.value)?;
    let write = || -> rusqlite::Result<()> {
        let id = key(cart.value.id);
        connection.prepare_cached("UPDATE carts SET version = ?2, record = ?3 WHERE id = ?1")?.execute((
            id,
            cart.version.0.cast_signed(),
            record,
        ))?;
        let day = expires_day(&cart.value);
        if day != known_day {
            connection.prepare_cached("UPDATE carts SET expires_day = ?2 WHERE id = ?1")?.execute((id, day))?;
        }
        Ok(())
    };
    Ok(write().map_err(UnitError::from)?)
}

/// What the request with this key asked for, where there was one.
fn remembered(
    connection: &Connection,
    cart: CartId,
    request: &RequestToken,
    at: Timestamp,
) -> rusqlite::Result<Option<[u8; 32]>> {
    connection
        .prepare_cached("SELECT digest FROM cart_requests WHERE cart = ?1 AND key = ?2 AND expires_at > ?3")?
        .query_row((key(cart), request.key.as_str(), micros(at)), |row| row.get(0))
        .optional()
}

fn remember(connection: &Connection, cart: CartId, request: &RequestToken, at: Timestamp) -> rusqlite::Result<()> {
    let until = at.saturating_add(REQUEST_MEMORY).unwrap_or(Timestamp::MAX);
    connection
        .prepare_cached(
            "INSERT INTO cart_requests (cart, key, digest, expires_at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (cart, key) DO UPDATE SET digest = excluded.digest, expires_at = excluded.expires_at",
        )?
        .execute((key(cart), request.key.as_str(), request.digest, micros(until)))
        .map(drop)
}

fn forget(connection: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    let requests = connection
        .prepare_cached(
            "DELETE FROM cart_requests WHERE (cart, key) IN \
             (SELECT cart, key FROM cart_requests WHERE expires_at <= ?1 LIMIT ?2)",
        )?
        .execute((micros(now), FORGET_CARTS_MAX))?;
    // Carts of today are left until tomorrow: whether they have expired stands in their records.
    let today = now.as_second().div_euclid(SECONDS_OF_A_DAY);
    let carts = connection
        .prepare_cached(
            "DELETE FROM carts WHERE id IN (SELECT id FROM carts WHERE expires_day < ?1 ORDER BY expires_day LIMIT ?2)",
        )?
        .execute((today, FORGET_CARTS_MAX))?;
    Ok(requests + carts)
}
