//! Child processes that can be killed: this very test binary, made to run one ignored test.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Names the folder that a child works in.
const FOLDER_VARIABLE: &str = "ECOM67_TEST_CHILD_FOLDER";

/// Marks the lines that a child means for its parent among those of the test harness.
const MARK: &str = "child says: ";

/// A child at work, killed when it goes out of scope.
pub(crate) struct ChildProcess {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl ChildProcess {
    /// Starts the ignored test `name` in a process of its own.
    pub(crate) fn start(name: &str, folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("a test knows its own file"))
            .args([name, "--exact", "--ignored", "--nocapture"])
            .env(FOLDER_VARIABLE, folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the test binary can be run again");
        let output = child.stdout.take().expect("the output is piped");
        Self { child, lines: BufReader::new(output).lines() }
    }

    /// What the child says next; `None` when it has ended.
    pub(crate) fn next_word(&mut self) -> Option<String> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.strip_prefix(MARK)?.to_owned()))
    }

    /// Waits until the child has ended, and returns what else it had said.
    pub(crate) fn end(mut self) -> Vec<String> {
        let rest = std::iter::from_fn(|| self.next_word()).collect();
        self.child.wait().expect("the child has ended");
        rest
    }

    /// Kills the child as a power cut would, and returns what else it had said.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("the child can be killed");
        let rest = std::iter::from_fn(|| self.next_word()).collect();
        self.child.wait().expect("the child has ended");
        rest
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The folder this child is to work in; `None` in a process that is no child, where its test has nothing to do.
pub(crate) fn folder_of_child() -> Option<PathBuf> {
    std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from)
}

/// Tells the parent, at once.
pub(crate) fn say(word: &str) {
    let mut output = std::io::stdout().lock();
    // The harness may have left a line unfinished.
    output.write_all(format!("\n{MARK}{word}\n").as_bytes()).and_then(|()| output.flush()).expect("the parent listens");
}
