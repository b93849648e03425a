//! The reference data in memory, read again by several at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ecom67_app::document::{CategoryDocument, DocumentKey, DocumentKind, ShopDocument};
use ecom67_app::port::{DocumentSave, DocumentStore, SaveError, SlugMatch, StoreError, Stored};
use ecom67_app::shop::ShopCache;
use ecom67_domain::{Language, Slug, Version};
use ecom67_embedded::Database;
use ecom67_testkit::a_category;
use tokio::sync::Notify;

use crate::shop::TempShop;

/// How long a second refresh is given to overtake the first.
const HEAD_START: Duration = Duration::from_millis(300);

/// A store on which the first reader stands still once it has read the categories.
struct Slow {
    database: Database,
    reads: AtomicUsize,
    has_read: Notify,
    go_on: Notify,
}

#[async_trait]
impl DocumentStore for Slow {
    async fn find(&self, key: &DocumentKey) -> Result<Option<Stored<ShopDocument>>, StoreError> {
        DocumentStore::find(&self.database, key).await
    }

    async fn find_by_slug(
        &self,
        kind: DocumentKind,
        language: Language,
        slug: &Slug,
    ) -> Result<Option<SlugMatch<String>>, StoreError> {
        DocumentStore::find_by_slug(&self.database, kind, language, slug).await
    }

    async fn list(
        &self,
        kind: DocumentKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<ShopDocument>>, StoreError> {
        let page = DocumentStore::list(&self.database, kind, after, limit).await;
        if kind == DocumentKind::Category && self.reads.fetch_add(1, Ordering::SeqCst) == 0 {
            self.has_read.notify_one();
            self.go_on.notified().await;
        }
        page
    }

    async fn save(&self, save: DocumentSave) -> Result<Version, SaveError> {
        DocumentStore::save(&self.database, save).await
    }

    async fn remove(&self, key: &DocumentKey, read_at: Version) -> Result<(), SaveError> {
        self.database.remove(key, read_at).await
    }
}

async fn name(database: &Database, name: &str) {
    let document = CategoryDocument { name: [("en".to_owned(), name.to_owned())].into(), ..a_category("mugs") };
    let document = ShopDocument::Category(document);
    let before = DocumentStore::find(database, &document.key()).await.unwrap();
    let save = DocumentSave { document, read_at: before.map(|stored| stored.version) };
    DocumentStore::save(database, save).await.unwrap();
}

fn name_in(cache: &ShopCache) -> String {
    cache.present().categories.get("mugs").expect("the category is there").name.get(Language::ENGLISH).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_of_the_shop_does_not_bring_back_what_it_was() {
    let shop = TempShop::open();
    name(&shop.database, "Tankards").await;
    let cache = Arc::new(ShopCache::load(&shop.database).await.unwrap());
    let store = Arc::new(Slow {
        database: shop.database.clone(),
        reads: AtomicUsize::new(0),
        has_read: Notify::new(),
        go_on: Notify::new(),
    });
    let refresh = || {
        let (cache, store) = (Arc::clone(&cache), Arc::clone(&store));
        tokio::spawn(async move { cache.refresh(&*store).await.unwrap() })
    };

    let slow = refresh();
    store.has_read.notified().await;
    name(&shop.database, "Beakers").await;
    let mut quick = refresh();
    let overtook = tokio::time::timeout(HEAD_START, &mut quick).await.is_ok();
    store.go_on.notify_one();
    slow.await.unwrap();
    if !overtook {
        quick.await.unwrap();
    }

    assert_eq!(name_in(&cache), "Beakers");
}

#[tokio::test]
async fn whoever_reads_the_shop_again_those_who_used_the_old_one_are_told_when_the_new_one_is_there() {
    let shop = TempShop::open();
    name(&shop.database, "Tankards").await;
    let told = Arc::new(AtomicUsize::new(0));
    let cache = {
        let told = Arc::clone(&told);
        let cache = ShopCache::load(&shop.database).await.unwrap();
        cache.telling(move || {
            told.fetch_add(1, Ordering::SeqCst);
        })
    };
    assert_eq!(told.load(Ordering::SeqCst), 0);

    cache.refresh(&shop.database).await.unwrap();

    assert_eq!(told.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_document_that_cannot_be_read_costs_the_shop_that_document_alone() {
    let shop = TempShop::open();
    for number in 0..150 {
        let document = ShopDocument::Category(a_category(&format!("mugs-{number:03}")));
        DocumentStore::save(&shop.database, DocumentSave { document, read_at: None }).await.unwrap();
    }
    let damage = "UPDATE documents SET record = '{' WHERE code IN ('mugs-000', 'mugs-098', 'mugs-099', 'mugs-149')";
    shop.beside().execute(damage, ()).unwrap();

    let cache = ShopCache::load(&shop.database).await.unwrap();

    let present = cache.present();
    assert_eq!(present.categories.iter().count(), 146);
    assert!(present.categories.get("mugs-100").is_some() && present.categories.get("mugs-099").is_none());
}
