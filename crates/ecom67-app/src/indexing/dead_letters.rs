//! What becomes of products that the index cannot have.
//!
//! A product that the engine refuses, or that cannot be read, is kept as a dead letter, and all others go on. It is
//! tried again whenever it changes, when the index is built, and when somebody asks for it; its letter goes when the
//! index has it as it is, or when it is not to be there any more. An engine or a store that does not answer makes no
//! dead letters: then everything waits.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use ecom67_domain::ProductCode;

use super::{Batch, Indexer};
use crate::Clock;
use crate::port::{DeadLetters, PAGE_MAX, Position, Refused, StoreError};

/// A build is given up when more than half of the products are refused, and more than so many: then it is the engine
/// that is at fault, and what is listed is worth more than what would take its place.
const BUILD_REFUSED_MAX: usize = 100;

/// What came of trying all dead letters again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetriedDeadLetters {
    /// How many products were tried.
    pub tried: u64,
    /// How many of them were refused again.
    pub refused: u64,
}

/// What came of a build so far.
#[derive(Default)]
pub(super) struct Built {
    /// How many entries the index was given.
    pub(super) given: usize,
    /// How many of them it refused.
    pub(super) refused: usize,
    /// All products that are left out: these, and those that cannot be read.
    pub(super) left_out: BTreeSet<ProductCode>,
}

/// The dead letters of one index.
pub(super) struct Letters {
    store: Arc<dyn DeadLetters>,
    clock: Arc<dyn Clock>,
    /// How many there are, once that is known. Nobody else adds any, so while there are none, none are looked for.
    count: Mutex<Option<usize>>,
}

impl Letters {
    pub(super) const fn new(store: Arc<dyn DeadLetters>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, count: Mutex::new(None) }
    }

    pub(super) fn count(&self) -> Option<usize> {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts them.
    pub(super) async fn recount(&self) -> Result<usize, StoreError> {
        let count = self.store.count().await?;
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) = Some(count);
        Ok(count)
    }

    async fn are_there_any(&self) -> Result<bool, StoreError> {
        let count = match self.count() {
            Some(count) => count,
            None => self.recount().await?,
        };
        Ok(count > 0)
    }

    /// Keeps letters of what was refused.
    pub(super) async fn note(&self, refused: &[Refused]) -> Result<(), StoreError> {
        if refused.is_empty() {
            return Ok(());
        }
        for page in refused.chunks(PAGE_MAX) {
            self.store.note(page, self.clock.now()).await?;
            for refused in page {
                let (product, reason) = (&refused.product, refused.reason());
                tracing::error!(%product, reason, "a product cannot be indexed; it is listed as it was, or not");
            }
        }
        self.recount().await.map(drop)
    }

    /// Removes the letters of products that the index has as they are.
    pub(super) async fn clear(&self, products: &BTreeSet<ProductCode>) -> Result<(), StoreError> {
        if products.is_empty() || !self.are_there_any().await? {
            return Ok(());
        }
        let products: Vec<ProductCode> = products.iter().cloned().collect();
        for page in products.chunks(PAGE_MAX) {
            self.store.clear(page).await?;
        }
        self.recount().await.map(drop)
    }

    /// Removes all letters but those of `refused`.
    pub(super) async fn clear_all_but(&self, refused: &BTreeSet<ProductCode>) -> Result<(), StoreError> {
        if !self.are_there_any().await? {
            return Ok(());
        }
        let mut after = None;
        loop {
            let page = self.page(after.as_ref()).await?;
            let healed: Vec<_> = page.iter().filter(|product| !refused.contains(*product)).cloned().collect();
            self.store.clear(&healed).await?;
            after = page.last().cloned();
            if page.len() < PAGE_MAX {
                break;
            }
        }
        self.recount().await.map(drop)
    }

    /// The products of the next letters.
    async fn page(&self, after: Option<&ProductCode>) -> Result<Vec<ProductCode>, StoreError> {
        let page = self.store.list(after, PAGE_MAX).await?;
        Ok(page.into_iter().map(|letter| letter.product).collect())
    }
}

impl Indexer {
    /// How many products are dead letters, up to [`DEAD_LETTERS_COUNTED_MAX`](crate::port::DEAD_LETTERS_COUNTED_MAX);
    /// `None` before the first step.
    pub fn dead_letters(&self) -> Option<usize> {
        self.letters.count()
    }

    /// Leaves out of a build what the engine refuses.
    pub(super) async fn leave_out(&self, refused: Vec<Refused>, built: &mut Built) -> Result<(), StoreError> {
        built.refused += refused.len();
        if built.refused > BUILD_REFUSED_MAX && built.refused > built.given / 2 {
            return Err(StoreError::failed(format!(
                "the index refuses {} of {} products: it is not built, and stays as it is",
                built.refused, built.given
            )));
        }
        self.letters.note(&refused).await?;
        built.left_out.extend(refused.into_iter().map(|refused| refused.product));
        Ok(())
    }

    /// Puts what is in the batch into the index, with the position that is reached by it. What cannot be there is a
    /// dead letter before the position moves on, so that a crash in between loses none. Returns how much that was.
    pub(super) async fn apply(&self, batch: &mut Batch, position: Option<Position>) -> Result<usize, StoreError> {
        let changes = std::mem::take(&mut batch.changes);
        let mut tried: BTreeSet<ProductCode> = changes.iter().map(|change| change.product().clone()).collect();
        let mut refused = std::mem::take(&mut batch.unreadable);
        let reached = if refused.is_empty() { &position } else { &batch.position }.clone();
        refused.extend(self.feed.index.apply(changes, reached).await?);
        if !refused.is_empty() {
            self.letters.note(&refused).await?;
            self.feed.index.apply(Vec::new(), position).await?;
            for refused in &refused {
                tried.remove(&refused.product);
            }
        }
        self.letters.clear(&tried).await?;
        Ok(refused.len())
    }

    /// Tries every product that is a dead letter again, once the index has caught up with the log. Nothing else is
    /// indexed meanwhile.
    pub async fn retry_dead_letters(&self) -> Result<RetriedDeadLetters, StoreError> {
        while self.step().await? > 0 {}
        let progress = self.progress.lock().await;
        let mut retried = RetriedDeadLetters::default();
        let mut after = None;
        loop {
            let page = self.letters.page(after.as_ref()).await?;
            retried.tried += page.len() as u64;
            after = page.last().cloned();
            let is_last = page.len() < PAGE_MAX;
            retried.refused += self.put_right(&progress, &page.into_iter().collect()).await? as u64;
            if is_last {
                break;
            }
        }
        self.letters.recount().await?;
        Ok(retried)
    }
}
