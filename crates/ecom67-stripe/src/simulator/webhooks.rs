//! Webhooks: signed, late, twice, in any order and again when nobody took them, as the options say.
//!
//! They are not kept over a restart: whoever relies on them alone has been warned by Stripe as well.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use ecom67_app::Clock;
use rand::Rng as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;

use crate::secret::WebhookSecret;
use crate::signature::sign;

/// How many wait to be sent at most; more are dropped, and counted.
const QUEUE_MAX: usize = 10_000;
/// How many are held back at once, or wait until they are sent again.
const HELD_MAX: usize = 10_000;
/// How many are on their way at once: one that is held back takes no place from one whose time has come.
const SENDERS_MAX: usize = 64;
const RECEIVER_TIMEOUT: Duration = Duration::from_secs(10);

/// Who takes webhooks.
#[async_trait]
pub trait WebhookReceiver: Send + Sync {
    /// Takes the raw body and the header `Stripe-Signature`, and says whether it has.
    async fn take(&self, body: Bytes, signature: String) -> bool;
}

/// A receiver behind an address.
#[derive(Clone, Debug)]
pub struct HttpReceiver {
    client: reqwest::Client,
    url: String,
}

impl HttpReceiver {
    /// At `url`.
    pub fn new(url: &str) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(RECEIVER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { client, url: url.to_owned() })
    }
}

#[async_trait]
impl WebhookReceiver for HttpReceiver {
    async fn take(&self, body: Bytes, signature: String) -> bool {
        let request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json; charset=utf-8")
            .header("stripe-signature", signature)
            .body(body);
        request.send().await.is_ok_and(|response| response.status().is_success())
    }
}

/// To whom webhooks go, and how badly.
#[derive(Clone)]
pub struct WebhookOptions {
    /// Who takes them.
    pub receivers: Vec<(Arc<dyn WebhookReceiver>, WebhookSecret)>,
    /// What they are told of, by the names of events; everything where absent.
    pub kinds: Option<&'static [&'static str]>,
    /// The longest that one is held back. Each is for a time of its own, so that they overtake each other.
    pub delay_max: Duration,
    /// How likely one is sent twice, from 0 to 1.
    pub duplicates: f64,
    /// How often one is sent that nobody took.
    pub attempts_max: u32,
    /// How long until the second attempt; each later one waits twice as long.
    pub retry_delay: Duration,
    /// What chance begins with.
    pub seed: u64,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            receivers: Vec::new(),
            kinds: None,
            delay_max: Duration::ZERO,
            duplicates: 0.0,
            attempts_max: 8,
            retry_delay: Duration::from_secs(1),
            seed: 0,
        }
    }
}

impl std::fmt::Debug for WebhookOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("WebhookOptions").field("receivers", &self.receivers.len()).finish_non_exhaustive()
    }
}

/// Where events are put to be sent.
#[derive(Debug)]
pub(super) struct Webhooks {
    queue: Option<mpsc::Sender<Bytes>>,
    kinds: Option<&'static [&'static str]>,
    dropped: AtomicU64,
}

impl Webhooks {
    /// Starts sending, in the runtime that this is called in.
    pub(super) fn start(options: WebhookOptions, clock: Arc<dyn Clock>) -> Self {
        if options.receivers.is_empty() {
            return Self { queue: None, kinds: None, dropped: AtomicU64::new(0) };
        }
        let (sender, queue) = mpsc::channel(QUEUE_MAX);
        let kinds = options.kinds;
        tokio::spawn(send_all(queue, options, clock));
        Self { queue: Some(sender), kinds, dropped: AtomicU64::new(0) }
    }

    pub(super) const fn are_wanted(&self) -> bool {
        self.queue.is_some()
    }

    pub(super) fn is_wanted(&self, kind: &str) -> bool {
        self.kinds.is_none_or(|kinds| kinds.contains(&kind))
    }

    /// How many found no place.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(super) fn put(&self, body: Vec<u8>) {
        let is_full = self.queue.as_ref().is_some_and(|queue| queue.try_send(body.into()).is_err());
        if is_full {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Sends until nobody is left who could put anything.
async fn send_all(mut queue: mpsc::Receiver<Bytes>, options: WebhookOptions, clock: Arc<dyn Clock>) {
    let held = Arc::new(Semaphore::new(HELD_MAX));
    let places = Arc::new(Semaphore::new(SENDERS_MAX));
    let mut random = StdRng::seed_from_u64(options.seed);
    let options = Arc::new(options);
    while let Some(body) = queue.recv().await {
        for receiver in 0..options.receivers.len() {
            let copies = if random.random_bool(options.duplicates.clamp(0.0, 1.0)) { 2 } else { 1 };
            for _ in 0..copies {
                let Ok(room) = Arc::clone(&held).acquire_owned().await else { return };
                let delay = options.delay_max.mul_f64(random.random());
                let (options, clock, body) = (Arc::clone(&options), Arc::clone(&clock), body.clone());
                let places = Arc::clone(&places);
                tokio::spawn(async move {
                    sleep(delay).await;
                    send(&body, &options, receiver, &places, &*clock).await;
                    drop(room);
                });
            }
        }
    }
}

async fn send(body: &Bytes, options: &WebhookOptions, receiver: usize, places: &Semaphore, clock: &dyn Clock) {
    let (receiver, secret) = &options.receivers[receiver];
    let mut delay = options.retry_delay;
    for attempt in 1..=options.attempts_max {
        let Ok(place) = places.acquire().await else { return };
        // Signed anew each time, as Stripe does: an old signature is refused.
        let signature = sign(body, secret, clock.now());
        let taken = tokio::time::timeout(RECEIVER_TIMEOUT, receiver.take(body.clone(), signature)).await;
        drop(place);
        if taken == Ok(true) {
            return;
        }
        if attempt < options.attempts_max {
            let wait = delay.mul_f64(rand::rng().random_range(0.5..1.0));
            sleep(wait).await;
            delay = delay.saturating_mul(2);
        }
    }
    tracing::warn!("a webhook of the simulator was not taken");
}
