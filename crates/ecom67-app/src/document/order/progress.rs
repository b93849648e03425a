//! How far an order is, and what happened to it.

use ecom67_domain::order::{
    CancelReason, OrderEvent, OrderState, Refund, RefundAttempt, RefundShare, RefundState, Task, TaskFailure,
};
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Currency, Money, Order};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What an order has become since it was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderProgressDocument {
    /// How far it is.
    pub state: String,
    /// Why it is or will be cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// Until when its goods are held.
    pub hold_until: Timestamp,
    /// Whether that was extended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_hold_extended: bool,
    /// The payment that set the money aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// What is or was to be given back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundDocument>,
    /// What the shop has to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskDocument>,
}

/// Money to be given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundDocument {
    /// Counts from 1.
    pub number: u32,
    /// How much, in the minor unit of the order's currency.
    pub amount: i64,
    /// What of it goes back to gift cards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gift_cards: Vec<RefundShareDocument>,
    /// How far it is.
    pub state: String,
    /// The provider's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// When it was asked for.
    pub requested_at: Timestamp,
}

/// What of a refund goes back to a gift card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundShareDocument {
    /// The card's id.
    pub card: String,
    /// How much.
    pub amount: i64,
}

/// What the shop has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskDocument {
    /// From when on; never where it is stuck.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// The attempt, from 1.
    pub attempt: u32,
    /// How often it failed in a row.
    pub failures: u32,
    /// How often of these the provider refused it.
    #[serde(default, skip_serializing_if = "is_none")]
    pub refusals: u32,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<TaskFailureDocument>,
    /// The attempts at refunds of which the first has failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refund_attempts: Vec<RefundAttemptDocument>,
}

/// How often a refund has failed for good under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundAttemptDocument {
    /// The refund's number.
    pub number: u32,
    /// The present attempt at it, from 2.
    pub attempt: u32,
}

/// What went wrong with what the shop has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFailureDocument {
    /// Since when it fails.
    pub since: Timestamp,
    /// Why it failed last.
    pub why: String,
}

/// Something that happened to an order. What was placed is the order itself, which is written once and apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum OrderEventDocument {
    /// It was placed.
    Placed,
    /// Its goods are held for longer.
    HoldExtended {
        /// Until when.
        until: Timestamp,
    },
    /// The money is set aside.
    Authorised {
        /// By which payment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment: Option<String>,
    },
    /// The money is there.
    Paid,
    /// It is to be cancelled.
    CancellationBegun {
        /// Why.
        reason: String,
    },
    /// It is cancelled.
    Cancelled {
        /// Why.
        reason: String,
    },
    /// Money is to be given back.
    RefundRequested {
        /// What, and how much.
        refund: RefundDocument,
        /// The payment that it is given back of, where the order knew of none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payment: Option<String>,
    },
    /// It was given back, or could not be.
    RefundSettled {
        /// Which refund.
        number: u32,
        /// What became of it.
        state: String,
        /// The provider's name for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<String>,
    },
    /// It was paid another way.
    RefundPaidOtherwise {
        /// Which refund.
        number: u32,
        /// By what it is found.
        note: String,
    },
}

const REFUND_STATES: [(RefundState, &str); 4] = [
    (RefundState::Pending, "pending"),
    (RefundState::Succeeded, "succeeded"),
    (RefundState::Failed, "failed"),
    (RefundState::PaidOtherwise, "paid_otherwise"),
];

fn refund_state_name(state: RefundState) -> &'static str {
    REFUND_STATES.iter().find(|(known, _)| *known == state).map_or("pending", |(_, name)| name)
}

fn refund_state(name: &str) -> Result<RefundState, Invalid> {
    let known = REFUND_STATES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state);
    known.ok_or_else(|| Invalid::new("refund_state_unknown", "pending, succeeded, failed or paid_otherwise"))
}

fn cancel_reason(name: &str) -> Result<CancelReason, Invalid> {
    CancelReason::parse(name).ok_or_else(|| Invalid::new("cancel_reason_unknown", "why an order was cancelled"))
}

