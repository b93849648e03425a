//! A shop with a catalog, in a temporary folder, whose index may be anywhere.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecom67_app::catalog::Catalog;
use ecom67_app::import::{Cancel, Format, ImportRequest, Importer, NoProgress, Source, run};
use ecom67_app::indexing::{IndexFeed, Indexer};
use ecom67_app::search::ProductIndex;
use ecom67_app::shop::ShopCache;
use ecom67_embedded::Database;
use ecom67_embedded::checkpoint::FileCheckpoints;
use ecom67_embedded::media::FolderMediaStore;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_testkit::MovableClock;
use serde_json::Value;

/// A shop with the catalog, in a folder that goes with it.
pub(crate) struct CatalogShop {
    pub(crate) database: Database,
    pub(crate) shop: Arc<ShopCache>,
    pub(crate) clock: Arc<MovableClock>,
    pub(crate) media: Arc<FolderMediaStore>,
    pub(crate) folder: tempfile::TempDir,
}

impl CatalogShop {
    pub(crate) async fn importing(format: Format, source: Source) -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a test");
        let clock = Arc::new(MovableClock::default());
        let options = DatabaseOptions::new(&folder.path().join("shop.sqlite"), Arc::clone(&clock) as _);
        let database = Database::open(options).expect("an empty folder becomes a shop");
        let store = Arc::new(database.bulk());
        let catalog = Catalog {
            products: Arc::clone(&store) as _,
            documents: Arc::clone(&store) as _,
            stock: store,
            clock: Arc::clone(&clock) as _,
        };
        let shop = Arc::new(ShopCache::load(catalog.documents.as_ref()).await.expect("the store answers"));
        let media = FolderMediaStore::open(&folder.path().join("media")).expect("the folder can be written");
        let media = Arc::new(media);
        let importer = Importer {
            shop: Arc::clone(&shop),
            catalog,
            media: Arc::clone(&media) as _,
            checkpoints: Arc::new(FileCheckpoints::open(folder.path()).expect("the folder can be written")),
        };
        let request = ImportRequest::new(format, source);
        run(&importer, request, &NoProgress, &Cancel::default()).await.expect("the catalog is imported");
        Self { database, shop, clock, media, folder }
    }

    /// The demo's shop, without pictures.
    pub(crate) async fn demo() -> Self {
        let file = ("demo.jsonl".to_owned(), Cow::Owned(demo_without_pictures().into_bytes()));
        Self::importing(Format::Jsonl, Source::Memory(vec![file])).await
    }

    pub(crate) async fn build(&self, index: Arc<dyn ProductIndex>) -> usize {
        let store = Arc::new(self.database.bulk());
        let feed = IndexFeed {
            products: Arc::clone(&store) as _,
            stock: Arc::clone(&store) as _,
            documents: Arc::clone(&store) as _,
            log: Arc::new(self.database.clone()),
            shop: Arc::clone(&self.shop),
            index,
            dead_letters: Arc::new(self.database.clone()),
            clock: Arc::clone(&self.clock) as _,
        };
        Indexer::new(feed).rebuild().await.expect("the index is built")
    }
}

/// What the demo's catalog has for lists.
fn demo_without_pictures() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/catalog");
    let entries = fs::read_dir(folder).expect("the demo has a catalog");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.sort();
    let mut lines = String::new();
    for file in files {
        let text = fs::read_to_string(file).expect("the catalog can be read");
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let mut row: Value = serde_json::from_str(line).expect("each line is an object");
            let kind = row["type"].as_str().unwrap_or_default();
            let is_listed = ["market", "location", "attribute", "category", "product", "collection"].contains(&kind);
            if let Some(fields) = row.as_object_mut().filter(|_| is_listed) {
                fields.remove("picture");
                fields.remove("pictures");
                lines.push_str(&row.to_string());
                lines.push('\n');
            }
        }
    }
    lines
}
