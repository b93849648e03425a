//! Seeds without any mistake.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_simulation::{Alterations, Keep, Unaltered};

use crate::{prepared, simulated};

/// Enough for each of the things below to happen, with a wide margin.
const SEEDS: u64 = 40;

#[test]
fn a_seed_happens_again_exactly_as_it_did() {
    let unaltered: Arc<dyn Alterations> = Arc::new(Unaltered);
    for seed in 1..=12 {
        let first = simulated(seed, &prepared(), Keep::Digest, &unaltered);
        // Told or not, in a thread that has simulated before or in a new one.
        let grounds = prepared();
        simulated(seed + 100, &grounds, Keep::Digest, &unaltered);
        let second = simulated(seed, &grounds, Keep::Lines, &unaltered);

        assert_eq!((first.digest, first.lines), (second.digest, second.lines), "seed {seed}");
        assert_eq!(second.history.len() as u64, second.lines);
        assert_eq!(first.counts, second.counts);
    }
}

#[test]
fn another_seed_is_another_history() {
    let (grounds, unaltered) = (prepared(), Arc::new(Unaltered) as Arc<dyn Alterations>);

    let digests = [7, 8].map(|seed| simulated(seed, &grounds, Keep::Digest, &unaltered).digest);

    assert_ne!(digests[0], digests[1]);
}

#[test]
fn all_that_may_become_of_an_order_becomes_of_some_and_nothing_is_as_it_must_never_be() {
    let (grounds, unaltered) = (prepared(), Arc::new(Unaltered) as Arc<dyn Alterations>);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();

    for seed in 1..=SEEDS {
        let outcome = simulated(seed, &grounds, Keep::Digest, &unaltered);
        assert_eq!(outcome.violation, None, "cargo xtask simulate --seed {seed} --history");
        for (what, times) in outcome.counts {
            *counts.entry(what).or_default() += times;
        }
    }

    for what in [
        "authorised",
        "cancelled: by staff",
        "cancelled: by the shopper",
        "cancelled: cart changed",
        "cancelled: expired",
        "cancelled: not captured",
        "crashes",
        "dead letters",
        "holds extended",
        "mail troubles",
        "mails refused",
        "mails sent",
        "mails sent again",
        "messages buried",
        "messages delivered again",
        "messages put off",
        "messages redriven",
        "orders",
        "out of stock",
        "paid",
        "paid with nothing",
        "pressed twice",
        "provider troubles",
        "quotes changed",
        "refunds failed",
        "refunds made",
        "refunds on their way",
        "store troubles",
        "webhooks",
    ] {
        assert!(counts.get(what).is_some_and(|times| *times >= 3), "{what} in {counts:?}");
    }
}
