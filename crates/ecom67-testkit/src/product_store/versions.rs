use ecom67_app::port::{OldSlugs, ProductSave, SaveError};
use ecom67_domain::{Language, Version};

use crate::steps::{Leads, saving};
use crate::{Stores, a_product, a_product_with_everything};

pub async fn a_product_that_was_never_saved_is_absent(stores: &Stores) {
    assert_eq!(stores.product("mug").await, None);
    assert_eq!(stores.by_slug(Language::ENGLISH, "mug").await, Leads::Nowhere);
    assert_eq!(stores.by_sku("MUG").await, None);
    assert_eq!(stores.products.list(None, 10).await.unwrap(), []);
}

pub async fn a_product_reads_back_as_it_was_saved(stores: &Stores) {
    let mug = a_product_with_everything("Mug-1").with(|parts| parts.code = "Mug 1/b+#._-".parse().unwrap()).build();

    let version = stores.try_save(&mug, None).await.unwrap();

    let kept = stores.product("Mug 1/b+#._-").await.unwrap();
    assert_eq!(kept.version, version);
    assert_eq!(kept.value, mug);
}

pub async fn a_product_cannot_be_created_twice(stores: &Stores) {
    stores.save(&a_product("mug").build()).await;

    let result = stores.try_save(&a_product("mug").named("Another").build(), None).await;

    assert!(matches!(result, Err(SaveError::Stale { present: Some(Version::FIRST) })), "got {result:?}");
    assert_eq!(stores.product("mug").await.unwrap().value, a_product("mug").build());
}

pub async fn a_stale_save_is_refused(stores: &Stores) {
    let read_at = stores.save(&a_product("mug").build()).await;
    let theirs = a_product("mug").named("Theirs").build();
    stores.try_save(&theirs, Some(read_at)).await.unwrap();

    let result = stores.try_save(&a_product("mug").named("Ours").build(), Some(read_at)).await;

    assert!(matches!(result, Err(SaveError::Stale { present: Some(Version(2)) })), "got {result:?}");
    let kept = stores.product("mug").await.unwrap();
    assert_eq!((kept.value, kept.version), (theirs, Version(2)));
}

pub async fn a_save_over_a_product_that_is_not_there_is_refused(stores: &Stores) {
    let result = stores.try_save(&a_product("mug").build(), Some(Version::FIRST)).await;

    assert!(matches!(result, Err(SaveError::Stale { present: None })), "got {result:?}");
    assert_eq!(stores.product("mug").await, None);
    assert_eq!(stores.by_slug(Language::ENGLISH, "mug").await, Leads::Nowhere);
}

pub async fn a_stale_save_is_called_stale_whatever_else_it_wants(stores: &Stores) {
    stores.save(&a_product("cup").build()).await;
    stores.save(&a_product("mug").build()).await;
    let wants_what_the_cup_has = a_product("mug").slug(Language::ENGLISH, "cup").skus(["CUP"]).build();

    let result = stores.try_save(&wants_what_the_cup_has, Some(Version(7))).await;

    assert!(matches!(result, Err(SaveError::Stale { present: Some(Version::FIRST) })), "got {result:?}");
}

pub async fn each_save_makes_the_next_version(stores: &Stores) {
    let mut read_at = None;
    for expected in 1..=4 {
        let mug = a_product("mug").named(&format!("Mug {expected}")).build();
        let save = ProductSave { old_slugs: OldSlugs::TakeOver, ..saving(&mug, read_at) };

        let version = stores.products.save(save).await.unwrap();

        assert_eq!(version, Version(expected));
        assert_eq!(stores.product("mug").await.unwrap().version, version);
        read_at = Some(version);
    }
}
