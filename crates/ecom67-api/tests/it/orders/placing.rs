//! From a cart to an order.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::checkouts::{CheckoutError, Checkouts};
use ecom67_app::port::REQUEST_MEMORY;
use ecom67_domain::Order;
use ecom67_domain::order::OrderState;
use futures_util::future::join_all;
use hyper::Method;
use jiff::SignedDuration;
use serde_json::json;

use super::late_stock::{Gate, LateStock};
use super::{
    Buyer, all_orders, available, changed_shop_with, code, ledger, orders_of_cart, send, settled, shop_with, states,
};
use crate::shop::RoutedShop;

#[tokio::test]
async fn an_order_is_what_its_shopper_saw() {
    let shop = shop_with(5).await;
    let ann = Buyer::with_mugs(&shop, "ann", 2).await;

    let order = ann.orders().await;

    // 2 × 14.90 and 4.50: 34.30, of which a sixth is tax: 5.72.
    assert_eq!(order["totals"]["total"], 3_430);
    assert_eq!(order["totals"]["tax"], 572);
    assert_eq!(
        order["lines"][0],
        json!({"sku": "MUG", "product": "mug", "name": "mug", "digital": false, "quantity": 2,
        "unit_price": 1_490, "discount": 0, "total": 2_980})
    );
    assert_eq!(order["delivery"]["name"], "Parcel");
    assert_eq!(order["contact"]["delivery_address"]["postal_code"], "SW1A1AA");
    assert_eq!((&order["state"], &order["payment"]["status"]), (&json!("pending_payment"), &json!("awaits_method")));
    assert_eq!(available(&shop, "MUG").await, 3, "what is ordered is held");
    let read = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&read["id"], &read["number"]), (&order["id"], &order["number"]));
}

#[tokio::test]
async fn pay_pressed_twenty_times_makes_one_order_and_one_payment() {
    let shop = shop_with(50).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;

    let keys: Vec<String> = (0..20).map(|press| format!("tab-{}", press % 4)).collect();
    let answers = join_all(keys.iter().map(|key| ann.checks_out_with(key, &quote))).await;

    let first = answers[0].json()["id"].clone();
    for answer in &answers {
        assert!(answer.status.is_success(), "{answer:?}");
        assert_eq!(answer.json()["id"], first);
    }
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(all_orders(&shop).await.len(), 1);
    assert_eq!(ledger(&shop).await.len(), 1);
    assert_eq!(available(&shop, "MUG").await, 49);
}

#[tokio::test]
async fn whoever_mends_the_address_in_many_tabs_at_once_has_one_order() {
    let shop = shop_with(5_000).await;
    for buyer in 0..40 {
        let ann = Buyer::with_mugs(&shop, &format!("ann-{buyer}"), 1).await;
        let quote = ann.quote().await;
        let placed = ann.checks_out_with("first", &quote).await;
        assert_eq!(placed.status, 201, "{placed:?}");

        let mended = |tab: usize| {
            let mut body = ann.checkout_of(&quote);
            body["contact"]["delivery_address"]["name"] = json!(format!("Ann Lee {tab}"));
            body
        };
        let bodies: Vec<_> = (0..6).map(mended).collect();
        let keys: Vec<String> = (0..6).map(|tab| format!("tab-{tab}")).collect();
        join_all(keys.iter().zip(&bodies).map(|(key, body)| ann.sends_checkout(key, body))).await;

        let id = ann.capability.split('.').next().expect("a cart").to_owned();
        let orders = orders_of_cart(&shop, &id).await;
        let open = orders.iter().filter(|order| matches!(order.state, OrderState::PendingPayment)).count();
        assert!(open <= 1, "one cart has {open} orders that can be paid for");
    }
}

