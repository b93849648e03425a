//! The index fed from the change log of a real store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::Clock;
use ecom67_app::document::{CategoryDocument, CollectionDocument, CollectionRuleDocument, ShopDocument};
use ecom67_app::indexing::{IndexFeed, Indexer};
use ecom67_app::port::{Change, ChangeLog, DocumentSave, DocumentStore, Position, ProductStore, StoreError};
use ecom67_app::search::{FacetKey, Filter, ListHits, ListQuery, ProductIndex};
use ecom67_app::shop::ShopCache;
use ecom67_domain::product::ProductStatus;
use ecom67_domain::stock::Availability;
use ecom67_embedded::index::TantivyIndex;
use ecom67_testkit::builders::ProductBuilder;
use ecom67_testkit::product_index::{a_list, codes};
use ecom67_testkit::{MovableClock, a_category, a_collection, a_market, a_product};
use jiff::SignedDuration;
use tokio::sync::{Notify, watch};

use crate::shop::{TempShop, code, receive, saving};

/// A shop with its index.
pub(super) struct FedShop {
    pub(super) shop: TempShop,
    pub(super) index: TantivyIndex,
    folder: tempfile::TempDir,
    pub(super) indexer: Arc<Indexer>,
    pub(super) cache: Arc<ShopCache>,
    pub(super) clock: MovableClock,
}

impl FedShop {
    pub(super) async fn open() -> Self {
        let shop = TempShop::open();
        let folder = tempfile::tempdir().unwrap();
        let index = super::open(folder.path());
        let clock = MovableClock::default();
        let cache = Arc::new(ShopCache::load(&shop.database).await.unwrap());
        let indexer = indexer_of(&shop, &index, &cache, &clock);
        let fed = Self { shop, index, folder, indexer, cache, clock };
        fed.save_document(ShopDocument::Market(a_market("de"))).await;
        fed.catch_up().await;
        fed
    }

    /// Stops and starts again, with the index in the same folder.
    async fn restart(self) -> Self {
        let Self { shop, index, folder, indexer, clock, .. } = self;
        drop((index, indexer));
        let index = super::open(folder.path());
        let cache = Arc::new(ShopCache::load(&shop.database).await.unwrap());
        let indexer = indexer_of(&shop, &index, &cache, &clock);
        Self { shop, index, folder, indexer, cache, clock }
    }

    pub(super) async fn save(&self, product: ProductBuilder) {
        let product = product.build();
        let before = ProductStore::find(&self.shop.database, &product.code).await.unwrap();
        let save = saving(product, before.map(|stored| stored.version));
        ProductStore::save(&self.shop.database, save).await.unwrap();
    }

    async fn save_document(&self, document: ShopDocument) {
        let before = DocumentStore::find(&self.shop.database, &document.key()).await.unwrap();
        let save = DocumentSave { document, read_at: before.map(|stored| stored.version) };
        DocumentStore::save(&self.shop.database, save).await.unwrap();
    }

    /// Steps until there is nothing left to do.
    pub(super) async fn catch_up(&self) {
        while self.indexer.step().await.unwrap() > 0 {}
    }

    pub(super) async fn list(&self, query: ListQuery) -> ListHits {
        self.index.list(query).await.unwrap()
    }

    pub(super) async fn all(&self) -> Vec<String> {
        codes(&self.list(a_list()).await).into_iter().map(str::to_owned).collect()
    }

    async fn found(&self, text: &str) -> Vec<String> {
        let hits = self.list(ListQuery { text: Some(text.to_owned()), ..a_list() }).await;
        codes(&hits).into_iter().map(str::to_owned).collect()
    }

    /// Damages a product's record behind the shop's back, and tells the log that it changed.
    pub(super) fn damage(&self, product: &str) {
        let connection = self.shop.beside();
        connection.execute("UPDATE products SET record = '{' WHERE code = ?1", [product]).unwrap();
        self.tell(product);
    }

    /// Tells the log that a product changed.
    pub(super) fn tell(&self, product: &str) {
        let connection = self.shop.beside();
        let told = "INSERT INTO changes (at, subject, code) SELECT at, subject, ?1 FROM changes LIMIT 1";
        connection.execute(told, [product]).unwrap();
        connection.execute("UPDATE changes SET subject = 'product' WHERE code = ?1", [product]).unwrap();
    }
}

