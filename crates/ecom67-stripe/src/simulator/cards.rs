//! The test cards of Stripe's documentation, and what each of them does.

use super::model::RefundStatus;
use super::problem::Problem;

/// A card.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card {
    /// The name of the payment method in test mode.
    pub(super) name: &'static str,
    number: &'static str,
    pub(super) brand: &'static str,
    /// Whether its holder has to prove who they are first.
    pub(super) is_challenged: bool,
    decline: Option<(&'static str, Option<&'static str>)>,
    /// How far a refund is at first …
    pub(super) refund_status: RefundStatus,
    /// … and what becomes of it some time later.
    pub(super) refund_becomes: Option<RefundStatus>,
}

const fn card(name: &'static str, number: &'static str, brand: &'static str) -> Card {
    Card {
        name,
        number,
        brand,
        is_challenged: false,
        decline: None,
        refund_status: RefundStatus::Succeeded,
        refund_becomes: None,
    }
}

const fn declined(
    name: &'static str,
    number: &'static str,
    code: &'static str,
    decline_code: Option<&'static str>,
) -> Card {
    Card { decline: Some((code, decline_code)), ..card(name, number, "visa") }
}

const fn challenged(name: &'static str, number: &'static str) -> Card {
    Card { is_challenged: true, ..card(name, number, "visa") }
}

const fn refunded_later(
    name: &'static str,
    number: &'static str,
    refund_status: RefundStatus,
    becomes: RefundStatus,
) -> Card {
    Card { refund_status, refund_becomes: Some(becomes), ..card(name, number, "visa") }
}

const CARDS: &[Card] = &[
    card("pm_card_visa", "4242424242424242", "visa"),
    card("pm_card_visa_debit", "4000056655665556", "visa"),
    card("pm_card_mastercard", "5555555555554444", "mastercard"),
    card("pm_card_amex", "378282246310005", "amex"),
    refunded_later("pm_card_pendingRefund", "4000000000007726", RefundStatus::Pending, RefundStatus::Succeeded),
    refunded_later("pm_card_refundFail", "4000000000005126", RefundStatus::Succeeded, RefundStatus::Failed),
    declined("pm_card_chargeDeclined", "4000000000000002", "card_declined", Some("generic_decline")),
    declined(
        "pm_card_chargeDeclinedInsufficientFunds",
        "4000000000009995",
        "card_declined",
        Some("insufficient_funds"),
    ),
    declined("pm_card_chargeDeclinedLostCard", "4000000000009987", "card_declined", Some("lost_card")),
    declined("pm_card_chargeDeclinedStolenCard", "4000000000009979", "card_declined", Some("stolen_card")),
    declined("pm_card_chargeDeclinedFraudulent", "4100000000000019", "card_declined", Some("fraudulent")),
    declined("pm_card_chargeDeclinedExpiredCard", "4000000000000069", "expired_card", None),
    declined("pm_card_chargeDeclinedIncorrectCvc", "4000000000000127", "incorrect_cvc", None),
    declined("pm_card_chargeDeclinedProcessingError", "4000000000000119", "processing_error", None),
    challenged("pm_card_authenticationRequiredOnSetup", "4000002500003155"),
    challenged("pm_card_authenticationRequired", "4000002760003184"),
    challenged("pm_card_threeDSecure2Required", "4000000000003220"),
    Card {
        is_challenged: true,
        ..declined(
            "pm_card_threeDSecureRequiredChargeDeclined",
            "4000008400001629",
            "card_declined",
            Some("generic_decline"),
        )
    },
    Card {
        is_challenged: true,
        ..declined(
            "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
            "4000008260003178",
            "card_declined",
            Some("insufficient_funds"),
        )
    },
];

impl Card {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        // Stripe's documentation has both forms.
        let plain =
            name.strip_prefix("pm_card_visa_chargeDeclined").map(|rest| format!("pm_card_chargeDeclined{rest}"));
        let name = plain.as_deref().unwrap_or(name);
        CARDS.iter().find(|card| card.name == name)
    }

    /// The card with this number; one that is not of the test cards is declined as Stripe's test mode does.
    pub(super) fn numbered(number: &str) -> Result<&'static Self, Problem> {
        let digits: String = number.chars().filter(|character| *character != ' ').collect();
        if let Some(card) = CARDS.iter().find(|card| card.number == digits) {
            return Ok(card);
        }
        let parameter = "payment_method_data[card][number]";
        Err(if is_checked(&digits) {
            Problem::card("card_declined", Some("test_mode_live_card"), "This is not one of the test cards.")
                .about(parameter)
        } else {
            Problem::card("incorrect_number", None, "The card number is incorrect.").about(parameter)
        })
    }

    pub(super) fn last_digits(&self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }

    /// Why it is declined, if it is.
    pub(super) fn decline(&self) -> Option<Problem> {
        let (code, decline_code) = self.decline?;
        let message = match code {
            "expired_card" => "The card has expired.",
            "incorrect_cvc" => "The security code of the card is incorrect.",
            "processing_error" => "An error occurred while the card was processed. Try again in a moment.",
            _ => "The card was declined.",
        };
        Some(Problem::card(code, decline_code, message))
    }
}

/// Whether the last digit is what the others demand (ISO/IEC 7812).
fn is_checked(digits: &str) -> bool {
    if !(12..=19).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') << (index % 2);
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_has_a_number_that_checks() {
        for card in CARDS {
            assert!(is_checked(card.number), "{}", card.name);
            assert_eq!(Card::named(card.name).unwrap().number, card.number);
        }
        assert_eq!(Card::named("pm_card_visa_chargeDeclined").unwrap().number, "4000000000000002");
        assert!(Card::named("pm_card_unknown").is_none());
    }

    #[test]
    fn a_mistyped_number_and_a_real_card_are_told_apart() {
        assert_eq!(Card::numbered("4242424242424241").unwrap_err().code.as_deref(), Some("incorrect_number"));
        assert_eq!(
            Card::numbered("4111111111111111").unwrap_err().decline_code.as_deref(),
            Some("test_mode_live_card")
        );
        assert_eq!(Card::numbered("4242 4242 4242 4242").unwrap().name, "pm_card_visa");
    }
}
