use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use proptest::prelude::*;

use super::*;
use crate::gift_card::GiftCardCode;
use crate::market::TaxDisplay;
use crate::money::Currency;
use crate::pricing::{TaxTreatment, Totals};

pub(crate) fn euro(cents: i64) -> Money {
    Money::new(cents, "EUR".parse::<Currency>().unwrap())
}

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn an_order() -> Order {
    let none = euro(0);
    let totals = Totals {
        goods: euro(2_000),
        discount: none,
        delivery: none,
        relief: none,
        tax: none,
        total: euro(2_000),
        gift_cards: none,
        due: euro(2_000),
    };
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
            delivery: Some(OrderDelivery {
                method: "parcel".parse().unwrap(),
                name: "Paket".into(),
                pick_up: None,
                dates: None,
                total: none,
            }),
            gift_cards: vec![],
            totals,
            legal_texts: vec![],
            digital_consent_at: None,
        }),
        holds: vec![],
        back_orders: vec![],
        uses: vec![],
        placed_at: at(0),
        hold_until: at(15),
        workflow: WorkflowVersion::FIRST,
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
            ("pending_payment", "moves", "refused", "moves", "refused", "refused"),
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

    refunded(&mut order, 1_500);
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
    for refund in order.request_refund(euro(2_000), at(4)).unwrap() {
        record(&mut order, refund, 4);
    }

    let replayed = Order::replay(events.iter().map(|(at, event)| (*at, event)));
    assert_eq!(replayed.as_ref(), Some(&order));
    assert_eq!(Order::replay(events[1..].iter().map(|(at, event)| (*at, event))), None);
}

#[test]
fn each_refund_counts_its_own_attempts_whatever_becomes_of_the_order() {
    let mut order = in_every_state().swap_remove(2);
    for minute in [2, 3] {
        for event in order.request_refund(euro(100), at(minute)).unwrap() {
            order.apply(&event, at(minute));
        }
    }
    order.task = order.task.after_failed_refund(2);
    assert_eq!([order.task.refund_attempt(1), order.task.refund_attempt(2)], [1, 2]);

    let settled = order.settle_refund(1, RefundState::Succeeded, Some("re_1".parse().unwrap())).unwrap();
    order.apply(&settled, at(9));
    order.task = order.task.after_failed_refund(2).again(at(10));
    for event in order.request_refund(euro(100), at(11)).unwrap() {
        order.apply(&event, at(11));
    }

    assert_eq!([1, 2, 3].map(|number| order.task.refund_attempt(number)), [1, 3, 1]);
}

#[test]
fn what_was_tried_for_a_refund_goes_on_under_its_key_when_another_one_moves() {
    let mut order = in_every_state().swap_remove(2);
    let asks = |order: &mut Order, minute| {
        for event in order.request_refund(euro(100), at(minute)).unwrap() {
            order.apply(&event, at(minute));
        }
    };
    let told = |order: &mut Order, number, state, id: Option<&str>| {
        let event = order.settle_refund(number, state, id.map(|id| id.parse().unwrap())).unwrap();
        order.apply(&event, at(9));
    };
    asks(&mut order, 2);
    told(&mut order, 1, RefundState::Pending, Some("re_1"));
    asks(&mut order, 3);
    assert_eq!((order.task.attempt, order.task.failures), (1, 0), "the first is known, the second is new");
    order.task = Task { due_at: Some(at(4)), attempt: 2, failures: 1, refusals: 0, failure: None, ..Task::NONE };

    told(&mut order, 1, RefundState::Succeeded, Some("re_1"));
    assert_eq!(
        order.task,
        Task { due_at: Some(at(9)), attempt: 2, failures: 1, refusals: 0, failure: None, ..Task::NONE }
    );
    asks(&mut order, 10);
    assert_eq!((order.task.attempt, order.task.failures), (2, 1));

    told(&mut order, 2, RefundState::Succeeded, Some("re_2"));
    told(&mut order, 3, RefundState::Failed, None);
    assert_eq!(order.task, Task::NONE);
}

/// An order for 20.00 that gift cards pay so much of.
pub(crate) fn paid_with_gift_cards(cents: &[i64]) -> Order {
    let order = an_order();
    let code = GiftCardCode::drawn([1; 32]);
    let paying = (1..).zip(cents).map(|(number, cents)| OrderGiftCard {
        card: GiftCardId::new(number),
        hint: code.hint(),
        amount: euro(*cents),
    });
    let mut content = (*order.content).clone();
    content.gift_cards = paying.collect();
    content.totals.gift_cards = euro(cents.iter().sum());
    content.totals.due = euro(content.totals.total.minor() - content.totals.gift_cards.minor());
    Order { content: Arc::new(content), ..order }
}

