//! Documents: what the shop consists of beside products.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::document::{DocumentKey, DocumentKind, ShopDocument, from_json};
use ecom67_app::port::{DocumentSave, DocumentStore, OldSlugs, PAGE_MAX, SaveError, SlugMatch, StoreError, Stored};
use ecom67_domain::text::ByLanguage;
use ecom67_domain::{Language, Slug, Version};

use super::Table;
use super::call::Attempts;
use super::item::{DOCUMENT, Item, Reader, VERSION, document, number, text};
use super::key::{Key, SlugSpace, document_partition};
use super::slugs::{SlugChanges, SlugName, Slugs};
use super::transaction::{Condition, Outcome, Refusal, Transaction};

/// The most old slugs that still lead to a document; beyond them the oldest is forgotten. With the slugs of 39
/// languages they can be removed in one transaction.
pub const PAST_SLUGS_MAX: usize = 60;

/// The old slugs of a document, the oldest first; among them some that others have taken over since.
const PAST: &str = "past";

/// Keeps documents.
#[derive(Clone, Debug)]
pub struct Documents {
    pub(super) table: Table,
}

/// What a condition of a write is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The document is at the version it was read at.
    Document,
    /// The slug is nobody else's.
    Slug(SlugName),
    /// The old slug has not been taken over since it was looked at.
    OldSlug,
}

/// A document as it lies in the table.
#[derive(Default)]
struct Present {
    version: Option<Version>,
    slugs: ByLanguage<Slug>,
    past: Vec<SlugName>,
}

impl Documents {
    fn slugs(&self, kind: DocumentKind) -> Slugs<'_> {
        Slugs { table: &self.table, space: SlugSpace::Documents(kind) }
    }

    /// What lies in the table, if that is the version it was read at.
    async fn present(&self, key: &DocumentKey, read_at: Option<Version>) -> Result<Present, SaveError> {
        let item = self.table.get(&Key::document(key)).await?;
        let present = item.as_ref().map(read_present).transpose()?.unwrap_or_default();
        if present.version == read_at { Ok(present) } else { Err(SaveError::Stale { present: present.version }) }
    }

    async fn save_transaction(&self, save: &DocumentSave, version: Version) -> Result<Transaction<Why>, SaveError> {
        let key = save.document.key();
        let present = self.present(&key, save.read_at).await?;
        let (slugs, slug_store) = (save.document.slugs(), self.slugs(key.kind));
        let changes = SlugChanges::between(&present.slugs, &slugs);
        let mut past = past_slugs(present.past, &changes, &slugs);
        let forgotten = past.drain(..past.len().saturating_sub(PAST_SLUGS_MAX)).collect::<Vec<_>>();

        let mut transaction = Transaction::new();
        let item = document_item(&save.document, version, &past)?;
        transaction.put(&self.table, item, at_version(save.read_at), Why::Document)?;
        slug_store.write(&mut transaction, &key.code, &changes, OldSlugs::TakeOver, Why::Slug)?;
        for name in slug_store.owned(&key.code, &forgotten).await? {
            slug_store.delete(&mut transaction, &key.code, &name, Why::OldSlug)?;
        }
        Ok(transaction)
    }

    async fn removal(&self, key: &DocumentKey, read_at: Version) -> Result<Transaction<Why>, SaveError> {
        let present = self.present(key, Some(read_at)).await?;
        let slug_store = self.slugs(key.kind);
        let mut transaction = Transaction::new();
        transaction.delete(&self.table, &Key::document(key), at_version(Some(read_at)), Why::Document)?;
        let names: Vec<SlugName> = present.slugs.into_iter().chain(present.past).collect();
        for name in slug_store.owned(&key.code, &names).await? {
            slug_store.delete(&mut transaction, &key.code, &name, Why::OldSlug)?;
        }
        Ok(transaction)
    }
}

#[async_trait]
impl DocumentStore for Documents {
    async fn find(&self, key: &DocumentKey) -> Result<Option<Stored<ShopDocument>>, StoreError> {
        let item = self.table.get(&Key::document(key)).await?;
        item.as_ref().map(read_document).transpose()
    }

    async fn find_by_slug(
        &self,
        kind: DocumentKind,
        language: Language,
        slug: &Slug,
    ) -> Result<Option<SlugMatch<String>>, StoreError> {
        self.slugs(kind).find(&(language, slug.clone())).await
    }

