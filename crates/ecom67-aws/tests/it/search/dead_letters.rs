//! Products that `OpenSearch` refuses, through the whole indexer: all others go on.
//!
//! What the shop takes today is within the engine's bounds. So what stands before it here gives every product with a
//! certain name a brand that is too long for it, and the engine itself refuses that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use ecom67_app::document::ShopDocument;
use ecom67_app::indexing::{IndexFeed, Indexer, RetriedDeadLetters};
use ecom67_app::port::{
    ChangeLog, DeadLetter, DeadLetters, DocumentSave, DocumentStore, OldSlugs, Position, ProductSave, ProductStore,
    Refused, StoreError,
};
use ecom67_app::search::{
    Explanation, IndexBuild, IndexChange, IndexEntry, ListHits, ListQuery, ProductIndex, SuggestQuery, Suggestions,
};
use ecom67_app::shop::ShopCache;
use ecom67_aws::opensearch::OpenSearchIndex;
use ecom67_domain::ProductCode;
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_testkit::product_index::{a_list, codes};
use ecom67_testkit::{MovableClock, a_market, a_product};
use reqwest::Method;

use crate::search_engine::{TestIndex, empty_index};

const POISON: &str = "Poison";
/// The engine takes no exact value of more than 32,766 bytes.
const BRAND_BYTES: usize = 40_000;
const REASON: &str = "the search engine refuses it: illegal_argument_exception in brand";

/// Makes what is called poison poisonous.
#[derive(Clone)]
struct PoisonedIndex {
    index: OpenSearchIndex,
    is_harmless: Arc<AtomicBool>,
}

impl PoisonedIndex {
    fn poisoned(&self, mut entry: IndexEntry) -> IndexEntry {
        let is_poison = entry.texts.iter().any(|(_, text)| text.name == POISON);
        if is_poison && !self.is_harmless.load(Ordering::Relaxed) {
            entry.brand = Some("x".repeat(BRAND_BYTES));
        }
        entry
    }
}

struct PoisonedBuild {
    build: Box<dyn IndexBuild>,
    index: PoisonedIndex,
}

#[async_trait]
impl ProductIndex for PoisonedIndex {
    async fn list(&self, query: ListQuery) -> Result<ListHits, StoreError> {
        self.index.list(query).await
    }

    async fn suggest(&self, query: SuggestQuery) -> Result<Suggestions, StoreError> {
        self.index.suggest(query).await
    }

    async fn explain(&self, query: ListQuery, product: &ProductCode) -> Result<Option<Explanation>, StoreError> {
        self.index.explain(query, product).await
    }

    async fn apply(&self, changes: Vec<IndexChange>, position: Option<Position>) -> Result<Vec<Refused>, StoreError> {
        let changes = changes.into_iter().map(|change| match change {
            IndexChange::Put(entry) => IndexChange::Put(Box::new(self.poisoned(*entry))),
            IndexChange::Remove(code) => IndexChange::Remove(code),
        });
        self.index.apply(changes.collect(), position).await
    }

    async fn position(&self) -> Result<Option<Position>, StoreError> {
        self.index.position().await
    }

    async fn fingerprints(&self, products: &[ProductCode]) -> Result<Vec<Option<u64>>, StoreError> {
        self.index.fingerprints(products).await
    }

    async fn products(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<ProductCode>, StoreError> {
        self.index.products(after, limit).await
    }

    async fn rebuild(&self) -> Result<Box<dyn IndexBuild>, StoreError> {
        Ok(Box::new(PoisonedBuild { build: self.index.rebuild().await?, index: self.clone() }))
    }

    fn generation(&self) -> u64 {
        self.index.generation()
    }

    fn is_built(&self) -> bool {
        self.index.is_built()
    }
}

#[async_trait]
impl IndexBuild for PoisonedBuild {
    async fn put(&mut self, entries: Vec<IndexEntry>) -> Result<Vec<Refused>, StoreError> {
        let entries = entries.into_iter().map(|entry| self.index.poisoned(entry)).collect();
        self.build.put(entries).await
    }

