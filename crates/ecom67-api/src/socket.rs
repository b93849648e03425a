//! WebSockets: who may open one, and how many there are.
//!
//! Whoever shows what opens an order gets a ticket, which opens one socket within a minute. A browser cannot send headers of its
//! own with a WebSocket, and an address is written into logs; the ticket travels as the name of a protocol.

mod session;

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ecom67_app::orders::OrderKey;
use ecom67_domain::cart::CapabilityDigest;
use ecom67_domain::violation::Invalid;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

pub(crate) use session::{PROTOCOL, Session};

/// How long a ticket opens a socket.
pub(crate) const TICKET_AGE_MAX: SignedDuration = SignedDuration::from_secs(60);

/// What comes before a ticket where it is sent as the name of a protocol.
pub(crate) const TICKET_PREFIX: &str = "ticket.";

/// What the sockets of a server bear.
#[derive(Clone, Copy, Debug)]
pub struct SocketLimits {
    /// Sockets at once.
    pub sockets_max: usize,
    /// Sockets at once of one shopper.
    pub sockets_of_one_max: usize,
    /// Tickets that wait to be used. One shopper has as many as sockets; one more makes the oldest void.
    pub tickets_max: usize,
    /// How often the other end is asked whether it is there.
    pub heartbeat: Duration,
    /// How long it may be silent.
    pub silence_max: Duration,
    /// How long a socket may last; then its end is asked to come again.
    pub age_max: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            sockets_max: 10_000,
            sockets_of_one_max: 10,
            tickets_max: 10_000,
            heartbeat: Duration::from_secs(25),
            silence_max: Duration::from_secs(60),
            age_max: Duration::from_hours(2),
        }
    }
}

/// How long sockets have to end when the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// The sockets of a server, and the tickets for more.
#[derive(Debug)]
pub struct Sockets {
    limits: SocketLimits,
    places: Arc<Semaphore>,
    /// How many each shopper has, by the digest of what opens their orders.
    of_one: Mutex<HashMap<[u8; 32], usize>>,
    tickets: Mutex<Tickets>,
    stop: watch::Receiver<bool>,
}

/// Why there is no socket or ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// There are too many at all.
    Full,
    /// This shopper has too many.
    OfOne,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sockets {
    /// None yet; all of them end when `stop` says so.
    pub fn new(limits: SocketLimits, stop: watch::Receiver<bool>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            places: Arc::new(Semaphore::new(limits.sockets_max)),
            of_one: Mutex::default(),
            tickets: Mutex::default(),
            stop,
        })
    }

    /// A ticket for whoever has the order. The secret is one that nobody can guess.
    pub(crate) fn ticket(&self, order: OrderKey, secret: [u8; 32], now: Timestamp) -> Result<Ticket, NoRoom> {
        lock(&self.tickets).add(order, secret, now, &self.limits)
    }

    /// What the ticket stands for, if it has not been used and is not too old: it is used from now on.
    pub(crate) fn redeem(&self, ticket: &Ticket, now: Timestamp) -> Option<OrderKey> {
        lock(&self.tickets).redeem(ticket, now)
    }

    /// A place for one more socket.
    pub(crate) fn place(self: &Arc<Self>, capability: CapabilityDigest) -> Result<SocketPlace, NoRoom> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| NoRoom::Full)?;
        let mut of_one = lock(&self.of_one);
        let open = of_one.entry(capability.0).or_default();
        if *open >= self.limits.sockets_of_one_max {
            return Err(NoRoom::OfOne);
        }
        *open += 1;
        drop(of_one);
        metrics::gauge!("ecom67_sockets_open").increment(1);
        Ok(SocketPlace { sockets: Arc::clone(self), capability, _place: place })
    }

    /// Waits until all sockets have ended, after they were told to, and no longer than they have.
    pub async fn ended(&self) {
        let all = u32::try_from(self.limits.sockets_max).unwrap_or(u32::MAX);
        if tokio::time::timeout(DRAIN_TIMEOUT, self.places.acquire_many(all)).await.is_err() {
            tracing::warn!("sockets were cut: they did not end in time");
        }
    }
}

/// The place of a socket, until it is dropped.
#[derive(Debug)]
pub(crate) struct SocketPlace {
    sockets: Arc<Sockets>,
    capability: CapabilityDigest,
    _place: OwnedSemaphorePermit,
}

impl Drop for SocketPlace {
    fn drop(&mut self) {
        metrics::gauge!("ecom67_sockets_open").decrement(1);
        let mut of_one = lock(&self.sockets.of_one);
        if let Some(open) = of_one.get_mut(&self.capability.0) {
            *open -= 1;
            if *open == 0 {
                of_one.remove(&self.capability.0);
            }
        }
    }
}

/// What opens a socket, once: 256 random bits, written as hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ticket([u8; 32]);

impl Ticket {
    /// The text that is told to its shopper.
    pub(crate) fn reveal(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Ticket(..)")
    }
}

impl FromStr for Ticket {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = |_| Invalid::new("ticket_invalid", "a ticket that was not used, of the last minute");
        blake3::Hash::from_hex(text).map(|hash| Self(*hash.as_bytes())).map_err(invalid)
    }
}

/// Tickets that were not used, by their digests: to look one up tells nothing of how much of it was guessed.
#[derive(Debug, Default)]
struct Tickets {
    kept: HashMap<[u8; 32], (OrderKey, Timestamp)>,
    /// The same, the oldest first, with whose they are.
    by_age: VecDeque<([u8; 32], CapabilityDigest)>,
}

