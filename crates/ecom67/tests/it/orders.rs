//! Orders of a served shop, looked after from the shell.

use serde_json::{Value, json};
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{Method, Request};

use crate::shell::{Answer, Place, Server, catalog, text, wait_for};

/// Delivery costs 4.50; a tenth off for five who have the coupon.
pub(crate) const RULES: &str = r#"{"type":"calendar","code":"main","time_zone":"Europe/London","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":[]}
{"type":"delivery_zone","code":"gb","areas":[{"country":"GB"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"position":1,"zones":["gb"],"locations":["main"],"rates":[{"currency":"GBP","price":{"flat":450}}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}
{"type":"promotion","code":"tenth","name":{"en":"A tenth off"},"coupons":["TEN"],"limits":{"in_all":5},"effect":{"kind":"percentage","basis_points":1000}}
"#;

const LOCALE: &str = "locale=en-gb";
pub(crate) const GOOD_CARD: &str = "4242424242424242";
const DECLINED_CARD: &str = "4000000000000002";

fn served(products: usize) -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(products) + RULES);
    place.done(&["import", "jsonl", text(&file)]);
    let server = place.serve();
    (place, server)
}

fn ask(server: &Server, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = Request::builder().method(method).uri(server.url(&format!("{path}?{LOCALE}")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header(CONTENT_TYPE, "application/json");
    let answer = server.ask_with(request.body(body.to_string()).expect("the test's requests are valid"));
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
    answer
}

/// Tries a card on the payment of an order, wherever the shop says that it is paid.
pub(crate) fn confirm(server: &Server, order: &Value, card: &str) -> Answer {
    let payment = server.get("/config.json").json()["payment"].clone();
    let (api, key) =
        (payment["api"].as_str().expect("an address"), payment["publishable_key"].as_str().expect("a key"));
    let api = if api.starts_with('/') { server.url(api) } else { api.to_owned() };
    let secret = order["payment"]["client_secret"].as_str().unwrap_or_else(|| panic!("nothing to pay: {order}"));
    let (payment, _) = secret.split_once("_secret").expect("a secret names its payment");
    let form = format!(
        "client_secret={secret}&payment_method_data[type]=card&payment_method_data[card][number]={card}\
         &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2031\
         &payment_method_data[card][cvc]=123"
    );
    let request = Request::post(format!("{api}/v1/payment_intents/{payment}/confirm"))
        .header(AUTHORIZATION, format!("Bearer {key}"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    server.ask_with(request.body(form).expect("the test's requests are valid"))
}

/// Fills a cart and orders it twice, in two tabs as it were; returns what opens the cart, and the order.
pub(crate) fn place_order(server: &Server, name: &str, sku: &str, coupon: Option<&str>) -> (String, Value) {
    let made = ask(server, Method::POST, "/api/carts", &[], &json!({"sku": sku, "capability": "client"})).json();
    let capability = made["capability"].as_str().expect("a capability").to_owned();
    let mine = [("cart-capability", capability.as_str())];
    let address = json!({"destination": {"country": "GB", "postal_code": "SW1A 1AA"}});
    ask(server, Method::PUT, "/api/carts/mine/destination", &mine, &address);
    if let Some(coupon) = coupon {
        ask(server, Method::PUT, &format!("/api/carts/mine/coupons/{coupon}"), &mine, &json!({}));
    }
    let cart = ask(server, Method::PUT, "/api/carts/mine/delivery", &mine, &json!({"method": "parcel"})).json();
    let contact = json!({"email": format!("{name}@example.org"), "delivery_address": {"name": name,
        "line1": "10 Downing Street", "postal_code": "SW1A 1AA", "city": "London", "country": "GB"}});
    let body = json!({"quote_id": cart["quote"]["id"], "contact": contact});
    let [first, second] = ["one", "two"].map(|tab| {
        let headers = [("cart-capability", capability.as_str()), ("idempotency-key", tab)];
        ask(server, Method::POST, "/api/checkouts", &headers, &body).json()
    });
    assert_eq!(first["id"], second["id"], "one cart, one order");
    (capability, second)
}

/// Orders, tries a card, and comes back to the shop; returns the order as it was placed.
fn buy(server: &Server, name: &str, sku: &str, card: &str, coupon: Option<&str>) -> Value {
    let (capability, order) = place_order(server, name, sku, coupon);
    confirm(server, &order, card);
    let path = format!("/api/orders/{}/payment", order["id"].as_str().expect("an id"));
    ask(server, Method::POST, &path, &[("cart-capability", &capability)], &json!({}));
    order
}

#[test]
fn orders_are_looked_after_from_the_shell() {
    let (place, server) = served(2);
    buy(&server, "ann", "MUG-0", GOOD_CARD, Some("TEN"));
    buy(&server, "ben", "MUG-1", DECLINED_CARD, None);
    let listed = wait_for("the order is paid", || {
        let listed = place.done(&["order", "list"]).output;
        listed.contains(" paid").then_some(listed)
    });

    let number = |state: &str| {
        let line = listed.lines().find(|line| line.contains(state)).unwrap_or_else(|| panic!("{listed}"));
        line.split_whitespace().next().unwrap().to_owned()
    };
    let (paid, pending) = (number(" paid"), number(" pending_payment"));
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(!listed.contains("ann@"), "nobody is named: {listed}");

    let shown = place.done(&["order", "show", &paid.to_lowercase()]).output;
    for part in ["MUG-0", "placed", "authorised by pi_", "paid"] {
        assert!(shown.contains(part), "{part} is missing: {shown}");
    }
    // 14.90 less a tenth, and 4.50.
    assert!(shown.contains("17.91 GBP"), "{shown}");
    place.done(&["order", "replay", &paid]);
    let too_much = place.run(&["order", "refund", &paid, "--amount", "17.92"]);
    assert_eq!(too_much.status, Some(1), "{too_much:?}");
    place.done(&["order", "refund", &paid, "--amount", "7.91"]);
    assert!(place.done(&["order", "show", &paid]).output.contains("refund 1: succeeded"));
    assert_eq!(place.run(&["order", "cancel", &paid]).status, Some(1));
    let cancelled = place.done(&["order", "cancel", &pending]).output;
    assert!(cancelled.contains("cancelled (staff)"), "{cancelled}");
    assert_eq!(place.run(&["order", "show", "K7QM-2XRX"]).status, Some(1));
}

#[test]
fn payments_are_compared_with_orders_from_the_shell() {
    let (place, server) = served(1);
    buy(&server, "ann", "MUG-0", GOOD_CARD, None);
    wait_for("the order is paid", || place.done(&["order", "list"]).output.contains(" paid").then_some(()));

    let all_is_well = place.done(&["reconcile", "--since", "1h"]).output;
    assert!(all_is_well.contains("1 payments (0 of somebody else) and 1 orders"), "{all_is_well}");
    assert!(all_is_well.contains("0 put right, 0 under way, 0 to be looked at"), "{all_is_well}");
    assert_eq!(place.run(&["reconcile", "--since", "yesterday"]).status, Some(2), "that is no time");

    // The provider has the payment, and another shop, which nobody serves, has no such order.
    server.kill();
    let other = Place::new();
    let file = other.write("catalog.jsonl", catalog(1) + RULES);
    other.done(&["import", "jsonl", text(&file)]);
    let ledger = |place: &Place| place.data().join("payments").join("payments.ledger");
    std::fs::copy(ledger(&place), ledger(&other)).expect("the ledger can be copied");
    let ended = other.run(&["reconcile", "--json"]);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    let lines: Vec<Value> =
        ended.output.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!((&lines[0]["kind"], &lines[0]["outcome"]), (&json!("payment_without_order"), &json!("raised")));
    assert_eq!((&lines[1]["payments"], &lines[1]["raised"]), (&json!(1), &json!(1)));
}

#[test]
fn what_happens_to_orders_reaches_whoever_is_to_tell_people_of_it() {
    let (place, server) = served(1);
    buy(&server, "ann", "MUG-0", GOOD_CARD, None);

    // It was placed, and it was paid; that its money was set aside in between is told to nobody.
    wait_for("all notices are handled", || {
        let metrics = server.get("/metrics").body;
        let count = metrics.lines().find_map(|line| line.strip_prefix("ecom67_notices_untold_total "));
        (count? == "2").then_some(())
    });

    let listed = place.done(&["queue", "list"]).output;
    assert_eq!(listed.trim(), "notifications: 0 ready, 0 in flight, 0 put off, 0 dead");
    assert_eq!(place.run(&["queue", "show", "nothing"]).status, Some(1));
    assert_eq!(place.run(&["queue", "redrive"]).status, Some(2));
    assert_eq!(place.done(&["queue", "redrive", "--all"]).output.trim(), "0 messages are sent again");
}

#[test]
fn what_a_demo_would_send_about_an_order_lies_in_its_mailbox_and_stays_there() {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(1) + RULES);
    place.done(&["import", "jsonl", text(&file)]);
    let demo = || Server::start(place.command(&["serve", "--demo"]));
    let server = demo();
    let config = server.get("/config.json").json();
    assert_eq!(config["mailbox"], "/demo/mailbox");

    let placed = buy(&server, "ann", "MUG-0", GOOD_CARD, None);

    wait_for("both mails", || {
        let list = server.get("/demo/mailbox").body;
        (list.contains("We have your order") && list.contains("is paid")).then_some(())
    });
    let (order, address) = (placed["id"].as_str().expect("an id"), server.address.clone());
    drop(server);
    let server = demo();
    let list = server.get("/demo/mailbox").body;
    assert_eq!(list.matches("<li>").count(), 2, "each once, after a restart too: {list}");
    let received = server.get(&format!("/demo/mailbox/{order}.1.received/text")).body;
    assert!(received.contains("10 Downing Street") && received.contains(&address), "{received}");
    let document = server.get(&format!("/demo/mailbox/{order}.1.received/document"));
    assert!(document.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"), "{document:?}");
}
