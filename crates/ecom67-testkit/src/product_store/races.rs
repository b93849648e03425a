use std::sync::Arc;

use ecom67_app::port::{ProductSave, SaveError};
use ecom67_domain::{Language, Product, Version};
use tokio::task::JoinSet;

use crate::steps::{CALLERS, Leads, saving};
use crate::{Stores, a_product, noon};

/// Makes all saves at once, and returns their results.
async fn at_once(stores: &Stores, saves: Vec<ProductSave>) -> Vec<(Product, Result<Version, SaveError>)> {
    let mut tasks = JoinSet::new();
    for save in saves {
        let products = Arc::clone(&stores.products);
        tasks.spawn(async move { (save.product.clone(), products.save(save).await) });
    }
    tasks.join_all().await
}

/// The one product whose save succeeded.
fn the_winner(results: &[(Product, Result<Version, SaveError>)]) -> (&Product, Version) {
    let saved: Vec<_> =
        results.iter().filter_map(|(product, result)| Some((product, *result.as_ref().ok()?))).collect();
    assert_eq!(saved.len(), 1, "exactly one is saved: {results:?}");
    saved[0]
}

pub async fn of_64_creators_of_one_product_exactly_one_wins(stores: &Stores) {
    let mug = |index| a_product("mug").named(&format!("Mug {index}")).slug(Language::ENGLISH, &format!("mug-{index}"));
    let saves = (0..CALLERS).map(|index| saving(&mug(index).build(), None)).collect();

    let results = at_once(stores, saves).await;

    let (winner, version) = the_winner(&results);
    assert_eq!(version, Version::FIRST);
    assert_eq!(stores.product("mug").await.unwrap().value, *winner);
    for (product, result) in &results {
        let slug = &product.text(Language::ENGLISH).slug;
        let leads_somewhere = stores.by_slug(Language::ENGLISH, slug.as_str()).await != Leads::Nowhere;
        match result {
            Ok(_) => assert!(leads_somewhere),
            Err(SaveError::Stale { present: Some(Version::FIRST) }) => assert!(!leads_somewhere, "{slug} was refused"),
            Err(error) => panic!("a loser is told that it is stale, not {error:?}"),
        }
    }
}

pub async fn of_64_savers_of_one_product_exactly_one_wins_per_version(stores: &Stores) {
    let mut present = stores.save(&a_product("mug").price("de", "EUR", 1).build()).await;
    for round in 2..=4 {
        let before = stores.product("mug").await.unwrap().value;
        let save = |index: i64| {
            let mug = a_product("mug").price("de", "EUR", 1000 * round + index).build();
            ProductSave { price_changes: mug.price_changes(Some(&before), noon()), ..saving(&mug, Some(present)) }
        };

        let results = at_once(stores, (0..64).map(save).collect()).await;

        let (winner, version) = the_winner(&results);
        assert_eq!(version, present.next());
        for (_, result) in &results {
            let is_stale = matches!(result, Err(SaveError::Stale { present: Some(seen) }) if *seen == version);
            assert!(result.is_ok() || is_stale, "got {result:?}");
        }
        let kept = stores.product("mug").await.unwrap();
        assert_eq!((&kept.value, kept.version), (winner, version));
        present = version;
    }

    let history = stores.products.price_history(&crate::steps::code("mug"), noon()).await.unwrap();
    assert_eq!(history.len(), 3, "one change per version that was saved: {history:?}");
}

pub async fn of_64_products_that_want_one_slug_exactly_one_gets_it(stores: &Stores) {
    let product = |index| a_product(&format!("mug-{index}")).slug(Language::ENGLISH, "mug").build();
    let saves = (0..CALLERS).map(|index| saving(&product(index), None)).collect();

    let results = at_once(stores, saves).await;

    let (winner, _) = the_winner(&results);
    assert_eq!(stores.by_slug(Language::ENGLISH, "mug").await, Leads::to(winner.code.as_str()));
    for (_, result) in &results {
        let is_taken =
            matches!(result, Err(SaveError::SlugTaken { owner, current: true, .. }) if owner == winner.code.as_str());
        assert!(result.is_ok() || is_taken, "got {result:?}");
    }
    assert_eq!(stores.products.list(None, 10).await.unwrap().len(), 1);
}

pub async fn of_64_products_that_want_one_sku_exactly_one_gets_it(stores: &Stores) {
    let product = |index| a_product(&format!("mug-{index}")).skus([format!("OWN-{index}"), "MUG".to_owned()]).build();
    let saves = (0..CALLERS).map(|index| saving(&product(index), None)).collect();

    let results = at_once(stores, saves).await;

    let (winner, _) = the_winner(&results);
    assert_eq!(stores.by_sku("MUG").await, Some(winner.code.to_string()));
    for (product, result) in &results {
        let is_taken = matches!(result, Err(SaveError::SkuTaken { owner, .. }) if *owner == winner.code);
        assert!(result.is_ok() || is_taken, "got {result:?}");
        let own = product.variants[0].sku.as_str();
        assert_eq!(stores.by_sku(own).await.is_some(), result.is_ok(), "{own} belongs to whoever was saved");
    }
}

pub async fn a_sku_given_up_while_others_want_it_never_has_two_owners(stores: &Stores) {
    for round in 0..8 {
        let code = |index: usize| format!("r{round}-{index}");
        let shared = format!("SHARED-{round}");
        let with = |index| a_product(&code(index)).skus([format!("{}-OWN", code(index)), shared.clone()]).build();
        let without = |index| a_product(&code(index)).skus([format!("{}-OWN", code(index))]).build();
        stores.save(&with(0)).await;
        stores.save(&without(1)).await;
        stores.save(&without(2)).await;

        let gives_up = saving(&without(0), Some(Version::FIRST));
        let wants = [1, 2].map(|index| saving(&with(index), Some(Version::FIRST)));
        at_once(stores, [vec![gives_up], wants.to_vec()].concat()).await;

        let mut owners = Vec::new();
        for index in 0..3 {
            let kept = stores.product(&code(index)).await.unwrap().value;
            if kept.variants.iter().any(|variant| variant.sku.as_str() == shared) {
                owners.push(code(index));
            }
        }
        assert!(owners.len() <= 1, "{shared} belongs to {owners:?}");
        assert_eq!(stores.by_sku(&shared).await, owners.first().cloned());
    }
}
