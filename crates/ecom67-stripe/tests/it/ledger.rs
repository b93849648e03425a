//! What is answered is on the disk, and what is on the disk is what was answered.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ecom67_app::port::{Payment, PaymentProvider as _, PaymentStatus};
use ecom67_stripe::simulator::{LedgerError, Simulator, SimulatorError, SimulatorOptions};
use serde_json::Value;

use crate::shop::{SECRET_KEY, Shop, TestClock, client_by, hasty, key, simulator_options};

fn file(folder: &Path) -> PathBuf {
    folder.join("payments.ledger")
}

fn reopened(bytes: &[u8]) -> Result<(tempfile::TempDir, Simulator), LedgerError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(file(folder.path()), bytes).unwrap();
    match Simulator::open(folder.path(), simulator_options(&TestClock::default())) {
        Ok(simulator) => Ok((folder, simulator)),
        Err(SimulatorError::Ledger(error)) => Err(error),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_restart_changes_nothing() {
    let shop = Shop::open();
    let payments = [shop.created().await, shop.authorised().await, shop.captured().await];
    shop.refund(&payments[2], 500, 1).await.unwrap();
    let before = shop.get("/v1/payment_intents?limit=100", SECRET_KEY).await;
    let audit = shop.get("/simulator/ledger", SECRET_KEY).await;

    let shop = shop.restarted(|_| {});

    assert_eq!(shop.get("/v1/payment_intents?limit=100", SECRET_KEY).await.text, before.text);
    assert_eq!(shop.get("/simulator/ledger", SECRET_KEY).await.text, audit.text);
    let next = shop.created().await;
    assert!(payments.iter().all(|payment| payment.id != next.id));
    assert_eq!(shop.refund(&payments[2], 500, 1).await.unwrap().amount.minor(), 500, "the key is known");
    assert_eq!(shop.deeds("refunded").await, 1);
}

/// Cut at each byte of what the last three operations have written, the ledger has all of those before the cut, and nothing
/// of the one that it goes through: as after a kill while it was written.
#[tokio::test]
async fn a_writer_that_is_killed_at_any_byte_has_lost_nothing_that_was_answered() {
    let shop = Shop::open();
    shop.captured().await;
    let payment = shop.created().await;
    let mut ends = vec![(fs::metadata(file(shop.folder.path())).unwrap().len(), PaymentStatus::AwaitsMethod)];
    let path = format!("/v1/payment_intents/{}/confirm", payment.id);
    shop.post(&path, SECRET_KEY, Some("confirm"), &[("payment_method", "pm_card_visa")]).await;
    ends.push((fs::metadata(file(shop.folder.path())).unwrap().len(), PaymentStatus::Authorised));
    shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();
    ends.push((fs::metadata(file(shop.folder.path())).unwrap().len(), PaymentStatus::Captured));
    let whole = fs::read(file(shop.folder.path())).unwrap();

    for cut in usize::try_from(ends[0].0).unwrap()..=whole.len() {
        let (folder, simulator) = reopened(&whole[..cut]).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
        let client = client_by(simulator.transport(), hasty());

        let (end, expected) = ends.iter().rev().find(|(end, _)| *end <= cut as u64).unwrap();
        assert_eq!(client.find(&payment.id).await.unwrap().status, *expected, "cut at {cut}");
        assert_eq!(fs::metadata(file(folder.path())).unwrap().len(), *end, "cut at {cut}");
    }
}

#[tokio::test]
async fn after_a_cut_the_ledger_goes_on_where_it_was_whole() {
    let shop = Shop::open();
    let payment = shop.authorised().await;
    shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();
    let cut_by = |bytes| {
        move |folder: &Path| {
            let whole = fs::read(file(folder)).unwrap();
            fs::write(file(folder), &whole[..whole.len() - bytes]).unwrap();
        }
    };

    let shop = shop.restarted(cut_by(5));
    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Authorised);
    shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();
    let shop = shop.restarted(|_| {});

    assert_eq!(shop.client.find(&payment.id).await.unwrap().status, PaymentStatus::Captured);
}

#[tokio::test]
async fn a_tail_that_the_disk_never_got_is_cut_off_too() {
    let shop = Shop::open();
    let payment = shop.authorised().await;
    let before = fs::read(file(shop.folder.path())).unwrap();
    shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await.unwrap();
    let mut after = fs::read(file(shop.folder.path())).unwrap();

    let zeros = [before.clone(), vec![0; 4_096]].concat();
    after[before.len() + 60..].fill(0);

    for bytes in [zeros, after] {
        let (_folder, simulator) = reopened(&bytes).unwrap();
        let found = client_by(simulator.transport(), hasty()).find(&payment.id).await.unwrap();
        assert_eq!(found.status, PaymentStatus::Authorised);
    }
}

