//! AWS's own `DynamoDB` Local, started by `cargo xtask test`.

use std::collections::HashMap;
use std::env;
use std::io::{self, Write as _};
use std::ops::Deref;
use std::sync::{Arc, Once};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_aws::dynamodb::{Table, sdk};
use ecom67_testkit::Stores;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use uuid::Uuid;

const ADDRESS: &str = "ECOM67_DYNAMODB_URL";

/// The engine is one Java program that may share two cores with a compiler: 64 callers at once wait for seconds.
const PATIENCE: Duration = Duration::from_mins(2);

static SAID: Once = Once::new();

/// The engine's address. Without one the test says so, and fails where everything must be tested.
pub(crate) fn address() -> Option<String> {
    if let Ok(address) = env::var(ADDRESS) {
        return Some(address);
    }
    let message = format!("{ADDRESS} is not set: `cargo xtask test` starts DynamoDB Local and sets it");
    assert!(env::var("CI").is_err(), "{message}");
    // Not `eprintln!`, which is only shown for tests that fail.
    SAID.call_once(|| drop(writeln!(io::stderr(), "NOT TESTED: {message}")));
    None
}

/// A table of one test.
pub(crate) struct TestTable {
    pub(crate) table: Table,
    name: String,
    client: Client,
}

impl Deref for TestTable {
    type Target = Table;

    fn deref(&self) -> &Table {
        &self.table
    }
}

impl TestTable {
    /// Every item there is.
    pub(crate) async fn items(&self) -> Vec<HashMap<String, AttributeValue>> {
        let pages = self.client.scan().table_name(&self.name).into_paginator().items().send();
        pages.collect::<Result<_, _>>().await.expect("the engine answers")
    }
}

impl Drop for TestTable {
    /// The engine keeps threads for each table and slows down with hundreds of them.
    fn drop(&mut self) {
        block_in_place(|| Handle::current().block_on(self.table.delete())).expect("the engine deletes a table");
    }
}

/// An empty table.
pub(crate) async fn empty_table() -> Option<TestTable> {
    table_through(None).await
}

/// An empty table, reached through `http`.
pub(crate) async fn table_through(http: Option<SharedHttpClient>) -> Option<TestTable> {
    let patience = TimeoutConfig::builder()
        .connect_timeout(PATIENCE)
        .operation_attempt_timeout(PATIENCE)
        .operation_timeout(PATIENCE)
        .build();
    let mut loader = sdk()
        .timeout_config(patience)
        .endpoint_url(address()?)
        .region(Region::new("eu-central-1"))
        // A database of its own for each key, which is of letters and digits: in one for all, a save of 500 variants
        // takes ten times as long after a hundred tests.
        .credentials_provider(Credentials::new(Uuid::now_v7().simple().to_string(), "test", None, None, "test"));
    if let Some(http) = http {
        loader = loader.http_client(http);
    }
    let config = loader.load().await;
    let name = format!("test-{}", Uuid::now_v7());
    let table = Table::new(&config, &name).with_patience(PATIENCE);
    table.create().await.expect("the engine makes a table");
    Some(TestTable { table, name, client: Client::new(&config) })
}

pub(crate) async fn empty_stores() -> Option<Stores> {
    let table = empty_table().await?;
    Some(Stores {
        products: Arc::new(table.products()),
        documents: Arc::new(table.documents()),
        stock: Arc::new(table.stock()),
        changes: Arc::new(table.changes()),
        search_counts: Arc::new(table.search_counts()),
        dead_letters: Arc::new(table.dead_letters()),
        carts: Arc::new(table.carts()),
        orders: Arc::new(table.orders()),
        outbox: Arc::new(table.orders()),
        sent_mails: Arc::new(table.sent_mails()),
        legal_texts: Arc::new(table.legal_texts()),
        gift_cards: Arc::new(table.gift_cards()),
        meters: Arc::new(table.meters()),
        guard: Arc::new(table),
    })
}
