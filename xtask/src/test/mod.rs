//! `cargo xtask test`: every test, one step after the other, with a verdict on each.

mod report;
mod state;
mod steps;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use self::report::{Outcome, Report};
use self::state::State;
use self::steps::{STEPS, Step};
use crate::deadline::Deadline;
use crate::progress::Seconds;
use crate::tools;
use crate::tree::{self, Tree};
use crate::trouble::{self, Trouble};

#[derive(Args)]
pub(crate) struct Selection {
    /// Run only these steps, and those they need
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = step_names())]
    only: Vec<String>,
    /// Leave these steps out
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_parser = step_names())]
    skip: Vec<String>,
}

fn step_names() -> PossibleValuesParser {
    STEPS.iter().map(|step| step.name).into()
}

pub(crate) fn run(tree: &Tree, selection: &Selection) -> Result<ExitCode> {
    let Some(_lock) = tools::try_lock(&tree.join("target/xtask/test.lock"))? else {
        bail!("another `cargo xtask test` is running here, and the two would mix up their logs");
    };
    let begun = Instant::now();
    let mut state = State::new(tree);
    let mut report = Report::default();
    for step in selected(STEPS, &selection.only) {
        println!("== {}: {}", step.name, step.about);
        let begun = Instant::now();
        let outcome = if selection.skip.iter().any(|name| name == step.name) {
            Outcome::Unwanted
        } else if let Some(lacking) = step.needs.iter().find(|need| !report.has_passed(need)) {
            Outcome::Missing(format!("`{lacking}` has not passed"))
        } else {
            carry_out(step, &mut state)?
        };
        println!("{}\n", outcome.told(begun.elapsed()));
        report.add(step.name, outcome);
    }
    drop(state);
    let verdict = report.verdict(tree::in_ci());
    println!("Finished in {}.\n{verdict}", Seconds(begun.elapsed()));
    Ok(if verdict.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn carry_out(step: &Step, state: &mut State<'_>) -> Result<Outcome> {
    state.begin(step.name, Deadline::after_minutes(step.minutes_max));
    match (step.run)(state) {
        Ok(summary) => Ok(Outcome::Passed(summary)),
        Err(error) => match Trouble::of(&error) {
            Some(Trouble::Interrupted) => Err(error),
            Some(Trouble::Missing(_)) => Ok(Outcome::Missing(format!("{error:#}"))),
            _ => Ok(Outcome::Failed(trouble::full_report(&error))),
        },
    }
}

/// The steps to run, in their own order: all, or those named and what they lean on.
fn selected<'a>(steps: &'a [Step], only: &[String]) -> Vec<&'a Step> {
    if only.is_empty() {
        return steps.iter().collect();
    }
    let mut wanted: Vec<&str> = only.iter().map(String::as_str).collect();
    // Each step leans on earlier ones only, so one walk from the end finds them all.
    for step in steps.iter().rev() {
        if wanted.contains(&step.name) {
            wanted.extend(step.needs.iter().chain(step.wants));
        }
    }
    steps.iter().filter(|step| wanted.contains(&step.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        selected(STEPS, &only).iter().map(|step| step.name).collect()
    }

    #[test]
    fn without_a_choice_every_step_runs() {
        assert_eq!(names(&[]).len(), STEPS.len());
    }

    #[test]
    fn a_chosen_step_brings_what_it_leans_on() {
        assert_eq!(names(&["fmt"]), ["fmt"]);
        assert_eq!(names(&["playwright"]), ["web", "shop", "playwright"]);
        assert_eq!(
            names(&["rust"]),
            ["web", "dynamodb", "elasticmq", "opensearch", "stripe", "state-machines", "rust"]
        );
    }

    #[test]
    fn steps_lean_on_earlier_steps_only_and_have_names_of_their_own() {
        for (index, step) in STEPS.iter().enumerate() {
            let earlier: Vec<&str> = STEPS[..index].iter().map(|step| step.name).collect();
            assert!(!earlier.contains(&step.name), "{}", step.name);
            for leaned_on in step.needs.iter().chain(step.wants) {
                assert!(earlier.contains(leaned_on), "{} leans on {leaned_on}", step.name);
            }
        }
    }
}
