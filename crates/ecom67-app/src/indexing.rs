//! Keeping an index up to date: the loop that follows the change log, and what it makes of a product.
//!
//! The index never misses a change and may see one twice. It holds the position it has come to, in the same commit as
//! what it was told until then; so whatever happens, it goes on where it was, or is built anew from the store.

mod affected;
mod compared;
mod dead_letters;
mod entry;
mod reader;

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ecom67_domain::{Product, ProductCode, Sku};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

pub use compared::{DIFFERENCES_TOLD_MAX, Differences, IndexComparison};
pub use dead_letters::RetriedDeadLetters;
pub(crate) use entry::filter_text;
pub use entry::{FILTER_TEXT_LENGTH_MAX, entry};
pub(crate) use reader::{EntryPage, EntryReader};

use crate::port::{
    Change, ChangeLog, DeadLetters, DocumentStore, PAGE_MAX, Position, ProductStore, Refused, StockStore, StoreError,
    Stored, Subject,
};
use crate::search::{IndexChange, ProductIndex};
use crate::shop::{Shop, ShopCache};
use crate::{Chain, Clock};
use affected::{Affected, affected, is_indexed};
use dead_letters::{Built, Letters};
use reader::unreadable;

/// The most changes that are taken from the log at once. A product that is imported makes two: itself and its stock.
const CHANGES_MAX: usize = 2_000;
/// The most products that go into the index at once: enough to make a commit worth while, few enough to stay small.
const BATCH_PRODUCTS: usize = 1_000;
/// The most SKUs whose products are looked up at once.
const LOOKUPS_AT_ONCE: usize = 16;
/// How long a build that changed documents made necessary waits for more of them, while other changes keep coming.
const REBUILD_DELAY_MAX: Duration = Duration::from_secs(10);
/// How long after somebody said that there is something new the log is read: what comes meanwhile is read with it.
const GATHER: Duration = Duration::from_millis(40);
/// How often the log is read where nobody says that there is something new.
const IDLE_WAIT: Duration = Duration::from_millis(250);
/// The first wait after a failure; each further one is twice as long.
const RETRY_WAIT_MIN: Duration = Duration::from_millis(100);
/// The longest wait after a failure.
const RETRY_WAIT_MAX: Duration = Duration::from_secs(10);

/// Where an indexer reads, and what it feeds.
#[derive(Clone)]
pub struct IndexFeed {
    /// The products.
    pub products: Arc<dyn ProductStore>,
    /// Their stock.
    pub stock: Arc<dyn StockStore>,
    /// What products refer to.
    pub documents: Arc<dyn DocumentStore>,
    /// What has changed.
    pub log: Arc<dyn ChangeLog>,
    /// The shop; read again here when a document of it changed.
    pub shop: Arc<ShopCache>,
    /// The index.
    pub index: Arc<dyn ProductIndex>,
    /// The products that it cannot have.
    pub dead_letters: Arc<dyn DeadLetters>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Keeps one index up to date. There is one for each index.
pub struct Indexer {
    entries: EntryReader,
    feed: IndexFeed,
    letters: Letters,
    progress: tokio::sync::Mutex<Progress>,
    /// When the oldest change was committed that is not in the index yet.
    behind_since: Mutex<Option<Timestamp>>,
    building: Mutex<Option<u64>>,
}

/// How far it has come.
#[derive(Default)]
struct Progress {
    /// Up to where the log has been applied; `None` if the index is to be built.
    position: Option<Position>,
    /// Whether `position` has been read from the index.
    started: bool,
    /// The shop that everything in the index was made with; `None` after a start, until what was changed before it has
    /// been seen.
    shop: Option<Arc<Shop>>,
    /// Since when the index is to be built, because documents changed that many products refer to.
    rebuild_wanted: Option<Instant>,
}

impl Indexer {
    /// An indexer that goes on where its index is.
    pub fn new(feed: IndexFeed) -> Self {
        let entries = EntryReader { products: Arc::clone(&feed.products), stock: Arc::clone(&feed.stock) };
        let letters = Letters::new(Arc::clone(&feed.dead_letters), Arc::clone(&feed.clock));
        Self {
            entries,
            feed,
            letters,
            progress: tokio::sync::Mutex::default(),
            behind_since: Mutex::default(),
            building: Mutex::default(),
        }
    }

    /// How far the index lags behind the store; zero if it has all there is.
    pub fn lag(&self) -> SignedDuration {
        let since = *self.behind_since.lock().unwrap_or_else(PoisonError::into_inner);
        since
            .map_or(SignedDuration::ZERO, |since| self.feed.clock.now().duration_since(since).max(SignedDuration::ZERO))
    }

