//! Saving a product: one commit, whatever its size.

use ecom67_app::port::{ProductSave, ProductStore as _, SaveError, StoreError, Stored};
use ecom67_domain::{Product, ProductCode, Sku, Version};

use super::skus::{self, SkuChanges, Takeovers};
use super::{Products, prices_item, product_item, slugs_of};
use crate::dynamodb::call::Attempts;
use crate::dynamodb::key::Key;
use crate::dynamodb::slugs::{SlugChanges, SlugName, Slugs};
use crate::dynamodb::transaction::{Condition, Outcome, Refusal, Transaction, WRITES_MAX};

/// What a condition of a save is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The product is at the version it was read at.
    Product,
    /// Nothing: the write has no condition.
    Counted,
    /// The slug is nobody else's.
    Slug(SlugName),
    /// The SKU is claimed by nobody else.
    Sku(Sku),
    /// A product that claims SKUs which it does not have is still as it was seen.
    Owner(ProductCode),
    /// Nobody has taken over what was claimed ahead.
    Contest,
}

/// A save under way.
pub(super) struct Save<'store> {
    products: &'store Products,
    wanted: ProductSave,
    takeovers: Takeovers,
    attempts: Attempts,
}

impl<'store> Save<'store> {
    pub(super) fn of(products: &'store Products, wanted: ProductSave) -> Self {
        let attempts = Attempts::within(products.table.patience);
        Self { products, wanted, takeovers: Takeovers::default(), attempts }
    }

    fn me(&self) -> &ProductCode {
        &self.wanted.product.code
    }

    pub(super) async fn run(mut self) -> Result<Version, SaveError> {
        let version = self.wanted.read_at.map_or(Version::FIRST, Version::next);
        loop {
            let before = self.products.find(self.me()).await?;
            let present = before.as_ref().map(|stored| stored.version);
            if present != self.wanted.read_at {
                return Err(SaveError::Stale { present });
            }
            let transaction = self.transaction(before.as_ref(), version).await?;
            match transaction.commit(&self.products.table).await? {
                Outcome::Committed => return Ok(version),
                Outcome::Conflict => {}
                Outcome::Refused(refusals) => self.look_at(refusals).await?,
            }
            self.attempts.pause().await?;
        }
    }

    /// All that the save writes. SKUs that do not fit are claimed before this returns.
    async fn transaction(
        &mut self,
        before: Option<&Stored<Product>>,
        version: Version,
    ) -> Result<Transaction<Why>, SaveError> {
        let before = before.map(|stored| &stored.value);
        let slugs = SlugChanges::between(&before.map(slugs_of).unwrap_or_default(), &slugs_of(&self.wanted.product));
        let skus = SkuChanges::between(before, &self.wanted.product);
        let mut transaction = Transaction::new();
        self.add_product(&mut transaction, version)?;
        self.products.slugs().write(&mut transaction, self.me().as_str(), &slugs, self.wanted.old_slugs, Why::Slug)?;
        if transaction.len() + self.takeovers.writes(&skus.added) <= WRITES_MAX {
            self.takeovers.claim(&mut transaction, self.products, self.me(), &skus.added)?;
        } else {
            let times = skus::contest(self.products, self.me()).await?;
            let me = self.wanted.product.code.clone();
            skus::claim_ahead(self.products, &me, &skus.added, &mut self.takeovers, &mut self.attempts).await?;
            let contest = Key::contest(self.me());
            transaction.check(&self.products.table, &contest, skus::uncontested(times), Why::Contest)?;
        }
        skus::free(&mut transaction, self.products, self.me(), &skus.freed)?;
        Ok(transaction)
    }

    fn add_product(&self, transaction: &mut Transaction<Why>, version: Version) -> Result<(), StoreError> {
        let table = &self.products.table;
        let is_as_read = self.wanted.read_at.map_or_else(Condition::absent, skus::at_version);
        transaction.put(table, product_item(&self.wanted.product, version)?, is_as_read, Why::Product)?;
        if let Some(prices) = prices_item(self.me(), version, &self.wanted.price_changes)? {
            transaction.put(table, prices, Condition::absent(), Why::Product)?;
        }
        Ok(())
    }

    /// Finds what the refusals mean: an error for the caller, or something to be done differently in the next try.
    async fn look_at(&mut self, refusals: Vec<Refusal<Why>>) -> Result<(), SaveError> {
        let me = self.wanted.product.code.clone();
        if refusals.iter().any(|refusal| refusal.why == Why::Product) {
            // The next try reads the product again, and finds at which version it is.
            return Ok(());
        }
        for refusal in &refusals {
            if let Why::Slug(name) = &refusal.why
                && let Some(error) = Slugs::refusal(name.clone(), refusal.item.as_ref(), me.as_str())?
            {
                return Err(error);
            }
        }
        for refusal in refusals {
            match refusal.why {
                Why::Sku(sku) => self.takeovers.look(self.products, &me, sku, refusal.item.as_ref()).await?,
                Why::Owner(owner) => self.takeovers.forget(&owner),
                Why::Product | Why::Counted | Why::Slug(_) | Why::Contest => {}
            }
        }
        Ok(())
    }
}
