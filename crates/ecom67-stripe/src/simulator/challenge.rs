//! The page on which a shopper says whether they are the card's holder: a plain form.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

use super::api::{Trouble, finish};
use super::model::{self, Kept, Payment, Record, Status};
use super::problem::Problem;
use super::{Shared, http, operations};

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    token: Option<String>,
}

/// Shows the question.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let found = pending(&shared, &id, asked.token.as_deref().unwrap_or_default());
    http::marked(match found {
        Ok(payment) => page(StatusCode::OK, &question(&payment, asked.token.as_deref().unwrap_or_default())),
        Err(_) => page(StatusCode::NOT_FOUND, "<p>There is nothing to confirm here (any more).</p>"),
    })
}

/// Takes the answer, and sends the shopper back.
pub(super) async fn decide(State(shared): State<Arc<Shared>>, Path(id): Path<String>, request: Request) -> Response {
    http::marked(match decided(&shared, &id, request).await {
        Ok(response) => response,
        Err(Trouble::Refused(_)) => page(StatusCode::NOT_FOUND, "<p>There is nothing to confirm here (any more).</p>"),
        Err(Trouble::Broken) => page(StatusCode::INTERNAL_SERVER_ERROR, "<p>The simulator has failed.</p>"),
    })
}

async fn decided(shared: &Arc<Shared>, id: &str, request: Request) -> Result<Response, Trouble> {
    let form = http::body(request.into_body()).await?;
    let field = |name: &str| {
        let mut fields = form_urlencoded::parse(&form);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let is_proven = match field("outcome").as_str() {
        "complete" => true,
        "fail" => false,
        _ => return Err(Problem::missing("outcome").into()),
    };
    let (committed, return_url) = {
        // Found and changed under one lock: an answer counts once.
        let mut book = shared.book();
        let number = model::payment_number(id).ok_or_else(Problem::no_such_address)?;
        let (payment, _) = book.payment(number)?.ok_or_else(Problem::no_such_address)?;
        let return_url = asked(&payment, &field("token"))?;
        let now = shared.now();
        let done = operations::answer_challenge(Payment::clone(&payment), is_proven, now)?;
        let record = Record {
            at: now,
            deed: done.deed,
            amount: done.amount,
            key: None,
            answer: Kept::Payment { with_charge: false },
            payment: Some(done.payment),
        };
        (book.commit(record)?, return_url)
    };
    finish(shared, &committed).await?;
    let payment = committed.record.payment.ok_or(Trouble::Broken)?;
    let succeeded = matches!(payment.status, Status::RequiresCapture | Status::Succeeded);
    let outcome = if succeeded { "succeeded" } else { "failed" };
    let Some(mut url) = return_url.and_then(|url| reqwest::Url::parse(&url).ok()) else {
        return Ok(page(StatusCode::OK, &format!("<p>The payment has {outcome}. You may close this page.</p>")));
    };
    url.query_pairs_mut()
        .append_pair("payment_intent", &payment.id())
        .append_pair("payment_intent_client_secret", &payment.client_secret())
        .append_pair("redirect_status", outcome);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::try_from(url.as_str()).map_err(|_| Trouble::Broken)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// The payment whose shopper is asked, if the token is theirs.
fn pending(shared: &Shared, id: &str, token: &str) -> Result<Arc<Payment>, Trouble> {
    let number = model::payment_number(id).ok_or_else(Problem::no_such_address)?;
    let (payment, _) = shared.book().payment(number)?.ok_or_else(Problem::no_such_address)?;
    asked(&payment, token)?;
    Ok(payment)
}

/// Where to go after the answer, if the token is that of the question.
fn asked(payment: &Payment, token: &str) -> Result<Option<String>, Problem> {
    let challenge = payment.challenge.as_ref().filter(|challenge| challenge.token == token);
    challenge.map(|challenge| challenge.return_url.clone()).ok_or_else(Problem::no_such_address)
}

/// The form goes to the address it came from, wherever the simulator is mounted. `token` is one of ours: hexadecimal
/// digits. So are amount and currency nothing but letters and digits.
fn question(payment: &Payment, token: &str) -> String {
    format!(
        "<p>A shop asks for a payment of {} (in the smallest unit of {}). Are you the holder of the card?</p>\
         <form method=\"post\">\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\
         <button name=\"outcome\" value=\"complete\">Complete</button> \
         <button name=\"outcome\" value=\"fail\">Fail</button></form>",
        payment.amount,
        payment.currency.to_ascii_uppercase(),
    )
}

fn page(status: StatusCode, content: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Simulated 3-D Secure</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><h1>Simulated 3-D Secure</h1>\
         <p>This is a simulator. No bank is asked and no money moves.</p>{content}</html>"
    );
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; base-uri 'none'"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