#[tokio::test]
async fn damage_is_refused_with_its_place_and_nothing_is_changed() {
    let shop = Shop::open();
    shop.captured().await;
    let whole = fs::read(file(shop.folder.path())).unwrap();

    for position in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[position] ^= 0x20;
        let refused = reopened(&damaged).map(|_| ()).unwrap_err();

        let is_told = match &refused {
            LedgerError::Foreign(_) => position < 40,
            LedgerError::Damaged { position: told, .. } => *told <= position as u64,
            LedgerError::InUse(_) | LedgerError::Io { .. } => false,
        };
        assert!(is_told, "{position}: {refused}");
    }
}

#[tokio::test]
async fn a_ledger_has_one_writer() {
    let shop = Shop::open();

    let second = Simulator::open(shop.folder.path(), simulator_options(&shop.clock));

    assert!(matches!(second, Err(SimulatorError::Ledger(LedgerError::InUse(_)))), "{second:?}");
}

#[tokio::test]
async fn keys_for_real_money_are_not_taken() {
    for (secret, publishable) in
        [("sk_live_a", "pk_test_a"), ("sk_test_a", "pk_live_a"), ("sk_test_a", "pk_test_"), ("rk_test_a", "pk_test_a")]
    {
        let folder = tempfile::tempdir().unwrap();
        let options = SimulatorOptions::new(secret.parse().unwrap(), publishable, Arc::new(TestClock::default()));

        let opened = Simulator::open(folder.path(), options);

        assert!(matches!(opened, Err(SimulatorError::KeysNotForTests)), "{secret} {publishable}");
        assert!(!file(folder.path()).exists());
    }
}

/// What an audit adds up, page by page.
async fn audited(shop: &Shop) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    let mut after = "0".to_owned();
    for _ in 0..100 {
        let page = shop.get(&format!("/simulator/ledger?limit=3&after={after}"), SECRET_KEY).await;
        for line in page.text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let sign = match line["deed"].as_str().unwrap() {
                "captured" => 1,
                "refunded" => -1,
                _ => 0,
            };
            assert!(line["payment_intent"].is_string() && line["order_id"].is_string(), "{line}");
            if sign != 0 {
                assert!(line["idempotency_key"].as_str().unwrap().starts_with("order_"), "{line}");
            }
            *sums.entry(line["order_id"].as_str().unwrap().to_owned()).or_default() +=
                sign * line["amount"].as_i64().unwrap();
        }
        let next = page.headers["x-simulator-next"].to_str().unwrap().to_owned();
        if next == after {
            return sums;
        }
        after = next;
    }
    panic!("the pages have no end");
}

#[tokio::test]
async fn an_audit_finds_every_charge_and_refund_with_its_order_and_key() {
    let shop = Shop::open();
    let mut expected = BTreeMap::new();
    let mut note = |payment: &Payment, cents: i64| {
        expected.insert(payment.order.unwrap().to_string(), cents);
    };
    for _ in 0..4 {
        let payment = shop.captured().await;
        shop.refund(&payment, 300, 1).await.unwrap();
        note(&payment, 1_699);
    }
    let void = shop.authorised().await;
    shop.client.cancel(&void.id, &key(&void, "cancel", 1)).await.unwrap();
    note(&void, 0);

    assert_eq!(audited(&shop).await, expected);
    assert_eq!(shop.get("/simulator/ledger?after=77", SECRET_KEY).await.code(), "position_unknown");
    assert_eq!(shop.get("/simulator/ledger", "pk_test_ofTheShop").await.status.as_u16(), 403);
}

#[tokio::test]
async fn no_card_number_is_ever_written_down() {
    let shop = Shop::open();
    let payment = shop.created().await;
    let card = [
        ("payment_method_data[type]", "card"),
        ("payment_method_data[card][number]", "4242424242424242"),
        ("payment_method_data[card][exp_month]", "12"),
        ("payment_method_data[card][exp_year]", "2034"),
        ("payment_method_data[card][cvc]", "789"),
        ("payment_method_data[billing_details][name]", "Ada Example"),
    ];

    let (status, _) = shop.confirm(&payment, &card).await;

    assert_eq!(status.as_u16(), 200);
    let text = String::from_utf8_lossy(&fs::read(file(shop.folder.path())).unwrap()).into_owned();
    assert!(!text.contains("42424242") && !text.contains("789\"") && !text.contains("Ada"));
}
