//! What may happen to an index on `OpenSearch` beside what every index must do.

use std::time::Duration;

use ecom67_app::port::{Position, Refused};
use ecom67_app::search::{IndexChange, ListQuery, ProductIndex};
use ecom67_aws::opensearch::{OpenError, OpenSearchConfig, OpenSearchIndex};
use ecom67_domain::Language;
use ecom67_testkit::product_index::{EntryBuilder, a_list, an_entry, codes};
use reqwest::Method;

use crate::search_engine::{TestIndex, empty_index};

fn position(number: u64) -> Position {
    Position(number.to_string())
}

async fn put(index: &OpenSearchIndex, entries: impl IntoIterator<Item = EntryBuilder>, number: u64) {
    let changes = entries.into_iter().map(|entry| IndexChange::Put(Box::new(entry.build()))).collect();
    index.apply(changes, Some(position(number))).await.expect("the changes are applied");
}

/// The same index, as another process has it.
async fn opened_again(test: &TestIndex) -> OpenSearchIndex {
    OpenSearchIndex::open(test.config.clone()).await.expect("an index that is there opens")
}

async fn listed(index: &OpenSearchIndex) -> Vec<String> {
    let hits = index.list(a_list()).await.expect("the list is answered");
    codes(&hits).into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_opened_again_has_its_products_and_its_position() {
    let Some(test) = empty_index().await else { return };
    put(&test.index, ["a", "b"].map(an_entry), 7).await;

    let again = opened_again(&test).await;

    assert_eq!(again.position().await.unwrap(), Some(position(7)));
    assert_eq!(listed(&again).await, ["a", "b"]);
    assert_eq!(again.count().await.unwrap(), 2, "what stands beside the products is none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_new_has_nothing_to_list_from_until_it_is_built() {
    let Some(test) = empty_index().await else { return };
    let mut left = test.index.rebuild().await.unwrap();
    left.put(vec![an_entry("half").build()]).await.unwrap();
    assert!(!test.index.is_built() && !opened_again(&test).await.is_built());
    drop(left);
    assert!(!test.index.is_built(), "a build that was given up is none");

    let mut build = test.index.rebuild().await.unwrap();
    build.put(vec![an_entry("a").build()]).await.unwrap();
    build.finish(position(1)).await.unwrap();

    assert!(test.index.is_built() && opened_again(&test).await.is_built());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lists_hears_of_what_another_process_changed() {
    let Some(test) = empty_index().await else { return };
    let reader = opened_again(&test).await;
    let before = reader.generation();

    put(&test.index, [an_entry("a")], 1).await;

    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while reader.generation() == before {
        assert!(tokio::time::Instant::now() < deadline, "the change was never noticed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(listed(&reader).await, ["a"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_build_that_another_process_left_behind_is_removed_by_the_next() {
    let Some(test) = empty_index().await else { return };
    put(&test.index, [an_entry("a")], 1).await;
    let dead = opened_again(&test).await;
    let mut left = dead.rebuild().await.unwrap();
    left.put(vec![an_entry("half").build()]).await.unwrap();
    // Killed: nothing of it is cleaned up.
    std::mem::forget(left);
    let build = test.index.rebuild().await.unwrap();

    build.finish(position(2)).await.unwrap();

    assert_eq!(test.engine_indexes().await.len(), 1, "{:?}", test.engine_indexes().await);
    assert_eq!(test.index.position().await.unwrap(), Some(position(2)));
}

/// The engine takes no exact value of more than 32,766 bytes.
fn a_monster() -> EntryBuilder {
    an_entry("monster").brand(&"x".repeat(40_000))
}

fn assert_is_monster(refused: &[Refused]) {
    let told: Vec<_> = refused.iter().map(|refused| (refused.product.as_str(), refused.reason())).collect();
    assert_eq!(told, [("monster", "the search engine refuses it: illegal_argument_exception in brand")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_the_engine_does_not_take_is_named_and_the_others_are_taken_and_the_position_waits() {
    let Some(test) = empty_index().await else { return };
    put(&test.index, ["a", "monster"].map(an_entry), 1).await;

    let changes = [an_entry("b"), a_monster(), an_entry("c")].map(|entry| IndexChange::Put(Box::new(entry.build())));
    let refused = test.index.apply(changes.into(), Some(position(2))).await.unwrap();

    assert_is_monster(&refused);
    assert_eq!(listed(&test.index).await, ["a", "b", "c", "monster"], "it is listed as it was");
    assert_eq!(test.index.position().await.unwrap(), Some(position(1)));
    assert_eq!(test.index.apply(vec![], Some(position(2))).await.unwrap(), []);
    assert_eq!(test.index.position().await.unwrap(), Some(position(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_the_engine_does_not_take_is_left_out_of_a_build() {
    let Some(test) = empty_index().await else { return };
    put(&test.index, [an_entry("monster")], 1).await;
    let mut build = test.index.rebuild().await.unwrap();

    let mut refused = build.put(vec![an_entry("a").build(), a_monster().build(), an_entry("b").build()]).await.unwrap();
    refused.extend(build.flush().await.unwrap());
    build.finish(position(2)).await.unwrap();

    assert_is_monster(&refused);
    assert_eq!(listed(&test.index).await, ["a", "b"]);
    assert_eq!(test.index.position().await.unwrap(), Some(position(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_takes_nothing_at_present_refuses_no_product() {
    let Some(test) = empty_index().await else { return };
    put(&test.index, [an_entry("a")], 1).await;
    let change = || vec![IndexChange::Put(Box::new(an_entry("b").build()))];

    for (method, action, undo) in [(Method::POST, "_close", "_open"), (Method::PUT, "_block/write", "_settings")] {
        test.meddle(method.clone(), action).await;
        let failed = test.index.apply(change(), Some(position(2))).await;
        test.meddle(method, undo).await;

        assert!(failed.is_err(), "{action}: {failed:?}");
        assert_eq!(test.index.position().await.unwrap(), Some(position(1)), "{action}");
    }
    assert_eq!(test.index.apply(change(), Some(position(2))).await.unwrap(), []);
    assert_eq!(listed(&test.index).await, ["a", "b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_learned_is_kept_and_tells_of_products_that_come_later() {
    let Some(test) = empty_index().await else { return };
    let named = |code: &str, name: &str| an_entry(code).named(Language::ENGLISH, name);
    let keyboards = (0..12).map(|number| named(&format!("k{number:02}"), "Keyboard with keys"));
    let covers = (0..3).map(|number| named(&format!("c{number:02}"), "Keyboard cover, dust"));
    put(&test.index, keyboards.chain(covers), 1).await;
    let before = test.index.generation();

    test.index.learn().await.unwrap();
    let again = opened_again(&test).await;
    put(&again, [named("new", "Keyboard with keys")], 2).await;

    assert!(test.index.generation() > before, "results stand in another order");
    assert_eq!(again.position().await.unwrap(), Some(position(2)), "the position is not touched by learning");
    let query = ListQuery { text: Some("keyboard".to_owned()), ..a_list() };
    let explained = again.explain(query, &"new".parse().unwrap()).await.unwrap().expect("the index has it");
    assert!(explained.likeness.is_some_and(|likeness| likeness > 0.0), "{explained:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_would_lead_elsewhere_opens_nothing() {
    for name in ["", "-a", "_all", "a*", "a,b", "a.b", "../a", "A", &"a".repeat(200)] {
        let opened = OpenSearchIndex::open(OpenSearchConfig::new("http://127.0.0.1:1", name)).await;

        assert!(matches!(opened, Err(OpenError::Name)), "{name}: {opened:?}");
    }
}
