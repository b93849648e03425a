//! The cart: what somebody means to buy, and what they put aside.
//!
//! A cart promises nothing: it holds no stock and fixes no price. What each line cost when its shopper last saw it is kept,
//! so that a price which has changed since is told, never silently applied.

mod checkout;
mod edit;
mod merge;
mod note;

use std::fmt;
use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

use crate::code::{DeliveryMethodCode, MarketCode, ProductCode, Sku};
use crate::gift_card::GiftCardId;
use crate::id::id;
use crate::money::Money;
use crate::pricing::{CouponCode, Destination};

pub use checkout::{CartCheckout, CartCheckoutState};
pub use edit::{Article, CartEdit, CartRefusal};
pub use merge::{LineLimits, Merge, ShortenedLine};
pub use note::{NOTE_LENGTH_MAX, Note};

/// The most lines of a cart. Order, holds and records of one checkout are one transaction of at most 100 items.
pub const LINES_MAX: usize = 50;
/// The most variants that are saved for later in one cart.
pub const SAVED_MAX: usize = 50;
/// The most variants on one wishlist.
pub const WISHES_MAX: usize = 100;
/// The most units of one line, whatever the product says.
pub const LINE_QUANTITY_MAX: u32 = 999;
/// How long a cart is kept that nobody changes.
pub const CART_IDLE_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);

id! {
    /// Which cart. It is no secret: whoever asks for a cart shows its [`CapabilityDigest`]'s original.
    CartId, "cart_", "cart_id_invalid"
}

/// The digest of the secret that opens a cart. The secret itself is kept by its shopper alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CapabilityDigest(pub [u8; 32]);

impl CapabilityDigest {
    /// Whether both are the same, in a time that does not tell where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |difference, (own, other)| difference | (own ^ other)) == 0
    }
}

impl fmt::Debug for CapabilityDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CapabilityDigest(..)")
    }
}

/// A cart with the proof that one may have it. There is no other way to a cart than by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartKey {
    /// The cart.
    pub id: CartId,
    /// What is claimed to open it.
    pub capability: CapabilityDigest,
}

/// So many of one variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// The variant.
    pub sku: Sku,
    /// The product it belongs to.
    pub product: ProductCode,
    /// How many.
    pub quantity: NonZeroU32,
    /// What one of it cost when the shopper last saw it.
    pub price_seen: Money,
}

/// A variant on the wishlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The variant.
    pub sku: Sku,
    /// The product it belongs to.
    pub product: ProductCode,
}

/// A gift card that is to pay. Its code is no part of the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartGiftCard {
    /// The card.
    pub card: GiftCardId,
    /// What the order that is being made of the cart has taken of it, which is the cart's own to spend until that order is
    /// paid for or cancelled.
    pub held: Option<Money>,
}

/// A cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    /// Which one.
    pub id: CartId,
    /// What opens it.
    pub capability: CapabilityDigest,
    /// Where it is bought, for good: prices of two markets are never mixed.
    pub market: MarketCode,
    /// What is to be bought, in the order it was put in; each variant once.
    pub lines: Vec<CartLine>,
    /// What is kept for another day, each variant once and none that is a line.
    pub saved: Vec<CartLine>,
    /// What is wished for, each variant once.
    pub wishes: Vec<Wish>,
    /// The coupons that were entered, in that order; each once.
    pub coupons: Vec<CouponCode>,
    /// The gift cards that are to pay, in the order in which they do; each once.
    pub gift_cards: Vec<CartGiftCard>,
    /// Where it is to go, as far as the shopper has said.
    pub destination: Option<Destination>,
    /// How it is to be delivered, where that was chosen.
    pub delivery: Option<DeliveryMethodCode>,
    /// What the shopper wants to say.
    pub note: Option<Note>,
    /// The order it has become, or is about to become.
    pub checkout: Option<CartCheckout>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

impl Cart {
    /// An empty cart.
    pub const fn new(id: CartId, capability: CapabilityDigest, market: MarketCode, at: Timestamp) -> Self {
        Self {
            id,
            capability,
            market,
            lines: Vec::new(),
            saved: Vec::new(),
            wishes: Vec::new(),
            coupons: Vec::new(),
            gift_cards: Vec::new(),
            destination: None,
            delivery: None,
            note: None,
            checkout: None,
            created_at: at,
            changed_at: at,
        }
    }

    /// What opens it.
    pub const fn key(&self) -> CartKey {
        CartKey { id: self.id, capability: self.capability }
    }

    /// Whether the key opens it at `now`.
    pub fn opens(&self, key: &CartKey, now: Timestamp) -> bool {
        self.id == key.id && self.capability.matches(&key.capability) && !self.is_expired(now)
    }

    /// The line of a variant.
    pub fn line(&self, sku: &Sku) -> Option<&CartLine> {
        self.lines.iter().find(|line| line.sku == *sku)
    }

    /// How many units its lines have of the product, other variants than this one.
    pub fn units_beside(&self, product: &ProductCode, sku: &Sku) -> u64 {
        let others = self.lines.iter().filter(|line| line.product == *product && line.sku != *sku);
        others.map(|line| u64::from(line.quantity.get())).sum()
    }

    /// From when on it is gone if nobody changes it.
    pub fn expires_at(&self) -> Timestamp {
        self.changed_at.saturating_add(CART_IDLE_MAX).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is gone, though a store may keep it a while longer.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at() <= now
    }

    /// How many units its lines have.
    pub fn units(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.quantity.get())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_nothing_like_one_does() {
        let id = CartId::new(0x0192_0000_0000_7000_8000_0000_0000_0001);

        assert_eq!(id.to_string(), "cart_01920000000070008000000000000001");
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in
            ["", "cart_", "cart_1", "cart_0192000000007000800000000000000G", "basket_01920000000070008000000000000001"]
        {
            assert_eq!(wrong.parse::<CartId>().unwrap_err().code, "cart_id_invalid", "{wrong}");
        }
        assert!("cart_+1920000000070008000000000000001".parse::<CartId>().is_err());
    }

    #[test]
    fn a_cart_that_nobody_changes_is_gone_after_30_days() {
        let cart = Cart::new(CartId::new(1), CapabilityDigest([0; 32]), "de".parse().unwrap(), Timestamp::UNIX_EPOCH);
        let day = |days: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days);

        assert!(!cart.is_expired(day(29)));
        assert!(cart.is_expired(day(30)));
    }
}
