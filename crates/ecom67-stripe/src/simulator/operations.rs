//! What may become of a payment: the state machine, without clock, disk or HTTP.

use super::cards::Card;
use super::model::{
    Cancelled, Challenge, Charge, ChargeState, Deed, Payment, REFUNDS_MAX, Refund, RefundStatus, Status,
};
use super::problem::Problem;

/// What an operation has done.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) payment: Payment,
    pub(super) deed: Deed,
    pub(super) amount: i64,
    /// A decline is both: it changes the payment, and it is an error.
    pub(super) decline: Option<Problem>,
}

/// Tries a card on a payment.
pub(super) fn confirm(
    mut payment: Payment,
    card: Option<&'static Card>,
    return_url: Option<String>,
    token: String,
    now: i64,
) -> Result<Done, Problem> {
    match payment.status {
        Status::RequiresPaymentMethod => {}
        // With another card the question to the first is void.
        Status::RequiresAction if card.is_some() => {}
        status => return Err(Problem::other_state("confirmed", status.word())),
    }
    let Some(card) = card else {
        return Err(Problem::missing("payment_method").kept());
    };
    if payment.allows_redirects && return_url.is_none() {
        return Err(Problem::missing("return_url"));
    }
    payment.card = Some(card.name.to_owned());
    payment.decline = None;
    if card.is_challenged {
        payment.status = Status::RequiresAction;
        payment.challenge = Some(Challenge { token, return_url });
        let amount = payment.amount;
        return Ok(Done { payment, deed: Deed::Challenged, amount, decline: None });
    }
    Ok(charge(payment, card, now))
}

/// What the holder of the card has answered to the question who they are.
pub(super) fn answer_challenge(mut payment: Payment, is_proven: bool, now: i64) -> Result<Done, Problem> {
    let card = payment.card.as_deref().and_then(Card::named);
    let (Status::RequiresAction, Some(card)) = (payment.status, card) else {
        return Err(Problem::other_state("authenticated", payment.status.word()));
    };
    if is_proven {
        return Ok(charge(payment, card, now));
    }
    let message = "The card's holder could not be authenticated.";
    let decline = Problem::invalid("payment_intent_authentication_failure", message).kept();
    let amount = payment.amount;
    payment.status = Status::RequiresPaymentMethod;
    payment.challenge = None;
    payment.decline = Some(decline.clone());
    Ok(Done { payment, deed: Deed::Declined, amount, decline: Some(decline) })
}

fn charge(mut payment: Payment, card: &Card, now: i64) -> Done {
    let amount = payment.amount;
    payment.challenge = None;
    payment.attempts += 1;
    let charge =
        Charge { attempt: payment.attempts, created: now, state: ChargeState::Declined, captured: 0, refunded: 0 };
    if let Some(decline) = card.decline() {
        payment.charge = Some(charge);
        payment.status = Status::RequiresPaymentMethod;
        payment.decline = Some(decline.clone());
        return Done { payment, deed: Deed::Declined, amount, decline: Some(decline) };
    }
    let (state, captured, status, deed) = if payment.is_captured_by_hand {
        (ChargeState::Authorised, 0, Status::RequiresCapture, Deed::Authorised)
    } else {
        (ChargeState::Captured, amount, Status::Succeeded, Deed::Charged)
    };
    payment.charge = Some(Charge { state, captured, ..charge });
    payment.status = status;
    Done { payment, deed, amount, decline: None }
}

/// Captures what was authorised, or less; the rest is released.
pub(super) fn capture(mut payment: Payment, amount: Option<i64>) -> Result<Done, Problem> {
    let status = payment.status;
    let (Status::RequiresCapture, Some(charge)) = (status, &mut payment.charge) else {
        return Err(Problem::other_state("captured", status.word()));
    };
    let amount = amount.unwrap_or(payment.amount);
    if amount < 1 || amount > payment.amount {
        let message = "No more than was authorised can be captured, and no less than 1.";
        return Err(Problem::invalid("amount_too_large", message).about("amount_to_capture").kept());
    }
    charge.captured = amount;
    charge.state = ChargeState::Captured;
    payment.status = Status::Succeeded;
    Ok(Done { payment, deed: Deed::Captured, amount, decline: None })
}

/// Ends a payment that was not captured.
pub(super) fn cancel(mut payment: Payment, reason: Option<String>, now: i64) -> Result<Done, Problem> {
    let deed = match payment.status {
        Status::RequiresCapture => Deed::Voided,
        Status::RequiresPaymentMethod | Status::RequiresAction => Deed::Cancelled,
        status @ (Status::Succeeded | Status::Canceled) => {
            return Err(Problem::other_state("cancelled", status.word()));
        }
    };
    if let Some(charge) = payment.charge.as_mut().filter(|charge| charge.state == ChargeState::Authorised) {
        charge.state = ChargeState::Voided;
        // What is released counts as given back, as it does at Stripe.
        charge.refunded = payment.amount;
    }
    payment.status = Status::Canceled;
    payment.challenge = None;
    payment.cancelled = Some(Cancelled { at: now, reason });
    let amount = payment.amount;
    Ok(Done { payment, deed, amount, decline: None })
}

