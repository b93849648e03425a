//! The log of a running shop: counts in memory, writes every few seconds, and knows what is popular.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use ecom67_domain::ProductCode;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use super::popularity::PopularityReader;
use super::tally::{Pending, Tally};
use super::{
    ADDITIONS_MAX, AddError, Addition, Counted, CountedSearch, Counts, DISTINCT_A_DAY_MAX, POSITION_MAX, Popularity,
    QueryText, RETENTION_DAYS, SearchCountStore, SearchScope, Standing,
};
use crate::port::StoreError;
use crate::shop::ShopCache;
use crate::{Chain, Clock};

/// How often what was counted is written: a process that is killed loses what it counted since.
pub const FLUSH_INTERVAL: Duration = Duration::from_secs(5);
/// How often is read what is popular.
const REFRESH_INTERVAL: Duration = Duration::from_mins(1);
/// How often what is too old is forgotten.
const FORGET_INTERVAL: Duration = Duration::from_mins(10);
/// How many calls that forget are made at once.
const FORGET_CALLS_MAX: usize = 20;

/// How much is counted.
#[derive(Clone, Copy, Debug)]
pub struct SearchLogLimits {
    /// Different things that are counted in memory until they are written; about 300 bytes each.
    pub pending_max: usize,
    /// Sums of their own a day, of each kind, in one language and market.
    pub distinct_a_day_max: usize,
    /// Clicks and views that are taken in a second, over any ten seconds.
    pub signals_a_second_max: u32,
}

impl Default for SearchLogLimits {
    fn default() -> Self {
        Self { pending_max: 20_000, distinct_a_day_max: DISTINCT_A_DAY_MAX, signals_a_second_max: 200 }
    }
}

/// What was counted for which day and is not written yet.
type Unwritten = BTreeMap<(Date, SearchScope, Counted), Counts>;

/// Counts what is searched and looked at, and knows what is popular.
pub struct SearchLog {
    store: Arc<dyn SearchCountStore>,
    clock: Arc<dyn Clock>,
    limits: SearchLogLimits,
    pending: Arc<Pending>,
    /// Held while it is written, so that what could not be is there for the next time.
    unwritten: tokio::sync::Mutex<Unwritten>,
    popularity: ArcSwap<Popularity>,
    is_read: AtomicBool,
    reader: tokio::sync::Mutex<PopularityReader>,
    allowance: Mutex<Allowance>,
}

/// How many signals may still come, at an instant.
struct Allowance {
    left: f64,
    at: Instant,
}

impl SearchLog {
    /// A log that knows nothing yet.
    pub fn new(store: Arc<dyn SearchCountStore>, clock: Arc<dyn Clock>, limits: SearchLogLimits) -> Self {
        let allowance = Allowance { left: burst(&limits), at: Instant::now() };
        Self {
            store,
            clock,
            limits,
            pending: Pending::new(limits.pending_max),
            unwritten: tokio::sync::Mutex::default(),
            popularity: ArcSwap::default(),
            is_read: AtomicBool::new(false),
            reader: tokio::sync::Mutex::default(),
            allowance: Mutex::new(allowance),
        }
    }

    /// A search for `words` that found so many products, to be counted whenever its results are given to somebody.
    /// `numbers` are those of the product that was found first.
    pub fn search(&self, scope: SearchScope, words: &str, hits: u64, numbers: &[&str]) -> CountedSearch {
        let tally = Tally::new(&self.pending, scope, Counted::Query(QueryText::of(words, numbers)));
        CountedSearch::new(tally, hits)
    }

    /// Somebody followed a product: from the results of a search, where `found` tells the words and the place, from 1,
    /// or from elsewhere. `numbers` are those of the product.
    pub fn clicked(&self, scope: &SearchScope, product: ProductCode, found: Option<(&str, u32)>, numbers: &[&str]) {
        let click = Counts { clicks: 1, ..Counts::default() };
        if let Some((words, position)) = found {
            let query = Counted::Query(QueryText::of(words, numbers));
            let positions = u64::from(position.clamp(1, POSITION_MAX));
            self.pending.add(scope, query, &Counts { positions, ..click });
        }
        self.pending.add(scope, Counted::Product(Some(product)), &click);
    }

    /// Somebody looked at the page of a product.
    pub fn viewed(&self, scope: &SearchScope, product: ProductCode) {
        self.pending.add(scope, Counted::Product(Some(product)), &Counts { views: 1, ..Counts::default() });
    }

    /// Whether another click or view is taken now: anybody may tell of them.
    pub fn takes_signals(&self) -> bool {
        let mut allowance = self.allowance.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let gained = (now - allowance.at).as_secs_f64() * f64::from(self.limits.signals_a_second_max);
        allowance.left = (allowance.left + gained).min(burst(&self.limits));
        allowance.at = now;
        if allowance.left < 1.0 {
            return false;
        }
        allowance.left -= 1.0;
        true
    }

