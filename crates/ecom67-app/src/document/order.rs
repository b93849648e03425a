//! Orders as stores keep them: what was agreed on, written once; how far it is, written with every step; who ordered, apart
//! from both.

mod contact;
mod legal_text;
mod progress;

use std::sync::Arc;

use ecom67_domain::market::TaxDisplay;
use ecom67_domain::order::{
    BackOrder, Hold, Meter, Order, OrderContent, OrderDelivery, OrderDiscount, OrderGift, OrderGiftCard, OrderLine,
    OrderState, OrderTax, Task, WorkflowVersion,
};
use ecom67_domain::pricing::{DateRange, DiscountShare, TaxRate, TaxTreatment, Totals};
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Currency, Money, OrderId, OrderNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use contact::{OrderContactDocument, PostalAddressDocument};
pub use legal_text::{LegalTextKindDocument, OrderLegalTextDocument};
pub use progress::{
    OrderEventDocument, OrderProgressDocument, RefundDocument, RefundShareDocument, TaskDocument, TaskFailureDocument,
};

/// An order as it was placed. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderDocument {
    /// The order's id.
    pub id: String,
    /// Its number, without the dash.
    pub number: String,
    /// The cart it was made from.
    pub cart: String,
    /// The digest of what opens it, in hexadecimal digits.
    pub capability: String,
    /// The market's code.
    pub market: String,
    /// The country, ISO 3166-1.
    pub country: String,
    /// The language.
    pub language: String,
    /// The quote that was agreed to.
    pub quote: String,
    /// What all amounts are in, ISO 4217; they are in its minor unit.
    pub currency: String,
    /// Whether the lines' amounts contain the tax.
    pub tax_included: bool,
    /// What was bought.
    pub lines: Vec<OrderLineDocument>,
    /// What is given for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gifts: Vec<OrderGiftDocument>,
    /// What promotions took off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<OrderDiscountDocument>,
    /// Why tax is owed or is not.
    pub tax_treatment: String,
    /// The tax.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<OrderTaxDocument>,
    /// How it is delivered; nothing where nothing of it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<OrderDeliveryDocument>,
    /// The gift cards that pay for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gift_cards: Vec<OrderGiftCardDocument>,
    /// The sums.
    pub totals: OrderTotalsDocument,
    /// The shop's texts under which it was placed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_texts: Vec<OrderLegalTextDocument>,
    /// When whoever ordered agreed to have at once what is digital, and to lose the right of withdrawal from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digital_consent_at: Option<Timestamp>,
    /// What is held for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<HoldDocument>,
    /// What is promised beyond that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub back_orders: Vec<BackOrderDocument>,
    /// What it has used of things that are limited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<MeterDocument>,
    /// The version of the workflow that it goes by; the first one where none is told.
    #[serde(default = "first_workflow", skip_serializing_if = "is_first_workflow")]
    pub workflow: u32,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Until when its goods were to be held at first.
    pub hold_until: Timestamp,
}

/// So many of one variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLineDocument {
    /// The variant.
    pub sku: String,
    /// The product it belongs to.
    pub product: String,
    /// What it was called.
    pub name: String,
    /// Whether it is downloaded or comes by mail. Orders from before that was asked say of nothing that it is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub digital: bool,
    /// How many.
    pub quantity: u32,
    /// What one cost before promotions.
    pub unit_price: i64,
    /// What promotions took off: the number of the discount, from 0, and how much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<(usize, i64)>,
    /// The number of its tax, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_line: Option<usize>,
    /// The tax.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tax: i64,
    /// Tax that was contained and is not owed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub relief: i64,
    /// All units, after promotions and relief.
    pub total: i64,
}

/// So many of one variant for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderGiftDocument {
    /// The variant.
    pub sku: String,
    /// What it was called.
    pub name: String,
    /// How many.
    pub quantity: u32,
}

/// What one promotion took off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderDiscountDocument {
    /// The promotion.
    pub promotion: String,
    /// The coupon that opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// Off the goods.
    pub amount: i64,
    /// Off the delivery.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub delivery_amount: i64,
}

/// The tax at one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderTaxDocument {
    /// What it is called.
    pub name: String,
    /// The rate, as the domain counts it.
    pub rate: u32,
    /// What it is owed on.
    pub base: i64,
    /// How much.
    pub amount: i64,
}

