//! Orders of a served shop: killed again and again while people buy, and looked after from the shell.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use ecom67_app::SystemClock;
use ecom67_app::port::{OrderFilter, OrderStore, Payment, PaymentProvider, StockStore};
use ecom67_domain::Order;
use ecom67_domain::order::{Meter, OrderState};
use ecom67_embedded::sqlite::DatabaseOptions;
use ecom67_embedded::{DataFolder, Database};
use ecom67_stripe::simulator::{Simulator, SimulatorOptions};
use ecom67_stripe::{ClientOptions, StripeClient};
use ecom67_testkit::Random;
use serde_json::{Value, json};
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ureq::http::{Method, Request};

use crate::shell::{Answer, Place, Server, catalog, text, wait_for};

/// Delivery costs 4.50; a tenth off for five who have the coupon.
const RULES: &str = r#"{"type":"calendar","code":"main","time_zone":"Europe/London","cut_off":"14:00:00","working_days":["monday","tuesday","wednesday","thursday","friday"],"holidays":[]}
{"type":"delivery_zone","code":"gb","areas":[{"country":"GB"}]}
{"type":"delivery_method","code":"parcel","name":{"en":"Parcel"},"position":1,"zones":["gb"],"locations":["main"],"rates":[{"currency":"GBP","price":{"flat":450}}],"calendar":"main","transit":{"handling_days":0,"minimum_days":1,"maximum_days":2}}
{"type":"promotion","code":"tenth","name":{"en":"A tenth off"},"coupons":["TEN"],"limits":{"in_all":5},"effect":{"kind":"percentage","basis_points":1000}}
"#;

const LOCALE: &str = "locale=en-gb";
const GOOD_CARD: &str = "4242424242424242";
const DECLINED_CARD: &str = "4000000000000002";

fn served(products: usize) -> (Place, Server) {
    let place = Place::new();
    let file = place.write("catalog.jsonl", catalog(products) + RULES);
    place.done(&["import", "jsonl", text(&file)]);
    let server = place.serve();
    (place, server)
}

