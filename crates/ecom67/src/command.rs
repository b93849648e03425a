//! Commands on a data folder. They run where the folder is held: in this process, or in the server that holds it.

mod catalog;
mod check;
mod gift_cards;
mod import;
mod local;
mod orders;
mod products;
mod queues;
mod quotes;
mod reconcile;
mod rules;
mod search;
mod search_report;
#[cfg(test)]
mod tests;
mod workflow;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};

use crate::local::LocalShop;

pub(crate) use gift_cards::GiftCardCommand;
pub(crate) use local::{run, show};
pub(crate) use orders::{OrderAction, OrderCommand};
pub(crate) use products::ProductChange;
pub(crate) use queues::QueueCommand;
pub(crate) use quotes::QuoteCommand;
pub(crate) use reconcile::{ReconcileCommand, ReconcileFlags};
pub(crate) use rules::RuleGroup;
pub(crate) use workflow::{WorkflowAction, WorkflowCommand, print_state_machine};

/// A command, as it is sent to whoever holds the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum Command {
    /// Reads a catalog in.
    Import(ImportCommand),
    /// Writes the catalog out.
    Export {
        /// The folder to write to.
        folder: PathBuf,
    },
    /// Looks whether the folder is whole.
    Check,
    /// Looks whether each stock record is what its ledger adds up to.
    Recount {
        /// Whether to write what the ledger says.
        repair: bool,
    },
    /// Changes one product.
    SetProduct(ProductChange),
    /// Tells what decides prices.
    ListRules {
        /// Which of it.
        group: RuleGroup,
    },
    /// Saves one record of what decides prices.
    SetRule {
        /// Which sort it must be.
        group: RuleGroup,
        /// The record, as a line of the shop's own format.
        record: String,
    },
    /// Builds the index anew.
    Reindex,
    /// Compares the index with the store.
    CompareIndex {
        /// Whether what differs is indexed again.
        repair: bool,
    },
    /// Tries the products again that the index could not have.
    RetryDeadLetters,
    /// Measures the search by judgments.
    EvaluateSearch(EvaluateCommand),
    /// Tells why a product stands where it does.
    ExplainSearch {
        /// The words.
        query: String,
        /// The SKU of a variant.
        sku: String,
        /// Language and country; the shop's first if absent.
        locale: Option<String>,
    },
    /// Reports what was searched.
    ReportSearches(ReportCommand),
    /// Looks after orders.
    Orders(OrderCommand),
    /// Looks after the workflows of orders.
    Workflow(WorkflowCommand),
    /// Issues gift cards and looks after them.
    GiftCards(GiftCardCommand),
    /// Compares the provider's payments with orders.
    Reconcile(ReconcileCommand),
    /// Looks after queues.
    Queues(QueueCommand),
    /// Tells what a cart costs, and why.
    ExplainQuote(QuoteCommand),
}

impl Command {
    /// Whether the command ends by itself, and where it can go on later, when it is interrupted.
    const fn heeds_interruption(&self) -> bool {
        matches!(self, Self::Import(_) | Self::Export { .. })
    }

    /// Whether the command makes the shop where there is none: all others have nothing to do there.
    const fn makes_a_shop(&self) -> bool {
        matches!(self, Self::Import(_))
    }
}

/// What is imported, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImportCommand {
    /// `icecat`, `magento`, `jsonl` or `stock-prices`.
    pub(crate) format: String,
    /// The file or folder, absolute.
    pub(crate) path: PathBuf,
    /// Whether to check only.
    pub(crate) dry_run: bool,
    /// Where each problem is written to, absolute.
    pub(crate) report: Option<PathBuf>,
    /// Whether stock is set for variants that have a record already.
    pub(crate) set_stock: bool,
}

/// What the search is measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EvaluateCommand {
    /// The file of queries, absolute.
    pub(crate) queries: PathBuf,
    /// The file of judgments, absolute.
    pub(crate) qrels: PathBuf,
    /// Whether to tell it as JSON.
    pub(crate) json: bool,
    /// Makes a typo in each query, by this seed.
    pub(crate) typos: Option<u64>,
    /// Language and country; the shop's first if absent.
    pub(crate) locale: Option<String>,
}

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReportCommand {
    /// So many days, today included.
    pub(crate) days: u32,
    /// Language and country; all of the shop if absent.
    pub(crate) locale: Option<String>,
    /// The most lines of each list.
    pub(crate) limit: usize,
    /// Whether to tell it as JSON.
    pub(crate) json: bool,
}

