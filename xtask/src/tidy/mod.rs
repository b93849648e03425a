//! `cargo xtask tidy`: the house rules that no compiler or linter checks.

mod arrows;
mod files;
mod lock_files;
mod manifests;
mod tracked;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};

use self::tracked::TrackedFile;
use crate::generated::{self, Mode};
use crate::progress;
use crate::tree::Tree;

/// The rules over files, and those that need the server built.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    progress::note(&check(tree)?);
    generated::openapi(tree, Mode::Check)?;
    generated::client(tree, Mode::Check)
}

/// The rules that need nothing built. Tells what was looked at.
pub(crate) fn check(tree: &Tree) -> Result<String> {
    let files = tracked::files(tree)?;
    let metadata = metadata(tree)?;
    let mut problems = arrows::check(&arrows::crates_of(&metadata));
    problems.extend(manifests::check(&manifests::read(&metadata)?));
    for file in &files {
        problems.extend(files::check(file));
        problems.extend(lock_files::check(file));
    }
    if problems.is_empty() {
        return Ok(format!("{} crates and {} files are tidy", metadata.packages.len(), files.len()));
    }
    bail!("{} untidy:\n  {}", problems.len(), problems.join("\n  "))
}

/// The workspace's own packages and what they say they depend on.
pub(crate) fn metadata(tree: &Tree) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(tree.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo cannot read the workspace")
}

fn problem(file: &TrackedFile, line: usize, what: &str) -> String {
    format!("{}:{line}: {what}", file.path)
}
