//! Whole orders: from a new cart to the paid order, as a browser goes through it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::carts::{skus, with_body};
use crate::catalog::{Catalog, HOT_PRODUCT};
use crate::client::Connection;

/// How long an order is read until it is paid.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was bought in a while.
#[derive(Debug, Default)]
pub(crate) struct Bought {
    /// How long each order took, from the new cart until it was read as paid.
    pub(crate) took: Vec<Duration>,
    /// How long each request took.
    pub(crate) requests: Vec<Duration>,
    /// How long it went on.
    pub(crate) elapsed: Duration,
}

impl Bought {
    /// Paid orders in a second.
    #[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
    pub(crate) fn rate(&self) -> f64 {
        self.took.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// The part of the durations below which `percent` of them lie, in milliseconds.
pub(crate) fn percentile_ms(durations: &mut [Duration], percent: usize) -> f64 {
    durations.sort_unstable();
    let place = durations.len() * percent / 100;
    durations.get(place.min(durations.len().saturating_sub(1))).map_or(0.0, |duration| duration.as_secs_f64() * 1e3)
}

/// What is bought.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// Each variant as often as any other.
    Anything,
    /// One and the same.
    OneVariant,
}

impl Wanted {
    fn skus(self, catalog: &Catalog) -> Result<Vec<String>> {
        match self {
            Self::Anything => Ok(skus(catalog)?.into_iter().map(str::to_owned).collect()),
            Self::OneVariant => {
                let hot = catalog.products.get(HOT_PRODUCT).context("there is no product")?;
                Ok(vec![hot.sku.clone()])
            }
        }
    }
}

/// Where is bought, and paid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) shop: SocketAddr,
    /// Where the payment provider is, if it is not in the shop's process.
    pub(crate) provider: Option<SocketAddr>,
}

/// Lets so many buyers buy, each one order after the other.
pub(crate) async fn buy(
    places: Places,
    catalog: &Catalog,
    wanted: Wanted,
    buyers: usize,
    duration: Duration,
) -> Result<Bought> {
    let key = publishable_key(places.shop).await?;
    let skus: Arc<Vec<String>> = Arc::new(wanted.skus(catalog)?);
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for buyer in 0..buyers {
        let (skus, key) = (Arc::clone(&skus), key.clone());
        tasks.spawn(async move {
            let mut line = Line::open(places).await?;
            let mut took = Vec::new();
            let mut number = buyer;
            while started.elapsed() < duration {
                let begun = Instant::now();
                line.buy(&skus[number * 7 % skus.len()], &key, &format!("buyer-{number}")).await?;
                took.push(begun.elapsed());
                number += buyers;
            }
            anyhow::Ok((took, line.took))
        });
    }
    let mut bought = Bought::default();
    while let Some(part) = tasks.join_next().await {
        let (took, requests) = part.context("a buyer's task ended badly")??;
        bought.took.extend(took);
        bought.requests.extend(requests);
    }
    bought.elapsed = started.elapsed();
    Ok(bought)
}

async fn publishable_key(shop: SocketAddr) -> Result<String> {
    let mut connection = Connection::open(shop).await?;
    let request = crate::client::request("/config.json", crate::client::Accept::Plain);
    let config: Value = serde_json::from_slice(connection.ask_in_time(&request).await?.body)?;
    let key = config["payment"]["publishable_key"].as_str().context("the shop says how it is paid")?;
    Ok(key.to_owned())
}

/// An order that is placed and not paid, and what opens it.
pub(crate) struct Placed {
    pub(crate) id: String,
    pub(crate) capability: String,
    /// With which its payment is confirmed.
    client_secret: String,
}

/// Places so many orders.
pub(crate) async fn place(shop: SocketAddr, catalog: &Catalog, orders: usize) -> Result<Vec<Placed>> {
    let skus = skus(catalog)?;
    let mut line = Line::open(Places { shop, provider: None }).await?;
    let mut placed = Vec::with_capacity(orders);
    for number in 0..orders {
        placed.push(line.place(skus[number * 7 % skus.len()], &format!("reader-{number}")).await?);
    }
    Ok(placed)
}

#[derive(Deserialize)]
struct NewCart<'answer> {
    capability: &'answer str,
}

#[derive(Deserialize)]
struct PricedCart<'answer> {
    #[serde(borrow)]
    quote: Quote<'answer>,
}

#[derive(Deserialize)]
struct Quote<'answer> {
    id: &'answer str,
}

