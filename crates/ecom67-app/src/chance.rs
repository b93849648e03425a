//! Chance, as something that can be repeated in tests.

use std::time::Duration;

/// Throws dice.
pub trait Chance: Send + Sync {
    /// A number from 0 to less than 1, each as likely as any other.
    fn throw(&self) -> f64;

    /// Between half of `whole` and all of it: those who failed together do not come back together.
    fn jitter(&self, whole: Duration) -> Duration {
        whole.mul_f64(0.5 + 0.5 * self.throw())
    }
}

/// That of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn throw(&self) -> f64 {
        rand::random()
    }
}
