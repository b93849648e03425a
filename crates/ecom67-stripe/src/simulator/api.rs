//! The HTTP API: who asks for what, what goes wrong with it, and what is answered once it is on the disk.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::time::sleep;

use super::book::{Committed, Known};
use super::faults::{Fault, Operation};
use super::http::{self, Asker};
use super::journal::DiskFailed;
use super::model::{self, Deed, Kept, KeptKey, Payment, Record};
use super::operations::{self, Done};
use super::parameters::Parameters;
use super::problem::Problem;
use super::work::{NotDone, Work};
use super::{Shared, audit, challenge, events, view};

const KEY_LENGTH_MAX: usize = 255;
const PAGE_MAX: i64 = 100;
const PAGE: i64 = 10;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    type Simulator = State<Arc<Shared>>;
    let collection = |operation: Operation| {
        move |State(shared): Simulator, request: Request| async move { answer(&shared, operation, "", request).await }
    };
    let item = |operation: Operation| {
        move |State(shared): Simulator, Path(id): Path<String>, request: Request| async move {
            answer(&shared, operation, &id, request).await
        }
    };
    Router::new()
        .route("/v1/payment_intents", get(collection(Operation::List)).post(collection(Operation::Create)))
        .route("/v1/payment_intents/{id}", get(item(Operation::Retrieve)))
        .route("/v1/payment_intents/{id}/confirm", post(item(Operation::Confirm)))
        .route("/v1/payment_intents/{id}/capture", post(item(Operation::Capture)))
        .route("/v1/payment_intents/{id}/cancel", post(item(Operation::Cancel)))
        .route("/v1/refunds", get(collection(Operation::ListRefunds)).post(collection(Operation::Refund)))
        .route("/v1/refunds/{id}", get(item(Operation::RetrieveRefund)))
        .route("/simulator/3d-secure/{id}", get(challenge::show).post(challenge::decide))
        .route("/simulator/faults", get(audit::faults).post(audit::add_fault).delete(audit::clear_faults))
        .route("/simulator/ledger", get(audit::ledger))
        .route("/simulator/refunds/settle", post(audit::settle_refunds))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .with_state(shared)
}

async fn nothing_here(State(shared): State<Arc<Shared>>) -> Response {
    http::marked(http::refusal(&Problem::no_such_address(), None, &shared))
}

/// What was asked for could not be done.
pub(super) enum Trouble {
    Refused(Problem),
    /// The ledger failed: nobody knows what is on the disk.
    Broken,
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<DiskFailed> for Trouble {
    fn from(_: DiskFailed) -> Self {
        Self::Broken
    }
}

impl From<super::LedgerError> for Trouble {
    fn from(error: super::LedgerError) -> Self {
        tracing::error!(error = %ecom67_app::Chain(&error), "the simulator's ledger cannot be read");
        Self::Broken
    }
}

async fn answer(shared: &Arc<Shared>, operation: Operation, id: &str, request: Request) -> Response {
    let Ok(_place) = shared.places.try_acquire() else {
        return http::marked(http::refusal(&Problem::too_many(), None, shared));
    };
    let response = match respond(shared, operation, id, request).await {
        Ok(response) => response,
        Err(Trouble::Refused(problem)) => http::refusal(&problem, None, shared),
        Err(Trouble::Broken) => http::refusal(&Problem::failed(), None, shared),
    };
    http::marked(response)
}

async fn respond(shared: &Arc<Shared>, operation: Operation, id: &str, request: Request) -> Result<Response, Trouble> {
    let (head, body) = request.into_parts();
    let asker = http::asker(shared, &head.headers)?;
    if asker == Asker::Browser && !matches!(operation, Operation::Retrieve | Operation::Confirm) {
        return Err(Problem::needs_secret_key().into());
    }
    let fault = shared.faults.strike(operation);
    match fault {
        Some(Fault::Broken) => return Ok(http::broken()),
        Some(Fault::RateLimited) => return Err(Problem::too_many().into()),
        Some(Fault::Locked) => return Err(Problem::locked().into()),
        Some(Fault::FailedForNow) => return Ok(failed_for_now(shared)),
        Some(Fault::Slow { milliseconds }) => sleep(Duration::from_millis(milliseconds)).await,
        _ => {}
    }
    let response = if head.method == axum::http::Method::POST {
        let form = http::body(body).await?;
        let parameters = Parameters::read(&form, &format!("{} {}", head.method, head.uri.path()))?;
        let key = key_of(&head.headers)?.map(|text| KeptKey { text, print: parameters.print() });
        change(shared, operation, id, parameters, asker, key, fault).await?
    } else {
        let parameters = Parameters::read(head.uri.query().unwrap_or_default().as_bytes(), "")?;
        if matches!(fault, Some(Fault::FailedBefore | Fault::FailedAfter)) {
            return Err(Problem::failed().into());
        }
        http::ready(StatusCode::OK, read(shared, operation, id, parameters, asker).await?)
    };
    Ok(match fault {
        Some(Fault::AnswerLost) => http::broken(),
        Some(Fault::Silent { milliseconds }) => {
            sleep(Duration::from_millis(milliseconds)).await;
            http::broken()
        }
        _ => response,
    })
}

fn failed_for_now(shared: &Shared) -> Response {
    let problem = Problem { status: StatusCode::SERVICE_UNAVAILABLE.as_u16(), ..Problem::failed() };
    let mut response = http::refusal(&problem, None, shared);
    response.headers_mut().insert("stripe-should-retry", HeaderValue::from_static("true"));
    response
}

fn key_of(headers: &axum::http::HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_LENGTH_MAX);
    let invalid = || Problem::invalid("parameter_invalid", "A key has 1 to 255 characters of ASCII.");
    key.map(|key| Some(key.to_owned())).ok_or_else(|| invalid().about("Idempotency-Key"))
}

