//! The shop over HTTP.
//!
//! Not for adapters: it knows only the ports. Handlers translate; [`present::Presenter`] composes what they answer.

pub mod allowance;
pub mod answer;
mod body;
pub mod cart_answers;
pub mod client;
pub mod cursor;
pub mod edge;
#[cfg(test)]
mod hostile;
pub mod page;
pub mod parameters;
mod person;
pub mod present;
pub mod problem;
pub mod route;
pub mod server;
mod shopper;
pub mod socket;
pub mod view;
