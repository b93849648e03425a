//! Documents, as far as a shop is put together from them: nobody looks for an address.

use async_trait::async_trait;
use ecom67_app::document::{DocumentKey, DocumentKind, ShopDocument};
use ecom67_app::port::{DocumentSave, DocumentStore, PAGE_MAX, SaveError, SlugMatch, StoreError, Stored, Subject};
use ecom67_domain::{Language, Slug, Version};

use super::{MemoryStore, not_asked_for};

#[async_trait]
impl DocumentStore for MemoryStore {
    async fn find(&self, key: &DocumentKey) -> Result<Option<Stored<ShopDocument>>, StoreError> {
        Ok(self.state().documents.get(key).cloned())
    }

    async fn find_by_slug(
        &self,
        _: DocumentKind,
        _: Language,
        _: &Slug,
    ) -> Result<Option<SlugMatch<String>>, StoreError> {
        Err(not_asked_for("addresses"))
    }

    async fn list(
        &self,
        kind: DocumentKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<ShopDocument>>, StoreError> {
        let state = self.state();
        let of_kind = state.documents.iter().filter(|(key, _)| key.kind == kind);
        let following = of_kind.filter(|(key, _)| after.is_none_or(|after| key.code.as_str() > after));
        Ok(following.take(limit.min(PAGE_MAX)).map(|(_, stored)| stored.clone()).collect())
    }

    async fn save(&self, save: DocumentSave) -> Result<Version, SaveError> {
        let (key, now) = (save.document.key(), self.clock.now());
        let mut state = self.state();
        let present = state.documents.get(&key).map(|stored| stored.version);
        if present != save.read_at {
            return Err(SaveError::Stale { present });
        }
        let version = present.map_or(Version::FIRST, Version::next);
        state.documents.insert(key.clone(), Stored { value: save.document, version });
        state.changed(Subject::Document(key), now);
        Ok(version)
    }

    async fn remove(&self, key: &DocumentKey, read_at: Version) -> Result<(), SaveError> {
        let now = self.clock.now();
        let mut state = self.state();
        let present = state.documents.get(key).map(|stored| stored.version);
        if present != Some(read_at) {
            return Err(SaveError::Stale { present });
        }
        state.documents.remove(key);
        state.changed(Subject::Document(key.clone()), now);
        Ok(())
    }
}
