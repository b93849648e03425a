//! Carts: one item each, and one for each request that is remembered. Both go by themselves, by the table's time to live;
//! until the engine has taken them away, who reads looks at the time.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::document::{CartDocument, from_json};
use ecom67_app::port::{
    CartChange, CartChangeError, CartStore, ChangedCart, REQUEST_MEMORY, RequestToken, StoreError, Stored,
};
use ecom67_domain::cart::CartKey;
use ecom67_domain::{Cart, Version};
use jiff::Timestamp;

use super::Table;
use super::call::Attempts;
use super::item::{DOCUMENT, Item, Reader, VERSION, document, number, text};
use super::key::Key;
use super::table::EXPIRES;
use super::transaction::{Condition, Outcome, Transaction};
use super::turns::Turns;

const DIGEST: &str = "digest";
const UNTIL: &str = "until";

/// Keeps carts.
#[derive(Clone, Debug)]
pub struct Carts {
    table: Table,
    turns: Turns,
}

/// A request that was made.
struct Remembered {
    digest: String,
    until: Timestamp,
}

impl Carts {
    pub(super) fn of(table: Table) -> Self {
        Self { table, turns: Turns::new() }
    }

    /// One try to make a change; `None` where somebody else was faster.
    async fn try_change(&self, asked: &CartChange) -> Result<Option<ChangedCart>, CartChangeError> {
        let id = asked.cart.id;
        let cart_key = Key::cart(id);
        let request_key = asked.request.as_ref().map(|request| Key::cart_request(id, &request.key));
        let keys: Vec<Key> = std::iter::once(&cart_key).chain(&request_key).cloned().collect();
        let items = self.table.get_many(&keys).await?;
        let present = items.get(&cart_key).map(read).transpose()?;
        let present = present.filter(|cart| cart.value.opens(&asked.cart, asked.at));
        let Some(mut cart) = present else { return Err(CartChangeError::NotFound) };
        let remembered = request_key.as_ref().and_then(|key| items.get(key)).map(read_request).transpose()?;
        if let (Some(request), Some(known)) = (&asked.request, &remembered)
            && known.until > asked.at
        {
            return if known.digest == hexadecimal(&request.digest) {
                Ok(Some(ChangedCart { cart, is_repeated: true }))
            } else {
                Err(CartChangeError::KeyReused { key: request.key.clone() })
            };
        }
        if asked.read_at.is_some_and(|version| version != cart.version) {
            return Err(CartChangeError::Stale { present: cart.version });
        }
        let read_at = cart.version;
        let is_changed = asked.apply_to(&mut cart)?;
        let mut transaction = Transaction::new();
        let as_read =
            || Condition::new("#version = :version").name("#version", VERSION).value(":version", number(read_at.0));
        if is_changed {
            transaction.put(&self.table, item(&cart)?, as_read(), ())?;
        }
        if let (Some(request), Some(key)) = (&asked.request, &request_key) {
            let unknown = remembered.map_or_else(Condition::absent, |known| {
                Condition::new("#until = :until").name("#until", UNTIL).value(":until", text(&known.until.to_string()))
            });
            transaction.put(&self.table, request_item(key, request, asked.at), unknown, ())?;
            if !is_changed {
                transaction.check(&self.table, &cart_key, as_read(), ())?;
            }
        }
        if transaction.len() == 0 {
            return Ok(Some(ChangedCart { cart, is_repeated: false }));
        }
        match transaction.commit(&self.table).await? {
            Outcome::Committed => Ok(Some(ChangedCart { cart, is_repeated: false })),
            Outcome::Refused(_) | Outcome::Conflict => Ok(None),
        }
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When the engine takes an item away, in whole seconds since 1970, rounded up.
pub(super) fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second() + 1).unwrap_or_default()
}

pub(super) fn item(cart: &Stored<Cart>) -> Result<Item, StoreError> {
    let mut item = Key::cart(cart.value.id).item();
    item.insert(VERSION.to_owned(), number(cart.version.0));
    item.insert(DOCUMENT.to_owned(), document(&CartDocument::from(&cart.value))?);
    item.insert(EXPIRES.to_owned(), number(seconds(cart.value.expires_at())));
    Ok(item)
}

fn read(item: &Item) -> Result<Stored<Cart>, StoreError> {
    let reader = Reader::new(item);
    let document: CartDocument =
        from_json(&reader.document()?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    let value = document.to_cart().map_err(|invalid| reader.unreadable(invalid.to_string()))?;
    Ok(Stored { value, version: reader.version()? })
}

fn request_item(key: &Key, request: &RequestToken, at: Timestamp) -> Item {
    let until = at.saturating_add(REQUEST_MEMORY).unwrap_or(Timestamp::MAX);
    let mut item = key.item();
    item.insert(DIGEST.to_owned(), text(&hexadecimal(&request.digest)));
    item.insert(UNTIL.to_owned(), text(&until.to_string()));
    item.insert(EXPIRES.to_owned(), number(seconds(until)));
    item
}

fn read_request(item: &Item) -> Result<Remembered, StoreError> {
    let reader = Reader::new(item);
    Ok(Remembered { digest: reader.text(DIGEST)?.to_owned(), until: reader.parsed(UNTIL)? })
}

#[async_trait]
impl CartStore for Carts {
    async fn create(&self, cart: Cart) -> Result<Version, StoreError> {
        let stored = Stored { value: cart, version: Version::FIRST };
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let mut transaction = Transaction::new();
            transaction.put(&self.table, item(&stored)?, Condition::absent(), ())?;
            match transaction.commit(&self.table).await? {
                Outcome::Committed => return Ok(Version::FIRST),
                Outcome::Refused(_) => {
                    return Err(StoreError::failed(format!("there is a cart {} already", stored.value.id)));
                }
                Outcome::Conflict => attempts.pause().await?,
            }
        }
    }

    async fn find(&self, asked: CartKey, now: Timestamp) -> Result<Option<Arc<Stored<Cart>>>, StoreError> {
        let item = self.table.get(&Key::cart(asked.id)).await?;
        let cart = item.as_ref().map(read).transpose()?;
        Ok(cart.filter(|cart| cart.value.opens(&asked, now)).map(Arc::new))
    }

    async fn change(&self, asked: CartChange) -> Result<ChangedCart, CartChangeError> {
        let _turn = self.turns.take(&asked.cart.id.to_string(), self.table.patience).await?;
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            if let Some(changed) = self.try_change(&asked).await? {
                return Ok(changed);
            }
            attempts.pause().await?;
        }
    }

    async fn forget_expired(&self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }
}
