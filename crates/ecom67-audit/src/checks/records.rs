//! The shop's records against each other, and against rest.

use std::collections::BTreeMap;

use ecom67_domain::Order;
use ecom67_domain::order::{OrderState, RefundState};

use super::Known;
use crate::records::OrderRecord;
use crate::{Audit, Fault};

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    let mut of_cart: BTreeMap<_, u32> = BTreeMap::new();
    for record in known.orders.values() {
        check_rest(known, &record.order, audit);
        for text in &record.order.content.legal_texts {
            if !known.evidence.shop.legal_texts.contains(&text.digest) {
                let why = format!("the {} it was placed under are not kept", text.kind.as_str());
                audit.add(Fault::TermsLost, record.order.id, why);
            }
        }
        if !is_what_its_events_tell(record) {
            audit.add(Fault::RecordsDiffer, record.order.id, "it differs from what its events tell");
        }
    }
    for order in known.alive() {
        *of_cart.entry(order.cart).or_default() += 1;
    }
    for (cart, orders) in of_cart.into_iter().filter(|(_, orders)| *orders > 1) {
        audit.add(Fault::RecordsDiffer, cart, format!("{orders} orders of it are not cancelled"));
    }
    for finding in &known.evidence.shop.miscounted {
        audit.add(Fault::RecordsDiffer, &finding.sku, finding.to_string());
    }
}

fn check_rest(known: &Known<'_>, order: &Order, audit: &mut Audit) {
    let state = order.state.as_str();
    match order.state {
        // Whoever still has time may still pay.
        OrderState::PendingPayment if order.hold_until > known.evidence.at => {}
        OrderState::PendingPayment | OrderState::Capturing | OrderState::Cancelling(_) => {
            audit.add(Fault::StuckWorkflows, order.id, format!("it is still {state}"));
        }
        OrderState::Paid | OrderState::Cancelled(_) => {
            let is_open = order.refunds.iter().any(|refund| refund.state == RefundState::Pending);
            if is_open || order.task.due_at.is_some() || order.task.is_stuck() {
                audit.add(
                    Fault::StuckWorkflows,
                    order.id,
                    format!("it is {state}, and something is to be done for it"),
                );
            }
        }
    }
}

fn is_what_its_events_tell(record: &OrderRecord) -> bool {
    let events = record.events.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    let replayed = Order::replay(events).map(|order| Order { task: record.order.task.clone(), ..order });
    replayed.as_ref() == Some(&record.order)
}
