//! What a cart costs, as the API answers it. Amounts are in minor units of the cart's currency.

use serde::Serialize;
use utoipa::ToSchema;

use super::UnitPrice;

/// What a cart costs, and what each amount is made of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Quote {
    /// The name of this very content: what a checkout must name. It changes with every amount and every rule that was
    /// used, and with nothing else.
    pub id: String,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// Whether amounts contain the tax.
    pub tax_included: bool,
    /// The lines that are sold.
    pub lines: Vec<QuoteLine>,
    /// What is given for nothing.
    pub gifts: Vec<QuoteGift>,
    /// The promotions that applied, in that order.
    pub discounts: Vec<QuoteDiscount>,
    /// The coupons that were entered, and what came of each.
    pub coupons: Vec<QuoteCoupon>,
    /// The tax by rate.
    pub taxes: Vec<QuoteTax>,
    /// Whether tax is charged, and if not, why: such as `charged` or `reverse_charge`.
    pub tax_treatment: String,
    /// Whether anything is sent, so that a way of delivery must be chosen.
    pub delivery_needed: bool,
    /// The ways of delivery that there are to the destination; none where nothing is sent.
    pub delivery: Vec<QuoteDelivery>,
    /// What more the goods that are sent must cost for the nearest free delivery.
    #[schema(minimum = 0)]
    pub missing_for_free_delivery: Option<i64>,
    /// The gift cards that were entered, and what each pays, in the order in which they do.
    pub gift_cards: Vec<QuoteGiftCard>,
    /// The sums.
    pub totals: QuoteTotals,
    /// What applied and what did not, in words; where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Vec<QuoteReason>>,
}

/// One line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteLine {
    /// The variant.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// What one costs before promotions.
    pub unit_price: i64,
    /// What one cost before it was reduced.
    pub compare_at: Option<i64>,
    /// What a whole kg, l, m or m² costs, where that is owed.
    pub base_price: Option<UnitPrice>,
    /// All units before promotions.
    pub base: i64,
    /// What promotions took off it.
    pub discounts: Vec<QuoteShare>,
    /// Its tax, contained in `total` or to be added.
    pub tax: i64,
    /// What is paid for it.
    pub total: i64,
}

/// What one promotion took off a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteShare {
    /// The promotion's code.
    pub promotion: String,
    /// How much.
    pub amount: i64,
}

/// Something for nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteGift {
    /// The variant.
    pub sku: String,
    /// What it is called, with what it is among its likes.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// The promotion's code.
    pub promotion: String,
}

/// A promotion that applied.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteDiscount {
    /// The promotion's code.
    pub promotion: String,
    /// What a shopper reads.
    pub name: String,
    /// The coupon by which it was asked for.
    pub coupon: Option<String>,
    /// What it took off the goods.
    pub amount: i64,
    /// What it took off the delivery.
    pub delivery_amount: i64,
    /// Whether the shopper may have it is only known at checkout.
    pub decided_at_checkout: bool,
}

/// A coupon that was entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteCoupon {
    /// The coupon.
    pub code: String,
    /// Whether it applied.
    pub applied: bool,
    /// A stable code of what came of it, such as `promotion_needs_total`.
    pub outcome: String,
    /// The same in words.
    pub detail: String,
}

/// A gift card that was entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteGiftCard {
    /// The card's id, by which it is taken back.
    #[schema(example = "gift_01932b6c5f007abc8def0123456789ab")]
    pub id: String,
    /// The last four characters of its code.
    #[schema(example = "7Q4K")]
    pub hint: String,
    /// What it pays.
    pub amount: i64,
    /// What is on it, in the minor unit of its own currency.
    pub balance: i64,
    /// Its currency, ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// A stable code of what came of it, such as `gift_card_expired`.
    pub outcome: String,
    /// The same in words.
    pub detail: String,
}

/// The tax at one rate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteTax {
    /// What it is called: its parts' names.
    pub name: String,
    /// The rate in percent, as a decimal.
    #[schema(example = "19")]
    pub rate: String,
    /// What it is taken of, without the tax.
    pub base: i64,
    /// The tax.
    pub amount: i64,
}

/// A way of delivery.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteDelivery {
    /// The method's code.
    pub method: String,
    /// What a shopper reads.
    pub name: String,
    /// Whether it is fetched rather than sent.
    pub is_pick_up: bool,
    /// Whether it was chosen.
    pub chosen: bool,
    /// What it costs.
    pub price: i64,
    /// What it would cost without promotions.
    pub full_price: i64,
    /// The first day on which it comes.
    #[schema(format = "date")]
    pub earliest: Option<String>,
    /// The last day on which it comes.
    #[schema(format = "date")]
    pub latest: Option<String>,
    /// What more the goods must cost for it to be free.
    pub missing_for_free: Option<i64>,
}

/// The sums of a quote: goods less discount, and delivery; and the tax where amounts do not contain it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuoteTotals {
    /// All lines before promotions.
    pub goods: i64,
    /// What promotions took off them.
    pub discount: i64,
    /// The chosen delivery.
    pub delivery: i64,
    /// Tax that prices contained and that this buyer does not pay.
    pub relief: i64,
    /// The tax, contained in `total` in either case.
    pub tax: i64,
    /// What it costs.
    pub total: i64,
    /// What gift cards pay of it.
    pub gift_cards: i64,
    /// What is left to be paid.
    pub due: i64,
}

/// A rule that applied, or could have and did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteReason {
    /// A stable code, such as `promotion_needs_quantity`.
    pub code: String,
    /// What it is about: a SKU, or the code of a promotion, a price list or a delivery method.
    pub about: Option<String>,
    /// The same in words.
    pub text: String,
}
