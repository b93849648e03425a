//! Products that the index cannot have, while all others go on.
//!
//! Tantivy takes whatever it is given, so what stands before it here refuses every product with a certain name, as
//! `OpenSearch` refuses one with a value that is too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use ecom67_app::indexing::{IndexFeed, Indexer, RetriedDeadLetters};
use ecom67_app::port::{ChangeLog, DeadLetter, DeadLetters, Position, Refused, StoreError};
use ecom67_app::search::{
    Explanation, IndexBuild, IndexChange, IndexEntry, ListHits, ListQuery, ProductIndex, SuggestQuery, Suggestions,
};
use ecom67_domain::ProductCode;
use ecom67_domain::product::ProductStatus;
use ecom67_embedded::index::TantivyIndex;
use ecom67_testkit::a_product;
use ecom67_testkit::product_index::a_list;
use jiff::SignedDuration;

use super::feed::{FedShop, feed_of};

const POISON: &str = "Poison";

/// What the engine does at present.
#[derive(Default)]
struct Mood {
    takes_everything: AtomicBool,
    is_down: AtomicBool,
}

impl Mood {
    fn refuses(&self, entry: &IndexEntry) -> Option<Refused> {
        let is_refused = entry.texts.iter().any(|(_, text)| text.name == POISON);
        let is_refused = is_refused && !self.takes_everything.load(Ordering::Relaxed);
        is_refused.then(|| Refused::new(entry.code.clone(), "it is poison"))
    }

    fn look(&self) -> Result<(), StoreError> {
        if self.is_down.load(Ordering::Relaxed) { Err(StoreError::failed("the engine is down")) } else { Ok(()) }
    }
}

struct PickyIndex {
    index: TantivyIndex,
    mood: Arc<Mood>,
}

struct PickyBuild {
    build: Box<dyn IndexBuild>,
    mood: Arc<Mood>,
    /// Told when everything is flushed.
    refused: Vec<Refused>,
}

#[async_trait]
impl ProductIndex for PickyIndex {
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
        self.mood.look()?;
        let mut refused = Vec::new();
        let mut taken = Vec::new();
        for change in changes {
            match &change {
                IndexChange::Put(entry) if self.mood.refuses(entry).is_some() => {
                    refused.extend(self.mood.refuses(entry));
                }
                _ => taken.push(change),
            }
        }
        let position = if refused.is_empty() { position } else { self.index.position().await? };
        self.index.apply(taken, position).await?;
        Ok(refused)
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
        self.mood.look()?;
        let build = self.index.rebuild().await?;
        Ok(Box::new(PickyBuild { build, mood: Arc::clone(&self.mood), refused: Vec::new() }))
    }

    fn generation(&self) -> u64 {
        self.index.generation()
    }

    fn is_built(&self) -> bool {
        self.index.is_built()
    }
}

#[async_trait]
impl IndexBuild for PickyBuild {
    async fn put(&mut self, entries: Vec<IndexEntry>) -> Result<Vec<Refused>, StoreError> {
        let (mut taken, refused) = (Vec::new(), &mut self.refused);
        for entry in entries {
            match self.mood.refuses(&entry) {
                Some(refusal) => refused.push(refusal),
                None => taken.push(entry),
            }
        }
        self.build.put(taken).await
    }

    async fn flush(&mut self) -> Result<Vec<Refused>, StoreError> {
        self.build.flush().await?;
        Ok(std::mem::take(&mut self.refused))
    }

    async fn finish(self: Box<Self>, position: Position) -> Result<(), StoreError> {
        self.build.finish(position).await
    }
}

/// A shop whose index is picky.
struct PickyShop {
    fed: FedShop,
    mood: Arc<Mood>,
}

impl PickyShop {
    async fn open() -> Self {
        let mut fed = FedShop::open().await;
        let mood = Arc::new(Mood::default());
        fed.indexer = indexer_of(&fed, &mood);
        Self { fed, mood }
    }

    async fn save(&self, product: &str, name: &str) {
        self.fed.save(a_product(product).named(name)).await;
    }

    async fn letters(&self) -> Vec<DeadLetter> {
        self.fed.shop.database.list(None, 100).await.unwrap()
    }

    /// The products that are dead letters, which the indexer must know the number of.
    async fn dead(&self) -> Vec<String> {
        let letters = self.letters().await;
        assert_eq!(self.fed.indexer.dead_letters(), Some(letters.len()));
        letters.into_iter().map(|letter| letter.product.to_string()).collect()
    }

    async fn is_up_to_date(&self) -> bool {
        let head = self.fed.shop.database.head().await.unwrap();
        self.fed.index.position().await.unwrap() == Some(head)
    }
}

