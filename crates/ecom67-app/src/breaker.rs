//! A circuit breaker: what has failed several times in a row is left alone for a while, and then asked once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row, and nobody is let through any more, unless somebody wants another number.
const FAILURES_MAX: u32 = 3;
/// How soon to come back while somebody is finding out whether it answers again.
const PROBED_WAIT: Duration = Duration::from_secs(1);

/// Lets callers through while what they call answers.
#[derive(Debug)]
pub struct Breaker {
    failures_max: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    /// Until then nobody is let through; only set after too many failures.
    closed_until: Option<Instant>,
    /// Whether somebody is finding out.
    probed: bool,
}

/// What a report has changed for all callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    None,
    /// Nobody is let through from now on.
    Away,
    /// Everybody is again.
    Back,
}

/// Somebody who was let through, and is to report what came of it. Dropped without a report, it proves nothing.
#[derive(Debug)]
pub struct Passage<'breaker> {
    breaker: &'breaker Breaker,
    is_probe: bool,
}

impl Default for Breaker {
    fn default() -> Self {
        Self::after(FAILURES_MAX)
    }
}

impl Breaker {
    /// Lets nobody through after so many failures in a row.
    pub fn after(failures_max: u32) -> Self {
        Self { failures_max, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the caller through, or says how long not to come back.
    pub fn enter(&self) -> Result<Passage<'_>, Duration> {
        let mut state = self.state();
        let Some(until) = state.closed_until else { return Ok(Passage { breaker: self, is_probe: false }) };
        let left = until.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            return Err(left);
        }
        if state.probed {
            return Err(PROBED_WAIT);
        }
        state.probed = true;
        Ok(Passage { breaker: self, is_probe: true })
    }

    /// How long nobody is let through, if it is so.
    pub fn wait(&self) -> Option<Duration> {
        let until = self.state().closed_until?;
        Some(until.saturating_duration_since(Instant::now()))
    }
}

impl Passage<'_> {
    /// It answered.
    pub fn succeeded(self) -> Turn {
        let mut state = self.breaker.state();
        state.failures = 0;
        if state.closed_until.take().is_some() { Turn::Back } else { Turn::None }
    }

    /// It did not answer. Once that is too often, it is left alone for as long as `wait` says of a number of failures.
    pub fn failed(self, wait: impl FnOnce(u32) -> Duration) -> Turn {
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures < self.breaker.failures_max {
            return Turn::None;
        }
        let until = Instant::now() + wait(state.failures);
        if state.closed_until.replace(until).is_none() { Turn::Away } else { Turn::None }
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.breaker.state().probed = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_millis(40);

    fn fail(breaker: &Breaker) -> Turn {
        breaker.enter().expect("it is let through").failed(|_| WAIT)
    }

    fn broken() -> Breaker {
        let breaker = Breaker::default();
        assert_eq!([fail(&breaker), fail(&breaker), fail(&breaker)], [Turn::None, Turn::None, Turn::Away]);
        breaker
    }

    #[test]
    fn single_failures_change_nothing() {
        let breaker = Breaker::default();

        for _ in 0..10 {
            assert_eq!([fail(&breaker), fail(&breaker)], [Turn::None; 2]);
            assert_eq!(breaker.enter().unwrap().succeeded(), Turn::None);
        }

        assert_eq!(breaker.wait(), None);
    }

    #[test]
    fn what_fails_again_and_again_is_left_alone_for_a_while() {
        let breaker = broken();

        let refused = breaker.enter().unwrap_err();

        assert!(refused <= WAIT && breaker.wait().is_some());
    }

    #[test]
    fn then_one_caller_finds_out_for_all() {
        let breaker = broken();
        std::thread::sleep(WAIT);

        let probe = breaker.enter().expect("somebody has to find out");
        assert_eq!(breaker.enter().unwrap_err(), PROBED_WAIT, "but only one");
        assert_eq!(probe.failed(|_| WAIT), Turn::None);
        assert!(breaker.enter().is_err());
        std::thread::sleep(WAIT);
        assert_eq!(breaker.enter().unwrap().succeeded(), Turn::Back);

        assert!(breaker.enter().is_ok() && breaker.enter().is_ok());
    }

    #[test]
    fn who_went_away_without_finding_out_leaves_it_to_the_next() {
        let breaker = broken();
        std::thread::sleep(WAIT);

        drop(breaker.enter().unwrap());

        assert!(breaker.enter().is_ok());
    }
}
