//! One run of the benchmark, from an empty folder to the report.

mod cart_runs;
mod order_runs;
mod scale_runs;

use std::io::BufRead;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::addresses;
use crate::bare::TINY_PATH;
use crate::catalog::{self, Catalog};
use crate::client::{Accept, Connection, request};
use crate::load::{self, Measured, Order, Plan, Requests};
use crate::process::{self, Ran, Server};
use crate::report::{Comparison, Figure, Goal, Machine, Report, Settings, Side, median};
use crate::rules;
use crate::sockets;

/// How often the shop is started.
const STARTS: usize = 7;
/// How often shop and bare limit take turns.
const ROUNDS: usize = 3;
/// Product pages as HTML that are asked for: all would not fit into the memory a shop keeps answers in.
const PRODUCT_PAGES: usize = 4_000;
/// Searches of which each comes once: more than can be answered in the time.
const RARE_SEARCHES: usize = 60_000;
/// Sockets on which nothing happens: as many as a server has.
const IDLE_SOCKETS: usize = 10_000;
/// Connections of an open loop: as many as may have to wait.
const OPEN_CONNECTIONS: usize = 64;
/// How long a shop may take until it rests after its start, and over what time its use of the cores is looked at.
const REST_MAX: Duration = Duration::from_mins(1);
const REST_LOOK: Duration = Duration::from_millis(500);
/// How long a first answer may take after a start.
const FIRST_ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

const MEGABYTE: f64 = 1_048_576.0;

const READS_GOAL: Goal = Goal::AtLeast(0.7);

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Importing.
    Import,
    /// Starting.
    Start,
    /// Reads beside the bare limit.
    Reads,
    /// Searching and suggesting.
    Searches,
    /// Making, filling and reading carts.
    Carts,
    /// Whole orders, from a new cart to the paid order.
    Orders,
    /// WebSockets on which nothing happens.
    Sockets,
}

/// What a run is told.
#[derive(Clone, Debug)]
pub(crate) struct Arguments {
    /// What goes into the report.
    pub(crate) settings: Settings,
    /// The shop's binary.
    pub(crate) server: PathBuf,
    /// Real catalogs.
    pub(crate) test_data: Option<PathBuf>,
    /// What is measured.
    pub(crate) parts: Vec<Part>,
    /// How many orders are put into the store, to measure orders with them as well.
    pub(crate) orders: Option<usize>,
    /// Where the shop is kept from run to run, if it is.
    pub(crate) kept: Option<PathBuf>,
    /// Beside what everything else is put, for the time being.
    pub(crate) beside: PathBuf,
}

pub(crate) use scale_runs::scale;

/// Measures everything.
pub(crate) fn run(arguments: &Arguments) -> Result<Report> {
    let folder = tempfile::tempdir_in(&arguments.beside).context("there is no place for the benchmark's files")?;
    let mut bench = Bench::new(arguments, folder.path(), Instant::now())?;
    bench.all()?;
    let Bench { figures, comparisons, .. } = bench;
    Ok(Report { machine: machine(), settings: arguments.settings.clone(), figures, comparisons })
}

fn machine() -> Machine {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim().to_owned()));
    Machine {
        processor: processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        system: format!("Linux {}", read("/proc/sys/kernel/osrelease").trim()),
    }
}

struct Bench<'arguments> {
    arguments: &'arguments Arguments,
    folder: PathBuf,
    figures: Vec<Figure>,
    comparisons: Vec<Comparison>,
    runtime: tokio::runtime::Runtime,
    started: Instant,
}

impl<'arguments> Bench<'arguments> {
    fn new(arguments: &'arguments Arguments, folder: &Path, started: Instant) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (figures, comparisons) = (Vec::new(), Vec::new());
        Ok(Self { arguments, folder: folder.to_owned(), figures, comparisons, runtime, started })
    }
}

