//! What the change log forgets.

use std::sync::Arc;

use ecom67_app::port::{ChangeLog, ProductStore, StoreError};
use ecom67_embedded::sqlite::FORGET_MAX;
use ecom67_testkit::{MovableClock, a_product};
use jiff::SignedDuration;

use crate::shop::{TempShop, changes, saving};

fn shop_with_a_clock() -> (TempShop, MovableClock) {
    let clock = MovableClock::default();
    let shop = TempShop::open_with(|options| options.clock = Arc::new(clock.clone()));
    (shop, clock)
}

async fn save(shop: &TempShop, products: &[&str]) {
    for product in products {
        ProductStore::save(&shop.database, saving(a_product(product).build(), None)).await.unwrap();
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test]
async fn changes_are_forgotten_after_a_week_once_the_index_has_them() {
    let (shop, clock) = shop_with_a_clock();
    let start = shop.database.head().await.unwrap();
    save(&shop, &["a", "b"]).await;
    let read = shop.database.head().await.unwrap();
    clock.forward(DAY * 4);
    save(&shop, &["c", "d"]).await;
    clock.forward(DAY * 4);

    assert_eq!(shop.database.forget_old_changes().await.unwrap(), 0, "nobody has read anything");
    shop.database.read(Some(&start), 1).await.unwrap();
    assert_eq!(shop.database.forget_old_changes().await.unwrap(), 0, "nobody has come so far");
    shop.database.read(Some(&read), 1).await.unwrap();
    assert_eq!(shop.database.forget_old_changes().await.unwrap(), 2);

    assert_eq!(changes(&shop.database).await.len(), 2);
    let late = shop.database.read(Some(&start), 10).await;
    assert!(matches!(late, Err(StoreError::Unreadable { .. })), "got {late:?}");
    assert_eq!(shop.database.read(Some(&read), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_log_that_is_all_old_still_says_how_far_it_came() {
    let (shop, clock) = shop_with_a_clock();
    save(&shop, &["a", "b", "c"]).await;
    let head = shop.database.head().await.unwrap();
    shop.database.read(Some(&head), 1).await.unwrap();
    clock.forward(DAY * 8);

    assert_eq!(shop.database.forget_old_changes().await.unwrap(), 2);

    assert_eq!(shop.database.head().await.unwrap(), head);
    assert_eq!(shop.database.read(Some(&head), 1).await.unwrap(), []);
    assert_eq!(shop.database.forget_old_changes().await.unwrap(), 0);
}

#[tokio::test]
async fn no_more_is_forgotten_at_once_than_others_can_wait_for() {
    let (shop, clock) = shop_with_a_clock();
    let told = "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers LIMIT 1500) \
                INSERT INTO changes (at, subject, code) SELECT 0, 'product', 'mug' FROM numbers";
    shop.beside().execute(told, ()).unwrap();
    let head = shop.database.head().await.unwrap();
    shop.database.read(Some(&head), 1).await.unwrap();
    clock.forward(DAY * 8);

    assert_eq!(shop.database.forget_old_changes().await.unwrap(), FORGET_MAX);
    assert_eq!(shop.database.forget_old_changes().await.unwrap(), 1_499 - FORGET_MAX);
}
