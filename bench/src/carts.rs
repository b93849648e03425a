//! Carts: made, filled and read, beside what the disk can do.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ecom67_app::SystemClock;
use ecom67_embedded::Database;
use ecom67_embedded::sqlite::{DatabaseOptions, Unit, UnitError};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::catalog::Catalog;
use crate::client::Connection;

/// Where the carts are.
const LOCALE: &str = "en-gb";
/// A variant of which so many are there can be added again and again.
const UNITS_MIN: u64 = 50;
/// How long a row of the bare commits is: about what a cart with one line takes.
const ROW_BYTES: usize = 400;

/// A cart that was made, and what opens it.
pub(crate) struct Made {
    id: String,
    capability: String,
}

pub(crate) fn with_body(method: &str, path: &str, headers: &str, body: &str) -> Box<[u8]> {
    let length = body.len();
    format!(
        "{method} {path}?locale={LOCALE} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\nuser-agent: ecom67-bench\r\n\
         {headers}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
    .into_boxed_slice()
}

/// Variants of which there are enough.
pub(crate) fn skus(catalog: &Catalog) -> Result<Vec<&str>> {
    let skus: Vec<&str> = catalog
        .products
        .iter()
        .filter(|product| product.units >= UNITS_MIN)
        .map(|product| product.sku.as_str())
        .collect();
    if skus.is_empty() {
        bail!("no product has {UNITS_MIN} units");
    }
    Ok(skus)
}

/// Requests each of which makes a cart with a first line.
pub(crate) fn new_carts(catalog: &Catalog) -> Result<Vec<Box<[u8]>>> {
    let request =
        |sku: &str| with_body("POST", "/api/carts", "", &format!(r#"{{"sku":"{sku}","capability":"client"}}"#));
    Ok(skus(catalog)?.into_iter().map(request).collect())
}

/// Carts that are remembered to be asked for again: evenly among all, and as many as keep the benchmark small.
const REMEMBERED_MAX: usize = 10_000;
/// How often it is told how many carts there are.
const TOLD_INTERVAL: Duration = Duration::from_secs(5);

/// Makes so many carts, over so many connections, tells how far it is, and remembers some of them.
pub(crate) async fn make(
    shop: SocketAddr,
    catalog: &Catalog,
    count: usize,
    connections: usize,
    told: impl Fn(usize),
) -> Result<Vec<Made>> {
    let requests = Arc::new(new_carts(catalog)?);
    let done = Arc::new(AtomicUsize::new(0));
    let remembered_each = count.div_ceil(REMEMBERED_MAX);
    let mut tasks = JoinSet::new();
    for connection in 0..connections {
        let (requests, done) = (Arc::clone(&requests), Arc::clone(&done));
        tasks.spawn(async move {
            let mut line = Connection::open(shop).await?;
            let mut made = Vec::new();
            for number in (connection..count).step_by(connections) {
                let answer = line.ask_in_time(&requests[number % requests.len()]).await?;
                if answer.status != 201 {
                    bail!("a new cart was answered with {}", answer.status);
                }
                done.fetch_add(1, Ordering::Relaxed);
                if !number.is_multiple_of(remembered_each) {
                    continue;
                }
                let view: Value = serde_json::from_slice(answer.body)?;
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let made_cart = text(&view["cart"]["id"]).zip(text(&view["capability"]));
                let (id, capability) = made_cart.context("a new cart has an id and a capability")?;
                made.push(Made { id, capability });
            }
            Ok(made)
        });
    }
    let mut made = Vec::with_capacity(count.min(REMEMBERED_MAX));
    let mut interval = tokio::time::interval(TOLD_INTERVAL);
    interval.tick().await;
    loop {
        tokio::select! {
            part = tasks.join_next() => match part {
                Some(part) => made.extend(part.context("a connection's task ended badly")??),
                None => return Ok(made),
            },
            _ = interval.tick() => told(done.load(Ordering::Relaxed)),
        }
    }
}

/// Requests each of which adds one more variant to a cart: every cart gets a few different ones.
pub(crate) fn additions(catalog: &Catalog, carts: &[Made]) -> Result<Vec<Box<[u8]>>> {
    let skus = skus(catalog)?;
    let request = |(number, cart): (usize, &Made)| {
        let sku = skus[number * 7 % skus.len()];
        let headers = format!("cart-capability: {}\r\n", cart.capability);
        with_body("POST", &format!("/api/carts/{}/lines", cart.id), &headers, &format!(r#"{{"sku":"{sku}"}}"#))
    };
    // No line gets more than fits: each request comes a few times in a run.
    Ok((0..4)
        .flat_map(|round| carts.iter().enumerate().map(move |(number, cart)| (number + round * 31, cart)))
        .map(request)
        .collect())
}

/// Requests each of which reads a cart.
pub(crate) fn reads(carts: &[Made]) -> Vec<Box<[u8]>> {
    let request = |cart: &Made| {
        format!(
            "GET /api/carts/{}?locale={LOCALE} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\nuser-agent: ecom67-bench\r\n\
             cart-capability: {}\r\n\r\n",
            cart.id, cart.capability
        )
        .into_bytes()
        .into_boxed_slice()
    };
    carts.iter().map(request).collect()
}

/// How many commits of one row each the group-committing writer makes in a second for so many who wait for each: what no
/// cart can be faster than on this disk.
pub(crate) async fn bare_commits(folder: &Path, clients: usize, duration: Duration) -> Result<f64> {
    let database = Database::open(DatabaseOptions::new(&folder.join("bare.sqlite"), Arc::new(SystemClock)))?;
    let table = |unit: &mut Unit<'_>| -> Result<(), UnitError> {
        unit.connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT", ())?;
        Ok(())
    };
    database.write(table).await??;
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let database = database.clone();
        tasks.spawn(async move {
            let mut commits = 0_u32;
            while started.elapsed() < duration {
                let insert = |unit: &mut Unit<'_>| -> Result<(), UnitError> {
                    let mut statement = unit.connection.prepare_cached("INSERT INTO bare (record) VALUES (?1)")?;
                    statement.execute(("x".repeat(ROW_BYTES),))?;
                    Ok(())
                };
                database.write(insert).await??;
                commits += 1;
            }
            anyhow::Ok(commits)
        });
    }
    let mut commits = 0;
    while let Some(part) = tasks.join_next().await {
        commits += part.context("a task ended badly")??;
    }
    Ok(f64::from(commits) / started.elapsed().as_secs_f64())
}
