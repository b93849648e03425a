//! Ids and secrets: what nobody can guess, or what is never the same twice.

use jiff::Timestamp;

use crate::Chance;

/// Makes ids and secrets. Whoever can do that can throw dice.
pub trait Ids: Chance {
    /// A UUID of version 7 made at `at`: unique, and later ones are larger.
    fn unique(&self, at: Timestamp) -> u128;

    /// 256 bits that nobody can guess.
    fn secret(&self) -> [u8; 32];
}

/// Those of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn unique(&self, at: Timestamp) -> u128 {
        // By the thread's own generator, which asks the system for chance once in a while and not for each id.
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &rand::random()).into_uuid().as_u128()
    }

    fn secret(&self) -> [u8; 32] {
        rand::random()
    }
}

impl Chance for SystemIds {
    fn throw(&self) -> f64 {
        rand::random()
    }
}
