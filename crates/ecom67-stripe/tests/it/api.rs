//! The simulator's HTTP API, as far as clients may notice that it is none of Stripe's.

use std::time::Duration;

use axum::http::StatusCode;
use ecom67_app::port::{PaymentProvider as _, PaymentStatus};
use ecom67_stripe::HttpTransport;
use ecom67_stripe::simulator::serve;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::shop::{PUBLISHABLE_KEY, SECRET_KEY, Shop, client_by, hasty, key};

#[tokio::test]
async fn every_answer_says_that_it_is_simulated() {
    let shop = Shop::open();

    for path in
        ["/v1/payment_intents", "/v1/nothing", "/simulator/ledger", "/simulator/3d-secure/pi_sim0000000000000000"]
    {
        let answer = shop.get(path, SECRET_KEY).await;
        assert_eq!(answer.headers["x-simulator"], "true", "{path}");
        assert!(answer.headers.contains_key("request-id"), "{path}");
    }
    let wrong_method = shop.get("/v1/payment_intents/pi_1/capture", SECRET_KEY).await;
    assert_eq!((wrong_method.status.as_u16(), &wrong_method.headers["x-simulator"]), (404, &"true".parse().unwrap()));
}

#[tokio::test]
async fn what_nobody_knows_is_refused_with_the_name_of_it() {
    let shop = Shop::open();
    let good = [("amount", "500"), ("currency", "eur")];
    for (field, code) in [
        (("amonut", "500"), "parameter_unknown"),
        (("metadata[order_id][x]", "1"), "parameter_invalid"),
        (("automatic_payment_methods[enabeld]", "true"), "parameter_unknown"),
        (("capture_method", "later"), "parameter_invalid_enum"),
        (("expand[]", "customer"), "property_not_expandable"),
        (("amount", "600"), "parameter_invalid"),
        (("description", ""), "parameter_invalid_empty"),
    ] {
        let fields = [&good[..], &[field]].concat();

        let answer = shop.post("/v1/payment_intents", SECRET_KEY, None, &fields).await;

        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code), "{field:?}");
        assert_eq!(answer.body["error"]["type"], "invalid_request_error");
    }
    for fields in
        [&good[..1], &good[1..], &[("amount", "5.00"), ("currency", "eur")], &[("amount", "500"), ("currency", "xxx")]]
    {
        assert_eq!(shop.post("/v1/payment_intents", SECRET_KEY, None, fields).await.status.as_u16(), 400, "{fields:?}");
    }
}

#[tokio::test]
async fn a_browser_can_do_nothing_but_with_the_secret_of_one_payment() {
    let shop = Shop::open();
    let (payment, other) = (shop.created().await, shop.created().await);
    let path = format!("/v1/payment_intents/{}", payment.id);

    let own = shop.get(&format!("{path}?client_secret={}", payment.client_secret.reveal()), PUBLISHABLE_KEY).await;
    assert_eq!((own.status.as_u16(), own.body.get("metadata")), (200, None));
    let with_other = format!("{path}?client_secret={}", other.client_secret.reveal());
    assert_eq!(shop.get(&with_other, PUBLISHABLE_KEY).await.status.as_u16(), 404);
    assert_eq!(shop.get(&path, PUBLISHABLE_KEY).await.status.as_u16(), 404);
    let confirm = [("payment_method", "pm_card_visa")];
    let refused = shop.post(&format!("{path}/confirm"), PUBLISHABLE_KEY, None, &confirm).await;
    assert_eq!(refused.code(), "parameter_missing");
    for path in
        [format!("{path}/capture"), format!("{path}/cancel"), "/v1/refunds".into(), "/v1/payment_intents".into()]
    {
        assert_eq!(shop.post(&path, PUBLISHABLE_KEY, None, &[]).await.status.as_u16(), 403, "{path}");
    }
    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::AwaitsMethod);
}

#[tokio::test]
async fn a_card_that_is_no_test_card_is_declined_and_a_mistyped_one_told() {
    let shop = Shop::open();
    let payment = shop.created().await;
    for (number, month, code) in [
        ("4111111111111111", "12", "card_declined"),
        ("4242424242424241", "12", "incorrect_number"),
        ("4242424242424242", "13", "invalid_expiry_month"),
    ] {
        let fields = [
            ("payment_method_data[type]", "card"),
            ("payment_method_data[card][number]", number),
            ("payment_method_data[card][exp_month]", month),
            ("payment_method_data[card][exp_year]", "34"),
        ];

        let (status, body) = shop.confirm(&payment, &fields).await;

        assert_eq!((status.as_u16(), body["error"]["code"].as_str()), (402, Some(code)), "{number}");
    }
}

#[tokio::test]
async fn pages_of_refunds_and_payments_say_whether_there_are_more() {
    let shop = Shop::open();
    let payment = shop.captured().await;
    for attempt in 1..=3 {
        shop.refund(&payment, 100, attempt).await.unwrap();
    }

    let first = shop.get(&format!("/v1/refunds?payment_intent={}&limit=2", payment.id), SECRET_KEY).await;
    assert_eq!((first.body["data"].as_array().unwrap().len(), &first.body["has_more"]), (2, &true.into()));
    let after = first.body["data"][1]["id"].as_str().unwrap();
    let path = format!("/v1/refunds?payment_intent={}&limit=2&starting_after={after}", payment.id);
    let second = shop.get(&path, SECRET_KEY).await;

    assert_eq!((second.body["data"].as_array().unwrap().len(), &second.body["has_more"]), (1, &false.into()));
    for limit in ["0", "101", "x"] {
        let page = shop.get(&format!("/v1/payment_intents?limit={limit}"), SECRET_KEY).await;
        assert_eq!(page.code(), "parameter_invalid_integer", "{limit}");
    }
}

#[tokio::test]
async fn over_http_it_is_the_same_until_it_is_told_to_stop() {
    let shop = Shop::open();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, shop.simulator.clone(), async { drop(stopped.await) }));
    let client = client_by(HttpTransport::new(&address).unwrap(), hasty());

    let payment = shop.authorised().await;
    shop.fault(ecom67_stripe::simulator::Operation::Capture, ecom67_stripe::simulator::Fault::AnswerLost, 2);
    let captured = client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();

    assert_eq!(captured.status, PaymentStatus::Captured);
    assert_eq!(shop.deeds("captured").await, 1, "a connection that breaks is a lost answer here too");
    assert_eq!(client.list(captured.created_at, None, 10).await.unwrap(), [captured]);
    drop(client);
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn a_silent_client_does_not_keep_it_from_stopping() {
    let shop = Shop::open();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, shop.simulator.clone(), async { drop(stopped.await) }));
    let mut silent = TcpStream::connect(address).await.unwrap();
    silent.write_all(b"POST /v1/payment_intents HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n").await.unwrap();
    let client = client_by(HttpTransport::new(&format!("http://{address}")).unwrap(), hasty());
    client.list(shop.created().await.created_at, None, 1).await.unwrap();

    stop.send(()).unwrap();

    tokio::time::timeout(Duration::from_secs(20), server).await.expect("it stops").unwrap();
    drop(shop.restarted(|_| {}));
}
