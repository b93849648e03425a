//! What becomes of products that the index cannot have.
//!
//! A product that the engine refuses, or that cannot be read, is kept as a dead letter, and all others go on. It is
//! tried again whenever it changes, when the index is built, and when somebody asks for it; its letter goes when the
//! index has it as it is, or when it is not to be there any more. An engine or a store that does not answer makes no
//! dead letters: then everything waits.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use ecom67_domain::ProductCode;

use super::Indexer;
use crate::Clock;
use crate::port::{DeadLetters, PAGE_MAX, Refused, StoreError};

/// What came of trying all dead letters again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetriedDeadLetters {
    /// How many products were tried.
    pub tried: u64,
    /// How many of them were refused again.
    pub refused: u64,
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
