//! SQS as `ElasticMQ` keeps it, started by `cargo xtask test`, and the table of the dead in `DynamoDB` Local.

use std::env;
use std::io::{self, Write as _};
use std::sync::{Arc, Once};

use aws_sdk_dynamodb::config::{Credentials, Region};
use ecom67_app::SystemClock;
use ecom67_app::port::Queue;
use ecom67_aws::dynamodb::sdk;
use ecom67_aws::sqs::SqsQueue;
use ecom67_testkit::queue::{EmptyQueues, LIMITS};
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use uuid::Uuid;

use crate::engine::{TestTable, empty_table};

const ADDRESS: &str = "ECOM67_SQS_URL";

static SAID: Once = Once::new();

/// The engine's address. Without one the test says so, and fails where everything must be tested.
fn address() -> Option<String> {
    if let Ok(address) = env::var(ADDRESS) {
        return Some(address);
    }
    let message = format!("{ADDRESS} is not set: `cargo xtask test` starts ElasticMQ and sets it");
    assert!(env::var("CI").is_err(), "{message}");
    // Not `eprintln!`, which is only shown for tests that fail.
    SAID.call_once(|| drop(writeln!(io::stderr(), "NOT TESTED: {message}")));
    None
}

/// The queues of one test, with the table of their dead.
struct TestQueues {
    queues: SqsQueue,
    _table: TestTable,
}

impl Drop for TestQueues {
    fn drop(&mut self) {
        block_in_place(|| Handle::current().block_on(self.queues.delete())).expect("the engine deletes queues");
    }
}

pub(crate) async fn empty_queues() -> Option<EmptyQueues> {
    let address = address()?;
    let table = empty_table().await?;
    let config = sdk()
        .endpoint_url(address)
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .load()
        .await;
    let prefix = format!("test-{}", Uuid::now_v7().simple());
    let with = {
        let table = table.table.clone();
        move |limits| SqsQueue::new(&config, &prefix, &table, Arc::new(SystemClock), limits)
    };
    let queues = with(LIMITS);
    queues.create().await.expect("the engine makes queues");
    Some(EmptyQueues {
        queue: Arc::new(queues.clone()),
        with: Arc::new(move |limits| Arc::new(with(limits)) as Arc<dyn Queue>),
        clock: None,
        guard: Arc::new(TestQueues { queues, _table: table }),
    })
}
