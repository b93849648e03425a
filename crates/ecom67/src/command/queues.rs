//! `ecom67 queue …`: queues and their dead messages, from the shell.

use anyhow::bail;
use ecom67_app::port::{DEAD_MESSAGES_PAGE_MAX, DeadMessage, MessageId, QueueName};
use serde::{Deserialize, Serialize};

use super::{Ending, Teller};
use crate::local::LocalShop;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum QueueCommand {
    /// How full each queue is, and its dead messages.
    List {
        /// So many dead messages of each.
        limit: usize,
    },
    /// One dead message.
    Show {
        /// Its id.
        message: String,
    },
    /// Sends a dead message again.
    Redrive {
        /// Its id.
        message: String,
    },
    /// Sends all dead messages again.
    RedriveAll,
    /// Forgets a dead message.
    Discard {
        /// Its id.
        message: String,
    },
}

pub(super) async fn run(shop: &LocalShop, command: QueueCommand, teller: &Teller) -> anyhow::Result<Ending> {
    match command {
        QueueCommand::List { limit } => list(shop, limit, teller).await,
        QueueCommand::Show { message } => show(shop, &message, teller).await,
        QueueCommand::Redrive { message } => {
            let (queue, dead) = found(shop, &message).await?;
            shop.queue.redrive(queue, &dead.id).await?;
            teller.line(format!("{message} is sent again")).await;
            Ok(Ending::Done)
        }
        QueueCommand::RedriveAll => redrive_all(shop, teller).await,
        QueueCommand::Discard { message } => {
            // Without a look at it: one that is damaged is discarded, too.
            for queue in QueueName::ALL {
                if shop.queue.discard(queue, &MessageId::new(&message)).await? {
                    teller.line(format!("{message} is forgotten")).await;
                    return Ok(Ending::Done);
                }
            }
            bail!("there is no dead message {message:?}")
        }
    }
}

async fn found(shop: &LocalShop, message: &str) -> anyhow::Result<(QueueName, DeadMessage)> {
    for queue in QueueName::ALL {
        if let Some(dead) = shop.queue.find_dead(queue, &MessageId::new(message)).await? {
            return Ok((queue, dead));
        }
    }
    bail!("there is no dead message {message:?}")
}

async fn list(shop: &LocalShop, limit: usize, teller: &Teller) -> anyhow::Result<Ending> {
    for queue in QueueName::ALL {
        let depth = shop.queue.depth(queue).await?;
        let oldest = depth.oldest_sent_at.map_or_else(String::new, |at| format!(", the oldest of {}", time(at)));
        teller
            .line(format!(
                "{queue}: {} ready, {} in flight, {} put off, {} dead{oldest}",
                depth.ready, depth.in_flight, depth.put_off, depth.dead
            ))
            .await;
        let (mut after, mut left) = (None, limit);
        while left > 0 {
            let wanted = left.min(DEAD_MESSAGES_PAGE_MAX);
            let page = shop.queue.dead(queue, after.as_ref(), wanted).await?;
            for dead in &page {
                let (at, attempts) = (time(dead.died_at), dead.attempts);
                teller.line(format!("{}  {at}  {attempts:>3} attempts  {}  {}", dead.id, dead.group, dead.why)).await;
            }
            left -= page.len();
            after = page.last().map(|dead| dead.id.clone());
            if page.len() < wanted {
                break;
            }
        }
    }
    Ok(Ending::Done)
}

async fn show(shop: &LocalShop, message: &str, teller: &Teller) -> anyhow::Result<Ending> {
    let (queue, dead) = found(shop, message).await?;
    let lines = [
        ("message", dead.id.to_string()),
        ("queue", queue.to_string()),
        ("group", dead.group.to_string()),
        ("name", dead.deduplication.to_string()),
        ("sent", time(dead.sent_at)),
        ("first delivered", time(dead.first_received_at)),
        ("died", time(dead.died_at)),
        ("attempts", dead.attempts.to_string()),
        ("why", dead.why),
        ("body", dead.body.as_str().to_owned()),
    ];
    for (name, value) in lines {
        teller.line(format!("{name:<16}{value}")).await;
    }
    Ok(Ending::Done)
}

/// Sends those again that are dead now; what dies meanwhile stays.
async fn redrive_all(shop: &LocalShop, teller: &Teller) -> anyhow::Result<Ending> {
    let mut redriven = 0;
    for queue in QueueName::ALL {
        let mut after = None;
        let mut left = shop.queue.depth(queue).await?.dead;
        while left > 0 {
            let page = shop.queue.dead(queue, after.as_ref(), DEAD_MESSAGES_PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            for dead in page.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
                redriven += u64::from(shop.queue.redrive(queue, &dead.id).await?);
            }
            left = left.saturating_sub(page.len() as u64);
        }
    }
    teller.line(format!("{redriven} messages are sent again")).await;
    Ok(Ending::Done)
}

fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
