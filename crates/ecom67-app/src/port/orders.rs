//! Orders: the one place where a commit spans aggregates.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_domain::gift_card::{GiftCardEntry, GiftCardMove};
use ecom67_domain::order::{Contact, Meter, OrderEvent, WorkflowVersion};
use ecom67_domain::{Cart, CartId, GiftCardId, LocationCode, Money, Order, OrderId, OrderNumber, Sku, Version};
use jiff::Timestamp;

use super::{IdempotencyKey, StoreError, Stored};

/// The most orders that one call tells of.
pub const ORDERS_PAGE_MAX: usize = 100;

/// The most writes that one commit makes, records of every sort counted; DynamoDB takes a hundred.
pub const ORDER_COMMIT_WRITES_MAX: usize = 90;

/// A change of an order with all that goes with it. It is data, so that any engine can make it: all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderCommit {
    /// The order as it is afterwards.
    pub order: Order,
    /// What is written beside it.
    pub write: OrderWrite,
    /// What happened; empty where only what is to be done next has changed.
    pub events: Vec<OrderEvent>,
    /// The cart as it is afterwards, where it changes, and the version it was read at.
    pub cart: Option<(Cart, Version)>,
    /// What becomes of what is held for the order.
    pub stock: StockWrite,
    /// What becomes of what it has used.
    pub meters: MeterWrite,
    /// What becomes of what gift cards pay for it.
    pub gift_cards: GiftCardWrite,
    /// When.
    pub at: Timestamp,
}

impl OrderCommit {
    /// The entries that it makes in the ledgers of gift cards: one for each card, whose balance changes by its amount.
    /// What had expired of a card is not among them: that the store alone knows, as it writes.
    pub fn gift_card_entries(&self) -> Vec<GiftCardEntry> {
        let (order, at) = (&self.order, self.at);
        let entry = |card: GiftCardId, what: GiftCardMove, minor: i64, actor: &str| GiftCardEntry {
            card,
            what,
            amount: Money::new(minor, order.content.currency),
            at,
            actor: Arc::from(actor),
            note: None,
        };
        let paid = order.content.gift_cards.iter();
        match self.gift_cards {
            GiftCardWrite::Keep => Vec::new(),
            GiftCardWrite::Spend => paid
                .map(|paid| entry(paid.card, GiftCardMove::Spent(order.id), -paid.amount.minor(), "checkout"))
                .collect(),
            GiftCardWrite::Return => paid
                .map(|paid| entry(paid.card, GiftCardMove::Returned(order.id), paid.amount.minor(), "cancellation"))
                .collect(),
            GiftCardWrite::Refund(number) => {
                let refund = order.refunds.iter().find(|refund| refund.number == number);
                let shares = refund.into_iter().flat_map(|refund| &refund.gift_cards);
                let what = GiftCardMove::Refunded { order: order.id, refund: number };
                shares.map(|share| entry(share.card, what, share.amount.minor(), "refund")).collect()
            }
        }
    }
}

/// Whether an order is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderWrite {
    /// It is: its number must not be taken, nor the request have been made.
    Place {
        /// Who ordered.
        contact: Box<Contact>,
        /// The request that asked for it.
        request: CheckoutRequest,
    },
    /// It must still have the version it was read at.
    Move {
        /// That version.
        read_at: Version,
    },
}

/// What becomes of an order's holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockWrite {
    /// Nothing.
    Keep,
    /// They are made, if so many units are available at each location.
    Hold,
    /// They are free again.
    Release,
}

/// What becomes of the uses of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeterWrite {
    /// Nothing.
    Keep,
    /// Each is counted, if it stays within its limit; in the order of the order's uses, and none where it has no limit.
    Spend(Vec<Option<u32>>),
    /// These are given back, each of which the order has used.
    Return(Vec<Meter>),
}

/// What becomes of what gift cards pay for an order. Each change of a balance makes an entry in the card's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiftCardWrite {
    /// Nothing.
    Keep,
    /// What each pays is taken from it, if it has so much and is not blocked. That it has not expired was decided when
    /// it was priced, at the same instant.
    Spend,
    /// What each paid is on it again, whether it has expired meanwhile or not. What had expired by then comes not back
    /// with it: an entry of its own writes it off.
    Return,
    /// What goes to gift cards of this refund is on them again, in the same way.
    Refund(u32),
}

/// A checkout that was asked for: the same again is answered with the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutRequest {
    /// The cart that is to become an order: keys of other carts are other keys.
    pub cart: CartId,
    /// The client's name for the request.
    pub key: IdempotencyKey,
    /// The digest of all that was asked for.
    pub digest: [u8; 32],
    /// What came of it.
    pub order: OrderId,
    /// Until when it is remembered.
    pub expires_at: Timestamp,
}

