//! What goes wrong on demand.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

/// The most rules at once.
const RULES_MAX: usize = 100;
/// The longest that any fault lasts.
const MILLISECONDS_MAX: u64 = 120_000;

/// What the simulator is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// A payment is made.
    Create,
    /// A payment is read.
    Retrieve,
    /// Payments are listed.
    List,
    /// A card is tried.
    Confirm,
    /// What was authorised is captured.
    Capture,
    /// A payment is cancelled.
    Cancel,
    /// Money is given back.
    Refund,
    /// A refund is read.
    RetrieveRefund,
    /// Refunds are listed.
    ListRefunds,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fault {
    /// The connection breaks before anything is done.
    Broken,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done, and nothing is heard for a while; then the connection breaks.
    Silent {
        /// For how long.
        milliseconds: u64,
    },
    /// It takes a while to begin.
    Slow {
        /// How long.
        milliseconds: u64,
    },
    /// It fails with status 500 and nothing is done; the failure is kept under the key.
    FailedBefore,
    /// It is done and fails with status 500; the failure is kept under the key.
    FailedAfter,
    /// It fails with status 503 and `Stripe-Should-Retry: true`; nothing is done and nothing kept.
    FailedForNow,
    /// Too many requests: nothing is done.
    RateLimited,
    /// The object is being changed by somebody else: nothing is done.
    Locked,
    /// The card is declined, whichever it is: for confirmations and captures.
    Declined,
}

/// When something goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// With which operation; with every one if none is named.
    #[serde(default)]
    pub operation: Option<Operation>,
    /// What.
    pub fault: Fault,
    /// How many calls it concerns; all if none is given.
    #[serde(default)]
    pub calls: Option<u32>,
    /// How likely it is with each of them, from 0 to 1; certain if none is given.
    #[serde(default)]
    pub probability: Option<f64>,
    /// What chance begins with, so that it can be repeated.
    #[serde(default)]
    pub seed: u64,
}

impl FaultRule {
    /// The next `calls` of an operation.
    pub const fn next(operation: Operation, fault: Fault, calls: u32) -> Self {
        Self { operation: Some(operation), fault, calls: Some(calls), probability: None, seed: 0 }
    }
}

/// The rule makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultInvalid {
    /// The probability is none.
    #[error("a probability is a number from 0 to 1")]
    Probability,
    /// It would last too long.
    #[error("a fault lasts 120,000 ms at most")]
    TooLong,
    /// There are too many of them.
    #[error("there are 100 rules at most")]
    TooMany,
}

#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Vec<Active>>);

#[derive(Debug)]
struct Active {
    rule: FaultRule,
    random: StdRng,
}

impl Faults {
    fn rules(&self) -> MutexGuard<'_, Vec<Active>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, rule: FaultRule) -> Result<(), FaultInvalid> {
        if rule.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Err(FaultInvalid::Probability);
        }
        if let Fault::Silent { milliseconds } | Fault::Slow { milliseconds } = rule.fault
            && milliseconds > MILLISECONDS_MAX
        {
            return Err(FaultInvalid::TooLong);
        }
        let mut rules = self.rules();
        if rules.len() >= RULES_MAX {
            return Err(FaultInvalid::TooMany);
        }
        let random = StdRng::seed_from_u64(rule.seed);
        rules.push(Active { rule, random });
        Ok(())
    }

    pub(super) fn clear(&self) {
        self.rules().clear();
    }

    pub(super) fn list(&self) -> Vec<FaultRule> {
        self.rules().iter().map(|active| active.rule.clone()).collect()
    }

    /// What goes wrong with this call: what the first rule says that concerns it.
    pub(super) fn strike(&self, operation: Operation) -> Option<Fault> {
        let mut rules = self.rules();
        let concerns = |active: &Active| active.rule.operation.is_none_or(|concerned| concerned == operation);
        let index = rules.iter().position(concerns)?;
        let active = &mut rules[index];
        let happens = active.rule.probability.is_none_or(|probability| active.random.random_bool(probability));
        let fault = active.rule.fault;
        if let Some(calls) = &mut active.rule.calls {
            *calls = calls.saturating_sub(1);
            if *calls == 0 {
                rules.remove(index);
            }
        }
        happens.then_some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_ends_after_its_calls_and_concerns_no_others() {
        let faults = Faults::default();
        faults.add(FaultRule::next(Operation::Capture, Fault::Broken, 2)).unwrap();

        assert_eq!(faults.strike(Operation::Create), None);
        assert_eq!(faults.strike(Operation::Capture), Some(Fault::Broken));
        assert_eq!(faults.strike(Operation::Capture), Some(Fault::Broken));
        assert_eq!(faults.strike(Operation::Capture), None);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let struck = |seed| {
            let faults = Faults::default();
            let rule =
                FaultRule { probability: Some(0.3), seed, ..FaultRule::next(Operation::List, Fault::Broken, 200) };
            faults.add(rule).unwrap();
            (0..200).map(|_| faults.strike(Operation::List).is_some()).collect::<Vec<_>>()
        };

        assert_eq!(struck(7), struck(7));
        assert_ne!(struck(7), struck(8));
        assert!((30..90).contains(&struck(7).into_iter().filter(|struck| *struck).count()));
    }

    #[test]
    fn rules_without_sense_or_end_are_refused() {
        let faults = Faults::default();
        let rule = FaultRule::next(Operation::List, Fault::Broken, 1);

        let odd = FaultRule { probability: Some(f64::NAN), ..rule.clone() };
        assert_eq!(faults.add(odd), Err(FaultInvalid::Probability));
        let long = FaultRule { fault: Fault::Slow { milliseconds: 1 << 40 }, ..rule.clone() };
        assert_eq!(faults.add(long), Err(FaultInvalid::TooLong));
        for _ in 0..RULES_MAX {
            faults.add(rule.clone()).unwrap();
        }
        assert_eq!(faults.add(rule), Err(FaultInvalid::TooMany));
    }
}
