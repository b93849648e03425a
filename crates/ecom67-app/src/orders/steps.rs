//! What the shop does for an order by itself: capture, void, release, give back.

use std::time::Duration;

use ecom67_domain::order::{CancelReason, OrderRefusal, OrderState, Task, TaskFailure};
use ecom67_domain::{Order, OrderId};
use jiff::{SignedDuration, Timestamp};

use super::workflow::{Retry, StepDefinition, StepName};
use super::{OrderError, Orders, is_paid, moment};
use crate::Chain;
use crate::ids::Ids;
use crate::port::{OperationKey, Payment, PaymentError, PaymentStatus, StoreError, Stored};

/// The longest wait before a second attempt at a commit; it doubles with each.
const PAUSE: Duration = Duration::from_millis(4);

/// The wait before something is asked for again that takes its time.
pub(super) const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_mins(10);
/// The wait before an order is looked at again whose record could not be read: somebody may have mended it.
const UNREADABLE_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// So often a capture is tried again that is refused while the money is still set aside.
const CAPTURE_REFUSALS_MAX: u32 = 3;
/// The most characters of a reason that are kept with an order.
const WHY_LENGTH_MAX: usize = 300;

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

/// What came of an attempt at a step.
pub(super) enum Attempted {
    /// Something was done, or somebody else was faster: what is to be done now follows from what the order has become.
    Done,
    /// There is nothing to do, or not yet.
    Nothing,
    /// It failed and is put off.
    PutOff,
}

impl Orders {
    /// Does what is due for an order, as far as it can be done now. What fails is put off.
    pub(super) async fn take_step(&self, id: OrderId) -> Result<(), OrderError> {
        // Each state has one step, and none comes twice but by new refunds.
        for _ in 0..super::ATTEMPTS_MAX {
            let now = moment(&*self.carts.clock);
            let order = match self.read(id).await {
                Err(OrderError::Store(error @ StoreError::Unreadable { .. })) => {
                    return self.make_room(id, &error, now).await;
                }
                order => order?,
            };
            if order.value.task.due_at.is_none_or(|due_at| due_at > now) {
                return Ok(());
            }
            // What is given back months later, by whatever version the order went, is given back by the newest.
            let is_through = matches!(order.value.state, OrderState::Paid | OrderState::Cancelled(_));
            let known = self.workflows.of(order.value.workflow);
            let workflow = known.or_else(|| is_through.then(|| self.workflows.newest()));
            let Some(step) = workflow.and_then(|workflow| workflow.due(order.value.state.into())) else {
                return self.left_alone(&order, now).await;
            };
            match self.try_step(step, &order, now).await? {
                Attempted::Done => {}
                Attempted::Nothing | Attempted::PutOff => return Ok(()),
            }
        }
        Ok(())
    }

    /// Carries a step out for an order as it was read. What fails is put off.
    pub(super) async fn try_step(
        &self,
        step: &StepDefinition,
        order: &Stored<Order>,
        now: Timestamp,
    ) -> Result<Attempted, OrderError> {
        let id = order.value.id;
        let error = match self.act(step.name, order, now).await {
            Ok(Step::Nothing) => return Ok(Attempted::Nothing),
            Ok(Step::Done)
            | Err(OrderError::Refused(OrderRefusal::Cancelled | OrderRefusal::PaidFor | OrderRefusal::NotPaid)) => {
                return Ok(Attempted::Done);
            }
            Err(error) => error,
        };
        // Of several refunds an earlier one may have been settled by now.
        let read = if order.value.refunds.is_empty() { None } else { Some(self.read(id).await?) };
        let order = read.as_ref().unwrap_or(order);
        match error {
            OrderError::Payment(error) => self.failed(step.retry, order, error).await?,
            OrderError::Store(error @ (StoreError::Failed(_) | StoreError::Unreadable { .. })) => {
                let why = Chain(&error).to_string();
                let wait = step.retry.wait(&*self.carts.ids, order.value.task.failures.saturating_add(1));
                let Task { attempt, refusals, .. } = order.value.task;
                self.put_off_for(step.retry, order, why, (attempt, refusals), wait).await?;
            }
            OrderError::Refused(refusal) => {
                self.failed(step.retry, order, PaymentError::Unreadable(refusal.to_string())).await?;
            }
            error => return Err(error),
        }
        Ok(Attempted::PutOff)
    }

    async fn act(&self, step: StepName, order: &Stored<Order>, now: Timestamp) -> Result<Step, OrderError> {
        match step {
            StepName::AwaitPayment => Ok(Step::Nothing),
            StepName::Expire => self.expire(order).await,
            StepName::Capture => self.capture(order).await,
            StepName::Void => self.void(order, now).await,
            StepName::GiveBack => self.give_back(order, now).await,
            StepName::GiveBackOwed => self.give_back_owed(order, now).await,
        }
    }

