//! Collections by rule, on their own page and on the home page.

use ecom67_testkit::a_product;
use jiff::SignedDuration;

use super::shop::TestShop;

const FRESH: &str = r#"{"type":"collection","code":"fresh","name":{"en":"Fresh"},"slug":{"en":"fresh"},
    "rule":{"tags":["fresh"],"published_within_days":1}}"#;
const HOME: &str = r#"{"type":"home","code":"home","markets":[],"seo":{},
    "sections":[{"kind":"products","title":{"en":"Fresh today"},"show":{"collection":"fresh"},"limit":8}]}"#;

#[tokio::test]
async fn what_is_new_by_rule_is_shown_until_midnight_and_not_kept_longer() {
    let shop = TestShop::open().await;
    shop.put(a_product("croissant").with(|parts| parts.tags = vec!["fresh".to_owned()]).build()).await;
    shop.put(a_product("rusk").build()).await;
    shop.put_document(FRESH).await;
    shop.put_document(HOME).await;
    shop.refresh().await;
    // Published at noon: new until the day after tomorrow begins.
    shop.clock.forward(SignedDuration::from_hours(35));
    let last_evening = shop.presenter.generation();
    for address in ["/en-de/l/fresh", "/en-de/"] {
        let page = shop.read(address).await;
        assert!(page.contains("croissant") && !page.contains("rusk"), "{address} has what the rule says: {page}");
    }
    assert_eq!(shop.presenter.generation(), last_evening, "what is kept holds for the day");

    shop.clock.forward(SignedDuration::from_hours(1));

    assert_ne!(shop.presenter.generation(), last_evening, "nothing that was kept is given any more");
    for address in ["/en-de/l/fresh", "/en-de/"] {
        assert!(!shop.read(address).await.contains("croissant"), "{address}");
    }
}
