//! The change log: `DynamoDB` Streams.
//!
//! A stream consists of shards. Each shard tells the changes of some of the items in order and ends after a few hours,
//! when its children go on; so a reader finishes a shard before it begins the children, and a position is how far
//! each shard has been read. A stream tells every item that was written; only records count here, and a transaction
//! that was cancelled never reaches it. It forgets after 24 hours.
//!
//! The end of an open shard is not known by number, so [`ChangeLog::head`] reads each of them through once, from where
//! this process has been before. A shard holds at most four hours of keys, a thousand to a request.

mod position;
mod shards;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodbstreams::config::http::HttpResponse;
use aws_sdk_dynamodbstreams::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use ecom67_app::port::{Change, ChangeLog, Position, StoreError};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use self::position::{Mark, Place};
use self::shards::{Shard, Shards};
use super::Table;
use super::call::read_error;
use super::key::{Key, PK, SK};

/// The most records of one answer; the engine's own limit.
const RECORDS_MAX: i32 = 1_000;

/// An iterator is good for 15 minutes; one is used again only well before.
const ITERATOR_TIME_MAX: Duration = Duration::from_mins(5);

/// How long the list of shards is good: new ones come when others end, which happens every few hours and is noticed, and
/// the engine allows ten requests for it a second in the whole account.
const SHARDS_TIME_MAX: Duration = Duration::from_secs(10);

/// Tells what was committed.
#[derive(Clone, Debug)]
pub struct Changes {
    table: Table,
    known: Arc<Known>,
}

/// What this process has learnt of the stream.
#[derive(Debug, Default)]
struct Known {
    stream: OnceCell<String>,
    shards: Mutex<Option<(Arc<Shards>, Instant)>>,
    /// For each open shard, where somebody has stopped reading.
    stops: Mutex<BTreeMap<String, Stop>>,
    /// What was read last without anything to tell: the position it was asked for, and how far that led all the same.
    /// Whoever waits at one position for longer than the stream remembers stays beyond what it forgets.
    quiet: Mutex<Option<(Option<Position>, Place)>>,
}

/// Where reading a shard has stopped.
#[derive(Clone, Debug)]
struct Stop {
    mark: Mark,
    /// Goes on from there. The engine may answer nothing for a stretch that holds nothing, and only the iterator of
    /// that answer leads beyond the stretch.
    iterator: String,
    since: Instant,
}

/// Where in a shard a reader is.
struct Cursor {
    mark: Mark,
    iterator: Iterator,
}

/// What leads on in a shard.
enum Iterator {
    /// Made from the mark just now.
    Fresh(String),
    /// Came with earlier records: it may have expired, or may never have been any good. (An iterator that came with
    /// the answer "nothing yet" of an empty shard is refused by `DynamoDB` Local once there is something.)
    Used(String),
    /// Nothing: the shard has ended.
    Ended,
}

impl Cursor {
    fn has_ended(&self) -> bool {
        matches!(self.iterator, Iterator::Ended)
    }
}

impl Changes {
    pub(super) fn of(table: Table) -> Self {
        Self { table, known: Arc::default() }
    }

    /// The stream's name.
    async fn stream(&self) -> Result<&str, StoreError> {
        let find = async || {
            let describe = self.table.client.describe_table().table_name(&*self.table.name);
            let table = describe.send().await.map_err(read_error)?.table;
            table.and_then(|table| table.latest_stream_arn).ok_or_else(|| StoreError::failed("the table has no stream"))
        };
        self.known.stream.get_or_try_init(find).await.map(String::as_str)
    }

    /// The shards in which `place` lies, or went on.
    async fn shards_of(&self, place: &Place) -> Result<Arc<Shards>, StoreError> {
        let known = lock(&self.known.shards).clone();
        let known = known.filter(|(shards, since)| since.elapsed() < SHARDS_TIME_MAX && place.is_within(shards));
        match known {
            Some((shards, _)) => Ok(shards),
            None => self.shards().await,
        }
    }

