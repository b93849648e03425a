//! The server rebuilt on each change, beside the storefront's own hot-reloading server.

use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::child::{self, Child, Output};
use crate::deadline::Deadline;
use crate::server::{self, Profile};
use crate::snapshot::Snapshot;
use crate::tree::Tree;
use crate::trouble::{self, Trouble};
use crate::{build, pictures, progress, start, web};

const STOREFRONT: &str = "apps/storefront";
const SERVER_ADDRESS: &str = "http://127.0.0.1:6767";
/// A look at a few hundred files costs about a millisecond, which is cheaper than a watcher's extra crates.
const LOOK_EVERY: Duration = Duration::from_millis(300);
const BUILD_MINUTES_MAX: u64 = 30;

pub(crate) fn run(tree: &Tree) -> Result<()> {
    match serve_until_interrupted(tree) {
        // Ctrl-C is how this chore is meant to end; both servers are stopped by then.
        Err(error) if matches!(Trouble::of(&error), Some(Trouble::Interrupted)) => Ok(()),
        outcome => outcome,
    }
}

fn serve_until_interrupted(tree: &Tree) -> Result<()> {
    let mut sources = sources(tree)?;
    let binary = build::shop(tree, Profile::Dev)?;
    let mut server = Some(start_server(tree, &binary)?);
    let mut storefront = start_storefront(tree)?;
    loop {
        child::heed_interrupt()?;
        thread::sleep(LOOK_EVERY);
        if storefront.has_ended()? {
            return Err(storefront.failure());
        }
        if let Some(mut ended) = server.take_if(|server| server.has_ended().unwrap_or(true)) {
            progress::note(&format!("{:#}; the next change starts it again", ended.failure()));
        }
        let now = self::sources(tree)?;
        if let Some(changed) = sources.first_difference(&now) {
            progress::note(&format!("changed: {}", changed.strip_prefix(tree.root()).unwrap_or(changed).display()));
            sources = now;
            match rebuild(tree) {
                Ok(binary) => {
                    // The data folder belongs to one server at a time.
                    drop(server.take());
                    server = Some(start_server(tree, &binary)?);
                }
                Err(error) if matches!(Trouble::of(&error), Some(Trouble::Interrupted)) => {
                    return Err(error);
                }
                // The last good server goes on while the developer reads what the compiler said.
                Err(error) => progress::note(&trouble::full_report(&error)),
            }
        }
    }
}

fn rebuild(tree: &Tree) -> Result<std::path::PathBuf> {
    pictures::copy(tree)?;
    let deadline = Deadline::after_minutes(BUILD_MINUTES_MAX);
    progress::timed_aloud("server: cargo build", || {
        server::build(tree, server::PACKAGE, Profile::Dev, Output::Terminal, deadline)
    })
}

/// What the server is compiled from; the storefront's sources are the other server's business.
fn sources(tree: &Tree) -> Result<Snapshot> {
    let all = |_: &Path| true;
    let mut sources = Snapshot::default();
    for path in [tree.crates(), tree.catalog(), tree.web().join("templates"), tree.join("Cargo.toml")] {
        sources = sources.and(Snapshot::of(&path, all)?);
    }
    Ok(sources)
}

fn start_server(tree: &Tree, binary: &Path) -> Result<Child> {
    let data = tree.join(start::DATA).display().to_string();
    let mut command = child::command(binary);
    command.args(start::serve_arguments(&data, Vec::new()));
    Child::spawn(command, Output::Terminal)
}

fn start_storefront(tree: &Tree) -> Result<Child> {
    let mut npm = web::npm(tree);
    npm.args(["run", "dev", "--workspace", STOREFRONT, "--", "--host", "127.0.0.1"]).env("ECOM67_URL", SERVER_ADDRESS);
    Child::spawn(npm, Output::Terminal)
}
