//! What must never be otherwise: looked at after each commit and each operation of the provider, and once more when
//! nothing is left to be done.

mod gift_cards;
mod mails;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use ecom67_app::port::{OrderCommit, OrderEnvelope, PaymentStatus};
use ecom67_domain::order::{CancelReason, Meter, OrderEvent, OrderState, RETURNS_MAX, RefundState};
use ecom67_domain::{LocationCode, Order, OrderId, Sku};

use crate::bank::{Account, Operation};
use crate::process::OPEN_ORDERS;
use crate::store::{KeptOrder, State};
use crate::world::World;

pub(crate) use mails::{after_delivery, after_receipt, untold};

const fn is_cancelled(order: &Order) -> bool {
    matches!(order.state, OrderState::Cancelled(_))
}

/// A commit has been made: what it touched is as it must be.
pub(crate) fn after_commit(world: &Arc<World>, state: &State, commit: &OrderCommit) {
    let Some(kept) = state.orders.get(&commit.order.id) else {
        return world.violated(format_args!("{} was committed and is not there", commit.order.id));
    };
    let order = &kept.order.value;
    let number = order.id.number() & 0xFFFF_FFFF;
    world.tell(format_args!("order {number}: version {} is {:?}", kept.order.version.0, order.state));
    let payments = world.bank.of_order(order.id);
    for event in &commit.events {
        tell_of(world, event);
        check_money(world, order, event, &payments);
    }
    check_stock(world, state, Some(order));
    check_legal_texts(world, state, order);
    check_meters(world, state, order);
    gift_cards::check(world, state, order);
    check_cart(world, state, kept);
    if let Some(last) = kept.envelopes.last().filter(|_| !commit.events.is_empty()) {
        let is_told = last.version == kept.order.version && last.events == commit.events;
        world.must(is_told, format_args!("{} was moved without its events", order.id));
    }
}

fn tell_of(world: &World, event: &OrderEvent) {
    world.tally.count(match event {
        OrderEvent::Placed(_) => "orders",
        OrderEvent::HoldExtended { .. } => "holds extended",
        OrderEvent::Authorised { payment: None } => "paid with nothing",
        OrderEvent::Authorised { .. } => "authorised",
        OrderEvent::Paid => "paid",
        OrderEvent::CancellationBegun { .. } => "cancellations begun",
        OrderEvent::Cancelled { reason: CancelReason::Expired } => "cancelled: expired",
        OrderEvent::Cancelled { reason: CancelReason::CartChanged } => "cancelled: cart changed",
        OrderEvent::Cancelled { reason: CancelReason::Shopper } => "cancelled: by the shopper",
        OrderEvent::Cancelled { reason: CancelReason::Staff } => "cancelled: by staff",
        OrderEvent::Cancelled { reason: CancelReason::NotCaptured } => "cancelled: not captured",
        OrderEvent::RefundRequested { .. } => "refunds asked for",
        OrderEvent::RefundSettled { state: RefundState::Succeeded, .. } => "refunds made",
        OrderEvent::RefundSettled { state: RefundState::Failed, .. } => "refunds failed",
        OrderEvent::RefundSettled { .. } => "refunds on their way",
        OrderEvent::RefundPaidOtherwise { .. } => "refunds paid another way",
    });
}

/// What an event says of money is what the provider's ledger has.
fn check_money(world: &World, order: &Order, event: &OrderEvent, payments: &[Account]) {
    let (id, due) = (order.id, order.content.totals.due);
    match event {
        OrderEvent::Authorised { payment: Some(payment) } => {
            let is_so = |account: &Account| account.id == *payment && account.was_authorised && account.amount == due;
            let is_true = payments.iter().any(is_so);
            world.must(is_true, format_args!("{id} is authorised by {payment}, and no such money was set aside"));
        }
        OrderEvent::Authorised { payment: None } => {
            world.must(due.minor() == 0, format_args!("{id} is taken for paid, and {} are owed", due.minor()));
            if !order.content.gift_cards.is_empty() {
                world.tally.count("paid by gift cards alone");
            }
        }
        OrderEvent::Paid if due.minor() > 0 => {
            let is_captured = |account: &Account| account.captured == due.minor();
            world.must(payments.iter().any(is_captured), format_args!("{id} is paid, and nothing was captured"));
        }
        OrderEvent::Cancelled { .. } => {
            for account in payments {
                // What was captured is given back, or was asked to be.
                let is_returned = account.captured == account.refunded || !order.refunds.is_empty();
                let is_over = !account.is_open() && is_returned;
                world.must(is_over, format_args!("{id} is cancelled, and its payment is not void: {account:?}"));
            }
        }
        _ => {}
    }
}

