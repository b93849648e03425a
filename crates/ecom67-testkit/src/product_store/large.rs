use std::sync::Arc;

use ecom67_app::port::{ProductSave, SaveError};
use ecom67_domain::Version;
use ecom67_domain::product::VARIANTS_MAX;

use crate::steps::{code, saving};
use crate::{Stores, a_product, a_product_with_500_variants, change_log, noon};

pub async fn a_product_with_500_variants_in_3_markets_reads_back_as_it_was_saved(stores: &Stores) {
    let mug = a_product_with_500_variants("mug", "MUG").build();
    let price_changes = mug.price_changes(None, noon());

    let save = ProductSave { price_changes: price_changes.clone(), ..saving(&mug, None) };
    let version = stores.products.save(save).await.unwrap();

    let kept = stores.product("mug").await.unwrap();
    assert_eq!((kept.version, &kept.value), (version, &mug));
    assert_eq!(price_changes.len(), 3 * VARIANTS_MAX);
    let mut history = stores.products.price_history(&code("mug"), noon()).await.unwrap();
    history.sort_by_key(|change| price_changes.iter().position(|expected| expected == change));
    assert_eq!(history, price_changes, "all of one instant, in whatever order");
    assert_eq!(stores.products.list(None, 10).await.unwrap(), [kept]);
}

pub async fn every_sku_of_a_large_product_leads_to_it(stores: &Stores) {
    stores.save(&a_product_with_500_variants("mug", "MUG").build()).await;

    for index in (0..VARIANTS_MAX).step_by(7).chain([99, 100, VARIANTS_MAX - 1]) {
        assert_eq!(stores.by_sku(&format!("MUG-{index}")).await.as_deref(), Some("mug"), "MUG-{index}");
    }
    let result = stores.try_save(&a_product("cup").skus(["MUG-499"]).build(), None).await;
    assert!(matches!(result, Err(SaveError::SkuTaken { .. })), "got {result:?}");
}

pub async fn a_large_product_refused_for_one_sku_leaves_the_others_free(stores: &Stores) {
    stores.save(&a_product("cup").skus(["MUG-499"]).build()).await;
    let head = stores.changes.head().await.unwrap();

    let result = stores.try_save(&a_product_with_500_variants("mug", "MUG").build(), None).await;

    assert!(matches!(&result, Err(SaveError::SkuTaken { owner, .. }) if *owner == code("cup")), "got {result:?}");
    assert_eq!(stores.product("mug").await, None);
    assert_eq!(stores.by_sku("MUG-0").await, None);
    assert_eq!(stores.by_sku("MUG-498").await, None);
    change_log::assert_untold(stores, &head, |subject| *subject == change_log::product("mug")).await;
    stores.save(&a_product("pot").skus(["MUG-0", "MUG-200", "MUG-498"]).build()).await;
    assert_eq!(stores.by_sku("MUG-200").await.as_deref(), Some("pot"));
    let again = stores.try_save(&a_product_with_500_variants("mug", "MUG").build(), None).await;
    assert!(matches!(again, Err(SaveError::SkuTaken { .. })), "got {again:?}");
}

pub async fn of_two_large_products_that_share_a_sku_only_one_is_saved(stores: &Stores) {
    for round in 0..3 {
        let products: Vec<_> = ["a", "b"]
            .map(|name| {
                let code = format!("{name}{round}");
                a_product_with_500_variants(&code, &code)
                    .with(|parts| parts.variants[250].sku = format!("SHARED-{round}").parse().unwrap())
                    .build()
            })
            .into();
        let save = |index: usize| {
            let (store, save) = (Arc::clone(&stores.products), saving(&products[index], None));
            tokio::spawn(async move { store.save(save).await })
        };

        let (first, second) = (save(0), save(1));
        let results = [first.await.unwrap(), second.await.unwrap()];

        let saved: Vec<_> = products.iter().zip(&results).filter(|(_, result)| result.is_ok()).collect();
        let is_refusal = |result: &&Result<Version, SaveError>| matches!(result, Err(SaveError::SkuTaken { .. }));
        assert_eq!((saved.len(), results.iter().filter(is_refusal).count()), (1, 1), "got {results:?}");
        let owner = saved[0].0.code.as_str();
        assert_eq!(stores.by_sku(&format!("SHARED-{round}")).await.as_deref(), Some(owner));
    }
}

pub async fn skus_freed_by_a_large_product_can_be_used_by_others(stores: &Stores) {
    stores.save(&a_product_with_500_variants("mug", "MUG").build()).await;
    stores.save(&a_product("mug").skus(["MUG-0"]).build()).await;

    assert_eq!(stores.by_sku("MUG-0").await.as_deref(), Some("mug"));
    for index in [1, 250, 499] {
        assert_eq!(stores.by_sku(&format!("MUG-{index}")).await, None, "MUG-{index}");
    }
    stores.save(&a_product("cup").skus((1..60).map(|index| format!("MUG-{index}"))).build()).await;
    stores.save(&a_product("pot").skus((60..500).map(|index| format!("MUG-{index}"))).build()).await;
    for (index, owner) in [(0, "mug"), (1, "cup"), (59, "cup"), (60, "pot"), (499, "pot")] {
        assert_eq!(stores.by_sku(&format!("MUG-{index}")).await.as_deref(), Some(owner), "MUG-{index}");
    }
}

pub async fn a_large_product_can_exchange_all_its_skus_at_once(stores: &Stores) {
    stores.save(&a_product_with_500_variants("mug", "OLD").build()).await;

    stores.save(&a_product_with_500_variants("mug", "NEW").build()).await;

    for index in [0, 99, 100, 499] {
        assert_eq!(stores.by_sku(&format!("OLD-{index}")).await, None, "OLD-{index}");
        assert_eq!(stores.by_sku(&format!("NEW-{index}")).await.as_deref(), Some("mug"), "NEW-{index}");
    }
    stores.save(&a_product_with_500_variants("mug", "OLD").build()).await;
    assert_eq!(stores.by_sku("OLD-499").await.as_deref(), Some("mug"));
    assert_eq!(stores.by_sku("NEW-499").await, None);
}