fn paid(mut order: Order) -> Order {
    let due = order.content.totals.due;
    for decide in [Order::authorise_all, Order::pay] {
        let event = decide(&order, due).unwrap().unwrap();
        order.apply(&event, at(1));
    }
    order
}

impl Order {
    fn authorise_all(&self, amount: Money) -> Result<Option<OrderEvent>, OrderRefusal> {
        self.authorise(payment(), amount)
    }
}

/// What is charged of what is asked for goes back, and what goes to which gift card.
fn refunded(order: &mut Order, cents: i64) -> (i64, Vec<(u128, i64)>) {
    let events = order.request_refund(euro(cents), at(2)).unwrap();
    for event in &events {
        order.apply(event, at(2));
    }
    let asked = &order.refunds[order.refunds.len() - events.len()..];
    let is_one = |refund: &Refund| refund.charged() == refund.amount || refund.charged().minor() == 0;
    assert!(asked.iter().all(is_one), "each is one of both: {asked:?}");
    let shares = asked.iter().flat_map(|refund| &refund.gift_cards);
    let shares = shares.map(|share| (share.card.number(), share.amount.minor())).collect();
    (asked.iter().map(|refund| refund.charged().minor()).sum(), shares)
}

fn settled(order: &mut Order, number: u32, state: RefundState, id: &str) -> bool {
    let event = order.settle_refund(number, state, Some(id.parse().unwrap()));
    if let Some(event) = &event {
        order.apply(event, at(3));
    }
    event.is_some()
}

#[test]
fn what_a_bank_sends_back_later_can_be_given_back_again() {
    let mut order = paid(paid_with_gift_cards(&[500]));
    refunded(&mut order, 2_000);
    assert!(settled(&mut order, 1, RefundState::Succeeded, "re_1"));
    assert!(settled(&mut order, 2, RefundState::Succeeded, "re_2"));
    assert_eq!(order.refundable(), euro(0));

    assert!(settled(&mut order, 1, RefundState::Failed, "re_1"));
    assert!(!settled(&mut order, 2, RefundState::Failed, "re_2"), "what is on a gift card again stays there");

    assert_eq!(order.refundable(), euro(1_500));
    assert_eq!(refunded(&mut order, 1_500), (1_500, vec![]));
}

#[test]
fn what_was_taken_for_failed_is_noted_as_made_unless_the_money_was_asked_for_again() {
    let mut order = paid(an_order());
    refunded(&mut order, 1_500);
    assert!(settled(&mut order, 1, RefundState::Failed, "re_1"));
    let mut asked_again = order.clone();
    refunded(&mut asked_again, 1_500);

    assert!(settled(&mut order, 1, RefundState::Succeeded, "re_1"));
    assert_eq!(order.refundable(), euro(500));
    assert!(!settled(&mut asked_again, 1, RefundState::Succeeded, "re_1"), "somebody has to look at it");
}

#[test]
fn what_was_charged_for_a_cancelled_order_goes_back_once_and_is_owed_until_it_has() {
    let mut order = in_every_state().swap_remove(3);
    let known = payment().unwrap();
    let asks = |order: &Order, given| order.request_return(&known, euro(2_000), euro(given), at(3));
    assert_eq!(in_every_state()[2].request_return(&known, euro(2_000), euro(0), at(3)), None, "it is paid");

    let event = asks(&order, 0).unwrap();
    order.apply(&event, at(3));
    assert_eq!(order.payment, payment(), "whose money it is");
    assert_eq!(asks(&order, 0), None, "it is reserved");
    assert!(settled(&mut order, 1, RefundState::Failed, "re_1"));
    assert_eq!(order.task, Task::due(at(3)), "the cancellation goes on");
    let cancelled = order.cancel().unwrap().unwrap();
    order.apply(&cancelled, at(4));

    assert_eq!(order.refundable(), euro(2_000), "it is owed");
    assert_eq!(order.task, Task::due(at(4) + RETURN_AGAIN_AFTER));
    let again = asks(&order, 0).unwrap();
    order.apply(&again, at(5));
    assert!(settled(&mut order, 2, RefundState::Succeeded, "re_2"));
    assert_eq!((order.refundable(), order.task.clone()), (euro(0), Task::NONE));
    assert_eq!(asks(&order, 2_000), None);
    let other: PaymentId = "pi_2".parse().unwrap();
    assert_eq!(order.request_return(&other, euro(2_000), euro(0), at(6)), None, "another payment is another matter");
}

