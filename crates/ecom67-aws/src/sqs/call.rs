//! What an error of SQS means.

use std::error::Error;

use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata, SdkError};
use ecom67_app::port::{Lease, StoreError};

/// Codes of errors after which nothing has been done and the same may go well later.
const BUSY: [&str; 5] = ["RequestThrottled", "ThrottlingException", "OverLimit", "KmsThrottled", "ServiceUnavailable"];

/// Codes of errors that say that a receipt is none any more.
const LOST: [&str; 2] = ["ReceiptHandleIsInvalid", "MessageNotInflight"];

/// A receipt that has expired is told of as a wrong value, among others.
const WRONG_VALUE: &str = "InvalidParameterValue";
const EXPIRED: &str = "expired";

/// The name of an error without what stands around it.
fn code<E: ProvideErrorMetadata>(error: &E) -> &str {
    let code = error.code().unwrap_or_default();
    code.rsplit('.').next().unwrap_or(code)
}

pub(super) fn error_of<E>(error: SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match &error {
        SdkError::ServiceError(answer) if BUSY.contains(&code(answer.err())) => StoreError::Busy,
        SdkError::ServiceError(answer) if answer.raw().status().is_server_error() => StoreError::OutcomeUnknown,
        SdkError::ConstructionFailure(_) | SdkError::ServiceError(_) => StoreError::failed(error),
        // Timed out, cut off or garbled.
        _ => StoreError::OutcomeUnknown,
    }
}

/// What the answer to a call that names a receipt says of the lease.
pub(super) fn lease_of<T, E>(answer: Result<T, SdkError<E, HttpResponse>>) -> Result<Lease, StoreError>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let Err(error) = answer else { return Ok(Lease::Held) };
    if let SdkError::ServiceError(answer) = &error {
        let (code, message) = (code(answer.err()), answer.err().message().unwrap_or_default());
        if LOST.contains(&code) || code == WRONG_VALUE && message.contains(EXPIRED) {
            return Ok(Lease::Lost);
        }
    }
    Err(error_of(error))
}

/// A request of ours lacks a field it must have.
pub(super) fn unbuilt(error: BuildError) -> StoreError {
    StoreError::failed(error)
}
