//! Orders.

use ecom67_app::document::OrderContactDocument;
use ecom67_app::document::PostalAddressDocument;
use ecom67_app::orders::OrderPayment;
use ecom67_app::port::{Decline, DeclineKind, LegalText, PaymentStatus};
use ecom67_domain::Order;
use ecom67_domain::market::TaxDisplay;
use ecom67_domain::order::{CancelReason, Contact, LegalTextKind, OrderLine, OrderState, Refund, RefundState};

use super::quote::percent;
use crate::view;

/// An order for whoever may see it.
pub fn order_view(order: &Order, contact: Option<&Contact>, payment: &OrderPayment) -> view::Order {
    let content = &order.content;
    let totals = &content.totals;
    let discount = |line: &OrderLine| line.discounts.iter().map(|share| share.amount.minor()).sum();
    let line = |line: &OrderLine| view::OrderLine {
        sku: line.sku.to_string(),
        product: line.product.to_string(),
        name: line.name.to_string(),
        digital: line.is_digital,
        quantity: line.quantity,
        unit_price: line.unit_price.minor(),
        discount: discount(line),
        total: line.total.minor(),
    };
    let is_given = |refund: &&Refund| matches!(refund.state, RefundState::Succeeded | RefundState::PaidOtherwise);
    let given = order.refunds.iter().filter(is_given);
    let under_way = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending);
    // What nobody offers any more is not on its way.
    let is_offered_again = order.state.cancel_reason().is_some() && order.task.due_at.is_some();
    let owed = if is_offered_again { order.refundable().minor() } else { 0 };
    view::Order {
        id: order.id.to_string(),
        number: order.number.to_string(),
        state: state_view(order.state),
        cancel_reason: order.state.cancel_reason().map(reason_view),
        placed_at: order.placed_at.to_string(),
        paid_at: order.paid_at.map(|at| at.to_string()),
        hold_until: order.hold_until.to_string(),
        can_extend_hold: order.state == OrderState::PendingPayment && !order.is_hold_extended,
        market: order.market.to_string(),
        currency: content.currency.code().to_owned(),
        tax_included: content.tax_display == TaxDisplay::Included,
        lines: content.lines.iter().map(line).collect(),
        gifts: content
            .gifts
            .iter()
            .map(|gift| view::OrderGift {
                sku: gift.sku.to_string(),
                name: gift.name.to_string(),
                quantity: gift.quantity,
            })
            .collect(),
        discounts: content
            .discounts
            .iter()
            .map(|discount| view::OrderDiscount {
                promotion: discount.promotion.to_string(),
                coupon: discount.coupon.as_ref().map(ToString::to_string),
                amount: discount.amount.minor() + discount.delivery_amount.minor(),
            })
            .collect(),
        taxes: content
            .taxes
            .iter()
            .map(|tax| view::OrderTax {
                name: tax.name.to_string(),
                percent: percent(tax.rate),
                base: tax.base.minor(),
                amount: tax.amount.minor(),
            })
            .collect(),
        delivery: content.delivery.as_ref().map(|delivery| view::OrderDelivery {
            method: delivery.method.to_string(),
            name: delivery.name.to_string(),
            pick_up: delivery.pick_up.as_ref().map(ToString::to_string),
            first_day: delivery.dates.map(|dates| dates.first.to_string()),
            last_day: delivery.dates.map(|dates| dates.last.to_string()),
            total: delivery.total.minor(),
        }),
        gift_cards: content
            .gift_cards
            .iter()
            .map(|paid| view::OrderGiftCard { hint: paid.hint.to_string(), amount: paid.amount.minor() })
            .collect(),
        totals: view::OrderTotals {
            goods: totals.goods.minor(),
            discount: totals.discount.minor(),
            delivery: totals.delivery.minor(),
            relief: totals.relief.minor(),
            tax: totals.tax.minor(),
            total: totals.total.minor(),
            gift_cards: totals.gift_cards.minor(),
            due: totals.due.minor(),
        },
        refunded: given.clone().map(|refund| refund.amount.minor()).sum(),
        refunding: under_way.map(|refund| refund.amount.minor()).sum::<i64>() + owed,
        refunded_otherwise: order.paid_otherwise().minor(),
        refunded_to_gift_cards: given.map(|refund| refund.amount.minor() - refund.charged().minor()).sum(),
        legal_texts: content
            .legal_texts
            .iter()
            .map(|text| view::OrderLegalText { kind: legal_text_kind(text.kind), title: text.title.to_string() })
            .collect(),
        digital_consent_at: content.digital_consent_at.map(|at| at.to_string()),
        contact: contact.map(contact_view),
        payment: payment_view(payment),
    }
}

