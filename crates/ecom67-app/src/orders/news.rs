//! Tells who follows an order that it has moved.
//!
//! Only within one process, and only that something is new: what it is, the store says. Whoever hears nothing, since another
//! process moved the order, finds it by looking.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ecom67_domain::OrderId;
use tokio::sync::Notify;

/// The most orders that one follower follows.
pub const FOLLOWED_MAX: usize = 8;

/// Knows who follows which order.
#[derive(Debug, Default)]
pub struct OrderNews {
    followers: Mutex<HashMap<OrderId, Vec<Arc<Inbox>>>>,
    /// How many orders are followed: mostly none, and then nobody waits for the lock.
    followed: AtomicUsize,
}

/// The orders that a follower has not looked at since they moved: no more than it follows, whatever happens.
#[derive(Debug, Default)]
struct Inbox {
    moved: Mutex<Vec<OrderId>>,
    has_news: Notify,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl OrderNews {
    /// Somebody who follows nothing yet.
    pub fn follower(self: &Arc<Self>) -> Follower {
        Follower { news: Arc::clone(self), inbox: Arc::default(), followed: Vec::new() }
    }

    /// An order has moved.
    pub(crate) fn moved(&self, id: OrderId) {
        if self.followed.load(Ordering::Acquire) == 0 {
            return;
        }
        let followers = lock(&self.followers);
        for inbox in followers.get(&id).into_iter().flatten() {
            let mut moved = lock(&inbox.moved);
            if !moved.contains(&id) {
                moved.push(id);
            }
            inbox.has_news.notify_one();
        }
    }
}

/// Follows orders. What is dropped follows nothing any more.
#[derive(Debug)]
pub struct Follower {
    news: Arc<OrderNews>,
    inbox: Arc<Inbox>,
    followed: Vec<OrderId>,
}

impl Follower {
    /// Follows an order from now on; returns whether there was room for it. To be called before the order is read: what
    /// moves it afterwards is heard.
    pub fn follow(&mut self, id: OrderId) -> bool {
        if self.followed.contains(&id) {
            return true;
        }
        if self.followed.len() >= FOLLOWED_MAX {
            return false;
        }
        self.followed.push(id);
        let mut followers = lock(&self.news.followers);
        followers.entry(id).or_default().push(Arc::clone(&self.inbox));
        self.news.followed.store(followers.len(), Ordering::Release);
        true
    }

    /// Follows an order no longer.
    pub fn unfollow(&mut self, id: OrderId) {
        let Some(place) = self.followed.iter().position(|followed| *followed == id) else { return };
        self.followed.swap_remove(place);
        let mut followers = lock(&self.news.followers);
        if let Some(inboxes) = followers.get_mut(&id) {
            inboxes.retain(|inbox| !Arc::ptr_eq(inbox, &self.inbox));
            if inboxes.is_empty() {
                followers.remove(&id);
            }
        }
        self.news.followed.store(followers.len(), Ordering::Release);
        drop(followers);
        lock(&self.inbox.moved).retain(|moved| *moved != id);
    }

    /// Waits until something that is followed has moved, and says what: each order once, however often it moved.
    pub async fn next(&self) -> Vec<OrderId> {
        loop {
            let moved = mem::take(&mut *lock(&self.inbox.moved));
            if !moved.is_empty() {
                return moved;
            }
            self.inbox.has_news.notified().await;
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        while let Some(id) = self.followed.last().copied() {
            self.unfollow(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn heard(follower: &Follower) -> Vec<u128> {
        let moved = tokio::time::timeout(Duration::from_millis(20), follower.next()).await.unwrap_or_default();
        moved.into_iter().map(OrderId::number).collect()
    }

    #[tokio::test]
    async fn who_follows_an_order_hears_of_each_move_and_nobody_else_does() {
        let news = Arc::new(OrderNews::default());
        let (mut follower, mut other) = (news.follower(), news.follower());
        follower.follow(OrderId::new(1));
        other.follow(OrderId::new(2));

        news.moved(OrderId::new(1));
        news.moved(OrderId::new(1));
        news.moved(OrderId::new(3));

        assert_eq!(heard(&follower).await, [1]);
        assert_eq!(heard(&other).await, [0; 0]);
        news.moved(OrderId::new(1));
        assert_eq!(heard(&follower).await, [1], "also after it was heard once");
    }

    #[tokio::test]
    async fn who_follows_no_longer_hears_nothing_and_is_forgotten() {
        let news = Arc::new(OrderNews::default());
        let (mut follower, mut other) = (news.follower(), news.follower());
        for follower in [&mut follower, &mut other] {
            assert!(follower.follow(OrderId::new(1)) && follower.follow(OrderId::new(2)));
        }

        news.moved(OrderId::new(1));
        follower.unfollow(OrderId::new(1));
        news.moved(OrderId::new(1));

        assert_eq!(heard(&follower).await, [0; 0]);
        drop((follower, other));
        assert!(lock(&news.followers).is_empty());
        assert_eq!(news.followed.load(Ordering::Acquire), 0);
    }

    #[test]
    fn nobody_follows_more_than_there_is_room_for() {
        let news = Arc::new(OrderNews::default());
        let mut follower = news.follower();

        let taken = (0..100).filter(|number| follower.follow(OrderId::new(*number))).count();

        assert_eq!(taken, FOLLOWED_MAX);
        assert!(follower.follow(OrderId::new(0)), "what is followed already needs no more room");
    }
}
