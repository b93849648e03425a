//! One call: its attempts, its deadline, and what came of it.

use std::error::Error;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use ecom67_app::breaker::Turn;
use ecom67_app::port::PaymentError;
use rand::Rng as _;
use tokio::time::{Instant, sleep, timeout};

use super::StripeClient;
use super::refusal::{Refusal, refused};
use crate::transport::{Answer, Call, Method, TransportError};

/// The most that the first repeat waits; each later one waits up to twice as long.
const FIRST_WAIT_MAX: Duration = Duration::from_millis(200);
/// The most that any waits.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// When to come back to a provider that has too much to do and does not say when.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why nothing was heard of an attempt that may have been done.
type Unheard = Box<dyn Error + Send + Sync>;

/// What an attempt has come to, if not to an answer that is final.
enum Setback {
    /// Nobody was reached, or the provider would not begin: nothing was done.
    NotDone {
        /// How soon it may be asked again.
        after: Option<Duration>,
        /// Whether it may be by this call.
        may_repeat: bool,
    },
    /// It may have been done.
    Unknown,
    /// The provider failed and says that the same call may succeed.
    Failed(StatusCode),
}

impl StripeClient {
    /// Makes a call, repeats it where that is safe, and answers with the body of its success.
    pub(super) async fn done(&self, call: &Call) -> Result<Bytes, PaymentError> {
        let end = Instant::now() + self.options.deadline;
        let mut unknown = None;
        let mut retries = 0;
        loop {
            let setback = match self.attempt(call, end, &mut unknown).await? {
                Ok(body) => return Ok(body),
                Err(setback) => setback,
            };
            let (asked, may_repeat) = match setback {
                Setback::NotDone { after, may_repeat } => (after, may_repeat),
                Setback::Unknown | Setback::Failed(_) => (None, true),
            };
            let wait = wait_before(retries).max(asked.unwrap_or_default());
            let is_over = !may_repeat || retries == self.options.retries_max || Instant::now() + wait >= end;
            let pause = self.breaker.wait();
            // Nobody is to wait for a provider that is left alone.
            if is_over || pause.is_some() {
                return Err(given_up(call, &setback, unknown, pause));
            }
            sleep(wait).await;
            retries += 1;
        }
    }

    /// One attempt. The outer error is final; `unknown` is set if it may have been done.
    async fn attempt(
        &self,
        call: &Call,
        end: Instant,
        unknown: &mut Option<Unheard>,
    ) -> Result<Result<Bytes, Setback>, PaymentError> {
        let passage = match self.breaker.enter() {
            Ok(passage) => passage,
            Err(wait) => return Ok(Err(Setback::NotDone { after: Some(wait), may_repeat: false })),
        };
        let time = self.options.attempt_timeout.min(end.saturating_duration_since(Instant::now()));
        let answered = match timeout(time, self.transport.send(call, &self.key)).await {
            Ok(answered) => answered,
            Err(elapsed) => Err(TransportError::NoAnswer(elapsed.into())),
        };
        let has_failed = answered.as_ref().map_or(true, |answer| answer.status.is_server_error());
        let turn = if has_failed { passage.failed(|_| self.options.pause) } else { passage.succeeded() };
        match turn {
            Turn::Away => tracing::warn!("the payment provider does not answer; it is left alone for a while"),
            Turn::Back => tracing::info!("the payment provider answers again"),
            Turn::None => {}
        }
        match answered {
            Ok(answer) => judged(answer, unknown),
            Err(TransportError::NotSent(_)) => Ok(Err(Setback::NotDone { after: None, may_repeat: true })),
            Err(TransportError::NoAnswer(error)) => {
                *unknown = Some(error);
                Ok(Err(Setback::Unknown))
            }
        }
    }
}

/// What an answer means.
fn judged(answer: Answer, unknown: &mut Option<Unheard>) -> Result<Result<Bytes, Setback>, PaymentError> {
    let status = answer.status;
    if status.is_success() {
        return Ok(Ok(answer.body));
    }
    let should_retry = should_retry(&answer.headers);
    if status.is_server_error() {
        // Kept under the key, unless Stripe says that it is worth another try.
        return if should_retry == Some(true) {
            Ok(Err(Setback::Failed(status)))
        } else {
            Err(PaymentError::Failed { status: status.as_u16() })
        };
    }
    let refusal = Refusal::read(&answer.body);
    match status {
        StatusCode::CONFLICT if refusal.as_ref().is_some_and(Refusal::is_key_in_use) => {
            *unknown = Some("another call with the same key is at it".into());
            Ok(Err(Setback::Unknown))
        }
        // Something else holds the payment, or there is too much to do: it was not begun.
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => {
            let may_repeat = should_retry != Some(false);
            Ok(Err(Setback::NotDone { after: retry_after(&answer.headers), may_repeat }))
        }
        _ if status.is_client_error() => Err(refused(status, refusal)),
        _ => Err(PaymentError::Unreadable(format!("status {}", status.as_u16()))),
    }
}

/// What to tell of a call whose attempts are used up. An attempt that may have been done decides, whatever came later.
fn given_up(call: &Call, last: &Setback, unknown: Option<Unheard>, pause: Option<Duration>) -> PaymentError {
    let asked = match last {
        Setback::Failed(status) => return PaymentError::Failed { status: status.as_u16() },
        Setback::NotDone { after, .. } => *after,
        Setback::Unknown => None,
    };
    match unknown {
        Some(error) if call.method == Method::Post => PaymentError::OutcomeUnknown(error),
        // Reading does nothing, whether it was answered or not.
        _ => PaymentError::Unavailable { retry_after: pause.or(asked).unwrap_or_default().max(RETRY_AFTER) },
    }
}

/// Full jitter: anything up to twice what the time before was.
fn wait_before(retries: u32) -> Duration {
    let most = FIRST_WAIT_MAX.saturating_mul(1 << retries.min(10)).min(WAIT_MAX);
    most.mul_f64(rand::rng().random())
}

fn should_retry(headers: &HeaderMap) -> Option<bool> {
    match headers.get("stripe-should-retry")?.as_bytes() {
        b"true" => Some(true),
        b"false" => Some(false),
        _ => None,
    }
}

/// Seconds alone: Stripe sends no dates.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds.min(60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_wait_ever_longer_and_never_all_the_same() {
        for retries in 0..40 {
            assert!(wait_before(retries) <= WAIT_MAX.min(FIRST_WAIT_MAX * (1 << retries.min(10))), "{retries}");
        }
        let waits: std::collections::HashSet<_> = (0..50).map(|_| wait_before(2)).collect();
        assert!(waits.len() > 10);
    }
}
