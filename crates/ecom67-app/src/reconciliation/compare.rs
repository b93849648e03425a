//! What the provider and an order say of the same money, laid side by side: pure, so that every case can be looked at.

use ecom67_domain::Order;
use ecom67_domain::order::{OrderState, Refund, RefundState};

use crate::orders::named;
use crate::port::{Payment, PaymentStatus, ProviderRefund, ProviderRefundId, RefundStatus};

/// What the two sides may disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// A payment names an order of ours, and there is no such order.
    PaymentWithoutOrder,
    /// Money is set aside, and the order does not know it.
    AuthorisedUntold,
    /// Money was captured, and the order does not know it.
    CapturedUntold,
    /// An order is paid, or about to be, and its payment can no longer be captured.
    NotCaptured,
    /// A payment, or what was captured of it, is not what the order leaves to be paid.
    OtherAmount,
    /// Money was captured for an order that is cancelled, and is not on its way back.
    CapturedForCancelled,
    /// The payment of a cancelled order can still be confirmed or captured.
    OpenForCancelled,
    /// An order has two payments that are not void.
    SecondPayment,
    /// The provider does not know an order's payment.
    PaymentMissing,
    /// The provider gives money back that the order knows nothing of.
    RefundUnknown,
    /// The provider has said what becomes of a refund, and the order does not know it.
    RefundUntold,
    /// A refund had arrived, and the bank has sent it back.
    RefundCameBack,
    /// A refund was taken for failed, and was made after all.
    RefundMade,
    /// A refund is of another amount than the order's.
    RefundOtherAmount,
    /// The provider does not know a refund that it has given a name, or is said to have made.
    RefundMissing,
    /// The provider's answer about one payment cannot be had or read.
    Unanswered,
}

impl DifferenceKind {
    /// Its name in data and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PaymentWithoutOrder => "payment_without_order",
            Self::AuthorisedUntold => "authorised_untold",
            Self::CapturedUntold => "captured_untold",
            Self::NotCaptured => "not_captured",
            Self::OtherAmount => "other_amount",
            Self::CapturedForCancelled => "captured_for_cancelled",
            Self::OpenForCancelled => "open_for_cancelled",
            Self::SecondPayment => "second_payment",
            Self::PaymentMissing => "payment_missing",
            Self::RefundUnknown => "refund_unknown",
            Self::RefundUntold => "refund_untold",
            Self::RefundCameBack => "refund_came_back",
            Self::RefundMade => "refund_made",
            Self::RefundOtherAmount => "refund_other_amount",
            Self::RefundMissing => "refund_missing",
            Self::Unanswered => "unanswered",
        }
    }
}

/// One thing that the two sides disagree about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What.
    pub kind: DifferenceKind,
    /// The provider's name of the refund that it is about, if it is about one and has it.
    pub refund: Option<ProviderRefundId>,
    /// The order's number of the refund, likewise.
    pub number: Option<u32>,
    /// In words, without anything personal.
    pub why: String,
}

impl Difference {
    pub(super) fn new(kind: DifferenceKind, why: impl Into<String>) -> Self {
        Self { kind, refund: None, number: None, why: why.into() }
    }

    fn of(kind: DifferenceKind, known: Option<&Refund>, found: Option<&ProviderRefund>, why: String) -> Self {
        Self {
            refund: found.map(|found| found.id.clone()).or_else(|| known.and_then(|known| known.provider_id.clone())),
            number: known.map(|known| known.number).or_else(|| found.and_then(|found| found.number)),
            ..Self::new(kind, why)
        }
    }

    /// Whether it is the same one, looked at again.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.kind, &self.refund, self.number) == (other.kind, &other.refund, other.number)
    }
}

/// What an order and one of its payments, with all refunds of that, disagree about.
pub fn compare(order: &Order, payment: &Payment, refunds: &[ProviderRefund]) -> Vec<Difference> {
    let own = order.payment.as_ref();
    if payment.status != PaymentStatus::Cancelled && own.is_some_and(|own| *own != payment.id) {
        return vec![Difference::new(DifferenceKind::SecondPayment, format!("{} has another payment", order.id))];
    }
    if own.is_some_and(|own| *own != payment.id) {
        return Vec::new();
    }
    let mut differences: Vec<Difference> = compare_payment(order, payment, refunds).into_iter().collect();
    compare_refunds(order, refunds, &mut differences);
    differences
}

