//! Records in memory as they were written or read last: this process makes every change of its folder, so the store need
//! not be asked again for what has just passed through it.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

use ecom67_app::port::{StoreError, Stored};
use ecom67_domain::order::Contact;
use ecom67_domain::{Cart, CartId, Order, OrderId};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::write::Fate;

/// Records that share a stripe by chance are remembered a little less often than they could be.
const STRIPES: usize = 256;

/// About how many bytes a record takes.
const RECORD_BYTES: u64 = 1_024;

/// What is remembered of the tables that one order passes through again and again.
#[derive(Clone)]
pub(super) struct RecentRecords {
    pub(super) carts: Arc<Recent<CartId, Stored<Cart>>>,
    pub(super) orders: Arc<Recent<OrderId, Stored<Order>>>,
    pub(super) contacts: Arc<Recent<OrderId, Contact>>,
}

impl RecentRecords {
    /// Remembers about so many bytes.
    pub(super) fn new(bytes_max: u64) -> Self {
        Self {
            carts: Arc::new(Recent::new(bytes_max * 5 / 8)),
            orders: Arc::new(Recent::new(bytes_max / 4)),
            contacts: Arc::new(Recent::new(bytes_max / 8)),
        }
    }
}

/// About how much memory a record takes.
pub(super) trait Weight {
    /// Its bytes, roughly.
    fn bytes(&self) -> u64;
}

impl Weight for Stored<Cart> {
    fn bytes(&self) -> u64 {
        let Cart { lines, saved, wishes, note, .. } = &self.value;
        let note = note.as_ref().map_or(0, |note| note.as_str().len());
        ((lines.len() + saved.len()) * 192 + wishes.len() * 128 + note + 512) as u64
    }
}

impl Weight for Stored<Order> {
    fn bytes(&self) -> u64 {
        let content = &self.value.content;
        ((content.lines.len() + content.gifts.len() + self.value.refunds.len()) * 512 + 1_536) as u64
    }
}

impl Weight for Contact {
    fn bytes(&self) -> u64 {
        RECORD_BYTES
    }
}

/// Remembers records by their keys. The writer tells it what it has committed, before it answers whoever asked for that.
pub(super) struct Recent<K, V> {
    records: Cache<K, Arc<V>, Bytewise>,
    /// How often a record of the stripe was changed: what was read before a change is not remembered after it.
    stripes: Box<[Mutex<u64>]>,
    /// The same in every process: keys are the shop's own, so that nobody chooses which of them share a stripe.
    hasher: BuildHasherDefault<DefaultHasher>,
}

#[derive(Clone)]
struct Bytewise;

impl<K, V: Weight> Weighter<K, Arc<V>> for Bytewise {
    fn weight(&self, _: &K, record: &Arc<V>) -> u64 {
        record.bytes()
    }
}

impl<K: Copy + Eq + Hash, V: Weight> Recent<K, V> {
    fn new(bytes_max: u64) -> Self {
        let items = usize::try_from(bytes_max / RECORD_BYTES).unwrap_or(usize::MAX);
        let stripes = std::iter::repeat_with(Mutex::default).take(STRIPES).collect();
        Self { records: Cache::with_weighter(items, bytes_max, Bytewise), stripes, hasher: BuildHasherDefault::new() }
    }

    fn stripe(&self, key: K) -> &Mutex<u64> {
        let place = self.hasher.hash_one(key) % STRIPES as u64;
        &self.stripes[usize::try_from(place).unwrap_or(0)]
    }

    pub(super) fn get(&self, key: K) -> Option<Arc<V>> {
        self.records.get(&key)
    }

    /// The record as it is remembered, else as `read` finds it in the store.
    pub(super) fn get_or_read(
        &self,
        key: K,
        read: impl FnOnce() -> Result<Option<V>, StoreError>,
    ) -> Result<Option<Arc<V>>, StoreError> {
        if let Some(known) = self.get(key) {
            return Ok(Some(known));
        }
        let changes_before = *self.stripe(key).lock().unwrap_or_else(PoisonError::into_inner);
        let Some(record) = read()?.map(Arc::new) else { return Ok(None) };
        let changes = self.stripe(key).lock().unwrap_or_else(PoisonError::into_inner);
        if *changes == changes_before {
            self.records.insert(key, Arc::clone(&record));
        }
        Ok(Some(record))
    }

    /// The writer's word on a record that it has written: it is this one, or nobody knows which one is on the disk.
    pub(super) fn written(&self, key: K, record: V, fate: Fate) {
        let mut changes = self.stripe(key).lock().unwrap_or_else(PoisonError::into_inner);
        *changes += 1;
        match fate {
            Fate::Committed => self.records.insert(key, Arc::new(record)),
            Fate::Unknown => drop(self.records.remove(&key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Record(u8);

    impl Weight for Record {
        fn bytes(&self) -> u64 {
            1
        }
    }

    fn recent() -> Recent<u8, Record> {
        Recent::new(1_000_000)
    }

    fn found(recent: &Recent<u8, Record>, in_store: u8) -> u8 {
        recent.get_or_read(7, || Ok(Some(Record(in_store)))).unwrap().unwrap().0
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let recent = recent();

        let read = recent.get_or_read(7, || {
            recent.written(7, Record(2), Fate::Committed);
            recent.written(7, Record(3), Fate::Unknown);
            Ok(Some(Record(1)))
        });

        assert_eq!(read.unwrap().as_deref(), Some(&Record(1)));
        assert_eq!(recent.get(7), None);
        assert_eq!(found(&recent, 3), 3);
        assert_eq!(found(&recent, 4), 3, "nothing was written since");
    }

    #[test]
    fn what_the_writer_has_committed_is_what_is_found() {
        let recent = recent();

        assert_eq!(found(&recent, 1), 1);
        recent.written(7, Record(2), Fate::Committed);

        assert_eq!(found(&recent, 9), 2);
    }

    #[test]
    fn what_became_of_a_write_is_asked_of_the_store_where_nobody_knows() {
        let recent = recent();
        recent.written(7, Record(1), Fate::Committed);

        recent.written(7, Record(2), Fate::Unknown);

        assert_eq!(found(&recent, 1), 1);
    }
}
