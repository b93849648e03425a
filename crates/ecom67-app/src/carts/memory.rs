//! Carts in memory, where one process makes every change: a cart that was read or written is shown without the store.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, PoisonError};

use ecom67_domain::{Cart, CartId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::port::Stored;

/// Carts that share a stripe by chance are remembered a little less often than they could be.
const STRIPES: usize = 256;

/// About how many bytes a cart takes with a few lines.
const CART_BYTES: u64 = 1_024;

/// Keeps carts. Whoever changes one tells it here before anybody is answered.
pub struct CartMemory {
    carts: Cache<CartId, Arc<Stored<Cart>>, Bytewise>,
    /// How often a cart of the stripe was changed: what was read before a change is not remembered after it.
    stripes: Box<[Mutex<u64>]>,
    /// The same in every process: ids are the shop's own, so that nobody chooses which of them share a stripe.
    hasher: BuildHasherDefault<DefaultHasher>,
}

#[derive(Clone)]
struct Bytewise;

impl Weighter<CartId, Arc<Stored<Cart>>> for Bytewise {
    fn weight(&self, _: &CartId, cart: &Arc<Stored<Cart>>) -> u64 {
        let Cart { lines, saved, wishes, note, .. } = &cart.value;
        let note = note.as_ref().map_or(0, |note| note.as_str().len());
        ((lines.len() + saved.len()) * 192 + wishes.len() * 128 + note + 512) as u64
    }
}

/// When a cart was asked for, as its changes are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct AskedAt(u64);

impl CartMemory {
    /// Keeps carts of about `bytes_max`. Where several processes change carts, none may be kept: then it is zero.
    pub fn new(bytes_max: u64) -> Self {
        let items = usize::try_from(bytes_max / CART_BYTES).unwrap_or(usize::MAX);
        let stripes = std::iter::repeat_with(Mutex::default).take(STRIPES).collect();
        Self { carts: Cache::with_weighter(items, bytes_max, Bytewise), stripes, hasher: BuildHasherDefault::new() }
    }

    fn stripe(&self, id: CartId) -> &Mutex<u64> {
        let place = self.hasher.hash_one(id) % STRIPES as u64;
        &self.stripes[usize::try_from(place).unwrap_or(0)]
    }

    pub(super) fn get(&self, id: CartId) -> Option<Arc<Stored<Cart>>> {
        self.carts.get(&id)
    }

    /// To be asked before the store is.
    pub(super) fn asked_at(&self, id: CartId) -> AskedAt {
        AskedAt(*self.stripe(id).lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers a cart that was read, unless one of its stripe has been changed meanwhile.
    pub(super) fn was_read(&self, cart: &Arc<Stored<Cart>>, asked_at: AskedAt) {
        let changes = self.stripe(cart.value.id).lock().unwrap_or_else(PoisonError::into_inner);
        if *changes == asked_at.0 {
            self.carts.insert(cart.value.id, Arc::clone(cart));
        }
    }

    /// Remembers a cart that was changed, unless a later change has been told already.
    pub(crate) fn was_changed(&self, cart: &Arc<Stored<Cart>>) {
        let id = cart.value.id;
        let mut changes = self.stripe(id).lock().unwrap_or_else(PoisonError::into_inner);
        *changes += 1;
        if self.carts.get(&id).is_none_or(|known| known.version <= cart.version) {
            self.carts.insert(id, Arc::clone(cart));
        }
    }

    /// Forgets a cart of which nobody knows what became: the answer of the store did not come. A change that is made after
    /// all, later than the cart is read again, was acknowledged to nobody; it is seen with the next one.
    pub(crate) fn is_unknown(&self, id: CartId) {
        let mut changes = self.stripe(id).lock().unwrap_or_else(PoisonError::into_inner);
        *changes += 1;
        self.carts.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use ecom67_domain::Version;
    use ecom67_domain::cart::CapabilityDigest;
    use jiff::Timestamp;

    use super::*;

    fn cart(version: u64) -> Arc<Stored<Cart>> {
        let market = "de".parse().unwrap();
        let value = Cart::new(CartId::new(7), CapabilityDigest([0; 32]), market, Timestamp::UNIX_EPOCH);
        Arc::new(Stored { value, version: Version(version) })
    }

    fn known(memory: &CartMemory) -> Option<u64> {
        memory.get(CartId::new(7)).map(|cart| cart.version.0)
    }

    #[test]
    fn what_was_read_before_a_change_does_not_come_back_after_it() {
        let memory = CartMemory::new(1_000_000);
        let asked_at = memory.asked_at(CartId::new(7));

        memory.was_changed(&cart(2));
        memory.is_unknown(CartId::new(7));
        memory.was_read(&cart(1), asked_at);

        assert_eq!(known(&memory), None);
        memory.was_read(&cart(2), memory.asked_at(CartId::new(7)));
        assert_eq!(known(&memory), Some(2));
    }

    #[test]
    fn of_two_changes_told_in_the_wrong_order_the_later_one_stays() {
        let memory = CartMemory::new(1_000_000);

        memory.was_changed(&cart(3));
        memory.was_changed(&cart(2));

        assert_eq!(known(&memory), Some(3));
    }

    #[test]
    fn a_memory_of_nothing_keeps_nothing() {
        let memory = CartMemory::new(0);

        memory.was_changed(&cart(3));

        assert_eq!(known(&memory), None);
    }
}
