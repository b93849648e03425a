//! The three sides, laid side by side.

mod charges;
mod coupons;
mod gift_cards;
mod limits;
mod promises;
mod records;
mod stock;

use std::collections::BTreeMap;

use ecom67_domain::order::{OrderEvent, OrderState};
use ecom67_domain::{Order, OrderId};
use jiff::Timestamp;

use crate::ledger::{Payment, payments};
use crate::records::OrderRecord;
use crate::{Audit, Evidence};

/// Lays the three sides side by side and tells what does not fit.
pub fn audit(evidence: &Evidence) -> Audit {
    let known = Known {
        orders: evidence.shop.orders.iter().map(|record| (record.order.id, record)).collect(),
        payments: payments(&evidence.ledger),
        evidence,
    };
    let mut audit = Audit::default();
    stock::check(&known, &mut audit);
    charges::check(&known, &mut audit);
    coupons::check(&known, &mut audit);
    limits::check(&known, &mut audit);
    gift_cards::check(&known, &mut audit);
    promises::check(&known, &mut audit);
    records::check(&known, &mut audit);
    audit
}

/// The evidence, put in order.
struct Known<'evidence> {
    evidence: &'evidence Evidence,
    orders: BTreeMap<OrderId, &'evidence OrderRecord>,
    payments: BTreeMap<&'evidence str, Payment<'evidence>>,
}

impl<'evidence> Known<'evidence> {
    /// The order that a payment was made for.
    fn order_of(&self, payment: &Payment<'_>) -> Option<&'evidence OrderRecord> {
        self.orders.get(&payment.order?.parse().ok()?).copied()
    }

    /// The orders that hold goods and use what is limited.
    fn alive(&self) -> impl Iterator<Item = &'evidence Order> {
        self.orders.values().map(|record| &record.order).filter(|order| is_alive(order))
    }
}

fn is_alive(order: &Order) -> bool {
    !matches!(order.state, OrderState::Cancelled(_))
}

/// When something happened to an order, if it ever did.
fn happened(record: &OrderRecord, is_meant: impl Fn(&OrderEvent) -> bool) -> Option<Timestamp> {
    let envelope = record.events.iter().find(|envelope| envelope.events.iter().any(&is_meant));
    envelope.map(|envelope| envelope.at)
}