    /// Whether what is popular was read at least once since the shop was started.
    pub fn is_read(&self) -> bool {
        self.is_read.load(Ordering::Acquire)
    }

    /// What is popular, as far as it was read.
    pub fn popularity(&self) -> Arc<Popularity> {
        self.popularity.load_full()
    }

    /// Writes what was counted so far. What could not be is kept for the next time, as far as there is room.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let mut unwritten = self.unwritten.lock().await;
        let today = today(self.clock.now());
        for ((scope, counted), counts) in self.pending.take() {
            let counted = if unwritten.len() < self.limits.pending_max { counted } else { counted.others() };
            unwritten.entry((today, scope, counted)).or_default().add(&counts);
        }
        let popularity = self.popularity();
        while let Some(((day, ..), _)) = unwritten.first_key_value() {
            let day = *day;
            let mut additions = Vec::new();
            while additions.len() < ADDITIONS_MAX
                && let Some(entry) = unwritten.first_entry()
                && entry.key().0 == day
            {
                let ((_, scope, counted), counts) = entry.remove_entry();
                let standing = if popularity.knows(&scope, &counted) { Standing::Known } else { Standing::New };
                additions.push(Addition { scope, counted, counts, standing });
            }
            if let Err(error) = self.store.add(day, additions, self.limits.distinct_a_day_max).await {
                let AddError { unwritten: rest, source } = error;
                for Addition { scope, counted, counts, .. } in rest {
                    unwritten.entry((day, scope, counted)).or_default().add(&counts);
                }
                return Err(source);
            }
        }
        Ok(())
    }

    /// How many sums could not be written yet.
    pub async fn unwritten(&self) -> usize {
        self.unwritten.lock().await.len()
    }

    /// Reads what is popular in every scope of the shop.
    pub async fn refresh(&self, shop: &ShopCache) -> Result<(), StoreError> {
        let mut reader = self.reader.lock().await;
        let scopes = scopes(shop);
        let popularity = reader.read(&*self.store, today(self.clock.now()), &scopes).await?;
        self.popularity.store(Arc::new(popularity));
        self.is_read.store(true, Ordering::Release);
        Ok(())
    }

    /// Forgets what is too old, as far as it is done in a moment.
    pub async fn forget(&self) -> Result<(), StoreError> {
        let oldest = days_before(today(self.clock.now()), RETENTION_DAYS);
        for _ in 0..FORGET_CALLS_MAX {
            if self.store.forget(oldest).await? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Writes, reads and forgets in their turns until it is time to stop. What is counted later is the caller's to
    /// [flush](Self::flush): requests are answered still.
    pub async fn run(&self, shop: &ShopCache, mut stop: watch::Receiver<bool>) {
        let (mut refreshed, mut forgotten) = (None, None);
        loop {
            told(self.flush().await, "what was searched could not be written yet");
            if is_due(&mut refreshed, REFRESH_INTERVAL) {
                told(self.refresh(shop).await, "what is popular could not be read");
            }
            if is_due(&mut forgotten, FORGET_INTERVAL) {
                told(self.forget().await, "old counts of searches could not be forgotten");
            }
            tokio::select! {
                () = tokio::time::sleep(FLUSH_INTERVAL) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// A page of cards that is opened in as many tabs comes at once.
fn burst(limits: &SearchLogLimits) -> f64 {
    f64::from(limits.signals_a_second_max) * 10.0
}

fn is_due(last: &mut Option<Instant>, interval: Duration) -> bool {
    let now = Instant::now();
    let is_due = last.is_none_or(|last| now - last >= interval);
    if is_due {
        *last = Some(now);
    }
    is_due
}

fn told(result: Result<(), StoreError>, what: &str) {
    if let Err(error) = result {
        tracing::warn!(error = %Chain(&error), "{what}");
    }
}

/// The day in UTC.
pub(super) fn today(now: Timestamp) -> Date {
    Offset::UTC.to_datetime(now).date()
}

pub(super) fn days_before(day: Date, days: u32) -> Date {
    day.saturating_sub(Span::new().days(days))
}

/// Every language of every market.
pub fn scopes(shop: &ShopCache) -> Vec<SearchScope> {
    let shop = shop.present();
    let of = |market: &ecom67_domain::Market| {
        let code = market.code.clone();
        let scope = move |language: &ecom67_domain::Language| SearchScope { language: *language, market: code.clone() };
        market.languages.iter().map(scope).collect::<Vec<_>>()
    };
    shop.markets.iter().flat_map(of).collect()
}
