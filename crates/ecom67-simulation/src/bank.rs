//! The payment provider: its ledger, and what it keeps under the keys of operations for a day.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use ecom67_app::port::{
    ClientSecret, Decline, DeclineKind, NewPayment, NewRefund, OperationKey, Payment, PaymentError, PaymentId,
    PaymentStatus, ProviderRefund, ProviderRefundId, RefundStatus,
};
use ecom67_domain::{Money, OrderId};
use jiff::{SignedDuration, Timestamp};

use crate::chance::locked;

/// How long what was answered is kept under its key.
const KEY_MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// The ledger.
#[derive(Default)]
pub(crate) struct Bank(Mutex<Ledger>);

#[derive(Default)]
struct Ledger {
    payments: Vec<Account>,
    by_order: BTreeMap<OrderId, Vec<usize>>,
    refunds: Vec<(usize, ProviderRefund)>,
    keys: BTreeMap<String, Kept>,
}

/// A payment, as the provider has it.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: PaymentId,
    pub(crate) order: OrderId,
    pub(crate) status: PaymentStatus,
    pub(crate) amount: Money,
    pub(crate) captured: i64,
    /// What was given back, or is on its way.
    pub(crate) refunded: i64,
    /// Whether the money has ever been set aside.
    pub(crate) was_authorised: bool,
    /// Whether the card lets nothing be captured of what it set aside.
    refuses_capture: bool,
    decline: Option<Decline>,
    created_at: Timestamp,
}

/// What is asked for under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Create(NewPayment),
    Capture(PaymentId),
    Cancel(PaymentId),
    Refund(NewRefund),
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(new) => write!(formatter, "make a payment of {}", new.amount.minor()),
            Self::Capture(payment) => write!(formatter, "capture {payment}"),
            Self::Cancel(payment) => write!(formatter, "cancel {payment}"),
            Self::Refund(new) => write!(formatter, "give {} of {} back", new.amount.minor(), new.payment),
        }
    }
}

/// What is answered, and kept.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Payment(Payment),
    Refund(ProviderRefund),
    OtherState(&'static str),
    Refused(&'static str),
    NotFound,
    /// Status 500, whatever was done.
    Failed,
    KeyReused,
    /// Another call with the same key is at it.
    KeyInUse,
}

/// How an operation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Going {
    Well,
    /// Status 500 is answered and kept, and nothing was done; or all of it was.
    FailedBefore,
    FailedAfter,
    /// The card is declined at the capture.
    Declined,
    /// A refund is on its way for days.
    Slowly,
}

struct Kept {
    operation: Operation,
    at: Timestamp,
    answer: Option<Answer>,
}

/// What a card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Card {
    Good,
    Challenged,
    Declined,
    /// It sets the money aside and lets nobody capture it.
    Empty,
}

impl Bank {
    /// An operation arrives: from now on its key is in use. Answers with what is known under the key already.
    pub(crate) fn begin(&self, operation: &Operation, key: &OperationKey, now: Timestamp) -> Option<Answer> {
        let mut ledger = locked(&self.0);
        if let Some(kept) = ledger.keys.get(key.as_str()).filter(|kept| now.duration_since(kept.at) < KEY_MEMORY) {
            return Some(match &kept.answer {
                _ if kept.operation != *operation => Answer::KeyReused,
                Some(answer) => answer.clone(),
                None => Answer::KeyInUse,
            });
        }
        let kept = Kept { operation: operation.clone(), at: now, answer: None };
        ledger.keys.insert(key.as_str().to_owned(), kept);
        None
    }

    /// It is done, and its answer kept. Tells which payment has become another.
    pub(crate) fn finish(
        &self,
        operation: &Operation,
        key: &OperationKey,
        going: Going,
        now: Timestamp,
    ) -> (Answer, Option<Account>) {
        let mut ledger = locked(&self.0);
        let (done, changed) = match going {
            Going::FailedBefore => (Answer::Failed, None),
            Going::Declined => (Answer::Refused("card_declined"), None),
            Going::Well | Going::FailedAfter | Going::Slowly => ledger.done(operation, going, now),
        };
        let answer = if going == Going::FailedAfter { Answer::Failed } else { done };
        if let Some(kept) = ledger.keys.get_mut(key.as_str()) {
            kept.answer = Some(answer.clone());
        }
        (answer, changed.map(|place| ledger.payments[place].clone()))
    }

    pub(crate) fn find(&self, id: &PaymentId) -> Option<Account> {
        let ledger = locked(&self.0);
        ledger.payments.iter().find(|account| account.id == *id).cloned()
    }

    pub(crate) fn find_refund(&self, id: &ProviderRefundId) -> Option<ProviderRefund> {
        locked(&self.0).refunds.iter().map(|(_, refund)| refund).find(|refund| refund.id == *id).cloned()
    }

