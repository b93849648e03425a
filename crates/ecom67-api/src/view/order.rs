//! Orders as their shoppers see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order. All amounts are in the minor unit of its currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Order {
    /// The order's id.
    #[schema(example = "order_01932b6c5f007abc8def0123456789ab")]
    pub id: String,
    /// The number that people read.
    #[schema(example = "K7QM-2XRT")]
    pub number: String,
    /// How far it is.
    pub state: OrderState,
    /// Why it is or will be cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// When it was placed.
    pub placed_at: String,
    /// When it was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<String>,
    /// Until when its goods are held without being paid for.
    pub hold_until: String,
    /// Whether that can be extended, once.
    pub can_extend_hold: bool,
    /// The market.
    pub market: String,
    /// What all amounts are in, ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
    /// Whether the lines' amounts contain the tax.
    pub tax_included: bool,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What is given for nothing.
    pub gifts: Vec<OrderGift>,
    /// What promotions took off.
    pub discounts: Vec<OrderDiscount>,
    /// The tax.
    pub taxes: Vec<OrderTax>,
    /// How it is delivered; absent where nothing of it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<OrderDelivery>,
    /// The gift cards that pay for it.
    pub gift_cards: Vec<OrderGiftCard>,
    /// The sums.
    pub totals: OrderTotals,
    /// How much has been given back.
    pub refunded: i64,
    /// How much more is to be: it is on its way, or what was charged for a cancelled order and is owed.
    pub refunding: i64,
    /// How much of what has been given back the shop has paid another way than it was paid.
    pub refunded_otherwise: i64,
    /// How much of what has been given back went back to gift cards.
    pub refunded_to_gift_cards: i64,
    /// The shop's texts under which it was placed, which stay readable as they were then.
    pub legal_texts: Vec<OrderLegalText>,
    /// When whoever ordered agreed that what is `digital` is delivered at once and that they lose the right of withdrawal from it
    /// by that; absent where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digital_consent_at: Option<String>,
    /// Who ordered, and where it goes; absent where that was forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<OrderContact>,
    /// The payment, as long as it is awaited, in answers for which the provider was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<OrderPayment>,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Its goods are held, and the money is awaited.
    PendingPayment,
    /// The money is set aside.
    Capturing,
    /// The money is there.
    Paid,
    /// The payment is being voided.
    Cancelling,
    /// Nothing is held any more. What was charged all the same is given back.
    Cancelled,
}

/// Why an order was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// It was not paid in time.
    Expired,
    /// Its shopper changed the cart.
    CartChanged,
    /// Its shopper took it back.
    Shopper,
    /// The shop cancelled it.
    Staff,
    /// The money that had been set aside could not be captured.
    NotCaptured,
}

/// So many of one variant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderLine {
    /// The variant.
    pub sku: String,
    /// The product it belongs to.
    pub product: String,
    /// What it was called.
    pub name: String,
    /// Whether it is downloaded or comes by mail.
    pub digital: bool,
    /// How many.
    pub quantity: u32,
    /// What one cost before promotions.
    pub unit_price: i64,
    /// What promotions took off.
    pub discount: i64,
    /// All units, after promotions.
    pub total: i64,
}

/// So many of one variant for nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderGift {
    /// The variant.
    pub sku: String,
    /// What it was called.
    pub name: String,
    /// How many.
    pub quantity: u32,
}

/// What one promotion took off.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderDiscount {
    /// The promotion.
    pub promotion: String,
    /// The coupon that opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// Off goods and delivery.
    pub amount: i64,
}

/// The tax at one rate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderTax {
    /// What it is called.
    pub name: String,
    /// The rate in percent, as a decimal.
    #[schema(example = "19")]
    pub percent: String,
    /// What it is owed on.
    pub base: i64,
    /// How much.
    pub amount: i64,
}

/// How an order is delivered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderDelivery {
    /// The method.
    pub method: String,
    /// What it was called.
    pub name: String,
    /// Where it is fetched from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick_up: Option<String>,
    /// The first day on which it arrives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01")]
    pub first_day: Option<String>,
    /// The last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
    /// What it costs.
    pub total: i64,
}

/// A gift card that pays for an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderGiftCard {
    /// The last four characters of its code.
    #[schema(example = "7Q4K")]
    pub hint: String,
    /// How much it pays.
    pub amount: i64,
}

/// The sums of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderTotals {
    /// Goods before promotions.
    pub goods: i64,
    /// What promotions took off them.
    pub discount: i64,
    /// Delivery.
    pub delivery: i64,
    /// Tax that prices contained and that is not owed.
    pub relief: i64,
    /// The tax.
    pub tax: i64,
    /// What it costs.
    pub total: i64,
    /// What gift cards pay of it.
    pub gift_cards: i64,
    /// What is paid by other means.
    pub due: i64,
}

/// Who ordered, and where it goes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderContact {
    /// Where mails about the order go.
    #[schema(max_length = 254, example = "ann.lee@example.org")]
    pub email: String,
    /// Whom the carrier calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30)]
    pub phone: Option<String>,
    /// Where it goes. It is needed for an order of which nothing is sent as well: the tax follows it.
    pub delivery_address: PostalAddress,
    /// Who pays, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<PostalAddress>,
}

/// A postal address. Which of its fields are needed depends on the country.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalAddress {
    /// Who.
    #[schema(max_length = 100)]
    pub name: String,
    /// Their company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub company: Option<String>,
    /// Street and number.
    #[schema(max_length = 100)]
    pub line1: String,
    /// What else the carrier must know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub line2: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 12)]
    pub postal_code: Option<String>,
    /// The town.
    #[schema(max_length = 100)]
    pub city: String,
    /// The second part of an ISO 3166-2 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 3, example = "NY")]
    pub region: Option<String>,
    /// ISO 3166-1.
    #[schema(max_length = 2, example = "DE")]
    pub country: String,
}

/// A payment that is awaited.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderPayment {
    /// How far it is.
    pub status: PaymentStatus,
    /// With what the browser confirms it at the provider; absent while that does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Why what was tried last was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decline: Option<DeclineKind>,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// It is to be confirmed, for the first time or again.
    AwaitsMethod,
    /// The shopper has something to do, such as 3-D Secure.
    AwaitsAction,
    /// The provider is at it.
    Processing,
    /// The provider does not answer at present; what was ordered is held.
    Unavailable,
}

/// Why a payment was declined, as far as a shopper can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeclineKind {
    /// There is not enough money.
    InsufficientFunds,
    /// The card is too old.
    Expired,
    /// A number, date or code was mistyped.
    Mistyped,
    /// The shopper could not be recognised.
    NotAuthenticated,
    /// The same may succeed in a moment.
    TryAgain,
    /// Another card may do.
    Refused,
}

/// A text of the shop under which an order was placed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderLegalText {
    /// What it is about.
    pub kind: LegalTextKind,
    /// Its heading.
    pub title: String,
}

/// What a text is about that belongs to the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalTextKind {
    /// The general terms.
    Terms,
    /// The right of withdrawal, or what applies to returns.
    Withdrawal,
}

/// A text of the shop as it was when an order was placed under it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegalText {
    /// What it is about.
    pub kind: LegalTextKind,
    /// Its heading.
    pub title: String,
    /// The language it is in.
    #[schema(example = "en")]
    pub language: String,
    /// The text as HTML without scripts, styles and pictures.
    pub body_html: String,
}
