//! What the stream of a table on this machine never does in the time of a test: its shards end and are forgotten.

use std::sync::{Arc, Mutex};

use ecom67_app::port::{Change, ChangeLog as _, StoreError, Subject};
use ecom67_aws::dynamodb::{Changes, Table};
use ecom67_testkit::{a_product, noon};
use serde_json::{Value, json};

use crate::engine::{TestTable, table_through};
use crate::faults::save;
use crate::faulty::{Fate, Request, Way};

async fn table() -> Option<(TestTable, Way)> {
    let way = Way::new();
    Some((table_through(Some(way.client())).await?, way))
}

/// A shard of a forged stream.
#[derive(Clone, Default)]
struct Shard {
    id: &'static str,
    parent: Option<&'static str>,
    has_ended: bool,
    /// The numbers and products of its changes.
    records: Vec<(u32, &'static str)>,
}

impl Shard {
    fn open(id: &'static str, parent: Option<&'static str>, records: &[(u32, &'static str)]) -> Self {
        Self { id, parent, records: records.to_vec(), has_ended: false }
    }

    fn ended(id: &'static str, parent: Option<&'static str>, records: &[(u32, &'static str)]) -> Self {
        Self { has_ended: true, ..Self::open(id, parent, records) }
    }

    fn described(&self) -> Value {
        json!({
            "ShardId": self.id,
            "ParentShardId": self.parent,
            "SequenceNumberRange": { "StartingSequenceNumber": "0", "EndingSequenceNumber": self.has_ended.then_some("9") },
        })
    }
}

/// A stream of which a test decides what is in it.
#[derive(Clone, Default)]
struct ForgedStream(Arc<Mutex<Vec<Shard>>>);

impl ForgedStream {
    fn on(way: &Way) -> Self {
        let stream = Self::default();
        let forged = stream.clone();
        way.decide(move |request| forged.answer(request));
        stream
    }

    fn is<const N: usize>(&self, shards: [Shard; N]) {
        *self.0.lock().unwrap() = shards.into();
    }

    /// An iterator is the shard and the number it stands behind.
    fn answer(&self, request: &Request) -> Fate {
        let shards = self.0.lock().unwrap();
        let body = &request.body;
        match request.operation.as_str() {
            "DescribeStream" => {
                let shards: Vec<_> = shards.iter().map(Shard::described).collect();
                Fate::Forged(200, json!({ "StreamDescription": { "StreamStatus": "ENABLED", "Shards": shards } }))
            }
            "GetShardIterator" => {
                let after = body["SequenceNumber"].as_str().unwrap_or("0");
                Fate::Forged(200, json!({ "ShardIterator": format!("{} {after}", body["ShardId"].as_str().unwrap()) }))
            }
            "GetRecords" => {
                let iterator = body["ShardIterator"].as_str().unwrap();
                let (id, after) = iterator.split_once(' ').unwrap();
                let after: u32 = after.parse().unwrap();
                let shard = shards.iter().find(|shard| shard.id == id).unwrap();
                // One to an answer, so that every answer but the last of a shard leads on.
                let record = shard.records.iter().find(|(number, _)| *number > after);
                let next = match record {
                    Some((number, _)) => Some(format!("{id} {number}")),
                    None => (!shard.has_ended).then(|| iterator.to_owned()),
                };
                let records: Vec<_> = record.into_iter().map(|(number, code)| told(*number, code)).collect();
                Fate::Forged(200, json!({ "Records": records, "NextShardIterator": next }))
            }
            _ => Fate::Sent,
        }
    }
}

fn told(number: u32, code: &str) -> Value {
    json!({ "dynamodb": {
        "Keys": { "pk": { "S": "product#00" }, "sk": { "S": code } },
        "SequenceNumber": format!("{number:021}"),
        "ApproximateCreationDateTime": noon().as_second() + i64::from(number),
    } })
}

/// The numbers of the changes.
fn numbers(changes: &[Change]) -> Vec<i64> {
    changes.iter().map(|change| change.at.as_second() - noon().as_second()).collect()
}

/// A reader that remembers nothing but positions.
fn another_process(table: &Table) -> Changes {
    table.changes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_is_read_to_its_end_before_its_children() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    ForgedStream::on(way).is([
        Shard::open("c", Some("a"), &[(4, "cup")]),
        Shard::open("b", Some("a"), &[(3, "mug"), (5, "mug")]),
        Shard::ended("a", Some("forgotten"), &[(1, "mug"), (2, "cup")]),
    ]);

    for limit in [1, 2, 10] {
        let mut told: Vec<Change> = Vec::new();
        loop {
            let after = told.last().map(|change| &change.position);
            let page = another_process(table).read(after, limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            told.extend(page);
        }
        assert_eq!(numbers(&told), [1, 2, 3, 5, 4], "in pages of {limit}");
    }
    let head = another_process(table).head().await.unwrap();
    assert_eq!(head.to_string(), "1 a=done b=000000000000000000005 c=000000000000000000004");
    assert_eq!(another_process(table).read(Some(&head), 10).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_child_of_a_shard_that_ends_while_it_is_read_is_not_missed() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let stream = ForgedStream::on(way);
    stream.is([Shard::open("a", None, &[(1, "mug")])]);
    let changes = table.changes();
    let first = changes.read(None, 10).await.unwrap();

    stream.is([Shard::ended("a", None, &[(1, "mug"), (2, "mug")]), Shard::open("b", Some("a"), &[(3, "mug")])]);
    let mut told = changes.read(Some(&first[0].position), 10).await.unwrap();
    told.extend(changes.read(Some(&told[0].position), 10).await.unwrap());

    assert_eq!(numbers(&told), [2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_where_nothing_happens_is_not_left_behind_when_the_stream_forgets() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let stream = ForgedStream::on(way);
    stream.is([Shard::open("a", None, &[])]);
    let changes = table.changes();
    let head = changes.head().await.unwrap();
    assert_eq!(changes.read(Some(&head), 10).await.unwrap(), []);

    // A day without a change.
    stream.is([Shard::ended("a", None, &[]), Shard::open("b", Some("a"), &[])]);
    assert_eq!(changes.read(Some(&head), 10).await.unwrap(), []);
    assert_eq!(changes.read(Some(&head), 10).await.unwrap(), []);
    stream.is([Shard::open("b", Some("a"), &[(1, "mug")])]);

    assert_eq!(numbers(&changes.read(Some(&head), 10).await.unwrap()), [1]);
    let of_another = another_process(table).read(Some(&head), 10).await;
    assert!(matches!(of_another, Err(StoreError::Unreadable { .. })), "it cannot know that nothing was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stretch_of_the_stream_that_holds_nothing_is_crossed() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    save(table, a_product("mug").build()).await.unwrap();
    // The engine may answer nothing, and the iterator of that answer leads on.
    let mut empty = 5;
    way.decide(move |request| {
        if !request.is("GetRecords") || empty == 0 {
            return Fate::Sent;
        }
        empty -= 1;
        Fate::Forged(200, json!({ "Records": [], "NextShardIterator": request.body["ShardIterator"] }))
    });

    let changes = table.changes();
    let mut told = Vec::new();
    for _ in 0..6 {
        told.extend(changes.read(None, 10).await.unwrap());
    }

    assert_eq!(told.len(), 1, "told {told:?}");
    assert_eq!(told[0].subject, Subject::Product("mug".parse().unwrap()));
    assert_eq!(way.seen_of("GetShardIterator").len(), 1, "or it would never get beyond the stretch");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_whose_iterator_expired_reads_on_where_it_was() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let changes = table.changes();
    save(table, a_product("mug").build()).await.unwrap();
    let head = changes.head().await.unwrap();
    save(table, a_product("cup").build()).await.unwrap();
    way.first(1, "GetRecords", || Fate::error("ExpiredIteratorException"));

    let told = changes.read(Some(&head), 10).await.unwrap();

    let subjects: Vec<_> = told.into_iter().map(|change| change.subject).collect();
    assert_eq!(subjects, [Subject::Product("cup".parse().unwrap())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_the_stream_has_forgotten_is_told_apart_from_one_with_nothing_after_it() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    save(table, a_product("mug").build()).await.unwrap();
    let position = table.changes().read(None, 10).await.unwrap().pop().unwrap().position;
    way.first(usize::MAX, "GetShardIterator", || Fate::error("TrimmedDataAccessException"));

    let read = table.changes().read(Some(&position), 10).await;

    assert!(matches!(read, Err(StoreError::Unreadable { .. })), "got {read:?}");
}