    async fn flush(&mut self) -> Result<Vec<Refused>, StoreError> {
        self.build.flush().await
    }

    async fn finish(self: Box<Self>, position: Position) -> Result<(), StoreError> {
        self.build.finish(position).await
    }
}

/// A shop that is indexed by `OpenSearch`.
struct PoisonedShop {
    database: Database,
    indexer: Indexer,
    index: PoisonedIndex,
    engine: TestIndex,
    _folder: tempfile::TempDir,
}

impl PoisonedShop {
    /// `None` where there is no engine.
    async fn open() -> Option<Self> {
        let engine = empty_index().await?;
        let index = PoisonedIndex { index: engine.index.clone(), is_harmless: Arc::default() };
        let folder = tempfile::tempdir().expect("the machine has room for a test");
        let clock = Arc::new(MovableClock::default());
        let options = DatabaseOptions::new(&folder.path().join("shop.sqlite"), Arc::clone(&clock) as _);
        let database = Database::open(options).expect("an empty folder becomes a shop");
        let market = DocumentSave { document: ShopDocument::Market(a_market("de")), read_at: None };
        DocumentStore::save(&database, market).await.expect("the market is saved");
        let store = Arc::new(database.clone());
        let shop = ShopCache::load(&database).await.expect("the store answers");
        let indexer = Indexer::new(IndexFeed {
            products: Arc::clone(&store) as _,
            stock: Arc::clone(&store) as _,
            documents: Arc::clone(&store) as _,
            log: Arc::clone(&store) as _,
            dead_letters: store,
            shop: Arc::new(shop),
            index: Arc::new(index.clone()),
            clock,
        });
        let shop = Self { database, indexer, index, engine, _folder: folder };
        shop.catch_up().await;
        Some(shop)
    }

    async fn save(&self, code: &str, name: &str) {
        let product = a_product(code).named(name).build();
        let before = ProductStore::find(&self.database, &product.code).await.expect("the store answers");
        let read_at = before.map(|stored| stored.version);
        let save = ProductSave { product, read_at, price_changes: vec![], old_slugs: OldSlugs::Respect };
        ProductStore::save(&self.database, save).await.expect("the product is saved");
    }

    async fn catch_up(&self) {
        while self.indexer.step().await.expect("the index is fed") > 0 {}
    }

    async fn listed(&self) -> Vec<String> {
        let hits = self.index.list(a_list()).await.expect("the list is answered");
        codes(&hits).into_iter().map(str::to_owned).collect()
    }

    async fn letters(&self) -> Vec<DeadLetter> {
        let letters = DeadLetters::list(&self.database, None, 100).await.expect("the store answers");
        assert_eq!(self.indexer.dead_letters(), Some(letters.len()));
        letters
    }

    async fn dead(&self) -> Vec<String> {
        self.letters().await.into_iter().map(|letter| letter.product.to_string()).collect()
    }