    /// How many products the build that is under way has been given so far; `None` while there is none.
    pub fn building(&self) -> Option<u64> {
        *self.building.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_behind_since(&self, since: Option<Timestamp>) {
        *self.behind_since.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// Whatever is known: from now on at the latest the index is behind.
    fn set_behind_since_first(&self) {
        let now = self.feed.clock.now();
        self.behind_since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(now);
    }

    /// Follows the log until `shutdown` is true or its sender is gone. `commits` changes when there is something new;
    /// without that, it takes up to a quarter of a second to be seen. A failure is told once, then the same is tried
    /// again until it is over. When it is to stop it does so at once: what a step had not committed is done again by
    /// the next one, and a build that is not finished leaves no trace.
    pub async fn run(&self, mut commits: watch::Receiver<u64>, mut shutdown: watch::Receiver<bool>) {
        let mut failures: u32 = 0;
        loop {
            commits.mark_unchanged();
            let step = tokio::select! {
                biased;
                () = told_to_stop(&mut shutdown) => return,
                step = self.step() => step,
            };
            let wait = match step {
                Ok(done) => {
                    if failures > 0 {
                        tracing::info!(failures, "the index is fed again");
                        failures = 0;
                    }
                    match done {
                        0 => IDLE_WAIT,
                        // There is more.
                        CHANGES_MAX.. => Duration::ZERO,
                        _ => GATHER,
                    }
                }
                Err(error) => {
                    if failures == 0 {
                        tracing::error!(error = %Chain(&error), "the index is not fed; it is tried again until it is");
                        self.set_behind_since_first();
                    }
                    failures = failures.saturating_add(1);
                    retry_wait(failures, self.feed.clock.now())
                }
            };
            // After a failure a new change is no reason to hurry, and a log that nobody writes any more none ever.
            let woken = async {
                if failures > 0 || commits.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(GATHER).await;
            };
            if wait.is_zero() {
                tokio::task::yield_now().await;
                continue;
            }
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(wait) => {}
                () = told_to_stop(&mut shutdown) => return,
            }
        }
    }

    /// Takes the next changes from the log into the index, or builds it where that is due. Returns how much was done:
    /// zero means that the index has all there is.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let mut progress = self.progress.lock().await;
        if !progress.started {
            progress.position = self.feed.index.position().await?;
            self.letters.recount().await?;
            progress.started = true;
        }
        let Some(position) = progress.position.clone() else {
            return Ok(self.build(&mut progress).await?.max(1));
        };
        // Before the log: if that has nothing new, nothing of this shop is still to come.
        let present = self.feed.shop.present();
        let changes = match self.feed.log.read(Some(&position), CHANGES_MAX).await {
            Err(StoreError::Unreadable { key, reason }) => {
                tracing::warn!(key, reason, "the log does not tell what the index has not seen; it is built anew");
                return Ok(self.build(&mut progress).await?.max(1));
            }
            answer => answer?,
        };
        let Some(last) = changes.last() else { return self.settle(&mut progress, position, present).await };
        self.set_behind_since(changes.iter().map(|change| change.at).min());
        let (shop, products) = self.read_shop(&mut progress, &changes).await?;
        if progress.rebuild_wanted.is_some_and(|since| since.elapsed() >= REBUILD_DELAY_MAX) {
            return Ok(self.build(&mut progress).await?.max(1));
        }
        // A build that is due is noted where a crash does not lose it: an index without a position is built.
        let kept = |position: &Position| progress.rebuild_wanted.is_none().then(|| position.clone());
        let mut batch = Batch::after(kept(&position));
        self.add_changes(&shop, &changes, products, &mut batch).await?;
        self.apply(&mut batch, kept(&last.position)).await?;
        progress.position = Some(last.position.clone());
        if progress.shop.is_some() {
            progress.shop = Some(shop);
        }
        self.set_behind_since(Some(last.at));
        Ok(changes.len())
    }

    /// Does what is left when the log has nothing new: `present` was the shop before that was seen. The index has all
    /// there is only if it was made with this very shop; somebody else may have read it since.
    async fn settle(
        &self,
        progress: &mut Progress,
        position: Position,
        present: Arc<Shop>,
    ) -> Result<usize, StoreError> {
        let before = progress.shop.get_or_insert_with(|| Arc::clone(&present));
        let affected = affected_since(before, &present);
        if progress.rebuild_wanted.is_some() || affected == Affected::Everything {
            return Ok(self.build(progress).await?.max(1));
        }
        let Affected::Products(products) = affected else { return Ok(0) };
        if !products.is_empty() {
            let mut batch = Batch::after(Some(position.clone()));
            self.add_products(&present, &products, &mut batch).await?;
            self.apply(&mut batch, Some(position)).await?;
        }
        progress.shop = Some(present);
        if products.is_empty() {
            self.set_behind_since(None);
        }
        Ok(products.len())
    }

