//! AWS's own `DynamoDB` Local, started by `cargo xtask test`.

use std::env;
use std::io::{self, Write as _};
use std::sync::{Arc, Once};
use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Credentials, Region, SharedHttpClient};
use ecom67_aws::dynamodb::{Table, sdk};
use ecom67_testkit::Stores;
use uuid::Uuid;

const ADDRESS: &str = "ECOM67_DYNAMODB_URL";

/// The engine is one Java program that may share two cores with a compiler: 64 callers at once wait for seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// The engine's address. Without one the test says so, and fails where everything must be tested.
pub(crate) fn address() -> Option<String> {
    if let Ok(address) = env::var(ADDRESS) {
        return Some(address);
    }
    let message = format!("{ADDRESS} is not set: `cargo xtask test` starts DynamoDB Local and sets it");
    assert!(env::var("CI").is_err(), "{message}");
    // Not `eprintln!`, which is only shown for tests that fail.
    static SAID: Once = Once::new();
    SAID.call_once(|| drop(writeln!(io::stderr(), "NOT TESTED: {message}")));
    None
}

/// A table of its own for one test.
pub(crate) async fn empty_table() -> Option<Table> {
    table_through(None).await
}

/// A table of its own, reached through `http`.
pub(crate) async fn table_through(http: Option<SharedHttpClient>) -> Option<Table> {
    let patience = TimeoutConfig::builder()
        .connect_timeout(PATIENCE)
        .operation_attempt_timeout(PATIENCE)
        .operation_timeout(PATIENCE)
        .build();
    let mut loader = sdk()
        .timeout_config(patience)
        .endpoint_url(address()?)
        .region(Region::new("eu-central-1"))
        // The engine takes letters and digits only.
        .credentials_provider(Credentials::new("test", "test", None, None, "test"));
    if let Some(http) = http {
        loader = loader.http_client(http);
    }
    let table = Table::new(&loader.load().await, &format!("test-{}", Uuid::now_v7())).with_patience(PATIENCE);
    table.create().await.expect("the engine makes a table");
    Some(table)
}

pub(crate) fn stores_of(table: &Table) -> Stores {
    Stores {
        products: Arc::new(table.products()),
        documents: Arc::new(table.documents()),
        stock: Arc::new(table.stock()),
        changes: Arc::new(table.changes()),
        guard: Arc::new(()),
    }
}

pub(crate) async fn empty_stores() -> Option<Stores> {
    Some(stores_of(&empty_table().await?))
}
