//! SKUs: one item each, the claim, which names a product.
//!
//! **A SKU is a product's if the product's claim stands and the product has a variant with it.** Neither alone counts, so
//! a claim may be made before the product is saved, or left behind afterwards, without anybody noticing. That is what
//! lets a product with 500 variants be saved in one commit, although a transaction has 100 writes at most: the claims
//! that do not fit are made before it, in transactions of their own. If the save then fails, they are claims of what
//! nobody has, and anyone may take them over. So may they take over those of SKUs that were freed.
//!
//! **Taking over** is where two could end up with one SKU: the new owner sees that the old one does not have it, and the
//! old one, who has claimed it ahead, commits a moment later. So whoever takes over does two more things in the same
//! transaction: it checks that the old owner's product is still at the version that was looked at, and it counts up
//! the *contest* of the old owner. Whoever claims ahead notes its own contest first, and its commit requires that it
//! has not been counted up since. One of the two fails and looks again.
//!
//! A product that gains a variant thus always holds the claim at its commit: written in the same transaction, or
//! written ahead with the contest unchanged. And it loses the claim only to somebody who has checked, in the
//! transaction that takes it, that the product has no such variant.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::port::{ProductStore as _, SaveError, StoreError};
use ecom67_domain::{Product, ProductCode, Sku, Version};

use super::Products;
use super::save::Why;
use crate::dynamodb::call::Attempts;
use crate::dynamodb::item::{Item, OWNER, Reader, VERSION, number, text};
use crate::dynamodb::key::Key;
use crate::dynamodb::transaction::{Condition, Outcome, Transaction, WRITES_MAX};

const TIMES: &str = "times";

/// What taking over SKUs from one owner adds to a transaction: a check of its product, and a count of its contest.
const WRITES_PER_OWNER: usize = 2;

/// How often it is looked again whose a SKU is while it changes hands.
const LOOKS_MAX: usize = 8;

/// What a save does to SKUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SkuChanges {
    /// Those that become the product's own.
    pub(super) added: Vec<Sku>,
    /// Those that it no longer has.
    pub(super) freed: Vec<Sku>,
}

impl SkuChanges {
    pub(super) fn between(before: Option<&Product>, after: &Product) -> Self {
        let skus = |product: &Product| product.variants.iter().map(|variant| variant.sku.clone()).collect();
        let before: BTreeSet<Sku> = before.map(skus).unwrap_or_default();
        let after: BTreeSet<Sku> = skus(after);
        Self { added: (&after - &before).into_iter().collect(), freed: (&before - &after).into_iter().collect() }
    }
}

/// Claims of others on SKUs that they do not have.
#[derive(Debug, Default)]
pub(super) struct Takeovers {
    owner_of: BTreeMap<Sku, ProductCode>,
    /// The version at which each owner was seen not to have them; `None` where there is no such product.
    seen: BTreeMap<ProductCode, Option<Version>>,
}

impl Takeovers {
    /// The owner that `sku` is to be taken from, where a transaction that already deals with `owners` must deal with
    /// that one too.
    fn next_owner(&self, sku: &Sku, owners: &mut BTreeSet<ProductCode>) -> Option<&ProductCode> {
        self.owner_of.get(sku).filter(|owner| owners.insert(ProductCode::clone(owner)))
    }

    /// How many writes the claims on all of `skus` need.
    pub(super) fn writes(&self, skus: &[Sku]) -> usize {
        let mut owners = BTreeSet::new();
        skus.iter().map(|sku| 1 + self.next_owner(sku, &mut owners).map_or(0, |_| WRITES_PER_OWNER)).sum()
    }

    /// Forgets what was seen of an owner, who has been saved since.
    pub(super) fn forget(&mut self, owner: &ProductCode) {
        self.seen.remove(owner);
        self.owner_of.retain(|_, other| other != owner);
    }

    /// Adds the claims on as many of `skus` as fit, and returns how many those are.
    pub(super) fn claim(
        &self,
        transaction: &mut Transaction<Why>,
        products: &Products,
        me: &ProductCode,
        skus: &[Sku],
    ) -> Result<usize, StoreError> {
        let table = &products.table;
        let mut owners = BTreeSet::new();
        for (index, sku) in skus.iter().enumerate() {
            let next_owner = self.next_owner(sku, &mut owners);
            if transaction.len() + 1 + next_owner.map_or(0, |_| WRITES_PER_OWNER) > WRITES_MAX {
                return Ok(index);
            }
            let claimed_by = self.owner_of.get(sku).unwrap_or(me);
            let may_have_it = Condition::new("attribute_not_exists(pk) OR #owner = :me OR #owner = :other")
                .name("#owner", OWNER)
                .value(":me", text(me.as_str()))
                .value(":other", text(claimed_by.as_str()));
            transaction.put(table, claim(sku, me), may_have_it, Why::Sku(sku.clone()))?;
            if let Some(owner) = next_owner {
                let seen = self.seen.get(owner).copied().flatten();
                let is_as_seen = seen.map_or_else(Condition::absent, at_version);
                transaction.check(table, &Key::product(owner), is_as_seen, Why::Owner(owner.clone()))?;
                transaction.count(table, &Key::contest(owner), TIMES, Why::Counted)?;
            }
        }
        Ok(skus.len())
    }

