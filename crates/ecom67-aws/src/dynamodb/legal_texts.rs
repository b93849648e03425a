//! Texts that orders were placed under: an item for each, for good.

use async_trait::async_trait;
use ecom67_app::port::{LegalText, LegalTexts, StoreError};
use ecom67_domain::order::LegalTextDigest;

use super::Table;
use super::call::read_error;
use super::item::{DOCUMENT, Reader, document, text};
use super::key::Key;

const LANGUAGE: &str = "language";

/// Keeps texts that orders were placed under.
#[derive(Clone, Debug)]
pub struct LegalTextBox {
    pub(super) table: Table,
}

#[async_trait]
impl LegalTexts for LegalTextBox {
    async fn keep(&self, kept: LegalText) -> Result<(), StoreError> {
        let mut item = Key::legal_text(&kept.digest()).item();
        item.insert(LANGUAGE.to_owned(), text(kept.language.as_str()));
        item.insert(DOCUMENT.to_owned(), document(&(&kept.title, &kept.body))?);
        // What is there already is the same.
        let put = self.table.client.put_item().table_name(&*self.table.name).set_item(Some(item));
        put.send().await.map(drop).map_err(read_error)
    }

    async fn find(&self, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError> {
        let Some(item) = self.table.get(&Key::legal_text(&digest)).await? else { return Ok(None) };
        let reader = Reader::new(&item);
        let told: Result<(String, String), _> = serde_json::from_slice(&reader.document()?);
        let (title, body) = told.map_err(|error| reader.unreadable(error.to_string()))?;
        Ok(Some(LegalText { language: reader.parsed(LANGUAGE)?, title, body }))
    }
}
