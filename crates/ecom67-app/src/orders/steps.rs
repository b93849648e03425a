//! What the shop does for an order by itself: capture, void, release, give back.

use std::time::Duration;

use ecom67_domain::order::{CancelReason, OrderRefusal, OrderState, Task};
use ecom67_domain::{Order, OrderId};
use jiff::{SignedDuration, Timestamp};

use super::{OrderError, Orders, is_paid, moment};
use crate::Chain;
use crate::ids::Ids;
use crate::port::{OperationKey, Payment, PaymentError, PaymentStatus, StoreError, Stored};

/// The longest wait before a second attempt at a commit; it doubles with each.
const PAUSE: Duration = Duration::from_millis(4);

/// The wait before what failed is tried again; it doubles with each failure in a row …
const RETRY_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// … up to this.
pub(super) const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_mins(10);
/// So often a capture is tried that is refused while the money is still set aside.
const CAPTURE_FAILURES_MAX: u32 = 3;
/// After so many failures in a row somebody must look at it; it is tried all the same.
const FAILURES_ALARMING: u32 = 8;

/// Waits a moment, longer with each attempt and never as long as others do.
pub(crate) async fn pause(ids: &dyn Ids, attempt: u32) {
    let most = PAUSE * 2_u32.saturating_pow(attempt.min(6));
    tokio::time::sleep(most.mul_f64(ids.throw())).await;
}

/// What came of a step.
pub(super) enum Step {
    /// Something was done: there may be more to do.
    Done,
    /// There is nothing to do, or not yet.
    Nothing,
}