/// How an order is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderDeliveryDocument {
    /// The method.
    pub method: String,
    /// What it was called.
    pub name: String,
    /// Where it is fetched from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pick_up: Option<String>,
    /// The first and last day on which it arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<(Date, Date)>,
    /// What it costs.
    pub total: i64,
}

/// What a gift card pays. It has a code as well, which is nowhere written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderGiftCardDocument {
    /// The card's id.
    pub card: String,
    /// The end of its code.
    pub hint: String,
    /// How much it pays.
    pub amount: i64,
}

/// The sums of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderTotalsDocument {
    /// Goods before promotions.
    pub goods: i64,
    /// What promotions took off them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub discount: i64,
    /// Delivery.
    pub delivery: i64,
    /// Tax that was contained and is not owed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub relief: i64,
    /// The tax.
    pub tax: i64,
    /// What it costs: gift cards pay what they pay of it, and the rest is charged.
    pub total: i64,
}

/// So many units at one location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoldDocument {
    /// The variant.
    pub sku: String,
    /// Where they lie.
    pub location: String,
    /// How many.
    pub quantity: u32,
}

/// So many units that are to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackOrderDocument {
    /// The variant.
    pub sku: String,
    /// How many.
    pub quantity: u32,
}

/// Something that is counted because it is limited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MeterDocument {
    /// Uses of a promotion.
    Promotion(String),
    /// Uses of a promotion by one customer.
    PromotionByCustomer(String, String),
    /// Orders of one customer.
    OrdersOfCustomer(String),
    /// Orders of one customer that are not paid for.
    OpenOrdersOfCustomer(String),
    /// Orders from one network that are not paid for.
    OpenOrdersFromNetwork(String),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

