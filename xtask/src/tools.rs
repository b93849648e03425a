//! The tools that the tests need: found, or installed with pinned versions outside the tree.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::child::{self, Output};
use crate::deadline::Deadline;
use crate::progress;
use crate::snapshot::write_new;
use crate::tree::{self, Tree};
use crate::trouble::Trouble;

const REQUIREMENTS: &str = include_str!("../requirements.txt");
const CONSTRAINTS: &str = include_str!("../constraints.txt");

/// Chromium under the names that Debian, other systems and CI machines give it.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The programs in our own Python environment.
#[derive(Clone, Debug)]
pub(crate) struct PythonTools {
    programs: PathBuf,
}

impl PythonTools {
    /// Installs what `requirements.txt` names, unless that was done already.
    pub(crate) fn install(tree: &Tree, deadline: Deadline) -> Result<Self> {
        Self::install_as("python", REQUIREMENTS, CONSTRAINTS, tree, deadline)
    }

    /// Installs other requirements into an environment of their own, with this name.
    pub(crate) fn install_as(
        name: &str,
        requirements: &str,
        constraints: &str,
        tree: &Tree,
        deadline: Deadline,
    ) -> Result<Self> {
        let folder = tree::cache()?.join(name);
        let tools = Self { programs: folder.join("bin") };
        let _lock = lock(name, deadline)?;
        let finished = folder.join("requirements.stamp");
        let wanted = format!("{requirements}{constraints}");
        if fs::read_to_string(&finished).is_ok_and(|installed| installed == wanted) {
            return Ok(tools);
        }
        progress::timed(&format!("{name}: pip install"), || {
            let log = tree.log(&format!("{name}-tools"));
            remove_folder(&folder)?;
            create_environment(&folder, &log, deadline)?;
            let (required, constrained) = (folder.join("requirements.txt"), folder.join("constraints.txt"));
            write_new(&required, requirements)?;
            write_new(&constrained, constraints)?;
            let mut pip = child::command(tools.programs.join("pip"));
            pip.args(["install", "--quiet", "--disable-pip-version-check", "--no-input"]);
            pip.arg("--requirement").arg(required).arg("--constraint").arg(constrained);
            child::run(pip, Output::Log(&log), deadline)?;
            write_new(&finished, &wanted)
        })?;
        Ok(tools)
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        child::command(self.path(program))
    }

    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.programs.join(program)
    }
}

fn create_environment(folder: &Path, log: &Path, deadline: Deadline) -> Result<()> {
    let create = || {
        let mut python = child::command("python3");
        python.args(["-m", "venv"]).arg(folder);
        child::run(python, Output::Log(log), deadline)
    };
    // Debian's Python comes without the part that makes environments.
    create().or_else(|_| {
        remove_folder(folder)?;
        install_debian_packages(&["python3-venv"], log, deadline)?;
        create()
    })
}

/// A browser for the end-to-end tests: the one `CHROME_PATH` names, one that is here, or Debian's.
pub(crate) fn browser(tree: &Tree, deadline: Deadline) -> Result<PathBuf> {
    if let Some(path) = env::var_os("CHROME_PATH") {
        return Ok(path.into());
    }
    let find = || BROWSERS.iter().find_map(|name| which::which(name).ok());
    if let Some(path) = find() {
        return Ok(path);
    }
    progress::timed("browser: apt-get install chromium", || {
        install_debian_packages(&["chromium"], &tree.log("browser"), deadline)
    })?;
    find().ok_or_else(|| Trouble::Missing("no Chromium, although it was installed".into()).into())
}

/// What compiles, installs and runs the engines.
pub(crate) fn java(tree: &Tree, deadline: Deadline) -> Result<()> {
    let is_there = || ["java", "javac", "mvn"].iter().all(|program| which::which(program).is_ok());
    if is_there() {
        return Ok(());
    }
    progress::timed("Java: apt-get install", || {
        let packages = ["openjdk-17-jdk-headless", "maven"];
        install_debian_packages(&packages, &tree.log("java"), deadline)
    })
}

/// What builds engines that are written in Go.
pub(crate) fn go(tree: &Tree, deadline: Deadline) -> Result<()> {
    if which::which("go").is_ok() {
        return Ok(());
    }
    progress::timed("Go: apt-get install", || install_debian_packages(&["golang-go"], &tree.log("go"), deadline))
}

