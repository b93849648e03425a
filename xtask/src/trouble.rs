//! What can go wrong with another program, where somebody acts on the difference.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// Something that a step needs is not there: a step that meets this was not run, it did not fail.
    #[error("{0}")]
    Missing(String),
    #[error("`{what}` failed ({status})")]
    Failed { what: String, status: String, log: Option<PathBuf> },
    #[error("`{what}` took longer than {} s", limit.as_secs())]
    TookTooLong { what: String, limit: Duration, log: Option<PathBuf> },
    #[error("interrupted")]
    Interrupted,
}

impl Trouble {
    /// The trouble at the bottom of `error`, if it is one.
    pub(crate) fn of(error: &anyhow::Error) -> Option<&Self> {
        error.chain().find_map(|cause| cause.downcast_ref())
    }

    fn log(&self) -> Option<&PathBuf> {
        match self {
            Self::Failed { log, .. } | Self::TookTooLong { log, .. } => log.as_ref(),
            Self::Missing(_) | Self::Interrupted => None,
        }
    }
}

/// The error with its causes, above it the whole output of the program that caused it.
pub(crate) fn full_report(error: &anyhow::Error) -> String {
    let mut report = String::new();
    if let Some(log) = Trouble::of(error).and_then(Trouble::log)
        && let Ok(bytes) = fs::read(log)
    {
        let output = String::from_utf8_lossy(&bytes);
        let output = output.trim_end();
        if !output.is_empty() {
            let _ = writeln!(report, "{output}\n");
        }
    }
    let _ = write!(report, "error: {error:#}");
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_found_below_its_context() {
        let error = anyhow::Error::from(Trouble::Missing("no `java` here".into())).context("DynamoDB Local");

        assert!(matches!(Trouble::of(&error), Some(Trouble::Missing(_))));
        assert_eq!(full_report(&error), "error: DynamoDB Local: no `java` here");
    }

    #[test]
    fn a_failed_program_is_reported_with_its_whole_output() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        fs::write(&log, "line 1\nline 2\n").unwrap();
        let failed = Trouble::Failed { what: "npm ci".into(), status: "exit status: 1".into(), log: Some(log) };

        let report = full_report(&failed.into());

        assert_eq!(report, "line 1\nline 2\n\nerror: `npm ci` failed (exit status: 1)");
    }
}
