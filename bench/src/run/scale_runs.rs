//! The same shop in several sizes, and one that is wider than any should be.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Arguments, Bench, RARE_SEARCHES, import_figure, machine, megabytes, plan};
use crate::addresses;
use crate::catalog::{self, Catalog};
use crate::client::Connection;
use crate::facets::{Category, Compared, Truth};
use crate::load::{self, Order, Requests};
use crate::process::{self, Server};
use crate::report::{Figure, Goal};
use crate::scale::{ScaleGoal, ScaleReport};
use crate::wide;

/// How often each shop is started.
const STARTS: usize = 3;
/// Categories whose lists are compared with what is counted here, spread evenly over all levels of the tree.
const COMPARED_CATEGORIES: usize = 25;
/// How many facets of each of these lists are filtered by.
const COMPARED_FILTERS: usize = 6;
/// How often the catalog tells how far it is.
const TOLD_PRODUCTS: usize = 100_000;
/// How often a long comparison tells how far it is.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// What each first answer of the wide shop may take, in milliseconds.
const WIDE_MAX_MS: f64 = 100.0;

const MILLION: f64 = 1e6;

const IMPORT: &str = "import with index";
const START: &str = "start to first answer";
const LIST: &str = "list of 20 with facets";
const SEARCH: &str = "search, each for the first time";
const DIFFERENT: &str = "facet counts that differ";
const ANONYMOUS: &str = "anonymous memory after searches";
const RESIDENT: &str = "resident memory after searches";
const REBUILD: &str = "index built anew, for a million";

/// What each size is meant to reach.
const GOALS: [(&str, ScaleGoal); 8] = [
    (IMPORT, ScaleGoal::Everywhere(Goal::AtLeast(2_000.0))),
    (START, ScaleGoal::Everywhere(Goal::AtMost(1_000.0))),
    ("list of 20 with facets, 1000/s: p99", ScaleGoal::TimesFirst(3.0)),
    ("search, each for the first time, 300/s: p99", ScaleGoal::Everywhere(Goal::AtMost(60.0))),
    (DIFFERENT, ScaleGoal::Everywhere(Goal::AtMost(0.0))),
    (ANONYMOUS, ScaleGoal::Everywhere(Goal::AtMost(400.0))),
    (RESIDENT, ScaleGoal::Everywhere(Goal::AtMost(1_024.0))),
    (REBUILD, ScaleGoal::Everywhere(Goal::AtMost(120.0))),
];

/// Measures the wide shop and one shop of each size, one after another. What fails is told beside what does not.
pub(crate) fn scale(arguments: &Arguments, sizes: &[usize]) -> Result<ScaleReport> {
    let started = Instant::now();
    let mut report = ScaleReport::new(machine(), arguments.settings.seconds);
    let temporary = || tempfile::tempdir_in(&arguments.beside).context("there is no place for the benchmark's files");
    let folder = temporary()?;
    let mut bench = Bench::new(arguments, folder.path(), started)?;
    if let Err(error) = bench.wide() {
        report.add_failure("very many categories and variants", &error);
    }
    report.add_wide(bench.figures);
    for size in sizes {
        let mut of_size = arguments.clone();
        of_size.settings.products = *size;
        of_size.settings.promotions = 0;
        // Not where other parts keep theirs: orders leave less in stock than was generated.
        of_size.kept = arguments.kept.as_ref().map(|kept| kept.join("scale"));
        // What is not kept goes before the next size needs the room.
        let folder = temporary()?;
        let mut bench = Bench::new(&of_size, folder.path(), started)?;
        bench.say(&format!("--- {size} products"));
        match bench.one_size() {
            Ok(compared) => report.add_differences(*size, &compared.told),
            Err(error) => report.add_failure(&format!("{size} products"), &error),
        }
        report.add(*size, bench.figures, &GOALS);
    }
    Ok(report)
}

