//! Export: the whole catalog in the shop's own format, with its pictures, to be imported elsewhere.
//!
//! `shop.jsonl` has the documents in an order in which each names only earlier ones, and every product with its stock
//! and price history; `media/` has the pictures as they were given. An import of the folder into an empty shop makes a
//! shop whose export is the same, byte for byte.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecom67_domain::catalog::{CategoryTree, MediaId};
use ecom67_domain::stock::StockRecord;
use ecom67_domain::{CategoryCode, Product, Sku};
use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::document::{CategoryDocument, DocumentKind, Line, PriceChangeDocument, ProductDocument, ShopDocument};
use crate::import::Cancel;
use crate::port::{MediaStore, PAGE_MAX, StoreError};

/// The name of the file with the catalog.
pub const FILE_NAME: &str = "shop.jsonl";
/// The name of the folder with the pictures.
pub const MEDIA_FOLDER: &str = "media";
/// The most missing pictures a report names.
const MISSING_NAMED_MAX: usize = 20;

/// What an export reads.
#[derive(Clone)]
pub struct Exporter {
    /// The catalog.
    pub catalog: Catalog,
    /// Its pictures.
    pub media: Arc<dyn MediaStore>,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// Documents of all kinds.
    pub documents: u64,
    /// Products.
    pub products: u64,
    /// Pictures.
    pub pictures: u64,
    /// Pictures that something names and the store does not have: their names in the file lead nowhere.
    pub pictures_missing: u64,
    /// The first of these.
    pub missing: Vec<String>,
}

/// Why an export ended early. The file of an earlier export is still there then.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be written.
    #[error("{path} cannot be written")]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The folder has files that an import of it would read as well.
    #[error("{0} stands in the folder already, and an import would read it too: choose an empty folder")]
    NotEmpty(PathBuf),
    /// The store cannot be read.
    #[error("the store cannot be read")]
    Store(#[from] StoreError),
    /// It was asked to stop.
    #[error("the export was stopped")]
    Cancelled,
}

/// Writes everything into `folder`, which is made where it is missing, and tells `progress` from time to time. What is
/// changed meanwhile may be in it or not.
pub async fn run(
    exporter: &Exporter,
    folder: &Path,
    progress: &(dyn Fn(&ExportReport) + Send + Sync),
    cancel: &Cancel,
) -> Result<ExportReport, ExportError> {
    let to = folder.to_owned();
    let output = blocking(move || Output::create(&to)).await?;
    let mut export =
        Export { exporter, output: Some(output), pictures: HashMap::new(), report: ExportReport::default() };
    for kind in DocumentKind::ALL {
        if kind == DocumentKind::Page {
            // Home pages and menus name products; collections may name them before they are there.
            export.products(progress, cancel).await?;
        }
        match kind {
            DocumentKind::Category => export.categories().await?,
            other => export.documents(other).await?,
        }
        progress(&export.report);
    }
    let Export { output, report, .. } = export;
    if let Some(output) = output {
        blocking(move || output.finish()).await?;
    }
    Ok(report)
}

struct Export<'run> {
    exporter: &'run Exporter,
    /// Absent while a thread writes to it.
    output: Option<Output>,
    /// The name of the file of each picture that was met.
    pictures: HashMap<String, String>,
    report: ExportReport,
}

