//! Lists of products: one way for category, collection and search.

mod condition;
mod guard;
mod store_list;
mod tuning;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use ecom67_domain::code::simple_code;
use ecom67_domain::stock::Availability;
use ecom67_domain::{AttributeCode, CategoryCode, CollectionCode, Language, MarketCode, ProductCode};
use jiff::Timestamp;

use crate::port::{Position, Refused, StoreError};

pub use condition::{Condition, new_since};
pub use guard::GuardedIndex;
pub(crate) use store_list::is_in_collection;
pub use tuning::{Placement, SearchTuning, Synonym, Synonyms};

/// The most products on one page.
pub const LIST_LIMIT_MAX: usize = 100;
/// Up to this many hits the total is exact.
pub const TOTAL_EXACT_MAX: u64 = 10_000;
/// The most values one facet tells.
pub const FACET_VALUES_MAX: usize = 50;
/// The most attribute facets beside those that are filtered by.
pub const ATTRIBUTE_FACETS_MAX: usize = 8;
/// The longest query in characters; what is beyond is ignored.
pub const QUERY_LENGTH_MAX: usize = 200;
/// The most filter values of one request.
pub const FILTERS_MAX: usize = 50;

/// A product as an index knows it: everything it can be found, filtered and sorted by.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct IndexEntry {
    /// The product.
    pub code: ProductCode,
    /// Its texts, for every language it is searched in: where it has none of its own, what stands in for it.
    pub texts: Vec<(Language, IndexText)>,
    /// Its code, SKUs and barcodes: found whole.
    pub numbers: Vec<String>,
    /// Its categories and all above them.
    pub categories: Vec<CategoryCode>,
    /// The collections it was picked for, with its place in each.
    pub collections: Vec<(CollectionCode, u32)>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// The best availability of its variants.
    pub availability: Availability,
    /// Its lowest price per market, in minor units. It is listed only in markets that stand here.
    pub prices: Vec<(MarketCode, i64)>,
    /// The markets in which a variant of it is reduced.
    pub reduced_in: Vec<MarketCode>,
    /// The values it can be filtered by: attribute, and the value's code or plain form.
    pub attributes: Vec<(AttributeCode, String)>,
    /// What "newest" sorts by.
    pub published_at: Timestamp,
}

impl IndexEntry {
    /// What tells this entry from any other, the same in every process: what an index keeps to be compared with the
    /// store.
    pub fn fingerprint(&self) -> u64 {
        let mut digest = Digest(blake3::Hasher::new());
        self.hash(&mut digest);
        digest.finish()
    }
}

/// A digest as a hasher: unlike the standard library's it is promised to stay the same.
struct Digest(blake3::Hasher);

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        let mut first = [0; 8];
        self.0.finalize_xof().fill(&mut first);
        u64::from_le_bytes(first)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// What is searched in one language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexText {
    /// The name.
    pub name: String,
    /// The kind of thing.
    pub product_type: String,
    /// Summary and description, without mark-up.
    pub description: String,
    /// Names of categories, labels of choices, texts of attributes.
    pub words: String,
}

/// What names are sorted by, in every adapter alike: lower case, without accents and punctuation.
pub fn name_sort_key(name: &str) -> String {
    simple_code(name).map_or_else(|| name.to_lowercase(), |folded| folded.replace('_', " "))
}

