//! Where things are: in the repository, and in the cache outside it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

#[derive(Clone, Debug)]
pub(crate) struct Tree {
    root: PathBuf,
}

impl Tree {
    pub(crate) fn find() -> Result<Self> {
        // The variable is right even when the repository was moved after this program was compiled.
        let manifest_folder = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest_folder).parent().context("xtask has no folder above it")?.to_owned();
        if !root.join("Cargo.toml").is_file() {
            bail!("{} is not the root of the workspace", root.display());
        }
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn join(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn web(&self) -> PathBuf {
        self.join("web")
    }

    pub(crate) fn crates(&self) -> PathBuf {
        self.join("crates")
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.join("demo/catalog")
    }

    /// The server's build takes the demo's pictures from here, wherever cargo's own target folder may be.
    pub(crate) fn pictures(&self) -> PathBuf {
        self.join("target/demo-pictures")
    }

    pub(crate) fn openapi(&self) -> PathBuf {
        self.join("openapi.json")
    }

    pub(crate) fn state_machine(&self) -> PathBuf {
        self.join("infra/checkout.asl.json")
    }

    pub(crate) fn stamp(&self, name: &str) -> PathBuf {
        self.join("target/xtask").join(format!("{name}.stamp"))
    }

    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.join("target/xtask/logs").join(format!("{name}.log"))
    }
}

/// Where tools and engines are installed, so that they outlive a clone and are never committed.
pub(crate) fn cache() -> Result<PathBuf> {
    cache_from(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
        .context("set ECOM67_CACHE: there is no home folder to keep tools in")
}

fn cache_from(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    variable("ECOM67_CACHE")
        .or_else(|| variable("XDG_CACHE_HOME").map(|folder| folder.join("ecom67")))
        .or_else(|| variable("HOME").map(|folder| folder.join(".cache/ecom67")))
}

/// Whether nothing may be left out, as `CI=true` says.
pub(crate) fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_named_by_the_most_specific_variable() {
        let of = |set: &[(&str, &str)]| {
            cache_from(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value)))
        };

        let home = ("HOME", "/h");
        let xdg = ("XDG_CACHE_HOME", "/x");
        assert_eq!(of(&[home]), Some(PathBuf::from("/h/.cache/ecom67")));
        assert_eq!(of(&[home, xdg]), Some(PathBuf::from("/x/ecom67")));
        assert_eq!(of(&[home, xdg, ("ECOM67_CACHE", "/c")]), Some(PathBuf::from("/c")));
        assert_eq!(of(&[]), None);
    }
}