/// What stood in the way of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderRefused {
    /// Another order has the number.
    NumberTaken(OrderNumber),
    /// The request was made by somebody who was faster.
    RequestMade,
    /// The order has changed since it was read, or is there already.
    OrderStale {
        /// The version it has; `None` where there is none.
        present: Option<Version>,
    },
    /// The cart has changed since it was read.
    CartStale {
        /// The version it has; `None` where there is none.
        present: Option<Version>,
    },
    /// Fewer units are available than are to be held.
    Stock {
        /// The variant.
        sku: Sku,
        /// Where.
        location: LocationCode,
        /// How many are to be held there.
        asked: u32,
        /// How many are available there.
        available: u64,
    },
    /// The limit is reached.
    Limit {
        /// Of what.
        meter: Meter,
        /// How often it was used.
        used: u32,
    },
    /// There is less on a gift card than it is to pay, or it is blocked.
    GiftCard {
        /// The card.
        card: GiftCardId,
        /// What it is to pay.
        asked: Money,
        /// What is on it; `None` where there is no such card that may pay.
        balance: Option<Money>,
    },
}

/// A commit that was refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum OrderCommitError {
    /// Nothing was written: all that stood in the way, at least one.
    #[error("the commit was refused: {0:?}")]
    Refused(Vec<OrderRefused>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What one commit told of an order: the outbox's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderEnvelope {
    /// The order.
    pub order: OrderId,
    /// The version that the commit made of it.
    pub version: Version,
    /// When.
    pub at: Timestamp,
    /// What happened, in order.
    pub events: Vec<OrderEvent>,
}

/// Which orders are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Those in this state, by its name; all where absent.
    pub state: Option<&'static str>,
}

/// Keeps orders, with what they hold and have used.
#[async_trait]
pub trait OrderStore: Send + Sync {
    /// Makes the change with everything that goes with it, or nothing of it. Conditions on stock and limits are deltas: two
    /// orders for one variant never make each other repeat. Where it is refused, every reason is told.
    async fn commit(&self, commit: OrderCommit) -> Result<Version, OrderCommitError>;

    /// The order, or `None`.
    async fn find(&self, id: OrderId) -> Result<Option<Stored<Order>>, StoreError>;

    /// The order with this number.
    async fn find_by_number(&self, number: OrderNumber) -> Result<Option<OrderId>, StoreError>;

    /// Who ordered; `None` where that was forgotten.
    async fn find_contact(&self, id: OrderId) -> Result<Option<Contact>, StoreError>;

    /// The request with this key, if it is still remembered at `now`.
    async fn find_request(
        &self,
        cart: CartId,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<CheckoutRequest>, StoreError>;

    /// How often each of the meters was used, in the order asked for.
    async fn used(&self, meters: &[Meter]) -> Result<Vec<u32>, StoreError>;

    /// Up to `limit` orders, at most [`ORDERS_PAGE_MAX`], for which something is to be done by `now`, the longest overdue
    /// first. It may lag behind.
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OrderId>, StoreError>;

    /// Has an order that is due looked at again at `until` and not before, so that one whose record cannot be read makes room for
    /// others. Nothing else of it changes, and its next commit says anew when it is due. One that is not due stays so.
    async fn defer(&self, id: OrderId, until: Timestamp) -> Result<(), StoreError>;

    /// Up to `limit` orders, at most [`ORDERS_PAGE_MAX`], whose task is stuck, from the oldest on, that were made after the
    /// one `after`. A page shorter than `limit` is the last. It may lag behind.
    async fn stuck(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<OrderId>, StoreError>;

    /// The versions of the workflow that orders go by which are not through: neither paid nor cancelled. In ascending order. What
    /// is given back of the others goes by the newest. It takes as long as there are such orders, and may lag behind.
    async fn open_workflows(&self) -> Result<Vec<WorkflowVersion>, StoreError>;

    /// Up to `limit` orders, at most [`ORDERS_PAGE_MAX`], the newest first, that were made before the one `before`. A page
    /// shorter than `limit` is the last. It may lag behind: an order that has just been placed or moved may be missing.
    async fn list(
        &self,
        filter: OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored<Order>>, StoreError>;

    /// All that happened to an order, in ascending order of versions.
    async fn events(&self, id: OrderId) -> Result<Vec<OrderEnvelope>, StoreError>;

    /// Forgets some of the requests that are no longer remembered, and returns how many. A store that forgets by itself does
    /// nothing.
    async fn forget_requests(&self, now: Timestamp) -> Result<usize, StoreError>;
}
