//! The simulation: built as for tests, which is quick to build and quick enough to run, with its own crate optimised.

use anyhow::Result;

use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::server::{self, Profile};
use crate::tree::Tree;

/// The package, and its binary.
pub(crate) const PACKAGE: &str = "ecom67-simulation";
const BUILD_MINUTES_MAX: u64 = 30;
/// A million orders take an hour or two.
const RUN_MINUTES_MAX: u64 = 6 * 60;

pub(crate) fn run(tree: &Tree, arguments: &[String]) -> Result<()> {
    let deadline = Deadline::after_minutes(BUILD_MINUTES_MAX);
    let binary = server::build(tree, PACKAGE, Profile::Dev, Output::Terminal, deadline)?;
    let mut simulation = child::command(binary);
    simulation.args(arguments).current_dir(tree.root());
    child::run(simulation, Output::Terminal, Deadline::after_minutes(RUN_MINUTES_MAX))
}
