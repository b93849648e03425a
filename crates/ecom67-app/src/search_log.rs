//! What is searched and looked at, counted: for reports, and so that suggestions begin with what many look for.
//!
//! What is kept are sums, never who, when in the day, from where or in which order: per day (UTC), language and market,
//! how often a query was searched and what it found, how often its results were followed and where they stood; and how
//! often a product was followed from results or looked at. Words that may tell of a person are counted without their
//! text, see [`QueryText`].

mod log;
mod popularity;
mod query_text;
mod report;
mod tally;

use async_trait::async_trait;
use ecom67_domain::{Language, MarketCode, ProductCode};
use jiff::civil::Date;

use crate::port::StoreError;

pub use log::{FLUSH_INTERVAL, SearchLog, SearchLogLimits, scopes};
pub use popularity::{POPULAR_DAYS, Popularity, SHARED_DAYS_MIN, SHARED_SEARCHES_MIN};
pub use query_text::{DIGITS_MIN, QueryText};
pub use report::{QueryLine, ReportRequest, SearchReport, Totals, report};
pub use tally::CountedSearch;

/// For so many days sums are kept.
pub const RETENTION_DAYS: u32 = 90;

/// So many different queries, and so many different products, have sums of their own on a day, in one language and
/// market. What comes beyond is counted together: neither the disk nor the reports are a stranger's to fill.
pub const DISTINCT_A_DAY_MAX: usize = 5_000;

/// The most sums that one call reads.
pub const COUNTS_PAGE_MAX: usize = 1_000;

/// The most sums that one call adds to.
pub const ADDITIONS_MAX: usize = 200;

/// The most sums that one call forgets.
pub const FORGET_COUNTS_MAX: usize = 500;

/// The last place that is counted: nobody looks further.
pub const POSITION_MAX: u32 = 1_000;

/// Where something was searched: what is found differs by both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchScope {
    /// The language.
    pub language: Language,
    /// The market.
    pub market: MarketCode,
}

/// What has a sum; `None` stands for all that have none of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// A query.
    Query(Option<QueryText>),
    /// A product.
    Product(Option<ProductCode>),
}

/// Which sums are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountedKind {
    /// Those of queries.
    Query,
    /// Those of products.
    Product,
}

impl CountedKind {
    /// Its name, as stores write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Product => "product",
        }
    }
}

impl Counted {
    /// Among which sums it is.
    pub const fn kind(&self) -> CountedKind {
        match self {
            Self::Query(_) => CountedKind::Query,
            Self::Product(_) => CountedKind::Product,
        }
    }

    /// All of its kind that have no sum of their own.
    #[must_use]
    pub const fn others(&self) -> Self {
        match self {
            Self::Query(_) => Self::Query(None),
            Self::Product(_) => Self::Product(None),
        }
    }

    /// The text or code, as stores write it; empty for the others.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Query(text) => text.as_ref().map_or("", QueryText::as_str),
            Self::Product(code) => code.as_ref().map_or("", ProductCode::as_str),
        }
    }

    /// What was written as `text`.
    pub fn read(kind: CountedKind, text: &str) -> Result<Self, StoreError> {
        let unreadable = |reason: String| StoreError::Unreadable { key: format!("count of {text}"), reason };
        Ok(match kind {
            CountedKind::Query if text.is_empty() => Self::Query(None),
            CountedKind::Query => {
                Self::Query(Some(QueryText::stored(text).ok_or_else(|| unreadable("no query".to_owned()))?))
            }
            CountedKind::Product if text.is_empty() => Self::Product(None),
            CountedKind::Product => {
                Self::Product(Some(text.parse().map_err(|invalid| unreadable(format!("{invalid}")))?))
            }
        })
    }
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often the query was searched.
    pub searches: u64,
    /// How often it found nothing.
    pub empty: u64,
    /// How many products it found last; `None` where that is not known.
    pub hits: Option<u64>,
    /// How often a result was followed: of this query, or this product as one.
    pub clicks: u64,
    /// The places of the results that were followed, added up; the first is 1.
    pub positions: u64,
    /// How often the product's page was looked at.
    pub views: u64,
}

impl Counts {
    /// Adds what was counted later.
    pub fn add(&mut self, later: &Self) {
        self.searches = self.searches.saturating_add(later.searches);
        self.empty = self.empty.saturating_add(later.empty);
        self.hits = later.hits.or(self.hits);
        self.clicks = self.clicks.saturating_add(later.clicks);
        self.positions = self.positions.saturating_add(later.positions);
        self.views = self.views.saturating_add(later.views);
    }

    /// Whether nothing was counted.
    pub const fn is_empty(&self) -> bool {
        self.searches == 0 && self.clicks == 0 && self.views == 0
    }
}

/// Whether something gets a sum of its own however many there are already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be the first of a flood.
    New,
    /// Many have looked for it on days before.
    Known,
}

/// What is added to a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Where it was counted.
    pub scope: SearchScope,
    /// What was counted.
    pub counted: Counted,
    /// How much.
    pub counts: Counts,
    /// Whether it gets a sum of its own in any case.
    pub standing: Standing,
}

/// Sums of which not all were added.
#[derive(Debug, thiserror::Error)]
#[error("some of what was searched could not be counted")]
pub struct AddError {
    /// What certainly was not, and may be tried again. The rest is added, or nobody knows.
    pub unwritten: Vec<Addition>,
    /// Why.
    #[source]
    pub source: StoreError,
}

/// Keeps what was counted.
///
/// Adding is atomic for each sum, not for all of a call: these are statistics, and several processes write. An addition
/// of which nobody knows whether it was made is not made again; one that was made twice is not ruled out where an engine
/// repeats by itself.
#[async_trait]
pub trait SearchCountStore: Send + Sync {
    /// Adds to the sums of `day`; at most [`ADDITIONS_MAX`], each of another sum. What would be one more than
    /// `distinct_max` sums of its kind in its scope, and is not [known](Standing::Known), is added to that of the
    /// others. Those who write at once may go beyond by what they add in one call.
    async fn add(&self, day: Date, additions: Vec<Addition>, distinct_max: usize) -> Result<(), AddError>;

    /// Up to `limit` sums of `day`, at most [`COUNTS_PAGE_MAX`], after the one of `after`, in an order that is the same
    /// for every call of one adapter. A page shorter than `limit` is the last.
    async fn list(
        &self,
        day: Date,
        scope: &SearchScope,
        kind: CountedKind,
        after: Option<&Counted>,
        limit: usize,
    ) -> Result<Vec<(Counted, Counts)>, StoreError>;

    /// Forgets up to [`FORGET_COUNTS_MAX`] sums of days before `day`, and says how many: none where nothing is left, or
    /// where the engine forgets by itself, [`RETENTION_DAYS`] after the day of the sum.
    async fn forget(&self, day: Date) -> Result<usize, StoreError>;
}

/// All sums of a kind on a day, page after page.
async fn each_count(
    store: &dyn SearchCountStore,
    day: Date,
    scope: &SearchScope,
    kind: CountedKind,
    mut told: impl FnMut(Counted, Counts),
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = store.list(day, scope, kind, after.as_ref(), COUNTS_PAGE_MAX).await?;
        let is_last = page.len() < COUNTS_PAGE_MAX;
        after = page.last().map(|(counted, _)| counted.clone());
        for (counted, counts) in page {
            told(counted, counts);
        }
        if is_last {
            return Ok(());
        }
    }
}
