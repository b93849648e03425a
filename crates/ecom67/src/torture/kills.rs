//! The kills: the shop is ended in the middle of whatever it does, looked at as it lies there, and started again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ecom67_app::port::{ORDERS_PAGE_MAX, OrderFilter, OrderStore, PAGE_MAX, StockStore};
use ecom67_app::{SystemClock, stopped};
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{DatabaseOptions, Durability};
use rand::Rng;
use rand::rngs::StdRng;
use serde::Serialize;
use tokio::sync::watch;

use super::process::{Program, Server, Setup};
use super::scene::Scene;

/// What the shop consists of, of which a copy is looked at: whoever opens the original mends it, and that is the shop's own
/// work.
const FILES: [&str; 2] = ["shop.sqlite", "shop.sqlite-wal"];

/// The provider is killed with the shop once in so many times.
const PROVIDER_ONCE_IN: u32 = 3;

/// How long a kill waits until somebody is in the middle of a request …
const SOMEBODY_WAITS_IN: Duration = Duration::from_secs(1);
/// … and how often it looks: less than a request takes.
const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Both servers, and what it takes to start them again.
pub(super) struct Victim {
    pub(super) program: Program,
    pub(super) setup: Setup,
    pub(super) shop: Server,
    pub(super) provider: Server,
}

/// When to kill, and until when.
pub(super) struct Killer {
    /// After how long, more or less by half; never where it is nothing.
    pub(super) every: Duration,
    pub(super) scene: Arc<Scene>,
    pub(super) began: Instant,
    pub(super) random: StdRng,
    pub(super) stopping: watch::Receiver<bool>,
}

/// A kill, and what was open then.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Kill {
    /// When, since people began to buy.
    pub(super) after_ms: u64,
    /// Whether the provider was killed as well.
    pub(super) with_provider: bool,
    /// Requests that were waiting for their answer.
    pub(super) requests_waiting: u64,
    /// Orders that were not paid for.
    pub(super) pending_payment: u64,
    /// Orders whose money was being captured.
    pub(super) capturing: u64,
    /// Orders whose payment was being voided.
    pub(super) cancelling: u64,
    /// Variants of which more were held than there were: at no moment may there be one.
    pub(super) oversold: Vec<String>,
    /// How long it took until the shop answered again.
    pub(super) restart_ms: u64,
}

impl Killer {
    /// Kills the shop and starts it again until it is time to stop; returns what runs then.
    pub(super) async fn kill_again_and_again(mut self, mut victim: Victim) -> Result<(Victim, Vec<Kill>)> {
        let mut kills = Vec::new();
        if self.every.is_zero() {
            stopped(&mut self.stopping).await;
        }
        while !*self.stopping.borrow() {
            let wait = self.every.mul_f64(self.random.random_range(0.5..1.5));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stopped(&mut self.stopping) => break,
            }
            let with_provider = self.random.random_ratio(1, PROVIDER_ONCE_IN);
            kills.push(self.kill(&mut victim, with_provider).await?);
        }
        Ok((victim, kills))
    }

    /// How many requests wait for their answer: at least one, unless none comes for a while. A kill between two requests tells
    /// little.
    async fn until_somebody_waits(&self) -> u64 {
        let looked_since = Instant::now();
        loop {
            let waiting = self.scene.waiting.load(Ordering::Relaxed);
            if waiting > 0 || looked_since.elapsed() > SOMEBODY_WAITS_IN {
                return waiting;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn kill(&self, victim: &mut Victim, with_provider: bool) -> Result<Kill> {
        let after_ms = milliseconds(self.began.elapsed());
        let requests_waiting = self.until_somebody_waits().await;
        victim.shop.kill().context("the shop cannot be killed")?;
        if with_provider {
            victim.provider.kill().context("the provider cannot be killed")?;
        }
        self.scene.kills.fetch_add(1, Ordering::Relaxed);
        let kill = looked_at(&victim.program.data()).await.context("what a kill left cannot be read")?;
        let restarted = Instant::now();
        if with_provider {
            victim.provider = victim.program.provider(&victim.setup).await?;
        }
        victim.shop = victim.program.shop(&victim.setup).await?;
        Ok(Kill { after_ms, with_provider, requests_waiting, restart_ms: milliseconds(restarted.elapsed()), ..kill })
    }
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What lies in the data folder of a shop that was killed.
async fn looked_at(data: &Path) -> Result<Kill> {
    let copy = tempfile::tempdir()?;
    for file in FILES {
        match tokio::fs::copy(data.join(file), copy.path().join(file)).await {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut options = DatabaseOptions::new(&copy.path().join(FILES[0]), Arc::new(SystemClock));
    options.durability = Durability::Off;
    let database = Database::open(options)?;
    Ok(Kill {
        pending_payment: count(&database, "pending_payment").await?,
        capturing: count(&database, "capturing").await?,
        cancelling: count(&database, "cancelling").await?,
        oversold: oversold(&database).await?,
        ..Kill::default()
    })
}

async fn count(database: &Database, state: &'static str) -> Result<u64> {
    let (mut count, mut before) = (0, None);
    loop {
        let page = OrderStore::list(database, OrderFilter { state: Some(state) }, before, ORDERS_PAGE_MAX).await?;
        count += page.len() as u64;
        before = page.last().map(|order| order.value.id);
        if page.len() < ORDERS_PAGE_MAX {
            return Ok(count);
        }
    }
}

async fn oversold(database: &Database) -> Result<Vec<String>> {
    let (mut oversold, mut after) = (Vec::new(), None);
    loop {
        let page = StockStore::list(database, after.as_ref(), PAGE_MAX).await?;
        let is_over = |record: &&ecom67_domain::stock::StockRecord| {
            record.levels.values().any(|level| level.held > level.on_hand)
        };
        oversold.extend(page.iter().filter(is_over).map(|record| record.sku.to_string()));
        let is_last = page.len() < PAGE_MAX;
        after = page.into_iter().last().map(|record| record.sku);
        if is_last {
            return Ok(oversold);
        }
    }
}
