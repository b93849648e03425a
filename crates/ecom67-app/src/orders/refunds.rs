//! What is given back, and what becomes of it.
//!
//! A refund is reserved before it is asked for, and asked for under the order's id and its number: by that name it is found
//! again, whatever was lost on the way. Only what the provider says settles it.

use ecom67_domain::order::{OrderState, PaymentId, ProviderRefundId, Refund, RefundState, Task, TaskFailure};
use ecom67_domain::{Order, OrderId};
use jiff::Timestamp;

use super::steps::{RETRY_AFTER_MAX, Step, not_yet};
use super::{KEY_MEMORY, KNOWN_FOR, OrderError, Orders, moment};
use crate::port::{
    NewRefund, OperationKey, Payment, PaymentError, PaymentStatus, ProviderRefund, RefundStatus, Stored,
};

/// Why what is owed is not offered any more.
const GIVEN_UP: &str = "what was charged for a cancelled order was offered as often as is worth it, and did not arrive";

/// What has become of a refund, and the provider's name for it.
type Told = (RefundState, Option<ProviderRefundId>);

impl Orders {
    /// The payment was captured although the order is being cancelled: all of it goes back. Once the provider has said what
    /// becomes of that, the goods are free, whatever it said: what is owed then is asked for again from the cancelled order.
    pub(super) async fn give_all_back(
        &self,
        order: &Stored<Order>,
        payment: &Payment,
        now: Timestamp,
    ) -> Result<Step, OrderError> {
        let id = order.value.id;
        if let Some(refund) = order.value.refunds.iter().find(|refund| is_untold(refund)) {
            self.ask_and_note(&order.value, refund, Some(&payment.id), now).await?;
            return Ok(Step::Done);
        }
        if order.value.refunds.is_empty() && self.return_payment(&order.value, payment).await? {
            return Ok(Step::Done);
        }
        self.moved(id, |order, _| order.cancel()).await?;
        Ok(Step::Done)
    }

    /// Reserves what a payment has captured for an order that is or will be cancelled, to be given back. Returns whether the
    /// order is another now: where nothing is owed, or what is owed is on its way, it is not.
    pub(crate) async fn return_payment(&self, order: &Order, payment: &Payment) -> Result<bool, OrderError> {
        // Decided by what the provider said of the order as it was: what became of a refund meanwhile it has not told yet.
        let is_as_asked = |present: &Order| present.refunds == order.refunds;
        let moved = self
            .moved(order.id, |present, now| {
                let Payment { id, captured, refunded, .. } = payment;
                let event = present.request_return(id, *captured, *refunded, now);
                Ok(event.filter(|_| is_as_asked(present)))
            })
            .await?;
        let is_moved = !is_as_asked(&moved.value);
        if is_moved {
            tracing::warn!(order = %order.id, payment = %payment.id, "a captured payment of a cancelled order is given back");
        }
        Ok(is_moved)
    }

    /// Asks for what is on its way back of a cancelled order, and once more for what was not given back. What was offered as
    /// often as is worth it is stuck, so that somebody finds another way.
    pub(super) async fn give_back_owed(&self, order: &Stored<Order>, now: Timestamp) -> Result<Step, OrderError> {
        let Order { id, refunds, payment, .. } = &order.value;
        if refunds.iter().any(|refund| refund.state == RefundState::Pending) {
            return self.give_back(order, now).await;
        }
        let mut task = Task::NONE;
        if let Some(payment) = payment
            && order.value.refundable().minor() > 0
        {
            let found = self.provider.find(payment).await?;
            let returned = found.refunded.minor() + order.value.paid_otherwise().minor();
            let is_kept = found.status == PaymentStatus::Captured && found.captured.minor() > returned;
            if is_kept && self.return_payment(&order.value, &found).await? {
                return Ok(Step::Done);
            }
            if is_kept {
                tracing::error!(order = %id, payment = %payment, "what is owed of a cancelled order cannot be given back");
                task.failure = Some(TaskFailure { since: now, why: GIVEN_UP.into() });
            }
        }
        self.put_off(order, task, now).await?;
        Ok(Step::Nothing)
    }

