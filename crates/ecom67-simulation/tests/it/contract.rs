//! The simulated store keeps the same promises as SQLite and `DynamoDB`, as far as checkouts rely on them.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_app::port::{DeadLetter, DeadLetters, QueueLimits, Refused, StoreError};
use ecom67_app::search_log::{AddError, Addition, Counted, CountedKind, Counts, SearchCountStore, SearchScope};
use ecom67_domain::ProductCode;
use ecom67_simulation::{MemoryQueue, MemoryStore};
use ecom67_testkit::queue::{EmptyQueues, LIMITS};
use ecom67_testkit::{MovableClock, Stores};
use jiff::Timestamp;
use jiff::civil::Date;

/// What the simulated shop has no need of, and no case of these suites asks for.
struct Absent;

fn absent() -> StoreError {
    StoreError::failed("the simulation has none of these")
}

#[async_trait]
impl DeadLetters for Absent {
    async fn note(&self, _: &[Refused], _: Timestamp) -> Result<(), StoreError> {
        Err(absent())
    }

    async fn clear(&self, _: &[ProductCode]) -> Result<(), StoreError> {
        Err(absent())
    }

    async fn list(&self, _: Option<&ProductCode>, _: usize) -> Result<Vec<DeadLetter>, StoreError> {
        Err(absent())
    }

    async fn count(&self) -> Result<usize, StoreError> {
        Err(absent())
    }
}

#[async_trait]
impl SearchCountStore for Absent {
    async fn add(&self, _: Date, _: Vec<Addition>, _: usize) -> Result<(), AddError> {
        Err(AddError { unwritten: Vec::new(), source: absent() })
    }

    async fn list(
        &self,
        _: Date,
        _: &SearchScope,
        _: CountedKind,
        _: Option<&Counted>,
        _: usize,
    ) -> Result<Vec<(Counted, Counts)>, StoreError> {
        Err(absent())
    }

    async fn forget(&self, _: Date) -> Result<usize, StoreError> {
        Err(absent())
    }
}

fn empty() -> Stores {
    let store = Arc::new(MemoryStore::new(Arc::new(MovableClock::default())));
    let absent = Arc::new(Absent);
    Stores {
        products: Arc::clone(&store) as _,
        documents: Arc::clone(&store) as _,
        stock: Arc::clone(&store) as _,
        changes: Arc::clone(&store) as _,
        search_counts: Arc::clone(&absent) as _,
        dead_letters: absent,
        sent_mails: Arc::clone(&store) as _,
        outbox: Arc::clone(&store) as _,
        carts: Arc::clone(&store) as _,
        legal_texts: Arc::clone(&store) as _,
        gift_cards: Arc::clone(&store) as _,
        meters: Arc::clone(&store) as _,
        orders: store,
        guard: Arc::new(()),
    }
}

fn empty_queues() -> EmptyQueues {
    let clock = MovableClock::default();
    let queue = MemoryQueue::new(Arc::new(clock.clone()), LIMITS);
    let same = queue.clone();
    EmptyQueues {
        queue: Arc::new(queue),
        with: Arc::new(move |limits: QueueLimits| Arc::new(same.with(limits)) as _),
        clock: Some(clock),
        guard: Arc::new(()),
    }
}

mod orders {
    ecom67_testkit::orders_contract!(super::empty());
}

mod outbox {
    ecom67_testkit::outbox_contract!(super::empty());
}

mod carts {
    ecom67_testkit::carts_contract!(super::empty());
}

mod stock {
    ecom67_testkit::stock_store_contract!(super::empty());
}

mod queue {
    ecom67_testkit::queue_contract!(super::empty_queues());
}

mod sent_mails {
    ecom67_testkit::sent_mails_contract!(super::empty());
}

mod gift_cards {
    ecom67_testkit::gift_cards_contract!(super::empty());
}

mod meters {
    ecom67_testkit::meters_contract!(super::empty());
}

mod legal_texts {
    ecom67_testkit::legal_texts_contract!(super::empty());
}
