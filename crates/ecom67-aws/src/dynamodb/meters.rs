//! Meters: an item for each that was ever used.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::{METERS_PAGE_MAX, MeterStore, StoreError};
use ecom67_domain::order::Meter;

use super::Table;
use super::call::{Attempts, read_error};
use super::item::{Item, Reader, number};
use super::key::{Key, METER};
use super::orders::USED;
use super::transaction::{Condition, Outcome, Transaction};

/// Looks at meters, and puts them right.
#[derive(Clone, Debug)]
pub struct Meters {
    pub(super) table: Table,
}

#[async_trait]
impl MeterStore for Meters {
    /// Scans the table: an index for this alone would cost a write with each order.
    async fn list(&self, after: Option<&Meter>, limit: usize) -> Result<Vec<(Meter, u32)>, StoreError> {
        let limit = limit.min(METERS_PAGE_MAX);
        let mut meters = Vec::new();
        let mut start: Option<Item> = after.map(|meter| Key::meter(meter).item());
        loop {
            let scan = self
                .table
                .client
                .scan()
                .table_name(&*self.table.name)
                .consistent_read(true)
                .filter_expression("begins_with(pk, :meters) AND #used > :none")
                .expression_attribute_names("#used", USED)
                .expression_attribute_values(":meters", AttributeValue::S(METER.to_owned()))
                .expression_attribute_values(":none", number(0))
                .set_exclusive_start_key(start.take());
            let page = scan.send().await.map_err(read_error)?;
            for item in page.items.unwrap_or_default().iter().take(limit - meters.len()) {
                meters.push(read(item)?);
            }
            // A page of the engine ends after 1 MB, however few of it are meters.
            start = page.last_evaluated_key;
            if meters.len() == limit || start.is_none() {
                return Ok(meters);
            }
        }
    }

    async fn restate(&self, meter: &Meter, read: u32, right: u32) -> Result<bool, StoreError> {
        let is_as_read = match read {
            0 => Condition::new("attribute_not_exists(#used) OR #used = :read"),
            _ => Condition::new("#used = :read"),
        };
        let is_as_read =
            is_as_read.name("#used", USED).value(":read", number(read.into())).value(":right", number(right.into()));
        let mut transaction = Transaction::new();
        transaction.update(&self.table, &Key::meter(meter), "SET #used = :right", is_as_read, ())?;
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            match transaction.clone().commit(&self.table).await? {
                Outcome::Committed => return Ok(true),
                Outcome::Refused(_) => return Ok(false),
                Outcome::Conflict => attempts.pause().await?,
            }
        }
    }
}

fn read(item: &Item) -> Result<(Meter, u32), StoreError> {
    let reader = Reader::new(item);
    let meter = reader.key().meter_name().and_then(|name| name.parse().ok());
    Ok((meter.ok_or_else(|| reader.unreadable("it is no meter"))?, reader.number(USED)?))
}
