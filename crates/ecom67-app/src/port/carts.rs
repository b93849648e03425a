//! Carts.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use ecom67_domain::cart::{CartEdit, CartKey, CartRefusal};
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Cart, MarketCode, Version};
use jiff::{SignedDuration, Timestamp};

use super::{StoreError, Stored};

/// How long a request is remembered by its key.
pub const REQUEST_MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// The most carts that one call forgets, and the most requests.
pub const FORGET_CARTS_MAX: usize = 500;

/// The longest key of a request, in bytes.
pub const IDEMPOTENCY_KEY_LENGTH_MAX: usize = 100;

/// The name that a client gives to one write, so that it can be sent again and is made once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > IDEMPOTENCY_KEY_LENGTH_MAX || !is_plain {
            let expected = format!("1 to {IDEMPOTENCY_KEY_LENGTH_MAX} visible characters of ASCII, such as a UUID");
            return Err(Invalid::new("idempotency_key_invalid", expected));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A write that may come again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestToken {
    /// The client's name for it.
    pub key: IdempotencyKey,
    /// The digest of all it asks for: the same name for something else is a mistake.
    pub digest: [u8; 32],
}

/// A change of a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartChange {
    /// The cart, and what opens it.
    pub cart: CartKey,
    /// The market it must be of: whoever looks at other prices changes no cart by them.
    pub market: MarketCode,
    /// What is done to it.
    pub edit: CartEdit,
    /// The version that it must still have; any where absent.
    pub read_at: Option<Version>,
    /// What makes it safe to repeat.
    pub request: Option<RequestToken>,
    /// When.
    pub at: Timestamp,
}

impl CartChange {
    /// Makes the change of the cart as it stands, and counts it. Returns whether the cart is another than before.
    pub fn apply_to(&self, cart: &mut Stored<Cart>) -> Result<bool, CartRefusal> {
        if cart.value.market != self.market {
            return Err(CartRefusal::OtherMarket { cart: cart.value.market.clone(), article: self.market.clone() });
        }
        let is_changed = cart.value.apply(self.edit.clone(), self.at)?;
        if is_changed {
            cart.version = cart.version.next();
        }
        Ok(is_changed)
    }
}

/// A cart after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedCart {
    /// The cart as it is now.
    pub cart: Stored<Cart>,
    /// Whether this very request had been made before, and nothing was done.
    pub is_repeated: bool,
}

/// A change that was refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum CartChangeError {
    /// The key opens no cart: there is none, it has expired, or it is somebody else's.
    #[error("there is no such cart")]
    NotFound,
    /// Somebody changed it since it was read.
    #[error("the cart has been changed; its version is {}", present.0)]
    Stale {
        /// The version it has.
        present: Version,
    },
    /// The key names a request that asked for something else.
    #[error("the key {key} has been used for another request")]
    KeyReused {
        /// The key.
        key: IdempotencyKey,
    },
    /// The rules of carts forbid it.
    #[error(transparent)]
    Refused(#[from] CartRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps carts. They are no part of the catalog: the change log does not tell of them.
#[async_trait]
pub trait CartStore: Send + Sync {
    /// Keeps a cart that nobody has yet. Its id is new.
    async fn create(&self, cart: Cart) -> Result<Version, StoreError>;

    /// The cart, or `None` where the key opens none at `now`: somebody else's cart is as absent as one that never was.
    async fn find(&self, key: CartKey, now: Timestamp) -> Result<Option<Arc<Stored<Cart>>>, StoreError>;

    /// Makes a change of the cart as it stands then, and remembers the request, in one commit. Of concurrent changes all
    /// are made, one after the other. A request that has been made already changes nothing, whatever the cart has become
    /// since; a change that changes nothing keeps the version. Requests are remembered for [`REQUEST_MEMORY`], refused
    /// ones not at all.
    async fn change(&self, change: CartChange) -> Result<ChangedCart, CartChangeError>;

    /// Removes some of the carts that have expired by `now`, at most [`FORGET_CARTS_MAX`], and of the requests that are
    /// no longer remembered, and returns how many of both. A store that forgets by itself does nothing.
    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_visible() {
        assert!("550e8400-e29b-41d4-a716-446655440000".parse::<IdempotencyKey>().is_ok());
        for wrong in ["", "a b", "ключ", "a\n", &"k".repeat(IDEMPOTENCY_KEY_LENGTH_MAX + 1)] {
            assert_eq!(wrong.parse::<IdempotencyKey>().unwrap_err().code, "idempotency_key_invalid", "{wrong:?}");
        }
    }
}