    /// Asks for the refunds that are on their way. What goes back to gift cards needs nobody, and is not kept waiting.
    pub(super) async fn give_back(&self, order: &Stored<Order>, now: Timestamp) -> Result<Step, OrderError> {
        let id = order.value.id;
        let is_pending = |refund: &&Refund| refund.state == RefundState::Pending;
        let mut pending: Vec<&Refund> = order.value.refunds.iter().filter(is_pending).collect();
        pending.sort_by_key(|refund| refund.charged().minor() > 0);
        for number in pending.into_iter().map(|refund| refund.number) {
            let order = self.read(id).await?.value;
            let Some(refund) = order.refunds.iter().filter(is_pending).find(|refund| refund.number == number) else {
                continue;
            };
            self.ask_and_note(&order, refund, order.payment.as_ref(), now).await?;
        }
        let order = self.read(id).await?;
        if order.value.task.due_at.is_some_and(|due_at| due_at <= moment(&*self.carts.clock)) {
            if order.value.refunds.iter().any(is_untold) {
                // Requested while others were asked about.
                return Ok(Step::Done);
            }
            let is_waiting = order.value.refunds.iter().any(|refund| refund.state == RefundState::Pending);
            let is_owed = matches!(order.value.state, OrderState::Cancelled(_)) && order.value.refundable().minor() > 0;
            if is_owed && !is_waiting {
                // The last offer was in vain: what is owed is next.
                return Ok(Step::Done);
            }
            // Banks take days.
            let later = Task { due_at: now.saturating_add(RETRY_AFTER_MAX).ok(), ..Task::NONE };
            self.put_off(&order, if is_waiting { later } else { Task::NONE }, now).await?;
        }
        Ok(Step::Nothing)
    }

    /// Asks what has become of a refund, which is asked for unless it was, and notes it.
    async fn ask_and_note(
        &self,
        order: &Order,
        refund: &Refund,
        payment: Option<&PaymentId>,
        now: Timestamp,
    ) -> Result<(), OrderError> {
        let told = match payment {
            _ if refund.charged().minor() == 0 => (RefundState::Succeeded, None),
            Some(payment) => self.told_of(order, refund, payment, now).await?,
            None => return Err(PaymentError::Unreadable("what was charged has no payment".to_owned()).into()),
        };
        self.note_refund(order.id, refund, told).await
    }

    /// Notes what has become of a refund, unless something else has become of it since it was asked for.
    async fn note_refund(&self, id: OrderId, asked: &Refund, (state, name): Told) -> Result<(), OrderError> {
        let moved = self
            .moved(id, |order, _| {
                let is_as_asked = order.refunds.iter().any(|refund| refund == asked);
                Ok(if is_as_asked { order.settle_refund(asked.number, state, name.clone()) } else { None })
            })
            .await?;
        if state == RefundState::Failed && matches!(asked.state, RefundState::Pending | RefundState::Succeeded) {
            let is_owed = matches!(moved.value.state, OrderState::Cancelling(_) | OrderState::Cancelled(_));
            let had_arrived = asked.state == RefundState::Succeeded;
            tracing::error!(
                order = %id, refund = asked.number, is_owed, had_arrived,
                "a refund failed: the money is with the shop again",
            );
        }
        Ok(())
    }

    /// What has become of a refund; it is asked for if it was not yet. Where an earlier attempt may have been made under a
    /// key that tells no more, it is searched for by its name first.
    async fn told_of(
        &self,
        order: &Order,
        refund: &Refund,
        payment: &PaymentId,
        now: Timestamp,
    ) -> Result<Told, OrderError> {
        if let Some(known) = &refund.provider_id {
            return Ok(told(self.provider.find_refund(known).await.map_err(unanswered)?));
        }
        let is_forgotten = now.duration_since(refund.requested_at) >= KEY_MEMORY;
        let attempt = order.task.refund_attempt(refund.number);
        if (order.task.failures > 0 || attempt > 1 || is_forgotten)
            && let Some(found) = self.searched_refund(order, refund, payment).await?
        {
            return Ok(told(found));
        }
        let amount = refund.charged();
        let new = NewRefund { payment: payment.clone(), order: order.id, number: refund.number, amount };
        if moment(&*self.carts.clock).duration_since(now) >= KNOWN_FOR {
            // Whoever has slept over it looks anew: others may have asked, under a key that is forgotten by now.
            return Err(not_yet());
        }
        let of_key = attempt.saturating_add(u32::from(is_forgotten));
        let key = OperationKey::new(order.id, &format!("refund-{}", refund.number), of_key);
        match self.provider.refund(&new, &key).await {
            Ok(made) => Ok(told(made)),
            // Refused may be what comes second: an earlier attempt that arrived late was first.
            Err(PaymentError::Refused { .. } | PaymentError::OtherState { .. }) => {
                let found = self.searched_refund(order, refund, payment).await?;
                Ok(found.map_or((RefundState::Failed, None), told))
            }
            Err(error) => {
                if matches!(error, PaymentError::Failed { .. } | PaymentError::NotFound | PaymentError::KeyReused) {
                    self.count_failed_refund(order.id, refund.number, attempt).await?;
                }
                Err(error.into())
            }
        }
    }

    /// The provider keeps the failure of an attempt under its key: the next one has a key of its own. Each refund counts for
    /// itself, and no attempt is counted twice, so that nobody asks under a new key while an older one may still be heard.
    async fn count_failed_refund(&self, id: OrderId, number: u32, failed: u32) -> Result<(), OrderError> {
        for _ in 0..super::ATTEMPTS_MAX {
            let order = self.read(id).await?;
            let task = &order.value.task;
            if task.refund_attempt(number) != failed {
                // Somebody else has seen the same failure.
                return Ok(());
            }
            let counted = task.after_failed_refund(number);
            if self.note_task(&order, counted, moment(&*self.carts.clock)).await? {
                return Ok(());
            }
        }
        // Asked for again under the same key, it fails again.
        Ok(())
    }

