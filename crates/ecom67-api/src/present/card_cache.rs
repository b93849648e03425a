//! Cards that are made once: most lists show products that another list has shown, and to read one from the store and
//! compose its card costs more than to find it. They are kept packed, which takes half of the room: to unpack one costs no
//! more than to copy it.

use std::mem::size_of;
use std::sync::Arc;

use ecom67_app::kept::{Changes, Dependency, Kept};
use ecom67_domain::{Language, MarketCode, ProductCode};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::view::ProductCard;

/// A card as it is kept.
type Packed = Box<[u8]>;

/// Whom a card is made for, and of which product.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    product: ProductCode,
    language: Language,
    market: MarketCode,
}

/// The cards that are kept, until their products, the stock of these or the shop change.
pub struct CardCache {
    cache: Cache<Key, Arc<Kept<Packed>>, Bytewise>,
    changes: Arc<Changes>,
}

impl CardCache {
    /// Keeps cards of at most `bytes_max` in all, as long as `changes` tells of none.
    pub fn new(bytes_max: u64, changes: Arc<Changes>) -> Self {
        // What a card without swatches takes.
        let cards = usize::try_from(bytes_max / 512).unwrap_or(usize::MAX).max(16);
        Self { cache: Cache::with_weighter(cards, bytes_max, Bytewise), changes }
    }

    /// The time by which what a card is made from is to be read: after this.
    pub(super) fn now(&self) -> u64 {
        self.changes.now()
    }

    pub(super) fn get(&self, product: &ProductCode, language: Language, market: &MarketCode) -> Option<ProductCard> {
        let key = Key { product: product.clone(), language, market: market.clone() };
        let kept = self.cache.get(&key)?;
        // No card depends on what the index shows.
        if !kept.holds(&self.changes, 0) {
            return None;
        }
        unpacked(&kept.value)
    }

    /// Keeps a card that was made from what stood at `made_at`.
    pub(super) fn put(
        &self,
        product: &ProductCode,
        language: Language,
        market: &MarketCode,
        card: &ProductCard,
        dependency: &Dependency,
        made_at: u64,
    ) {
        let Some(packed) = packed(card) else { return };
        let key = Key { product: product.clone(), language, market: market.clone() };
        self.cache.insert(key, Arc::new(Kept::new(packed, dependency, made_at, &self.changes)));
    }
}

/// `None`, which is told of, where it cannot be packed: then it is made each time.
fn packed(card: &ProductCard) -> Option<Packed> {
    let packed = postcard::to_stdvec(card);
    packed.map(Vec::into_boxed_slice).map_err(|error| tracing::error!(%error, "a card cannot be packed")).ok()
}

fn unpacked(packed: &Packed) -> Option<ProductCard> {
    postcard::from_bytes(packed).map_err(|error| tracing::error!(%error, "a card cannot be unpacked")).ok()
}

#[derive(Clone)]
struct Bytewise;

impl Weighter<Key, Arc<Kept<Packed>>> for Bytewise {
    fn weight(&self, key: &Key, kept: &Arc<Kept<Packed>>) -> u64 {
        let bytes = size_of::<Key>() + key.product.as_str().len() + size_of::<Kept<Packed>>() + kept.value.len();
        bytes as u64 + kept.weight()
    }
}