impl OrderProgressDocument {
    /// Brings an order from what it was when it was placed to what it has become.
    pub fn bring(&self, order: &mut Order) -> Result<(), Invalid> {
        let reason = || cancel_reason(self.cancel_reason.as_deref().unwrap_or_default());
        order.state = match self.state.as_str() {
            "pending_payment" => OrderState::PendingPayment,
            "capturing" => OrderState::Capturing,
            "paid" => OrderState::Paid,
            "cancelling" => OrderState::Cancelling(reason()?),
            "cancelled" => OrderState::Cancelled(reason()?),
            _ => return Err(Invalid::new("order_state_unknown", "a state that orders have")),
        };
        let currency = order.content.currency;
        order.hold_until = self.hold_until;
        order.is_hold_extended = self.is_hold_extended;
        order.payment = self.payment.as_deref().map(str::parse).transpose()?;
        order.paid_at = self.paid_at;
        order.refunds = self.refunds.iter().map(|refund| refund.to_refund(currency)).collect::<Result<_, _>>()?;
        let failure = |told: &TaskFailureDocument| TaskFailure { since: told.since, why: told.why.as_str().into() };
        order.task = self.task.as_ref().map_or(Task::NONE, |task| Task {
            due_at: task.due_at,
            attempt: task.attempt,
            failures: task.failures,
            refusals: task.refusals,
            failure: task.failure.as_ref().map(failure),
            refund_attempts: task
                .refund_attempts
                .iter()
                .map(|RefundAttemptDocument { number, attempt }| RefundAttempt { number: *number, attempt: *attempt })
                .collect(),
        });
        Ok(())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_none(count: &u32) -> bool {
    *count == 0
}

impl From<&Order> for OrderProgressDocument {
    fn from(order: &Order) -> Self {
        let Task { due_at, attempt, failures, refusals, failure, refund_attempts } = &order.task;
        let told = |failure: &TaskFailure| TaskFailureDocument { since: failure.since, why: failure.why.to_string() };
        let task = TaskDocument {
            due_at: *due_at,
            attempt: *attempt,
            failures: *failures,
            refusals: *refusals,
            failure: failure.as_ref().map(told),
            refund_attempts: refund_attempts
                .iter()
                .map(|RefundAttempt { number, attempt }| RefundAttemptDocument { number: *number, attempt: *attempt })
                .collect(),
        };
        Self {
            state: order.state.as_str().to_owned(),
            cancel_reason: order.state.cancel_reason().map(|reason| reason.as_str().to_owned()),
            hold_until: order.hold_until,
            is_hold_extended: order.is_hold_extended,
            payment: order.payment.as_ref().map(ToString::to_string),
            paid_at: order.paid_at,
            refunds: order.refunds.iter().map(RefundDocument::from).collect(),
            // There is nothing to tell of where nothing is to be done.
            task: (task.due_at.is_some() || task.failure.is_some() || !task.refund_attempts.is_empty()).then_some(task),
        }
    }
}

impl RefundDocument {
    fn to_refund(&self, currency: Currency) -> Result<Refund, Invalid> {
        let share = |share: &RefundShareDocument| {
            Ok(RefundShare { card: share.card.parse()?, amount: Money::new(share.amount, currency) })
        };
        Ok(Refund {
            number: self.number,
            amount: Money::new(self.amount, currency),
            gift_cards: self.gift_cards.iter().map(share).collect::<Result<_, Invalid>>()?,
            state: refund_state(&self.state)?,
            provider_id: self.provider_id.as_deref().map(str::parse).transpose()?,
            requested_at: self.requested_at,
        })
    }
}

impl From<&Refund> for RefundDocument {
    fn from(refund: &Refund) -> Self {
        let share =
            |share: &RefundShare| RefundShareDocument { card: share.card.to_string(), amount: share.amount.minor() };
        Self {
            number: refund.number,
            amount: refund.amount.minor(),
            gift_cards: refund.gift_cards.iter().map(share).collect(),
            state: refund_state_name(refund.state).to_owned(),
            provider_id: refund.provider_id.as_ref().map(ToString::to_string),
            requested_at: refund.requested_at,
        }
    }
}

impl OrderEventDocument {
    /// The event; `placed` is the order as it was when it was placed.
    pub fn to_event(&self, placed: &Order) -> Result<OrderEvent, Invalid> {
        Ok(match self {
            Self::Placed => OrderEvent::Placed(Box::new(placed.clone())),
            Self::HoldExtended { until } => OrderEvent::HoldExtended { until: *until },
            Self::Authorised { payment } => {
                OrderEvent::Authorised { payment: payment.as_deref().map(str::parse).transpose()? }
            }
            Self::Paid => OrderEvent::Paid,
            Self::CancellationBegun { reason } => OrderEvent::CancellationBegun { reason: cancel_reason(reason)? },
            Self::Cancelled { reason } => OrderEvent::Cancelled { reason: cancel_reason(reason)? },
            Self::RefundRequested { refund, payment } => OrderEvent::RefundRequested {
                refund: refund.to_refund(placed.content.currency)?,
                payment: payment.as_deref().map(str::parse).transpose()?,
            },
            Self::RefundSettled { number, state, provider_id } => OrderEvent::RefundSettled {
                number: *number,
                state: refund_state(state)?,
                provider_id: provider_id.as_deref().map(str::parse).transpose()?,
            },
            Self::RefundPaidOtherwise { number, note } => {
                OrderEvent::RefundPaidOtherwise { number: *number, note: note.parse()? }
            }
        })
    }
}

impl From<&OrderEvent> for OrderEventDocument {
    fn from(event: &OrderEvent) -> Self {
        match event {
            OrderEvent::Placed(_) => Self::Placed,
            OrderEvent::HoldExtended { until } => Self::HoldExtended { until: *until },
            OrderEvent::Authorised { payment } => {
                Self::Authorised { payment: payment.as_ref().map(ToString::to_string) }
            }
            OrderEvent::Paid => Self::Paid,
            OrderEvent::CancellationBegun { reason } => Self::CancellationBegun { reason: reason.as_str().to_owned() },
            OrderEvent::Cancelled { reason } => Self::Cancelled { reason: reason.as_str().to_owned() },
            OrderEvent::RefundRequested { refund, payment } => {
                Self::RefundRequested { refund: refund.into(), payment: payment.as_ref().map(ToString::to_string) }
            }
            OrderEvent::RefundSettled { number, state, provider_id } => Self::RefundSettled {
                number: *number,
                state: refund_state_name(*state).to_owned(),
                provider_id: provider_id.as_ref().map(ToString::to_string),
            },
            OrderEvent::RefundPaidOtherwise { number, note } => {
                Self::RefundPaidOtherwise { number: *number, note: note.as_str().to_owned() }
            }
        }
    }
}
