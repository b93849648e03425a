//! A step of the workflow that somebody else asks for: a state machine, which knows when to ask again.

use ecom67_domain::OrderId;
use ecom67_domain::order::WorkflowVersion;
use jiff::Timestamp;

use super::steps::Attempted;
use super::workflow::{Begins, Course, Stage, StepDefinition, StepName};
use super::{ATTEMPTS_MAX, OrderError, Orders, moment};

/// The name of the error that a step was put off.
pub const PUT_OFF: &str = "PutOff";
/// The name of the error that things do not go on as they were meant to, and what was done is to be undone.
pub const TURNED_BACK: &str = "TurnedBack";

/// How an order is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Performed {
    /// How far it is.
    pub stage: Stage,
    /// Until when its goods are held without being paid for.
    pub hold_until: Timestamp,
}

impl Performed {
    /// How long its hold still lasts at `now`, in whole seconds: at least one, for nobody waits for none.
    pub fn wait_seconds(&self, now: Timestamp) -> i64 {
        // A moment longer, so that it is over when it has been waited for.
        (self.hold_until.duration_since(now).as_secs() + 1).max(1)
    }
}

/// Why a step was not done, or things do not go on.
#[derive(Debug, thiserror::Error)]
pub enum PerformError {
    /// It failed, which its order's record knows, and is to be tried again.
    #[error("the step failed and is to be tried again: {why}")]
    PutOff {
        /// Why.
        why: String,
    },
    /// It failed for so long that it is tried again only when somebody says so.
    #[error("the step is stuck: {why}")]
    Stuck {
        /// Why.
        why: String,
    },
    /// It was done, and led back: what was done before is to be undone.
    #[error("what was done is to be undone")]
    TurnedBack,
    /// The order goes by a version of the workflow that this release lacks, or that has no such step.
    #[error("this release has no such step in version {0} of the workflow")]
    Unknown(WorkflowVersion),
    /// Nothing was tried.
    #[error(transparent)]
    Order(#[from] OrderError),
}

impl PerformError {
    /// Its name, as state machines know errors.
    pub const fn name(&self) -> &'static str {
        match self {
            // The store could not be reached, or others were faster: the same again, too.
            Self::PutOff { .. }
            | Self::Order(OrderError::Store(_) | OrderError::Contended | OrderError::Payment(_)) => PUT_OFF,
            Self::Stuck { .. } => "Stuck",
            Self::TurnedBack => TURNED_BACK,
            Self::Unknown(_) => "UnknownWorkflow",
            Self::Order(OrderError::NotFound | OrderError::Refused(_)) => "NoSuchOrder",
        }
    }
}

impl Orders {
    /// Carries a step out for an order, if it is in the stage that the step serves; else it is told how the order is. A step
    /// that was put off is tried at once: whoever asks has waited. To ask twice does no harm.
    pub async fn perform(&self, id: OrderId, name: StepName) -> Result<Performed, PerformError> {
        for _ in 0..ATTEMPTS_MAX {
            let order = self.read(id).await?;
            let version = order.value.workflow;
            let workflow = self.workflows.of(version).ok_or(PerformError::Unknown(version))?;
            let step = workflow.step(name).ok_or(PerformError::Unknown(version))?;
            let stage = Stage::from(order.value.state);
            let now = moment(&*self.carts.clock);
            let is_awaited = matches!(step.begins, Begins::Waiting { .. }) || order.value.task.due_at.is_none();
            let is_over = step.begins == Begins::AfterWaiting && order.value.hold_until > now;
            if let Some(failure) = order.value.task.failure.as_ref().filter(|_| order.value.task.is_stuck()) {
                return Err(PerformError::Stuck { why: failure.why.to_string() });
            }
            if stage != step.serves || is_awaited || is_over {
                return gone_on(step, stage, order.value.hold_until);
            }
            match self.try_step(step, &order, now).await? {
                Attempted::Done => {}
                Attempted::Nothing => {
                    let order = self.read(id).await?.value;
                    return gone_on(step, order.state.into(), order.hold_until);
                }
                Attempted::PutOff => {
                    let task = self.read(id).await?.value.task;
                    let why = task.failure.as_ref().map(|failure| failure.why.to_string()).unwrap_or_default();
                    return Err(if task.is_stuck() {
                        PerformError::Stuck { why }
                    } else {
                        PerformError::PutOff { why }
                    });
                }
            }
        }
        Err(OrderError::Contended.into())
    }
}

/// How things go on with an order that is in this stage after the step.
fn gone_on(step: &StepDefinition, stage: Stage, hold_until: Timestamp) -> Result<Performed, PerformError> {
    if step.serves != stage && step.course_to(stage) == Some(Course::Back) {
        return Err(PerformError::TurnedBack);
    }
    Ok(Performed { stage, hold_until })
}