impl Bench<'_> {
    /// Everything about one size.
    fn one_size(&mut self) -> Result<Compared> {
        let (catalog, truth) = self.generated_shop()?;
        self.starts(&catalog, STARTS)?;
        let shop = self.serve()?;
        self.say("waiting until the shop has learned");
        self.rested(&shop)?;
        self.first_lists(&shop, &catalog)?;
        self.lists_again(&shop, &catalog)?;
        let rare = addresses::rare_searches(&catalog, RARE_SEARCHES);
        self.open(SEARCH, &shop, &rare, Order::InTurn, 300.0, None)?;
        self.saturate(SEARCH, &shop, &rare, None)?;
        let memory = shop.memory()?;
        self.figures.push(Figure::new(ANONYMOUS, megabytes(memory.anonymous), "MB"));
        self.figures.push(Figure::new(RESIDENT, megabytes(memory.resident), "MB"));
        let compared = self.facets(&shop, &truth)?;
        drop((catalog, truth));
        shop.stop()?;
        self.rebuild()?;
        Ok(compared)
    }

    /// Generates the catalog and imports it, unless a shop was kept that has it.
    fn generated_shop(&mut self) -> Result<(Catalog, Truth)> {
        let products = self.arguments.settings.products;
        self.say("generating the catalog");
        let (mut truth, mut made) = (Truth::default(), 0_usize);
        let see = |line: &serde_json::Value| {
            truth.see(line);
            made += usize::from(line["type"] == "product");
            if line["type"] == "product" && made.is_multiple_of(TOLD_PRODUCTS) {
                self.say(&format!("  {made} of {products} products"));
            }
        };
        if self.shop_folder().exists() {
            let catalog = catalog::generate(std::io::sink(), products, see)?;
            self.say("the shop was kept");
            return Ok((catalog, truth));
        }
        let file = self.path("catalog.jsonl");
        let catalog = catalog::generate(std::fs::File::create(&file)?, products, see)?;
        self.say("importing the catalog");
        let ran = self.import_whole(&file)?;
        std::fs::remove_file(&file)?;
        let mut figure = import_figure(IMPORT, products, &ran);
        let _ = write!(figure.note, ", {:.0} MB of memory at most", megabytes(ran.memory.resident));
        let size = megabytes(process::size_of(&self.shop_folder())?);
        self.figures.extend([figure, Figure::new("data folder", size, "MB")]);
        Ok((catalog, truth))
    }

    /// Lists that nobody has asked for yet, one after another.
    fn first_lists(&mut self, shop: &Server, catalog: &Catalog) -> Result<()> {
        self.first_time(LIST, shop, &addresses::first_lists(catalog), None)
    }

    /// Lists that were asked for before, by the clock.
    fn lists_again(&mut self, shop: &Server, catalog: &Catalog) -> Result<()> {
        self.say("looking for lists");
        let lists = self.runtime.block_on(addresses::lists(shop.address, catalog))?;
        self.say(&format!("asking for {} lists once", lists.len()));
        load::once(&plan(shop, &lists, self.arguments.settings.connections, Duration::ZERO))?;
        self.open(LIST, shop, &lists, Order::Random, 1_000.0, None)
    }

    /// Asks for each address once, over one connection, so that none waits for another.
    fn first_time(&mut self, name: &str, shop: &Server, paths: &[String], most_ms: Option<f64>) -> Result<()> {
        self.say(&format!("{name}: {} for the first time", paths.len()));
        let mut plan = plan(shop, paths, 1, Duration::ZERO);
        plan.requests = Arc::new(Requests::new(paths, Order::InTurn));
        let measured = load::once(&plan)?;
        for percent in [50.0, 99.0] {
            let name = format!("{name}, each for the first time: p{percent}");
            let figure = Figure::new(name, measured.latency_ms(percent), "ms");
            self.figures.push(match most_ms {
                Some(most) => figure.with_goal(Goal::AtMost(most)),
                None => figure,
            });
        }
        Ok(())
    }

    /// Compares facets of the shop with what is counted here.
    fn facets(&mut self, shop: &Server, truth: &Truth) -> Result<Compared> {
        self.say("counting facets here, and comparing them with the shop's");
        let mut compared = Compared::default();
        let mut told = Instant::now();
        let everything = std::iter::once(None);
        for category in everything.chain(addresses::spread(truth.categories(), COMPARED_CATEGORIES).map(Some)) {
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                self.say(&format!("  {} lists compared", compared.lists));
            }
            compared.add(self.runtime.block_on(compare(shop, truth, category))?);
        }
        let as_float = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let Compared { lists, values, wrong, .. } = compared;
        let note = format!("of {values} counts in {lists} lists");
        self.figures.push(Figure::new(DIFFERENT, as_float(wrong), "").with_note(note));
        Ok(compared)
    }

    /// Has the index built anew from the store.
    fn rebuild(&mut self) -> Result<()> {
        self.say("building the index anew");
        let folder = self.shop_folder();
        let arguments = ["reindex".as_ref(), "--data".as_ref(), folder.as_os_str()];
        let log = self.path("reindex.log");
        let ran =
            process::run(&self.arguments.server, arguments, &log, || self.say("  still building"))?.expect(&[0])?;
        let seconds = ran.elapsed.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "there are fewer products than a float can count")]
        let products = self.arguments.settings.products as f64;
        let note = format!("{:.1} s of cores", ran.cpu_time.as_secs_f64());
        self.figures.extend([
            Figure::new("index built anew", seconds, "s").with_note(note),
            Figure::new(REBUILD, seconds * MILLION / products, "s"),
            Figure::new("anonymous memory of that, at most", megabytes(ran.memory.anonymous), "MB"),
            Figure::new("resident memory of that, at most", megabytes(ran.memory.resident), "MB"),
        ]);
        Ok(())
    }

    /// Very many categories, and products of very many variants.
    fn wide(&mut self) -> Result<()> {
        self.say("--- very many categories and variants");
        let (file, folder) = (self.path("wide.jsonl"), self.path("wide"));
        let made = wide::write(&file)?;
        self.say("importing them");
        let ran = self.import_into("jsonl", &file, &folder)?.expect(&[0])?;
        let name = format!("import of {} categories and {} variants", made.categories, made.variants);
        self.figures.push(Figure::new(name, ran.elapsed.as_secs_f64(), "s"));
        let shop = self.serve_folder(&folder, "127.0.0.1:0", &[])?;
        self.rested(&shop)?;
        for (name, paths) in made.paths() {
            self.wide_answers(name, &shop, &paths)?;
        }
        let memory = shop.memory()?;
        self.figures.push(Figure::new("anonymous memory after that", megabytes(memory.anonymous), "MB"));
        shop.stop()
    }

    fn wide_answers(&mut self, name: &str, shop: &Server, paths: &[String]) -> Result<()> {
        let Some((first, others)) = paths.split_first() else { return Ok(()) };
        if !self.runtime.block_on(addresses::answers(shop.address, first))? {
            self.say(&format!("left out: {name} ({first} is not answered)"));
            return Ok(());
        }
        self.first_time(name, shop, others, Some(WIDE_MAX_MS))
    }
}

/// Compares the list of a category, or of everything: as it is, filtered by one value of each of some facets, and by two.
async fn compare(shop: &Server, truth: &Truth, category: Option<&Category>) -> Result<Compared> {
    let mut connection = Connection::open(shop.address).await?;
    let list = match category {
        Some(category) => format!("/api/products?locale=en-gb&category={}&limit=1", category.slug),
        None => "/api/products?locale=en-gb&limit=1".to_owned(),
    };
    let answer = addresses::read(&mut connection, &list).await?;
    let mut compared = truth.compare(&list, category, &truth.count(category, &[]), &answer);
    let filters: Vec<String> = addresses::filters(&answer).into_iter().take(COMPARED_FILTERS).collect();
    let one = filters.iter().map(|filter| vec![filter.clone()]);
    let two = filters.windows(2).map(<[String]>::to_vec);
    for filters in one.chain(two) {
        let chosen: String = filters.iter().map(|filter| format!("&filter={}", addresses::escaped(filter))).collect();
        let path = format!("{list}{chosen}");
        let answer = addresses::read(&mut connection, &path).await?;
        compared.add(truth.compare(&path, category, &truth.count(category, &filters), &answer));
    }
    Ok(compared)
}
