//! The audit finds what it is there for: real shops, each with one bug, on a real database and with a real ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use ecom67_app::Clock;
use ecom67_app::carts::Capability;
use ecom67_audit::{Audit, Evidence, Fault, Limits, OrderLimits, ShopRecords, Told, ToldOrder, audit, read_ledger};
use ecom67_stripe::sign;
use ecom67_stripe::simulator::{Fault as ProviderFault, FaultRule, Operation};
use futures_util::future::join_all;
use hyper::Method;
use hyper::header::AUTHORIZATION;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::shop::{RoutedShop, webhook_secret};

use super::bugs::{BuggyProvider, BuggyStore, ProviderBug, StoreBug};
use super::gift_cards::issued;
use super::{Buyer, GOOD_CARD, changed_shop_with, ledger, send, settled, shop_with};

async fn shop_with_store(units: u64, bug: StoreBug) -> RoutedShop {
    changed_shop_with(units, |checkouts| {
        let inner = Arc::clone(&checkouts.orders.store);
        checkouts.orders.store = Arc::new(BuggyStore { inner, bug });
    })
    .await
}

async fn shop_with_provider(units: u64, bug: ProviderBug) -> RoutedShop {
    changed_shop_with(units, |checkouts| {
        let inner = Arc::clone(&checkouts.orders.provider);
        checkouts.orders.provider = Arc::new(BuggyProvider { inner, bug, attempts: AtomicU32::new(1) });
    })
    .await
}

/// What people heard.
#[derive(Default)]
struct Heard {
    told: Vec<Told>,
}

impl Heard {
    fn hear(&mut self, buyer: &Buyer<'_>, answer: &Value) {
        let cart = capability(buyer).key().id;
        self.told.push(Told::Order(ToldOrder::read(cart, answer).expect("an order")));
    }
}

fn capability(buyer: &Buyer<'_>) -> Capability {
    buyer.capability.parse().expect("what opens the cart")
}

/// Lets everything that is due be done, long after, and lays the three sides side by side.
async fn audited(shop: &RoutedShop, units: u64, heard: Heard) -> Audit {
    for _ in 0..3 {
        settled(shop).await;
        shop.clock.forward(SignedDuration::from_mins(30));
    }
    settled(shop).await;
    let key = [(AUTHORIZATION.as_str(), "Bearer sk_test_shop")];
    let request = key.iter().fold(hyper::Request::get("/simulator/ledger?limit=10000"), |request, (name, value)| {
        request.header(*name, *value)
    });
    let request = request.body(axum::body::Body::empty()).expect("it is a request");
    let ledger = crate::shop::answered(shop.simulator.router(), request).await;
    let at = shop.clock.now();
    let records = ShopRecords::read(&Arc::new(shop.database.clone()), &[], at).await.expect("the store answers");
    let stocked = ["MUG", "TEA"].map(|sku| (sku.parse().expect("a SKU"), units));
    audit(&Evidence {
        ledger: read_ledger(ledger.text()).expect("it is a ledger"),
        shop: records,
        told: heard.told,
        stocked: BTreeMap::from(stocked),
        limits: BTreeMap::from([("tenth".parse().expect("a code"), Limits { in_all: Some(2), per_customer: None })]),
        order_limits: OrderLimits::default(),
        at,
    })
}

fn finds(audit: &Audit, fault: Fault) {
    assert!(audit.count(fault) > 0, "{} was not found:\n{audit}", fault.as_str());
}

/// Three buyers of three units: two pay, with the coupon, and one goes back on it.
async fn an_afternoon(shop: &RoutedShop) -> Heard {
    let mut heard = Heard::default();
    for name in ["ann", "ben", "cem"] {
        let buyer = Buyer::with_mugs(shop, name, 1).await;
        if name != "cem" {
            buyer.coupon("TEN").await;
        }
        let order = buyer.orders().await;
        heard.hear(&buyer, &order);
        if name == "cem" {
            heard.hear(&buyer, &buyer.order(Method::POST, &order, "/cancellation").await.json());
            continue;
        }
        heard.hear(&buyer, &buyer.pays(&order).await);
        settled(shop).await;
        heard.hear(&buyer, &buyer.order(Method::GET, &order, "").await.json());
    }
    heard
}

#[tokio::test]
async fn in_a_shop_without_a_bug_nothing_is_found() {
    let shop = shop_with(3).await;

    let heard = an_afternoon(&shop).await;

    let audit = audited(&shop, 3, heard).await;
    assert!(audit.is_clean(), "{audit}");
}

#[tokio::test]
async fn a_hold_that_is_dropped_is_found() {
    let shop = shop_with_store(1, StoreBug::DropsHolds).await;
    let mut heard = Heard::default();

    for name in ["ann", "ben"] {
        let buyer = Buyer::with_mugs(&shop, name, 1).await;
        let order = buyer.orders().await;
        buyer.pays(&order).await;
        settled(&shop).await;
        heard.hear(&buyer, &buyer.order(Method::GET, &order, "").await.json());
    }

    finds(&audited(&shop, 1, heard).await, Fault::Oversold);
}

