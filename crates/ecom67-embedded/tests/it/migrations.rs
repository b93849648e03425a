//! Migrations: from nothing, and from the schema of every release.
//!
//! `tests/schemas/V….sql` is a small shop as the release with that schema left it. A release's file never changes; the
//! one of the newest schema is written by `cargo test -p ecom67-embedded --test it -- --ignored writes_the_newest_schema`.

mod dump;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ecom67_app::document::DocumentKind;
use ecom67_app::port::{
    CartStore, DeadLetters, DocumentSave, DocumentStore, GiftCardIssue, GiftCardStore as _, OrderCommit,
    OrderStore as _, ProductSave, ProductStore, Refused, StockStore, StockWrite,
};
use ecom67_app::search_log::{Addition, Counted, Counts, QueryText, SearchCountStore, SearchScope, Standing};
use ecom67_domain::gift_card::{GiftCard, GiftCardCode};
use ecom67_domain::order::WorkflowVersion;
use ecom67_domain::price::PriceChange;
use ecom67_domain::{GiftCardId, Language, Order};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::OpenError;
use ecom67_testkit::orders::placing;
use ecom67_testkit::{a_cart, a_document_of_each_kind, a_product, a_product_with_everything, an_order, euros, noon};
use rusqlite::Connection;

use crate::shop::{
    TempShop, assert_whole, changes, code, database_in, ledger, on_hand, open, options, receive, saving, sku,
};

fn crate_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The numbers of the schemas that this release knows.
fn known_schemas() -> BTreeSet<u32> {
    let files = std::fs::read_dir(crate_folder("migrations")).unwrap();
    let number = |name: &str| name.strip_prefix('V')?.split("__").next()?.parse().ok();
    files.filter_map(|file| number(file.unwrap().file_name().to_str()?)).collect()
}

fn newest_schema() -> u32 {
    known_schemas().into_iter().max().expect("there is a schema")
}

fn dump_file(schema: u32) -> PathBuf {
    crate_folder("tests/schemas").join(format!("V{schema}.sql"))
}

/// Makes the shop that a release with this schema left behind.
fn restore(schema: u32, folder: &Path) {
    let dump = std::fs::read_to_string(dump_file(schema))
        .unwrap_or_else(|error| panic!("schema {schema} has no dump ({error}); see the head of this file"));
    Connection::open(database_in(folder)).unwrap().execute_batch(&dump).unwrap();
}

/// What the dumps consist of: a little of everything.
async fn fill(database: &Database) {
    for document in a_document_of_each_kind("main") {
        DocumentStore::save(database, DocumentSave { document, read_at: None }).await.unwrap();
    }
    let price_changes = vec![PriceChange {
        at: noon(),
        sku: sku("MUG"),
        market: "de".parse().unwrap(),
        was: Some(euros(1990)),
        is: Some(euros(1490)),
    }];
    let mug = a_product("mug").build();
    let save = ProductSave { price_changes, ..saving(mug, None) };
    let version = ProductStore::save(database, save).await.unwrap();
    let renamed = a_product("mug").slug(Language::ENGLISH, "big-mug").build();
    ProductStore::save(database, saving(renamed, Some(version))).await.unwrap();
    let bowl = a_product_with_everything("bowl").build();
    ProductStore::save(database, saving(bowl, None)).await.unwrap();
    receive(database, "MUG", 10, "delivery 1").await;
    receive(database, "MUG", -3, "breakage").await;
    let scope = SearchScope { language: Language::ENGLISH, market: "de".parse().unwrap() };
    let counted = Counted::Query(QueryText::of("big mug", &[]));
    let counts = Counts { searches: 3, hits: Some(1), clicks: 1, positions: 1, ..Counts::default() };
    let searched = Addition { scope, counted, counts, standing: Standing::New };
    database.add("2026-11-27".parse().unwrap(), vec![searched], 10).await.unwrap();
    database.create(a_cart()).await.unwrap();
    database.note(&[Refused::new(code("bowl"), "too long")], noon()).await.unwrap();
    let code = GiftCardCode::drawn([7; 32]);
    let card = GiftCard {
        id: GiftCardId::new(7),
        digest: code.digest(&[8; 32]),
        hint: code.hint(),
        issued: euros(5_000).amount(),
        balance: euros(5_000).amount(),
        issued_at: noon(),
        expires_at: None,
        returned_at: None,
        blocked_at: None,
        note: None,
    };
    database.issue(GiftCardIssue { card, actor: "test".into() }).await.unwrap();
}

/// The kinds of documents that the first release had.
const KINDS: [DocumentKind; 9] = [
    DocumentKind::Market,
    DocumentKind::Location,
    DocumentKind::Attribute,
    DocumentKind::Category,
    DocumentKind::Collection,
    DocumentKind::Page,
    DocumentKind::Menu,
    DocumentKind::Home,
    DocumentKind::Branding,
];

/// Finds what [`fill`] wrote, whichever release wrote it.
async fn assert_filled(database: &Database) {
    let slug = |slug: &str| slug.parse().unwrap();
    let by_old_slug = ProductStore::find_by_slug(database, Language::ENGLISH, &slug("mug")).await.unwrap().unwrap();
    assert_eq!((by_old_slug.code, by_old_slug.current), (code("mug"), false));
    assert_eq!(database.find_by_sku(&sku("MUG")).await.unwrap(), Some(code("mug")));
    let history = database.price_history(&code("mug"), noon()).await.unwrap();
    assert_eq!(history[0].was, Some(euros(1990)));
    let products = ProductStore::list(database, None, 100).await.unwrap();
    assert_eq!(
        products.iter().map(|found| (found.value.code.as_str(), found.version.0)).collect::<Vec<_>>(),
        [("bowl", 1), ("mug", 2)]
    );
    assert_eq!(products[0].value.variants.len(), 2);
    for kind in KINDS {
        assert!(!DocumentStore::list(database, kind, None, 100).await.unwrap().is_empty(), "no {}", kind.as_str());
    }
    assert_eq!(on_hand(database, "MUG").await, 7);
    assert_eq!(ledger(database, "MUG").await.len(), 2);
    assert_eq!(StockStore::list(database, None, 100).await.unwrap().len(), 1);
    assert!(changes(database).await.len() >= KINDS.len() + 5);
}

