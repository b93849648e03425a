//! Carts from one address: as many as people make, and not as many as a machine does.

use std::net::IpAddr;

use axum::body::Body;
use ecom67_api::client::Peer;
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request, StatusCode};

use crate::shop::{Answer, CARTS_A_SECOND, RoutedShop, answered};

const MARKET: &str = r#"{"type":"market","code":"gb","countries":["GB"],"currency":"GBP","tax":"included","languages":["en"]}
"#;

async fn cart(shop: &RoutedShop, peer: &str, forwarded_for: Option<&str>) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri("/api/carts?locale=en-gb");
    if let Some(address) = forwarded_for {
        request = request.header("x-forwarded-for", address);
    }
    let peer: IpAddr = peer.parse().expect("an address");
    let request = request.header(CONTENT_TYPE, "application/json").extension(Peer(peer)).body(Body::from("{}"));
    answered(shop.router.clone(), request.expect("it is a request")).await
}

#[tokio::test]
async fn whoever_makes_carts_like_a_machine_has_to_wait_and_nobody_else_does() {
    let shop = RoutedShop::open().await;
    shop.import(MARKET.to_owned()).await;

    let mut refused = None;
    for _ in 0..100 * CARTS_A_SECOND {
        let answer = cart(&shop, "203.0.113.5", Some("198.51.100.1")).await;
        if answer.status != StatusCode::CREATED {
            refused = Some(answer);
            break;
        }
    }

    let refused = refused.expect("no machine makes carts without an end");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((refused.json()["code"].as_str(), refused.retry_after_s()), (Some("too_many_carts"), Some(1)));
    assert_eq!(cart(&shop, "203.0.113.6", None).await.status, StatusCode::CREATED, "another address");
    assert_eq!(cart(&shop, "127.0.0.1", Some("203.0.113.7")).await.status, StatusCode::CREATED, "through a proxy");
    assert_eq!(cart(&shop, "127.0.0.1", Some("203.0.113.5")).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_class_behind_one_address_makes_its_carts_at_once() {
    let shop = RoutedShop::open().await;
    shop.import(MARKET.to_owned()).await;

    for pupil in 0..10 * CARTS_A_SECOND {
        let made = cart(&shop, "203.0.113.5", None).await;
        assert_eq!(made.status, StatusCode::CREATED, "pupil {pupil}: {made:?}");
    }
}
