//! What was searched and looked at.
//!
//! Each sum is an item to which is added (`ADD`), so that any number of processes may count. A sum that is not there yet
//! first takes a place among those of its day, whose number is bounded; one that finds none is added to the others'.
//! Items go by themselves, by the table's time to live. The SDK repeats no addition: it might be made twice.

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use ecom67_app::port::StoreError;
use ecom67_app::search_log::{
    AddError, Addition, COUNTS_PAGE_MAX, Counted, CountedKind, Counts, RETENTION_DAYS, SearchCountStore, SearchScope,
    Standing,
};
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Table;
use super::call::{Attempts, Meaning, chain, meaning};
use super::item::{Item, Reader, number};
use super::key::Key;
use super::table::EXPIRES;

const SEARCHES: &str = "searches";
const EMPTY: &str = "empty";
const HITS: &str = "hits";
const CLICKS: &str = "clicks";
const POSITIONS: &str = "positions";
const VIEWS: &str = "views";
const PLACES: &str = "places";

/// Keeps what was counted.
#[derive(Clone, Debug)]
pub struct SearchCounts {
    pub(super) table: Table,
}

/// What came of an addition.
enum Added {
    Made,
    /// Its condition did not hold.
    Refused,
}

impl SearchCounts {
    fn update(&self, key: &Key, day: Date) -> UpdateItemFluentBuilder {
        let client: &Client = &self.table.client;
        client
            .update_item()
            .table_name(&*self.table.name)
            .set_key(Some(key.item()))
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":expires", number(expiry(day)))
    }

    /// Sends an update once, and again only where certainly nothing was written.
    async fn send(&self, update: UpdateItemFluentBuilder) -> Result<Added, StoreError> {
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let once = aws_sdk_dynamodb::config::Builder::new().retry_config(RetryConfig::disabled());
            let Err(error) = update.clone().customize().config_override(once).send().await else {
                return Ok(Added::Made);
            };
            if matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_))) {
                return Ok(Added::Refused);
            }
            match meaning(&error) {
                Meaning::Busy => attempts.pause().await?,
                Meaning::Unknown => {
                    tracing::warn!(error = %chain(&error), "nobody knows whether something was counted");
                    return Err(StoreError::OutcomeUnknown);
                }
                Meaning::Failed => return Err(StoreError::failed(error)),
            }
        }
    }

    async fn add_one(&self, day: Date, addition: &Addition, distinct_max: usize) -> Result<(), StoreError> {
        let Addition { scope, counted, counts, standing } = addition;
        let (own, others) = (key(day, scope, counted), key(day, scope, &counted.others()));
        if *standing == Standing::Known || own == others {
            return self.send(self.adding(&own, day, counts, own == others)).await.map(drop);
        }
        let to_present = self.adding(&own, day, counts, false).condition_expression("attribute_exists(pk)");
        if matches!(self.send(to_present).await?, Added::Made) {
            return Ok(());
        }
        let place = self
            .update(&Key::count_places(day, scope, counted.kind()), day)
            .update_expression("SET #expires = :expires ADD #places :one")
            .condition_expression("attribute_not_exists(#places) OR #places < :most")
            .expression_attribute_names("#places", PLACES)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":most", number(distinct_max as u64));
        let has_place = matches!(self.send(place).await?, Added::Made);
        let key = if has_place { own } else { others };
        self.send(self.adding(&key, day, counts, !has_place)).await.map(drop)
    }

    fn adding(&self, key: &Key, day: Date, counts: &Counts, is_others: bool) -> UpdateItemFluentBuilder {
        // What the others found last says nothing.
        let hits = counts.hits.filter(|_| !is_others);
        let set = if hits.is_some() { "SET #expires = :expires, #hits = :hits" } else { "SET #expires = :expires" };
        let mut update = self.update(key, day).update_expression(format!(
            "{set} ADD #searches :searches, #empty :empty, #clicks :clicks, #positions :positions, #views :views"
        ));
        if let Some(hits) = hits {
            update =
                update.expression_attribute_names("#hits", HITS).expression_attribute_values(":hits", number(hits));
        }
        for (name, count) in [
            (SEARCHES, counts.searches),
            (EMPTY, counts.empty),
            (CLICKS, counts.clicks),
            (POSITIONS, counts.positions),
            (VIEWS, counts.views),
        ] {
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), number(count));
        }
        update
    }
}

fn key(day: Date, scope: &SearchScope, counted: &Counted) -> Key {
    Key::count(day, scope, counted.kind(), counted.as_str())
}

/// When the sums of a day go, in seconds since 1970: a day more, so that nothing goes while it is still counted.
fn expiry(day: Date) -> u64 {
    let last = day.saturating_add(Span::new().days(RETENTION_DAYS + 1));
    let midnight = last.to_zoned(TimeZone::UTC).map_or(0, |at| at.timestamp().as_second());
    u64::try_from(midnight).unwrap_or_default()
}

fn read(kind: CountedKind, item: &Item) -> Result<(Counted, Counts), StoreError> {
    let reader = Reader::new(item);
    let counts = Counts {
        searches: reader.number(SEARCHES)?,
        empty: reader.number(EMPTY)?,
        hits: if item.contains_key(HITS) { Some(reader.number(HITS)?) } else { None },
        clicks: reader.number(CLICKS)?,
        positions: reader.number(POSITIONS)?,
        views: reader.number(VIEWS)?,
    };
    Ok((Counted::read(kind, reader.key().counted())?, counts))
}

#[async_trait]
impl SearchCountStore for SearchCounts {
    async fn add(&self, day: Date, additions: Vec<Addition>, distinct_max: usize) -> Result<(), AddError> {
        let mut left = additions.into_iter();
        while let Some(addition) = left.next() {
            if let Err(source) = self.add_one(day, &addition, distinct_max).await {
                let is_unwritten = !matches!(source, StoreError::OutcomeUnknown);
                let unwritten = is_unwritten.then_some(addition).into_iter().chain(left).collect();
                return Err(AddError { unwritten, source });
            }
        }
        Ok(())
    }

    async fn list(
        &self,
        day: Date,
        scope: &SearchScope,
        kind: CountedKind,
        after: Option<&Counted>,
        limit: usize,
    ) -> Result<Vec<(Counted, Counts)>, StoreError> {
        let after = after.map(|after| key(day, scope, after));
        let partition = Key::count(day, scope, kind, "").pk;
        let after = after.as_ref().map(|key| key.sk.as_str());
        let items = self.table.query(&partition, after, limit.min(COUNTS_PAGE_MAX)).await?;
        items.iter().map(|item| read(kind, item)).collect()
    }

    async fn forget(&self, _: Date) -> Result<usize, StoreError> {
        Ok(0)
    }
}
