//! The whole shop as one binary: the web apps, the demo's pictures, then the server with both inside.

use std::path::PathBuf;

use anyhow::Result;

use crate::child::Output;
use crate::deadline::Deadline;
use crate::progress;
use crate::server::{self, Profile};
use crate::tree::Tree;
use crate::{pictures, web};

const MINUTES_MAX: u64 = 30;

pub(crate) fn run(tree: &Tree, profile: Profile) -> Result<()> {
    let binary = shop(tree, profile)?;
    println!("{}", binary.display());
    Ok(())
}

/// Builds what is not up to date and tells where the binary is.
pub(crate) fn shop(tree: &Tree, profile: Profile) -> Result<PathBuf> {
    let deadline = Deadline::after_minutes(MINUTES_MAX);
    contents(tree, deadline)?;
    progress::timed_aloud("server: cargo build", || {
        server::build(tree, server::PACKAGE, profile, Output::Terminal, deadline)
    })
}

/// What the server's build puts into it.
pub(crate) fn contents(tree: &Tree, deadline: Deadline) -> Result<()> {
    web::build(tree, deadline)?;
    pictures::copy(tree)
}
