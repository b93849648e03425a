//! So much a second, and no more.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Lets through so many a second, and as many at once as in ten seconds.
#[derive(Debug)]
pub struct Allowance {
    a_second: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    left: f64,
    at: Instant,
}

/// What may come at once, in seconds of the rate.
const BURST_S: f64 = 10.0;

impl Allowance {
    /// Lets `a_second` through every second.
    pub fn new(a_second: u32) -> Self {
        let a_second = f64::from(a_second);
        Self { a_second, state: Mutex::new(State { left: a_second * BURST_S, at: Instant::now() }) }
    }

    /// Whether one more is let through now.
    pub fn takes(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        state.left = (state.left + (now - state.at).as_secs_f64() * self.a_second).min(self.a_second * BURST_S);
        state.at = now;
        if state.left < 1.0 {
            return false;
        }
        state.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_often_is_turned_away() {
        let allowance = Allowance::new(1);

        let taken = (0..100).filter(|_| allowance.takes()).count();

        assert!((10..=11).contains(&taken), "{taken} of 100 were let through");
    }
}
