//! An index that may be down or not built yet: lists go on from the store, search says that it cannot.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_domain::ProductCode;
use tokio::time::timeout;

use super::store_list::StoreList;
use super::{Explanation, IndexBuild, IndexChange, ListHits, ListQuery, ProductIndex, SuggestQuery, Suggestions};
use crate::breaker::{Breaker, Turn};
use crate::indexing::retry_wait;
use crate::port::{Position, ProductStore, Refused, StockStore, StoreError};
use crate::shop::ShopCache;
use crate::{Chain, Clock};

/// How long somebody who waits for a page waits for the index.
const ASK_TIMEOUT: Duration = Duration::from_secs(3);
/// How long whoever wants an explanation does: it takes many questions.
const EXPLAIN_TIMEOUT: Duration = Duration::from_secs(30);
/// When to try again, while nothing is known yet.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// When to come back while the index is built for the first time.
const BUILD_RETRY_AFTER: Duration = Duration::from_secs(4);

/// Stands before an index that cannot always be asked.
///
/// One that has never been built is not asked at all. Of one over a network, questions that fail or take too long count
/// as failures; after some in a row the index is left alone, and one question at a time finds out whether it answers
/// again. A list without words is then made from the store: the same products in the same order, without facets, and it
/// says so ([`ListHits::facets_missing`]). What needs the index answers [`StoreError::Unavailable`]. Changes go straight
/// through: the indexer tries again by itself.
pub struct GuardedIndex {
    index: Arc<dyn ProductIndex>,
    store: StoreList,
    /// `None` before an index in this process: it cannot be away.
    breaker: Option<Breaker>,
    clock: Arc<dyn Clock>,
    /// How often what is answered has changed beside what the index tells.
    turns: AtomicU64,
    /// Whether lists came from the store because the index was not built.
    was_unbuilt: AtomicBool,
}

impl GuardedIndex {
    /// Guards an index that is reached over a network, for a shop with these stores.
    pub fn new(
        index: Arc<dyn ProductIndex>,
        products: Arc<dyn ProductStore>,
        stock: Arc<dyn StockStore>,
        shop: Arc<ShopCache>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let store = StoreList::new(products, stock, shop);
        let breaker = Some(Breaker::default());
        Self { index, store, breaker, clock, turns: AtomicU64::new(0), was_unbuilt: AtomicBool::new(false) }
    }

    /// Guards an index in this process, until it has been built. What fails in it afterwards is told as it is, and takes
    /// as long as it takes: leaving it alone would help nobody.
    pub fn in_process(
        index: Arc<dyn ProductIndex>,
        products: Arc<dyn ProductStore>,
        stock: Arc<dyn StockStore>,
        shop: Arc<ShopCache>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { breaker: None, ..Self::new(index, products, stock, shop, clock) }
    }

    /// Refuses while the index has never been built.
    fn look(&self) -> Result<(), StoreError> {
        if !self.index.is_built() {
            self.was_unbuilt.store(true, Ordering::Release);
            return Err(StoreError::Unavailable { retry_after: BUILD_RETRY_AFTER });
        }
        if self.was_unbuilt.load(Ordering::Acquire) && self.was_unbuilt.swap(false, Ordering::AcqRel) {
            self.store.forget();
            tracing::info!("the index is built; lists and searches come from it");
        }
        Ok(())
    }

    /// What the index answers within `limit`, if it is asked at all.
    async fn ask<T>(
        &self,
        limit: Duration,
        question: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        self.look()?;
        let Some(breaker) = &self.breaker else { return question.await };
        let passage = breaker.enter().map_err(|retry_after| StoreError::Unavailable { retry_after })?;
        let error = match timeout(limit, question).await {
            Ok(Ok(answer)) => {
                if passage.succeeded() == Turn::Back {
                    self.turns.fetch_add(1, Ordering::AcqRel);
                    self.store.forget();
                    tracing::info!("the index answers again");
                }
                return Ok(answer);
            }
            Ok(Err(error)) => error,
            Err(_) => StoreError::failed("the index did not answer in time"),
        };
        let now = self.clock.now();
        if passage.failed(|failures| retry_wait(failures, now)) == Turn::Away {
            self.turns.fetch_add(1, Ordering::AcqRel);
            tracing::error!(error = %Chain(&error), "the index does not answer; lists come from the store until it does");
        } else {
            tracing::warn!(error = %Chain(&error), "the index did not answer");
        }
        Err(StoreError::Unavailable { retry_after: breaker.wait().unwrap_or(RETRY_AFTER) })
    }
}

#[async_trait]
impl ProductIndex for GuardedIndex {
    async fn list(&self, query: ListQuery) -> Result<ListHits, StoreError> {
        let has_words = query.text.as_deref().is_some_and(|text| !text.trim().is_empty());
        if has_words {
            return self.ask(ASK_TIMEOUT, self.index.list(query)).await;
        }
        match self.ask(ASK_TIMEOUT, self.index.list(query.clone())).await {
            Err(StoreError::Unavailable { .. }) => {
                let hits = self.store.list(&query).await;
                // Not to be kept as an answer of the index.
                self.turns.fetch_add(1, Ordering::AcqRel);
                hits
            }
            answer => answer,
        }
    }

    async fn suggest(&self, query: SuggestQuery) -> Result<Suggestions, StoreError> {
        self.ask(ASK_TIMEOUT, self.index.suggest(query)).await
    }

    async fn explain(&self, query: ListQuery, product: &ProductCode) -> Result<Option<Explanation>, StoreError> {
        self.ask(EXPLAIN_TIMEOUT, self.index.explain(query, product)).await
    }

    async fn apply(&self, changes: Vec<IndexChange>, position: Option<Position>) -> Result<Vec<Refused>, StoreError> {
        self.index.apply(changes, position).await
    }

    async fn position(&self) -> Result<Option<Position>, StoreError> {
        self.index.position().await
    }

    async fn fingerprints(&self, products: &[ProductCode]) -> Result<Vec<Option<u64>>, StoreError> {
        self.index.fingerprints(products).await
    }

    async fn products(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<ProductCode>, StoreError> {
        self.index.products(after, limit).await
    }

    async fn rebuild(&self) -> Result<Box<dyn IndexBuild>, StoreError> {
        self.index.rebuild().await
    }

    fn generation(&self) -> u64 {
        self.index.generation() + self.turns.load(Ordering::Acquire)
    }

    fn is_built(&self) -> bool {
        self.index.is_built()
    }
}
