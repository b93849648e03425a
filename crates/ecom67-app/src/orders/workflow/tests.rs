use std::collections::BTreeSet;

use ecom67_domain::order::CancelReason;

use super::*;

#[test]
fn every_step_is_named_once_and_every_stage_is_served() {
    let names: BTreeSet<&str> = FIRST.steps.iter().map(|step| step.name.as_str()).collect();

    assert_eq!(names.len(), FIRST.steps.len());
    for stage in Stage::ALL {
        assert!(FIRST.at(stage).is_some(), "{stage:?}");
    }
    for name in StepName::ALL {
        assert_eq!(StepName::parse(name.as_str()), Some(name));
    }
}

#[test]
fn whatever_a_step_leads_to_is_served_and_what_undoes_it_serves_the_way_back() {
    for step in FIRST.steps {
        for outcome in step.outcomes {
            assert!(FIRST.at(outcome.stage).is_some(), "{step:?}");
            if outcome.course == Course::Back {
                assert_eq!(FIRST.at(outcome.stage).map(|next| next.name), step.undo, "{step:?}");
            }
        }
        if let Begins::Waiting { then } = step.begins {
            assert_eq!(FIRST.step(then).map(|then| then.serves), Some(step.serves), "{step:?}");
        }
    }
}

#[test]
fn what_is_due_for_who_has_not_paid_is_that_the_time_is_over() {
    let due = |stage| FIRST.due(stage).map(|step| step.name);

    assert_eq!(due(Stage::PendingPayment), Some(StepName::Expire));
    assert_eq!(due(Stage::Capturing), Some(StepName::Capture));
    assert_eq!(due(Stage::Cancelled), Some(StepName::GiveBackOwed), "what was charged in vain is owed");
}

#[test]
fn a_stage_has_the_name_of_its_state() {
    let reason = CancelReason::Shopper;
    for state in [
        OrderState::PendingPayment,
        OrderState::Capturing,
        OrderState::Paid,
        OrderState::Cancelling(reason),
        OrderState::Cancelled(reason),
    ] {
        assert_eq!(Stage::from(state).as_str(), state.as_str());
    }
}

#[test]
fn a_release_knows_the_versions_that_it_carries_and_no_other() {
    const SECOND: Workflow = Workflow { version: WorkflowVersion(2), ..FIRST };
    let workflows = Workflows::new(&SECOND, &[&FIRST]);

    assert_eq!(workflows.newest().version, WorkflowVersion(2));
    assert_eq!(workflows.of(WorkflowVersion::FIRST), Some(&FIRST));
    assert_eq!(workflows.of(WorkflowVersion(3)), None);
    assert_eq!(Workflows::default().of(WorkflowVersion(2)), None);
}

#[test]
fn the_state_machine_names_only_states_that_it_has() {
    let machine = state_machine(&FIRST);

    let states = machine["States"].as_object().expect("states");
    let mut named = vec![machine["StartAt"].clone()];
    for state in states.values() {
        named.extend([state["Next"].clone(), state["Default"].clone()]);
        for list in ["Catch", "Choices"] {
            named.extend(state[list].as_array().into_iter().flatten().map(|entry| entry["Next"].clone()));
        }
    }
    for name in named.iter().filter_map(serde_json::Value::as_str) {
        assert!(states.contains_key(name), "{name}: {machine:#}");
    }
    assert!(named.iter().filter_map(serde_json::Value::as_str).count() > states.len());
}
