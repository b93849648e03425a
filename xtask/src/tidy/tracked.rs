//! The files that are in the repository, or will be with the next commit.

use std::fs;

use anyhow::{Context as _, Result};

use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::tree::Tree;

#[derive(Debug)]
pub(crate) struct TrackedFile {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// `None` for pictures and the like.
    pub(crate) text: Option<String>,
}

impl TrackedFile {
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The lines of a text file, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.iter().flat_map(|text| text.lines()).enumerate().map(|(index, line)| (index + 1, line))
    }

    #[cfg(test)]
    pub(crate) fn of_text(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), bytes: text.len() as u64, text: Some(text.to_owned()) }
    }
}

pub(crate) fn files(tree: &Tree) -> Result<Vec<TrackedFile>> {
    let mut git = child::command("git");
    git.current_dir(tree.root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = child::answer(git, Output::Log(&tree.log("tidy-git")), Deadline::after_minutes(1))
        .context("which files are tracked, only git knows")?;
    let mut files = Vec::new();
    for path in listed.split_terminator('\0') {
        // A file that was deleted but is still in the index is not there to be read.
        if let Ok(content) = fs::read(tree.join(path)) {
            let bytes = content.len() as u64;
            let text = String::from_utf8(content).ok().filter(|text| !text.contains('\0'));
            files.push(TrackedFile { path: path.to_owned(), bytes, text });
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_its_name_extension_and_lines() {
        let file = TrackedFile::of_text("web/apps/a.tsx", "one\ntwo\n");

        assert_eq!((file.name(), file.extension()), ("a.tsx", "tsx"));
        assert_eq!(file.lines().collect::<Vec<_>>(), [(1, "one"), (2, "two")]);
        assert_eq!(TrackedFile::of_text("LICENSE", "").extension(), "");
    }
}
