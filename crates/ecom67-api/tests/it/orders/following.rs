//! Following an order over a WebSocket, through a real server and a real socket.

use std::net::SocketAddr;
use std::time::Duration;

use ecom67_api::server::{self, ServerLimits};
use futures_util::{SinkExt, StreamExt};
use hyper::Method;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Buyer, code, send, settled, shop_with};
use crate::shop::{Answer, RoutedShop};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it must be quiet.
const QUIET: Duration = Duration::from_millis(150);

async fn served(shop: &RoutedShop) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(server::serve(listener, shop.router.clone(), ServerLimits::default(), shop.stop.subscribe()));
    address
}

async fn asks_for_ticket(buyer: &Buyer<'_>, order: &Value) -> Answer {
    let headers = [("cart-capability", buyer.capability.as_str())];
    send(buyer.shop, Method::POST, "/api/socket-tickets", &headers, Some(&json!({"order": order["id"]}))).await
}

async fn ticket(buyer: &Buyer<'_>, order: &Value) -> String {
    let answer = asks_for_ticket(buyer, order).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["expires_in"]), (201, &json!(60)), "{answer:?}");
    answer.json()["ticket"].as_str().expect("a ticket").to_owned()
}

async fn opened(shop: SocketAddr, protocols: &str, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{shop}/ws").into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", protocols.parse().expect("a header"));
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
    }
    let (socket, response) = connect_async(request).await?;
    assert_eq!(response.headers()["sec-websocket-protocol"], "ecom67.v1", "the ticket is not told back");
    Ok(socket)
}

async fn follows(shop: SocketAddr, buyer: &Buyer<'_>, order: &Value) -> Socket {
    let ticket = ticket(buyer, order).await;
    opened(shop, &format!("ecom67.v1, ticket.{ticket}"), None).await.expect("a socket opens")
}

/// How a socket was refused: the status, and the code of the problem.
fn refusal(result: Result<Socket, Error>) -> (u16, String) {
    match result {
        Err(Error::Http(response)) => {
            let body = response.body().as_deref().unwrap_or_default();
            let problem: Value = serde_json::from_slice(body).unwrap_or_default();
            (response.status().as_u16(), problem["code"].as_str().unwrap_or_default().to_owned())
        }
        other => panic!("not refused: {other:?}"),
    }
}

/// The next thing that is said, if anything is.
async fn said(socket: &mut Socket, patience: Duration) -> Option<Message> {
    timeout(patience, async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    })
    .await
    .unwrap_or_default()
}

async fn told(socket: &mut Socket) -> Value {
    match said(socket, PATIENCE).await {
        Some(Message::Text(text)) => serde_json::from_str(&text).expect("JSON"),
        other => panic!("nothing was told: {other:?}"),
    }
}

async fn closed(socket: &mut Socket) -> CloseCode {
    loop {
        match said(socket, PATIENCE).await {
            Some(Message::Close(Some(frame))) => return frame.code,
            Some(Message::Text(_)) => {}
            other => panic!("not closed: {other:?}"),
        }
    }
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.expect("it is sent");
}

#[tokio::test]
async fn a_shopper_sees_an_order_go_its_way_without_asking() {
    let shop = shop_with(5).await;
    let address = served(&shop).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let mut socket = follows(address, &ann, &order).await;

    let first = told(&mut socket).await;
    assert_eq!((&first["type"], &first["order"]["state"]), (&json!("order"), &json!("pending_payment")));
    assert_eq!(first["order"]["payment"], Value::Null, "how to pay is told to whoever asks for it");
    assert!(said(&mut socket, QUIET).await.is_none(), "nothing has happened");

    ann.pays(&order).await;
    assert_eq!(told(&mut socket).await["order"]["state"], "capturing");
    settled(&shop).await;
    let paid = told(&mut socket).await;
    assert_eq!(paid["order"]["state"], "paid");
    assert_eq!(paid["order"], ann.order(Method::GET, &order, "").await.json(), "what is told is what is answered");
    assert!(paid["version"].as_u64() > first["version"].as_u64());
}

#[tokio::test]
async fn who_comes_back_is_told_only_what_is_new() {
    let shop = shop_with(5).await;
    let address = served(&shop).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let mut socket = follows(address, &ann, &order).await;
    let version = told(&mut socket).await["version"].clone();

    say(&mut socket, &json!({"type": "follow", "order": order["id"], "version": version})).await;
    assert!(said(&mut socket, QUIET).await.is_none(), "it is known");
    say(&mut socket, &json!({"type": "follow", "order": order["id"], "version": 0})).await;
    assert_eq!(told(&mut socket).await["version"], version);

    say(&mut socket, &json!({"type": "unfollow", "order": order["id"]})).await;
    assert!(said(&mut socket, QUIET).await.is_none());
    ann.pays(&order).await;
    assert!(said(&mut socket, QUIET).await.is_none(), "nobody wants to hear of it");
}