#[tokio::test]
async fn at_the_instant_its_key_is_forgotten_a_cart_that_is_ordered_by_many_at_once_has_one_order() {
    let shop = shop_with(50).await;
    let other_process = Checkouts { turns: Arc::default(), ..shop.checkouts.clone() };
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;
    let first = ann.checks_out_with("key", &quote).await.json();
    shop.clock.forward(SignedDuration::from_mins(30));
    settled(&shop).await;
    shop.clock.forward(REQUEST_MEMORY - SignedDuration::from_mins(30) - SignedDuration::from_micros(1));
    let remembered = ann.checks_out_with("key", &quote).await;
    assert_eq!((remembered.status.as_u16(), &remembered.json()["id"]), (200, &first["id"]));
    shop.clock.forward(SignedDuration::from_micros(1));

    // The same key for two addresses, pressed in each of two processes.
    let is_open = |order: &Order| !matches!(order.state, OrderState::Cancelled(_));
    let quote = ann.quote().await;
    let mut moved = ann.checkout_of(&quote);
    moved["contact"]["delivery_address"]["line1"] = json!("11 Downing Street");
    let bodies = [ann.checkout_of(&quote), moved];
    let asked = ann.checkout_value("key", &quote);
    let here = join_all((0..20).map(|press| ann.sends_checkout("key", &bodies[press % 2])));
    let there = join_all((0..20).map(|_| other_process.place(&asked)));
    let (here, there) = tokio::join!(here, there);

    let [order] = &all_orders(&shop).await.into_iter().filter(is_open).collect::<Vec<_>>()[..] else {
        panic!("one order")
    };
    assert_ne!(first["id"], order.id.to_string());
    for (press, answer) in here.iter().enumerate() {
        match answer.status.as_u16() {
            200 | 201 => assert_eq!(answer.json()["id"], order.id.to_string(), "{press}"),
            _ => assert_eq!(code(answer), (422, "idempotency_key_reused".to_owned()), "{press}"),
        }
    }
    let of_body = |body: usize| here.iter().skip(body).step_by(2).map(|answer| answer.status.is_success());
    assert!(of_body(0).all(|is_told| is_told) != of_body(1).all(|is_told| is_told), "one body is what the key names");
    for placed in there {
        match placed {
            Ok(placed) => assert_eq!(placed.order.value.id, order.id),
            Err(refused) => assert!(matches!(refused, CheckoutError::KeyReused { .. }), "{refused:?}"),
        }
    }
    assert_eq!(available(&shop, "MUG").await, 49);
}

#[tokio::test]
async fn fifty_buyers_of_ten_units_ten_buy_and_forty_are_told_which_line() {
    let shop = shop_with(10).await;
    let mut buyers = Vec::new();
    for number in 0..50 {
        buyers.push(Buyer::with_mugs(&shop, &format!("buyer-{number}"), 1).await);
    }

    let answers = join_all(buyers.iter().map(Buyer::checks_out)).await;

    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 10);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(code(refused), (409, "out_of_stock".to_owned()), "{refused:?}");
        assert_eq!(refused.json()["lines"], json!([{"sku": "MUG", "asked": 1, "available": 0}]));
    }
    assert_eq!((available(&shop, "MUG").await, all_orders(&shop).await.len()), (0, 10));
}

#[tokio::test]
async fn whoever_presses_twice_in_two_processes_for_the_last_unit_is_told_of_the_one_order_both_times() {
    let shop = shop_with(1).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;
    let gate = Arc::new(Gate::default());
    let mut other_process = Checkouts { turns: Arc::default(), ..shop.checkouts.clone() };
    LateStock::before(&mut other_process, &gate);

    // The other process has read the cart before the first has ordered it, and sees what is left of the goods only then.
    let asked = ann.checkout_value("tab-2", &quote);
    let late = other_process.place(&asked);
    let first = async {
        gate.reached.notified().await;
        let answer = ann.checks_out_with("tab-1", &quote).await;
        gate.opened.notify_one();
        answer
    };
    let (late, first) = tokio::join!(late, first);

    let late = late.expect("there is an order");
    assert!(late.is_repeated);
    assert_eq!(first.json()["id"], late.order.value.id.to_string());
    assert_eq!(all_orders(&shop).await.len(), 1);
}