    /// The shards at present.
    async fn shards(&self) -> Result<Arc<Shards>, StoreError> {
        let stream = self.stream().await?;
        let mut shards = Vec::new();
        let mut start: Option<String> = None;
        loop {
            let describe = self.table.streams.describe_stream().stream_arn(stream);
            let answer = describe.set_exclusive_start_shard_id(start).send().await.map_err(read_error)?;
            let Some(description) = answer.stream_description else { break };
            shards.extend(description.shards.unwrap_or_default().into_iter().filter_map(Shard::read));
            start = description.last_evaluated_shard_id;
            if start.is_none() {
                break;
            }
        }
        let shards = Arc::new(Shards::new(shards));
        *lock(&self.known.shards) = Some((Arc::clone(&shards), Instant::now()));
        Ok(shards)
    }

    /// Where in the shard `mark` is, by an iterator of before where there is one.
    async fn enter(&self, shard: &Shard, mark: &Mark) -> Result<Cursor, StoreError> {
        let stop = lock(&self.known.stops).get(&shard.id).cloned();
        if let Some(stop) = stop.filter(|stop| stop.mark == *mark && stop.since.elapsed() < ITERATOR_TIME_MAX) {
            return Ok(Cursor { mark: mark.clone(), iterator: Iterator::Used(stop.iterator) });
        }
        Ok(Cursor { mark: mark.clone(), iterator: self.iterator(shard, mark).await? })
    }

    /// An iterator that leads on from `mark`.
    async fn iterator(&self, shard: &Shard, mark: &Mark) -> Result<Iterator, StoreError> {
        let get = self.table.streams.get_shard_iterator().stream_arn(self.stream().await?).shard_id(&shard.id);
        let get = match mark {
            Mark::Start => get.shard_iterator_type(ShardIteratorType::TrimHorizon),
            Mark::After(number) => {
                get.shard_iterator_type(ShardIteratorType::AfterSequenceNumber).sequence_number(number)
            }
            Mark::Done => return Ok(Iterator::Ended),
        };
        let answer = get.send().await.map_err(|error| stream_error(error, &shard.id))?;
        Ok(answer.shard_iterator.map_or(Iterator::Ended, Iterator::Fresh))
    }

    /// The next records of a shard; none at the end of what there is so far.
    async fn next(&self, shard: &Shard, cursor: &mut Cursor, limit: usize) -> Result<Vec<Record>, StoreError> {
        let limit = i32::try_from(limit).unwrap_or(RECORDS_MAX).clamp(1, RECORDS_MAX);
        loop {
            let (iterator, is_used) = match &cursor.iterator {
                Iterator::Ended => return Ok(Vec::new()),
                Iterator::Fresh(iterator) => (iterator, false),
                Iterator::Used(iterator) => (iterator, true),
            };
            match self.table.streams.get_records().shard_iterator(iterator).limit(limit).send().await {
                Ok(answer) => {
                    cursor.iterator = answer.next_shard_iterator.map_or(Iterator::Ended, Iterator::Used);
                    return Ok(answer.records.unwrap_or_default());
                }
                Err(error) if is_used && is_of_iterator(&error) => {
                    cursor.iterator = self.iterator(shard, &cursor.mark).await?;
                }
                Err(error) => return Err(stream_error(error, &shard.id)),
            }
        }
    }

    /// Keeps in mind where reading has stopped.
    fn stop(&self, shard: &Shard, cursor: Cursor) {
        let mut stops = lock(&self.known.stops);
        match cursor.iterator {
            Iterator::Ended => drop(stops.remove(&shard.id)),
            Iterator::Fresh(iterator) | Iterator::Used(iterator) => {
                stops.insert(shard.id.clone(), Stop { mark: cursor.mark, iterator, since: Instant::now() });
            }
        }
    }

