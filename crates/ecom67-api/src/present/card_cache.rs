//! Cards that are made once: most lists show products that another list has shown, and to read one from the store and
//! compose its card costs more than to find it.

use std::mem::size_of;
use std::sync::Arc;

use ecom67_domain::{Language, MarketCode, ProductCode};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::answer::{Changes, Dependency, Kept};
use crate::view::{Picture, PictureSource, ProductCard, Swatch};

/// Whom a card is made for, and of which product.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    product: ProductCode,
    language: Language,
    market: MarketCode,
}

/// The cards that are kept, until their products, the stock of these or the shop change.
pub struct CardCache {
    cache: Cache<Key, Arc<Kept<ProductCard>>, Bytewise>,
    changes: Arc<Changes>,
}

impl CardCache {
    /// Keeps cards of at most `bytes_max` in all, as long as `changes` tells of none.
    pub fn new(bytes_max: u64, changes: Arc<Changes>) -> Self {
        // A card without swatches takes about 1 KB.
        let cards = usize::try_from(bytes_max / 1_024).unwrap_or(usize::MAX).max(16);
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
        kept.holds(&self.changes, 0).then(|| kept.value.clone())
    }

    /// Keeps a card that was made from what stood at `made_at`.
    pub(super) fn put(
        &self,
        product: &ProductCode,
        language: Language,
        market: &MarketCode,
        card: ProductCard,
        dependency: &Dependency,
        made_at: u64,
    ) {
        let key = Key { product: product.clone(), language, market: market.clone() };
        self.cache.insert(key, Arc::new(Kept::new(card, dependency, made_at, &self.changes)));
    }
}

#[derive(Clone)]
struct Bytewise;

impl Weighter<Key, Arc<Kept<ProductCard>>> for Bytewise {
    fn weight(&self, key: &Key, kept: &Arc<Kept<ProductCard>>) -> u64 {
        let card = &kept.value;
        let picture = |picture: &Option<Picture>| picture.as_ref().map_or(0, bytes_of_picture);
        let swatch = |swatch: &Swatch| {
            let color = swatch.color.as_ref().map_or(0, String::len);
            size_of::<Swatch>() + swatch.value.len() + swatch.label.len() + color + picture(&swatch.picture)
        };
        let texts = [&card.code, &card.slug, &card.name, &card.tint].map(String::len).iter().sum::<usize>();
        let bytes = size_of::<Key>()
            + key.product.as_str().len()
            + size_of::<ProductCard>()
            + texts
            + card.brand.as_ref().map_or(0, String::len)
            + picture(&card.picture)
            + card.swatches.iter().map(swatch).sum::<usize>();
        bytes as u64 + kept.weight()
    }
}

fn bytes_of_picture(picture: &Picture) -> usize {
    let source = |source: &PictureSource| size_of::<PictureSource>() + source.url.len();
    picture.alt.len() + picture.sources.iter().map(source).sum::<usize>()
}
