use std::sync::Arc;

use ecom67_app::document::ShopDocument;
use ecom67_app::port::{Change, Position, SaveError, Subject};
use ecom67_domain::Version;
use ecom67_domain::stock::StockChange::{By, To};
use tokio::task::JoinSet;

use super::{assert_told, assert_untold, counts, document, has_at_least, product};
use crate::steps::{CALLERS, saving, sku};
use crate::{Stores, a_category, a_product, an_adjustment};

fn stock(text: &str) -> Subject {
    Subject::Stock(sku(text))
}

fn category(code: &str) -> Subject {
    document(&ShopDocument::Category(a_category(code)).key())
}

/// Commits a few things of each kind, and returns how often each subject was committed.
async fn commit_a_few(stores: &Stores) -> Vec<(Subject, usize)> {
    for round in 0..3 {
        stores.save(&a_product("mug").named(&format!("Mug {round}")).build()).await;
        stores.enter(an_adjustment("MUG", To(10 + round), &round.to_string())).await;
        stores.save_document(a_category("mugs")).await;
    }
    stores.save(&a_product("cup").build()).await;
    stores.enter(an_adjustment("CUP", By(1), "1")).await;
    vec![(product("mug"), 3), (stock("MUG"), 3), (category("mugs"), 3), (product("cup"), 1), (stock("CUP"), 1)]
}

pub async fn an_empty_shop_has_nothing_to_tell(stores: &Stores) {
    assert_eq!(stores.changes.read(None, 10).await.unwrap(), []);
}

pub async fn every_commit_is_told(stores: &Stores) {
    let committed = commit_a_few(stores).await;

    let told = assert_told(stores, None, &committed).await;

    let subjects: Vec<_> = counts(&told).into_keys().collect();
    let mut expected: Vec<_> = committed.into_iter().map(|(subject, _)| subject).collect();
    expected.sort_unstable();
    assert_eq!(subjects, expected, "and nothing else");
}

pub async fn a_removal_is_told(stores: &Stores) {
    let version = stores.save_document(a_category("mugs")).await;
    let head = stores.changes.head().await.unwrap();
    let key = ShopDocument::Category(a_category("mugs")).key();

    stores.documents.remove(&key, version).await.unwrap();

    assert_told(stores, Some(&head), &[(document(&key), 1)]).await;
}

pub async fn a_refused_write_is_not_told(stores: &Stores) {
    stores.save(&a_product("mug").build()).await;
    stores.save_document(a_category("mugs")).await;
    let head = stores.changes.head().await.unwrap();

    let stale = stores.try_save(&a_product("mug").named("New").build(), Some(Version(9))).await;
    let clash = stores.try_save(&a_product("cup").skus(["MUG"]).build(), None).await;
    let removal = stores.documents.remove(&ShopDocument::Category(a_category("mugs")).key(), Version(9)).await;
    let adjustment = stores.stock.adjust(an_adjustment("MUG", By(-1), "1")).await;

    assert!(matches!(stale, Err(SaveError::Stale { .. })), "got {stale:?}");
    assert!(matches!(clash, Err(SaveError::SkuTaken { .. })), "got {clash:?}");
    assert!(matches!(removal, Err(SaveError::Stale { .. })), "got {removal:?}");
    assert!(adjustment.is_err(), "got {adjustment:?}");
    let refused = [product("mug"), product("cup"), category("mugs"), stock("MUG")];
    assert_untold(stores, &head, |subject| refused.contains(subject)).await;
}

pub async fn changes_of_one_subject_are_told_in_the_order_of_their_commits(stores: &Stores) {
    let committed = commit_a_few(stores).await;

    let told = assert_told(stores, None, &committed).await;

    for (subject, _) in committed {
        let times: Vec<_> = told.iter().filter(|change| change.subject == subject).map(|change| change.at).collect();
        assert!(times.is_sorted(), "{subject:?} was told at {times:?}");
    }
}

pub async fn reading_takes_nothing_out_of_the_log(stores: &Stores) {
    let committed = commit_a_few(stores).await;

    let first = counts(&assert_told(stores, None, &committed).await);
    let second = counts(&assert_told(stores, None, &committed).await);

    assert_eq!(first, second);
}

pub async fn no_more_is_told_at_once_than_was_asked_for(stores: &Stores) {
    let committed = commit_a_few(stores).await;
    assert_told(stores, None, &committed).await;

    for limit in [1, 2, 5] {
        let mut changes: Vec<Change> = Vec::new();
        loop {
            let page = stores.changes.read(changes.last().map(|change| &change.position), limit).await.unwrap();
            assert!(page.len() <= limit, "{} changes were told where {limit} were asked for", page.len());
            if page.is_empty() {
                break;
            }
            changes.extend(page);
            assert!(changes.len() < 1_000, "the pages never end");
        }
        assert!(has_at_least(&counts(&changes), &committed), "in pages of {limit}: {:?}", counts(&changes));
    }
}

pub async fn reading_on_from_any_position_tells_what_came_later(stores: &Stores) {
    let committed = commit_a_few(stores).await;
    let all = assert_told(stores, None, &committed).await;

    for (index, change) in all.iter().enumerate() {
        let later: Vec<_> = counts(&all[index + 1..]).into_iter().collect();
        let written_down = change.position.to_string();

        assert_told(stores, Some(&Position(written_down)), &later).await;
    }
    let last = &all[all.len() - 1];
    assert_eq!(stores.changes.read(Some(&last.position), 10).await.unwrap(), [], "nothing comes after the last");
}

pub async fn of_64_commits_at_once_all_are_told(stores: &Stores) {
    let mut tasks = JoinSet::new();
    for index in 0..CALLERS {
        let stores = stores.clone();
        tasks.spawn(async move {
            let mug = a_product(&format!("mug-{index}")).build();
            stores.products.save(saving(&mug, None)).await.expect("nothing stands against this save");
            stores.enter(an_adjustment("MUG", By(1), &index.to_string())).await;
        });
    }
    let changes = Arc::clone(&stores.changes);
    while !tasks.is_empty() {
        changes.read(None, 10).await.expect("a reader is welcome at any time");
        for _ in 0..8 {
            tasks.join_next().await.transpose().expect("every commit is made");
        }
    }

    let products = (0..CALLERS).map(|index| (product(&format!("mug-{index}")), 1));
    assert_told(stores, None, &products.chain([(stock("MUG"), CALLERS)]).collect::<Vec<_>>()).await;
}
