//! The table, and how to reach it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    KeysAndAttributes, Projection, ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
    TimeToLiveSpecification,
};
use ecom67_app::port::StoreError;

use super::call::{Attempts, PATIENCE, read_error, unbuilt};
use super::item::{Item, Reader};
use super::key::{Key, PK, SHARDS, SK, Spread, shard_of};
use super::orders::Index;
use super::{
    Carts, Changes, DeadLetterBox, DeadMessages, Documents, GiftCardBox, LegalTextBox, MailRecords, Meters, Orders,
    Products, SearchCounts, Stock,
};

/// When an item goes by itself, in seconds since 1970: the table's time to live.
pub(super) const EXPIRES: &str = "expires";

const CREATION_TIME_MAX: Duration = Duration::from_mins(1);
const CONNECT_TIME_MAX: Duration = Duration::from_secs(1);
/// One try of one request. Much longer than the engine's slowest answer: a transaction that is given up while it is
/// under way is an outcome that nobody knows.
const TRY_TIME_MAX: Duration = Duration::from_secs(3);
/// All tries of one request.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(8);
/// Throttles, lost answers and failures of the engine are tried again by the SDK; conflicts are not.
const REQUEST_TRIES_MAX: u32 = 3;
const RETRY_PAUSE_FIRST: Duration = Duration::from_millis(25);
/// The most items that one request gets by key; the engine's own limit.
const KEYS_MAX: usize = 100;
const RETRY_PAUSE_MAX: Duration = Duration::from_secs(1);

/// The SDK's configuration with the timeouts and retries of this adapter; region, credentials and addresses come from
/// the environment where they are not set.
pub fn sdk() -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIME_MAX)
        .operation_attempt_timeout(TRY_TIME_MAX)
        .operation_timeout(REQUEST_TIME_MAX)
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(REQUEST_TRIES_MAX)
        .with_initial_backoff(RETRY_PAUSE_FIRST)
        .with_max_backoff(RETRY_PAUSE_MAX);
    aws_config::defaults(BehaviorVersion::v2026_01_12()).timeout_config(timeouts).retry_config(retries)
}

/// The shop's table.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) client: Client,
    pub(super) streams: aws_sdk_dynamodbstreams::Client,
    pub(super) name: Arc<str>,
    pub(super) patience: Duration,
}

impl Table {
    /// The table of this name.
    pub fn new(config: &SdkConfig, name: &str) -> Self {
        Self {
            client: Client::new(config),
            streams: aws_sdk_dynamodbstreams::Client::new(config),
            name: name.into(),
            patience: PATIENCE,
        }
    }

