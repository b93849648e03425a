//! What happens to an order. An order is what its events make of it, so that any state can be told again from them.

use std::str::FromStr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Meter, Order, Refund, RefundShare, RefundState, Task};
use crate::money::Money;
use crate::order::payment::{PaymentId, ProviderRefundId};
use crate::violation::Invalid;

/// Something that happened to an order. Nothing personal is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// It was placed, with everything that was agreed on; its goods are held.
    Placed(Box<Order>),
    /// Its goods are held for longer.
    HoldExtended {
        /// Until when.
        until: Timestamp,
    },
    /// The money is set aside, or none is owed: what is held is held for good, and is captured.
    Authorised {
        /// The payment that did; none where nothing was owed.
        payment: Option<PaymentId>,
    },
    /// The money is there.
    Paid,
    /// It is to be cancelled: the payment is voided first.
    CancellationBegun {
        /// Why.
        reason: CancelReason,
    },
    /// It is cancelled, and what was held is free.
    Cancelled {
        /// Why.
        reason: CancelReason,
    },
    /// Money is to be given back.
    RefundRequested {
        /// What, and how much.
        refund: Refund,
        /// The payment that it is given back of, where the order knew of none.
        payment: Option<PaymentId>,
    },
    /// It was given back, or could not be.
    RefundSettled {
        /// Which refund.
        number: u32,
        /// What became of it.
        state: RefundState,
        /// The provider's name for it, once it has one.
        provider_id: Option<ProviderRefundId>,
    },
    /// Staff has paid it another way than it had been paid.
    RefundPaidOtherwise {
        /// Which refund.
        number: u32,
        /// By what it is found in the shop's books.
        note: SettlementNote,
    },
}

/// By what money that was paid back outside the provider is found in the shop's books, such as the reference of a bank transfer.
/// It names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementNote(Arc<str>);

impl SettlementNote {
    /// The most characters of one.
    pub const LENGTH_MAX: usize = 200;

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SettlementNote {
    type Err = Invalid;

    /// Takes one line that says something.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let is_line = !text.is_empty() && !text.chars().any(char::is_control);
        if is_line && text.chars().count() <= Self::LENGTH_MAX {
            return Ok(Self(text.into()));
        }
        Err(Invalid::new("settlement_note_invalid", "a note is one line of 1 to 200 characters"))
    }
}

/// Why an order was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CancelReason {
    /// It was not paid in time.
    Expired,
    /// Its shopper changed the cart.
    CartChanged,
    /// Its shopper took it back.
    Shopper,
    /// Staff cancelled it.
    Staff,
    /// The money that had been set aside could not be captured.
    NotCaptured,
}

impl CancelReason {
    /// Its name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::CartChanged => "cart_changed",
            Self::Shopper => "shopper",
            Self::Staff => "staff",
            Self::NotCaptured => "not_captured",
        }
    }

    /// The reason with this name in data.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Expired, Self::CartChanged, Self::Shopper, Self::Staff, Self::NotCaptured]
            .into_iter()
            .find(|reason| reason.as_str() == name)
    }
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// Its goods are held, and the money is awaited.
    PendingPayment,
    /// The money is set aside; nothing is released any more until the provider has answered.
    Capturing,
    /// The money is there.
    Paid,
    /// The payment is being voided; only then is released what is held.
    Cancelling(CancelReason),
    /// Nothing is held any more. What was charged all the same is given back by refunds.
    Cancelled(CancelReason),
}

impl OrderState {
    /// Its name in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingPayment => "pending_payment",
            Self::Capturing => "capturing",
            Self::Paid => "paid",
            Self::Cancelling(_) => "cancelling",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// Why it is or will be cancelled.
    pub const fn cancel_reason(self) -> Option<CancelReason> {
        match self {
            Self::Cancelling(reason) | Self::Cancelled(reason) => Some(reason),
            Self::PendingPayment | Self::Capturing | Self::Paid => None,
        }
    }
}

