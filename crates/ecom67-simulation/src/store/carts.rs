//! Carts.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::port::{
    CartChange, CartChangeError, CartStore, ChangedCart, FORGET_CARTS_MAX, REQUEST_MEMORY, StoreError, Stored,
};
use ecom67_domain::cart::CartKey;
use ecom67_domain::{Cart, Version};
use jiff::Timestamp;

use super::{KeptCart, KeptRequest, MemoryStore, State};

#[async_trait]
impl CartStore for MemoryStore {
    async fn create(&self, cart: Cart) -> Result<Version, StoreError> {
        self.state().create_cart(cart)
    }

    async fn find(&self, key: CartKey, now: Timestamp) -> Result<Option<Arc<Stored<Cart>>>, StoreError> {
        Ok(self.state().find_cart(&key, now).map(Arc::new))
    }

    async fn change(&self, change: CartChange) -> Result<ChangedCart, CartChangeError> {
        self.state().change_cart(&change)
    }

    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.state().forget_carts(now))
    }
}

impl State {
    pub(crate) fn create_cart(&mut self, cart: Cart) -> Result<Version, StoreError> {
        if self.carts.contains_key(&cart.id) {
            return Err(StoreError::failed("there is a cart with this id already"));
        }
        let versions = vec![cart.clone()];
        let cart = Stored { value: cart, version: Version::FIRST };
        self.carts.insert(cart.value.id, KeptCart { cart, requests: BTreeMap::new(), versions });
        Ok(Version::FIRST)
    }

    pub(crate) fn find_cart(&self, key: &CartKey, now: Timestamp) -> Option<Stored<Cart>> {
        self.carts.get(&key.id).map(|kept| &kept.cart).filter(|cart| cart.value.opens(key, now)).cloned()
    }

    pub(crate) fn change_cart(&mut self, change: &CartChange) -> Result<ChangedCart, CartChangeError> {
        let kept = self.carts.get_mut(&change.cart.id).filter(|kept| kept.cart.value.opens(&change.cart, change.at));
        let kept = kept.ok_or(CartChangeError::NotFound)?;
        if let Some(request) = &change.request
            && let Some(known) = kept.requests.get(request.key.as_str()).filter(|known| known.expires_at > change.at)
        {
            if known.digest == request.digest {
                return Ok(ChangedCart { cart: kept.cart.clone(), is_repeated: true });
            }
            return Err(CartChangeError::KeyReused { key: request.key.clone() });
        }
        if change.read_at.is_some_and(|version| version != kept.cart.version) {
            return Err(CartChangeError::Stale { present: kept.cart.version });
        }
        let mut cart = kept.cart.clone();
        if change.apply_to(&mut cart)? {
            kept.put(cart);
        }
        if let Some(request) = &change.request {
            let expires_at = change.at.saturating_add(REQUEST_MEMORY).unwrap_or(Timestamp::MAX);
            kept.requests.insert(request.key.to_string(), KeptRequest { digest: request.digest, expires_at });
        }
        Ok(ChangedCart { cart: kept.cart.clone(), is_repeated: false })
    }

    pub(crate) fn forget_carts(&mut self, now: Timestamp) -> usize {
        let expired = self.carts.values().filter(|kept| kept.cart.value.is_expired(now));
        let expired: Vec<_> = expired.map(|kept| kept.cart.value.id).take(FORGET_CARTS_MAX).collect();
        for id in &expired {
            self.carts.remove(id);
        }
        let mut forgotten = 0;
        for kept in self.carts.values_mut() {
            kept.requests.retain(|_, request| {
                let is_kept = request.expires_at > now || forgotten == FORGET_CARTS_MAX;
                forgotten += usize::from(!is_kept);
                is_kept
            });
        }
        expired.len() + forgotten
    }
}

impl KeptCart {
    /// What it is from now on.
    pub(super) fn put(&mut self, cart: Stored<Cart>) {
        self.versions.push(cart.value.clone());
        self.cart = cart;
    }
}