const fn first_workflow() -> u32 {
    WorkflowVersion::FIRST.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_first_workflow(version: &u32) -> bool {
    *version == WorkflowVersion::FIRST.0
}

impl OrderDocument {
    /// The order as it was when it was placed, checked.
    pub fn to_order(&self) -> Result<Order, Invalid> {
        let currency: Currency = self.currency.parse()?;
        let money = |minor: i64| Money::new(minor, currency);
        let gift = |gift: &OrderGiftDocument| {
            Ok(OrderGift { sku: gift.sku.parse()?, name: gift.name.as_str().into(), quantity: gift.quantity })
        };
        let discount = |discount: &OrderDiscountDocument| {
            Ok(OrderDiscount {
                promotion: discount.promotion.parse()?,
                coupon: discount.coupon.as_deref().map(str::parse).transpose()?,
                amount: money(discount.amount),
                delivery_amount: money(discount.delivery_amount),
            })
        };
        let tax = |tax: &OrderTaxDocument| OrderTax {
            name: tax.name.as_str().into(),
            rate: TaxRate(tax.rate),
            base: money(tax.base),
            amount: money(tax.amount),
        };
        let gift_card = |paid: &OrderGiftCardDocument| {
            Ok(OrderGiftCard { card: paid.card.parse()?, hint: paid.hint.parse()?, amount: money(paid.amount) })
        };
        let delivery = |delivery: &OrderDeliveryDocument| {
            Ok::<_, Invalid>(OrderDelivery {
                method: delivery.method.parse()?,
                name: delivery.name.as_str().into(),
                pick_up: delivery.pick_up.as_deref().map(str::parse).transpose()?,
                dates: delivery.dates.map(|(first, last)| DateRange { first, last }),
                total: money(delivery.total),
            })
        };
        let totals = &self.totals;
        let paid_by_gift_cards: i64 = self.gift_cards.iter().map(|paid| paid.amount).sum();
        let content = OrderContent {
            quote: self.quote.parse()?,
            currency,
            tax_display: if self.tax_included { TaxDisplay::Included } else { TaxDisplay::Excluded },
            lines: self.lines.iter().map(|line| line.to_line(currency)).collect::<Result<_, Invalid>>()?,
            gifts: self.gifts.iter().map(gift).collect::<Result<_, Invalid>>()?,
            discounts: self.discounts.iter().map(discount).collect::<Result<_, Invalid>>()?,
            tax_treatment: TaxTreatment::parse(&self.tax_treatment)?,
            taxes: self.taxes.iter().map(tax).collect(),
            delivery: self.delivery.as_ref().map(delivery).transpose()?,
            gift_cards: self.gift_cards.iter().map(gift_card).collect::<Result<_, Invalid>>()?,
            totals: Totals {
                goods: money(totals.goods),
                discount: money(totals.discount),
                delivery: money(totals.delivery),
                relief: money(totals.relief),
                tax: money(totals.tax),
                total: money(totals.total),
                gift_cards: money(paid_by_gift_cards),
                due: money(totals.total - paid_by_gift_cards),
            },
            legal_texts: self
                .legal_texts
                .iter()
                .map(OrderLegalTextDocument::to_legal_text)
                .collect::<Result<_, _>>()?,
            digital_consent_at: self.digital_consent_at,
        };
        Ok(Order {
            id: self.id.parse::<OrderId>()?,
            number: self.number.parse::<OrderNumber>()?,
            cart: self.cart.parse()?,
            capability: super::cart::digest(&self.capability)?,
            market: self.market.parse()?,
            country: self.country.parse()?,
            language: self.language.parse()?,
            content: Arc::new(content),
            holds: self.holds.iter().map(HoldDocument::to_hold).collect::<Result<_, Invalid>>()?,
            back_orders: self
                .back_orders
                .iter()
                .map(BackOrderDocument::to_back_order)
                .collect::<Result<_, Invalid>>()?,
            uses: self.uses.iter().map(MeterDocument::to_meter).collect::<Result<_, Invalid>>()?,
            workflow: WorkflowVersion(self.workflow),
            placed_at: self.placed_at,
            hold_until: self.hold_until,
            is_hold_extended: false,
            state: OrderState::PendingPayment,
            payment: None,
            paid_at: None,
            refunds: Vec::new(),
            task: Task::due(self.hold_until),
        })
    }
}

impl OrderLineDocument {
    fn to_line(&self, currency: Currency) -> Result<OrderLine, Invalid> {
        let money = |minor: i64| Money::new(minor, currency);
        let share = |&(discount, amount): &(usize, i64)| DiscountShare { discount, amount: money(amount) };
        Ok(OrderLine {
            sku: self.sku.parse()?,
            product: self.product.parse()?,
            name: self.name.as_str().into(),
            is_digital: self.digital,
            quantity: self.quantity,
            unit_price: money(self.unit_price),
            discounts: self.discounts.iter().map(share).collect(),
            tax_line: self.tax_line,
            tax: money(self.tax),
            relief: money(self.relief),
            total: money(self.total),
        })
    }
}

impl HoldDocument {
    fn to_hold(&self) -> Result<Hold, Invalid> {
        Ok(Hold { sku: self.sku.parse()?, location: self.location.parse()?, quantity: self.quantity })
    }
}

impl BackOrderDocument {
    fn to_back_order(&self) -> Result<BackOrder, Invalid> {
        Ok(BackOrder { sku: self.sku.parse()?, quantity: self.quantity })
    }
}

impl MeterDocument {
    fn to_meter(&self) -> Result<Meter, Invalid> {
        Ok(match self {
            Self::Promotion(code) => Meter::Promotion(code.parse()?),
            Self::PromotionByCustomer(code, customer) => Meter::PromotionByCustomer(code.parse()?, customer.parse()?),
            Self::OrdersOfCustomer(customer) => Meter::OrdersOfCustomer(customer.parse()?),
            Self::OpenOrdersOfCustomer(customer) => Meter::OpenOrdersOfCustomer(customer.parse()?),
            Self::OpenOrdersFromNetwork(network) => Meter::OpenOrdersFromNetwork(network.parse()?),
        })
    }
}

impl From<&Meter> for MeterDocument {
    fn from(meter: &Meter) -> Self {
        match meter {
            Meter::Promotion(code) => Self::Promotion(code.to_string()),
            Meter::PromotionByCustomer(code, customer) => {
                Self::PromotionByCustomer(code.to_string(), customer.to_string())
            }
            Meter::OrdersOfCustomer(customer) => Self::OrdersOfCustomer(customer.to_string()),
            Meter::OpenOrdersOfCustomer(customer) => Self::OpenOrdersOfCustomer(customer.to_string()),
            Meter::OpenOrdersFromNetwork(network) => Self::OpenOrdersFromNetwork(network.to_string()),
        }
    }
}

impl From<&Order> for OrderDocument {
    /// What is written once: what an order has become since is no part of it. `order` is one that is just being placed.
    fn from(order: &Order) -> Self {
        let content = &order.content;
        let line = |line: &OrderLine| OrderLineDocument {
            sku: line.sku.to_string(),
            product: line.product.to_string(),
            name: line.name.to_string(),
            digital: line.is_digital,
            quantity: line.quantity,
            unit_price: line.unit_price.minor(),
            discounts: line.discounts.iter().map(|share| (share.discount, share.amount.minor())).collect(),
            tax_line: line.tax_line,
            tax: line.tax.minor(),
            relief: line.relief.minor(),
            total: line.total.minor(),
        };
        let gift = |gift: &OrderGift| OrderGiftDocument {
            sku: gift.sku.to_string(),
            name: gift.name.to_string(),
            quantity: gift.quantity,
        };
        let discount = |discount: &OrderDiscount| OrderDiscountDocument {
            promotion: discount.promotion.to_string(),
            coupon: discount.coupon.as_ref().map(ToString::to_string),
            amount: discount.amount.minor(),
            delivery_amount: discount.delivery_amount.minor(),
        };
        let tax = |tax: &OrderTax| OrderTaxDocument {
            name: tax.name.to_string(),
            rate: tax.rate.0,
            base: tax.base.minor(),
            amount: tax.amount.minor(),
        };
        let delivery = |delivery: &OrderDelivery| OrderDeliveryDocument {
            method: delivery.method.to_string(),
            name: delivery.name.to_string(),
            pick_up: delivery.pick_up.as_ref().map(ToString::to_string),
            dates: delivery.dates.map(|dates| (dates.first, dates.last)),
            total: delivery.total.minor(),
        };
        let gift_card = |paid: &OrderGiftCard| OrderGiftCardDocument {
            card: paid.card.to_string(),
            hint: paid.hint.to_string(),
            amount: paid.amount.minor(),
        };
        let hold = |hold: &Hold| HoldDocument {
            sku: hold.sku.to_string(),
            location: hold.location.to_string(),
            quantity: hold.quantity,
        };
        let back_order =
            |promised: &BackOrder| BackOrderDocument { sku: promised.sku.to_string(), quantity: promised.quantity };
        Self {
            id: order.id.to_string(),
            number: order.number.as_str().to_owned(),
            cart: order.cart.to_string(),
            capability: super::cart::hexadecimal(&order.capability),
            market: order.market.to_string(),
            country: order.country.to_string(),
            language: order.language.to_string(),
            quote: content.quote.to_string(),
            currency: content.currency.code().to_owned(),
            tax_included: content.tax_display == TaxDisplay::Included,
            lines: content.lines.iter().map(line).collect(),
            gifts: content.gifts.iter().map(gift).collect(),
            discounts: content.discounts.iter().map(discount).collect(),
            tax_treatment: content.tax_treatment.code().to_owned(),
            taxes: content.taxes.iter().map(tax).collect(),
            delivery: content.delivery.as_ref().map(delivery),
            gift_cards: content.gift_cards.iter().map(gift_card).collect(),
            totals: OrderTotalsDocument {
                goods: content.totals.goods.minor(),
                discount: content.totals.discount.minor(),
                delivery: content.totals.delivery.minor(),
                relief: content.totals.relief.minor(),
                tax: content.totals.tax.minor(),
                total: content.totals.total.minor(),
            },
            legal_texts: content.legal_texts.iter().map(OrderLegalTextDocument::from).collect(),
            digital_consent_at: content.digital_consent_at,
            holds: order.holds.iter().map(hold).collect(),
            back_orders: order.back_orders.iter().map(back_order).collect(),
            uses: order.uses.iter().map(MeterDocument::from).collect(),
            workflow: order.workflow.0,
            placed_at: order.placed_at,
            hold_until: order.hold_until,
        }
    }
}

#[cfg(test)]
mod tests;
