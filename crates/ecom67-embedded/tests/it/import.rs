//! Imports into a real shop on a real disk, and exports out of it.

mod bad_rows;
mod faulty_store;
mod formats;
mod hostile;
mod interrupted;
mod pricing;
mod real_catalogs;
mod round_trip;
mod slugs;
mod stock_prices;

use std::borrow::Cow;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecom67_app::catalog::Catalog;
use ecom67_app::import::{
    Cancel, Format, ImportError, ImportReport, ImportRequest, Importer, NoProgress, Outcome, RowReport, Source, run,
};
use ecom67_app::port::{ChangeLog, PAGE_MAX, ProductStore};
use ecom67_app::shop::ShopCache;
use ecom67_domain::Product;
use ecom67_embedded::Database;
use ecom67_embedded::checkpoint::FileCheckpoints;
use ecom67_embedded::media::FolderMediaStore;
use ecom67_testkit::MovableClock;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::shop::{code, database_in, options};

/// The market, location, attribute and category that most lines here name.
const BASICS: &str = r##"{"type":"market","code":"de","countries":["DE","AT"],"currency":"EUR","tax":"included","languages":["de","en"]}
{"type":"location","code":"main","name":"Main warehouse","country":"DE"}
{"type":"attribute","code":"colour","kind":"choice","label":{"en":"Colour"},"choices":[{"code":"rose","label":{"en":"Rose"},"color":"#d6455d"},{"code":"mint","label":{"en":"Mint"}}]}
{"type":"attribute","code":"capacity","kind":"number","label":{"en":"Capacity"},"unit":"ml"}
{"type":"category","code":"kitchen","name":{"en":"Kitchen"}}
{"type":"category","code":"mugs","parent":"kitchen","name":{"en":"Mugs","de":"Becher"}}
"##;

/// A shop to import into, with a folder beside it for the files.
struct ImportShop {
    database: Database,
    importer: Importer,
    clock: MovableClock,
    files: PathBuf,
    folder: TempDir,
}

impl ImportShop {
    async fn open() -> Self {
        Self::open_in(tempfile::tempdir().expect("the machine has room for a test")).await
    }

    async fn open_in(folder: TempDir) -> Self {
        let clock = MovableClock::default();
        let mut options = options(&database_in(folder.path()));
        options.clock = Arc::new(clock.clone());
        let database = Database::open(options).expect("the folder becomes a shop");
        let files = folder.path().join("files");
        std::fs::create_dir_all(&files).expect("the folder can be written");
        Self { importer: importer(&database, folder.path(), &clock).await, database, clock, files, folder }
    }

    /// Writes a file to be imported.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.files.join(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder can be written");
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    async fn import(&self, format: Format, path: &Path) -> ImportReport {
        self.import_with(format, path, |_| {}).await.expect("the import runs to its end")
    }

    async fn import_with(
        &self,
        format: Format,
        path: &Path,
        change: impl FnOnce(&mut ImportRequest),
    ) -> Result<ImportReport, ImportError> {
        let mut request = ImportRequest::new(format, Source::Path(path.to_owned()));
        change(&mut request);
        run(&self.importer, request, &NoProgress, &Cancel::default()).await
    }

    /// Imports lines of the shop's own format.
    async fn import_lines(&self, lines: &str) -> ImportReport {
        let file = ("lines.jsonl".to_owned(), Cow::Owned(lines.as_bytes().to_vec()));
        let request = ImportRequest::new(Format::Jsonl, Source::Memory(vec![file]));
        run(&self.importer, request, &NoProgress, &Cancel::default()).await.expect("the import runs to its end")
    }

    async fn product(&self, text: &str) -> Option<Product> {
        ProductStore::find(&self.database, &code(text)).await.expect("the store answers").map(|stored| stored.value)
    }

    async fn products(&self) -> Vec<Product> {
        products(&self.database).await
    }

    /// Where the change log is: whatever is written moves it.
    async fn head(&self) -> String {
        ChangeLog::head(&self.database).await.expect("the store answers").to_string()
    }

    async fn export(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        export(&self.importer, &folder).await;
        folder
    }
}

async fn importer(database: &Database, folder: &Path, clock: &MovableClock) -> Importer {
    let store = Arc::new(database.bulk());
    let catalog = Catalog {
        products: Arc::clone(&store) as _,
        documents: Arc::clone(&store) as _,
        stock: store,
        clock: Arc::new(clock.clone()),
    };
    Importer {
        shop: Arc::new(ShopCache::load(catalog.documents.as_ref()).await.expect("the store answers")),
        catalog,
        media: Arc::new(FolderMediaStore::open(&folder.join("media")).expect("the folder can be written")),
        checkpoints: Arc::new(FileCheckpoints::open(&folder.join("imports")).expect("the folder can be written")),
    }
}

async fn products(database: &Database) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    loop {
        let after = products.last().map(|product| product.code.clone());
        let page = ProductStore::list(database, after.as_ref(), PAGE_MAX).await.expect("the store answers");
        let is_last = page.len() < PAGE_MAX;
        products.extend(page.into_iter().map(|stored| stored.value));
        if is_last {
            return products;
        }
    }
}

async fn export(importer: &Importer, folder: &Path) -> ecom67_app::export::ExportReport {
    let exporter =
        ecom67_app::export::Exporter { catalog: importer.catalog.clone(), media: Arc::clone(&importer.media) };
    ecom67_app::export::run(&exporter, folder, &|_| {}, &Cancel::default()).await.expect("the export runs to its end")
}

/// A line with a product of one variant.
fn product_line(code: &str) -> String {
    format!(
        r#"{{"type":"product","code":"{code}","categories":["mugs"],"texts":{{"en":{{"name":"Mug {code}"}}}},"attributes":{{"capacity":350.5}},"variants":[{{"sku":"{}","prices":{{"de":{{"currency":"EUR","amount":1490}}}},"stock":{{"main":7}}}}]}}"#,
        code.to_ascii_uppercase()
    )
}

/// What a report says, in short.
fn told(reports: &[RowReport]) -> Vec<(u64, &str, &str)> {
    reports.iter().map(|report| (report.line, report.field.as_str(), report.code.as_ref())).collect()
}

fn refused(reports: &[RowReport]) -> bool {
    reports.iter().all(|report| report.outcome == Outcome::Refused)
}

fn read_report(path: &Path) -> Vec<RowReport> {
    let text = std::fs::read_to_string(path).expect("the report was written");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

/// A small picture of one colour.
fn picture(red: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(40, 30, image::Rgb([red, 90, 120]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("memory can be written");
    bytes.into_inner()
}