    async fn list(
        &self,
        kind: DocumentKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<ShopDocument>>, StoreError> {
        let items = self.table.query(&document_partition(kind), after, limit.min(PAGE_MAX)).await?;
        items.iter().map(read_document).collect()
    }

    async fn save(&self, save: DocumentSave) -> Result<Version, SaveError> {
        let version = save.read_at.map_or(Version::FIRST, Version::next);
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let transaction = self.save_transaction(&save, version).await?;
            match transaction.commit(&self.table).await? {
                Outcome::Committed => return Ok(version),
                Outcome::Conflict => {}
                Outcome::Refused(refusals) => look_at(refusals, &save.document.key().code)?,
            }
            attempts.pause().await?;
        }
    }

    async fn remove(&self, key: &DocumentKey, read_at: Version) -> Result<(), SaveError> {
        let mut attempts = Attempts::within(self.table.patience);
        loop {
            let transaction = self.removal(key, read_at).await?;
            match transaction.commit(&self.table).await? {
                Outcome::Committed => return Ok(()),
                Outcome::Conflict => {}
                Outcome::Refused(refusals) => look_at(refusals, &key.code)?,
            }
            attempts.pause().await?;
        }
    }
}

/// Finds what the refusals mean: an error for the caller, or that the next try will see what has changed.
fn look_at(refusals: Vec<Refusal<Why>>, me: &str) -> Result<(), SaveError> {
    if refusals.iter().any(|refusal| refusal.why == Why::Document) {
        return Ok(());
    }
    for refusal in refusals {
        if let Why::Slug(name) = refusal.why
            && let Some(error) = Slugs::refusal(name, refusal.item.as_ref(), me)?
        {
            return Err(error);
        }
    }
    Ok(())
}

fn at_version(read_at: Option<Version>) -> Condition {
    match read_at {
        None => Condition::absent(),
        Some(version) => {
            Condition::new("#version = :version").name("#version", VERSION).value(":version", number(version.0))
        }
    }
}

/// The old slugs after a save: those there were and those it leaves, without those it goes by.
fn past_slugs(past: Vec<SlugName>, changes: &SlugChanges, slugs: &ByLanguage<Slug>) -> Vec<SlugName> {
    let left: BTreeSet<_> = changes.left.iter().collect();
    let mut names: Vec<SlugName> = past.into_iter().filter(|name| !left.contains(name)).collect();
    names.extend(changes.left.iter().cloned());
    names.retain(|(language, slug)| slugs.get(language) != Some(slug));
    names
}

fn document_item(shop_document: &ShopDocument, version: Version, past: &[SlugName]) -> Result<Item, StoreError> {
    let mut item = Key::document(&shop_document.key()).item();
    item.insert(VERSION.to_owned(), number(version.0));
    item.insert(DOCUMENT.to_owned(), document(shop_document)?);
    let past = past.iter().map(|(language, slug)| text(&format!("{language}#{slug}")));
    item.insert(PAST.to_owned(), AttributeValue::L(past.collect()));
    Ok(item)
}

fn read_document(item: &Item) -> Result<Stored<ShopDocument>, StoreError> {
    let reader = Reader::new(item);
    let value = from_json(&reader.document()?).map_err(|violations| reader.unreadable(violations.to_string()))?;
    Ok(Stored { value, version: reader.version()? })
}

fn read_present(item: &Item) -> Result<Present, StoreError> {
    let reader = Reader::new(item);
    let Stored { value, version } = read_document(item)?;
    let parse = |value: &AttributeValue| -> Option<SlugName> {
        let (language, slug) = value.as_s().ok()?.split_once('#')?;
        Some((language.parse().ok()?, slug.parse().ok()?))
    };
    let past = reader.list(PAST)?.iter().map(parse).collect::<Option<Vec<_>>>();
    let past = past.ok_or_else(|| reader.unreadable("past is not what it should be"))?;
    Ok(Present { version: Some(version), slugs: value.slugs(), past })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(slug: &str) -> SlugName {
        (Language::ENGLISH, slug.parse().unwrap())
    }

    #[test]
    fn a_slug_that_is_left_again_is_the_youngest_of_the_old_ones() {
        let slugs = ByLanguage::from([name("d")]);
        let changes = SlugChanges { claimed: vec![name("d")], left: vec![name("a")] };

        let past = past_slugs(vec![name("a"), name("b"), name("d")], &changes, &slugs);

        assert_eq!(past, [name("b"), name("a")]);
    }
}
