//! Somebody with an order: they pay it with one card or another, take it back, or go away.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::buyer::{Buyer, Trouble, quote_of, unexpected};
use super::client::Answer;
use super::plan::Ending;

const GOOD_CARDS: [&str; 3] = ["4242424242424242", "5555555555554444", "378282246310005"];
const DECLINED_CARDS: [&str; 4] = ["4000000000000002", "4000000000009995", "4000000000000069", "4000000000000127"];
const ASKED_CARD: &str = "4000000000003220";

/// How long somebody looks at their order before it is over.
const OVER_TIMEOUT: Duration = Duration::from_secs(90);

/// How often they look.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// What the provider has answered to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Confirmed {
    /// The money is set aside.
    SetAside,
    /// The bank asks at this address who it is.
    Asked(String),
    /// The card is declined, or the payment cannot be confirmed any more.
    No,
}

impl Buyer<'_> {
    /// Does with an order what was planned.
    pub(super) async fn ends(&self, order: Value) -> Result<(), Trouble> {
        if self.plan.extends {
            self.steps(&order, "hold-extension", &["hold_not_extendable"]).await?;
        }
        match self.plan.ending {
            Ending::LeavesTheCart | Ending::Leaves => Ok(()),
            Ending::Cancels => self.cancels(&order).await,
            // What gift cards have paid for alone is paid, and stays so.
            Ending::ChangesTheCart if order["state"] == "paid" => self.comes_back(&order).await,
            Ending::ChangesTheCart => {
                let order = self.changes_the_cart(&order).await?;
                self.pays(&order).await
            }
            Ending::Pays => self.pays(&order).await,
            Ending::PaysWithAnotherCard => {
                self.is_declined(&order).await?;
                self.pays(&order).await
            }
            Ending::LeavesWhenDeclined => self.is_declined(&order).await,
            Ending::PaysWhenAsked => {
                self.confirms_when_asked(&order, Some("complete")).await?;
                self.comes_back(&order).await
            }
            Ending::FailsWhenAskedAndPaysThen => {
                self.confirms_when_asked(&order, Some("fail")).await?;
                self.pays(&order).await
            }
            Ending::LeavesWhenAsked => self.confirms_when_asked(&order, None).await,
            Ending::CancelsWhilePaying => {
                let Some(order) = self.payable(&order).await? else { return Ok(()) };
                let (confirmed, cancelled) =
                    tokio::join!(self.confirms(&order, self.one_of(&GOOD_CARDS)), self.cancels(&order));
                confirmed?;
                cancelled?;
                self.comes_back(&order).await
            }
        }
    }

    fn one_of(&self, cards: &'static [&'static str]) -> &'static str {
        let index = usize::try_from(self.plan.number % cards.len() as u64).unwrap_or_default();
        cards[index]
    }

    async fn pays(&self, order: &Value) -> Result<(), Trouble> {
        if let Some(order) = self.payable(order).await? {
            self.confirms(&order, self.one_of(&GOOD_CARDS)).await?;
        }
        self.comes_back(order).await
    }

    /// Tries a card that is declined, and is told so.
    async fn is_declined(&self, order: &Value) -> Result<(), Trouble> {
        let Some(order) = self.payable(order).await? else { return Ok(()) };
        match self.confirms(&order, self.one_of(&DECLINED_CARDS)).await? {
            Confirmed::No => self.steps(&order, "payment", &[]).await.map(drop),
            other => Err(Trouble::Unexpected(format!("a card that is declined: {other:?}"))),
        }
    }

    async fn confirms_when_asked(&self, order: &Value, outcome: Option<&str>) -> Result<(), Trouble> {
        let Some(order) = self.payable(order).await? else { return Ok(()) };
        let (Confirmed::Asked(address), Some(outcome)) = (self.confirms(&order, ASKED_CARD).await?, outcome) else {
            return Ok(());
        };
        let token = address.split_once("token=").map(|(_, token)| token).unwrap_or_default();
        let form = format!("token={token}&outcome={outcome}");
        for answer in self.tells_provider(&address, &form, self.plan.is_hasty).await? {
            // Pressed again after it counted there is nothing to answer any more.
            if !matches!(answer.status, StatusCode::OK | StatusCode::SEE_OTHER | StatusCode::NOT_FOUND) {
                return Err(unexpected("the bank's question", &answer));
            }
        }
        Ok(())
    }

    /// The order with the secret by which it is paid; `None` where it is not to be paid any more. While the provider does
    /// not answer the shop, it is asked for again.
    async fn payable(&self, order: &Value) -> Result<Option<Value>, Trouble> {
        let mut order = order.clone();
        let began = Instant::now();
        while order["payment"]["client_secret"].is_null() {
            if order["state"] != "pending_payment" {
                return Ok(None);
            }
            if began.elapsed() > OVER_TIMEOUT {
                return Err(Trouble::Unexpected("an order that could not be paid for long".to_owned()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
            order = self.steps(&order, "payment", &[]).await?.unwrap_or(order);
        }
        Ok(Some(order))
    }

    /// Tries a card, twice at the same time if that is their way.
    async fn confirms(&self, order: &Value, card: &str) -> Result<Confirmed, Trouble> {
        let secret = order["payment"]["client_secret"].as_str().unwrap_or_default();
        let (payment, _) = secret.split_once("_secret").unwrap_or_default();
        let address = format!("{}/v1/payment_intents/{payment}/confirm", self.client.scene.provider);
        let form = format!(
            "client_secret={secret}&payment_method_data[type]=card&payment_method_data[card][number]={card}\
             &payment_method_data[card][exp_month]=12&payment_method_data[card][exp_year]=2031\
             &payment_method_data[card][cvc]=123"
        );
        // Of two questions at once the first is void: it would never be answered.
        let is_hasty = self.plan.is_hasty && card != ASKED_CARD;
        let answers = self.tells_provider(&address, &form, is_hasty).await?;
        let mut confirmed = Confirmed::No;
        for answer in answers {
            match (answer.status, answer.body["status"].as_str()) {
                (StatusCode::OK, Some("requires_capture" | "succeeded")) => {
                    self.client.scene.hear_set_aside(payment);
                    confirmed = Confirmed::SetAside;
                }
                (StatusCode::OK, Some("requires_action")) => {
                    let url = answer.body["next_action"]["redirect_to_url"]["url"].as_str().unwrap_or_default();
                    confirmed = Confirmed::Asked(url.to_owned());
                }
                // Declined, or somebody was faster: the second press, or the end of the hold.
                (StatusCode::PAYMENT_REQUIRED | StatusCode::BAD_REQUEST | StatusCode::CONFLICT, _) => {}
                _ => return Err(unexpected("the card", &answer)),
            }
        }
        Ok(confirmed)
    }

    /// Tells the provider something, or twice at the same time.
    async fn tells_provider(&self, address: &str, form: &str, is_hasty: bool) -> Result<Vec<Answer>, Trouble> {
        let tell = || self.client.tell_provider(address, form.to_owned());
        if !is_hasty {
            return Ok(vec![tell().await?]);
        }
        let (first, second) = tokio::join!(tell(), tell());
        Ok(vec![first?, second?])
    }

    /// Asks for a step of the order; `None` where it is refused with one of the codes that may be.
    async fn steps(&self, order: &Value, step: &str, may_be: &[&str]) -> Result<Option<Value>, Trouble> {
        let path = format!("/api/orders/{}/{step}", order["id"].as_str().unwrap_or_default());
        let answer = self.presses(&self.asks(Method::POST, path, None, Value::Null)).await?;
        match answer.status {
            StatusCode::OK => {
                self.client.scene.hear_order(self.cart, &answer.body);
                Ok(Some(answer.body))
            }
            StatusCode::CONFLICT if may_be.contains(&answer.code()) => Ok(None),
            // Whoever pays in the last moment may find that it is being cancelled; the order itself tells.
            StatusCode::CONFLICT if answer.code() == "order_cancelled" => Ok(None),
            _ => Err(unexpected(step, &answer)),
        }
    }

    async fn cancels(&self, order: &Value) -> Result<(), Trouble> {
        self.steps(order, "cancellation", &["order_paid_for"]).await.map(drop)
    }

    /// Puts something more into the cart, and orders it anew: the first order is taken back by that.
    async fn changes_the_cart(&self, first: &Value) -> Result<Value, Trouble> {
        let cart = self.adds(&self.plan.another, 1, "another").await?;
        let read = self.reads(first).await?;
        if !matches!(read["state"].as_str(), Some("cancelled" | "cancelling")) {
            return Err(Trouble::Unexpected(format!("the order of a changed cart is {}", read["state"])));
        }
        self.orders(quote_of(&cart)?, "second").await
    }

    /// The order as it is now.
    pub(super) async fn reads(&self, order: &Value) -> Result<Value, Trouble> {
        let path = format!("/api/orders/{}", order["id"].as_str().unwrap_or_default());
        let answer = self.client.ask(&self.asks(Method::GET, path, None, Value::Null)).await?;
        if answer.status != StatusCode::OK {
            return Err(unexpected("reading the order", &answer));
        }
        self.client.scene.hear_order(self.cart, &answer.body);
        Ok(answer.body)
    }

    /// Comes back from paying, and looks at the order until it is over, if that is their way.
    async fn comes_back(&self, order: &Value) -> Result<(), Trouble> {
        self.steps(order, "payment", &[]).await?;
        if !self.plan.waits {
            return Ok(());
        }
        let began = Instant::now();
        while began.elapsed() < OVER_TIMEOUT {
            let read = self.reads(order).await?;
            if matches!(read["state"].as_str(), Some("paid" | "cancelled")) {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err(Trouble::Unexpected(format!("{} was not over for long", json!(order["id"]))))
    }
}
