//! Mails about orders: which event owes which, and that each is sent.
//!
//! A notice names a commit. What is told is the order as that commit left it, replayed from its events: a notice that comes
//! late, or twice, or before an earlier one, makes the same mail. A claim lets one of those who got it at the same time send
//! it, and it is noted once it was. Between the two somebody may die, so that what is promised is *at least once*: a repeat
//! has the same Message-ID, by which mailboxes and people know it.

use std::sync::Arc;

use async_trait::async_trait;
use ecom67_domain::order::{Contact, LegalTextKind, OrderEvent, RefundState};
use ecom67_domain::{Order, Version};
use jiff::{SignedDuration, Timestamp};

use crate::Chain;
use crate::clock::Clock;
use crate::orders::moment;
use crate::port::{
    Delivery, Handled, Handler, LegalText, LegalTexts, MailClaim, MailComposer, MailError, MailId, MailKind, Mailer,
    OrderEnvelope, OrderMail, OrderNotice, OrderStore, SentMails, StoreError,
};
use crate::shop::ShopCache;

/// How long a mail may take to be sent before somebody else may try: longer than a mailer waits.
const CLAIM: SignedDuration = SignedDuration::from_mins(5);

/// Which mails what happened in one commit owes the shopper.
///
/// None is owed for what they see on the page and can do nothing about by mail: that the hold was extended, that the bank has
/// agreed but not paid, that a cancellation has begun or a refund is on its way. A declined card is no event of the order: the
/// page that asked for it says so. A refund that failed is for the shop to look after,
/// and whoever has paid it another way has told the shopper.
pub fn owed(events: &[OrderEvent]) -> Vec<MailKind> {
    events.iter().filter_map(owed_for).collect()
}

const fn owed_for(event: &OrderEvent) -> Option<MailKind> {
    match event {
        OrderEvent::Placed(_) => Some(MailKind::Received),
        OrderEvent::Paid => Some(MailKind::Paid),
        OrderEvent::Cancelled { reason } => Some(MailKind::Cancelled(*reason)),
        OrderEvent::RefundSettled { number, state: RefundState::Succeeded, .. } => {
            Some(MailKind::Refunded { number: *number })
        }
        OrderEvent::HoldExtended { .. }
        | OrderEvent::Authorised { .. }
        | OrderEvent::CancellationBegun { .. }
        | OrderEvent::RefundRequested { .. }
        | OrderEvent::RefundSettled {
            state: RefundState::Pending | RefundState::Failed | RefundState::PaidOtherwise,
            ..
        }
        | OrderEvent::RefundPaidOtherwise { .. } => None,
    }
}

/// Sends the mails that notices of orders owe.
#[derive(Clone)]
pub struct Mails {
    /// The orders.
    pub orders: Arc<dyn OrderStore>,
    /// The texts that orders were placed under.
    pub legal_texts: Arc<dyn LegalTexts>,
    /// Which were sent.
    pub sent: Arc<dyn SentMails>,
    /// Writes them.
    pub composer: Arc<dyn MailComposer>,
    /// Sends them.
    pub mailer: Arc<dyn Mailer>,
    /// The shop.
    pub shop: Arc<ShopCache>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// An order that mails are owed for.
struct Told {
    order: Order,
    contact: Contact,
    kinds: Vec<MailKind>,
    /// The first mail about it.
    first: Option<MailId>,
}

/// What a notice comes to before anything is sent.
enum Look {
    Told(Box<Told>),
    Ended(Handled),
}

#[async_trait]
impl Handler for Mails {
    async fn handle(&self, delivery: &Delivery) -> Handled {
        let notice = match OrderNotice::read(&delivery.body) {
            Ok(notice) => notice,
            Err(error) => return Handled::Poisoned { why: Chain(&error).to_string() },
        };
        let told = match self.look(notice).await {
            Ok(Look::Told(told)) => told,
            Ok(Look::Ended(handled)) => return handled,
            Err(error) => return cannot_now(&error),
        };
        let mut handled = Handled::Done;
        for kind in &told.kinds {
            let one = self.send(notice, *kind, &told).await;
            count(*kind, outcome(&one));
            handled = worse(handled, one.unwrap_or_else(|not_sent| not_sent.handled));
        }
        handled
    }
}

/// A mail that was not sent by this delivery.
struct NotSent {
    /// As the metric has it.
    outcome: &'static str,
    handled: Handled,
}

fn outcome(sent: &Result<Handled, NotSent>) -> &'static str {
    sent.as_ref().map_or_else(|not_sent| not_sent.outcome, |_| "sent")
}

