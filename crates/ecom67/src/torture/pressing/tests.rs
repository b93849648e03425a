use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use ecom67_app::carts::Capability;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::net::TcpListener;

use super::super::client::Client;
use super::super::goods::Goods;
use super::super::plan::Plan;
use super::super::process::{Keys, Setup};
use super::super::scene::Scene;
use super::*;

const ORDER: &str = "order_01932b6c5f007abc8def0123456789ab";
const ANOTHER: &str = "order_01932b6c5f007abc8def0123456789ac";

fn order(id: &str) -> OrderId {
    id.parse().unwrap()
}

/// Moments of a clock, in milliseconds.
fn pressed(times: [u64; 2], outcome: Outcome) -> impl Fn(Instant) -> Pressed {
    let [sent, read] = times.map(Duration::from_millis);
    move |start| Pressed { sent: start + sent, read: start + read, outcome: outcome.clone() }
}

fn served(id: &str, times: [u64; 2]) -> impl Fn(Instant) -> Pressed {
    pressed(times, Outcome::Order(order(id)))
}

fn refused(times: [u64; 2]) -> impl Fn(Instant) -> Pressed {
    pressed(times, Outcome::Refused("409 quote_changed".to_owned()))
}

#[test]
fn a_press_may_be_refused_while_another_one_gets_the_order() {
    let start = Instant::now();
    let order = served(ORDER, [10, 30])(start);

    // Read before the order was, sent before it was read, and both before and after.
    for times in [[0, 5], [0, 20], [15, 20], [15, 40], [29, 90], [0, 90]] {
        let presses = [refused(times)(start), order.clone()];

        assert_eq!(wronged(&presses, |_| false), None, "{times:?}");
        assert_eq!(wronged(&[presses[1].clone(), presses[0].clone()], |_| false), None, "{times:?}");
    }
}

#[test]
fn a_press_that_was_sent_when_the_order_had_been_read_must_not_be_refused() {
    let start = Instant::now();
    let order = served(ORDER, [10, 30])(start);

    for times in [[30, 31], [31, 90], [1_000, 1_001]] {
        let presses = [refused(times)(start), order.clone()];

        let wrong = format!("a press was refused when there was {ORDER}: 409 quote_changed");
        assert_eq!(wronged(&presses, |_| false), Some(wrong.clone()), "{times:?}");
        assert_eq!(wronged(&[presses[1].clone(), presses[0].clone()], |_| false), Some(wrong), "{times:?}");
        assert_eq!(wronged(&presses, |_| true), None, "there is none any more when its hold has run out");
    }
}

#[test]
fn a_third_press_tells_a_refusal_that_may_have_been_right_from_a_shop_that_has_lost_the_order() {
    let start = Instant::now();
    let overlapping = [refused([0, 20])(start), served(ORDER, [10, 30])(start)];
    let with = |third: Pressed| [overlapping.as_slice(), &[third]].concat();

    assert_eq!(wronged(&with(served(ORDER, [40, 50])(start)), |_| false), None);
    assert!(wronged(&with(refused([40, 50])(start)), |_| false).is_some());
    assert!(wronged(&with(served(ANOTHER, [40, 50])(start)), |_| false).is_some());
    assert_eq!(wronged(&with(served(ANOTHER, [40, 50])(start)), |run_out| run_out == order(ORDER)), None);
}

#[test]
fn presses_that_get_the_same_order_or_none_wrong_nobody() {
    let start = Instant::now();

    assert_eq!(wronged(&[served(ORDER, [0, 9])(start), served(ORDER, [0, 8])(start)], |_| false), None);
    assert_eq!(wronged(&[refused([0, 9])(start), refused([10, 12])(start)], |_| false), None);
    let two = [served(ORDER, [0, 9])(start), served(ANOTHER, [0, 8])(start)];
    assert_eq!(wronged(&two, |_| false), Some(format!("presses for one cart made {ORDER} and {ANOTHER}")));
}