    /// Builds the index anew from the store. Until it is done, lists are what they were.
    pub async fn rebuild(&self) -> Result<usize, StoreError> {
        let mut progress = self.progress.lock().await;
        self.build(&mut progress).await
    }

    async fn build(&self, progress: &mut Progress) -> Result<usize, StoreError> {
        self.set_behind_since_first();
        let told = BuildProgress::of(&self.building);
        let head = self.feed.log.head().await?;
        self.feed.shop.refresh(&*self.feed.documents).await?;
        let shop = self.feed.shop.present();
        let mut build = self.feed.index.rebuild().await?;
        let mut built = Built::default();
        let mut page = self.entries.after(&shop, None).await?;
        loop {
            let EntryPage { entries, unreadable, next } = page;
            built.given += entries.len();
            told.set(built.given as u64);
            self.letters.note(&unreadable).await?;
            built.left_out.extend(unreadable.into_iter().map(|refused| refused.product));
            let Some(after) = next else {
                let mut refused = build.put(entries).await?;
                refused.extend(build.flush().await?);
                self.leave_out(refused, &mut built).await?;
                break;
            };
            // The index takes one page in while the next is read.
            let taken = tokio::try_join!(build.put(entries), self.entries.after(&shop, Some(&after)));
            let (refused, following) = taken?;
            self.leave_out(refused, &mut built).await?;
            page = following;
        }
        build.finish(head.clone()).await?;
        let indexed = built.given - built.refused;
        tracing::info!(products = indexed, left_out = built.left_out.len(), "the index has been built");
        *progress = Progress { position: Some(head), started: true, shop: Some(shop), rebuild_wanted: None };
        // Last: should it fail, some letters stay that need not, and nothing is built again for that.
        self.letters.clear_all_but(&built.left_out).await?;
        Ok(indexed)
    }

    /// Reads the shop again where the changes tell of it. Returns it with the products that it affects by itself; where
    /// these are too many to say, a build is wanted from now on.
    async fn read_shop(
        &self,
        progress: &mut Progress,
        changes: &[Change],
    ) -> Result<(Arc<Shop>, BTreeSet<ProductCode>), StoreError> {
        let is_of_shop = |change: &Change| matches!(change.subject, Subject::Document(_));
        let is_of_index = |change: &Change| matches!(&change.subject, Subject::Document(key) if is_indexed(key.kind));
        if changes.iter().any(is_of_shop) {
            self.feed.shop.refresh(&*self.feed.documents).await?;
        }
        let present = self.feed.shop.present();
        let affected = match &progress.shop {
            Some(before) => affected_since(before, &present),
            // What the shop was like before is not known.
            None if changes.iter().any(is_of_index) => Affected::Everything,
            None => Affected::Products(BTreeSet::new()),
        };
        let products = match affected {
            Affected::Products(products) => products,
            Affected::Everything => {
                progress.rebuild_wanted.get_or_insert_with(Instant::now);
                BTreeSet::new()
            }
        };
        Ok((present, products))
    }

    /// Adds what the changes are about to the batch, and `products` beside.
    async fn add_changes(
        &self,
        shop: &Shop,
        changes: &[Change],
        mut products: BTreeSet<ProductCode>,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let mut skus: BTreeSet<Sku> = BTreeSet::new();
        for change in changes {
            match &change.subject {
                Subject::Product(code) => drop(products.insert(code.clone())),
                Subject::Stock(sku) => drop(skus.insert(sku.clone())),
                Subject::Document(_) => {}
            }
        }
        self.add_products(shop, &products, batch).await?;
        // Most often product and stock change together, and the product is there already with its stock.
        skus.retain(|sku| !batch.skus.contains(sku));
        let lookups = skus.into_iter().map(|sku| {
            let products = Arc::clone(&self.feed.products);
            async move { products.find_by_sku(&sku).await }
        });
        let mut lookups = stream::iter(lookups).buffer_unordered(LOOKUPS_AT_ONCE);
        let mut owners = BTreeSet::new();
        while let Some(owner) = lookups.try_next().await? {
            owners.extend(owner.filter(|owner| !products.contains(owner)));
        }
        self.add_products(shop, &owners, batch).await.map(drop)
    }

