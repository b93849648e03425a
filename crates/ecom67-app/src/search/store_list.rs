//! Lists made from the store alone, while the index is down.
//!
//! The store finds products by their codes only. So it is read once as a whole, and what lists need is kept in memory
//! until the index is back: a bounded number of products, without their texts.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ecom67_domain::catalog::Collection;
use ecom67_domain::{Language, MarketCode, ProductCode};
use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use super::{
    Condition, Filter, Hit, IndexEntry, LIST_LIMIT_MAX, ListHits, ListQuery, Sort, SortKey, SortValue, name_sort_key,
};
use crate::indexing::{EntryPage, EntryReader};
use crate::port::{ProductStore, StockStore, StoreError};
use crate::shop::ShopCache;

/// The most products that are kept; a larger shop has no lists while its index is down.
const PRODUCTS_MAX: usize = 100_000;
/// How long what was read is good for.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// How long somebody who waits for a page waits until the store is read.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// When to try again after that.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Makes lists from the store.
pub(super) struct StoreList(Arc<Inner>);

struct Inner {
    entries: EntryReader,
    shop: Arc<ShopCache>,
    /// Held while the store is read: once for all who wait.
    reading: tokio::sync::Mutex<()>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    rows: Option<Rows>,
    /// Counts up when they are let go of: what was being read then is not kept.
    forgotten: u64,
}

/// What was read, and when.
struct Rows {
    read_at: Instant,
    rows: Arc<[Row]>,
}

/// A product as lists need it.
struct Row {
    /// Without its texts.
    entry: IndexEntry,
    /// What its names are sorted by.
    names: Vec<(Language, String)>,
}

impl Row {
    fn of(mut entry: IndexEntry) -> Self {
        let texts = std::mem::take(&mut entry.texts);
        let names = texts.iter().map(|(language, text)| (*language, name_sort_key(&text.name))).collect();
        entry.numbers = Vec::new();
        Self { entry, names }
    }

    fn price(&self, query: &ListQuery) -> Option<i64> {
        self.entry.prices.iter().find(|(market, _)| *market == query.market).map(|(_, price)| *price)
    }

    /// Whether it is in the list, filters included.
    fn is_listed(&self, query: &ListQuery) -> bool {
        let entry = &self.entry;
        self.price(query).is_some()
            && query.category.as_ref().is_none_or(|category| entry.categories.contains(category))
            && query.collection.as_ref().is_none_or(|asked| entry.collections.iter().any(|(own, _)| own == asked))
            && query.conditions.iter().all(|condition| self.meets(query, condition))
            && query.filters.iter().all(|filter| self.passes(query, filter))
    }

    fn meets(&self, query: &ListQuery, condition: &Condition) -> bool {
        match condition {
            Condition::Passes(filter) => self.passes(query, filter),
            Condition::Tag(any) => self.entry.tags.iter().any(|tag| any.contains(tag)),
            Condition::PublishedSince(since) => self.entry.published_at >= *since,
            Condition::Never => false,
        }
    }

    fn passes(&self, query: &ListQuery, filter: &Filter) -> bool {
        let entry = &self.entry;
        match filter {
            Filter::Category(any) => any.iter().any(|category| entry.categories.contains(category)),
            Filter::Brand(any) => entry.brand.as_ref().is_some_and(|brand| any.contains(brand)),
            Filter::Availability(any) => any.contains(&entry.availability),
            Filter::Price { minimum, maximum } => self.price(query).is_some_and(|price| {
                minimum.is_none_or(|minimum| minimum <= price) && maximum.is_none_or(|maximum| price <= maximum)
            }),
            Filter::Reduced => entry.reduced_in.contains(&query.market),
            Filter::Attribute(code, any) => {
                entry.attributes.iter().any(|(own, value)| own == code && any.contains(value))
            }
        }
    }

    /// Where it stands in the order of the query.
    fn key(&self, query: &ListQuery) -> SortKey {
        let entry = &self.entry;
        let place = |collection| entry.collections.iter().find(|(own, _)| own == collection).map(|(_, place)| *place);
        let value = match (query.sort, &query.collection) {
            (Sort::Relevance, Some(collection)) => SortValue::Number(place(collection).map_or(i64::MAX, i64::from)),
            (Sort::Relevance, None) | (Sort::Newest, _) => SortValue::Number(entry.published_at.as_microsecond()),
            (Sort::Price | Sort::PriceDescending, _) => SortValue::Number(self.price(query).unwrap_or_default()),
            (Sort::Name, _) => {
                let name = self.names.iter().find(|(language, _)| *language == query.language);
                SortValue::Name(name.map(|(_, name)| name.clone()).unwrap_or_default())
            }
        };
        SortKey { value, code: entry.code.clone() }
    }
}

