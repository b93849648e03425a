//! Ids, secrets and lots: what nobody can guess, or what is never the same twice. All chance in the use cases comes from
//! here, so that a simulation can draw the same again.

use jiff::Timestamp;

/// Makes ids and secrets, and draws lots.
pub trait Ids: Send + Sync {
    /// A UUID of version 7 made at `at`: unique, and later ones are larger.
    fn unique(&self, at: Timestamp) -> u128;

    /// 256 bits that nobody can guess.
    fn secret(&self) -> [u8; 32];

    /// A number from 0 up to 1, drawn by lot: for waits that are not to be as long as others'.
    fn lot(&self) -> f64;
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

    fn lot(&self) -> f64 {
        rand::random()
    }
}