    /// The mark behind the last record of a shard at present.
    async fn end(&self, shard: &Shard) -> Result<(String, Mark), StoreError> {
        if shard.has_ended {
            return Ok((shard.id.clone(), Mark::Done));
        }
        let stop = lock(&self.known.stops).get(&shard.id).cloned();
        let mut cursor = self.enter(shard, &stop.map_or(Mark::Start, |stop| stop.mark)).await?;
        loop {
            let records = self.next(shard, &mut cursor, usize::MAX).await?;
            if let Some(number) = records.iter().rev().find_map(sequence_number) {
                cursor.mark = Mark::After(number.to_owned());
            }
            if cursor.has_ended() {
                return Ok((shard.id.clone(), Mark::Done));
            }
            if records.is_empty() {
                let mark = cursor.mark.clone();
                self.stop(shard, cursor);
                return Ok((shard.id.clone(), mark));
            }
        }
    }
}

#[async_trait]
impl ChangeLog for Changes {
    async fn read(&self, after: Option<&Position>, limit: usize) -> Result<Vec<Change>, StoreError> {
        let quiet = lock(&self.known.quiet).clone().filter(|(position, _)| position.as_ref() == after);
        let mut place = match quiet {
            Some((_, place)) => place,
            None => Place::read(after)?,
        };
        let shards = self.shards_of(&place).await?;
        place.enter(&shards)?;
        let mut changes = Vec::new();
        for shard in shards.parents_first() {
            let has_unread_parent = shards.parent(shard).is_some_and(|parent| place.mark(&parent.id) != Mark::Done);
            if has_unread_parent || place.mark(&shard.id) == Mark::Done {
                continue;
            }
            let mut cursor = self.enter(shard, &place.mark(&shard.id)).await?;
            while changes.len() < limit && !cursor.has_ended() {
                let records = self.next(shard, &mut cursor, limit - changes.len()).await?;
                let is_quiet = records.is_empty();
                for record in records {
                    let Some(number) = sequence_number(&record) else { continue };
                    cursor.mark = Mark::After(number.to_owned());
                    place.set(shard, cursor.mark.clone());
                    if let Some((subject, at)) = told(&record) {
                        changes.push(Change { subject, at, position: place.write() });
                    }
                }
                if is_quiet {
                    break;
                }
            }
            if cursor.has_ended() {
                place.set(shard, Mark::Done);
                // Its children may be newer than the list.
                *lock(&self.known.shards) = None;
            }
            self.stop(shard, cursor);
            if changes.len() >= limit {
                break;
            }
        }
        if changes.is_empty() {
            *lock(&self.known.quiet) = Some((after.cloned(), place));
        }
        Ok(changes)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        let shards = self.shards().await?;
        let marks = try_join_all(shards.parents_first().map(|shard| self.end(shard))).await?;
        Ok(Place::of(marks).write())
    }
}

/// What is known is whole between any two changes to it, so that a panic elsewhere does no harm.
fn lock<T>(known: &Mutex<T>) -> MutexGuard<'_, T> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sequence_number(record: &Record) -> Option<&str> {
    record.dynamodb()?.sequence_number()
}

/// What a record of the stream tells of, where it is a record of the shop.
fn told(record: &Record) -> Option<(ecom67_app::port::Subject, Timestamp)> {
    let change = record.dynamodb()?;
    let part = |name| change.keys()?.get(name)?.as_s().ok().cloned();
    let subject = Key { pk: part(PK)?, sk: part(SK)? }.subject()?;
    let at = change.approximate_creation_date_time()?;
    let at = Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()?;
    Some((subject, at))
}

/// Whether the error is about the iterator, so that another one may do.
fn is_of_iterator<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(error.code(), Some("ExpiredIteratorException" | "TrimmedDataAccessException"))
}

/// An error of reading a shard: what lies too far back has been forgotten.
fn stream_error<E>(error: SdkError<E, HttpResponse>, shard: &str) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error.code() {
        Some("TrimmedDataAccessException" | "ResourceNotFoundException") => position::forgotten(shard),
        Some("ExpiredIteratorException") => StoreError::Busy,
        _ => read_error(error),
    }
}