/// What is asked of an index.
///
/// Only products with a price in the market are listed, whatever else is asked for: what cannot be bought is not shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ListQuery {
    /// The language of the texts that are searched and sorted by.
    pub language: Language,
    /// The market whose prices count.
    pub market: MarketCode,
    /// Only products below this category.
    pub category: Option<CategoryCode>,
    /// Only products picked for this collection.
    pub collection: Option<CollectionCode>,
    /// Only products that meet all of these. No facet looks past them, as it does past its own filter.
    pub conditions: Vec<Condition>,
    /// Only products that these words find: in their texts, or whole as one of their numbers. A product must have more
    /// than half of what the words tell together, a rare word telling more than a frequent one: so of two that are as
    /// rare both; where nothing has all of them, [`ListHits::partial`] says so. A word that no product has is taken for
    /// a typo of one that is like it; if there is none, it is passed over as long as others are found. What is written
    /// as one word or two, and numbers with units (`500 GB`, `0.5TB`), are found in their other spellings. White space
    /// alone counts as no words.
    pub text: Option<String>,
    /// Words that find others: a synonym counts nearly as much as the word that was typed.
    pub synonyms: Arc<Synonyms>,
    /// Products whose places are given, in a list of what words find that is sorted by relevance: as far as the other
    /// conditions let them pass, pinned ones come first and buried ones last.
    pub placement: Placement,
    /// Only products that pass each of these.
    pub filters: Vec<Filter>,
    /// In which order.
    pub sort: Sort,
    /// How many; at most [`LIST_LIMIT_MAX`] are told. None tells total and facets alone.
    pub limit: usize,
    /// Only what comes after this hit, in the same order of the same query.
    pub after: Option<SortKey>,
    /// Whether facets are counted.
    pub facets: bool,
    /// The categories that the facet of categories is about, such as those directly below another, in any order and each
    /// once; `None` for those of all levels. However frequent others are, they take no place from these.
    pub facet_categories: Option<Arc<[CategoryCode]>>,
}

impl ListQuery {
    /// Everything that is sold in a market, without facets.
    pub fn everything(language: Language, market: MarketCode) -> Self {
        Self {
            language,
            market,
            category: None,
            collection: None,
            conditions: Vec::new(),
            text: None,
            synonyms: Arc::default(),
            placement: Placement::default(),
            filters: Vec::new(),
            sort: Sort::Relevance,
            limit: LIST_LIMIT_MAX,
            after: None,
            facets: false,
            facet_categories: None,
        }
    }

    /// The same for what these words find, as the shop's merchants would have it.
    #[must_use]
    pub fn searching(mut self, text: String, tuning: &SearchTuning) -> Self {
        self.synonyms = Arc::clone(&tuning.synonyms);
        self.placement = tuning.placement(self.language, &text);
        self.text = Some(text);
        self
    }
}

/// A condition on a list. The values of one filter are alternatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Below one of these categories.
    Category(Vec<CategoryCode>),
    /// Of one of these brands.
    Brand(Vec<String>),
    /// So available.
    Availability(Vec<Availability>),
    /// The lowest price in minor units lies in this range, ends included.
    Price {
        /// From here.
        minimum: Option<i64>,
        /// To here.
        maximum: Option<i64>,
    },
    /// Reduced in the market.
    Reduced,
    /// With one of these values.
    Attribute(AttributeCode, Vec<String>),
}

impl Filter {
    /// What the filter is about; a list has at most one filter for each.
    pub fn key(&self) -> FacetKey {
        match self {
            Self::Category(_) => FacetKey::Category,
            Self::Brand(_) => FacetKey::Brand,
            Self::Availability(_) => FacetKey::Availability,
            Self::Price { .. } => FacetKey::Price,
            Self::Reduced => FacetKey::Reduced,
            Self::Attribute(code, _) => FacetKey::Attribute(code.clone()),
        }
    }
}

/// What a facet or a filter is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FacetKey {
    /// The category.
    Category,
    /// The brand.
    Brand,
    /// The price.
    Price,
    /// The availability.
    Availability,
    /// Whether it is reduced.
    Reduced,
    /// An attribute.
    Attribute(AttributeCode),
}

/// An order of hits. Equal hits stand in the order of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Best match first, and before all others what has the words for one of its numbers; without words: a collection
    /// in the order it was picked, everything else newest first.
    Relevance,
    /// Newest first.
    Newest,
    /// Cheapest first.
    Price,
    /// Dearest first.
    PriceDescending,
    /// By [`name_sort_key`].
    Name,
}

