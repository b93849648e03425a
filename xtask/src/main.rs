//! Every chore of the project, run as `cargo xtask CHORE`.
//!
//! It is not a part of the shop: it depends on no crate of the workspace, and no crate depends on it.

mod bench;
mod build;
mod carts;
mod child;
mod deadline;
mod dev;
mod engines;
mod generated;
mod pictures;
mod progress;
mod server;
mod simulate;
mod snapshot;
mod start;
mod test;
mod tidy;
mod tools;
mod tree;
mod trouble;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::generated::Mode;
use crate::server::Profile;
use crate::tree::Tree;
use crate::trouble::Trouble;

/// What a shell reports for a program that was ended by Ctrl-C.
const EXIT_INTERRUPTED: u8 = 130;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of the project", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the web apps and the server that contains them
    Build {
        /// Optimise, as for a release
        #[arg(long)]
        release: bool,
    },
    /// Build, then serve the demo shop (seeded on the first run) on 127.0.0.1:6767
    Start {
        /// Optimise, as for a release
        #[arg(long)]
        release: bool,
        /// Flags for `ecom67 serve`; each replaces the one that `start` would give
        #[arg(last = true)]
        serve_flags: Vec<String>,
    },
    /// Serve the demo shop, rebuilt on each change, beside the storefront's hot-reloading server
    Dev,
    /// Run every test, installing what it needs
    Test(test::Selection),
    /// Check the house rules: arrows between crates, file lengths, licences, stale generated files
    Tidy,
    /// Build the benchmark for release and run it
    Bench {
        /// Arguments for the benchmark; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Simulate checkouts, failures and time, from seeds
    Simulate {
        /// Arguments for the simulation; `--help` lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Make up carts, optimised, and look whether every law of prices holds for each
    Carts {
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
        carts: u64,
        /// Make up the same ones as a run that told this seed [default: a new one]
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Write `openapi.json` as the server describes itself
    Openapi {
        /// Write nothing; fail if the file is stale
        #[arg(long)]
        check: bool,
    },
    /// Write `infra/checkout.asl.json`, the state machine, as the workflow of orders says
    Asl {
        /// Write nothing; fail if the file is stale
        #[arg(long)]
        check: bool,
    },
    /// Generate the typed TypeScript client from `openapi.json`
    Client {
        /// Write nothing; fail if the client is stale
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = child::heed_signals().and_then(|()| carry_out(arguments.chore));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            if matches!(Trouble::of(&error), Some(Trouble::Interrupted)) {
                eprintln!("interrupted");
                return ExitCode::from(EXIT_INTERRUPTED);
            }
            eprintln!("{}", trouble::full_report(&error));
            ExitCode::FAILURE
        }
    }
}

fn carry_out(chore: Chore) -> Result<ExitCode> {
    let tree = Tree::find()?;
    match chore {
        Chore::Build { release } => build::run(&tree, Profile::from_release_flag(release))?,
        Chore::Start { release, serve_flags } => {
            start::run(&tree, Profile::from_release_flag(release), serve_flags)?;
        }
        Chore::Dev => dev::run(&tree)?,
        Chore::Test(selection) => return test::run(&tree, &selection),
        Chore::Tidy => tidy::run(&tree)?,
        Chore::Bench { arguments } => bench::run(&tree, &arguments)?,
        Chore::Simulate { arguments } => simulate::run(&tree, &arguments)?,
        Chore::Carts { carts, seed } => carts::run(&tree, carts, seed)?,
        Chore::Openapi { check } => generated::openapi(&tree, Mode::from_check_flag(check))?,
        Chore::Asl { check } => generated::asl(&tree, Mode::from_check_flag(check))?,
        Chore::Client { check } => generated::client(&tree, Mode::from_check_flag(check))?,
    }
    Ok(ExitCode::SUCCESS)
}
