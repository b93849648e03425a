//! `ecom67 order …`: orders, from the shell.

use anyhow::{Context, bail};
use clap::Subcommand;
use ecom67_app::port::{ORDERS_PAGE_MAX, OrderEnvelope, OrderFilter, Stored};
use ecom67_domain::order::{CancelReason, OrderEvent, OrderState};
use ecom67_domain::violation::Invalid;
use ecom67_domain::{Money, Order, OrderId, OrderNumber};
use serde::{Deserialize, Serialize};

use super::{Command, Ending, Teller};
use crate::DataFlag;
use crate::local::LocalShop;

/// What is asked for at the shell.
#[derive(Subcommand)]
pub(crate) enum OrderAction {
    /// List the newest orders
    List {
        /// Only those in this state
        #[arg(long, value_parser = STATES)]
        state: Option<String>,
        /// So many at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        limit: u32,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Show an order, with what happened to it
    Show {
        /// Its number or id
        order: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Look whether an order is what its events tell
    Replay {
        /// Its number or id
        order: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Give some of what was paid back
    Refund {
        /// Its number or id
        order: String,
        /// How much, as a decimal in the order's currency
        #[arg(long)]
        amount: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Note that a refund which failed or is stuck was paid another way, as by bank transfer
    Settle {
        /// Its number or id
        order: String,
        /// The number of the refund, as `order show` tells it
        #[arg(long, value_name = "N")]
        refund: u32,
        /// By what the payment is found in the books, such as the transfer's reference; it is to name nobody
        #[arg(long, value_name = "TEXT")]
        note: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Cancel an order that is not paid for
    Cancel {
        /// Its number or id
        order: String,
        #[command(flatten)]
        data: DataFlag,
    },
}

impl OrderAction {
    pub(crate) fn of(self) -> (DataFlag, Command) {
        let (data, command) = match self {
            Self::List { state, limit, data } => {
                (data, OrderCommand::List { state, limit: usize::try_from(limit).unwrap_or(usize::MAX) })
            }
            Self::Show { order, data } => (data, OrderCommand::Show { order }),
            Self::Replay { order, data } => (data, OrderCommand::Replay { order }),
            Self::Refund { order, amount, data } => (data, OrderCommand::Refund { order, amount }),
            Self::Settle { order, refund, note, data } => (data, OrderCommand::Settle { order, refund, note }),
            Self::Cancel { order, data } => (data, OrderCommand::Cancel { order }),
        };
        (data, Command::Orders(command))
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum OrderCommand {
    /// The newest orders.
    List {
        /// Only those in this state.
        state: Option<String>,
        /// So many.
        limit: usize,
    },
    /// One order, with what happened to it.
    Show {
        /// Its number or id.
        order: String,
    },
    /// Whether an order is what its events tell.
    Replay {
        /// Its number or id.
        order: String,
    },
    /// Gives money back.
    Refund {
        /// Its number or id.
        order: String,
        /// How much, as a decimal in the order's currency.
        amount: String,
    },
    /// Notes that a refund was paid another way.
    Settle {
        /// Its number or id.
        order: String,
        /// The number of the refund.
        refund: u32,
        /// By what the payment is found.
        note: String,
    },
    /// Cancels an order that is not paid for.
    Cancel {
        /// Its number or id.
        order: String,
    },
}

/// The names of all states.
pub(crate) const STATES: [&str; 5] = [
    OrderState::PendingPayment.as_str(),
    OrderState::Capturing.as_str(),
    OrderState::Paid.as_str(),
    OrderState::Cancelling(CancelReason::Staff).as_str(),
    OrderState::Cancelled(CancelReason::Staff).as_str(),
];

pub(super) async fn run(shop: &LocalShop, command: OrderCommand, teller: &Teller) -> anyhow::Result<Ending> {
    match command {
        OrderCommand::List { state, limit } => list(shop, state.as_deref(), limit, teller).await,
        OrderCommand::Show { order } => show(shop, &order, teller).await,
        OrderCommand::Replay { order } => replay(shop, &order, teller).await,
        OrderCommand::Refund { order, amount } => {
            let order = found(shop, &order).await?.value;
            let amount = Money::from_decimal(&amount, order.content.currency)
                .map_err(|invalid| anyhow::anyhow!("the amount is wrong: {}", invalid.expected))?;
            let after = shop.checkouts.orders.refund(order.id, amount).await?;
            teller.line(line(&after.value)).await;
            Ok(Ending::Done)
        }
        OrderCommand::Settle { order, refund, note } => {
            let note =
                note.parse().map_err(|invalid: Invalid| anyhow::anyhow!("the note is wrong: {}", invalid.expected))?;
            let order = found(shop, &order).await?.value;
            let after = shop.checkouts.orders.settle_otherwise(order.id, refund, &note).await?;
            teller.line(line(&after.value)).await;
            Ok(Ending::Done)
        }
        OrderCommand::Cancel { order } => {
            let id = found(shop, &order).await?.value.id;
            let after = shop.checkouts.orders.cancel(id, CancelReason::Staff).await?;
            teller.line(line(&after.value)).await;
            Ok(Ending::Done)
        }
    }
}

pub(super) async fn found(shop: &LocalShop, order: &str) -> anyhow::Result<Stored<Order>> {
    let store = &shop.checkouts.orders.store;
    let id = match (order.parse::<OrderId>(), order.parse::<OrderNumber>()) {
        (Ok(id), _) => Some(id),
        (_, Ok(number)) => store.find_by_number(number).await?,
        _ => bail!("{order:?} is neither an order's number, such as K7QM-2XRT, nor its id"),
    };
    let stored = match id {
        Some(id) => store.find(id).await?,
        None => None,
    };
    stored.with_context(|| format!("there is no order {order}"))
}

async fn list(shop: &LocalShop, state: Option<&str>, limit: usize, teller: &Teller) -> anyhow::Result<Ending> {
    let state = state.and_then(|name| STATES.into_iter().find(|known| *known == name));
    let (mut before, mut left) = (None, limit);
    while left > 0 {
        let wanted = left.min(ORDERS_PAGE_MAX);
        let page = shop.checkouts.orders.store.list(OrderFilter { state }, before, wanted).await?;
        for stored in &page {
            teller.line(line(&stored.value)).await;
        }
        left -= page.len();
        before = page.last().map(|stored| stored.value.id);
        if page.len() < wanted {
            break;
        }
    }
    Ok(Ending::Done)
}

/// An order in a line. Who ordered is not told.
fn line(order: &Order) -> String {
    let total = order.content.totals.total;
    let reason = order.state.cancel_reason().map(|reason| format!(" ({})", reason.as_str())).unwrap_or_default();
    format!(
        "{}  {}  {:>12} {}  {}{reason}",
        order.number,
        order.placed_at.strftime("%Y-%m-%d %H:%M:%S"),
        total.to_decimal(),
        total.currency().code(),
        order.state.as_str(),
    )
}

async fn show(shop: &LocalShop, order: &str, teller: &Teller) -> anyhow::Result<Ending> {
    let Stored { value: order, version } = found(shop, order).await?;
    teller.line(line(&order)).await;
    teller.line(format!("id {}, version {}, market {}", order.id, version.0, order.market)).await;
    for line in &order.content.lines {
        let (quantity, total) = (line.quantity, line.total.to_decimal());
        teller.line(format!("  {quantity:>5} × {:<24} {total:>12}  {}", line.sku.as_str(), line.name)).await;
    }
    if let Some(delivery) = &order.content.delivery {
        let (method, total) = (delivery.method.as_str(), delivery.total.to_decimal());
        teller.line(format!("  {method:<32} {total:>12}  {}", delivery.name)).await;
    }
    for paid in &order.content.gift_cards {
        let (card, hint, amount) = (paid.card, paid.hint, paid.amount.to_decimal());
        teller.line(format!("  {:<32} {amount:>12}  {card}", format!("gift card •••• {hint}"))).await;
    }
    if let Some(payment) = &order.payment {
        let due = order.content.totals.due.to_decimal();
        let how = if order.state == OrderState::Paid { "paid by" } else { "to be paid by" };
        teller.line(format!("{due} {how} {payment}")).await;
    }
    if let Some(due_at) = order.task.due_at {
        teller.line(format!("due {due_at}, after {} failures", order.task.failures)).await;
    } else if order.task.is_stuck() {
        teller.line(format!("stuck after {} failures: see ecom67 workflow show", order.task.failures)).await;
    }
    tell_events(shop, order.id, teller).await?;
    Ok(Ending::Done)
}

/// All that happened to an order, a line each.
pub(super) async fn tell_events(shop: &LocalShop, id: OrderId, teller: &Teller) -> anyhow::Result<()> {
    for envelope in shop.checkouts.orders.store.events(id).await? {
        for event in &envelope.events {
            teller.line(told(&envelope, event)).await;
        }
    }
    Ok(())
}

fn told(envelope: &OrderEnvelope, event: &OrderEvent) -> String {
    let what = match event {
        OrderEvent::Placed(_) => "placed".to_owned(),
        OrderEvent::HoldExtended { until } => format!("hold extended until {until}"),
        OrderEvent::Authorised { payment: Some(payment) } => format!("authorised by {payment}"),
        OrderEvent::Authorised { payment: None } => "nothing is owed".to_owned(),
        OrderEvent::Paid => "paid".to_owned(),
        OrderEvent::CancellationBegun { reason } => format!("cancellation begun: {}", reason.as_str()),
        OrderEvent::Cancelled { reason } => format!("cancelled: {}", reason.as_str()),
        OrderEvent::RefundRequested { refund, .. } => {
            let to_cards = refund.gift_cards.iter().map(|share| {
                let (amount, card) = (share.amount.to_decimal(), share.card);
                format!(", {amount} of it to {card}")
            });
            let to_cards: String = to_cards.collect();
            format!("refund {} of {} requested{to_cards}", refund.number, refund.amount.to_decimal())
        }
        OrderEvent::RefundPaidOtherwise { number, note } => {
            format!("refund {number}: paid another way: {}", note.as_str())
        }
        OrderEvent::RefundSettled { number, state, .. } => format!("refund {number}: {state:?}").to_lowercase(),
    };
    format!("{:>4}  {}  {what}", envelope.version.0, envelope.at.strftime("%Y-%m-%d %H:%M:%S%.3f"))
}

async fn replay(shop: &LocalShop, order: &str, teller: &Teller) -> anyhow::Result<Ending> {
    let order = found(shop, order).await?.value;
    let envelopes = shop.checkouts.orders.store.events(order.id).await?;
    let events = envelopes.iter().flat_map(|envelope| envelope.events.iter().map(|event| (envelope.at, event)));
    let replayed = Order::replay(events).map(|replayed| Order { task: order.task.clone(), ..replayed });
    let is_same = replayed.as_ref() == Some(&order);
    let verdict =
        if is_same { "the order is what its events tell" } else { "the order differs from what its events tell" };
    teller.line(format!("{}: {verdict}", order.number)).await;
    Ok(if is_same { Ending::Done } else { Ending::Failed })
}
