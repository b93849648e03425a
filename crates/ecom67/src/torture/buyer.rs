//! Somebody who comes to the shop, fills a cart and orders it.

use std::sync::atomic::Ordering;

use ecom67_app::carts::Capability;
use ecom67_domain::{CartId, Sku};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::{Answer, Ask, Client, NoAnswer};
use super::plan::{Ending, Plan};
use super::pressing::Refusal;

/// How often a quote is agreed to that has changed meanwhile.
const QUOTES_MAX: u32 = 6;

/// Why somebody goes home without an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// What they wanted is gone.
    SoldOut,
    /// They have as many unpaid orders as they may.
    AtTheLimit,
    /// They were answered what nobody should be, or not at all.
    Unexpected(String),
}

impl From<NoAnswer> for Trouble {
    fn from(NoAnswer: NoAnswer) -> Self {
        Self::Unexpected("nobody answered".to_owned())
    }
}

pub(super) fn unexpected(what: &str, answer: &Answer) -> Trouble {
    Trouble::Unexpected(format!("{what}: {}", answer.summary()))
}

/// Somebody with a cart.
pub(super) struct Buyer<'run> {
    pub(super) client: &'run Client,
    pub(super) plan: &'run Plan,
    pub(super) capability: Capability,
    pub(super) cart: CartId,
}

/// Lets somebody come, do what they mean to, and go.
pub(super) async fn visit(client: &Client, plan: &Plan) {
    match visited(client, plan).await {
        Ok(()) => {}
        Err(Trouble::SoldOut) => drop(client.scene.sold_out.fetch_add(1, Ordering::Relaxed)),
        Err(Trouble::AtTheLimit) => drop(client.scene.at_the_limit.fetch_add(1, Ordering::Relaxed)),
        Err(Trouble::Unexpected(what)) => client.scene.unexpected(format!("visit {}", plan.number), what),
    }
}

async fn visited(client: &Client, plan: &Plan) -> Result<(), Trouble> {
    let (buyer, quote) = Buyer::with_a_cart(client, plan).await?;
    if plan.ending == Ending::LeavesTheCart {
        return Ok(());
    }
    let order = buyer.orders(quote, "first").await?;
    if plan.looks_up {
        buyer.looks_up(&order).await?;
    }
    buyer.ends(order).await
}

impl<'run> Buyer<'run> {
    /// Fills a cart, and tells what it costs.
    async fn with_a_cart(client: &'run Client, plan: &'run Plan) -> Result<(Self, String), Trouble> {
        let (sku, quantity) = &plan.lines[0];
        let body = json!({"sku": sku.as_str(), "quantity": quantity, "capability": "client"});
        let ask = Ask { method: Method::POST, path: "/api/carts".to_owned(), capability: None, key: None, body };
        // Pressed twice it makes two carts, one of which nobody will ever open again.
        let made = if plan.is_hasty {
            let [first, _] = client.ask_twice(&ask, &ask).await?;
            first
        } else {
            client.ask(&ask).await?
        };
        match made.status {
            StatusCode::CREATED => {}
            StatusCode::CONFLICT if made.code() == "not_enough_stock" => return Err(Trouble::SoldOut),
            _ => return Err(unexpected("a new cart", &made)),
        }
        let capability = made.body["capability"].as_str().and_then(|text| text.parse::<Capability>().ok());
        let capability =
            capability.ok_or_else(|| Trouble::Unexpected("a new cart without its capability".to_owned()))?;
        let buyer = Self { client, plan, cart: capability.key().id, capability };
        buyer.hear_cart(&made.body["cart"]);
        for (index, (sku, quantity)) in plan.lines.iter().enumerate().skip(1) {
            let cart = buyer.adds(sku, *quantity, &format!("line-{index}")).await?;
            let line = cart["lines"].as_array().into_iter().flatten().find(|line| line["sku"] == sku.as_str());
            if line.is_none_or(|line| line["quantity"] != *quantity) {
                return Err(Trouble::Unexpected(format!("{quantity} of {sku} were added, and the cart has {line:?}")));
            }
        }
        if let Some((sku, quantity, code)) = &plan.beyond {
            buyer.is_refused(sku, *quantity, code).await?;
        }
        let destination = json!({"destination": {"country": "GB", "postal_code": "SW1A 1AA"}});
        buyer.writes(Method::PUT, "/destination", "destination", destination).await?;
        if let Some(coupon) = plan.coupon {
            buyer.writes(Method::PUT, &format!("/coupons/{coupon}"), "coupon", Value::Null).await?;
        }
        for (index, place) in plan.gift_cards.iter().enumerate() {
            buyer.enters_gift_card(*place, &format!("gift-card-{index}")).await?;
        }
        let cart = buyer.writes(Method::PUT, "/delivery", "delivery", json!({"method": "parcel"})).await?;
        let quote = quote_of(&cart)?;
        Ok((buyer, quote))
    }