/// What is held is the sum over the orders that are not cancelled, and no more than there is. Of one order's variants, or
/// of all.
fn check_stock(world: &World, state: &State, of: Option<&Order>) {
    let mut held: BTreeMap<(&Sku, &LocationCode), u64> = BTreeMap::new();
    for kept in state.orders.values().filter(|kept| !is_cancelled(&kept.order.value)) {
        for hold in &kept.order.value.holds {
            *held.entry((&hold.sku, &hold.location)).or_default() += u64::from(hold.quantity);
        }
    }
    let concerns = |sku: &Sku| of.is_none_or(|order| order.holds.iter().any(|hold| hold.sku == *sku));
    for record in state.stock.values().filter(|record| concerns(&record.sku)) {
        for (location, level) in &record.levels {
            let sum = held.get(&(&record.sku, location)).copied().unwrap_or(0);
            let is_sum = level.held == sum;
            world.must(is_sum, format_args!("{} at {location}: {level:?}, and orders hold {sum}", record.sku));
            world.must(
                level.held <= level.on_hand,
                format_args!("{} at {location}: more is held than there is: {level:?}", record.sku),
            );
        }
    }
}

/// The texts that an order was placed under are kept.
fn check_legal_texts(world: &World, state: &State, order: &Order) {
    let texts = &order.content.legal_texts;
    let are_kept = !texts.is_empty() && texts.iter().all(|text| state.legal_texts.contains_key(&text.digest));
    world.must(are_kept, format_args!("{} was placed under texts that nobody kept: {texts:?}", order.id));
}

/// What is limited was used as often as it counts for orders.
fn check_meters(world: &World, state: &State, order: &Order) {
    for meter in &order.uses {
        let orders = state.orders.values().map(|kept| &kept.order.value);
        let sum: usize = orders.map(|order| order.counted_uses().filter(|used| *used == meter).count()).sum();
        let used = state.meters.get(meter).copied().unwrap_or(0);
        world.must(used as usize == sum, format_args!("{meter} counts {used} uses, and orders have {sum}"));
        let is_within = limit_of(meter).is_none_or(|limit| used <= limit);
        world.must(is_within, format_args!("{meter} was used {used} times, beyond its limit"));
    }
}

/// How often the catalog says that something may be used.
fn limit_of(meter: &Meter) -> Option<u32> {
    match meter {
        Meter::Promotion(code) => (code.as_str() == "tenth").then_some(2),
        Meter::PromotionByCustomer(code, _) => (code.as_str() == "once").then_some(1),
        Meter::OrdersOfCustomer(_) => None,
        Meter::OpenOrdersOfCustomer(_) => OPEN_ORDERS.of_customer.map(NonZeroU32::get),
        Meter::OpenOrdersFromNetwork(_) => OPEN_ORDERS.from_network.map(NonZeroU32::get),
    }
}

/// A cart is that of its order as long as this is not paid for, and open again when it is cancelled.
fn check_cart(world: &World, state: &State, kept: &KeptOrder) {
    let order = &kept.order.value;
    let Some(cart) = state.carts.get(&order.cart).map(|kept| &kept.cart.value) else { return };
    let is_pending = cart.pending_order() == Some(order.id);
    let is_awaited = matches!(order.state, OrderState::PendingPayment | OrderState::Cancelling(_));
    // What could not be captured had emptied its cart before.
    let is_authorised = |event: &OrderEvent| matches!(event, OrderEvent::Authorised { .. });
    let was_authorised = kept.envelopes.iter().any(|envelope| envelope.events.iter().any(is_authorised));
    let must_be = is_awaited && !was_authorised;
    world.must(
        is_pending == must_be,
        format_args!("{} is {:?}, and its cart says {:?}", order.id, order.state, cart.checkout),
    );
}