    async fn is_up_to_date(&self) -> bool {
        let head = self.database.head().await.expect("the store answers");
        self.index.position().await.expect("the engine answers") == Some(head)
    }
}

const NOBODY: [&str; 0] = [];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_engine_refuses_becomes_a_dead_letter_and_a_save_heals_it() {
    let Some(shop) = PoisonedShop::open().await else { return };
    for (product, name) in [("a", "Mug"), ("b", POISON), ("c", "Pot")] {
        shop.save(product, name).await;
    }

    shop.catch_up().await;
    shop.save("d", "Jug").await;
    shop.save("a", POISON).await;
    shop.catch_up().await;

    assert_eq!(shop.listed().await, ["a", "c", "d"], "what was listed stays as it was");
    assert!(shop.is_up_to_date().await, "nobody is held up");
    let letters = shop.letters().await;
    let told: Vec<_> = letters.iter().map(|letter| (letter.product.as_str(), letter.reason.as_str())).collect();
    assert_eq!(told, [("a", REASON), ("b", REASON)]);
    assert_eq!(letters[1].failures, 1, "it is not tried again while nothing changes");
    shop.save("b", "Cup").await;
    shop.catch_up().await;
    assert_eq!((shop.dead().await, shop.listed().await.len()), (vec!["a".to_owned()], 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_leaves_out_what_the_engine_refuses_and_the_next_one_takes_it_if_it_can() {
    let Some(shop) = PoisonedShop::open().await else { return };
    for (product, name) in [("a", "Mug"), ("b", POISON), ("c", "Pot")] {
        shop.save(product, name).await;
    }
    shop.catch_up().await;

    assert_eq!(shop.indexer.rebuild().await.unwrap(), 2);
    assert_eq!((shop.listed().await, shop.dead().await), (vec!["a".to_owned(), "c".to_owned()], vec!["b".to_owned()]));
    assert_eq!(shop.letters().await[0].failures, 2);

    shop.index.is_harmless.store(true, Ordering::Relaxed);
    assert_eq!(shop.indexer.rebuild().await.unwrap(), 3);
    assert_eq!((shop.listed().await.len(), shop.dead().await.len()), (3, 0));
    assert!(shop.is_up_to_date().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_of_which_the_engine_refuses_most_is_given_up_and_removed() {
    let Some(shop) = PoisonedShop::open().await else { return };
    shop.index.is_harmless.store(true, Ordering::Relaxed);
    for number in 0..120 {
        shop.save(&format!("mug-{number:03}"), POISON).await;
    }
    shop.catch_up().await;
    shop.index.is_harmless.store(false, Ordering::Relaxed);

    let given_up = shop.indexer.rebuild().await;

    assert!(matches!(given_up, Err(StoreError::Failed(_))), "got {given_up:?}");
    assert_eq!(shop.dead().await, NOBODY, "it is no fault of theirs");
    assert_eq!(shop.index.list(a_list()).await.unwrap().total, 120, "what is listed stays");
    shop.index.is_harmless.store(true, Ordering::Relaxed);
    assert_eq!(shop.indexer.rebuild().await.unwrap(), 120);
    assert_eq!(shop.engine.engine_indexes().await.len(), 1, "half an index was left behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_takes_nothing_makes_no_dead_letters() {
    let Some(shop) = PoisonedShop::open().await else { return };
    shop.save("a", "Mug").await;
    shop.save("b", POISON).await;
    shop.engine.meddle(Method::PUT, "_block/write").await;

    for _ in 0..3 {
        assert!(shop.indexer.step().await.is_err());
    }
    let letters = DeadLetters::list(&shop.database, None, 100).await.unwrap();
    assert_eq!(letters, []);
    assert!(!shop.is_up_to_date().await, "what is to be done is still to be done");

    shop.engine.meddle(Method::PUT, "_settings").await;
    shop.catch_up().await;
    assert_eq!((shop.listed().await, shop.dead().await), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_letters_are_tried_again_when_somebody_asks_and_repairs_do_not_claim_them() {
    let Some(shop) = PoisonedShop::open().await else { return };
    for (product, name) in [("a", "Mug"), ("b", POISON), ("c", POISON)] {
        shop.save(product, name).await;
    }
    shop.catch_up().await;

    let comparison = shop.indexer.compare(true).await.unwrap();
    assert_eq!((comparison.missing.count, comparison.repaired), (2, 0));
    let retried = shop.indexer.retry_dead_letters().await.unwrap();
    assert_eq!(retried, RetriedDeadLetters { tried: 2, refused: 2 });
    assert_eq!(shop.dead().await, ["b", "c"]);

    shop.index.is_harmless.store(true, Ordering::Relaxed);
    let retried = shop.indexer.retry_dead_letters().await.unwrap();
    assert_eq!(retried, RetriedDeadLetters { tried: 2, refused: 0 });
    assert_eq!((shop.dead().await.len(), shop.listed().await.len()), (0, 3));
    assert!(shop.indexer.compare(false).await.unwrap().is_equal());
}
