//! Rows under way: many at once, and those that are about the same thing one after the other.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use ecom67_domain::pricing::CouponCode;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::rows::{Lane, ProductRow, Unit};
use super::save::{Done, Saver};
use crate::document::{ProductDocument, ShopDocument, derived_slug};
use crate::shop::Shop;

/// The most units under way.
const UNITS_MAX: usize = 256;
/// The most bytes of the file that the units under way were made of.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Units under way.
pub(super) struct Flight {
    saver: Arc<Saver>,
    /// What documents may name. Complete whenever no document is under way.
    shop: Arc<Shop>,
    lane: Option<Lane>,
    under_way: FuturesUnordered<Landing>,
    keys: HashSet<u64>,
    bytes: usize,
    /// Documents that were saved and are not in `shop` yet.
    saved: Vec<ShopDocument>,
}

/// A unit that waits until there is room for it.
pub(super) struct Boarding {
    lane: Lane,
    unit: Unit,
    bytes: usize,
    keys: Vec<u64>,
}

impl Boarding {
    /// `bytes` is how long the rows are that the unit was made of.
    pub(super) fn new(lane: Lane, unit: Unit, bytes: usize) -> Self {
        let keys = keys_of(&unit);
        Self { lane, unit, bytes, keys }
    }
}

/// A unit under way, with what it occupies.
type Landing = futures_util::future::BoxFuture<'static, (Done, Vec<u64>, usize)>;

impl Flight {
    pub(super) fn new(saver: Arc<Saver>, shop: Shop) -> Self {
        Self {
            saver,
            shop: Arc::new(shop),
            lane: None,
            under_way: FuturesUnordered::new(),
            keys: HashSet::new(),
            bytes: 0,
            saved: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// What came of the next unit that is done; `None` where none is under way.
    pub(super) async fn land(&mut self) -> Option<Done> {
        let (mut done, keys, bytes) = self.under_way.next().await?;
        for key in keys {
            self.keys.remove(&key);
        }
        self.bytes -= bytes;
        if let Some(document) = done.document.take() {
            self.saved.push(*document);
        }
        if self.under_way.is_empty() {
            self.take_in();
        }
        Some(done)
    }

    /// Whether a unit may start now; if not, something must land first.
    pub(super) fn has_room_for(&self, unit: &Boarding) -> bool {
        if self.under_way.is_empty() {
            return true;
        }
        self.lane == Some(unit.lane)
            && self.under_way.len() < UNITS_MAX
            && self.bytes + unit.bytes <= BYTES_MAX
            && unit.keys.iter().all(|key| !self.keys.contains(key))
            && !self.must_fly_alone(&unit.unit)
    }

    pub(super) fn start(&mut self, Boarding { lane, unit, bytes, keys }: Boarding) {
        self.lane = Some(lane);
        self.keys.extend(&keys);
        self.bytes += bytes;
        let saving = Arc::clone(&self.saver).save(Arc::clone(&self.shop), unit);
        self.under_way.push(Box::pin(async move { (saving.await, keys, bytes) }));
    }

    /// Takes saved documents into the shop. Nobody reads it now, so that it need not be copied.
    fn take_in(&mut self) {
        if self.saved.is_empty() {
            return;
        }
        let shop = Arc::make_mut(&mut self.shop);
        for document in self.saved.drain(..) {
            let key = document.key();
            if let Err(violations) = shop.apply(document) {
                tracing::error!(document = %key, %violations, "a document that was saved cannot be understood");
            }
        }
    }

    /// Whether the unit is checked against what others of its kind say, so that these must be in the shop before.
    fn must_fly_alone(&self, unit: &Unit) -> bool {
        let Unit::Document { document, .. } = unit else { return false };
        match document.as_ref() {
            // A category that moves may close a cycle with another that moves. A new one wants its parent in the shop.
            ShopDocument::Category(category) => {
                let has = |code: &String| self.shop.categories.get(code).is_some();
                has(&category.code) || category.parent.as_ref().is_some_and(|parent| !has(parent))
            }
            // Markets share out the countries among them, zones the world.
            ShopDocument::Market(_)
            | ShopDocument::TaxZone(_)
            | ShopDocument::Registration(_)
            | ShopDocument::DeliveryZone(_) => true,
            _ => false,
        }
    }
}

fn key(kind: &str, code: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, code).hash(&mut hasher);
    hasher.finish()
}

/// What a unit is about. Of two units that share a key the second waits, so that it is always the second which finds
/// an SKU or a slug taken.
fn keys_of(unit: &Unit) -> Vec<u64> {
    match unit {
        Unit::Document { document, .. } => {
            let mut named = document.as_ref().clone();
            named.derive_slugs(None);
            let slugs = named.slugs();
            let slugs = slugs.iter().map(|(language, slug)| key(language.as_str(), slug.as_str()));
            let coupons: &[String] = match document.as_ref() {
                ShopDocument::Promotion(promotion) => &promotion.coupons,
                _ => &[],
            };
            // Coupons are compared in the form that they are kept in.
            let coupons = coupons.iter().filter_map(|coupon| coupon.parse::<CouponCode>().ok());
            let coupons = coupons.map(|coupon| key("coupon", coupon));
            std::iter::once(key("code", document.key().code)).chain(slugs).chain(coupons).collect()
        }
        Unit::Product { product, .. } => {
            let ProductRow { document: ProductDocument { code, texts, variants, .. }, .. } = product.as_ref();
            // Names that differ may be spelled alike in addresses: whoever comes first shall have the slug without a
            // suffix.
            let slugs = texts.iter().filter_map(|(name, text)| match &text.slug {
                Some(slug) => Some(key(name, slug.as_str())),
                None => Some(key(name, derived_slug(&text.name, code, name.parse().ok()?)?.as_str())),
            });
            let skus = variants.iter().map(|variant| key("sku", &variant.sku));
            std::iter::once(key("code", code)).chain(slugs).chain(skus).collect()
        }
        Unit::StockPrices { code, .. } => vec![key("code", code.as_str())],
    }
}
