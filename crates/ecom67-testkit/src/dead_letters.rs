//! What every [`DeadLetters`](ecom67_app::port::DeadLetters) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use std::sync::Arc;

use ecom67_app::port::{DeadLetter, PAGE_MAX, REASON_LENGTH_MAX, Refused};
use ecom67_domain::ProductCode;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::steps::code;
use crate::{Stores, noon};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! dead_letters_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; dead_letters;
            a_shop_begins_without_dead_letters
            a_letter_tells_why_and_since_when_and_how_often
            a_letter_is_kept_until_it_is_cleared
            clearing_what_has_no_letter_changes_nothing
            letters_are_listed_by_code_page_by_page
            a_whole_page_is_noted_and_cleared_at_once
            of_16_that_note_one_product_at_once_each_is_counted
            dead_letters_are_no_changes_of_the_shop
        );
    };
}

fn refused(product: &str, reason: &str) -> Refused {
    Refused::new(code(product), reason)
}

async fn note(stores: &Stores, products: &[&str], at: Timestamp) {
    let refused: Vec<_> = products.iter().map(|product| refused(product, "too long")).collect();
    stores.dead_letters.note(&refused, at).await.unwrap();
}

async fn clear(stores: &Stores, products: &[&str]) {
    let products: Vec<ProductCode> = products.iter().map(|product| code(product)).collect();
    stores.dead_letters.clear(&products).await.unwrap();
}

/// The products of all letters, in pages of `limit`.
async fn walk(stores: &Stores, limit: usize) -> Vec<String> {
    let mut products: Vec<ProductCode> = Vec::new();
    loop {
        let page = stores.dead_letters.list(products.last(), limit).await.unwrap();
        assert!(page.len() <= limit);
        let is_last = page.len() < limit;
        products.extend(page.into_iter().map(|letter| letter.product));
        if is_last {
            return products.iter().map(ToString::to_string).collect();
        }
    }
}

pub async fn a_shop_begins_without_dead_letters(stores: &Stores) {
    assert_eq!(stores.dead_letters.count().await.unwrap(), 0);
    assert_eq!(stores.dead_letters.list(None, 10).await.unwrap(), []);
}

pub async fn a_letter_tells_why_and_since_when_and_how_often(stores: &Stores) {
    let later = noon() + SignedDuration::from_hours(3);
    let long = "ä".repeat(REASON_LENGTH_MAX);

    stores.dead_letters.note(&[refused("mug", &long)], noon()).await.unwrap();
    let first = stores.dead_letters.list(None, 10).await.unwrap();
    stores.dead_letters.note(&[refused("mug", "too \"wide\""), refused("pot", "")], later).await.unwrap();
    let second = stores.dead_letters.list(None, 10).await.unwrap();

    let reason = refused("mug", &long).reason().to_owned();
    let mug = DeadLetter { product: code("mug"), reason, first_at: noon(), last_at: noon(), failures: 1 };
    assert_eq!(first, std::slice::from_ref(&mug));
    let mug = DeadLetter { reason: "too \"wide\"".to_owned(), last_at: later, failures: 2, ..mug };
    let pot = DeadLetter { product: code("pot"), reason: String::new(), first_at: later, last_at: later, failures: 1 };
    assert_eq!(second, [mug, pot]);
}

pub async fn a_letter_is_kept_until_it_is_cleared(stores: &Stores) {
    note(stores, &["mug", "pot", "cup"], noon()).await;

    clear(stores, &["pot", "cup"]).await;
    assert_eq!(walk(stores, 10).await, ["mug"]);
    assert_eq!(stores.dead_letters.count().await.unwrap(), 1);

    clear(stores, &["mug"]).await;
    note(stores, &["mug"], noon()).await;
    let letters = stores.dead_letters.list(None, 10).await.unwrap();
    assert_eq!(letters[0].failures, 1, "nothing is left of what was cleared");
}

pub async fn clearing_what_has_no_letter_changes_nothing(stores: &Stores) {
    note(stores, &["mug"], noon()).await;

    clear(stores, &["pot", "never-there"]).await;
    clear(stores, &[]).await;
    note(stores, &[], noon()).await;

    assert_eq!(walk(stores, 10).await, ["mug"]);
}

pub async fn letters_are_listed_by_code_page_by_page(stores: &Stores) {
    note(stores, &["b", "a", "a-1", "Z", "c 2/4"], noon()).await;

    for limit in [1, 2, 5, 10] {
        assert_eq!(walk(stores, limit).await, ["Z", "a", "a-1", "b", "c 2/4"], "in pages of {limit}");
    }
}

pub async fn a_whole_page_is_noted_and_cleared_at_once(stores: &Stores) {
    let products: Vec<String> = (0..PAGE_MAX).map(|number| format!("mug-{number:03}")).collect();
    let products: Vec<&str> = products.iter().map(String::as_str).collect();

    note(stores, &products, noon()).await;
    note(stores, &["one-more"], noon()).await;
    assert_eq!(stores.dead_letters.count().await.unwrap(), PAGE_MAX + 1);
    assert_eq!(stores.dead_letters.list(None, usize::MAX).await.unwrap().len(), PAGE_MAX);

    clear(stores, &products).await;
    assert_eq!(walk(stores, 10).await, ["one-more"]);
}

pub async fn of_16_that_note_one_product_at_once_each_is_counted(stores: &Stores) {
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let letters = Arc::clone(&stores.dead_letters);
        tasks.spawn(async move { letters.note(&[refused("mug", "too long")], noon()).await });
    }
    let results = tasks.join_all().await;

    assert!(results.iter().all(Result::is_ok), "got {results:?}");
    assert_eq!(stores.dead_letters.list(None, 10).await.unwrap()[0].failures, 16);
}

pub async fn dead_letters_are_no_changes_of_the_shop(stores: &Stores) {
    let head = stores.changes.head().await.unwrap();

    note(stores, &["mug", "pot"], noon()).await;
    clear(stores, &["mug"]).await;

    assert_eq!(stores.changes.read(Some(&head), 10).await.unwrap(), [], "an indexer would follow itself for ever");
}