impl Orders {
    /// Does what is due for an order, as far as it can be done now. What fails is put off.
    pub(super) async fn take_step(&self, id: OrderId) -> Result<(), OrderError> {
        // Each state has one step, and none comes twice but by new refunds.
        for _ in 0..super::ATTEMPTS_MAX {
            let order = self.read(id).await?;
            let now = moment(&*self.carts.clock);
            if order.value.task.due_at.is_none_or(|due_at| due_at > now) {
                return Ok(());
            }
            match self.step(&order, now).await {
                Ok(Step::Nothing) => return Ok(()),
                // Done, or moved by somebody else meanwhile: what is to be done now follows from what it has become.
                Ok(Step::Done)
                | Err(OrderError::Refused(OrderRefusal::Cancelled | OrderRefusal::PaidFor | OrderRefusal::NotPaid)) => {
                }
                Err(OrderError::Payment(error)) => {
                    // Of several refunds an earlier one may have been settled by now.
                    let has_refunds = !order.value.refunds.is_empty();
                    let order = if has_refunds { self.read(id).await? } else { order };
                    return self.failed(&order, error).await;
                }
                Err(OrderError::Store(error @ (StoreError::Failed(_) | StoreError::Unreadable { .. }))) => {
                    let failures = order.value.task.failures.saturating_add(1);
                    let why = Chain(&error).to_string();
                    return self
                        .put_off_for(&order, why, order.value.task.attempt, backoff(&*self.carts.ids, failures))
                        .await;
                }
                Err(OrderError::Refused(refusal)) => {
                    return self.failed(&order, PaymentError::Unreadable(refusal.to_string())).await;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn step(&self, order: &Stored<Order>, now: Timestamp) -> Result<Step, OrderError> {
        match order.value.state {
            OrderState::PendingPayment => self.expire(order).await,
            OrderState::Capturing => self.capture(order).await,
            OrderState::Cancelling(_) => self.void(order, now).await,
            OrderState::Paid => self.give_back(order, now).await,
            OrderState::Cancelled(_) => self.give_back_owed(order, now).await,
        }
    }

    /// The time to pay is over. Whoever has paid in the last moment has paid.
    async fn expire(&self, order: &Stored<Order>) -> Result<Step, OrderError> {
        let payment = match self.payment_of(&order.value).await {
            Ok(payment) => Some(payment),
            // The provider never made one.
            Err(PaymentError::Refused { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(payment) = payment.filter(|payment| is_paid(payment.status)) {
            self.authorised(order.clone(), &payment).await?;
        } else {
            self.moved(order.value.id, |order, now| {
                // Extended meanwhile.
                if order.hold_until > now { Ok(None) } else { order.begin_cancellation(CancelReason::Expired) }
            })
            .await?;
        }
        Ok(Step::Done)
    }

    async fn capture(&self, order: &Stored<Order>) -> Result<Step, OrderError> {
        let Order { id, content, payment, task, .. } = &order.value;
        let due = content.totals.due;
        let Some(payment) = payment else {
            // Nothing was owed.
            self.moved(*id, |order, _| order.pay(due)).await?;
            return Ok(Step::Done);
        };
        // After a failure it is asked for first: what failed may have been done.
        let found = match task.failures {
            0 => self.provider.capture(payment, &OperationKey::new(*id, "capture", task.attempt)).await,
            _ => match self.provider.find(payment).await? {
                found if found.status == PaymentStatus::Authorised => {
                    self.provider.capture(payment, &OperationKey::new(*id, "capture", task.attempt)).await
                }
                found => Ok(found),
            },
        };
        let found = match found {
            Err(refused @ (PaymentError::OtherState { .. } | PaymentError::Refused { .. })) => {
                let found = self.provider.find(payment).await?;
                // The money is still set aside: what was refused may be our key, and not the capture.
                if found.status == PaymentStatus::Authorised && task.failures < CAPTURE_FAILURES_MAX {
                    return Err(refused.into());
                }
                found
            }
            found => found?,
        };
        match found.status {
            PaymentStatus::Captured => {
                self.moved(*id, |order, _| order.pay(found.captured)).await?;
            }
            PaymentStatus::Processing => return Err(not_yet()),
            // It cannot be captured any more.
            PaymentStatus::Authorised
            | PaymentStatus::AwaitsMethod
            | PaymentStatus::AwaitsAction
            | PaymentStatus::Cancelled => {
                tracing::warn!(order = %id, payment = %payment, "an authorised payment could not be captured");
                self.moved(*id, |order, _| order.begin_cancellation(CancelReason::NotCaptured)).await?;
            }
        }
        Ok(Step::Done)
    }

    /// Voids the payment, and releases everything once the provider says that it is void.
    async fn void(&self, order: &Stored<Order>, now: Timestamp) -> Result<Step, OrderError> {
        let Order { id, content, task, .. } = &order.value;
        if content.totals.due.minor() > 0 {
            let found = match self.payment_to_void(&order.value).await {
                Ok(payment) => Some(payment),
                // The provider never made one, so there is none to void.
                Err(PaymentError::Refused { .. }) if order.value.payment.is_none() => None,
                Err(error) => return Err(error.into()),
            };
            if let Some(payment) = found {
                let payment = match payment.status {
                    PaymentStatus::Cancelled => payment,
                    PaymentStatus::Captured => return self.give_all_back(order, &payment, now).await,
                    _ => self.provider.cancel(&payment.id, &OperationKey::new(*id, "cancel", task.attempt)).await?,
                };
                if payment.status != PaymentStatus::Cancelled {
                    return Err(not_yet());
                }
            }
        }
        self.moved(*id, |order, _| order.cancel()).await?;
        Ok(Step::Done)
    }

    async fn payment_to_void(&self, order: &Order) -> Result<Payment, PaymentError> {
        match &order.payment {
            Some(payment) => self.provider.find(payment).await,
            None => self.payment_of(order).await,
        }
    }

    /// Puts off what failed. The same key is used again where the outcome is unknown, and the next attempt has a key of its
    /// own where the provider keeps an answer that was a failure.
    async fn failed(&self, order: &Stored<Order>, error: PaymentError) -> Result<(), OrderError> {
        let Task { attempt, failures, .. } = order.value.task;
        let failures = failures.saturating_add(1);
        let (attempt, wait) = match &error {
            PaymentError::Unavailable { retry_after } => {
                (attempt, SignedDuration::try_from(*retry_after).unwrap_or(RETRY_AFTER_MAX))
            }
            // Nobody knows what is kept under the key: what is under way may still arrive, and another key would do it twice.
            PaymentError::OutcomeUnknown(_) | PaymentError::Unreadable(_) => {
                (attempt, backoff(&*self.carts.ids, failures))
            }
            PaymentError::Failed { .. }
            | PaymentError::Refused { .. }
            | PaymentError::OtherState { .. }
            | PaymentError::NotFound
            | PaymentError::KeyReused => (attempt.saturating_add(1), backoff(&*self.carts.ids, failures)),
        };
        let why = Chain(&error).to_string();
        self.put_off_for(order, why, attempt, wait).await
    }

    async fn put_off_for(
        &self,
        order: &Stored<Order>,
        error: String,
        attempt: u32,
        wait: SignedDuration,
    ) -> Result<(), OrderError> {
        let (id, now) = (order.value.id, moment(&*self.carts.clock));
        let failures = order.value.task.failures.saturating_add(1);
        if failures >= FAILURES_ALARMING {
            tracing::error!(order = %id, failures, error, "what is due for an order fails again and again");
        } else {
            tracing::warn!(order = %id, failures, error, "what is due for an order is put off");
        }
        metrics::counter!("ecom67_order_steps_failed_total").increment(1);
        self.put_off(order, Task { due_at: now.saturating_add(wait).ok(), attempt, failures }, now).await
    }
}

/// The provider is still at it.
fn not_yet() -> OrderError {
    OrderError::Payment(PaymentError::Unavailable { retry_after: Duration::from_secs(2) })
}

/// Doubles with each failure, and half of it is thrown for.
fn backoff(ids: &dyn Ids, failures: u32) -> SignedDuration {
    let doubled = 2_i32.saturating_pow(failures.saturating_sub(1).min(16));
    let whole = RETRY_AFTER.saturating_mul(doubled).min(RETRY_AFTER_MAX);
    whole.mul_f64(0.5 + 0.5 * ids.throw())
}
