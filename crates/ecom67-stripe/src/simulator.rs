//! A simulator of Stripe, for shops that try things out and for tests: the calls that a shop makes, over the same HTTP API,
//! with a ledger on disk.
//!
//! It is no bank: it moves nothing, takes test keys and test cards only, and says `X-Simulator: true` in every answer.
//! `docs/PAYMENTS.md` says what it does and what it does not.

mod api;
mod audit;
mod book;
mod cards;
mod challenge;
mod events;
mod faults;
mod http;
mod journal;
mod model;
mod operations;
mod parameters;
mod problem;
mod serve;
mod view;
mod webhooks;
mod work;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use axum::Router;
use ecom67_app::Clock;
use tokio::sync::Semaphore;

use self::book::{Book, Limits};
use self::faults::Faults;
use self::journal::Journal;
use self::view::Links;
use self::webhooks::Webhooks;
use crate::secret::SecretKey;
use crate::transport::InProcessTransport;

pub use self::faults::{Fault, FaultInvalid, FaultRule, Operation};
pub use self::journal::LedgerError;
pub use self::serve::serve;
pub use self::webhooks::{HttpReceiver, WebhookOptions, WebhookReceiver};

/// Requests at once; more are told that they are too many.
const REQUESTS_MAX: usize = 1_024;

/// What a simulator is told.
#[derive(Clone)]
pub struct SimulatorOptions {
    /// The only secret key it takes: one for tests.
    pub secret_key: SecretKey,
    /// The only publishable key it takes: one for tests.
    pub publishable_key: String,
    /// The address under which browsers reach it, for 3-D Secure.
    pub public_url: String,
    /// What it takes for the time.
    pub clock: Arc<dyn Clock>,
    /// Whom it tells what happened.
    pub webhooks: WebhookOptions,
    /// The most payments that it knows; about 40 bytes of memory each.
    pub payments_max: usize,
    /// The most answers that it keeps under their keys for a day; about 100 bytes of memory each.
    pub keys_max: usize,
    /// How many of the last changes it has in memory; about 1 KB each.
    pub recent_max: usize,
    /// After how long a refund becomes what its card makes of it.
    pub refund_delay: Duration,
}

impl SimulatorOptions {
    /// Options for these keys, with 2,000,000 payments and 4,000,000 keys at most.
    pub fn new(secret_key: SecretKey, publishable_key: &str, clock: Arc<dyn Clock>) -> Self {
        Self {
            secret_key,
            publishable_key: publishable_key.to_owned(),
            public_url: String::new(),
            clock,
            webhooks: WebhookOptions::default(),
            payments_max: 2_000_000,
            keys_max: 4_000_000,
            recent_max: 20_000,
            refund_delay: Duration::from_secs(30),
        }
    }
}

impl std::fmt::Debug for SimulatorOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SimulatorOptions").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// The ledger can be read or written no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulator's ledger failed")]
pub struct LedgerFailed;

/// Now and then brings refunds to what becomes of them: each waits for `delay` at most twice.
async fn settle_refunds(shared: Weak<Shared>, delay: Duration) {
    let mut seen = Vec::new();
    loop {
        tokio::time::sleep(delay).await;
        let Some(shared) = shared.upgrade() else { return };
        let waiting = shared.book().waiting_refunds();
        // Those that waited already when it was looked last.
        let due = waiting.iter().copied().filter(|refund| seen.contains(refund)).collect();
        if api::settle(&shared, due).await.is_err() {
            return;
        }
        seen = waiting;
    }
}

/// Why a simulator does not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// A key is for real money, or none at all.
    #[error("the simulator takes keys for tests only: sk_test_… and pk_test_…")]
    KeysNotForTests,
    /// Its ledger cannot be used.
    #[error("the simulator's ledger cannot be used")]
    Ledger(#[source] LedgerError),
}

/// A simulator. Its clones are the same one.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Simulator").finish_non_exhaustive()
    }
}

struct Shared {
    book: Mutex<Book>,
    journal: Arc<Journal>,
    secret_key: SecretKey,
    publishable_key: String,
    links: Links,
    clock: Arc<dyn Clock>,
    faults: Faults,
    webhooks: Webhooks,
    places: Semaphore,
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

impl Simulator {
    /// Opens the ledger in `folder`, or begins one. Called within the runtime that is to send webhooks.
    pub fn open(folder: &Path, options: SimulatorOptions) -> Result<Self, SimulatorError> {
        let is_for_tests = options.secret_key.reveal().starts_with("sk_test_")
            && options.publishable_key.len() > "pk_test_".len()
            && options.publishable_key.starts_with("pk_test_");
        if !is_for_tests {
            return Err(SimulatorError::KeysNotForTests);
        }
        let limits = Limits { payments: options.payments_max, keys: options.keys_max, recent: options.recent_max };
        let book = Book::open(folder, limits, options.clock.now().as_second()).map_err(SimulatorError::Ledger)?;
        let shared = Shared {
            journal: book.journal(),
            book: Mutex::new(book),
            secret_key: options.secret_key,
            publishable_key: options.publishable_key,
            links: Links { public_url: options.public_url.trim_end_matches('/').to_owned() },
            faults: Faults::default(),
            webhooks: Webhooks::start(options.webhooks, Arc::clone(&options.clock)),
            clock: options.clock,
            places: Semaphore::new(REQUESTS_MAX),
        };
        let shared = Arc::new(shared);
        // Ends with the simulator.
        tokio::spawn(settle_refunds(Arc::downgrade(&shared), options.refund_delay));
        Ok(Self { shared })
    }

    /// Its HTTP API.
    pub fn router(&self) -> Router {
        api::router(Arc::clone(&self.shared))
    }

    /// The way to it in this process.
    pub fn transport(&self) -> InProcessTransport {
        InProcessTransport::new(self.router())
    }

    /// Lets something go wrong.
    pub fn add_fault(&self, rule: FaultRule) -> Result<(), FaultInvalid> {
        self.shared.faults.add(rule)
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// What becomes of refunds some time later becomes of them now; returns of how many.
    pub async fn settle_refunds(&self) -> Result<usize, LedgerFailed> {
        api::settle_waiting(&self.shared).await.map_err(|_| LedgerFailed)
    }

    /// How many webhooks were dropped because too many waited.
    pub fn webhooks_dropped(&self) -> u64 {
        self.shared.webhooks.dropped()
    }
}
