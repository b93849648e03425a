//! The index built anew: while the shop is served, and when the process is killed in the middle of it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use ecom67_testkit::Random;

use crate::shell::{Place, Server, catalog, text, wait_for};

/// Enough for a build to take longer than a server takes to start.
const PRODUCTS_OF_A_LONG_BUILD: usize = 10_000;
/// Enough for a build to be met by a kill.
const PRODUCTS: usize = 4_000;
/// How often a build is killed, in each of the ways there are.
const KILLS: u32 = 4;
/// What a start may take longer for an index that cannot be used.
const START_MARGIN: Duration = Duration::from_secs(1);

const LIST: &str = "/api/products?locale=en-gb&category=mugs&limit=1";
const SEARCH: &str = "/api/search?locale=en-gb&q=mug&limit=1";

/// A shop with so many mugs, not served.
fn a_shop_of(products: usize) -> Place {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(products));
    place.done(&["import", "jsonl", text(&file)]);
    place
}

/// Makes the index one of another format, as a new release finds it.
fn make_the_index_old(place: &Place) {
    let metas = place.data().join("index/meta.json");
    let text = std::fs::read_to_string(&metas).unwrap();
    let old = text.replace(r#"\"format\":"#, r#"\"format\":1000"#);
    assert_ne!(text, old, "the format is part of {text}");
    std::fs::write(&metas, old).unwrap();
}

fn total(answer: &serde_json::Value) -> u64 {
    answer["total"]["count"].as_u64().unwrap_or_else(|| panic!("a total was expected: {answer}"))
}

/// The files of the index that belong to no segment it has and not to its last commit, and so are of no use.
fn leftovers(place: &Place) -> BTreeSet<String> {
    let folder = place.data().join("index");
    let metas: serde_json::Value = match std::fs::read(folder.join("meta.json")) {
        Ok(json) => serde_json::from_slice(&json).unwrap(),
        Err(_) => return BTreeSet::new(),
    };
    let segments = metas["segments"].as_array().expect("an index has segments").iter();
    let segments: BTreeSet<String> =
        segments.map(|segment| segment["segment_id"].as_str().unwrap().replace('-', "")).collect();
    let payload = metas["payload"].as_str().unwrap_or("null");
    let payload: serde_json::Value = serde_json::from_str(payload).unwrap();
    let is_left = |name: &String| {
        if payload["words"] == name.as_str() {
            return false;
        }
        let stem = name.split('.').next().unwrap_or_default();
        let is_engines = ["meta.json", ".managed.json"].contains(&name.as_str()) || name.starts_with(".tantivy-");
        !is_engines && !segments.contains(stem)
    };
    names(&folder).into_iter().filter(is_left).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_shop_whose_index_is_of_another_format_lists_at_once_and_searches_as_soon_as_it_is_built() {
    let place = a_shop_of(PRODUCTS_OF_A_LONG_BUILD);
    let began = Instant::now();
    place.serve().kill();
    let usual = began.elapsed();
    make_the_index_old(&place);

    let began = Instant::now();
    let server = place.serve();
    let start = began.elapsed();

    assert!(start < usual + START_MARGIN, "it took {start:?} to start, and {usual:?} with an index");
    let (mut refused, mut told) = (0, BTreeSet::new());
    let found = wait_for("the search is back", || {
        let (list, search, ready) = (server.get(LIST), server.get(SEARCH), server.get("/readyz"));
        assert_eq!((list.status, ready.status), (200, 200), "{list:?} {ready:?}");
        assert_eq!(total(&list.json()), PRODUCTS_OF_A_LONG_BUILD as u64, "no list is ever half");
        told.insert(ready.body);
        if search.status == 200 {
            return Some(search.json());
        }
        refused += 1;
        assert_eq!((search.status, search.json()["code"].as_str()), (503, Some("search_unavailable")));
        assert_eq!(search.headers["retry-after"], "5");
        let metrics = server.get("/metrics").body;
        told.extend(metrics.lines().filter(|line| line.starts_with("ecom67_index_build")).map(str::to_owned));
        None
    });
    assert_eq!(total(&found), PRODUCTS_OF_A_LONG_BUILD as u64);
    assert!(refused > 0, "the build was over before anybody asked");
    assert!(told.contains("ecom67_index_building 1"), "{told:?}");
    assert!(told.contains(&format!("ecom67_index_build_products_total {PRODUCTS_OF_A_LONG_BUILD}")), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("ready; the index is being built")), "{told:?}");
    wait_for("the build is told to be over", || {
        let over = server.get("/metrics").body.contains("ecom67_index_building 0\n");
        (over && server.get("/readyz").body == "ready\n").then_some(())
    });
    place.done(&["index", "check"]);
}

/// Starts `reindex`, which the server does where there is one.
fn reindex(place: &Place) -> Child {
    place.command(&["reindex"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Starts the shop again after a kill, and looks whether everything is as it should be.
fn assert_is_whole(place: &Place, what: &str) -> Server {
    let server = place.serve();
    assert_eq!(total(&server.get(LIST).json()), PRODUCTS as u64, "half an index is served after {what}");
    wait_for("the search is back", || {
        let search = server.get(SEARCH);
        (search.status == 200).then(|| assert_eq!(total(&search.json()), PRODUCTS as u64, "after {what}"))
    });
    let checked = place.done(&["index", "check"]);
    assert!(checked.output.contains(&format!("{PRODUCTS} products compared: 0 wrong")), "{what}: {checked:?}");
    wait_for("what the build had written is removed", || leftovers(place).is_empty().then_some(()));
    server
}

#[test]
fn a_build_killed_at_any_moment_leaves_the_shop_as_it_was_and_nothing_behind() {
    let place = a_shop_of(PRODUCTS);
    let mut chance = Random::seeded(std::process::id().into());
    let mut unfinished = 0;
    let mut met = 0;

    for kill in 0..KILLS {
        let mut wait = || std::thread::sleep(Duration::from_millis(100 + chance.below(600)));

        let mut child = reindex(&place);
        wait();
        child.kill().unwrap();
        unfinished += u32::from(!child.wait().unwrap().success());
        met += u32::from(!leftovers(&place).is_empty());
        let server = assert_is_whole(&place, &format!("kill {kill} of a command"));

        let mut child = reindex(&place);
        wait();
        assert_eq!(total(&server.get(LIST).json()), PRODUCTS as u64, "lists go on while the index is built");
        server.kill();
        unfinished += u32::from(!child.wait().unwrap().success());
        met += u32::from(!leftovers(&place).is_empty());
        let server = assert_is_whole(&place, &format!("kill {kill} of a server that was told to build"));

        server.kill();
        make_the_index_old(&place);
        let server = place.serve();
        wait();
        server.kill();
        met += u32::from(!leftovers(&place).is_empty());
        assert_is_whole(&place, &format!("kill {kill} of a server that had to build")).kill();
    }

    assert!(unfinished >= 2, "only {unfinished} of {} kills met a command at work", 2 * KILLS);
    assert!(met >= 2, "only {met} of {} kills left anything behind", 3 * KILLS);
}
