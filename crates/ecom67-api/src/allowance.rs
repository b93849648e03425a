//! So much a second, and no more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ecom67_domain::CartId;
use quick_cache::sync::Cache;

/// Lets through so many a second, and some at once.
#[derive(Debug)]
pub struct Allowance {
    a_second: f64,
    at_once: f64,
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
    /// Lets `a_second` through every second, and as many at once as in ten.
    pub fn new(a_second: u32) -> Self {
        let a_second = f64::from(a_second);
        Self::of(a_second, a_second * BURST_S)
    }

    /// Lets `at_once` through, and `a_second` of them again every second.
    fn of(a_second: f64, at_once: f64) -> Self {
        Self { a_second, at_once, state: Mutex::new(State { left: at_once, at: Instant::now() }) }
    }

    /// Whether one more is let through now.
    pub fn takes(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        state.left = (state.left + (now - state.at).as_secs_f64() * self.a_second).min(self.at_once);
        state.at = now;
        if state.left < 1.0 {
            return false;
        }
        state.left -= 1.0;
        true
    }
}

/// How many codes of gift cards one shopper tries at once …
const TRIES_OF_ONE: f64 = 10.0;
/// … and after how many seconds one more.
const TRY_OF_ONE_S: u32 = 30;
/// Of how many shoppers that is known. Who is forgotten may begin anew, as may who takes another cart: what bounds those who
/// guess is the allowance of all.
const SHOPPERS_MAX: usize = 10_000;

/// How often codes of gift cards are tried, in this process: by each shopper, and by all. A code has 85 bits that nobody
/// knows; so nobody guesses one, and nobody keeps the shop busy with it.
pub struct CodeTries {
    all: Allowance,
    each: Cache<CartId, Arc<Allowance>>,
}

impl CodeTries {
    /// All together try `a_second` every second.
    pub fn new(a_second: u32) -> Self {
        Self { all: Allowance::new(a_second), each: Cache::new(SHOPPERS_MAX) }
    }

    /// Whether the shopper of this cart may try one more now; if not, after how many seconds.
    pub fn takes(&self, cart: CartId) -> Result<(), u32> {
        let make =
            || Ok::<_, std::convert::Infallible>(Arc::new(Allowance::of(1.0 / f64::from(TRY_OF_ONE_S), TRIES_OF_ONE)));
        let Ok(own) = self.each.get_or_insert_with(&cart, make);
        if !own.takes() {
            return Err(TRY_OF_ONE_S);
        }
        if self.all.takes() { Ok(()) } else { Err(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shopper_tries_ten_codes_and_leaves_others_theirs() {
        let tries = CodeTries::new(5);
        let taken = |cart: u128| (0..30).filter(|_| tries.takes(CartId::new(cart)).is_ok()).count();

        assert_eq!((taken(1), taken(2)), (10, 10));
        assert_eq!(tries.takes(CartId::new(1)), Err(30));
    }

    #[test]
    fn whoever_takes_a_new_cart_for_each_code_is_bound_by_what_all_may_try() {
        let tries = CodeTries::new(5);

        let taken = (0..1_000).filter(|cart| tries.takes(CartId::new(*cart)).is_ok()).count();

        assert!((50..=60).contains(&taken), "{taken} of 1,000 were let through");
    }

    #[test]
    fn who_comes_too_often_is_turned_away() {
        let allowance = Allowance::new(1);

        let taken = (0..100).filter(|_| allowance.takes()).count();

        assert!((10..=11).contains(&taken), "{taken} of 100 were let through");
    }
}
