//! `ecom67`: the shop's one binary.

mod allocator;
mod command;
mod config;
mod control;
mod demo;
mod local;
mod mail;
mod payments;
mod render;
mod serve;
mod simulator;
mod torture;
mod web;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use ecom67_app::search_log::RETENTION_DAYS;

use command::{
    Command, EvaluateCommand, GiftCardCommand, ImportCommand, OrderAction, ProductChange, QueueCommand, QuoteCommand,
    ReconcileFlags, ReportCommand, RuleGroup, WorkflowAction,
};
use config::{DATA_DEFAULT, ServeFlags};
use simulator::SimulatorFlags;
use torture::TortureFlags;

/// A complete shop in one binary.
///
/// Exit status: 0 done, 1 failed, 2 wrong use, 3 done with rows refused.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Serve the shop
    Serve(Box<ServeFlags>),
    /// Read a catalog in: from a file, or for jsonl also a folder
    Import {
        /// icecat, magento, jsonl or stock-prices
        #[arg(value_parser = ["icecat", "magento", "jsonl", "stock-prices"])]
        format: String,
        /// The file or folder
        path: PathBuf,
        #[command(flatten)]
        data: DataFlag,
        /// Check everything, write nothing
        #[arg(long)]
        dry_run: bool,
        /// Write each problem to this file, one JSON object a line
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// Set stock also for variants that have a stock record already
        #[arg(long)]
        set_stock: bool,
    },
    /// Write the catalog out, as jsonl with pictures
    Export {
        /// The folder to write to
        folder: PathBuf,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Look whether a data folder is whole
    Check {
        #[command(flatten)]
        data: DataFlag,
    },
    /// Look whether stock, gift cards and meters are what their ledgers and orders add up to
    Recount {
        #[command(flatten)]
        data: DataFlag,
        /// Write what the ledger says
        #[arg(long)]
        repair: bool,
    },
    /// Change products
    #[command(subcommand)]
    Products(ProductsAction),
    /// List and set promotions
    #[command(subcommand)]
    Promotions(RulesAction),
    /// List and set price lists
    #[command(subcommand)]
    PriceLists(RulesAction),
    /// List and set tax zones and registrations
    #[command(subcommand)]
    Taxes(RulesAction),
    /// List and set calendars, delivery zones and delivery methods
    #[command(subcommand)]
    Delivery(RulesAction),
    /// Look after orders
    #[command(subcommand)]
    Order(OrderAction),
    /// Look after what is done for orders by itself, and where that is stuck
    #[command(subcommand)]
    Workflow(WorkflowAction),
    /// Issue gift cards and look after them
    #[command(subcommand)]
    GiftCard(GiftCardAction),
    /// Compare payments and refunds at the provider with orders, and put right what can be
    Reconcile(ReconcileFlags),
    /// Explain what a cart costs
    #[command(subcommand)]
    Quote(QuoteAction),
    /// Look after queues, and messages that could not be handled
    #[command(subcommand)]
    Queue(QueueAction),
    /// Build the index anew from the store
    Reindex {
        #[command(flatten)]
        data: DataFlag,
    },
    /// Look after the index
    #[command(subcommand)]
    Index(IndexAction),
    /// Measure and explain the search, and report what is searched
    #[command(subcommand)]
    Search(SearchAction),
    /// Try out mails
    #[command(subcommand)]
    Mail(MailAction),
    /// Print the description of the API (openapi.json)
    Openapi,
    /// Print the workflow of orders as a state machine of AWS Step Functions (infra/checkout.asl.json)
    StateMachine,
    /// Simulate the payment provider in a process of its own: no bank is asked and no money moves
    Simulator(Box<SimulatorFlags>),
    /// Try to make a shop lose, oversell or double-charge orders: a fresh one of its own, killed again and again while
    /// people buy, and audited afterwards
    Torture(TortureFlags),
}

#[derive(Subcommand)]
enum ProductsAction {
    /// Change price, stock, status or texts of one variant's product
    Set {
        #[command(flatten)]
        change: ProductChange,
        #[command(flatten)]
        data: DataFlag,
    },
}

