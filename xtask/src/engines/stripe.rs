//! What Stripe has made for those who use it: `stripe-mock`, which knows every shape and remembers nothing, and its client
//! for Python. And `localstripe`, which somebody else has made, and which remembers.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::child::{self, Child, Output};
use crate::deadline::Deadline;
use crate::progress;
use crate::server::wait_for_line;
use crate::snapshot::write_new;
use crate::tools::{self, PythonTools};
use crate::tree::{self, Tree};

/// The module of Go, with its version.
const MODULE: &str = include_str!("../../../engines/stripe/module.txt");
const REQUIREMENTS: &str = include_str!("../../../engines/stripe/requirements.txt");
const CONSTRAINTS: &str = include_str!("../../../engines/stripe/constraints.txt");
const LOCAL_REQUIREMENTS: &str = include_str!("../../../engines/localstripe/requirements.txt");
const LOCAL_CONSTRAINTS: &str = include_str!("../../../engines/localstripe/constraints.txt");
const LOCAL_PROGRAM: &str = include_str!("../../../engines/localstripe/server.py");
/// What `localstripe` prints before its address.
const LOCAL_READY: &str = "localstripe at ";
const SPECIFICATION: &str = "embedded/openapi/spec3.json";
/// What the engine prints before its address.
const MOCK_READY: &str = "Listening for HTTP at address: ";

/// The engines, stopped when this is dropped, and the client.
#[derive(Debug)]
pub(crate) struct Stripe {
    _mock: Child,
    mock: String,
    _local: Child,
    local: String,
    python: PathBuf,
}

impl Stripe {
    pub(crate) fn start(tree: &Tree, deadline: Deadline) -> Result<Self> {
        let home = install(tree, deadline)?;
        let python =
            PythonTools::install_as("stripe-python", REQUIREMENTS, CONSTRAINTS, tree, deadline)?.path("python");
        let log = tree.log("stripe-mock");
        let mut mock = child::command(home.join("stripe-mock"));
        // Without an address for HTTPS it would listen to everybody for that.
        mock.args(["-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0", "-spec"]).arg(home.join("strict.json"));
        let mut mock = Child::spawn(mock, Output::Log(&log))?;
        let mock_address = wait_for_line(&mut mock, &log, MOCK_READY, deadline)?;
        let (local, local_address) = start_local(tree, deadline)?;
        Ok(Self { _mock: mock, mock: format!("http://{mock_address}"), _local: local, local: local_address, python })
    }

    /// The address of `stripe-mock`, such as `http://127.0.0.1:40123`.
    pub(crate) fn mock(&self) -> &str {
        &self.mock
    }

    /// The address of `localstripe`.
    pub(crate) fn local(&self) -> &str {
        &self.local
    }

    /// A Python that has Stripe's client.
    pub(crate) fn python(&self) -> &Path {
        &self.python
    }
}

fn start_local(tree: &Tree, deadline: Deadline) -> Result<(Child, String)> {
    let tools = PythonTools::install_as("localstripe", LOCAL_REQUIREMENTS, LOCAL_CONSTRAINTS, tree, deadline)?;
    // Beside the environment, which is removed as a whole when its requirements change, and not under the name of what it imports.
    let program = tree::cache()?.join("localstripe-server.py");
    write_new(&program, LOCAL_PROGRAM)?;
    let log = tree.log("localstripe");
    let mut python = tools.command("python");
    python.arg(program);
    let mut child = Child::spawn(python, Output::Log(&log))?;
    let address = wait_for_line(&mut child, &log, LOCAL_READY, deadline)?;
    Ok((child, format!("http://{address}")))
}

/// Builds `stripe-mock` into the cache, unless that was done already.
fn install(tree: &Tree, deadline: Deadline) -> Result<PathBuf> {
    let cache = tree::cache()?;
    let folder = cache.join("stripe-mock");
    let finished = folder.join("module.txt");
    let _lock = tools::lock("stripe-mock", deadline)?;
    if fs::read_to_string(&finished).is_ok_and(|installed| installed == MODULE) {
        return Ok(folder);
    }
    progress::timed("stripe-mock: go install", || {
        tools::go(tree, deadline)?;
        tools::remove_folder(&folder)?;
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let log = tree.log("stripe-mock-install");
        let module = MODULE.trim();
        let mut go = child::command("go");
        go.current_dir(&folder).args(["install", module]).env("GOBIN", &folder);
        child::run(go, Output::Log(&log), deadline)?;
        let mut go = child::command("go");
        go.current_dir(&folder).args(["mod", "download", "-json", module]);
        let told: Value = serde_json::from_str(&child::answer(go, Output::Log(&log), deadline)?)?;
        let source = told["Dir"].as_str().context("`go mod download` names no folder")?;
        let specification = Path::new(source).join(SPECIFICATION);
        let text =
            fs::read_to_string(&specification).with_context(|| format!("cannot read {}", specification.display()))?;
        write_new(&folder.join("strict.json"), &strict(&text)?)?;
        // Last: what is there is whole then.
        write_new(&finished, MODULE)
    })?;
    Ok(folder)
}

/// The specification with nested keys refused that it does not name; by itself it lets them pass.
fn strict(text: &str) -> Result<String> {
    let mut specification: Value = serde_json::from_str(text).context("Stripe's specification is no JSON")?;
    let paths = specification["paths"].as_object_mut().context("Stripe's specification has no paths")?;
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(serde_json::Map::values_mut) {
        if let Some(body) = operation.get_mut("requestBody") {
            refuse_unknown(body);
        }
    }
    Ok(specification.to_string())
}

fn refuse_unknown(node: &mut Value) {
    match node {
        Value::Object(fields) => {
            let has_properties = fields.get("properties").and_then(Value::as_object).is_some_and(|map| !map.is_empty());
            if fields.get("type").is_some_and(|kind| kind == "object") && has_properties {
                fields.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            fields.values_mut().for_each(refuse_unknown);
        }
        Value::Array(items) => items.iter_mut().for_each(refuse_unknown),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_keys_that_nobody_named_are_refused_but_free_ones_are_not() {
        let text = r#"{"paths":{"/a":{"post":{"requestBody":{"schema":{"type":"object","properties":{
            "known":{"type":"object","properties":{"x":{}}},
            "metadata":{"type":"object","additionalProperties":{"type":"string"}}}}}}}}}"#;

        let read: Value = serde_json::from_str(&strict(text).unwrap()).unwrap();

        let schema = &read["paths"]["/a"]["post"]["requestBody"]["schema"];
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["known"]["additionalProperties"], false);
        assert!(schema["properties"]["metadata"]["additionalProperties"].is_object());
    }

    #[test]
    fn each_engine_is_pinned_to_one_version() {
        assert!(MODULE.trim().contains("@v"));
        let pins = [REQUIREMENTS, CONSTRAINTS, LOCAL_REQUIREMENTS, LOCAL_CONSTRAINTS];
        for pin in pins.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#')) {
            assert!(pin.contains("=="), "{pin}");
        }
    }
}