/// A text under which an order was placed, as it was then.
pub fn legal_text_view(kind: LegalTextKind, text: &LegalText) -> view::LegalText {
    view::LegalText {
        kind: legal_text_kind(kind),
        title: text.title.clone(),
        language: text.language.to_string(),
        body_html: super::markdown::to_html(&text.body),
    }
}

pub(super) const fn legal_text_kind(kind: LegalTextKind) -> view::LegalTextKind {
    match kind {
        LegalTextKind::Terms => view::LegalTextKind::Terms,
        LegalTextKind::Withdrawal => view::LegalTextKind::Withdrawal,
    }
}

fn payment_view(payment: &OrderPayment) -> Option<view::OrderPayment> {
    let unavailable =
        view::OrderPayment { status: view::PaymentStatus::Unavailable, client_secret: None, decline: None };
    match payment {
        OrderPayment::Nothing => None,
        OrderPayment::Unavailable => Some(unavailable),
        OrderPayment::Awaited(payment) => Some(view::OrderPayment {
            status: match payment.status {
                PaymentStatus::AwaitsMethod | PaymentStatus::Cancelled => view::PaymentStatus::AwaitsMethod,
                PaymentStatus::AwaitsAction => view::PaymentStatus::AwaitsAction,
                PaymentStatus::Processing | PaymentStatus::Authorised | PaymentStatus::Captured => {
                    view::PaymentStatus::Processing
                }
            },
            client_secret: Some(payment.client_secret.reveal().to_owned()),
            decline: payment.decline.as_ref().map(decline_view),
        }),
    }
}

const fn decline_view(decline: &Decline) -> view::DeclineKind {
    match decline.kind {
        DeclineKind::InsufficientFunds => view::DeclineKind::InsufficientFunds,
        DeclineKind::Expired => view::DeclineKind::Expired,
        DeclineKind::Mistyped => view::DeclineKind::Mistyped,
        DeclineKind::NotAuthenticated => view::DeclineKind::NotAuthenticated,
        DeclineKind::TryAgain => view::DeclineKind::TryAgain,
        DeclineKind::Refused => view::DeclineKind::Refused,
    }
}

const fn state_view(state: OrderState) -> view::OrderState {
    match state {
        OrderState::PendingPayment => view::OrderState::PendingPayment,
        OrderState::Capturing => view::OrderState::Capturing,
        OrderState::Paid => view::OrderState::Paid,
        OrderState::Cancelling(_) => view::OrderState::Cancelling,
        OrderState::Cancelled(_) => view::OrderState::Cancelled,
    }
}

const fn reason_view(reason: CancelReason) -> view::CancelReason {
    match reason {
        CancelReason::Expired => view::CancelReason::Expired,
        CancelReason::CartChanged => view::CancelReason::CartChanged,
        CancelReason::Shopper => view::CancelReason::Shopper,
        CancelReason::Staff => view::CancelReason::Staff,
        CancelReason::NotCaptured => view::CancelReason::NotCaptured,
    }
}

fn contact_view(contact: &Contact) -> view::OrderContact {
    let OrderContactDocument { email, phone, delivery_address, billing_address } = contact.into();
    view::OrderContact {
        email,
        phone,
        delivery_address: delivery_address.into(),
        billing_address: billing_address.map(Into::into),
    }
}

impl From<PostalAddressDocument> for view::PostalAddress {
    fn from(address: PostalAddressDocument) -> Self {
        let PostalAddressDocument { name, company, line1, line2, postal_code, city, region, country } = address;
        Self { name, company, line1, line2, postal_code, city, region, country }
    }
}

impl From<view::PostalAddress> for PostalAddressDocument {
    fn from(address: view::PostalAddress) -> Self {
        let view::PostalAddress { name, company, line1, line2, postal_code, city, region, country } = address;
        Self { name, company, line1, line2, postal_code, city, region, country }
    }
}

impl From<view::OrderContact> for OrderContactDocument {
    fn from(contact: view::OrderContact) -> Self {
        let view::OrderContact { email, phone, delivery_address, billing_address } = contact;
        Self {
            email,
            phone,
            delivery_address: delivery_address.into(),
            billing_address: billing_address.map(Into::into),
        }
    }
}
