//! Why: the rules that applied, and those that could have and did not. Values only; whoever shows them finds the words.

use std::sync::Arc;

use super::coupon::CouponCode;
use super::gift_cards::QuotedGiftCard;
use super::tax::TaxTreatment;
use crate::code::{
    CategoryCode, CollectionCode, DeliveryMethodCode, LineKey, PriceListCode, ProductCode, PromotionCode, Sku,
};
use crate::money::Money;

/// Why something in a quote is as it is.
///
/// Told are: each price list in force that names a variant of the basket in its market, and each promotion that names
/// something in the basket, or everything, or was asked for by a coupon. Promotions of other markets and those that have
/// not begun or have ended are told only to who entered their coupon: nobody else is to hear of next week's sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A price list.
    Price {
        /// The line.
        line: LineKey,
        /// The list.
        list: PriceListCode,
        /// What came of it.
        outcome: PriceOutcome,
    },
    /// A promotion.
    Promotion {
        /// The promotion.
        promotion: PromotionCode,
        /// What came of it.
        outcome: PromotionOutcome,
    },
    /// No promotion has this coupon.
    CouponUnknown(CouponCode),
    /// A way of delivery.
    Delivery {
        /// The method.
        method: DeliveryMethodCode,
        /// What came of it.
        outcome: DeliveryOutcome,
    },
    /// The delivery method that was chosen does not exist.
    DeliveryUnknown(DeliveryMethodCode),
    /// Nothing in the basket is sent.
    DeliveryNotNeeded,
    /// How tax is treated.
    Tax(TaxTreatment),
    /// A gift card.
    GiftCard(QuotedGiftCard),
}

/// What came of a price list, for one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceOutcome {
    /// Its price is the line's.
    Applied,
    /// Another is cheaper, or as cheap.
    NotCheaper,
    /// More are needed.
    NeedsQuantity {
        /// How many in all.
        needs: u32,
        /// How many there are.
        has: u64,
    },
    /// It is for a group that the buyer is not in.
    OtherGroup,
}

/// What came of a promotion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromotionOutcome {
    /// It applied.
    Applied {
        /// What it took off the goods.
        amount: Money,
        /// Whether that is only known at checkout: it is for a first order, and who orders is not known.
        decided_at_checkout: bool,
    },
    /// There is nothing in the basket to take from, or nothing left.
    NothingToReduce,
    /// It is for what is sent, and nothing of the basket is.
    NothingSent,
    /// The goods cost no more than its price.
    NotCheaper,
    /// More are needed.
    NeedsQuantity {
        /// Of what; the first that is named. `None`: of anything.
        of: Option<Facet>,
        /// How many in all.
        needs: u32,
        /// How many there are.
        has: u64,
    },
    /// The goods must cost more.
    NeedsTotal {
        /// So much more.
        missing: Money,
    },
    /// It is for another market.
    OtherMarket,
    /// It has no amount in the market's currency.
    OtherCurrency,
    /// It is for a group that the buyer is not in.
    OtherGroup,
    /// It is for a first order.
    NotFirstOrder,
    /// It has been used as often as it may be.
    UsedUp,
    /// It has not begun.
    NotStarted,
    /// It has ended.
    Ended,
    /// Another has applied, and one of them bears no other.
    ExcludedBy(PromotionCode),
    /// The basket has no room for its gift.
    NoRoom,
}

/// What a promotion or a condition names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facet {
    /// A product.
    Product(ProductCode),
    /// A variant.
    Sku(Sku),
    /// A category.
    Category(CategoryCode),
    /// A collection.
    Collection(CollectionCode),
    /// A tag.
    Tag(Arc<str>),
}

/// What came of a delivery method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It is offered.
    Offered,
    /// It is offered, and costs nothing since the goods cost enough.
    FreeByTotal,
    /// It is offered, and would cost nothing if the goods cost more.
    FreeFrom {
        /// So much more.
        missing: Money,
    },
    /// It does not lead to the destination.
    OtherZone,
    /// It is for another market.
    OtherMarket,
    /// It has no price in the market's currency.
    OtherCurrency,
    /// The goods are too heavy.
    TooHeavy {
        /// The most it takes.
        most_grams: u64,
        /// What they weigh.
        has_grams: u64,
    },
}

impl Reason {
    /// A stable code for programs and messages.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Price { outcome, .. } => outcome.code(),
            Self::Promotion { outcome, .. } => outcome.code(),
            Self::CouponUnknown(_) => "coupon_unknown",
            Self::Delivery { outcome, .. } => outcome.code(),
            Self::DeliveryUnknown(_) => "delivery_unknown",
            Self::DeliveryNotNeeded => "delivery_not_needed",
            Self::Tax(treatment) => treatment.code(),
            Self::GiftCard(paid) => paid.outcome.code(),
        }
    }
}

impl PriceOutcome {
    /// A stable code for programs and messages.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Applied => "price_list_applied",
            Self::NotCheaper => "price_list_not_cheaper",
            Self::NeedsQuantity { .. } => "price_list_needs_quantity",
            Self::OtherGroup => "price_list_other_group",
        }
    }
}

impl PromotionOutcome {
    /// A stable code for programs and messages.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Applied { decided_at_checkout: false, .. } => "promotion_applied",
            Self::Applied { decided_at_checkout: true, .. } => "promotion_decided_at_checkout",
            Self::NothingToReduce => "promotion_nothing_to_reduce",
            Self::NothingSent => "promotion_nothing_sent",
            Self::NotCheaper => "promotion_not_cheaper",
            Self::NeedsQuantity { .. } => "promotion_needs_quantity",
            Self::NeedsTotal { .. } => "promotion_needs_total",
            Self::OtherMarket => "promotion_other_market",
            Self::OtherCurrency => "promotion_other_currency",
            Self::OtherGroup => "promotion_other_group",
            Self::NotFirstOrder => "promotion_not_first_order",
            Self::UsedUp => "promotion_used_up",
            Self::NotStarted => "promotion_not_started",
            Self::Ended => "promotion_ended",
            Self::ExcludedBy(_) => "promotion_excluded_by",
            Self::NoRoom => "promotion_no_room",
        }
    }
}

impl DeliveryOutcome {
    /// A stable code for programs and messages.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Offered => "delivery_offered",
            Self::FreeByTotal => "delivery_free_by_total",
            Self::FreeFrom { .. } => "delivery_free_from",
            Self::OtherZone => "delivery_other_zone",
            Self::OtherMarket => "delivery_other_market",
            Self::OtherCurrency => "delivery_other_currency",
            Self::TooHeavy { .. } => "delivery_too_heavy",
        }
    }
}
