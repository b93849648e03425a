//! Chance: the one source of all that is thrown for, so that a simulation can throw the same again.

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