#[tokio::test]
async fn whoever_presses_again_while_a_price_changes_is_told_of_the_one_order_both_times() {
    let gate = Arc::new(Gate::default());
    let shop = changed_shop_with(5, |checkouts| LateStock::before(checkouts, &gate)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;

    // The first has found its quote as it was shown when the price is raised and the button pressed again.
    let again = async {
        gate.reached.notified().await;
        raise_the_price_of_the_mug(&shop).await;
        let press = ann.checks_out_with("tab-2", &quote);
        let mut press = std::pin::pin!(press);
        // It would be refused at once if it did not wait.
        let early = tokio::time::timeout(Duration::from_secs(1), &mut press).await;
        gate.opened.notify_one();
        match early {
            Ok(answer) => answer,
            Err(_) => press.await,
        }
    };
    let (first, second) = tokio::join!(ann.checks_out_with("tab-1", &quote), again);

    assert!(first.status.is_success() && second.status.is_success(), "{first:?} {second:?}");
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(all_orders(&shop).await.len(), 1);
}

#[tokio::test]
async fn an_order_is_finished_though_its_shopper_hangs_up_and_found_when_the_button_is_pressed_again() {
    let gate = Arc::new(Gate::default());
    let shop = changed_shop_with(1, |checkouts| LateStock::before(checkouts, &gate)).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;

    tokio::select! {
        answer = ann.checks_out_with("first", &quote) => panic!("answered before it was made: {answer:?}"),
        () = gate.reached.notified() => {}
    }
    gate.opened.notify_one();
    let again = ann.checks_out_with("second", &quote).await;

    assert_eq!(again.status, 200, "the order of the first press is found: {again:?}");
    assert_eq!(all_orders(&shop).await.len(), 1);
}

#[tokio::test]
async fn a_key_that_is_used_for_something_else_is_refused() {
    let shop = shop_with(9).await;
    let mut ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.orders().await;

    let same = ann.checks_out_with("first", "0123456789abcdef0123456789abcdef").await;
    assert_eq!(code(&same), (422, "idempotency_key_reused".to_owned()));
    ann.email = "ben@example.org".to_owned();
    let quote = ann.quote().await;
    assert_eq!(code(&ann.checks_out_with("first", &quote).await), (422, "idempotency_key_reused".to_owned()));
}

#[tokio::test]
async fn whoever_goes_back_and_mends_the_address_gets_another_order_and_the_first_is_cancelled() {
    let shop = shop_with(1).await;
    let mut ann = Buyer::with_mugs(&shop, "an", 1).await;
    let quote = ann.quote().await;
    let wrong = ann.orders().await;
    ann.email = "ann@example.org".to_owned();

    let right = ann.checks_out_with("second", &quote).await;

    assert_eq!(right.status, 201, "{right:?}");
    assert_eq!(right.json()["contact"]["email"], "ann@example.org");
    assert_eq!(ann.order(Method::GET, &wrong, "").await.json()["state"], "cancelled");
    assert_eq!(available(&shop, "MUG").await, 0);
    ann.pays(&right.json()).await;
    ann.email = "other@example.org".to_owned();
    let paid = ann.checks_out_with("third", &quote).await;
    assert_eq!((paid.status.as_u16(), &paid.json()["id"]), (200, &right.json()["id"]), "what is paid for stays");
}

#[tokio::test]
async fn the_same_again_next_week_is_another_order() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let first = ann.orders().await;
    ann.pays(&first).await;
    settled(&shop).await;
    ann.cart(Method::POST, "/lines", Some(&json!({"sku": "MUG"}))).await;
    ann.cart(Method::PUT, "/delivery", Some(&json!({"method": "parcel"}))).await;

    let second = ann.checks_out_with("next-week", &ann.quote().await).await;

    assert_eq!(second.status, 201, "{second:?}");
    assert_ne!(second.json()["id"], first["id"]);
}

#[tokio::test]
async fn what_the_provider_does_not_charge_is_not_ordered() {
    let shop = shop_with(9).await;
    shop.import(
        json!({"type": "product", "code": "pin", "status": "active", "texts": {"en": {"name": "pin", "slug": "pin"}},
            "variants": [{"sku": "PIN", "prices": {"gb": {"currency": "GBP", "amount": 20}}, "stock": {"main": 9}}]})
        .to_string(),
    )
    .await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.cart(Method::POST, "/lines", Some(&json!({"sku": "PIN"}))).await;
    ann.cart(Method::DELETE, "/lines/MUG", None).await;
    ann.coupon("SENT").await;

    let refused = ann.checks_out().await;

    assert_eq!(code(&refused), (409, "amount_not_payable".to_owned()), "{refused:?}");
    assert!(all_orders(&shop).await.is_empty());
}

