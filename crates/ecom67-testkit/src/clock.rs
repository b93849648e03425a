//! A clock that stands still until it is moved.

use std::sync::{Arc, Mutex, PoisonError};

use ecom67_app::Clock;
use jiff::{SignedDuration, Timestamp};

/// Stands still until it is moved. Its clones are the same clock.
#[derive(Clone, Debug)]
pub struct MovableClock {
    now: Arc<Mutex<Timestamp>>,
}

impl MovableClock {
    /// A clock that says `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { now: Arc::new(Mutex::new(now)) }
    }

    /// Moves on by `duration`.
    pub fn forward(&self, duration: SignedDuration) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += duration;
    }

    /// Moves to `now`, which may be earlier.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Default for MovableClock {
    fn default() -> Self {
        Self::at(crate::noon())
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