#[tokio::test]
async fn a_ticket_is_for_ones_own_order_and_opens_one_socket_in_time() {
    let shop = shop_with(5).await;
    let address = served(&shop).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let bob = Buyer::with_mugs(&shop, "bob", 1).await;
    let (order, other) = (ann.orders().await, bob.orders().await);

    let foreign = asks_for_ticket(&bob, &order).await;
    assert_eq!(code(&foreign), (404, "order_not_found".to_owned()));
    let used = format!("ecom67.v1, ticket.{}", ticket(&ann, &order).await);
    let mut socket = opened(address, &used, None).await.expect("it opens one");
    let refused = (401, "ticket_invalid".to_owned());
    assert_eq!(refusal(opened(address, &used, None).await), refused, "twice");
    assert_eq!(refusal(opened(address, "ecom67.v1", None).await), refused, "none");
    let late = format!("ecom67.v1, ticket.{}", ticket(&ann, &order).await);
    shop.clock.forward(jiff::SignedDuration::from_secs(60));
    assert_eq!(refusal(opened(address, &late, None).await), refused, "too late");
    let here = format!("ecom67.v1, ticket.{}", ticket(&ann, &order).await);
    let elsewhere = opened(address, &here, Some("https://elsewhere.example")).await;
    assert_eq!(refusal(elsewhere), (403, "other_site".to_owned()));

    told(&mut socket).await;
    say(&mut socket, &json!({"type": "follow", "order": other["id"]})).await;
    let problem = told(&mut socket).await;
    assert_eq!((&problem["code"], &problem["order"]), (&json!("order_not_found"), &other["id"]));
    bob.pays(&other).await;
    assert!(said(&mut socket, QUIET).await.is_none(), "nobody hears of another's order");
}

#[tokio::test]
async fn an_address_that_is_asked_without_websocket_says_what_it_speaks() {
    let shop = shop_with(1).await;

    let answer = send(&shop, Method::GET, "/ws", &[], None).await;

    assert_eq!(code(&answer), (426, "websocket_required".to_owned()));
}

#[tokio::test]
async fn nonsense_is_told_and_too_much_of_anything_ends_the_socket() {
    let shop = shop_with(5).await;
    let address = served(&shop).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;

    let mut socket = follows(address, &ann, &order).await;
    told(&mut socket).await;
    for nonsense in [json!({"type": "dance"}), json!([1]), json!({"type": "follow", "order": 7, "more": 1})] {
        say(&mut socket, &nonsense).await;
        assert_eq!(told(&mut socket).await["code"], "message_invalid", "{nonsense}");
    }
    say(&mut socket, &json!({"type": "follow", "order": "x"})).await;
    assert_eq!(told(&mut socket).await["code"], "order_not_found");
    for _ in 0..30 {
        say(&mut socket, &json!({"type": "unfollow", "order": "x"})).await;
    }
    assert_eq!(closed(&mut socket).await, CloseCode::Policy, "too many messages");

    let mut socket = follows(address, &ann, &order).await;
    socket.send(Message::binary(vec![1])).await.expect("it is sent");
    assert_eq!(closed(&mut socket).await, CloseCode::Unsupported);

    let mut socket = follows(address, &ann, &order).await;
    told(&mut socket).await;
    say(&mut socket, &json!({"type": "follow", "order": "x".repeat(5_000)})).await;
    assert!(said(&mut socket, PATIENCE).await.is_none(), "a message that is too long is not read");
}

#[tokio::test]
async fn who_does_not_answer_is_let_go_and_makes_room() {
    let shop = shop_with(5).await;
    let address = served(&shop).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(follows(address, &ann, &order).await);
    }

    let protocols = format!("ecom67.v1, ticket.{}", ticket(&ann, &order).await);
    assert_eq!(refusal(opened(address, &protocols, None).await), (429, "too_many_sockets".to_owned()));

    // Nobody reads, so no ping is answered.
    tokio::time::sleep(Duration::from_millis(900)).await;
    let mut socket = follows(address, &ann, &order).await;
    told(&mut socket).await;
    // Who answers stays.
    assert!(said(&mut socket, Duration::from_millis(900)).await.is_none());
    ann.pays(&order).await;
    assert_eq!(told(&mut socket).await["order"]["state"], "capturing");
}

#[tokio::test]
async fn a_shop_that_stops_says_so() {
    let shop = shop_with(5).await;
    let address = served(&shop).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let mut socket = follows(address, &ann, &order).await;
    told(&mut socket).await;

    shop.stop.send_replace(true);

    assert_eq!(closed(&mut socket).await, CloseCode::Away);
}