/// The provider has done something for an order.
pub(crate) fn after_operation(world: &Arc<World>, operation: &Operation, account: &Account) {
    let id = account.order;
    let accounts = world.bank.of_order(id);
    let state = world.store.state();
    let Some(kept) = state.orders.get(&id) else {
        return world.violated(format_args!("{} is for {id}, and there is no such order", account.id));
    };
    let order = &kept.order.value;
    let open = accounts.iter().filter(|account| account.status != PaymentStatus::Cancelled).count();
    world.must(open <= 1, format_args!("{id} has {open} payments that are not void: {accounts:?}"));
    let due = order.content.totals.due;
    world.must(account.amount == due, format_args!("{} is not of the amount of {id}", account.id));
    match operation {
        Operation::Capture(_) => {
            let is_firm =
                matches!(order.state, OrderState::Capturing | OrderState::Cancelling(CancelReason::NotCaptured));
            world.must(is_firm, format_args!("{id} was captured and is {:?}", order.state));
        }
        Operation::Refund(_) => {
            let asked: i64 = given_back(order, |state| state != RefundState::Failed);
            world.must(
                account.refunded <= asked,
                format_args!("{id}: {} were given back, and {asked} were to be", account.refunded),
            );
        }
        _ => {}
    }
    world.must(account.refunded <= account.captured, format_args!("{id}: more was given back than captured"));
}

/// What the provider has given back, or is to.
fn given_back(order: &Order, counts: impl Fn(RefundState) -> bool) -> i64 {
    order.refunds.iter().filter(|refund| counts(refund.state)).map(|refund| refund.charged().minor()).sum()
}

/// Nothing goes wrong any more and nothing is to be done: all is settled.
pub(crate) fn in_the_end(world: &World) {
    let state = world.store.state();
    check_stock(world, &state, None);
    for kept in state.orders.values() {
        check_settled(world, kept);
        check_meters(world, &state, &kept.order.value);
        gift_cards::check(world, &state, &kept.order.value);
        check_told(world, kept);
    }
    mails::in_the_end(world, &state);
    for kept in state.carts.values() {
        let pending = kept.cart.value.pending_order();
        world.must(pending.is_none(), format_args!("{} waits for {pending:?} for ever", kept.cart.value.id));
    }
    for account in world.bank.payments() {
        world.must(!account.is_open(), format_args!("nobody ends this payment: {account:?}"));
        let is_known = state.orders.contains_key(&account.order);
        world.must(is_known, format_args!("{} is for {}, which is no order", account.id, account.order));
    }
}

fn check_settled(world: &World, kept: &KeptOrder) {
    let order = &kept.order.value;
    let (id, due) = (order.id, order.content.totals.due.minor());
    let payments = world.bank.of_order(id);
    let captured: i64 = payments.iter().map(|account| account.captured).sum();
    let refunded: i64 = payments.iter().map(|account| account.refunded).sum();
    match order.state {
        OrderState::Paid => {
            world.must(captured == due, format_args!("{id} leaves {due} to pay, and {captured} were captured"));
        }
        OrderState::Cancelled(_) => {
            let owed = if order.refunds.len() < RETURNS_MAX { 0 } else { order.refundable().minor() };
            let is_settled = captured - refunded == owed;
            world.must(is_settled, format_args!("{id} is cancelled, and {captured} were captured"));
            if captured > 0 {
                world.tally.count("charged in vain and given back");
            }
        }
        state => world.violated(format_args!("{id} is {state:?} for ever")),
    }
    let told = given_back(order, |state| state == RefundState::Succeeded);
    world.must(refunded == told, format_args!("{id}: {refunded} were given back, and {told} are told"));
    let is_open = order.refunds.iter().any(|refund| refund.state == RefundState::Pending);
    world.must(!is_open, format_args!("{id}: a refund is on its way for ever: {:?}", order.refunds));
}

/// What happened to an order tells what it is.
fn check_told(world: &World, kept: &KeptOrder) {
    let order = &kept.order.value;
    let of = |envelope: &OrderEnvelope| (envelope.at, envelope.version);
    let versions = kept.envelopes.iter().map(|envelope| of(envelope).1);
    world.must(
        versions.is_sorted_by(|one, other| one < other),
        format_args!("{}: its events are in disorder", order.id),
    );
    let events = kept.envelopes.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    let replayed = Order::replay(events).map(|replayed| Order { task: order.task.clone(), ..replayed });
    let is_same = replayed.as_ref() == Some(order);
    world.must(is_same, format_args!("{} is not what its events tell: {replayed:?}", order.id));
}

/// Whether an order is as it will stay.
pub(crate) fn is_final(order: &Order) -> bool {
    let is_idle = order.task.due_at.is_none() && !order.task.is_stuck();
    matches!(order.state, OrderState::Paid | OrderState::Cancelled(_)) && is_idle
}

/// Orders that are not.
pub(crate) fn unsettled(state: &State) -> Vec<OrderId> {
    let orders = state.orders.values().map(|kept| &kept.order.value);
    orders.filter(|order| !is_final(order)).map(|order| order.id).collect()
}
