//! The benchmark: built for release beside the server that it measures, then run with the arguments given.

use anyhow::Result;

use crate::build;
use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::server::{self, Profile};
use crate::tidy::metadata;
use crate::tree::Tree;
use crate::trouble::Trouble;

const PACKAGE: &str = "ecom67-bench";
const BUILD_MINUTES_MAX: u64 = 60;
const RUN_MINUTES_MAX: u64 = 60;

pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<()> {
    if !metadata(tree)?.packages.iter().any(|package| package.name == PACKAGE) {
        return Err(Trouble::Missing(format!("the workspace has no package `{PACKAGE}`")).into());
    }
    // The benchmark looks for the server beside itself.
    build::shop(tree, Profile::Release)?;
    let deadline = Deadline::after_minutes(BUILD_MINUTES_MAX);
    let binary = server::build(tree, PACKAGE, Profile::Release, Output::Terminal, deadline)?;
    let mut bench = child::command(binary);
    bench.args(arguments).current_dir(tree.root());
    child::run(bench, Output::Terminal, Deadline::after_minutes(RUN_MINUTES_MAX))
}