/// What a shop answers to a press.
#[derive(Clone, Copy)]
enum Says {
    Order(&'static str),
    Refuses(StatusCode, &'static str),
}

const CHANGED: Says = Says::Refuses(StatusCode::CONFLICT, "quote_changed");
const MADE: Says = Says::Order(ORDER);

/// A shop that answers presses by a list, and has the names they came under.
#[derive(Clone)]
struct LyingShop {
    says: Arc<Mutex<VecDeque<Says>>>,
    keys: Arc<Mutex<Vec<String>>>,
    /// Why its order is cancelled by now, if it is.
    cancelled: Option<&'static str>,
}

impl LyingShop {
    fn order(&self, id: &str) -> Value {
        let state = if self.cancelled.is_some() { "cancelled" } else { "pending_payment" };
        json!({"id": id, "number": "K7QM-2XRT", "state": state, "cancel_reason": self.cancelled,
            "totals": {"total": 100}, "lines": []})
    }

    fn press(&self, headers: &HeaderMap) -> (StatusCode, Json<Value>) {
        self.keys.lock().unwrap().push(headers["idempotency-key"].to_str().unwrap().to_owned());
        let says = self.says.lock().unwrap().pop_front().expect("nobody presses more often");
        match says {
            Says::Order(id) => (StatusCode::OK, Json(self.order(id))),
            Says::Refuses(status, code) => (status, Json(json!({"code": code, "cart": {"version": 3}}))),
        }
    }
}

/// Presses twice at once in a shop that answers by the list. What came of it, the names, and how many refusals came first.
async fn presses_in_a_shop(
    says: &[Says],
    cancelled: Option<&'static str>,
) -> (Result<Result<Value, Refusal>, Trouble>, Vec<String>, u64) {
    let shop =
        LyingShop { says: Arc::new(Mutex::new(says.iter().copied().collect())), keys: Arc::default(), cancelled };
    let router = axum::Router::new()
        .route("/api/checkouts", post(async |State(shop): State<LyingShop>, headers: HeaderMap| shop.press(&headers)))
        .route("/api/orders/{order}", get(async |State(shop): State<LyingShop>| Json(shop.order(ORDER))))
        .with_state(shop.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let setup = Setup { keys: Keys::drawn(), shop: address, provider: address, hold: 30, seed: 1 };
    let client = Client::new(Arc::new(Scene::new(&setup, Vec::new()))).unwrap();
    let goods = Goods::stocked_for(10, &mut StdRng::seed_from_u64(1));
    let plan = Plan { press: Press::InTwoTabs, ..Plan::drawn(1, &goods, &mut StdRng::seed_from_u64(1)) };
    let capability: Capability = format!("cart_01932b6c5f007abc8def0123456789ab.{}", "0".repeat(64)).parse().unwrap();
    let buyer = Buyer { client: &client, plan: &plan, cart: capability.key().id, capability };

    let came = buyer.presses_order("quote", "first-0").await;

    serving.abort();
    let keys = shop.keys.lock().unwrap().clone();
    (came, keys, client.scene.refused_first.load(Ordering::Relaxed))
}

#[tokio::test]
async fn whoever_is_refused_in_one_tab_presses_again_under_a_new_name_and_has_the_order_of_the_other() {
    for refusal in [CHANGED, Says::Refuses(StatusCode::TOO_MANY_REQUESTS, TOO_MANY_OPEN)] {
        let (came, mut keys, refused_first) = presses_in_a_shop(&[refusal, MADE, MADE], None).await;

        assert_eq!(came.unwrap().unwrap()["id"], ORDER);
        keys.sort_unstable();
        assert_eq!(keys, ["first-0", "first-0-again", "first-0-other"]);
        assert_eq!(refused_first, 1);
    }
}

#[tokio::test]
async fn a_shop_that_does_not_lead_whoever_presses_again_to_the_order_is_found_out() {
    let sold_out = Says::Refuses(StatusCode::CONFLICT, "out_of_stock");
    for says in [[CHANGED, MADE, CHANGED], [sold_out, MADE, sold_out], [CHANGED, MADE, Says::Order(ANOTHER)]] {
        for cancelled in [None, Some("cart_changed")] {
            let (came, ..) = presses_in_a_shop(&says, cancelled).await;

            assert!(matches!(came, Err(Trouble::Unexpected(_))), "{came:?}");
        }
        let (came, ..) = presses_in_a_shop(&says, Some("expired")).await;
        assert!(matches!(came, Ok(Ok(_))), "its hold had run out: {came:?}");
    }
    let (came, ..) = presses_in_a_shop(&[MADE, Says::Order(ANOTHER)], None).await;
    assert!(matches!(came, Err(Trouble::Unexpected(_))), "{came:?}");
}

#[tokio::test]
async fn whoever_is_refused_twice_knows_why_and_what_nobody_should_be_told_is_unexpected_beside_an_order_too() {
    let (came, keys, refused_first) = presses_in_a_shop(&[CHANGED, CHANGED], None).await;
    assert_eq!(came, Ok(Err(Refusal::QuoteChanged(json!({"version": 3})))));
    assert_eq!((keys.len(), refused_first), (2, 0));

    for second in [MADE, CHANGED] {
        let reused = Says::Refuses(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused");
        let (came, ..) = presses_in_a_shop(&[reused, second], None).await;
        assert_eq!(came, Err(Trouble::Unexpected("the order: 422 idempotency_key_reused".to_owned())));
    }
}
