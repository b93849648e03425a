//! Gift cards. They are issued here; what orders take of them and give back is part of the orders' own commits.

use async_trait::async_trait;
use ecom67_domain::cart::Note;
use ecom67_domain::gift_card::{GiftCard, GiftCardDigest, GiftCardEntry, GiftCardMove};
use ecom67_domain::{Currency, GiftCardId, Money};
use jiff::Timestamp;

use super::StoreError;

/// The most cards, or entries of one, that one call tells.
pub const GIFT_CARDS_PAGE_MAX: usize = 100;

/// A card that is to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftCardIssue {
    /// The card as it is at first.
    pub card: GiftCard,
    /// Who issues it.
    pub actor: std::sync::Arc<str>,
}

impl GiftCardIssue {
    /// The first entry of its ledger.
    pub fn entry(&self) -> GiftCardEntry {
        GiftCardEntry {
            card: self.card.id,
            what: GiftCardMove::Issued,
            amount: self.card.issued,
            at: self.card.issued_at,
            actor: self.actor.clone(),
            note: None,
        }
    }
}

/// Whether a card is to be blocked, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftCardChange {
    /// It is to be.
    Block,
    /// Not any more.
    Unblock,
}

/// A card that is to be blocked, or not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftCardBlock {
    /// The card.
    pub card: GiftCardId,
    /// Its currency.
    pub currency: Currency,
    /// Which of the two.
    pub change: GiftCardChange,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: std::sync::Arc<str>,
    /// Why.
    pub note: Option<Note>,
}

impl GiftCardBlock {
    /// The entry that says so in the card's ledger.
    pub fn entry(&self) -> GiftCardEntry {
        let at = self.at;
        GiftCardEntry {
            card: self.card,
            what: match self.change {
                GiftCardChange::Block => GiftCardMove::Blocked { at },
                GiftCardChange::Unblock => GiftCardMove::Unblocked { at },
            },
            amount: Money::new(0, self.currency),
            at,
            actor: self.actor.clone(),
            note: self.note.clone(),
        }
    }
}

/// A card that was not issued.
#[derive(Debug, thiserror::Error)]
pub enum GiftCardIssueError {
    /// Another card has its id or its code.
    #[error("there is another gift card with this id or code")]
    Taken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps gift cards, each with a ledger that adds up to its balance. What changes a balance is one commit with its entry, and
/// a ledger has no place for the same thing twice.
#[async_trait]
pub trait GiftCardStore: Send + Sync {
    /// Keeps a new card with the first entry of its ledger. The same card again is kept once.
    async fn issue(&self, issue: GiftCardIssue) -> Result<(), GiftCardIssueError>;

    /// Blocks a card, or unblocks it, in one commit with the entry that says so. Tells whether that changed anything:
    /// not where there is no such card, or where it was so already. From then on no commit takes anything of a blocked
    /// card.
    async fn block(&self, block: GiftCardBlock) -> Result<bool, StoreError>;

    /// Those of the cards that exist, in the order asked for; at most [`GIFT_CARDS_PAGE_MAX`].
    async fn find_many(&self, ids: &[GiftCardId]) -> Result<Vec<GiftCard>, StoreError>;

    /// The card whose code has this digest.
    async fn find_by_digest(&self, digest: &GiftCardDigest) -> Result<Option<GiftCard>, StoreError>;

    /// Up to `limit` entries of a card's ledger, at most [`GIFT_CARDS_PAGE_MAX`], behind the place of `after`: its issue, then
    /// its orders from the oldest on.
    async fn entries(
        &self,
        id: GiftCardId,
        after: Option<GiftCardMove>,
        limit: usize,
    ) -> Result<Vec<GiftCardEntry>, StoreError>;

    /// Up to `limit` cards, at most [`GIFT_CARDS_PAGE_MAX`], the newest first, that were issued before the one `before`. A page
    /// shorter than `limit` is the last. It may lag behind: a card that has just been issued may be missing.
    async fn list(&self, before: Option<GiftCardId>, limit: usize) -> Result<Vec<GiftCard>, StoreError>;
}