#[tokio::test]
async fn a_hold_that_is_released_twice_is_found() {
    let shop = shop_with_store(3, StoreBug::ReleasesTwice).await;

    let heard = an_afternoon(&shop).await;

    finds(&audited(&shop, 3, heard).await, Fault::Oversold);
}

#[tokio::test]
async fn a_commit_in_two_with_a_crash_in_between_is_found() {
    let shop = shop_with_store(3, StoreBug::CommitsInTwo).await;
    let mut heard = Heard::default();
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.coupon("TEN").await;

    let placed = ann.checks_out().await;
    assert!(placed.status.is_success(), "the second attempt finds the first half: {placed:?}");
    heard.hear(&ann, &ann.pays(&placed.json()).await);

    let audit = audited(&shop, 3, heard).await;
    finds(&audit, Fault::Oversold);
    finds(&audit, Fault::CouponOveruse);
}

#[tokio::test]
async fn a_coupon_that_is_not_counted_is_found() {
    let shop = shop_with_store(9, StoreBug::DropsUses).await;

    let mut heard = an_afternoon(&shop).await;
    let dan = Buyer::with_mugs(&shop, "dan", 1).await;
    dan.coupon("TEN").await;
    heard.hear(&dan, &dan.pays(&dan.orders().await).await);

    let audit = audited(&shop, 9, heard).await;
    finds(&audit, Fault::CouponOveruse);
    assert!(format!("{audit}").contains("3 times, of 2"), "{audit}");
}

/// Two pay with one gift card, a part each, and one of them goes back on it.
async fn an_afternoon_with_a_gift_card(shop: &RoutedShop) -> Heard {
    let mut heard = Heard::default();
    let card = issued(shop, 500).await;
    for name in ["ann", "ben"] {
        let buyer = Buyer::with_mugs(shop, name, 1).await;
        buyer.pays_with(&card).await;
        let order = buyer.orders().await;
        heard.hear(&buyer, &order);
        if name == "ann" {
            heard.hear(&buyer, &buyer.order(Method::POST, &order, "/cancellation").await.json());
            continue;
        }
        heard.hear(&buyer, &buyer.pays(&order).await);
        settled(shop).await;
        heard.hear(&buyer, &buyer.order(Method::GET, &order, "").await.json());
    }
    heard
}

#[tokio::test]
async fn in_a_shop_without_a_bug_gift_cards_have_what_orders_leave() {
    let shop = shop_with(3).await;

    let heard = an_afternoon_with_a_gift_card(&shop).await;

    let audit = audited(&shop, 3, heard).await;
    assert!(audit.is_clean(), "{audit}");
}

#[tokio::test]
async fn a_gift_card_that_is_not_spent_is_found() {
    let shop = shop_with_store(3, StoreBug::DropsGiftCards).await;

    let heard = an_afternoon_with_a_gift_card(&shop).await;

    finds(&audited(&shop, 3, heard).await, Fault::GiftCardOveruse);
}

#[tokio::test]
async fn a_gift_card_that_gets_nothing_back_is_found() {
    let shop = shop_with_store(3, StoreBug::KeepsGiftCards).await;
    let card = issued(&shop, 1_500).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.pays_with(&card).await;
    let order = ann.orders().await;
    let mut heard = Heard::default();

    heard.hear(&ann, &ann.order(Method::POST, &order, "/cancellation").await.json());

    finds(&audited(&shop, 3, heard).await, Fault::GiftCardLosses);
}

#[tokio::test]
async fn a_write_that_was_told_and_never_made_is_found() {
    let shop = shop_with_store(3, StoreBug::ForgetsCancellations).await;
    let mut heard = Heard::default();
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;

    // The answer is made of what the store said, as a handler would that reads nothing again.
    let mut told = ann.order(Method::POST, &order, "/cancellation").await.json();
    told["state"] = json!("cancelling");
    heard.hear(&ann, &told);
    ann.pays(&order).await;

    let audit = audited(&shop, 3, heard).await;
    finds(&audit, Fault::AcknowledgedWritesLost);
}

#[tokio::test]
async fn a_key_that_changes_between_attempts_is_found() {
    let shop = shop_with_provider(3, ProviderBug::ChangesKeys).await;
    let mut heard = Heard::default();
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    // Made, and the answer is lost, whatever the client repeats.
    shop.simulator.add_fault(FaultRule::next(Operation::Create, ProviderFault::AnswerLost, 4)).unwrap();

    let order = ann.orders().await;
    assert_eq!(order["payment"]["status"], "unavailable");
    let again = ann.order(Method::POST, &order, "/payment").await.json();
    heard.hear(&ann, &ann.pays(&again).await);

    assert_eq!(ledger(&shop).await.len(), 2);
    finds(&audited(&shop, 3, heard).await, Fault::DoubleCharges);
}

