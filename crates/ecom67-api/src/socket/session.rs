//! One socket, from its opening to its end.

use std::borrow::Cow;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use ecom67_app::orders::{FOLLOWED_MAX, Follower, OrderError, OrderKey, OrderPayment, Orders};
use ecom67_app::{Chain, stopped};
use ecom67_domain::cart::CapabilityDigest;
use ecom67_domain::{OrderId, Version};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use super::SocketPlace;
use crate::allowance::Allowance;
use crate::present::order_view;
use crate::view;

/// The protocol that is spoken here.
pub(crate) const PROTOCOL: &str = "ecom67.v1";

/// How long a message may take to be sent.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// Messages that the other end may send in a second, and ten times as many at once.
const MESSAGES_A_SECOND: u32 = 2;

/// What the other end may say.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Asked {
    /// It wants to hear of an order, from a version on that it knows.
    Follow { order: String, version: Option<u64> },
    /// It does not any more.
    Unfollow { order: String },
}

/// What is said.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Told<'told> {
    /// An order, as it is now.
    Order { version: u64, order: &'told view::Order },
    /// What was asked cannot be done.
    Problem {
        code: &'static str,
        detail: Cow<'static, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        order: Option<String>,
    },
}

/// The other end is gone, or slower than we wait.
struct Gone;

/// A socket of a shopper, who hears of the orders that they have.
pub(crate) struct Session {
    socket: WebSocket,
    orders: Orders,
    place: SocketPlace,
    capability: CapabilityDigest,
    follower: Follower,
    /// The versions that were told last.
    told: Vec<(OrderId, Version)>,
    allowance: Allowance,
}

impl Session {
    /// A socket of whoever has `order`.
    pub(crate) fn new(socket: WebSocket, orders: Orders, place: SocketPlace, order: OrderKey) -> Self {
        let follower = orders.news.follower();
        let allowance = Allowance::new(MESSAGES_A_SECOND);
        Self { socket, orders, place, capability: order.capability, follower, told: Vec::new(), allowance }
    }

    /// Tells of `first`, and of whatever else is asked for, until one end has enough.
    pub(crate) async fn run(mut self, first: OrderId) {
        let limits = self.place.sockets.limits;
        let mut stop = self.place.sockets.stop.clone();
        let opened_at = Instant::now();
        let mut heard_at = opened_at;
        let mut heartbeat = heartbeat(limits.heartbeat);
        let mut went_on = self.follow(first, None).await;
        while went_on.is_ok() {
            went_on = tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => {
                        heard_at = Instant::now();
                        self.hear(message).await
                    }
                    Some(Err(_)) | None => Err(Gone),
                },
                moved = self.follower.next() => self.tell_all(moved).await,
                now = heartbeat.tick() => {
                    if now.duration_since(heard_at) >= limits.silence_max {
                        Err(Gone)
                    } else if now.duration_since(opened_at) >= limits.age_max {
                        self.close(close_code::AWAY, "come again").await
                    } else {
                        self.send(Message::Ping(axum::body::Bytes::new())).await
                    }
                }
                () = stopped(&mut stop) => self.close(close_code::AWAY, "the shop stops").await,
            };
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), Gone> {
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(Gone),
            Message::Binary(_) => return self.close(close_code::UNSUPPORTED, "text is spoken here").await,
        };
        if !self.allowance.takes() {
            return self.close(close_code::POLICY, "too many messages").await;
        }
        match serde_json::from_str(&text) {
            Ok(Asked::Follow { order, version }) => match order.parse() {
                Ok(id) => self.follow(id, version.map(Version)).await,
                Err(_) => self.tell_of_none(order).await,
            },
            Ok(Asked::Unfollow { order }) => {
                if let Ok(id) = order.parse() {
                    self.follower.unfollow(id);
                    self.told.retain(|(told, _)| *told != id);
                }
                Ok(())
            }
            Err(error) => {
                let detail = format!("A message is {{\"type\":\"follow\",\"order\":\"order_…\"}}: {error}.");
                self.tell(&Told::Problem { code: "message_invalid", detail: detail.into(), order: None }).await
            }
        }
    }

    /// Follows an order, and tells of it unless the other end has this very version.
    async fn follow(&mut self, id: OrderId, known: Option<Version>) -> Result<(), Gone> {
        if !self.follower.follow(id) {
            let detail = format!("A socket follows at most {FOLLOWED_MAX} orders.");
            let problem = Told::Problem { code: "too_many_orders", detail: detail.into(), order: Some(id.to_string()) };
            return self.tell(&problem).await;
        }
        self.told.retain(|(told, _)| *told != id);
        self.told.extend(known.map(|version| (id, version)));
        self.tell_of(id).await
    }

    async fn tell_all(&mut self, moved: Vec<OrderId>) -> Result<(), Gone> {
        for id in moved {
            self.tell_of(id).await?;
        }
        Ok(())
    }

    async fn tell_of(&mut self, id: OrderId) -> Result<(), Gone> {
        let read = async {
            let order = self.orders.find(OrderKey { id, capability: self.capability }).await?;
            let contact = self.orders.contact(id).await?;
            Ok::<_, OrderError>((order, contact))
        };
        match read.await {
            Ok((order, _)) if self.told.contains(&(id, order.version)) => Ok(()),
            Ok((order, contact)) => {
                self.told.retain(|(told, _)| *told != id);
                self.told.push((id, order.version));
                let view = order_view(&order.value, contact.as_ref(), &OrderPayment::Nothing);
                self.tell(&Told::Order { version: order.version.0, order: &view }).await
            }
            Err(OrderError::NotFound) => {
                self.follower.unfollow(id);
                self.tell_of_none(id.to_string()).await
            }
            Err(error) => {
                tracing::warn!(order = %id, error = %Chain(&error), "an order could not be told of");
                self.close(close_code::AGAIN, "come again").await
            }
        }
    }

    async fn tell_of_none(&mut self, order: String) -> Result<(), Gone> {
        let detail = "There is no such order, or it is not yours.".into();
        self.tell(&Told::Problem { code: "order_not_found", detail, order: Some(order) }).await
    }

    async fn tell(&mut self, told: &Told<'_>) -> Result<(), Gone> {
        match serde_json::to_string(told) {
            Ok(text) => self.send(Message::Text(text.into())).await,
            Err(error) => {
                tracing::error!(%error, "a message could not be written");
                self.close(close_code::ERROR, "").await
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        timeout(SEND_TIMEOUT, self.socket.send(message)).await.map_err(|_| Gone)?.map_err(|_| Gone)
    }

    /// Says why the socket ends, and has it end.
    async fn close(&mut self, code: u16, reason: &'static str) -> Result<(), Gone> {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        self.send(Message::Close(Some(frame))).await.and(Err(Gone))
    }
}

fn heartbeat(every: Duration) -> Interval {
    let mut heartbeat = interval_at(Instant::now() + every, every);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    heartbeat
}
