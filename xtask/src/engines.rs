//! Real engines that the contract suites run against, each on a free port of 127.0.0.1.

mod elasticmq;
mod opensearch;
mod state_machines;
mod stripe;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::child::{self, Child, Output};
use crate::deadline::Deadline;
use crate::progress;
use crate::server::wait_for_line;
use crate::snapshot::write_new;
use crate::tools;
use crate::tree::{self, Tree};

pub(crate) use elasticmq::ElasticMq;
pub(crate) use opensearch::OpenSearch;
pub(crate) use state_machines::StateMachines;
pub(crate) use stripe::Stripe;

const DYNAMODB_FILES: [(&str, &str); 2] = [
    ("pom.xml", include_str!("../../engines/dynamodb/pom.xml")),
    ("DynamoDbLoopback.java", include_str!("../../engines/dynamodb/DynamoDbLoopback.java")),
];
const DYNAMODB_MAIN: &str = "DynamoDbLoopback";
/// What the engine prints before its address once it answers.
const DYNAMODB_READY: &str = "ddb-local ";
/// Compiled for the oldest Java that will do, so that another `java` on the path still runs what is in the cache.
const JAVA_RELEASE: &str = "17";
/// Many tables of many tests at once; measured at 120 to 460 MB.
const DYNAMODB_HEAP_MAX: &str = "-Xmx768m";

/// AWS's own `DynamoDB` Local in memory, stopped when this is dropped.
#[derive(Debug)]
pub(crate) struct DynamoDb {
    _child: Child,
    address: String,
}

impl DynamoDb {
    pub(crate) fn start(tree: &Tree, deadline: Deadline) -> Result<Self> {
        tools::java(tree, deadline)?;
        let folder = install(tree, deadline)?;
        let log = tree.log("dynamodb");
        let mut java = child::command("java");
        java.current_dir(&folder)
            .args([DYNAMODB_HEAP_MAX, "-Djava.net.preferIPv4Stack=true"])
            .args(["-Djava.library.path=lib", "-Dsqlite4java.library.path=lib"])
            // Port 0 takes a free one.
            .args(["-cp", "classes:lib/*", DYNAMODB_MAIN, "0"]);
        let mut child = Child::spawn(java, Output::Log(&log))?;
        let host_and_port = wait_for_line(&mut child, &log, DYNAMODB_READY, deadline)?;
        Ok(Self { _child: child, address: format!("http://{host_and_port}") })
    }

    /// Such as `http://127.0.0.1:40123`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

/// Fetches and compiles the engine in the cache, unless that was done already.
fn install(tree: &Tree, deadline: Deadline) -> Result<PathBuf> {
    let cache = tree::cache()?;
    let folder = cache.join("dynamodb");
    let _lock = tools::lock("dynamodb", deadline)?;
    if has_files(&folder) {
        return Ok(folder);
    }
    progress::timed("DynamoDB Local: mvn, javac", || {
        // Made beside its place and then moved there: what is there is always whole.
        let unfinished = cache.join("dynamodb.unfinished");
        tools::remove_folder(&unfinished)?;
        for (name, text) in DYNAMODB_FILES {
            write_new(&unfinished.join(name), text)?;
        }
        let log = tree.log("dynamodb-install");
        let mut maven = child::command("mvn");
        maven.current_dir(&unfinished).args(["-B", "-q", "-ntp", "package"]);
        child::run(maven, Output::Log(&log), deadline)?;
        let mut javac = child::command("javac");
        javac.current_dir(&unfinished).args(["--release", JAVA_RELEASE, "-nowarn", "-cp", "lib/*", "-d", "classes"]);
        javac.arg(format!("{DYNAMODB_MAIN}.java"));
        child::run(javac, Output::Log(&log), deadline)?;
        tools::remove_folder(&folder)?;
        fs::rename(&unfinished, &folder).with_context(|| format!("cannot move to {}", folder.display()))
    })?;
    Ok(folder)
}

fn has_files(folder: &Path) -> bool {
    DYNAMODB_FILES.iter().all(|(name, text)| fs::read_to_string(folder.join(name)).is_ok_and(|read| read == *text))
}
