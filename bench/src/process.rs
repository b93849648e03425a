//! The programs that are measured: started, asked what they use, and ended by their handle.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};

/// What a server says, followed by its address, when it answers.
const READY: &str = "listening on http://";

/// How long a server may take until it says so.
const START_TIMEOUT: Duration = Duration::from_mins(2);

/// How long a server may take to end once it was asked to.
const STOP_TIMEOUT: Duration = Duration::from_mins(1);

/// How long a command may take: a million products are imported in seven minutes.
const COMMAND_TIMEOUT: Duration = Duration::from_mins(30);

/// How often it is told that a command still runs.
const TELL_EVERY: Duration = Duration::from_secs(30);

/// How often its memory is looked at.
const WEIGH_EVERY: Duration = Duration::from_millis(50);

/// How often an ending process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// How long this process has used the cores, by the system's clock ticks of 10 ms.
pub(crate) fn cpu_time(process: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    parse_cpu_time(&stat).with_context(|| format!("process {process} has no times"))
}

/// Fields 14 and 15; the second may contain anything in parentheses.
fn parse_cpu_time(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Memory that a process uses, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// What no file stands behind: heap and stacks.
    pub(crate) anonymous: u64,
    /// All that is in memory now, mapped files included.
    pub(crate) resident: u64,
}

fn parse_memory(rollup: &str) -> Option<Memory> {
    Some(Memory { anonymous: bytes_of(rollup, "Anonymous:")?, resident: bytes_of(rollup, "Rss:")? })
}

/// The same from a process's status, which is told quickly: the anonymous part as it is, and the most that ever was resident.
fn parse_status(status: &str) -> Option<Memory> {
    Some(Memory { anonymous: bytes_of(status, "RssAnon:")?, resident: bytes_of(status, "VmHWM:")? })
}

fn bytes_of(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

impl Memory {
    /// The larger of each.
    fn most(self, other: Self) -> Self {
        Self { anonymous: self.anonymous.max(other.anonymous), resident: self.resident.max(other.resident) }
    }
}

/// A running server, ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a server and waits until it says where it listens. What it logs goes into a file.
    pub(crate) fn start<Argument: AsRef<OsStr>>(
        binary: &Path,
        arguments: impl IntoIterator<Item = Argument>,
        variables: &[(&str, String)],
        log: &Path,
    ) -> Result<Self> {
        let mut command = Command::new(binary);
        command
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file(log)?);
        let mut child = command.spawn().with_context(|| format!("cannot run {}", binary.display()))?;
        let address = child.stdout.take().context("there is no output").and_then(wait_for_address);
        match address {
            Ok(address) => Ok(Self { child, address }),
            Err(error) => {
                drop(child.kill());
                drop(child.wait());
                Err(error.context(format!("{} did not start: its log ends in {}", binary.display(), end_of(log))))
            }
        }
    }

    /// How long it has used the cores.
    pub(crate) fn cpu_time(&self) -> Result<Duration> {
        cpu_time(self.child.id())
    }

    /// What it uses of memory.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        parse_memory(&rollup).context("the system does not tell the memory of a process")
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        let status = self.end()?;
        if status.success() { Ok(()) } else { bail!("the server ended badly: {status}") }
    }

    fn end(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(status);
        }
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        if let Some(status) = wait(&mut self.child, STOP_TIMEOUT)? {
            return Ok(status);
        }
        self.child.kill()?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end());
    }
}

fn log_file(path: &Path) -> Result<File> {
    File::options().create(true).append(true).open(path).with_context(|| format!("cannot write to {}", path.display()))
}

fn end_of(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().rev().take(8).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}

fn wait_for_address(output: std::process::ChildStdout) -> Result<SocketAddr> {
    let (tell, told) = mpsc::channel();
    // It reads on after the address, so that the server never waits for a full pipe.
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // A simulator says behind it what it is.
            if let Some(address) = line.strip_prefix(READY).and_then(|said| said.split_whitespace().next()) {
                drop(tell.send(address.parse()));
            }
        }
    });
    let address = told.recv_timeout(START_TIMEOUT).map_err(|_| anyhow!("it does not say that it listens"))?;
    address.context("what it says it listens on is no address")
}

