//! What is done for an order after it was placed, as data: which step serves which stage, what it leads to, how often it is
//! tried and what undoes it.
//!
//! There is one definition for each version, and an order goes by the version that it was placed under. What a version says
//! never changes: whoever changes the workflow adds a version, and keeps the older ones as long as orders go by them. The
//! runner of the binary carries it out, and [`state_machine`] writes it down for AWS.

mod state_machine;

use ecom67_domain::order::{OrderState, WorkflowVersion};
use jiff::SignedDuration;

pub use state_machine::{FUNCTION, state_machine};

/// What is done for an order, by one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// Which one.
    pub version: WorkflowVersion,
    /// Its steps; the first is where it begins.
    pub steps: &'static [StepDefinition],
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepDefinition {
    /// What is done.
    pub name: StepName,
    /// The stage of an order that it is done in.
    pub serves: Stage,
    /// When.
    pub begins: Begins,
    /// All that may come of it.
    pub outcomes: &'static [Outcome],
    /// How it is tried again when it fails.
    pub retry: Retry,
    /// The step that undoes what it has done, and all before it.
    pub undo: Option<StepName>,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepName {
    /// Waits until the shopper has paid or the time to pay is over.
    AwaitPayment,
    /// Asks once more whether it is paid for, and begins the cancellation if not.
    Expire,
    /// Takes the money that was set aside.
    Capture,
    /// Voids the payment, or gives back what was captured, and releases everything.
    Void,
    /// Gives back some of what was paid.
    GiveBack,
    /// Gives back what was charged although the order is cancelled, as long as the bank does not take it.
    GiveBackOwed,
}

impl StepName {
    /// Every step that there is.
    pub const ALL: [Self; 6] =
        [Self::AwaitPayment, Self::Expire, Self::Capture, Self::Void, Self::GiveBack, Self::GiveBackOwed];

    /// Its name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitPayment => "await_payment",
            Self::Expire => "expire",
            Self::Capture => "capture",
            Self::Void => "void",
            Self::GiveBack => "give_back",
            Self::GiveBackOwed => "give_back_owed",
        }
    }

    /// The step with this name in data.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }
}

/// How far an order is, whatever the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The money is awaited.
    PendingPayment,
    /// The money is set aside.
    Capturing,
    /// The money is there.
    Paid,
    /// The payment is being voided.
    Cancelling,
    /// Nothing is held any more.
    Cancelled,
}

impl Stage {
    /// Every stage that there is.
    pub const ALL: [Self; 5] = [Self::PendingPayment, Self::Capturing, Self::Paid, Self::Cancelling, Self::Cancelled];

    /// Its name in data, which is that of the order's state.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingPayment => "pending_payment",
            Self::Capturing => "capturing",
            Self::Paid => "paid",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
        }
    }
}

impl From<OrderState> for Stage {
    fn from(state: OrderState) -> Self {
        match state {
            OrderState::PendingPayment => Self::PendingPayment,
            OrderState::Capturing => Self::Capturing,
            OrderState::Paid => Self::Paid,
            OrderState::Cancelling(_) => Self::Cancelling,
            OrderState::Cancelled(_) => Self::Cancelled,
        }
    }
}

/// When a step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// As soon as the order is in its stage.
    AtOnce,
    /// It waits for somebody to move the order; when its hold runs out, this step is next.
    Waiting {
        /// What is done then.
        then: StepName,
    },
    /// When another step is through with its waiting.
    AfterWaiting,
    /// When somebody asks for it.
    OnRequest,
}

/// What may come of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The stage that the order is in afterwards.
    pub stage: Stage,
    /// Whether things go on as they were meant to.
    pub course: Course,
}

/// Whether things go on as they were meant to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// They do.
    Onward,
    /// They do not: what was done is undone.
    Back,
}

/// How a step is tried again that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The wait before the second attempt; it doubles with each failure in a row, and up to half of it is left off …
    pub first_wait: SignedDuration,
    /// … up to this.
    pub wait_max: SignedDuration,
    /// After so many failures in a row somebody must look at it; it is tried all the same.
    pub failures_alarming: u32,
    /// It is stuck, and tried only when somebody says so, once it has failed for so long, at least so often as alarms.
    pub patience: SignedDuration,
}

const fn onward(stage: Stage) -> Outcome {
    Outcome { stage, course: Course::Onward }
}

