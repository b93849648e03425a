//! Slugs: one item each, which says whose it is and whether its owner goes by it at present.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::{OldSlugs, SaveError, SlugMatch, StoreError};
use ecom67_domain::text::ByLanguage;
use ecom67_domain::{Language, Slug};

use super::Table;
use super::item::{Item, OWNER, Reader, text};
use super::key::{Key, SlugSpace};
use super::transaction::{Condition, Transaction};

const CURRENT: &str = "current";

/// A slug in its language.
pub(super) type SlugName = (Language, Slug);

/// What a save does to slugs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SlugChanges {
    /// Those that become the record's own.
    pub(super) claimed: Vec<SlugName>,
    /// Those that it no longer goes by.
    pub(super) left: Vec<SlugName>,
}

impl SlugChanges {
    /// What differs. A slug that stays the same needs no write: nobody else can take one that is current.
    pub(super) fn between(before: &ByLanguage<Slug>, after: &ByLanguage<Slug>) -> Self {
        let differing = |from: &ByLanguage<Slug>, other: &ByLanguage<Slug>| {
            let differs = |(language, slug): &(&Language, &Slug)| other.get(language) != Some(*slug);
            from.iter().filter(differs).map(|(language, slug)| (*language, slug.clone())).collect()
        };
        Self { claimed: differing(after, before), left: differing(before, after) }
    }
}

/// The slugs of one kind of records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slugs<'table> {
    pub(super) table: &'table Table,
    pub(super) space: SlugSpace,
}

impl Slugs<'_> {
    fn key(&self, (language, slug): &SlugName) -> Key {
        Key::slug(self.space, *language, slug)
    }

    fn item(&self, name: &SlugName, owner: &str, current: bool) -> Item {
        let mut item = self.key(name).item();
        item.insert(OWNER.to_owned(), text(owner));
        item.insert(CURRENT.to_owned(), AttributeValue::Bool(current));
        item
    }

    /// Adds the writes to `transaction`; `why` says what a refusal of one means.
    pub(super) fn write<W: Clone>(
        &self,
        transaction: &mut Transaction<W>,
        owner: &str,
        changes: &SlugChanges,
        old_slugs: OldSlugs,
        why: impl Fn(SlugName) -> W,
    ) -> Result<(), StoreError> {
        for name in &changes.claimed {
            let is_free = match old_slugs {
                OldSlugs::Respect => Condition::new("attribute_not_exists(pk) OR #owner = :owner"),
                OldSlugs::TakeOver => Condition::new("attribute_not_exists(pk) OR #owner = :owner OR #current = :no")
                    .name("#current", CURRENT)
                    .value(":no", AttributeValue::Bool(false)),
            };
            let is_free = is_free.name("#owner", OWNER).value(":owner", text(owner));
            transaction.put(self.table, self.item(name, owner, true), is_free, why(name.clone()))?;
        }
        for name in &changes.left {
            let is_own = Condition::new("attribute_not_exists(pk) OR #owner = :owner");
            let is_own = is_own.name("#owner", OWNER).value(":owner", text(owner));
            transaction.put(self.table, self.item(name, owner, false), is_own, why(name.clone()))?;
        }
        Ok(())
    }

    /// Adds the deletion of a slug that is known to be its owner's.
    pub(super) fn delete<W: Clone>(
        &self,
        transaction: &mut Transaction<W>,
        owner: &str,
        name: &SlugName,
        why: W,
    ) -> Result<(), StoreError> {
        transaction.delete(self.table, &self.key(name), owned_by(owner), why)
    }

    /// Whom the slug leads to.
    pub(super) async fn find(&self, name: &SlugName) -> Result<Option<SlugMatch<String>>, StoreError> {
        let item = self.table.get(&self.key(name)).await?;
        item.as_ref().map(read).transpose()
    }

    /// Whom each of the slugs leads to, in the order asked for.
    pub(super) async fn find_many(&self, names: &[SlugName]) -> Result<Vec<Option<SlugMatch<String>>>, StoreError> {
        let keys: Vec<Key> = names.iter().map(|name| self.key(name)).collect();
        let items = self.table.get_many(&keys).await?;
        keys.iter().map(|key| items.get(key).map(read).transpose()).collect()
    }

    /// Those of `names` that are `owner`'s.
    pub(super) async fn owned(&self, owner: &str, names: &[SlugName]) -> Result<Vec<SlugName>, StoreError> {
        let keys: Vec<Key> = names.iter().map(|name| self.key(name)).collect();
        let items: BTreeMap<Key, Item> = self.table.get_many(&keys).await?;
        let is_owned = |name: &&SlugName| {
            let item = items.get(&self.key(name));
            item.is_some_and(|item| read(item).is_ok_and(|claim| claim.code == owner))
        };
        Ok(names.iter().filter(is_owned).cloned().collect())
    }

    /// The refusal that `item` stands for, which was found where `owner` wanted `name`; `None` where nothing stands
    /// against it.
    pub(super) fn refusal(name: SlugName, item: Option<&Item>, owner: &str) -> Result<Option<SaveError>, StoreError> {
        let claim = item.map(read).transpose()?;
        let (language, slug) = name;
        Ok(claim.filter(|claim| claim.code != owner).map(|claim| SaveError::SlugTaken {
            language,
            slug,
            owner: claim.code,
            current: claim.current,
        }))
    }
}

fn owned_by(owner: &str) -> Condition {
    Condition::new("#owner = :owner").name("#owner", OWNER).value(":owner", text(owner))
}

fn read(item: &Item) -> Result<SlugMatch<String>, StoreError> {
    let reader = Reader::new(item);
    Ok(SlugMatch { code: reader.text(OWNER)?.to_owned(), current: reader.yes_no(CURRENT)? })
}
