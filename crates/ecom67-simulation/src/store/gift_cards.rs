//! Gift cards.

use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;
use ecom67_app::port::{
    GIFT_CARDS_PAGE_MAX, GiftCardBlock, GiftCardChange, GiftCardIssue, GiftCardIssueError, GiftCardStore,
    GiftCardWrite, OrderCommit, OrderRefused, StoreError,
};
use ecom67_domain::gift_card::{GiftCard, GiftCardDigest, GiftCardEntry, GiftCardMove};
use ecom67_domain::{GiftCardId, Money};

use super::{KeptGiftCard, MemoryStore, State};

#[async_trait]
impl GiftCardStore for MemoryStore {
    async fn issue(&self, issue: GiftCardIssue) -> Result<(), GiftCardIssueError> {
        self.state().issue(&issue)
    }

    async fn block(&self, block: GiftCardBlock) -> Result<bool, StoreError> {
        Ok(self.state().block_gift_card(&block))
    }

    async fn find_many(&self, ids: &[GiftCardId]) -> Result<Vec<GiftCard>, StoreError> {
        Ok(self.state().find_gift_cards(ids))
    }

    async fn find_by_digest(&self, digest: &GiftCardDigest) -> Result<Option<GiftCard>, StoreError> {
        Ok(self.state().find_gift_card_by(digest))
    }

    async fn entries(
        &self,
        id: GiftCardId,
        after: Option<GiftCardMove>,
        limit: usize,
    ) -> Result<Vec<GiftCardEntry>, StoreError> {
        Ok(self.state().gift_card_entries(id, after, limit))
    }

    async fn list(&self, before: Option<GiftCardId>, limit: usize) -> Result<Vec<GiftCard>, StoreError> {
        Ok(self.state().list_gift_cards(before, limit))
    }
}

impl State {
    pub(crate) fn issue(&mut self, issue: &GiftCardIssue) -> Result<(), GiftCardIssueError> {
        let card = &issue.card;
        if let Some(present) = self.gift_cards.get(&card.id) {
            return if present.card.digest == card.digest { Ok(()) } else { Err(GiftCardIssueError::Taken) };
        }
        if self.find_gift_card_by(&card.digest).is_some() {
            return Err(GiftCardIssueError::Taken);
        }
        let entry = issue.entry();
        let entries = BTreeMap::from([(entry.what.place(), entry)]);
        self.gift_cards.insert(card.id, KeptGiftCard { card: card.clone(), entries, changes: Vec::new() });
        Ok(())
    }

    pub(crate) fn block_gift_card(&mut self, block: &GiftCardBlock) -> bool {
        let Some(kept) = self.gift_cards.get_mut(&block.card) else { return false };
        let is_to_be = block.change == GiftCardChange::Block;
        if kept.card.blocked_at.is_some() == is_to_be {
            return false;
        }
        kept.card.blocked_at = is_to_be.then_some(block.at);
        let entry = block.entry();
        kept.entries.insert(entry.what.place(), entry);
        true
    }

    pub(crate) fn find_gift_cards(&self, ids: &[GiftCardId]) -> Vec<GiftCard> {
        let known = ids.iter().take(GIFT_CARDS_PAGE_MAX).filter_map(|id| self.gift_cards.get(id));
        known.map(|kept| kept.card.clone()).collect()
    }

    pub(crate) fn find_gift_card_by(&self, digest: &GiftCardDigest) -> Option<GiftCard> {
        self.gift_cards.values().find(|kept| kept.card.digest == *digest).map(|kept| kept.card.clone())
    }

    pub(crate) fn gift_card_entries(
        &self,
        id: GiftCardId,
        after: Option<GiftCardMove>,
        limit: usize,
    ) -> Vec<GiftCardEntry> {
        let after = after.map_or(Bound::Unbounded, |what| Bound::Excluded(what.place()));
        let kept = self.gift_cards.get(&id).into_iter();
        let entries = kept.flat_map(|kept| kept.entries.range((after.clone(), Bound::Unbounded)));
        entries.take(limit.min(GIFT_CARDS_PAGE_MAX)).map(|(_, entry)| entry.clone()).collect()
    }

    pub(crate) fn list_gift_cards(&self, before: Option<GiftCardId>, limit: usize) -> Vec<GiftCard> {
        let before = before.map_or(Bound::Unbounded, Bound::Excluded);
        let earlier = self.gift_cards.range((Bound::Unbounded, before)).rev();
        earlier.take(limit.min(GIFT_CARDS_PAGE_MAX)).map(|(_, kept)| kept.card.clone()).collect()
    }

    /// Looks whether each card has what a commit takes of it.
    pub(super) fn check_gift_cards(&self, asked: &OrderCommit, refused: &mut Vec<OrderRefused>) {
        if asked.gift_cards != GiftCardWrite::Spend {
            return;
        }
        for entry in asked.gift_card_entries() {
            let currency = entry.amount.currency();
            let free = self.gift_cards.get(&entry.card).filter(|kept| kept.card.blocked_at.is_none());
            let present = free.map(|kept| kept.card.balance);
            let present = present.filter(|balance| balance.currency() == currency);
            if present.is_none_or(|balance| balance.minor() + entry.amount.minor() < 0) {
                let asked = Money::new(-entry.amount.minor(), currency);
                refused.push(OrderRefused::GiftCard { card: entry.card, asked, balance: present });
            }
        }
    }

    pub(super) fn write_gift_cards(&mut self, asked: &OrderCommit) {
        for entry in asked.gift_card_entries() {
            let Some(kept) = self.gift_cards.get_mut(&entry.card) else { continue };
            let is_return = entry.amount.minor() > 0;
            let lapse = kept.card.lapse(entry.at).filter(|_| is_return);
            for entry in lapse.into_iter().chain([entry]) {
                let balance = kept.card.balance.minor() + entry.amount.minor();
                kept.card.balance = Money::new(balance, entry.amount.currency());
                if entry.amount.minor() > 0 {
                    kept.card.returned_at = kept.card.returned_at.max(Some(entry.at));
                }
                kept.changes.push(entry.clone());
                kept.entries.insert(entry.what.place(), entry);
            }
        }
    }
}
