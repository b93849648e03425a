//! Millions of carts nobody thought of, each against every law of prices: a test of the domain, optimised.

use anyhow::Result;

use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::tree::Tree;

const PACKAGE: &str = "ecom67-domain";
const TEST: &str = "pricing::tests::many::millions_of_carts_keep_every_law";
/// A million take minutes.
const MINUTES_MAX: u64 = 6 * 60;

pub(crate) fn run(tree: &Tree, carts: u64, seed: Option<u64>) -> Result<()> {
    let mut test = child::cargo();
    test.args(["test", "--release", "--package", PACKAGE, "--lib", "--", "--ignored", "--exact", TEST, "--nocapture"])
        .env("ECOM67_QUOTE_CARTS", carts.to_string())
        .current_dir(tree.root());
    if let Some(seed) = seed {
        test.env("ECOM67_QUOTE_SEED", seed.to_string());
    }
    child::run(test, Output::Terminal, Deadline::after_minutes(MINUTES_MAX))
}
