//! Gift cards: money that was paid for before, and that whoever knows the code may spend.
//!
//! What a card has left is what its ledger adds up to. It pays after the tax, like any other money, and takes nothing off
//! a price.

mod code;

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::cart::Note;
use crate::id::id;
use crate::money::Money;
use crate::order::OrderId;

pub use code::{GIFT_CARD_CODE_LENGTH, GiftCardCode, GiftCardDigest, GiftCardHint};

/// The most gift cards that one order is paid with. Each is two writes of the order's commit, which has at most a hundred.
pub const GIFT_CARDS_MAX: usize = 3;

/// The most a card is issued with, in the minor unit of its currency: more is a lost decimal point.
pub const GIFT_CARD_MINOR_MAX: i64 = 99_999_999;

/// How long money that came back to a card can be spent at least, however soon the card itself expires: nobody loses what
/// they had paid with because the goods were not to be had, or were sent back, when the card had run out.
pub const RETURNED_MONEY_LASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The longest name of who did something to a card, in bytes.
pub const GIFT_CARD_ACTOR_LENGTH_MAX: usize = 100;

/// Who writes off what has expired.
const EXPIRY: &str = "expiry";

id! {
    /// Which gift card. It is no secret, and buys nothing: for that, the code must be known.
    GiftCardId, "gift_", "gift_card_id_invalid"
}

/// A gift card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftCard {
    /// Which one.
    pub id: GiftCardId,
    /// What its code is known by.
    pub digest: GiftCardDigest,
    /// The end of its code, for whoever has several.
    pub hint: GiftCardHint,
    /// What it was issued with.
    pub issued: Money,
    /// What is left on it, in the same currency.
    pub balance: Money,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The first instant at which it pays no more; never where absent.
    pub expires_at: Option<Timestamp>,
    /// When money came back to it last.
    pub returned_at: Option<Timestamp>,
    /// Since when it is blocked, where it is: it pays nothing until somebody unblocks it, and keeps what is on it.
    pub blocked_at: Option<Timestamp>,
    /// What whoever issued it wants to remember.
    pub note: Option<Note>,
}

/// Whether a card may pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftCardStanding {
    /// It may, as far as it reaches.
    Good,
    /// It has expired.
    Expired,
    /// Somebody has blocked it, as it was lost or stolen.
    Blocked,
}

impl GiftCard {
    /// Whether it may pay at `now`, whatever is left on it.
    pub fn standing(&self, now: Timestamp) -> GiftCardStanding {
        match () {
            () if self.blocked_at.is_some() => GiftCardStanding::Blocked,
            () if self.is_expired(now) => GiftCardStanding::Expired,
            () => GiftCardStanding::Good,
        }
    }

    /// The first instant at which it pays no more: when it expires, but not while money that came back to it is to last.
    pub fn spendable_until(&self) -> Option<Timestamp> {
        let lasts = |at: Timestamp| at.saturating_add(RETURNED_MONEY_LASTS).unwrap_or(Timestamp::MAX);
        self.expires_at.map(|expires_at| self.returned_at.map_or(expires_at, |at| expires_at.max(lasts(at))))
    }

    /// Whether it pays no more at `now`, whatever is left on it.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.spendable_until().is_some_and(|until| until <= now)
    }

    /// The entry that writes off what has expired of it by `at`, where there is any. It comes before money that comes
    /// back to the card, which would bring that back as well.
    pub fn lapse(&self, at: Timestamp) -> Option<GiftCardEntry> {
        let expired_at = self.spendable_until().filter(|until| *until <= at)?;
        let amount = Money::new(-self.balance.minor(), self.balance.currency());
        let what = GiftCardMove::Expired { at: expired_at };
        (amount.minor() < 0).then(|| GiftCardEntry {
            card: self.id,
            what,
            amount,
            at,
            actor: Arc::from(EXPIRY),
            note: None,
        })
    }
}

/// An entry of a card's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftCardEntry {
    /// The card.
    pub card: GiftCardId,
    /// What happened.
    pub what: GiftCardMove,
    /// By how much the balance changed: less than nothing where it was spent.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// Who: a person, or what the shop did it for.
    pub actor: Arc<str>,
    /// Why, where somebody said so.
    pub note: Option<Note>,
}

/// What happened to a card, its balance or whether it is blocked. Each happens to a card once: its ledger has no place
/// for a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GiftCardMove {
    /// It was issued.
    Issued,
    /// What was left had expired when money came back.
    Expired {
        /// The first instant at which it paid no more.
        at: Timestamp,
    },
    /// It was blocked: nothing is paid with it.
    Blocked {
        /// When.
        at: Timestamp,
    },
    /// It is not blocked any more.
    Unblocked {
        /// When.
        at: Timestamp,
    },
    /// An order was paid with it.
    Spent(OrderId),
    /// That order was cancelled.
    Returned(OrderId),
    /// Some of what it had paid was given back.
    Refunded {
        /// The order.
        order: OrderId,
        /// Which of its refunds.
        refund: u32,
    },
}