impl Export<'_> {
    async fn documents(&mut self, kind: DocumentKind) -> Result<(), ExportError> {
        let mut after: Option<String> = None;
        loop {
            let page = self.exporter.catalog.documents.list(kind, after.as_deref(), PAGE_MAX).await?;
            let is_last = page.len() < PAGE_MAX;
            after = page.last().map(|stored| stored.value.key().code);
            self.write_documents(page.into_iter().map(|stored| stored.value)).await?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Parents before their children.
    async fn categories(&mut self) -> Result<(), ExportError> {
        let mut documents = HashMap::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.exporter.catalog.documents.list(DocumentKind::Category, after.as_deref(), PAGE_MAX).await?;
            let is_last = page.len() < PAGE_MAX;
            after = page.last().map(|stored| stored.value.key().code);
            for stored in page {
                if let ShopDocument::Category(category) = stored.value {
                    documents.insert(category.code.clone(), category);
                }
            }
            if is_last {
                break;
            }
        }
        let ordered = in_tree_order(documents);
        self.write_documents(ordered.into_iter().map(ShopDocument::Category)).await
    }

    async fn write_documents(&mut self, documents: impl Iterator<Item = ShopDocument>) -> Result<(), ExportError> {
        let mut lines = Vec::new();
        for mut document in documents {
            for (_, picture) in document.pictures_mut() {
                self.name_picture(picture).await?;
            }
            add_line(&mut lines, &document.into())?;
            self.report.documents += 1;
        }
        self.write(lines).await
    }

    async fn products(
        &mut self,
        progress: &(dyn Fn(&ExportReport) + Send + Sync),
        cancel: &Cancel,
    ) -> Result<(), ExportError> {
        let mut after = None;
        loop {
            let page = self.exporter.catalog.products.list(after.as_ref(), PAGE_MAX).await?;
            let is_last = page.len() < PAGE_MAX;
            after = page.last().map(|stored| stored.value.code.clone());
            let products: Vec<Product> = page.into_iter().map(|stored| stored.value).collect();
            let stock = self.stock_of(&products).await?;
            let mut lines = Vec::new();
            for product in &products {
                let document = self.product(product, &stock).await?;
                add_line(&mut lines, &Line::Product(document))?;
                self.report.products += 1;
            }
            self.write(lines).await?;
            progress(&self.report);
            if is_last {
                return Ok(());
            }
            if cancel.is_requested() {
                return Err(ExportError::Cancelled);
            }
        }
    }

    async fn product(
        &mut self,
        product: &Product,
        stock: &HashMap<Sku, StockRecord>,
    ) -> Result<ProductDocument, ExportError> {
        let history = self.exporter.catalog.products.price_history(&product.code, Timestamp::MIN).await?;
        let mut document = ProductDocument::from(product);
        document.price_history = history.iter().map(PriceChangeDocument::from).collect();
        for (line, variant) in document.variants.iter_mut().zip(&product.variants) {
            let levels = stock.get(&variant.sku).into_iter().flat_map(|record| &record.levels);
            // None on hand is what a variant without a word on stock has.
            let on_hand = levels.filter(|(_, level)| level.on_hand > 0);
            line.stock = on_hand.map(|(location, level)| (location.to_string(), level.on_hand)).collect();
        }
        for picture in &mut document.pictures {
            self.name_picture(&mut picture.file).await?;
        }
        Ok(document)
    }

    async fn stock_of(&self, products: &[Product]) -> Result<HashMap<Sku, StockRecord>, StoreError> {
        let variants = products.iter().flat_map(|product| &product.variants);
        let skus: Vec<_> = variants.map(|variant| variant.sku.clone()).collect();
        let mut records = HashMap::with_capacity(skus.len());
        for page in skus.chunks(PAGE_MAX) {
            let found = self.exporter.catalog.stock.find_many(page).await?;
            records.extend(found.into_iter().map(|record| (record.sku.clone(), record)));
        }
        Ok(records)
    }

    /// Puts the name of a picture's file in place of its id, and writes the file.
    async fn name_picture(&mut self, picture: &mut String) -> Result<(), ExportError> {
        if let Some(name) = self.pictures.get(picture) {
            name.clone_into(picture);
            return Ok(());
        }
        let Ok(id) = picture.parse::<MediaId>() else { return Ok(()) };
        let name = match self.exporter.media.original(&id).await? {
            Some(bytes) => {
                let name = format!("{MEDIA_FOLDER}/{}.{}", id.as_str(), extension_of(&bytes));
                let file = name.clone();
                self.with_output(move |output| output.write_picture(&file, &bytes)).await?;
                self.report.pictures += 1;
                name
            }
            None => {
                self.report.pictures_missing += 1;
                if self.report.missing.len() < MISSING_NAMED_MAX {
                    self.report.missing.push(id.as_str().to_owned());
                }
                format!("{MEDIA_FOLDER}/{}.missing", id.as_str())
            }
        };
        self.pictures.insert(std::mem::replace(picture, name.clone()), name);
        Ok(())
    }

    async fn write(&mut self, lines: Vec<u8>) -> Result<(), ExportError> {
        self.with_output(move |output| output.write(&lines)).await
    }

    async fn with_output(
        &mut self,
        write: impl FnOnce(&mut Output) -> Result<(), ExportError> + Send + 'static,
    ) -> Result<(), ExportError> {
        let Some(mut output) = self.output.take() else { return Ok(()) };
        self.output = Some(blocking(move || write(&mut output).map(|()| output)).await?);
        Ok(())
    }
}

