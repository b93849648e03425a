//! The embedded index: the contract of its port, and what may happen to its folder.

mod dead_letters;
mod dictionary;
mod feed;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::Position;
use ecom67_app::search::{IndexChange, ListQuery, ProductIndex};
use ecom67_domain::Language;
use ecom67_embedded::index::TantivyIndex;
use ecom67_testkit::Random;
use ecom67_testkit::product_index::{EmptyIndex, EntryBuilder, a_list, an_entry, codes};

use crate::child::{ChildProcess, folder_of_child, say};

fn empty() -> EmptyIndex {
    let folder = tempfile::tempdir().expect("the machine has room for a test");
    EmptyIndex { index: Arc::new(open(folder.path())), guard: Arc::new(folder) }
}

ecom67_testkit::product_index_contract!(empty());

/// How often the process is killed.
const KILLS: usize = 12;

fn open(folder: &Path) -> TantivyIndex {
    TantivyIndex::open(folder).unwrap_or_else(|error| panic!("the index does not open: {error:?}"))
}

#[expect(clippy::unnecessary_wraps, reason = "what an index takes and tells is an option")]
fn position(number: u64) -> Option<Position> {
    Some(Position(number.to_string()))
}

async fn apply(index: &TantivyIndex, entries: impl IntoIterator<Item = EntryBuilder>, number: u64) {
    let changes = entries.into_iter().map(|entry| IndexChange::Put(Box::new(entry.build()))).collect();
    index.apply(changes, position(number)).await.expect("the changes are applied");
}

async fn found(index: &TantivyIndex, language: Language, text: &str) -> Vec<String> {
    let query = ListQuery { language, text: Some(text.to_owned()), ..a_list() };
    let hits = index.list(query).await.expect("the list is answered");
    codes(&hits).into_iter().map(str::to_owned).collect()
}

/// An index of three mugs, closed, in its folder.
async fn closed_index() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    apply(&index, ["a", "b"].map(an_entry), 1).await;
    apply(&index, [an_entry("c")], 2).await;
    folder
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|own| own == extension)).collect()
}

/// Finds the index empty, to be built, and fit for work.
async fn assert_emptied(folder: &Path) {
    let index = open(folder);
    assert_eq!(index.position().await.unwrap(), None);
    assert_eq!(index.product_count(), 0);
    apply(&index, [an_entry("a")], 3).await;
    assert_eq!(index.list(a_list()).await.unwrap().total, 1);
}