const fn back(stage: Stage) -> Outcome {
    Outcome { stage, course: Course::Back }
}

/// An authorisation can be captured for seven days: three of trying leave people four.
const STUBBORN: Retry = Retry {
    first_wait: SignedDuration::from_secs(1),
    wait_max: SignedDuration::from_mins(10),
    failures_alarming: 8,
    patience: SignedDuration::from_hours(3 * 24),
};

/// The workflow as it began.
pub const FIRST: Workflow = Workflow {
    version: WorkflowVersion::FIRST,
    steps: &[
        StepDefinition {
            name: StepName::AwaitPayment,
            serves: Stage::PendingPayment,
            begins: Begins::Waiting { then: StepName::Expire },
            outcomes: &[onward(Stage::Capturing), back(Stage::Cancelling)],
            retry: STUBBORN,
            undo: Some(StepName::Void),
        },
        StepDefinition {
            name: StepName::Expire,
            serves: Stage::PendingPayment,
            begins: Begins::AfterWaiting,
            // Paid in the last moment, extended meanwhile, or over.
            outcomes: &[onward(Stage::Capturing), onward(Stage::PendingPayment), back(Stage::Cancelling)],
            retry: STUBBORN,
            undo: Some(StepName::Void),
        },
        StepDefinition {
            name: StepName::Capture,
            serves: Stage::Capturing,
            begins: Begins::AtOnce,
            outcomes: &[onward(Stage::Paid), back(Stage::Cancelling)],
            retry: STUBBORN,
            undo: Some(StepName::Void),
        },
        StepDefinition {
            name: StepName::Void,
            serves: Stage::Cancelling,
            begins: Begins::AtOnce,
            outcomes: &[onward(Stage::Cancelled)],
            retry: STUBBORN,
            undo: None,
        },
        StepDefinition {
            name: StepName::GiveBack,
            serves: Stage::Paid,
            begins: Begins::OnRequest,
            outcomes: &[onward(Stage::Paid)],
            retry: STUBBORN,
            undo: None,
        },
        StepDefinition {
            name: StepName::GiveBackOwed,
            serves: Stage::Cancelled,
            begins: Begins::OnRequest,
            outcomes: &[onward(Stage::Cancelled)],
            retry: STUBBORN,
            undo: None,
        },
    ],
};

impl Workflow {
    /// The step with this name.
    pub fn step(&self, name: StepName) -> Option<&'static StepDefinition> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The step that an order in this stage is at; `None` where its workflow has come to its end.
    pub fn at(&self, stage: Stage) -> Option<&'static StepDefinition> {
        self.steps.iter().find(|step| step.serves == stage)
    }

    /// The step to be carried out for an order in this stage for which something is due: where it is at one that waits,
    /// the wait is over.
    pub fn due(&self, stage: Stage) -> Option<&'static StepDefinition> {
        let step = self.at(stage)?;
        match step.begins {
            Begins::Waiting { then } => self.step(then),
            Begins::AtOnce | Begins::AfterWaiting | Begins::OnRequest => Some(step),
        }
    }
}

impl StepDefinition {
    /// How things go on if the order is in this stage afterwards; `None` where that does not come of this step.
    pub fn course_to(&self, stage: Stage) -> Option<Course> {
        self.outcomes.iter().find(|outcome| outcome.stage == stage).map(|outcome| outcome.course)
    }
}

/// The versions of the workflow that a release carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workflows {
    newest: &'static Workflow,
    older: &'static [&'static Workflow],
}

impl Default for Workflows {
    /// All that there are.
    fn default() -> Self {
        Self::new(&FIRST, &[])
    }
}

impl Workflows {
    /// New orders go by `newest`; there still may be some that go by the older ones.
    pub const fn new(newest: &'static Workflow, older: &'static [&'static Workflow]) -> Self {
        Self { newest, older }
    }

    /// What new orders go by.
    pub const fn newest(&self) -> &'static Workflow {
        self.newest
    }

    /// The one with this version, if this release carries it.
    pub fn of(&self, version: WorkflowVersion) -> Option<&'static Workflow> {
        let mut known = std::iter::once(&self.newest).chain(self.older);
        known.find(|workflow| workflow.version == version).copied()
    }
}

#[cfg(test)]
mod tests;