/// `None` when it has not ended in time.
fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let until = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

/// How a command went.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    /// From its start to its end.
    pub(crate) elapsed: Duration,
    /// How long it used the cores, as far as that was seen.
    pub(crate) cpu_time: Duration,
    /// The most it used of memory, as far as that was seen.
    pub(crate) memory: Memory,
    /// Its exit status.
    pub(crate) code: i32,
    /// Where what it said is.
    pub(crate) log: PathBuf,
}

/// Runs a command to its end. While it takes long, `still` is called every half a minute.
pub(crate) fn run<Argument: AsRef<OsStr>>(
    binary: &Path,
    arguments: impl IntoIterator<Item = Argument>,
    log: &Path,
    still: impl Fn(),
) -> Result<Ran> {
    let started = Instant::now();
    let mut command = Command::new(binary);
    command.args(arguments).stdin(Stdio::null()).stdout(log_file(log)?).stderr(log_file(log)?);
    let mut child = command.spawn().with_context(|| format!("cannot run {}", binary.display()))?;
    let mut used = Duration::ZERO;
    let mut memory = Memory { anonymous: 0, resident: 0 };
    let (mut weigh, mut tell) = (started, started + TELL_EVERY);
    let status = loop {
        used = cpu_time(child.id()).unwrap_or(used);
        let now = Instant::now();
        if now >= weigh {
            weigh = now + WEIGH_EVERY;
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
            memory = parse_status(&status).map_or(memory, |seen| memory.most(seen));
        }
        if now >= tell {
            tell = now + TELL_EVERY;
            still();
        }
        if let Some(status) = wait(&mut child, LOOK_EVERY)? {
            break status;
        }
        if started.elapsed() > COMMAND_TIMEOUT {
            child.kill()?;
            child.wait()?;
            bail!("{} took longer than {} s", binary.display(), COMMAND_TIMEOUT.as_secs());
        }
    };
    let elapsed = started.elapsed();
    let code = status.code().with_context(|| format!("{} was ended by a signal", binary.display()))?;
    Ok(Ran { elapsed, cpu_time: used, memory, code, log: log.to_owned() })
}

impl Ran {
    /// Fails unless it ended with one of these.
    pub(crate) fn expect(self, codes: &[i32]) -> Result<Self> {
        if codes.contains(&self.code) {
            return Ok(self);
        }
        bail!("a command ended with {}: {}", self.code, end_of(&self.log))
    }
}

/// How many bytes the files of a folder have.
pub(crate) fn size_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { size_of(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "12 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 1 0";

        assert_eq!(parse_cpu_time(stat), Some(Duration::from_millis(1_750)));
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let rollup = "55 rollup\nRss:                 900 kB\nPss: 1 kB\nAnonymous:            120 kB\n";

        assert_eq!(parse_memory(rollup), Some(Memory { anonymous: 122_880, resident: 921_600 }));
        assert_eq!(parse_memory(""), None);
        let status = "Name:\tshop\nVmHWM:\t    2000 kB\nRssAnon:\t     300 kB\n";
        assert_eq!(parse_status(status), Some(Memory { anonymous: 307_200, resident: 2_048_000 }));
    }

    #[test]
    fn a_command_tells_how_it_ended() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");

        let ran = run(Path::new("/bin/sh"), ["-c", "echo words; sleep 0.2; exit 3"], &log, || ()).unwrap();

        assert_eq!(ran.code, 3);
        assert!(ran.memory.resident > 0 && ran.memory.anonymous <= ran.memory.resident, "{:?}", ran.memory);
        assert!(ran.clone().expect(&[0, 3]).is_ok());
        assert!(ran.expect(&[0]).unwrap_err().to_string().contains("words"));
    }

    #[test]
    fn a_server_that_does_not_start_is_told_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();

        let error =
            Server::start(Path::new("/bin/sh"), ["-c", "echo no >&2"], &[], &folder.path().join("log")).unwrap_err();

        assert!(format!("{error:#}").contains("no"), "{error:#}");
    }
}