/// Gives back some of what was captured, or all that is left.
pub(super) fn refund(mut payment: Payment, refund: Refund, amount: Option<i64>) -> Result<Done, Problem> {
    let status = payment.status;
    let left = payment.refundable();
    let (Status::Succeeded, Some(charge)) = (status, &mut payment.charge) else {
        return Err(Problem::other_state("refunded", status.word()));
    };
    if left == 0 {
        return Err(Problem::invalid("charge_already_refunded", "All of it has been given back.").kept());
    }
    let amount = amount.unwrap_or(left);
    if amount < 1 || amount > left {
        let message = format!("{amount} cannot be given back: {left} is left.");
        return Err(Problem::invalid("amount_too_large", message).about("amount").kept());
    }
    if payment.refunds.len() == REFUNDS_MAX {
        return Err(Problem::invalid("refunds_too_many", "The payment has too many refunds.").kept());
    }
    charge.refunded += amount;
    let (status, becomes) = payment
        .card
        .as_deref()
        .and_then(Card::named)
        .map_or((RefundStatus::Succeeded, None), |card| (card.refund_status, card.refund_becomes));
    payment.refunds.push(Refund { amount, status, becomes, ..refund });
    Ok(Done { payment, deed: Deed::Refunded, amount, decline: None })
}

/// What becomes of a refund later; `None` where nothing does.
pub(super) fn settle_refund(mut payment: Payment, index: usize) -> Option<Done> {
    let refund = payment.refunds.get_mut(index)?;
    let becomes = refund.becomes.take()?;
    refund.status = becomes;
    let amount = refund.amount;
    let deed = if becomes == RefundStatus::Failed { Deed::RefundFailed } else { Deed::RefundSucceeded };
    if let Some(charge) = payment.charge.as_mut().filter(|_| becomes == RefundStatus::Failed) {
        charge.refunded -= amount;
    }
    Some(Done { payment, deed, amount, decline: None })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn payment() -> Payment {
        Payment {
            number: 1,
            amount: 1_000,
            currency: "eur".into(),
            created: 0,
            secret: "x".into(),
            is_captured_by_hand: true,
            allows_redirects: false,
            status: Status::RequiresPaymentMethod,
            metadata: BTreeMap::new(),
            description: None,
            card: None,
            decline: None,
            charge: None,
            attempts: 0,
            challenge: None,
            cancelled: None,
            refunds: Vec::new(),
        }
    }

    fn authorised() -> Payment {
        confirm(payment(), Card::named("pm_card_visa"), None, String::new(), 1).unwrap().payment
    }

    fn a_refund() -> Refund {
        Refund::new(0)
    }

    fn code(result: Result<Done, Problem>) -> String {
        result.unwrap_err().code.unwrap()
    }

    #[test]
    fn only_what_is_authorised_is_captured_and_only_once() {
        let captured = capture(authorised(), None).unwrap().payment;

        assert_eq!((captured.status, captured.refundable()), (Status::Succeeded, 1_000));
        let cancelled = cancel(authorised(), None, 2).unwrap().payment;
        for payment in [payment(), captured, cancelled] {
            assert_eq!(code(capture(payment, None)), "payment_intent_unexpected_state");
        }
    }

    #[test]
    fn refunds_never_exceed_what_was_captured() {
        let payment = capture(authorised(), Some(700)).unwrap().payment;

        let some = refund(payment, a_refund(), Some(400)).unwrap().payment;
        assert_eq!(code(refund(some.clone(), a_refund(), Some(301))), "amount_too_large");
        let all = refund(some, a_refund(), None).unwrap().payment;

        assert_eq!(all.refundable(), 0);
        assert_eq!(code(refund(all, a_refund(), None)), "charge_already_refunded");
        assert_eq!(code(refund(authorised(), a_refund(), None)), "payment_intent_unexpected_state");
    }

    #[test]
    fn what_is_captured_or_cancelled_is_not_cancelled() {
        let voided = cancel(authorised(), None, 2).unwrap();
        assert_eq!(voided.deed, Deed::Voided);

        assert_eq!(code(cancel(voided.payment, None, 3)), "payment_intent_unexpected_state");
        let captured = capture(authorised(), None).unwrap().payment;
        assert_eq!(code(cancel(captured, None, 3)), "payment_intent_unexpected_state");
    }

    #[test]
    fn after_a_decline_another_card_may_be_tried() {
        let declined = confirm(payment(), Card::named("pm_card_chargeDeclined"), None, String::new(), 1).unwrap();
        assert!(declined.decline.is_some() && declined.payment.status == Status::RequiresPaymentMethod);

        let second = confirm(declined.payment, Card::named("pm_card_visa"), None, String::new(), 2).unwrap();

        assert_eq!((second.payment.status, second.payment.attempts), (Status::RequiresCapture, 2));
        assert_eq!(second.payment.decline, None);
    }

    #[test]
    fn a_challenge_leads_to_a_charge_a_decline_or_another_try() {
        let ask = |card| confirm(payment(), Card::named(card), None, "t".into(), 1).unwrap().payment;
        let asked = ask("pm_card_threeDSecure2Required");
        assert_eq!(asked.status, Status::RequiresAction);

        assert_eq!(answer_challenge(asked.clone(), true, 2).unwrap().payment.status, Status::RequiresCapture);
        assert_eq!(answer_challenge(asked, false, 2).unwrap().payment.status, Status::RequiresPaymentMethod);
        let declined = answer_challenge(ask("pm_card_threeDSecureRequiredChargeDeclined"), true, 2).unwrap();
        assert_eq!(declined.decline.unwrap().code.as_deref(), Some("card_declined"));
        assert_eq!(code(answer_challenge(authorised(), true, 2)), "payment_intent_unexpected_state");
    }
}
