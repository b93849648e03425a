//! The shop's texts under which orders are placed.

use std::sync::{Arc, Weak};

use ecom67_domain::order::{LegalTextDigest, LegalTextKind, OrderLegalText};
use ecom67_domain::{Language, MarketCode};
use quick_cache::sync::Cache;

use crate::document::PageKind;
use crate::port::{LegalText, LegalTexts, StoreError};
use crate::shop::{Shop, page_text_found};

/// Markets in their languages whose texts are remembered.
const REMEMBERED_MAX: usize = 500;

/// Knows the texts that orders are placed under, and sees to it that they are kept.
pub struct CurrentLegalTexts {
    store: Arc<dyn LegalTexts>,
    current: Cache<(MarketCode, Language), Current>,
    kept: Cache<LegalTextDigest, ()>,
}

/// The texts of the shop as it was at one moment.
#[derive(Clone)]
struct Current {
    shop: Weak<Shop>,
    texts: Arc<[OrderLegalText]>,
}

impl CurrentLegalTexts {
    /// Keeps them in `store`.
    pub fn new(store: Arc<dyn LegalTexts>) -> Self {
        Self { store, current: Cache::new(REMEMBERED_MAX), kept: Cache::new(REMEMBERED_MAX) }
    }

    /// The text with this digest, if it was kept.
    pub async fn find(&self, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError> {
        self.store.find(digest).await
    }

    /// The texts of a market as they are now, each of which is kept once this has returned: in the language, or in the one
    /// that stands in for it on the shop's pages. A shop that has none has orders without.
    pub(super) async fn of(
        &self,
        shop: &Arc<Shop>,
        market: &MarketCode,
        language: Language,
    ) -> Result<Vec<OrderLegalText>, StoreError> {
        let key = (market.clone(), language);
        // As long as somebody remembers a shop, no other one has its place in memory.
        if let Some(Current { shop: known, texts }) = self.current.get(&key)
            && known.as_ptr() == Arc::as_ptr(shop)
        {
            return Ok(texts.to_vec());
        }
        let mut texts = Vec::new();
        for (kind, text) in texts_of(shop, market, language) {
            let digest = text.digest();
            texts.push(OrderLegalText { kind, title: text.title.as_str().into(), digest });
            if self.kept.get(&digest).is_none() {
                self.store.keep(text).await?;
                self.kept.insert(digest, ());
            }
        }
        self.current.insert(key, Current { shop: Arc::downgrade(shop), texts: texts.clone().into() });
        Ok(texts)
    }
}

fn texts_of(shop: &Shop, market: &MarketCode, language: Language) -> Vec<(LegalTextKind, LegalText)> {
    let market = shop.markets.iter().find(|known| known.code == *market);
    let pages = market.map(|market| shop.pages_in(market)).unwrap_or_default();
    let of_kind = |kind: LegalTextKind| {
        let page = pages.iter().filter(move |page| legal_text_kind(page.kind) == Some(kind));
        page.filter_map(move |page| page_text_found(page, language)).map(move |(language, text)| {
            (kind, LegalText { language, title: text.title.clone(), body: text.body.clone() })
        })
    };
    LegalTextKind::ALL.into_iter().flat_map(of_kind).collect()
}

/// What of a contract a page tells.
pub const fn legal_text_kind(page: PageKind) -> Option<LegalTextKind> {
    match page {
        PageKind::Terms => Some(LegalTextKind::Terms),
        PageKind::Withdrawal => Some(LegalTextKind::Withdrawal),
        PageKind::Imprint
        | PageKind::Privacy
        | PageKind::Delivery
        | PageKind::Accessibility
        | PageKind::About
        | PageKind::Other => None,
    }
}
