//! The workflow in the language of AWS Step Functions.
//!
//! Each step is a call of one function, which is told its name. A step that waits hands out a task token, and whoever moves
//! the order gives it back. What a step leads to is a choice; that it leads back is an error by which the undoing step is
//! caught. The refunds of a paid order begin on request, and are no part of it.

use serde_json::{Map, Value, json};

use super::{Begins, Course, Outcome, Stage, StepDefinition, StepName, Workflow};
use crate::orders::perform::{PUT_OFF, TURNED_BACK};

/// What is put in place of this when the machine is made: the function's name.
pub const FUNCTION: &str = "${OrderStepFunction}";

/// The errors of the function itself, and of those who call it, that go away: each is followed by the next attempt.
const PASSING_ERRORS: [&str; 5] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
];

/// How long one call of the function may take: the provider is given its time, and asked more than once.
const CALL_SECONDS_MAX: u64 = 120;

/// What an execution that is stuck ends with.
const STUCK: &str = "stuck";

/// The state machine of this version, as Step Functions takes it once [`FUNCTION`] is replaced. An execution has the order's
/// id for its name and begins with `{"order": …, "wait_seconds": …}`.
pub fn state_machine(workflow: &Workflow) -> Value {
    let mut states = Map::new();
    let mut open: Vec<&StepDefinition> = workflow.steps.iter().take(1).collect();
    while let Some(step) = open.pop() {
        if states.contains_key(step.name.as_str()) {
            continue;
        }
        states.insert(step.name.as_str().to_owned(), call(workflow, step));
        states.insert(choice_after(step.name), choice(workflow, step));
        for outcome in step.outcomes {
            match continuation(workflow, outcome.stage) {
                Some(next) => open.push(next),
                None => drop(states.insert(outcome.stage.as_str().to_owned(), json!({"Type": "Succeed"}))),
            }
        }
        if let Begins::Waiting { then } = step.begins {
            open.extend(workflow.step(then));
        }
    }
    let stuck = json!({"Type": "Fail", "Error": "Stuck", "Cause": "A step failed for too long: ecom67 workflow show"});
    states.insert(STUCK.to_owned(), stuck);
    json!({
        "Comment": format!("What is done for an order, version {}. Written by `cargo xtask asl`.", workflow.version),
        "StartAt": workflow.steps.first().map(|step| step.name.as_str()),
        "States": states,
    })
}

/// The step that an execution goes on with in this stage; `None` where it ends, be it that the rest begins on request.
fn continuation(workflow: &Workflow, stage: Stage) -> Option<&'static StepDefinition> {
    workflow.at(stage).filter(|step| step.begins != Begins::OnRequest)
}

fn state_for(workflow: &Workflow, stage: Stage) -> &'static str {
    continuation(workflow, stage).map_or(stage.as_str(), |step| step.name.as_str())
}

fn choice_after(step: StepName) -> String {
    format!("after_{}", step.as_str())
}

/// The call of the function.
fn call(workflow: &Workflow, step: &StepDefinition) -> Value {
    let mut catch = Vec::new();
    for outcome in step.outcomes.iter().filter(|outcome| outcome.course == Course::Back) {
        let next = state_for(workflow, outcome.stage);
        catch.push(json!({"ErrorEquals": [TURNED_BACK], "Next": next, "ResultPath": "$.error"}));
    }
    let mut payload = json!({
        "order.$": "$.order",
        "step": step.name.as_str(),
        "workflow": workflow.version.0,
    });
    let mut state = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Retry": retry(step),
        "Next": choice_after(step.name),
    });
    if let Begins::Waiting { then } = step.begins {
        catch.push(json!({"ErrorEquals": ["States.Timeout"], "Next": then.as_str(), "ResultPath": "$.error"}));
        payload["token.$"] = json!("$$.Task.Token");
        state["Resource"] = json!("arn:aws:states:::lambda:invoke.waitForTaskToken");
        state["TimeoutSecondsPath"] = json!("$.wait_seconds");
    } else {
        // With a token the answer is what was given back with it.
        state["OutputPath"] = json!("$.Payload");
        state["TimeoutSeconds"] = json!(CALL_SECONDS_MAX);
    }
    catch.push(json!({"ErrorEquals": ["States.ALL"], "Next": STUCK, "ResultPath": "$.error"}));
    state["Parameters"] = json!({"FunctionName": FUNCTION, "Payload": payload});
    state["Catch"] = json!(catch);
    state
}

/// Where it goes on: by the stage that the function answers with. A step that finds the order moved already answers with
/// that, whatever it is, so every stage has its way.
fn choice(workflow: &Workflow, step: &StepDefinition) -> Value {
    let ways = Stage::ALL.into_iter().filter(|stage| {
        let is_outcome = step.outcomes.contains(&Outcome { stage: *stage, course: Course::Onward });
        is_outcome || *stage != step.serves
    });
    let choices: Vec<Value> = ways
        .map(|stage| {
            let next = state_for(workflow, stage);
            json!({"Variable": "$.state", "StringEquals": stage.as_str(), "Next": next})
        })
        .collect();
    json!({"Type": "Choice", "Choices": choices, "Default": STUCK})
}

/// As the runner waits: twice as long with each failure, with jitter. The record of an order says when it is stuck, so
/// there are far more attempts than it takes to get there: with full jitter a wait is half of the longest on average.
fn retry(step: &StepDefinition) -> Value {
    let retry = step.retry;
    let mut errors: Vec<&str> = std::iter::once(PUT_OFF).chain(PASSING_ERRORS).collect();
    if !matches!(step.begins, Begins::Waiting { .. }) {
        // A call that took too long; of a wait it is the end.
        errors.push("States.Timeout");
    }
    let attempts = 4 * retry.patience.as_secs() / retry.wait_max.as_secs().max(1) + i64::from(retry.failures_alarming);
    json!([{
        "ErrorEquals": errors,
        "IntervalSeconds": retry.first_wait.as_secs(),
        "BackoffRate": 2,
        "MaxDelaySeconds": retry.wait_max.as_secs(),
        "MaxAttempts": attempts,
        "JitterStrategy": "FULL",
    }])
}
