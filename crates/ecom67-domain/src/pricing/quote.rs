//! What a basket costs, and what each amount is made of.

use std::fmt;
use std::str::FromStr;

use super::calendar::DateRange;
use super::coupon::CouponCode;
use super::delivery::DeliveryKind;
use super::gift_cards::QuotedGiftCard;
use super::promotion::PromotionLimits;
use super::reason::Reason;
use super::tax::{RateComponent, TaxRate, TaxTreatment};
use crate::code::{DeliveryMethodCode, LineKey, LocationCode, PriceListCode, PromotionCode, Sku, TaxZoneCode};
use crate::market::TaxDisplay;
use crate::money::{Currency, Money};
use crate::price::BaseUnit;
use crate::product::TaxClass;
use crate::text::Language;
use crate::violation::Invalid;

/// The name of a quote's content: the same content has the same name, whenever it is asked for. Any change of an amount,
/// a price or a rule that was used makes another. Dates of delivery are no part of it, since they move with the clock.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuoteId(pub(super) [u8; 16]);

impl fmt::Display for QuoteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for QuoteId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "QuoteId({self})")
    }
}

impl FromStr for QuoteId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid =
            || Invalid::new("quote_id_invalid", "the id of the quote that was shown: 32 lower-case hexadecimal digits");
        crate::id::number_after("", text).map(|number| Self(number.to_be_bytes())).ok_or_else(invalid)
    }
}

/// Why a basket has no price.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// An amount or a sum is too large to be counted.
    #[error("the basket costs more than can be counted")]
    TooLarge,
    /// A line's price is in another currency than the market.
    #[error("the price of the line {0} is not in the currency of the market")]
    OtherCurrency(LineKey),
    /// There are more lines than a basket may have.
    #[error("a basket has at most {} lines", super::basket::BASKET_LINES_MAX)]
    TooManyLines,
    /// There are more coupons than may be entered at once.
    #[error("at most {} coupons at once", super::basket::COUPONS_MAX)]
    TooManyCoupons,
    /// A line is of nothing.
    #[error("the line {0} has no units")]
    NoUnits(LineKey),
    /// Two lines have one key.
    #[error("two lines have the key {0}")]
    LineTwice(LineKey),
}

impl QuoteError {
    /// A stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "quote_too_large",
            Self::OtherCurrency(_) => "quote_other_currency",
            Self::TooManyLines => "quote_too_many_lines",
            Self::TooManyCoupons => "quote_too_many_coupons",
            Self::NoUnits(_) => "quote_no_units",
            Self::LineTwice(_) => "quote_line_twice",
        }
    }
}

/// What a basket costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The name of this content.
    pub id: QuoteId,
    /// What all amounts are in.
    pub currency: Currency,
    /// Whether the lines' amounts contain the tax.
    pub tax_display: TaxDisplay,
    /// The lines, in the order of the basket.
    pub lines: Vec<QuotedLine>,
    /// What is given for nothing.
    pub gifts: Vec<GiftLine>,
    /// The promotions that applied, in the order in which they did.
    pub discounts: Vec<Discount>,
    /// The tax.
    pub tax: QuotedTax,
    /// Whether anything is sent, so that an order needs a way of delivery.
    pub is_delivery_needed: bool,
    /// The ways of delivery that are offered, in order; none where nothing is sent.
    pub delivery: Vec<DeliveryChoice>,
    /// The one that was chosen, if it is offered.
    pub chosen_delivery: Option<ChosenDelivery>,
    /// What each gift card pays, in the order in which they do.
    pub gift_cards: Vec<QuotedGiftCard>,
    /// The sums.
    pub totals: Totals,
    /// What more the goods that are sent must cost for the nearest free delivery; `None` where there is none to be had or
    /// it is free.
    pub missing_for_free_delivery: Option<Money>,
    /// What applied and what did not.
    pub reasons: Vec<Reason>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedLine {
    /// The line's key.
    pub key: LineKey,
    /// The variant.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
    /// What one costs before promotions.
    pub unit_price: Money,
    /// What one cost before it was reduced.
    pub compare_at: Option<Money>,
    /// Where the unit price is from.
    pub price_cause: PriceCause,
    /// What a kilogram, litre, metre or square metre costs.
    pub base_price: Option<(Money, BaseUnit)>,
    /// All units before promotions.
    pub base: Money,
    /// What promotions took off, each with its cause; a later refund of one line moves none of another.
    pub discounts: Vec<DiscountShare>,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// Its place in [`QuotedTax::lines`], where tax is charged.
    pub tax_line: Option<usize>,
    /// Its share of that tax: contained in `total` or added to it, as [`Quote::tax_display`] says.
    pub tax: Money,
    /// The tax that its price contained and that this buyer does not pay.
    pub relief: Money,
    /// What is paid for it: `base` less discounts and relief.
    pub total: Money,
}

