//! Gift cards against the orders that they pay for.

use std::collections::BTreeMap;

use ecom67_domain::gift_card::{GiftCardEntry, GiftCardMove, RETURNED_MONEY_LASTS};
use ecom67_domain::order::RefundState;
use ecom67_domain::{GiftCardId, OrderId};
use jiff::{SignedDuration, Timestamp};

use super::Known;
use crate::{Audit, Fault, GiftCardRecord};

/// How long a commit takes at the very most. Of two that were begun nearer to each other nobody can tell from their times
/// which one was made first.
const COMMIT_MAX: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    check_returns(known, audit);
    let mut spent = spent(known);
    for record in &known.evidence.shop.gift_cards {
        let card = &record.card;
        let (issued, balance) = (card.issued.minor(), card.balance.minor());
        // By what orders were paid with, not by what the card says of itself.
        let spent = spent.remove(&card.id).unwrap_or_default();
        let left = issued - spent - expired(record);
        if left < 0 || balance < 0 {
            let why = format!("orders are paid with {spent} of {issued}, and {balance} is left");
            audit.add(Fault::GiftCardOveruse, card.id, why);
        } else if balance > left {
            let why = format!("{balance} is left, and orders leave {left} of {issued}");
            audit.add(Fault::GiftCardOveruse, card.id, why);
        } else if balance < left {
            let why = format!("{balance} is left, and orders leave {left} of {issued}");
            audit.add(Fault::GiftCardLosses, card.id, why);
        }
        let ledger: i64 = record.entries.iter().map(|entry| entry.amount.minor()).sum();
        if ledger != balance {
            let why = format!("its ledger adds up to {ledger}, and {balance} is left");
            audit.add(Fault::RecordsDiffer, card.id, why);
        }
    }
    for (card, minor) in spent {
        audit.add(Fault::GiftCardOveruse, card, format!("orders are paid with {minor} of it, and it is not there"));
    }
}

/// What was written off because it had expired: nothing of a card that had not.
fn expired(record: &GiftCardRecord) -> i64 {
    let lapses = record.entries.iter().filter(|entry| matches!(entry.what, GiftCardMove::Expired { .. }));
    lapses.filter(|lapse| is_due(record, lapse)).map(|lapse| -lapse.amount.minor()).sum()
}

/// Whether what was left of a card had expired when it was written off, by the card's end and by what had come back before.
fn is_due(record: &GiftCardRecord, lapse: &GiftCardEntry) -> bool {
    let has_ended = record.card.expires_at.is_some_and(|expires_at| expires_at <= lapse.at);
    let later = |at: Timestamp, by| at.saturating_add(by).unwrap_or(Timestamp::MAX);
    let returns = record.entries.iter().filter(|entry| entry.what.order().is_some() && entry.amount.minor() > 0);
    let mut before = returns.filter(|entry| later(entry.at, COMMIT_MAX) <= lapse.at);
    has_ended && before.all(|entry| later(entry.at, RETURNED_MONEY_LASTS) <= lapse.at)
}

/// No card gets more back from an order than it has paid for it, by the order's refunds and by the card's ledger.
fn check_returns(known: &Known<'_>, audit: &mut Audit) {
    for order in known.orders.values().map(|record| &record.order) {
        for paid in &order.content.gift_cards {
            let open = order.refunds.iter().filter(|refund| refund.state != RefundState::Failed);
            let shares = open.flat_map(|refund| &refund.gift_cards).filter(|share| share.card == paid.card);
            let returned: i64 = shares.map(|share| share.amount.minor()).sum();
            if returned > paid.amount.minor() {
                let why = format!("{returned} of {} go back to it, which paid {}", order.id, paid.amount.minor());
                audit.add(Fault::GiftCardOveruse, paid.card, why);
            }
        }
        let strangers = order.refunds.iter().flat_map(|refund| &refund.gift_cards);
        for share in strangers.filter(|share| order.content.gift_cards.iter().all(|paid| paid.card != share.card)) {
            audit.add(Fault::GiftCardOveruse, share.card, format!("{} goes back to it, which paid nothing", order.id));
        }
    }
    for record in &known.evidence.shop.gift_cards {
        let mut by_order: BTreeMap<OrderId, i64> = BTreeMap::new();
        for entry in &record.entries {
            if let Some(order) = entry.what.order() {
                *by_order.entry(order).or_default() += entry.amount.minor();
            }
        }
        for (order, left) in by_order.into_iter().filter(|(_, left)| *left > 0) {
            audit.add(Fault::GiftCardOveruse, record.card.id, format!("{order} gave it {left} more than it took"));
        }
    }
}

/// What each card has paid for orders that are not cancelled, less what was given back of that.
fn spent(known: &Known<'_>) -> BTreeMap<GiftCardId, i64> {
    let mut spent: BTreeMap<GiftCardId, i64> = BTreeMap::new();
    for order in known.alive() {
        for paid in &order.content.gift_cards {
            *spent.entry(paid.card).or_default() += paid.amount.minor();
        }
        let given = order.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
        for share in given.flat_map(|refund| &refund.gift_cards) {
            *spent.entry(share.card).or_default() -= share.amount.minor();
        }
    }
    spent
}
