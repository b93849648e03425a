//! The shop's texts under which orders are placed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};

use ecom67_domain::order::{LegalTextDigest, LegalTextKind, OrderLegalText};
use ecom67_domain::{Language, Market, MarketCode};
use quick_cache::sync::Cache;

use crate::document::{PageDocument, PageKind, PageText};
use crate::port::{LegalText, LegalTexts, StoreError};
use crate::shop::{Shop, page_text_found};

/// Markets in their languages whose texts are remembered.
const REMEMBERED_MAX: usize = 500;

/// The texts that a shopper was shown when they agreed to them, each by what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLegalTexts(BTreeSet<(LegalTextKind, LegalTextDigest)>);

impl ShownLegalTexts {
    /// Those of a list, in any order.
    pub fn new(texts: impl IntoIterator<Item = (LegalTextKind, LegalTextDigest)>) -> Self {
        Self(texts.into_iter().collect())
    }

    /// Whether these texts were shown, all of them and no others.
    pub(super) fn are(&self, texts: &[OrderLegalText]) -> bool {
        self.0 == texts.iter().map(|text| (text.kind, text.digest)).collect()
    }

    /// Each as words, in one order.
    pub(super) fn to_words(&self) -> Vec<String> {
        self.0.iter().map(|(kind, digest)| format!("{} {digest}", kind.as_str())).collect()
    }
}

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
    let Some(market) = shop.markets.iter().find(|known| known.code == *market) else { return Vec::new() };
    let texts = legal_pages(shop, market).into_iter().filter_map(|(kind, page)| {
        let (language, text) = page_text_found(page, language)?;
        Some((kind, legal_text(language, text)))
    });
    texts.collect()
}

fn legal_text(language: Language, text: &PageText) -> LegalText {
    LegalText { language, title: text.title.clone(), body: text.body.clone() }
}

/// The digests of all texts of `pages` that belong to contracts, by page and language.
pub(crate) fn digests(pages: &[PageDocument]) -> BTreeMap<(String, Language), LegalTextDigest> {
    let legal = pages.iter().filter(|page| legal_text_kind(page.kind).is_some());
    let texts = legal.flat_map(|page| page.texts.iter().map(move |(language, text)| (page, language, text)));
    let digest = |(page, language, text): (&PageDocument, &String, &PageText)| {
        let language: Language = language.parse().ok()?;
        Some(((page.code.clone(), language), legal_text(language, text).digest()))
    };
    texts.filter_map(digest).collect()
}

/// The pages that belong to contracts in a market, one of each kind: its own before one for all.
pub fn legal_pages<'shop>(shop: &'shop Shop, market: &Market) -> Vec<(LegalTextKind, &'shop PageDocument)> {
    let pages = shop.pages_in(market);
    let of_kind = |kind: LegalTextKind| {
        let pages = pages.iter().filter(|page| legal_text_kind(page.kind) == Some(kind));
        Some((kind, *pages.min_by_key(|page| page.markets.is_empty())?))
    };
    LegalTextKind::ALL.into_iter().filter_map(of_kind).collect()
}

/// What of a contract a page tells.
const fn legal_text_kind(page: PageKind) -> Option<LegalTextKind> {
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
