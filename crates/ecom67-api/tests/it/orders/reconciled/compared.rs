//! The comparison itself: each state of an order beside each state of its payment, without a shop.

use ecom67_app::port::{ClientSecret, Payment, PaymentStatus, ProviderRefund, RefundStatus};
use ecom67_app::reconciliation::compare;
use ecom67_domain::order::{CancelReason, OrderEvent, PaymentId, RefundState};
use ecom67_domain::{Money, Order};
use ecom67_testkit::{an_order, noon};

fn name() -> PaymentId {
    "pi_1".parse().unwrap()
}

fn in_state(state: &str) -> Order {
    let mut order = an_order();
    order.refunds.clear();
    order.payment = None;
    let reason = CancelReason::Expired;
    let authorised = OrderEvent::Authorised { payment: Some(name()) };
    let events = match state {
        "pending_payment" => vec![],
        "capturing" => vec![authorised],
        "paid" => vec![authorised, OrderEvent::Paid],
        "cancelling" => vec![OrderEvent::CancellationBegun { reason }],
        _ => vec![OrderEvent::CancellationBegun { reason }, OrderEvent::Cancelled { reason }],
    };
    for event in events {
        order.apply(&event, noon());
    }
    order
}

fn payment(order: &Order, status: PaymentStatus) -> Payment {
    let (due, none) = (order.content.totals.due, Money::new(0, order.content.currency));
    Payment {
        id: name(),
        order: Some(order.id),
        status,
        amount: due,
        captured: if status == PaymentStatus::Captured { due } else { none },
        refunded: none,
        client_secret: ClientSecret::new(String::new()),
        decline: None,
        created_at: noon(),
    }
}

fn kinds(order: &Order, payment: &Payment, refunds: &[ProviderRefund]) -> Vec<&'static str> {
    compare(order, payment, refunds).iter().map(|difference| difference.kind.as_str()).collect()
}

const STATUSES: [PaymentStatus; 6] = [
    PaymentStatus::AwaitsMethod,
    PaymentStatus::AwaitsAction,
    PaymentStatus::Processing,
    PaymentStatus::Authorised,
    PaymentStatus::Captured,
    PaymentStatus::Cancelled,
];

#[test]
fn each_state_of_an_order_stands_beside_each_status_of_its_payment() {
    let not = "not_captured";
    let open = "open_for_cancelled";
    for (state, expected) in [
        ("pending_payment", ["", "", "", "authorised_untold", "captured_untold", ""]),
        ("capturing", [not, not, not, "", "captured_untold", not]),
        ("paid", [not, not, not, not, "", not]),
        ("cancelling", ["", "", "", "", "", ""]),
        ("cancelled", [open, open, open, open, "captured_for_cancelled", ""]),
    ] {
        let order = in_state(state);

        let found = STATUSES.map(|status| kinds(&order, &payment(&order, status), &[]).concat());

        assert_eq!(found, expected, "{state}");
    }
}

#[test]
fn a_payment_of_another_amount_differs_as_long_as_it_can_move_money() {
    for state in ["pending_payment", "capturing", "paid", "cancelling", "cancelled"] {
        let order = in_state(state);
        for status in STATUSES {
            let payment = payment(&order, status);
            let other = Payment { amount: Money::new(1, payment.amount.currency()), ..payment };
            let is_alive = status != PaymentStatus::Cancelled;
            assert_eq!(kinds(&order, &other, &[]) == ["other_amount"], is_alive, "{state}, {status:?}");
        }
    }
}

#[test]
fn another_payment_than_the_orders_own_counts_unless_it_is_void() {
    let order = in_state("paid");
    for status in STATUSES {
        let other = Payment { id: "pi_2".parse().unwrap(), ..payment(&order, status) };
        let expected = if status == PaymentStatus::Cancelled { vec![] } else { vec!["second_payment"] };
        assert_eq!(kinds(&order, &other, &[]), expected, "{status:?}");
    }
}

/// A paid order that gives 5.00 back, in this state, by the provider's name if it has one.
fn giving_back(state: RefundState, id: Option<&str>) -> Order {
    let mut order = in_state("paid");
    for event in order.request_refund(Money::new(500, order.content.currency), noon()).unwrap() {
        order.apply(&event, noon());
    }
    order.refunds[0].state = state;
    order.refunds[0].provider_id = id.map(|id| id.parse().unwrap());
    order
}

