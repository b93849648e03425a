//! Calls: what an error of the engine means, and when to try again.

use std::error::Error;
use std::time::Duration;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use ecom67_app::port::StoreError;
use rand::Rng as _;
use tokio::time::{Instant, sleep};

/// How long a write that meets conflicts is tried again before the caller is told that the store is busy, unless the
/// table says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE_FIRST: Duration = Duration::from_millis(8);
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// What an error means for whoever asked.
#[derive(Debug)]
pub(super) enum Meaning {
    /// Nothing was written, and the same may go well a moment later.
    Busy,
    /// The answer was lost: a write may have happened.
    Unknown,
    /// Nothing was written, and it would fail again.
    Failed,
}

/// Codes of errors after which certainly nothing has been written and the same may go well later. Not among them: a
/// service that is "unavailable", which may have written first.
const BUSY: [&str; 6] = [
    "TransactionConflictException",
    "ThrottlingException",
    "ThrottlingError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "LimitExceededException",
];

/// The engine is still at work on a transaction that was sent before.
const IN_PROGRESS: &str = "TransactionInProgressException";

pub(super) fn meaning<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Meaning {
    match error {
        SdkError::ConstructionFailure(_) => Meaning::Failed,
        SdkError::ServiceError(answer) => match answer.err().code() {
            Some(code) if BUSY.contains(&code) => Meaning::Busy,
            Some(IN_PROGRESS) => Meaning::Unknown,
            _ if answer.raw().status().is_server_error() => Meaning::Unknown,
            _ => Meaning::Failed,
        },
        // Timed out, cut off or garbled; the type may grow variants of which nothing is known.
        _ => Meaning::Unknown,
    }
}

/// An error of a call that reads: nothing can have been written.
pub(super) fn read_error<E>(error: SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match meaning(&error) {
        Meaning::Busy | Meaning::Unknown => {
            tracing::warn!(error = %chain(&error), "a read got no answer");
            StoreError::Busy
        }
        Meaning::Failed => StoreError::failed(error),
    }
}

/// The error with its causes: an SDK error by itself only says `service error`.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

/// A request of ours lacks a field it must have.
pub(super) fn unbuilt(error: BuildError) -> StoreError {
    StoreError::failed(error)
}

/// Tries again with growing, random pauses until a deadline.
#[derive(Debug)]
pub(super) struct Attempts {
    deadline: Instant,
    pause: Duration,
}

impl Attempts {
    pub(super) fn within(patience: Duration) -> Self {
        Self { deadline: Instant::now() + patience, pause: PAUSE_FIRST }
    }

    /// Waits before the next try; [`StoreError::Busy`] when the time is used up.
    ///
    /// Each pause is random between nothing and its length ("full jitter"), so that those who collided once do not
    /// collide again.
    pub(super) async fn pause(&mut self) -> Result<(), StoreError> {
        let pause = rand::rng().random_range(Duration::ZERO..=self.pause);
        if Instant::now() + pause > self.deadline {
            return Err(StoreError::Busy);
        }
        sleep(pause).await;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
        Ok(())
    }
}
