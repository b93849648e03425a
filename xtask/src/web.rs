//! The npm workspace in `web/`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::progress;
use crate::snapshot::{Snapshot, Stamp};
use crate::tree::Tree;
use crate::trouble::Trouble;

/// The file whose presence shows that a build has finished at least once.
const BUILT: &str = "apps/storefront/dist/.vite/manifest.json";

/// Installs what `package-lock.json` names, unless that was done already.
pub(crate) fn install(tree: &Tree, deadline: Deadline) -> Result<()> {
    let web = tree.web();
    let lock_file = web.join("package-lock.json");
    if !lock_file.is_file() {
        return Err(Trouble::Missing("web/package-lock.json is not there".into()).into());
    }
    let inputs = Snapshot::of(&lock_file, |_| true)?;
    let stamp = Stamp::at(tree.stamp("web-packages"));
    // npm writes this file last.
    let is_installed = web.join("node_modules/.package-lock.json").is_file();
    if is_installed && stamp.matches(&inputs) {
        return Ok(());
    }
    progress::timed("web packages: npm ci", || {
        stamp.clear()?;
        let mut npm = npm(tree);
        // No package here needs its install script, and a script could fetch anything.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        child::run(npm, Output::Log(&tree.log("web-packages")), deadline)?;
        stamp.set(&inputs)
    })
}

/// Builds the apps, unless nothing that goes into them has changed.
pub(crate) fn build(tree: &Tree, deadline: Deadline) -> Result<()> {
    install(tree, deadline)?;
    let web = tree.web();
    let inputs = Snapshot::of(&web, goes_into_the_apps)?;
    let stamp = Stamp::at(tree.stamp("web-apps"));
    if web.join(BUILT).is_file() && stamp.matches(&inputs) {
        return Ok(());
    }
    progress::timed("web apps: npm run build", || {
        stamp.clear()?;
        run_script(tree, "build", &tree.log("web-apps"), deadline)?;
        stamp.set(&inputs)
    })
}

/// Runs a script of `web/package.json`; a script that is not there is missing, it has not failed.
pub(crate) fn run_script(tree: &Tree, script: &str, log: &Path, deadline: Deadline) -> Result<()> {
    let manifest = tree.web().join("package.json");
    let text = fs::read_to_string(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    if !has_script(&text, script)? {
        return Err(Trouble::Missing(format!("web/package.json has no script `{script}`")).into());
    }
    let mut npm = npm(tree);
    npm.args(["run", "--silent", script]).env("NO_COLOR", "1");
    child::run(npm, Output::Log(log), deadline)
}

pub(crate) fn npm(tree: &Tree) -> Command {
    let mut npm = child::command("npm");
    npm.current_dir(tree.web()).env("npm_config_update_notifier", "false");
    npm
}

fn has_script(manifest: &str, script: &str) -> Result<bool> {
    let manifest: Value = serde_json::from_str(manifest).context("web/package.json is not JSON")?;
    Ok(manifest["scripts"][script].is_string())
}

fn goes_into_the_apps(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_made = matches!(&*name, "node_modules" | "dist" | "test-results" | "playwright-report" | "coverage")
        // The router's plugin writes its route tree during the build.
        || name.contains(".gen.")
        || name.ends_with(".tsbuildinfo");
    let is_for_tests_only = path == Path::new("e2e") || name.contains(".test.");
    !is_made && !is_for_tests_only
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_build_makes_and_what_only_tests_use_is_no_input() {
        for input in ["package-lock.json", "apps/storefront/src/main.tsx", "messages/de.json", "apps"] {
            assert!(goes_into_the_apps(Path::new(input)), "{input}");
        }
        for other in ["node_modules", "apps/storefront/dist", "e2e", "apps/a/src/x.test.tsx", "a/routeTree.gen.ts"] {
            assert!(!goes_into_the_apps(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn scripts_are_found_by_name() {
        let manifest = r#"{"scripts": {"build": "vite build"}}"#;

        assert!(has_script(manifest, "build").unwrap());
        assert!(!has_script(manifest, "size").unwrap());
        assert!(has_script("nonsense", "size").is_err());
    }
}
