//! The order: what was bought, what was promised for it, and what became of both.
//!
//! Its goods are held from the moment it is placed, and it is charged last. Who ordered stands apart, in [`Contact`], so
//! that nothing here or in an event is personal.

mod contact;
mod content;
mod event;
mod meter;
mod number;
mod payment;

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::cart::{CapabilityDigest, CartId};
use crate::code::{LocationCode, MarketCode, Sku};
use crate::gift_card::GiftCardId;
use crate::id::id;
use crate::market::Country;
use crate::money::Money;
use crate::text::Language;

pub use contact::{
    ADDRESS_LINE_LENGTH_MAX, AddressFormat, AddressLine, Contact, EmailAddress, PhoneNumber, PostalAddress,
};
pub use content::{
    ContentError, LegalTextDigest, LegalTextKind, Naming, OrderContent, OrderDelivery, OrderDiscount, OrderGift,
    OrderGiftCard, OrderLegalText, OrderLine, OrderTax,
};
pub use event::{CancelReason, OrderEvent, OrderRefusal, OrderState, SettlementNote};
pub use meter::{CustomerDigest, Meter, NetworkDigest};
pub use number::OrderNumber;
pub use payment::{PROVIDER_ID_LENGTH_MAX, PaymentId, ProviderRefundId};

/// The most refunds of one order.
pub const REFUNDS_MAX: usize = 50;

/// So often the shop asks by itself for what was charged for a cancelled order to go back; thereafter somebody has to.
pub const RETURNS_MAX: usize = 5;

/// How long after one that failed it asks again: what a bank refuses now it refuses in an hour as well.
pub const RETURN_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);

id! {
    /// Which order. It is no secret, and no proof: whoever asks for an order shows what opened its cart.
    OrderId, "order_", "order_id_invalid"
}

/// A version of what is done for an order after it was placed. What a version says never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkflowVersion(pub u32);

impl WorkflowVersion {
    /// The first one, by which every order goes that does not say otherwise.
    pub const FIRST: Self = Self(1);
}

impl fmt::Display for WorkflowVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which one.
    pub id: OrderId,
    /// The number that people read.
    pub number: OrderNumber,
    /// The cart it was made from.
    pub cart: CartId,
    /// What opens it: the same that opened the cart.
    pub capability: CapabilityDigest,
    /// Where it was bought.
    pub market: MarketCode,
    /// The country of the market that its shopper was in.
    pub country: Country,
    /// The language it was made in.
    pub language: Language,
    /// What was agreed on, once and for all.
    pub content: Arc<OrderContent>,
    /// What is held for it, where.
    pub holds: Vec<Hold>,
    /// What is promised beyond what was there.
    pub back_orders: Vec<BackOrder>,
    /// What it has used of things that are limited.
    pub uses: Vec<Meter>,
    /// The version of the workflow that it was placed under, and goes by to its end.
    pub workflow: WorkflowVersion,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Until when its goods are held without being paid for.
    pub hold_until: Timestamp,
    /// Whether that was extended.
    pub is_hold_extended: bool,
    /// How far it is.
    pub state: OrderState,
    /// The payment that set the money aside, or that was captured although the order is cancelled.
    pub payment: Option<PaymentId>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// What is or was to be given back.
    pub refunds: Vec<Refund>,
    /// What the shop has to do for it next.
    pub task: Task,
}

/// So many units of a variant at one location that are promised to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The variant.
    pub sku: Sku,
    /// Where they lie.
    pub location: LocationCode,
    /// How many.
    pub quantity: u32,
}

/// So many units of a variant that are delivered when goods come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackOrder {
    /// The variant.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
}

/// Money to be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Counts from 1 within the order. Under this name it is asked for at the provider, and found there again.
    pub number: u32,
    /// How much, in all.
    pub amount: Money,
    /// What of it goes back to which gift card: all of it, or nothing. Orders of earlier releases have refunds that are both.
    pub gift_cards: Vec<RefundShare>,
    /// How far it is.
    pub state: RefundState,
    /// The provider's name for it, once it has one.
    pub provider_id: Option<ProviderRefundId>,
    /// When it was asked for.
    pub requested_at: Timestamp,
}