/// Where a hit stands in its order: what a cursor holds.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// What it is sorted by.
    pub value: SortValue,
    /// What decides between equals.
    pub code: ProductCode,
}

/// What a hit is sorted by.
#[derive(Clone, Debug, PartialEq)]
pub enum SortValue {
    /// A score.
    Score(f32),
    /// A price in minor units, a time in microseconds, or a place.
    Number(i64),
    /// A [`name_sort_key`].
    Name(String),
}

/// The answer of an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListHits {
    /// The hits of this page, in order.
    pub hits: Vec<Hit>,
    /// All hits; exact up to [`TOTAL_EXACT_MAX`], at least that beyond.
    pub total: u64,
    /// Counts per facet, each as if its own filter were not set: category (of [`ListQuery::facet_categories`]), brand,
    /// price, availability and reduction where any hit has them, then the attributes that say most about these hits (those that many have, with values that
    /// several share), up to [`ATTRIBUTE_FACETS_MAX`], and always those filtered by.
    pub facets: Vec<FacetCounts>,
    /// Where the next page begins; `None` if this is the last.
    pub next: Option<SortKey>,
    /// What was searched, where words that no product has were taken for typos of others.
    pub corrected: Option<String>,
    /// Whether nothing has all of the words, so that these are products that have most of them.
    pub partial: bool,
    /// Whether the index did not answer, so that this comes from the store, which counts no facets.
    pub facets_missing: bool,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The product.
    pub code: ProductCode,
    /// Which bytes of its name in the language the words matched, in ascending order without overlap.
    pub name_matches: Vec<std::ops::Range<usize>>,
}

/// What the facet of reduced products calls its one value.
pub const REDUCED_VALUE: &str = "true";

/// How many hits have which value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// What the facet is about.
    pub key: FacetKey,
    /// Values by falling count, then in their own order; at most [`FACET_VALUES_MAX`], and always those filtered by. The
    /// one value of [`FacetKey::Reduced`] is [`REDUCED_VALUE`]; a price has none.
    pub values: Vec<(String, u64)>,
    /// The lowest and highest value, for the price.
    pub range: Option<(i64, i64)>,
}

/// The most completed queries and hits that are suggested at once.
pub const SUGGESTIONS_MAX: usize = 10;

/// What is asked while somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestQuery {
    /// The language of the words.
    pub language: Language,
    /// The market whose prices count.
    pub market: MarketCode,
    /// What was typed so far. Its last word may be a part of one.
    pub text: String,
    /// Words that find others.
    pub synonyms: Arc<Synonyms>,
    /// How many products; at most [`SUGGESTIONS_MAX`] are told.
    pub hits: usize,
    /// How many queries; at most [`SUGGESTIONS_MAX`] are told.
    pub queries: usize,
}

/// What may be meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suggestions {
    /// Queries that what was typed may become, each of which finds something; the one that finds most first.
    pub queries: Vec<String>,
    /// The products that are found so far, best first.
    pub hits: Vec<Hit>,
}

/// Why a product stands where it does among the results for some words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// Its place among the results, from 1; `None` where it is not among the first [`EXPLAINED_MAX`].
    pub place: Option<usize>,
    /// How many results there are.
    pub total: u64,
    /// What was searched instead of what was typed.
    pub corrected: Option<String>,
    /// The words, with what each adds.
    pub words: Vec<WordExplanation>,
    /// Whether its place is given.
    pub placed: Option<Placed>,
    /// What having one of its numbers typed adds.
    pub number_bonus: f32,
    /// What being like the best results adds, less what repeating the name of earlier results takes; `None` where it is
    /// not among those that are looked at for it.
    pub likeness: Option<f32>,
}

/// How a product's place is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It comes first.
    Pinned,
    /// It comes last.
    Buried,
}

/// What a word adds to the score of a product.
#[derive(Clone, Debug, PartialEq)]
pub struct WordExplanation {
    /// What it may be found as, with what each counts, as the engine writes words.
    pub alternatives: Vec<(String, f32)>,
    /// How much of what all words tell it tells: they add up to 1.
    pub share: f32,
    /// What it adds by name, description and brand.
    pub by_main: f32,
    /// What it adds by all texts.
    pub by_all: f32,
}