/// Why something cannot be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    /// It is or will be cancelled.
    #[error("the order is cancelled")]
    Cancelled,
    /// The money is set aside or captured already.
    #[error("the order is paid for")]
    PaidFor,
    /// The money is not there yet.
    #[error("the order is not paid")]
    NotPaid,
    /// The payment is of another amount than the order.
    #[error("the payment is not of the order's amount")]
    OtherAmount,
    /// Its hold has been extended once already, or has run out.
    #[error("the hold cannot be extended")]
    NotExtendable,
    /// More would be given back than was paid.
    #[error("at most {} can be given back", left.to_decimal())]
    RefundTooLarge {
        /// What can be.
        left: Money,
    },
    /// As many refunds were asked for as may be.
    #[error("an order has at most {} refunds", super::REFUNDS_MAX)]
    TooManyRefunds,
    /// It has no refund with this number.
    #[error("the order has no refund {number}")]
    NoSuchRefund {
        /// The number.
        number: u32,
    },
    /// The provider is still asked for it, has made it, or what is asked back is on a gift card.
    #[error("refund {number} is neither stuck nor failed, so it is not to be paid another way")]
    RefundNotStuck {
        /// Its number.
        number: u32,
    },
}

impl Order {
    /// The money that gift cards do not pay is set aside by `payment`, or none is owed. `None` where that is known already.
    pub fn authorise(&self, payment: Option<PaymentId>, amount: Money) -> Result<Option<OrderEvent>, OrderRefusal> {
        match self.state {
            OrderState::PendingPayment if amount != self.content.totals.due => Err(OrderRefusal::OtherAmount),
            OrderState::PendingPayment => Ok(Some(OrderEvent::Authorised { payment })),
            OrderState::Capturing | OrderState::Paid => Ok(None),
            OrderState::Cancelling(_) | OrderState::Cancelled(_) => Err(OrderRefusal::Cancelled),
        }
    }

    /// The provider has captured `captured`. `None` where that is known already.
    pub fn pay(&self, captured: Money) -> Result<Option<OrderEvent>, OrderRefusal> {
        match self.state {
            OrderState::Capturing if captured != self.content.totals.due => Err(OrderRefusal::OtherAmount),
            OrderState::Capturing => Ok(Some(OrderEvent::Paid)),
            OrderState::Paid => Ok(None),
            OrderState::PendingPayment => Err(OrderRefusal::NotPaid),
            OrderState::Cancelling(_) | OrderState::Cancelled(_) => Err(OrderRefusal::Cancelled),
        }
    }

    /// It is to be cancelled. Only what is not paid for can be, and what could not be captured. `None` where it is already.
    pub fn begin_cancellation(&self, reason: CancelReason) -> Result<Option<OrderEvent>, OrderRefusal> {
        match (self.state, reason) {
            (OrderState::PendingPayment, CancelReason::NotCaptured) => Err(OrderRefusal::NotPaid),
            (OrderState::PendingPayment, _) | (OrderState::Capturing, CancelReason::NotCaptured) => {
                Ok(Some(OrderEvent::CancellationBegun { reason }))
            }
            (OrderState::Capturing | OrderState::Paid, _) => Err(OrderRefusal::PaidFor),
            (OrderState::Cancelling(_) | OrderState::Cancelled(_), _) => Ok(None),
        }
    }

    /// The provider says that the payment is void, or there never was one. `None` where that is known already.
    pub fn cancel(&self) -> Result<Option<OrderEvent>, OrderRefusal> {
        match self.state {
            OrderState::Cancelling(reason) => Ok(Some(OrderEvent::Cancelled { reason })),
            OrderState::Cancelled(_) => Ok(None),
            OrderState::PendingPayment => Err(OrderRefusal::NotPaid),
            OrderState::Capturing | OrderState::Paid => Err(OrderRefusal::PaidFor),
        }
    }

    /// Its goods are held for longer, once, as long as they still are at `now`.
    pub fn extend_hold(&self, by: SignedDuration, now: Timestamp) -> Result<OrderEvent, OrderRefusal> {
        let is_open = self.state == OrderState::PendingPayment && now < self.hold_until && !self.is_hold_extended;
        let until = self.hold_until.saturating_add(by).unwrap_or(Timestamp::MAX);
        if is_open { Ok(OrderEvent::HoldExtended { until }) } else { Err(OrderRefusal::NotExtendable) }
    }