    fn hear_cart(&self, cart: &Value) {
        if let Some(version) = cart["version"].as_u64() {
            self.client.scene.hear_cart(&self.capability, version);
        }
    }

    /// A request that shows what opens the cart.
    pub(super) fn asks(&self, method: Method, path: String, key: Option<String>, body: Value) -> Ask {
        Ask { method, path, capability: Some(self.capability.reveal()), key, body }
    }

    /// Asks once, or twice at the same time with the same name, if that is their way; the first answer counts.
    pub(super) async fn presses(&self, ask: &Ask) -> Result<Answer, Trouble> {
        if !self.plan.is_hasty {
            return Ok(self.client.ask(ask).await?);
        }
        let [first, second] = self.client.ask_twice(ask, ask).await?;
        Ok(if first.status.is_success() { first } else { second })
    }

    async fn writes(&self, method: Method, path: &str, key: &str, body: Value) -> Result<Value, Trouble> {
        let ask = self.asks(method, format!("/api/carts/mine{path}"), Some(key.to_owned()), body);
        let answer = self.presses(&ask).await?;
        match answer.status {
            StatusCode::OK => {
                self.hear_cart(&answer.body);
                Ok(answer.body)
            }
            StatusCode::CONFLICT if answer.code() == "not_enough_stock" => Err(Trouble::SoldOut),
            _ => Err(unexpected(path, &answer)),
        }
    }

    /// Asks for a number of units that nobody may have.
    async fn is_refused(&self, sku: &Sku, quantity: u32, code: &str) -> Result<(), Trouble> {
        let path = format!("/api/carts/mine/lines/{sku}");
        let ask = self.asks(Method::PUT, path, Some("beyond".to_owned()), json!({"quantity": quantity}));
        let answer = self.presses(&ask).await?;
        if answer.status != StatusCode::CONFLICT || answer.code() != code {
            return Err(unexpected(&format!("{quantity} of {sku}, where {code} is due"), &answer));
        }
        self.client.scene.beyond.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Has a gift card pay, if anything is left on it.
    async fn enters_gift_card(&self, place: usize, key: &str) -> Result<(), Trouble> {
        let Some(code) = self.client.scene.gift_card_codes.get(place) else { return Ok(()) };
        let path = "/api/carts/mine/gift-cards".to_owned();
        let ask = self.asks(Method::POST, path, Some(key.to_owned()), json!({"code": code}));
        let answer = self.presses(&ask).await?;
        match answer.status {
            StatusCode::OK => {
                self.hear_cart(&answer.body);
                Ok(())
            }
            StatusCode::CONFLICT if answer.code() == "gift_card_empty" => Ok(()),
            _ => Err(unexpected("a gift card", &answer)),
        }
    }

    /// Puts more into the cart.
    pub(super) async fn adds(&self, sku: &Sku, quantity: u32, key: &str) -> Result<Value, Trouble> {
        self.writes(Method::POST, "/lines", key, json!({"sku": sku.as_str(), "quantity": quantity})).await
    }

    /// Presses the order button, and agrees to what it costs by then, until there is an order.
    pub(super) async fn orders(&self, quote: String, attempt: &str) -> Result<Value, Trouble> {
        let mut quote = quote;
        for round in 0..QUOTES_MAX {
            match self.presses_order(&quote, &format!("{attempt}-{round}")).await? {
                Ok(order) => return Ok(order),
                Err(Refusal::OutOfStock) => return Err(Trouble::SoldOut),
                Err(Refusal::AtTheLimit) => return Err(Trouble::AtTheLimit),
                Err(Refusal::QuoteChanged(cart)) => {
                    self.hear_cart(&cart);
                    quote = quote_of(&cart)?;
                }
            }
        }
        Err(Trouble::Unexpected(format!("the quote changed {QUOTES_MAX} times")))
    }

    /// Finds the order by its number and the e-mail address.
    async fn looks_up(&self, order: &Value) -> Result<(), Trouble> {
        let body = json!({"number": order["number"], "email": self.plan.email});
        let path = "/api/order-look-ups".to_owned();
        let ask = Ask { method: Method::POST, path, capability: None, key: None, body };
        let found = self.presses(&ask).await?;
        if found.status != StatusCode::OK || found.body["id"] != order["id"] {
            return Err(unexpected("looking the order up", &found));
        }
        self.client.scene.hear_order(self.cart, &found.body);
        Ok(())
    }
}

pub(super) fn quote_of(cart: &Value) -> Result<String, Trouble> {
    let quote = cart["quote"]["id"].as_str().map(str::to_owned);
    quote.ok_or_else(|| Trouble::Unexpected("a cart without a quote".to_owned()))
}