/// Where a unit price is from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PriceCause {
    /// The market's price of the variant.
    Market,
    /// A price list.
    List {
        /// Which.
        list: PriceListCode,
        /// From how many units on.
        minimum_quantity: u32,
    },
}

/// What one promotion took off one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiscountShare {
    /// Its place in [`Quote::discounts`].
    pub discount: usize,
    /// How much.
    pub amount: Money,
}

/// A promotion that applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Which.
    pub promotion: PromotionCode,
    /// The coupon by which it was asked for.
    pub coupon: Option<CouponCode>,
    /// How often it may be used: whoever sells sees to it.
    pub limits: PromotionLimits,
    /// What it took off the goods: the sum of its shares; zero where it gives a gift or free delivery.
    pub amount: Money,
    /// What it took off the delivery that was chosen.
    pub delivery_amount: Money,
    /// Whether the buyer may have it is only known at checkout.
    pub decided_at_checkout: bool,
}

/// Something for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiftLine {
    /// The variant.
    pub sku: Sku,
    /// How many.
    pub quantity: u32,
    /// The place of its promotion in [`Quote::discounts`].
    pub discount: usize,
}

/// The tax of a quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotedTax {
    /// Whether it is charged.
    pub treatment: TaxTreatment,
    /// By which zone.
    pub zone: Option<TaxZoneCode>,
    /// What is charged, by rate.
    pub lines: Vec<TaxLine>,
}

/// What is taxed at one rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxLine {
    /// The rate.
    pub rate: TaxRate,
    /// What it is taken of, without the tax.
    pub base: Money,
    /// The tax.
    pub amount: Money,
    /// Who gets it: parts that sum to `amount`.
    pub components: Vec<TaxLineComponent>,
}

impl TaxLine {
    /// What it is called in a language: the names of its parts, as "State tax + County tax", each once.
    pub fn name(&self, language: Language) -> String {
        let mut names: Vec<&str> = self.components.iter().map(|part| part.component.name.get(language)).collect();
        names.dedup();
        names.join(" + ")
    }
}

/// A part of a tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxLineComponent {
    /// The part of the rate.
    pub component: RateComponent,
    /// The part of the tax.
    pub amount: Money,
}

/// A part of the delivery's tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxShare {
    /// Its place in [`QuotedTax::lines`].
    pub tax_line: usize,
    /// How much.
    pub amount: Money,
}

/// A way of delivery that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryChoice {
    /// The method.
    pub method: DeliveryMethodCode,
    /// Sent or fetched.
    pub kind: DeliveryKind,
    /// Where goods are sent from, best first.
    pub locations: Vec<LocationCode>,
    /// What it costs.
    pub price: Money,
    /// What it would cost without promotions.
    pub full_price: Money,
    /// When it comes; `None` where no calendar says.
    pub dates: Option<DateRange>,
    /// What more the goods must cost for this one to be free.
    pub missing_for_free: Option<Money>,
}

/// The delivery that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenDelivery {
    /// Its place in [`Quote::delivery`].
    pub choice: usize,
    /// Its shares of the tax, contained or added as for lines.
    pub taxes: Vec<TaxShare>,
    /// The tax that its price contained and that this buyer does not pay.
    pub relief: Money,
    /// What is paid for it: its price less relief.
    pub total: Money,
}

/// The sums of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// All lines before promotions.
    pub goods: Money,
    /// What promotions took off them.
    pub discount: Money,
    /// The chosen delivery's price.
    pub delivery: Money,
    /// The tax that prices contained and that this buyer does not pay.
    pub relief: Money,
    /// The tax, contained in `total` in either case.
    pub tax: Money,
    /// What it costs: goods less discount, delivery, less relief, and the tax where prices do not contain it.
    pub total: Money,
    /// What gift cards pay of it.
    pub gift_cards: Money,
    /// What is left to be paid by other means.
    pub due: Money,
}