    /// What it has used that counts as used while it is as it is: nothing once it is cancelled, and whatever counts open
    /// orders only as long as it is not paid for.
    pub fn counted_uses(&self) -> impl Iterator<Item = &Meter> {
        let (is_counted, is_open) = match self.state {
            OrderState::Cancelled(_) => (false, false),
            // Only what was paid for can turn out not to be captured.
            OrderState::Capturing | OrderState::Paid | OrderState::Cancelling(CancelReason::NotCaptured) => {
                (true, false)
            }
            OrderState::PendingPayment | OrderState::Cancelling(_) => (true, true),
        };
        self.uses.iter().filter(move |meter| is_counted && (is_open || !meter.counts_open_orders()))
    }

    /// What can still be given back: all that was paid but what was given back or is on its way. Of an order that is
    /// cancelled, that is what was charged all the same and is owed.
    pub fn refundable(&self) -> Money {
        let paid = match self.state {
            OrderState::Paid => self.content.totals.total.minor(),
            // The first is always of all that was charged.
            OrderState::Cancelling(_) | OrderState::Cancelled(_) => {
                self.refunds.first().map_or(0, |refund| refund.amount.minor())
            }
            OrderState::PendingPayment | OrderState::Capturing => 0,
        };
        let given = self.refunds.iter().filter(|refund| refund.state != RefundState::Failed);
        Money::new(paid - given.map(|refund| refund.amount.minor()).sum::<i64>(), self.content.currency)
    }

    /// So much is to be given back; from then on it is reserved. What was charged and what gift cards paid go back as a refund
    /// each, so that what becomes of one is nothing to the other.
    pub fn request_refund(&self, amount: Money, now: Timestamp) -> Result<Vec<OrderEvent>, OrderRefusal> {
        let left = self.refundable();
        if self.state != OrderState::Paid && left.minor() == 0 {
            return Err(OrderRefusal::NotPaid);
        }
        if amount.currency() != left.currency() || amount.minor() <= 0 || amount.minor() > left.minor() {
            return Err(OrderRefusal::RefundTooLarge { left });
        }
        // What gift cards paid for a cancelled order is back on them by its cancellation.
        let shares = if self.state == OrderState::Paid { self.shares_of_gift_cards(amount) } else { Vec::new() };
        let to_cards = Money::new(shares.iter().map(|share| share.amount.minor()).sum(), amount.currency());
        let charged = Money::new(amount.minor() - to_cards.minor(), amount.currency());
        let parts = [(charged, Vec::new()), (to_cards, shares)];
        let parts: Vec<_> = parts.into_iter().filter(|(amount, _)| amount.minor() > 0).collect();
        if self.refunds.len() + parts.len() > super::REFUNDS_MAX {
            return Err(OrderRefusal::TooManyRefunds);
        }
        let refunds = (self.refunds.len()..).zip(parts);
        let refunds = refunds.map(|(before, (amount, shares))| new_refund(before, amount, shares, now));
        Ok(refunds.map(|refund| OrderEvent::RefundRequested { refund, payment: None }).collect())
    }

    /// What `payment` has `captured` although the order is cancelled is to go back, but what was `given_back` of it; from
    /// then on it is reserved. `None` where nothing is left, or something is on its way already.
    pub fn request_return(
        &self,
        payment: &PaymentId,
        captured: Money,
        given_back: Money,
        now: Timestamp,
    ) -> Option<OrderEvent> {
        // What was paid another way is not owed any more.
        let otherwise = self.paid_otherwise().minor();
        let left = Money::new(captured.minor() - given_back.minor() - otherwise, captured.currency());
        let is_own = self.payment.as_ref().is_none_or(|own| own == payment);
        let is_pending = |refund: &Refund| refund.state == RefundState::Pending;
        let is_owed = matches!(self.state, OrderState::Cancelling(_) | OrderState::Cancelled(_))
            && left.currency() == self.content.currency
            && left.minor() > 0
            && !self.refunds.iter().any(is_pending);
        let is_due = is_own && is_owed && self.refunds.len() < super::RETURNS_MAX;
        is_due.then(|| OrderEvent::RefundRequested {
            refund: new_refund(self.refunds.len(), left, Vec::new(), now),
            payment: self.payment.is_none().then(|| payment.clone()),
        })
    }

