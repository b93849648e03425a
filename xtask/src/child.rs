//! Child processes: each leads a process group of its own, has a time limit, and is ended by its handle together with
//! whatever it started.
//!
//! Output goes to the terminal or to a file, never through a pipe: a pipe would need a thread to empty it and would stay
//! open as long as any grandchild holds it.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::deadline::Deadline;
use crate::trouble::Trouble;

/// How long a group that was asked to end (SIGTERM) may take before it is killed.
const GRACE: Duration = Duration::from_secs(10);
/// The longest pause between two looks at a child.
const PAUSE_MAX: Duration = Duration::from_millis(50);

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From now on Ctrl-C, SIGTERM and SIGHUP no longer end this process at once: whoever waits for a child ends it first.
pub(crate) fn heed_signals() -> Result<()> {
    let flag = INTERRUPTED.get_or_init(Arc::default);
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(flag)).context("cannot handle signals")?;
    }
    Ok(())
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.get().is_some_and(|flag| flag.load(Ordering::Relaxed))
}

/// Fails if somebody asked us to end: for loops that wait for something else than a child's end.
pub(crate) fn heed_interrupt() -> Result<()> {
    if interrupted() { Err(Trouble::Interrupted.into()) } else { Ok(()) }
}

/// Where a child's output goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Output<'a> {
    Terminal,
    Log(&'a Path),
}

impl Output<'_> {
    /// Both streams, in order.
    fn connect(self, command: &mut Command) -> Result<Option<PathBuf>> {
        let log = self.connect_errors(command)?;
        if let Some((path, file)) = log {
            command.stdout(file);
            return Ok(Some(path));
        }
        Ok(None)
    }

    /// Only what the child says beside its answer.
    fn connect_errors(self, command: &mut Command) -> Result<Option<(PathBuf, File)>> {
        let Self::Log(path) = self else { return Ok(None) };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let file = File::create(path).with_context(|| format!("cannot create {}", path.display()))?;
        command.stderr(file.try_clone()?);
        Ok(Some((path.to_owned(), file)))
    }
}

/// A command without the variables that `cargo run` adds for this program: a build script that watches one of them
/// would otherwise run again whenever cargo is called by us after it was called by hand, and the other way round.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_added_by_cargo_run) {
            command.env_remove(name);
        }
    }
    command
}

fn is_added_by_cargo_run(variable: &str) -> bool {
    matches!(
        variable,
        "CARGO"
            | "CARGO_MANIFEST_DIR"
            | "CARGO_MANIFEST_PATH"
            | "CARGO_CRATE_NAME"
            | "CARGO_PRIMARY_PACKAGE"
            | "CARGO_BIN_NAME"
            | "CARGO_MAKEFLAGS"
            | "OUT_DIR"
    ) || variable.starts_with("CARGO_PKG_")
}

/// The same cargo that runs us.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command to its end.
///
/// # Errors
///
/// [`Trouble::Missing`] if there is no such program, else [`Trouble::Failed`], [`Trouble::TookTooLong`] or
/// [`Trouble::Interrupted`]; its process group is gone in every case.
pub(crate) fn run(command: Command, output: Output<'_>, deadline: Deadline) -> Result<()> {
    Child::spawn(command, output)?.wait_for_success(deadline)
}

/// The same for a command whose standard output is its answer; the rest of what it says goes to `output`.
pub(crate) fn answer(mut command: Command, output: Output<'_>, deadline: Deadline) -> Result<String> {
    let mut answer = tempfile::tempfile().context("cannot create a temporary file")?;
    let log = output.connect_errors(&mut command)?.map(|(path, _file)| path);
    command.stdout(answer.try_clone()?);
    let mut child = Child::spawn_connected(command, log)?;
    child.wait_for_success(deadline)?;
    answer.rewind()?;
    let mut text = String::new();
    answer.read_to_string(&mut text).with_context(|| format!("`{}` does not answer in UTF-8", child.what))?;
    Ok(text)
}

/// A running child, which is killed with its whole process group when this is dropped.
#[derive(Debug)]
pub(crate) struct Child {
    inner: std::process::Child,
    group: Pid,
    what: String,
    log: Option<PathBuf>,
    reaped: bool,
}

impl Child {
    pub(crate) fn spawn(mut command: Command, output: Output<'_>) -> Result<Self> {
        let log = output.connect(&mut command)?;
        Self::spawn_connected(command, log)
    }