#[tokio::test]
async fn a_gift_that_is_gone_keeps_nobody_from_buying() {
    let shop = shop_with(2).await;
    shop.import(
        json!({"type": "promotion", "code": "tea", "name": {"en": "Tea for nothing"},
            "effect": {"kind": "gift", "sku": "TEA", "quantity": 1}})
        .to_string(),
    )
    .await;
    let [ann, ben, cem] = [
        Buyer::with_mugs(&shop, "ann", 1).await,
        Buyer::with_mugs(&shop, "ben", 1).await,
        Buyer::with_mugs(&shop, "cem", 1).await,
    ];
    assert_eq!(ann.orders().await["gifts"][0]["sku"], "TEA");
    assert_eq!(ben.orders().await["gifts"][0]["sku"], "TEA");
    assert_eq!(available(&shop, "TEA").await, 0);
    ann.order(Method::POST, &all_orders_of(&ann).await, "/cancellation").await;
    shop.import(
        json!({"type": "promotion", "code": "tea", "name": {"en": "Tea for nothing"},
            "effect": {"kind": "gift", "sku": "TEA", "quantity": 2}})
        .to_string(),
    )
    .await;

    let refused = cem.checks_out().await;

    assert_eq!(code(&refused), (409, "quote_changed".to_owned()), "{refused:?}");
    let without = refused.json()["cart"]["quote"]["id"].as_str().unwrap().to_owned();
    let placed = cem.checks_out_with("without", &without).await;
    assert_eq!((placed.status.as_u16(), &placed.json()["gifts"]), (201, &json!([])));
}

/// The order that was made of somebody's cart.
async fn all_orders_of(buyer: &Buyer<'_>) -> serde_json::Value {
    let mail = &buyer.email;
    let orders = all_orders(buyer.shop).await;
    for order in orders {
        let contact = buyer.shop.checkouts.orders.contact(order.id).await.unwrap().unwrap();
        if contact.email.as_str() == mail {
            return json!({"id": order.id.to_string()});
        }
    }
    panic!("{mail} ordered nothing");
}

async fn raise_the_price_of_the_mug(shop: &RoutedShop) {
    let mug = json!({"type": "product", "code": "mug", "status": "active",
        "texts": {"en": {"name": "mug", "slug": "mug"}},
        "variants": [{"sku": "MUG", "prices": {"gb": {"currency": "GBP", "amount": 1590}}}]});
    shop.import(mug.to_string()).await;
}

#[tokio::test]
async fn a_price_that_changed_is_shown_before_anything_is_ordered() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let quote = ann.quote().await;
    raise_the_price_of_the_mug(&shop).await;

    let refused = ann.checks_out_with("first", &quote).await;

    assert_eq!(code(&refused), (409, "quote_changed".to_owned()));
    let told = refused.json();
    assert_eq!(told["cart"]["quote"]["totals"]["total"], 2_040);
    assert_eq!(told["cart"]["lines"][0]["notices"][0]["code"], "price_changed", "{told}");
    assert!(all_orders(&shop).await.is_empty());
    let agreed = ann.checks_out_with("first", told["cart"]["quote"]["id"].as_str().unwrap()).await;
    assert_eq!((agreed.status.as_u16(), &agreed.json()["totals"]["total"]), (201, &json!(2_040)));
}

#[tokio::test]
async fn a_cart_that_is_changed_while_it_is_ordered_cancels_its_order() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;

    let added = ann.cart(Method::POST, "/lines", Some(&json!({"sku": "TEA"}))).await;

    assert_eq!(added.status, 200, "{added:?}");
    let read = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&read["state"], &read["cancel_reason"]), (&json!("cancelled"), &json!("cart_changed")));
    assert_eq!(available(&shop, "MUG").await, 9, "nothing is held for it");
    assert_eq!(states(&all_orders(&shop).await), ["cancelled"]);
    let again = ann.checks_out_with("second", &ann.quote().await).await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_ne!(again.json()["id"], order["id"]);
}

