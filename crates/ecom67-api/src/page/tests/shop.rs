//! The shop that the tests visit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use ecom67_app::document::ShopDocument;
use ecom67_app::indexing::{IndexFeed, Indexer};
use ecom67_app::kept::Changes;
use ecom67_app::port::{
    ChangeLog, DeadLetters, DocumentSave, DocumentStore, OldSlugs, ProductSave, ProductStore, StockStore, Subject,
};
use ecom67_app::search_log::{SearchLog, SearchLogLimits};
use ecom67_app::shop::ShopCache;
use ecom67_domain::price::Price;
use ecom67_domain::product::Picture;
use ecom67_domain::stock::StockChange;
use ecom67_domain::{Language, LocalizedText, Money, Product};
use ecom67_embedded::Database;
use ecom67_embedded::index::TantivyIndex;
use ecom67_embedded::media::FolderMediaStore;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_testkit::{MovableClock, a_product, an_adjustment};
use hyper::StatusCode;
use tempfile::TempDir;

use crate::cursor::CursorSigner;
use crate::page::{Manifest, PageAnswer, PageRequest, Pages};
use crate::present::{CardCache, Presenter};

const DOCUMENTS: &str = include_str!("shop.jsonl");

pub(super) const SITE: &str = "https://shop.example";

/// What a page must survive in every place where it shows a name.
pub(super) const HOSTILE: &str = "</script><script>alert(1)</script><!--\" onload='x'\u{2028}&amp;";

const MANIFEST: &str = r#"{
    "../../messages/de.ftl?raw": {"file": "assets/de.js"},
    "src/main.tsx": {"file": "assets/main.js", "css": ["assets/main.css"], "assets": ["assets/plain.woff2"]},
    "src/routes/product.page.tsx": {"file": "assets/product.js"},
    "src/boot.ts": {"file": "assets/boot.js"}
}"#;

/// A picture of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// A shop in a folder that goes with it.
pub(super) struct TestShop {
    pub(super) database: Database,
    pub(super) pages: Pages,
    pub(super) clock: MovableClock,
    pub(super) presenter: Presenter,
    _folder: TempDir,
}

impl TestShop {
    /// A shop with a mug in two colours, a hostile teapot and a plain jug.
    pub(super) async fn open() -> Self {
        let shop = Self::empty().await;
        for line in DOCUMENTS.lines() {
            shop.put_document(line).await;
        }
        let picture = shop.presenter.media.put(PIXEL.to_vec()).await.unwrap().id;
        shop.put(
            mug()
                .with(|parts| {
                    let alt = LocalizedText::new(Language::ENGLISH, HOSTILE);
                    parts.pictures = vec![Picture { media: picture, alt, options: BTreeMap::new() }];
                })
                .build(),
        )
        .await;
        shop.put(teapot()).await;
        shop.put(a_product("jug").slug(Language::GERMAN, "krug").category("home").build()).await;
        for sku in ["MUG-RED", "JUG"] {
            let adjustment = an_adjustment(sku, StockChange::To(3), sku);
            shop.database.adjust(adjustment).await.unwrap();
        }
        shop.refresh().await;
        shop
    }