    /// Something is due for an order that this release has no step for. It stays as it is, and makes room for others.
    async fn left_alone(&self, order: &Stored<Order>, now: Timestamp) -> Result<(), OrderError> {
        let Order { id, workflow, task, .. } = &order.value;
        tracing::error!(order = %id, %workflow, "what is due for an order is nothing that this release knows");
        metrics::counter!("ecom67_order_steps_unknown_total").increment(1);
        self.put_off(order, Task { due_at: now.saturating_add(RETRY_AFTER_MAX).ok(), ..task.clone() }, now)
            .await
            .map(drop)
    }

    /// The record of an order cannot be read. It is looked at again later, so that no number of them keeps others waiting.
    async fn make_room(&self, id: OrderId, error: &StoreError, now: Timestamp) -> Result<(), OrderError> {
        tracing::error!(order = %id, error = %Chain(error), "what is due for an order cannot be done: it cannot be read");
        metrics::counter!("ecom67_orders_unreadable_total").increment(1);
        Ok(self.store.defer(id, now.saturating_add(UNREADABLE_AGAIN_AFTER).unwrap_or(Timestamp::MAX)).await?)
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
            let moved = self
                .moved(order.value.id, |order, now| {
                    // Extended meanwhile.
                    if order.hold_until > now { Ok(None) } else { order.begin_cancellation(CancelReason::Expired) }
                })
                .await?;
            // Asked for too early: the clock was set back.
            let Order { state, hold_until, ref task, .. } = moved.value;
            if state == OrderState::PendingPayment && task.due_at != Some(hold_until) {
                self.put_off(&moved, Task::due(hold_until), moment(&*self.carts.clock)).await?;
                return Ok(Step::Nothing);
            }
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
                if found.status == PaymentStatus::Authorised && task.refusals < CAPTURE_REFUSALS_MAX {
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
    async fn failed(&self, retry: Retry, order: &Stored<Order>, error: PaymentError) -> Result<(), OrderError> {
        let Task { attempt, failures, refusals, .. } = order.value.task;
        let failures = failures.saturating_add(1);
        let (attempt, wait) = match &error {
            PaymentError::Unavailable { retry_after } => {
                (attempt, SignedDuration::try_from(*retry_after).unwrap_or(RETRY_AFTER_MAX))
            }
            // Nobody knows what is kept under the key: what is under way may still arrive, and another key would do it twice.
            PaymentError::OutcomeUnknown(_) | PaymentError::Unreadable(_) => {
                (attempt, retry.wait(&*self.carts.ids, failures))
            }
            PaymentError::Failed { .. }
            | PaymentError::Refused { .. }
            | PaymentError::OtherState { .. }
            | PaymentError::NotFound
            | PaymentError::KeyReused => (attempt.saturating_add(1), retry.wait(&*self.carts.ids, failures)),
        };
        // Whoever does not answer has not refused, however long that takes.
        let is_refusal = matches!(error, PaymentError::Refused { .. } | PaymentError::OtherState { .. });
        let refusals = refusals.saturating_add(u32::from(is_refusal));
        let why = Chain(&error).to_string();
        self.put_off_for(retry, order, why, (attempt, refusals), wait).await
    }

    async fn put_off_for(
        &self,
        retry: Retry,
        order: &Stored<Order>,
        error: String,
        (attempt, refusals): (u32, u32),
        wait: SignedDuration,
    ) -> Result<(), OrderError> {
        let (id, now) = (order.value.id, moment(&*self.carts.clock));
        let failures = order.value.task.failures.saturating_add(1);
        let since = order.value.task.failure.as_ref().map_or(now, |failure| failure.since);
        let is_stuck = retry.is_over(failures, now.duration_since(since));
        if is_stuck {
            tracing::error!(order = %id, failures, error, "what is due for an order is stuck");
        } else if failures >= retry.failures_alarming {
            tracing::error!(order = %id, failures, error, "what is due for an order fails again and again");
        } else {
            tracing::warn!(order = %id, failures, error, "what is due for an order is put off");
        }
        metrics::counter!("ecom67_order_steps_failed_total").increment(1);
        let why = error.chars().take(WHY_LENGTH_MAX).collect::<String>().into();
        let due_at = if is_stuck { None } else { Some(now.saturating_add(wait).unwrap_or(Timestamp::MAX)) };
        let failure = Some(TaskFailure { since, why });
        self.put_off(order, Task { due_at, attempt, failures, refusals, failure, ..Task::NONE }, now).await.map(drop)
    }
}

/// The provider is still at it.
pub(super) fn not_yet() -> OrderError {
    OrderError::Payment(PaymentError::Unavailable { retry_after: Duration::from_secs(2) })
}

impl Retry {
    /// The wait before what failed so often in a row is tried again.
    fn wait(&self, ids: &dyn Ids, failures: u32) -> SignedDuration {
        let doubled = 2_i32.saturating_pow(failures.saturating_sub(1).min(16));
        let whole = self.first_wait.saturating_mul(doubled).min(self.wait_max);
        whole.mul_f64(0.5 + 0.5 * ids.throw())
    }

    /// Whether it is tried no more by itself. How often counts as well: a shop that was closed for days has not tried.
    fn is_over(&self, failures: u32, failing_for: SignedDuration) -> bool {
        failures >= self.failures_alarming && failing_for >= self.patience
    }
}
