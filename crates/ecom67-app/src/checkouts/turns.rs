//! Whoever presses twice presses one after the other.
//!
//! Two presses for one cart that run beside each other may see different shops: between them another buyer can take the last
//! unit or give back what is on a gift card. Then one press would be told that its quote has changed while the other gets
//! the order. In one process the second waits for the first, and finds its order. Between processes the store decides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecom67_domain::CartId;
use tokio::sync::OwnedMutexGuard;

type Queue = Arc<tokio::sync::Mutex<()>>;

/// The carts that are being ordered by this process.
#[derive(Default)]
pub struct Turns {
    queues: Mutex<HashMap<CartId, Queue>>,
}

/// The right to order a cart, until it is dropped.
pub(super) struct Turn<'turns> {
    turns: &'turns Turns,
    cart: CartId,
    /// Whether somebody else had it when it was asked for: then what was seen before may be old.
    pub(super) has_waited: bool,
    /// `None` once it is given on.
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits until nobody else in this process is ordering the cart. Those who wait come one after the other.
    pub(super) async fn take(&self, cart: CartId) -> Turn<'_> {
        let queue = Arc::clone(self.queues().entry(cart).or_default());
        // From here on also whoever gives up waiting leaves no queue behind that nobody stands in.
        let mut turn = Turn { turns: self, cart, has_waited: false, held: None };
        turn.held = Arc::clone(&queue).try_lock_owned().ok();
        if turn.held.is_none() {
            turn.has_waited = true;
            turn.held = Some(queue.lock_owned().await);
        }
        turn
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<CartId, Queue>> {
        // Nothing can be left half-done in it.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queues = self.turns.queues();
        self.held = None;
        // Only under the lock of all queues is another one added to those who wait.
        if queues.get(&self.cart).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.remove(&self.cart);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ANN: CartId = CartId::new(1);
    const BEN: CartId = CartId::new(2);

    #[tokio::test]
    async fn one_waits_for_another_of_the_same_cart_alone_and_nothing_is_left_behind() {
        let turns = Turns::default();

        let first = turns.take(ANN).await;
        let ben = turns.take(BEN).await;
        let given_up = tokio::time::timeout(Duration::from_millis(10), turns.take(ANN)).await;
        assert!(given_up.is_err(), "somebody else is ordering the cart");
        let (second, ()) = tokio::join!(turns.take(ANN), async { drop(first) });
        drop((second, ben));

        assert!(turns.queues().is_empty());
    }
}