#[tokio::test]
async fn a_webhook_that_is_trusted_without_asking_is_found() {
    let shop = shop_with_provider(3, ProviderBug::TrustsWhatIsTold).await;
    let mut heard = Heard::default();
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let payment = ledger(&shop).await[0].id.to_string();
    let event = json!({"id": "evt_1", "object": "event", "type": "payment_intent.succeeded",
        "data": {"object": {"id": payment, "object": "payment_intent", "status": "succeeded"}}});
    let signature = sign(event.to_string().as_bytes(), &webhook_secret(), shop.clock.now());

    let headers = [("stripe-signature", signature.as_str())];
    assert_eq!(send(&shop, Method::POST, "/api/webhooks/payments", &headers, Some(&event)).await.status, 200);
    settled(&shop).await;
    heard.hear(&ann, &ann.order(Method::GET, &order, "").await.json());

    finds(&audited(&shop, 3, heard).await, Fault::PaidWithoutCharge);
}

#[tokio::test]
async fn money_that_is_captured_before_the_hold_is_firm_is_found() {
    let shop = changed_shop_with(3, |checkouts| {
        let (store, provider) = (Arc::clone(&checkouts.orders.store), Arc::clone(&checkouts.orders.provider));
        checkouts.orders.store = Arc::new(BuggyStore { inner: store, bug: StoreBug::NeverMakesHoldsFirm });
        let bug = ProviderBug::CapturesAtOnce;
        checkouts.orders.provider = Arc::new(BuggyProvider { inner: provider, bug, attempts: AtomicU32::new(1) });
    })
    .await;
    let mut heard = Heard::default();
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    assert_eq!(ann.confirms(&order, GOOD_CARD).await.status, 200);

    // It is captured, and the process ends before the hold is firm; then its shopper goes back on it, and all is given back.
    assert!(ann.order(Method::POST, &order, "/payment").await.status.is_server_error());
    let cancelled = ann.order(Method::POST, &order, "/cancellation").await.json();
    assert_eq!(cancelled["state"], "cancelled", "{cancelled}");
    heard.hear(&ann, &cancelled);

    assert_eq!(ledger(&shop).await[0].refunded.minor(), 1_940);
    finds(&audited(&shop, 3, heard).await, Fault::ChargesWithoutOrder);
}

#[tokio::test]
async fn what_is_never_done_is_found() {
    let shop = shop_with(3).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    ann.pays(&order).await;
    // The provider fails at every capture, so that it never comes to rest.
    shop.simulator.add_fault(FaultRule::next(Operation::Capture, ProviderFault::FailedBefore, 1_000)).unwrap();

    let audit = audited(&shop, 3, Heard::default()).await;

    finds(&audit, Fault::StuckWorkflows);
    shop.simulator.clear_faults();
    let audit = audited(&shop, 3, Heard::default()).await;
    assert!(audit.is_clean(), "it is done as soon as it can be:\n{audit}");
}

#[tokio::test]
async fn twenty_presses_of_many_leave_nothing_to_find() {
    let shop = shop_with(4).await;
    let mut buyers = Vec::new();
    for number in 0..8 {
        let buyer = Buyer::with_mugs(&shop, &format!("buyer-{number}"), 1).await;
        if number % 2 == 0 {
            buyer.coupon("TEN").await;
        }
        buyers.push(buyer);
    }
    let mut heard = Heard::default();

    let presses: Vec<_> = buyers.iter().flat_map(|buyer| [buyer, buyer, buyer]).collect();
    let answers = join_all(presses.iter().map(|buyer| buyer.checks_out())).await;
    for (buyer, answer) in presses.iter().zip(&answers).filter(|(_, answer)| answer.status.is_success()) {
        heard.hear(buyer, &answer.json());
    }
    let paying =
        presses.iter().zip(&answers).filter(|(_, answer)| answer.json()["payment"]["client_secret"].is_string());
    join_all(paying.map(|(buyer, answer)| async move { buyer.confirms(&answer.json(), GOOD_CARD).await })).await;

    let audit = audited(&shop, 4, heard).await;
    assert!(audit.is_clean(), "{audit}");
}

#[tokio::test]
async fn terms_that_are_lost_are_found() {
    let shop = shop_with(3).await;
    let page = json!({"type": "page", "code": "terms", "kind": "terms", "markets": [],
        "texts": {"en": {"title": "Terms", "slug": "terms", "body": "Pay first."}}});
    shop.import(format!("{page}\n")).await;
    let heard = an_afternoon(&shop).await;
    assert!(audited(&shop, 3, Heard { told: heard.told.clone() }).await.is_clean());

    let lost = shop.database.write(|unit| {
        let sql = "DELETE FROM legal_texts";
        unit.connection.execute(sql, ()).map_err(ecom67_embedded::sqlite::UnitError::from)
    });
    assert_eq!(lost.await.expect("the writer is there").expect("it can be deleted"), 1);

    finds(&audited(&shop, 3, heard).await, Fault::TermsLost);
}
