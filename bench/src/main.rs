//! Measures the shop as it is served, beside the bare limit of this machine.
//!
//! `docs/PERFORMANCE.md` tells what is measured and how. It is not a part of the shop: it drives the release binary from
//! outside, and links `ecom67-api` only to put the shop's own stack of middleware around the bare limit.

mod addresses;
mod bare;
mod carts;
mod catalog;
mod chance;
mod client;
mod facets;
mod load;
mod order_store;
mod orders;
mod process;
mod report;
mod rules;
mod run;
mod scale;
mod sockets;
mod wide;
mod words;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};

use report::Settings;
use run::Part;

// The shop's, so that the bare limit has it, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the shop as it is served, beside the bare limit of this machine.
#[derive(Parser)]
#[command(name = "cargo xtask bench", args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    role: Option<Role>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Subcommand)]
enum Role {
    /// Serve answers of a shop from memory, without the shop: what the benchmark compares with
    #[command(hide = true)]
    Bare {
        /// The shop's address and port
        shop: SocketAddr,
        /// A file of paths, one a line
        paths: PathBuf,
    },
}

#[derive(Args)]
struct Flags {
    /// How many products the generated catalog has
    #[arg(long, default_value_t = 20_000, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=9_999_999))]
    products: usize,
    /// How many seconds each run of load takes
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// How many connections ask at once
    #[arg(long, default_value_t = 16, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000))]
    connections: usize,
    /// How many carts are there when carts are added to and read
    #[arg(long, default_value_t = 10_000, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=100_000_000))]
    carts: usize,
    /// How many promotions the shop has
    #[arg(long, default_value_t = 0, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(0..=1_000_000))]
    promotions: usize,
    /// Measure only this; may be repeated
    #[arg(long, value_enum, value_name = "PART")]
    only: Vec<Part>,
    /// Measure orders with so many in the store as well
    #[arg(long, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=10_000_000))]
    orders: Option<usize>,
    /// Measure how shops of several sizes compare, instead of everything else; without numbers of products it is
    /// 20,000, 100,000 and 1,000,000 of them
    #[arg(long, value_name = "PRODUCTS,…", num_args = 0..=1, value_delimiter = ',',
        default_missing_value = "20000,100000,1000000",
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=9_999_999),
        conflicts_with_all = ["products", "carts", "promotions", "only", "orders"])]
    scale: Vec<usize>,
    /// Keep the shop in this folder, and take the one that is there if it has as many products and promotions
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Also write everything that was measured to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The shop's release binary [default: the one beside this one]
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// A folder of real catalogs, to import Icecat's
    #[arg(long, env = "ECOM67_TEST_DATA", value_name = "DIR")]
    test_data: Option<PathBuf>,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    match cli.role {
        Some(Role::Bare { shop, paths }) => {
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(bare::serve(shop, &paths))
        }
        None => measure(cli.flags),
    }
}

fn measure(flags: Flags) -> Result<()> {
    let own = std::env::current_exe()?;
    // On the disk that the build is on: a temporary folder may be in memory, where nothing has to be synced.
    let beside = own.parent().unwrap_or(Path::new(".")).to_owned();
    let arguments = run::Arguments {
        settings: Settings {
            products: flags.products,
            promotions: flags.promotions,
            carts: flags.carts,
            seconds: flags.seconds,
            connections: flags.connections,
        },
        server: flags.server.unwrap_or_else(|| beside.join("ecom67")),
        test_data: flags.test_data.filter(|path| !path.as_os_str().is_empty()),
        parts: if flags.only.is_empty() { Part::value_variants().to_vec() } else { flags.only },
        orders: flags.orders,
        kept: flags.folder,
        beside,
    };
    if !flags.scale.is_empty() {
        let report = run::scale(&arguments, &flags.scale)?;
        println!("{}", report.table());
        write_json(flags.json.as_deref(), &report)?;
        return report.ending();
    }
    let report = run::run(&arguments)?;
    println!("{}", report.table());
    write_json(flags.json.as_deref(), &report)
}

fn write_json(path: Option<&Path>, report: &impl serde::Serialize) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    std::fs::write(path, serde_json::to_vec_pretty(report)?).with_context(|| format!("cannot write {}", path.display()))
}
