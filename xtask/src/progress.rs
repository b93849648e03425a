//! One line of progress for each thing that takes time.

use std::fmt::Display;
use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Does `work` between the two halves of a line: what is done, and how long it took.
pub(crate) fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprint!("{what} … ");
    let _ = std::io::stderr().flush();
    let begun = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "" } else { "failed after " };
    eprintln!("{verdict}{}", Seconds(begun.elapsed()));
    outcome
}

/// The same for work that writes to the terminal itself: a line before it and one after it.
pub(crate) fn timed_aloud<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("{what} …");
    let begun = Instant::now();
    let outcome = work();
    let verdict = if outcome.is_ok() { "done in" } else { "failed after" };
    eprintln!("{what} {verdict} {}", Seconds(begun.elapsed()));
    outcome
}

pub(crate) fn note(what: &str) {
    eprintln!("{what}");
}

/// A duration as a person reads it.
pub(crate) struct Seconds(pub Duration);

impl Display for Seconds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = self.0.as_secs();
        if whole < 100 {
            write!(formatter, "{:.1} s", self.0.as_secs_f64())
        } else {
            write!(formatter, "{} min {:02} s", whole / 60, whole % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_durations_show_tenths_and_long_ones_minutes() {
        assert_eq!(Seconds(Duration::from_millis(1234)).to_string(), "1.2 s");
        assert_eq!(Seconds(Duration::from_secs(125)).to_string(), "2 min 05 s");
    }
}