    /// Adds the products as they are now. A batch that is full goes into the index at once; returns how many of it the
    /// index cannot have.
    async fn add_products(
        &self,
        shop: &Shop,
        products: &BTreeSet<ProductCode>,
        batch: &mut Batch,
    ) -> Result<usize, StoreError> {
        let mut refused = 0;
        let codes: Vec<ProductCode> = products.iter().cloned().collect();
        for page in codes.chunks(PAGE_MAX) {
            if batch.changes.len() + page.len() > BATCH_PRODUCTS {
                refused += self.apply(batch, batch.position.clone()).await?;
            }
            let found = self.find(page).await?;
            let gone = page.iter().filter(|code| !found.seen.contains(*code));
            batch.changes.extend(gone.cloned().map(IndexChange::Remove));
            let variants = found.products.iter().flat_map(|product| &product.variants);
            batch.unreadable.extend(found.unreadable);
            batch.skus.extend(variants.map(|variant| variant.sku.clone()));
            let entries = self.entries.of(shop, found.products).await?;
            batch.changes.extend(entries.into_iter().map(|(code, entry)| match entry {
                Some(entry) => IndexChange::Put(Box::new(entry)),
                None => IndexChange::Remove(code),
            }));
        }
        Ok(refused)
    }

    /// Finds a page of products. One that cannot be read stays in the index as it was.
    async fn find(&self, codes: &[ProductCode]) -> Result<Found, StoreError> {
        let all = match self.feed.products.find_many(codes).await {
            Err(StoreError::Unreadable { .. }) => None,
            answer => Some(answer?),
        };
        let mut found = Found::default();
        if let Some(all) = all {
            for stored in all {
                found.add(stored);
            }
            return Ok(found);
        }
        for code in codes {
            match self.feed.products.find(code).await {
                Ok(stored) => stored.into_iter().for_each(|stored| found.add(stored)),
                Err(StoreError::Unreadable { reason, .. }) => {
                    found.seen.insert(code.clone());
                    found.unreadable.push(unreadable(code.clone(), &reason));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

/// Tells how far a build is, until it ends in whatever way.
struct BuildProgress<'indexer>(&'indexer Mutex<Option<u64>>);

impl<'indexer> BuildProgress<'indexer> {
    fn of(building: &'indexer Mutex<Option<u64>>) -> Self {
        let progress = Self(building);
        progress.set(0);
        progress
    }

    fn set(&self, products: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(products);
    }
}

impl Drop for BuildProgress<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What is to go into the index together.
struct Batch {
    changes: Vec<IndexChange>,
    /// Products that should be among them and cannot be read.
    unreadable: Vec<Refused>,
    /// The position that all changes before these have reached.
    position: Option<Position>,
    /// The variants of the products that are in it.
    skus: HashSet<Sku>,
}

impl Batch {
    fn after(position: Option<Position>) -> Self {
        Self { changes: Vec::new(), unreadable: Vec::new(), position, skus: HashSet::new() }
    }
}

/// Products that were looked for.
#[derive(Default)]
struct Found {
    products: Vec<Product>,
    /// The codes of those that exist, unreadable ones included.
    seen: BTreeSet<ProductCode>,
    /// Those that cannot be read.
    unreadable: Vec<Refused>,
}

impl Found {
    fn add(&mut self, stored: Stored<Product>) {
        self.seen.insert(stored.value.code.clone());
        self.products.push(stored.value);
    }
}

/// Waits until `shutdown` is true or its sender is gone.
async fn told_to_stop(shutdown: &mut watch::Receiver<bool>) {
    drop(shutdown.wait_for(|stop| *stop).await);
}

/// What has to be indexed again when `before` has become `present`: nothing, without a look, if it is still the same.
fn affected_since(before: &Arc<Shop>, present: &Arc<Shop>) -> Affected {
    if Arc::ptr_eq(before, present) { Affected::Products(BTreeSet::new()) } else { affected(before, present) }
}

/// How long to wait after so many failures in a row: longer each time, and never at the same moment as everyone else.
pub(crate) fn retry_wait(failures: u32, now: Timestamp) -> Duration {
    let longest = RETRY_WAIT_MIN.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(RETRY_WAIT_MAX);
    // A thousandth, from the clock's own noise: the moment of a failure is chance enough.
    let share = now.subsec_nanosecond().unsigned_abs() / 1_000 % 1_000;
    longest / 2 + longest / 2 * share / 1_000
}