async fn change(
    shared: &Arc<Shared>,
    operation: Operation,
    id: &str,
    parameters: Parameters,
    asker: Asker,
    key: Option<KeptKey>,
    fault: Option<Fault>,
) -> Result<Response, Trouble> {
    let now = shared.now();
    // A key that was used for something else is told as that, whatever else may be wrong.
    if let Some(known) = replayed(shared, key.as_ref(), now)? {
        return answered(shared, &known, asker, true);
    }
    let work = match operation {
        Operation::Create => Work::create(parameters)?,
        Operation::Confirm => Work::confirm(id, parameters, asker)?,
        Operation::Capture => Work::capture(id, parameters)?,
        Operation::Cancel => Work::cancel(id, parameters)?,
        Operation::Refund => Work::refund(parameters, now)?,
        Operation::Retrieve | Operation::List | Operation::RetrieveRefund | Operation::ListRefunds => {
            return Err(Problem::no_such_address().into());
        }
    };
    let committed = {
        let mut book = shared.book();
        // Asked again under the lock: between the two somebody else may have begun.
        match known(&mut book, key.as_ref(), now)? {
            Known::Answered(place) => Err(place),
            Known::New => {
                let record = record(&book, work, operation, key, fault, now)?;
                Ok(book.commit(record)?)
            }
        }
    };
    match committed {
        Ok(committed) => {
            finish(shared, &committed).await?;
            answered(shared, &committed.record, asker, false)
        }
        Err(place) => answered(shared, &shared.journal.read(place)?, asker, true),
    }
}

fn known(book: &mut super::Book, key: Option<&KeptKey>, now: i64) -> Result<Known, Problem> {
    key.map_or(Ok(Known::New), |key| book.known(&key.text, key.print, now))
}

/// The record that was made under the key, if there is one.
fn replayed(shared: &Shared, key: Option<&KeptKey>, now: i64) -> Result<Option<Record>, Trouble> {
    let known = known(&mut shared.book(), key, now)?;
    match known {
        Known::New => Ok(None),
        Known::Answered(place) => Ok(Some(shared.journal.read(place)?)),
    }
}