    /// This table, with another time for which conflicts are borne: an import waits longer than a shopper.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Makes the table, with its indexes, stream and time to live, and waits until it can be used. In an account `infra/` does this.
    pub async fn create(&self) -> Result<(), StoreError> {
        let attribute = |name: &str| {
            let builder = AttributeDefinition::builder().attribute_name(name);
            builder.attribute_type(ScalarAttributeType::S).build().map_err(unbuilt)
        };
        let key = |name: &str, key_type| {
            KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().map_err(unbuilt)
        };
        // Keys say what changed; readers take the present state from the table.
        let stream =
            StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::KeysOnly).build();
        let mut attributes = vec![attribute(PK)?, attribute(SK)?];
        let mut indexes = Vec::new();
        for Index { name, partition, place, carried } in Index::ALL {
            attributes.extend([attribute(partition)?, attribute(place)?]);
            let projection = match carried {
                [] => Projection::builder().projection_type(ProjectionType::KeysOnly),
                _ => Projection::builder()
                    .projection_type(ProjectionType::Include)
                    .set_non_key_attributes(Some(carried.iter().map(ToString::to_string).collect())),
            };
            let index = GlobalSecondaryIndex::builder().index_name(name).projection(projection.build());
            let index = index.key_schema(key(partition, KeyType::Hash)?).key_schema(key(place, KeyType::Range)?);
            indexes.push(index.build().map_err(unbuilt)?);
        }
        let create = self
            .client
            .create_table()
            .table_name(&*self.name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(attributes))
            .key_schema(key(PK, KeyType::Hash)?)
            .key_schema(key(SK, KeyType::Range)?)
            .set_global_secondary_indexes(Some(indexes))
            .stream_specification(stream.map_err(unbuilt)?);
        create.send().await.map_err(read_error)?;
        let wait = aws_sdk_dynamodb::client::Waiters::wait_until_table_exists(&self.client).table_name(&*self.name);
        wait.wait(CREATION_TIME_MAX).await.map(drop).map_err(StoreError::failed)?;
        let expiry = TimeToLiveSpecification::builder().attribute_name(EXPIRES).enabled(true).build();
        let forget = self.client.update_time_to_live().table_name(&*self.name);
        forget.time_to_live_specification(expiry.map_err(unbuilt)?).send().await.map(drop).map_err(read_error)
    }

    /// Deletes the table with everything in it.
    pub async fn delete(&self) -> Result<(), StoreError> {
        self.client.delete_table().table_name(&*self.name).send().await.map(drop).map_err(read_error)
    }

    /// Products.
    pub fn products(&self) -> Products {
        Products { table: self.clone() }
    }

    /// Documents.
    pub fn documents(&self) -> Documents {
        Documents { table: self.clone() }
    }

    /// Stock.
    pub fn stock(&self) -> Stock {
        Stock::of(self.clone())
    }

    /// What was searched and looked at.
    pub fn search_counts(&self) -> SearchCounts {
        SearchCounts { table: self.clone() }
    }

    /// Carts.
    pub fn carts(&self) -> Carts {
        Carts::of(self.clone())
    }

    /// Orders.
    pub fn orders(&self) -> Orders {
        Orders { table: self.clone() }
    }

    /// How often what is limited was used.
    pub fn meters(&self) -> Meters {
        Meters { table: self.clone() }
    }

    /// Gift cards.
    pub fn gift_cards(&self) -> GiftCardBox {
        GiftCardBox { table: self.clone() }
    }

    /// Products that the index cannot have.
    pub fn dead_letters(&self) -> DeadLetterBox {
        DeadLetterBox { table: self.clone() }
    }

    /// Messages that nobody delivers any more.
    pub(crate) fn dead_messages(&self) -> DeadMessages {
        DeadMessages { table: self.clone() }
    }

    /// Keeps texts that orders were placed under.
    pub fn legal_texts(&self) -> LegalTextBox {
        LegalTextBox { table: self.clone() }
    }

    /// Which mails were sent.
    pub fn sent_mails(&self) -> MailRecords {
        MailRecords { table: self.clone() }
    }

    /// What was committed.
    pub fn changes(&self) -> Changes {
        Changes::of(self.clone())
    }

    /// The item with this key.
    pub(super) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let get = self.client.get_item().table_name(&*self.name).set_key(Some(key.item())).consistent_read(true);
        Ok(get.send().await.map_err(read_error)?.item)
    }

    /// Those of the items that exist, each once.
    pub(super) async fn get_many(&self, keys: &[Key]) -> Result<BTreeMap<Key, Item>, StoreError> {
        let mut items = BTreeMap::new();
        // The engine takes no key twice.
        let keys: Vec<Item> = keys.iter().collect::<BTreeSet<_>>().into_iter().map(Key::item).collect();
        for chunk in keys.chunks(KEYS_MAX) {
            let mut attempts = Attempts::within(self.patience);
            let mut wanted = chunk.to_vec();
            while !wanted.is_empty() {
                let request = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
                let get = self.client.batch_get_item().request_items(&*self.name, request.map_err(unbuilt)?);
                let answer = get.send().await.map_err(read_error)?;
                let found = answer.responses.unwrap_or_default().into_values().flatten();
                items.extend(found.map(|item| (Reader::new(&item).key().clone(), item)));
                // What the engine had no time for, or what went beyond 16 MB.
                let unread = answer.unprocessed_keys.unwrap_or_default().into_values();
                wanted = unread.flat_map(|request| request.keys).collect();
                if !wanted.is_empty() {
                    attempts.pause().await?;
                }
            }
        }
        Ok(items)
    }

    /// Up to `limit` items of the partitions of a spread list, whose sort keys follow `after` in the list's order.
    pub(super) async fn list(
        &self,
        spread: Spread,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut after = after;
        for shard in after.map_or(0, shard_of)..SHARDS {
            if items.len() >= limit {
                break;
            }
            // Only the first shard is entered in its middle.
            items.extend(self.query(&spread.partition(shard), after.take(), limit - items.len()).await?);
        }
        Ok(items)
    }

    /// Up to `limit` items of a partition whose sort keys follow `after`, in ascending order.
    pub(super) async fn query(
        &self,
        partition: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items: Vec<Item> = Vec::new();
        let mut start: Option<Item> = None;
        while items.len() < limit {
            let mut query = self
                .client
                .query()
                .table_name(&*self.name)
                .consistent_read(true)
                .key_condition_expression(if after.is_some() { "pk = :pk AND sk > :after" } else { "pk = :pk" })
                .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
                .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start.take());
            if let Some(after) = after {
                query = query.expression_attribute_values(":after", AttributeValue::S(after.to_owned()));
            }
            let answer = query.send().await.map_err(read_error)?;
            items.extend(answer.items.unwrap_or_default());
            // A page of the engine ends after 1 MB, however few items that are.
            match answer.last_evaluated_key {
                Some(last) => start = Some(last),
                None => break,
            }
        }
        Ok(items)
    }
}