fn indexer_of(fed: &FedShop, mood: &Arc<Mood>) -> Arc<Indexer> {
    let index = Arc::new(PickyIndex { index: fed.index.clone(), mood: Arc::clone(mood) });
    Arc::new(Indexer::new(IndexFeed { index, ..feed_of(&fed.shop, &fed.index, &fed.cache, &fed.clock) }))
}

const NOBODY: [&str; 0] = [];

#[tokio::test]
async fn a_product_that_the_index_refuses_becomes_a_dead_letter_and_all_others_go_on() {
    let shop = PickyShop::open().await;
    for (product, name) in [("a", "Mug"), ("b", POISON), ("c", "Pot")] {
        shop.save(product, name).await;
    }

    shop.fed.catch_up().await;
    shop.save("d", "Jug").await;
    shop.fed.catch_up().await;

    assert_eq!(shop.fed.all().await, ["a", "c", "d"]);
    assert!(shop.is_up_to_date().await);
    let letters = shop.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].product.as_str(), letters[0].reason.as_str()), ("b", "it is poison"));
    assert_eq!(letters[0].failures, 1, "it is not tried again while nothing changes");
}

#[tokio::test]
async fn a_listed_product_that_is_refused_stays_as_it_was_until_a_save_heals_it() {
    let shop = PickyShop::open().await;
    shop.save("a", "Mug").await;
    shop.fed.catch_up().await;

    for hours in [1, 2] {
        shop.fed.clock.forward(SignedDuration::from_hours(hours));
        shop.save("a", POISON).await;
        shop.fed.catch_up().await;
    }
    assert_eq!(shop.fed.all().await, ["a"]);
    let letter = shop.letters().await.remove(0);
    let between = letter.last_at.duration_since(letter.first_at);
    assert_eq!((letter.failures, between), (2, SignedDuration::from_hours(2)));

    shop.save("a", "Cup").await;
    shop.fed.catch_up().await;
    assert_eq!(shop.dead().await, NOBODY);
    assert_eq!(shop.fed.all().await, ["a"]);
}

#[tokio::test]
async fn a_build_leaves_a_poisoned_product_out_and_the_next_one_takes_it_if_it_can() {
    let shop = PickyShop::open().await;
    for (product, name) in [("a", "Mug"), ("b", POISON), ("c", "Pot")] {
        shop.save(product, name).await;
    }
    shop.fed.catch_up().await;

    assert_eq!(shop.fed.indexer.rebuild().await.unwrap(), 2);
    assert_eq!(shop.fed.all().await, ["a", "c"]);
    assert_eq!(shop.dead().await, ["b"]);
    assert_eq!(shop.letters().await[0].failures, 2);

    shop.mood.takes_everything.store(true, Ordering::Relaxed);
    assert_eq!(shop.fed.indexer.rebuild().await.unwrap(), 3);
    assert_eq!(shop.fed.all().await, ["a", "b", "c"]);
    assert_eq!(shop.dead().await, NOBODY);
}

#[tokio::test]
async fn a_build_that_most_products_would_be_missing_from_is_given_up() {
    let shop = PickyShop::open().await;
    shop.mood.takes_everything.store(true, Ordering::Relaxed);
    for number in 0..120 {
        shop.save(&format!("mug-{number:03}"), POISON).await;
    }
    shop.fed.catch_up().await;
    shop.mood.takes_everything.store(false, Ordering::Relaxed);

    let given_up = shop.fed.indexer.rebuild().await;

    assert!(matches!(given_up, Err(StoreError::Failed(_))), "got {given_up:?}");
    assert_eq!(shop.dead().await, NOBODY, "it is no fault of theirs");
    assert_eq!(shop.fed.list(a_list()).await.total, 120, "what is listed stays");
}

