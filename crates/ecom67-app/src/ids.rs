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
        let seconds = u64::try_from(at.as_second()).unwrap_or_default();
        let nanoseconds = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
        uuid::Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds)).as_u128()
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
