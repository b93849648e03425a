//! From a clone to a running shop with one command.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::server::Profile;
use crate::tree::Tree;
use crate::{build, child};

pub(crate) const DATA: &str = "target/demo-shop";
const LISTEN: &str = "127.0.0.1:6767";

pub(crate) fn run(tree: &Tree, profile: Profile, serve_flags: Vec<String>) -> Result<()> {
    let binary = build::shop(tree, profile)?;
    child::heed_interrupt()?;
    let data = tree.join(DATA).display().to_string();
    // The server takes this process's place: it gets the terminal and the signals itself.
    let error = Command::new(&binary).args(serve_arguments(&data, serve_flags)).exec();
    Err(error).with_context(|| format!("cannot run {}", binary.display()))
}

/// The demo's flags, each replaced by the user's where that is given.
pub(crate) fn serve_arguments(data: &str, flags: Vec<String>) -> Vec<String> {
    let gives = |name: &str| {
        flags.iter().any(|flag| flag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
    };
    let mut arguments = vec!["serve".to_owned()];
    if !gives("--demo") {
        arguments.push("--demo".to_owned());
    }
    for (name, value) in [("--data", data), ("--listen", LISTEN)] {
        if !gives(name) {
            arguments.extend([name.to_owned(), value.to_owned()]);
        }
    }
    arguments.extend(flags);
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(flags: &[&str]) -> String {
        serve_arguments("D", flags.iter().map(ToString::to_string).collect()).join(" ")
    }

    #[test]
    fn the_users_flags_replace_the_demos() {
        assert_eq!(arguments(&[]), "serve --demo --data D --listen 127.0.0.1:6767");
        assert_eq!(arguments(&["--listen", "[::1]:80"]), "serve --demo --data D --listen [::1]:80");
        assert_eq!(arguments(&["--data=E"]), "serve --demo --listen 127.0.0.1:6767 --data=E");
        assert_eq!(arguments(&["--demo"]), "serve --data D --listen 127.0.0.1:6767 --demo");
    }
}