/// Does the work, and writes down what came of it.
fn record(
    book: &super::Book,
    work: Work,
    operation: Operation,
    key: Option<KeptKey>,
    fault: Option<Fault>,
    now: i64,
) -> Result<Record, Trouble> {
    let with_charge = work.with_charge;
    let is_refund = work.is_refund();
    let only_answered = |key, problem, payment| Record {
        at: now,
        deed: Deed::Answered,
        amount: 0,
        key,
        answer: Kept::Problem(problem),
        payment,
    };
    if fault == Some(Fault::FailedBefore) {
        return Ok(only_answered(key, Problem::failed(), None));
    }
    let work = if fault == Some(Fault::Declined) { work.declined() } else { work };
    let done = match work.run(book, now) {
        Ok(Done { payment, .. }) if fault == Some(Fault::Declined) && operation == Operation::Capture => {
            let before = book.payment(payment.number)?.map(|(payment, _)| Payment::clone(&payment));
            let problem = Problem::card("card_declined", Some("generic_decline"), "The card was declined.");
            return Ok(only_answered(key, problem, before));
        }
        Ok(done) => done,
        Err(NotDone::Ledger(error)) => return Err(error.into()),
        Err(NotDone::RefusedFor(problem, payment)) if problem.is_kept => {
            return Ok(only_answered(key, problem, Some(*payment)));
        }
        Err(NotDone::Refused(problem) | NotDone::RefusedFor(problem, _)) => return Err(problem.into()),
    };
    let answer = match (fault, done.decline, done.payment.refunds.len().checked_sub(1)) {
        (Some(Fault::FailedAfter), ..) => Kept::Problem(Problem::failed()),
        (_, Some(decline), _) => Kept::Problem(decline),
        (_, None, Some(index)) if is_refund => Kept::Refund { index },
        _ => Kept::Payment { with_charge },
    };
    Ok(Record { at: now, deed: done.deed, amount: done.amount, key, answer, payment: Some(done.payment) })
}

/// Waits until the disk has it, and tells those who want to know, even if whoever asked has hung up meanwhile.
pub(super) async fn finish(shared: &Arc<Shared>, committed: &Committed) -> Result<(), Trouble> {
    let (record, needs) = (&committed.record, committed.needs);
    let Some(payment) = record.payment.as_ref().filter(|_| shared.webhooks.are_wanted()) else {
        return Ok(shared.journal.wait_for(needs).await?);
    };
    let (deed, refund, number) = (record.deed, record.refund(), committed.place.offset);
    let events =
        events::of(deed, payment, refund, number, record.at, &shared.links, |kind| shared.webhooks.is_wanted(kind));
    let shared = Arc::clone(shared);
    // A task of its own: this one ends with its connection.
    let told = tokio::spawn(async move {
        shared.journal.wait_for(needs).await?;
        for event in events {
            shared.webhooks.put(event);
        }
        Ok(())
    });
    told.await.unwrap_or(Err(DiskFailed)).map_err(Trouble::from)
}

/// Brings every refund that becomes another to what it becomes, and says how many there were.
pub(super) async fn settle_waiting(shared: &Arc<Shared>) -> Result<usize, Trouble> {
    let waiting = shared.book().waiting_refunds();
    settle(shared, waiting).await
}

/// The same for some of them.
pub(super) async fn settle(shared: &Arc<Shared>, waiting: Vec<(u64, usize)>) -> Result<usize, Trouble> {
    let mut settled = 0;
    for (number, index) in waiting {
        let committed = {
            let mut book = shared.book();
            let found = book.payment(number)?;
            let done = found.and_then(|(payment, _)| operations::settle_refund(Payment::clone(&payment), index));
            let Some(Done { payment, deed, amount, .. }) = done else { continue };
            let (at, answer) = (shared.now(), Kept::Refund { index });
            book.commit(Record { at, deed, amount, key: None, answer, payment: Some(payment) })?
        };
        finish(shared, &committed).await?;
        settled += 1;
    }
    Ok(settled)
}