/// How a command ended: the process's exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// Done.
    Done,
    /// It failed, or found something wrong.
    Failed,
    /// Done, but rows were refused.
    RowsRefused,
}

/// What a command tells while it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A line of its result.
    Line {
        /// The line.
        text: String,
    },
    /// How far it is.
    Progress(ProgressEvent),
    /// Why it failed.
    Failed {
        /// In words.
        message: String,
    },
    /// It has ended; nothing follows.
    Ended {
        /// How.
        ending: Ending,
    },
}

/// How far a command is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProgressEvent {
    /// What is being done.
    pub(crate) doing: String,
    /// So much is done.
    pub(crate) done: u64,
    /// Of so much, where that is known.
    pub(crate) total: Option<u64>,
    /// How it goes, in words: rows, rate, what was refused.
    pub(crate) detail: String,
    /// How long it will take still.
    pub(crate) seconds_left: Option<u64>,
}

/// Where a command tells what it does, and hears that it is to end early.
#[derive(Clone)]
pub(crate) struct Teller {
    events: mpsc::Sender<Event>,
    interrupted: watch::Receiver<bool>,
}

impl Teller {
    /// Tells through `events`; the command is to end early once `interrupted` holds or nobody listens any more.
    pub(crate) const fn new(events: mpsc::Sender<Event>, interrupted: watch::Receiver<bool>) -> Self {
        Self { events, interrupted }
    }

    /// A line of the result.
    pub(crate) async fn line(&self, text: impl Into<String>) {
        // Whoever listened may have gone; the command is told by its cancellation.
        drop(self.events.send(Event::Line { text: text.into() }).await);
    }

    /// How far it is; left out when the listener is slow.
    pub(crate) fn progress(&self, progress: ProgressEvent) {
        drop(self.events.try_send(Event::Progress(progress)));
    }

    /// Why it failed.
    pub(crate) async fn failed(&self, message: impl Into<String>) {
        drop(self.events.send(Event::Failed { message: message.into() }).await);
    }

    /// Waits until somebody interrupts the command, or nobody listens any more.
    pub(crate) async fn abandoned(&self) {
        let mut interrupted = self.interrupted.clone();
        let asked = async {
            // Where nobody can interrupt it any more, only the listener's going away ends it.
            if interrupted.wait_for(|interrupted| *interrupted).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = self.events.closed() => {}
            () = asked => {}
        }
    }
}

/// Runs a command in the process that holds the folder.
pub(crate) async fn execute(shop: &LocalShop, command: Command, teller: &Teller) -> Ending {
    let result = match command {
        Command::Import(command) => import::import(shop, command, teller).await,
        Command::Export { folder } => catalog::export(shop, &folder, teller).await,
        Command::Check => check::check(shop, teller).await,
        Command::Recount { repair } => check::recount(shop, repair, teller).await,
        Command::SetProduct(change) => products::set(shop, change, teller).await,
        Command::ListRules { group } => rules::list(shop, group, teller).await,
        Command::SetRule { group, record } => rules::set(shop, group, &record, teller).await,
        Command::Reindex => catalog::reindex(shop, teller).await,
        Command::CompareIndex { repair } => check::compare_index(shop, repair, teller).await,
        Command::RetryDeadLetters => check::retry_dead_letters(shop, teller).await,
        Command::EvaluateSearch(command) => search::evaluate(shop, command, teller).await,
        Command::Orders(command) => orders::run(shop, command, teller).await,
        Command::Workflow(command) => workflow::run(shop, command, teller).await,
        Command::GiftCards(command) => gift_cards::run(shop, command, teller).await,
        Command::Reconcile(command) => reconcile::run(shop, command, teller).await,
        Command::Queues(command) => queues::run(shop, command, teller).await,
        Command::ExplainQuote(command) => quotes::explain(shop, command, teller).await,
        Command::ReportSearches(command) => search::report(shop, command, teller).await,
        Command::ExplainSearch { query, sku, locale } => {
            search::explain(shop, &query, &sku, locale.as_deref(), teller).await
        }
    };
    match result {
        Ok(ending) => ending,
        Err(error) => {
            teller.failed(format!("{error:#}")).await;
            Ending::Failed
        }
    }
}
