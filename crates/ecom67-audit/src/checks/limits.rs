//! Orders against what one of them may have, and one customer.

use std::collections::BTreeMap;

use ecom67_domain::order::{Meter, OrderEvent};
use jiff::{SignedDuration, Timestamp};

use super::{Known, happened};
use crate::{Audit, Fault};

/// An order counts from its commit on, which comes so long at most after the moment that it names. Of what was open for less,
/// nothing is known.
const COMMITTED_AFTER_MAX: SignedDuration = SignedDuration::from_secs(5);

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    let limits = &known.evidence.order_limits;
    for record in known.orders.values() {
        for line in &record.order.content.lines {
            let quantity = line.quantity;
            let allowed = limits.quantities.get(&line.sku);
            if let Some(allowed) = allowed.filter(|allowed| !allowed.allows(quantity.into())) {
                let (least, most, step) = (allowed.min(), allowed.max(), allowed.step());
                let may = format!("{least} to {most} may be, by {step}");
                audit.add(Fault::BeyondLimits, record.order.id, format!("{quantity} of {}: {may}", line.sku));
            }
        }
    }
    let Some(most) = limits.open_of_customer else { return };
    for (customer, moves) in open_orders(known) {
        let (mut open, mut highest) = (0, 0);
        for (_, step) in moves {
            open += step;
            highest = highest.max(open);
        }
        if highest > i64::from(most) {
            let why = format!("{highest} orders were not paid for at once, and {most} may be");
            audit.add(Fault::BeyondLimits, customer, why);
        }
    }
}

/// When orders of each customer began to be open and ceased to be, in order: by who ordered, and not by what the shop has counted.
fn open_orders<'evidence>(known: &Known<'evidence>) -> BTreeMap<&'evidence Meter, Vec<(Timestamp, i64)>> {
    let mut customers: BTreeMap<&Meter, Vec<(Timestamp, i64)>> = BTreeMap::new();
    for record in known.orders.values() {
        let order = &record.order;
        let customer = order.uses.iter().find(|meter| matches!(meter, Meter::OrdersOfCustomer(_)));
        let is_over =
            |event: &OrderEvent| matches!(event, OrderEvent::Authorised { .. } | OrderEvent::Cancelled { .. });
        let end = happened(record, is_over).unwrap_or(known.evidence.at);
        let begin = order.placed_at.saturating_add(COMMITTED_AFTER_MAX).unwrap_or(Timestamp::MAX);
        let is_charged = order.content.totals.due.minor() > 0;
        if let Some(customer) = customer.filter(|_| is_charged && begin < end) {
            customers.entry(customer).or_default().extend([(begin, 1), (end, -1)]);
        }
    }
    // What ends at a moment makes room for what begins then.
    for moves in customers.values_mut() {
        moves.sort_unstable();
    }
    customers
}
