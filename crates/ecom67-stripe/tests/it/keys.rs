//! Idempotency: what is asked for twice is done once.

use std::collections::BTreeSet;
use std::sync::Arc;

use ecom67_app::port::{NewPayment, OperationKey, PaymentProvider as _};
use ecom67_stripe::simulator::{Fault, Operation};

use crate::shop::{SECRET_KEY, Shop, euros, key};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_callers_with_one_key_make_one_payment() {
    let shop = Arc::new(Shop::with(ecom67_stripe::ClientOptions { retries_max: 20, ..crate::shop::hasty() }, |_| {}));
    let order = shop.order();

    let callers = (0..64).map(|_| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            let payment = NewPayment { order, amount: euros(500) };
            shop.client.create(&payment, &OperationKey::new(order, "create", 1)).await.unwrap().id
        })
    });
    let mut ids = BTreeSet::new();
    for caller in callers.collect::<Vec<_>>() {
        ids.insert(caller.await.unwrap());
    }

    assert_eq!(ids.len(), 1);
    assert_eq!(shop.deeds("created").await, 1);
}

#[tokio::test]
async fn the_same_key_is_answered_the_same_for_a_day_and_by_a_new_payment_after_it() {
    let shop = Shop::open();
    let fields = [("amount", "500"), ("currency", "eur")];
    let create = async |shop: &Shop| shop.post("/v1/payment_intents", SECRET_KEY, Some("one"), &fields).await;
    let first = create(&shop).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));

    shop.clock.forward(23);
    let replayed = create(&shop).await;
    assert_eq!((replayed.headers["idempotent-replayed"].to_str().unwrap(), &replayed.text), ("true", &first.text));
    let shop = shop.restarted(|_| {});
    assert_eq!(create(&shop).await.text, first.text, "also after a restart");

    shop.clock.forward(1);
    assert_ne!(create(&shop).await.body["id"], first.body["id"]);
}

#[tokio::test]
async fn an_answer_is_that_of_its_time_whatever_became_of_the_payment() {
    let shop = Shop::open();
    let fields = [("amount", "500"), ("currency", "eur"), ("automatic_payment_methods[enabled]", "true")];
    let first = shop.post("/v1/payment_intents", SECRET_KEY, Some("one"), &fields).await;
    let path = format!("/v1/payment_intents/{}/cancel", first.body["id"].as_str().unwrap());
    shop.post(&path, SECRET_KEY, Some("two"), &[]).await;

    let mut turned = fields;
    turned.reverse();
    let replayed = shop.post("/v1/payment_intents", SECRET_KEY, Some("one"), &turned).await;

    assert_eq!(replayed.text, first.text, "and the order of the fields is no difference");
}

#[tokio::test]
async fn a_key_belongs_to_one_request_and_mistakes_in_it_are_not_kept() {
    let shop = Shop::open();
    let create = async |amount: &str| {
        let fields = [("amount", amount), ("currency", "eur")];
        shop.post("/v1/payment_intents", SECRET_KEY, Some("one"), &fields).await
    };

    assert_eq!(create("7").await.code(), "amount_too_small");
    let made = create("700").await;
    assert_eq!(made.status.as_u16(), 200, "the mistake was not kept");
    assert_eq!(create("701").await.body["error"]["type"], "idempotency_error");
    let path = format!("/v1/payment_intents/{}/cancel", made.body["id"].as_str().unwrap());
    assert_eq!(shop.post(&path, SECRET_KEY, Some("one"), &[]).await.status.as_u16(), 400);
    let long = "k".repeat(256);
    let refused = shop.post(&path, SECRET_KEY, Some(&long), &[]).await;
    assert_eq!(refused.body["error"]["param"], "Idempotency-Key");
}

