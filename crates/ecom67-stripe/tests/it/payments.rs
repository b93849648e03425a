//! What becomes of a payment.

use ecom67_app::port::{
    DeclineKind, NewPayment, OperationKey, PaymentError, PaymentProvider as _, PaymentStatus, RefundStatus,
};
use ecom67_domain::Money;
use jiff::SignedDuration;

use ecom67_app::Clock as _;

use crate::shop::{Shop, euros, key};

#[tokio::test]
async fn an_order_is_paid_by_authorising_first_and_capturing_later() {
    let shop = Shop::open();

    let created = shop.created().await;
    assert_eq!((created.status, created.amount), (PaymentStatus::AwaitsMethod, euros(1_999)));
    let (_, shown) = shop.confirm(&created, &[("payment_method", "pm_card_visa")]).await;
    let authorised = shop.client.find(&created.id).await.unwrap();
    let captured = shop.client.capture(&created.id, &key(&created, "capture", 1)).await.unwrap();

    assert_eq!(shown["status"], "requires_capture");
    assert_eq!((authorised.status, authorised.captured), (PaymentStatus::Authorised, euros(0)));
    assert_eq!((captured.status, captured.captured), (PaymentStatus::Captured, euros(1_999)));
    assert_eq!(captured.order, created.order);
    assert_eq!(shop.client.find(&created.id).await.unwrap(), captured);
}

#[tokio::test]
async fn a_shopper_whose_card_is_declined_learns_what_to_do_and_may_try_another() {
    let shop = Shop::open();
    for (card, kind, code) in [
        ("pm_card_chargeDeclined", DeclineKind::Refused, "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", DeclineKind::InsufficientFunds, "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", DeclineKind::Expired, "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", DeclineKind::Mistyped, "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", DeclineKind::TryAgain, "processing_error"),
        ("pm_card_chargeDeclinedStolenCard", DeclineKind::Refused, "stolen_card"),
    ] {
        let payment = shop.created().await;

        let (status, body) = shop.confirm(&payment, &[("payment_method", card)]).await;

        assert_eq!((status.as_u16(), body["error"]["type"].as_str()), (402, Some("card_error")), "{card}");
        let declined = shop.client.find(&payment.id).await.unwrap();
        let decline = declined.decline.expect("it was declined");
        assert_eq!((declined.status, decline.kind, decline.code.as_str()), (PaymentStatus::AwaitsMethod, kind, code));
        shop.confirm(&payment, &[("payment_method", "pm_card_mastercard")]).await;
        let second = shop.client.find(&payment.id).await.unwrap();
        assert_eq!((second.status, second.decline), (PaymentStatus::Authorised, None));
    }
}

#[tokio::test]
async fn a_payment_that_is_not_wanted_any_more_is_void_for_good() {
    let shop = Shop::open();
    let (open, authorised) = (shop.created().await, shop.authorised().await);

    for payment in [open, authorised] {
        let cancelled = shop.client.cancel(&payment.id, &key(&payment, "cancel", 1)).await.unwrap();

        let moved = (cancelled.captured, cancelled.refunded);
        assert_eq!((cancelled.status, moved), (PaymentStatus::Cancelled, (euros(0), euros(0))));
        let capture = shop.client.capture(&payment.id, &key(&payment, "capture", 1)).await;
        assert!(matches!(capture, Err(PaymentError::OtherState { .. })), "{capture:?}");
        let (status, _) = shop.confirm(&payment, &[("payment_method", "pm_card_visa")]).await;
        assert_eq!(status.as_u16(), 400);
    }
    assert_eq!(shop.deeds("voided").await, 1);
}

#[tokio::test]
async fn refunds_add_up_to_what_was_captured_and_never_to_more() {
    let shop = Shop::open();
    let payment = shop.captured().await;

    let first = shop.refund(&payment, 500, 1).await.unwrap();
    assert_eq!((first.status, first.amount), (RefundStatus::Succeeded, euros(500)));
    assert_eq!((first.order, first.number), (payment.order, Some(1)), "the name under which it is found again");
    assert_eq!(shop.client.find_refund(&first.id).await.unwrap(), first);
    assert!(matches!(shop.refund(&payment, 1_500, 2).await, Err(PaymentError::Refused { .. })));
    let second = shop.refund(&payment, 1_499, 3).await.unwrap();

    assert_eq!(shop.client.refunds(&payment.id).await.unwrap(), [second, first], "the newest first");
    assert!(matches!(shop.refund(&payment, 1, 4).await, Err(PaymentError::OtherState { .. })));
    assert_eq!(shop.client.find(&payment.id).await.unwrap().refunded, euros(1_999));
    assert_eq!(shop.deeds("refunded").await, 2);
}