fn indexer_of(shop: &TempShop, index: &TantivyIndex, cache: &Arc<ShopCache>, clock: &MovableClock) -> Arc<Indexer> {
    Arc::new(Indexer::new(feed_of(shop, index, cache, clock)))
}

pub(super) fn feed_of(
    shop: &TempShop,
    index: &TantivyIndex,
    cache: &Arc<ShopCache>,
    clock: &MovableClock,
) -> IndexFeed {
    let database = Arc::new(shop.database.clone());
    IndexFeed {
        products: Arc::clone(&database) as _,
        stock: Arc::clone(&database) as _,
        documents: Arc::clone(&database) as _,
        log: Arc::clone(&database) as _,
        dead_letters: database,
        shop: Arc::clone(cache),
        index: Arc::new(index.clone()),
        clock: Arc::new(clock.clone()),
    }
}

fn category(code: &str, name: &str) -> ShopDocument {
    let document = CategoryDocument { name: [("en".to_owned(), name.to_owned())].into(), ..a_category(code) };
    ShopDocument::Category(document)
}

fn collection(code: &str, products: &[&str]) -> ShopDocument {
    let products = products.iter().map(|product| (*product).to_owned()).collect();
    ShopDocument::Collection(CollectionDocument { products, ..a_collection(code) })
}

#[tokio::test]
async fn a_product_that_is_saved_is_found() {
    let shop = FedShop::open().await;

    shop.save(a_product("mug").named("Red mug")).await;
    shop.save(a_product("pot").named("Blue pot")).await;
    shop.catch_up().await;
    assert_eq!(shop.found("red").await, ["mug"]);

    shop.save(a_product("mug").named("Green mug")).await;
    shop.catch_up().await;
    assert_eq!(shop.found("red").await, [""; 0]);
    assert_eq!(shop.found("green").await, ["mug"]);
}

#[tokio::test]
async fn a_product_that_is_no_longer_shown_is_not_listed() {
    let shop = FedShop::open().await;
    for status in [ProductStatus::Draft, ProductStatus::Archived] {
        shop.save(a_product("mug")).await;
        shop.catch_up().await;
        assert_eq!(shop.all().await, ["mug"]);

        shop.save(a_product("mug").status(status)).await;
        shop.catch_up().await;

        assert_eq!(shop.all().await, [""; 0]);
    }
}

#[tokio::test]
async fn goods_that_come_in_make_a_product_available() {
    let shop = FedShop::open().await;
    shop.save(a_product("mug").skus(["MUG-R", "MUG-B"])).await;
    shop.catch_up().await;
    let in_stock = || ListQuery { filters: vec![Filter::Availability(vec![Availability::InStock])], ..a_list() };
    assert_eq!(shop.list(in_stock()).await.total, 0);

    receive(&shop.shop.database, "MUG-B", 10, "delivery").await;
    receive(&shop.shop.database, "SOLD-BY-NOBODY", 10, "delivery").await;
    shop.catch_up().await;

    assert_eq!(codes(&shop.list(in_stock()).await), ["mug"]);
}

#[tokio::test]
async fn a_changed_collection_changes_the_products_it_had_and_has() {
    let shop = FedShop::open().await;
    for product in ["a", "b", "c"] {
        shop.save(a_product(product)).await;
    }
    shop.save_document(collection("gifts", &["a", "b"])).await;
    shop.catch_up().await;
    let picked = || ListQuery { collection: Some("gifts".parse().unwrap()), ..a_list() };
    assert_eq!(codes(&shop.list(picked()).await), ["a", "b"]);
    let built = shop.index.position().await.unwrap();

    shop.save_document(collection("gifts", &["c", "b"])).await;
    shop.indexer.step().await.unwrap();

    assert_eq!(codes(&shop.list(picked()).await), ["c", "b"]);
    let position = shop.index.position().await.unwrap();
    assert!(position.is_some() && position != built, "three products are no reason to build everything");
}