fn compare_payment(order: &Order, payment: &Payment, refunds: &[ProviderRefund]) -> Option<Difference> {
    let (id, due, state) = (order.id, order.content.totals.due, order.state);
    let differs = |kind, why: String| Some(Difference::new(kind, why));
    let is_alive = payment.status != PaymentStatus::Cancelled;
    let is_known = matches!(state, OrderState::Paid | OrderState::Capturing);
    if is_alive && payment.amount != due || payment.status == PaymentStatus::Captured && payment.captured != due {
        let (amount, captured) = (payment.amount.minor(), payment.captured.minor());
        let why =
            format!("{id} leaves {} to pay; the payment is of {amount}, and {captured} were captured", due.minor());
        return differs(DifferenceKind::OtherAmount, why);
    }
    match (state, payment.status) {
        (OrderState::PendingPayment, PaymentStatus::Authorised) => {
            differs(DifferenceKind::AuthorisedUntold, format!("{id} awaits its payment"))
        }
        (OrderState::PendingPayment | OrderState::Capturing, PaymentStatus::Captured) => {
            differs(DifferenceKind::CapturedUntold, format!("{id} is {}", state.as_str()))
        }
        (OrderState::Paid, PaymentStatus::Captured) | (OrderState::Capturing, PaymentStatus::Authorised) => None,
        (_, status) if is_known => {
            differs(DifferenceKind::NotCaptured, format!("{id} is {}, and the payment {status:?}", state.as_str()))
        }
        (OrderState::Cancelled(_), PaymentStatus::Captured) => {
            let otherwise = order.paid_otherwise().minor();
            let left = payment.captured.minor() - payment.refunded.minor() - on_its_way(order, refunds) - otherwise;
            let why = || format!("{left} of {id}, which is cancelled, are not on their way back");
            if left > 0 { differs(DifferenceKind::CapturedForCancelled, why()) } else { None }
        }
        (OrderState::Cancelled(_), status) if is_alive => {
            differs(DifferenceKind::OpenForCancelled, format!("{id} is cancelled, and the payment {status:?}"))
        }
        _ => None,
    }
}

/// What is reserved to be given back and has not arrived at the provider yet.
fn on_its_way(order: &Order, refunds: &[ProviderRefund]) -> i64 {
    let pending = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending);
    let untold = pending.filter(|refund| counterpart(order, refund, refunds).is_none());
    untold.map(|refund| refund.charged().minor()).sum()
}

/// What the provider has of a refund of the order.
fn counterpart<'found>(
    order: &Order,
    refund: &Refund,
    refunds: &'found [ProviderRefund],
) -> Option<&'found ProviderRefund> {
    match &refund.provider_id {
        Some(known) => refunds.iter().find(|found| found.id == *known),
        None => named(refunds, order, refund),
    }
}

fn compare_refunds(order: &Order, refunds: &[ProviderRefund], differences: &mut Vec<Difference>) {
    let mut matched: Vec<&ProviderRefundId> = Vec::new();
    for known in order.refunds.iter().filter(|refund| refund.charged().minor() > 0) {
        let (number, id) = (known.number, order.id);
        let differs = |kind, found, why| Difference::of(kind, Some(known), found, why);
        let Some(found) = counterpart(order, known, refunds) else {
            // What was never asked for is asked for by what does what is due.
            let is_said = known.state == RefundState::Succeeded
                || known.state == RefundState::Pending && known.provider_id.is_some();
            if is_said {
                let why = format!("refund {number} of {id} is not among those of the payment");
                differences.push(differs(DifferenceKind::RefundMissing, None, why));
            }
            continue;
        };
        matched.push(&found.id);
        if found.amount != known.charged() {
            let (one, other) = (known.charged().minor(), found.amount.minor());
            let why = format!("refund {number} of {id} is of {one}, and at the provider of {other}");
            differences.push(differs(DifferenceKind::RefundOtherAmount, Some(found), why));
            continue;
        }
        let kind = match (known.state, found.status) {
            (RefundState::Pending, RefundStatus::Succeeded | RefundStatus::Failed) => DifferenceKind::RefundUntold,
            (RefundState::Succeeded, RefundStatus::Failed) => DifferenceKind::RefundCameBack,
            // Of what was paid another way that is once too often.
            (RefundState::Failed | RefundState::PaidOtherwise, RefundStatus::Succeeded | RefundStatus::Pending) => {
                DifferenceKind::RefundMade
            }
            (RefundState::Pending | RefundState::Succeeded, RefundStatus::Pending)
            | (RefundState::Succeeded, RefundStatus::Succeeded)
            | (RefundState::Failed | RefundState::PaidOtherwise, RefundStatus::Failed) => continue,
        };
        let why = format!("refund {number} of {id} is {:?}, and at the provider {:?}", known.state, found.status);
        differences.push(differs(kind, Some(found), why));
    }
    for found in refunds.iter().filter(|found| found.status != RefundStatus::Failed && !matched.contains(&&found.id)) {
        let why = format!("{} of it are given back, and {} knows nothing of that", found.amount.minor(), order.id);
        differences.push(Difference::of(DifferenceKind::RefundUnknown, None, Some(found), why));
    }
}
