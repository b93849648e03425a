//! The words that templates and pages use.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ENGLISH: &str = include_str!("../../../../../web/messages/en.ftl");
const GERMAN: &str = include_str!("../../../../../web/messages/de.ftl");

/// The keys that a source names as the first argument of a helper.
fn keys_in(source: &str, keys: &mut BTreeSet<String>) {
    for helper in [".t(\"", ".t_with(\"", ".t_with_two(\"", ".t_count(\""] {
        let named = source.split(helper).skip(1).filter_map(|rest| rest.split_once('"'));
        keys.extend(named.map(|(key, _)| key.to_owned()));
    }
}

fn read_folder(folder: &Path, extension: &str, keys: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|own| own == extension) {
            keys_in(&fs::read_to_string(path).unwrap(), keys);
        }
    }
}

#[test]
fn every_word_that_a_page_uses_is_there_in_both_languages() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut keys = BTreeSet::new();
    read_folder(&own.join("../../web/templates"), "html", &mut keys);
    assert!(keys.len() > 60, "only {keys:?}");
    read_folder(&own.join("src/page"), "rs", &mut keys);
    keys.extend(["relevance", "newest", "price", "price-descending", "name"].map(|sort| format!("sort-{sort}")));

    for (language, source) in [("en", ENGLISH), ("de", GERMAN)] {
        let known: BTreeSet<_> = source.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
        let missing: Vec<_> = keys.iter().filter(|key| !known.contains(key.as_str())).collect();
        assert_eq!(missing, Vec::<&String>::new(), "in {language}");
    }
}
