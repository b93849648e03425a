use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::market::TaxDisplay;
use crate::money::Currency;
use crate::pricing::{TaxTreatment, Totals};

fn euro(cents: i64) -> Money {
    Money::new(cents, "EUR".parse::<Currency>().unwrap())
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn an_order() -> Order {
    let none = euro(0);
    let totals =
        Totals { goods: euro(2_000), discount: none, delivery: none, relief: none, tax: none, total: euro(2_000) };
    Order {
        id: OrderId::new(1),
        number: OrderNumber::drawn(1),
        cart: CartId::new(2),
        capability: CapabilityDigest([0; 32]),
        market: "de".parse().unwrap(),
        country: "DE".parse().unwrap(),
        language: "de".parse().unwrap(),
        content: Arc::new(OrderContent {
            quote: "00000000000000000000000000000000".parse().unwrap(),
            currency: "EUR".parse().unwrap(),
            tax_display: TaxDisplay::Included,
            lines: vec![],
            gifts: vec![],
            discounts: vec![],
            tax_treatment: TaxTreatment::Charged,
            taxes: vec![],
            delivery: OrderDelivery {
                method: "parcel".parse().unwrap(),
                name: "Paket".into(),
                pick_up: None,
                dates: None,
                total: none,
            },
            totals,
        }),
        holds: vec![],
        back_orders: vec![],
        uses: vec![],
        placed_at: at(0),
        hold_until: at(15),
        is_hold_extended: false,
        state: OrderState::PendingPayment,
        payment: None,
        paid_at: None,
        refunds: vec![],
        task: Task::due(at(15)),
    }
}

fn payment() -> Option<PaymentId> {
    Some("pi_1".parse().unwrap())
}

/// An order in each state that it can be in.
fn in_every_state() -> Vec<Order> {
    let pending = an_order();
    let after = |order: &Order, event: &OrderEvent| {
        let mut order = order.clone();
        order.apply(event, at(1));
        order
    };
    let capturing = after(&pending, &OrderEvent::Authorised { payment: payment() });
    let paid = after(&capturing, &OrderEvent::Paid);
    let cancelling = after(&pending, &OrderEvent::CancellationBegun { reason: CancelReason::Expired });
    let cancelled = after(&cancelling, &OrderEvent::Cancelled { reason: CancelReason::Expired });
    vec![pending, capturing, paid, cancelling, cancelled]
}

#[test]
fn an_order_goes_from_state_to_state_only_as_it_may_and_a_repeat_changes_nothing() {
    let told = |result: Result<Option<OrderEvent>, OrderRefusal>| match result {
        Ok(Some(_)) => "moves",
        Ok(None) => "is so",
        Err(_) => "refused",
    };
    let moves: Vec<_> = in_every_state()
        .iter()
        .map(|order| {
            let total = order.content.totals.total;
            (
                order.state.as_str(),
                told(order.authorise(payment(), total)),
                told(order.pay(total)),
                told(order.begin_cancellation(CancelReason::Expired)),
                told(order.begin_cancellation(CancelReason::NotCaptured)),
                told(order.cancel()),
            )
        })
        .collect();

    assert_eq!(
        moves,
        [
            ("pending_payment", "moves", "refused", "moves", "moves", "refused"),
            ("capturing", "is so", "moves", "refused", "moves", "refused"),
            ("paid", "is so", "is so", "refused", "refused", "refused"),
            ("cancelling", "refused", "refused", "is so", "is so", "moves"),
            ("cancelled", "refused", "refused", "is so", "is so", "is so"),
        ]
    );
}

#[test]
fn a_payment_of_another_amount_never_pays_an_order() {
    let orders = in_every_state();
    let (pending, capturing) = (&orders[0], &orders[1]);

    for amount in [euro(50), euro(2_001), Money::new(2_000, "USD".parse().unwrap())] {
        assert_eq!(pending.authorise(payment(), amount), Err(OrderRefusal::OtherAmount));
        assert_eq!(capturing.pay(amount), Err(OrderRefusal::OtherAmount));
    }
}

#[test]
fn a_hold_is_extended_once_and_only_while_it_lasts() {
    let mut order = an_order();
    let ten_minutes = SignedDuration::from_mins(10);

    assert_eq!(order.extend_hold(ten_minutes, at(15)), Err(OrderRefusal::NotExtendable));
    let extended = order.extend_hold(ten_minutes, at(14)).unwrap();
    order.apply(&extended, at(14));

    assert_eq!((order.hold_until, order.task.due_at), (at(25), Some(at(25))));
    assert_eq!(order.extend_hold(ten_minutes, at(20)), Err(OrderRefusal::NotExtendable));
}

#[test]
fn never_more_is_given_back_than_was_paid() {
    let mut order = in_every_state().swap_remove(2);
    assert_eq!(an_order().request_refund(euro(1), at(2)), Err(OrderRefusal::NotPaid));

    let first = order.request_refund(euro(1_500), at(2)).unwrap();
    order.apply(&first, at(2));
    assert_eq!(order.request_refund(euro(501), at(3)), Err(OrderRefusal::RefundTooLarge { left: euro(500) }));
    assert_eq!(order.request_refund(euro(0), at(3)), Err(OrderRefusal::RefundTooLarge { left: euro(500) }));
    assert_eq!(order.request_refund(euro(-1), at(3)), Err(OrderRefusal::RefundTooLarge { left: euro(500) }));

    let failed = order.settle_refund(1, RefundState::Failed, None).unwrap();
    order.apply(&failed, at(3));
    assert_eq!(order.refundable(), euro(2_000), "what failed is free again");
    assert_eq!(order.settle_refund(1, RefundState::Succeeded, None), None, "what is settled stays so");
    assert_eq!(order.task, Task::NONE);
}

#[test]
fn an_order_is_what_its_events_tell() {
    let placed = an_order();
    let mut order = placed.clone();
    let mut events = vec![(at(0), OrderEvent::Placed(Box::new(placed)))];
    let mut record = |order: &mut Order, event: OrderEvent, minute| {
        order.apply(&event, at(minute));
        events.push((at(minute), event));
    };

    let extended = order.extend_hold(SignedDuration::from_mins(10), at(1)).unwrap();
    record(&mut order, extended, 1);
    let authorised = order.authorise(payment(), euro(2_000)).unwrap().unwrap();
    record(&mut order, authorised, 2);
    let paid = order.pay(euro(2_000)).unwrap().unwrap();
    record(&mut order, paid, 3);
    let refund = order.request_refund(euro(2_000), at(4)).unwrap();
    record(&mut order, refund, 4);

    let replayed = Order::replay(events.iter().map(|(at, event)| (*at, event)));
    assert_eq!(replayed.as_ref(), Some(&order));
    assert_eq!(Order::replay(events[1..].iter().map(|(at, event)| (*at, event))), None);
}

#[test]
fn what_was_tried_for_a_refund_goes_on_under_its_key_when_another_one_moves() {
    let mut order = in_every_state().swap_remove(2);
    let asks = |order: &mut Order, minute| {
        let event = order.request_refund(euro(100), at(minute)).unwrap();
        order.apply(&event, at(minute));
    };
    let told = |order: &mut Order, number, state, id: Option<&str>| {
        let event = order.settle_refund(number, state, id.map(|id| id.parse().unwrap())).unwrap();
        order.apply(&event, at(9));
    };
    asks(&mut order, 2);
    told(&mut order, 1, RefundState::Pending, Some("re_1"));
    asks(&mut order, 3);
    assert_eq!((order.task.attempt, order.task.failures), (1, 0), "the first is known, the second is new");
    order.task = Task { due_at: Some(at(4)), attempt: 2, failures: 1 };

    told(&mut order, 1, RefundState::Succeeded, Some("re_1"));
    assert_eq!(order.task, Task { due_at: Some(at(9)), attempt: 2, failures: 1 });
    asks(&mut order, 10);
    assert_eq!((order.task.attempt, order.task.failures), (2, 1));

    told(&mut order, 2, RefundState::Succeeded, Some("re_2"));
    told(&mut order, 3, RefundState::Failed, None);
    assert_eq!(order.task, Task::NONE);
}
