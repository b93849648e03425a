//! Carts as they were answered before, for whoever reads one that neither its shopper nor the shop has changed since.
//!
//! What a cart costs follows from the cart in its version, the shop's reference data, its goods with their stock, and the
//! time. An answer remembers the first two by name, the goods by their marks, and until when the time makes no difference.
//! Who asks has shown what opens the cart: whether they may see it is asked of the store each time.
//!
//! Answers are kept packed, which makes them a third as long: lines look much alike, and unpacking takes two microseconds.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use ecom67_app::carts::OpenCart;
use ecom67_app::kept::{Changes, Dependency, Kept};
use ecom67_app::port::{Stored, Subject};
use ecom67_domain::{Cart, CartId, Locale, ProductCode, Sku, Version};
use jiff::Timestamp;
use lz4_flex::block::{
    CompressError, CompressTable, compress_into_with_table, decompress_size_prepended, get_maximum_output_size,
};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// About how many bytes the packed answer of a cart with a few lines takes.
const ANSWER_BYTES: u64 = 1_024;

/// The cart, and who reads it: where decides what it costs, and the language how it is told.
type Key = (CartId, Locale);

struct CartAnswer {
    version: Version,
    /// The first instant at which it holds, and the first at which it may not.
    from: Timestamp,
    until: Timestamp,
    /// As [`lz4_flex::block`] packs it, its length before it.
    packed: Kept<Box<[u8]>>,
}

#[derive(Clone)]
struct Bytewise;

impl Weighter<Key, Arc<CartAnswer>> for Bytewise {
    fn weight(&self, _: &Key, answer: &Arc<CartAnswer>) -> u64 {
        answer.packed.value.len() as u64 + answer.packed.weight()
    }
}

/// The answers that are kept.
pub struct CartAnswers {
    cache: Cache<Key, Arc<CartAnswer>, Bytewise>,
    changes: Arc<Changes>,
}

impl CartAnswers {
    /// Keeps answers of about `bytes_max` as long as `changes` tells of no change. Where nobody tells of changes, as in one
    /// process of several, nothing may be kept: then `bytes_max` is zero.
    pub fn new(bytes_max: u64, changes: Arc<Changes>) -> Self {
        let items = usize::try_from(bytes_max / ANSWER_BYTES).unwrap_or(usize::MAX);
        Self { cache: Cache::with_weighter(items, bytes_max, Bytewise), changes }
    }

    /// What a cart in this version was answered with, if that is still what a reader would be told at `now`.
    pub fn get(&self, cart: &Stored<Cart>, locale: Locale, now: Timestamp) -> Option<Bytes> {
        let answer = self.cache.get(&(cart.value.id, locale))?;
        let CartAnswer { version, from, until, packed } = &*answer;
        // No cart depends on what the index shows.
        let holds = *version == cart.version && (*from..*until).contains(&now) && packed.holds(&self.changes, 0);
        // What cannot be unpacked is made anew, as what was never kept.
        if holds { decompress_size_prepended(&packed.value).ok().map(Bytes::from) } else { None }
    }

    /// Keeps what a cart was answered with, made from what stood at `made_at`.
    pub fn put(&self, open: &OpenCart, locale: Locale, body: &[u8], made_at: u64) {
        if self.cache.capacity() == 0 {
            return;
        }
        let Some(during) = &open.holds_during else { return };
        let dependency = Dependency::Product(subjects(open));
        let packed = match PACKER.with_borrow_mut(|packer| packer.pack(body)) {
            Ok(packed) => packed,
            // Then it is made each time.
            Err(error) => return tracing::error!(%error, "a cart's answer cannot be packed"),
        };
        let packed = Kept::new(packed, &dependency, made_at, &self.changes);
        let answer = CartAnswer { version: open.cart.version, from: during.start, until: during.end, packed };
        self.cache.insert((open.cart.value.id, locale), Arc::new(answer));
    }
}

thread_local! {
    /// What packing needs, kept: to make it anew for each answer took longer than the packing itself.
    static PACKER: RefCell<Packer> = RefCell::default();
}

#[derive(Default)]
struct Packer {
    table: CompressTable,
    room: Vec<u8>,
}

impl Packer {
    /// The packed bytes, their number before them, as [`decompress_size_prepended`] takes them.
    fn pack(&mut self, bytes: &[u8]) -> Result<Box<[u8]>, CompressError> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
        self.room.resize(length.len() + get_maximum_output_size(bytes.len()), 0);
        let (before, room) = self.room.split_at_mut(length.len());
        before.copy_from_slice(&length);
        let packed = compress_into_with_table(bytes, room, &mut self.table)?;
        Ok(self.room[..length.len() + packed].into())
    }
}

/// The goods that a cart is about, gone or not, and the variants of them.
fn subjects(open: &OpenCart) -> Vec<Subject> {
    let Cart { lines, saved, wishes, .. } = &open.cart.value;
    let lines = lines.iter().chain(saved).map(|line| (&line.sku, &line.product));
    let own = lines.chain(wishes.iter().map(|wish| (&wish.sku, &wish.product)));
    let gifts = open.quote.iter().flat_map(|quote| &quote.gifts).filter_map(|gift| {
        let good = open.goods.values().find(|good| good.variant(&gift.sku).is_some())?;
        Some((&gift.sku, &good.code))
    });
    let named: BTreeSet<(&Sku, &ProductCode)> = own.chain(gifts).collect();
    let subject = |(sku, product): (&Sku, &ProductCode)| {
        [Subject::Product(ProductCode::clone(product)), Subject::Stock(Sku::clone(sku))]
    };
    named.into_iter().flat_map(subject).collect()
}
