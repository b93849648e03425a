//! Simulates many seeds and tells of the first in which something was as it must never be.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::Parser;
use ecom67_simulation::{Alterations, Counts, Grounds, Keep, Outcome, Unaltered, simulate};
use indicatif::{ProgressBar, ProgressStyle};

/// The most lines of a history that are printed: the last ones, where it went wrong.
const LINES_MAX: usize = 400;

#[derive(Parser)]
#[command(name = "cargo xtask simulate", about = "Simulates checkouts, failures and time, from seeds")]
struct Arguments {
    /// How many seeds, one after the other from the first: a thousand, or one where the first is named
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long)]
    seed: Option<u64>,
    /// Seeds at once; as many as there are processors where nothing is said
    #[arg(long)]
    threads: Option<usize>,
    /// Go on where something was found, and list all seeds in which it was
    #[arg(long)]
    go_on: bool,
    /// Print the history of the first seed, whatever came of it
    #[arg(long)]
    history: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What all threads share.
struct Work {
    next: AtomicU64,
    end: u64,
    goes_on: bool,
    is_over: AtomicBool,
    found: Mutex<BTreeMap<u64, Outcome>>,
    counts: Mutex<Counts>,
    bar: ProgressBar,
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let first = arguments.seed.unwrap_or(1);
    let seeds = arguments.seeds.unwrap_or(if arguments.seed.is_some() { 1 } else { 1_000 });
    if arguments.history {
        let outcome = told(first)?;
        print(&outcome, usize::MAX);
        return Ok(if outcome.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let threads = arguments.threads.or_else(|| thread::available_parallelism().ok().map(Into::into)).unwrap_or(1);
    let begun = Instant::now();
    let work = Work {
        next: AtomicU64::new(first),
        end: first.saturating_add(seeds),
        goes_on: arguments.go_on,
        is_over: AtomicBool::new(false),
        found: Mutex::default(),
        counts: Mutex::default(),
        bar: bar(seeds)?,
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(|| work.off())).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a worker panicked"))?)
    })?;
    work.bar.finish_and_clear();
    let found = std::mem::take(&mut *locked(&work.found));
    for outcome in found.values().filter(|_| arguments.go_on) {
        println!("seed {}: {}", outcome.seed, outcome.violation.as_deref().unwrap_or_default());
    }
    if let Some(outcome) = found.values().next() {
        if arguments.go_on {
            return Ok(ExitCode::FAILURE);
        }
        let again = told(outcome.seed)?;
        ensure!(again.digest == outcome.digest, "seed {} was another one the second time", outcome.seed);
        print(&again, LINES_MAX);
        return Ok(ExitCode::FAILURE);
    }
    summarize(&locked(&work.counts), seeds, begun.elapsed());
    Ok(ExitCode::SUCCESS)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn grounds() -> Result<Arc<Grounds>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(Arc::new(runtime.block_on(Grounds::prepare()).context("the simulated shop has no catalog")?))
}

/// A seed with its history.
fn told(seed: u64) -> Result<Outcome> {
    let unaltered: Arc<dyn Alterations> = Arc::new(Unaltered);
    Ok(simulate(seed, &grounds()?, Keep::Lines, &unaltered)?)
}

impl Work {
    /// Simulates seeds until there are no more, or somebody has found something.
    fn off(&self) -> Result<()> {
        let (grounds, unaltered) = (grounds()?, Arc::new(Unaltered) as Arc<dyn Alterations>);
        while !self.is_over.load(Ordering::Relaxed) {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end {
                break;
            }
            let outcome = simulate(seed, &grounds, Keep::Digest, &unaltered)?;
            let mut counts = locked(&self.counts);
            for (what, times) in &outcome.counts {
                *counts.entry(what).or_default() += times;
            }
            let orders = counts.get("orders").copied().unwrap_or(0);
            drop(counts);
            self.bar.inc(1);
            self.bar.set_message(format!("{orders} orders"));
            if outcome.violation.is_some() {
                self.is_over.store(!self.goes_on, Ordering::Relaxed);
                locked(&self.found).insert(seed, outcome);
            }
        }
        Ok(())
    }
}

fn bar(seeds: u64) -> Result<ProgressBar> {
    if !std::io::stderr().is_terminal() {
        return Ok(ProgressBar::hidden());
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} seeds, {msg}, {eta} left")?;
    let bar = ProgressBar::new(seeds).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(250));
    Ok(bar)
}

fn print(outcome: &Outcome, lines_max: usize) {
    let passed_over = outcome.history.len().saturating_sub(lines_max);
    if passed_over > 0 {
        println!("({passed_over} lines earlier; `--history` prints all)");
    }
    for line in &outcome.history[passed_over..] {
        println!("{line}");
    }
    println!("seed {}: digest {:016x} of {} lines", outcome.seed, outcome.digest, outcome.lines);
    if let Some(violation) = &outcome.violation {
        println!("VIOLATED: {violation}\nagain: cargo xtask simulate --seed {} --history", outcome.seed);
    }
}

fn summarize(counts: &BTreeMap<&'static str, u64>, seeds: u64, time: Duration) {
    for (what, times) in counts {
        println!("{times:>10} {what}");
    }
    let orders = counts.get("orders").copied().unwrap_or(0);
    println!("{seeds} seeds, {orders} orders in {:.1} s: nothing was as it must never be", time.as_secs_f64());
}