fn add_line(lines: &mut Vec<u8>, line: &Line) -> Result<(), StoreError> {
    serde_json::to_writer(&mut *lines, line).map_err(StoreError::failed)?;
    lines.push(b'\n');
    Ok(())
}

/// The categories from the top down. One whose parent is gone stands at the top, as the shop shows it; what stands in
/// a cycle comes last: an import will tell of it.
fn in_tree_order(mut documents: HashMap<String, CategoryDocument>) -> Vec<CategoryDocument> {
    let tree = CategoryTree::new(documents.values().filter_map(|document| document.to_category().ok()));
    let mut ordered = Vec::with_capacity(documents.len());
    let mut next: Vec<Option<CategoryCode>> = vec![None];
    while let Some(parent) = next.pop() {
        let children: Vec<_> = tree.children(parent.as_ref()).map(|category| category.code.clone()).collect();
        for code in &children {
            if let Some(mut document) = documents.remove(code.as_str()) {
                document.parent = parent.as_ref().map(ToString::to_string);
                ordered.push(document);
            }
        }
        next.extend(children.into_iter().rev().map(Some));
    }
    let mut rest: Vec<_> = documents.into_values().collect();
    rest.sort_by(|one, other| one.code.cmp(&other.code));
    ordered.extend(rest);
    ordered
}

fn extension_of(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "jpg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "webp",
        _ => "bin",
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ExportError> + Send + 'static,
) -> Result<T, ExportError> {
    tokio::task::spawn_blocking(work).await.map_err(StoreError::failed)?
}

/// The files of an export. The catalog is written beside and put in place when it is whole.
struct Output {
    folder: PathBuf,
    file: BufWriter<File>,
}

impl Output {
    fn create(folder: &Path) -> Result<Self, ExportError> {
        let media = folder.join(MEDIA_FOLDER);
        fs::create_dir_all(&media).map_err(|source| ExportError::Unwritable { path: media.clone(), source })?;
        let unwritable = |source| ExportError::Unwritable { path: folder.to_owned(), source };
        for entry in fs::read_dir(folder).map_err(unwritable)? {
            let name = entry.map_err(unwritable)?.file_name();
            let text = name.to_string_lossy();
            if (text.ends_with(".jsonl") || text.ends_with(".jsonl.gz")) && text != FILE_NAME {
                return Err(ExportError::NotEmpty(folder.join(name)));
            }
        }
        let path = folder.join(unfinished());
        let file = File::create(&path).map_err(|source| ExportError::Unwritable { path, source })?;
        Ok(Self { folder: folder.to_owned(), file: BufWriter::new(file) })
    }

    fn write(&mut self, lines: &[u8]) -> Result<(), ExportError> {
        let path = self.folder.join(unfinished());
        self.file.write_all(lines).map_err(|source| ExportError::Unwritable { path, source })
    }

    fn write_picture(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.folder.join(name);
        // Named by its content: what is there and as long is the same.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() == bytes.len() as u64) {
            return Ok(());
        }
        let written = File::create(&path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(|source| ExportError::Unwritable { path, source })
    }

    fn finish(self) -> Result<(), ExportError> {
        let (from, to) = (self.folder.join(unfinished()), self.folder.join(FILE_NAME));
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        let sync = |folder: &Path| File::open(folder).and_then(|folder| folder.sync_all());
        // The names of the pictures first: whoever finds the catalog finds what it names, whenever the power goes.
        file.and_then(|file| file.sync_all())
            .and_then(|()| sync(&self.folder.join(MEDIA_FOLDER)))
            .and_then(|()| fs::rename(from, &to))
            .and_then(|()| sync(&self.folder))
            .map_err(|source| ExportError::Unwritable { path: to, source })
    }
}

fn unfinished() -> String {
    format!("{FILE_NAME}.unfinished")
}
