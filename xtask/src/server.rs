//! The server: how it is built and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cargo_metadata::Message;

use crate::child::{self, Child, Output};
use crate::deadline::Deadline;
use crate::tree::Tree;

pub(crate) const PACKAGE: &str = "ecom67";
/// What the server prints, followed by its address, when it answers.
const READY: &str = "listening on ";
const LOOK_EVERY: Duration = Duration::from_millis(25);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Profile {
    pub(crate) fn from_release_flag(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}

/// Builds a package's binary and tells where it is.
pub(crate) fn build(
    tree: &Tree,
    package: &str,
    profile: Profile,
    output: Output<'_>,
    deadline: Deadline,
) -> Result<PathBuf> {
    let mut cargo = child::cargo();
    cargo.current_dir(tree.root()).args(["build", "--package", package, "--locked"]);
    // Only cargo knows which target folder is in force, so it is asked for the path of what it made.
    cargo.arg("--message-format=json-render-diagnostics");
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    let answer = child::answer(cargo, output, deadline)?;
    executable(&answer, package)?.with_context(|| format!("the package `{package}` has no binary of its name"))
}

fn executable(answer: &str, package: &str) -> Result<Option<PathBuf>> {
    let mut found = None;
    for message in Message::parse_stream(answer.as_bytes()) {
        if let Message::CompilerArtifact(artifact) = message?
            && artifact.target.is_bin()
            && artifact.target.name == package
        {
            found = artifact.executable.map(cargo_metadata::camino::Utf8PathBuf::into_std_path_buf);
        }
    }
    Ok(found)
}

/// A running server, stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts `ecom67` with the given arguments and waits until it says where it listens.
    pub(crate) fn start(binary: &Path, arguments: &[String], log: &Path, deadline: Deadline) -> Result<Self> {
        let mut command = child::command(binary);
        command.args(arguments);
        let mut child = Child::spawn(command, Output::Log(log))?;
        let address = wait_for_line(&mut child, log, READY, deadline)?;
        Ok(Self { child, address })
    }

    /// Such as `http://127.0.0.1:6767`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn has_ended(&self) -> Result<bool> {
        self.child.has_ended()
    }
}

/// Waits until a line of the child's log begins with `prefix`, and answers with the word after it.
///
/// # Errors
///
/// If the child ends first or the deadline passes; the child's output is in the report.
pub(crate) fn wait_for_line(child: &mut Child, log: &Path, prefix: &str, deadline: Deadline) -> Result<String> {
    wait_for(child, log, deadline, |text| word_after(text, prefix))
}

/// The same for whatever `find` finds in the log.
pub(crate) fn wait_for(
    child: &mut Child,
    log: &Path,
    deadline: Deadline,
    find: impl Fn(&str) -> Option<String>,
) -> Result<String> {
    loop {
        // Asked before the log is read, so that the last words of a child that just ended are not missed.
        let has_ended = child.has_ended()?;
        if let Some(word) = fs::read_to_string(log).ok().as_deref().and_then(&find) {
            return Ok(word);
        }
        if has_ended {
            return Err(child.failure());
        }
        if deadline.has_passed() {
            return Err(child.too_slow(deadline));
        }
        child::heed_interrupt()?;
        thread::sleep(LOOK_EVERY);
    }
}

/// Only a whole line counts: the address in an unfinished one may be cut short.
fn word_after(text: &str, prefix: &str) -> Option<String> {
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
        .find_map(|line| line.trim_start().strip_prefix(prefix))
        .and_then(|rest| rest.split_whitespace().next())
        .map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_taken_from_a_whole_line_only() {
        let ready = "seeding\nlistening on http://127.0.0.1:6767\n";

        assert_eq!(word_after(ready, READY).as_deref(), Some("http://127.0.0.1:6767"));
        assert_eq!(word_after("listening on http://127.0.0.1:67", READY), None);
        assert_eq!(word_after("not listening on http://x\n", READY), None);
    }

    #[test]
    fn a_server_that_ends_at_once_is_reported_with_its_output() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("server.log");
        let arguments = ["-c".to_owned(), "echo the data folder is in use; exit 1".to_owned()];

        let error = Server::start(Path::new("sh"), &arguments, &log, Deadline::after_minutes(1)).unwrap_err();

        assert!(crate::trouble::full_report(&error).starts_with("the data folder is in use"), "got {error:?}");
    }

    #[test]
    fn a_server_is_ready_once_it_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("server.log");
        let arguments = ["-c".to_owned(), "echo listening on http://127.0.0.1:1; exec sleep 60".to_owned()];

        let server = Server::start(Path::new("sh"), &arguments, &log, Deadline::after_minutes(1)).unwrap();

        assert_eq!(server.address(), "http://127.0.0.1:1");
        assert!(!server.has_ended().unwrap());
    }
}