fn answered(shared: &Shared, record: &Record, asker: Asker, is_replayed: bool) -> Result<Response, Trouble> {
    let links = &shared.links;
    let mut response = match (&record.answer, &record.payment) {
        (Kept::Problem(problem), payment) => {
            let payment = payment.as_ref().filter(|_| problem.status < 500 && asker == Asker::Shop);
            http::refusal(problem, payment, shared)
        }
        (Kept::Payment { .. }, Some(payment)) if asker == Asker::Browser => {
            http::json(StatusCode::OK, &view::payment_for_browser(payment, links))
        }
        (Kept::Payment { with_charge }, Some(payment)) => {
            http::json(StatusCode::OK, &view::payment(payment, *with_charge, links))
        }
        (Kept::Refund { index }, Some(payment)) => {
            let refund = view::refund(payment, *index).ok_or(Trouble::Broken)?;
            http::json(StatusCode::OK, &refund)
        }
        (Kept::Payment { .. } | Kept::Refund { .. }, None) => return Err(Trouble::Broken),
    };
    if is_replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn read(
    shared: &Arc<Shared>,
    operation: Operation,
    id: &str,
    mut parameters: Parameters,
    asker: Asker,
) -> Result<Vec<u8>, Trouble> {
    let links = &shared.links;
    match operation {
        Operation::Retrieve => {
            let client_secret = parameters.text("client_secret")?;
            let with_charge = parameters.expands("latest_charge")?;
            parameters.finish()?;
            let payment = payment(shared, model::payment_number(id), "intent").await?;
            let must_match = asker == Asker::Browser || client_secret.is_some();
            if must_match && client_secret != Some(payment.client_secret()) {
                return Err(Problem::not_found("payment", "intent").into());
            }
            Ok(match asker {
                Asker::Shop => http::written(&view::payment(&payment, with_charge, links)),
                Asker::Browser => http::written(&view::payment_for_browser(&payment, links)),
            })
        }
        Operation::RetrieveRefund => {
            parameters.finish()?;
            let (number, index) = model::refund_number(id).unzip();
            let payment = payment(shared, number, "id").await?;
            let refund = index.and_then(|index| view::refund(&payment, index));
            refund.map(|refund| http::written(&refund)).ok_or_else(|| Problem::not_found("refund", "id").into())
        }
        Operation::List => list(shared, parameters).await,
        Operation::ListRefunds => list_refunds(shared, parameters).await,
        Operation::Create | Operation::Confirm | Operation::Capture | Operation::Cancel | Operation::Refund => {
            Err(Problem::no_such_address().into())
        }
    }
}

/// A payment as the disk has it.
async fn payment(shared: &Shared, number: Option<u64>, parameter: &str) -> Result<Arc<Payment>, Trouble> {
    let found = match number {
        Some(number) => shared.book().payment(number)?,
        None => None,
    };
    let (payment, needs) = found.ok_or_else(|| Problem::not_found("payment", parameter))?;
    shared.journal.wait_for(needs).await?;
    Ok(payment)
}

fn page_size(parameters: &mut Parameters) -> Result<usize, Problem> {
    let limit = parameters.integer("limit")?.unwrap_or(PAGE);
    let invalid = || Problem::invalid("parameter_invalid_integer", "A page has 1 to 100 items.").about("limit");
    usize::try_from(limit).ok().filter(|_| (1..=PAGE_MAX).contains(&limit)).ok_or_else(invalid)
}

async fn list(shared: &Shared, mut parameters: Parameters) -> Result<Vec<u8>, Trouble> {
    let limit = page_size(&mut parameters)?;
    let since = parameters.integer("created[gte]")?.unwrap_or(i64::MIN);
    let with_charge = parameters.expands("data.latest_charge")?;
    let after = match parameters.text("starting_after")? {
        Some(id) => {
            let number = model::payment_number(&id).ok_or_else(|| Problem::not_found("payment", "starting_after"))?;
            Some(number)
        }
        None => None,
    };
    parameters.finish()?;
    let (payments, has_more) = {
        let book = shared.book();
        let mut numbers = book.newest(since, after);
        let mut payments = Vec::with_capacity(limit);
        for number in numbers.by_ref().take(limit) {
            payments.extend(book.payment(number)?);
        }
        let has_more = numbers.next().is_some();
        (payments, has_more)
    };
    let needs = payments.iter().map(|(_, needs)| *needs).max().unwrap_or_default();
    shared.journal.wait_for(needs).await?;
    let data = payments.iter().map(|(payment, _)| view::payment(payment, with_charge, &shared.links)).collect();
    Ok(http::written(&view::list(data, has_more, "/v1/payment_intents")))
}

async fn list_refunds(shared: &Shared, mut parameters: Parameters) -> Result<Vec<u8>, Trouble> {
    let limit = page_size(&mut parameters)?;
    let id = parameters.required("payment_intent")?;
    let after = match parameters.text("starting_after")? {
        Some(id) => {
            let found = model::refund_number(&id).ok_or_else(|| Problem::not_found("refund", "starting_after"))?;
            found.1
        }
        None => usize::MAX,
    };
    parameters.finish()?;
    let payment = payment(shared, model::payment_number(&id), "payment_intent").await?;
    let mut indexes = (0..payment.refunds.len()).rev().filter(|index| *index < after);
    let data: Vec<_> = indexes.by_ref().take(limit).filter_map(|index| view::refund(&payment, index)).collect();
    Ok(http::written(&view::list(data, indexes.next().is_some(), "/v1/refunds")))
}
