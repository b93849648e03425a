//! Steps that the cases of several suites take.

use ecom67_app::document::ShopDocument;
use ecom67_app::port::{Adjusted, DocumentSave, OldSlugs, ProductSave, SaveError, SlugMatch, Stored};
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord};
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};

use crate::Stores;

/// How many callers try the same at once.
pub(crate) const CALLERS: usize = 64;

pub(crate) fn code(code: &str) -> ProductCode {
    code.parse().expect("tests use valid product codes")
}

pub(crate) fn sku(sku: &str) -> Sku {
    sku.parse().expect("tests use valid SKUs")
}

pub(crate) fn slug(slug: &str) -> Slug {
    slug.parse().expect("tests use valid slugs")
}

/// A save of a product with no price change that respects old slugs.
pub(crate) fn saving(product: &Product, read_at: Option<Version>) -> ProductSave {
    ProductSave { product: product.clone(), read_at, price_changes: vec![], old_slugs: OldSlugs::Respect }
}

impl Stores {
    pub(crate) async fn try_save(&self, product: &Product, read_at: Option<Version>) -> Result<Version, SaveError> {
        self.products.save(saving(product, read_at)).await
    }

    /// Saves what must be saved, whatever is there.
    pub(crate) async fn save(&self, product: &Product) -> Version {
        let read_at = self.product(product.code.as_str()).await.map(|stored| stored.version);
        self.try_save(product, read_at).await.expect("nothing stands against this save")
    }

    pub(crate) async fn product(&self, product: &str) -> Option<Stored<Product>> {
        self.products.find(&code(product)).await.expect("the store answers")
    }

    pub(crate) async fn by_slug(&self, language: Language, text: &str) -> Leads {
        self.products.find_by_slug(language, &slug(text)).await.expect("the store answers").into()
    }

    pub(crate) async fn by_sku(&self, text: &str) -> Option<String> {
        let found = self.products.find_by_sku(&sku(text)).await.expect("the store answers");
        found.map(|code| code.to_string())
    }

    pub(crate) async fn save_document(&self, document: impl Into<Document>) -> Version {
        let Document(document) = document.into();
        let read_at = self.documents.find(&document.key()).await.expect("the store answers");
        let read_at = read_at.map(|stored| stored.version);
        self.documents.save(DocumentSave { document, read_at }).await.expect("nothing stands against this save")
    }

    pub(crate) async fn enter(&self, adjustment: Adjustment) -> LedgerEntry {
        match self.stock.adjust(adjustment).await.expect("nothing stands against this adjustment") {
            Adjusted::Entered(entry) => entry,
            Adjusted::Unchanged => panic!("the adjustment changed nothing"),
        }
    }

    /// Writes a record over whatever is there.
    pub(crate) async fn restate(&self, right: StockRecord) -> bool {
        let read = self.stock.find_many(std::slice::from_ref(&right.sku)).await.expect("the store answers").pop();
        let read = read.unwrap_or_else(|| StockRecord::empty(right.sku.clone()));
        self.stock.restate(read, right).await.expect("the store answers")
    }

    pub(crate) async fn ledger(&self, text: &str) -> Vec<LedgerEntry> {
        let mut entries: Vec<LedgerEntry> = Vec::new();
        loop {
            let after = entries.last().map_or(0, |entry| entry.sequence);
            let page = self.stock.ledger(&sku(text), after, 50).await.expect("the store answers");
            if page.is_empty() {
                return entries;
            }
            entries.extend(page);
        }
    }
}

/// Where a slug leads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Leads {
    /// To nothing.
    Nowhere,
    /// To the record that goes by it.
    To(String),
    /// To the record that went by it once.
    OnTo(String),
}

impl Leads {
    pub(crate) fn to(code: &str) -> Self {
        Self::To(code.to_owned())
    }

    pub(crate) fn on_to(code: &str) -> Self {
        Self::OnTo(code.to_owned())
    }
}

impl<C: ToString> From<Option<SlugMatch<C>>> for Leads {
    fn from(found: Option<SlugMatch<C>>) -> Self {
        match found {
            None => Self::Nowhere,
            Some(SlugMatch { code, current: true }) => Self::To(code.to_string()),
            Some(SlugMatch { code, current: false }) => Self::OnTo(code.to_string()),
        }
    }
}

/// A document of any kind.
pub(crate) struct Document(pub(crate) ShopDocument);

macro_rules! document_from {
    ($($from:ident => $kind:ident),*) => {
        $(impl From<ecom67_app::document::$from> for Document {
            fn from(document: ecom67_app::document::$from) -> Self {
                Self(ShopDocument::$kind(document))
            }
        })*
    };
}

document_from!(
    CategoryDocument => Category, CollectionDocument => Collection, PageDocument => Page, MarketDocument => Market
);

impl From<ShopDocument> for Document {
    fn from(document: ShopDocument) -> Self {
        Self(document)
    }
}
