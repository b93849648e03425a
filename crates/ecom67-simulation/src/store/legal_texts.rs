//! Texts that orders were placed under.

use async_trait::async_trait;
use ecom67_app::port::{LegalText, LegalTexts, StoreError};
use ecom67_domain::order::LegalTextDigest;

use super::MemoryStore;

#[async_trait]
impl LegalTexts for MemoryStore {
    async fn keep(&self, text: LegalText) -> Result<(), StoreError> {
        self.state().legal_texts.insert(text.digest(), text);
        Ok(())
    }

    async fn find(&self, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError> {
        Ok(self.state().legal_texts.get(&digest).cloned())
    }
}
