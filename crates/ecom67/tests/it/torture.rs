//! The torture, short: `docs/TESTING.md` says how to make it long.

use crate::shell::{Ended, ecom67};

#[test]
fn a_shop_killed_while_people_buy_loses_no_order_and_charges_nobody_twice_or_for_nothing() {
    let seed = std::process::id().to_string();
    let mut command = ecom67();
    command.args(["torture", "--orders", "200", "--buyers", "6", "--kill-every", "1", "--hold", "8", "--json"]);

    let ended = Ended::of(command.args(["--seed", &seed]));

    assert_eq!(ended.status, Some(0), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.output).expect("a report");
    let count = |pointer: &str| report.pointer(pointer).and_then(serde_json::Value::as_u64).unwrap_or_default();
    // It is worth something only if enough has happened.
    let kills = report["kills"].as_array().expect("kills");
    assert!(kills.len() >= 2, "{report}");
    assert!(kills.iter().any(|kill| kill["requests_waiting"] != 0), "{report}");
    assert!(count("/orders/placed") >= 200 && count("/orders/paid") >= 100, "{report}");
    assert!(count("/orders/cancelled") >= 10 && count("/cards_declined") >= 10, "{report}");
    assert!(count("/requests_again") > 0 && count("/sold_out") > 0, "{report}");
    assert!(count("/at_the_limit") > 0 && count("/beyond_quantities") > 0, "{report}");
    assert_eq!(count("/orders/open"), 0, "{report}");
    for fault in report["audit"].as_object().expect("every fault is named").keys() {
        assert_eq!(count(&format!("/audit/{fault}/count")), 0, "{report}");
    }
    assert_eq!(count("/unexpected_answers/count"), 0, "{report}");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_started() {
    for wrong in [["--orders", "0"], ["--buyers", "1000"], ["--hold", "1"], ["--kill-every", "-1"]] {
        let mut command = ecom67();

        assert_eq!(Ended::of(command.arg("torture").args(wrong)).status, Some(2), "{wrong:?}");
    }
}
