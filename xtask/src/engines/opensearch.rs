//! The official `OpenSearch`, from Maven Central.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rustix::process::geteuid;
use tempfile::TempDir;

use crate::child::{self, Child, Output};
use crate::deadline::Deadline;
use crate::progress;
use crate::server::wait_for;
use crate::snapshot::write_new;
use crate::tools;
use crate::tree::{self, Tree};

/// The artifact, and beneath it the digest and name of its file as `sha256sum` takes them.
const ARCHIVE: &str = include_str!("../../../engines/opensearch/archive.txt");
const SETTINGS: &str = include_str!("../../../engines/opensearch/opensearch.yml");
const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";
/// The oldest Java that will do.
const JAVA_MIN: u32 = 21;
/// Enough for a catalog of 20,000 products.
const HEAP: &str = "512m";
/// Enough to be killed.
const HEAP_OF_VICTIM: &str = "200m";
/// What the node's log has in the line with its address, and in the one that says it answers.
const ADDRESS: &str = "HttpServerTransport] [test] publish_address {";
const READY: &str = "GatewayService     ] [test] recovered [";
/// The user and the group that own nothing. The engine refuses to run as root.
const NOBODY: u32 = 65_534;
/// Where root installs it: nobody else may look into root's home.
const CACHE_OF_ROOT: &str = "/var/cache/ecom67";

/// Two nodes: one for all tests, and one for the test that kills it.
#[derive(Debug)]
pub(crate) struct OpenSearch {
    node: Node,
    victim: Node,
}

/// A node with its data in a temporary folder, stopped when this is dropped.
#[derive(Debug)]
struct Node {
    // Dropped in this order: the node ends before its folder goes.
    child: Child,
    _folder: TempDir,
    log: PathBuf,
    address: String,
}

impl OpenSearch {
    pub(crate) fn start(tree: &Tree, deadline: Deadline) -> Result<Self> {
        let java = tools::java_since(JAVA_MIN, tree, deadline)?;
        let home = install(tree, deadline)?;
        let mut node = Node::spawn(&java, &home, HEAP, tree.log("opensearch-node"))?;
        let mut victim = Node::spawn(&java, &home, HEAP_OF_VICTIM, tree.log("opensearch-victim"))?;
        node.wait(deadline)?;
        victim.wait(deadline)?;
        Ok(Self { node, victim })
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(crate) fn address(&self) -> &str {
        &self.node.address
    }

    /// The address of the node to be killed, `#` and the number of its process.
    pub(crate) fn victim(&self) -> String {
        format!("{}#{}", self.victim.address, self.victim.child.number())
    }
}

impl Node {
    /// Starts a node, which answers some seconds later.
    fn spawn(java: &Path, home: &Path, heap: &str, log: PathBuf) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot create a folder for OpenSearch")?;
        let path = |name: &str| folder.path().join(name);
        for name in ["config", "data", "logs", "tmp"] {
            fs::create_dir(path(name)).with_context(|| format!("cannot create {}", path(name).display()))?;
        }
        write_new(&path("config/opensearch.yml"), SETTINGS)?;
        let log_settings = home.join("config/log4j2.properties");
        fs::copy(&log_settings, path("config/log4j2.properties"))
            .with_context(|| format!("cannot copy {}", log_settings.display()))?;
        let mut node = child::command(java);
        node.current_dir(home)
            .args([format!("-Xms{heap}"), format!("-Xmx{heap}")])
            // Starts sooner, and is fast enough for tests.
            .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"])
            // As its own script starts it.
            .args(["-javaagent:agent/opensearch-agent.jar", "--enable-native-access=ALL-UNNAMED"])
            .args(["-Dlog4j2.disable.jmx=true", "-Dlog4j.shutdownHookEnabled=false"])
            .args(["-Djava.locale.providers=SPI,CLDR", "-Dio.netty.noUnsafe=true"])
            .args(["-Dopensearch.distribution.type=zip", "-Dopensearch.bundled_jdk=false"])
            .arg(format!("-Djava.io.tmpdir={}", path("tmp").display()))
            .arg(format!("-Dopensearch.path.home={}", home.display()))
            .arg(format!("-Dopensearch.path.conf={}", path("config").display()))
            .args(["-cp", "lib/*", "org.opensearch.bootstrap.OpenSearch"])
            .arg(format!("-Epath.data={}", path("data").display()))
            .arg(format!("-Epath.logs={}", path("logs").display()));
        if geteuid().is_root() {
            give_to_nobody(folder.path())?;
            node.uid(NOBODY).gid(NOBODY);
        }
        let child = Child::spawn(node, Output::Log(&log))?;
        Ok(Self { child, _folder: folder, log, address: String::new() })
    }

