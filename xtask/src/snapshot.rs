//! Whether files have changed, told by size and time of change: cheap enough to ask at every start.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snapshot {
    files: BTreeMap<PathBuf, FileState>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileState {
    bytes: u64,
    changed_ns: u128,
}

impl Snapshot {
    /// Looks at each file under `folder` (or at `folder` itself, if it is a file). `wanted` is asked for each folder
    /// and each file by its path below `folder`; what is under an unwanted folder is not looked at.
    pub(crate) fn of(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Self> {
        let mut files = BTreeMap::new();
        if !folder.exists() {
            return Ok(Self { files });
        }
        let below = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_owned();
        let walk =
            WalkDir::new(folder).into_iter().filter_entry(|entry| entry.depth() == 0 || wanted(&below(entry.path())));
        for entry in walk {
            // What an editor removes while we look is simply not there.
            let Ok(entry) = entry else { continue };
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_file() {
                let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                let state = FileState { bytes: metadata.len(), changed_ns: changed.as_nanos() };
                files.insert(entry.into_path(), state);
            }
        }
        Ok(Self { files })
    }

    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.files.extend(other.files);
        self
    }

    /// A file in which the two differ.
    pub(crate) fn first_difference<'a>(&'a self, other: &'a Self) -> Option<&'a Path> {
        let changed = self.files.iter().find(|(path, state)| other.files.get(*path) != Some(state));
        let added = || other.files.iter().find(|(path, _)| !self.files.contains_key(*path));
        changed.or_else(added).map(|(path, _)| path.as_path())
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        for (path, state) in &self.files {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}\t{}\t{}", path.display(), state.bytes, state.changed_ns);
        }
        text
    }
}

/// Remembers from which inputs something was made.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
}

impl Stamp {
    pub(crate) fn at(file: PathBuf) -> Self {
        Self { file }
    }

    /// Whether the thing was made from exactly these inputs.
    pub(crate) fn matches(&self, inputs: &Snapshot) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == inputs.to_text())
    }

    pub(crate) fn set(&self, inputs: &Snapshot) -> Result<()> {
        write_new(&self.file, &inputs.to_text())
    }

    /// To be called before the thing is made again: an interrupted attempt must not pass for a finished one.
    pub(crate) fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", self.file.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Writes a file together with the folders above it.
pub(crate) fn write_new(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_matches_until_a_file_changes_comes_or_goes() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        write_new(&source.join("a.ts"), "1").unwrap();
        let look = || Snapshot::of(&source, |_| true).unwrap();
        let stamp = Stamp::at(folder.path().join("made.stamp"));
        assert!(!stamp.matches(&look()));

        stamp.set(&look()).unwrap();
        assert!(stamp.matches(&look()));

        write_new(&source.join("sub/b.ts"), "2").unwrap();
        assert!(!stamp.matches(&look()));

        stamp.set(&look()).unwrap();
        fs::remove_file(source.join("a.ts")).unwrap();
        assert!(!stamp.matches(&look()));

        stamp.set(&look()).unwrap();
        stamp.clear().unwrap();
        stamp.clear().unwrap();
        assert!(!stamp.matches(&look()));
    }

    #[test]
    fn unwanted_folders_are_not_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        write_new(&folder.path().join("node_modules/x/index.js"), "").unwrap();
        write_new(&folder.path().join("src/main.ts"), "").unwrap();

        let snapshot = Snapshot::of(folder.path(), |path| !path.ends_with("node_modules")).unwrap();

        assert_eq!(snapshot.files.len(), 1);
    }

    #[test]
    fn the_difference_is_named() {
        let folder = tempfile::tempdir().unwrap();
        write_new(&folder.path().join("a"), "1").unwrap();
        let before = Snapshot::of(folder.path(), |_| true).unwrap();
        write_new(&folder.path().join("b"), "1").unwrap();
        let after = Snapshot::of(folder.path(), |_| true).unwrap();

        assert_eq!(before.first_difference(&after), Some(folder.path().join("b").as_path()));
        assert_eq!(after.first_difference(&before), Some(folder.path().join("b").as_path()));
        assert_eq!(before.first_difference(&before), None);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_empty_one() {
        assert_eq!(Snapshot::of(Path::new("/no/such/folder"), |_| true).unwrap(), Snapshot::default());
    }
}