    /// Looks at a claim that stood in the way: either its owner has the SKU, or it may be taken over.
    pub(super) async fn look(
        &mut self,
        products: &Products,
        me: &ProductCode,
        sku: Sku,
        found: Option<&Item>,
    ) -> Result<(), SaveError> {
        let Some(owner) = found.map(owner).transpose()?.filter(|owner| owner != me) else { return Ok(()) };
        let stored = products.find(&owner).await?;
        if stored.as_ref().is_some_and(|stored| stored.value.variant(&sku).is_some()) {
            return Err(SaveError::SkuTaken { sku, owner });
        }
        let version = stored.map(|stored| stored.version);
        if self.seen.get(&owner).is_some_and(|seen| *seen != version) {
            self.forget(&owner);
        }
        self.seen.insert(owner.clone(), version);
        self.owner_of.insert(sku, owner);
        Ok(())
    }
}

/// The condition that a product is at this version.
pub(super) fn at_version(version: Version) -> Condition {
    Condition::new("#version = :version").name("#version", VERSION).value(":version", number(version.0))
}

fn claim(sku: &Sku, owner: &ProductCode) -> Item {
    let mut item = Key::sku(sku).item();
    item.insert(OWNER.to_owned(), text(owner.as_str()));
    item
}

fn owner(item: &Item) -> Result<ProductCode, StoreError> {
    Reader::new(item).parsed(OWNER)
}

/// How often somebody has taken over what this product claims.
pub(super) async fn contest(products: &Products, me: &ProductCode) -> Result<u64, StoreError> {
    let item = products.table.get(&Key::contest(me)).await?;
    item.map_or(Ok(0), |item| Reader::new(&item).number(TIMES))
}

/// The condition that nobody has taken over anything since the contest was read.
pub(super) fn uncontested(times: u64) -> Condition {
    if times == 0 {
        return Condition::absent();
    }
    Condition::new("#times = :times").name("#times", TIMES).value(":times", number(times))
}

/// Adds the deletion of claims on freed SKUs, as far as they fit; the others stay behind as claims of what nobody has.
pub(super) fn free(
    transaction: &mut Transaction<Why>,
    products: &Products,
    me: &ProductCode,
    skus: &[Sku],
) -> Result<(), StoreError> {
    for sku in skus.iter().take(WRITES_MAX.saturating_sub(transaction.len())) {
        let is_own = Condition::new("attribute_not_exists(pk) OR #owner = :me")
            .name("#owner", OWNER)
            .value(":me", text(me.as_str()));
        transaction.delete(&products.table, &Key::sku(sku), is_own, Why::Sku(sku.clone()))?;
    }
    Ok(())
}

/// Claims SKUs ahead of the commit that needs them, in transactions of their own.
pub(super) async fn claim_ahead(
    products: &Products,
    me: &ProductCode,
    skus: &[Sku],
    takeovers: &mut Takeovers,
    attempts: &mut Attempts,
) -> Result<(), SaveError> {
    let mut left = skus;
    while !left.is_empty() {
        let mut transaction = Transaction::new();
        let claimed = takeovers.claim(&mut transaction, products, me, left)?;
        match transaction.commit(&products.table).await? {
            Outcome::Committed => left = &left[claimed..],
            Outcome::Conflict => attempts.pause().await?,
            Outcome::Refused(refusals) => {
                for refusal in refusals {
                    match refusal.why {
                        Why::Sku(sku) => takeovers.look(products, me, sku, refusal.item.as_ref()).await?,
                        Why::Owner(owner) => takeovers.forget(&owner),
                        _ => {}
                    }
                }
                attempts.pause().await?;
            }
        }
    }
    Ok(())
}

/// The product that has the SKU: the one whose claim stands, if it has such a variant.
pub(super) async fn find(products: &Products, sku: &Sku) -> Result<Option<ProductCode>, StoreError> {
    let mut looked_at: Option<(ProductCode, Option<Version>)> = None;
    for _ in 0..LOOKS_MAX {
        let item = products.table.get(&Key::sku(sku)).await?;
        let Some(owner) = item.as_ref().map(owner).transpose()? else { return Ok(None) };
        let stored = products.find(&owner).await?;
        if stored.as_ref().is_some_and(|stored| stored.value.variant(sku).is_some()) {
            return Ok(Some(owner));
        }
        // The SKU may have changed hands between the two reads: nobody has it only if nothing moved meanwhile.
        let seen = Some((owner, stored.map(|stored| stored.version)));
        if seen == looked_at {
            return Ok(None);
        }
        looked_at = seen;
    }
    Err(StoreError::Busy)
}
