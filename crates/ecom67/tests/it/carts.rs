//! Carts of a served shop, as a browser and another client fill them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ecom67_testkit::Random;
use serde_json::{Value, json};
use ureq::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION, SET_COOKIE};
use ureq::http::{Method, Request};

use crate::shell::{Answer, Place, Server, catalog, text};

const LOCALE: &str = "locale=en-gb";

fn served(products: usize) -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(products));
    place.done(&["import", "jsonl", text(&file)]);
    let server = place.serve();
    (place, server)
}

/// A client that keeps what opens its cart itself.
pub(crate) struct Client<'server> {
    server: &'server Server,
    pub(crate) cart: String,
    pub(crate) capability: String,
}

impl<'server> Client<'server> {
    /// Makes a cart.
    pub(crate) fn new(server: &'server Server) -> Self {
        let made = send(server, Method::POST, "/api/carts", &[], Some(&json!({"capability": "client"})));
        assert_eq!(made.status, 201, "{made:?}");
        let view = made.json();
        Self {
            server,
            cart: view["cart"]["id"].as_str().unwrap().to_owned(),
            capability: view["capability"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut all = vec![("cart-capability", self.capability.as_str())];
        all.extend_from_slice(headers);
        send(self.server, method, &format!("/api/carts/{}{path}", self.cart), &all, body)
    }

    pub(crate) fn add(&self, sku: &str, quantity: u64, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, "/lines", headers, Some(&json!({"sku": sku, "quantity": quantity})))
    }

    pub(crate) fn cart(&self) -> Value {
        let answer = self.send(Method::GET, "", &[], None);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }
}

pub(crate) fn send(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(server.url(&format!("{path}?{LOCALE}")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    let body = body.map(ToString::to_string).unwrap_or_default();
    server.ask_with(request.body(body).expect("the test's requests are valid"))
}

/// The lines of a cart: which, and how many.
fn lines(cart: &Value) -> Vec<(&str, u64)> {
    let lines = cart["lines"].as_array().unwrap_or_else(|| panic!("a cart has lines: {cart}"));
    lines.iter().map(|line| (line["sku"].as_str().unwrap(), line["quantity"].as_u64().unwrap())).collect()
}

pub(crate) fn code(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json", "{answer:?}");
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn every_call_answers_with_the_whole_cart() {
    let (_place, server) = served(3);
    let client = Client::new(&server);

    let added = client.add("MUG-1", 2, &[]);
    assert_eq!(added.headers[CACHE_CONTROL], "private, no-store");
    assert_eq!(added.headers[ETAG], "\"2\"");
    assert_eq!(lines(&added.json()), [("MUG-1", 2)]);
    client.add("MUG-2", 1, &[]);
    let more = client.add("MUG-1", 1, &[]).json();
    assert_eq!(lines(&more), [("MUG-1", 3), ("MUG-2", 1)]);
    assert_eq!((&more["units"], &more["version"], &more["currency"]), (&json!(4), &json!(4), &json!("GBP")));
    assert_eq!(more["lines"][0]["name"], "Mug mug-1");
    assert_eq!((&more["lines"][0]["slug"], &more["lines"][0]["unit_price"]), (&json!("mug-mug-1"), &json!(1490)));

    let set = client.send(Method::PUT, "/lines/MUG-1", &[], Some(&json!({"quantity": 1}))).json();
    assert_eq!(lines(&set), [("MUG-1", 1), ("MUG-2", 1)]);
    let removed = client.send(Method::DELETE, "/lines/MUG-1", &[], None).json();
    assert_eq!(lines(&removed), [("MUG-2", 1)]);
    let again = client.send(Method::DELETE, "/lines/MUG-1", &[], None);
    assert_eq!((again.status, lines(&again.json())), (200, vec![("MUG-2", 1)]), "to remove twice is to remove once");
    assert_eq!(client.cart(), again.json());
}

#[test]
fn a_line_can_be_put_aside_wished_for_and_written_about() {
    let (_place, server) = served(3);
    let client = Client::new(&server);
    client.add("MUG-1", 3, &[]);

    let saved = client.send(Method::PUT, "/saved/MUG-1", &[], None).json();
    assert_eq!((lines(&saved).len(), &saved["saved"][0]["quantity"]), (0, &json!(3)));
    let back = client.send(Method::POST, "/saved/MUG-1/move-to-cart", &[], None).json();
    assert_eq!((lines(&back), &back["saved"]), (vec![("MUG-1", 3)], &json!([])));
    let wished = client.send(Method::PUT, "/wishlist/MUG-2", &[], None).json();
    assert_eq!(wished["wishes"][0]["name"], "Mug mug-2");
    let unwished = client.send(Method::DELETE, "/wishlist/MUG-2", &[], None).json();
    assert_eq!(unwished["wishes"], json!([]));
    let noted = client.send(Method::PUT, "/note", &[], Some(&json!({"note": " Ring twice. من فضلك "}))).json();
    assert_eq!(noted["note"], "Ring twice. من فضلك");
    let erased = client.send(Method::PUT, "/note", &[], Some(&json!({"note": null}))).json();
    assert_eq!(erased["note"], Value::Null);
}

#[test]
fn in_a_browser_a_cookie_that_no_script_can_read_opens_the_cart() {
    let (_place, server) = served(2);
    let made = send(&server, Method::POST, "/api/carts", &[], Some(&json!({"sku": "MUG-1"})));
    assert_eq!(made.status, 201, "{made:?}");
    let view = made.json();
    assert!(view.get("capability").is_none(), "no script is told: {view}");
    assert_eq!(lines(&view["cart"]), [("MUG-1", 1)]);
    let id = view["cart"]["id"].as_str().unwrap();
    assert_eq!(made.headers[LOCATION], format!("/api/carts/{id}"));
    let set = made.headers[SET_COOKIE].to_str().unwrap();
    for attribute in ["; Path=/api", "; HttpOnly", "; SameSite=Strict", "; Max-Age=2592000"] {
        assert!(set.contains(attribute), "{set}");
    }
    let cookie = format!("theme=dark; {}; other=1", set.split(';').next().unwrap());

    let mine = send(&server, Method::GET, "/api/carts/mine", &[("cookie", &cookie)], None);
    let by_id = send(&server, Method::GET, &format!("/api/carts/{id}"), &[("cookie", &cookie)], None);
    let added =
        send(&server, Method::POST, "/api/carts/mine/lines", &[("cookie", &cookie)], Some(&json!({"sku": "MUG-0"})));

    assert_eq!((mine.status, mine.json()), (200, view["cart"].clone()));
    assert_eq!(by_id.json(), view["cart"]);
    assert_eq!(lines(&added.json()), [("MUG-1", 1), ("MUG-0", 1)]);
    assert_eq!(added.headers[SET_COOKIE], set, "it lives on with the cart");
}

#[test]
fn a_browser_that_has_a_cart_keeps_it_whatever_else_it_forgot() {
    let (_place, server) = served(3);
    let made = send(&server, Method::POST, "/api/carts", &[], Some(&json!({"sku": "MUG-1"})));
    let cookie = made.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let sent =
        |cookie: &str, body: Value| send(&server, Method::POST, "/api/carts", &[("cookie", cookie)], Some(&body));

    let added = sent(&cookie, json!({"sku": "MUG-2", "quantity": 2}));
    let asked = sent(&cookie, json!({}));
    let own = sent(&cookie, json!({"sku": "MUG-0", "capability": "client"}));
    let forged = format!("{}.{}", cookie.split_once('.').unwrap().0, "0".repeat(64));
    let anew = sent(&forged, json!({"sku": "MUG-0"}));

    assert_eq!(made.status, 201);
    assert_eq!((added.status, lines(&added.json()["cart"])), (200, vec![("MUG-1", 1), ("MUG-2", 2)]));
    assert_eq!(added.json()["cart"]["id"], made.json()["cart"]["id"]);
    assert_eq!((asked.status, &asked.json()["cart"]), (200, &added.json()["cart"]));
    assert_eq!(
        (own.status, lines(&own.json()["cart"])),
        (201, vec![("MUG-0", 1)]),
        "that client asks for a cart of its own"
    );
    assert!(own.headers.get(SET_COOKIE).is_none());
    assert_eq!((anew.status, lines(&anew.json()["cart"])), (201, vec![("MUG-0", 1)]), "nobody else's cart is opened");
}

#[test]
fn what_the_goods_cost_together_is_told_without_what_is_not_sold() {
    let (place, server) = served(3);
    let client = Client::new(&server);
    assert_eq!(client.cart()["quote"]["totals"]["goods"], 0);
    client.add("MUG-0", 2, &[]);
    assert_eq!(client.add("MUG-1", 3, &[]).json()["quote"]["totals"]["goods"], 5 * 1490);

    place.done(&["products", "set", "MUG-0", "--price", "15.90", "--market", "gb"]);

    assert_eq!(client.cart()["quote"]["totals"]["goods"], 2 * 1590 + 3 * 1490);
    place.done(&["products", "set", "MUG-1", "--status", "archived"]);
    assert_eq!(client.cart()["quote"]["totals"]["goods"], 2 * 1590);
}

#[test]
fn no_page_of_another_site_changes_a_cart() {
    let (_place, server) = served(2);
    let made = send(&server, Method::POST, "/api/carts", &[], Some(&json!({"sku": "MUG-1"})));
    let cookie = made.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    for origin in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let headers = [("cookie", cookie.as_str()), origin];
        let body = json!({"sku": "MUG-0"});
        let added = send(&server, Method::POST, "/api/carts/mine/lines", &headers, Some(&body));
        let removed = send(&server, Method::DELETE, "/api/carts/mine/lines/MUG-1", &headers, None);
        let created = send(&server, Method::POST, "/api/carts", &[origin], Some(&body));

        for refused in [added, removed, created] {
            assert_eq!(code(&refused), (403, "other_site".to_owned()), "{origin:?}");
        }
    }
    let mine = send(&server, Method::GET, "/api/carts/mine", &[("cookie", &cookie)], None);
    assert_eq!(lines(&mine.json()), [("MUG-1", 1)]);
}

#[test]
fn somebody_elses_cart_is_as_absent_as_none() {
    let (_place, server) = served(2);
    let (ann, ben) = (Client::new(&server), Client::new(&server));
    ann.add("MUG-1", 1, &[]);
    let guessed = format!("{}.{}", ann.cart, "0".repeat(64));
    for capability in [&ben.capability, &guessed, "", "cart", "\u{2603}"] {
        let thief = Client { server: &server, cart: ann.cart.clone(), capability: capability.to_owned() };

        let read = thief.send(Method::GET, "", &[], None);
        let written = thief.add("MUG-0", 1, &[]);

        assert_eq!(code(&read), (404, "cart_not_found".to_owned()), "{capability}");
        assert_eq!(code(&written), (404, "cart_not_found".to_owned()), "{capability}");
    }
    let nobody = send(&server, Method::GET, &format!("/api/carts/{}", ann.cart), &[], None);
    assert_eq!(code(&nobody), (404, "cart_not_found".to_owned()));
    assert_eq!(code(&send(&server, Method::GET, "/api/carts/mine", &[], None)).0, 404);
    assert_eq!(lines(&ann.cart()), [("MUG-1", 1)]);
}

#[test]
fn a_write_sent_again_is_made_once_and_its_name_means_nothing_else() {
    let (_place, server) = served(2);
    let client = Client::new(&server);
    let key = [("idempotency-key", "press-1")];

    let first = client.add("MUG-1", 1, &key);
    let second = client.add("MUG-1", 1, &key);
    let other = client.add("MUG-1", 2, &key);
    let other_verb = client.send(Method::DELETE, "/lines/MUG-1", &key, None);

    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(first.json(), second.json());
    for reused in [other, other_verb] {
        assert_eq!(code(&reused), (422, "idempotency_key_reused".to_owned()));
        assert_eq!(reused.json()["field"], "Idempotency-Key");
    }
    assert_eq!(lines(&client.cart()), [("MUG-1", 1)]);
}

#[test]
fn a_tab_that_looks_at_an_old_cart_can_ask_not_to_change_a_newer_one() {
    let (_place, server) = served(2);
    let client = Client::new(&server);
    let seen = client.add("MUG-1", 1, &[]).headers[ETAG].to_str().unwrap().to_owned();
    client.add("MUG-0", 1, &[]);

    let stale = client.add("MUG-1", 1, &[("if-match", &seen)]);
    let fresh = client.add("MUG-1", 1, &[("if-match", "\"3\"")]);

    assert_eq!(code(&stale), (412, "cart_changed".to_owned()));
    assert_eq!(fresh.status, 200);
}

#[test]
fn what_changed_since_is_told_line_by_line_and_never_silently_applied() {
    let (place, server) = served(3);
    let client = Client::new(&server);
    for sku in ["MUG-0", "MUG-1", "MUG-2"] {
        client.add(sku, 5, &[]);
    }

    place.done(&["products", "set", "MUG-0", "--price", "15.90", "--market", "gb"]);
    place.done(&["products", "set", "MUG-1", "--stock", "3"]);
    let cart = client.cart();

    let notices: Vec<_> = cart["lines"].as_array().unwrap().iter().map(|line| line["notices"].clone()).collect();
    let changed = json!([{"code": "price_changed", "was": 1490, "is": 1590}]);
    let few = json!([{"code": "not_enough", "asked": 5, "available": 3}]);
    assert_eq!(notices, [changed, few, json!([])]);
    let accepted = client.send(Method::POST, "/accepted-prices", &[], None).json();
    assert_eq!(accepted["lines"][0]["notices"], json!([]));
    assert_eq!(accepted["lines"][1]["notices"], cart["lines"][1]["notices"], "stock is not a matter of taste");
    let fewer = client.send(Method::PUT, "/lines/MUG-1", &[], Some(&json!({"quantity": 4})));
    assert_eq!(fewer.status, 200, "fewer can always be asked for");
    let more = client.send(Method::PUT, "/lines/MUG-1", &[], Some(&json!({"quantity": 5})));
    assert_eq!(code(&more), (409, "not_enough_stock".to_owned()));
    assert_eq!((&more.json()["asked"], &more.json()["available"]), (&json!(5), &json!(3)));
}

#[test]
fn bad_input_is_told_with_its_field_and_changes_nothing() {
    let (_place, server) = served(2);
    let client = Client::new(&server);
    client.add("MUG-1", 1, &[]);
    let before = client.cart();
    let line = |body: Value| (Method::POST, "/lines", body);
    let cases = [
        (line(json!({"sku": "MUG-1", "quantity": 0})), 400, "quantity_invalid", "quantity"),
        (line(json!({"sku": "MUG-1", "quantity": -1})), 400, "body_invalid", "quantity"),
        (line(json!({"sku": "MUG-1", "quantity": 1.5})), 400, "body_invalid", "quantity"),
        (line(json!({"sku": "MUG-1", "quantity": 9_223_372_036_854_775_808_u64})), 400, "body_invalid", "quantity"),
        (line(json!({"sku": "MUG-1", "quantity": 4_294_967_295_u32})), 409, "quantity_too_large", "quantity"),
        (line(json!({"sku": "MUG-1", "quantity": 7})), 409, "not_enough_stock", "quantity"),
        (line(json!({"sku": "MUG-1", "price": 1})), 400, "body_invalid", "price"),
        (line(json!({"sku": "MUG-9"})), 404, "article_not_sold", "sku"),
        (line(json!({"sku": "a\u{202e}b"})), 400, "sku_invalid", "sku"),
        (line(json!({})), 400, "body_invalid", "body"),
        (line(json!([1])), 400, "body_invalid", "body"),
        ((Method::PUT, "/note", json!({"note": "a\u{202e}b"})), 400, "note_characters", "note"),
        ((Method::PUT, "/note", json!({"note": "a\u{200b}b"})), 400, "note_characters", "note"),
        ((Method::PUT, "/note", json!({"note": "x".repeat(1_001)})), 400, "note_length", "note"),
        ((Method::PUT, "/note", json!({"note": "x".repeat(1_000_000)})), 413, "body_too_large", ""),
        ((Method::PUT, "/saved/MUG-0", json!({})), 404, "line_not_found", ""),
        ((Method::POST, "/saved/MUG-0/move-to-cart", json!({})), 404, "line_not_found", ""),
        ((Method::DELETE, "/lines/a%00b", json!({})), 400, "sku_invalid", "sku"),
    ];
    for ((method, path, body), status, expected, field) in cases {
        let answer = client.send(method, path, &[], Some(&body));

        let what = body.to_string().chars().take(80).collect::<String>();
        assert_eq!(code(&answer), (status, expected.to_owned()), "{path} {what}");
        assert_eq!(answer.json()["field"].as_str().unwrap_or_default(), field, "{path} {what}");
    }
    for (header, value) in
        [("idempotency-key", ""), ("idempotency-key", "a b"), ("if-match", "5"), ("if-match", "W/\"5\"")]
    {
        assert_eq!(client.add("MUG-1", 1, &[(header, value)]).status, 400, "{header}: {value}");
    }
    let bare = send(&server, Method::POST, "/api/carts", &[], Some(&json!({"quantity": 2})));
    assert_eq!(code(&bare), (400, "quantity_alone".to_owned()));
    assert_eq!(client.cart(), before);
}

#[test]
fn of_64_editors_of_one_cart_nobody_loses_a_line() {
    let (_place, server) = served(40);
    let client = Client::new(&server);

    std::thread::scope(|scope| {
        for editor in 0..64 {
            let client = &client;
            scope.spawn(move || {
                let sku = format!("MUG-{}", editor % 32);
                assert_eq!(client.add(&sku, 1, &[]).status, 200);
                assert_eq!(client.add(&sku, 1, &[]).status, 200);
            });
        }
    });

    let cart = client.cart();
    assert_eq!((lines(&cart).len(), &cart["units"]), (32, &json!(128)));
    assert!(lines(&cart).iter().all(|(_, quantity)| *quantity == 4));
}

/// How often the shop is killed while carts are filled.
const KILLS: u32 = 6;

#[test]
fn a_shop_killed_while_carts_are_filled_loses_no_line_that_it_acknowledged() {
    let (place, mut server) = served(40);
    let mut chance = Random::seeded(std::process::id().into());
    // Of each cart what opens it, and how many units of which it was told to have.
    let mut acknowledged: Vec<(String, String, BTreeMap<String, u64>)> = Vec::new();
    for _ in 0..KILLS {
        let wait = Duration::from_millis(100 + chance.below(400));
        let stop = AtomicBool::new(false);
        let told = std::thread::scope(|scope| {
            let shoppers: Vec<_> = (0..4)
                .map(|shopper| {
                    let (server, stop) = (&server, &stop);
                    scope.spawn(move || {
                        let mut carts = Vec::new();
                        'carts: while !stop.load(Ordering::Relaxed) {
                            let body = json!({"capability": "client"});
                            let Some(made) = try_send(server, "/api/carts", None, &body) else { break };
                            let view = made.json();
                            let id = view["cart"]["id"].as_str().unwrap().to_owned();
                            let capability = view["capability"].as_str().unwrap().to_owned();
                            carts.push((id.clone(), capability.clone(), BTreeMap::new()));
                            for number in 0..5 {
                                let sku = format!("MUG-{}", shopper * 8 + number);
                                let path = format!("/api/carts/{id}/lines");
                                let body = json!({"sku": sku});
                                let Some(answer) = try_send(server, &path, Some(&capability), &body) else {
                                    break 'carts;
                                };
                                assert_eq!(answer.status, 200, "{answer:?}");
                                carts.last_mut().unwrap().2.insert(sku, 1);
                            }
                        }
                        carts
                    })
                })
                .collect();
            std::thread::sleep(wait);
            server.kill_now();
            stop.store(true, Ordering::Relaxed);
            shoppers.into_iter().flat_map(|shopper| shopper.join().unwrap()).collect::<Vec<_>>()
        });
        acknowledged.extend(told);
        server = place.serve();
    }

    assert!(acknowledged.len() > 20, "only {} carts were made", acknowledged.len());
    for (cart, capability, told) in &acknowledged {
        let client = Client { server: &server, cart: cart.clone(), capability: capability.clone() };
        let view = client.cart();
        let present: BTreeMap<_, _> = lines(&view).into_iter().collect();
        for (sku, quantity) in told {
            assert_eq!(present.get(sku.as_str()), Some(quantity), "{cart} was told to have {told:?}: {view}");
        }
        assert!(present.len() <= told.len() + 1, "one more line may have been stored and not told");
    }
    assert_eq!(place.run(&["check"]).status, Some(0));
}

fn try_send(server: &Server, path: &str, capability: Option<&str>, body: &Value) -> Option<Answer> {
    let mut request = Request::post(server.url(&format!("{path}?{LOCALE}"))).header(CONTENT_TYPE, "application/json");
    if let Some(capability) = capability {
        request = request.header("cart-capability", capability);
    }
    server.try_ask(request.body(body.to_string()).expect("the test's requests are valid"))
}
