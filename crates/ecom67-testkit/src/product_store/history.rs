use ecom67_app::port::{ProductSave, SaveError};
use ecom67_domain::price::PriceChange;
use ecom67_domain::{Language, Version};
use jiff::{SignedDuration, Timestamp};

use crate::steps::{Leads, code, saving, sku};
use crate::{Stores, a_product, change_log, euros, noon};

fn days_later(days: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(24 * days)
}

fn a_change(at: Timestamp, was: i64, is: i64) -> PriceChange {
    PriceChange {
        at,
        sku: sku("MUG"),
        market: "de".parse().unwrap(),
        was: (was > 0).then(|| euros(was)),
        is: (is > 0).then(|| euros(is)),
    }
}

async fn save_with(stores: &Stores, version: Option<Version>, price_changes: Vec<PriceChange>) -> Version {
    let mug = a_product("mug").build();
    stores.products.save(ProductSave { price_changes, ..saving(&mug, version) }).await.unwrap()
}

async fn history(stores: &Stores, of: &str, since: Timestamp) -> Vec<PriceChange> {
    stores.products.price_history(&code(of), since).await.unwrap()
}

pub async fn a_price_change_enters_the_history_with_the_save(stores: &Stores) {
    let before = a_product("mug").build();
    let after = a_product("mug").price("de", "EUR", 990).price("us", "USD", 1200).build();
    let created = before.price_changes(None, noon());
    let changed = after.price_changes(Some(&before), days_later(1));

    stores.products.save(ProductSave { price_changes: created.clone(), ..saving(&before, None) }).await.unwrap();
    let save = ProductSave { price_changes: changed.clone(), ..saving(&after, Some(Version::FIRST)) };
    stores.products.save(save).await.unwrap();

    assert_eq!(changed.len(), 2);
    assert_eq!(history(stores, "mug", noon()).await, [created, changed].concat());
}

pub async fn the_history_is_read_back_since_an_instant(stores: &Stores) {
    let mut version = None;
    let changes = [a_change(noon(), 0, 1000), a_change(days_later(1), 1000, 900), a_change(days_later(2), 900, 0)];
    for change in changes.clone() {
        version = Some(save_with(stores, version, vec![change]).await);
    }

    assert_eq!(history(stores, "mug", Timestamp::UNIX_EPOCH).await, changes);
    assert_eq!(history(stores, "mug", days_later(1)).await, changes[1..], "the instant itself is part of it");
    let just_after = days_later(1) + SignedDuration::from_micros(1);
    assert_eq!(history(stores, "mug", just_after).await, changes[2..]);
    assert_eq!(history(stores, "mug", days_later(3)).await, []);
}

pub async fn the_history_ascends_even_where_one_save_brought_many_instants(stores: &Stores) {
    let long_ago = Timestamp::from_second(-86_400).unwrap();
    let seeded =
        vec![a_change(days_later(5), 1200, 900), a_change(long_ago, 0, 1000), a_change(days_later(1), 1000, 1200)];
    let version = save_with(stores, None, seeded.clone()).await;
    let between = a_change(days_later(3), 1200, 1100);
    save_with(stores, Some(version), vec![between.clone()]).await;

    let [last, first, second] = seeded.try_into().unwrap();
    let all = [first, second.clone(), between.clone(), last.clone()];
    assert_eq!(history(stores, "mug", Timestamp::MIN).await, all);
    assert_eq!(history(stores, "mug", days_later(1)).await, [second, between, last]);
}

pub async fn each_product_has_a_history_of_its_own(stores: &Stores) {
    save_with(stores, None, vec![a_change(noon(), 0, 1000)]).await;
    stores.save(&a_product("mug2").build()).await;

    assert_eq!(history(stores, "mug", noon()).await.len(), 1);
    assert_eq!(history(stores, "mug2", noon()).await, []);
    assert_eq!(history(stores, "absent", noon()).await, []);
}

pub async fn a_refused_save_leaves_nothing(stores: &Stores) {
    stores.save(&a_product("mug").build()).await;
    let head = stores.changes.head().await.unwrap();
    let wanted = |product: crate::builders::ProductBuilder, read_at| ProductSave {
        price_changes: vec![a_change(noon(), 0, 1000)],
        ..saving(&product.slug(Language::GERMAN, "tasse").build(), read_at)
    };

    let cup = || a_product("cup").skus(["CUP", "CUP-2"]);
    let by_slug = stores.products.save(wanted(cup().slug(Language::ENGLISH, "mug"), None)).await;
    let by_sku = stores.products.save(wanted(a_product("cup").skus(["CUP", "CUP-2", "MUG"]), None)).await;
    let by_version = stores.products.save(wanted(cup(), Some(Version(3)))).await;

    assert!(matches!(by_slug, Err(SaveError::SlugTaken { .. })), "got {by_slug:?}");
    assert!(matches!(by_sku, Err(SaveError::SkuTaken { .. })), "got {by_sku:?}");
    assert!(matches!(by_version, Err(SaveError::Stale { present: None })), "got {by_version:?}");
    assert_eq!(stores.product("cup").await, None);
    assert_eq!(stores.by_slug(Language::ENGLISH, "cup").await, Leads::Nowhere);
    assert_eq!(stores.by_slug(Language::GERMAN, "tasse").await, Leads::Nowhere);
    assert_eq!(stores.by_sku("CUP").await, None);
    assert_eq!(stores.by_sku("CUP-2").await, None);
    assert_eq!(history(stores, "cup", Timestamp::MIN).await, []);
    assert_eq!(stores.products.list(None, 10).await.unwrap().len(), 1);
    change_log::assert_untold(stores, &head, |subject| *subject == change_log::product("cup")).await;
}

pub async fn histories_asked_for_together_are_answered_in_that_order(stores: &Stores) {
    let changes = vec![a_change(noon(), 0, 1000), a_change(days_later(1), 1000, 900)];
    save_with(stores, None, changes.clone()).await;
    stores.save(&a_product("pot").build()).await;
    let codes = ["pot", "mug", "nobody", "mug"].map(code);

    let all = stores.products.price_histories(&codes, Timestamp::UNIX_EPOCH).await.unwrap();
    let late = stores.products.price_histories(&codes[1..2], days_later(1)).await.unwrap();

    assert_eq!(all, [vec![], changes.clone(), vec![], changes.clone()]);
    assert_eq!(late, [changes[1..].to_vec()]);
    assert_eq!(stores.products.price_histories(&[], noon()).await.unwrap(), Vec::<Vec<PriceChange>>::new());
}