/// A `java` of this release or a newer one: the one that `JAVA_HOME` names, the one on the path, one of those that are
/// installed beside it, or Debian's where it has one.
pub(crate) fn java_since(release: u32, tree: &Tree, deadline: Deadline) -> Result<PathBuf> {
    let find = || javas().into_iter().find(|java| release_of(java).is_some_and(|own| own >= release));
    if let Some(java) = find() {
        return Ok(java);
    }
    progress::timed(&format!("Java {release}: apt-get install"), || {
        install_debian_packages(&[&format!("openjdk-{release}-jre-headless")], &tree.log("java"), deadline)
    })?;
    find().ok_or_else(|| Trouble::Missing(format!("no Java {release} or newer, although it was installed")).into())
}

/// Every `java` that may be here, the one that is meant first.
fn javas() -> Vec<PathBuf> {
    let of_home = env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin/java"));
    let on_path = which::which("java").ok();
    let installed = fs::read_dir("/usr/lib/jvm").into_iter().flatten();
    let mut installed: Vec<PathBuf> = installed.filter_map(|home| Some(home.ok()?.path().join("bin/java"))).collect();
    installed.sort();
    of_home.into_iter().chain(on_path).chain(installed).collect()
}

/// The release of a `java`, as the file beside it says.
fn release_of(java: &Path) -> Option<u32> {
    let home = java.canonicalize().ok()?.parent()?.parent()?.to_owned();
    release_in(&fs::read_to_string(home.join("release")).ok()?)
}

fn release_in(text: &str) -> Option<u32> {
    let version = text.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""))?;
    let digits = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

/// Installs Debian packages, refreshing the lists only if they are too old or too empty for it.
fn install_debian_packages(packages: &[&str], log: &Path, deadline: Deadline) -> Result<()> {
    let names = packages.join(", ");
    if which::which("apt-get").is_err() {
        return Err(Trouble::Missing(format!("{names}: install it by hand, there is no apt-get here")).into());
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = as_root("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        child::run(command, Output::Log(log), deadline)
    };
    let install = || apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat());
    install()
        .or_else(|_| apt_get(&["update"]).and_then(|()| install()))
        .map_err(|error| as_missing(error, &format!("{names} (`apt-get install` failed)")))
}

/// What cannot be installed is missing: no fault of ours, and not a test that failed.
fn as_missing(error: anyhow::Error, what: &str) -> anyhow::Error {
    match Trouble::of(&error) {
        Some(Trouble::Failed { .. }) => Trouble::Missing(what.to_owned()).into(),
        _ => error,
    }
}

fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return child::command(program);
    }
    let mut sudo = child::command("sudo");
    // Never asks for a password: nobody may be there to type it.
    sudo.args(["-n", program]);
    sudo
}

/// Keeps two runs from installing the same thing into the cache at the same time, until it is dropped.
pub(crate) fn lock(name: &str, deadline: Deadline) -> Result<File> {
    let path = tree::cache()?.join(format!("{name}.lock"));
    loop {
        if let Some(lock) = try_lock(&path)? {
            return Ok(lock);
        }
        if deadline.has_passed() {
            bail!("somebody else has held {} for too long", path.display());
        }
        child::heed_interrupt()?;
        thread::sleep(LOOK_EVERY);
    }
}

/// Locks a file until what this gives is dropped, or gives nothing if somebody else has it.
pub(crate) fn try_lock(path: &Path) -> Result<Option<File>> {
    write_new(path, "")?;
    let file = File::open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_is_pinned_to_one_version() {
        let pins = |text: &'static str| {
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect::<Vec<_>>()
        };

        for pin in pins(REQUIREMENTS).into_iter().chain(pins(CONSTRAINTS)) {
            assert!(pin.contains("=="), "{pin}");
        }
    }

    #[test]
    fn the_release_of_a_java_is_told_by_the_file_beside_it() {
        assert_eq!(release_in("IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"21.0.4\"\n"), Some(21));
        assert_eq!(release_in("JAVA_VERSION=\"25\"\n"), Some(25));
        assert_eq!(release_in("nothing"), None);
    }

    #[test]
    fn what_cannot_be_installed_is_missing_but_an_interrupt_stays_one() {
        let failed = Trouble::Failed { what: "apt-get".into(), status: "1".into(), log: None };

        assert!(matches!(Trouble::of(&as_missing(failed.into(), "chromium")), Some(Trouble::Missing(_))));
        assert!(matches!(
            Trouble::of(&as_missing(Trouble::Interrupted.into(), "chromium")),
            Some(Trouble::Interrupted)
        ));
    }
}
