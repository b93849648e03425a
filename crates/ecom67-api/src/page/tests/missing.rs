//! Pages that are not there, or cannot be shown.

use ecom67_domain::product::ProductStatus;
use hyper::StatusCode;

use super::shop::{TestShop, mug};

#[tokio::test]
async fn what_is_not_there_is_told_in_the_readers_language() {
    let shop = TestShop::open().await;

    for (address, languages, words) in [
        ("/de-de/c/nothing", "en", "Unter dieser Adresse ist nichts"),
        ("/en-us/p/nothing", "de", "There is nothing at this address"),
        ("/en-us/l/nothing", "de", "There is nothing at this address"),
        ("/en-us/pages/nothing", "de", "There is nothing at this address"),
        ("/de-de/nothing/at/all", "en", "Unter dieser Adresse ist nichts"),
        ("/nothing", "de-AT", "Unter dieser Adresse ist nichts"),
        ("/fr-fr/", "en", "There is nothing at this address"),
        ("//de-de/", "en", "There is nothing at this address"),
    ] {
        let answer = shop.visit_as(address, languages).await;

        let html = String::from_utf8(answer.html).unwrap();
        assert_eq!((answer.status, answer.moved), (StatusCode::NOT_FOUND, None), "{address}");
        assert!(html.contains(words), "{address}: {html}");
        assert!(
            html.contains("<meta name=\"robots\" content=\"noindex\">") && !html.contains("canonical"),
            "{address}"
        );
    }
    assert!(shop.visit("/nothing").await.varies_by_language);
    assert!(!shop.visit("/de-de/nothing").await.varies_by_language);
}

#[tokio::test]
async fn react_is_told_what_is_missing_without_asking_again() {
    let shop = TestShop::open().await;

    let html = String::from_utf8(shop.visit("/de-de/p/nothing").await.html).unwrap();

    assert!(html.contains(r#""/api/products/nothing?locale=de-de":{"type":"about:blank""#), "{html}");
    assert!(html.contains(r#""code":"product_not_found""#));
}

#[tokio::test]
async fn a_product_that_is_not_for_sale_is_not_there() {
    let shop = TestShop::open().await;
    shop.put(mug().status(ProductStatus::Draft).build()).await;

    for address in ["/de-de/p/teebecher", "/de-de/p/mug"] {
        assert_eq!(shop.visit(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_a_bad_request_and_still_a_page() {
    let shop = TestShop::open().await;

    let answer = shop.visit("/de-de/c/becher?filter=price:cheap").await;

    let html = String::from_utf8(answer.html).unwrap();
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(html.contains("Das hat nicht geklappt") && html.contains("req-&#60;1&#62;"), "{html}");
    assert!(html.contains(r#""code":"filter_invalid""#));
}
