//! Gift cards against the orders that they pay for.

use std::collections::BTreeMap;

use ecom67_domain::GiftCardId;
use ecom67_domain::order::RefundState;

use super::Known;
use crate::{Audit, Fault};

pub(super) fn check(known: &Known<'_>, audit: &mut Audit) {
    let mut spent = spent(known);
    for record in &known.evidence.shop.gift_cards {
        let card = &record.card;
        let (issued, balance) = (card.issued.minor(), card.balance.minor());
        // By what orders were paid with, not by what the card says of itself.
        let spent = spent.remove(&card.id).unwrap_or_default();
        let left = issued - spent;
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
