//! The way to gift cards. Shoppers never issue or block one.

use async_trait::async_trait;
use ecom67_app::port::{GiftCardBlock, GiftCardIssue, GiftCardIssueError, GiftCardStore, StoreError};
use ecom67_domain::GiftCardId;
use ecom67_domain::gift_card::{GiftCard, GiftCardDigest, GiftCardEntry, GiftCardMove};

use super::{Way, What};

#[async_trait]
impl GiftCardStore for Way {
    async fn issue(&self, issue: GiftCardIssue) -> Result<(), GiftCardIssueError> {
        let what = What("issue gift card", issue.card.id.number());
        self.write(what, move |world| world.store.state().issue(&issue)).await
    }

    async fn block(&self, block: GiftCardBlock) -> Result<bool, StoreError> {
        let what = What("block gift card", block.card.number());
        self.write(what, move |world| Ok(world.store.state().block_gift_card(&block))).await
    }

    async fn find_many(&self, ids: &[GiftCardId]) -> Result<Vec<GiftCard>, StoreError> {
        let what = What("find gift cards", ids.len() as u128);
        self.read(what, |state| state.find_gift_cards(ids)).await
    }

    async fn find_by_digest(&self, digest: &GiftCardDigest) -> Result<Option<GiftCard>, StoreError> {
        self.read(What("find gift card by its code", 0), |state| state.find_gift_card_by(digest)).await
    }

    async fn entries(
        &self,
        id: GiftCardId,
        after: Option<GiftCardMove>,
        limit: usize,
    ) -> Result<Vec<GiftCardEntry>, StoreError> {
        let what = What("read gift card", id.number());
        self.read(what, |state| state.gift_card_entries(id, after, limit)).await
    }

    async fn list(&self, before: Option<GiftCardId>, limit: usize) -> Result<Vec<GiftCard>, StoreError> {
        self.read(What("list gift cards", 0), |state| state.list_gift_cards(before, limit)).await
    }
}