    /// A shop without anything.
    pub(super) async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = MovableClock::default();
        let path = folder.path();
        let changes = Arc::new(Changes::default());
        let mut options = DatabaseOptions::new(&path.join("shop.sqlite"), Arc::new(clock.clone()));
        let committed = Arc::clone(&changes);
        options.observer = Some(Box::new(move |subjects: &[Subject]| committed.committed(subjects)));
        let database = Database::open(options).unwrap();
        let shop_changed = Arc::clone(&changes);
        let shop = ShopCache::load(&database).await.unwrap().telling(move || shop_changed.shop_changed());
        let presenter = Presenter {
            shop: Arc::new(shop),
            products: Arc::new(database.clone()),
            stock: Arc::new(database.clone()),
            index: Arc::new(TantivyIndex::open(&path.join("index")).unwrap()),
            media: Arc::new(FolderMediaStore::open(&path.join("media")).unwrap()),
            clock: Arc::new(clock.clone()),
            cursors: CursorSigner::new([7; 32]),
            card_cache: Arc::new(CardCache::new(1_000_000, changes)),
            log: Arc::new(SearchLog::new(
                Arc::new(database.clone()),
                Arc::new(clock.clone()),
                SearchLogLimits::default(),
            )),
        };
        let manifest = Manifest::read(MANIFEST.as_bytes()).unwrap();
        let site = Some(SITE.parse().unwrap());
        let pages = Pages::new(presenter.clone(), Arc::new(database.clone()), manifest, site);
        Self { database, pages, clock, presenter, _folder: folder }
    }

    /// The same shop, elsewhere or nowhere in particular, without a web build.
    pub(super) fn pages_without_site(&self) -> Pages {
        Pages::new(self.presenter.clone(), Arc::new(self.database.clone()), Manifest::default(), None)
    }

    /// The same shop, whose products are read through what `counted` makes of their store and a counter.
    pub(super) fn pages_that_count(
        &self,
        counted: impl FnOnce(Database, Arc<AtomicUsize>) -> Arc<dyn ProductStore>,
    ) -> (Pages, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let products = counted(self.database.clone(), Arc::clone(&count));
        let card_cache = Arc::new(CardCache::new(1_000_000, Arc::default()));
        let presenter = Presenter { products, card_cache, ..self.presenter.clone() };
        (Pages::new(presenter, Arc::new(self.database.clone()), Manifest::default(), None), count)
    }

    pub(super) async fn put_document(&self, json: &str) {
        let document: ShopDocument = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        let read_at = DocumentStore::find(&self.database, &document.key()).await.unwrap().map(|stored| stored.version);
        DocumentStore::save(&self.database, DocumentSave { document, read_at }).await.unwrap();
    }

    /// Keeps a picture, and tells its id.
    pub(super) async fn put_picture(&self, bytes: &[u8]) -> String {
        self.presenter.media.put(bytes.to_vec()).await.unwrap().id.as_str().to_owned()
    }

    pub(super) async fn put(&self, product: Product) {
        let read_at = ProductStore::find(&self.database, &product.code).await.unwrap().map(|stored| stored.version);
        let save = ProductSave { product, read_at, price_changes: vec![], old_slugs: OldSlugs::Respect };
        ProductStore::save(&self.database, save).await.unwrap();
    }

    /// Lets lists and reference data catch up with the store.
    pub(super) async fn refresh(&self) {
        self.presenter.shop.refresh(&self.database).await.unwrap();
        let database = Arc::new(self.database.clone());
        let feed = IndexFeed {
            products: Arc::clone(&database) as Arc<dyn ProductStore>,
            stock: Arc::clone(&database) as Arc<dyn StockStore>,
            documents: Arc::clone(&database) as Arc<dyn DocumentStore>,
            log: Arc::clone(&database) as Arc<dyn ChangeLog>,
            dead_letters: database as Arc<dyn DeadLetters>,
            shop: Arc::clone(&self.presenter.shop),
            index: Arc::clone(&self.presenter.index),
            clock: Arc::clone(&self.presenter.clock),
        };
        Indexer::new(feed).rebuild().await.unwrap();
    }

    pub(super) async fn visit(&self, address: &str) -> PageAnswer {
        self.visit_as(address, "de-DE,en;q=0.5").await
    }

    pub(super) async fn visit_as(&self, address: &str, accept_language: &str) -> PageAnswer {
        visit(&self.pages, address, Some(accept_language)).await
    }

    /// The HTML of a page that is there.
    pub(super) async fn read(&self, address: &str) -> String {
        let answer = self.visit(address).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        String::from_utf8(answer.html).unwrap()
    }

    /// Where a page went for good.
    pub(super) async fn moved(&self, address: &str) -> Option<String> {
        let answer = self.visit(address).await;
        if answer.moved.is_some() {
            assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{address}");
        }
        answer.moved
    }
}

pub(super) async fn visit(pages: &Pages, path_and_query: &str, accept_language: Option<&str>) -> PageAnswer {
    pages.render(PageRequest { path_and_query, accept_language, request_id: "req-<1>" }).await
}

/// A mug in red and blue, reduced in Germany and dearer in blue.
pub(super) fn mug() -> ecom67_testkit::builders::ProductBuilder {
    let euros = |minor: i64| Money::new(minor, "EUR".parse().unwrap());
    a_product("mug")
        .slug(Language::ENGLISH, "tea-mug")
        .slug(Language::GERMAN, "teebecher")
        .skus(["MUG-RED", "MUG-BLUE"])
        .category("mugs")
        .price("us", "USD", 1_699)
        .with(|parts| {
            for (variant, colour) in parts.variants.iter_mut().zip(["red", "blue"]) {
                variant.options = BTreeMap::from([("colour".parse().unwrap(), colour.parse().unwrap())]);
            }
            let german = parts.texts.get_mut(&Language::GERMAN).unwrap();
            german.name = "Teebecher <groß>".into();
            german.summary = "Hält \"warm\" & schön.".into();
            german.description = "**Steinzeug** <b>von Hand</b>".into();
            parts.brand = Some("Søn & Co".into());
            parts.variants[0].weight_grams = Some(1_250);
            let reduced = Price::new(euros(990), Some(euros(1_490))).unwrap();
            parts.variants[0].prices.insert("de".parse().unwrap(), reduced);
        })
}

/// A teapot whose every text wants out of its element.
fn teapot() -> Product {
    a_product("teapot")
        .category("mugs")
        .with(|parts| {
            let text = parts.texts.get_mut(&Language::ENGLISH).unwrap();
            for field in [&mut text.name, &mut text.summary, &mut text.description, &mut text.seo_description] {
                *field = HOSTILE.into();
            }
            parts.brand = Some(HOSTILE.into());
            parts.variants[0].barcode = Some("4006381333931".into());
        })
        .build()
}
