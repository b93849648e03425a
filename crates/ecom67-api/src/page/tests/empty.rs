//! A shop that has nothing yet.

use hyper::StatusCode;

use super::shop::TestShop;

#[tokio::test]
async fn an_empty_shop_says_how_to_fill_it() {
    let shop = TestShop::empty().await;

    let answer = shop.visit("/").await;

    assert_eq!((answer.status, answer.moved), (StatusCode::NOT_FOUND, None));
    assert!(String::from_utf8(answer.html).unwrap().contains("ecom67 import"));
}
