//! So much a second, and no more.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What may come at once, in seconds of the rate.
const BURST_S: f64 = 10.0;

/// Lets through so many a second, and as many at once as in ten seconds.
#[derive(Debug)]
pub struct Allowance {
    a_second: f64,
    left: Mutex<Left>,
}

/// What is left of an allowance.
#[derive(Clone, Copy, Debug)]
struct Left {
    count: f64,
    at: Instant,
}

impl Left {
    fn all(a_second: f64, now: Instant) -> Self {
        Self { count: a_second * BURST_S, at: now }
    }

    fn takes(&mut self, a_second: f64, now: Instant) -> bool {
        self.count = (self.count + (now - self.at).as_secs_f64() * a_second).min(a_second * BURST_S);
        self.at = now;
        if self.count < 1.0 {
            return false;
        }
        self.count -= 1.0;
        true
    }
}

impl Allowance {
    /// Lets `a_second` through every second.
    pub fn new(a_second: u32) -> Self {
        let a_second = f64::from(a_second);
        Self { a_second, left: Mutex::new(Left::all(a_second, Instant::now())) }
    }

    /// Whether one more is let through now.
    pub fn takes(&self) -> bool {
        // The time is read inside: of two callers the later one never comes first.
        let mut left = lock(&self.left);
        left.takes(self.a_second, Instant::now())
    }
}

/// The most addresses of which it is remembered what is left to them: beyond, some get all of it anew.
const ADDRESSES_MAX: usize = 50_000;

/// An allowance for each address by itself.
#[derive(Debug)]
pub struct AddressAllowance {
    a_second: f64,
    known: Mutex<Known>,
}

/// Whoever has not come for as long as it takes until all is left again need not be remembered: those who came lately,
/// and those who came before them.
#[derive(Debug)]
struct Known {
    lately: HashMap<IpAddr, Left>,
    before: HashMap<IpAddr, Left>,
    since: Instant,
}

impl AddressAllowance {
    /// Lets `a_second` of each address through every second, and as many at once as in ten.
    pub fn new(a_second: u32) -> Self {
        let known = Known { lately: HashMap::new(), before: HashMap::new(), since: Instant::now() };
        Self { a_second: f64::from(a_second), known: Mutex::new(known) }
    }

    /// Whether one more of an address is let through now. Of IPv6 everybody has a whole network of addresses, so it is the
    /// network that counts.
    pub fn takes(&self, address: IpAddr) -> bool {
        let address = network(address);
        let mut known = lock(&self.known);
        let now = Instant::now();
        let Known { lately, before, since } = &mut *known;
        if lately.len() >= ADDRESSES_MAX || now - *since > Duration::from_secs_f64(BURST_S) {
            *before = std::mem::take(lately);
            *since = now;
        }
        let left = lately.entry(address);
        let left = left.or_insert_with(|| before.get(&address).copied().unwrap_or(Left::all(self.a_second, now)));
        left.takes(self.a_second, now)
    }
}

fn network(address: IpAddr) -> IpAddr {
    const NETWORK: u128 = !0 << 64;
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        address @ IpAddr::V4(_) => address,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn each_address_has_an_allowance_of_its_own_and_a_network_of_ipv6_has_one() {
        let allowance = AddressAllowance::new(1);
        let taken = |address: &dyn Fn(u32) -> String| {
            (0..100).filter(|number| allowance.takes(address(*number).parse().unwrap())).count()
        };

        for address in ["192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3"] {
            let taken = taken(&|_| address.to_owned());
            assert!((10..=11).contains(&taken), "{taken} of 100 of {address} were let through");
        }
        assert!(!allowance.takes("192.0.2.3".parse().unwrap()), "that address in another notation");
        let taken = taken(&|number| format!("2001:db8::{number}"));
        assert!((10..=11).contains(&taken), "{taken} of 100 of one network were let through");
        assert!(allowance.takes("2001:db8:0:1::".parse().unwrap()), "another network");
    }

    #[test]
    fn no_more_addresses_are_remembered_than_there_is_room_for() {
        let allowance = AddressAllowance::new(1);

        for number in 0..3 * u32::try_from(ADDRESSES_MAX).unwrap() {
            assert!(allowance.takes(IpAddr::V4(number.into())));
        }

        let known = lock(&allowance.known);
        assert!(known.lately.len() <= ADDRESSES_MAX && known.before.len() <= ADDRESSES_MAX);
    }
}