    /// The refund with this name among those of a payment.
    async fn searched_refund(
        &self,
        order: &Order,
        refund: &Refund,
        payment: &PaymentId,
    ) -> Result<Option<ProviderRefund>, OrderError> {
        let made = self.provider.refunds(payment).await.map_err(unanswered)?;
        Ok(named(&made, order, refund).cloned())
    }

    /// Asks what has become of a refund that something was heard of, and notes it.
    pub(crate) async fn ask_about_refund(
        &self,
        payment: &PaymentId,
        refund: &ProviderRefundId,
    ) -> Result<(), OrderError> {
        // The order first: what becomes of it while the provider is asked counts more than what that says.
        let Some(id) = self.order_of(payment).await? else { return Ok(()) };
        let Some(order) = self.store.find(id).await? else { return Ok(()) };
        let found = match self.provider.find_refund(refund).await {
            Ok(found) => found,
            Err(PaymentError::NotFound) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let number = found.number.filter(|_| found.order == Some(id));
        if let Some(known) = order.value.refund_known_as(&found.id, number) {
            self.note_refund(id, known, told(found)).await?;
        }
        self.wake.order(id);
        Ok(())
    }

    /// Notes what the provider says of a refund of the order as it was read before.
    pub(crate) async fn note_told(&self, order: &Order, found: &ProviderRefund) -> Result<(), OrderError> {
        let number = found.number.filter(|_| found.order == Some(order.id));
        let is_meant = |refund: &&Refund| {
            refund.provider_id.is_none() && named(std::slice::from_ref(found), order, refund).is_some()
        };
        let known = order.refund_known_as(&found.id, number).or_else(|| order.refunds.iter().find(is_meant));
        let Some(known) = known else { return Ok(()) };
        self.note_refund(order.id, known, told(found.clone())).await
    }

    /// Voids a payment that can still be confirmed or captured although its order is cancelled. To void it twice does no harm,
    /// so that its key need only be another once the provider has forgotten a failure under the last.
    pub(crate) async fn void_once_more(&self, id: OrderId, payment: &PaymentId) -> Result<(), OrderError> {
        let hours = moment(&*self.carts.clock).as_second().div_euclid(3_600);
        let key = OperationKey::new(id, &format!("cancel-{payment}"), u32::try_from(hours).unwrap_or(u32::MAX));
        self.provider.cancel(payment, &key).await?;
        Ok(())
    }

    /// Does what is due for an order, also where that was put off.
    pub(crate) async fn hurry(&self, id: OrderId) -> Result<(), OrderError> {
        let order = self.read(id).await?;
        let now = moment(&*self.carts.clock);
        let task = order.value.task.clone();
        let is_put_off = order.value.state != OrderState::PendingPayment && task.due_at.is_some_and(|at| at > now);
        if is_put_off {
            self.put_off(&order, Task { due_at: Some(now), ..task }, now).await?;
        }
        self.take_step(id).await
    }
}

/// The provider's refund that is known by the name of ours; of several the first that was not in vain. An earlier release
/// gave no number along: one without is ours if it is of this order and amount, and no other of the order's.
pub(crate) fn named<'made>(
    made: &'made [ProviderRefund],
    order: &Order,
    refund: &Refund,
) -> Option<&'made ProviderRefund> {
    let is_of_order = |found: &&ProviderRefund| found.order == Some(order.id);
    let is_meant = |found: &&ProviderRefund| found.number == Some(refund.number);
    let is_like_it = |found: &&ProviderRefund| {
        let is_known = order.refunds.iter().any(|other| other.provider_id.as_ref() == Some(&found.id));
        found.number.is_none() && found.amount == refund.charged() && !is_known
    };
    let of_order = || made.iter().rev().filter(is_of_order);
    let numbered = of_order().filter(is_meant).min_by_key(|found| found.status == RefundStatus::Failed);
    numbered.or_else(|| of_order().filter(is_like_it).min_by_key(|found| found.status == RefundStatus::Failed))
}

/// Whether the provider has not said anything of a refund yet.
fn is_untold(refund: &Refund) -> bool {
    refund.state == RefundState::Pending && refund.provider_id.is_none()
}

fn told(found: ProviderRefund) -> Told {
    let state = match found.status {
        RefundStatus::Pending => RefundState::Pending,
        RefundStatus::Succeeded => RefundState::Succeeded,
        RefundStatus::Failed => RefundState::Failed,
    };
    (state, Some(found.id))
}

/// A question that was not answered well says nothing of the operation that it is about, whose key stays the same.
fn unanswered(error: PaymentError) -> PaymentError {
    match error {
        unavailable @ PaymentError::Unavailable { .. } => unavailable,
        other => PaymentError::OutcomeUnknown(other.into()),
    }
}
