use ecom67_app::port::{OldSlugs, ProductSave, SaveError};
use ecom67_domain::{Language, Version};

use crate::steps::{Leads, saving, slug};
use crate::{Stores, a_product};

const ENGLISH: Language = Language::ENGLISH;
const GERMAN: Language = Language::GERMAN;

/// Asserts that the save was refused for the English slug `text` of `owner`.
fn assert_taken(result: &Result<Version, SaveError>, text: &str, owner: &str, is_current: bool) {
    let is_refused = matches!(
        result,
        Err(SaveError::SlugTaken { language: ENGLISH, slug: taken, owner: by, current })
            if *taken == slug(text) && by == owner && *current == is_current
    );
    assert!(is_refused, "got {result:?}");
}

/// Two products, of which the mug has left the English slug `old-mug`.
async fn a_mug_with_an_old_slug_and_a_cup(stores: &Stores) {
    stores.save(&a_product("mug").slug(ENGLISH, "old-mug").build()).await;
    stores.save(&a_product("mug").slug(ENGLISH, "new-mug").build()).await;
    stores.save(&a_product("cup").build()).await;
}

pub async fn a_slug_leads_to_its_product(stores: &Stores) {
    stores.save(&a_product("mug").slug(ENGLISH, "blue-mug").slug(GERMAN, "blauer-becher").build()).await;

    assert_eq!(stores.by_slug(ENGLISH, "blue-mug").await, Leads::to("mug"));
    assert_eq!(stores.by_slug(GERMAN, "blauer-becher").await, Leads::to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "blauer-becher").await, Leads::Nowhere);
}

pub async fn the_slug_of_another_product_is_refused(stores: &Stores) {
    stores.save(&a_product("mug").build()).await;

    let created = stores.try_save(&a_product("cup").slug(ENGLISH, "mug").build(), None).await;
    assert_taken(&created, "mug", "mug", true);
    assert_eq!(stores.product("cup").await, None);

    let read_at = stores.save(&a_product("cup").build()).await;
    let renamed = stores.try_save(&a_product("cup").slug(ENGLISH, "mug").build(), Some(read_at)).await;
    assert_taken(&renamed, "mug", "mug", true);
    assert_eq!(stores.by_slug(ENGLISH, "mug").await, Leads::to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "cup").await, Leads::to("cup"));
}

pub async fn an_old_slug_still_leads_to_its_product(stores: &Stores) {
    stores.save(&a_product("mug").slug(ENGLISH, "first").build()).await;
    stores.save(&a_product("mug").slug(ENGLISH, "second").build()).await;
    stores.save(&a_product("mug").slug(ENGLISH, "third").build()).await;

    assert_eq!(stores.by_slug(ENGLISH, "first").await, Leads::on_to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "second").await, Leads::on_to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "third").await, Leads::to("mug"));
}

pub async fn an_old_slug_of_another_product_is_respected(stores: &Stores) {
    a_mug_with_an_old_slug_and_a_cup(stores).await;

    let result = stores.try_save(&a_product("cup").slug(ENGLISH, "old-mug").build(), Some(Version::FIRST)).await;

    assert_taken(&result, "old-mug", "mug", false);
    assert_eq!(stores.by_slug(ENGLISH, "old-mug").await, Leads::on_to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "cup").await, Leads::to("cup"));
}

pub async fn an_old_slug_of_another_product_is_taken_over_on_demand(stores: &Stores) {
    a_mug_with_an_old_slug_and_a_cup(stores).await;
    let cup = a_product("cup").slug(ENGLISH, "old-mug").build();

    let save = ProductSave { old_slugs: OldSlugs::TakeOver, ..saving(&cup, Some(Version::FIRST)) };
    stores.products.save(save).await.unwrap();

    assert_eq!(stores.by_slug(ENGLISH, "old-mug").await, Leads::to("cup"));
    assert_eq!(stores.by_slug(ENGLISH, "new-mug").await, Leads::to("mug"));
    let back = stores.try_save(&a_product("mug").slug(ENGLISH, "old-mug").build(), Some(Version(2))).await;
    assert_taken(&back, "old-mug", "cup", true);
}

pub async fn a_present_slug_is_never_taken_over(stores: &Stores) {
    a_mug_with_an_old_slug_and_a_cup(stores).await;
    let cup = a_product("cup").slug(ENGLISH, "new-mug").build();

    let save = ProductSave { old_slugs: OldSlugs::TakeOver, ..saving(&cup, Some(Version::FIRST)) };
    let result = stores.products.save(save).await;

    assert_taken(&result, "new-mug", "mug", true);
    assert_eq!(stores.by_slug(ENGLISH, "new-mug").await, Leads::to("mug"));
}

pub async fn a_product_may_return_to_its_own_old_slug(stores: &Stores) {
    a_mug_with_an_old_slug_and_a_cup(stores).await;

    stores.save(&a_product("mug").slug(ENGLISH, "old-mug").build()).await;

    assert_eq!(stores.by_slug(ENGLISH, "old-mug").await, Leads::to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "new-mug").await, Leads::on_to("mug"));
}

pub async fn slugs_of_two_languages_are_apart(stores: &Stores) {
    stores.save(&a_product("mug").slug(ENGLISH, "becher").slug(GERMAN, "tasse").build()).await;
    stores.save(&a_product("cup").slug(ENGLISH, "tasse").slug(GERMAN, "becher").build()).await;

    assert_eq!(stores.by_slug(ENGLISH, "becher").await, Leads::to("mug"));
    assert_eq!(stores.by_slug(GERMAN, "becher").await, Leads::to("cup"));

    // A product may also go by one slug in both.
    stores.save(&a_product("pot").slug(ENGLISH, "pot").slug(GERMAN, "pot").build()).await;
    stores.save(&a_product("pot").slug(ENGLISH, "teapot").slug(GERMAN, "pot").build()).await;
    assert_eq!(stores.by_slug(ENGLISH, "pot").await, Leads::on_to("pot"));
    assert_eq!(stores.by_slug(GERMAN, "pot").await, Leads::to("pot"));
}

pub async fn a_product_that_drops_a_language_keeps_its_slug_as_an_old_one(stores: &Stores) {
    stores.save(&a_product("mug").slug(GERMAN, "becher").build()).await;

    stores.save(&a_product("mug").build()).await;

    assert_eq!(stores.by_slug(GERMAN, "becher").await, Leads::on_to("mug"));
    assert_eq!(stores.by_slug(ENGLISH, "mug").await, Leads::to("mug"));
}

pub async fn slugs_asked_for_together_are_answered_in_that_order(stores: &Stores) {
    a_mug_with_an_old_slug_and_a_cup(stores).await;
    let asked = [(ENGLISH, "cup"), (GERMAN, "nowhere"), (ENGLISH, "old-mug"), (ENGLISH, "cup"), (ENGLISH, "new-mug")];
    let slugs = asked.map(|(language, text)| (language, slug(text)));

    let found = stores.products.find_by_slugs(&slugs).await.unwrap();
    let found: Vec<Leads> = found.into_iter().map(Leads::from).collect();

    let cup = || Leads::to("cup");
    assert_eq!(found, [cup(), Leads::Nowhere, Leads::on_to("mug"), cup(), Leads::to("mug")]);
    assert_eq!(stores.products.find_by_slugs(&[]).await.unwrap(), []);
}