impl Tickets {
    fn add(
        &mut self,
        order: OrderKey,
        secret: [u8; 32],
        now: Timestamp,
        limits: &SocketLimits,
    ) -> Result<Ticket, NoRoom> {
        while let Some((digest, _)) = self.by_age.front().copied()
            && self.kept.get(&digest).is_none_or(|(_, made_at)| is_over(*made_at, now))
        {
            self.remove(&digest);
        }
        let of_one = self.by_age.iter().filter(|(_, capability)| *capability == order.capability);
        let (count, oldest) = (of_one.clone().count(), of_one.map(|(digest, _)| *digest).next());
        if let Some(oldest) = oldest.filter(|_| count >= limits.sockets_of_one_max) {
            self.remove(&oldest);
        }
        if self.kept.len() >= limits.tickets_max {
            return Err(NoRoom::Full);
        }
        let digest = *blake3::hash(&secret).as_bytes();
        self.kept.insert(digest, (order, now));
        self.by_age.push_back((digest, order.capability));
        Ok(Ticket(secret))
    }

    fn redeem(&mut self, ticket: &Ticket, now: Timestamp) -> Option<OrderKey> {
        let (order, made_at) = self.remove(blake3::hash(&ticket.0).as_bytes())?;
        (!is_over(made_at, now)).then_some(order)
    }

    fn remove(&mut self, digest: &[u8; 32]) -> Option<(OrderKey, Timestamp)> {
        if let Some(place) = self.by_age.iter().position(|(known, _)| known == digest) {
            self.by_age.remove(place);
        }
        self.kept.remove(digest)
    }
}

/// Whether it is too old, or of a time that the clock has gone back from.
fn is_over(made_at: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(made_at);
    age.is_negative() || age >= TICKET_AGE_MAX
}

#[cfg(test)]
mod tests {
    use ecom67_domain::OrderId;

    use super::*;

    const ORDER: OrderKey = OrderKey { id: OrderId::new(7), capability: CapabilityDigest([7; 32]) };

    fn after(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn sockets(limits: SocketLimits) -> Arc<Sockets> {
        Sockets::new(limits, watch::channel(false).1)
    }

    #[test]
    fn a_ticket_opens_one_socket_within_a_minute() {
        let sockets = sockets(SocketLimits::default());
        let [first, second] = [1, 2].map(|secret| sockets.ticket(ORDER, [secret; 32], after(0)).unwrap());

        assert_eq!(sockets.redeem(&first, after(59)), Some(ORDER));
        assert_eq!(sockets.redeem(&first, after(59)), None, "twice");
        assert_eq!(sockets.redeem(&second, after(60)), None, "too late");
        assert_eq!(sockets.redeem(&Ticket([3; 32]), after(0)), None, "never made");
        assert_eq!(first.reveal().parse(), Ok(first.clone()));
        assert!(!format!("{first:?}").contains("01"), "it is not told by accident");
    }

    #[test]
    fn tickets_that_nobody_uses_take_no_room_for_long() {
        let sockets = sockets(SocketLimits { tickets_max: 2, ..SocketLimits::default() });
        let ticket = |secret, at| sockets.ticket(ORDER, [secret; 32], after(at));
        let first = ticket(1, 0).unwrap();
        ticket(2, 1).unwrap();

        assert_eq!(ticket(3, 2), Err(NoRoom::Full));
        sockets.redeem(&first, after(2)).unwrap();
        ticket(4, 2).unwrap();
        assert_eq!(ticket(5, 2), Err(NoRoom::Full));
        ticket(6, 61).unwrap();
        ticket(7, -100).expect("the clock was wrong");
        let tickets = lock(&sockets.tickets);
        assert!(tickets.kept.len() <= 2 && tickets.kept.len() == tickets.by_age.len());
    }

    #[test]
    fn one_shopper_does_not_take_all_the_tickets() {
        let limits = SocketLimits { tickets_max: 3, sockets_of_one_max: 2, ..SocketLimits::default() };
        let sockets = sockets(limits);
        let other = OrderKey { capability: CapabilityDigest([8; 32]), ..ORDER };
        let tickets = [1, 2, 3].map(|secret| sockets.ticket(ORDER, [secret; 32], after(0)).unwrap());

        sockets.ticket(other, [4; 32], after(0)).unwrap();

        let redeemed = tickets.map(|ticket| sockets.redeem(&ticket, after(0)));
        assert_eq!(redeemed, [None, Some(ORDER), Some(ORDER)], "the oldest is void");
    }

    #[test]
    fn one_shopper_does_not_take_all_the_places() {
        let sockets = sockets(SocketLimits { sockets_max: 3, sockets_of_one_max: 2, ..SocketLimits::default() });
        let one = CapabilityDigest([1; 32]);
        let (first, _second) = (sockets.place(one).unwrap(), sockets.place(one).unwrap());

        assert_eq!(sockets.place(one).unwrap_err(), NoRoom::OfOne);
        let _other = sockets.place(CapabilityDigest([2; 32])).unwrap();
        assert_eq!(sockets.place(CapabilityDigest([3; 32])).unwrap_err(), NoRoom::Full);
        drop(first);
        sockets.place(one).unwrap();
    }
}
