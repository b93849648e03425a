//! Ports and use cases: what the shop does, in domain words, without saying on what it runs.
//!
//! Not for HTTP, SQL or any driver's types: adapters implement the ports of [`port`], shells call the use cases.

pub mod breaker;
pub mod carts;
pub mod catalog;
mod chain;
mod chance;
pub mod checkouts;
pub mod clock;
pub mod document;
pub mod evaluation;
pub mod export;
pub mod gift_cards;
pub mod goods;
pub mod ids;
pub mod import;
pub mod indexing;
pub mod kept;
pub mod mails;
pub mod orders;
pub mod port;
pub mod reconciliation;
pub mod recount;
pub mod relay;
pub mod search;
pub mod search_log;
pub mod shop;
mod stop;
pub mod turns;
pub mod worker;

pub use chain::Chain;
pub use chance::Chance;
pub use clock::{Clock, SystemClock};
pub use stop::stopped;
