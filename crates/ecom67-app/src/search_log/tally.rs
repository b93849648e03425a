//! Counting in memory: by atomic additions, so that a kept answer that goes out again costs next to nothing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Counted, Counts, SearchScope};

/// What is counted of one thing in one place until it is written. There may be several of the same.
pub(super) struct Tally {
    scope: SearchScope,
    counted: Counted,
    searches: AtomicU64,
    empty: AtomicU64,
    /// How many the last search found, and one more: 0 where there was none.
    hits: AtomicU64,
    /// Whether it waits to be written.
    waits: AtomicBool,
    pending: Arc<Pending>,
}

impl Tally {
    pub(super) fn new(pending: &Arc<Pending>, scope: SearchScope, counted: Counted) -> Arc<Self> {
        Arc::new(Self {
            scope,
            counted,
            searches: AtomicU64::new(0),
            empty: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            waits: AtomicBool::new(false),
            pending: Arc::clone(pending),
        })
    }

    fn searched(self: &Arc<Self>, hits: u64) {
        self.searches.fetch_add(1, SeqCst);
        if hits == 0 {
            self.empty.fetch_add(1, SeqCst);
        }
        self.hits.store(hits.saturating_add(1), SeqCst);
        // After what was counted, as `take` does the two in the other order: whoever sees that it waits is counted.
        if !self.waits.load(SeqCst) && !self.waits.swap(true, SeqCst) {
            self.pending.put(self);
        }
    }

    fn take(&self) -> Counts {
        self.waits.store(false, SeqCst);
        Counts {
            searches: self.searches.swap(0, SeqCst),
            empty: self.empty.swap(0, SeqCst),
            hits: self.hits.load(SeqCst).checked_sub(1),
            ..Counts::default()
        }
    }
}

/// A search that an answer tells the results of: counted each time the answer is given. Cheap to clone.
#[derive(Clone)]
pub struct CountedSearch {
    tally: Arc<Tally>,
    hits: u64,
}

impl CountedSearch {
    pub(super) const fn new(tally: Arc<Tally>, hits: u64) -> Self {
        Self { tally, hits }
    }

    /// Somebody was given the results.
    pub fn count(&self) {
        self.tally.searched(self.hits);
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> u64 {
        (size_of::<Tally>() + self.tally.counted.as_str().len()) as u64
    }
}

impl std::fmt::Debug for CountedSearch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CountedSearch").field("counted", &self.tally.counted).field("hits", &self.hits).finish()
    }
}

/// What was counted and not yet written. Different things are bounded; beyond, they are counted together.
pub(super) struct Pending {
    waiting: Mutex<Waiting>,
    distinct_max: usize,
}

#[derive(Default)]
struct Waiting {
    tallies: Vec<Arc<Tally>>,
    sums: Sums,
}

/// Sums by what they are of.
pub(super) type Sums = BTreeMap<(SearchScope, Counted), Counts>;

impl Pending {
    pub(super) fn new(distinct_max: usize) -> Arc<Self> {
        Arc::new(Self { waiting: Mutex::default(), distinct_max })
    }

    fn put(&self, tally: &Arc<Tally>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.tallies.len() < self.distinct_max {
            waiting.tallies.push(Arc::clone(tally));
        } else {
            let others = (tally.scope.clone(), tally.counted.others());
            waiting.sums.entry(others).or_default().add(&Counts { hits: None, ..tally.take() });
        }
    }

    /// Counts what has no answer that is kept.
    pub(super) fn add(&self, scope: &SearchScope, counted: Counted, counts: &Counts) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (scope.clone(), counted);
        let has_room = waiting.sums.len() < self.distinct_max || waiting.sums.contains_key(&key);
        let key = if has_room { key } else { (key.0, key.1.others()) };
        waiting.sums.entry(key).or_default().add(counts);
    }

    /// Takes out what waits.
    pub(super) fn take(&self) -> Sums {
        let Waiting { tallies, mut sums } =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        for tally in tallies {
            let counts = tally.take();
            if !counts.is_empty() {
                let counts =
                    if tally.counted == tally.counted.others() { Counts { hits: None, ..counts } } else { counts };
                sums.entry((tally.scope.clone(), tally.counted.clone())).or_default().add(&counts);
            }
        }
        sums
    }
}
