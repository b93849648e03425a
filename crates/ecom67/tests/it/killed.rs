//! The process killed at random moments while it imports and while it feeds the index: store and index are whole.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use ecom67_testkit::Random;

use crate::shell::{Place, Server, catalog, text, wait_for};

/// How often the process is killed, half of them while the shop is served.
const KILLS: u32 = 50;

/// Enough for an import to outlive some of the kills.
const PRODUCTS: usize = 6_000;

/// How many products the store has, as `check` counts them; everything else must be right.
fn stored(place: &Place) -> u64 {
    let checked = place.done(&["check"]);
    let count = checked.output.split(" products").next().and_then(|words| words.split_whitespace().last());
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count of products: {checked:?}"))
}

/// Every product's code that the shop lists, page by page.
fn listed_codes(server: &Server) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let mut cursor = None;
    loop {
        let after = cursor.map(|cursor: String| format!("&cursor={cursor}")).unwrap_or_default();
        let page = server.get(&format!("/api/products?locale=en-gb&limit=100&sort=name{after}")).json();
        for product in page["products"].as_array().expect("a page has products") {
            let code = product["code"].as_str().expect("a product has a code");
            assert!(codes.insert(code.to_owned()), "{code} is listed twice");
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return codes,
        }
    }
}

#[test]
fn a_shop_killed_again_and_again_while_it_imports_and_indexes_loses_nothing_and_shows_all() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(PRODUCTS));
    let import = ["import", "jsonl", text(&file)];
    let mut chance = Random::seeded(std::process::id().into());
    let mut survived = 0;
    let mut unfinished = 0;

    for kill in 0..KILLS {
        let wait = Duration::from_millis(20 + chance.below(380));
        if kill % 2 == 0 {
            let mut child = place.command(&import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(wait);
            child.kill().unwrap();
            unfinished += u32::from(!child.wait().unwrap().success());
        } else {
            let server = place.serve();
            // What the server, killed before, had stored and not shown yet is shown by this one. Before the first
            // product there may be no market whose list could be asked for.
            if survived > 0 {
                wait_for("the index has caught up", || (server.listed() == survived).then_some(()));
            }
            let mut child = place.command(&import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(wait);
            server.kill();
            unfinished += u32::from(!child.wait().unwrap().success());
        }
        let count = stored(&place);
        assert!(count >= survived, "{count} products of {survived} after kill {kill}");
        survived = count;
    }

    assert!(survived > 0, "no product survived {KILLS} kills");
    assert!(unfinished >= KILLS / 4, "only {unfinished} of {KILLS} kills met an import at work");
    place.done(&import);
    place.done(&["check"]);
    place.done(&["recount"]);
    assert_eq!(stored(&place), PRODUCTS as u64);
    let server = place.serve();
    wait_for("the index has caught up", || (server.listed() == PRODUCTS as u64).then_some(()));
    let expected: BTreeSet<_> = (0..PRODUCTS).map(|number| format!("mug-{number}")).collect();
    assert!(listed_codes(&server) == expected, "store and index differ");
}