#[derive(Deserialize)]
struct NewOrder<'answer> {
    id: &'answer str,
    #[serde(borrow)]
    payment: NewPayment<'answer>,
}

#[derive(Deserialize)]
struct NewPayment<'answer> {
    client_secret: &'answer str,
}

#[derive(Deserialize)]
struct OrderNow<'answer> {
    state: &'answer str,
}

/// An answer of which nothing is needed.
#[derive(Deserialize)]
struct Ignored {}

/// Asks, and reads what is needed of the answer: no more, as the client shares the shop's cores.
async fn ask<'line, T: Deserialize<'line>>(
    connection: &'line mut Connection,
    took: &mut Vec<Duration>,
    request: &[u8],
) -> Result<T> {
    let begun = Instant::now();
    let answer = connection.ask_in_time(request).await?;
    if !(200..300).contains(&answer.status) {
        bail!("answered with {}: {}", answer.status, String::from_utf8_lossy(answer.body));
    }
    took.push(begun.elapsed());
    Ok(serde_json::from_slice(answer.body)?)
}

struct Line {
    connection: Connection,
    /// To the provider, where it is a process of its own.
    provider: Option<Connection>,
    took: Vec<Duration>,
}

impl Line {
    async fn open(Places { shop, provider }: Places) -> Result<Self> {
        let provider = match provider {
            Some(address) => Some(Connection::open(address).await?),
            None => None,
        };
        Ok(Self { connection: Connection::open(shop).await?, provider, took: Vec::new() })
    }

    async fn ask<'line, T: Deserialize<'line>>(&'line mut self, request: &[u8]) -> Result<T> {
        ask(&mut self.connection, &mut self.took, request).await
    }

    async fn place(&mut self, sku: &str, name: &str) -> Result<Placed> {
        let new = format!(r#"{{"sku":"{sku}","capability":"client"}}"#);
        let made: NewCart = self.ask(&with_body("POST", "/api/carts", "", &new)).await?;
        let capability = made.capability.to_owned();
        let own = format!("cart-capability: {capability}\r\n");
        let destination = r#"{"destination":{"country":"GB","postal_code":"SW1A 1AA"}}"#;
        let _: Ignored = self.ask(&with_body("PUT", "/api/carts/mine/destination", &own, destination)).await?;
        let delivery = with_body("PUT", "/api/carts/mine/delivery", &own, r#"{"method":"parcel"}"#);
        let cart: PricedCart = self.ask(&delivery).await?;
        let body = format!(
            r#"{{"quote_id":"{}","contact":{{"email":"{name}@example.org","delivery_address":{{"name":"Ann Lee","line1":"10 Downing Street","postal_code":"SW1A 1AA","city":"London","country":"GB"}}}}}}"#,
            cart.quote.id
        );
        let headers = format!("{own}idempotency-key: one\r\n");
        let order: NewOrder = self.ask(&with_body("POST", "/api/checkouts", &headers, &body)).await?;
        let (id, client_secret) = (order.id.to_owned(), order.payment.client_secret.to_owned());
        Ok(Placed { id, capability, client_secret })
    }

    async fn buy(&mut self, sku: &str, key: &str, name: &str) -> Result<()> {
        let Placed { id, capability, client_secret: secret } = self.place(sku, name).await?;
        let (payment, _) = secret.split_once("_secret").context("a secret names its payment")?;
        let form = format!(
            "client_secret={secret}&payment_method_data[type]=card&payment_method_data[card][number]=4242424242424242\
             &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2031\
             &payment_method_data[card][cvc]=123"
        );
        let home = if self.provider.is_some() { "" } else { "/simulator" };
        let confirm = format!(
            "POST {home}/v1/payment_intents/{payment}/confirm HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\n\
             authorization: Bearer {key}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            form.len()
        );
        let provider = self.provider.as_mut().unwrap_or(&mut self.connection);
        let _: Ignored = ask(provider, &mut self.took, confirm.as_bytes()).await?;
        let path = format!("/api/orders/{id}");
        let own = format!("cart-capability: {capability}\r\n");
        let mut state = self.state(&with_body("POST", &format!("{path}/payment"), &own, "")).await?;
        let read = with_body("GET", &path, &own, "");
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if state == "paid" {
                return Ok(());
            }
            state = self.state(&read).await?;
        }
        bail!("an order is not paid: {state}")
    }

    async fn state(&mut self, request: &[u8]) -> Result<String> {
        let order: OrderNow = self.ask(request).await?;
        Ok(order.state.to_owned())
    }
}
