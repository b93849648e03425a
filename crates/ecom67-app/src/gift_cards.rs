//! Gift cards: how they are issued, found by their codes, and what they could pay for a cart.

use std::sync::Arc;

use ecom67_domain::cart::Note;
use ecom67_domain::gift_card::{
    GIFT_CARD_ACTOR_LENGTH_MAX, GIFT_CARD_MINOR_MAX, GiftCard, GiftCardCode, GiftCardDigest, GiftCardStanding,
};
use ecom67_domain::pricing::{GiftCardFunds, Quote};
use ecom67_domain::{Cart, Currency, GiftCardId, Money};
use jiff::Timestamp;

use crate::clock::Clock;
use crate::ids::Ids;
use crate::orders::{moment, pause};
use crate::port::{
    GiftCardBlock, GiftCardChange, GiftCardIssue, GiftCardIssueError, GiftCardStore, PaymentProvider, StoreError,
};

/// How often the same card is issued again where nobody knows whether it was.
const ATTEMPTS_MAX: u32 = 5;

/// What is to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGiftCard {
    /// What is on it.
    pub amount: Money,
    /// When it expires, where it does.
    pub expires_at: Option<Timestamp>,
    /// What is to be remembered of it.
    pub note: Option<Note>,
    /// Who issues it.
    pub actor: Arc<str>,
}

/// Why a card was not issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// There is nothing on it, or more than a card may have.
    #[error("a gift card has more than nothing on it and at most {} {}", most.to_decimal(), most.currency().code())]
    Amount {
        /// The most.
        most: Money,
    },
    /// It would have expired already.
    #[error("the gift card would have expired already")]
    Expired,
    /// Nobody is named who issues it, or by too long a name.
    #[error("who issues a gift card is named by 1 to {GIFT_CARD_ACTOR_LENGTH_MAX} characters")]
    Actor,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a gift card is not to pay for a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GiftCardRefusal {
    /// No card has such a code.
    #[error("there is no gift card with this code")]
    Unknown,
    /// It has expired.
    #[error("the gift card has expired")]
    Expired,
    /// It is blocked.
    #[error("the gift card is blocked")]
    Blocked,
    /// There is nothing on it.
    #[error("there is nothing left on the gift card")]
    Empty,
    /// It is in another currency than the cart.
    #[error("the gift card is in {}, and the cart in {}", card.code(), cart.code())]
    OtherCurrency {
        /// The card's.
        card: Currency,
        /// The cart's.
        cart: Currency,
    },
}

impl GiftCardRefusal {
    /// The refusal's stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "gift_card_unknown",
            Self::Expired => "gift_card_expired",
            Self::Blocked => "gift_card_blocked",
            Self::Empty => "gift_card_empty",
            Self::OtherCurrency { .. } => "gift_card_other_currency",
        }
    }
}

/// Issues gift cards, and knows what they can pay.
#[derive(Clone)]
pub struct GiftCards {
    /// Keeps them.
    pub store: Arc<dyn GiftCardStore>,
    /// Says what can be left for it to charge.
    pub provider: Arc<dyn PaymentProvider>,
    /// The secret under which codes are kept. Without it, no code is known any more.
    pub key: [u8; 32],
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub ids: Arc<dyn Ids>,
}

