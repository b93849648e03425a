//! What only the simulator has: its ledger for audits, and what is to go wrong.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::api::{Trouble, settle_waiting};
use super::faults::FaultRule;
use super::model::{Deed, Record};
use super::parameters::Parameters;
use super::problem::Problem;
use super::{Shared, http};

/// The most lines of a page, unless one frame has more.
const LINES_MAX: i64 = 10_000;
const LINES: i64 = 1_000;

/// What is to go wrong, as JSON.
pub(super) async fn faults(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let answer = http::shop(&shared, request.headers()).map(|()| json!({ "data": shared.faults.list() }));
    finished(&shared, answer.map(|answer| http::json(StatusCode::OK, &answer)).map_err(Trouble::from))
}

/// Adds a rule.
pub(super) async fn add_fault(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let added = added(&shared, request).await;
    finished(&shared, added)
}

async fn added(shared: &Shared, request: Request) -> Result<Response, Trouble> {
    http::shop(shared, request.headers())?;
    let body = http::body(request.into_body()).await?;
    let invalid = |message: String| Problem::invalid("fault_invalid", message);
    let rule: FaultRule = serde_json::from_slice(&body).map_err(|error| invalid(error.to_string()))?;
    shared.faults.add(rule).map_err(|error| invalid(error.to_string()))?;
    Ok(http::json(StatusCode::CREATED, &json!({ "data": shared.faults.list() })))
}

/// Removes all rules.
pub(super) async fn clear_faults(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let cleared = http::shop(&shared, request.headers()).map(|()| {
        shared.faults.clear();
        http::json(StatusCode::OK, &json!({ "data": [] }))
    });
    finished(&shared, cleared.map_err(Trouble::from))
}

/// What becomes of refunds later becomes of them now; answers with how many there were.
pub(super) async fn settle_refunds(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let settled = match http::shop(&shared, request.headers()) {
        Ok(()) => settle_waiting(&shared).await,
        Err(problem) => Err(problem.into()),
    };
    finished(&shared, settled.map(|count| http::json(StatusCode::OK, &json!({ "settled": count }))))
}

/// Every deed since the beginning, or since `after`, a line of JSON each. The header `X-Simulator-Next` has the next `after`,
/// at which there may be nothing yet.
pub(super) async fn ledger(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let page = page(&shared, &request);
    finished(&shared, page)
}

fn page(shared: &Shared, request: &Request) -> Result<Response, Trouble> {
    http::shop(shared, request.headers())?;
    let mut parameters = Parameters::read(request.uri().query().unwrap_or_default().as_bytes(), "")?;
    let after = parameters.integer("after")?.unwrap_or_default();
    let limit = parameters.integer("limit")?.unwrap_or(LINES).clamp(1, LINES_MAX);
    parameters.finish()?;
    let mut position = u64::try_from(after).map_err(|_| Problem::invalid("parameter_invalid_integer", "after"))?;
    let (mut text, mut lines) = (String::new(), 0);
    while lines < limit {
        let frame = match shared.journal.frame(position) {
            Ok(Some(frame)) => frame,
            Ok(None) => break,
            // Where nothing begins there is nothing damaged: the position was none of ours.
            Err(super::LedgerError::Damaged { .. }) if lines == 0 && after != 0 => {
                return Err(Problem::invalid("position_unknown", "No page begins there.").about("after").into());
            }
            Err(error) => return Err(error.into()),
        };
        for record in &frame.0 {
            if record.deed != Deed::Answered {
                text.push_str(&line(record).to_string());
                text.push('\n');
                lines += 1;
            }
        }
        position = frame.1;
    }
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    headers.insert("x-simulator-next", HeaderValue::from(position));
    Ok(response)
}

fn line(record: &Record) -> Value {
    let payment = record.payment.as_ref();
    let refund = payment.zip(record.refund());
    json!({
        "at": record.at,
        "deed": record.deed,
        "amount": record.amount,
        "currency": payment.map(|payment| payment.currency.as_str()),
        "payment_intent": payment.map(super::model::Payment::id),
        "charge": payment.and_then(|payment| payment.charge.as_ref().map(|charge| payment.charge_id(charge))),
        "refund": refund.map(|(payment, index)| payment.refund_id(index)),
        "refund_number": refund.and_then(|(payment, index)| payment.refunds.get(index)?.metadata.get("refund")),
        "order_id": payment.and_then(|payment| payment.metadata.get("order_id")),
        "idempotency_key": record.key.as_ref().map(|key| key.text.as_str()),
    })
}

fn finished(shared: &Shared, answer: Result<Response, Trouble>) -> Response {
    http::marked(match answer {
        Ok(response) => response,
        Err(Trouble::Refused(problem)) => http::refusal(&problem, None, shared),
        Err(Trouble::Broken) => http::refusal(&Problem::failed(), None, shared),
    })
}
