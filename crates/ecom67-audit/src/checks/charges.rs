//! The provider's ledger against the shop's orders.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_domain::order::{OrderEvent, OrderState, Refund, RefundState};
use ecom67_domain::{CartId, OrderId};

use super::{Known, happened};
use crate::ledger::Payment;
use crate::records::OrderRecord;
use crate::{Audit, Fault};

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    for (id, payment) in &known.payments {
        check_payment(known, id, payment, audit);
    }
    check_doubles(known, audit);
    for record in known.orders.values() {
        check_order(known, record, audit);
    }
}

fn check_payment(known: &Known<'_>, id: &str, payment: &Payment<'_>, audit: &mut Audit) {
    if payment.captures.len() > 1 {
        audit.add(Fault::DoubleCharges, id, format!("it was captured {} times", payment.captures.len()));
    }
    let Some(record) = known.order_of(payment) else {
        let order = payment.order.unwrap_or("no order");
        if payment.kept() > 0 {
            audit.add(Fault::ChargesWithoutOrder, id, format!("{} were taken for {order}", payment.kept()));
        }
        if payment.is_set_aside {
            audit.add(Fault::StuckWorkflows, id, format!("money is set aside for {order}, which is not there"));
        }
        return;
    };
    let order = &record.order;
    if let Some((at, _)) = payment.captures.first() {
        let firm = happened(record, |event| matches!(event, OrderEvent::Authorised { .. }));
        // The ledger tells whole seconds.
        if firm.is_none_or(|firm| firm.as_second() > *at) {
            let why = format!("{} was charged before its goods were its own", order.id);
            audit.add(Fault::ChargesWithoutOrder, id, why);
        }
        let is_meant = order.payment.as_ref().is_some_and(|own| own.as_str() == id);
        let due = order.content.totals.due;
        let is_right =
            payment.captured() == due.minor() && payment.currency.eq_ignore_ascii_case(due.currency().code());
        match order.state {
            OrderState::Paid | OrderState::Capturing if is_meant && is_right => {}
            OrderState::Paid | OrderState::Capturing => {
                let why = format!(
                    "{} {} were taken for {}, for which {} {} were to be",
                    payment.captured(),
                    payment.currency,
                    order.id,
                    due.minor(),
                    due.currency().code()
                );
                audit.add(Fault::ChargesWithoutOrder, id, why);
            }
            OrderState::PendingPayment | OrderState::Cancelling(_) | OrderState::Cancelled(_) => {
                // Also where the shop knows that it owes it: whoever paid has it not.
                if payment.kept() != 0 {
                    let why =
                        format!("{} were taken for {}, which is {}", payment.kept(), order.id, order.state.as_str());
                    audit.add(Fault::ChargesWithoutOrder, id, why);
                }
            }
        }
    } else if payment.is_set_aside {
        audit.add(Fault::StuckWorkflows, id, format!("money is set aside for {}, {}", order.id, order.state.as_str()));
    } else if payment.is_open && order.state != OrderState::PendingPayment {
        let why = format!("it can still be confirmed, and {} is {}", order.id, order.state.as_str());
        audit.add(Fault::StuckWorkflows, id, why);
    }
}

/// Two payments for one order, and two orders of one cart with money.
fn check_doubles(known: &Known<'_>, audit: &mut Audit) {
    let mut payments: BTreeMap<&str, u32> = BTreeMap::new();
    let mut charged: BTreeMap<CartId, BTreeSet<OrderId>> = BTreeMap::new();
    for payment in known.payments.values() {
        if let Some(order) = payment.order {
            *payments.entry(order).or_default() += 1;
        }
        let has_money = payment.is_set_aside || payment.kept() > 0;
        if let Some(record) = known.order_of(payment).filter(|_| has_money) {
            charged.entry(record.order.cart).or_default().insert(record.order.id);
        }
    }
    for (order, made) in payments.into_iter().filter(|(_, made)| *made > 1) {
        audit.add(Fault::DoubleCharges, order, format!("{made} payments were made for it"));
    }
    for (cart, orders) in charged.into_iter().filter(|(_, orders)| orders.len() > 1) {
        audit.add(Fault::DoubleCharges, cart, format!("{} orders of it were charged", orders.len()));
    }
}

/// Whether the shop has the money that it says it has.
fn check_order(known: &Known<'_>, record: &OrderRecord, audit: &mut Audit) {
    let order = &record.order;
    let due = order.content.totals.due.minor();
    let is_at_rest = matches!(order.state, OrderState::Paid | OrderState::Cancelled(_));
    if !is_at_rest || due == 0 {
        return;
    }
    let payment = order.payment.as_ref().and_then(|payment| known.payments.get(payment.as_str()));
    let captured = payment.map_or(0, Payment::captured);
    if order.state == OrderState::Paid && captured < due {
        audit.add(Fault::PaidWithoutCharge, order.id, format!("{due} were to be taken, and {captured} were"));
    }
    // What is on its way for days has left the provider's account.
    let by_provider = |refund: &&Refund| matches!(refund.state, RefundState::Pending | RefundState::Succeeded);
    let refunded: i64 = order.refunds.iter().filter(by_provider).map(|refund| refund.charged().minor()).sum();
    let given_back = payment.map_or(0, |payment| payment.refunded);
    if refunded != given_back {
        let why = format!("{refunded} were given back by the order, and {given_back} by the provider");
        audit.add(Fault::RecordsDiffer, order.id, why);
    }
}
