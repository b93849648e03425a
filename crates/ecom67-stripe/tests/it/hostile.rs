//! What nobody would send: refused, never a failure, and never anything else than what was there before.

use axum::body::Body;
use axum::http::Request;
use ecom67_app::port::{PaymentProvider as _, WebhookError, WebhookVerifier as _};
use ecom67_app::{Clock as _, SystemClock};
use ecom67_stripe::{StripeWebhooks, sign};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::shop::{PUBLISHABLE_KEY, SECRET_KEY, Shop, send};

/// Pieces that a form, a query or a path may have in the wrong place.
const PIECES: [&str; 36] = [
    "amount",
    "currency",
    "eur",
    "500",
    "-1",
    "99999999999999999999",
    "metadata",
    "[",
    "]",
    "[]",
    "=",
    "&",
    "%",
    "%5B",
    "%00",
    "%ff",
    "+",
    "é",
    "expand",
    "latest_charge",
    "payment_method",
    "pm_card_visa",
    "payment_method_data",
    "card",
    "number",
    "4242424242424242",
    "client_secret",
    "limit",
    "created",
    "gte",
    "starting_after",
    "payment_intent",
    "pi_sim0000000000000000",
    "pi_sim0000000000000001_secret_",
    "re_sim00000000000000000000",
    "true",
];

fn nonsense(random: &mut StdRng) -> String {
    (0..random.random_range(0..24)).map(|_| *PIECES.choose(random).unwrap()).collect()
}

#[tokio::test]
async fn no_request_makes_the_simulator_fail_or_moves_money() {
    let shop = Shop::open();
    let payment = shop.captured().await;
    let mut random = StdRng::seed_from_u64(11);
    let paths = [
        "/v1/payment_intents",
        "/v1/payment_intents/pi_sim0000000000000000",
        "/v1/payment_intents/pi_sim0000000000000000/confirm",
        "/v1/payment_intents/pi_sim0000000000000000/capture",
        "/v1/payment_intents/pi_sim0000000000000000/cancel",
        "/v1/refunds/re_sim00000000000000000000",
        "/simulator/3d-secure/pi_sim0000000000000000",
        "/simulator/faults",
        "/simulator/ledger",
    ];

    for turn in 0..3_000 {
        let path = paths.choose(&mut random).unwrap();
        let (method, address, body) = if random.random_bool(0.5) {
            ("POST", (*path).to_owned(), nonsense(&mut random))
        } else {
            ("GET", format!("{path}?{}", nonsense(&mut random).replace('é', "%C3%A9")), String::new())
        };
        let key = [SECRET_KEY, SECRET_KEY, PUBLISHABLE_KEY, "sk_test_"].choose(&mut random).unwrap();
        let request = Request::builder().method(method).uri(&address).header("authorization", format!("Bearer {key}"));
        let Ok(request) = request.body(Body::from(body.clone())) else { continue };

        let answer = send(shop.simulator.router(), request).await;

        assert!(answer.status.as_u16() < 500, "{turn}: {method} {address} {body}: {}", answer.text);
    }

    assert_eq!(shop.client.find(&payment.id).await.unwrap(), payment);
}

#[test]
fn no_header_and_no_body_is_believed_that_was_not_signed() {
    let secret = "whsec_ofTheShop".parse().unwrap();
    let now = SystemClock.now();
    let body = br#"{"id":"evt_1","type":"charge.succeeded","data":{"object":{"payment_intent":"pi_1"}}}"#;
    let signed = sign(body, &secret, now);
    let webhooks = StripeWebhooks::new(vec![secret]);
    assert!(webhooks.verify(body, &signed, now).is_ok());
    let mut random = StdRng::seed_from_u64(12);

    for _ in 0..20_000 {
        let mut header = signed.clone().into_bytes();
        let mut body = body.to_vec();
        let place = random.random_range(0..header.len() + body.len());
        let byte = if place < header.len() { &mut header[place] } else { &mut body[place - signed.len()] };
        let before = *byte;
        *byte = random.random_range(0x20..0x7f);
        // Digits may be written in capitals; that is the same signature.
        if byte.eq_ignore_ascii_case(&before) {
            continue;
        }

        let header = String::from_utf8(header).unwrap();
        assert_eq!(webhooks.verify(&body, &header, now), Err(WebhookError::NotSigned), "{header}");
    }
}
