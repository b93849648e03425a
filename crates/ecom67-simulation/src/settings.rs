//! What one seed is like: how much goes wrong in it, and how. Some seeds have no failures of one sort or of any, since a
//! failure everywhere hides those that need a calm moment.

use crate::chance::Chance;

/// On what the shop runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One process, which keeps goods in memory and does what is due by its runner.
    Embedded,
    /// Several at once, which keep nothing, and from time to time one of them does what is due.
    Several,
}

/// Once in how many times something happens; never where it is zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) shape: Shape,
    /// A call to the store goes wrong.
    pub(crate) store_one_in: u64,
    /// A process dies in a call to the store.
    pub(crate) crash_one_in: u64,
    /// A call to the provider goes wrong.
    pub(crate) provider_one_in: u64,
    /// A request of a shopper, or its answer, gets lost.
    pub(crate) network_one_in: u64,
    /// The longest that a call takes that does not go wrong, in milliseconds.
    pub(crate) latency_max_ms: u64,
    /// A webhook gets lost.
    pub(crate) webhook_lost_one_in: u64,
    /// It is late by minutes.
    pub(crate) webhook_late_one_in: u64,
    /// Whether the clock jumps, and time passes in leaps.
    pub(crate) has_leaps: bool,
    /// The post office does something else than taking a mail.
    pub(crate) mail_one_in: u64,
    /// How often a message is delivered at most.
    pub(crate) attempts_max: u32,
    /// How many messages a queue has room for: at least one batch.
    pub(crate) depth_max: u64,
    /// How many come to buy.
    pub(crate) shoppers: u64,
}

impl Settings {
    pub(crate) fn drawn(chance: &Chance) -> Self {
        Self {
            shape: chance.pick(&[Shape::Embedded, Shape::Several]),
            store_one_in: chance.pick(&[0, 15, 60, 300]),
            crash_one_in: chance.pick(&[0, 0, 100, 400, 1_500]),
            provider_one_in: chance.pick(&[0, 4, 15, 60]),
            network_one_in: chance.pick(&[0, 8, 30]),
            latency_max_ms: chance.pick(&[1, 3, 20, 200, 1_500]),
            webhook_lost_one_in: chance.pick(&[0, 10, 2, 1]),
            webhook_late_one_in: chance.pick(&[0, 4, 20]),
            has_leaps: chance.one_in(2),
            mail_one_in: chance.pick(&[0, 3, 10, 40]),
            attempts_max: chance.pick(&[20, 20, 3]),
            depth_max: chance.pick(&[100_000, 100_000, 12]),
            shoppers: 4 + chance.below(28),
        }
    }
}