/// What a collection of the shop lists in Germany.
async fn listed(shop: &FedShop, code: &str) -> Vec<String> {
    let present = shop.cache.present();
    let query = a_list().in_collection(&present.collections[code], shop.clock.now());
    codes(&shop.list(query).await).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_collection_by_rule_follows_what_is_saved_and_its_rule_without_a_build() {
    let shop = FedShop::open().await;
    let tagged = |code: &str, tag: &str| {
        let tags = vec![tag.to_owned()];
        a_product(code).with(move |parts| parts.tags = tags)
    };
    let by_tag = |tag: &str| {
        let rule = CollectionRuleDocument { tags: vec![tag.to_owned()], ..CollectionRuleDocument::default() };
        ShopDocument::Collection(CollectionDocument { rule: Some(rule), ..a_collection("ruled") })
    };
    for product in ["a", "b"] {
        shop.save(tagged(product, "gift")).await;
    }
    shop.save(tagged("c", "hand made")).await;
    shop.catch_up().await;
    shop.save_document(by_tag("gift")).await;
    shop.catch_up().await;
    assert_eq!(listed(&shop, "ruled").await, ["a", "b"]);

    shop.save(tagged("a", "hand made")).await;
    shop.save(tagged("d", "gift")).await;
    shop.catch_up().await;
    assert_eq!(listed(&shop, "ruled").await, ["b", "d"]);

    shop.save_document(by_tag("hand made")).await;
    let mut steps = 0;
    while shop.indexer.step().await.unwrap() > 0 {
        assert!(shop.index.position().await.unwrap().is_some(), "no build is due");
        steps += 1;
    }
    assert!(steps <= 1, "only the change itself is taken note of, not in {steps} steps");
    assert_eq!(listed(&shop, "ruled").await, ["a", "c"]);
}

#[tokio::test]
async fn a_renamed_category_is_found_by_its_new_name() {
    let shop = FedShop::open().await;
    shop.save_document(category("mugs", "Tankards")).await;
    shop.save(a_product("a").category("mugs")).await;
    shop.catch_up().await;
    assert_eq!(shop.found("tankards").await, ["a"]);

    shop.save_document(category("mugs", "Beakers")).await;
    shop.save(a_product("b").category("mugs")).await;
    shop.indexer.step().await.unwrap();
    assert_eq!(shop.index.position().await.unwrap(), None, "a crash now must not forget that a build is due");
    shop.catch_up().await;

    assert_eq!(shop.found("beakers").await, ["a", "b"]);
    assert_eq!(shop.found("tankards").await, [""; 0]);
    assert!(shop.index.position().await.unwrap().is_some());
}

#[tokio::test]
async fn a_category_renamed_while_nobody_followed_is_found_by_its_new_name() {
    let shop = FedShop::open().await;
    shop.save_document(category("mugs", "Tankards")).await;
    shop.save(a_product("a").category("mugs")).await;
    shop.catch_up().await;

    shop.save_document(category("mugs", "Beakers")).await;
    let shop = shop.restart().await;
    shop.catch_up().await;

    assert_eq!(shop.found("beakers").await, ["a"]);
}

#[tokio::test]
async fn a_shop_that_somebody_else_read_again_reaches_the_index_though_the_log_has_nothing_new() {
    let shop = FedShop::open().await;
    shop.save_document(category("mugs", "Tankards")).await;
    shop.save(a_product("a").category("mugs")).await;
    shop.catch_up().await;
    let beside = shop.shop.beside();
    beside.execute("UPDATE documents SET record = replace(record, 'Tankards', 'Beakers')", ()).unwrap();

    shop.cache.refresh(&shop.shop.database).await.unwrap();
    shop.catch_up().await;

    assert_eq!(shop.found("beakers").await, ["a"]);
}

#[tokio::test]
async fn an_index_that_is_gone_is_built_from_the_store() {
    let shop = FedShop::open().await;
    for number in 0..250 {
        shop.save(a_product(&format!("mug-{number:03}"))).await;
    }
    receive(&shop.shop.database, "MUG-007", 10, "delivery").await;
    shop.save(a_product("draft").status(ProductStatus::Draft)).await;
    shop.catch_up().await;
    let before = shop.list(a_list()).await;
    std::fs::write(shop.folder.path().join("meta.json"), "nonsense").unwrap();

    let shop = shop.restart().await;
    assert_eq!(shop.list(a_list()).await.total, 0);
    shop.catch_up().await;

    assert_eq!(shop.list(a_list()).await, before);
    assert_eq!(before.total, 250);
    let availability = before.facets.iter().find(|facet| facet.key == FacetKey::Availability).unwrap();
    assert_eq!(availability.values, [("sold_out".to_owned(), 249), ("in_stock".to_owned(), 1)]);
}

#[tokio::test]
async fn more_changes_than_go_into_one_batch_all_arrive() {
    let shop = FedShop::open().await;
    for hundred in 0..23 {
        let saves = (0..100).map(|number| {
            let database = shop.shop.database.bulk();
            let product = a_product(&format!("mug-{hundred:02}{number:02}")).build();
            tokio::spawn(async move { ProductStore::save(&database, saving(product, None)).await.unwrap() })
        });
        for save in saves.collect::<Vec<_>>() {
            save.await.unwrap();
        }
    }

    shop.catch_up().await;

    assert_eq!(shop.list(a_list()).await.total, 2_300);
}

#[tokio::test]
async fn a_product_that_cannot_be_read_does_not_stop_the_others() {
    let shop = FedShop::open().await;
    for product in ["a", "b", "c"] {
        shop.save(a_product(product)).await;
    }
    shop.catch_up().await;

    shop.damage("b");
    shop.save(a_product("c").named("Changed")).await;
    shop.save(a_product("d")).await;
    shop.catch_up().await;
    assert_eq!(shop.all().await, ["a", "b", "c", "d"], "it is listed as it was");
    assert_eq!(shop.found("changed").await, ["c"]);

    let indexed = shop.indexer.rebuild().await.unwrap();
    assert_eq!(indexed, 3);
    assert_eq!(shop.all().await, ["a", "c", "d"]);
}

#[tokio::test]
async fn a_variant_whose_stock_cannot_be_read_is_sold_out_and_stops_nobody() {
    let shop = FedShop::open().await;
    shop.save(a_product("mug")).await;
    shop.save(a_product("pot")).await;
    for sku in ["MUG", "POT"] {
        receive(&shop.shop.database, sku, 10, "delivery").await;
    }
    let damage = "UPDATE stock_levels SET location = 'no place' WHERE sku = 'MUG'";
    shop.shop.beside().execute(damage, ()).unwrap();

    shop.catch_up().await;

    let in_stock = ListQuery { filters: vec![Filter::Availability(vec![Availability::InStock])], ..a_list() };
    assert_eq!(codes(&shop.list(in_stock.clone()).await), ["pot"]);
    assert_eq!(shop.all().await, ["mug", "pot"]);
    shop.indexer.rebuild().await.unwrap();
    assert_eq!(codes(&shop.list(in_stock).await), ["pot"]);
}

#[tokio::test]
async fn an_index_beside_another_shops_database_is_built_anew() {
    let shop = FedShop::open().await;
    shop.save(a_product("mug")).await;
    shop.catch_up().await;
    let other = TempShop::open();
    for product in ["pot", "jug", "cup", "bowl"] {
        ProductStore::save(&other.database, saving(a_product(product).build(), None)).await.unwrap();
    }

    let shop = FedShop { shop: other, ..shop }.restart().await;
    shop.catch_up().await;

    assert_eq!(shop.all().await, ["bowl", "cup", "jug", "pot"]);
}

#[tokio::test]
async fn an_index_that_is_ahead_of_a_database_from_a_backup_is_built_anew() {
    let shop = FedShop::open().await;
    shop.save(a_product("mug")).await;
    let backup = tempfile::tempdir().unwrap();
    let file = crate::shop::database_in(backup.path());
    shop.shop.beside().execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
    shop.save(a_product("pot")).await;
    shop.catch_up().await;
    assert_eq!(shop.all().await, ["mug", "pot"]);

    let shop = FedShop { shop: TempShop::of(backup), ..shop }.restart().await;
    shop.catch_up().await;

    assert_eq!(shop.all().await, ["mug"]);
}

#[tokio::test]
async fn an_index_behind_a_change_that_cannot_be_read_is_built_anew() {
    let shop = FedShop::open().await;
    shop.save(a_product("mug")).await;
    shop.catch_up().await;
    shop.save(a_product("pot")).await;
    shop.shop.beside().execute("UPDATE changes SET subject = 'nonsense' WHERE code = 'pot'", ()).unwrap();

    shop.catch_up().await;

    assert_eq!(shop.all().await, ["mug", "pot"]);
}

/// A log that never answers.
struct SilentLog {
    asked: Notify,
}

#[async_trait]
impl ChangeLog for SilentLog {
    async fn read(&self, _: Option<&Position>, _: usize) -> Result<Vec<Change>, StoreError> {
        self.asked.notify_one();
        std::future::pending().await
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.asked.notify_one();
        std::future::pending().await
    }
}

#[tokio::test]
async fn an_indexer_that_is_told_to_stop_does_not_finish_what_it_is_about_first() {
    let shop = FedShop::open().await;
    let log = Arc::new(SilentLog { asked: Notify::new() });
    let feed = IndexFeed { log: Arc::clone(&log) as _, ..feed_of(&shop.shop, &shop.index, &shop.cache, &shop.clock) };
    let (shutdown, stopped) = watch::channel(false);
    let commits = shop.shop.database.commits();
    let running = tokio::spawn(async move { Indexer::new(feed).run(commits, stopped).await });
    log.asked.notified().await;

    shutdown.send(true).unwrap();

    tokio::time::timeout(Duration::from_mins(1), running).await.expect("it stops").unwrap();
}

#[tokio::test]
async fn the_lag_grows_while_the_index_is_behind_and_is_zero_when_it_is_not() {
    let shop = FedShop::open().await;
    assert_eq!(shop.indexer.lag(), SignedDuration::ZERO);

    shop.save(a_product("mug")).await;
    shop.indexer.step().await.unwrap();
    shop.clock.forward(SignedDuration::from_secs(7));
    assert_eq!(shop.indexer.lag(), SignedDuration::from_secs(7), "whether there is more has not been seen yet");

    shop.catch_up().await;
    assert_eq!(shop.indexer.lag(), SignedDuration::ZERO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_indexer_follows_and_stops_when_told() {
    let shop = FedShop::open().await;
    let (shutdown, stopped) = watch::channel(false);
    let (indexer, commits) = (Arc::clone(&shop.indexer), shop.shop.database.commits());
    let running = tokio::spawn(async move { indexer.run(commits, stopped).await });

    for name in ["first", "second"] {
        shop.save(a_product("mug").named(name)).await;
        let is_found = async {
            while shop.found(name).await.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), is_found).await.expect("what is saved is found");
    }

    shutdown.send(true).unwrap();
    tokio::time::timeout(Duration::from_mins(1), running).await.expect("it stops").unwrap();
    assert!(ProductStore::find(&shop.shop.database, &code("mug")).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_wrote_and_did_not_commit_does_not_stand_in_the_way_of_the_next() {
    let fed = FedShop::open().await;
    fed.save(a_product("mug")).await;
    fed.catch_up().await;
    // As the engine leaves them when it is killed between a list of deleted documents and its commit: whatever number
    // the next one gets, there is a file of that name.
    let files = std::fs::read_dir(fed.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let stores = files.filter_map(|name| name.to_str()?.strip_suffix(".store").map(str::to_owned));
    let left: Vec<_> =
        stores.flat_map(|segment| (0..200).map(move |number| format!("{segment}.{number}.del"))).collect();
    assert!(!left.is_empty());
    let managed = fed.folder.path().join(".managed.json");
    let mut names: Vec<String> = serde_json::from_slice(&std::fs::read(&managed).unwrap()).unwrap();
    names.extend(left.iter().cloned());
    std::fs::write(&managed, serde_json::to_vec(&names).unwrap()).unwrap();
    for name in &left {
        std::fs::write(fed.folder.path().join(name), "half a file").unwrap();
    }

    let fed = fed.restart().await;
    fed.save(a_product("mug").with(|parts| parts.brand = Some("Blauklee".into()))).await;
    fed.catch_up().await;

    assert!(left.iter().all(|name| !fed.folder.path().join(name).exists()));
}
