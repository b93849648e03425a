//! How good the search is: floors under the figures of judged queries. Who changes the ranking measures first
//! (`docs/SEARCH.md`); a floor that is reached with ease is raised.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell::{Place, text};

/// The demo's catalog and its judgments.
fn demo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo").join(path)
}

/// The demo's products and what they need, without pictures, which are made by the build.
fn demo_without_pictures() -> String {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(demo("catalog")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut lines = String::new();
    for line in files
        .iter()
        .flat_map(|file| std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
    {
        if line.trim().is_empty() {
            continue;
        }
        let mut row: Value = serde_json::from_str(&line).unwrap();
        let kind = row["type"].as_str().unwrap_or_default();
        if ["market", "location", "attribute", "category", "product", "synonyms", "query_rule"].contains(&kind) {
            let fields = row.as_object_mut().unwrap();
            fields.remove("picture");
            fields.remove("pictures");
            lines.push_str(&row.to_string());
            lines.push('\n');
        }
    }
    lines
}

/// What `search eval` says of nDCG@10, and of it among judged products only.
fn figures(place: &Place, queries: &Path, qrels: &Path, locale: &str, typos: Option<u32>) -> (f64, f64) {
    let seed = typos.map(|seed| seed.to_string());
    let mut arguments = vec!["search", "eval", "--queries", text(queries), "--qrels", text(qrels), "--json"];
    arguments.extend(["--locale", locale]);
    arguments.extend(seed.iter().flat_map(|seed| ["--typos", seed]));
    let report: Value = serde_json::from_str(&place.done(&arguments).output).unwrap();
    assert_eq!(report["unknown_products"], 0, "every judged product is there");
    let mean = |figure: &str| report["mean"][figure].as_f64().unwrap();
    (mean("ndcg_10"), mean("ndcg_10_judged"))
}

/// The same with typos: the mean of three seeds, of which each makes its own luck.
fn with_typos(place: &Place, queries: &Path, qrels: &Path, locale: &str) -> (f64, f64) {
    let of_seed = [1, 2, 3].map(|seed| figures(place, queries, qrels, locale, Some(seed)));
    let mean = |figure: fn(&(f64, f64)) -> f64| of_seed.iter().map(figure).sum::<f64>() / 3.0;
    (mean(|(all, _)| *all), mean(|(_, judged)| *judged))
}

#[track_caller]
fn assert_reached((all, judged): (f64, f64), floor: (f64, f64)) {
    assert!(all >= floor.0 && judged >= floor.1, "nDCG@10 {all:.3} and {judged:.3}, of {floor:?}");
}

#[test]
fn judged_searches_of_the_demo_find_what_they_should_with_and_without_typos() {
    let place = Place::new();
    let catalog = place.write("demo.jsonl", demo_without_pictures());
    place.done(&["import", "jsonl", text(&catalog)]);
    let (queries, qrels) = (demo("relevance/queries.tsv"), demo("relevance/qrels.tsv"));

    assert_reached(figures(&place, &queries, &qrels, "en-gb", None), (0.78, 0.79));
    assert_reached(with_typos(&place, &queries, &qrels, "en-gb"), (0.70, 0.72));
}

#[test]
fn judged_searches_of_a_real_catalog_find_what_they_should_with_and_without_typos() {
    let Some(data) = std::env::var_os("ECOM67_TEST_DATA").map(PathBuf::from) else {
        eprintln!("left out: ECOM67_TEST_DATA names no folder with real catalogs");
        return;
    };
    let place = Place::new();
    place.done(&["import", "icecat", text(&data.join("catalog-icecat/products.jsonl.gz"))]);
    let (queries, qrels) = (data.join("relevance-icecat/queries.tsv"), data.join("relevance-icecat/qrels.tsv"));

    assert_reached(figures(&place, &queries, &qrels, "en-us", None), (0.76, 0.86));
    assert_reached(with_typos(&place, &queries, &qrels, "en-us"), (0.74, 0.84));
}

#[test]
fn an_evaluation_says_what_is_wrong_with_its_files() {
    let place = Place::new();
    let catalog = place.write("catalog.jsonl", crate::shell::catalog(1));
    place.done(&["import", "jsonl", text(&catalog)]);
    let queries = place.write("queries.tsv", "1\tmug\n");
    let evaluated = |qrels: &str| {
        let qrels = place.write("qrels.tsv", qrels);
        place.run(&["search", "eval", "--queries", text(&queries), "--qrels", text(&qrels)])
    };

    let broken = evaluated("1 0 MUG-0 best\n");
    let nothing = evaluated("1 0 MUG-0 0\n");
    let fine = evaluated("1 0 MUG-0 3\n1 0 GONE 1\n");

    assert_eq!(broken.status, Some(1));
    assert!(broken.errors.contains("qrels, line 1: a whole number as grade"), "{broken:?}");
    assert!(nothing.errors.contains("nothing to measure"), "{nothing:?}");
    assert_eq!(fine.status, Some(0));
    assert!(fine.output.contains("1 judged products are not in the shop"), "{fine:?}");
}

#[test]
fn a_search_is_explained_from_the_shell() {
    let place = Place::new();
    let catalog = place.write("catalog.jsonl", crate::shell::catalog(3));
    place.done(&["import", "jsonl", text(&catalog)]);

    let explained = place.done(&["search", "explain", "mug", "MUG-1"]).output;
    let unknown = place.run(&["search", "explain", "mug", "NOBODY"]);

    assert!(explained.contains("of 3") && explained.contains("by all texts"), "{explained}");
    assert_eq!(unknown.status, Some(1));
    assert!(unknown.errors.contains("no product has the SKU NOBODY"), "{unknown:?}");
}
