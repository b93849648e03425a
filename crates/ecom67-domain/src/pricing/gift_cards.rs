//! What gift cards pay of a quote. They pay after the tax and change no price, so a quote is made without them first.

use std::hash::Hash;

use super::digest::Digest;
use super::quote::{Quote, QuoteId};
use super::reason::Reason;
use crate::gift_card::{GiftCardHint, GiftCardId, GiftCardStanding};
use crate::money::Money;

/// A gift card as it stands when a cart is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GiftCardFunds {
    /// The card.
    pub card: GiftCardId,
    /// The end of its code.
    pub hint: GiftCardHint,
    /// What it could pay if it may.
    pub balance: Money,
    /// Whether it may pay.
    pub standing: GiftCardStanding,
}

/// What a gift card pays of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedGiftCard {
    /// The card.
    pub card: GiftCardId,
    /// The end of its code.
    pub hint: GiftCardHint,
    /// What was on it, in its own currency.
    pub balance: Money,
    /// What it pays, in the quote's currency.
    pub amount: Money,
    /// Why so much.
    pub outcome: GiftCardOutcome,
}

/// What came of a gift card. Each is told, those that pay nothing as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftCardOutcome {
    /// It pays all that it has, or all that is left to pay.
    Pays,
    /// It pays less than it could, because less than this cannot be left to be paid by other means.
    LeavesRest(Money),
    /// Nothing is left for it to pay.
    NotNeeded,
    /// There is nothing on it.
    Empty,
    /// It has expired.
    Expired,
    /// It is blocked.
    Blocked,
    /// It is in another currency.
    OtherCurrency,
}

impl GiftCardOutcome {
    /// A stable code for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pays => "gift_card_pays",
            Self::LeavesRest(_) => "gift_card_leaves_rest",
            Self::NotNeeded => "gift_card_not_needed",
            Self::Empty => "gift_card_empty",
            Self::Expired => "gift_card_expired",
            Self::Blocked => "gift_card_blocked",
            Self::OtherCurrency => "gift_card_other_currency",
        }
    }
}

impl Quote {
    /// The quote as it is paid with gift cards: each pays what it has, in the order given, until nothing is left.
    ///
    /// `payable_from` is the least amount that can be paid by other means and is not below the one asked about; `None`
    /// where there is none. Where so little would be left that it cannot be paid, the cards pay less, the last ones first, so
    /// that it can. Where that does not help, since the whole is too little or the rest too much, they pay what they have
    /// and [`Totals::due`](super::Totals) is what cannot be paid.
    #[must_use]
    pub fn paid_with(mut self, cards: &[GiftCardFunds], payable_from: &dyn Fn(Money) -> Option<Money>) -> Self {
        if cards.is_empty() {
            return self;
        }
        let (currency, total) = (self.currency, self.totals.total.minor());
        let usable = |funds: &GiftCardFunds| {
            let may_pay = funds.standing == GiftCardStanding::Good && funds.balance.currency() == currency;
            if may_pay { funds.balance.minor().max(0) } else { 0 }
        };
        let all = cards.iter().map(usable).fold(0_i64, i64::saturating_add);
        let rest = total.saturating_sub(all).max(0);
        let least = if rest > 0 { payable_from(Money::new(rest, currency)).map(Money::minor) } else { None };
        let due = least.filter(|least| *least <= total).unwrap_or(rest);
        let mut left = total - due;
        let quoted = cards.iter().map(|funds| {
            let has = usable(funds);
            let amount = has.min(left);
            left -= amount;
            let outcome = match () {
                () if funds.balance.currency() != currency => GiftCardOutcome::OtherCurrency,
                () if funds.standing == GiftCardStanding::Expired => GiftCardOutcome::Expired,
                () if funds.standing == GiftCardStanding::Blocked => GiftCardOutcome::Blocked,
                () if has == 0 => GiftCardOutcome::Empty,
                () if due > rest && amount < has => GiftCardOutcome::LeavesRest(Money::new(due, currency)),
                () if amount == 0 => GiftCardOutcome::NotNeeded,
                () => GiftCardOutcome::Pays,
            };
            let GiftCardFunds { card, hint, balance, .. } = *funds;
            QuotedGiftCard { card, hint, balance, amount: Money::new(amount, currency), outcome }
        });
        self.gift_cards = quoted.collect();
        self.totals.gift_cards = Money::new(total - due, currency);
        self.totals.due = Money::new(due, currency);
        self.reasons.extend(self.gift_cards.iter().map(|paid| Reason::GiftCard(*paid)));
        if self.totals.gift_cards.minor() > 0 {
            self.id = paid_id(&self);
        }
        self
    }
}

/// The name of a quote as it is paid: of what was agreed on before, and of what each card pays. What else is on a card, and
/// what becomes of one that is not needed, is no part of it: that changes nothing here.
fn paid_id(quote: &Quote) -> QuoteId {
    let mut digest = Digest::with_capacity(128);
    quote.id.hash(&mut digest);
    for paid in quote.gift_cards.iter().filter(|paid| paid.amount.minor() > 0) {
        (paid.card, paid.amount.minor()).hash(&mut digest);
    }
    quote.totals.due.minor().hash(&mut digest);
    QuoteId(digest.name())
}
