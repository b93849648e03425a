//! What each crate takes from the workspace rather than saying it again.

use std::fs;

use anyhow::{Context as _, Result};
use cargo_metadata::Metadata;
use toml::Table;

const INHERITED: [&str; 3] = ["edition", "license", "rust-version"];

pub(crate) struct Manifest {
    package: String,
    table: Table,
}

pub(crate) fn read(metadata: &Metadata) -> Result<Vec<Manifest>> {
    let mut manifests = Vec::new();
    for package in metadata.workspace_packages() {
        let path = &package.manifest_path;
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
        let table = text.parse().with_context(|| format!("{path} is not TOML"))?;
        manifests.push(Manifest { package: package.name.to_string(), table });
    }
    Ok(manifests)
}

pub(crate) fn check(manifests: &[Manifest]) -> Vec<String> {
    manifests
        .iter()
        .flat_map(|manifest| lacking(manifest).map(|line| format!("{}: Cargo.toml lacks `{line}`", manifest.package)))
        .collect()
}

fn lacking(manifest: &Manifest) -> impl Iterator<Item = String> {
    let inherits = |table: Option<&toml::Value>| {
        table.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
    };
    let package = manifest.table.get("package");
    let lints = (!inherits(manifest.table.get("lints"))).then(|| "[lints] workspace = true".to_owned());
    INHERITED
        .into_iter()
        .filter(move |field| !inherits(package.and_then(|package| package.get(field))))
        .map(|field| format!("{field}.workspace = true"))
        .chain(lints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        check(&[Manifest { package: "a".into(), table: text.parse().unwrap() }])
    }

    #[test]
    fn licence_edition_and_lints_come_from_the_workspace() {
        let good = "package.edition.workspace = true\npackage.license.workspace = true\n\
                    package.rust-version.workspace = true\nlints.workspace = true\n";

        assert!(problems(good).is_empty());
        assert_eq!(
            problems(&good.replace("package.license.workspace = true", "package.license = \"MIT\"")),
            ["a: Cargo.toml lacks `license.workspace = true`"]
        );
        assert_eq!(
            problems(&good.replace("lints.workspace = true", "")),
            ["a: Cargo.toml lacks `[lints] workspace = true`"]
        );
    }
}
