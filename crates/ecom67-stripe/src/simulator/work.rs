//! What a request asks for, read before anything is done: a mistake in it is not kept under the key.

use std::collections::BTreeMap;

use ecom67_domain::Currency;

use super::book::Book;
use super::cards::Card;
use super::http::Asker;
use super::journal::LedgerError;
use super::model::{self, Deed, Payment, Refund, Status};
use super::operations::{self, Done};
use super::parameters::Parameters;
use super::problem::Problem;
use crate::amount;

const URL_LENGTH_MAX: usize = 2_048;
const TEXT_LENGTH_MAX: usize = 1_000;
const CANCELLATION_REASONS: [&str; 4] = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];
const REFUND_REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

#[derive(Debug)]
pub(super) struct Work {
    task: Task,
    pub(super) with_charge: bool,
}

#[derive(Debug)]
enum Task {
    Create {
        amount: i64,
        currency: String,
        is_captured_by_hand: bool,
        allows_redirects: bool,
        metadata: BTreeMap<String, String>,
        description: Option<String>,
    },
    Confirm {
        number: u64,
        client_secret: Option<String>,
        asker: Asker,
        card: Option<&'static Card>,
        return_url: Option<String>,
    },
    Capture {
        number: u64,
        amount: Option<i64>,
    },
    Cancel {
        number: u64,
        reason: Option<String>,
    },
    Refund {
        number: u64,
        refund: Refund,
        amount: Option<i64>,
    },
}

/// Why nothing was done.
pub(super) enum NotDone {
    Refused(Problem),
    /// With the payment that it is about.
    RefusedFor(Problem, Box<Payment>),
    Ledger(LedgerError),
}

impl From<Problem> for NotDone {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

fn number_of(id: &str, parameter: &str) -> Result<u64, Problem> {
    model::payment_number(id).ok_or_else(|| Problem::not_found("payment", parameter))
}

impl Work {
    pub(super) fn create(mut parameters: Parameters) -> Result<Self, Problem> {
        let amount = parameters.integer("amount")?.ok_or_else(|| Problem::missing("amount"))?;
        let currency = parameters.required("currency")?.to_ascii_lowercase();
        check_amount(amount, &currency)?;
        let capture_method = parameters.one_of("capture_method", &["automatic", "automatic_async", "manual"])?;
        let is_automatic = parameters.flag("automatic_payment_methods[enabled]")?;
        let redirects = parameters.one_of("automatic_payment_methods[allow_redirects]", &["always", "never"])?;
        if is_automatic == Some(false) || (is_automatic.is_none() && redirects.is_some()) {
            let message = "The simulator offers the methods of the account, and no others.";
            return Err(Problem::invalid("parameter_invalid", message).about("automatic_payment_methods"));
        }
        let task = Task::Create {
            amount,
            currency,
            is_captured_by_hand: capture_method.as_deref() == Some("manual"),
            allows_redirects: redirects.as_deref() != Some("never"),
            metadata: parameters.map("metadata")?,
            description: parameters.text("description")?.map(|text| text.chars().take(TEXT_LENGTH_MAX).collect()),
        };
        Self::finished(task, parameters, "latest_charge")
    }

    pub(super) fn confirm(id: &str, mut parameters: Parameters, asker: Asker) -> Result<Self, Problem> {
        let number = number_of(id, "intent")?;
        let client_secret = parameters.text("client_secret")?;
        if asker == Asker::Browser && client_secret.is_none() {
            return Err(Problem::missing("client_secret"));
        }
        let card = match parameters.text("payment_method")? {
            Some(name) => {
                Some(Card::named(&name).ok_or_else(|| Problem::not_found("payment method", "payment_method"))?)
            }
            None => card_in(&mut parameters)?,
        };
        let return_url = parameters.text("return_url")?;
        let is_address = |url: &String| {
            url.len() <= URL_LENGTH_MAX
                && reqwest::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        };
        if return_url.as_ref().is_some_and(|url| !is_address(url)) {
            return Err(Problem::invalid("url_invalid", "The address is none of the web.").about("return_url"));
        }
        // Stripe's own scripts say that they know how to go on by themselves; the simulator always redirects.
        parameters.flag("use_stripe_sdk")?;
        Self::finished(Task::Confirm { number, client_secret, asker, card, return_url }, parameters, "latest_charge")
    }

    pub(super) fn capture(id: &str, mut parameters: Parameters) -> Result<Self, Problem> {
        let task = Task::Capture { number: number_of(id, "intent")?, amount: parameters.integer("amount_to_capture")? };
        Self::finished(task, parameters, "latest_charge")
    }

    pub(super) fn cancel(id: &str, mut parameters: Parameters) -> Result<Self, Problem> {
        let reason = parameters.one_of("cancellation_reason", &CANCELLATION_REASONS)?;
        Self::finished(Task::Cancel { number: number_of(id, "intent")?, reason }, parameters, "latest_charge")
    }

    pub(super) fn refund(mut parameters: Parameters, now: i64) -> Result<Self, Problem> {
        let number = match (parameters.text("payment_intent")?, parameters.text("charge")?) {
            (Some(id), None) => number_of(&id, "payment_intent")?,
            (None, Some(id)) => model::payment_of_charge(&id).ok_or_else(|| Problem::not_found("charge", "charge"))?,
            _ => return Err(Problem::missing("payment_intent")),
        };
        let amount = parameters.integer("amount")?;
        if amount.is_some_and(|amount| amount < 1) {
            return Err(
                Problem::invalid("parameter_invalid_integer", "Nothing less than 1 is given back.").about("amount")
            );
        }
        let metadata = parameters.map("metadata")?;
        let reason = parameters.one_of("reason", &REFUND_REASONS)?;
        let refund = Refund { metadata, reason, ..Refund::new(now) };
        // Nothing of a refund can be expanded here.
        Self::finished(Task::Refund { number, refund, amount }, parameters, "")
    }