fn count(kind: MailKind, outcome: &'static str) {
    metrics::counter!("ecom67_mails_total", "kind" => kind.as_str(), "outcome" => outcome).increment(1);
}

/// The store's trouble says nothing of the notice.
fn cannot_now(error: &StoreError) -> Handled {
    Handled::PutOff { why: Chain(error).to_string() }
}

/// Of two mails of one notice: what can still be sent is tried again, before the notice may die of the other.
fn worse(one: Handled, other: Handled) -> Handled {
    match (&one, &other) {
        (Handled::PutOff { .. }, _) | (Handled::Poisoned { .. }, Handled::Done | Handled::Poisoned { .. }) => one,
        _ => other,
    }
}

impl Mails {
    /// The order as it was at the notice, if mails are owed.
    async fn look(&self, notice: OrderNotice) -> Result<Look, StoreError> {
        let envelopes = self.orders.events(notice.order).await?;
        let Some(told) = envelopes.iter().find(|envelope| envelope.version == notice.version) else {
            // A store may lag; a notice of what never was is dead once it has had its attempts.
            let why = format!("the order has no events of version {}", notice.version.0);
            return Ok(Look::Ended(Handled::PutOff { why }));
        };
        let kinds = owed(&told.events);
        if kinds.is_empty() {
            return Ok(Look::Ended(Handled::Done));
        }
        let Some(order) = as_of(&envelopes, notice.version) else {
            return Ok(Look::Ended(Handled::Poisoned { why: "the order's events do not tell of an order".to_owned() }));
        };
        let Some(contact) = self.orders.find_contact(notice.order).await? else {
            tracing::info!(order.id = %notice.order, "no mail is sent: who ordered was forgotten");
            for kind in kinds {
                count(kind, "nobody");
            }
            return Ok(Look::Ended(Handled::Done));
        };
        let is_placed = |envelope: &&OrderEnvelope| owed(&envelope.events).contains(&MailKind::Received);
        let placed = envelopes.iter().find(is_placed);
        let first = placed.map(|placed| MailId::of_order(notice.order, placed.version, MailKind::Received));
        Ok(Look::Told(Box::new(Told { order, contact, kinds, first })))
    }

    /// The texts that a mail has to carry: the first one about an order is what its shopper has in hand of the contract.
    async fn legal_texts_for(
        &self,
        kind: MailKind,
        order: &Order,
    ) -> Result<Vec<(LegalTextKind, LegalText)>, StoreError> {
        let mut texts = Vec::new();
        for text in order.content.legal_texts.iter().filter(|_| kind == MailKind::Received) {
            let kept = self.legal_texts.find(text.digest).await?;
            let missing = || StoreError::failed(format!("the {} of an order are not kept", text.kind.as_str()));
            texts.push((text.kind, kept.ok_or_else(missing)?));
        }
        Ok(texts)
    }

