//! What is kept until what it was made from changes.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ecom67_domain::{Product, Sku};

use crate::port::Subject;

/// How many marks there are. What shares a mark is made anew a little too often, never too seldom.
const MARKS: usize = 1 << 16;

/// The mark of the shop's reference data: everything depends on it.
const SHOP_MARK: usize = 0;

/// The oldest an answer gets: what is new or reduced depends on the time, too.
const AGE_MAX: Duration = Duration::from_secs(300);

/// The oldest an answer gets that tells what is popular, which is read again as often.
const POPULARITY_AGE_MAX: Duration = Duration::from_mins(1);

/// What an answer was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// The shop's reference data only.
    Shop,
    /// A product and the stock of its variants.
    Product(Vec<Subject>),
    /// What the index showed in this generation.
    Index(u64),
    /// The same, and what was popular: kept no longer than that is.
    Popularity(u64),
    /// What will be known in a moment and is not yet: not kept.
    Unknown,
}

impl Dependency {
    /// That on a product and the stock of its variants.
    pub fn of_product(product: &Product) -> Self {
        let stock = product.variants.iter().map(|variant| Subject::Stock(variant.sku.clone()));
        Self::Product(std::iter::once(Subject::Product(product.code.clone())).chain(stock).collect())
    }

    /// That on the stock of variants.
    pub fn of_stock(skus: &[Sku]) -> Self {
        Self::Product(skus.iter().cloned().map(Subject::Stock).collect())
    }
}

/// When what was changed.
pub struct Changes {
    clock: AtomicU64,
    marks: Box<[AtomicU64]>,
    /// The same in every process, so that what shares a mark does so again.
    hasher: BuildHasherDefault<DefaultHasher>,
}

impl Default for Changes {
    fn default() -> Self {
        let marks = std::iter::repeat_with(AtomicU64::default).take(MARKS).collect();
        Self { clock: AtomicU64::new(1), marks, hasher: BuildHasherDefault::new() }
    }
}

impl Changes {
    /// The time by this clock: to be read before what an answer is made from.
    pub fn now(&self) -> u64 {
        self.clock.load(Ordering::Acquire)
    }

    /// Marks what a commit changed: before its writer is answered.
    pub fn committed(&self, subjects: &[Subject]) {
        let now = self.clock.fetch_add(1, Ordering::AcqRel) + 1;
        for subject in subjects {
            if !matches!(subject, Subject::Document(_)) {
                self.marks[self.mark(subject)].fetch_max(now, Ordering::Release);
            }
        }
    }

    /// Marks everything: when the reference data in memory has been replaced.
    pub fn shop_changed(&self) {
        let now = self.clock.fetch_add(1, Ordering::AcqRel) + 1;
        self.marks[SHOP_MARK].fetch_max(now, Ordering::Release);
    }

    fn mark(&self, subject: &Subject) -> usize {
        let hash = self.hasher.hash_one(SubjectHash(subject));
        // Not the shop's own mark.
        usize::try_from(hash % (MARKS as u64 - 1)).unwrap_or(0) + 1
    }

    /// Whether a subject may have changed since `then`.
    pub fn may_have_changed(&self, subject: &Subject, then: u64) -> bool {
        !self.unchanged_since(then, self.mark(subject))
    }

    fn unchanged_since(&self, then: u64, mark: usize) -> bool {
        self.marks[mark].load(Ordering::Acquire) <= then
    }
}

struct SubjectHash<'subject>(&'subject Subject);

impl Hash for SubjectHash<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self.0 {
            Subject::Product(code) => (0, code.as_str()).hash(state),
            Subject::Stock(sku) => (1, sku.as_str()).hash(state),
            Subject::Document(key) => (2, key.code.as_str()).hash(state),
        }
    }
}

/// Something that was made, and what it was made from.
#[derive(Clone)]
pub struct Kept<T> {
    /// What was made.
    pub value: T,
    marks: Box<[u16]>,
    made_at: u64,
    made: Instant,
    generation: Option<u64>,
    age_max: Duration,
}

impl<T> Kept<T> {
    /// Made from what stood at `made_at`.
    pub fn new(value: T, dependency: &Dependency, made_at: u64, changes: &Changes) -> Self {
        let (marks, generation) = match dependency {
            Dependency::Shop | Dependency::Unknown => (Box::default(), None),
            Dependency::Index(generation) | Dependency::Popularity(generation) => (Box::default(), Some(*generation)),
            Dependency::Product(subjects) => {
                let marks = subjects.iter().map(|subject| u16::try_from(changes.mark(subject)).unwrap_or(0));
                let mut marks: Vec<u16> = marks.collect();
                marks.sort_unstable();
                marks.dedup();
                (marks.into_boxed_slice(), None)
            }
        };
        let age_max = match dependency {
            Dependency::Unknown => Duration::ZERO,
            Dependency::Popularity(_) => POPULARITY_AGE_MAX,
            Dependency::Shop | Dependency::Product(_) | Dependency::Index(_) => AGE_MAX,
        };
        Self { value, marks, made_at, made: Instant::now(), generation, age_max }
    }

    /// What it was made from stood so at this time.
    pub const fn made_at(&self) -> u64 {
        self.made_at
    }

    /// Whether it still holds in the index's present generation.
    pub fn holds(&self, changes: &Changes, generation: u64) -> bool {
        self.generation.is_none_or(|made_in| made_in == generation)
            && changes.unchanged_since(self.made_at, SHOP_MARK)
            && self.marks.iter().all(|mark| changes.unchanged_since(self.made_at, usize::from(*mark)))
            && self.made.elapsed() < self.age_max
    }

    /// How many bytes it takes beside its value's own.
    pub fn weight(&self) -> u64 {
        // What an entry takes: measured with 20,000 of them.
        const OVERHEAD: u64 = 256;
        (self.marks.len() * 2) as u64 + OVERHEAD
    }
}