fn refund(order: &Order, id: &str, number: u32, status: RefundStatus) -> ProviderRefund {
    let amount = Money::new(500, order.content.currency);
    ProviderRefund { id: id.parse().unwrap(), order: Some(order.id), number: Some(number), status, amount }
}

#[test]
fn each_state_of_a_refund_stands_beside_each_status_at_the_provider() {
    use RefundState as Ours;
    use RefundStatus as Theirs;
    for (ours, expected) in [
        (
            Ours::Pending,
            [
                (None, "refund_missing"),
                (Some(Theirs::Pending), ""),
                (Some(Theirs::Succeeded), "refund_untold"),
                (Some(Theirs::Failed), "refund_untold"),
            ],
        ),
        (
            Ours::Succeeded,
            [
                (None, "refund_missing"),
                (Some(Theirs::Pending), ""),
                (Some(Theirs::Succeeded), ""),
                (Some(Theirs::Failed), "refund_came_back"),
            ],
        ),
        (
            Ours::Failed,
            [
                (None, ""),
                (Some(Theirs::Pending), "refund_made"),
                (Some(Theirs::Succeeded), "refund_made"),
                (Some(Theirs::Failed), ""),
            ],
        ),
    ] {
        for (theirs, kind) in expected {
            for id in [Some("re_1"), None] {
                let order = giving_back(ours, id);
                let payment = payment(&order, PaymentStatus::Captured);
                let there: Vec<_> = theirs.map(|status| refund(&order, "re_1", 1, status)).into_iter().collect();
                // What was never asked for under a name is not missed.
                let kind = if theirs.is_none() && id.is_none() && ours == Ours::Pending { "" } else { kind };
                assert_eq!(kinds(&order, &payment, &there).concat(), kind, "{ours:?}, {theirs:?}, {id:?}");
            }
        }
    }
}

#[test]
fn a_refund_is_known_by_its_name_and_never_by_its_amount() {
    let order = giving_back(RefundState::Succeeded, Some("re_1"));
    let payment = payment(&order, PaymentStatus::Captured);
    let own = refund(&order, "re_1", 1, RefundStatus::Succeeded);
    let stranger = ProviderRefund { order: None, number: None, ..refund(&order, "re_2", 1, RefundStatus::Succeeded) };
    let twin = refund(&order, "re_3", 1, RefundStatus::Succeeded);
    let vain = refund(&order, "re_4", 1, RefundStatus::Failed);
    let less = ProviderRefund { amount: Money::new(499, own.amount.currency()), ..own.clone() };

    assert_eq!(kinds(&order, &payment, &[own.clone(), vain]), [""; 0]);
    assert_eq!(kinds(&order, &payment, &[stranger.clone(), own.clone()]), ["refund_unknown"]);
    assert_eq!(kinds(&order, &payment, &[twin, own]), ["refund_unknown"], "two of one name");
    assert_eq!(kinds(&order, &payment, &[less]), ["refund_other_amount"]);
    let unasked = giving_back(RefundState::Pending, None);
    assert_eq!(kinds(&unasked, &payment, &[stranger]), ["refund_unknown"], "though it is of the same amount");
}

#[test]
fn what_is_reserved_to_go_back_of_a_cancelled_order_is_on_its_way() {
    let mut order = in_state("cancelled");
    let captured = payment(&order, PaymentStatus::Captured);
    let event = order.request_return(&name(), captured.captured, captured.refunded, noon()).unwrap();
    order.apply(&event, noon());
    assert_eq!(kinds(&order, &captured, &[]), [""; 0]);

    let given = Payment { refunded: captured.captured, ..captured.clone() };
    let there = ProviderRefund { amount: captured.captured, ..refund(&order, "re_1", 1, RefundStatus::Succeeded) };
    assert_eq!(kinds(&order, &given, &[there]), ["refund_untold"]);

    order.refunds[0].state = RefundState::Failed;
    assert_eq!(kinds(&order, &captured, &[]), ["captured_for_cancelled"], "it is owed");
}
