//! Commands from a shell: what they do, what they say, and their exit status.

use crate::shell::{BASICS, Ended, Place, catalog, ecom67, product_line, text};

#[test]
fn a_catalog_is_imported_checked_recounted_and_exported() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(3));

    let imported = place.done(&["import", "jsonl", text(&file)]);
    let again = place.done(&["import", "jsonl", text(&file)]);
    let checked = place.done(&["check"]);
    let recounted = place.done(&["recount"]);
    place.done(&["export", text(&place.path("export"))]);

    assert!(imported.output.contains("6 rows, 6 new"), "{imported:?}");
    assert!(again.output.contains("6 rows, 0 new, 0 changed, 6 unchanged"), "{again:?}");
    assert!(checked.output.contains("the data folder is whole"), "{checked:?}");
    assert!(recounted.output.contains("3 variants and 3 ledger entries counted: 0 wrong"), "{recounted:?}");
    let exported = std::fs::read_to_string(place.path("export").join("shop.jsonl")).unwrap();
    assert_eq!(exported.lines().filter(|line| line.contains("\"product\"")).count(), 3);
}

#[test]
fn an_import_that_refused_rows_says_which_and_ends_with_3() {
    let place = Place::new();
    let bad = product_line("cup").replace("1490", "-1490");
    let file = place.write("catalog.jsonl", format!("{BASICS}{bad}{}", product_line("mug")));
    let report = place.path("report.jsonl");

    let ended = place.run(&["import", "jsonl", text(&file), "--report", text(&report)]);

    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert!(ended.output.contains("1 refused"), "{ended:?}");
    let report = std::fs::read_to_string(report).unwrap();
    let row: serde_json::Value = serde_json::from_str(report.trim()).unwrap();
    assert_eq!(row["line"], 4);
    assert_eq!((row["field"].as_str(), row["code"].as_str()), (Some("variants[0].prices.gb"), Some("price_negative")));
}

#[test]
fn a_dry_run_refuses_the_same_rows_and_writes_nothing() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(2) + &product_line("cup").replace("GBP", "XXX"));

    let ended = place.run(&["import", "jsonl", text(&file), "--dry-run"]);

    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert!(place.done(&["check"]).output.contains("0 products"));
}

#[test]
fn what_cannot_be_done_ends_with_1_and_says_why() {
    let place = Place::new();

    let ended = place.run(&["import", "jsonl", text(&place.path("nowhere.jsonl"))]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(ended.errors.contains("nowhere.jsonl"), "{ended:?}");
}

#[test]
fn wrong_use_ends_with_2() {
    let place = Place::new();
    for arguments in [&["fly"][..], &["import", "xml", "catalog.xml"], &["serve", "--port", "80"], &[]] {
        let ended = place.run(arguments);

        assert_eq!(ended.status, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.errors.contains("--help") || ended.errors.contains("Usage"), "{arguments:?}: {ended:?}");
    }
}

#[test]
fn everything_that_is_wrong_with_the_settings_is_told_at_once() {
    let place = Place::new();
    let file = place.write("shop.toml", "listne = \"127.0.0.1:1\"\n");

    let mut command = place.command(&["serve", "--listen", "everywhere", "--config", text(&file)]);
    let ended = Ended::of(command.env("ECOM67_ANSWER_CACHE_MB", "lots"));

    assert_eq!(ended.status, Some(2), "{ended:?}");
    for mistake in ["everywhere", "listne", "lots"] {
        assert!(ended.errors.contains(mistake), "{mistake} is not told: {ended:?}");
    }
    assert!(!place.data().exists());
}

#[test]
fn a_change_to_what_is_not_there_is_refused() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(1));
    place.done(&["import", "jsonl", text(&file)]);

    for (arguments, expected) in [
        (&["products", "set", "CUP", "--stock", "1"][..], "CUP"),
        (&["products", "set", "MUG-0", "--price", "12,90", "--market", "gb"], "decimal number"),
        (&["products", "set", "MUG-0", "--price", "12.90", "--market", "mars"], "mars"),
        (&["products", "set", "MUG-0", "--status", "sold"], "status_unknown"),
    ] {
        let ended = place.run(arguments);

        assert_eq!(ended.status, Some(1), "{arguments:?}: {ended:?}");
        assert!(ended.errors.contains(expected), "{arguments:?}: {ended:?}");
    }
    assert!(place.done(&["import", "jsonl", text(&file)]).output.contains("4 unchanged"));
}

#[test]
fn a_damaged_data_folder_is_not_called_whole() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(200));
    place.done(&["import", "jsonl", text(&file)]);
    let database = place.data().join("shop.sqlite");
    let mut bytes = std::fs::read(&database).unwrap();
    // Past the first pages, which say what the file is.
    let middle = bytes.len() / 2;
    bytes[middle..middle + 40_000].fill(0x5a);
    std::fs::write(&database, bytes).unwrap();

    let ended = place.run(&["check"]);

    assert_eq!(ended.status, Some(1), "{ended:?}");
    assert!(!ended.output.contains("is whole"), "{ended:?}");
}

#[test]
fn the_description_of_the_api_is_the_one_in_the_repository() {
    let ended = Ended::of(ecom67().arg("openapi"));

    let committed = include_str!("../../../../openapi.json");
    assert_eq!(ended.output.trim(), committed.trim());
}