/// The tables and indices of a database, as SQL without its spaces.
fn schema_of(file: &Path) -> BTreeSet<String> {
    let connection = Connection::open(file).unwrap();
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        .unwrap();
    let rows = statement.query_map((), |row| row.get::<_, String>(0)).unwrap();
    rows.map(|sql| sql.unwrap().split_whitespace().collect()).collect()
}

#[tokio::test]
async fn an_empty_folder_becomes_a_whole_shop() {
    let shop = TempShop::open();

    fill(&shop.database).await;

    assert_whole(&shop.database).await;
    assert_filled(&shop.database).await;
}

#[tokio::test]
async fn a_shop_of_every_earlier_release_is_brought_up_to_date_with_all_it_has() {
    let fresh = schema_of(&TempShop::open().file());
    for schema in known_schemas() {
        let folder = tempfile::tempdir().unwrap();
        restore(schema, folder.path());

        let database = open(folder.path());

        assert_whole(&database).await;
        assert_filled(&database).await;
        drop(database);
        assert_eq!(schema_of(&database_in(folder.path())), fresh, "from schema {schema}");
    }
}

#[test]
fn the_dump_of_the_newest_schema_is_of_that_schema() {
    let folder = tempfile::tempdir().unwrap();
    restore(newest_schema(), folder.path());

    let dumped = schema_of(&database_in(folder.path()));

    let fresh = schema_of(&TempShop::open().file());
    assert_eq!(dumped, fresh, "a migration was changed after its dump was written; see the head of this file");
}

#[tokio::test]
async fn opening_a_shop_that_is_up_to_date_changes_nothing() {
    let shop = TempShop::open();
    fill(&shop.database).await;
    let folder = shop.close();
    let before = std::fs::read(database_in(folder.path())).unwrap();

    drop(open(folder.path()));

    assert!(std::fs::read(database_in(folder.path())).unwrap() == before);
}

#[tokio::test]
async fn a_shop_of_a_newer_release_is_refused_and_left_untouched() {
    let shop = TempShop::open();
    fill(&shop.database).await;
    let folder = shop.close();
    let file = database_in(folder.path());
    let newer = "INSERT INTO refinery_schema_history VALUES (999, 'of_tomorrow', '2027-01-01T00:00:00Z', '1')";
    Connection::open(&file).unwrap().execute_batch(newer).unwrap();
    let before = std::fs::read(&file).unwrap();

    let refusal = Database::open(options(&file)).map(drop).unwrap_err();

    assert!(matches!(refusal, OpenError::Newer { schema: 999, .. }), "got {refusal:?}");
    let known = newest_schema();
    let file_name = file.display();
    assert_eq!(
        refusal.to_string(),
        format!(
            "the database {file_name} was written by a newer release: its schema is 999, this release knows {known}"
        )
    );
    assert!(std::fs::read(&file).unwrap() == before, "the file was changed");
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["shop.sqlite"]);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let file = database_in(folder.path());
    let text = "This is a letter to my aunt. ".repeat(200);
    std::fs::write(&file, &text).unwrap();

    let refusal = Database::open(options(&file)).map(drop).unwrap_err();

    assert!(matches!(refusal, OpenError::Sqlite { .. }), "got {refusal:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test]
#[ignore = "writes a file of the repository: run it when a migration was added"]
async fn writes_the_newest_schema() {
    let shop = TempShop::open();
    fill(&shop.database).await;
    let file = shop.file();
    let _folder = shop.close();

    std::fs::write(dump_file(newest_schema()), dump::dump(&Connection::open(file).unwrap())).unwrap();
}

#[tokio::test]
async fn by_which_workflows_orders_go_is_known_before_a_schema_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let options = || options(&database_in(folder.path()));
    let applied = || -> i64 {
        let file = Connection::open(database_in(folder.path())).unwrap();
        file.query_row("SELECT MAX(version) FROM refinery_schema_history", (), |row| row.get(0)).unwrap()
    };
    assert_eq!(Database::workflows_before_migration(&options()).unwrap(), [], "there is no file yet");
    {
        let database = Database::open(options()).unwrap();
        let order = Order { workflow: WorkflowVersion(9), holds: vec![], ..an_order() };
        database.commit(OrderCommit { stock: StockWrite::Keep, ..placing(&order) }).await.unwrap();
    }
    assert_eq!(Database::workflows_before_migration(&options()).unwrap(), [], "it is up to date");
    let newest = applied();
    let file = Connection::open(database_in(folder.path())).unwrap();
    file.execute("DELETE FROM refinery_schema_history WHERE version = ?1", (newest,)).unwrap();
    drop(file);

    let versions = Database::workflows_before_migration(&options()).unwrap();

    assert_eq!(versions, [WorkflowVersion(9)]);
    assert!(applied() < newest, "nothing was brought up to date");
    // What is given back of an order that is paid goes by the newest.
    let file = Connection::open(database_in(folder.path())).unwrap();
    file.execute("UPDATE orders SET state = 'paid', due_at = 1", ()).unwrap();
    drop(file);
    assert_eq!(Database::workflows_before_migration(&options()).unwrap(), []);
}
