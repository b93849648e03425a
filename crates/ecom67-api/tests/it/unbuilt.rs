//! A shop whose index has never been built: it is new, was damaged or of another format.

use std::fmt::Write as _;

use ecom67_api::route::BuildProgress;
use ecom67_app::search::ProductIndex;
use hyper::StatusCode;
use hyper::header::CONTENT_TYPE;

use crate::shop::RoutedShop;

const PRODUCTS: usize = 60;

const LIST: &str = "/api/products?locale=en-gb&category=mugs&sort=name&limit=5";
const SEARCH: &str = "/api/search?locale=en-gb&q=mug";

async fn a_shop_of_mugs() -> RoutedShop {
    let shop = RoutedShop::open().await;
    let mut lines = String::from(
        r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}
{"type":"location","code":"main","name":"Main warehouse","country":"GB"}
{"type":"category","code":"mugs","name":{"en":"Mugs"}}
{"type":"collection","code":"gifts","name":{"en":"Gifts"},"products":["mug-07","mug-03"]}
"#,
    );
    for number in 0..PRODUCTS {
        let product = format!(
            r#"{{"type":"product","code":"mug-{number:02}","categories":["mugs"],"texts":{{"en":{{"name":"Mug {number:02}"}}}},"variants":[{{"sku":"MUG-{number:02}","prices":{{"gb":{{"currency":"GBP","amount":1490}}}},"stock":{{"main":7}}}}]}}"#
        );
        writeln!(lines, "{product}").expect("a text takes more");
    }
    shop.import(lines).await;
    assert!(!shop.index.is_built());
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn until_there_is_an_index_lists_come_from_the_store_and_search_says_when_to_come_back() {
    let shop = a_shop_of_mugs().await;

    let list = shop.get(LIST).await.json();
    let collection = shop.get("/api/products?locale=en-gb&collection=gifts").await.json();
    let page = shop.get("/en-gb/c/mugs").await;
    assert_eq!((&list["total"]["count"], &list["facets_missing"]), (&PRODUCTS.into(), &true.into()), "{list}");
    assert_eq!(list["products"][4]["code"], "mug-04");
    let codes = |list: &serde_json::Value| [0, 1].map(|place| list["products"][place]["code"].clone());
    assert_eq!(codes(&collection), ["mug-07", "mug-03"], "{collection}");
    assert!(page.status == StatusCode::OK && page.text().contains("Mug 01"), "{page:?}");
    for path in [SEARCH, "/api/suggest?locale=en-gb&q=mu"] {
        let refused = shop.get(path).await;
        assert_eq!((refused.status.as_u16(), refused.retry_after_s()), (503, Some(5)), "{path}");
        assert_eq!(refused.json()["code"], "search_unavailable");
    }

    shop.catch_up().await;

    let built = shop.get(LIST).await.json();
    let next = list["next_cursor"].as_str().expect("there are more");
    let second = shop.get(&format!("{LIST}&cursor={next}")).await.json();
    assert_eq!(built["products"], list["products"], "what was listed is listed");
    assert_eq!((built["facets_missing"].as_bool(), built["facets"].is_array()), (None, true), "{built}");
    assert_eq!(second["products"][0]["code"], "mug-05", "and a page goes on where the store's ended");
    assert_eq!(shop.get(SEARCH).await.json()["total"]["count"], PRODUCTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_results_says_in_words_that_the_search_is_away() {
    let shop = a_shop_of_mugs().await;

    let page = shop.get("/en-gb/search?q=mug").await;

    assert_eq!((page.status.as_u16(), page.retry_after_s()), (503, Some(5)));
    assert_eq!(page.header(CONTENT_TYPE), "text/html; charset=utf-8");
    assert!(page.text().contains("<h1 class=\"text-heading\">The search is not available just now</h1>"), "{page:?}");
    assert!(page.text().contains("look around in the categories"), "{page:?}");
    assert!(!page.text().contains("search_unavailable"), "React asks again: {page:?}");
    shop.catch_up().await;
    let page = shop.get("/en-gb/search?q=mug").await;
    assert!(page.status == StatusCode::OK && page.text().contains("Mug 01"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_lists_from_its_store_is_ready_and_says_how_far_its_index_is() {
    let shop = a_shop_of_mugs().await;
    shop.readiness.note_build(Some(BuildProgress { products: 20, total: 60 }));

    let building = shop.get("/readyz").await;
    shop.catch_up().await;
    shop.readiness.note_build(None);
    let built = shop.get("/readyz").await;

    assert_eq!(building.status, StatusCode::OK);
    assert_eq!(building.text(), "ready; the index is being built: 20 of 60 products\n");
    assert_eq!(built.text(), "ready\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_with_nothing_to_list_is_ready_once_its_index_is_built() {
    let shop = RoutedShop::open().await;

    let before = shop.get("/readyz").await;
    shop.catch_up().await;

    assert_eq!((before.status.as_u16(), before.json()["code"].as_str()), (503, Some("not_ready")));
    assert_eq!(shop.get("/readyz").await.status, StatusCode::OK);
}
