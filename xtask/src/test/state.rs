//! What one step leaves for the next: engines and servers that run, tools that are installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;

use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::engines::{DynamoDb, ElasticMq, OpenSearch, StateMachines, Stripe};
use crate::server::Server;
use crate::tools::PythonTools;
use crate::tree::Tree;

pub(crate) struct State<'a> {
    tree: &'a Tree,
    step: &'static str,
    deadline: Deadline,
    // Dropped in this order: the server ends before its data folder goes.
    shop: Option<(Server, TempDir)>,
    /// The program that the shop is.
    shop_binary: PathBuf,
    dynamodb: Option<DynamoDb>,
    elasticmq: Option<ElasticMq>,
    opensearch: Option<OpenSearch>,
    stripe: Option<Stripe>,
    machines: Option<StateMachines>,
}

impl<'a> State<'a> {
    pub(crate) fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            step: "",
            deadline: Deadline::after_minutes(0),
            shop: None,
            shop_binary: PathBuf::new(),
            dynamodb: None,
            elasticmq: None,
            opensearch: None,
            stripe: None,
            machines: None,
        }
    }

    pub(crate) fn begin(&mut self, step: &'static str, deadline: Deadline) {
        self.step = step;
        self.deadline = deadline;
    }

    pub(crate) fn tree(&self) -> &'a Tree {
        self.tree
    }

    /// When the present step is given up.
    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The whole output of the present step.
    pub(crate) fn log(&self) -> PathBuf {
        self.tree.log(self.step)
    }

    /// Runs a command for the present step; what it prints is kept for the report.
    pub(crate) fn run(&self, mut command: Command) -> Result<Printed> {
        command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never").env_remove("FORCE_COLOR");
        let log = self.log();
        child::run(command, Output::Log(&log), self.deadline)?;
        Printed::of(&log)
    }

    pub(crate) fn python_tools(&self) -> Result<PythonTools> {
        PythonTools::install(self.tree, self.deadline)
    }

    pub(crate) fn keep_dynamodb(&mut self, engine: DynamoDb) {
        self.dynamodb = Some(engine);
    }

    pub(crate) fn dynamodb(&self) -> Option<&DynamoDb> {
        self.dynamodb.as_ref()
    }

    pub(crate) fn keep_elasticmq(&mut self, engine: ElasticMq) {
        self.elasticmq = Some(engine);
    }

    pub(crate) fn elasticmq(&self) -> Option<&ElasticMq> {
        self.elasticmq.as_ref()
    }

    pub(crate) fn keep_opensearch(&mut self, engine: OpenSearch) {
        self.opensearch = Some(engine);
    }

    pub(crate) fn opensearch(&self) -> Option<&OpenSearch> {
        self.opensearch.as_ref()
    }

    pub(crate) fn keep_stripe(&mut self, engine: Stripe) {
        self.stripe = Some(engine);
    }

    pub(crate) fn stripe(&self) -> Option<&Stripe> {
        self.stripe.as_ref()
    }

    pub(crate) fn keep_state_machines(&mut self, engine: StateMachines) {
        self.machines = Some(engine);
    }

    pub(crate) fn state_machines(&self) -> Option<&StateMachines> {
        self.machines.as_ref()
    }

    /// Stops the engines: what follows needs the memory.
    pub(crate) fn stop_engines(&mut self) {
        self.dynamodb = None;
        self.elasticmq = None;
        self.opensearch = None;
        self.stripe = None;
        self.machines = None;
    }

    pub(crate) fn keep_shop(&mut self, server: Server, data: TempDir, binary: PathBuf) {
        self.shop = Some((server, data));
        self.shop_binary = binary;
    }

    /// The program that the shop is, and the folder that it holds: for what is done at the shell while it serves.
    pub(crate) fn shop_at_the_shell(&self) -> Result<(&Path, &Path)> {
        let (_, data) = self.shop.as_ref().context("the shop was not started")?;
        Ok((&self.shop_binary, data.path()))
    }

    /// The address of the shop that the end-to-end steps visit.
    pub(crate) fn shop_address(&self) -> Result<&str> {
        let (server, _data) = self.shop.as_ref().context("the shop was not started")?;
        if server.has_ended()? {
            return Err(anyhow!("the shop has ended; its log is target/xtask/logs/shop-server.log"));
        }
        Ok(server.address())
    }
}

/// What a command has printed.
#[derive(Debug)]
pub(crate) struct Printed(String);

impl Printed {
    pub(crate) fn of(log: &Path) -> Result<Self> {
        let bytes = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
        Ok(Self(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The line in which a tool sums up its run: the last one that contains `mark`, or nothing.
    pub(crate) fn last_line_with(&self, mark: &str) -> String {
        self.0
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty() && line.contains(mark))
            .unwrap_or_default()
            .trim()
            .to_owned()
    }

    /// The sum of the numbers that stand before `mark`, one a line.
    pub(crate) fn sum_before(&self, mark: &str) -> u64 {
        let number_before = |line: &str| line.split_once(mark)?.0.split_whitespace().last()?.parse::<u64>().ok();
        self.0.lines().filter_map(number_before).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_matching_line_sums_a_run_up() {
        let printed = Printed("Tests 1 passed\n  Tests 2 passed\nDuration 1 s\n".into());

        assert_eq!(printed.last_line_with("passed"), "Tests 2 passed");
        assert_eq!(printed.last_line_with("failed"), "");
    }

    #[test]
    fn the_results_of_many_crates_are_added_up() {
        let printed = Printed("test result: ok. 2 passed; 0 failed\nx\ntest result: ok. 10 passed; 0 failed\n".into());

        assert_eq!(printed.sum_before(" passed;"), 12);
    }
}