#[tokio::test]
async fn a_coupon_is_used_as_often_as_it_may_be_and_free_again_when_an_order_is_cancelled() {
    let shop = shop_with(50).await;
    let mut buyers = Vec::new();
    for number in 0..6 {
        let buyer = Buyer::with_mugs(&shop, &format!("buyer-{number}"), 1).await;
        buyer.coupon("TEN").await;
        buyers.push(buyer);
    }

    let answers = join_all(buyers.iter().map(Buyer::checks_out)).await;

    let placed: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(placed.len(), 2, "{answers:?}");
    let (late, refused) = buyers.iter().zip(&answers).find(|(_, answer)| answer.status != 201).unwrap();
    assert_eq!(code(refused), (409, "quote_changed".to_owned()));
    let without = refused.json()["cart"]["quote"].clone();
    assert_eq!(
        (&without["totals"]["discount"], &without["coupons"][0]["outcome"]),
        (&json!(0), &json!("promotion_used_up"))
    );
    let (first, _) = buyers.iter().zip(&answers).find(|(_, answer)| answer.status == 201).unwrap();
    let cancelled = first.order(Method::POST, &placed[0].json(), "/cancellation").await;
    assert_eq!(cancelled.json()["state"], "cancelled", "{cancelled:?}");
    assert_eq!(late.checks_out().await.status, 201, "the use that was never paid is free again");
}

#[tokio::test]
async fn a_first_order_is_one_orders_and_its_cancellation_gives_it_back() {
    let shop = shop_with(50).await;
    let first = Buyer::with_mugs(&shop, "Ann", 1).await;
    first.coupon("HELLO").await;
    let order = first.orders().await;
    assert_eq!(order["totals"]["discount"], 745);
    // The same person, in another browser and other letters.
    let second = Buyer::with_mugs(&shop, "aNN", 1).await;
    second.coupon("HELLO").await;

    let refused = second.checks_out().await;

    assert_eq!(code(&refused), (409, "quote_changed".to_owned()));
    let told = refused.json();
    assert_eq!(told["cart"]["quote"]["coupons"][0]["outcome"], "promotion_not_first_order");
    let without = second.checks_out_with("other", told["cart"]["quote"]["id"].as_str().unwrap()).await;
    assert_eq!((without.status.as_u16(), &without.json()["totals"]["discount"]), (201, &json!(0)));
}

#[tokio::test]
async fn what_costs_nothing_is_paid_at_once_and_charges_nobody() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    ann.coupon("FREE").await;
    ann.coupon("SENT").await;

    let order = ann.orders().await;

    assert_eq!((&order["totals"]["total"], &order["state"], order.get("payment")), (&json!(0), &json!("paid"), None));
    settled(&shop).await;
    assert!(ledger(&shop).await.is_empty());
    assert_eq!(ann.cart(Method::GET, "", None).await.json()["units"], 0);
}

#[tokio::test]
async fn somebody_elses_order_is_as_absent_as_none() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let ben = Buyer::with_mugs(&shop, "ben", 1).await;
    let order = ann.orders().await;

    for (method, path) in [
        (Method::GET, ""),
        (Method::POST, "/payment"),
        (Method::POST, "/cancellation"),
        (Method::POST, "/hold-extension"),
    ] {
        let stranger = ben.order(method.clone(), &order, path).await;
        assert_eq!(code(&stranger), (404, "order_not_found".to_owned()), "{path}");
        let path = format!("/api/orders/{}{path}", order["id"].as_str().unwrap());
        let nobody = send(&shop, method, &path, &[], None).await;
        assert_eq!(code(&nobody), (404, "order_not_found".to_owned()), "{path}");
    }
    assert_eq!(states(&all_orders(&shop).await), ["pending_payment"]);
}

#[tokio::test]
async fn an_order_is_found_by_number_and_address_together_and_not_by_trying() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let look_up = async |number: &str, email: &str| {
        send(&shop, Method::POST, "/api/order-look-ups", &[], Some(&json!({"number": number, "email": email}))).await
    };
    let number = order["number"].as_str().unwrap();

    let found = look_up(&number.to_lowercase().replace('-', " "), "ANN@Example.org").await;
    assert_eq!((found.status.as_u16(), &found.json()["id"]), (200, &order["id"]));
    assert_eq!(found.json()["payment"], json!(null), "whoever looks an order up is told nothing to pay it with");
    assert_eq!(code(&look_up(number, "ben@example.org").await), (404, "order_not_found".to_owned()));
    assert_eq!(code(&look_up("K7QM", "ann@example.org").await), (400, "order_number_invalid".to_owned()));
    let tried = join_all((0..100).map(|_| look_up(number, "ben@example.org"))).await;
    assert!(tried.iter().any(|answer| answer.status == 429), "who tries often is turned away");
}

