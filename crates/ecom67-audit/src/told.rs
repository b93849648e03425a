//! The buyers' side: what they were told.

use std::collections::BTreeMap;

use ecom67_domain::{CartId, OrderId, Sku};
use serde::Deserialize;
use serde_json::Value;

/// Something that a buyer was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The cart has this version.
    Cart {
        /// Which.
        cart: CartId,
        /// Its version.
        version: u64,
    },
    /// The order is like this.
    Order(ToldOrder),
    /// By the provider: the money is set aside.
    SetAside {
        /// The payment.
        payment: String,
    },
}

/// An order as a buyer was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldOrder {
    /// The cart that it was made from.
    pub cart: CartId,
    /// Which.
    pub order: OrderId,
    /// Its number.
    pub number: String,
    /// The name of its state.
    pub state: String,
    /// What it costs.
    pub total: i64,
    /// What was bought.
    pub units: BTreeMap<Sku, u64>,
}

/// What was told is no order.
#[derive(Debug, thiserror::Error)]
pub enum ToldUnreadable {
    /// It has not the form of one.
    #[error("what a buyer was told is no order")]
    Form(#[from] serde_json::Error),
    /// A name in it is none.
    #[error("what a buyer was told has no valid {0}")]
    Name(&'static str),
}

/// The part of an answer that the audit looks at.
#[derive(Deserialize)]
struct OrderView {
    id: String,
    number: String,
    state: String,
    totals: TotalsView,
    lines: Vec<LineView>,
}

#[derive(Deserialize)]
struct TotalsView {
    total: i64,
}

#[derive(Deserialize)]
struct LineView {
    sku: String,
    quantity: u64,
}

impl ToldOrder {
    /// What the API's answer tells of the order that was made from `cart`.
    pub fn read(cart: CartId, answer: &Value) -> Result<Self, ToldUnreadable> {
        let OrderView { id, number, state, totals, lines } = OrderView::deserialize(answer)?;
        let mut units = BTreeMap::new();
        for LineView { sku, quantity } in lines {
            *units.entry(sku.parse().map_err(|_| ToldUnreadable::Name("SKU"))?).or_default() += quantity;
        }
        let order = id.parse().map_err(|_| ToldUnreadable::Name("order id"))?;
        Ok(Self { cart, order, number, state, total: totals.total, units })
    }
}