#[derive(Subcommand)]
enum RulesAction {
    /// Print each record as a line of the shop's own format
    List {
        #[command(flatten)]
        data: DataFlag,
    },
    /// Save one record over whatever is there
    Set {
        /// The record: a line as `list` prints it
        record: String,
        #[command(flatten)]
        data: DataFlag,
    },
}

impl RulesAction {
    fn of(self, group: RuleGroup) -> (DataFlag, Command) {
        match self {
            Self::List { data } => (data, Command::ListRules { group }),
            Self::Set { record, data } => (data, Command::SetRule { group, record }),
        }
    }
}

#[derive(Subcommand)]
enum GiftCardAction {
    /// Issue a gift card; its code is told this once
    Issue {
        /// How much is on it, as a decimal
        #[arg(long)]
        amount: String,
        /// In which currency, ISO 4217
        #[arg(long)]
        currency: String,
        /// The last day on which it pays, by universal time, such as 2029-12-31 [default: it never expires]
        #[arg(long, value_name = "DATE")]
        expires: Option<jiff::civil::Date>,
        /// What is to be remembered of it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Show what is left on a gift card, and its ledger
    Show {
        /// Its id or code
        card: String,
        /// Print JSON, a line each for the card and its entries
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Block a gift card that was lost or stolen: it pays nothing, and keeps what is on it
    Block {
        /// Its id or code
        card: String,
        /// Why, without naming anybody
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Unblock a gift card: it pays again
    Unblock {
        /// Its id or code
        card: String,
        /// Why, without naming anybody
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        #[command(flatten)]
        data: DataFlag,
    },
    /// List the newest gift cards
    List {
        /// So many at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        limit: u32,
        #[command(flatten)]
        data: DataFlag,
    },
}

impl GiftCardAction {
    fn of(self) -> (DataFlag, Command) {
        let (data, command) = match self {
            Self::Issue { amount, currency, expires, note, json, data } => {
                (data, GiftCardCommand::Issue { amount, currency, expires, note, json })
            }
            Self::Show { card, json, data } => (data, GiftCardCommand::Show { card, json }),
            Self::Block { card, reason, data } => (data, GiftCardCommand::Block { card, reason }),
            Self::Unblock { card, reason, data } => (data, GiftCardCommand::Unblock { card, reason }),
            Self::List { limit, data } => {
                (data, GiftCardCommand::List { limit: usize::try_from(limit).unwrap_or(usize::MAX) })
            }
        };
        (data, Command::GiftCards(command))
    }
}

#[derive(Subcommand)]
enum QuoteAction {
    /// Tell what each amount is made of, which rules made it, and which did not apply and why
    Explain {
        /// A cart's id
        #[arg(required_unless_present = "lines", conflicts_with = "lines")]
        cart: Option<String>,
        /// In place of a cart, what would be in it; may be repeated
        #[arg(long = "line", value_name = "SKU[=QUANTITY]")]
        lines: Vec<String>,
        /// A coupon that would be entered; may be repeated
        #[arg(long = "coupon", value_name = "COUPON", conflicts_with = "cart")]
        coupons: Vec<String>,
        /// How it would be sent: the code of a delivery method
        #[arg(long, value_name = "METHOD", conflicts_with = "cart")]
        delivery: Option<String>,
        /// Where it would go within the country: a state
        #[arg(long, value_name = "REGION", conflicts_with = "cart")]
        region: Option<String>,
        /// Where it would go within the country
        #[arg(long, value_name = "CODE", conflicts_with = "cart")]
        postal_code: Option<String>,
        /// The market [default: the cart's, else the shop's first]
        #[arg(long, value_name = "MARKET")]
        market: Option<String>,
        /// Where it goes, as long as the cart does not say [default: the market's first country]
        #[arg(long, value_name = "COUNTRY")]
        country: Option<String>,
        /// The language of names and reasons [default: English, where the market has it]
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        /// Print JSON, as the API answers
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataFlag,
    },
}

impl QuoteAction {
    fn of(self) -> (DataFlag, Command) {
        let Self::Explain {
            cart,
            lines,
            coupons,
            delivery,
            region,
            postal_code,
            market,
            country,
            language,
            json,
            data,
        } = self;
        let command =
            QuoteCommand { cart, lines, coupons, market, country, region, postal_code, delivery, language, json };
        (data, Command::ExplainQuote(command))
    }
}

#[derive(Subcommand)]
enum QueueAction {
    /// Tell how full each queue is, and list its dead messages
    List {
        /// So many dead messages of each at most
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        limit: u32,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Show a dead message
    Show {
        /// Its id
        message: String,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Send a dead message again, behind all that its group has by now
    Redrive {
        /// Its id
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        message: Option<String>,
        /// All dead messages
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Forget a dead message for good
    Discard {
        /// Its id
        message: String,
        #[command(flatten)]
        data: DataFlag,
    },
}

impl QueueAction {
    fn of(self) -> (DataFlag, Command) {
        let (data, command) = match self {
            Self::List { limit, data } => {
                (data, QueueCommand::List { limit: usize::try_from(limit).unwrap_or(usize::MAX) })
            }
            Self::Show { message, data } => (data, QueueCommand::Show { message }),
            Self::Redrive { message: Some(message), data, .. } => (data, QueueCommand::Redrive { message }),
            Self::Redrive { message: None, data, .. } => (data, QueueCommand::RedriveAll),
            Self::Discard { message, data } => (data, QueueCommand::Discard { message }),
        };
        (data, Command::Queues(command))
    }
}

#[derive(Subcommand)]
enum MailAction {
    /// Send a mail by the settings that `serve` would use
    Test {
        /// Who gets it
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        /// A TOML file; docs/OPERATIONS.md lists what it may say
        #[arg(long, env = "ECOM67_CONFIG", value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum IndexAction {
    /// Compare every product of the index with the store
    Check {
        #[command(flatten)]
        data: DataFlag,
        /// Index again what differs
        #[arg(long)]
        repair: bool,
    },
    /// Try the products again that the index could not have
    Retry {
        #[command(flatten)]
        data: DataFlag,
    },
}

#[derive(Subcommand)]
enum SearchAction {
    /// Measure how good the results are, by what people judged
    Eval {
        /// Queries: ID, a tab and the query in each line
        #[arg(long, value_name = "FILE")]
        queries: PathBuf,
        /// Judgments in TREC's form: ID, 0, SKU and grade in each line
        #[arg(long, value_name = "FILE")]
        qrels: PathBuf,
        /// Print JSON, with the figures of each query
        #[arg(long)]
        json: bool,
        /// Make a typo in the longest word of each query, by this seed
        #[arg(long, value_name = "SEED")]
        typos: Option<u64>,
        /// Language and country to search in, such as en-us [default: the shop's first]
        #[arg(long)]
        locale: Option<String>,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Report what people search, what finds nothing, and what is found and left alone
    Report {
        /// So many days, today included (UTC)
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=i64::from(RETENTION_DAYS)))]
        days: u32,
        /// Language and country, such as en-us [default: all of the shop]
        #[arg(long)]
        locale: Option<String>,
        /// The most lines of each list
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataFlag,
    },
    /// Tell why a product stands where it does among the results
    Explain {
        /// The words
        query: String,
        /// The SKU of one of its variants
        sku: String,
        /// Language and country to search in, such as en-us [default: the shop's first]
        #[arg(long)]
        locale: Option<String>,
        #[command(flatten)]
        data: DataFlag,
    },
}

#[derive(clap::Args)]
struct DataFlag {
    /// The data folder
    #[arg(long, env = "ECOM67_DATA", value_name = "DIR", default_value = DATA_DEFAULT)]
    data: PathBuf,
}

/// Threads that are held for long: an import's reader, its pictures, an export.
const BLOCKING_THREADS_OF_COMMANDS: usize = 6;

fn main() -> ExitCode {
    allocator::configure();
    let cli = Cli::parse();
    start_logging();
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().max_blocking_threads(blocking_threads()).enable_all().build()
        {
            Ok(runtime) => runtime,
            Err(error) => {
                eprintln!("error: the runtime cannot be started: {error}");
                return ExitCode::FAILURE;
            }
        };
    match runtime.block_on(run(cli.action)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            if error.is::<config::ConfigMistakes>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// Threads for reads of files and of the index. As many as tokio would start, one for each request that waits, cost
/// memory and gain nothing: the allocator keeps pages of all sizes for each of them.
fn blocking_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get) * 2 + BLOCKING_THREADS_OF_COMMANDS
}

async fn run(action: Action) -> anyhow::Result<ExitCode> {
    let (data, command) = match action {
        Action::Serve(flags) => return serve::serve(flags.with_environment().resolve()?).await,
        Action::Simulator(flags) => return simulator::run(*flags).await,
        Action::Torture(flags) => return torture::run(flags).await,
        Action::Openapi => {
            println!("{}", serde_json::to_string_pretty(&ecom67_api::route::openapi(env!("CARGO_PKG_VERSION")))?);
            return Ok(ExitCode::SUCCESS);
        }
        Action::StateMachine => return command::print_state_machine(),
        Action::Mail(MailAction::Test { to, config }) => {
            let to = to.parse().map_err(|invalid| anyhow::anyhow!("--to is {to:?}: {invalid}"))?;
            mail::send_test(&config::mail_options(config.as_deref())?, &to).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Action::Import { format, path, data, dry_run, report, set_stock } => {
            // The command may run in another process, which has another working folder.
            let path = std::path::absolute(path)?;
            let report = report.map(std::path::absolute).transpose()?;
            (data, Command::Import(ImportCommand { format, path, dry_run, report, set_stock }))
        }
        Action::Export { folder, data } => (data, Command::Export { folder: std::path::absolute(folder)? }),
        Action::Check { data } => (data, Command::Check),
        Action::Recount { data, repair } => (data, Command::Recount { repair }),
        Action::Products(ProductsAction::Set { change, data }) => (data, Command::SetProduct(change)),
        Action::Promotions(action) => action.of(RuleGroup::Promotions),
        Action::PriceLists(action) => action.of(RuleGroup::PriceLists),
        Action::Taxes(action) => action.of(RuleGroup::Taxes),
        Action::Delivery(action) => action.of(RuleGroup::Delivery),
        Action::Order(action) => action.of(),
        Action::Workflow(action) => action.of(),
        Action::GiftCard(action) => action.of(),
        Action::Queue(action) => action.of(),
        Action::Reconcile(flags) => flags.of(),
        Action::Quote(action) => action.of(),
        Action::Reindex { data } => (data, Command::Reindex),
        Action::Index(IndexAction::Check { data, repair }) => (data, Command::CompareIndex { repair }),
        Action::Index(IndexAction::Retry { data }) => (data, Command::RetryDeadLetters),
        Action::Search(SearchAction::Eval { queries, qrels, json, typos, locale, data }) => {
            let (queries, qrels) = (std::path::absolute(queries)?, std::path::absolute(qrels)?);
            (data, Command::EvaluateSearch(EvaluateCommand { queries, qrels, json, typos, locale }))
        }
        Action::Search(SearchAction::Report { days, locale, limit, json, data }) => {
            (data, Command::ReportSearches(ReportCommand { days, locale, limit: usize::from(limit), json }))
        }
        Action::Search(SearchAction::Explain { query, sku, locale, data }) => {
            (data, Command::ExplainSearch { query, sku, locale })
        }
    };
    Box::pin(command::run(&data.data, command)).await
}

/// Logs to the standard error: for people on a terminal, as JSON elsewhere. `ECOM67_LOG` filters.
fn start_logging() {
    let filter = EnvFilter::try_from_env("ECOM67_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,tantivy=warn,refinery_core=warn"));
    let registry = tracing_subscriber::registry().with(filter);
    if std::io::stderr().is_terminal() {
        registry.with(tracing_subscriber::fmt::layer().compact().with_writer(std::io::stderr)).init();
    } else {
        registry.with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr)).init();
    }
}
