//! Steps that the tests share: a shop in a temporary folder, what is done to it, and what is found in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecom67_app::port::{Adjusted, ChangeLog, OldSlugs, ProductSave, ProductStore, StockStore, Subject};
use ecom67_domain::stock::{LedgerEntry, StockChange};
use ecom67_domain::{Product, ProductCode, Sku, Version};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_testkit::{MovableClock, an_adjustment};
use tempfile::TempDir;

/// A shop in a folder that goes with it.
pub(crate) struct TempShop {
    pub database: Database,
    folder: TempDir,
}

impl TempShop {
    pub(crate) fn open() -> Self {
        Self::open_with(|_| {})
    }

    pub(crate) fn open_with(change: impl FnOnce(&mut DatabaseOptions)) -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a test");
        let mut options = options(&database_in(folder.path()));
        change(&mut options);
        let database = Database::open(options).expect("an empty folder becomes a shop");
        Self { database, folder }
    }

    /// The shop in a folder that has its database already.
    pub(crate) fn of(folder: TempDir) -> Self {
        Self { database: open(folder.path()), folder }
    }

    /// The database's file.
    pub(crate) fn file(&self) -> PathBuf {
        database_in(self.folder.path())
    }

    /// Another connection, as another program would open it.
    pub(crate) fn beside(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).expect("the shop's file can be opened twice")
    }

    /// Closes the shop, and keeps its folder.
    pub(crate) fn close(self) -> TempDir {
        drop(self.database);
        self.folder
    }
}

pub(crate) fn database_in(folder: &Path) -> PathBuf {
    folder.join("shop.sqlite")
}

pub(crate) fn options(file: &Path) -> DatabaseOptions {
    DatabaseOptions::new(file, Arc::new(MovableClock::default()))
}

/// Opens the shop in `folder` again.
pub(crate) fn open(folder: &Path) -> Database {
    Database::open(options(&database_in(folder))).unwrap_or_else(|error| panic!("the shop does not open: {error:?}"))
}

pub(crate) fn code(code: &str) -> ProductCode {
    code.parse().expect("tests use valid product codes")
}

pub(crate) fn sku(sku: &str) -> Sku {
    sku.parse().expect("tests use valid SKUs")
}

/// A save over `read_at` that changes no price.
pub(crate) fn saving(product: Product, read_at: Option<Version>) -> ProductSave {
    ProductSave { product, read_at, price_changes: vec![], old_slugs: OldSlugs::Respect }
}

/// Takes in `units` of a variant.
pub(crate) async fn receive(database: &Database, sku: &str, units: i64, token: &str) -> Adjusted {
    let adjusted = database.adjust(an_adjustment(sku, StockChange::By(units), token)).await;
    adjusted.expect("goods can always be taken in")
}

pub(crate) async fn on_hand(database: &Database, text: &str) -> u64 {
    let found = StockStore::find_many(database, &[sku(text)]).await.expect("the store answers");
    found.iter().flat_map(|record| record.levels.values()).map(|level| level.on_hand).sum()
}

pub(crate) async fn version_of(database: &Database, text: &str) -> Option<u64> {
    let found = ProductStore::find(database, &code(text)).await.expect("the store answers");
    found.map(|stored| stored.version.0)
}

/// All entries of a variant's ledger.
pub(crate) async fn ledger(database: &Database, text: &str) -> Vec<LedgerEntry> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.sequence);
        let page = database.ledger(&sku(text), after, 100).await.expect("the store answers");
        if page.is_empty() {
            return entries;
        }
        entries.extend(page);
    }
}

/// The change log from its beginning.
pub(crate) async fn changes(database: &Database) -> Vec<Subject> {
    let mut changes = Vec::new();
    let mut after = None;
    loop {
        let page = ChangeLog::read(database, after.as_ref(), 1_000).await.expect("the store answers");
        let Some(last) = page.last() else { return changes };
        after = Some(last.position.clone());
        changes.extend(page.into_iter().map(|change| change.subject));
    }
}

/// Finds the shop whole.
pub(crate) async fn assert_whole(database: &Database) {
    let report = database.check().await.expect("the shop can be checked");
    assert!(report.problems.is_empty(), "{:#?}", report.problems);
}
