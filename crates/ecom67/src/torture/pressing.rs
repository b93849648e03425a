//! The order button, pressed once or twice at the same time, and whether what came of it may be.
//!
//! Of two presses for one cart one may be refused and the other get the order. Decided before there was the order, the
//! refusal is right: goods, gift cards and limits were others then. Decided after, it is wrong: who comes second gets the
//! first one's order. Only the shop knows when it decided, but everybody sees when they sent a press and when they had read
//! its answer. What was sent once the order had been read was decided after it. Of presses that overlap either may be; so
//! whoever was refused presses once more, which is certainly after, under a name that the shop does not know: the cart has
//! to lead to the order. An order whose hold has run out is none any more, and nothing is held against the shop then.

use std::sync::atomic::Ordering;
use std::time::Instant;

use ecom67_domain::OrderId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::buyer::{Buyer, Trouble, unexpected};
use super::client::{Answer, TOO_MANY_OPEN};
use super::plan::Press;

/// Why no order is made, of what somebody may be told who presses the button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Something is gone.
    OutOfStock,
    /// They have as many unpaid orders as they may.
    AtTheLimit,
    /// It costs something else by now: the cart.
    QuoteChanged(Value),
}

impl Refusal {
    fn of(mut answer: Answer) -> Result<Self, Trouble> {
        match (answer.status, answer.code()) {
            (StatusCode::CONFLICT, "out_of_stock") => Ok(Self::OutOfStock),
            (StatusCode::TOO_MANY_REQUESTS, TOO_MANY_OPEN) => Ok(Self::AtTheLimit),
            (StatusCode::CONFLICT, "quote_changed") => Ok(Self::QuoteChanged(answer.body["cart"].take())),
            _ => Err(unexpected("the order", &answer)),
        }
    }
}

/// A press of the button, as whoever pressed saw it.
#[derive(Clone, Debug)]
struct Pressed {
    /// When it was sent, the last time where it was sent again: only that one was refused.
    sent: Instant,
    /// When its answer had been read.
    read: Instant,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// It got an order.
    Order(OrderId),
    /// It got none, and was told this.
    Refused(String),
}

/// What must never come of presses for one cart; `None` where all is well. `has_run_out` says whether an order's hold has by
/// now: then it need not have been there any more when another press was decided.
fn wronged(presses: &[Pressed], has_run_out: impl Fn(OrderId) -> bool) -> Option<String> {
    presses.iter().find_map(|served| {
        let Outcome::Order(order) = served.outcome else { return None };
        if has_run_out(order) {
            return None;
        }
        presses.iter().find_map(|other| match &other.outcome {
            Outcome::Order(another) if *another == order || has_run_out(*another) => None,
            Outcome::Order(another) => Some(format!("presses for one cart made {order} and {another}")),
            Outcome::Refused(_) if other.sent < served.read => None,
            Outcome::Refused(why) => Some(format!("a press was refused when there was {order}: {why}")),
        })
    })
}

impl Buyer<'_> {
    /// Presses the order button as often as is their way, and once more where only one press got the order.
    pub(super) async fn presses_order(&self, quote: &str, key: &str) -> Result<Result<Value, Refusal>, Trouble> {
        let address = json!({"name": "Ann Lee", "line1": "10 Downing Street", "postal_code": "SW1A 1AA",
            "city": "London", "country": "GB"});
        let body = json!({"quote_id": quote, "contact": {"email": self.plan.email, "delivery_address": address}});
        let ask = |key: String| self.asks(Method::POST, "/api/checkouts".to_owned(), Some(key), body.clone());
        let first = ask(key.to_owned());
        let answers = match self.plan.press {
            Press::Once => vec![self.client.ask(&first).await?],
            Press::Twice => self.client.ask_twice(&first, &first).await?.into(),
            Press::InTwoTabs => self.client.ask_twice(&first, &ask(format!("{key}-other"))).await?.into(),
        };
        let mut seen = Seen::default();
        for answer in answers {
            self.sees(&mut seen, answer)?;
        }
        if seen.order.is_some() && seen.refusal.is_some() {
            self.client.scene.refused_first.fetch_add(1, Ordering::Relaxed);
            let again = self.client.ask(&ask(format!("{key}-again"))).await?;
            self.sees(&mut seen, again)?;
        }
        match (seen.order, seen.refusal) {
            (Some(order), _) => {
                self.is_not_wronged(&seen.presses).await?;
                self.client.scene.placed.fetch_add(1, Ordering::Relaxed);
                Ok(Ok(order))
            }
            (None, Some(refusal)) => Ok(Err(refusal)),
            (None, None) => Err(Trouble::Unexpected("an order without its form".to_owned())),
        }
    }

    fn sees(&self, seen: &mut Seen, answer: Answer) -> Result<(), Trouble> {
        let (sent, read) = (answer.sent, answer.read);
        let outcome = if matches!(answer.status, StatusCode::OK | StatusCode::CREATED) {
            let Some(order) = self.client.scene.hear_order(self.cart, &answer.body) else { return Ok(()) };
            seen.order = Some(answer.body);
            Outcome::Order(order)
        } else {
            let summary = answer.summary();
            seen.refusal = Some(Refusal::of(answer)?);
            Outcome::Refused(summary)
        };
        seen.presses.push(Pressed { sent, read, outcome });
        Ok(())
    }

    /// Looks at the orders again where something may be wrong, and fails where it is.
    async fn is_not_wronged(&self, presses: &[Pressed]) -> Result<(), Trouble> {
        if wronged(presses, |_| false).is_none() {
            return Ok(());
        }
        let mut run_out = Vec::new();
        for press in presses {
            let Outcome::Order(order) = press.outcome else { continue };
            let read = self.reads(&json!({"id": order.to_string()})).await?;
            if read["cancel_reason"] == "expired" {
                run_out.push(order);
            }
        }
        wronged(presses, |order| run_out.contains(&order)).map_or(Ok(()), |wrong| Err(Trouble::Unexpected(wrong)))
    }
}

/// What came of presses for one cart.
#[derive(Default)]
struct Seen {
    presses: Vec<Pressed>,
    /// The order, as it was told last.
    order: Option<Value>,
    /// The refusal that was told last.
    refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests;