impl Bench<'_> {
    fn say(&self, doing: &str) {
        eprintln!("{:>5} s  {doing}", self.started.elapsed().as_secs());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn seconds(&self, part: f64) -> Duration {
        Duration::from_secs_f64(self.arguments.settings.seconds * part)
    }

    fn all(&mut self) -> Result<()> {
        self.binary_size()?;
        self.say("generating the catalog");
        let file = self.path("catalog.jsonl");
        let catalog = catalog::write(&file, self.arguments.settings.products)?;
        if self.measures(Part::Import) {
            self.import(&file)?;
            self.import_icecat()?;
        } else {
            self.import_once(&file)?;
        }
        self.import_promotions(&catalog)?;
        if self.measures(Part::Start) {
            self.starts(&catalog, STARTS)?;
        }
        self.serving(&catalog, &file)
    }

    fn measures(&self, part: Part) -> bool {
        self.arguments.parts.contains(&part)
    }

    /// The data folder of the shop.
    fn shop_folder(&self) -> PathBuf {
        let Settings { products, promotions, .. } = self.arguments.settings;
        let name = match promotions {
            0 => format!("shop-{products}"),
            _ => format!("shop-{products}-{promotions}"),
        };
        self.arguments.kept.as_ref().map_or_else(|| self.path("data"), |kept| kept.join(name))
    }

    fn binary_size(&mut self) -> Result<()> {
        let server = &self.arguments.server;
        let size = std::fs::metadata(server)
            .with_context(|| format!("there is no {}: cargo build --release -p ecom67", server.display()))?
            .len();
        self.figures.push(Figure::new("binary", megabytes(size), "MB").with_goal(Goal::AtMost(40.0)));
        Ok(())
    }

    fn import_into(&self, format: &str, file: &Path, data: &Path) -> Result<Ran> {
        let (file, data) = (file.as_os_str(), data.as_os_str());
        let arguments = ["import".as_ref(), format.as_ref(), file, "--data".as_ref(), data];
        process::run(&self.arguments.server, arguments, &self.path("import.log"), || self.say("  still importing"))
    }

    /// Imports the catalog into the shop's folder, which is there when all of it is.
    fn import_whole(&self, file: &Path) -> Result<Ran> {
        let folder = self.shop_folder();
        let part = folder.with_extension("part");
        for old in [&folder, &part].into_iter().filter(|folder| folder.exists()) {
            std::fs::remove_dir_all(old)?;
        }
        let ran = self.import_into("jsonl", file, &part)?.expect(&[0])?;
        std::fs::rename(&part, &folder)?;
        Ok(ran)
    }

    fn import(&mut self, file: &Path) -> Result<()> {
        self.say("importing the catalog");
        let ran = self.import_whole(file)?;
        let figure = import_figure("import with index", self.arguments.settings.products, &ran);
        self.figures.push(figure.with_goal(Goal::AtLeast(2_000.0)));
        Ok(())
    }

    fn import_once(&self, file: &Path) -> Result<()> {
        if !self.shop_folder().exists() {
            self.say("importing the catalog");
            self.import_whole(file)?;
        }
        Ok(())
    }

    /// Saves the promotions; those of a shop that is kept are there already, and are left as they are.
    fn import_promotions(&mut self, catalog: &Catalog) -> Result<()> {
        let promotions = self.arguments.settings.promotions;
        if promotions == 0 {
            return Ok(());
        }
        self.say(&format!("saving {promotions} promotions"));
        let file = self.path("promotions.jsonl");
        rules::write(&file, catalog, promotions)?;
        let ran = self.import_into("jsonl", &file, &self.shop_folder())?.expect(&[0])?;
        let figure = import_figure("saving promotions", promotions, &ran);
        self.figures.push(Figure { unit: "/s", ..figure });
        Ok(())
    }

    fn import_icecat(&mut self) -> Result<()> {
        let Some(test_data) = &self.arguments.test_data else {
            self.say("left out: importing Icecat's catalog (ECOM67_TEST_DATA is not set)");
            return Ok(());
        };
        self.say("importing Icecat's catalog");
        let file = test_data.join("catalog-icecat/products.jsonl.gz");
        let reader = std::fs::File::open(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let lines = std::io::BufReader::new(flate2::read::MultiGzDecoder::new(reader)).split(b'\n').count();
        // Some of its rows are refused, and that is told by 3.
        let ran = self.import_into("icecat", &file, &self.path("icecat"))?.expect(&[0, 3])?;
        let figure = import_figure("import with index, Icecat", lines, &ran);
        self.figures.push(figure.with_goal(Goal::AtLeast(2_000.0)));
        Ok(())
    }

    fn serve(&self) -> Result<Server> {
        self.serve_at("127.0.0.1:0", &[])
    }

    fn serve_at(&self, address: &str, variables: &[(&str, String)]) -> Result<Server> {
        self.serve_folder(&self.shop_folder(), address, variables)
    }

    fn serve_folder(&self, folder: &Path, address: &str, variables: &[(&str, String)]) -> Result<Server> {
        let data = folder.as_os_str().to_owned();
        // All carts and orders of the benchmark come from one address.
        let limits = ["--carts-a-second", "1000000", "--open-orders-per-email", "0", "--open-orders-per-address", "0"];
        let unlimited = limits.into_iter().map(Into::into);
        let arguments = ["serve".into(), "--listen".into(), address.into(), "--data".into(), data];
        let arguments: Vec<_> = arguments.into_iter().chain(unlimited).collect();
        Server::start(&self.arguments.server, arguments, variables, &self.path("serve.log"))
    }

    /// Waits until the shop has done what it does after its start, such as learning from its index.
    fn rested(&self, shop: &Server) -> Result<()> {
        let began = Instant::now();
        let mut used = shop.cpu_time()?;
        while began.elapsed() < REST_MAX {
            std::thread::sleep(REST_LOOK);
            let before = std::mem::replace(&mut used, shop.cpu_time()?);
            if used.saturating_sub(before) < REST_LOOK / 20 {
                return Ok(());
            }
        }
        self.say("the shop does not come to rest: it is measured as it is");
        Ok(())
    }

    fn starts(&mut self, catalog: &Catalog, count: usize) -> Result<()> {
        self.say("starting the shop");
        let path = addresses::products(catalog).into_iter().next().context("there is no product")?;
        let mut milliseconds = Vec::new();
        // The first warms the system's cache.
        for _ in 0..=count {
            let started = Instant::now();
            let server = self.serve()?;
            self.runtime.block_on(first_answer(server.address, &path))?;
            milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
            server.stop()?;
        }
        let figure = Figure::of_runs("start to first answer", milliseconds.split_off(1), "ms");
        self.figures.push(figure.with_goal(Goal::AtMost(300.0)));
        Ok(())
    }

    fn serving(&mut self, catalog: &Catalog, file: &Path) -> Result<()> {
        let parts = [Part::Reads, Part::Searches, Part::Carts, Part::Orders, Part::Sockets];
        if !parts.into_iter().any(|part| self.measures(part)) {
            return Ok(());
        }
        let shop = self.serve()?;
        self.rested(&shop)?;
        let idle = shop.memory()?;
        if self.measures(Part::Reads) {
            self.reads(&shop, catalog)?;
        }
        if self.measures(Part::Searches) {
            self.searches(&shop, catalog)?;
        }
        if self.measures(Part::Carts) {
            self.carts(&shop, catalog, file)?;
        }
        if self.measures(Part::Orders) {
            self.orders(&shop, catalog)?;
        }
        self.memory(idle, &shop)?;
        if self.measures(Part::Sockets) {
            self.sockets(&shop, catalog)?;
        }
        shop.stop()?;
        if self.measures(Part::Orders) {
            self.orders_with_provider(catalog)?;
            self.many_orders(catalog)?;
        }
        Ok(())
    }

    fn reads(&mut self, shop: &Server, catalog: &Catalog) -> Result<()> {
        let paths = self.paths(shop, catalog)?;
        let made = self.made_anew(shop, &paths)?;
        self.figures.push(made);
        self.say("handing the answers to the bare limit");
        let bare = self.bare(shop, &paths)?;
        let goal = Some(READS_GOAL);
        self.compare("product data", shop, &bare, &paths.products, 1.0, goal)?;
        self.compare("list of 20 with facets", shop, &bare, &paths.lists, 1.0, goal)?;
        self.compare("search with facets, again", shop, &bare, &paths.frequent_searches, 0.5, None)?;
        self.compare("home page, HTML", shop, &bare, &paths.homes, 0.5, None)?;
        self.compare("product page, HTML", shop, &bare, &paths.product_pages, 0.5, Some(Goal::AtLeast(0.5)))?;
        self.tiny(&bare)?;
        drop(bare);
        self.open("product data", shop, &paths.products, Order::Random, 2_000.0, None)?;
        self.open("list of 20 with facets", shop, &paths.lists, Order::Random, 1_000.0, None)
    }

    fn searches(&mut self, shop: &Server, catalog: &Catalog) -> Result<()> {
        let rare = addresses::rare_searches(catalog, RARE_SEARCHES);
        let goals = Some((3.0, 10.0));
        self.open("search, each for the first time", shop, &rare, Order::InTurn, 300.0, goals)?;
        self.saturate("search, each for the first time", shop, &rare, Some(Goal::AtLeast(2_000.0)))?;
        let typed = addresses::beginnings(catalog, RARE_SEARCHES);
        self.open("suggestions, each for the first time", shop, &typed, Order::InTurn, 1_000.0, Some((1.0, 5.0)))?;
        self.saturate("suggestions, each for the first time", shop, &typed, None)
    }

    fn sockets(&mut self, shop: &Server, catalog: &Catalog) -> Result<()> {
        self.say("opening sockets");
        let before = shop.memory()?;
        let opened = self.runtime.block_on(sockets::open(shop.address, catalog, IDLE_SOCKETS))?;
        let used = shop.memory()?.anonymous.saturating_sub(before.anonymous);
        drop(opened);
        let figure = Figure::new(format!("anonymous memory of {IDLE_SOCKETS} idle sockets"), megabytes(used), "MB");
        self.figures.push(figure.with_goal(Goal::AtMost(200.0)));
        Ok(())
    }

    fn paths(&self, shop: &Server, catalog: &Catalog) -> Result<Paths> {
        self.say("looking for lists and pages");
        let mut paths = Paths {
            products: addresses::products(catalog),
            lists: self.runtime.block_on(addresses::lists(shop.address, catalog))?,
            frequent_searches: addresses::frequent_searches(catalog),
            homes: addresses::homes(),
            product_pages: addresses::product_pages(catalog, PRODUCT_PAGES),
        };
        for (name, pages) in [("the home page", &mut paths.homes), ("product pages", &mut paths.product_pages)] {
            let Some(first) = pages.first() else { continue };
            if !self.runtime.block_on(addresses::answers(shop.address, first))? {
                self.say(&format!("left out: {name} as HTML ({first} is not answered)"));
                pages.clear();
            }
        }
        Ok(paths)
    }

    /// How many answers a second the shop makes that it did not have.
    fn made_anew(&self, shop: &Server, paths: &Paths) -> Result<Figure> {
        self.say(&format!("asking for {} products once", paths.products.len()));
        let before = shop.cpu_time()?;
        let plan = plan(shop, &paths.products, self.arguments.settings.connections, Duration::ZERO);
        let measured = load::once(&plan)?;
        let used = cpu_us(shop.cpu_time()?.saturating_sub(before), &measured);
        let figure = Figure::new("product data, each for the first time", measured.rate(), "/s");
        Ok(figure.with_note(format!("{used:.0} µs of a core each")))
    }

    fn bare(&self, shop: &Server, paths: &Paths) -> Result<Server> {
        let file = self.path("paths.txt");
        // The products last: what comes last stays in the shop's memory if not all fits.
        let all = [&paths.product_pages, &paths.homes, &paths.frequent_searches, &paths.lists, &paths.products];
        let lines: Vec<&str> = all.into_iter().flatten().map(String::as_str).collect();
        std::fs::write(&file, lines.join("\n"))?;
        let arguments = ["bare".into(), shop.address.to_string().into(), file.into_os_string()];
        Server::start(&std::env::current_exe()?, arguments, &[], &self.path("bare.log"))
    }

    fn compare(
        &mut self,
        name: &str,
        shop: &Server,
        bare: &Server,
        paths: &[String],
        part: f64,
        goal: Option<Goal>,
    ) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        self.say(&format!("{name}: shop and bare limit"));
        let connections = self.arguments.settings.connections;
        let mut sides = [(shop, Vec::new()), (bare, Vec::new())];
        for (server, _) in &sides {
            load::once(&plan(server, paths, connections, Duration::ZERO))?;
        }
        for _ in 0..ROUNDS {
            for (server, rounds) in &mut sides {
                rounds.push(Round::measure(server, &plan(server, paths, connections, self.seconds(part)))?);
            }
        }
        let [(_, shop), (_, bare)] = sides;
        let body_bytes = median(&shop.iter().map(Round::body_bytes).collect::<Vec<_>>());
        self.comparisons.push(Comparison::new(name, paths.len(), body_bytes, side(&shop), side(&bare), goal));
        Ok(())
    }

    /// What the stack can do with next to nothing in it.
    fn tiny(&mut self, bare: &Server) -> Result<()> {
        let plan = plan(bare, &[TINY_PATH.to_owned()], self.arguments.settings.connections, self.seconds(0.5));
        let rounds = (0..ROUNDS).map(|_| Round::measure(bare, &plan)).collect::<Result<Vec<_>>>()?;
        let side = side(&rounds);
        let figure = Figure::of_runs("20 bytes through the whole stack", side.rates, "/s");
        self.figures.push(figure.with_note(format!("{:.0} µs of a core each", side.cpu_us)));
        Ok(())
    }

    fn open(
        &mut self,
        name: &str,
        shop: &Server,
        paths: &[String],
        order: Order,
        rate: f64,
        goals_ms: Option<(f64, f64)>,
    ) -> Result<()> {
        self.say(&format!("{name} at {rate}/s"));
        let mut plan = plan(shop, paths, OPEN_CONNECTIONS, self.seconds(1.0));
        plan.requests = Arc::new(Requests::new(paths, order));
        let measured = load::open(&plan, rate)?;
        for (percent, goal) in [(50.0, goals_ms.map(|goals| goals.0)), (99.0, goals_ms.map(|goals| goals.1))] {
            let figure = Figure::new(format!("{name}, {rate}/s: p{percent}"), measured.latency_ms(percent), "ms");
            self.figures.push(match goal {
                Some(goal) => figure.with_goal(Goal::AtMost(goal)),
                None => figure,
            });
        }
        Ok(())
    }

    fn saturate(&mut self, name: &str, shop: &Server, paths: &[String], goal: Option<Goal>) -> Result<()> {
        self.say(&format!("{name}: as many as can be"));
        let mut plan = plan(shop, paths, self.arguments.settings.connections, self.seconds(1.0));
        // From the end, so that none was asked for before.
        plan.requests = Arc::new(Requests::new(paths.iter().rev(), Order::InTurn));
        let round = Round::measure(shop, &plan)?;
        let figure = Figure::new(format!("{name}, saturated"), round.measured.rate(), "/s");
        let note = format!("{:.0} µs of a core each", round.cpu_us());
        let figure = figure.with_note(note);
        self.figures.push(match goal {
            Some(goal) => figure.with_goal(goal),
            None => figure,
        });
        Ok(())
    }

    fn memory(&mut self, idle: process::Memory, shop: &Server) -> Result<()> {
        let loaded = shop.memory()?;
        let figure = Figure::new("anonymous memory after the load", megabytes(loaded.anonymous), "MB");
        let note = format!("{:.0} MB before it", megabytes(idle.anonymous));
        self.figures.push(figure.with_goal(Goal::AtMost(100.0)).with_note(note));
        self.figures.push(Figure::new("resident memory after the load", megabytes(loaded.resident), "MB"));
        Ok(())
    }
}