#[test]
fn what_nobody_takes_back_is_offered_a_few_times_and_then_left_to_somebody() {
    let mut order = in_every_state().swap_remove(4);
    let known = payment().unwrap();
    for number in 1..=u32::try_from(RETURNS_MAX).unwrap() {
        let event = order.request_return(&known, euro(2_000), euro(0), at(3)).unwrap();
        order.apply(&event, at(3));
        assert!(settled(&mut order, number, RefundState::Failed, "re_1"));
    }

    assert_eq!(order.request_return(&known, euro(2_000), euro(0), at(3)), None);
    assert_eq!(order.task, Task::due(at(3)), "it is to be noted that somebody has to go on");
    assert_eq!(refunded(&mut order, 2_000), (2_000, vec![]), "staff may");
}

#[test]
fn only_what_gift_cards_leave_is_charged() {
    let pending = paid_with_gift_cards(&[500, 300]);

    assert_eq!(pending.authorise(payment(), euro(2_000)), Err(OrderRefusal::OtherAmount), "not the whole");
    assert_eq!(paid(pending).refundable(), euro(2_000), "all of it can be given back");
}

#[test]
fn what_was_charged_goes_back_first_and_then_to_the_last_gift_card() {
    let mut order = paid(paid_with_gift_cards(&[500, 300]));

    assert_eq!(refunded(&mut order, 1_000), (1_000, vec![]));
    assert_eq!(refunded(&mut order, 250), (200, vec![(2, 50)]));
    assert_eq!(refunded(&mut order, 400), (0, vec![(2, 250), (1, 150)]));
    assert_eq!(refunded(&mut order, 350), (0, vec![(1, 350)]));
    assert_eq!(order.refundable(), euro(0));
}

#[test]
fn a_refund_that_failed_takes_no_share_of_what_is_left() {
    let mut order = paid(paid_with_gift_cards(&[500]));
    refunded(&mut order, 1_600);
    assert_eq!(order.refunds[1].charged(), euro(0), "what goes to the card is another refund");

    let failed = order.settle_refund(1, RefundState::Failed, None).unwrap();
    order.apply(&failed, at(3));

    assert_eq!(refunded(&mut order, 1_900), (1_500, vec![(1, 400)]));
}

proptest! {
    #[test]
    fn refunds_give_back_to_each_exactly_what_it_paid(
        cards in proptest::collection::vec(1_i64..600, 0..=3),
        parts in proptest::collection::vec((1_i64..2_001, any::<bool>()), 1..40),
    ) {
        let mut order = paid(paid_with_gift_cards(&cards));
        let due = order.content.totals.due.minor();
        for (cents, fails) in parts {
            if order.request_refund(euro(cents), at(2)).is_err() {
                continue;
            }
            let (charged, shares) = refunded(&mut order, cents);
            let to_cards: i64 = shares.iter().map(|(_, cents)| cents).sum();
            prop_assert_eq!(charged + to_cards, cents, "the parts are the whole");
            prop_assert!(charged >= 0 && shares.iter().all(|(_, cents)| *cents > 0));
            if fails {
                let number = order.refunds.last().unwrap().number;
                let failed = order.settle_refund(number, RefundState::Failed, None).unwrap();
                order.apply(&failed, at(3));
            }
        }
        let left = order.refundable().minor();
        if left > 0 && order.refunds.len() < REFUNDS_MAX {
            refunded(&mut order, left);
            let given: Vec<_> = order.refunds.iter().filter(|refund| refund.state != RefundState::Failed).collect();
            prop_assert_eq!(given.iter().map(|refund| refund.charged().minor()).sum::<i64>(), due);
            for (number, paid) in (1..).zip(&cards) {
                let to_card: i64 = given.iter().map(|refund| refund.to_card(GiftCardId::new(number))).sum();
                prop_assert_eq!(to_card, *paid);
            }
        }
    }
}

#[test]
fn an_open_order_counts_as_such_until_it_is_paid_for_or_cancelled() {
    let customer = CustomerDigest([1; 16]);
    let mut order = an_order();
    order.uses = vec![Meter::OrdersOfCustomer(customer), Meter::OpenOrdersOfCustomer(customer)];
    let counted = |state: OrderState| {
        let order = Order { state, ..order.clone() };
        order.counted_uses().cloned().collect::<Vec<_>>()
    };

    for open in [OrderState::PendingPayment, OrderState::Cancelling(CancelReason::Expired)] {
        assert_eq!(counted(open), order.uses);
    }
    let paid_for = [OrderState::Capturing, OrderState::Paid, OrderState::Cancelling(CancelReason::NotCaptured)];
    for state in paid_for {
        assert_eq!(counted(state), order.uses[..1]);
    }
    assert_eq!(counted(OrderState::Cancelled(CancelReason::NotCaptured)), []);
}

#[test]
fn what_was_never_paid_for_is_not_cancelled_because_it_could_not_be_captured() {
    let refused = an_order().begin_cancellation(CancelReason::NotCaptured);

    assert_eq!(refused, Err(OrderRefusal::NotPaid));
}