    /// All refunds of a payment, the newest first.
    pub(crate) fn refunds_of(&self, id: &PaymentId) -> Vec<ProviderRefund> {
        let ledger = locked(&self.0);
        let of_payment = ledger.refunds.iter().rev().filter(|(place, _)| ledger.payments[*place].id == *id);
        of_payment.map(|(_, refund)| refund.clone()).collect()
    }

    /// The newest first.
    pub(crate) fn list(&self, since: Timestamp, after: Option<&PaymentId>, limit: usize) -> Vec<Payment> {
        let ledger = locked(&self.0);
        let newest = ledger.payments.iter().rev();
        let from = after.map_or(0, |after| {
            ledger.payments.iter().rev().position(|account| account.id == *after).map_or(usize::MAX, |place| place + 1)
        });
        newest.skip(from).filter(|account| account.created_at >= since).take(limit).map(Account::told).collect()
    }

    /// All payments of an order.
    pub(crate) fn of_order(&self, order: OrderId) -> Vec<Account> {
        let ledger = locked(&self.0);
        let places = ledger.by_order.get(&order).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| ledger.payments[*place].clone()).collect()
    }

    pub(crate) fn payments(&self) -> Vec<Account> {
        locked(&self.0).payments.clone()
    }

    /// A shopper's card is tried, in their browser; `None` where the payment takes none any more.
    pub(crate) fn confirm(&self, id: &PaymentId, card: Card) -> Option<Account> {
        self.moved(id, |account| {
            let is_open = matches!(account.status, PaymentStatus::AwaitsMethod | PaymentStatus::AwaitsAction);
            if is_open {
                account.decline = None;
                match card {
                    Card::Good => account.authorise(),
                    Card::Empty => {
                        account.authorise();
                        account.refuses_capture = true;
                    }
                    Card::Challenged => account.status = PaymentStatus::AwaitsAction,
                    Card::Declined => account.be_declined("card_declined"),
                }
            }
            is_open
        })
    }

    /// The bank's question to the shopper is answered.
    pub(crate) fn answer_challenge(&self, id: &PaymentId, is_proven: bool) -> Option<Account> {
        self.moved(id, |account| {
            let is_asked = account.status == PaymentStatus::AwaitsAction;
            if is_asked && is_proven {
                account.authorise();
            } else if is_asked {
                account.be_declined("payment_intent_authentication_failure");
            }
            is_asked
        })
    }

    /// The issuer gives up what was set aside, as it does after some days.
    pub(crate) fn lapse(&self, pick: impl FnOnce(usize) -> usize) -> Option<Account> {
        self.authorised(pick, |account| account.status = PaymentStatus::Cancelled)
    }

    /// Somebody takes what was set aside by hand, whatever the shop is about to do.
    pub(crate) fn capture_by_hand(&self, pick: impl FnOnce(usize) -> usize) -> Option<Account> {
        self.authorised(pick, |account| {
            account.status = PaymentStatus::Captured;
            account.captured = account.amount.minor();
        })
    }

    /// Changes one of the payments by which money is set aside.
    fn authorised(&self, pick: impl FnOnce(usize) -> usize, change: impl FnOnce(&mut Account)) -> Option<Account> {
        let mut ledger = locked(&self.0);
        let is_authorised = |account: &&mut Account| account.status == PaymentStatus::Authorised;
        let mut authorised: Vec<_> = ledger.payments.iter_mut().filter(is_authorised).collect();
        if authorised.is_empty() {
            return None;
        }
        let place = pick(authorised.len());
        let account = authorised.swap_remove(place);
        change(account);
        Some(account.clone())
    }

    /// What is on its way arrives, or comes back; tells of which payments.
    pub(crate) fn settle_refunds(&self, mut arrives: impl FnMut() -> bool) -> Vec<Account> {
        let mut ledger = locked(&self.0);
        let Ledger { payments, refunds, .. } = &mut *ledger;
        let mut settled = Vec::new();
        for (place, refund) in refunds.iter_mut().filter(|(_, refund)| refund.status == RefundStatus::Pending) {
            if arrives() {
                refund.status = RefundStatus::Succeeded;
            } else {
                refund.status = RefundStatus::Failed;
                payments[*place].refunded -= refund.amount.minor();
            }
            settled.push(payments[*place].clone());
        }
        settled
    }

    fn moved(&self, id: &PaymentId, change: impl FnOnce(&mut Account) -> bool) -> Option<Account> {
        let mut ledger = locked(&self.0);
        let account = ledger.payments.iter_mut().find(|account| account.id == *id)?;
        change(account).then(|| account.clone())
    }
}