    fn finished(task: Task, mut parameters: Parameters, expandable: &str) -> Result<Self, Problem> {
        let with_charge = parameters.expands(expandable)?;
        parameters.finish()?;
        Ok(Self { task, with_charge })
    }

    pub(super) const fn is_refund(&self) -> bool {
        matches!(self.task, Task::Refund { .. })
    }

    /// Whichever card is tried, it is to be declined.
    pub(super) fn declined(mut self) -> Self {
        if let Task::Confirm { card, .. } = &mut self.task {
            *card = Card::named("pm_card_chargeDeclined");
        }
        self
    }

    /// Does it, in memory.
    pub(super) fn run(self, book: &Book, now: i64) -> Result<Done, NotDone> {
        let (number, parameter) = match &self.task {
            Task::Create { .. } => (0, ""),
            Task::Confirm { number, .. } | Task::Capture { number, .. } | Task::Cancel { number, .. } => {
                (*number, "intent")
            }
            Task::Refund { number, .. } => (*number, "payment_intent"),
        };
        let task = match self.task {
            Task::Create { amount, currency, is_captured_by_hand, allows_redirects, metadata, description } => {
                let payment = Payment {
                    number: book.next_number()?,
                    amount,
                    currency,
                    created: now,
                    secret: secret(),
                    is_captured_by_hand,
                    allows_redirects,
                    status: Status::RequiresPaymentMethod,
                    metadata,
                    description,
                    card: None,
                    decline: None,
                    charge: None,
                    attempts: 0,
                    challenge: None,
                    cancelled: None,
                    refunds: Vec::new(),
                };
                return Ok(Done { payment, deed: Deed::Created, amount, decline: None });
            }
            task => task,
        };
        let found = book.payment(number).map_err(NotDone::Ledger)?;
        let (payment, _) = found.ok_or_else(|| Problem::not_found("payment", parameter))?;
        let before = Payment::clone(&payment);
        let done = match task {
            Task::Confirm { client_secret, asker, card, return_url, .. } => {
                let expected = (asker == Asker::Browser || client_secret.is_some()).then(|| payment.client_secret());
                if expected.is_some() && expected != client_secret {
                    return Err(Problem::not_found("payment", "intent").into());
                }
                operations::confirm(before, card, return_url, secret(), now)
            }
            Task::Capture { amount, .. } => operations::capture(before, amount),
            Task::Cancel { reason, .. } => operations::cancel(before, reason, now),
            Task::Refund { refund, amount, .. } => operations::refund(before, refund, amount),
            Task::Create { .. } => unreachable!("it was made above"),
        };
        done.map_err(|problem| NotDone::RefusedFor(problem, Box::new(Payment::clone(&payment))))
    }
}

/// 128 bits that nobody can guess.
fn secret() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn check_amount(amount: i64, code: &str) -> Result<(), Problem> {
    let code = code.to_ascii_uppercase();
    let currency: Option<Currency> = code.parse().ok();
    let Some(currency) = currency else {
        return Err(Problem::invalid("parameter_invalid", "This is no currency.").about("currency"));
    };
    let least = amount::least_of(&code);
    if amount < least {
        let message = format!("The least that is charged in {code} is {least}.");
        return Err(Problem::invalid("amount_too_small", message).about("amount"));
    }
    if amount > amount::AMOUNT_MAX {
        return Err(Problem::invalid("amount_too_large", "An amount has eight digits at most.").about("amount"));
    }
    if !amount::is_written_well(amount, currency) {
        let message = format!("This is no amount of {code}.");
        return Err(Problem::invalid("parameter_invalid_integer", message).about("amount"));
    }
    Ok(())
}

fn card_in(parameters: &mut Parameters) -> Result<Option<&'static Card>, Problem> {
    let kind = parameters.one_of("payment_method_data[type]", &["card"])?;
    let Some(number) = parameters.text("payment_method_data[card][number]")? else {
        return match kind {
            Some(_) => Err(Problem::missing("payment_method_data[card][number]")),
            None => Ok(None),
        };
    };
    let month = parameters.integer("payment_method_data[card][exp_month]")?;
    let year = parameters.integer("payment_method_data[card][exp_year]")?;
    let code = parameters.text("payment_method_data[card][cvc]")?;
    parameters.ignore("payment_method_data[billing_details]");
    if !month.is_some_and(|month| (1..=12).contains(&month)) {
        return Err(Problem::card("invalid_expiry_month", None, "The month of the card is invalid."));
    }
    if !year.is_some_and(|year| (0..=99).contains(&year) || (2000..=2099).contains(&year)) {
        return Err(Problem::card("invalid_expiry_year", None, "The year of the card is invalid."));
    }
    let is_code = |code: &String| matches!(code.len(), 3 | 4) && code.bytes().all(|byte| byte.is_ascii_digit());
    if code.is_some_and(|code| !is_code(&code)) {
        return Err(Problem::card("invalid_cvc", None, "The security code of the card is invalid."));
    }
    Card::numbered(&number).map(Some)
}
