//! The payment provider of both shapes, and a simulator that speaks its HTTP API.
//!
//! [`StripeClient`] makes, captures, voids and refunds payments, at Stripe over HTTP or at the [`simulator`] in the same
//! process; which of the two is a [`Transport`] and nothing else. [`StripeWebhooks`] believes webhooks or not.
//!
//! Not for deciding anything about orders: it says what the provider said. The simulator is not a bank; it moves nothing.

mod amount;
mod client;
mod form;
mod secret;
mod signature;
pub mod simulator;
mod transport;
mod webhook;

pub use client::{ClientOptions, StripeClient};
pub use secret::{SecretInvalid, SecretKey, WebhookSecret};
pub use signature::sign;
pub use transport::{Answer, Call, HttpTransport, InProcessTransport, Method, Transport, TransportError};
pub use webhook::{FOLLOWED_EVENTS, StripeWebhooks};

/// The version of the API that both sides speak, whatever the account's own may be.
pub const STRIPE_VERSION: &str = "2026-08-26.dahlia";
