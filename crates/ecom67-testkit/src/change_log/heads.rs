use std::collections::BTreeSet;

use ecom67_app::port::{PAGE_MAX, Subject};
use ecom67_domain::stock::StockChange::By;

use super::{assert_told, product};
use crate::steps::{saving, sku};
use crate::{Stores, a_category, a_product, an_adjustment};

pub async fn nothing_comes_after_the_head_until_somebody_commits(stores: &Stores) {
    stores.save(&a_product("mug").build()).await;
    stores.save_document(a_category("mugs")).await;
    stores.enter(an_adjustment("MUG", By(5), "1")).await;
    assert_told(stores, None, &[(product("mug"), 1), (Subject::Stock(sku("MUG")), 1)]).await;

    let head = stores.changes.head().await.unwrap();

    assert_eq!(stores.changes.read(Some(&head), 10).await.unwrap(), []);
    stores.save(&a_product("cup").build()).await;
    let told = assert_told(stores, Some(&head), &[(product("cup"), 1)]).await;
    assert!(told.iter().all(|change| change.subject == product("cup")), "only what came after it: {told:?}");
}

pub async fn the_head_of_an_empty_log_can_be_read_on_from(stores: &Stores) {
    let head = stores.changes.head().await.unwrap();
    assert_eq!(stores.changes.read(Some(&head), 10).await.unwrap(), []);

    stores.save(&a_product("mug").build()).await;

    assert_told(stores, Some(&head), &[(product("mug"), 1)]).await;
}

pub async fn whoever_rebuilds_from_the_store_and_reads_on_misses_nothing(stores: &Stores) {
    const PRODUCTS: usize = 60;
    let code = |index| format!("mug-{index}");
    let writer = tokio::spawn({
        let products = stores.products.clone();
        async move {
            for index in 0..PRODUCTS {
                let mug = a_product(&code(index)).build();
                products.save(saving(&mug, None)).await.expect("nothing stands against this save");
            }
        }
    });
    while stores.product(&code(PRODUCTS / 4)).await.is_none() {
        tokio::task::yield_now().await;
    }

    let head = stores.changes.head().await.unwrap();
    let listed = stores.products.list(None, PAGE_MAX).await.unwrap();
    writer.await.unwrap();

    let mut seen: BTreeSet<_> = listed.iter().map(|stored| Subject::Product(stored.value.code.clone())).collect();
    let all = (0..PRODUCTS).map(|index| (product(&code(index)), 1));
    let missing: Vec<_> = all.filter(|(subject, _)| !seen.contains(subject)).collect();
    let told = assert_told(stores, Some(&head), &missing).await;
    seen.extend(told.into_iter().map(|change| change.subject));
    assert_eq!(seen.len(), PRODUCTS);
}
