use ecom67_app::port::{Position, StoreError};
use ecom67_app::search::{IndexChange, ProductIndex};

use super::entries::{a_list, an_entry, codes, list, put, valid};

#[expect(clippy::unnecessary_wraps, reason = "what an index takes and tells is an option")]
fn position(text: &str) -> Option<Position> {
    Some(Position(text.to_owned()))
}

pub async fn an_empty_index_has_no_position_and_lists_nothing(index: &dyn ProductIndex) {
    assert_eq!(index.position().await.unwrap(), None);

    let hits = list(index, a_list()).await;

    assert_eq!((hits.total, hits.hits.len(), hits.facets.len(), hits.next), (0, 0, 0, None));
}

pub async fn what_is_applied_is_listed_when_the_call_returns(index: &dyn ProductIndex) {
    let before = index.generation();

    put(index, [an_entry("mug"), an_entry("pot")]).await;

    assert_eq!(codes(&list(index, a_list()).await), ["mug", "pot"]);
    assert!(index.generation() > before, "what is visible has changed");
}

pub async fn the_position_is_the_one_that_came_last(index: &dyn ProductIndex) {
    index.apply(vec![], position("12")).await.unwrap();
    assert_eq!(index.position().await.unwrap(), position("12"));

    let mug = IndexChange::Put(Box::new(an_entry("mug").build()));
    index.apply(vec![mug], position("a shard, and \"more\"")).await.unwrap();

    assert_eq!(index.position().await.unwrap(), position("a shard, and \"more\""));
}

pub async fn changes_without_a_position_mark_the_index_as_to_be_built(index: &dyn ProductIndex) {
    index.apply(vec![], position("12")).await.unwrap();

    put(index, [an_entry("mug")]).await;

    assert_eq!(index.position().await.unwrap(), None);
    assert_eq!(codes(&list(index, a_list()).await), ["mug"]);
}

pub async fn a_product_put_again_replaces_its_older_self(index: &dyn ProductIndex) {
    put(index, [an_entry("mug").attribute("colour", "red").price("de", 100)]).await;

    put(index, [an_entry("mug").attribute("colour", "blue").price("de", 200)]).await;

    let hits = list(index, a_list()).await;
    assert_eq!((codes(&hits), hits.total), (vec!["mug"], 1));
    assert_eq!(hits.facets.iter().find_map(|facet| facet.range), Some((200, 200)));
}

pub async fn of_two_changes_of_one_product_the_later_counts(index: &dyn ProductIndex) {
    let put = |code: &str, price| IndexChange::Put(Box::new(an_entry(code).price("de", price).build()));
    let remove = |code: &str| IndexChange::Remove(valid(code));

    let changes = vec![put("mug", 1), put("mug", 2), put("pot", 1), remove("pot"), remove("cup"), put("cup", 3)];
    index.apply(changes, None).await.unwrap();

    let hits = list(index, a_list()).await;
    assert_eq!(codes(&hits), ["cup", "mug"]);
    assert_eq!(hits.facets.iter().find_map(|facet| facet.range), Some((2, 3)));
}

pub async fn a_removed_product_is_not_listed(index: &dyn ProductIndex) {
    put(index, [an_entry("mug"), an_entry("pot")]).await;

    let remove = |code: &str| IndexChange::Remove(valid(code));
    index.apply(vec![remove("mug"), remove("never-there")], None).await.unwrap();

    let hits = list(index, a_list()).await;
    assert_eq!((codes(&hits), hits.total), (vec!["pot"], 1));
}

pub async fn what_is_being_built_is_not_seen_until_it_is_finished(index: &dyn ProductIndex) {
    put(index, [an_entry("old"), an_entry("kept")]).await;
    index.apply(vec![], position("12")).await.unwrap();

    let mut build = index.rebuild().await.unwrap();
    build.put(vec![an_entry("kept").build(), an_entry("new").build()]).await.unwrap();
    build.put(vec![]).await.unwrap();
    assert_eq!(codes(&list(index, a_list()).await), ["kept", "old"]);
    assert_eq!(index.position().await.unwrap(), position("12"));
    let before = index.generation();
    build.finish(Position("30".to_owned())).await.unwrap();

    assert_eq!(codes(&list(index, a_list()).await), ["kept", "new"]);
    assert_eq!(index.position().await.unwrap(), position("30"));
    assert!(index.generation() > before, "what is visible has changed");
}

pub async fn a_build_that_is_given_up_leaves_no_trace(index: &dyn ProductIndex) {
    put(index, [an_entry("old")]).await;

    let mut build = index.rebuild().await.unwrap();
    build.put(vec![an_entry("new").build()]).await.unwrap();
    drop(build);
    put(index, [an_entry("next")]).await;

    assert_eq!(codes(&list(index, a_list()).await), ["next", "old"]);
}

pub async fn nothing_is_applied_while_an_index_is_built(index: &dyn ProductIndex) {
    let build = index.rebuild().await.unwrap();

    let applied = index.apply(vec![], position("12")).await;
    let another = index.rebuild().await.map(drop);

    assert!(matches!(applied, Err(StoreError::Busy)), "got {applied:?}");
    assert!(matches!(another, Err(StoreError::Busy)), "got {another:?}");
    drop(build);
    index.apply(vec![], position("13")).await.unwrap();
    assert_eq!(index.position().await.unwrap(), position("13"));
}

pub async fn what_the_index_has_can_be_told_product_by_product(index: &dyn ProductIndex) {
    let entries = ["c", "a", "b", "d"].map(|code| an_entry(code).build());
    put(index, ["c", "a", "b", "d"].map(an_entry)).await;
    index.apply(vec![IndexChange::Remove(valid("b"))], None).await.unwrap();
    put(index, [an_entry("d").brand("acme")]).await;

    let products = index.products(None, 2).await.unwrap();
    assert_eq!(products, [valid("a"), valid("c")]);
    assert_eq!(index.products(products.last(), 2).await.unwrap(), [valid("d")]);
    assert_eq!(index.products(Some(&valid("d")), 2).await.unwrap(), []);

    let asked = ["d", "b", "a", "gone"].map(valid);
    let [d, b, a, gone] = index.fingerprints(&asked).await.unwrap()[..] else { panic!("one for each") };
    assert_eq!((b, gone), (None, None));
    assert_eq!(a, Some(entries[1].fingerprint()));
    assert_eq!(d, Some(an_entry("d").brand("acme").build().fingerprint()));
    assert_ne!(d, Some(entries[3].fingerprint()));
}
