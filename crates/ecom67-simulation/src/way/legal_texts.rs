//! The way to texts that orders were placed under.

use async_trait::async_trait;
use ecom67_app::port::{LegalText, LegalTexts, StoreError};
use ecom67_domain::order::LegalTextDigest;

use super::{Way, What};

#[async_trait]
impl LegalTexts for Way {
    async fn keep(&self, text: LegalText) -> Result<(), StoreError> {
        self.write(What("keep a text", 0), move |world| {
            world.store.state().legal_texts.insert(text.digest(), text.clone());
            Ok(())
        })
        .await
    }

    async fn find(&self, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError> {
        self.read(What("find a text", 0), move |state| state.legal_texts.get(&digest).cloned()).await
    }
}
