//! The demo's pictures, taken from the installed npm package so that they need not be in the repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::progress;
use crate::snapshot::{Snapshot, Stamp};
use crate::tree::Tree;

/// Below `web/node_modules`.
const PACKAGE: &str = "@lobehub/fluent-emoji-3d";
const EXTENSION: &str = ".webp";

/// Copies each picture that the demo's catalog names. The server recolours the variants itself, so one base picture
/// (`1f375.webp`) serves all of its colours (`1f375@d6455d.webp`).
pub(crate) fn copy(tree: &Tree) -> Result<()> {
    let package = tree.web().join("node_modules").join(PACKAGE);
    let inputs = Snapshot::of(&tree.catalog(), |_| true)?.and(Snapshot::of(&package.join("package.json"), |_| true)?);
    let stamp = Stamp::at(tree.stamp("demo-pictures"));
    if tree.pictures().is_dir() && stamp.matches(&inputs) {
        return Ok(());
    }
    if !package.is_dir() {
        bail!("web/package.json has no dependency {PACKAGE}, where the demo's pictures are from");
    }
    progress::timed("demo pictures", || {
        stamp.clear()?;
        let wanted = base_pictures(&catalog_files(tree)?)?;
        copy_all(&wanted, &package.join("assets"), &tree.pictures())?;
        stamp.set(&inputs)
    })
}

fn catalog_files(tree: &Tree) -> Result<Vec<PathBuf>> {
    let folder = tree.catalog();
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        }
    }
    Ok(files)
}

fn base_pictures(files: &[PathBuf]) -> Result<BTreeSet<String>> {
    let mut wanted = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let row: Value =
                serde_json::from_str(line).with_context(|| format!("{}:{} is not JSON", file.display(), index + 1))?;
            collect_pictures(&row, &mut wanted);
        }
    }
    Ok(wanted)
}

/// Wherever a row names one: products, categories, collections and pages all have pictures.
fn collect_pictures(value: &Value, wanted: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => wanted.extend(base_picture(text)),
        Value::Array(items) => items.iter().for_each(|item| collect_pictures(item, wanted)),
        Value::Object(fields) => fields.values().for_each(|field| collect_pictures(field, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The file in the package behind a picture's name, if `text` is one: code points joined by dashes, then perhaps a
/// colour.
fn base_picture(text: &str) -> Option<String> {
    let name = text.strip_suffix(EXTENSION)?;
    let code_points = name.split_once('@').map_or(name, |(code_points, _colour)| code_points);
    let are_code_points =
        code_points.split('-').all(|point| !point.is_empty() && point.bytes().all(|byte| byte.is_ascii_hexdigit()));
    are_code_points.then(|| format!("{code_points}{EXTENSION}"))
}

fn copy_all(wanted: &BTreeSet<String>, assets: &std::path::Path, to: &std::path::Path) -> Result<()> {
    let missing: Vec<&str> = wanted.iter().map(String::as_str).filter(|name| !assets.join(name).is_file()).collect();
    if !missing.is_empty() {
        bail!("the package {PACKAGE} has no picture {}", missing.join(", "));
    }
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !entry.file_name().to_str().is_some_and(|name| wanted.contains(name)) {
            fs::remove_file(entry.path())?;
        }
    }
    for name in wanted {
        // The server's build watches the copies, so one that is right already keeps its time of change.
        let (source, copy) = (fs::read(assets.join(name))?, to.join(name));
        if fs::read(&copy).is_ok_and(|present| present == source) {
            continue;
        }
        fs::write(&copy, source).with_context(|| format!("cannot write {}", copy.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::write_new;

    #[test]
    fn a_coloured_picture_needs_its_base_picture() {
        assert_eq!(base_picture("1f375@d6455d.webp").as_deref(), Some("1f375.webp"));
        assert_eq!(base_picture("1f468-200d-1f373.webp").as_deref(), Some("1f468-200d-1f373.webp"));
        assert_eq!(base_picture("A text that ends in .webp"), None);
        assert_eq!(base_picture("../1f375.webp"), None);
        assert_eq!(base_picture(".webp"), None);
    }

    #[test]
    fn pictures_are_found_at_any_depth_of_a_row() {
        let row = serde_json::json!({
            "type": "product",
            "pictures": [{ "file": "1f375@d6455d.webp", "alt": { "en": "A cup" } }, { "file": "1f375.webp" }],
            "sections": [{ "hero": { "picture": "1f381.webp" } }],
        });
        let mut wanted = BTreeSet::new();

        collect_pictures(&row, &mut wanted);

        assert_eq!(wanted.into_iter().collect::<Vec<_>>(), ["1f375.webp", "1f381.webp"]);
    }

    #[test]
    fn only_wanted_pictures_are_in_the_folder_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let (assets, to) = (folder.path().join("assets"), folder.path().join("pictures"));
        write_new(&assets.join("1f375.webp"), "tea").unwrap();
        write_new(&to.join("1f381.webp"), "a picture of yesterday").unwrap();

        copy_all(&BTreeSet::from(["1f375.webp".into()]), &assets, &to).unwrap();

        assert_eq!(fs::read_to_string(to.join("1f375.webp")).unwrap(), "tea");
        assert!(!to.join("1f381.webp").exists());
    }

    #[test]
    fn a_picture_that_the_package_lacks_is_named() {
        let folder = tempfile::tempdir().unwrap();

        let error = copy_all(&BTreeSet::from(["1f999.webp".into()]), folder.path(), folder.path()).unwrap_err();

        assert!(error.to_string().contains("1f999.webp"));
    }
}
