//! What buyers were told against the shop's records, and against the provider's.

use std::collections::BTreeMap;

use ecom67_domain::order::{OrderEvent, OrderState};

use super::{Known, happened};
use crate::{Audit, Fault, Told, ToldOrder};

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    for told in &known.evidence.told {
        match told {
            Told::Cart { cart, version } => match known.evidence.shop.carts.get(cart) {
                None => audit.add(Fault::AcknowledgedWritesLost, cart, format!("version {version} was told")),
                Some(kept) if kept < version => {
                    audit.add(
                        Fault::AcknowledgedWritesLost,
                        cart,
                        format!("version {version} was told, {kept} is kept"),
                    );
                }
                Some(_) => {}
            },
            Told::Order(order) => check_order(known, order, audit),
            Told::SetAside { payment } => {
                if known.payments.get(payment.as_str()).is_none_or(|payment| !payment.was_set_aside) {
                    audit.add(
                        Fault::AcknowledgedWritesLost,
                        payment,
                        "its money was told to be set aside, and never was",
                    );
                }
            }
        }
    }
}

fn check_order(known: &Known<'_>, told: &ToldOrder, audit: &mut Audit) {
    let is_paid = told.state == OrderState::Paid.as_str();
    let Some(record) = known.orders.get(&told.order) else {
        let fault = if is_paid { Fault::PaidOrdersLost } else { Fault::AcknowledgedWritesLost };
        audit.add(fault, told.order, format!("it was told to be {}, and is not there", told.state));
        return;
    };
    let order = &record.order;
    let mut units: BTreeMap<_, u64> = BTreeMap::new();
    for line in &order.content.lines {
        *units.entry(line.sku.clone()).or_default() += u64::from(line.quantity);
    }
    let is_same = order.cart == told.cart
        && order.number.to_string() == told.number
        && order.content.totals.total.minor() == told.total
        && units == told.units;
    if !is_same {
        audit.add(Fault::AcknowledgedWritesLost, told.order, "it is another than was told");
    }
    // What was told happened: it stays in the events, whatever came after it.
    let has_happened = match told.state.as_str() {
        "capturing" => happened(record, |event| matches!(event, OrderEvent::Authorised { .. })).is_some(),
        "paid" => happened(record, |event| matches!(event, OrderEvent::Paid)).is_some(),
        "cancelling" => happened(record, |event| matches!(event, OrderEvent::CancellationBegun { .. })).is_some(),
        "cancelled" => happened(record, |event| matches!(event, OrderEvent::Cancelled { .. })).is_some(),
        _ => true,
    };
    if is_paid && (!has_happened || order.state != OrderState::Paid) {
        let why = format!("it was told to be paid, and is {}", order.state.as_str());
        audit.add(Fault::PaidOrdersLost, told.order, why);
    } else if !has_happened {
        audit.add(
            Fault::AcknowledgedWritesLost,
            told.order,
            format!("it was told to be {}, and never was", told.state),
        );
    }
}