    fn spawn_connected(mut command: Command, log: Option<PathBuf>) -> Result<Self> {
        heed_interrupt()?;
        let what = in_words(&command);
        let inner = command.stdin(Stdio::null()).process_group(0).spawn().map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                let program = command.get_program().to_string_lossy().into_owned();
                anyhow::Error::from(Trouble::Missing(format!("`{program}` is not installed")))
            } else {
                anyhow::Error::from(error).context(format!("cannot run `{what}`"))
            }
        })?;
        let group = Pid::from_child(&inner);
        Ok(Self { inner, group, what, log, reaped: false })
    }

    /// The number of its process, which is that of its group.
    pub(crate) fn number(&self) -> u32 {
        self.inner.id()
    }

    /// Whether it has ended. It is not reaped yet, so that its number cannot be given to a stranger before
    /// the rest of its group is killed.
    pub(crate) fn has_ended(&self) -> Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let state =
            waitid(WaitId::Pid(self.group), options).with_context(|| format!("cannot look after `{}`", self.what))?;
        Ok(state.is_some())
    }

    /// Waits for it to end; at the deadline or on Ctrl-C it is stopped.
    pub(crate) fn wait(&mut self, deadline: Deadline) -> Result<ExitStatus> {
        let mut pause = Duration::from_millis(1);
        loop {
            if self.has_ended()? {
                return self.reap();
            }
            if interrupted() {
                self.stop()?;
                return Err(Trouble::Interrupted.into());
            }
            if deadline.has_passed() {
                self.stop()?;
                let what = self.what.clone();
                return Err(Trouble::TookTooLong { what, limit: deadline.limit(), log: self.log.clone() }.into());
            }
            thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    fn wait_for_success(&mut self, deadline: Deadline) -> Result<()> {
        if self.wait(deadline)?.success() { Ok(()) } else { Err(self.failure()) }
    }

    /// Asks its group to end and kills what is still there after a while.
    pub(crate) fn stop(&mut self) -> Result<()> {
        if self.reaped {
            return Ok(());
        }
        let _ = kill_process_group(self.group, Signal::TERM);
        let deadline = Deadline::after(GRACE);
        while !self.has_ended()? && !deadline.has_passed() {
            thread::sleep(PAUSE_MAX);
        }
        self.reap()?;
        Ok(())
    }

    /// How it ended, and where its output is.
    pub(crate) fn failure(&mut self) -> anyhow::Error {
        match self.reap() {
            Ok(status) => {
                Trouble::Failed { what: self.what.clone(), status: status.to_string(), log: self.log.clone() }.into()
            }
            Err(error) => error,
        }
    }

    pub(crate) fn too_slow(&self, deadline: Deadline) -> anyhow::Error {
        Trouble::TookTooLong { what: self.what.clone(), limit: deadline.limit(), log: self.log.clone() }.into()
    }

    /// Kills whatever is left of the group, then takes the leader's exit status.
    fn reap(&mut self) -> Result<ExitStatus> {
        if !self.reaped {
            let _ = kill_process_group(self.group, Signal::KILL);
        }
        let status = self.inner.wait().with_context(|| format!("cannot wait for `{}`", self.what))?;
        self.reaped = true;
        Ok(status)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Nobody is left to be told of an error.
        let _ = self.stop();
    }
}

fn in_words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        words.push(' ');
        words.push_str(&argument.to_string_lossy());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn both_streams_of_a_failed_command_are_in_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("logs/step.log");

        let error =
            run(shell("echo out; echo err >&2; exit 3"), Output::Log(&log), Deadline::after_minutes(1)).unwrap_err();

        assert!(matches!(Trouble::of(&error), Some(Trouble::Failed { .. })), "got {error:?}");
        assert_eq!(fs::read_to_string(&log).unwrap(), "out\nerr\n");
    }

    #[test]
    fn an_answer_is_told_from_what_is_said_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("step.log");
        let asked = |script| answer(shell(script), Output::Log(&log), Deadline::after_minutes(1));

        assert_eq!(asked("echo 42; echo thinking >&2").unwrap(), "42\n");
        assert_eq!(fs::read_to_string(&log).unwrap(), "thinking\n");
        assert!(matches!(Trouble::of(&asked("echo 42; exit 1").unwrap_err()), Some(Trouble::Failed { .. })));
    }

    #[test]
    fn a_command_that_is_not_installed_is_missing_not_failed() {
        let error = run(Command::new("no-such-program"), Output::Terminal, Deadline::after_minutes(1)).unwrap_err();

        assert!(matches!(Trouble::of(&error), Some(Trouble::Missing(_))), "got {error:?}");
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let number = folder.path().join("number");
        let script = format!("sleep 60 & echo $! > {}; wait", number.display());

        let error = run(shell(&script), Output::Terminal, Deadline::after(Duration::from_millis(300))).unwrap_err();

        assert!(matches!(Trouble::of(&error), Some(Trouble::TookTooLong { .. })), "got {error:?}");
        assert!(is_gone(fs::read_to_string(number).unwrap().trim()));
    }

    #[test]
    fn what_a_finished_command_left_running_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let number = folder.path().join("number");
        let script = format!("sleep 60 & echo $! > {}", number.display());

        run(shell(&script), Output::Terminal, Deadline::after_minutes(1)).unwrap();

        assert!(is_gone(fs::read_to_string(number).unwrap().trim()));
    }

    /// A killed orphan may stay a zombie for a moment, until whoever adopted it looks.
    fn is_gone(number: &str) -> bool {
        let deadline = Deadline::after(Duration::from_secs(5));
        loop {
            let state = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
            let is_running =
                state.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty()) && !state.contains(") Z ");
            if !is_running {
                return true;
            }
            if deadline.has_passed() {
                return false;
            }
            thread::sleep(PAUSE_MAX);
        }
    }

    #[test]
    fn variables_that_cargo_run_adds_are_told_from_the_users() {
        assert!(is_added_by_cargo_run("CARGO_PKG_NAME"));
        assert!(is_added_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!is_added_by_cargo_run("CARGO_HOME"));
        assert!(!is_added_by_cargo_run("CARGO_TARGET_DIR"));
    }
}
