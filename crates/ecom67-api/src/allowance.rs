//! So much a second, and no more.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ecom67_app::checkouts::network_of;
use ecom67_domain::CartId;
use quick_cache::sync::Cache;

/// What may come at once, in seconds of the rate.
const BURST_S: f64 = 10.0;

/// Lets through so many a second, and as many at once as in ten seconds.
#[derive(Debug)]
pub struct Allowance {
    rate: Rate,
    left: Mutex<Left>,
}

/// So many a second, and so many at once.
#[derive(Clone, Copy, Debug)]
struct Rate {
    a_second: f64,
    at_once: f64,
}

impl Rate {
    /// As many at once as in ten seconds.
    fn new(a_second: u32) -> Self {
        let a_second = f64::from(a_second);
        Self { a_second, at_once: a_second * BURST_S }
    }
}

/// What is left of an allowance.
#[derive(Clone, Copy, Debug)]
struct Left {
    count: f64,
    at: Instant,
}

impl Left {
    fn all(rate: Rate, now: Instant) -> Self {
        Self { count: rate.at_once, at: now }
    }

    fn takes(&mut self, rate: Rate, now: Instant) -> bool {
        self.count = (self.count + (now - self.at).as_secs_f64() * rate.a_second).min(rate.at_once);
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
        Self::of(Rate::new(a_second))
    }

    fn of(rate: Rate) -> Self {
        Self { rate, left: Mutex::new(Left::all(rate, Instant::now())) }
    }

    /// Whether one more is let through now.
    pub fn takes(&self) -> bool {
        // The time is read inside: of two callers the later one never comes first.
        let mut left = lock(&self.left);
        left.takes(self.rate, Instant::now())
    }
}

/// The most addresses of which it is remembered what is left to them: beyond, some get all of it anew.
const ADDRESSES_MAX: usize = 50_000;

/// An allowance for each address by itself.
#[derive(Debug)]
pub struct AddressAllowance {
    rate: Rate,
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
        Self { rate: Rate::new(a_second), known: Mutex::new(known) }
    }

    /// Whether one more of an address is let through now. Of IPv6 everybody has a whole network of addresses, so it is the
    /// network that counts.
    pub fn takes(&self, address: IpAddr) -> bool {
        let address = network_of(address);
        let mut known = lock(&self.known);
        let now = Instant::now();
        let Known { lately, before, since } = &mut *known;
        if lately.len() >= ADDRESSES_MAX || now - *since > Duration::from_secs_f64(BURST_S) {
            *before = std::mem::take(lately);
            *since = now;
        }
        let left = lately.entry(address);
        let left = left.or_insert_with(|| before.get(&address).copied().unwrap_or(Left::all(self.rate, now)));
        left.takes(self.rate, now)
    }
}

/// How many codes of gift cards one shopper tries at once, and how many more each second: one in half a minute.
const TRIES_OF_ONE: Rate = Rate { a_second: 1.0 / 30.0, at_once: 10.0 };

/// After how many seconds a shopper who has used up theirs may try one more.
const TRY_OF_ONE_S: u32 = 30;

/// How many codes are tried from one address each second, and ten times as many at once: an office has several shoppers.
const TRIES_OF_ADDRESS_A_SECOND: u32 = 2;

/// Of how many shoppers it is known how many codes they tried. Who is forgotten may begin anew.
const SHOPPERS_MAX: usize = 10_000;

/// How often codes of gift cards are tried, in this process: by each shopper and from each address, so that nobody takes tries
/// from anybody else. A code has 85 bits that nobody knows: what is limited is the work that guessing makes.
pub struct CodeTries {
    addresses: AddressAllowance,
    shoppers: Cache<CartId, Arc<Allowance>>,
}

impl Default for CodeTries {
    fn default() -> Self {
        Self { addresses: AddressAllowance::new(TRIES_OF_ADDRESS_A_SECOND), shoppers: Cache::new(SHOPPERS_MAX) }
    }
}

impl CodeTries {
    /// Whether the shopper of this cart, at this address, may try one more now; if not, after how many seconds.
    pub fn takes(&self, cart: CartId, address: IpAddr) -> Result<(), u32> {
        if !self.addresses.takes(address) {
            return Err(1);
        }
        let make = || Ok::<_, std::convert::Infallible>(Arc::new(Allowance::of(TRIES_OF_ONE)));
        let Ok(own) = self.shoppers.get_or_insert_with(&cart, make);
        if own.takes() { Ok(()) } else { Err(TRY_OF_ONE_S) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, number])
    }

    #[test]
    fn a_shopper_tries_ten_codes_and_leaves_others_theirs() {
        let tries = CodeTries::default();
        let taken = |cart: u8| (0..30).filter(|_| tries.takes(CartId::new(cart.into()), address(cart)).is_ok()).count();

        assert_eq!((taken(1), taken(2)), (10, 10));
        assert_eq!(tries.takes(CartId::new(1), address(3)), Err(30));
    }

    #[test]
    fn whoever_takes_a_new_cart_for_each_code_keeps_only_themselves_from_trying() {
        let tries = CodeTries::default();

        let taken = (0..1_000).filter(|cart| tries.takes(CartId::new(*cart), address(1)).is_ok()).count();

        assert!((20..=25).contains(&taken), "{taken} of 1,000 were let through");
        assert_eq!(tries.takes(CartId::new(1_000), address(2)), Ok(()));
    }

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