#[tokio::test]
async fn what_is_wrong_with_a_checkout_is_told_at_its_field() {
    let shop = shop_with(9).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let address =
        json!({"name": "Ann", "line1": "Street 1", "city": "London", "postal_code": "SW1A 1AA", "country": "GB"});
    let with = |field: &str, value: serde_json::Value| {
        let mut address = address.clone();
        address[field] = value;
        json!({"quote_id": "0123456789abcdef0123456789abcdef",
            "contact": {"email": "ann@example.org", "delivery_address": address}})
    };
    let good = with("city", json!("London"));
    let mut no_address = good.clone();
    no_address["contact"]["email"] = json!("ann");
    let mut with_amount = good.clone();
    with_amount["total"] = json!(50);
    for (body, key, expected) in [
        (good.clone(), None, (400, "idempotency_key_missing", "Idempotency-Key")),
        (
            with("postal_code", json!("12345")),
            Some("k"),
            (400, "postal_code_invalid", "contact.delivery_address.postal_code"),
        ),
        (
            with("postal_code", json!(null)),
            Some("k"),
            (400, "postal_code_missing", "contact.delivery_address.postal_code"),
        ),
        (with("name", json!("a\u{202E}b")), Some("k"), (400, "text_invalid", "contact.delivery_address.name")),
        (with("country", json!("DE")), Some("k"), (400, "postal_code_invalid", "contact.delivery_address.postal_code")),
        (no_address, Some("k"), (400, "email_invalid", "contact.email")),
        (with_amount, Some("k"), (400, "body_invalid", "total")),
        (good, Some("k"), (409, "quote_changed", "quote_id")),
    ] {
        let mut headers = vec![("cart-capability", ann.capability.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));

        let refused = send(&shop, Method::POST, "/api/checkouts", &headers, Some(&body)).await;

        let problem = refused.json();
        let told =
            (refused.status.as_u16(), problem["code"].as_str().unwrap(), problem["field"].as_str().unwrap_or(""));
        assert_eq!(told, expected, "{body}: {problem}");
    }
    assert!(all_orders(&shop).await.is_empty());
    let empty = ann.cart(Method::DELETE, "/lines/MUG", None).await.json();
    let nothing = ann.checks_out_with("k", empty["quote"]["id"].as_str().unwrap()).await;
    assert_eq!(code(&nothing), (409, "cart_empty".to_owned()));
}

#[tokio::test]
async fn goods_that_are_not_paid_for_in_time_are_free_again_and_the_cart_is_open() {
    let shop = shop_with(1).await;
    let ann = Buyer::with_mugs(&shop, "ann", 1).await;
    let order = ann.orders().await;
    let ben = Buyer { email: "ben@example.org".to_owned(), ..ann.clone() };
    let extended = ann.order(Method::POST, &order, "/hold-extension").await.json();
    assert_eq!(extended["can_extend_hold"], false, "{extended}");
    let twice = ann.order(Method::POST, &order, "/hold-extension").await;
    assert_eq!(code(&twice), (409, "hold_not_extendable".to_owned()));

    shop.clock.forward(SignedDuration::from_mins(24));
    settled(&shop).await;
    assert_eq!(states(&all_orders(&shop).await), ["pending_payment"], "it was extended by ten minutes");
    shop.clock.forward(SignedDuration::from_mins(2));
    settled(&shop).await;

    let read = ann.order(Method::GET, &order, "").await.json();
    assert_eq!((&read["state"], &read["cancel_reason"]), (&json!("cancelled"), &json!("expired")));
    assert_eq!(available(&shop, "MUG").await, 1);
    let again = ben.checks_out_with("again", &ben.quote().await).await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_ne!(again.json()["id"], order["id"]);
}