#[tokio::test]
async fn an_outage_makes_no_dead_letters() {
    let shop = PickyShop::open().await;
    shop.save("a", "Mug").await;
    shop.save("b", POISON).await;
    shop.mood.is_down.store(true, Ordering::Relaxed);

    for _ in 0..3 {
        assert!(shop.fed.indexer.step().await.is_err());
    }
    assert!(shop.fed.indexer.rebuild().await.is_err());
    assert_eq!(shop.letters().await, []);
    assert!(!shop.is_up_to_date().await, "what is to be done is still to be done");

    shop.mood.is_down.store(false, Ordering::Relaxed);
    shop.fed.catch_up().await;
    assert_eq!((shop.fed.all().await, shop.dead().await), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[tokio::test]
async fn what_is_refused_is_not_passed_over_before_its_letter_is_kept() {
    let shop = PickyShop::open().await;
    shop.save("a", "Mug").await;
    shop.save("b", POISON).await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON dead_letters BEGIN SELECT RAISE(ABORT, 'no room'); END";
    shop.fed.shop.beside().execute(full, ()).unwrap();

    let mut failures = 0;
    while failures < 2 {
        failures += usize::from(shop.fed.indexer.step().await.is_err());
    }
    assert!(!shop.is_up_to_date().await);

    shop.fed.shop.beside().execute("DROP TRIGGER full", ()).unwrap();
    // A process that knows nothing of what the one before went through.
    let mut shop = shop;
    shop.fed.indexer = indexer_of(&shop.fed, &shop.mood);
    shop.fed.catch_up().await;
    assert_eq!(shop.dead().await, ["b"]);
    assert!(shop.is_up_to_date().await);
}

#[tokio::test]
async fn a_dead_letter_goes_with_its_product() {
    let shop = PickyShop::open().await;
    for product in ["gone", "hidden"] {
        shop.save(product, POISON).await;
    }
    shop.fed.catch_up().await;
    assert_eq!(shop.dead().await, ["gone", "hidden"]);

    shop.fed.save(a_product("hidden").named(POISON).status(ProductStatus::Draft)).await;
    let beside = shop.fed.shop.beside();
    beside.pragma_update(None, "foreign_keys", false).unwrap();
    beside.execute("DELETE FROM products WHERE code = 'gone'", ()).unwrap();
    shop.fed.tell("gone");
    shop.fed.catch_up().await;

    assert_eq!(shop.dead().await, NOBODY);
}

#[tokio::test]
async fn a_dead_letter_whose_product_went_unseen_goes_with_the_next_build() {
    let shop = PickyShop::open().await;
    shop.save("gone", POISON).await;
    shop.fed.catch_up().await;
    let beside = shop.fed.shop.beside();
    beside.pragma_update(None, "foreign_keys", false).unwrap();
    beside.execute("DELETE FROM products WHERE code = 'gone'", ()).unwrap();

    shop.fed.indexer.rebuild().await.unwrap();

    assert_eq!(shop.dead().await, NOBODY);
}

#[tokio::test]
async fn dead_letters_are_tried_again_when_somebody_asks() {
    let shop = PickyShop::open().await;
    for product in ["a", "b"] {
        shop.save(product, POISON).await;
    }
    shop.fed.catch_up().await;

    let retried = shop.fed.indexer.retry_dead_letters().await.unwrap();
    assert_eq!(retried, RetriedDeadLetters { tried: 2, refused: 2 });
    assert_eq!(shop.dead().await, ["a", "b"]);

    shop.mood.takes_everything.store(true, Ordering::Relaxed);
    let retried = shop.fed.indexer.retry_dead_letters().await.unwrap();
    assert_eq!(retried, RetriedDeadLetters { tried: 2, refused: 0 });
    assert_eq!((shop.dead().await, shop.fed.all().await.len()), (vec![], 2));
    assert!(shop.is_up_to_date().await);
}

#[tokio::test]
async fn a_repair_does_not_claim_to_have_put_right_what_is_refused() {
    let shop = PickyShop::open().await;
    shop.save("a", "Mug").await;
    shop.save("b", POISON).await;
    shop.fed.catch_up().await;
    let lost = IndexChange::Remove("a".parse().unwrap());
    let position = shop.fed.index.position().await.unwrap();
    shop.fed.index.apply(vec![lost], position).await.unwrap();

    let comparison = shop.fed.indexer.compare(true).await.unwrap();

    assert_eq!((comparison.missing.count, comparison.repaired), (2, 1));
    assert_eq!(shop.fed.all().await, ["a"]);
    assert_eq!(shop.dead().await, ["b"]);
}

#[tokio::test]
async fn a_product_that_cannot_be_read_is_a_dead_letter_until_it_can_be() {
    let shop = PickyShop::open().await;
    for product in ["a", "b", "c"] {
        shop.save(product, "Mug").await;
    }
    shop.fed.catch_up().await;
    let beside = shop.fed.shop.beside();
    beside.execute("CREATE TABLE kept AS SELECT code, record FROM products", ()).unwrap();

    shop.fed.damage("b");
    shop.save("d", "Mug").await;
    shop.fed.catch_up().await;
    assert_eq!(shop.dead().await, ["b"]);
    assert!(shop.letters().await[0].reason.starts_with("its record cannot be read"));
    assert_eq!(shop.fed.all().await, ["a", "b", "c", "d"], "it is listed as it was");
    assert!(shop.is_up_to_date().await);

    assert_eq!(shop.fed.indexer.rebuild().await.unwrap(), 3);
    assert_eq!(shop.dead().await, ["b"]);

    let restore = "UPDATE products SET record = (SELECT record FROM kept WHERE kept.code = products.code) \
                   WHERE code = 'b'";
    beside.execute(restore, ()).unwrap();
    shop.fed.indexer.retry_dead_letters().await.unwrap();
    assert_eq!((shop.dead().await, shop.fed.all().await.len()), (vec![], 4));
}