#[tokio::test]
async fn a_refund_may_be_on_its_way_and_arrive_or_come_back_after_it_had() {
    for (card, at_first, in_the_end, left) in [
        ("pm_card_pendingRefund", RefundStatus::Pending, RefundStatus::Succeeded, 500),
        ("pm_card_refundFail", RefundStatus::Succeeded, RefundStatus::Failed, 0),
    ] {
        let shop = Shop::open();
        let payment = shop.captured_by(card).await;

        let made = shop.refund(&payment, 500, 1).await.unwrap();
        assert_eq!(made.status, at_first, "{card}");
        assert_eq!(shop.client.find(&payment.id).await.unwrap().refunded, euros(500), "{card}");
        let shop = shop.restarted(|_| {});
        assert_eq!(shop.simulator.settle_refunds().await, Ok(1), "{card}");
        assert_eq!(shop.simulator.settle_refunds().await, Ok(0), "{card}");

        let shop = shop.restarted(|_| {});
        let found = shop.client.find_refund(&made.id).await.unwrap();
        assert_eq!((found.status, found.number), (in_the_end, Some(1)), "{card}");
        assert_eq!(shop.client.find(&payment.id).await.unwrap().refunded, euros(left), "{card}");
        assert_eq!(shop.refund(&payment, 500, 1).await.unwrap().status, at_first, "what was answered is kept");
    }
}

#[tokio::test]
async fn what_becomes_of_a_refund_becomes_of_it_by_itself() {
    let shop = Shop::with(crate::shop::hasty(), |options| options.refund_delay = std::time::Duration::from_millis(10));
    let payment = shop.captured_by("pm_card_pendingRefund").await;

    let made = shop.refund(&payment, 500, 1).await.unwrap();

    let arrived = async {
        while shop.client.find_refund(&made.id).await.unwrap().status != RefundStatus::Succeeded {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), arrived).await.expect("it arrives");
    assert_eq!(shop.deeds("refund_succeeded").await, 1);
}

#[tokio::test]
async fn what_is_captured_is_captured_once() {
    let shop = Shop::open();
    let payment = shop.authorised().await;

    let again = [1, 1, 2].map(|attempt| key(&payment, "capture", attempt));
    let first = shop.client.capture(&payment.id, &again[0]).await.unwrap();
    let same = shop.client.capture(&payment.id, &again[1]).await.unwrap();
    let other = shop.client.capture(&payment.id, &again[2]).await;

    assert_eq!(first, same);
    assert!(
        matches!(&other, Err(PaymentError::OtherState { code }) if code == "payment_intent_unexpected_state"),
        "{other:?}"
    );
    assert_eq!(shop.deeds("captured").await, 1);
}

#[tokio::test]
async fn the_list_has_every_payment_once_the_newest_first() {
    let shop = Shop::open();
    let mut expected = Vec::new();
    for _ in 0..7 {
        expected.insert(0, shop.created().await.id);
    }
    shop.clock.forward(1);
    let since = shop.clock.now();
    expected.insert(0, shop.captured().await.id);

    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = shop.client.list(since - SignedDuration::from_hours(2), after.as_ref(), 3).await.unwrap();
        walked.extend(page.iter().map(|payment| payment.id.clone()));
        after = walked.last().cloned();
        if page.len() < 3 {
            break;
        }
    }

    assert_eq!(walked, expected);
    let recent = shop.client.list(since, None, 100).await.unwrap();
    assert_eq!(recent.len(), 1);
    assert_eq!(recent[0].captured, euros(1_999));
}

#[tokio::test]
async fn every_currency_is_charged_what_the_order_says() {
    let shop = Shop::open();
    for (minor, code, written) in [(500, "JPY", 500), (1_250, "ISK", 125_000), (5, "UGX", 500), (5_120, "KWD", 5_120)] {
        let order = shop.order();
        let amount = Money::new(minor, code.parse().unwrap());

        let key = OperationKey::new(order, "create", 1);
        let payment = shop.client.create(&NewPayment { order, amount }, &key).await.unwrap();

        assert_eq!(payment.amount, amount, "{code}");
        let path = format!("/v1/payment_intents/{}", payment.id);
        assert_eq!(shop.get(&path, crate::shop::SECRET_KEY).await.body["amount"], written, "{code}");
    }
}

#[tokio::test]
async fn a_payment_that_has_left_memory_is_still_known() {
    let shop = Shop::with(crate::shop::hasty(), |options| options.recent_max = 2);
    let mut payments = Vec::new();
    for _ in 0..10 {
        payments.push(shop.captured().await);
    }

    for payment in &payments {
        assert_eq!(&shop.client.find(&payment.id).await.unwrap(), payment);
        shop.refund(payment, 100, 1).await.unwrap();
    }

    assert_eq!(shop.client.find(&payments[0].id).await.unwrap().refunded, euros(100));
}
