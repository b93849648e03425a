//! The client and the simulator against each other, and each against what others have made of Stripe.

mod api;
mod errors;
mod faults;
mod keys;
mod ledger;
mod payments;
mod shop;
mod three_d_secure;
mod webhooks;