impl GiftCards {
    /// Issues a card. Its code is told here and never again.
    pub async fn issue(&self, new: NewGiftCard) -> Result<(GiftCardCode, GiftCard), IssueError> {
        let now = moment(&*self.clock);
        let most = Money::new(GIFT_CARD_MINOR_MAX, new.amount.currency());
        if !(1..=GIFT_CARD_MINOR_MAX).contains(&new.amount.minor()) {
            return Err(IssueError::Amount { most });
        }
        if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(IssueError::Expired);
        }
        if new.actor.trim().is_empty() || new.actor.len() > GIFT_CARD_ACTOR_LENGTH_MAX {
            return Err(IssueError::Actor);
        }
        let mut attempt = 0;
        loop {
            let code = GiftCardCode::drawn(self.ids.secret());
            let card = GiftCard {
                id: GiftCardId::new(self.ids.unique(now)),
                digest: code.digest(&self.key),
                hint: code.hint(),
                issued: new.amount,
                balance: new.amount,
                issued_at: now,
                expires_at: new.expires_at,
                returned_at: None,
                blocked_at: None,
                note: new.note.clone(),
            };
            let issue = GiftCardIssue { card: card.clone(), actor: Arc::clone(&new.actor) };
            match self.issue_once(issue, &mut attempt).await {
                Ok(()) => return Ok((code, card)),
                // Somebody else's id or code, which hardly ever happens: another is drawn.
                Err(GiftCardIssueError::Taken) if attempt < ATTEMPTS_MAX => attempt += 1,
                Err(GiftCardIssueError::Taken) => return Err(StoreError::Busy.into()),
                Err(GiftCardIssueError::Store(error)) => return Err(error.into()),
            }
        }
    }

    /// Issues this very card, also where the first answer was lost: whoever is told of its code has a card.
    async fn issue_once(&self, issue: GiftCardIssue, attempt: &mut u32) -> Result<(), GiftCardIssueError> {
        loop {
            match self.store.issue(issue.clone()).await {
                Err(GiftCardIssueError::Store(StoreError::OutcomeUnknown)) if *attempt < ATTEMPTS_MAX => {
                    *attempt += 1;
                    pause(&*self.ids, *attempt).await;
                }
                result => return result,
            }
        }
    }

    /// Blocks a card that was lost or stolen, so that nobody pays with it, or unblocks it; tells whether that changed
    /// anything. What is on it stays, and orders that it has paid for stay as they are.
    pub async fn change(
        &self,
        card: &GiftCard,
        change: GiftCardChange,
        note: Option<Note>,
        actor: Arc<str>,
    ) -> Result<bool, StoreError> {
        let (currency, at) = (card.balance.currency(), moment(&*self.clock));
        self.store.block(GiftCardBlock { card: card.id, currency, change, at, actor, note }).await
    }

    /// What the code is known by.
    pub fn digest(&self, code: &GiftCardCode) -> GiftCardDigest {
        code.digest(&self.key)
    }

    /// The card, or `None`.
    pub async fn find(&self, id: GiftCardId) -> Result<Option<GiftCard>, StoreError> {
        Ok(self.store.find_many(&[id]).await?.pop())
    }

    /// Whether a card can pay for a cart in this currency at present.
    pub(crate) fn may_pay(&self, card: &GiftCard, cart: Currency) -> Result<(), GiftCardRefusal> {
        let currency = card.balance.currency();
        if currency != cart {
            return Err(GiftCardRefusal::OtherCurrency { card: currency, cart });
        }
        match card.standing(self.clock.now()) {
            GiftCardStanding::Blocked => Err(GiftCardRefusal::Blocked),
            GiftCardStanding::Expired => Err(GiftCardRefusal::Expired),
            GiftCardStanding::Good if card.balance.minor() > 0 => Ok(()),
            GiftCardStanding::Good => Err(GiftCardRefusal::Empty),
        }
    }

    /// What the gift cards of a cart could pay for it.
    pub(crate) async fn funds(&self, cart: &Cart, now: Timestamp) -> Result<Vec<GiftCardFunds>, StoreError> {
        if cart.gift_cards.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<GiftCardId> = cart.gift_cards.iter().map(|applied| applied.card).collect();
        let cards = self.store.find_many(&ids).await?;
        let funds = cart.gift_cards.iter().filter_map(|applied| {
            let card = cards.iter().find(|card| card.id == applied.card)?;
            Some(funds(card, applied.held, now))
        });
        Ok(funds.collect())
    }

    /// Whether a card is blocked now of which the cart's own order has taken something: what comes back to it when that order is
    /// cancelled pays for no other.
    pub(crate) async fn holds_of_blocked(&self, cart: &Cart) -> Result<bool, StoreError> {
        let held = cart.gift_cards.iter().filter(|applied| applied.held.is_some());
        let ids: Vec<GiftCardId> = held.map(|applied| applied.card).collect();
        if ids.is_empty() {
            return Ok(false);
        }
        Ok(self.store.find_many(&ids).await?.iter().any(|card| card.blocked_at.is_some()))
    }

    /// The quote as gift cards pay it that could pay so much.
    pub(crate) fn paying(&self, quote: Quote, funds: &[GiftCardFunds]) -> Quote {
        quote.paid_with(funds, &|amount| self.provider.payable_from(amount))
    }
}

/// What a card could pay for a cart whose own order has taken `held` of it: that is still the cart's, even if the card has
/// expired or was blocked since.
fn funds(card: &GiftCard, held: Option<Money>, now: Timestamp) -> GiftCardFunds {
    let held = held.filter(|held| held.currency() == card.balance.currency()).map_or(0, Money::minor);
    let standing = card.standing(now);
    let free = if standing != GiftCardStanding::Good && held > 0 { 0 } else { card.balance.minor() };
    GiftCardFunds {
        card: card.id,
        hint: card.hint,
        balance: Money::new(free.saturating_add(held), card.balance.currency()),
        standing: if held > 0 { GiftCardStanding::Good } else { standing },
    }
}