fn plan(server: &Server, paths: &[String], connections: usize, duration: Duration) -> Plan {
    let requests = Arc::new(Requests::new(paths, Order::Random));
    Plan { address: server.address, requests, connections, duration, seed: 1 }
}

struct Paths {
    products: Vec<String>,
    lists: Vec<String>,
    frequent_searches: Vec<String>,
    homes: Vec<String>,
    product_pages: Vec<String>,
}

/// A run of load, and what the server used for it.
struct Round {
    measured: Measured,
    used: Duration,
}

impl Round {
    fn measure(server: &Server, plan: &Plan) -> Result<Self> {
        let before = server.cpu_time()?;
        let measured = load::closed(plan)?;
        Ok(Self { measured, used: server.cpu_time()?.saturating_sub(before) })
    }

    fn cpu_us(&self) -> f64 {
        cpu_us(self.used, &self.measured)
    }

    #[expect(clippy::cast_precision_loss, reason = "there are fewer bytes than a float can count")]
    fn body_bytes(&self) -> f64 {
        self.measured.body_bytes as f64 / self.measured.answers as f64
    }
}

fn side(rounds: &[Round]) -> Side {
    let of = |value: fn(&Round) -> f64| rounds.iter().map(value).collect::<Vec<_>>();
    let rates = of(|round| round.measured.rate());
    Side {
        rate: median(&rates),
        rates,
        cpu_us: median(&of(Round::cpu_us)),
        p50_ms: median(&of(|round| round.measured.latency_ms(50.0))),
        p99_ms: median(&of(|round| round.measured.latency_ms(99.0))),
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer answers than a float can count")]
fn cpu_us(used: Duration, measured: &Measured) -> f64 {
    used.as_secs_f64() * 1e6 / measured.answers as f64
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer bytes than a float can count")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / MEGABYTE
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer products than a float can count")]
fn import_figure(name: &str, products: usize, ran: &Ran) -> Figure {
    let rate = products as f64 / ran.elapsed.as_secs_f64();
    let note =
        format!("{products} in {:.1} s, {:.1} s of cores", ran.elapsed.as_secs_f64(), ran.cpu_time.as_secs_f64());
    Figure::new(name, rate, "products/s").with_note(note)
}

/// Waits for the first answer of a server that says that it listens.
async fn first_answer(address: SocketAddr, path: &str) -> Result<()> {
    let started = Instant::now();
    let request = request(path, Accept::Brotli);
    let mut connection = Connection::open(address).await?;
    while connection.ask_in_time(&request).await?.status != 200 {
        if started.elapsed() > FIRST_ANSWER_TIMEOUT {
            bail!("{path} was not answered in time");
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}
