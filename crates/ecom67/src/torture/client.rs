//! A browser: it asks, and asks again under the same name when nobody answers.

use std::net::Ipv6Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rand::Rng;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::scene::Scene;

/// How long an answer may take before it is asked for again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long somebody asks again and again before they give up. A killed shop is back long before.
const PATIENCE: Duration = Duration::from_secs(90);

/// The longest wait before the second attempt; it doubles with each …
const FIRST_WAIT_MAX: Duration = Duration::from_millis(50);
/// … up to this.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// The language and country that everybody reads.
const LOCALE: &str = "locale=en-gb";

/// In which a proxy says for whom it asks.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// A browser.
pub(super) struct Client {
    http: reqwest::Client,
    address: String,
    /// Where it is used.
    pub(super) scene: Arc<Scene>,
}

/// What is asked of the shop.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// How.
    pub(super) method: Method,
    /// What for.
    pub(super) path: String,
    /// What opens the cart.
    pub(super) capability: Option<String>,
    /// The name of the attempt.
    pub(super) key: Option<String>,
    /// What is said.
    pub(super) body: Value,
}

/// What was answered.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: StatusCode,
    /// The body; null where it is none of JSON.
    pub(super) body: Value,
    /// When it was asked for, the last time where that was done again …
    pub(super) sent: Instant,
    /// … and when it had been read.
    pub(super) read: Instant,
}

/// What somebody is answered who has as many unpaid orders as they may.
pub(super) const TOO_MANY_OPEN: &str = "too_many_open_orders_of_email";

impl Answer {
    /// Its stable code, where it is a refusal.
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// What is told of it where it was not expected.
    pub(super) fn summary(&self) -> String {
        format!("{} {}", self.status.as_u16(), self.code())
    }
}

/// Nobody answered, however often they were asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoAnswer;

impl Client {
    pub(super) fn new(scene: Arc<Scene>) -> Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("no client can be made")?;
        Ok(Self { http, address: address_of(0), scene })
    }

    /// Whoever uses it next, from an address of their own, as if a proxy had told it. What the shop grants to each address
    /// alone then keeps nobody waiting for a stranger.
    pub(super) fn seat(&mut self, visit: u64) {
        self.address = address_of(visit);
    }

    /// Asks the shop until it answers.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<Answer, NoAnswer> {
        let address = format!("{}{}?{LOCALE}", self.scene.shop, ask.path);
        self.until_answered(|| {
            let mut request = self.http.request(ask.method.clone(), &address).header(FORWARDED_FOR, &self.address);
            if let Some(capability) = &ask.capability {
                request = request.header("cart-capability", capability);
            }
            if let Some(key) = &ask.key {
                request = request.header("idempotency-key", key);
            }
            if ask.body.is_null() { request } else { request.json(&ask.body) }
        })
        .await
    }

    /// The same twice at the same time, with whichever name the second has.
    pub(super) async fn ask_twice(&self, first: &Ask, second: &Ask) -> Result<[Answer; 2], NoAnswer> {
        let (first, second) = tokio::join!(self.ask(first), self.ask(second));
        Ok([first?, second?])
    }

    /// Tells the provider something, as its script in a browser does.
    pub(super) async fn tell_provider(&self, address: &str, form: String) -> Result<Answer, NoAnswer> {
        self.until_answered(|| {
            self.http
                .post(address)
                .bearer_auth(&self.scene.publishable_key)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.clone())
        })
        .await
    }

    async fn until_answered(&self, request: impl Fn() -> reqwest::RequestBuilder) -> Result<Answer, NoAnswer> {
        let began = Instant::now();
        let mut wait_max = FIRST_WAIT_MAX;
        loop {
            self.scene.requests.fetch_add(1, Ordering::Relaxed);
            self.scene.waiting.fetch_add(1, Ordering::Relaxed);
            let answer = answered(request()).await;
            self.scene.waiting.fetch_sub(1, Ordering::Relaxed);
            match answer {
                Ok(answer) if !is_for_now(&answer) => return Ok(answer),
                _ if began.elapsed() > PATIENCE => return Err(NoAnswer),
                _ => {}
            }
            self.scene.again.fetch_add(1, Ordering::Relaxed);
            let wait = wait_max.mul_f64(rand::rng().random());
            tokio::time::sleep(wait).await;
            wait_max = (wait_max * 2).min(WAIT_MAX);
        }
    }
}

/// An address in a network of its own, of those that are nobody's.
fn address_of(visit: u64) -> String {
    let [.., a, b, c, d] = visit.to_be_bytes();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    Ipv6Addr::new(0x2001, 0xdb8, high, low, 0, 0, 0, 1).to_string()
}

async fn answered(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let sent = Instant::now();
    let response = request.send().await?;
    let status = response.status();
    let body = response.bytes().await?;
    let read = Instant::now();
    Ok(Answer { status, body: serde_json::from_slice(&body).unwrap_or_default(), sent, read })
}

/// Whether the same may be answered otherwise soon. Who has too many orders is told so, and not to wait.
fn is_for_now(answer: &Answer) -> bool {
    match answer.status {
        StatusCode::SERVICE_UNAVAILABLE => true,
        StatusCode::TOO_MANY_REQUESTS => answer.code() != TOO_MANY_OPEN,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_comes_from_a_network_of_their_own() {
        // Of IPv6 a network is what the first half of the address says.
        let network = |visit| address_of(visit).parse::<Ipv6Addr>().unwrap().segments()[..4].to_vec();

        let networks: std::collections::HashSet<_> = (0..200_000).map(network).collect();

        assert_eq!(networks.len(), 200_000);
    }
}