    /// The refund that the provider knows by `id`, or that was asked for under `number` and has no such name yet.
    pub fn refund_known_as(&self, id: &ProviderRefundId, number: Option<u32>) -> Option<&Refund> {
        let is_known = |refund: &&Refund| refund.provider_id.as_ref() == Some(id);
        let is_meant = |refund: &&Refund| refund.provider_id.is_none() && Some(refund.number) == number;
        self.refunds.iter().find(is_known).or_else(|| self.refunds.iter().find(is_meant))
    }

    /// What of a refund goes to which gift card. Money that was charged goes back first, as far as it reaches, since that is
    /// worth most to whoever gets it; then what gift cards paid, the last of them first, each up to what it paid.
    fn shares_of_gift_cards(&self, amount: Money) -> Vec<RefundShare> {
        let open: Vec<&Refund> = self.refunds.iter().filter(|refund| refund.state != RefundState::Failed).collect();
        let charged: i64 = open.iter().map(|refund| refund.charged().minor()).sum();
        let mut left = amount.minor() - amount.minor().min(self.content.totals.due.minor() - charged);
        let mut shares = Vec::new();
        for paid in self.content.gift_cards.iter().rev() {
            let returned: i64 = open.iter().map(|refund| refund.to_card(paid.card)).sum();
            let share = left.min(paid.amount.minor() - returned);
            if share > 0 {
                shares.push(RefundShare { card: paid.card, amount: Money::new(share, amount.currency()) });
                left -= share;
            }
        }
        shares
    }

    /// What has become of a refund, by the provider's word. `None` where nothing new is told. Banks send money back that had
    /// arrived: then it can be given back once more. And what was taken for failed may have been made after all, which is
    /// noted as long as nobody has asked for the same money again.
    pub fn settle_refund(
        &self,
        number: u32,
        state: RefundState,
        provider_id: Option<ProviderRefundId>,
    ) -> Option<OrderEvent> {
        let known = self.refunds.iter().find(|refund| refund.number == number)?;
        let is_new = match (known.state, state) {
            (RefundState::Pending, _) => state != known.state || provider_id != known.provider_id,
            // What is on gift cards again stays there.
            (RefundState::Succeeded, RefundState::Failed) => provider_id.is_some() && known.gift_cards.is_empty(),
            (RefundState::Failed, RefundState::Succeeded) => {
                provider_id.is_some() && known.amount.minor() <= self.refundable().minor()
            }
            (RefundState::Succeeded | RefundState::Failed | RefundState::PaidOtherwise, _) => false,
        };
        is_new.then_some(OrderEvent::RefundSettled { number, state, provider_id })
    }

    /// The shop has paid a refund another way, since the provider cannot: one that failed, or one that is stuck. `None` where that
    /// is known already.
    pub fn settle_otherwise(&self, number: u32, note: SettlementNote) -> Result<Option<OrderEvent>, OrderRefusal> {
        let refund = self.refunds.iter().find(|refund| refund.number == number);
        let refund = refund.ok_or(OrderRefusal::NoSuchRefund { number })?;
        let is_given_up = match refund.state {
            RefundState::PaidOtherwise => return Ok(None),
            // What the provider has taken on may still arrive.
            RefundState::Pending => self.task.is_stuck() && refund.provider_id.is_none(),
            // Unless the same money was asked for again.
            RefundState::Failed => refund.amount.minor() <= self.refundable().minor(),
            RefundState::Succeeded => false,
        };
        // A gift card is the shop's own.
        if !is_given_up || !refund.gift_cards.is_empty() {
            return Err(OrderRefusal::RefundNotStuck { number });
        }
        Ok(Some(OrderEvent::RefundPaidOtherwise { number, note }))
    }

    /// What was paid another way than it had been paid.
    pub fn paid_otherwise(&self) -> Money {
        let paid = self.refunds.iter().filter(|refund| refund.state == RefundState::PaidOtherwise);
        Money::new(paid.map(|refund| refund.amount.minor()).sum(), self.content.currency)
    }

