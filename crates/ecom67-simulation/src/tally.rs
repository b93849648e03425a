//! What was seen, so that a simulation which never meets something is noticed.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::chance::locked;

/// How often each thing happened.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

/// How often what happened.
pub type Counts = BTreeMap<&'static str, u64>;

impl Tally {
    pub(crate) fn count(&self, what: &'static str) {
        *locked(&self.0).entry(what).or_default() += 1;
    }

    pub(crate) fn counts(&self) -> Counts {
        locked(&self.0).clone()
    }
}