/// So many results are looked at for the place of a product.
pub const EXPLAINED_MAX: usize = 1_000;

/// Lists products and is fed from the change log. What it answers lags behind the store; it can be rebuilt from the
/// store at any time.
#[async_trait]
pub trait ProductIndex: Send + Sync {
    /// The products that the query asks for.
    async fn list(&self, query: ListQuery) -> Result<ListHits, StoreError>;

    /// What somebody may mean who has typed so far.
    async fn suggest(&self, query: SuggestQuery) -> Result<Suggestions, StoreError>;

    /// Why `product` stands where it does among the results of `query`, which has words and is sorted by relevance;
    /// `None` where the index does not have it.
    async fn explain(&self, query: ListQuery, product: &ProductCode) -> Result<Option<Explanation>, StoreError>;

    /// Puts entries in (over older ones of the same products) and removes others; visible and durable together with
    /// `position` when this returns.
    ///
    /// Returns the products whose entries the engine refuses for what they are: they are listed as they were, and all
    /// else is done. Then a `position` is *not* taken, so that whoever has to remember them can do so first, and then
    /// apply no changes with it. An engine that cannot do what it should answers with an error instead, and never
    /// refuses.
    async fn apply(&self, changes: Vec<IndexChange>, position: Option<Position>) -> Result<Vec<Refused>, StoreError>;

    /// The position that came with the last changes applied; `None` for an index that is to be built.
    async fn position(&self) -> Result<Option<Position>, StoreError>;

    /// For each of `products` the [fingerprint](IndexEntry::fingerprint) of its entry; `None` for one that the index does
    /// not have.
    async fn fingerprints(&self, products: &[ProductCode]) -> Result<Vec<Option<u64>>, StoreError>;

    /// Up to `limit` products that the index has, whose codes follow `after`, in ascending order of codes. None are left
    /// where there are none.
    async fn products(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<ProductCode>, StoreError>;

    /// Begins to build the index anew beside what is listed, which stays as it is until [`IndexBuild::finish`]. One is
    /// built at a time, and nothing is applied meanwhile: both answer [`StoreError::Busy`].
    async fn rebuild(&self) -> Result<Box<dyn IndexBuild>, StoreError>;

    /// Counts up whenever what is visible may have changed: what was made from one generation is good while it lasts.
    fn generation(&self) -> u64;

    /// Whether there is anything to list from: not before the first build of an index that is new, was damaged or of
    /// another format. From then on always; one that is built anew lists what it had.
    fn is_built(&self) -> bool;
}

/// An index being built anew. Dropped unfinished, it leaves no trace.
#[async_trait]
pub trait IndexBuild: Send {
    /// Puts entries in, each product once. Memory stays bounded however many there are. Returns the products, of these
    /// or earlier entries, that the engine refuses for what they are: they are left out.
    async fn put(&mut self, entries: Vec<IndexEntry>) -> Result<Vec<Refused>, StoreError>;

    /// Waits until all that was put has been taken or refused, and returns what was refused and not told yet. Whoever
    /// wants to hear of every refusal calls this before [`Self::finish`].
    async fn flush(&mut self) -> Result<Vec<Refused>, StoreError> {
        Ok(Vec::new())
    }

    /// Puts what was built in the place of what is listed, visible and durable together with `position` when this
    /// returns.
    async fn finish(self: Box<Self>, position: Position) -> Result<(), StoreError>;
}

/// A change of an index.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexChange {
    /// The product is as the entry says.
    Put(Box<IndexEntry>),
    /// The product is not listed.
    Remove(ProductCode),
}

impl IndexChange {
    /// The product that changes.
    pub const fn product(&self) -> &ProductCode {
        match self {
            Self::Put(entry) => &entry.code,
            Self::Remove(code) => code,
        }
    }
}
