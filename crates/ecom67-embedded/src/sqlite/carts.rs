//! Carts in SQLite.

use std::sync::Arc;

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

use super::recent::Recent;
use super::{Database, UnitError, failed, micros, unreadable};

type RecentCarts = Recent<CartId, Stored<Cart>>;

const SECONDS_OF_A_DAY: i64 = 86_400;

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
        let carts = Arc::clone(&self.inner.recent.carts);
        let answer = self.write(move |unit| {
            insert(unit.connection, &cart, &record).map_err(UnitError::from)?;
            let (id, cart) = (cart.id, Stored { value: cart, version: Version::FIRST });
            unit.when_ended(move |fate| carts.written(id, cart, fate));
            Ok::<_, UnitError>(())
        });
        answer.await??;
        Ok(Version::FIRST)
    }

    async fn find(&self, asked: CartKey, now: Timestamp) -> Result<Option<Arc<Stored<Cart>>>, StoreError> {
        let carts = Arc::clone(&self.inner.recent.carts);
        let found = match carts.get(asked.id) {
            Some(known) => Some(known),
            None => {
                let read = move |connection: &_| carts.get_or_read(asked.id, || find(connection, asked.id));
                self.read_rows(read).await?
            }
        };
        Ok(found.filter(|cart| cart.value.opens(&asked, now)))
    }

    async fn change(&self, asked: CartChange) -> Result<ChangedCart, CartChangeError> {
        let carts = Arc::clone(&self.inner.recent.carts);
        let answer = self.write(move |unit| {
            let (changed, is_written) = change(unit.connection, &carts, &asked)?;
            if is_written {
                let (id, cart) = (changed.cart.value.id, changed.cart.clone());
                unit.when_ended(move |fate| carts.written(id, cart, fate));
            }
            Ok(changed)
        });
        answer.await.map_err(StoreError::from)?
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
        self.read_rows(move |connection| find(connection, id)).await
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

fn find(connection: &Connection, id: CartId) -> Result<Option<Stored<Cart>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT version, record FROM carts WHERE id = ?1").map_err(failed)?;
    let mut rows = statement.query((key(id),)).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    let version: i64 = row.get(0).map_err(failed)?;
    let record = row.get_ref(1).map_err(failed)?.as_bytes().map_err(|error| unreadable(id.to_string(), error))?;
    let document: CartDocument = from_json(record).map_err(|violations| unreadable(id.to_string(), violations))?;
    let value = document.to_cart().map_err(|invalid| unreadable(id.to_string(), invalid))?;
    Ok(Some(Stored { value, version: Version(version.cast_unsigned()) }))
}

/// The cart as it stands in the writer's transaction. It need not be read and understood where it is in memory in the
/// version that it has there: no two carts of one version differ.
fn present(connection: &Connection, carts: &RecentCarts, id: CartId) -> Result<Option<Stored<Cart>>, StoreError> {
    let Some(known) = carts.get(id) else { return find(connection, id) };
    let version: Option<i64> = connection
        .prepare_cached("SELECT version FROM carts WHERE id = ?1")
        .and_then(|mut statement| statement.query_row((key(id),), |row| row.get(0)).optional())
        .map_err(failed)?;
    match version {
        Some(version) if version.cast_unsigned() == known.version.0 => Ok(Some(Stored::clone(&known))),
        Some(_) => find(connection, id),
        None => Ok(None),
    }
}

fn insert(connection: &Connection, cart: &Cart, record: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO carts (id, version, expires_day, record) VALUES (?1, ?2, ?3, ?4)")?
        .execute((key(cart.id), Version::FIRST.0.cast_signed(), expires_day(cart), record))
        .map(drop)
}

/// Makes a change; returns whether the cart was written.
fn change(
    connection: &Connection,
    carts: &RecentCarts,
    asked: &CartChange,
) -> Result<(ChangedCart, bool), CartChangeError> {
    let CartChange { cart: key, read_at, request, at, .. } = asked;
    let (id, at) = (key.id, *at);
    let present = present(connection, carts, id)?.filter(|present| present.value.opens(key, at));
    let Some(mut cart) = present else { return Err(CartChangeError::NotFound) };
    if let Some(request) = request
        && let Some(digest) = remembered(connection, id, request, at).map_err(UnitError::from)?
    {
        return if digest == request.digest {
            Ok((ChangedCart { cart, is_repeated: true }, false))
        } else {
            Err(CartChangeError::KeyReused { key: request.key.clone() })
        };
    }
    if read_at.is_some_and(|version| version != cart.version) {
        return Err(CartChangeError::Stale { present: cart.version });
    }
    let known_day = expires_day(&cart.value);
    let is_written = asked.apply_to(&mut cart)?;
    if is_written {
        update(connection, &cart, known_day)?;
    }
    if let Some(request) = request {
        remember(connection, id, request, at).map_err(UnitError::from)?;
    }
    Ok((ChangedCart { cart, is_repeated: false }, is_written))
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
