//! `ecom67 workflow …`: what is done for orders after they were placed, and where that goes wrong.

use std::process::ExitCode;

use clap::Subcommand;
use ecom67_app::orders::workflow::{Begins, Course, StepDefinition, Workflow, Workflows, state_machine};
use ecom67_app::port::{ORDERS_PAGE_MAX, Stored};
use ecom67_domain::Order;
use ecom67_domain::order::Task;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::orders::{found, tell_events};
use super::{Command, Ending, Teller};
use crate::DataFlag;
use crate::local::LocalShop;

/// What is asked for at the shell.
#[derive(Subcommand)]
pub(crate) enum WorkflowAction {
    /// List orders for which something is to be done, first what is stuck, then by when it is due
    List {
        /// Only those that are stuck
        #[arg(long)]
        stuck: bool,
        /// So many of each at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=100))]
        limit: u8,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Show where the workflow of an order is, what went wrong, and what happened to it
    Show {
        /// Its number or id
        order: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Try what failed again at once
    Retry {
        /// The order's number or id
        order: String,
        #[command(flatten)]
        data: DataFlag,
    },
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum WorkflowCommand {
    /// Orders for which something is to be done.
    List {
        /// Only those that are stuck.
        stuck: bool,
        /// So many of each.
        limit: usize,
    },
    /// One order.
    Show {
        /// Its number or id.
        order: String,
    },
    /// Tries what failed again.
    Retry {
        /// The order's number or id.
        order: String,
    },
}

impl WorkflowAction {
    pub(crate) fn of(self) -> (DataFlag, Command) {
        let (data, command) = match self {
            Self::List { stuck, limit, data } => (data, WorkflowCommand::List { stuck, limit: usize::from(limit) }),
            Self::Show { order, data } => (data, WorkflowCommand::Show { order }),
            Self::Retry { order, data } => (data, WorkflowCommand::Retry { order }),
        };
        (data, Command::Workflow(command))
    }
}

/// Prints what new orders go by, as a state machine of AWS Step Functions.
pub(crate) fn print_state_machine() -> anyhow::Result<ExitCode> {
    println!("{}", serde_json::to_string_pretty(&state_machine(Workflows::default().newest()))?);
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn run(shop: &LocalShop, command: WorkflowCommand, teller: &Teller) -> anyhow::Result<Ending> {
    match command {
        WorkflowCommand::List { stuck, limit } => list(shop, stuck, limit.min(ORDERS_PAGE_MAX), teller).await,
        WorkflowCommand::Show { order } => show(shop, &order, teller).await,
        WorkflowCommand::Retry { order } => retry(shop, &order, teller).await,
    }
}

async fn list(shop: &LocalShop, only_stuck: bool, limit: usize, teller: &Teller) -> anyhow::Result<Ending> {
    let store = &shop.checkouts.orders.store;
    let stuck = store.stuck(None, limit).await?;
    let due = if only_stuck { Vec::new() } else { store.due(Timestamp::MAX, limit).await? };
    let is_more = stuck.len() == limit || due.len() == limit;
    for id in stuck.into_iter().chain(due) {
        // It may have gone on meanwhile.
        if let Some(order) = store.find(id).await? {
            teller.line(line(&order.value)).await;
        }
    }
    if is_more {
        teller.line(format!("… and there may be more: --limit {ORDERS_PAGE_MAX} shows the most")).await;
    }
    Ok(Ending::Done)
}

/// The workflow of an order in a line.
fn line(order: &Order) -> String {
    format!("{}  {}  {:<15}  {}", order.number, order.id, order.state.as_str(), standing(&order.task))
}

fn standing(task: &Task) -> String {
    let when = match task.due_at {
        Some(due_at) => format!("due {}", time(due_at)),
        None if task.is_stuck() => "stuck".to_owned(),
        None => return "nothing is to be done".to_owned(),
    };
    let failures = match &task.failure {
        Some(failure) => {
            format!(", failed {} times since {}: {}", task.failures, time(failure.since), failure.why)
        }
        None => String::new(),
    };
    when + &failures
}

async fn show(shop: &LocalShop, order: &str, teller: &Teller) -> anyhow::Result<Ending> {
    let Stored { value: order, version } = found(shop, order).await?;
    teller.line(line(&order)).await;
    let workflow = shop.checkouts.orders.workflows.of(order.workflow);
    let known = if workflow.is_some() { "" } else { ", which this release does not have" };
    teller.line(format!("version {} of the workflow{known}; version {} of the order", order.workflow, version.0)).await;
    for step in workflow.map(|workflow| workflow.steps).unwrap_or_default() {
        teller.line(told(workflow, step, &order)).await;
    }
    teller.line(format!("attempt {}, {} failures", order.task.attempt, order.task.failures)).await;
    tell_events(shop, order.id, teller).await?;
    Ok(Ending::Done)
}

/// A step of the definition, and whether the order is at it.
fn told(workflow: Option<&Workflow>, step: &StepDefinition, order: &Order) -> String {
    let is_present = workflow.and_then(|workflow| workflow.at(order.state.into())) == Some(step);
    // Of one that is paid nothing is asked, mostly.
    let mark = if is_present && order.task != Task::NONE { "→" } else { " " };
    let begins = match step.begins {
        Begins::AtOnce => "at once".to_owned(),
        Begins::Waiting { then } => format!("waits, then {}", then.as_str()),
        Begins::AfterWaiting => "after waiting".to_owned(),
        Begins::OnRequest => "on request".to_owned(),
    };
    let outcomes = step.outcomes.iter().map(|outcome| {
        let back = if outcome.course == Course::Back { " (back)" } else { "" };
        format!("{}{back}", outcome.stage.as_str())
    });
    let outcomes: Vec<String> = outcomes.collect();
    let (name, serves) = (step.name.as_str(), step.serves.as_str());
    format!("  {mark} {name:<14} in {serves:<15} {begins:<20} → {}", outcomes.join(", "))
}

async fn retry(shop: &LocalShop, order: &str, teller: &Teller) -> anyhow::Result<Ending> {
    let id = found(shop, order).await?.value.id;
    match shop.checkouts.orders.retry(id).await? {
        Some(after) => {
            teller.line(line(&after.value)).await;
            Ok(if after.value.task.failure.is_some() { Ending::Failed } else { Ending::Done })
        }
        None => {
            teller.line("nothing has failed for this order").await;
            Ok(Ending::Done)
        }
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests;
