//! What becomes of an order: paid, paid late, given up, taken back; and what staff does to it.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::carts::CartOrder;
use ecom67_app::orders::{OrderKey, OrderPayment, PlacedOrder};
use ecom67_app::port::{PaymentId, PaymentStatus};
use ecom67_domain::order::{CancelReason, OrderState};
use ecom67_domain::{Money, OrderId};
use tokio::time::sleep;

use super::{Basket, Shopper, TRIES_MAX};
use crate::bank::{Account, Card};
use crate::world::World;

/// How often somebody orders anew from one cart.
const ORDERS_MAX: u32 = 3;
/// As long as goods are held, and a little longer.
const HOLD_MS: u64 = 16 * 60_000;

impl Shopper {
    pub(super) async fn buy(&self, basket: &Basket) {
        for _ in 0..ORDERS_MAX {
            let Some(placed) = self.press(basket).await else { return };
            if !self.pay(basket, placed).await {
                return;
            }
        }
    }

    /// Does something about an order. Returns whether it is to be ordered anew.
    async fn pay(&self, basket: &Basket, placed: PlacedOrder) -> bool {
        let order = placed.order.value.id;
        let Some(payment) = self.payment(placed).await else {
            self.look_after(order).await;
            return false;
        };
        let chance = &self.world.chance;
        match chance.below(16) {
            0..=5 => self.confirm(&payment, Card::Good).await,
            6 => self.confirm(&payment, Card::Challenged).await,
            7 => {
                self.confirm(&payment, Card::Declined).await;
                self.world.wait_up_to(30_000).await;
                self.confirm(&payment, Card::Good).await;
            }
            8 => {
                self.tell(format_args!("leaves"));
                return false;
            }
            9 => self.cancel(order, CancelReason::Shopper).await,
            10 => {
                let (sku, quantity) = self.lot();
                return self.edit(basket, CartOrder::Add(sku, quantity)).await;
            }
            11 => {
                self.extend(basket, order).await;
                self.world.wait_up_to(HOLD_MS).await;
                self.confirm(&payment, Card::Good).await;
            }
            12 => {
                sleep(Duration::from_millis(HOLD_MS - 70_000 + chance.below(90_000))).await;
                self.confirm(&payment, Card::Good).await;
            }
            13 if chance.one_in(2) => self.confirm(&payment, Card::Empty).await,
            13 => {
                let (sku, quantity) = self.lot();
                tokio::join!(self.confirm(&payment, Card::Good), self.edit(basket, CartOrder::Add(sku, quantity)));
            }
            _ => {
                let reason = chance.pick(&[CancelReason::Shopper, CancelReason::Staff]);
                tokio::join!(self.confirm(&payment, Card::Good), self.cancel(order, reason));
            }
        }
        if !chance.one_in(4) {
            self.look_after(order).await;
        }
        false
    }

    /// The payment that an order awaits, asked for again where the provider did not answer.
    async fn payment(&self, placed: PlacedOrder) -> Option<PaymentId> {
        let id = placed.order.value.id;
        let mut payment = placed.payment;
        for _ in 0..TRIES_MAX {
            match payment {
                OrderPayment::Awaited(payment) => return Some(payment.id),
                OrderPayment::Nothing => return None,
                OrderPayment::Unavailable => {}
            }
            self.world.wait_up_to(10_000).await;
            payment = self.settle(id).await.map_or(OrderPayment::Unavailable, |placed| placed.payment);
        }
        None
    }

    async fn settle(&self, id: OrderId) -> Option<PlacedOrder> {
        match self.world.ask(async move |shop| shop.orders.settle(id).await).await {
            Ok(Ok(placed)) => {
                self.world.acknowledged(&placed.order);
                Some(placed)
            }
            Ok(Err(error)) => {
                self.tell(format_args!("hears of order {}: {error}", id.number() & 0xFFFF_FFFF));
                None
            }
            Err(_) => None,
        }
    }

    /// Tries a card, in the browser, which talks to the provider itself.
    async fn confirm(&self, payment: &PaymentId, card: Card) {
        let world = &self.world;
        world.linger().await;
        if world.goes_wrong(world.settings.network_one_in) {
            return;
        }
        let Some(account) = world.bank.confirm(payment, card) else {
            self.tell(format_args!("may not pay {payment} any more"));
            return;
        };
        self.tell(format_args!("pays {payment} with {card:?}: {:?}", account.status));
        world.became(payment, account.status);
        if account.status == PaymentStatus::AwaitsAction {
            let takes_long = world.chance.one_in(4);
            world.wait_up_to(if takes_long { HOLD_MS } else { 40_000 }).await;
            let is_proven = !world.chance.one_in(5);
            if let Some(Account { status, .. }) = world.bank.answer_challenge(payment, is_proven) {
                self.tell(format_args!("answers the challenge of {payment}: {status:?}"));
                world.became(payment, status);
            }
        }
    }

    async fn extend(&self, basket: &Basket, id: OrderId) {
        let key = OrderKey { id, capability: basket.capability.key().capability };
        let extended = self.world.ask(async move |shop| shop.orders.extend_hold(key).await).await;
        if let Ok(Ok(placed)) = &extended {
            self.world.acknowledged(&placed.order);
        }
    }

    async fn cancel(&self, id: OrderId, reason: CancelReason) {
        match self.world.ask(async move |shop| shop.orders.cancel(id, reason).await).await {
            Ok(Ok(order)) => {
                self.tell(format_args!("takes order {} back: {:?}", id.number() & 0xFFFF_FFFF, order.value.state));
                self.world.acknowledged(&order);
            }
            Ok(Err(error)) => self.tell(format_args!("cannot take it back: {error}")),
            Err(_) => {}
        }
    }

    /// Comes back to an order, and has some of it given back once it is paid.
    async fn look_after(&self, id: OrderId) {
        for _ in 0..TRIES_MAX {
            self.world.wait_up_to(6_000).await;
            let Some(placed) = self.settle(id).await else { continue };
            let order = &placed.order.value;
            match order.state {
                OrderState::Paid => {
                    if self.world.chance.one_in(2) {
                        give_back(&self.world, id, order.content.totals.total).await;
                    }
                    return;
                }
                OrderState::Cancelled(_) => return,
                OrderState::PendingPayment | OrderState::Capturing | OrderState::Cancelling(_) => {}
            }
        }
    }
}

/// Staff gives some of it back, once or several times, also at once.
async fn give_back(world: &Arc<World>, id: OrderId, total: Money) {
    if total.minor() <= 0 {
        return;
    }
    for _ in 0..=world.chance.below(3) {
        let amount = || {
            let part = i64::try_from(world.chance.below(total.minor().unsigned_abs())).unwrap_or(0) + 1;
            Money::new(if world.chance.one_in(4) { total.minor() } else { part }, total.currency())
        };
        let (first, second) = (amount(), amount());
        if world.chance.one_in(3) {
            tokio::join!(refund(world, id, first), refund(world, id, second));
        } else {
            refund(world, id, first).await;
        }
        world.wait_up_to(15_000).await;
    }
}

async fn refund(world: &Arc<World>, id: OrderId, amount: Money) {
    match world.ask(async move |shop| shop.orders.refund(id, amount).await).await {
        Ok(Ok(order)) => {
            let states = order.value.refunds.iter().map(|refund| (refund.amount.minor(), refund.state));
            world.tell(format_args!("staff: gives {} back: {:?}", amount.minor(), states.collect::<Vec<_>>()));
            world.acknowledged(&order);
        }
        Ok(Err(error)) => world.tell(format_args!("staff: cannot give {} back: {error}", amount.minor())),
        Err(_) => {}
    }
}
