//! Carts of this process are ordered one after the other each, and so is asked for the payment of one order.
//!
//! Two presses for one cart that run beside each other may see different shops: between them another buyer can take the last
//! unit or give back what is on a gift card. Then one press would be told that its quote has changed while the other gets
//! the order. In one process the second waits for the first, and finds its order. Likewise a browser that comes back and a webhook
//! that comes in at the same moment: whoever waits, for a second at most, finds the order moved, and need not ask the provider
//! for the same again. Who cancels an order, captures or gives back its money waits for no turn: there, as between processes,
//! the store decides.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedMutexGuard;

type Queue = Arc<tokio::sync::Mutex<()>>;

/// Whose turn it is at each of the things that this process works on.
pub struct Turns<Key: Copy + Eq + Hash> {
    queues: Mutex<HashMap<Key, Queue>>,
}

impl<Key: Copy + Eq + Hash> Default for Turns<Key> {
    /// It is nobody's turn.
    fn default() -> Self {
        Self { queues: Mutex::default() }
    }
}

/// The right to work on a thing, until it is dropped.
pub(crate) struct Turn<'turns, Key: Copy + Eq + Hash> {
    turns: &'turns Turns<Key>,
    key: Key,
    /// Whether somebody else had it when it was asked for: then what was seen before may be old.
    pub(crate) has_waited: bool,
    /// `None` once it is given on.
    held: Option<OwnedMutexGuard<()>>,
}

impl<Key: Copy + Eq + Hash> Turns<Key> {
    /// Waits until nobody else in this process works on the thing. Those who wait come one after the other.
    pub(crate) async fn take(&self, key: Key) -> Turn<'_, Key> {
        let queue = Arc::clone(self.queues().entry(key).or_default());
        // From here on also whoever gives up waiting leaves no queue behind that nobody stands in.
        let mut turn = Turn { turns: self, key, has_waited: false, held: None };
        turn.held = Arc::clone(&queue).try_lock_owned().ok();
        if turn.held.is_none() {
            turn.has_waited = true;
            turn.held = Some(queue.lock_owned().await);
        }
        turn
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<Key, Queue>> {
        // Nothing can be left half-done in it.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Key: Copy + Eq + Hash> Drop for Turn<'_, Key> {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        self.held = None;
        // Only under the lock of all queues is another one added to those who wait.
        if queues.get(&self.key).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ecom67_domain::CartId;

    use super::*;

    const ANN: CartId = CartId::new(1);
    const BEN: CartId = CartId::new(2);

    #[tokio::test]
    async fn one_waits_for_another_of_the_same_cart_alone_and_nothing_is_left_behind() {
        let turns = Turns::default();

        let first = turns.take(ANN).await;
        let ben = turns.take(BEN).await;
        let given_up = tokio::time::timeout(Duration::from_millis(10), turns.take(ANN)).await;
        assert!(given_up.is_err(), "somebody else is at the cart");
        let (second, ()) = tokio::join!(turns.take(ANN), async { drop(first) });
        drop((second, ben));

        assert!(turns.queues().is_empty());
    }
}