/// Asks a shop that may be killed meanwhile.
fn ask(server: &Server, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Option<Answer> {
    let mut request = Request::builder().method(method).uri(server.url(&format!("{path}?{LOCALE}")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header(CONTENT_TYPE, "application/json");
    server.try_ask(request.body(body.to_string()).expect("the test's requests are valid"))
}

fn confirm(server: &Server, key: &str, order: &Value, card: &str) -> Option<Answer> {
    let secret = order["payment"]["client_secret"].as_str()?;
    let (payment, _) = secret.split_once("_secret")?;
    let form = format!(
        "client_secret={secret}&payment_method_data[type]=card&payment_method_data[card][number]={card}\
         &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2031\
         &payment_method_data[card][cvc]=123"
    );
    let request = Request::post(server.url(&format!("/simulator/v1/payment_intents/{payment}/confirm")))
        .header(AUTHORIZATION, format!("Bearer {key}"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    server.try_ask(request.body(form).expect("the test's requests are valid"))
}

/// What somebody was told of an order.
#[derive(Clone, Debug)]
struct Told {
    order: String,
    is_paid: bool,
}

/// Fills a cart, orders it twice at once as it were, and pays; `None` as soon as the shop does not answer.
fn buy(
    server: &Server,
    key: &str,
    name: &str,
    sku: &str,
    card: &str,
    coupon: bool,
    told: &mut Vec<Told>,
) -> Option<()> {
    let made = ask(server, Method::POST, "/api/carts", &[], &json!({"sku": sku, "capability": "client"}))?;
    if made.status != 201 {
        return Some(());
    }
    let capability = made.json()["capability"].as_str()?.to_owned();
    let mine = [("cart-capability", capability.as_str())];
    let address = json!({"destination": {"country": "GB", "postal_code": "SW1A 1AA"}});
    ask(server, Method::PUT, "/api/carts/mine/destination", &mine, &address)?;
    if coupon {
        ask(server, Method::PUT, "/api/carts/mine/coupons/TEN", &mine, &json!({}))?;
    }
    let cart = ask(server, Method::PUT, "/api/carts/mine/delivery", &mine, &json!({"method": "parcel"}))?.json();
    let contact = json!({"email": format!("{name}@example.org"), "delivery_address": {"name": name,
        "line1": "10 Downing Street", "postal_code": "SW1A 1AA", "city": "London", "country": "GB"}});
    let mut order = json!(null);
    for tab in ["one", "two"] {
        let headers = [("cart-capability", capability.as_str()), ("idempotency-key", tab)];
        let body = json!({"quote_id": cart["quote"]["id"], "contact": contact});
        let placed = ask(server, Method::POST, "/api/checkouts", &headers, &body)?;
        match placed.status {
            200 | 201 => {}
            409 => return Some(()),
            _ => panic!("{placed:?}"),
        }
        let view = placed.json();
        assert!(order.is_null() || order["id"] == view["id"], "two orders of one cart: {order} {view}");
        order = view;
        let id = order["id"].as_str()?.to_owned();
        if told.last().is_none_or(|last| last.order != id) {
            told.push(Told { order: id, is_paid: false });
        }
    }
    confirm(server, key, &order, card)?;
    let path = format!("/api/orders/{}", order["id"].as_str()?);
    ask(server, Method::POST, &format!("{path}/payment"), &mine, &json!({}))?;
    let read = ask(server, Method::GET, &path, &mine, &json!({}))?.json();
    told.last_mut()?.is_paid = read["state"] == "paid";
    Some(())
}

/// How often the shop is killed while people buy.
const KILLS: u32 = 6;

#[test]
fn a_shop_killed_while_people_buy_loses_no_order_and_charges_nobody_twice_or_for_nothing() {
    let (place, mut server) = served(4);
    for sku in ["MUG-0", "MUG-1"] {
        place.done(&["products", "set", sku, "--stock", "40", "--location", "main"]);
    }
    let mut chance = Random::seeded(std::process::id().into());
    let mut told = Vec::new();
    let buyers = AtomicU32::new(0);
    for _ in 0..KILLS {
        let wait = Duration::from_millis(300 + chance.below(900));
        let stop = AtomicBool::new(false);
        let key = server.get("/config.json").json()["payment"]["publishable_key"].as_str().unwrap().to_owned();
        let round = std::thread::scope(|scope| {
            let shoppers: Vec<_> = (0..4_u32)
                .map(|shopper| {
                    let (server, stop, key, buyers) = (&server, &stop, &key, &buyers);
                    scope.spawn(move || {
                        let mut told = Vec::new();
                        while !stop.load(Ordering::Relaxed) {
                            let buyer = buyers.fetch_add(1, Ordering::Relaxed);
                            let sku = format!("MUG-{}", buyer % 4);
                            let card = if buyer % 5 == 0 { DECLINED_CARD } else { GOOD_CARD };
                            let name = format!("buyer-{shopper}-{buyer}");
                            if buy(server, key, &name, &sku, card, buyer % 3 == 0, &mut told).is_none() {
                                break;
                            }
                        }
                        told
                    })
                })
                .collect();
            std::thread::sleep(wait);
            server.kill_now();
            stop.store(true, Ordering::Relaxed);
            shoppers.into_iter().flat_map(|shopper| shopper.join().unwrap()).collect::<Vec<Told>>()
        });
        told.extend(round);
        server = place.serve();
    }
    wait_for("whatever was under way is done", || {
        let capturing = place.done(&["order", "list", "--state", "capturing"]).output;
        let cancelling = place.done(&["order", "list", "--state", "cancelling"]).output;
        (capturing.is_empty() && cancelling.is_empty()).then_some(())
    });
    server.terminate();
    server.ended();

    let audit = Audit::of(&place);
    assert!(told.len() > 10, "only {} orders were placed", told.len());
    for Told { order, is_paid } in &told {
        let kept = audit.orders.get(order).unwrap_or_else(|| panic!("{order} was acknowledged and is lost"));
        assert!(!is_paid || kept.state == OrderState::Paid, "{order} was paid and is {:?}", kept.state);
    }
    audit.passes();
    assert_eq!(place.run(&["check"]).status, Some(0));
}

/// The shop's own records beside the provider's.
struct Audit {
    orders: BTreeMap<String, Order>,
    payments: Vec<Payment>,
    held: BTreeMap<String, (u64, u64)>,
    coupon_uses: u32,
}

impl Audit {
    /// Reads both from their files, after the shop has ended.
    fn of(place: &Place) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let folder = DataFolder::hold(&place.data()).expect("nobody holds the folder");
            let clock: Arc<dyn ecom67_app::Clock> = Arc::new(SystemClock);
            let database =
                Database::open(DatabaseOptions::new(&folder.database(), Arc::clone(&clock))).expect("it opens");
            let mut orders = BTreeMap::new();
            let mut before = None;
            loop {
                let page = OrderStore::list(&database, OrderFilter::default(), before, 100).await.expect("it answers");
                before = page.last().map(|stored| stored.value.id);
                let is_last = page.len() < 100;
                orders.extend(page.into_iter().map(|stored| (stored.value.id.to_string(), stored.value)));
                if is_last {
                    break;
                }
            }
            let key: ecom67_stripe::SecretKey = "sk_test_audit".parse().expect("a key for tests");
            let options = SimulatorOptions::new(key.clone(), "pk_test_audit", clock);
            let simulator = Simulator::open(&folder.payments(), options).expect("the ledger is whole");
            let provider = StripeClient::new(Arc::new(simulator.transport()), key, ClientOptions::default());
            let (mut payments, mut after): (Vec<Payment>, _) = (Vec::new(), None);
            loop {
                let since = jiff::Timestamp::UNIX_EPOCH;
                let page = provider.list(since, after.as_ref(), 100).await.expect("the provider answers");
                after = page.last().map(|payment| payment.id.clone());
                let is_last = page.len() < 100;
                payments.extend(page);
                if is_last {
                    break;
                }
            }
            let records = StockStore::list(&database, None, 100).await.expect("it answers");
            let sum = |record: &ecom67_domain::stock::StockRecord| {
                record.levels.values().fold((0, 0), |(held, there), level| (held + level.held, there + level.on_hand))
            };
            let held = records.iter().map(|record| (record.sku.to_string(), sum(record))).collect();
            let coupon = Meter::Promotion("tenth".parse().expect("a code"));
            let coupon_uses = database.used(&[coupon]).await.expect("it answers")[0];
            Self { orders, payments, held, coupon_uses }
        })
    }

    fn passes(&self) {
        let is_alive = |order: &&Order| !matches!(order.state, OrderState::Cancelled(_));
        // Charged once, what was agreed, and for an order that exists and is paid.
        let mut charged: BTreeMap<String, i64> = BTreeMap::new();
        for payment in &self.payments {
            let order = payment.order.expect("every payment names its order").to_string();
            assert!(
                payment.captured.minor() == 0 || self.orders.contains_key(&order),
                "charged without an order: {order}"
            );
            if payment.captured.minor() > 0 {
                let earlier = charged.insert(order.clone(), payment.captured.minor());
                assert_eq!(earlier, None, "{order} was charged twice");
            }
        }
        for (id, order) in &self.orders {
            let expected = (order.state == OrderState::Paid).then(|| order.content.totals.total.minor());
            assert_eq!(charged.get(id).copied(), expected, "{id} is {:?}", order.state);
        }
        // What is held is what orders hold, and no more than there is.
        let mut promised: BTreeMap<String, u64> = BTreeMap::new();
        for hold in self.orders.values().filter(is_alive).flat_map(|order| &order.holds) {
            *promised.entry(hold.sku.to_string()).or_default() += u64::from(hold.quantity);
        }
        for (sku, (held, on_hand)) in &self.held {
            assert_eq!(*held, promised.get(sku).copied().unwrap_or_default(), "{sku}");
            assert!(held <= on_hand, "{sku} is oversold: {held} of {on_hand}");
        }
        // The coupon was used as often as orders have it, and no more than it may be.
        let has_coupon = |order: &&Order| order.content.discounts.iter().any(|discount| discount.coupon.is_some());
        let uses = self.orders.values().filter(is_alive).filter(has_coupon).count();
        assert_eq!(usize::try_from(self.coupon_uses).unwrap(), uses);
        assert!(uses <= 5, "the coupon was used {uses} times");
    }
}

#[test]
fn orders_are_looked_after_from_the_shell() {
    let (place, server) = served(2);
    let key = server.get("/config.json").json()["payment"]["publishable_key"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    buy(&server, &key, "ann", "MUG-0", GOOD_CARD, true, &mut told).expect("the shop answers");
    buy(&server, &key, "ben", "MUG-1", DECLINED_CARD, false, &mut told).expect("the shop answers");
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
fn what_happens_to_orders_reaches_whoever_is_to_tell_people_of_it() {
    let (place, server) = served(1);
    let key = server.get("/config.json").json()["payment"]["publishable_key"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    buy(&server, &key, "ann", "MUG-0", GOOD_CARD, false, &mut told).expect("the shop answers");

    // It was placed, its money was set aside, and it was paid.
    wait_for("all notices are handled", || {
        let metrics = server.get("/metrics").body;
        let count = metrics.lines().find_map(|line| line.strip_prefix("ecom67_notices_untold_total "));
        (count? == "3").then_some(())
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
    let key = config["payment"]["publishable_key"].as_str().unwrap().to_owned();
    let mut told = Vec::new();

    buy(&server, &key, "ann", "MUG-0", GOOD_CARD, false, &mut told).expect("the shop answers");

    wait_for("both mails", || {
        let list = server.get("/demo/mailbox").body;
        (list.contains("We have your order") && list.contains("is paid")).then_some(())
    });
    let (order, address) = (&told[0].order, server.address.clone());
    drop(server);
    let server = demo();
    let list = server.get("/demo/mailbox").body;
    assert_eq!(list.matches("<li>").count(), 2, "each once, after a restart too: {list}");
    let received = server.get(&format!("/demo/mailbox/{order}.1.received/text")).body;
    assert!(received.contains("10 Downing Street") && received.contains(&address), "{received}");
    let document = server.get(&format!("/demo/mailbox/{order}.1.received/document"));
    assert!(document.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"), "{document:?}");
}