    fn wait(&mut self, deadline: Deadline) -> Result<()> {
        let host_and_port = wait_for(&mut self.child, &self.log, deadline, address_of_ready)?;
        self.address = format!("http://{host_and_port}");
        Ok(())
    }
}

/// The address in the log of a node that answers. Address and state come in either order.
fn address_of_ready(log: &str) -> Option<String> {
    let (_, rest) = log.split_once(ADDRESS)?;
    let (address, _) = rest.split_once('}')?;
    log.contains(READY).then(|| address.to_owned())
}

/// Lets the user who owns nothing write there.
fn give_to_nobody(folder: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        chown(entry.path(), Some(NOBODY), Some(NOBODY))
            .with_context(|| format!("cannot give {} away", entry.path().display()))?;
    }
    Ok(())
}

/// Fetches the engine into the cache, unless that was done already, and tells where it is.
fn install(tree: &Tree, deadline: Deadline) -> Result<PathBuf> {
    let cache = if geteuid().is_root() { PathBuf::from(CACHE_OF_ROOT) } else { tree::cache()? };
    let folder = cache.join("opensearch");
    let finished = folder.join("archive.txt");
    let _lock = tools::lock("opensearch", deadline)?;
    if fs::read_to_string(&finished).is_ok_and(|installed| installed == ARCHIVE) {
        return home(&folder);
    }
    progress::timed("OpenSearch: mvn, jar", || {
        tools::java(tree, deadline)?;
        tools::remove_folder(&folder)?;
        let (artifact, digest) = ARCHIVE.split_once('\n').context("engines/opensearch/archive.txt has two lines")?;
        let digests = folder.join("digest.txt");
        write_new(&digests, digest)?;
        let log = tree.log("opensearch-install");
        let run = |program: &str, arguments: &[&str]| {
            let mut command = child::command(program);
            command.current_dir(&folder).args(arguments);
            child::run(command, Output::Log(&log), deadline)
        };
        run("mvn", &["-B", "-q", "-ntp", COPY, &format!("-Dartifact={artifact}"), "-DoutputDirectory=."])?;
        run("sha256sum", &["--check", "--quiet", "digest.txt"])?;
        let archive = digest.split_whitespace().last().context("the digest names no file")?;
        run("jar", &["--extract", "--file", archive])?;
        run("chmod", &["--recursive", "a+rX", "."])?;
        fs::remove_file(folder.join(archive)).context("cannot remove the archive")?;
        // Last: what is there is whole then.
        write_new(&finished, ARCHIVE)
    })?;
    home(&folder)
}

/// The folder that the archive had in it.
fn home(folder: &Path) -> Result<PathBuf> {
    let digest = ARCHIVE.lines().nth(1).and_then(|digest| digest.split_whitespace().last());
    let name = digest.and_then(|file| file.strip_suffix(".zip")).context("the digest names no archive")?;
    Ok(folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_ready_once_it_has_an_address_and_its_state() {
        let bound = "[INFO ][o.o.h.AbstractHttpServerTransport] [test] publish_address {127.0.0.1:40123}, bound\n";
        let recovered = "[INFO ][o.o.g.GatewayService     ] [test] recovered [0] indices\n";

        assert_eq!(address_of_ready(bound), None);
        assert_eq!(address_of_ready(recovered), None);
        for log in [format!("{bound}{recovered}"), format!("{recovered}{bound}")] {
            assert_eq!(address_of_ready(&log).as_deref(), Some("127.0.0.1:40123"), "{log}");
        }
    }

    #[test]
    fn the_archive_is_pinned_by_version_and_digest() {
        let lines: Vec<&str> = ARCHIVE.lines().collect();

        assert!(lines[0].ends_with(":zip"));
        assert_eq!(lines[1].split_whitespace().next().map(str::len), Some(64));
        assert!(home(Path::new("/c")).unwrap().starts_with("/c"));
    }
}
