//! A shop that has nothing yet.

use ecom67_testkit::a_product;
use hyper::StatusCode;

use super::shop::TestShop;

#[tokio::test]
async fn an_empty_shop_says_how_to_fill_it() {
    let shop = TestShop::empty().await;

    let answer = shop.visit("/").await;

    assert_eq!((answer.status, answer.moved), (StatusCode::NOT_FOUND, None));
    assert!(String::from_utf8(answer.html).unwrap().contains("ecom67 import"));
}

#[tokio::test]
async fn a_shop_whose_home_page_nobody_has_composed_shows_what_it_has() {
    let shop = TestShop::empty().await;
    for document in [
        r#"{"type":"market","code":"de","countries":["DE"],"currency":"EUR","tax":"included","languages":["de","en"]}"#,
        r#"{"type":"branding","code":"main","name":"Laden","tagline":{"de":"Alles da."}}"#,
    ] {
        shop.put_document(document).await;
    }
    shop.refresh().await;
    let home = shop.read("/de-de/").await;
    assert!(home.contains("<h1 id=\"opening-title\" class=\"text-display\">Laden</h1>"));
    assert!(home.contains("Alles da.") && home.contains("href=\"/de-de/search\""));
    assert!(!home.contains("category-tiles") && !home.contains("card-grid"), "nothing is promised that is not there");

    shop.put_document(r#"{"type":"category","code":"mugs","name":{"de":"Becher"},"slug":{"de":"becher"}}"#).await;
    shop.put(a_product("mug").category("mugs").build()).await;
    shop.refresh().await;
    let home = shop.read("/de-de/").await;
    assert!(home.contains("<h2 class=\"text-heading\">Kategorien</h2>"));
    assert!(home.contains("<h2 class=\"text-heading\">Neu bei uns</h2>"));
    assert!(home.contains("href=\"/de-de/c/becher\"") && home.contains("/de-de/p/"));
}
