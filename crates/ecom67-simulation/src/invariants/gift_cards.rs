//! What is left on gift cards is what orders leave.

use ecom67_domain::Order;
use ecom67_domain::gift_card::GiftCardMove;
use ecom67_domain::order::RefundState;

use super::is_cancelled;
use crate::store::State;
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
    }
}
