//! Carts: made, filled and read; and whether a shop that has many of them, and many promotions, is slower than one that
//! has few and none.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;

use super::{Bench, ROUNDS, Round, megabytes};
use crate::carts::{self, Made};
use crate::catalog::Catalog;
use crate::load::{Order, Plan, Requests};
use crate::process::{self, Server};
use crate::report::{Figure, Goal, median};

/// Clients that make and fill carts at once.
const CART_CLIENTS: usize = 32;
/// Carts of the shop that has few.
pub(super) const FEW_CARTS: usize = 10_000;
/// How much slower a shop may be that has many: by a quarter.
const SLOWER_MAX: f64 = 1.25;

/// What is measured of the carts of one shop.
#[derive(Default)]
struct Runs {
    new: Vec<Round>,
    added: Vec<Round>,
    read: Vec<Round>,
}

impl Bench<'_> {
    /// Measures carts, in a shop with few of them as well where this one has many: both take turns.
    pub(super) fn carts(&mut self, shop: &Server, catalog: &Catalog, file: &Path) -> Result<()> {
        self.say("commits of one row each");
        let bare = self.runtime.block_on(carts::bare_commits(&self.folder, CART_CLIENTS, self.seconds(0.5)))?;
        self.figures.push(Figure::new("bare durable commits", bare, "/s"));
        let settings = &self.arguments.settings;
        let (count, promotions) = (settings.carts, settings.promotions);
        let few_count = count.min(FEW_CARTS);
        let few = if count > FEW_CARTS || promotions > 0 { Some(self.shop_with_few_carts(file)?) } else { None };
        let folder = self.shop_folder();
        let made = self.make_carts(shop, catalog, count, &folder)?;
        let Some(few) = few else {
            let mut runs = Runs::default();
            self.round(shop, catalog, &made, &mut runs)?;
            self.cart_figures(&runs, bare, "");
            return Ok(());
        };
        let few_made = self.make_carts(&few, catalog, few_count, &self.few_folder())?;
        let (mut of_few, mut of_many) = (Runs::default(), Runs::default());
        for _ in 0..ROUNDS {
            self.round(&few, catalog, &few_made, &mut of_few)?;
            self.round(shop, catalog, &made, &mut of_many)?;
        }
        few.stop()?;
        self.cart_figures(&of_few, bare, &format!(" ({few_count} carts, no promotion)"));
        self.cart_figures(&of_many, bare, &format!(" ({count} carts, {promotions} promotions)"));
        self.cart_ratios(&of_few, &of_many);
        Ok(())
    }

    fn few_folder(&self) -> std::path::PathBuf {
        self.path("few-carts")
    }

    fn shop_with_few_carts(&self, file: &Path) -> Result<Server> {
        self.say("importing the catalog for a shop with few carts");
        let folder = self.few_folder();
        self.import_into("jsonl", file, &folder)?.expect(&[0])?;
        let shop = self.serve_folder(&folder, "127.0.0.1:0", &[])?;
        self.rested(&shop)?;
        Ok(shop)
    }

    fn make_carts(&mut self, shop: &Server, catalog: &Catalog, count: usize, folder: &Path) -> Result<Vec<Made>> {
        self.say(&format!("making {count} carts"));
        let began = Instant::now();
        let told = |done: usize| self.say(&format!("{done} of {count} carts"));
        let made = self.runtime.block_on(carts::make(shop.address, catalog, count, CART_CLIENTS, told))?;
        #[expect(clippy::cast_precision_loss, reason = "there are fewer carts than a float can count")]
        let rate = count as f64 / began.elapsed().as_secs_f64();
        let note = format!("data folder {:.0} MB", megabytes(process::size_of(folder)?));
        self.figures.push(Figure::new(format!("making {count} carts"), rate, "/s").with_note(note));
        Ok(made)
    }

    fn round(&self, shop: &Server, catalog: &Catalog, made: &[Made], runs: &mut Runs) -> Result<()> {
        runs.new.push(self.cart_load("new cart with its first line", shop, carts::new_carts(catalog)?)?);
        runs.added.push(self.cart_load("add to cart", shop, carts::additions(catalog, made)?)?);
        runs.read.push(self.cart_load("read a cart", shop, carts::reads(made))?);
        Ok(())
    }

    fn cart_load(&self, name: &str, shop: &Server, requests: Vec<Box<[u8]>>) -> Result<Round> {
        self.say(name);
        let requests = Arc::new(Requests::prepared(requests, Order::Random));
        let duration = self.seconds(1.0);
        Round::measure(shop, &Plan { address: shop.address, requests, connections: CART_CLIENTS, duration, seed: 1 })
    }

    fn cart_figures(&mut self, runs: &Runs, bare: f64, of: &str) {
        let rate = values(&runs.new, |round| round.measured.rate());
        let cpu_us = median(&values(&runs.new, Round::cpu_us));
        let note = format!("{cpu_us:.0} µs of a core each, {:.2} of the bare commits", median(&rate) / bare);
        let figure = Figure::of_runs(format!("new cart with its first line{of}"), rate, "/s");
        self.figures.push(figure.with_goal(Goal::AtLeast(10_000.0)).with_note(note));
        let rate = median(&values(&runs.added, |round| round.measured.rate()));
        let note = format!("{rate:.0}/s, {:.0} µs of a core each", median(&values(&runs.added, Round::cpu_us)));
        let figure = Figure::of_runs(format!("add to cart, 32 clients: p99{of}"), values(&runs.added, p99), "ms");
        self.figures.push(figure.with_goal(Goal::AtMost(20.0)).with_note(note));
        let rate = values(&runs.read, |round| round.measured.rate());
        let note = format!(
            "{:.0} µs of a core each, {:.0} bytes",
            median(&values(&runs.read, Round::cpu_us)),
            median(&values(&runs.read, Round::body_bytes))
        );
        let figure = Figure::of_runs(format!("read a cart{of}"), rate, "/s");
        self.figures.push(figure.with_goal(Goal::AtLeast(40_000.0)).with_note(note));
    }

    /// How many times as long everything takes with many carts.
    fn cart_ratios(&mut self, few: &Runs, many: &Runs) {
        let times = |few: &[Round], many: &[Round], value: fn(&Round) -> f64| {
            let pairs = few.iter().zip(many);
            pairs.map(|(few, many)| value(many) / value(few)).collect::<Vec<_>>()
        };
        let time: fn(&Round) -> f64 = |round| round.measured.rate().recip();
        for (name, ratios) in [
            ("new cart", times(&few.new, &many.new, time)),
            ("add to cart, p99", times(&few.added, &many.added, p99)),
            ("read a cart", times(&few.read, &many.read, time)),
        ] {
            let figure = Figure::of_runs(format!("{name}: how many times as long with many"), ratios, "times");
            self.figures.push(figure.with_goal(Goal::AtMost(SLOWER_MAX)));
        }
    }
}

fn values(rounds: &[Round], value: fn(&Round) -> f64) -> Vec<f64> {
    rounds.iter().map(value).collect()
}

fn p99(round: &Round) -> f64 {
    round.measured.latency_ms(99.0)
}