impl Ledger {
    fn done(&mut self, operation: &Operation, going: Going, now: Timestamp) -> (Answer, Option<usize>) {
        let (Operation::Capture(id) | Operation::Cancel(id) | Operation::Refund(NewRefund { payment: id, .. })) =
            operation
        else {
            let Operation::Create(new) = operation else { return (Answer::NotFound, None) };
            return self.create(new, now);
        };
        let Some(place) = self.payments.iter().position(|account| account.id == *id) else {
            return (Answer::NotFound, None);
        };
        let account = &mut self.payments[place];
        match operation {
            Operation::Capture(_) if account.status == PaymentStatus::Authorised && account.refuses_capture => {
                return (Answer::Refused("card_declined"), None);
            }
            Operation::Capture(_) if account.status == PaymentStatus::Authorised => {
                account.status = PaymentStatus::Captured;
                account.captured = account.amount.minor();
            }
            Operation::Cancel(_) if !matches!(account.status, PaymentStatus::Captured | PaymentStatus::Cancelled) => {
                account.status = PaymentStatus::Cancelled;
            }
            Operation::Refund(new) if account.status == PaymentStatus::Captured => {
                let left = account.captured - account.refunded;
                if left == 0 {
                    return (Answer::OtherState("charge_already_refunded"), None);
                }
                if new.amount.minor() > left {
                    return (Answer::Refused("amount_too_large"), None);
                }
                account.refunded += new.amount.minor();
                return self.refund(place, new, going);
            }
            _ => return (Answer::OtherState("payment_intent_unexpected_state"), None),
        }
        (Answer::Payment(account.told()), Some(place))
    }

    fn create(&mut self, new: &NewPayment, now: Timestamp) -> (Answer, Option<usize>) {
        let place = self.payments.len();
        let Ok(id) = format!("pi_{place}").parse() else { return (Answer::NotFound, None) };
        let account = Account {
            id,
            order: new.order,
            status: PaymentStatus::AwaitsMethod,
            amount: new.amount,
            captured: 0,
            refunded: 0,
            was_authorised: false,
            refuses_capture: false,
            decline: None,
            created_at: now,
        };
        let answer = Answer::Payment(account.told());
        self.payments.push(account);
        self.by_order.entry(new.order).or_default().push(place);
        (answer, Some(place))
    }

    fn refund(&mut self, place: usize, new: &NewRefund, going: Going) -> (Answer, Option<usize>) {
        let Ok(id) = format!("re_{}", self.refunds.len()).parse() else { return (Answer::NotFound, None) };
        let status = if going == Going::Slowly { RefundStatus::Pending } else { RefundStatus::Succeeded };
        let (order, number, amount) = (Some(new.order), Some(new.number), new.amount);
        let refund = ProviderRefund { id, order, number, status, amount };
        self.refunds.push((place, refund.clone()));
        (Answer::Refund(refund), Some(place))
    }
}

impl Account {
    fn authorise(&mut self) {
        self.status = PaymentStatus::Authorised;
        self.was_authorised = true;
    }

    fn be_declined(&mut self, code: &str) {
        self.status = PaymentStatus::AwaitsMethod;
        self.decline = Some(Decline { kind: DeclineKind::Refused, code: code.to_owned() });
    }

    /// As the shop is told of it.
    pub(crate) fn told(&self) -> Payment {
        let money = |minor| Money::new(minor, self.amount.currency());
        Payment {
            id: self.id.clone(),
            order: Some(self.order),
            status: self.status,
            amount: self.amount,
            captured: money(self.captured),
            refunded: money(self.refunded),
            client_secret: ClientSecret::new(format!("{}_secret", self.id)),
            decline: self.decline.clone(),
            created_at: self.created_at,
        }
    }

    /// Whether money may still move by it.
    pub(crate) const fn is_open(&self) -> bool {
        !matches!(self.status, PaymentStatus::Captured | PaymentStatus::Cancelled)
    }
}

impl Answer {
    /// What the shop makes of it.
    pub(crate) fn into_payment(self) -> Result<Payment, PaymentError> {
        match self {
            Self::Payment(payment) => Ok(payment),
            Self::Refund(_) => Err(PaymentError::Unreadable("a refund, where a payment was asked for".to_owned())),
            other => Err(other.into_error()),
        }
    }

    /// The same for a refund.
    pub(crate) fn into_refund(self) -> Result<ProviderRefund, PaymentError> {
        match self {
            Self::Refund(refund) => Ok(refund),
            Self::Payment(_) => Err(PaymentError::Unreadable("a payment, where a refund was asked for".to_owned())),
            other => Err(other.into_error()),
        }
    }

    fn into_error(self) -> PaymentError {
        match self {
            Self::OtherState(code) => PaymentError::OtherState { code: code.to_owned() },
            Self::Refused(code) => PaymentError::Refused { code: code.to_owned() },
            Self::NotFound => PaymentError::NotFound,
            Self::KeyReused => PaymentError::KeyReused,
            Self::KeyInUse => PaymentError::OutcomeUnknown("another call with the same key is at it".into()),
            Self::Failed | Self::Payment(_) | Self::Refund(_) => PaymentError::Failed { status: 500 },
        }
    }
}
