//! Time: the runtime's own, which stands still while anybody works, and what passes or goes wrong beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ecom67_app::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Noon of a Monday.
const BEGINNING_S: i64 = 1_793_620_800;

/// The shop's clock, and the world's, which the provider goes by.
pub(crate) struct Clocks {
    begun: Instant,
    /// What has passed for everybody at once, as while a machine sleeps.
    passed_ms: AtomicI64,
    /// By how much the shop's clock is wrong.
    wrong_ms: AtomicI64,
}

impl Clocks {
    /// To be called within the runtime.
    pub(crate) fn start() -> Self {
        Self { begun: Instant::now(), passed_ms: AtomicI64::new(0), wrong_ms: AtomicI64::new(0) }
    }

    /// Since the beginning, as the runtime counts it.
    pub(crate) fn elapsed_ms(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// The true time.
    pub(crate) fn world(&self) -> Timestamp {
        let since = self.elapsed_ms() + self.passed_ms.load(Ordering::Relaxed);
        let beginning = Timestamp::from_second(BEGINNING_S).unwrap_or(Timestamp::UNIX_EPOCH);
        beginning.saturating_add(SignedDuration::from_millis(since)).unwrap_or(Timestamp::MAX)
    }

    /// So much passes at once.
    pub(crate) fn pass(&self, duration: SignedDuration) {
        self.passed_ms.fetch_add(i64::try_from(duration.as_millis()).unwrap_or(0).max(0), Ordering::Relaxed);
    }

    /// The shop's clock is wrong by so much from now on.
    pub(crate) fn be_wrong_by(&self, duration: SignedDuration) {
        self.wrong_ms.store(i64::try_from(duration.as_millis()).unwrap_or(0), Ordering::Relaxed);
    }
}

/// The clock of whoever is not the shop, which is never wrong.
pub(crate) struct WorldClock(pub(crate) Arc<Clocks>);

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.world()
    }
}

impl Clock for Clocks {
    fn now(&self) -> Timestamp {
        let wrong = SignedDuration::from_millis(self.wrong_ms.load(Ordering::Relaxed));
        self.world().saturating_add(wrong).unwrap_or(Timestamp::MAX)
    }
}
