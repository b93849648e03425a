//! `ElasticMQ`, which speaks the protocol of SQS, from Maven Central.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::child::{self, Child, Output};
use crate::deadline::Deadline;
use crate::progress;
use crate::server::wait_for;
use crate::snapshot::write_new;
use crate::tools;
use crate::tree::{self, Tree};

const FILES: [(&str, &str); 2] = [
    ("pom.xml", include_str!("../../../engines/elasticmq/pom.xml")),
    ("elasticmq.conf", include_str!("../../../engines/elasticmq/elasticmq.conf")),
];
const MAIN: &str = "org.elasticmq.server.Main";
/// What the engine's log has once it answers.
const READY: &str = "Started SQS rest server";
const HEAP_MAX: &str = "-Xmx256m";

/// The engine with its messages in memory, stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct ElasticMq {
    _child: Child,
    address: String,
}

impl ElasticMq {
    pub(crate) fn start(tree: &Tree, deadline: Deadline) -> Result<Self> {
        tools::java(tree, deadline)?;
        let folder = install(tree, deadline)?;
        let log = tree.log("elasticmq");
        let port = free_port()?;
        let mut java = child::command("java");
        java.current_dir(&folder)
            .args([HEAP_MAX, "-Djava.net.preferIPv4Stack=true", "-Dconfig.file=elasticmq.conf"])
            // The first is where it listens, the second what it says of that.
            .args([format!("-Drest-sqs.bind-port={port}"), format!("-Dnode-address.port={port}")])
            .args(["-cp", "lib/*", MAIN]);
        let mut child = Child::spawn(java, Output::Log(&log))?;
        wait_for(&mut child, &log, deadline, |text| text.contains(READY).then(String::new))?;
        Ok(Self { _child: child, address: format!("http://127.0.0.1:{port}") })
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

/// A port that was free a moment ago: the engine does not tell which one it took by itself.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free")?;
    Ok(listener.local_addr().context("a listener has no address")?.port())
}

/// Fetches the engine into the cache, unless that was done already.
fn install(tree: &Tree, deadline: Deadline) -> Result<PathBuf> {
    let cache = tree::cache()?;
    let folder = cache.join("elasticmq");
    let _lock = tools::lock("elasticmq", deadline)?;
    if has_files(&folder) {
        return Ok(folder);
    }
    progress::timed("ElasticMQ: mvn", || {
        // Made beside its place and then moved there: what is there is always whole.
        let unfinished = cache.join("elasticmq.unfinished");
        tools::remove_folder(&unfinished)?;
        for (name, text) in FILES {
            write_new(&unfinished.join(name), text)?;
        }
        let log = tree.log("elasticmq-install");
        let mut maven = child::command("mvn");
        maven.current_dir(&unfinished).args(["-B", "-q", "-ntp", "package"]);
        child::run(maven, Output::Log(&log), deadline)?;
        tools::remove_folder(&folder)?;
        fs::rename(&unfinished, &folder).with_context(|| format!("cannot move to {}", folder.display()))
    })?;
    Ok(folder)
}

fn has_files(folder: &Path) -> bool {
    FILES.iter().all(|(name, text)| fs::read_to_string(folder.join(name)).is_ok_and(|read| read == *text))
}
