//! What is left on gift cards is what orders leave.

use ecom67_domain::Order;
use ecom67_domain::gift_card::{GiftCardMove, RETURNED_MONEY_LASTS};
use ecom67_domain::order::RefundState;
use jiff::Timestamp;

use super::is_cancelled;
use crate::store::{KeptGiftCard, State};
use crate::world::World;

/// Each card of the order has what the orders that are not cancelled leave of it, and its ledger says so.
pub(super) fn check(world: &World, state: &State, order: &Order) {
    for paid in &order.content.gift_cards {
        let Some(kept) = state.gift_cards.get(&paid.card) else {
            return world.violated(format_args!("{} is paid with {}, which is not there", order.id, paid.card));
        };
        let (issued, balance) = (kept.card.issued.minor(), kept.card.balance.minor());
        let expired = kept.entries.values().filter(|entry| matches!(entry.what, GiftCardMove::Expired { .. }));
        let mut left = issued + expired.map(|entry| entry.amount.minor()).sum::<i64>();
        for other in state.orders.values().map(|kept| &kept.order.value).filter(|order| !is_cancelled(order)) {
            let taken = other.content.gift_cards.iter().filter(|other| other.card == paid.card);
            left -= taken.map(|taken| taken.amount.minor()).sum::<i64>();
            let given = other.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
            let shares = given.flat_map(|refund| &refund.gift_cards).filter(|share| share.card == paid.card);
            left += shares.map(|share| share.amount.minor()).sum::<i64>();
        }
        world.must(balance == left, format_args!("{} has {balance} left, and orders leave {left}", paid.card));
        world.must(balance >= 0, format_args!("{} has paid {} more than it had", paid.card, -balance));
        let ledger: i64 = kept.entries.values().map(|entry| entry.amount.minor()).sum();
        world.must(ledger == balance, format_args!("{}: the ledger says {ledger}, the card {balance}", paid.card));
        check_lapses(world, kept);
    }
}

/// Nothing was written off of the card before it had expired, nor while what had come back to it was to last.
fn check_lapses(world: &World, kept: &KeptGiftCard) {
    let mut ends_at = kept.card.expires_at;
    for entry in &kept.changes {
        let (card, at) = (entry.card, entry.at);
        if matches!(entry.what, GiftCardMove::Expired { .. }) {
            let is_due = ends_at.is_some_and(|ends_at| ends_at <= at);
            world.must(is_due, format_args!("{card} was written off at {at}, and could be spent until {ends_at:?}"));
        } else if entry.amount.minor() > 0 {
            let lasts_until = at.saturating_add(RETURNED_MONEY_LASTS).unwrap_or(Timestamp::MAX);
            ends_at = ends_at.map(|ends_at| ends_at.max(lasts_until));
        }
    }
}
