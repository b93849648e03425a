use ecom67_app::port::SaveError;
use ecom67_domain::Version;

use crate::steps::sku;
use crate::{Stores, a_product};

fn assert_taken(result: &Result<Version, SaveError>, text: &str, by: &str) {
    let is_refused =
        matches!(result, Err(SaveError::SkuTaken { sku: taken, owner }) if *taken == sku(text) && owner.as_str() == by);
    assert!(is_refused, "got {result:?}");
}

pub async fn a_sku_leads_to_its_product(stores: &Stores) {
    stores.save(&a_product("mug").skus(["MUG-RED", "mug blue/2.5+#_"]).build()).await;

    assert_eq!(stores.by_sku("MUG-RED").await.as_deref(), Some("mug"));
    assert_eq!(stores.by_sku("mug blue/2.5+#_").await.as_deref(), Some("mug"));
    assert_eq!(stores.by_sku("mug").await, None);
}

pub async fn a_sku_of_another_product_is_refused(stores: &Stores) {
    stores.save(&a_product("mug").skus(["RED", "BLUE"]).build()).await;

    let created = stores.try_save(&a_product("cup").skus(["GREEN", "BLUE"]).build(), None).await;
    assert_taken(&created, "BLUE", "mug");
    assert_eq!(stores.product("cup").await, None);
    assert_eq!(stores.by_sku("GREEN").await, None);

    let read_at = stores.save(&a_product("cup").build()).await;
    let changed = stores.try_save(&a_product("cup").skus(["CUP", "RED"]).build(), Some(read_at)).await;
    assert_taken(&changed, "RED", "mug");
    assert_eq!(stores.by_sku("RED").await.as_deref(), Some("mug"));
}

pub async fn a_sku_that_was_freed_leads_nowhere(stores: &Stores) {
    stores.save(&a_product("mug").skus(["RED", "BLUE"]).build()).await;

    stores.save(&a_product("mug").skus(["RED"]).build()).await;

    assert_eq!(stores.by_sku("RED").await.as_deref(), Some("mug"));
    assert_eq!(stores.by_sku("BLUE").await, None);
}

pub async fn a_sku_that_was_freed_can_be_used_by_another_product(stores: &Stores) {
    stores.save(&a_product("mug").skus(["RED", "BLUE"]).build()).await;
    let mug = stores.save(&a_product("mug").skus(["RED"]).build()).await;

    stores.save(&a_product("cup").skus(["BLUE"]).build()).await;

    assert_eq!(stores.by_sku("BLUE").await.as_deref(), Some("cup"));
    let back = stores.try_save(&a_product("mug").skus(["RED", "BLUE"]).build(), Some(mug)).await;
    assert_taken(&back, "BLUE", "cup");
}

pub async fn a_sku_can_move_to_another_product_and_back(stores: &Stores) {
    for round in 0..3 {
        stores.save(&a_product("mug").skus(["MUG", "BLUE"]).build()).await;
        assert_eq!(stores.by_sku("BLUE").await.as_deref(), Some("mug"), "in round {round}");
        stores.save(&a_product("mug").build()).await;

        stores.save(&a_product("cup").skus(["CUP", "BLUE"]).build()).await;
        assert_eq!(stores.by_sku("BLUE").await.as_deref(), Some("cup"), "in round {round}");
        stores.save(&a_product("cup").build()).await;
    }

    assert_eq!(stores.by_sku("BLUE").await, None);
}

pub async fn skus_that_differ_in_case_are_two(stores: &Stores) {
    stores.save(&a_product("mug").skus(["abc"]).build()).await;
    stores.save(&a_product("cup").skus(["ABC"]).build()).await;

    assert_eq!(stores.by_sku("abc").await.as_deref(), Some("mug"));
    assert_eq!(stores.by_sku("ABC").await.as_deref(), Some("cup"));
}
