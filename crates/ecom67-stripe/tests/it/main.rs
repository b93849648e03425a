//! The client and the simulator against each other, and each against what Stripe has made.

mod api;
mod engines;
mod errors;
mod faults;
mod hostile;
mod keys;
mod ledger;
mod payments;
mod shop;
mod three_d_secure;
mod webhooks;
