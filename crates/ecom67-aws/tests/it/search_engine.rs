//! A real `OpenSearch` node, started by `cargo xtask test`.

use std::env;
use std::io::{self, Write as _};
use std::sync::{Arc, Once};

use ecom67_aws::opensearch::{OpenSearchConfig, OpenSearchIndex};
use ecom67_testkit::product_index::EmptyIndex;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use uuid::Uuid;

const ADDRESS: &str = "ECOM67_OPENSEARCH_URL";
/// A node for one test to kill.
const VICTIM: &str = "ECOM67_OPENSEARCH_VICTIM";

static SAID: Once = Once::new();

/// The engine's address. Without one the test says so, and fails where everything must be tested.
pub(crate) fn address() -> Option<String> {
    if let Ok(address) = env::var(ADDRESS) {
        return Some(address);
    }
    let message = format!("{ADDRESS} is not set: `cargo xtask test` starts OpenSearch and sets it");
    assert!(env::var("CI").is_err(), "{message}");
    // Not `eprintln!`, which is only shown for tests that fail.
    SAID.call_once(|| drop(writeln!(io::stderr(), "NOT TESTED: {message}")));
    None
}

/// The address and the process of a node that a test may kill, if there is one.
pub(crate) fn victim() -> Option<(String, String)> {
    let Ok(victim) = env::var(VICTIM) else {
        let message = format!("{VICTIM} is not set: `cargo xtask test` starts a node to kill and sets it");
        assert!(env::var("CI").is_err(), "{message}");
        drop(writeln!(io::stderr(), "NOT TESTED: {message}"));
        return None;
    };
    let (address, process) = victim.split_once('#').expect("the variable has an address, # and a process");
    Some((address.to_owned(), process.to_owned()))
}

/// An index of one test, removed with it.
pub(crate) struct TestIndex {
    pub(crate) index: OpenSearchIndex,
    pub(crate) config: OpenSearchConfig,
}

impl TestIndex {
    /// The indexes that the engine has for it.
    pub(crate) async fn engine_indexes(&self) -> Vec<String> {
        let address = format!("{}/_cat/indices/{}.*?h=index", self.config.address, self.config.name);
        let answer = reqwest::get(address).await.expect("the engine answers").text().await.expect("the engine answers");
        answer.lines().map(str::to_owned).collect()
    }

    /// Does something to the engine's index behind our back: `_close`, `_open`, `_block/write`.
    pub(crate) async fn meddle(&self, method: reqwest::Method, action: &str) {
        let address = format!("{}/{}/{action}", self.config.address, self.config.name);
        let request = reqwest::Client::new().request(method, address).header("content-type", "application/json");
        let body = r#"{"index.blocks.write": false}"#;
        let request = if action == "_settings" { request.body(body) } else { request };
        let answer = request.send().await.expect("the engine answers");
        assert!(answer.status().is_success(), "{action}: {}", answer.text().await.unwrap_or_default());
    }
}

impl Drop for TestIndex {
    /// The engine keeps memory and files for each index.
    fn drop(&mut self) {
        if let Err(error) = block_in_place(|| Handle::current().block_on(self.index.remove())) {
            drop(writeln!(io::stderr(), "an index of a test was not removed: {error}"));
        }
    }
}

/// An empty index.
pub(crate) async fn empty_index() -> Option<TestIndex> {
    let config = OpenSearchConfig::new(address()?, format!("test-{}", Uuid::now_v7().simple()));
    let index = OpenSearchIndex::open(config.clone()).await.expect("the engine makes an index");
    Some(TestIndex { index, config })
}

/// An empty index for a case of the contract.
pub(crate) async fn empty() -> Option<EmptyIndex> {
    let test = empty_index().await?;
    Some(EmptyIndex { index: Arc::new(test.index.clone()), guard: Arc::new(test) })
}