    async fn send(&self, notice: OrderNotice, kind: MailKind, told: &Told) -> Result<Handled, NotSent> {
        let id = MailId::of_order(notice.order, notice.version, kind);
        let refused = |why| NotSent { outcome: "refused", handled: Handled::Poisoned { why } };
        let put_off = |why| NotSent { outcome: "put_off", handled: Handled::PutOff { why } };
        let store_failed = |error: StoreError| NotSent { outcome: "put_off", handled: cannot_now(&error) };
        let legal_texts = self.legal_texts_for(kind, &told.order).await.map_err(store_failed)?;
        // Before it is claimed: what cannot be written needs no claim.
        let mail = {
            let shop = self.shop.present();
            let follows = told.first.as_ref().filter(|first| **first != id);
            let Told { order, contact, .. } = told;
            let mail = OrderMail { kind, id: &id, follows, order, contact, legal_texts: &legal_texts, shop: &shop };
            self.composer.compose(&mail).map_err(|error| refused(Chain(&error).to_string()))?
        };
        let now = moment(&*self.clock);
        let until = now.saturating_add(CLAIM).unwrap_or(Timestamp::MAX);
        match self.sent.claim(&id, now, until).await.map_err(store_failed)? {
            MailClaim::Claimed => {}
            MailClaim::Sent => return Err(NotSent { outcome: "repeated", handled: Handled::Done }),
            MailClaim::Busy => return Err(put_off("the mail is being sent by another delivery".to_owned())),
        }
        if let Err(error) = self.mailer.send(&mail).await {
            // Where this fails, the claim runs out by itself.
            if let Err(error) = self.sent.release(&id, until).await {
                tracing::warn!(mail.id = %id, error = %Chain(&error), "the claim of a mail could not be given back");
            }
            return Err(match error {
                MailError::Temporary(why) => put_off(why),
                MailError::Permanent(why) => refused(why),
            });
        }
        tracing::info!(mail.id = %id, "a mail was sent");
        if let Err(error) = self.sent.note_sent(&id, moment(&*self.clock)).await {
            // It was sent. The notice is done with: a repetition would send it again.
            tracing::error!(mail.id = %id, error = %Chain(&error), "a mail was sent and that could not be noted");
        }
        Ok(Handled::Done)
    }
}

/// The order as the commit of this version left it.
fn as_of(envelopes: &[OrderEnvelope], version: Version) -> Option<Order> {
    let before = envelopes.iter().filter(|envelope| envelope.version <= version);
    Order::replay(before.flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event))))
}

/// Takes notices where nobody sends mails: each is done with, and counted.
///
/// They are not kept for later. Whoever sets a mail server up on some day does not want to write to everybody who has ever
/// ordered, and a queue that only grows would be full one day.
#[derive(Clone, Copy, Debug)]
pub struct NoMails;

#[async_trait]
impl Handler for NoMails {
    async fn handle(&self, delivery: &Delivery) -> Handled {
        match OrderNotice::read(&delivery.body) {
            Ok(_) => {
                metrics::counter!("ecom67_notices_untold_total").increment(1);
                Handled::Done
            }
            Err(error) => Handled::Poisoned { why: Chain(&error).to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use ecom67_domain::order::CancelReason;

    use super::*;

    #[test]
    fn what_is_settled_is_told_by_mail_and_what_is_under_way_is_not() {
        let settled =
            |state| OrderEvent::RefundSettled { number: 2, state, provider_id: Some("re_1".parse().unwrap()) };
        let until = Timestamp::UNIX_EPOCH;

        for (event, kind) in [
            (OrderEvent::Paid, Some(MailKind::Paid)),
            (OrderEvent::Cancelled { reason: CancelReason::Expired }, Some(MailKind::Cancelled(CancelReason::Expired))),
            (settled(RefundState::Succeeded), Some(MailKind::Refunded { number: 2 })),
            (settled(RefundState::Failed), None),
            (settled(RefundState::Pending), None),
            (OrderEvent::HoldExtended { until }, None),
            (OrderEvent::Authorised { payment: None }, None),
            (OrderEvent::CancellationBegun { reason: CancelReason::Expired }, None),
        ] {
            assert_eq!(owed(std::slice::from_ref(&event)), Vec::from_iter(kind), "{event:?}");
        }
    }

    #[test]
    fn a_commit_may_owe_several_mails() {
        let events = [OrderEvent::Authorised { payment: None }, OrderEvent::Paid];

        assert_eq!(owed(&events), [MailKind::Paid]);
        assert_eq!(owed(&[]), []);
    }

    #[test]
    fn what_can_still_be_sent_keeps_a_notice_alive() {
        let put_off = || Handled::PutOff { why: "later".into() };
        let poisoned = || Handled::Poisoned { why: "never".into() };

        assert_eq!(worse(poisoned(), put_off()), put_off());
        assert_eq!(worse(put_off(), poisoned()), put_off());
        assert_eq!(worse(Handled::Done, poisoned()), poisoned());
        assert_eq!(worse(poisoned(), Handled::Done), poisoned());
        assert_eq!(worse(Handled::Done, Handled::Done), Handled::Done);
    }
}
