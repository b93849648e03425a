//! Dead letters: one item for each, all in one partition.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use ecom67_app::port::{DEAD_LETTERS_COUNTED_MAX, DeadLetter, DeadLetters, PAGE_MAX, Refused, StoreError};
use ecom67_domain::ProductCode;
use jiff::Timestamp;

use super::Table;
use super::call::{Attempts, read_error};
use super::item::{Item, Reader, number, text};
use super::key::{DEAD_LETTERS, Key};
use super::transaction::{Condition, Outcome, Transaction};

const REASON: &str = "reason";
const FIRST_AT: &str = "first_at";
const LAST_AT: &str = "last_at";
const FAILURES: &str = "failures";

/// Keeps dead letters.
#[derive(Clone, Debug)]
pub struct DeadLetterBox {
    pub(super) table: Table,
}

impl DeadLetterBox {
    /// Those of the letters that exist, with their keys.
    async fn present(&self, keys: &[Key]) -> Result<Vec<(Key, DeadLetter)>, StoreError> {
        let items = self.table.get_many(keys).await?;
        items.into_iter().map(|(key, item)| Ok((key, read(&item)?))).collect()
    }

    async fn noting(&self, refused: &[Refused], at: Timestamp) -> Result<Transaction<()>, StoreError> {
        let keys: Vec<Key> = refused.iter().map(|refused| Key::dead_letter(&refused.product)).collect();
        let present = self.present(&keys).await?;
        let mut transaction = Transaction::new();
        for (key, refused) in keys.iter().zip(refused) {
            let before = present.iter().find(|(present, _)| present == key).map(|(_, letter)| letter);
            let letter = DeadLetter {
                product: refused.product.clone(),
                reason: refused.reason().to_owned(),
                first_at: before.map_or(at, |letter| letter.first_at),
                last_at: at,
                failures: before.map_or(0, |letter| letter.failures) + 1,
            };
            let as_read = before.map_or_else(Condition::absent, |letter| {
                Condition::new("#failures = :failures")
                    .name("#failures", FAILURES)
                    .value(":failures", number(letter.failures))
            });
            transaction.put(&self.table, item(key, &letter), as_read, ())?;
        }
        Ok(transaction)
    }

    async fn clearing(&self, products: &[ProductCode]) -> Result<Transaction<()>, StoreError> {
        let keys: Vec<Key> = products.iter().map(Key::dead_letter).collect();
        let mut transaction = Transaction::new();
        for key in self.table.get_many(&keys).await?.keys() {
            transaction.delete(&self.table, key, Condition::always(), ())?;
        }
        Ok(transaction)
    }
}

fn item(key: &Key, letter: &DeadLetter) -> Item {
    let mut item = key.item();
    item.insert(REASON.to_owned(), text(&letter.reason));
    item.insert(FIRST_AT.to_owned(), text(&letter.first_at.to_string()));
    item.insert(LAST_AT.to_owned(), text(&letter.last_at.to_string()));
    item.insert(FAILURES.to_owned(), number(letter.failures));
    item
}

fn read(item: &Item) -> Result<DeadLetter, StoreError> {
    let reader = Reader::new(item);
    let product = reader.key().sk.parse();
    Ok(DeadLetter {
        product: product.map_err(|_| reader.unreadable("it is of no product"))?,
        reason: reader.text(REASON)?.to_owned(),
        first_at: reader.parsed(FIRST_AT)?,
        last_at: reader.parsed(LAST_AT)?,
        failures: reader.number(FAILURES)?,
    })
}

#[async_trait]
impl DeadLetters for DeadLetterBox {
    async fn note(&self, refused: &[Refused], at: Timestamp) -> Result<(), StoreError> {
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let transaction = self.noting(refused, at).await?;
            if transaction.len() == 0 {
                return Ok(());
            }
            match transaction.commit(&self.table).await? {
                Outcome::Committed => return Ok(()),
                Outcome::Refused(_) | Outcome::Conflict => attempts.pause().await?,
            }
        }
    }

    async fn clear(&self, products: &[ProductCode]) -> Result<(), StoreError> {
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let transaction = self.clearing(products).await?;
            if transaction.len() == 0 {
                return Ok(());
            }
            match transaction.commit(&self.table).await? {
                Outcome::Committed => return Ok(()),
                Outcome::Refused(_) | Outcome::Conflict => attempts.pause().await?,
            }
        }
    }

    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let after = after.map(ProductCode::as_str);
        let items = self.table.query(DEAD_LETTERS, after, limit.min(PAGE_MAX)).await?;
        items.iter().map(read).collect()
    }

    async fn count(&self) -> Result<usize, StoreError> {
        let (mut count, mut start) = (0, None);
        loop {
            let query = self
                .table
                .client
                .query()
                .table_name(&*self.table.name)
                .consistent_read(true)
                .select(Select::Count)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", AttributeValue::S(DEAD_LETTERS.to_owned()))
                .set_exclusive_start_key(start);
            let answer = query.send().await.map_err(read_error)?;
            count += usize::try_from(answer.count).unwrap_or_default();
            // A page of the engine ends after 1 MB.
            start = answer.last_evaluated_key;
            if start.is_none() || count >= DEAD_LETTERS_COUNTED_MAX {
                return Ok(count.min(DEAD_LETTERS_COUNTED_MAX));
            }
        }
    }
}