#[tokio::test]
async fn an_index_opened_again_has_its_products_and_its_position() {
    let folder = closed_index().await;

    let index = open(folder.path());

    assert_eq!(index.position().await.unwrap(), position(2));
    assert_eq!(codes(&index.list(a_list()).await.unwrap()), ["a", "b", "c"]);
    assert_eq!(index.damaged_files().await.unwrap(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_index_that_is_to_be_built_still_is_when_it_is_opened_again() {
    let folder = closed_index().await;
    open(folder.path()).apply(vec![], None).await.unwrap();

    let index = open(folder.path());

    assert_eq!(index.position().await.unwrap(), None);
    assert_eq!(index.list(a_list()).await.unwrap().total, 3, "until it is built, it lists what it has");
}

#[tokio::test]
async fn what_a_killed_process_had_written_and_not_committed_is_gone_when_the_index_is_opened_again() {
    let folder = closed_index().await;
    let own = files(folder.path(), "idx").remove(0);
    let own = own.file_stem().unwrap().to_str().unwrap();
    let left = ["0123456789abcdef0123456789abcdef.idx".to_owned(), ".tmpAb12Cd".to_owned(), format!("{own}.99.del")];
    for name in &left {
        fs::write(folder.path().join(name), "half").unwrap();
    }

    let index = open(folder.path());

    for name in &left {
        assert!(!folder.path().join(name).exists(), "{name}");
    }
    assert_eq!(codes(&index.list(a_list()).await.unwrap()), ["a", "b", "c"]);
    assert_eq!(index.damaged_files().await.unwrap(), Vec::<PathBuf>::new());
    assert!(index.is_built());
}

#[tokio::test]
async fn an_index_is_built_from_its_first_commit_on_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    assert!(!index.is_built());
    let mut build = index.rebuild().await.unwrap();
    build.put(vec![an_entry("a").build()]).await.unwrap();
    drop(build);
    drop(index);

    let index = open(folder.path());
    assert!(!index.is_built(), "a build that was given up is none");
    index.rebuild().await.unwrap().finish(Position("1".to_owned())).await.unwrap();
    assert!(index.is_built());
    drop(index);

    assert!(open(folder.path()).is_built());
}

#[tokio::test]
async fn a_build_that_is_given_up_once_it_is_committed_holds_nobody_up_and_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let mut build = index.rebuild().await.unwrap();
    for page in 0..20 {
        let entries = (0..100).map(|number| an_entry(&format!("product-{page}-{number}")).build());
        build.put(entries.collect()).await.unwrap();
    }

    // Most often while its segments are merged.
    let is_committed =
        || fs::read_to_string(folder.path().join("meta.json")).is_ok_and(|meta| meta.contains("position"));
    let mut finish = build.finish(Position("1".to_owned()));
    while !is_committed() {
        drop(tokio::time::timeout(Duration::from_millis(1), &mut finish).await);
    }
    drop(finish);
    // Its writer may be about to go; who feeds an index tries again.
    let late = || vec![IndexChange::Put(Box::new(an_entry("late").build()))];
    while index.apply(late(), position(2)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    assert_eq!(index.position().await.unwrap(), position(2));
    assert_eq!(index.list(a_list()).await.unwrap().total, 2_001);
    drop(index);
    let index = open(folder.path());
    assert_eq!(index.list(a_list()).await.unwrap().total, 2_001);
    assert_eq!(index.damaged_files().await.unwrap(), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_index_of_another_format_is_emptied() {
    let folder = closed_index().await;
    let metas = folder.path().join("meta.json");
    let text = fs::read_to_string(&metas).unwrap();
    let other = text.replace(r#"\"format\":"#, r#"\"format\":1000"#);
    assert_ne!(text, other, "the format is part of {text}");
    fs::write(&metas, other).unwrap();

    assert_emptied(folder.path()).await;
}

#[tokio::test]
async fn a_damaged_index_is_emptied() {
    for (extension, length) in [("json", 100), ("fast", 10), ("term", 0), ("idx", 3)] {
        let folder = closed_index().await;
        for file in files(folder.path(), extension) {
            File::options().write(true).open(file).unwrap().set_len(length).unwrap();
        }

        assert_emptied(folder.path()).await;
    }
}

#[tokio::test]
async fn a_folder_of_something_else_becomes_an_index() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("old")).unwrap();
    fs::write(folder.path().join("old/notes.txt"), "not an index").unwrap();

    assert_emptied(folder.path()).await;
}

#[tokio::test]
async fn a_flipped_bit_is_found_by_a_check() {
    let folder = closed_index().await;
    let index = open(folder.path());
    let file = files(folder.path(), "fast").remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();

    let damaged = index.damaged_files().await.unwrap();

    assert_eq!(damaged, [PathBuf::from(file.file_name().unwrap())]);
}

#[tokio::test]
async fn a_lock_file_left_behind_locks_nothing() {
    let folder = closed_index().await;
    for lock in [".tantivy-writer.lock", ".tantivy-meta.lock"] {
        fs::write(folder.path().join(lock), "").unwrap();
    }

    let index = open(folder.path());
    apply(&index, [an_entry("d")], 3).await;

    assert_eq!(index.list(a_list()).await.unwrap().total, 4);
}

#[tokio::test]
async fn nothing_is_refused_however_long_a_value_is() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let long = "x".repeat(100_000);
    let monster = an_entry("monster").named(Language::GERMAN, &format!("{long} Becher")).brand(&long);
    let changes = [an_entry("a"), monster, an_entry("b")].map(|entry| IndexChange::Put(Box::new(entry.build())));

    assert_eq!(index.apply(changes.into(), position(1)).await.unwrap(), []);

    assert_eq!(index.list(a_list()).await.unwrap().total, 3);
    assert_eq!(found(&index, Language::GERMAN, "Becher").await, ["monster"]);
}

#[tokio::test]
async fn german_compounds_are_found_by_their_parts() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let named = |code: &str, name: &str| an_entry(code).named(Language::GERMAN, name);
    let products = [
        named("a", "Kaffeebecher Mia"),
        named("b", "Becher"),
        named("c", "Wanduhr"),
        named("d", "Kaffee, gemahlen"),
        named("e", "Besteck"),
    ];
    apply(&index, products, 1).await;

    assert_eq!(found(&index, Language::GERMAN, "Bechern").await, ["b", "a"], "the thing itself comes first");
    assert_eq!(found(&index, Language::GERMAN, "kaffee").await, ["d", "a"]);
    assert_eq!(found(&index, Language::GERMAN, "Uhren").await, ["c"]);
    assert_eq!(found(&index, Language::GERMAN, "Kaffee Becher").await, ["a"]);
    assert_eq!(found(&index, Language::GERMAN, "Steck").await, [""; 0], "no part of a word by chance");
    let query = ListQuery { language: Language::GERMAN, text: Some("Becher".to_owned()), ..a_list() };
    let hits = index.list(query).await.unwrap();
    assert_eq!(hits.hits[1].name_matches, vec![0..12]);
}

#[tokio::test]
async fn many_small_changes_and_merges_leave_each_product_once() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let mut chance = Random::seeded(7);
    for number in 0..40 {
        let entries = (0..5).map(|_| an_entry(&format!("p-{:02}", chance.below(30))).price("de", 100 + number));
        apply(&index, entries.collect::<Vec<_>>(), 1).await;
    }

    let hits = index.list(a_list()).await.unwrap();

    assert_eq!(hits.total, hits.hits.len() as u64);
    let mut distinct = codes(&hits);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), hits.hits.len());
    assert_eq!(index.product_count(), hits.total);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_killed_at_any_moment_has_exactly_what_its_position_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Random::seeded(std::process::id().into());
    let mut reached = 0;
    for _ in 0..KILLS {
        let mut child = ChildProcess::start("index::child_that_indexes_until_it_is_killed", folder.path());
        let mut said = 0;
        for _ in 0..=chance.below(12) {
            said = child.next_word().expect("the child is at work").parse().unwrap_or(said);
        }

        let rest = child.kill();

        let said = rest.iter().filter_map(|word| word.parse().ok()).fold(said, u64::max);
        let index = open(folder.path());
        let present = index.position().await.unwrap();
        let present: u64 = present.expect("a position once is a position for ever").0.parse().unwrap();
        assert!(present >= said.max(reached), "{said} was acknowledged, {present} is there");
        let hits = index.list(ListQuery { limit: 0, ..a_list() }).await.unwrap();
        assert_eq!(hits.total, present, "each position is that of one more product");
        assert_eq!(index.damaged_files().await.unwrap(), Vec::<PathBuf>::new());
        reached = present;
    }
    assert!(reached > 0);
}

/// Adds one product with each position; now and then everything is built anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test in a process of its own, and killed there"]
async fn child_that_indexes_until_it_is_killed() {
    let Some(folder) = folder_of_child() else { return };
    let index = open(&folder);
    if index.position().await.unwrap().is_none() {
        index.apply(vec![], position(0)).await.unwrap();
    }
    say("at work");
    let product = |number: u64| an_entry(&format!("p-{number}"));
    let start: u64 = index.position().await.unwrap().unwrap().0.parse().unwrap();
    for number in start + 1.. {
        if number % 7 == 0 {
            let mut build = index.rebuild().await.unwrap();
            for number in 1..=number {
                build.put(vec![product(number).build()]).await.unwrap();
            }
            build.finish(Position(number.to_string())).await.unwrap();
        } else {
            apply(&index, [product(number)], number).await;
        }
        say(&number.to_string());
    }
}
