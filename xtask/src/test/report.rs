//! What became of each step, and of all of them together.

use std::fmt::{self, Display};
use std::time::Duration;

use crate::progress::Seconds;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With the one line that sums it up.
    Passed(String),
    /// With everything that tells why.
    Failed(String),
    /// It could not be run, and why.
    Missing(String),
    /// Somebody asked to leave it out.
    Unwanted,
}

impl Outcome {
    pub(crate) fn told(&self, took: Duration) -> String {
        let took = Seconds(took);
        match self {
            Self::Passed(summary) if summary.is_empty() => format!("passed in {took}"),
            Self::Passed(summary) => format!("passed in {took}: {summary}"),
            Self::Failed(report) => format!("{report}\nFAILED after {took}"),
            Self::Missing(reason) => format!("could not run: {reason}"),
            Self::Unwanted => "left out".to_owned(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Report {
    outcomes: Vec<(&'static str, Outcome)>,
}

impl Report {
    pub(crate) fn add(&mut self, step: &'static str, outcome: Outcome) {
        self.outcomes.push((step, outcome));
    }

    pub(crate) fn has_passed(&self, step: &str) -> bool {
        self.outcomes.iter().any(|(name, outcome)| *name == step && matches!(outcome, Outcome::Passed(_)))
    }

    /// In CI whatever could not run has failed: nobody is there to read that it was left out.
    pub(crate) fn verdict(&self, in_ci: bool) -> Verdict {
        let mut verdict = Verdict::default();
        for (step, outcome) in &self.outcomes {
            match outcome {
                Outcome::Passed(_) => verdict.passed += 1,
                Outcome::Failed(_) => verdict.failed.push(step),
                Outcome::Unwanted => verdict.skipped += 1,
                Outcome::Missing(reason) => {
                    verdict.missing.push((step, reason.clone()));
                    if in_ci {
                        verdict.failed.push(step);
                    } else {
                        verdict.skipped += 1;
                    }
                }
            }
        }
        verdict
    }
}

#[derive(Debug, Default)]
pub(crate) struct Verdict {
    passed: usize,
    failed: Vec<&'static str>,
    skipped: usize,
    missing: Vec<(&'static str, String)>,
}

impl Verdict {
    /// A run that ran nothing has shown nothing.
    pub(crate) fn is_success(&self) -> bool {
        self.failed.is_empty() && self.passed > 0
    }
}

impl Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.missing.is_empty() {
            writeln!(formatter, "Could not run:")?;
            for (step, reason) in &self.missing {
                writeln!(formatter, "  {step}: {reason}")?;
            }
        }
        if !self.failed.is_empty() {
            writeln!(formatter, "Failed: {}", self.failed.join(", "))?;
        }
        write!(formatter, "\n{} passed, {} failed, {} skipped", self.passed, self.failed.len(), self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_report() -> Report {
        let mut report = Report::default();
        report.add("fmt", Outcome::Passed(String::new()));
        report.add("rust", Outcome::Passed("2 tests".into()));
        report.add("deny", Outcome::Unwanted);
        report.add("playwright", Outcome::Missing("no Chromium".into()));
        report
    }

    #[test]
    fn what_is_missing_is_named_and_skipped_on_a_developers_machine() {
        let verdict = a_report().verdict(false);

        assert!(verdict.is_success());
        let told = verdict.to_string();
        assert!(told.contains("playwright: no Chromium"), "{told}");
        assert!(told.ends_with("\n2 passed, 0 failed, 2 skipped"), "{told}");
    }

    #[test]
    fn what_is_missing_has_failed_in_ci() {
        let verdict = a_report().verdict(true);

        assert!(!verdict.is_success());
        let told = verdict.to_string();
        assert!(told.ends_with("\n2 passed, 1 failed, 1 skipped"), "{told}");
    }

    #[test]
    fn a_run_of_nothing_is_no_success() {
        assert!(!Report::default().verdict(false).is_success());
    }

    #[test]
    fn a_failure_shows_its_whole_output_and_a_success_one_line() {
        let took = Duration::from_secs(2);

        assert_eq!(Outcome::Passed("2 tests".into()).told(took), "passed in 2.0 s: 2 tests");
        assert_eq!(Outcome::Failed("a\nb".into()).told(took), "a\nb\nFAILED after 2.0 s");
    }
}