#[tokio::test]
async fn declines_and_refusals_that_came_of_the_payment_are_kept() {
    let shop = Shop::open();
    let payment = shop.created().await;
    let confirm = format!("/v1/payment_intents/{}/confirm", payment.id);
    let declined = [("payment_method", "pm_card_chargeDeclined")];
    let capture = format!("/v1/payment_intents/{}/capture", payment.id);

    for (path, fields, status) in [(&confirm, &declined[..], 402), (&capture, &[][..], 400)] {
        let first = shop.post(path, SECRET_KEY, Some(path), fields).await;
        let second = shop.post(path, SECRET_KEY, Some(path), fields).await;

        assert_eq!(first.status.as_u16(), status, "{path}");
        assert_eq!(first.text, second.text);
        assert!(second.headers.contains_key("idempotent-replayed"), "{path}");
        assert_eq!(first.body["error"]["payment_intent"]["id"], payment.id.as_str());
    }
    assert_eq!(shop.deeds("declined").await, 1);
}

#[tokio::test]
async fn no_more_keys_or_payments_are_kept_than_there_is_memory_for() {
    let shop = Shop::with(crate::shop::hasty(), |options| (options.keys_max, options.payments_max) = (2, 3));
    let create = async |key: Option<&str>| {
        shop.post("/v1/payment_intents", SECRET_KEY, key, &[("amount", "500"), ("currency", "eur")]).await
    };
    for key in [Some("a"), Some("b"), None] {
        assert_eq!(create(key).await.status.as_u16(), 200);
    }

    assert_eq!(create(Some("c")).await.code(), "simulator_full");
    assert_eq!(create(None).await.code(), "simulator_full");
    assert_eq!(create(Some("a")).await.status.as_u16(), 200, "what is known is still answered");
    shop.clock.forward(24);
    let cancel = "/v1/payment_intents/pi_sim0000000000000000/cancel";
    let cancelled = shop.post(cancel, SECRET_KEY, Some("d"), &[]).await;
    assert_eq!(cancelled.body["status"], "canceled", "old keys made room");
}

#[tokio::test]
async fn a_fault_that_lost_the_answer_lost_nothing_else() {
    let shop = Shop::open();
    shop.fault(Operation::Create, Fault::AnswerLost, 1);

    let payment = shop.created().await;

    assert_eq!(shop.client.find(&payment.id).await.unwrap(), payment);
    assert_eq!(shop.deeds("created").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_while_the_first_is_at_it_is_told_so_or_gets_its_answer() {
    let shop = Arc::new(Shop::open());
    let (mut rounds, mut refused) = (0, 0);

    // A disk may be so fast that a round has no two at the same time.
    while refused == 0 && rounds < 100 {
        rounds += 1;
        let callers: Vec<_> = (0..32)
            .map(|_| {
                let shop = Arc::clone(&shop);
                tokio::spawn(async move {
                    let (fields, key) = ([("amount", "500"), ("currency", "eur")], format!("round-{rounds}"));
                    shop.post("/v1/payment_intents", SECRET_KEY, Some(&key), &fields).await
                })
            })
            .collect();
        let mut answers = BTreeSet::new();
        for caller in callers {
            let answer = caller.await.unwrap();
            match answer.status.as_u16() {
                200 => drop(answers.insert(answer.text)),
                409 if answer.code() == "idempotency_key_in_use" => refused += 1,
                status => panic!("{status}: {}", answer.text),
            }
        }
        assert_eq!(answers.len(), 1);
    }

    assert!(refused > 0);
    assert_eq!(shop.deeds("created").await, rounds);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_captures_with_keys_of_their_own_capture_once_and_refunds_stay_within_it() {
    let shop = Arc::new(Shop::open());
    let payment = shop.authorised().await;

    let callers: Vec<_> = (0..64)
        .map(|attempt| {
            let (shop, payment) = (Arc::clone(&shop), payment.clone());
            tokio::spawn(async move {
                let captured = shop.client.capture(&payment.id, &key(&payment, "capture", attempt)).await.is_ok();
                let refunded = shop.refund(&payment, 700, attempt).await.is_ok();
                (u32::from(captured), u32::from(refunded))
            })
        })
        .collect();
    let (mut captured, mut refunded) = (0, 0);
    for caller in callers {
        let (capture, refund) = caller.await.unwrap();
        (captured, refunded) = (captured + capture, refunded + refund);
    }

    assert_eq!((captured, refunded), (1, 2), "two times 7.00 are in 19.99");
    assert_eq!((shop.deeds("captured").await, shop.deeds("refunded").await), (1, 2));
}
