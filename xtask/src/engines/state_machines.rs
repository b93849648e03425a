//! AWS Step Functions, as moto interprets it: what the state machine of orders is tried out with.

use anyhow::Result;

use crate::child::{Child, Output};
use crate::deadline::Deadline;
use crate::server::wait_for_line;
use crate::snapshot::write_new;
use crate::tools::PythonTools;
use crate::tree::{self, Tree};

const REQUIREMENTS: &str = include_str!("../../../engines/stepfunctions/requirements.txt");
const CONSTRAINTS: &str = include_str!("../../../engines/stepfunctions/constraints.txt");
const PROGRAM: &str = include_str!("../../../engines/stepfunctions/state_machines.py");
/// What the engine prints before its address.
const READY: &str = "state machines at ";

/// The interpreter, stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct StateMachines {
    _child: Child,
    address: String,
}

impl StateMachines {
    pub(crate) fn start(tree: &Tree, deadline: Deadline) -> Result<Self> {
        let tools = PythonTools::install_as("stepfunctions", REQUIREMENTS, CONSTRAINTS, tree, deadline)?;
        // Beside the environment, which is removed as a whole when its requirements change.
        let program = tree::cache()?.join("stepfunctions.py");
        write_new(&program, PROGRAM)?;
        let log = tree.log("state-machines");
        let mut python = tools.command("python");
        python.arg(program);
        let mut child = Child::spawn(python, Output::Log(&log))?;
        let address = wait_for_line(&mut child, &log, READY, deadline)?;
        Ok(Self { _child: child, address: format!("http://{address}") })
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interpreter_is_pinned_with_all_that_it_brings_along() {
        for pin in REQUIREMENTS.lines().chain(CONSTRAINTS.lines()).filter(|line| !line.starts_with('#')) {
            assert!(pin.contains("=="), "{pin}");
        }
    }
}
