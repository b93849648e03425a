//! The moment at which a wait is given up.

use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    pub(crate) fn after(limit: Duration) -> Self {
        Self { at: Instant::now() + limit, limit }
    }

    pub(crate) fn after_minutes(minutes: u64) -> Self {
        Self::after(Duration::from_secs(minutes * 60))
    }

    pub(crate) fn has_passed(self) -> bool {
        Instant::now() >= self.at
    }

    /// How long the wait was allowed to take in all, for the message that says it took longer.
    pub(crate) fn limit(self) -> Duration {
        self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_of_no_time_has_passed() {
        assert!(Deadline::after(Duration::ZERO).has_passed());
        assert!(!Deadline::after_minutes(1).has_passed());
    }
}