/// What of a refund goes back to a gift card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundShare {
    /// The card.
    pub card: GiftCardId,
    /// How much.
    pub amount: Money,
}

impl Refund {
    /// What of it the payment provider gives back: all but what goes to gift cards.
    pub fn charged(&self) -> Money {
        let to_cards: i64 = self.gift_cards.iter().map(|share| share.amount.minor()).sum();
        Money::new(self.amount.minor() - to_cards, self.amount.currency())
    }

    /// What of it goes back to the card.
    fn to_card(&self, card: GiftCardId) -> i64 {
        self.gift_cards.iter().filter(|share| share.card == card).map(|share| share.amount.minor()).sum()
    }
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefundState {
    /// Its amount is reserved, and it is on its way.
    Pending,
    /// The money is given back.
    Succeeded,
    /// It was not given back, and is free to be asked for again.
    Failed,
    /// The shop has paid it another way, as by bank transfer: the provider is asked for it no more.
    PaidOtherwise,
}

/// What the shop has to do for an order next, which follows from its state. That is no fact of the order: it is not told by
/// events, and how often something was tried makes no difference to what an order is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// From when on; never where nothing is to be done, or what is to be done is stuck.
    pub due_at: Option<Timestamp>,
    /// The attempt at the present operation, from 1: a part of the key it has at the provider.
    pub attempt: u32,
    /// How often it failed in a row.
    pub failures: u32,
    /// How often of these the provider refused it: what is down refuses nothing.
    pub refusals: u32,
    /// What went wrong, where it failed.
    pub failure: Option<TaskFailure>,
    /// The attempts at refunds of which the first has failed. They outlive whatever else is to be done: a refund that was
    /// asked for under two keys at once would be made twice.
    pub refund_attempts: Vec<RefundAttempt>,
}

/// How often a refund has failed for good under its key, so that it has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundAttempt {
    /// The refund's number.
    pub number: u32,
    /// The present attempt at it, from 2: a part of the key it has at the provider.
    pub attempt: u32,
}

/// What went wrong with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFailure {
    /// When it failed for the first time in a row, or after somebody had it tried again.
    pub since: Timestamp,
    /// Why it failed last, in words without anything personal.
    pub why: Arc<str>,
}

impl Task {
    /// Nothing is to be done.
    pub const NONE: Self =
        Self { due_at: None, attempt: 1, failures: 0, refusals: 0, failure: None, refund_attempts: Vec::new() };

    /// Something is to be done at `at`, for the first time.
    pub fn due(at: Timestamp) -> Self {
        Self { due_at: Some(at), ..Self::NONE }
    }

    /// The same once more, at `at`. Attempt and failures go on, for the key of what was tried follows from them. What is
    /// stuck gets all its time again.
    #[must_use]
    pub fn again(&self, at: Timestamp) -> Self {
        let failure = if self.is_stuck() { None } else { self.failure.clone() };
        Self { due_at: Some(at), failure, refund_attempts: self.refund_attempts.clone(), ..*self }
    }

    /// The present attempt at a refund, from 1.
    pub fn refund_attempt(&self, number: u32) -> u32 {
        self.refund_attempts.iter().find(|known| known.number == number).map_or(1, |known| known.attempt)
    }

    /// The same once the present attempt at a refund has failed, and will fail for ever.
    #[must_use]
    pub fn after_failed_refund(&self, number: u32) -> Self {
        let attempt = self.refund_attempt(number).saturating_add(1);
        let mut next = self.clone();
        next.refund_attempts.retain(|known| known.number != number);
        next.refund_attempts.push(RefundAttempt { number, attempt });
        next
    }

    /// Whether it failed for so long that it is not tried any more by itself.
    pub const fn is_stuck(&self) -> bool {
        self.due_at.is_none() && self.failure.is_some()
    }
}

#[cfg(test)]
pub(crate) mod tests;