/// Whether a product is in a collection by `now`, as lists have it.
pub(crate) fn is_in_collection(entry: IndexEntry, collection: &Collection, market: MarketCode, now: Timestamp) -> bool {
    let query = ListQuery::everything(Language::ENGLISH, market).in_collection(collection, now);
    Row::of(entry).is_listed(&query)
}

impl StoreList {
    pub(super) fn new(products: Arc<dyn ProductStore>, stock: Arc<dyn StockStore>, shop: Arc<ShopCache>) -> Self {
        Self(Arc::new(Inner {
            entries: EntryReader { products, stock },
            shop,
            reading: tokio::sync::Mutex::default(),
            kept: Mutex::default(),
        }))
    }

    /// Lets go of what was read.
    pub(super) fn forget(&self) {
        let mut kept = self.0.kept();
        kept.rows = None;
        kept.forgotten += 1;
    }

    /// The products of a list without words, in the order in which an index lists them, without facets.
    pub(super) async fn list(&self, query: &ListQuery) -> Result<ListHits, StoreError> {
        let inner = Arc::clone(&self.0);
        // The reading goes on when nobody waits for it any more: the next list needs it.
        let rows = tokio::spawn(async move { inner.rows().await });
        let unavailable = |_| StoreError::Unavailable { retry_after: RETRY_AFTER };
        let rows = timeout(READ_TIMEOUT, rows).await.map_err(unavailable)?.map_err(StoreError::failed)??;
        listed(&rows, query)
    }
}

impl Inner {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn rows(&self) -> Result<Arc<[Row]>, StoreError> {
        let _reading = self.reading.lock().await;
        let forgotten = {
            let kept = self.kept();
            if let Some(Rows { read_at, rows }) = &kept.rows
                && read_at.elapsed() < KEPT_FOR
            {
                return Ok(Arc::clone(rows));
            }
            kept.forgotten
        };
        let rows = self.read().await?;
        let mut kept = self.kept();
        if kept.forgotten == forgotten {
            kept.rows = Some(Rows { read_at: Instant::now(), rows: Arc::clone(&rows) });
        }
        Ok(rows)
    }

    async fn read(&self) -> Result<Arc<[Row]>, StoreError> {
        let shop = self.shop.present();
        let mut rows: Vec<Row> = Vec::new();
        let mut after: Option<ProductCode> = None;
        loop {
            let EntryPage { entries, unreadable, next } = self.entries.after(&shop, after.as_ref()).await?;
            for refused in unreadable {
                let (product, reason) = (&refused.product, refused.reason());
                tracing::error!(%product, reason, "a product cannot be read and is not listed");
            }
            rows.extend(entries.into_iter().map(Row::of));
            if rows.len() > PRODUCTS_MAX {
                tracing::warn!(
                    products_max = PRODUCTS_MAX,
                    "the shop has too many products for lists without an index"
                );
                return Err(StoreError::Unavailable { retry_after: RETRY_AFTER });
            }
            let Some(next) = next else { break };
            after = Some(next);
        }
        tracing::info!(
            products = rows.len(),
            "the store has been read, to list from it while the index cannot be asked"
        );
        Ok(rows.into())
    }
}

fn listed(rows: &[Row], query: &ListQuery) -> Result<ListHits, StoreError> {
    let mut keys: Vec<SortKey> = rows.iter().filter(|row| row.is_listed(query)).map(|row| row.key(query)).collect();
    let total = keys.len() as u64;
    if let Some(after) = &query.after {
        if keys.first().is_some_and(|key| std::mem::discriminant(&key.value) != std::mem::discriminant(&after.value)) {
            return Err(StoreError::failed("the cursor belongs to a list in another order"));
        }
        keys.retain(|key| compare(query, key, after).is_gt());
    }
    let limit = query.limit.min(LIST_LIMIT_MAX);
    keys.sort_unstable_by(|left, right| compare(query, left, right));
    let next = if keys.len() > limit { keys.get(limit.wrapping_sub(1)).cloned() } else { None };
    keys.truncate(limit);
    let hits = keys.into_iter().map(|key| Hit { code: key.code, name_matches: Vec::new() }).collect();
    Ok(ListHits { hits, total, next, facets_missing: query.facets, ..ListHits::default() })
}

/// In which order two products stand.
fn compare(query: &ListQuery, left: &SortKey, right: &SortKey) -> Ordering {
    let ascending = match (&left.value, &right.value) {
        (SortValue::Number(left), SortValue::Number(right)) => left.cmp(right),
        (SortValue::Name(left), SortValue::Name(right)) => left.cmp(right),
        _ => Ordering::Equal,
    };
    let is_descending = match query.sort {
        Sort::Newest | Sort::PriceDescending => true,
        Sort::Relevance => query.collection.is_none(),
        Sort::Price | Sort::Name => false,
    };
    let by_value = if is_descending { ascending.reverse() } else { ascending };
    by_value.then_with(|| left.code.cmp(&right.code))
}