impl GiftCardMove {
    /// Its name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Expired { .. } => "expired",
            Self::Blocked { .. } => "blocked",
            Self::Unblocked { .. } => "unblocked",
            Self::Spent(_) => "spent",
            Self::Returned(_) => "returned",
            Self::Refunded { .. } => "refunded",
        }
    }

    /// The order that it is about.
    pub const fn order(self) -> Option<OrderId> {
        match self {
            Self::Issued | Self::Expired { .. } | Self::Blocked { .. } | Self::Unblocked { .. } => None,
            Self::Spent(order) | Self::Returned(order) | Self::Refunded { order, .. } => Some(order),
        }
    }

    /// Its place in the card's ledger, as a text that sorts: the card's issue first, then when it expired and was
    /// blocked, then its orders, the oldest first, each with what became of it.
    pub fn place(self) -> String {
        let own = |at: Timestamp| format!("0#{:020}#{}", at.as_microsecond(), self.as_str());
        match self {
            Self::Issued => "0".to_owned(),
            Self::Expired { at } | Self::Blocked { at } | Self::Unblocked { at } => own(at),
            Self::Spent(order) => format!("{order}#0"),
            Self::Returned(order) => format!("{order}#1"),
            Self::Refunded { order, refund } => format!("{order}#2#{refund:06}"),
        }
    }

    /// What has this place in a ledger.
    pub fn at_place(place: &str) -> Option<Self> {
        if place == "0" {
            return Some(Self::Issued);
        }
        let (subject, rest) = place.split_once('#')?;
        let what = if subject == "0" {
            let (at, kind) = rest.split_once('#')?;
            let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
            match kind {
                "expired" => Self::Expired { at },
                "blocked" => Self::Blocked { at },
                "unblocked" => Self::Unblocked { at },
                _ => return None,
            }
        } else {
            let order: OrderId = subject.parse().ok()?;
            match rest.split_once('#') {
                None if rest == "0" => Self::Spent(order),
                None if rest == "1" => Self::Returned(order),
                Some(("2", refund)) => Self::Refunded { order, refund: refund.parse().ok()? },
                _ => return None,
            }
        };
        (what.place() == place).then_some(what)
    }
}

impl fmt::Display for GiftCardMove {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issued => formatter.write_str("issued"),
            Self::Expired { at } => write!(formatter, "expired on {at}"),
            Self::Blocked { .. } | Self::Unblocked { .. } => formatter.write_str(self.as_str()),
            Self::Spent(order) => write!(formatter, "spent on {order}"),
            Self::Returned(order) => write!(formatter, "returned from {order}"),
            Self::Refunded { order, refund } => write!(formatter, "refund {refund} of {order}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> GiftCard {
        let euros = Money::new(5_000, "EUR".parse().unwrap());
        let code = GiftCardCode::drawn([7; 32]);
        GiftCard {
            id: GiftCardId::new(1),
            digest: code.digest(&[0; 32]),
            hint: code.hint(),
            issued: euros,
            balance: euros,
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            returned_at: None,
            blocked_at: None,
            note: None,
        }
    }

    fn day(days: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days)
    }

    #[test]
    fn a_card_without_an_end_pays_for_ever() {
        assert!(!card().is_expired(Timestamp::MAX));
    }

    #[test]
    fn money_that_came_back_lasts_thirty_days_however_soon_the_card_expires() {
        let mut card = GiftCard { expires_at: Some(day(10)), ..card() };
        assert!(!card.is_expired(day(10) - SignedDuration::from_secs(1)) && card.is_expired(day(10)));

        card.returned_at = Some(day(20));
        assert!(!card.is_expired(day(49)) && card.is_expired(day(50)), "it came back to a card that had expired");

        card.expires_at = Some(day(100));
        assert!(!card.is_expired(day(99)) && card.is_expired(day(100)), "nothing is taken away by it");
    }

    #[test]
    fn a_blocked_card_is_blocked_whether_it_has_expired_or_not() {
        let card = GiftCard { expires_at: Some(day(10)), ..card() };
        let blocked = GiftCard { blocked_at: Some(day(5)), ..card.clone() };

        assert_eq!(
            [day(9), day(10)].map(|now| card.standing(now)),
            [GiftCardStanding::Good, GiftCardStanding::Expired]
        );
        assert_eq!([day(9), day(10)].map(|now| blocked.standing(now)), [GiftCardStanding::Blocked; 2]);
    }

    #[test]
    fn what_has_expired_is_written_off_whole_and_nothing_else_is() {
        let card = GiftCard { expires_at: Some(day(10)), returned_at: Some(day(9)), ..card() };

        assert_eq!(card.lapse(day(39) - SignedDuration::from_micros(1)), None);
        let lapse = card.lapse(day(50)).unwrap();
        assert_eq!(lapse.amount.minor(), -5_000);
        assert_eq!((lapse.what, lapse.at), (GiftCardMove::Expired { at: day(39) }, day(50)));
        let spent = GiftCard { balance: Money::new(0, card.balance.currency()), ..card };
        assert_eq!(spent.lapse(day(50)), None);
    }

    #[test]
    fn entries_have_their_places_in_the_order_in_which_they_happened_to_an_order() {
        let (first, second) = (OrderId::new(8), OrderId::new(9));
        let moves = [
            GiftCardMove::Issued,
            GiftCardMove::Expired { at: day(9) },
            GiftCardMove::Blocked { at: day(10) },
            GiftCardMove::Unblocked { at: day(10) },
            GiftCardMove::Expired { at: day(40) },
            GiftCardMove::Spent(first),
            GiftCardMove::Refunded { order: first, refund: 2 },
            GiftCardMove::Refunded { order: first, refund: 10 },
            GiftCardMove::Spent(second),
            GiftCardMove::Returned(second),
        ];

        let places = moves.map(GiftCardMove::place);

        assert!(places.is_sorted(), "{places:?}");
        for (place, what) in places.iter().zip(moves) {
            assert_eq!(GiftCardMove::at_place(place), Some(what));
        }
        for wrong in [
            "",
            "1",
            "0#",
            "0#5#expired",
            "0#00000000000000000005#spent",
            "order_1#0",
            &format!("{first}#3"),
            &format!("{first}#2#1"),
            &format!("{first}#0#1"),
        ] {
            assert_eq!(GiftCardMove::at_place(wrong), None, "{wrong}");
        }
    }
}