    /// Makes of the order what the event makes of it at `at`.
    pub fn apply(&mut self, event: &OrderEvent, at: Timestamp) {
        let refund_attempts = std::mem::take(&mut self.task.refund_attempts);
        match event {
            OrderEvent::Placed(placed) => *self = (**placed).clone(),
            OrderEvent::HoldExtended { until } => {
                self.hold_until = *until;
                self.is_hold_extended = true;
                self.task = Task::due(*until);
            }
            OrderEvent::Authorised { payment } => {
                self.state = OrderState::Capturing;
                self.payment.clone_from(payment);
                self.task = Task::due(at);
            }
            OrderEvent::Paid => {
                self.state = OrderState::Paid;
                self.paid_at = Some(at);
                self.task = Task::NONE;
            }
            OrderEvent::CancellationBegun { reason } => {
                self.state = OrderState::Cancelling(*reason);
                self.task = Task::due(at);
            }
            OrderEvent::Cancelled { reason } => {
                self.state = OrderState::Cancelled(*reason);
                self.task = self.task_after_refund(at);
            }
            OrderEvent::RefundRequested { refund, payment } => {
                let task = self.refund_task(at);
                self.refunds.push(refund.clone());
                if payment.is_some() {
                    self.payment.clone_from(payment);
                }
                self.task = task;
            }
            OrderEvent::RefundSettled { number, state, provider_id } => {
                for refund in self.refunds.iter_mut().filter(|refund| refund.number == *number) {
                    refund.state = *state;
                    refund.provider_id.clone_from(provider_id);
                }
                self.task = self.task_after_refund(at);
            }
            OrderEvent::RefundPaidOtherwise { number, .. } => {
                for refund in self.refunds.iter_mut().filter(|refund| refund.number == *number) {
                    refund.state = RefundState::PaidOtherwise;
                }
                self.task = self.task_after_refund(at);
            }
        }
        self.task.refund_attempts = refund_attempts;
    }

    /// What is to be done once a refund is settled, or the order is cancelled: other refunds are asked for, a cancellation goes
    /// on, and what is owed of a cancelled order is asked for again later.
    fn task_after_refund(&self, at: Timestamp) -> Task {
        if self.refunds.iter().any(|refund| refund.state == RefundState::Pending) {
            return self.refund_task(at);
        }
        match self.state {
            OrderState::Cancelling(_) => Task::due(at),
            OrderState::Cancelled(_) if self.refundable().minor() > 0 => {
                // After the last offer, so that it is noted that somebody else has to go on.
                let is_offered_again = self.refunds.len() < super::RETURNS_MAX;
                let again_at = at.saturating_add(super::RETURN_AGAIN_AFTER).unwrap_or(Timestamp::MAX);
                Task::due(if is_offered_again { again_at } else { at })
            }
            _ => Task::NONE,
        }
    }

    /// Asks for what is to be given back. What was tried in vain goes on under its key, whatever becomes of another refund.
    fn refund_task(&self, at: Timestamp) -> Task {
        let is_untold = |refund: &Refund| refund.state == RefundState::Pending && refund.provider_id.is_none();
        if self.refunds.iter().any(is_untold) { self.task.again(at) } else { Task::due(at) }
    }

    /// The order that events tell of, in the order in which they happened; `None` where the first is not that it was
    /// placed.
    pub fn replay<'events>(events: impl IntoIterator<Item = (Timestamp, &'events OrderEvent)>) -> Option<Self> {
        let mut events = events.into_iter();
        let (_, OrderEvent::Placed(placed)) = events.next()? else { return None };
        let mut order = (**placed).clone();
        events.for_each(|(at, event)| order.apply(event, at));
        Some(order)
    }
}

/// A refund after so many others of its order.
fn new_refund(before: usize, amount: Money, gift_cards: Vec<RefundShare>, now: Timestamp) -> Refund {
    let number = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
    Refund { number, amount, gift_cards, state: RefundState::Pending, provider_id: None, requested_at: now }
}
