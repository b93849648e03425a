//! Files that are committed although they are made from others, because people and tools read them without building.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::build;
use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::server::{self, Profile};
use crate::snapshot::write_new;
use crate::tree::Tree;
use crate::web;

const MINUTES_MAX: u64 = 30;
const DESCRIBE_MINUTES_MAX: u64 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

impl Mode {
    pub(crate) fn from_check_flag(check: bool) -> Self {
        if check { Self::Check } else { Self::Write }
    }
}

pub(crate) fn openapi(tree: &Tree, mode: Mode) -> Result<()> {
    let deadline = Deadline::after_minutes(MINUTES_MAX);
    build::contents(tree, deadline)?;
    openapi_with(tree, mode, Output::Terminal, deadline)
}

/// The same where the server's contents are known to be up to date.
pub(crate) fn openapi_with(tree: &Tree, mode: Mode, output: Output<'_>, deadline: Deadline) -> Result<()> {
    printed_with(tree, &OPENAPI, mode, output, deadline)
}

pub(crate) fn asl(tree: &Tree, mode: Mode) -> Result<()> {
    let deadline = Deadline::after_minutes(MINUTES_MAX);
    build::contents(tree, deadline)?;
    asl_with(tree, mode, Output::Terminal, deadline)
}

/// The same where the server's contents are known to be up to date.
pub(crate) fn asl_with(tree: &Tree, mode: Mode, output: Output<'_>, deadline: Deadline) -> Result<()> {
    printed_with(tree, &STATE_MACHINE, mode, output, deadline)
}

/// A file that the server prints.
struct PrintedFile {
    name: &'static str,
    place: fn(&Tree) -> PathBuf,
    command: &'static str,
    chore: &'static str,
}

const OPENAPI: PrintedFile =
    PrintedFile { name: "openapi.json", place: Tree::openapi, command: "openapi", chore: "openapi" };
const STATE_MACHINE: PrintedFile =
    PrintedFile { name: "infra/checkout.asl.json", place: Tree::state_machine, command: "state-machine", chore: "asl" };

fn printed_with(tree: &Tree, what: &PrintedFile, mode: Mode, output: Output<'_>, deadline: Deadline) -> Result<()> {
    let binary = server::build(tree, server::PACKAGE, Profile::Dev, output, deadline)?;
    let described = described_by(tree, &binary, what.command)?;
    let file = (what.place)(tree);
    match mode {
        Mode::Write => write_new(&file, &described),
        Mode::Check => {
            let committed = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            fresh(what.name, what.chore, &committed, &described)
        }
    }
}

pub(crate) fn client(tree: &Tree, mode: Mode) -> Result<()> {
    let deadline = Deadline::after_minutes(MINUTES_MAX);
    web::install(tree, deadline)?;
    client_with(tree, mode, &tree.log("client"), deadline)
}

/// The same where the web packages are known to be installed.
pub(crate) fn client_with(tree: &Tree, mode: Mode, log: &Path, deadline: Deadline) -> Result<()> {
    match mode {
        Mode::Write => web::run_script(tree, "generate", log, deadline),
        Mode::Check => web::run_script(tree, "generate:check", log, deadline)
            .context("if the client is stale, `cargo xtask client` refreshes it"),
    }
}

fn described_by(tree: &Tree, binary: &Path, command: &str) -> Result<String> {
    let mut describe = child::command(binary);
    describe.arg(command);
    let deadline = Deadline::after_minutes(DESCRIBE_MINUTES_MAX);
    let log = tree.log(&format!("{command}-server"));
    let described = child::answer(describe, Output::Log(&log), deadline)?;
    let _: serde_json::Value =
        serde_json::from_str(&described).with_context(|| format!("what `ecom67 {command}` prints is not JSON"))?;
    Ok(described.trim_end().to_owned() + "\n")
}

fn fresh(name: &str, chore: &str, committed: &str, made: &str) -> Result<()> {
    if committed == made {
        return Ok(());
    }
    let same = committed.lines().zip(made.lines()).take_while(|(committed, made)| committed == made).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(end of file)").trim().to_owned();
    bail!(
        "{name} is stale: `cargo xtask {chore}` refreshes it\n  line {}, committed: {}\n  line {}, now: {}",
        same + 1,
        line(committed),
        same + 1,
        line(made)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_shown_with_its_first_difference() {
        fresh("openapi.json", "openapi", "{\n}\n", "{\n}\n").unwrap();

        let error =
            fresh("openapi.json", "openapi", "{\n  \"a\": 1\n}\n", "{\n  \"a\": 2\n}\n").unwrap_err().to_string();

        assert!(error.contains("line 2, committed: \"a\": 1"), "{error}");
        assert!(error.contains("line 2, now: \"a\": 2"), "{error}");
    }

    #[test]
    fn a_file_that_lacks_its_end_is_stale() {
        let error = fresh("openapi.json", "openapi", "{\n", "{\n}\n").unwrap_err().to_string();

        assert!(error.contains("(end of file)"), "{error}");
    }
}
